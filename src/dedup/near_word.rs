//! Two words of nearly one spelling: one word written in two ways, a slip of the hand, or perhaps two words.
//!
//! Names of medicines, groups and findings lie a letter or two apart (fluoxetine and duloxetine, maternal and paternal, effective and
//! ineffective). No dictionary tells all of them, but how they are built does: they begin otherwise, or differ by a syllable.

use super::title_difference::value;
use rapidfuzz::distance::osa;

/// What two words of nearly one spelling are, the surest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Near {
    /// One word: a number in two writings, British and American, singular and plural, letters doubled or in the wrong order.
    #[default]
    Spelling,
    /// One letter more, less or other inside a word of at least five that begins alike: mostly a slip.
    Slip,
    /// Another beginning, or two letters apart: as likely another word.
    Word,
}

/// How the words stand; `None` where they are two words beyond doubt.
pub(super) fn near(a: &str, b: &str) -> Option<Near> {
    let short = a.len().min(b.len());
    if short <= 7
        && let (Some(a), Some(b)) = (value(a), value(b))
    {
        return (a == b).then_some(Near::Spelling);
    }
    if short <= 3 {
        return disordered(a, b).then_some(Near::Spelling);
    }
    let begins = a.get(..2) == b.get(..2) && a.len().abs_diff(b.len()) <= 2;
    if begins && short >= 4 && standard(a) == standard(b) {
        return Some(Near::Spelling);
    }
    let most = if short >= 9 { 2 } else { 1 };
    if a.len().abs_diff(b.len()) > most
        || !edges_agree(a.as_bytes(), b.as_bytes(), most)
        || a.bytes().chain(b.bytes()).any(|byte| byte.is_ascii_digit())
        || opposed(a, b)
    {
        return None;
    }
    let edits = osa::distance(a.chars(), b.chars());
    if edits > most {
        return None;
    }
    let swapped = edits == 1 && a.len() == b.len() && sorted(a) == sorted(b);
    let (one, other) = (standard(a), standard(b));
    // A wrong letter typed twice is one slip.
    let slips = edits.min(osa::distance(one.chars(), other.chars()));
    Some(if swapped || one == other {
        Near::Spelling
    } else if slips == 1 && short >= 5 && a.as_bytes()[0] == b.as_bytes()[0] {
        Near::Slip
    } else {
        Near::Word
    })
}

/// Whether one of two short words is a commonest word with its letters in the wrong order, and the other is that word (`fo`, `of`).
fn disordered(a: &str, b: &str) -> bool {
    const COMMON: [&str; 6] = ["of", "to", "the", "and", "for", "with"];
    // `on` and `no` are both words, as are `for` and `fro`.
    let one = |common: &str, other: &str| COMMON.contains(&common) && other != "fro";
    (one(a, b) || one(b, a)) && sorted(a) == sorted(b)
}

fn sorted(word: &str) -> Vec<u8> {
    let mut letters = word.as_bytes().to_vec();
    letters.sort_unstable();
    letters
}

/// The word in one spelling: American, without doubled letters and without the ending of the plural.
fn standard(word: &str) -> String {
    let word = word
        .replace("ae", "e")
        .replace("oe", "e")
        .replace("our", "or")
        .replace("ph", "f")
        .replace("ogue", "og");
    let mut letters: Vec<u8> = Vec::with_capacity(word.len());
    let bytes = word.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let vowel = |at: usize| {
            bytes
                .get(at)
                .is_some_and(|next| matches!(next, b'a' | b'e' | b'i'))
        };
        let byte = match byte {
            // -ise and -ize, -isation and -ization, -yse and -yze.
            b's' if at >= 3 && matches!(bytes[at - 1], b'i' | b'y') && vowel(at + 1) => b'z',
            byte => *byte,
        };
        if letters.last() != Some(&byte) {
            letters.push(byte);
        }
    }
    let word = String::from_utf8(letters).unwrap_or_default();
    let word = word
        .strip_suffix("re")
        .map_or_else(|| word.clone(), |stem| format!("{stem}er"));
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["is", "es", "s", "e"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 3
        {
            return stem.to_owned();
        }
    }
    word
}

/// A quick test that words within `most` edits pass: equal letters from both ends cover all but a few in the middle, or the words
/// are long and have two edits apart.
fn edges_agree(a: &[u8], b: &[u8], most: usize) -> bool {
    let front = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let back = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let reach = front + back;
    if most == 1 {
        reach + 2 >= a.len().min(b.len())
    } else {
        reach >= 3
    }
}

/// Prefixes that turn a word into its counterpart, a letter or two apart.
const OPPOSED: [(&str, &str); 12] = [
    ("hyper", "hypo"),
    ("inter", "intra"),
    ("macro", "micro"),
    ("pre", "pro"),
    ("in", "de"),
    ("in", "un"),
    ("endo", "exo"),
    ("mono", "bi"),
    ("anti", "ante"),
    ("over", "under"),
    ("super", "sub"),
    ("ab", "ad"),
];

fn opposed(a: &str, b: &str) -> bool {
    OPPOSED.iter().any(|(one, other)| {
        let turned = |a: &str, b: &str| {
            a.strip_prefix(one)
                .is_some_and(|tail| b.strip_prefix(other) == Some(tail))
        };
        turned(a, b) || turned(b, a)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_in_two_spellings_is_one() {
        for (a, b) in [
            ("tumour", "tumor"),
            ("randomised", "randomized"),
            ("haemolytic", "hemolytic"),
            ("oestrogen", "estrogen"),
            ("modelling", "modeling"),
            ("centre", "center"),
            ("systems", "system"),
            ("analyses", "analysis"),
            ("therapies", "therapy"),
            ("foruth", "fourth"),
            ("assesment", "assessment"),
            ("fourth", "iv"),
            ("fo", "of"),
        ] {
            assert_eq!(near(a, b), Some(Near::Spelling), "{a} / {b}");
        }
    }

    #[test]
    fn one_letter_inside_a_word_is_a_slip() {
        for (a, b) in [
            ("architecture", "achitecture"),
            ("customer", "customes"),
            ("eculizamab", "eculizumab"),
            ("association", "accociation"),
        ] {
            assert_eq!(near(a, b), Some(Near::Slip), "{a} / {b}");
        }
    }

    #[test]
    fn words_that_medicine_keeps_apart_by_a_letter_or_two_are_no_slips() {
        // Pairs of medicines, groups, findings and times; each is a word of its own in a dictionary.
        for (a, b) in [
            ("fluoxetine", "duloxetine"),
            ("sitagliptin", "saxagliptin"),
            ("citalopram", "escitalopram"),
            ("prednisone", "prednisolone"),
            ("symptomatic", "asymptomatic"),
            ("effective", "ineffective"),
            ("maternal", "paternal"),
            ("unilateral", "bilateral"),
            ("preoperative", "perioperative"),
            ("induction", "reduction"),
        ] {
            assert!(
                near(a, b).is_none_or(|near| near == Near::Word),
                "{a} / {b}"
            );
        }
    }
}
