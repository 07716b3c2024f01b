//! Reads a file of studies and says what cannot be pooled.

use super::args::Args;
use super::columns::FileColumns;
use super::table::Table;
use super::{arguments, numbers};
use crate::effect::{
    self, Columns, Correction, Design, Estimate, Measure, Refusal, Settings, ZeroCells,
};
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Studies that can be pooled, in the order of the file.
pub(super) struct Studies {
    pub(super) file: String,
    pub(super) table: Table,
    pub(super) yi: Vec<f64>,
    pub(super) vi: Vec<f64>,
    pub(super) labels: Vec<String>,
    /// Rows of the table, counted from 0.
    pub(super) rows: Vec<usize>,
    /// Sizes that undo a Freeman–Tukey transform; empty for other measures.
    pub(super) sizes: Vec<f64>,
    /// What was added to each because of a zero cell.
    pub(super) corrections: Vec<Correction>,
    /// Rows left out, with the reason.
    pub(super) left_out: Vec<(String, String)>,
}

impl Studies {
    /// Where a row of the table stands.
    pub(super) fn place(&self, row: usize) -> Place {
        Place::line(&self.file, self.table.line(row))
    }
}

/// Reads the file; `None` when nothing can be pooled.
pub(super) fn read(path: &Path, args: &Args, found: &mut Problems) -> Option<Studies> {
    let file = path.to_string_lossy().into_owned();
    arguments::check(args, found);
    let table = match Table::read(&file) {
        Ok(table) => table,
        Err(why) => {
            found.push(Problem::error("pool::file", why).at(Place::file(&file)));
            return None;
        }
    };
    let columns = FileColumns::new(&table, args.measure.design(), &args.columns);
    let settings = Settings {
        variance: args.vtype,
        zero_cells: ZeroCells {
            add: args.add,
            to: args.to,
            drop_double_zero: args.drop00,
        },
        centre: None,
        refuse_empty_arms: true,
    };
    let estimates = match effect::escalc(args.measure, &settings, &columns) {
        Ok(estimates) => estimates,
        Err(why) => {
            found.push(
                Problem::error("pool::column", why)
                    .at(Place::line(&file, 1))
                    .help("name the column with --columns, or see `review pool --help` for the usual names"),
            );
            return None;
        }
    };
    let corrections = effect::corrections(args.measure, &settings, &columns).unwrap_or_default();
    let names = labels(&columns, &table, estimates.len(), &file, found);
    let unreadable = numbers::unreadable(&table, &columns.used(), &names, &file, found);
    let estimates = estimates
        .into_iter()
        .enumerate()
        .map(|(row, estimate)| estimate.map_err(|why| columns.told(row, why)));
    let rows = Rows {
        estimates: estimates.collect(),
        sizes: if args.measure == Measure::FreemanTukeyProportion {
            column(&columns, "ni")
        } else {
            Vec::new()
        },
        corrections,
        names,
        unreadable,
    };
    let arms = arms(args.measure.design(), &columns);
    let mut studies = Studies {
        labels: Vec::new(),
        yi: Vec::new(),
        vi: Vec::new(),
        rows: Vec::new(),
        sizes: Vec::new(),
        corrections: Vec::new(),
        left_out: Vec::new(),
        file,
        table,
    };
    sort_out(&mut studies, rows, args.measure.design(), found);
    no_spread(&studies, &arms, found);
    same_names(&studies, found);
    if found.has_errors() {
        return None;
    }
    if studies.yi.is_empty() {
        found.push(
            Problem::error("pool::no-studies", "no row has an effect and a variance")
                .at(Place::file(&studies.file))
                .help("the warnings above say what each row lacks"),
        );
        return None;
    }
    Some(studies)
}

fn column(columns: &FileColumns<'_>, name: &str) -> Vec<f64> {
    columns
        .argument(name)
        .map(std::borrow::Cow::into_owned)
        .unwrap_or_default()
}

/// The name of every row: that in the column of studies, otherwise its number.
fn labels(
    columns: &FileColumns<'_>,
    table: &Table,
    rows: usize,
    file: &str,
    found: &mut Problems,
) -> Vec<String> {
    let names = columns.studies();
    if names.is_none() {
        let near = nearest("study", table.names());
        found.push(
            Problem::note(
                "pool::no-names",
                "no column `study` names the studies; rows are numbered",
            )
            .at(Place::line(file, 1))
            .help(format!(
                "to name them, add --columns study={}",
                near.unwrap_or("COLUMN")
            )),
        );
    }
    (0..rows)
        .map(|row| {
            names
                .and_then(|names| names.get(row))
                .filter(|name| !name.is_empty())
                .cloned()
                .unwrap_or_else(|| format!("row {}", row + 1))
        })
        .collect()
}

/// What is known of every row of the file.
struct Rows {
    estimates: Vec<Result<Estimate, Refusal>>,
    sizes: Vec<f64>,
    corrections: Vec<Option<Correction>>,
    names: Vec<String>,
    /// Rows with a cell that is no number, which is told elsewhere.
    unreadable: BTreeSet<usize>,
}

fn sort_out(studies: &mut Studies, rows: Rows, design: Design, found: &mut Problems) {
    for (row, (estimate, label)) in rows.estimates.into_iter().zip(rows.names).enumerate() {
        if rows.unreadable.contains(&row) {
            continue;
        }
        match estimate {
            Ok(Estimate { vi, .. }) if vi <= 0.0 => found.push(
                Problem::error("pool::no-variance", format!("{label}: the sampling variance is {vi}"))
                    .labelled(studies.place(row), "must be above 0")
                    .help(if design == Design::Generic {
                        "check the variance against the report, or leave its cell empty to leave the study out"
                    } else {
                        "check the standard deviations or events against the report; a spread of 0 is hardly ever real"
                    }),
            ),
            Ok(Estimate { yi, vi }) => {
                studies.yi.push(yi);
                studies.vi.push(vi);
                studies.rows.push(row);
                studies.labels.push(label);
                studies.sizes.extend(rows.sizes.get(row));
                let correction = rows.corrections.get(row).copied().flatten();
                studies.corrections.push(correction.unwrap_or_default());
            }
            Err(why) => {
                found.push(refused(&label, &why).at(studies.place(row)));
                studies.left_out.push((label, why.to_string()));
            }
        }
    }
}

/// Impossible numbers stop the run: pooling around a mistake would hide it. What is only missing is left out.
fn refused(label: &str, why: &Refusal) -> Problem {
    match why {
        Refusal::Negative { .. }
        | Refusal::EventsAboveN { .. }
        | Refusal::Nobody { .. }
        | Refusal::Correlation { .. } => {
            Problem::error("pool::impossible", format!("{label}: {why}"))
                .help("check the row against the report; an empty cell leaves the study out")
        }
        Refusal::Missing { .. } => {
            Problem::warning("pool::missing", format!("{label} is left out: {why}"))
        }
        _ => Problem::warning("pool::no-effect", format!("{label} is left out: {why}")),
    }
}

/// Name, sizes and standard deviations of an arm.
type Spread = (&'static str, Vec<f64>, Vec<f64>);

/// The arms of measures of means in two arms.
fn arms(design: Design, columns: &FileColumns<'_>) -> Vec<Spread> {
    if design != Design::Continuous {
        return Vec::new();
    }
    [(" of arm 1", "n1i", "sd1i"), (" of arm 2", "n2i", "sd2i")]
        .map(|(arm, n, sd)| (arm, column(columns, n), column(columns, sd)))
        .into()
}

/// A group without spread, or of one person, has no variance that can be trusted: a misread cell far more often than a fact.
fn no_spread(studies: &Studies, arms: &[Spread], found: &mut Problems) {
    for (arm, sizes, sds) in arms {
        for (label, &row) in studies.labels.iter().zip(&studies.rows) {
            let what = match (sds.get(row), sizes.get(row)) {
                (Some(0.0), _) => format!("the standard deviation{arm} is 0"),
                (_, Some(n)) if *n < 2.0 => {
                    format!("n{arm} is {n}, and one person has no spread")
                }
                _ => continue,
            };
            found.push(
                Problem::error("pool::no-spread", format!("{label}: {what}"))
                    .at(studies.place(row))
                    .help("check the row against the report; an empty cell leaves the study out"),
            );
        }
    }
}

fn same_names(studies: &Studies, found: &mut Problems) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (label, &row) in studies.labels.iter().zip(&studies.rows) {
        if let Some(&earlier) = first.get(label.as_str()) {
            found.push(
                Problem::warning("pool::same-name", format!("two studies are named {label}"))
                    .at(studies.place(row))
                    .labelled(studies.place(earlier), "the first")
                    .help("give several effects of one study to a multilevel model, or one of them another name"),
            );
        } else {
            first.insert(label, row);
        }
    }
}
