//! Lines of a text with their numbers, found without copying.

/// The lines of a text: number from 1, and the content without its line end.
///
/// CRLF and LF end a line. A bare CR ends one only in a text without any LF (classic Mac); otherwise it is part of a value.
#[derive(Clone)]
pub(crate) struct Lines<'a> {
    rest: &'a str,
    end: u8,
    number: u32,
    done: bool,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mac = memchr::memchr(b'\n', bytes).is_none() && memchr::memchr(b'\r', bytes).is_some();
        Self {
            rest: text,
            end: if mac { b'\r' } else { b'\n' },
            number: 0,
            done: text.is_empty(),
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u32, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        self.number = self.number.saturating_add(1);
        let line = if let Some(at) = memchr::memchr(self.end, self.rest.as_bytes()) {
            let line = &self.rest[..at];
            self.rest = &self.rest[at + 1..];
            self.done = self.rest.is_empty();
            line
        } else {
            self.done = true;
            self.rest
        };
        Some((self.number, line.strip_suffix('\r').unwrap_or(line)))
    }
}

/// Line numbers of rising offsets into a text.
///
/// Each call counts only what lies between the last offset and this one, so that a whole file costs one pass.
pub(crate) struct LineOf<'a> {
    bytes: &'a [u8],
    end: u8,
    at: usize,
    line: u32,
    line_start: usize,
    /// How far the characters of this line are counted, and how many they are.
    counted: (usize, u32),
}

impl<'a> LineOf<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mac = memchr::memchr(b'\n', bytes).is_none() && memchr::memchr(b'\r', bytes).is_some();
        Self {
            bytes,
            end: if mac { b'\r' } else { b'\n' },
            at: 0,
            line: 1,
            line_start: 0,
            counted: (0, 0),
        }
    }

    /// Line of the byte at `offset`; an offset before the last one asked for gives the line of the last.
    pub(crate) fn line(&mut self, offset: usize) -> u32 {
        let offset = offset.min(self.bytes.len());
        if offset > self.at {
            for found in memchr::memchr_iter(self.end, &self.bytes[self.at..offset]) {
                self.line = self.line.saturating_add(1);
                self.line_start = self.at + found + 1;
            }
            self.at = offset;
        }
        self.line
    }

    /// Line and column (in characters, from 1) of the byte at `offset`.
    pub(crate) fn place(&mut self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.bytes.len());
        let line = self.line(offset);
        let (from, before) = match self.counted {
            (counted, characters) if counted >= self.line_start && counted <= offset => {
                (counted, characters)
            }
            _ => (self.line_start.min(offset), 0),
        };
        let characters = before.saturating_add(column(&self.bytes[from..offset]) - 1);
        self.counted = (offset, characters);
        (line, characters.saturating_add(1))
    }
}

/// Column, counted from 1, of what follows `before` on the same line.
pub(crate) fn column(before: &[u8]) -> u32 {
    let characters = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
    u32::try_from(characters)
        .unwrap_or(u32::MAX)
        .saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_every_kind_are_taken_off() {
        let of = |text| Lines::of(text).collect::<Vec<_>>();
        assert_eq!(of("a\r\nb\n\nc"), [(1, "a"), (2, "b"), (3, ""), (4, "c")]);
        assert_eq!(of("a\rb\r"), [(1, "a"), (2, "b")]);
        assert_eq!(of("a\rb\nc"), [(1, "a\rb"), (2, "c")]);
        assert_eq!(of(""), []);
    }

    #[test]
    fn places_count_characters() {
        let mut at = LineOf::new("aü\nßb");
        assert_eq!(at.place(3), (1, 3));
        assert_eq!(at.place(6), (2, 2));
        assert_eq!(at.place(7), (2, 3));
    }

    #[test]
    fn places_on_one_line_are_the_same_whatever_was_asked_before() {
        let text = "äb,cé\nöd,ef";
        let mut rising = LineOf::new(text);
        for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
            let found = rising.place(offset);
            assert_eq!(found, LineOf::new(text).place(offset));
            assert_eq!(found, rising.place(offset), "asked twice");
        }
    }
}
