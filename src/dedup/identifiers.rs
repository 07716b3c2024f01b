//! Identifiers that publishers and databases gave: DOI, PMID, ISSN, Cochrane review number.

/// A DOI in comparable form: lower case, percent signs decoded, only letters, digits and `/` kept.
///
/// Exports write one DOI as `10.1016/s0022-5223%2899%2970379-x` and `10.1016/s0022-5223(99)70379-x`, or `…_12` and `…-12`.
/// `None` where the text holds no DOI, such as a publisher item identifier.
pub(super) fn doi(text: &str) -> Option<Box<str>> {
    let lower = super::normalise::head(text, 400).to_ascii_lowercase();
    let start = lower.match_indices("10.").map(|(at, _)| at).find(|&at| {
        let registrant = lower[at + 3..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        (3..=9).contains(&registrant)
    })?;
    let tail = &lower[start..];
    let tail = tail
        .split([' ', ';', '\t', '\n', '?'])
        .next()
        .unwrap_or(tail);
    let decoded = percent(tail);
    let (prefix, suffix) = decoded.split_once('/')?;
    let suffix: String = suffix.chars().filter(|c| c.is_alphanumeric()).collect();
    let prefix: String = prefix
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    (!suffix.is_empty()).then(|| format!("{prefix}/{suffix}").into_boxed_str())
}

fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = code {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The PubMed number; 0 where there is none.
pub(super) fn pmid(text: &str) -> u32 {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(10).collect();
    if (4..=9).contains(&digits.len()) {
        digits.parse().unwrap_or(0)
    } else {
        0
    }
}

/// Up to four serial numbers in `text`, each as a number with the check digit's `X` counted as ten.
pub(super) fn issns(text: &str) -> Vec<u32> {
    let bytes = super::normalise::head(text, 400).as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 8 <= bytes.len() && found.len() < 4 {
        let bounded = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        match bounded.then(|| issn_at(&bytes[at..])).flatten() {
            Some((number, length)) => {
                found.push(number);
                at += length;
            }
            None => at += 1,
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn issn_at(bytes: &[u8]) -> Option<(u32, usize)> {
    let digits = |part: &[u8]| {
        part.iter().try_fold(0_u32, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + u32::from(byte - b'0'))
        })
    };
    let first = digits(bytes.get(..4)?)?;
    let rest = if bytes.get(4) == Some(&b'-') { 5 } else { 4 };
    let second = digits(bytes.get(rest..rest + 3)?)?;
    let check = match bytes.get(rest + 3)? {
        byte @ b'0'..=b'9' => u32::from(byte - b'0'),
        b'x' | b'X' => 10,
        _ => return None,
    };
    let ends = bytes
        .get(rest + 4)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (ends && first > 0).then_some(((first * 1000 + second) * 11 + check, rest + 4))
}

/// The number of a Cochrane review (`CD002783` gives 2783) found in its DOI or pages; 0 where there is none.
pub(super) fn cochrane(doi: Option<&str>, pages: &str, container: &str) -> u32 {
    let from_doi = doi
        .and_then(|doi| doi.strip_prefix("10.1002/14651858"))
        .and_then(review_number);
    from_doi
        .or_else(|| {
            container
                .contains("cochrane")
                .then(|| review_number(&super::normalise::head(pages, 60).to_ascii_lowercase()))
                .flatten()
        })
        .unwrap_or(0)
}

fn review_number(text: &str) -> Option<u32> {
    let at = text.find("cd").or_else(|| text.find("mr"))?;
    let digits = text[at + 2..]
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count();
    (digits == 6)
        .then(|| text[at + 2..at + 8].parse::<u32>().ok())
        .flatten()
        .map(|number| {
            number
                + if text[at..].starts_with("mr") {
                    10_000_000
                } else {
                    0
                }
        })
}

/// Marks that registries of trials put in front of their numbers.
const REGISTRIES: [&str; 19] = [
    "NCT", "ISRCTN", "EUCTR", "EUDRACT", "CTIS", "ACTRN", "CHICTR", "CTRI", "DRKS", "IRCT", "JPRN",
    "UMIN", "JRCT", "KCT", "PACTR", "RBR", "RPCEC", "TCTR", "NTR",
];

/// The registration numbers of trials in `text`, in capitals and without punctuation, sorted.
pub(super) fn registrations(text: &str) -> Box<[Box<str>]> {
    let upper = super::normalise::head(text, 400).to_ascii_uppercase();
    let mut found: Vec<Box<str>> = upper
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '/' | '|' | '"')
        })
        .filter_map(registration)
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_boxed_slice()
}

/// The number in one word; countries behind a European number are its copies.
fn registration(word: &str) -> Option<Box<str>> {
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let bare = word
        .trim_start_matches("EUCTR")
        .trim_start_matches("EUDRACT")
        .trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let european: Vec<&str> = bare.split('-').take(3).collect();
    if let [year, number, check] = european[..]
        && [(year, 4), (number, 6), (check, 2)]
            .iter()
            .all(|(part, length)| part.len() == *length && digits(part) == *length)
    {
        return Some(format!("EUCTR{year}{number}{check}").into_boxed_str());
    }
    let mark = REGISTRIES.iter().find(|mark| plain.starts_with(**mark))?;
    (digits(&plain) >= 4 && plain.as_bytes()[mark.len()].is_ascii_alphanumeric())
        .then(|| plain.into_boxed_str())
}

/// Whether one registry numbers both, and otherwise.
pub(super) fn registered_apart(a: &[Box<str>], b: &[Box<str>]) -> bool {
    let registry = |number: &str| REGISTRIES.iter().find(|mark| number.starts_with(**mark));
    let meet = a.iter().any(|number| b.contains(number));
    !meet
        && a.iter()
            .any(|x| b.iter().any(|y| registry(x) == registry(y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_doi_in_many_spellings() {
        let plain = doi("10.1016/s0022-5223(99)70379-x");
        for other in [
            "10.1016/S0022-5223%2899%2970379-X",
            "https://doi.org/10.1016/s0022-5223(99)70379-x",
            "doi: 10.1016/s0022-5223(99)70379-x",
        ] {
            assert_eq!(doi(other), plain, "{other}");
        }
        assert_eq!(doi("S0022-5223(99)70379-X [pii]"), None);
    }

    #[test]
    fn serial_numbers_of_print_and_linking_are_one() {
        assert_eq!(issns("0300-8428 (Print) 0300-8428 (Linking)").len(), 1);
        assert_eq!(issns("1469-493X"), issns("1469493x"));
    }

    #[test]
    fn two_numbers_of_one_registry_are_two_trials() {
        let apart = |a: &str, b: &str| registered_apart(&registrations(a), &registrations(b));
        assert!(apart("NCT02207231", "NCT02207244"));
        assert!(apart(
            "https://clinicaltrials.gov/show/NCT02207231",
            "nct02207244"
        ));
        assert!(!apart("NCT02207231", "NCT02207231; NCT02207244"));
        assert!(!apart("NCT02207231", "ISRCTN12345678"));
        assert!(!apart("EUCTR2012-001234-56-GB", "EudraCT 2012-001234-56"));
        assert!(!apart("", "NCT02207231"));
    }

    #[test]
    fn review_number_from_doi_or_pages() {
        let with = doi("10.1002/14651858.CD002783.pub2");
        assert_eq!(cochrane(with.as_deref(), "", ""), 2783);
        assert_eq!(
            cochrane(None, "Cd002783", "cochrane database syst rev"),
            2783
        );
        assert_eq!(cochrane(None, "Cd002783", "lancet"), 0);
    }
}
