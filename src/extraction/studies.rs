//! What each study is: design, people, intervention, money.
//!
//! The columns that the program reads have fixed names; reviewers add columns of their own (a subgroup, a moderator), and these
//! travel on to the pooling unchanged.

use super::agreement::Agreed;
use super::form::Layout;
use super::printed::Printed;
use super::study_design::{STUDY_DESIGNS, better_word};
use crate::artefact::{Address, Origin, PlaceRow, key};
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

/// Columns of `studies.csv`; further ones are kept.
pub const STUDIES: Layout = Layout {
    name: "studies",
    ids: &["study"],
    required: &["design"],
    one_of: &[],
    values: &["label", "n_randomised", "n_analysed"],
    about: &["extractor", "at", "source", "reported", "note"],
    aliases: &[
        ("study_id", "study"),
        ("reader", "extractor"),
        ("date", "at"),
        ("n_randomized", "n_randomised"),
        ("n_analyzed", "n_analysed"),
        ("study_design", "design"),
    ],
    open: true,
    prefilled: &["label", "extractor"],
};

/// A study that the screening stage let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludedStudy {
    /// Study id.
    pub study: String,
    /// How the study is cited.
    pub label: String,
    /// `protocol`, or `amendment:<id>` for a study that an amendment admits.
    pub admission: String,
}

/// Characteristics of studies: the artefact `characteristics`, whose columns are those of the form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Characteristics {
    /// Columns between `admission` and `origin`, in the order of the form.
    pub columns: Vec<String>,
    /// Rows, sorted by study.
    pub rows: Vec<StudyRow>,
}

/// Characteristics of one study.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyRow {
    /// Study id, the key.
    pub study: String,
    /// How the study is cited.
    pub label: String,
    /// As in [`IncludedStudy::admission`].
    pub admission: String,
    /// A text a column.
    pub cells: Vec<String>,
    /// Where it came from.
    pub origin: Origin,
}

impl Characteristics {
    /// Canonical CSV: `key,study,label,admission,…,origin`.
    ///
    /// # Panics
    /// When a row has another number of cells than there are columns; [`extract`](super::extract) makes none.
    pub fn write(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let columns = self.columns.iter().map(String::as_str);
        let header = ["key", "study", "label", "admission"]
            .into_iter()
            .chain(columns)
            .chain(["origin"]);
        writer
            .write_record(header)
            .expect("writing to memory cannot fail");
        for row in &self.rows {
            let origin = row.origin.to_string();
            let study_key = key(&[&row.study]);
            let first = [&study_key, &row.study, &row.label, &row.admission];
            let cells = first.into_iter().chain(&row.cells).chain([&origin]);
            writer
                .write_record(cells)
                .expect("every row has a cell a column");
        }
        writer.into_inner().expect("writing to memory cannot fail")
    }

    /// The words of each study in a column that lists them, separated by `;`.
    pub fn lists(&self, column: &str) -> BTreeMap<&str, BTreeSet<&str>> {
        let Some(position) = self.columns.iter().position(|name| name == column) else {
            return BTreeMap::new();
        };
        let rows = self.rows.iter().map(|row| {
            let words = row.cells[position].split(';').map(str::trim);
            let words = words.filter(|word| !word.is_empty());
            (row.study.as_str(), words.collect())
        });
        rows.collect()
    }

    /// A number of each study that gives it, such as `n_randomised`.
    pub fn numbers(&self, column: &str) -> BTreeMap<&str, f64> {
        let Some(position) = self.columns.iter().position(|name| name == column) else {
            return BTreeMap::new();
        };
        let number = |row: &StudyRow| Printed::read(&row.cells[position]).ok()?;
        let rows = self.rows.iter();
        rows.filter_map(|row| Some((row.study.as_str(), number(row)?.value)))
            .collect()
    }
}

/// Makes the table: a row for every included study, with what the forms say of it.
pub(super) fn characteristics(
    included: &[IncludedStudy],
    agreed: &[Agreed<'_>],
    columns: &[String],
    study_row: &dyn Fn(&str) -> Address,
) -> (Characteristics, Vec<PlaceRow>, Problems) {
    let own: Vec<String> = columns
        .iter()
        .filter(|column| {
            !column.is_empty()
                && !matches!(
                    column.as_str(),
                    "key" | "origin" | "admission" | "study" | "label" | "extractor" | "at"
                )
        })
        .cloned()
        .collect();
    let mut table = Characteristics {
        columns: own,
        rows: Vec::new(),
    };
    let (mut places, mut problems) = (Vec::new(), Problems::new());
    for study in included {
        let from = agreed.iter().find(|row| row.text("study") == study.study);
        let study_row = study_row(&study.study);
        let origin = from.map_or_else(
            || Origin::of("extracted", [study_row.clone()]),
            |from| from.origin(&study_row),
        );
        let mut cells = vec![String::new(); table.columns.len()];
        let mut label = study.label.clone();
        if let Some(from) = from {
            for (cell, column) in cells.iter_mut().zip(&table.columns) {
                from.text(column).clone_into(cell);
            }
            if label.is_empty() {
                from.text("label").clone_into(&mut label);
            }
            another_label(from, &label, &mut problems);
            unknown_design(from, &mut problems);
            let named: Vec<&str> = table.columns.iter().map(String::as_str).collect();
            places.extend(from.places("studies", &key(&[&study.study]), &named));
            for column in ["n_randomised", "n_analysed"] {
                not_a_number(from, column, &mut problems);
            }
        }
        table.rows.push(StudyRow {
            study: study.study.clone(),
            label,
            admission: study.admission.clone(),
            cells,
            origin,
        });
    }
    table.rows.sort_by_key(|row| key(&[&row.study]));
    (table, places, problems)
}

/// Tells a label that the report does not use: studies are named where their reports are put together.
fn another_label(from: &Agreed<'_>, label: &str, problems: &mut Problems) {
    let own = from.text("label");
    if own.is_empty() || own == label {
        return;
    }
    let title =
        format!("`{own}` is called `{label}` in the review; the form's `label` is not used");
    problems.push(
        Problem::warning("extraction::other-label", title)
            .at(from.place("label"))
            .help("write the name under `label` in data/screening/studies.csv, with the reports of the study"),
    );
}

/// Tells a design that the program does not know: whether people were allotted at random decides how certain the evidence starts.
fn unknown_design(from: &Agreed<'_>, problems: &mut Problems) {
    let design = from.text("design");
    if design.is_empty() || STUDY_DESIGNS.contains(&design) {
        return;
    }
    let title = format!("`{design}` is no design that is known");
    problems.push(
        Problem::warning("extraction::unknown-design", title)
            .at(from.place("design"))
            .help(better_word(design)),
    );
}

fn not_a_number(from: &Agreed<'_>, column: &str, problems: &mut Problems) {
    if let Err(why) = Printed::read(from.text(column)) {
        problems.push(
            Problem::error(
                "extraction::not-a-number",
                format!("{why}: `{column}` is `{}`", from.text(column)),
            )
            .at(from.place(column))
            .help(why.help(from.text(column))),
        );
    }
}
