//! Numbers behind a result that cannot be as they are extracted, and that nobody has looked into.

use super::functions::{Printed, given, row_value};
use super::input::{ReportInput, TableRow};
use super::press::Press;
use crate::artefact::{Address, Origin};
use std::collections::BTreeSet;
use tera::{Kwargs, Value};

/// The findings of the row's analysis; a row of another table belongs to the analysis that it names.
pub(super) fn doubts(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let analysis = row.text("analysis");
    let effects = press.input.rows("effects");
    let effects: Vec<TableRow<'_>> = effects
        .filter(|effect| effect.text("analysis") == analysis)
        .collect();
    let found = behind(&press.input, &effects);
    Ok(found.iter().map(row_value).collect::<Vec<Value>>().into())
}

/// The findings that call a number impossible which one of the effects was made from, unless somebody accepted them.
///
/// One that also read what no effect is made from, such as a test that the paper prints, says that two things contradict each other,
/// and not that this number cannot be.
pub(super) fn behind<'a>(input: &'a ReportInput, effects: &[TableRow<'_>]) -> Vec<TableRow<'a>> {
    let open: Vec<TableRow<'a>> = input
        .rows("integrity")
        .filter(|row| row.text("severity") == "error" && row.text("accepted_by").is_empty())
        .collect();
    if open.is_empty() {
        return open; // as in most reviews, whose effects need not be looked at
    }
    let read: BTreeSet<Read> = effects.iter().flat_map(rows_read).collect();
    let artefacts: BTreeSet<&str> = read.iter().map(|(artefact, _)| artefact.as_str()).collect();
    let doubts = |row: &TableRow<'a>| {
        let from = rows_read(row);
        let all_of_them = |(artefact, _): &Read| artefacts.contains(artefact.as_str());
        from.iter().any(|one| read.contains(one)) && from.iter().all(all_of_them)
    };
    open.into_iter().filter(doubts).collect()
}

/// An artefact, and the key of a row of it.
type Read = (String, String);

/// The rows that a row was made from.
fn rows_read(row: &TableRow<'_>) -> Vec<Read> {
    let origin: Origin = row.text("origin").parse().unwrap_or_default();
    let from = origin.0.iter().flat_map(|clause| clause.from.to_vec());
    let named = from.filter_map(|address| match address {
        Address::Cell {
            stage,
            artefact,
            key,
            ..
        }
        | Address::Row {
            stage,
            artefact,
            key,
        } => Some((format!("{stage}/{artefact}"), key.to_string())),
        Address::Artefact { .. } | Address::File(_) => None,
    });
    named
        .filter(|(artefact, _)| !artefact.ends_with("/settings"))
        .collect()
}
