//! Functions that print what a row points at: the study, the tool, the reason, the analysis, the amendment.

use super::escape::markdown;
use super::functions::{Printed, column, given, is_told, safe};
use super::input::TableRow;
use super::press::Press;
use super::words::Words;
use crate::artefact::Address;
use serde_json::Value as Json;
use tera::{Error, Kwargs, TeraResult, Value};

/// The label of the row's study.
pub(super) fn study(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let study = row.text("study");
    let tables = ["characteristics", "included", "effects", "overall"];
    let mut rows = tables.iter().flat_map(|table| press.input.rows(table));
    let labelled = rows.find(|other| {
        other.text("study") == study
            && !other.text("label").is_empty()
            && other.table.name != "overall"
    });
    match labelled {
        Some(labelled) => safe(&press.text(&labelled, "label")),
        None => safe(&press.text(&row, "study")),
    }
}

/// A tool's name as people write it.
pub(super) fn tool_name(tool: &str) -> String {
    match tool {
        "rob2" => "RoB 2".to_owned(),
        "robins-i" => "ROBINS-I".to_owned(),
        "robins-i-v2" => "ROBINS-I version 2".to_owned(),
        "ephpp" => "EPHPP".to_owned(),
        "nos" => "Newcastle-Ottawa Scale".to_owned(),
        other => other.to_owned(),
    }
}

/// The row's tool for risk of bias.
pub(super) fn tool(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let tool = row.text("tool");
    safe(&press.traced(row.address("tool"), tool, &markdown(&tool_name(tool))))
}

/// The title of the row's analysis; the analysis itself where it has no row of its own.
pub(super) fn analysis_title(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    match press.analysis_of(&row) {
        Some(analysis) => {
            let beside = if analysis.text("registered").starts_with("post hoc") {
                let words = &press.input.words;
                words.say("in-brackets", &[("what", words.text("code.post-hoc"))])
            } else {
                String::new()
            };
            safe(&format!("{}{beside}", press.text(&analysis, "title")))
        }
        None => safe(&press.text(&row, "analysis")),
    }
}

/// A value of the protocol by its path.
pub(super) fn protocol_text(press: &Press, path: &str) -> TeraResult<String> {
    let protocol = &press.input.protocol;
    let pointer = format!("/{}", path.replace('.', "/"));
    let Some(value) = protocol.value.pointer(&pointer) else {
        return Err(Error::message(format!(
            "the protocol has nothing at `{path}`"
        )));
    };
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Null => return Ok(String::new()),
        other => other.to_string(),
    };
    let address = protocol.places.get(path).map_or_else(
        || Address::file(&protocol.path),
        |place| Address::File(place.clone()),
    );
    Ok(press.traced(address, &text, &markdown(&text)))
}

/// Index of the entry of a protocol's list whose `key` is `is`.
fn protocol_index(press: &Press, list: &str, key: &str, is: &str) -> Option<usize> {
    let pointer = format!("/{}", list.replace('.', "/"));
    let entries = press.input.protocol.value.pointer(&pointer)?.as_array()?;
    entries.iter().position(|entry| entry[key] == is)
}

/// A reason for exclusion in the protocol's words.
pub(super) fn reason(press: &Press, arguments: &Kwargs) -> Printed {
    const LIST: &str = "eligibility.exclusion_reasons.ordered";
    let row = given(press, arguments)?;
    let column = column(&row, arguments, "col", "reason")?;
    let code = row.text(&column);
    let words = protocol_index(press, LIST, "code", code)
        .map(|index| format!("/{}/{index}/text", LIST.replace('.', "/")))
        .and_then(|pointer| press.input.protocol.value.pointer(&pointer)?.as_str())
        .map_or_else(|| press.words().spelled(code), str::to_owned);
    if code.is_empty() {
        return safe("");
    }
    safe(&press.traced(row.address(&column), code, &markdown(&words)))
}

/// An outcome in the protocol's words.
pub(super) fn outcome_name(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let column = column(&row, arguments, "col", "outcome")?;
    let id = row.text(&column);
    let name = protocol_index(press, "outcomes", "id", id)
        .and_then(|index| press.input.protocol.value["outcomes"][index]["name"].as_str())
        .map_or_else(|| press.words().spelled(id), str::to_owned);
    safe(&press.traced(row.address(&column), id, &markdown(&name)))
}

/// Whether the outcome in a cell is one of the protocol's.
pub(super) fn in_protocol(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let column = column(&row, arguments, "col", "outcome")?;
    Ok(protocol_index(press, "outcomes", "id", row.text(&column))
        .is_some()
        .into())
}

/// `, admitted by amendment a2` for an analysis of a population that an amendment admits.
pub(super) fn admitted(press: &Press, arguments: &Kwargs) -> Printed {
    const LIST: &str = "eligibility.populations";
    let row = given(press, arguments)?;
    if row.text("registered").contains("amendment") {
        return safe("");
    }
    let Some(index) = protocol_index(press, LIST, "id", row.text("population")) else {
        return safe("");
    };
    let path = format!("{LIST}.{index}.admitted_by");
    let pointer = format!("/{}", path.replace('.', "/"));
    match press.input.protocol.value.pointer(&pointer) {
        Some(Json::String(_)) => {
            let amendment = protocol_text(press, &path)?;
            safe(&press.say("admission.analysis", &[("amendment", &amendment)]))
        }
        _ => safe(""),
    }
}

/// How a study enters: `protocol` or `amendment:a2` in words.
pub(super) fn admission(press: &Press, row: &TableRow<'_>, column: &str) -> String {
    let value = row.text(column);
    let words = match value.split_once(':') {
        Some((what, id)) => {
            let what = press.words().spelled(what);
            press
                .words()
                .say("admission.by", &[("what", &what), ("id", id)])
        }
        None => press.words().spelled(value),
    };
    press.traced(row.address(column), value, &markdown(&words))
}

/// Whether an item of the checklist is filled by any of these, between bars: `auto`, `text:<section>`, `protocol:<path>`, `table:<name>`,
/// `cell:<table>.<column>` where a row holds something there, or `process:<of>` where the methods say who did it.
pub(super) fn item_status(press: &Press, arguments: &Kwargs) -> Printed {
    let of: String = arguments.must_get("of")?;
    let statuses: Vec<&str> = of
        .split('|')
        .map(|source| filled_by(press, source))
        .collect();
    let filled = statuses
        .iter()
        .find(|status| **status == "checklist.filled");
    safe(&press.say(filled.unwrap_or(&statuses[0]), &[]))
}

fn filled_by(press: &Press, source: &str) -> &'static str {
    match source.split_once(':') {
        Some(("text", section)) if press.input.texts.contains_key(section) => "checklist.author",
        Some(("text", _)) => "checklist.needs-author",
        Some(("protocol", path)) if !is_stated(press, path) => "checklist.missing",
        Some(("table", table)) if press.input.rows(table).next().is_none() => "checklist.missing",
        Some(("process", of)) if !is_told(press, of) => "checklist.missing",
        Some(("cell", cell)) if !is_written(press, cell) => "checklist.missing",
        _ => "checklist.filled",
    }
}

/// Whether a row of a table holds something in a column.
fn is_written(press: &Press, cell: &str) -> bool {
    let Some((table, column)) = cell.split_once('.') else {
        return false;
    };
    let mut rows = press.input.rows(table);
    rows.any(|row| !row.text(column).trim().is_empty())
}

/// Whether the protocol says something at a path.
fn is_stated(press: &Press, path: &str) -> bool {
    let pointer = format!("/{}", path.replace('.', "/"));
    match press.input.protocol.value.pointer(&pointer) {
        None | Some(Json::Null) => false,
        Some(Json::String(text)) => !text.trim().is_empty(),
        Some(Json::Array(entries)) => !entries.is_empty(),
        Some(_) => true,
    }
}

/// A whole table as Markdown, without keys and origins; every cell traced.
pub(super) fn table(press: &Press, arguments: &Kwargs) -> Printed {
    let name: String = arguments.must_get("name")?;
    let hidden = |column: &str| matches!(column, "key" | "origin" | "order");
    let mut rows = press.input.rows(&name).peekable();
    let Some(first) = rows.peek() else {
        return safe("");
    };
    let columns: Vec<&String> = first
        .table
        .sheet
        .columns
        .iter()
        .filter(|column| !hidden(column))
        .collect();
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let heads = columns
        .iter()
        .map(|column| label_of(press.words(), column))
        .collect();
    let mut out = line(heads) + &line(columns.iter().map(|_| "---".to_owned()).collect());
    for row in rows {
        out += &line(
            columns
                .iter()
                .map(|column| press.text(&row, column))
                .collect(),
        );
    }
    Ok(Value::safe_string(&out))
}

/// A column's name as a heading.
pub(super) fn label_of(words: &Words, column: &str) -> String {
    if let Some(label) = words.find(&format!("column.{}", column.replace('_', "-"))) {
        return label.to_owned();
    }
    let words = column.replace('_', " ");
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
