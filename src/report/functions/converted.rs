//! What of the numbers behind an effect no paper gives: each computed from others that it gives.

use super::{Printed, given, row_value, safe};
use crate::artefact::{Address, Origin};
use crate::report::escape::markdown;
use crate::report::input::TableRow;
use crate::report::press::Press;
use std::collections::{BTreeMap, BTreeSet};
use tera::{Kwargs, Value};

/// The mark of a number that was computed from others.
const MARK: &str = "†";

/// The numbers of arms that are told so; effects as reported say in their notes what was computed.
const COLUMNS: [&str; 3] = ["mean", "r", "sd"];

/// How numbers were computed: from what, which of them, and by whose formulas.
type Way<'a> = (&'a str, BTreeSet<&'a str>, BTreeSet<&'a str>);

/// The ways in which numbers behind these effects were computed: a list of `rows`, the conversions of the first effect of that way,
/// and `effects`, all of it.
pub(super) fn conversions(press: &Press, arguments: &Kwargs) -> Printed {
    let effects: Vec<Value> = arguments.must_get("rows")?;
    let mut ways: Vec<(Way<'_>, Vec<Value>, Vec<Value>)> = Vec::new();
    for effect in effects {
        let address = effect.get_from_path("@");
        let row = address.and_then(|address| press.row(address.as_str()?));
        let Some(row) = row else { continue };
        let mut found: BTreeMap<&str, Vec<TableRow<'_>>> = BTreeMap::new();
        for conversion in behind(press, &row, None) {
            let (_, from) = parts(&conversion);
            found.entry(from).or_default().push(conversion);
        }
        for (from, rows) in found {
            let all = |column| rows.iter().map(|row| row.text(column)).collect();
            let way = (from, all("column"), all("source"));
            match ways.iter_mut().find(|(known, ..)| *known == way) {
                Some((.., effects)) => effects.push(effect.clone()),
                None => ways.push((
                    way,
                    rows.iter().map(row_value).collect(),
                    vec![effect.clone()],
                )),
            }
        }
    }
    let ways = ways.into_iter().map(|(_, rows, effects)| {
        let way: BTreeMap<&str, Value> =
            BTreeMap::from([("rows", rows.into()), ("effects", effects.into())]);
        Value::from_serializable(&way)
    });
    Ok(ways.collect::<Vec<Value>>().into())
}

/// Conversions of one way in words, such as `mean and SD from the median and quartiles (Luo 2018; Wan 2014)`.
pub(super) fn converted_words(press: &Press, arguments: &Kwargs) -> Printed {
    let rows: Vec<Value> = arguments.must_get("rows")?;
    let addresses = rows.iter().filter_map(|row| row.get_from_path("@"));
    let rows: Vec<TableRow<'_>> = addresses
        .filter_map(|address| press.row(address.as_str()?))
        .collect();
    let Some((_, from)) = rows.first().map(parts) else {
        return safe("");
    };
    let words = press.words();
    let columns: BTreeSet<&str> = rows.iter().map(|row| row.text("column")).collect();
    let columns: Vec<&str> = columns
        .into_iter()
        .map(|column| words.find(&format!("converted.{column}")).unwrap_or(column))
        .collect();
    let mut sources: BTreeMap<&str, String> = BTreeMap::new();
    for row in &rows {
        let source = row.text("source");
        sources
            .entry(source)
            .or_insert_with(|| press.traced(row.address("source"), source, &markdown(source)));
    }
    let sources: Vec<String> = sources.into_values().collect();
    let given = words.find(&format!("converted.from.{from}"));
    let given = given.map_or_else(|| words.spelled(from), str::to_owned);
    safe(&press.say(
        "converted.way",
        &[
            ("numbers", &columns.join(words.text("converted.and"))),
            ("given", &given),
            ("source", &sources.join(words.text("semicolon"))),
        ],
    ))
}

/// The mark, where the number in a column of an effect was computed from others.
pub(super) fn converted(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let column: String = arguments.must_get("col")?;
    let computed = !behind(press, &row, Some(&column)).is_empty();
    safe(if computed { MARK } else { "" })
}

/// A rule's parts: what was computed, and from what.
fn parts<'a>(conversion: &TableRow<'a>) -> (&'a str, &'a str) {
    let rule = conversion.text("rule");
    rule.split_once("-from-").unwrap_or(("", rule))
}

/// The conversions that filled cells which an effect, or one column of it, was made from.
fn behind<'a>(press: &'a Press, effect: &TableRow<'_>, column: Option<&str>) -> Vec<TableRow<'a>> {
    let Some(table) = press.input.named("conversions").next() else {
        return Vec::new();
    };
    let origin: Origin = effect.text("origin").parse().unwrap_or_default();
    // `mean1` is made of cells named `mean`.
    let kind = column.map(|column| column.trim_end_matches(['1', '2']));
    let clauses = match column {
        Some(column) => origin.of_cell(column).into_iter().collect(),
        None => origin.0.iter().collect::<Vec<_>>(),
    };
    let mut keys = BTreeSet::new();
    for address in clauses.into_iter().flat_map(|clause| clause.from.iter()) {
        if let Address::Cell {
            stage, key, column, ..
        } = address
            && *stage == table.stage
            && COLUMNS.contains(&column.as_str())
            && kind.is_none_or(|kind| kind == column.as_str())
        {
            keys.insert(format!("{key}|{column}"));
        }
    }
    let entries = keys
        .iter()
        .filter_map(|key| table.sheet.rows.get_entry(key));
    entries.map(|entry| TableRow::new(table, entry)).collect()
}
