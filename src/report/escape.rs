//! Making text of others inert: in Markdown, and in tables that a spreadsheet opens.

use super::span::is_mark;
use crate::markup::turns_direction;
use std::borrow::Cow;
use std::io::Write;

/// Whether nothing in a text could have to go; most texts are such, and are handed on as they are.
fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Text on one line without control characters, marks of this module, and characters that turn the direction of writing.
pub(super) fn cleaned(text: &str) -> Cow<'_, str> {
    if is_printable_ascii(text) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ if character.is_control() || is_mark(character) || turns_direction(character) => {}
            _ => out.push(character),
        }
    }
    out.into()
}

/// Text as Markdown that means itself, within a line or a cell of a table.
pub(super) fn markdown(text: &str) -> String {
    let text = cleaned(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let word = |c: char| c.is_alphanumeric();
        let special = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' => true,
            '&' => next == '#' || next.is_ascii_alphanumeric(),
            '_' => !(word(before) && word(next)),
            ':' => next == '/',
            '@' => word(before),
            '#' | '+' | '-' | '=' => out.is_empty() && (next == character || next.is_whitespace()),
            '.' | ')' => !out.is_empty() && out.chars().all(|c| c.is_ascii_digit()) && !word(next),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(character);
        before = character;
    }
    out
}

/// The same as an escape function of a template engine.
pub(super) fn write_markdown(text: &str, out: &mut dyn Write) -> std::io::Result<()> {
    if text.chars().any(is_mark) {
        return out.write_all(text.as_bytes());
    }
    out.write_all(markdown(text).as_bytes())
}

/// A cell's text without marks of this module, control characters and characters that turn the direction of writing; its lines stay.
pub(super) fn inert(cell: &str) -> Cow<'_, str> {
    if is_printable_ascii(cell) {
        return cell.into();
    }
    let kept = |character| match character {
        '\n' | '\t' => Some(character),
        '\u{2028}' | '\u{2029}' => Some(' '),
        _ if character.is_control() || is_mark(character) || turns_direction(character) => None,
        _ => Some(character),
    };
    cell.chars().filter_map(kept).collect::<String>().into()
}

/// A cell that no spreadsheet takes for a formula; numbers stay as they are.
pub(super) fn spreadsheet(cell: &str) -> Cow<'_, str> {
    let cell = inert(cell);
    let begins = cell.starts_with(['=', '+', '-', '@', '\t']);
    if begins && cell.parse::<f64>().is_err() {
        format!("'{cell}").into()
    } else {
        cell
    }
}

/// An identifier for files and links: lower-case letters, digits and hyphens.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if character.is_alphanumeric() {
            out.extend(character.to_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    let trimmed = out.trim_end_matches('-');
    if trimmed.is_empty() {
        "x".to_owned()
    } else {
        trimmed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    proptest! {
        #[test]
        fn any_text_reads_back_as_itself_from_a_cell(text in r"[ -~\n\t]{0,40}") {
            let source = format!("| a |\n| --- |\n| x{} |\n", markdown(&text));
            let parser = Parser::new_ext(&source, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
            let mut read = String::new();
            for event in parser {
                match event {
                    Event::Text(part) => read.push_str(&part),
                    Event::Start(_) | Event::End(_) => {}
                    other => prop_assert!(false, "{other:?} from {text:?}"),
                }
            }
            let whole = format!("ax{}", cleaned(&text));
            prop_assert_eq!(read.trim_end(), whole.trim_end());
        }
    }

    #[test]
    fn formulas_are_text_and_numbers_stay_numbers() {
        assert_eq!(spreadsheet("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(spreadsheet("-0.87"), "-0.87");
        assert_eq!(spreadsheet("-2+3"), "'-2+3");
    }

    #[test]
    fn direction_marks_are_taken_out() {
        assert_eq!(cleaned("a\u{202E}b\u{E000}c\nd"), "abc d");
    }
}
