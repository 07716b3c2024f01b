//! Two people read every paper: equal readings become one row, and a difference waits until somebody settles it.

use super::form::{Form, Layout};
use super::printed::{Printed, is_blank};
use crate::artefact::{Address, Origin, PlaceRow, key};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// Columns of `adjudication.csv`: what two readers settled. The identifying columns of any table may stand beside these; one left
/// empty means any.
pub const ADJUDICATION: Layout = Layout {
    name: "adjudications",
    ids: &["study", "extracted"],
    required: &["value", "reason", "by", "at"],
    one_of: &[],
    values: &[
        "outcome",
        "scale",
        "time",
        "kind",
        "contrast",
        "arm",
        "statistic",
        "source",
        "measure",
        "against",
        "adjusted",
    ],
    about: &["note"],
    aliases: &[("column", "extracted"), ("date", "at")],
    open: false,
    prefilled: &[],
};

/// One row that its readers agree on, or were brought to agree on.
#[derive(Clone, Debug)]
pub struct Agreed<'a> {
    form: &'a Form,
    /// Rows of the form, one a reader, in the order of the file.
    readings: Vec<usize>,
    /// Cells that were settled, by column.
    settled: BTreeMap<&'a str, Settled<'a>>,
}

/// One settled cell.
#[derive(Clone, Copy, Debug)]
struct Settled<'a> {
    form: &'a Form,
    row: usize,
}

impl<'a> Agreed<'a> {
    /// Text of a cell; empty where the form has no such column.
    pub fn text(&self, column: &str) -> &'a str {
        match self.settled.get(column) {
            Some(settled) => settled.form.text(settled.row, "value"),
            None => self.form.text(self.readings[0], column),
        }
    }

    /// Where a cell stands: in the form, or in the adjudications.
    pub fn place(&self, column: &str) -> Place {
        match self.settled.get(column) {
            Some(settled) => settled.form.place(settled.row, "value"),
            None => self.form.place(self.readings[0], column),
        }
    }

    /// Where the first reading stands as a whole.
    pub fn row_place(&self) -> Place {
        self.form.row_place(self.readings[0])
    }

    /// Columns whose cell was settled by adjudication.
    pub fn settled(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.settled.keys().copied()
    }

    /// The origin of what is made of the row: its study's row, and for each settled cell the adjudication.
    pub(super) fn origin(&self, study_row: &Address) -> Origin {
        let extracted = Origin::of("extracted", [study_row.clone()]);
        self.settled().fold(extracted, |origin, column| {
            origin.with_cell(column, "adjudicated", [study_row.clone()])
        })
    }

    /// Texts of the columns that tell the row from others.
    pub(super) fn ids(&self, layout: &Layout) -> Vec<&'a str> {
        layout.ids.iter().map(|column| self.text(column)).collect()
    }

    /// The form it stands in.
    pub fn form(&self) -> &'a Form {
        self.form
    }

    /// The places of the row (one a reader) and of each of `columns` that holds something.
    ///
    /// `source` and `reported` speak for every cell, but `n_source` and `n_reported`, say, for the column `n`.
    pub fn places(&self, artefact: &str, row_key: &str, columns: &[&str]) -> Vec<PlaceRow> {
        let mut rows = Vec::new();
        for reading in &self.readings {
            let mut row = PlaceRow::new(artefact, row_key, "", self.form.row_place(*reading));
            self.form
                .text(*reading, "source")
                .clone_into(&mut row.source);
            self.form
                .text(*reading, "reported")
                .clone_into(&mut row.quote);
            self.form
                .text(*reading, "extractor")
                .clone_into(&mut row.by);
            self.form.text(*reading, "at").clone_into(&mut row.at);
            rows.push(row);
        }
        for column in columns.iter().filter(|column| !is_blank(self.text(column))) {
            rows.push(self.cell_place(artefact, row_key, column));
        }
        rows
    }

    fn cell_place(&self, artefact: &str, row_key: &str, column: &str) -> PlaceRow {
        let mut row = PlaceRow::new(artefact, row_key, column, self.place(column));
        if let Some(settled) = self.settled.get(column) {
            "adjudication".clone_into(&mut row.source);
            settled
                .form
                .text(settled.row, "reason")
                .clone_into(&mut row.quote);
            settled.form.text(settled.row, "by").clone_into(&mut row.by);
            settled.form.text(settled.row, "at").clone_into(&mut row.at);
            return row;
        }
        let first = self.readings[0];
        let own = |about: &str| {
            let own = self.form.text(first, &format!("{column}_{about}"));
            if own.is_empty() {
                self.form.text(first, about)
            } else {
                own
            }
        };
        own("source").clone_into(&mut row.source);
        own("reported").clone_into(&mut row.quote);
        row.by = joined(
            self.readings
                .iter()
                .map(|reading| self.form.text(*reading, "extractor")),
        );
        row.at = joined(
            self.readings
                .iter()
                .map(|reading| self.form.text(*reading, "at")),
        );
        row
    }
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// A cell that two people read differently and nobody settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The row, in words.
    pub row: String,
    /// The column.
    pub column: String,
    /// Reader, what was read, and where, for each reading.
    pub readings: Vec<(String, String, Place)>,
}

impl Disagreement {
    /// What is to be settled, in one line.
    pub fn in_words(&self) -> String {
        let readings: Vec<String> = self
            .readings
            .iter()
            .map(|(by, text, place)| {
                let text = if text.is_empty() { "nothing" } else { text };
                format!("{text} by {by} ({place})")
            })
            .collect();
        format!("{}: `{}` is {}", self.row, self.column, readings.join(", "))
    }
}

/// What a form says once its readers were compared.
#[derive(Clone, Debug, Default)]
pub struct Agreement<'a> {
    /// Rows without an open difference, in the order of the file.
    pub rows: Vec<Agreed<'a>>,
    /// Open differences; their rows are left out.
    pub disagreements: Vec<Disagreement>,
    /// How many rows only one person read.
    pub read_once: usize,
    /// Rows of the adjudications that were used.
    pub used: BTreeSet<usize>,
}

/// Finds rows that one reader wrote twice: the form cannot say which of them counts.
pub(super) fn duplicates(form: &Form, layout: &Layout) -> Problems {
    let mut first: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    let mut problems = Problems::new();
    for row in 0..form.rows.len() {
        let mut id = ids(form, row, layout);
        id.push(form.text(row, "extractor"));
        if let Some(before) = first.insert(id, row) {
            let by = form.text(row, "extractor");
            let who = if by.is_empty() {
                String::new()
            } else {
                format!(" by {by}")
            };
            problems.push(
                Problem::error(
                    "extraction::duplicate-row",
                    format!(
                        "two rows{who} are about the same: {}",
                        words(form, row, layout)
                    ),
                )
                .labelled(form.row_place(row), "again")
                .labelled(form.row_place(before), "first")
                .help("delete one of the two, or name what tells them apart"),
            );
        }
    }
    problems
}

/// Compares the readings of each row cell by cell.
pub fn agree<'a>(form: &'a Form, layout: &Layout, adjudication: &'a Form) -> Agreement<'a> {
    let mut groups: IndexMap<Vec<&str>, Vec<usize>> = IndexMap::new();
    for row in 0..form.rows.len() {
        groups.entry(ids(form, row, layout)).or_default().push(row);
    }
    let columns: Vec<&str> = form
        .columns
        .iter()
        .map(String::as_str)
        .filter(|column| is_value(column, layout))
        .collect();
    let rulings = rulings(adjudication);
    let mut agreement = Agreement::default();
    for (_, readings) in groups {
        let mut row = Agreed {
            form,
            readings,
            settled: BTreeMap::new(),
        };
        let study = form.text(row.readings[0], "study");
        for ruling in rulings.get(study).into_iter().flatten() {
            let column = adjudication.text(*ruling, "extracted");
            if columns.contains(&column) && is_about(adjudication, *ruling, &row, layout) {
                agreement.used.insert(*ruling);
                row.settled.insert(
                    column,
                    Settled {
                        form: adjudication,
                        row: *ruling,
                    },
                );
            }
        }
        let open = differences(&row, &columns, layout);
        agreement.read_once += usize::from(row.readings.len() == 1);
        if open.is_empty() {
            agreement.rows.push(row);
        } else {
            agreement.disagreements.extend(open);
        }
    }
    agreement
}

fn is_value(column: &str, layout: &Layout) -> bool {
    let named = |list: &[&str]| list.contains(&column);
    if named(layout.ids) || named(layout.about) || column.is_empty() {
        return false;
    }
    layout.open || named(layout.required) || named(layout.one_of) || named(layout.values)
}

fn ids<'a>(form: &'a Form, row: usize, layout: &Layout) -> Vec<&'a str> {
    layout
        .ids
        .iter()
        .map(|column| form.text(row, column))
        .collect()
}

/// A row by its identifying cells.
fn words(form: &Form, row: usize, layout: &Layout) -> String {
    let ids = ids(form, row, layout);
    ids.into_iter()
        .filter(|id| !id.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn rulings(adjudication: &Form) -> BTreeMap<&str, Vec<usize>> {
    let mut rulings: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in 0..adjudication.rows.len() {
        rulings
            .entry(adjudication.text(row, "study"))
            .or_default()
            .push(row);
    }
    rulings
}

/// Whether every identifying cell that an adjudication names is the row's, and none is one this table does not have.
fn is_about(adjudication: &Form, ruling: usize, row: &Agreed<'_>, layout: &Layout) -> bool {
    ADJUDICATION
        .values
        .iter()
        .filter(|column| !adjudication.text(ruling, column).is_empty())
        .all(|column| {
            layout.ids.contains(column)
                && row.form.text(row.readings[0], column) == adjudication.text(ruling, column)
        })
}

fn differences(row: &Agreed<'_>, columns: &[&str], layout: &Layout) -> Vec<Disagreement> {
    let form = row.form;
    let first = row.readings[0];
    let differs = |column: &&&str| {
        !row.settled.contains_key(**column)
            && row.readings[1..]
                .iter()
                .any(|other| !same(form.text(first, column), form.text(*other, column)))
    };
    columns
        .iter()
        .filter(differs)
        .map(|column| Disagreement {
            row: words(form, first, layout),
            column: (*column).to_owned(),
            readings: row
                .readings
                .iter()
                .map(|reading| {
                    (
                        form.text(*reading, "extractor").to_owned(),
                        form.text(*reading, column).to_owned(),
                        form.place(*reading, column),
                    )
                })
                .collect(),
        })
        .collect()
}

/// Whether two cells say the same: the same text, both nothing, or the same number.
fn same(a: &str, b: &str) -> bool {
    if a == b || is_blank(a) && is_blank(b) {
        return true;
    }
    match (Printed::read(a), Printed::read(b)) {
        (Ok(Some(a)), Ok(Some(b))) => a.value.to_bits() == b.value.to_bits(),
        _ => false,
    }
}

/// Warns of adjudications that no table used: the row they speak of was renamed, or never was.
pub(super) fn unused(adjudication: &Form, used: &BTreeSet<usize>) -> Problems {
    let left = (0..adjudication.rows.len()).filter(|row| !used.contains(row));
    left.map(|row| {
        let what = [
            adjudication.text(row, "study"),
            adjudication.text(row, "extracted"),
        ];
        Problem::warning(
            "extraction::idle-adjudication",
            format!(
                "an adjudication settles no cell: {}",
                key(&what).replace('|', ", ")
            ),
        )
        .at(adjudication.row_place(row))
        .help("name the row as the extraction names it, or delete the line")
    })
    .fold(Problems::new(), |mut problems, problem| {
        problems.push(problem);
        problems
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extraction::form_reader::read_csv;

    const LAYOUT: Layout = Layout {
        name: "rows",
        ids: &["study", "arm"],
        required: &["mean"],
        one_of: &[],
        values: &[],
        about: &["extractor", "at", "source", "reported"],
        aliases: &[],
        open: false,
        prefilled: &[],
    };

    fn form(text: &str) -> Form {
        read_csv("outcomes.csv", text.as_bytes(), &LAYOUT)
            .expect("a form")
            .0
    }

    fn settled(text: &str) -> Form {
        read_csv("adjudication.csv", text.as_bytes(), &ADJUDICATION)
            .expect("a form")
            .0
    }

    const TWO: &str = "study,arm,mean,extractor\nA,x,1.50,r1\nA,x,1.5,r2\nA,y,2,r1\nA,y,-2,r2\n";

    #[test]
    fn equal_numbers_written_differently_agree_and_a_lost_sign_does_not() {
        let form = form(TWO);
        let none = Form::absent("adjudication.csv");
        let agreement = agree(&form, &LAYOUT, &none);
        assert_eq!(agreement.rows.len(), 1);
        insta::assert_snapshot!(agreement.disagreements[0].in_words(), @"A, y: `mean` is 2 by r1 (outcomes.csv:4:5), -2 by r2 (outcomes.csv:5:5)");
    }

    #[test]
    fn an_adjudication_settles_its_cell_and_says_who() {
        let form = form(TWO);
        let rulings = settled(
            "study,arm,extracted,value,reason,by,at\nA,y,mean,-2,Table 2 prints it,r1;r2,2026-01-02\nB,,mean,1,no such study,r1,2026-01-02\n",
        );
        let agreement = agree(&form, &LAYOUT, &rulings);
        assert!(agreement.disagreements.is_empty());
        assert_eq!(agreement.rows[1].text("mean"), "-2");
        let places = agreement.rows[1].places("outcomes", "A|y", &["mean"]);
        assert_eq!(places[2].by, "r1;r2");
        assert_eq!(places[2].place.to_string(), "adjudication.csv:2:10");
        let idle = unused(&rulings, &agreement.used);
        insta::assert_snapshot!(idle.0[0], @"adjudication.csv:3: warning[extraction::idle-adjudication]: an adjudication settles no cell: B, mean");
    }

    #[test]
    fn one_reader_twice_in_a_row_is_a_fault_of_the_form() {
        let form = form("study,arm,mean,extractor\nA,x,1,r1\nA,x,2,r1\n");
        insta::assert_snapshot!(duplicates(&form, &LAYOUT).0[0], @"outcomes.csv:3: error[extraction::duplicate-row]: two rows by r1 are about the same: A, x");
    }
}
