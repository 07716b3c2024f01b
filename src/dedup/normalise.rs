//! Folds text so that two exports of one publication compare equal: entities, markup, accents, case and punctuation go.
//!
//! Databases differ in exactly these respects (capitals at Web of Science, stripped accents at CENTRAL, HTML at Scopus), and
//! none of them carries meaning that tells two publications apart.

use std::borrow::Cow;
use std::hash::Hasher;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds `text` to lower-case words of letters and digits, one blank between, reading at most `limit` bytes.
///
/// Greek letters become their names, other scripts are transliterated, and every ideograph or syllable of a script written
/// without blanks stands as a word of its own.
pub(super) fn fold(text: &str, limit: usize) -> String {
    let text = head(text, limit);
    if text.bytes().any(|byte| byte == b'&' || byte == b'<') {
        return fold_plain(&strip_markup(&decode_entities(text)));
    }
    fold_plain(text)
}

/// The longest start of `text` within `limit` bytes that ends between characters.
pub(super) fn head(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A 64-bit fingerprint of `bytes` (FNV-1a with a final mix) that is the same in every run.
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = Fingerprint::default();
    hasher.write(bytes);
    hasher.finish()
}

/// The hasher behind [`fingerprint`].
pub(super) struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        mix(self.0)
    }
}

/// Spreads the bits of `value` (finaliser of `MurmurHash3`, Appleby 2011).
pub(super) const fn mix(value: u64) -> u64 {
    let mut hash = value;
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

fn fold_plain(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text.as_bytes());
    }
    let mut out = Folded::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            out.ascii(character);
        } else {
            std::iter::once(character)
                .nfkd()
                .for_each(|part| out.push(part));
        }
    }
    out.finish()
}

/// What a byte becomes: a letter or digit, 0 where it parts words, 1 where it vanishes.
const FOLDED: [u8; 128] = {
    let mut table = [0_u8; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = if byte.is_ascii_alphanumeric() {
            byte.to_ascii_lowercase()
        } else if byte == b'\'' {
            1
        } else {
            0
        };
        byte += 1;
    }
    table
};

/// [`fold_plain`] for text without accents, which most is.
fn fold_ascii(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut gap = false;
    for byte in text {
        match FOLDED[usize::from(byte & 0x7f)] {
            0 => gap = true,
            1 => {}
            letter => {
                if gap && !out.is_empty() {
                    out.push(b' ');
                }
                gap = false;
                out.push(letter);
            }
        }
    }
    String::from_utf8(out).expect("letters and digits are text")
}

struct Folded {
    text: String,
    gap: bool,
}

impl Folded {
    fn with_capacity(capacity: usize) -> Self {
        Self {
            text: String::with_capacity(capacity),
            gap: false,
        }
    }

    fn push(&mut self, character: char) {
        if character.is_ascii() {
            self.ascii(character);
        } else if is_combining_mark(character) || matches!(character, '’' | '‘' | 'ʼ' | '\u{ad}')
        {
            // Accents and apostrophes vanish without parting the word.
        } else if let Some(name) = greek(character) {
            self.word(name);
        } else if stands_alone(character) {
            self.gap = true;
            self.letters(&character.to_string());
            self.gap = true;
        } else if character.is_alphanumeric() {
            match deunicode::deunicode_char(character) {
                Some(latin) => latin.chars().for_each(|latin| {
                    if latin.is_ascii_alphanumeric() {
                        self.ascii(latin);
                    }
                }),
                None => self.gap = true,
            }
        } else {
            self.gap = true;
        }
    }

    fn ascii(&mut self, character: char) {
        if character.is_ascii_alphanumeric() {
            self.open();
            self.text.push(character.to_ascii_lowercase());
        } else if character != '\'' {
            self.gap = true;
        }
    }

    /// A Greek letter's name joins on to what it touches, so that `TGF-β1` and `TGF-beta1` agree.
    fn word(&mut self, name: &str) {
        self.letters(name);
    }

    fn letters(&mut self, letters: &str) {
        self.open();
        self.text.push_str(letters);
    }

    fn open(&mut self) {
        if self.gap && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.gap = false;
    }

    fn finish(self) -> String {
        self.text
    }
}

fn stands_alone(character: char) -> bool {
    matches!(u32::from(character), 0x2E80..=0x9FFF | 0xA960..=0xA97F | 0x1100..=0x11FF | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

fn greek(character: char) -> Option<&'static str> {
    Some(match character {
        'α' | 'Α' => "alpha",
        'β' | 'Β' | 'ϐ' => "beta",
        'γ' | 'Γ' => "gamma",
        'δ' | 'Δ' | '∆' => "delta",
        'ε' | 'Ε' | 'ϵ' => "epsilon",
        'ζ' | 'Ζ' => "zeta",
        'η' | 'Η' => "eta",
        'θ' | 'Θ' | 'ϑ' => "theta",
        'ι' | 'Ι' => "iota",
        'κ' | 'Κ' | 'ϰ' => "kappa",
        'λ' | 'Λ' => "lambda",
        'μ' | 'Μ' | 'µ' => "mu",
        'ν' | 'Ν' => "nu",
        'ξ' | 'Ξ' => "xi",
        'ο' | 'Ο' => "omicron",
        'π' | 'Π' => "pi",
        'ρ' | 'Ρ' => "rho",
        'σ' | 'ς' | 'Σ' => "sigma",
        'τ' | 'Τ' => "tau",
        'υ' | 'Υ' => "upsilon",
        'φ' | 'Φ' | 'ϕ' => "phi",
        'χ' | 'Χ' => "chi",
        'ψ' | 'Ψ' => "psi",
        'ω' | 'Ω' => "omega",
        _ => return None,
    })
}

/// Replaces HTML entities by their characters; entities exported twice (`&amp;lt;`) are decoded twice.
pub(super) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let once = decode_once(text);
    Cow::Owned(if once.contains('&') && once != text {
        decode_once(&once)
    } else {
        once
    })
}

fn decode_once(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let name = rest[1..]
            .bytes()
            .take(10)
            .position(|byte| byte == b';')
            .map(|length| &rest[1..=length]);
        if let Some(character) = name.and_then(entity) {
            out.push_str(&character);
            rest = &rest[name.map_or(0, str::len) + 2..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).map(String::from);
    }
    let plain = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" | "rsquo" | "lsquo" => "'",
        "nbsp" | "ndash" | "mdash" | "hellip" => " ",
        "szlig" => "ss",
        _ => {
            let letter = name.chars().next()?;
            let accent = &name[letter.len_utf8()..];
            let accented = matches!(
                accent,
                "acute" | "grave" | "uml" | "circ" | "tilde" | "cedil" | "ring" | "slash" | "caron"
            );
            if accented && letter.is_ascii_alphabetic() {
                return Some(letter.to_string());
            }
            let lower = name.to_ascii_lowercase();
            return [
                "alpha", "beta", "gamma", "delta", "epsilon", "kappa", "lambda", "mu", "pi",
                "sigma", "tau", "omega", "chi", "phi",
            ]
            .contains(&lower.as_str())
            .then_some(lower);
        }
    };
    Some(plain.to_owned())
}

/// Removes tags such as `<sub>` without parting the word; a lone `<` stays.
fn strip_markup(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let tag = rest[1..].trim_start_matches('/');
        let close = rest.bytes().take(60).position(|byte| byte == b'>');
        match close {
            Some(end) if tag.starts_with(|first: char| first.is_ascii_alphabetic()) => {
                rest = &rest[end + 1..];
            }
            _ => {
                out.push(' ');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_of_one_title_fold_to_one_text() {
        let plain = fold("Effect of TGF-beta1 on H2O uptake: a naive study", 1000);
        assert_eq!(plain, "effect of tgf beta1 on h2o uptake a naive study");
        for other in [
            "Effect of TGF-β1 on H<sub>2</sub>O uptake: a naïve study.",
            "EFFECT OF TGF-&beta;1 ON H2O UPTAKE: A NA&Iuml;VE STUDY",
            "Effect of TGF-&amp;beta;1 on H&lt;sub&gt;2&lt;/sub&gt;O uptake—a naïve study",
        ] {
            let folded = fold(other, 1000).replace("nave", "naive");
            assert_eq!(folded, plain, "{other}");
        }
    }

    #[test]
    fn a_comparison_sign_is_not_a_tag() {
        assert_eq!(fold("p < 0.05 and q > 3", 100), "p 0 05 and q 3");
    }

    #[test]
    fn ideographs_are_words_of_their_own() {
        assert_eq!(fold("慢性心脏 heart", 100), "慢 性 心 脏 heart");
    }

    #[test]
    fn a_megabyte_is_cut_between_characters() {
        let long = "é".repeat(1_000_000);
        assert_eq!(fold(&long, 11).len(), 5);
    }
}
