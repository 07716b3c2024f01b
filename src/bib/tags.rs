//! The tags of one record exactly as its export has them, stored in one piece of text.
//!
//! A record has some forty tags; a `String` for each name and value would cost more than all the parsing. Here all names and
//! values lie behind one another in one text, with what stood between them in the export's line, and a small span a tag says where. Serialised it is `[["TY","JOUR",12],…]`.

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

/// A name lies at `start`; its value lies behind it and a gap.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    name: u32,
    gap: u32,
    value: u32,
    line: u32,
}

/// All tags of one record, in file order.
#[derive(Clone, Default)]
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
            gap: 0,
            value: value_len,
            line,
        });
    }

    /// Adds a tag whose name and value are parts of one line, the name first: one piece of text to copy instead of two.
    #[inline]
    pub(crate) fn push_within(&mut self, line: &str, name: &str, value: &str, number: u32) {
        let parts = (offset(line, name), offset(line, value));
        let (Some(from), Some(value_from)) = parts else {
            return self.push(name, value, number);
        };
        let gap = value_from.checked_sub(from + name.len());
        let (Ok(start), Ok(_), Some(gap)) = (
            u32::try_from(self.text.len()),
            u32::try_from(line.len()),
            gap,
        ) else {
            return self.push(name, value, number);
        };
        self.text.push_str(&line[from..value_from + value.len()]);
        // No part is longer than the line, whose length fits.
        let short = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        self.spans.push(Span {
            start,
            name: short(name.len()),
            gap: short(gap),
            value: short(value.len()),
            line: number,
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

    /// Takes the tags from `index` on into tags of their own.
    pub(crate) fn split_off(&mut self, index: usize) -> Self {
        let behind = self
            .iter()
            .skip(index)
            .map(|tag| (tag.name, tag.value, tag.line));
        let behind = behind.collect();
        if let Some(span) = self.spans.get(index) {
            self.text.truncate(span.start as usize);
            self.spans.truncate(index);
        }
        behind
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

    /// Whether there is a tag of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        let bytes = self.text.as_bytes();
        self.spans.iter().any(|span| {
            let start = span.start as usize;
            bytes[start..start + span.name as usize] == *name.as_bytes()
        })
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

    #[inline]
    fn at(&self, span: Span) -> Tag<'_> {
        let start = span.start as usize;
        let name_end = start + span.name as usize;
        let value = name_end + span.gap as usize;
        Tag {
            name: &self.text[start..name_end],
            value: &self.text[value..value + span.value as usize],
            line: span.line,
        }
    }
}

/// Where `part` starts in `line`, if it is a part of it.
fn offset(line: &str, part: &str) -> Option<usize> {
    let at = part.as_ptr().addr().checked_sub(line.as_ptr().addr())?;
    (at + part.len() <= line.len()).then_some(at)
}

impl PartialEq for Tags {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Tags {}

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
        let behind = tags.split_off(2);
        assert_eq!(
            (tags.len(), tags.last().map(|tag| tag.name)),
            (2, Some("AB"))
        );
        assert_eq!((behind.len(), behind.first("ER")), (1, Some("")));
    }
}
