//! Text of others within HTML and SVG.

/// Text that is no markup, within elements and attributes alike.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        out.push_str(match from.as_bytes()[0] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &from[1..];
    }
    out.push_str(rest);
    out
}

/// Bidirectional embeddings, overrides, isolates and marks, characters without width, and those that are none and that XML refuses.
pub(crate) fn turns_direction(character: char) -> bool {
    matches!(
        character,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'
            ..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_signs_of_markup_are_told_by_their_names_and_all_else_stays() {
        assert_eq!(
            escaped("a<b> & \"c\" 'd' é 中"),
            "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; é 中"
        );
    }
}
