//! Registration numbers of trials, by the shapes the registries give them.

/// Registries whose numbers start with a fixed mark.
///
/// Source: WHO ICTRP, list of primary registries and the shapes of their numbers (2024).
const MARKS: [&str; 21] = [
    "NCT", "ISRCTN", "EUCTR", "CTIS", "ACTRN", "ChiCTR", "CTRI/", "DRKS", "IRCT", "JPRN-", "UMIN",
    "jRCT", "KCT", "LBCTR", "NTR", "NL", "PACTR", "PER-", "RBR-", "RPCEC", "TCTR",
];

/// The first registration number inside `text`.
pub(crate) fn find(text: &str) -> Option<&str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '"'))
        .flat_map(|word| {
            // `ClinicalTrials.gov/NCT01234567`: the number stands behind the last slash, but CTRI's own has slashes.
            let behind = word.rsplit('/').next().unwrap_or(word);
            [word, behind]
        })
        .map(|word| word.trim_matches(|c: char| matches!(c, '.' | ':')))
        .find(|word| is_whole(word))
}

/// Whether all of `text` is a registration number.
pub(crate) fn is_whole(text: &str) -> bool {
    let text = text.trim();
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return false; // names are asked too
    }
    let Some(mark) = MARKS.iter().find(|mark| text.starts_with(**mark)) else {
        return is_eudract(text);
    };
    let rest = &text[mark.len()..];
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    let least = match *mark {
        "NCT" => 8,
        "NL" | "NTR" => 3,
        "RBR-" => 1,
        _ => 4,
    };
    digits >= least
        && rest.len() <= 24
        && rest
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/'))
        && (*mark != "NCT" || rest.len() == 8)
}

/// `2012-001234-56`, with or without the country behind it.
fn is_eudract(text: &str) -> bool {
    let mut parts = text.split('-');
    let digits = |part: Option<&str>, length: usize| {
        part.is_some_and(|part| part.len() == length && part.bytes().all(|b| b.is_ascii_digit()))
    };
    digits(parts.next(), 4) && digits(parts.next(), 6) && digits(parts.next(), 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_running_text() {
        for (text, want) in [
            ("ClinicalTrials.gov/NCT03555344", Some("NCT03555344")),
            ("registered (ISRCTN12345678).", Some("ISRCTN12345678")),
            ("CTRI/2020/01/012345", Some("CTRI/2020/01/012345")),
            ("EudraCT 2012-001234-56", Some("2012-001234-56")),
            ("NCT123", None),
            ("Smith, J", None),
        ] {
            assert_eq!(find(text), want, "{text}");
        }
    }
}
