//! Typed values from YAML text by serde, with its errors put into this program's words and places.

use super::read::parse;
use crate::nearest::suggestion;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use serde::de::DeserializeOwned;

/// Reads YAML text as `T`; an empty text reads as an empty mapping.
///
/// `file` is only used for places.
///
/// # Errors
/// Everything [`parse`] refuses; else the first place where the text does not have the shape of `T`.
pub fn from_str<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problems> {
    let node = parse(file, text)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let origin = Origin {
        file,
        first_line: 1,
        cut: 0,
    };
    typed(&origin, if node.is_null() { "{}" } else { text })
}

/// Where a piece of YAML text stood.
pub(super) struct Origin<'a> {
    pub(super) file: &'a str,
    /// Line of the file that the text begins on.
    pub(super) first_line: u32,
    /// Characters cut from the front of the first line.
    pub(super) cut: u32,
}

/// Reads text that [`parse`] found in order.
pub(super) fn typed<T: DeserializeOwned>(origin: &Origin<'_>, text: &str) -> Result<T, Problems> {
    serde_yaml::from_str(text).map_err(|error| problem(origin, &error).into())
}

impl Origin<'_> {
    fn place(&self, location: Option<&serde_yaml::Location>) -> Place {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).max(1);
        let (line, column) = location.map_or((1, 1), |location| {
            (number(location.line()), number(location.column()))
        });
        let column = if line == 1 {
            column.saturating_add(self.cut)
        } else {
            column
        };
        Place::column(self.file, line.saturating_add(self.first_line - 1), column)
    }
}

fn problem(origin: &Origin<'_>, error: &serde_yaml::Error) -> Problem {
    let location = error.location();
    let message = error.to_string();
    let message = location
        .as_ref()
        .and_then(|at| {
            let suffix = format!(" at line {} column {}", at.line(), at.column());
            message.strip_suffix(&suffix)
        })
        .unwrap_or(&message);
    worded(message).at(origin.place(location.as_ref()))
}

/// serde's message in this program's words.
fn worded(message: &str) -> Problem {
    let (path, message) = split_path(message);
    let within = if path.is_empty() {
        String::new()
    } else {
        format!(" in `{path}`")
    };
    let names = backticked(message);
    if message.starts_with("unknown field") {
        let name = names.first().copied().unwrap_or_default();
        return Problem::error(
            "config::unknown-key",
            format!("unknown key `{name}`{within}"),
        )
        .help(suggestion("keys", name, names.iter().skip(1).copied()));
    }
    if message.starts_with("unknown variant") {
        let name = names.first().copied().unwrap_or_default();
        return Problem::error(
            "config::unknown-value",
            format!("unknown value `{name}`{within}"),
        )
        .help(suggestion("values", name, names.iter().skip(1).copied()));
    }
    if message.starts_with("missing field") {
        let name = names.first().copied().unwrap_or_default();
        return Problem::error(
            "config::missing-key",
            format!("key `{name}` is missing{within}"),
        )
        .help(format!("add `{name}: …`"));
    }
    let title = match mismatch(message) {
        Some((found, expected)) => format!("expected {expected}{within}, found {found}"),
        None => format!("{message}{within}"),
    };
    Problem::error("config::wrong-value", title)
}

/// Splits `pool.ci: invalid type …` into path and message.
fn split_path(message: &str) -> (&str, &str) {
    match message.split_once(": ") {
        Some((path, rest))
            if !path.contains(char::is_whitespace) && !path.is_empty() && !path.contains('`') =>
        {
            (path, rest)
        }
        _ => ("", message),
    }
}

/// The words between backticks.
fn backticked(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

/// `invalid type: FOUND, expected EXPECTED`, both in plain words.
fn mismatch(message: &str) -> Option<(String, String)> {
    let rest = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let found = match found.split_once(' ') {
        Some(("string", text)) => format!("text {text}"),
        Some(("integer", number)) => format!("number {number}"),
        Some(("floating", rest)) => rest.replacen("point", "number", 1),
        Some(("boolean", value)) => value.to_owned(),
        Some(("unit", _)) => "nothing".to_owned(),
        _ => match found {
            "map" => "a mapping".to_owned(),
            "sequence" => "a list".to_owned(),
            other => other.to_owned(),
        },
    };
    let expected = match expected {
        "f32" | "f64" => "a number",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "a boolean" => "`true` or `false`",
        "a string" => "text",
        "a sequence" => "a list",
        "a map" => "a mapping",
        other if other.starts_with("struct ") => "a mapping",
        other => other,
    };
    Some((found, expected.to_owned()))
}
