//! `review trace`.

use super::project::Here;
use super::{Exit, Terminal, run};
use crate::artefact::Address;
use crate::engine::{Shelf, files};
use crate::place::{At, Place};
use crate::provenance::{Node, Numbers, find, trace};

/// Walks from a number to where it came from: rule by rule, down to the quoted cell and the export's line.
///
/// TARGET is an address such as `pool/pooled#ee-change/estimate`, or a place in the report such as
/// `reports/report.md:120` (all numbers on that line) or `reports/report.md:120:14` (the one at that column).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review trace reports/report.md:120
  review trace 'pool/pooled#ee-change/estimate'
  review trace 'screen/flow#records-screened/count' --json")]
pub(super) struct Args {
    /// An address, or `FILE:LINE` or `FILE:LINE:COLUMN` of a report
    target: String,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    let registry = crate::stage::Registry::built_in();
    let project = match here.open(&registry) {
        Ok(project) => project,
        Err(found) => return run::stopped(&found, args.json, here, terminal),
    };
    let shelf = Shelf::of(&project);
    let addresses = match targets(&args.target, here) {
        Ok(addresses) => addresses,
        Err(said) => {
            terminal.say(said);
            return Exit::Wrong;
        }
    };
    let mut missing = addresses.iter().map(|address| find(address, &shelf));
    if let Some(said) = missing.find_map(Result::err) {
        terminal.say(said);
        return Exit::Wrong;
    }
    let trees: Vec<Node> = addresses
        .iter()
        .map(|address| trace(address, &shelf))
        .collect();
    if args.json {
        terminal.line(serde_json::json!({ "trees": trees }));
    } else {
        for tree in &trees {
            terminal.line(in_text(tree).trim_end());
        }
    }
    if trees.iter().all(Node::is_whole) {
        Exit::Done
    } else {
        Exit::Difference
    }
}

/// The addresses behind a target.
fn targets(text: &str, here: &Here) -> Result<Vec<Address>, String> {
    let address: Address = text.parse().map_err(|error| format!("`{text}`: {error}"))?;
    let Address::File(place) = &address else {
        return Ok(vec![address]);
    };
    let (line, column) = match place.at {
        At::Line(line) => (line, None),
        At::Column(line, column) => (line, Some(column)),
        At::File | At::Cell { .. } => {
            return Err(format!(
                "`{text}` names no line; write `{}:LINE`",
                place.file
            ));
        }
    };
    let numbers = printed(here, place)?;
    let found: Vec<Address> = numbers
        .at(line, column)
        .into_iter()
        .map(|number| number.address.clone())
        .collect();
    if found.is_empty() {
        return Err(format!(
            "{place} prints no number; see reports/provenance/numbers.json for those that are printed"
        ));
    }
    Ok(found)
}

fn printed(here: &Here, place: &Place) -> Result<Numbers, String> {
    let path = here.0.join("reports/provenance/numbers.json");
    let bytes = files::read(&path).map_err(|_| {
        format!(
            "there is no list of numbers for {}; run `review run`",
            place.file
        )
    })?;
    let numbers: Numbers =
        serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    if place.file == numbers.report {
        Ok(numbers)
    } else {
        Err(format!(
            "{} is not the report whose numbers are listed; that is {}",
            place.file, numbers.report
        ))
    }
}

/// The tree as indented lines.
fn in_text(tree: &Node) -> String {
    let mut text = String::new();
    write_node(tree, "", "", &mut text);
    text
}

fn write_node(node: &Node, first: &str, rest: &str, text: &mut String) {
    use std::fmt::Write;
    let mut line = node.address.clone();
    for (before, part) in [
        (" = ", &node.value),
        ("  ← ", &node.rule),
        ("  ", &node.note),
        ("  (broken: ", &node.broken),
    ] {
        if !part.is_empty() {
            line.push_str(before);
            line.push_str(part);
        }
    }
    if !node.broken.is_empty() {
        line.push(')');
    }
    if node.told_above {
        line.push_str("  (told above)");
    }
    writeln!(text, "{first}{line}").expect("writing to a string cannot fail");
    for (i, below) in node.from.iter().enumerate() {
        let last = i + 1 == node.from.len();
        let (branch, under) = if last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        write_node(
            below,
            &format!("{rest}{branch}"),
            &format!("{rest}{under}"),
            text,
        );
    }
}
