//! The lines of a RIS file: which carry a tag, and how platforms write one.

use super::fold::trim;

/// A line that carries a tag.
pub(super) struct Tagged<'a> {
    /// The tag: two letters, or a whole word of `PsycNET`.
    pub(super) name: &'a str,
    /// What follows the dash, trimmed.
    pub(super) value: &'a str,
    /// Whether the line strays from `TAG  - value` in a way that deserves a word.
    pub(super) odd: bool,
}

/// Whether the line begins a record.
pub(crate) fn is_start(line: &str) -> bool {
    tagged(line).is_some_and(|tagged| tagged.name == "TY")
}

/// Whether the line carries a tag of the specification.
pub(crate) fn is_tagged(line: &str) -> bool {
    tagged(line).is_some_and(|tagged| KNOWN.binary_search(&tagged.name).is_ok())
}

/// Splits `TAG  - value`.
///
/// Platforms write one blank or two before the dash, none, one or two after it, and up to two before the tag. `PsycNET` has tags
/// of whole words. `TAG- value` is taken only for tags of the specification, so that prose is left alone.
#[inline]
pub(super) fn tagged(line: &str) -> Option<Tagged<'_>> {
    let bytes = line.as_bytes();
    if let [a, b, b' ', b' ', b'-', rest @ ..] = bytes
        && a.is_ascii_uppercase()
        && (b.is_ascii_uppercase() || b.is_ascii_digit())
    {
        let value = line.get(6..).filter(|_| rest[0] == b' ');
        return Some(Tagged {
            name: &line[..2],
            value: trim(value.unwrap_or(&line[5..])),
            // An empty value is legal everywhere; `TI  -Word` without a blank is not.
            odd: rest
                .first()
                .is_some_and(|b| !matches!(b, b' ' | b'\t' | b'\r')),
        });
    }
    uncommon(line)
}

fn uncommon(line: &str) -> Option<Tagged<'_>> {
    let indent = line.bytes().take_while(|b| *b == b' ').count();
    if indent > 2 {
        return None;
    }
    let body = &line[indent..];
    let bytes = body.as_bytes();
    if !bytes.first()?.is_ascii_uppercase() {
        return None;
    }
    let name = bytes
        .iter()
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_')
        .count();
    let blanks = bytes[name..].iter().take_while(|b| **b == b' ').count();
    if !(2..=24).contains(&name) || bytes.get(name + blanks) != Some(&b'-') {
        return pasted(body, name);
    }
    let after = &bytes[name + blanks + 1..];
    let spaced = after.first().is_none_or(|b| *b == b' ');
    let known = KNOWN.binary_search(&&body[..name]).is_ok();
    let taken = match (name, blanks) {
        (2, 2) => true,
        (2, 0) => known && (spaced || after.iter().all(u8::is_ascii_digit)),
        // `UK - a country` is prose that a wrapped abstract begins a line with.
        (2, 1 | 3) => known && spaced,
        (_, 2) => spaced,
        _ => false,
    };
    taken.then(|| Tagged {
        name: &body[..name],
        value: trim(&body[name + blanks + 1..]),
        odd: name == 2 && (blanks != 2 || !spaced),
    })
}

/// A tag whose blanks or dash became others on the way through a web page or an editor: tabs, no-break spaces, en dashes.
fn pasted(body: &str, name: usize) -> Option<Tagged<'_>> {
    if name != 2 || KNOWN.binary_search(&&body[..name]).is_err() {
        return None;
    }
    let rest = body[name..].trim_start_matches([' ', '\t', '\u{a0}']);
    let blanks = body.len() - name - rest.len();
    let value = rest.strip_prefix([
        '-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}',
    ])?;
    let parted = value.is_empty() || value.starts_with([' ', '\t', '\u{a0}']);
    ((1..=6).contains(&blanks) && parted).then(|| Tagged {
        name: &body[..name],
        value: trim(value),
        odd: true,
    })
}

/// Tags of the specification of 2001 and 2011, and those of platforms that are read, sorted.
const KNOWN: [&str; 84] = [
    "A1", "A2", "A3", "A4", "AB", "AD", "AN", "AU", "AV", "BT", "C1", "C2", "C3", "C4", "C5", "C6",
    "C7", "C8", "CA", "CC", "CN", "CP", "CT", "CY", "DA", "DB", "DI", "DO", "DP", "ED", "EP", "ER",
    "ET", "ID", "IS", "J1", "J2", "JA", "JF", "JO", "KW", "L1", "L2", "L3", "L4", "LA", "LB", "LK",
    "LM", "M1", "M2", "M3", "N1", "N2", "NL", "NV", "OP", "PB", "PY", "RI", "RN", "RP", "SE", "SN",
    "SP", "ST", "T1", "T2", "T3", "TA", "TI", "TT", "TY", "U1", "U2", "U3", "U4", "U5", "UR", "VL",
    "VO", "XR", "Y1", "Y2",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tags_are_sorted() {
        assert!(KNOWN.is_sorted());
    }

    #[test]
    fn every_tag_that_gives_a_field_is_known_behind_tabs_too() {
        let code = include_str!("ris_fields.rs").split("b\"").skip(1);
        let tags = code.filter_map(|rest| rest.split('"').next());
        let tags: Vec<&str> = tags.filter(|tag| tag.len() == 2).collect();
        assert!(tags.len() > 30);
        for tag in tags {
            let line = format!("{tag}\t-\tx");
            assert!(tagged(&line).is_some(), "{tag}");
        }
    }

    #[test]
    fn tags_are_told_from_prose() {
        for (line, name, value) in [
            ("TY  - JOUR", "TY", "JOUR"),
            ("TY  -  JOUR", "TY", "JOUR"),
            ("TY - JOUR", "TY", "JOUR"),
            ("AU  -", "AU", ""),
            ("  TI  - x", "TI", "x"),
            ("TI  -x", "TI", "x"),
            ("PY-2024", "PY", "2024"),
            ("DESCRIPTORS  - a", "DESCRIPTORS", "a"),
            ("TI\t-\tx", "TI", "x"),
            ("AU\u{a0}\u{a0}- x", "AU", "x"),
            ("PY  \u{2013} 2024", "PY", "2024"),
        ] {
            let tagged = tagged(line).expect(line);
            assert_eq!((tagged.name, tagged.value), (name, value), "{line}");
        }
        for line in [
            "",
            "AB-stract",
            "The AB  - x",
            "HIV - a virus",
            "UK - a country",
            "EU   - a union",
            "   TI  - x",
            "É  - x",
            "XX-yes",
        ] {
            assert!(tagged(line).is_none(), "{line}");
        }
    }
}
