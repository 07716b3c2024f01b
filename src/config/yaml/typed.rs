//! Typed values from YAML text by serde, with its errors put into this program's words and places.

use super::node::{Entry, Mapping, Node, Value};
use super::read::parse;
use crate::nearest::suggestion;
use crate::place::{At, Place};
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
    typed(&origin, &node, if node.is_null() { "{}" } else { text })
}

/// Where a piece of YAML text stood.
pub(super) struct Origin<'a> {
    pub(super) file: &'a str,
    /// Line of the file that the text begins on.
    pub(super) first_line: u32,
    /// Characters cut from the front of the first line.
    pub(super) cut: u32,
}

/// Reads text that [`parse`] found in order, as `node`.
pub(super) fn typed<T: DeserializeOwned>(
    origin: &Origin<'_>,
    node: &Node,
    text: &str,
) -> Result<T, Problems> {
    serde_yaml::from_str(text).map_err(|error| problems(origin, node, &error))
}

/// serde stops at the first problem; where that is an unknown key, the unknown keys beside it are known too.
fn problems(origin: &Origin<'_>, node: &Node, error: &serde_yaml::Error) -> Problems {
    let (message, place) = located(origin, error);
    let (path, rest) = split_path(&message);
    let mapping = mapping_of_key(node, &place);
    if let (true, Some(mapping)) = (rest.starts_with("unknown field"), mapping) {
        let known: Vec<&str> = backticked(rest).into_iter().skip(1).collect();
        let unknown = mapping
            .iter()
            .filter(|(key, _)| !known.contains(&key.as_str()))
            .map(|(key, entry)| {
                unknown_key(key, &within(path), &known).at(entry.key_place(origin.file))
            });
        let unknown = Problems(unknown.collect());
        if !unknown.is_empty() {
            return unknown;
        }
    }
    worded(&message).at(place).into()
}

/// The mapping that has a key at this place.
fn mapping_of_key<'n>(node: &'n Node, place: &Place) -> Option<&'n Mapping> {
    match &node.value {
        Value::Scalar(_) => None,
        Value::Sequence(items) => items.iter().find_map(|item| mapping_of_key(item, place)),
        Value::Mapping(mapping) => {
            let here = |entry: &Entry| place.at == At::Column(entry.line, entry.column);
            if mapping.values().any(here) {
                return Some(mapping);
            }
            mapping
                .values()
                .find_map(|entry| mapping_of_key(&entry.value, place))
        }
    }
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

/// The message without its position, and the place.
fn located(origin: &Origin<'_>, error: &serde_yaml::Error) -> (String, Place) {
    let location = error.location();
    let mut message = error.to_string();
    if let Some(at) = &location {
        let suffix = format!(" at line {} column {}", at.line(), at.column());
        if let Some(shorter) = message.strip_suffix(&suffix) {
            message.truncate(shorter.len());
        }
    }
    (message, origin.place(location.as_ref()))
}

fn within(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!(" in `{path}`")
    }
}

fn unknown_key(name: &str, within: &str, known: &[&str]) -> Problem {
    Problem::error(
        "config::unknown-key",
        format!("unknown key `{name}`{within}"),
    )
    .help(suggestion("keys", name, known.iter().copied()))
}

/// serde's message in this program's words.
fn worded(message: &str) -> Problem {
    let (path, message) = split_path(message);
    let within = within(path);
    let names = backticked(message);
    if message.starts_with("unknown field") {
        let name = names.first().copied().unwrap_or_default();
        return unknown_key(name, &within, names.get(1..).unwrap_or_default());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Pipeline;
    use crate::config::Settings;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pool {
        level: f64,
        #[serde(default)]
        method: Method,
        #[serde(default)]
        label: String,
        #[serde(default)]
        times: Vec<u32>,
    }

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Method {
        #[default]
        Reml,
        Dl,
    }

    fn error(text: &str) -> String {
        let problems = from_str::<Pool>("settings.yaml", text).unwrap_err();
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| format!("{problem} ({})", problem.help.as_deref().unwrap_or("")))
            .collect();
        lines.join("\n")
    }

    #[test]
    fn words_that_older_yaml_took_for_truth_values_stay_text() {
        for word in ["no", "y", "on", "off", "1.10", "012"] {
            let text = format!("level: 95\nlabel: {word}\n");
            let pool: Pool = from_str("settings.yaml", &text).unwrap();
            assert_eq!(pool.label, word);
        }
    }

    #[test]
    fn wrong_settings_are_said_in_plain_words_with_their_place() {
        insta::assert_snapshot!(error("level: high\n"), @r#"settings.yaml:1:8: error[config::wrong-value]: expected a number in `level`, found text "high" ()"#);
        insta::assert_snapshot!(error("level: 95\nmethd: dl\n"), @r"settings.yaml:2:1: error[config::unknown-key]: unknown key `methd` (did you mean `method`?)");
        insta::assert_snapshot!(error("level: 95\nmethod: rmel\n"), @r"settings.yaml:2:9: error[config::unknown-value]: unknown value `rmel` in `method` (did you mean `reml`?)");
        insta::assert_snapshot!(error("levl: 95\nmethod: dl\nother: 1\n"), @r"
settings.yaml:1:1: error[config::unknown-key]: unknown key `levl` (did you mean `level`?)
settings.yaml:3:1: error[config::unknown-key]: unknown key `other` (keys: `level`, `method`, `label`, `times`)
");
        insta::assert_snapshot!(error("method: dl\n"), @r"settings.yaml:1:1: error[config::missing-key]: key `level` is missing (add `level: …`)");
        insta::assert_snapshot!(error("level: 95\ntimes: [1, -2]\n"), @r"settings.yaml:2:12: error[config::wrong-value]: expected a whole number, 0 or more in `times[1]`, found number `-2` ()");
        insta::assert_snapshot!(error("level: 95\ntimes: 3\n"), @r"settings.yaml:2:8: error[config::wrong-value]: expected a list in `times`, found number `3` ()");
        insta::assert_snapshot!(error("- level\n"), @r"settings.yaml:1:1: error[config::wrong-value]: expected a mapping, found a list ()");
        insta::assert_snapshot!(error(""), @r"settings.yaml:1:1: error[config::missing-key]: key `level` is missing (add `level: …`)");
    }

    #[test]
    fn inline_settings_report_places_in_the_whole_file() {
        for (stage, place) in [
            (
                "- { id: é, uses: pool, settings: { level: high } }",
                "pipeline.yaml:4:43",
            ),
            (
                "- { id: p, uses: pool, settings: {\n  level: 1,\n  levle: 2 } }",
                "pipeline.yaml:6:3",
            ),
            (
                "- id: p\n  settings:\n      level: 1 # é\n      times: [no]\n  uses: pool",
                "pipeline.yaml:7:15",
            ),
        ] {
            let text = format!("version: 1\nreview: {{ title: a }}\nstages:\n{stage}\n");
            let (pipeline, _) = Pipeline::parse("pipeline.yaml", &text);
            let pipeline = pipeline.unwrap();
            let Settings::Inline(settings) = &pipeline.stages[0].settings else {
                panic!("{stage} has no inline settings")
            };
            let problems = settings.read::<Pool>().unwrap_err();
            assert_eq!(
                problems.0[0].places[0].0.to_string(),
                place,
                "{stage}: {problems:?}"
            );
        }
    }
}
