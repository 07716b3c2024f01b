//! Text made harmless: cleaned, cut, escaped, and checked before it becomes an id or a link.

/// Makes text harmless and single-lined: control characters and line ends become one space, characters that XML forbids become
/// U+FFFD, and marks that turn or hide text (bidirectional overrides, embeddings, isolates, zero-width characters) and those of private use go.
pub(in crate::plot) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() && c != '\u{a0}' && c != '\u{2007}' || c.is_control() {
            gap = true;
        } else if !is_invisible(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            let forbidden = matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF);
            out.push(if forbidden { '\u{FFFD}' } else { c });
        }
    }
    out
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{E000}'..='\u{F8FF}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{AD}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Cuts text to at most `longest` characters, the last of them an ellipsis.
pub(in crate::plot) fn shorten(text: &str, longest: usize) -> String {
    if text.chars().nth(longest).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Only letters, digits, `-` and `_`, beginning with a letter.
pub(super) fn safe_id(id: &str) -> String {
    let kept: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    if kept.starts_with(|c: char| c.is_ascii_alphabetic()) {
        kept
    } else {
        format!("figure-{kept}")
    }
}

/// A place in the page (`#…`) or a path below the report, never a scheme, another host or an absolute path.
pub(super) fn is_inner_link(link: &str) -> bool {
    let before_path = link.split(['/', '#', '?']).next().unwrap_or_default();
    !link.is_empty()
        && !link.starts_with(['/', '\\'])
        && !before_path.contains(':')
        && clean(link) == link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_marks_are_neutralised() {
        assert_eq!(clean("a\u{0}b\u{202E}c\u{2066}d\n e\u{7}"), "a bcd e");
        assert_eq!(clean("\u{FFFF}x"), "\u{FFFD}x");
    }

    #[test]
    fn links_with_a_scheme_or_a_host_are_refused() {
        for bad in [
            "javascript:alert(1)",
            "https://x.org",
            "//x.org",
            "/etc",
            "java\nscript:x",
            "",
        ] {
            assert!(!is_inner_link(bad), "{bad}");
        }
        for good in ["#box-1", "tables/excluded.csv", "a.html#x:y"] {
            assert!(is_inner_link(good), "{good}");
        }
    }
}
