//! The functions templates print with. Everything that holds a digit goes through one of them.
//!
//! | call | prints |
//! | --- | --- |
//! | `n(row, col, as)`, `n(at, as)` | the number in a cell, traced to it |
//! | `interval(row, lower, upper, as)` | `a to b`, both traced |
//! | `est(row)` | estimate with its interval and level |
//! | `level(row)` | the level of the row's analysis |
//! | `name(row, col)`, `name(at)` | a text that may hold digits, traced; `as="words"` spells out a code |
//! | `"RoB 2" \| name` | a literal that holds digits, said to be a name |
//! | `count(table)` | the number of rows of a table, traced to the table |
//! | `t(key, of, …)` | words of the report's language, with the values given by name; `of` is the number that decides between one and many |
//! | `link(key)` | a link to the section whose heading is these words |
//! | `p(path)` | a value of the protocol, traced to its line |
//! | `direction(row)` | in words, on which side an estimate lies |
//! | `plural(row, col, one, many)` | one of two words |
//! | `doi(row, col)` | a link to a publication |
//! | `references(of)` | decisions with `include` or `exclude` at full text, in the order of the style of references |
//! | `reference(row)`, `cite(row)` | a publication as the style writes it; how a sentence cites it, for a study all of its publications |
//! | `process(of)`, `program()` | who did a step, by the data; the version of the program |
//! | `figure(name)`, `has_figure(name)` | a figure |
//! | `author(section)`, `has_author(section)` | what an author wrote |
//! | `pooled_alike()` | the ways in which analyses were pooled, each with its `pooled` row and its `analyses` |
//! | `term(row)`, `coefficients_mean(row)` | a term of a meta-regression; what the coefficients of one mean |
//! | `conversions(rows)` | the ways in which numbers behind effects were computed from others, each with its `rows` and `effects` |
//! | `converted_words(rows)`, `converted(row, col)` | such a way in words; the mark of a number so computed |
//! | `judged_otherwise(row)` | whether a person judged a domain of the row's analysis otherwise than the policy |
//! | `alike(rows, col)` | lists of the rows that hold the same in a column |
//! | `doubts(row)` | rows of the integrity findings, errors that nobody accepted, behind the effects of the row's analysis |
//! | `rows(table, col, is, col2, is2)`, `row(…)`, `has(table)` | rows to print from |

mod certainty;
mod cited;
mod coefficients;
mod columns;
mod converted;
mod estimates;
mod selecting;
mod told_process;

use super::doubts::doubts;
use super::escape::{markdown, slug};
use super::format::Form;
use super::input::TableRow;
use super::press::Press;
use super::words::{self, Part};
use super::{phrases, span};
use crate::artefact::Address;
use estimates::{estimate, level};
use selecting::{alike, any, cells, distinct, matching, pooled_alike};
use std::sync::Arc;
use tera::{Error, Kwargs, State, StringInput, Tera, TeraResult, Value};
pub(super) use told_process::is_told;

/// What every function gives.
pub(super) type Printed = TeraResult<Value>;

/// Registers all functions.
pub(super) fn register(tera: &mut Tera, press: &Arc<Press>) {
    let mut function = |name: &'static str, call: fn(&Press, &Kwargs) -> Printed| {
        let press = Arc::clone(press);
        tera.register_function(name, move |arguments: Kwargs, _: &State<'_>| {
            call(&press, &arguments)
        });
    };
    function("n", number);
    function("interval", interval);
    function("est", estimate);
    function("level", level);
    function("name", name);
    function("t", told);
    function("link", link);
    function("count", count);
    function("p", protocol);
    function("direction", direction);
    function("plural", plural);
    function("doi", doi);
    function("references", cited::references);
    function("reference", cited::reference);
    function("cite", cited::cite);
    function("figure", figure);
    function("distinct", distinct);
    function("term", coefficients::term);
    function("coefficients_mean", coefficients::coefficients_mean);
    function("conversions", converted::conversions);
    function("converted", converted::converted);
    function("converted_words", converted::converted_words);
    function("judged_otherwise", certainty::judged_otherwise);
    function("alike", alike);
    function("pooled_alike", pooled_alike);
    function("any", any);
    function("cells", cells);
    function("columns", columns::columns);
    function("is_number", columns::is_number);
    function("study", phrases::study);
    function("tool", phrases::tool);
    function("reason", phrases::reason);
    function("outcome_name", phrases::outcome_name);
    function("in_protocol", phrases::in_protocol);
    function("admitted", phrases::admitted);
    function("analysis_title", phrases::analysis_title);
    function("doubts", doubts);
    function("item_status", phrases::item_status);
    function("process", told_process::process);
    function("program", told_process::program);
    function("table", phrases::table);
    function("has_figure", |press, arguments| {
        let name: String = arguments.must_get("name")?;
        Ok(press.figures().contains_key(&name).into())
    });
    function("has_author", |press, arguments| {
        let section: String = arguments.must_get("section")?;
        Ok(press.input.texts.contains_key(&section).into())
    });
    function("cut_tables", |press, _| {
        let files = super::workbook::cut(&press.input);
        let named: Vec<String> = files.map(|file| format!("`{file}`")).collect();
        safe(&named.join(press.words().text("comma")))
    });
    function("has", |press, arguments| {
        let table: String = arguments.must_get("table")?;
        Ok(press.input.rows(&table).next().is_some().into())
    });
    function("rows", |press, arguments| {
        let rows = matching(press, arguments)?;
        Ok(rows.iter().map(row_value).collect::<Vec<Value>>().into())
    });
    function("row", |press, arguments| {
        let rows = matching(press, arguments)?;
        Ok(rows.first().map_or_else(Value::none, row_value))
    });
    let naming = Arc::clone(press);
    tera.register_filter("name", move |text: &str, _: Kwargs, _: &State<'_>| {
        Value::safe_string(&naming.named(&markdown(text)))
    });
    let words = Arc::clone(&press.input.words);
    tera.register_filter("words", move |text: &str, _: Kwargs, _: &State<'_>| {
        words.spelled(text)
    });
    let words = Arc::clone(&press.input.words);
    tera.register_filter("moderators", move |text: &str, _: Kwargs, _: &State<'_>| {
        words.moderators(text)
    });
    tera.register_filter(
        "plain_moderators",
        |text: &str, _: Kwargs, _: &State<'_>| words::plain_moderators(text),
    );
    tera.register_filter("slug", |text: &str, _: Kwargs, _: &State<'_>| slug(text));
    let words = Arc::clone(&press.input.words);
    tera.register_filter("label", move |text: &str, _: Kwargs, _: &State<'_>| {
        phrases::label_of(&words, text)
    });
    tera.register_filter("cap", |text: StringInput<'_>, _: Kwargs, _: &State<'_>| {
        text.inherit_safety(capitalised(text.as_str()))
    });
    tera.register_filter("num", |text: &str, _: Kwargs, _: &State<'_>| {
        text.trim().parse::<f64>().unwrap_or(0.0)
    });
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every function of a template gives a result"
)]
pub(super) fn safe(text: &str) -> Printed {
    Ok(Value::safe_string(text))
}

/// A row as templates see it: its cells as text by column, and its address.
pub(super) fn row_value(row: &TableRow<'_>) -> Value {
    Value::from_serializable(&Named(row))
}

/// A row as a map from columns to cells.
struct Named<'a>(&'a TableRow<'a>);

impl serde::Serialize for Named<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = self.0;
        let address = Address::row(&row.table.stage, &row.table.artefact, row.key).to_string();
        let columns = row.table.sheet.columns.iter().map(String::as_str);
        let cells = columns.zip(row.cells());
        serializer.collect_map(std::iter::once(("@", address.as_str())).chain(cells))
    }
}

/// The row given as `row`.
pub(super) fn given<'a>(press: &'a Press, arguments: &Kwargs) -> TeraResult<TableRow<'a>> {
    let value: Value = arguments.must_get("row")?;
    let address = value.as_map().and_then(|map| map.get(&"@".into()));
    let address = address.and_then(Value::as_str);
    address
        .and_then(|address| press.row(address))
        .ok_or_else(|| {
            Error::message("`row` is no row of a table: take it from `rows(…)` or `row(…)`")
        })
}

/// The column given, which must exist.
pub(super) fn column(
    row: &TableRow<'_>,
    arguments: &Kwargs,
    argument: &str,
    default: &str,
) -> TeraResult<String> {
    let column: String = match arguments.get(argument)? {
        Some(column) => column,
        None if default.is_empty() => arguments.must_get(argument)?,
        None => default.to_owned(),
    };
    if row.table.sheet.columns.contains(&column) {
        return Ok(column);
    }
    Err(Error::message(format!(
        "the table `{}` has no column `{column}`; it has {}",
        row.table.name,
        row.table.sheet.columns.join(", ")
    )))
}

fn form(arguments: &Kwargs, default: Form) -> TeraResult<Form> {
    let Some(name) = arguments.get::<String>("as")? else {
        return Ok(default);
    };
    Form::named(&name).ok_or_else(|| {
        let names: Vec<_> = Form::NAMES.iter().map(|(name, _)| *name).collect();
        Error::message(format!(
            "`{name}` is no way to print a number; there are {}",
            names.join(", ")
        ))
    })
}

/// The row and column an address given as `at` names.
fn addressed<'a>(press: &'a Press, text: &str) -> TeraResult<(TableRow<'a>, String)> {
    let unknown = || {
        Error::message(format!(
            "`{text}` is no address of a value the report was given"
        ))
    };
    let Ok(Address::Cell {
        stage,
        artefact,
        key,
        column,
    }) = text.parse()
    else {
        return Err(unknown());
    };
    let row = press.row(&Address::row(&stage, &artefact, &key).to_string());
    let row = row.ok_or_else(unknown)?;
    if row.table.sheet.columns.iter().any(|one| *one == column) {
        Ok((row, column.into()))
    } else {
        Err(unknown())
    }
}

fn target<'a>(press: &'a Press, arguments: &Kwargs) -> TeraResult<(TableRow<'a>, String)> {
    if let Some(address) = arguments.get::<String>("at")? {
        return addressed(press, &address);
    }
    let row = given(press, arguments)?;
    let column = column(&row, arguments, "col", "")?;
    Ok((row, column))
}

/// Whether the column asked for may be missing, and is.
fn is_left_out(press: &Press, arguments: &Kwargs) -> TeraResult<bool> {
    if arguments.get::<bool>("optional")? != Some(true) {
        return Ok(false);
    }
    let column: String = arguments.must_get("col")?;
    Ok(!given(press, arguments)?
        .table
        .sheet
        .columns
        .contains(&column))
}

fn number(press: &Press, arguments: &Kwargs) -> Printed {
    if is_left_out(press, arguments)? {
        return safe("–");
    }
    let (row, column) = target(press, arguments)?;
    safe(&press.number(&row, &column, form(arguments, Form::Plain)?))
}

fn interval(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let lower = column(&row, arguments, "lower", "ci_lower")?;
    let upper = column(&row, arguments, "upper", "ci_upper")?;
    let form = form(arguments, Form::Effect)?;
    safe(&limits(press, &row, &lower, &upper, form))
}

fn limits(press: &Press, row: &TableRow<'_>, lower: &str, upper: &str, form: Form) -> String {
    if row.text(lower).is_empty() && row.text(upper).is_empty() {
        return "–".to_owned();
    }
    let (lower, upper) = (
        press.number(row, lower, form),
        press.number(row, upper, form),
    );
    press.say("interval", &[("lower", &lower), ("upper", &upper)])
}

fn name(press: &Press, arguments: &Kwargs) -> Printed {
    if let Some(text) = arguments.get::<String>("text")? {
        return safe(&press.named(&markdown(&text)));
    }
    if is_left_out(press, arguments)? {
        return safe("");
    }
    let (row, column) = target(press, arguments)?;
    let value = row.text(&column);
    match arguments.get::<String>("as")?.as_deref() {
        _ if value.is_empty() => safe(""),
        None => safe(&press.text(&row, &column)),
        Some("words") => {
            let text = markdown(&press.words().spelled(value));
            safe(&press.traced(row.address(&column), value, &text))
        }
        Some("moderators") => {
            let text = markdown(&press.words().moderators(value));
            safe(&press.traced(row.address(&column), value, &text))
        }
        Some("admission") => safe(&phrases::admission(press, &row, &column)),
        Some(other) => Err(Error::message(format!(
            "`{other}` is no way to print a name; there are words, moderators, admission"
        ))),
    }
}

fn count(press: &Press, arguments: &Kwargs) -> Printed {
    let table: String = arguments.must_get("table")?;
    let form = form(arguments, Form::Count)?;
    let Some(first) = press.input.named(&table).next() else {
        return Err(Error::message(format!(
            "no table `{table}` was given to the report"
        )));
    };
    let address = Address::artefact(&first.stage, &first.artefact);
    let value = press.input.value(&address).unwrap_or_default();
    let text = super::format::printed(&value, form, super::format::Scale::Plain, press.style);
    safe(&press.traced(address, &value, &text))
}

fn protocol(press: &Press, arguments: &Kwargs) -> Printed {
    let path: String = arguments.must_get("path")?;
    safe(&phrases::protocol_text(press, &path)?)
}

/// On which side of no difference an estimate lies, in words, and whether its interval holds the other side too.
fn direction(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let of_study = row.table.sheet.columns.iter().any(|name| name == "yi");
    let value = row.number(if of_study { "yi" } else { "estimate" });
    let (Some(value), Some(analysis)) = (value, press.analysis_of(&row)) else {
        return safe("");
    };
    let judged = match (value < 0.0, analysis.text("better")) {
        (true, "lower") | (false, "higher") => press.say("direction.better", &[]),
        (true, "higher") | (false, "lower") => press.say("direction.worse", &[]),
        _ => press.say("direction.unknown", &[]),
    };
    let key = match (value < 0.0, analysis.text("body") == "within") {
        _ if value == 0.0 => "direction.equal",
        (true, true) => "direction.lower-within",
        (false, true) => "direction.higher-within",
        (true, false) => "direction.lower-between",
        (false, false) => "direction.higher-between",
    };
    let with = if key.ends_with("between") {
        let with = phrases::protocol_text(press, "question.intervention.text");
        with.unwrap_or_else(|_| press.say("direction.intervention", &[]))
    } else {
        String::new()
    };
    let mut text = press.say(key, &[("with", &with), ("judged", &judged)]);
    if let (Some(lower), Some(upper)) = (row.number("ci_lower"), row.number("ci_upper"))
        && lower < 0.0
        && upper > 0.0
    {
        text.push_str(&press.say("direction.both", &[]));
    }
    safe(&text)
}

fn plural(press: &Press, arguments: &Kwargs) -> Printed {
    let (row, column) = target(press, arguments)?;
    let one = row.number(&column).is_some_and(|n| (n - 1.0).abs() < 1e-9);
    let word: String = arguments.must_get(if one { "one" } else { "many" })?;
    safe(&markdown(&word))
}

/// Words of the report's language, by key; the form for one where `of` is one and there is such a form.
fn told(press: &Press, arguments: &Kwargs) -> Printed {
    let key: String = arguments.must_get("key")?;
    let of = arguments.get::<String>("of")?;
    let is_one = of.is_some_and(|of| of.trim().parse::<f64>() == Ok(1.0));
    let words = press.words();
    let one = words.find(&format!("{key}.one")).filter(|_| is_one);
    let Some(text) = one.or_else(|| words.find(&key)) else {
        return Err(Error::message(format!("the words have no key `{key}`")));
    };
    let mut values = Vec::new();
    for part in words::parts(text) {
        if let Part::Value(name) = part {
            values.push((name, finished(&arguments.must_get::<Value>(name)?)));
        }
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(name, text)| (*name, &**text)).collect();
    safe(&press.told(text, &values))
}

/// A value as Markdown that means itself.
fn finished(value: &Value) -> String {
    match value.as_str() {
        Some(text) if value.is_safe() => text.to_owned(),
        Some(text) => markdown(text),
        None => markdown(&value.to_string()),
    }
}

/// A link to a section, by the key of its heading.
fn link(press: &Press, arguments: &Kwargs) -> Printed {
    let key: String = arguments.must_get("key")?;
    let heading = press.say(&key, &[]);
    let id = super::write::heading_id(&heading);
    safe(&format!("[{heading}](#{id})"))
}

fn doi(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let column = column(&row, arguments, "col", "doi")?;
    safe(&doi_link(press, &row, &column))
}

/// A link to a publication; the text of the cell where it is no plain DOI.
fn doi_link(press: &Press, row: &TableRow<'_>, column: &str) -> String {
    let value = row.text(column);
    let plain = |c: char| c.is_ascii_alphanumeric() || "./()-_;:".contains(c);
    if !value.starts_with("10.") || !value.chars().all(plain) {
        return press.text(row, column);
    }
    press.named(&format!("<https://doi.org/{value}>"))
}

fn figure(press: &Press, arguments: &Kwargs) -> Printed {
    let name: String = arguments.must_get("name")?;
    if let Some(index) = press.figures().get(&name) {
        return safe(&span::figure(*index));
    }
    let names: Vec<_> = press.figures().keys().map(String::as_str).collect();
    Err(Error::message(format!(
        "there is no figure `{name}`; there are {}",
        names.join(", ")
    )))
}

/// The first letter in upper case, behind a mark too; a name written with a capital behind it, such as mRNA, stays.
fn capitalised(text: &str) -> String {
    let mut seen = text.char_indices().filter(|(_, c)| !span::is_mark(*c));
    let (at, second) = (seen.next(), seen.next());
    match at {
        Some((at, first)) if !second.is_some_and(|(_, second)| second.is_uppercase()) => {
            let (before, rest) = (&text[..at], &text[at + first.len_utf8()..]);
            format!("{before}{}{rest}", first.to_uppercase())
        }
        _ => text.to_owned(),
    }
}
