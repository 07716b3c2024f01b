//! `review trace`.

use super::project::Here;
use super::{Exit, Terminal, export};
use crate::artefact::Address;
use crate::engine::{Project, Shelf, files};
use crate::place::{At, Place};
use crate::provenance::{
    Library, Node, Numbers, Uses, cell_at, find, rows_alike, trace, trace_page, uses,
};
use std::path::PathBuf;

/// Walks from a number to where it came from: rule by rule, down to the quoted cell and the export's line.
///
/// TARGET is an address such as `pool/pooled#ee-post-smd|/estimate`, or a place in the report such as
/// `reports/report.md:120` (all numbers on that line) or `reports/report.md:120:14` (the one at that column).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review trace reports/report.md:120
  review trace 'pool/pooled#ee-post-smd|/estimate'
  review trace 'screen/flow#records-screened/count' --json
  review trace 'pool/pooled#ee-post-smd|/estimate' --html trace.html    a page to send to somebody
  review trace --uses data/extraction/outcomes.csv:5:79    upward: all that rests on that cell")]
pub(super) struct Args {
    /// An address, or `FILE:LINE` or `FILE:LINE:COLUMN` of a report
    target: String,
    /// Walk upward: TARGET is a place in a file below data/, and all artefacts and printed numbers that rest on it are listed
    #[arg(long)]
    uses: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Write the tree as one HTML page that needs nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "uses"])]
    html: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(args.json, terminal, |project, terminal| {
        Ok(walked(args, here, project, terminal))
    })
}

fn walked(args: &Args, here: &Here, project: &Project<'_>, terminal: &mut Terminal) -> Exit {
    let shelf = Shelf::of(project);
    if args.uses {
        return upward(args, project, &shelf, terminal);
    }
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
    if let Some(file) = &args.html {
        let page = trace_page(&args.target, &trees);
        let written = export::write(&[(file.clone(), page.into_bytes())], true, terminal);
        if written != Exit::Done {
            return written;
        }
    } else if args.json {
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

/// What rests on a place in a file that people keep.
fn upward(
    args: &Args,
    project: &Project<'_>,
    shelf: &Shelf<'_, '_>,
    terminal: &mut Terminal,
) -> Exit {
    let Ok(Address::File(place)) = args.target.parse() else {
        let said = format!(
            "`{}` is no place in a file; write FILE:LINE:COLUMN",
            args.target
        );
        terminal.say(said);
        return Exit::Wrong;
    };
    let lists = super::printed::lists(project).into_iter();
    let numbers: Vec<Numbers> = lists
        .filter_map(|path| Some(super::printed::read(project, &path).ok()?.0))
        .collect();
    let places = readings(&place, &here_text(project, &place.file), shelf);
    let found = places
        .iter()
        .map(|place| (place, uses(place, shelf, &numbers)))
        .find(|(_, found)| !found.rows.is_empty() || !found.numbers.is_empty());
    let Some((read, found)) = found else {
        terminal.say(format!(
            "nothing was read from {place}; a value stands where its cell begins, or on its row"
        ));
        return Exit::Wrong;
    };
    if args.json {
        terminal.line(serde_json::json!({ "place": read, "uses": found }));
    } else {
        tell_uses(read, &found, terminal);
    }
    Exit::Done
}

fn here_text(project: &Project<'_>, file: &str) -> String {
    files::read_text(&project.root.join(file)).unwrap_or_default()
}

/// The places that a person may mean by one: itself, the cell around it, its row, and the row of the other person who read
/// the same, at which agreed values are kept.
fn readings(place: &Place, text: &str, shelf: &Shelf<'_, '_>) -> Vec<Place> {
    let mut places = vec![place.clone()];
    let (line, column) = match place.at {
        At::Line(line) => (line, None),
        At::Column(line, column) => (line, cell_at(text, line, column)),
        At::File | At::Cell { .. } => return places,
    };
    let name = column.and_then(|(_, column)| column_of(text, line, column));
    let alike = identities(&place.file, shelf)
        .into_iter()
        .map(|same| rows_alike(text, line, &same))
        .find(|lines| lines.len() > 1);
    for line in std::iter::once(line).chain(alike.unwrap_or_default()) {
        let cell = name.and_then(|at| cell_of(text, line, at));
        places.extend(cell.map(|(line, column)| Place::column(place.file.clone(), line, column)));
    }
    places.push(Place::line(place.file.clone(), line));
    places
}

/// Which column of its row the cell is that begins there.
fn column_of(text: &str, line: u32, column: u32) -> Option<usize> {
    let rows = crate::table::split(text).rows;
    let mut rows = rows.iter();
    rows.find_map(|row| {
        row.iter()
            .position(|cell| (cell.line, cell.column) == (line, column))
    })
}

/// Where a column of the row on a line begins.
fn cell_of(text: &str, line: u32, at: usize) -> Option<(u32, u32)> {
    let rows = crate::table::split(text).rows;
    let row = rows
        .iter()
        .find(|row| row.first().is_some_and(|cell| cell.line == line))?;
    row.get(at).map(|cell| (cell.line, cell.column))
}

/// The columns that make the keys of the artefacts read from a file.
fn identities(file: &str, shelf: &Shelf<'_, '_>) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for name in shelf.artefacts() {
        let Some((stage, "places")) = name.split_once('/') else {
            continue;
        };
        let Some(places) = shelf.sheet(stage, "places") else {
            continue;
        };
        for row in places.rows.keys() {
            let text = |column| places.cell(row, column).unwrap_or_default();
            if !text("place").starts_with(file) {
                continue;
            }
            let parts = text("row").split('|').count();
            let sheet = shelf.sheet(stage, text("artefact"));
            let same =
                sheet.map(|sheet| sheet.columns.iter().skip(1).take(parts).cloned().collect());
            found.extend(same.filter(|same| !found.contains(same)));
        }
    }
    found
}

fn tell_uses(read: &Place, found: &Uses, terminal: &mut Terminal) {
    let counted =
        |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let rows = counted(found.rows.len(), "row");
    let numbers = counted(found.numbers.len(), "printed number");
    terminal.line(format!("on {read} rest {rows} and {numbers}"));
    for row in &found.rows {
        let cells = if row.columns.is_empty() {
            String::new()
        } else {
            format!("  ({})", row.columns.join(", "))
        };
        terminal.line(format!("  {}{cells}", row.address));
    }
    for used in &found.numbers {
        let (report, number) = (&used.report, &used.number);
        let (line, column) = (number.line, number.column);
        terminal.line(format!(
            "  {report}:{line}:{column}  {}  {}",
            number.text, number.address
        ));
    }
    if found.through_counts > 0 {
        terminal.line(format!(
            "  printed numbers that count or sum up a table with one of these rows: {}",
            found.through_counts
        ));
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
