//! The id of this program in what a tool sends back.
//!
//! Records go out with a note `review-id:…` (see `bib::tools`), because tools give records numbers of their own and keep notes.

/// What stands before the id in a note.
pub(crate) const MARK: &str = "review-id:";

/// The id in a cell or a value of a tag: behind the mark anywhere, or alone.
pub(super) fn id_in(text: &str) -> Option<&str> {
    if let Some(at) = text.find(MARK) {
        let rest = text[at + MARK.len()..].trim_start();
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '|' | '"'))
            .unwrap_or(rest.len());
        return Some(&rest[..end]).filter(|id| !id.is_empty());
    }
    let text = text.trim();
    let digest = text.strip_prefix("rec-")?;
    let hex = digest.bytes().take_while(u8::is_ascii_hexdigit).count();
    let copy = &digest[hex..];
    let is_copy = copy
        .strip_prefix('-')
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    (hex == 16 && (copy.is_empty() || is_copy)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::id_in;

    #[test]
    fn the_id_is_found_in_notes_and_alone() {
        for (text, id) in [
            ("review-id:rec-00; RAYYAN-INCLUSION: {}", Some("rec-00")),
            ("first | review-id: smith-2020 | x", Some("smith-2020")),
            (" rec-0123456789abcdef-2 ", Some("rec-0123456789abcdef-2")),
            ("rec-0123456789abcdef and more", None),
            ("recovery", None),
            ("review-id:", None),
        ] {
            assert_eq!(id_in(text), id, "{text}");
        }
    }
}
