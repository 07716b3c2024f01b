//! Digital object identifiers without resolver addresses.

use std::borrow::Cow;

/// The bare DOI inside `text`, letter case kept; `None` where there is none.
///
/// Takes off resolver addresses (`https://doi.org/`, library proxies), `doi:` marks, percent escapes of `/` and `;`, blanks, and
/// punctuation that closed a sentence. Source: DOI Handbook (2019), section 2.2: prefix `10.` with a registrant of four or more
/// digits, a slash, any suffix.
pub fn normalise(text: &str) -> Option<String> {
    let start = find(text)?;
    let rest = &text[start..];
    let rest = if rest.contains('&') {
        Cow::Owned(unescaped_entities(rest))
    } else {
        Cow::Borrowed(rest)
    };
    let mut end = end(&rest);
    // In an address's query `&` begins the next part: `…?rft_id=info:doi/10.1000%2Fabc&rft_id=…`.
    if text[..start].contains('?') {
        end = rest[..end].find('&').unwrap_or(end);
    }
    let mut doi = unescape(&rest[..end]);
    // Blanks and marks that were escaped close a DOI as bare ones do.
    doi.truncate(self::end(&doi));
    doi.truncate(without_close(&doi));
    let slash = doi.find('/')?;
    (slash + 1 < doi.len()).then_some(doi)
}

/// The length of a DOI without the signs that closed a sentence or bracket behind it: a suffix may hold brackets, but only in pairs.
fn without_close(doi: &str) -> usize {
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    if doi.ends_with(|sign: char| sign.is_ascii_alphanumeric()) {
        return doi.len(); // as most do
    }
    let count = |sign| doi.chars().filter(|c| *c == sign).count();
    let mut surplus = PAIRS.map(|(open, close)| count(close).saturating_sub(count(open)));
    let mut end = doi.len();
    for (at, sign) in doi.char_indices().rev() {
        let pair = PAIRS.iter().position(|(_, close)| *close == sign);
        match pair {
            Some(pair) if surplus[pair] > 0 => surplus[pair] -= 1,
            None if matches!(sign, '.' | ',' | ';' | ':') => {}
            _ => break,
        }
        end = at;
    }
    end
}

/// Where the DOI that `text` begins with ends.
///
/// `<` and `>` close one, but belong to those made of a serial item identifier, which hold pages and title in them:
/// `10.1002/(SICI)1097-0142(19990301)85:5<1094::AID-CNCR14>3.0.CO;2-U` (ANSI/NISO Z39.56-1996).
fn end(text: &str) -> usize {
    let stops = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '|');
    let Some(stop) = text.find(stops) else {
        return text.len();
    };
    let (head, tail) = text.split_at(stop);
    let Some((inner, behind)) = tail.strip_prefix('<').and_then(|tail| tail.split_once('>')) else {
        return stop;
    };
    let serial = head
        .as_bytes()
        .windows(6)
        .any(|part| part.eq_ignore_ascii_case(b"(sici)"));
    if !serial || !inner.contains(':') || inner.contains(stops) {
        return stop;
    }
    text.len() - behind.len() + behind.find(stops).unwrap_or(behind.len())
}

/// Signs that came through a web page: `&lt;` is `<`.
fn unescaped_entities(text: &str) -> String {
    let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\"")];
    signs.iter().fold(text.to_owned(), |text, (entity, sign)| {
        text.replace(entity, sign)
    })
}

/// Whether `text` is an address of a DOI resolver or starts with a DOI or a `doi` mark.
pub(crate) fn is_link(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("10.")
        || text
            .get(..4)
            .is_some_and(|head| head.eq_ignore_ascii_case("doi:"))
        || text.contains("doi.org/")
        || text.contains("info:doi/")
}

/// Offset of `10.dddd/`.
fn find(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&bytes[from..], b"10.") {
        let start = from + found;
        from = start + 3;
        if start > 0 && (bytes[start - 1].is_ascii_digit() || bytes[start - 1] == b'.') {
            continue;
        }
        let registrant = bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit() || **b == b'.')
            .count();
        let rest = &bytes[from + registrant..];
        let escaped = rest.len() > 2 && rest[..3].eq_ignore_ascii_case(b"%2f");
        if registrant >= 4 && (rest.first() == Some(&b'/') || escaped) {
            return Some(start);
        }
    }
    None
}

/// Percent escapes undone, save that of `%` itself: what comes out has none to be undone another time.
fn unescape(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let source = text.as_bytes();
    let mut at = 0;
    while at < source.len() {
        let code = (source[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .filter(|code| *code != b'%');
        if let Some(code) = code {
            bytes.push(code);
            at += 3;
        } else {
            bytes.push(source[at]);
            at += 1;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn marks_and_addresses_come_off() {
        for (text, want) in [
            ("10.1000/182", "10.1000/182"),
            ("https://dx.doi.org/10.1097/COH.0634", "10.1097/COH.0634"),
            (
                "doi: 10.1002/(SICI)1097-0258(19980815)17:15",
                "10.1002/(SICI)1097-0258(19980815)17:15",
            ),
            (
                "http://proxy.org/login?url=https://doi.org/10.1016%2Fj.x.2020.01",
                "10.1016/j.x.2020.01",
            ),
            ("see (doi:10.1234/ab.c).", "10.1234/ab.c"),
            ("[10.1234/a(b)c(d)]; ", "10.1234/a(b)c(d)"),
            ("10.1234/a(b).)]", "10.1234/a(b)"),
            (
                "doi:10.1002/(SICI)1097-0142(19990301)85:5<1094::AID-CNCR14>3.0.CO;2-U.",
                "10.1002/(SICI)1097-0142(19990301)85:5<1094::AID-CNCR14>3.0.CO;2-U",
            ),
            (
                "10.1002/(sici)1097-0142(19990301)85:5&lt;1094::aid-cncr14&gt;3.0.co;2-u",
                "10.1002/(sici)1097-0142(19990301)85:5<1094::aid-cncr14>3.0.co;2-u",
            ),
            (
                "https://doi.org/10.1002/%28SICI%291097-0142%2819990301%2985%3A5%3C1094%3A%3AAID-CNCR14%3E3.0.CO%3B2-U",
                "10.1002/(SICI)1097-0142(19990301)85:5<1094::AID-CNCR14>3.0.CO;2-U",
            ),
            (
                "10.1002/(SICI)1097-0258(19980815)17:15</a> more",
                "10.1002/(SICI)1097-0258(19980815)17:15",
            ),
            ("10.1000/abc<br>", "10.1000/abc"),
            ("https://doi.org/10.1000/abc%20%0Asee", "10.1000/abc"),
            ("10.1000/abc%2541", "10.1000/abc%2541"),
            (
                "http://x.org/?url_ver=Z39.88-2004&rft_id=info:doi/10.1000%2Fabc&rft_id=info:pmid/1",
                "10.1000/abc",
            ),
            ("10.1000/abc&lt;br&gt;", "10.1000/abc"),
            (
                "10.1186/s12919-018-0099-8 [doi]",
                "10.1186/s12919-018-0099-8",
            ),
        ] {
            assert_eq!(normalise(text).as_deref(), Some(want));
        }
    }

    #[test]
    fn text_without_a_doi_gives_none() {
        for text in [
            "",
            "10.",
            "10.12/3",
            "110.1234/5",
            "10.1234/",
            "version 10.1234",
            "10.1234/.",
        ] {
            assert_eq!(normalise(text), None, "{text}");
        }
    }
}
