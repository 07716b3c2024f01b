//! Lines of JSON as rows of text.

use indexmap::IndexSet;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;

/// The object on a line; `None` for anything else.
pub(super) fn object(line: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(line).ok()
}

/// The cells of a line, one for each column.
pub(super) fn cells<'c>(
    line: &[u8],
    columns: impl Iterator<Item = &'c str>,
) -> Option<Vec<String>> {
    let object = object(line)?;
    let values = columns.map(|name| object.get(name));
    let texts = values.map(|value| value.map(plain).unwrap_or_default());
    Some(texts.collect())
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// The text of `id` on a line, after the names of all its fields were added to the columns.
pub(super) fn scanned<'l>(line: &'l str, columns: &mut IndexSet<String>) -> Option<Cow<'l, str>> {
    let mut reader = serde_json::Deserializer::from_str(line);
    let key = reader.deserialize_map(Names { columns }).ok()?;
    reader.end().ok()?;
    Some(key.unwrap_or_default())
}

struct Names<'c> {
    columns: &'c mut IndexSet<String>,
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Visitor<'de> for Names<'_> {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut key = None;
        let mut place = 0;
        while let Some(Text(name)) = fields.next_key()? {
            // Most rows have the same fields in the same order.
            let known = self
                .columns
                .get_index(place)
                .is_some_and(|known| *known == name);
            if name == "id" {
                // What is no text is read as such a value is told.
                key = Some(match fields.next_value::<OneOf<'de>>()? {
                    OneOf::Text(text) => text,
                    OneOf::Other(value) => plain(&value).into(),
                });
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
            if !known {
                self.columns.insert(name.into_owned());
            }
            place += 1;
        }
        Ok(key)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOf<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    Other(Value),
}
