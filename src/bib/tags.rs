//! The tags of one record exactly as its export has them, stored in one piece of text.
//!
//! A record has some forty tags; a `String` for each name and value would cost more than all the parsing. Here all names and
//! values lie behind one another in one text, and a small span a tag says where. Serialised it is `[["TY","JOUR",12],…]`.

use std::fmt;

/// One tag of an export as it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Name, such as `TY`, a column's header, or the path of an element.
    pub name: &'a str,
    /// Value; parts on several lines are joined by a line feed.
    pub value: &'a str,
    /// Line (or row) it starts on, counted from 1.
    pub line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: u32,
    name: u32,
    value: u32,
    line: u32,
}

/// All tags of one record, in file order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tags {
    text: String,
    spans: Vec<Span>,
}

impl Tags {
    /// No tags yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No tags yet, with room for `text` bytes and `tags` tags.
    pub fn with_capacity(text: usize, tags: usize) -> Self {
        Self {
            text: String::with_capacity(text),
            spans: Vec::with_capacity(tags),
        }
    }

    /// Takes all tags away and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
    }

    /// Bytes of names and values.
    pub(crate) fn size(&self) -> usize {
        self.text.len()
    }

    /// Adds a tag. A record whose text passes 4 GiB loses what lies behind; no caller hands such a record on.
    pub fn push(&mut self, name: &str, value: &str, line: u32) {
        let (Ok(start), Ok(name_len), Ok(value_len)) = (
            u32::try_from(self.text.len()),
            u32::try_from(name.len()),
            u32::try_from(value.len()),
        ) else {
            return;
        };
        self.text.push_str(name);
        self.text.push_str(value);
        self.spans.push(Span {
            start,
            name: name_len,
            value: value_len,
            line,
        });
    }

    /// Adds a further line to the value of the last tag; without one, nothing happens.
    pub fn continue_last(&mut self, piece: &str) {
        let Some(span) = self.spans.last_mut() else {
            return;
        };
        let Ok(length) = u32::try_from(piece.len() + 1) else {
            return;
        };
        let Some(total) = span.value.checked_add(length) else {
            return;
        };
        self.text.push('\n');
        self.text.push_str(piece);
        span.value = total;
    }

    /// Takes the last tag away.
    pub fn pop(&mut self) {
        if let Some(span) = self.spans.pop() {
            self.text.truncate(span.start as usize);
        }
    }

    /// The tag at `index`.
    pub fn get(&self, index: usize) -> Option<Tag<'_>> {
        self.spans.get(index).map(|span| self.at(*span))
    }

    /// The last tag.
    pub fn last(&self) -> Option<Tag<'_>> {
        self.spans.last().map(|span| self.at(*span))
    }

    /// The value of the first tag of that name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|tag| tag.name == name)
            .map(|tag| tag.value)
    }

    /// Number of tags.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The tags in file order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Tag<'_>> + Clone {
        self.spans.iter().map(|span| self.at(*span))
    }

    fn at(&self, span: Span) -> Tag<'_> {
        let start = span.start as usize;
        let middle = start + span.name as usize;
        Tag {
            name: &self.text[start..middle],
            value: &self.text[middle..middle + span.value as usize],
            line: span.line,
        }
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|tag| (tag.name, tag.value, tag.line)))
            .finish()
    }
}

impl<'a> FromIterator<(&'a str, &'a str, u32)> for Tags {
    fn from_iter<T: IntoIterator<Item = (&'a str, &'a str, u32)>>(iter: T) -> Self {
        let mut tags = Self::new();
        for (name, value, line) in iter {
            tags.push(name, value, line);
        }
        tags
    }
}

impl serde::Serialize for Tags {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|tag| (tag.name, tag.value, tag.line)))
    }
}

impl<'de> serde::Deserialize<'de> for Tags {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<(String, String, u32)>::deserialize(deserializer)?;
        Ok(list
            .iter()
            .map(|(name, value, line)| (name.as_str(), value.as_str(), *line))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_keep_order_names_values_and_lines() {
        let mut tags = Tags::new();
        tags.push("TY", "JOUR", 1);
        tags.push("AB", "first", 2);
        tags.continue_last("second");
        tags.push("ER", "", 4);
        let seen: Vec<_> = tags.iter().map(|t| (t.name, t.value, t.line)).collect();
        assert_eq!(
            seen,
            [("TY", "JOUR", 1), ("AB", "first\nsecond", 2), ("ER", "", 4)]
        );
        let json = serde_json::to_string(&tags).unwrap();
        assert_eq!(
            json,
            r#"[["TY","JOUR",1],["AB","first\nsecond",2],["ER","",4]]"#
        );
        assert_eq!(serde_json::from_str::<Tags>(&json).unwrap(), tags);
    }
}
