//! Reads a file of studies and says what cannot be pooled.

use super::args::Args;
use super::columns::FileColumns;
use super::table::Table;
use crate::effect::{self, Columns, Design, Estimate, Measure, Refusal, Settings, ZeroCells};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;
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
    let table = match Table::read(&file) {
        Ok(table) => table,
        Err(why) => {
            found.push(Problem::error("pool::file", why).at(Place::file(&file)));
            return None;
        }
    };
    let columns = FileColumns {
        table: &table,
        design: args.measure.design(),
        mapped: &args.columns,
    };
    let settings = Settings {
        variance: args.vtype,
        zero_cells: ZeroCells {
            add: args.add,
            to: args.to,
            drop_double_zero: args.drop00,
        },
        centre: None,
    };
    let estimates = effect::escalc(args.measure, &settings, &columns);
    let sizes = if args.measure == Measure::FreemanTukeyProportion {
        columns
            .argument("ni")
            .map(std::borrow::Cow::into_owned)
            .unwrap_or_default()
    } else {
        Vec::new()
    };
    let arms = ARMS.map(|(arm, n, sd)| {
        let column = |name| {
            columns
                .argument(name)
                .ok()
                .map(std::borrow::Cow::into_owned)
        };
        (
            arm,
            column(n).unwrap_or_default(),
            column(sd).unwrap_or_default(),
        )
    });
    let estimates = match estimates {
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
    let mut studies = Studies {
        labels: Vec::new(),
        yi: Vec::new(),
        vi: Vec::new(),
        rows: Vec::new(),
        sizes: Vec::new(),
        left_out: Vec::new(),
        file,
        table,
    };
    sort_out(
        &mut studies,
        estimates,
        &sizes,
        args.measure.design(),
        found,
    );
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

fn sort_out(
    studies: &mut Studies,
    estimates: Vec<Result<Estimate, Refusal>>,
    sizes: &[f64],
    design: Design,
    found: &mut Problems,
) {
    for (row, estimate) in estimates.into_iter().enumerate() {
        let label = studies
            .table
            .text("study")
            .ok()
            .and_then(|names| names.get(row))
            .filter(|name| !name.is_empty())
            .cloned()
            .unwrap_or_else(|| format!("row {}", row + 1));
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
                studies.sizes.extend(sizes.get(row));
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
        Refusal::Negative { .. } | Refusal::EventsAboveN { .. } | Refusal::Correlation { .. } => {
            Problem::error("pool::impossible", format!("{label}: {why}"))
                .help("check the row against the report; an empty cell leaves the study out")
        }
        Refusal::Missing { .. } => {
            Problem::warning("pool::missing", format!("{label} is left out: {why}"))
        }
        _ => Problem::warning("pool::no-effect", format!("{label} is left out: {why}")),
    }
}

/// Arms of measures of means, with metafor's names of their sizes and standard deviations.
const ARMS: [(&str, &str, &str); 3] = [
    (" of arm 1", "n1i", "sd1i"),
    (" of arm 2", "n2i", "sd2i"),
    ("", "ni", "sdi"),
];

/// A group without spread, or of one person, has no variance that can be trusted: a misread cell far more often than a fact.
fn no_spread(studies: &Studies, arms: &[(&str, Vec<f64>, Vec<f64>)], found: &mut Problems) {
    for (arm, sizes, sds) in arms.iter().filter(|(_, _, sds)| !sds.is_empty()) {
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
