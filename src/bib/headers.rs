//! The header of a table that is read: the names of its columns, what each was said to hold, and what is odd about them.

use super::columns;
use super::delimited::Row;
use super::reading::Reading;
use super::table::{ID, unguarded};
use crate::nearest::nearest;
use crate::problem::Problem;
use std::borrow::Cow;

/// The columns of a table.
pub(crate) struct Headers {
    pub(super) names: Vec<String>,
    /// Field name a column is mapped to.
    pub(super) mapped: Vec<Option<String>>,
    /// Columns up to the last with a header.
    pub(super) named: usize,
    /// The column that names the records.
    pub(super) id: Option<usize>,
}

impl Headers {
    pub(crate) fn new(cells: &[Cow<str>], line: u32, out: &mut Reading) -> Self {
        let names: Vec<String> = cells
            .iter()
            .map(|cell| super::fold::fold(unguarded(super::fold::trim(cell))).into_owned())
            .collect();
        warn_of_missing(&names, line, out);
        warn_of_doubled(&names, line, out);
        let mapping = out.mapping;
        let mapped = names
            .iter()
            .map(|name| {
                let field = mapping.and_then(|mapping| mapping.columns.get(name));
                field.map(|field| format!("review:{field}"))
            })
            .collect();
        let mut headers = Self {
            named: names
                .iter()
                .rposition(|name| !name.is_empty())
                .map_or(0, |at| at + 1),
            names,
            mapped,
            id: None,
        };
        headers.name_by_id(line, out);
        headers
    }

    /// Whether a row is the header once more.
    pub(super) fn are(&self, row: &Row) -> bool {
        let name = |cell: &str| {
            let cell = cell.trim_start_matches('\u{feff}');
            super::fold::fold(unguarded(super::fold::trim(cell))).into_owned()
        };
        let mut cells = row.cells.iter().zip(&self.names);
        row.cells.len() >= self.named && cells.all(|(cell, known)| name(cell) == *known)
    }

    /// Takes the column `id` for the names of the records, where the caller wants that and nothing else is said of it.
    fn name_by_id(&mut self, line: u32, out: &mut Reading) {
        let at = self
            .names
            .iter()
            .position(|name| columns::normal(name) == "id");
        let Some(at) = at.filter(|_| out.keep_ids) else {
            return;
        };
        if self.mapped[at].is_none() {
            self.mapped[at] = Some(ID.to_owned());
            self.id = Some(at);
            let title = format!("the column `{}` names the records", self.names[at]);
            out.note("bib::id-column", title, (line, 1));
        }
    }
}

/// Says which columns stand twice under one known name.
fn warn_of_doubled(names: &[String], line: u32, out: &mut Reading) {
    for (at, name) in names.iter().enumerate() {
        let same = |other: &String| columns::normal(other) == columns::normal(name);
        if columns::known(name).is_none() || !names[..at].iter().any(same) {
            continue;
        }
        let title = format!("two columns are called `{name}`; the first that is filled counts");
        let place = out.place((line, 1));
        let problem = Problem::warning("bib::doubled-column", title).at(place);
        out.say(
            problem.help("rename or remove one of them"),
            "bib::doubled-column",
        );
    }
}

/// Says which columns the caller named that the table does not have.
fn warn_of_missing(names: &[String], line: u32, out: &mut Reading) {
    let Some(mapping) = out.mapping else { return };
    for column in mapping.columns.keys().filter(|name| !names.contains(name)) {
        let help = nearest(column, names.iter().map(String::as_str)).map_or_else(
            || format!("its columns are: {}", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let problem = Problem::warning(
            "bib::mapped-column",
            format!("a column is named that this table does not have: `{column}`"),
        );
        let place = out.place((line, 1));
        out.say(problem.at(place).help(help), "bib::mapped-column");
    }
}
