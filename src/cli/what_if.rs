//! `review what-if`.

use super::project::{self, Here};
use super::{Exit, Terminal, problems};
use crate::artefact::{Address, Sheet};
use crate::engine::{self, Project, RunOptions, RunReport, Shelf, files};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::provenance::{Library, rows_alike, with_cell};
use crate::stage::Registry;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Shows what would change in every result if one extracted cell held something else, without touching anything.
///
/// The inputs are copied to a temporary folder and run there twice: as they are, and with the cell changed in the row of
/// each person who read it. Compared are the effects, the pooled results and the statements.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review what-if 'extract/outcomes#huang-2020|emotional-exhaustion|mbi-hss-ee|end-of-intervention|change|balint/sd=3.2'
  review what-if 'extract/outcomes#…/n=20' --json")]
pub(super) struct Args {
    /// `ADDRESS=VALUE`: the address of an extracted cell, and what it would hold
    change: String,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Tables that are compared, and the columns that tell of a result.
const COMPARED: &[(&str, &[&str])] = &[
    ("effects", &["yi", "ci_lower", "ci_upper", "weight"]),
    (
        "pooled",
        &[
            "k", "estimate", "ci_lower", "ci_upper", "p", "tau2", "i2", "pi_lower", "pi_upper",
        ],
    ),
    ("summary", &["certainty", "status", "statement", "absolute"]),
];

/// The compared tables: stage, artefact, sheet.
type Tables = Vec<(String, String, Arc<Sheet>)>;

/// One value that differs.
#[derive(Debug, serde::Serialize)]
struct Difference {
    address: String,
    before: String,
    after: String,
}

/// A file with other text.
struct Edit {
    file: String,
    lines: Vec<u32>,
    text: String,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(args.json, terminal, |project, terminal| {
        let folder = tempfile::tempdir().map_err(|error| system(&error))?;
        engine::copy_to(project, folder.path())?;
        let before = given(folder.path(), &project.root)?;
        // The lines come from this run of the copy: the project's own last run may be older than its form.
        let edit = match edit_of(&args.change, folder.path())? {
            Ok(edit) => edit,
            Err(said) => {
                terminal.say(said);
                return Ok(Exit::Wrong);
            }
        };
        files::write(&folder.path().join(&edit.file), edit.text.as_bytes(), false)
            .map_err(|error| system(&error))?;
        let after = given(folder.path(), &project.root)?;
        Ok(tell(args, here, &edit, &before, &after, terminal))
    })
}

fn system(error: &std::io::Error) -> Problem {
    Problem::error("what-if::system", format!("the temporary folder: {error}"))
}

/// The form with its cell changed, or why it cannot be.
fn edit_of(change: &str, folder: &Path) -> Result<Result<Edit, String>, Problems> {
    let registry = Registry::built_in();
    let project = Project::open(folder, &registry)?;
    Ok(edited(change, &project))
}

fn edited(change: &str, project: &Project<'_>) -> Result<Edit, String> {
    let (address, value) = change
        .rsplit_once('=')
        .ok_or_else(|| format!("`{change}` says no value; write ADDRESS=VALUE"))?;
    let parsed: Address = address
        .parse()
        .map_err(|error| format!("`{address}`: {error}"))?;
    let shelf = Shelf::of(project);
    crate::provenance::find(&parsed, &shelf)?;
    let Address::Cell {
        stage,
        artefact,
        key,
        column,
    } = parsed
    else {
        return Err(format!(
            "`{address}` is no cell; write stage/artefact#row/column=VALUE"
        ));
    };
    let place = place_of(&shelf, &stage, &artefact, &key, &column).ok_or_else(|| {
        format!("no form holds {address}: it was computed; `review trace '{address}'` shows from which cells, and one of those can be changed")
    })?;
    let line = place
        .line_number()
        .ok_or_else(|| format!("{place} is no cell of a CSV form"))?;
    let text = files::read_text(&project.root.join(&place.file))
        .map_err(|error| format!("{} cannot be read: {error}", place.file))?;
    let parts = key.split('|').count();
    let same: Vec<String> = shelf
        .sheet(&stage, &artefact)
        .map(|sheet| sheet.columns.iter().skip(1).take(parts).cloned().collect())
        .unwrap_or_default();
    let lines = rows_alike(&text, line, &same);
    // An adjudicated value stands in a column of its own, whatever cell it settles.
    let changed = with_cell(&text, &lines, &column, value)
        .or_else(|said| with_cell(&text, &[line], "value", value).map_err(|_| said))
        .map_err(|said| format!("{}: {said}", place.file))?;
    Ok(Edit {
        file: place.file.into(),
        lines,
        text: changed,
    })
}

/// Where a cell was read: its own place, else that of its row.
fn place_of(
    shelf: &Shelf<'_, '_>,
    stage: &str,
    artefact: &str,
    key: &str,
    column: &str,
) -> Option<Place> {
    let places = shelf.sheet(stage, "places")?;
    let text = |row: &str, name: &str| places.cell(row, name).unwrap_or_default().to_owned();
    let of = |wanted: &str| {
        let mut rows = places.rows.keys();
        rows.find(|row| {
            text(row, "artefact") == artefact
                && text(row, "row") == key
                && text(row, "column") == wanted
        })
    };
    let row = of(column).or_else(|| of(""))?;
    text(row, "place").parse().ok()
}

/// What the project gives, with what people owe then.
struct Given {
    tables: Tables,
    open: BTreeSet<String>,
    problems: Problems,
}

fn given(folder: &Path, home: &Path) -> Result<Given, Problems> {
    let registry = Registry::built_in();
    let project = Project::open(folder, &registry)?;
    let report = engine::run(&project, &RunOptions::anew(home), &())?;
    if report.failed() {
        return Err(report.problems());
    }
    Ok(Given {
        tables: tables(&project),
        open: open(&report),
        problems: report.problems(),
    })
}

fn open(report: &RunReport) -> BTreeSet<String> {
    let all = report.open_work().into_iter();
    all.map(|work| format!("{} ({}); {}", work.what, work.count, work.how))
        .collect()
}

fn tables(project: &Project<'_>) -> Tables {
    let shelf = Shelf::of(project);
    let mut tables = Tables::new();
    for (port, _) in COMPARED {
        for stage in &project.stages {
            if stage.outputs.iter().any(|slot| slot.port == *port)
                && let Some(sheet) = shelf.sheet(stage.decl.id.as_str(), port)
            {
                tables.push((stage.decl.id.to_string(), (*port).to_owned(), sheet));
            }
        }
    }
    tables
}

/// The values that differ, and how many rows of each table do and do not.
fn compare(before: &Tables, after: &Tables) -> (Vec<Difference>, Vec<(String, usize, usize)>) {
    let mut differences = Vec::new();
    let mut counts = Vec::new();
    for ((stage, artefact, old), (_, _, new)) in before.iter().zip(after) {
        let told = COMPARED.iter().find(|(port, _)| port == artefact);
        let columns = told.map_or(&[][..], |(_, columns)| *columns);
        let keys: indexmap::IndexSet<&str> = old.rows.keys().chain(new.rows.keys()).collect();
        let (mut changed, all) = (0, keys.len());
        for key in keys {
            let found: Vec<Difference> = columns
                .iter()
                .filter_map(|column| {
                    let text =
                        |sheet: &Sheet| sheet.cell(key, column).unwrap_or_default().to_owned();
                    let (before, after) = (text(old), text(new));
                    (before != after).then(|| Difference {
                        address: Address::cell(stage, artefact, key, column).to_string(),
                        before,
                        after,
                    })
                })
                .collect();
            changed += usize::from(!found.is_empty());
            differences.extend(found);
        }
        counts.push((format!("{stage}/{artefact}"), changed, all));
    }
    (differences, counts)
}

/// Says what moves; a cell that cannot hold the value is an error.
fn tell(
    args: &Args,
    here: &Here,
    edit: &Edit,
    before: &Given,
    after: &Given,
    terminal: &mut Terminal,
) -> Exit {
    let (differences, counts) = compare(&before.tables, &after.tables);
    // Columns behind the cell move with its length, so places are not compared.
    let said = |problem: &Problem| (problem.code.clone(), problem.title.clone());
    let told: BTreeSet<_> = before.problems.iter().map(said).collect();
    let later = after.problems.iter();
    let later = later.filter(|problem| !told.contains(&said(problem)));
    let later = Problems(later.cloned().collect());
    let exit = if later.has_errors() {
        Exit::Wrong
    } else {
        Exit::Done
    };
    let new: Vec<&String> = after.open.difference(&before.open).collect();
    if args.json {
        let tables: Vec<Value> = counts
            .iter()
            .map(|(table, changed, all)| json!({ "table": table, "changed": changed, "rows": all }))
            .collect();
        terminal.line(json!({
            "file": edit.file, "lines": edit.lines, "differences": differences, "tables": tables, "open_work": new,
            "problems": problems::json(&later),
        }));
        return exit;
    }
    let lines: Vec<String> = edit.lines.iter().map(u32::to_string).collect();
    terminal.line(format!(
        "as if {} line {} said {}",
        edit.file,
        lines.join(" and "),
        value_of(&args.change)
    ));
    tell_differences(&differences, terminal);
    for (table, changed, all) in &counts {
        terminal.line(format!("{table}: {changed} of {all} rows change"));
    }
    for work in new {
        terminal.say(format!("open then: {work}"));
    }
    project::print_problems(&later, here, terminal);
    exit
}

/// A line a value; texts that are longer than numbers stand below each other.
fn tell_differences(differences: &[Difference], terminal: &mut Terminal) {
    if differences.is_empty() {
        return;
    }
    let width = |text: &str| text.chars().count();
    let widest = differences.iter().map(|found| width(&found.address)).max();
    let first = widest.unwrap_or(0);
    terminal.line(format!("{:first$}  {:>14}  {:>14}", "", "before", "after"));
    for Difference {
        address,
        before,
        after,
    } in differences
    {
        let (before, after) = (short(before), short(after));
        if width(&before) <= 14 && width(&after) <= 14 {
            terminal.line(format!("{address:first$}  {before:>14}  {after:>14}"));
        } else {
            terminal.line(format!("{address}\n  before  {before}\n  after   {after}"));
        }
    }
}

fn value_of(change: &str) -> &str {
    change.rsplit_once('=').map_or("", |(_, value)| value)
}

/// A number with six digits that count; any other text as it is, a dash for none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0 to 12 just before"
)]
fn short(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if text.len() > 8 => {
            let size = if number == 0.0 {
                0.0
            } else {
                libm::floor(libm::log10(number.abs()))
            };
            let decimals = (5.0 - size).clamp(0.0, 12.0) as usize;
            format!("{number:.decimals$}")
        }
        _ if text.is_empty() => "–".to_owned(),
        _ => text.to_owned(),
    }
}
