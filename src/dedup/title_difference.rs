//! How two titles differ, word by word, once spelling is set aside.

use super::title::{Form, Title};
use rapidfuzz::distance::osa;

/// How two titles stand to each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference<'a> {
    /// Share of letters in words that agree, from 0 to 1.
    pub(super) similarity: f64,
    /// Letters and digits of the shorter title: how much an agreement says.
    pub(super) length: usize,
    /// Words of the first title that the second lacks, spelling and filling words aside.
    pub(super) left: Vec<&'a str>,
    /// Words of the second title that the first lacks.
    pub(super) right: Vec<&'a str>,
    /// Whether one title is the start of the other.
    pub(super) start: bool,
}

/// Compares all forms of two titles and returns the closest; `None` where either is missing.
pub(super) fn compare<'a>(a: &'a Title, b: &'a Title) -> Option<Difference<'a>> {
    let mut best: Option<Difference> = None;
    for left in &a.forms {
        for right in &b.forms {
            let difference = compare_forms(left, right, a.cut, b.cut);
            if best
                .as_ref()
                .is_none_or(|best| difference.similarity > best.similarity)
            {
                best = Some(difference);
            }
        }
    }
    best
}

/// Words that titles gain and lose between exports.
fn filling(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "a"
            | "an"
            | "of"
            | "in"
            | "on"
            | "and"
            | "for"
            | "with"
            | "to"
            | "by"
            | "at"
            | "from"
            | "s"
            | "or"
            | "is"
            | "as"
            | "der"
            | "die"
            | "des"
            | "et"
            | "de"
    )
}

fn letters(form: &Form) -> usize {
    form.text.len() + 1 - form.words.len()
}

/// Compares one wording with one other; see [`compare`].
pub(super) fn compare_forms<'a>(
    a: &'a Form,
    b: &'a Form,
    a_cut: bool,
    b_cut: bool,
) -> Difference<'a> {
    let length = letters(a).min(letters(b));
    let equal = |start| Difference {
        similarity: 1.0,
        length,
        left: Vec::new(),
        right: Vec::new(),
        start,
    };
    if a.text == b.text {
        return equal(false);
    }
    if (a_cut && b.text.starts_with(&*a.text)) || (b_cut && a.text.starts_with(&*b.text)) {
        return equal(true);
    }
    let (x, y) = (&a.words, &b.words);
    let front = x.iter().zip(y).take_while(|(a, b)| a == b).count();
    let most = x.len().min(y.len()) - front;
    let back = x
        .iter()
        .rev()
        .zip(y.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let left = middle(a, front, back);
    let right = middle(b, front, back);
    let start = back == 0 && (left.is_empty() || right.is_empty());
    if left.concat() == right.concat() {
        return equal(false);
    }
    let (left, right) = unmatched(left, right);
    let lost: usize = left.iter().chain(&right).map(|word| word.len()).sum();
    let total = letters(a) + letters(b);
    Difference {
        similarity: 1.0 - lost as f64 / total.max(1) as f64,
        length,
        left,
        right,
        start,
    }
}

/// The words between the first `front` and the last `back`, no more than can matter.
fn middle(form: &Form, front: usize, back: usize) -> Vec<&str> {
    const MANY: usize = 60;
    let count = form.words.len() - front - back;
    if count == 0 {
        Vec::new()
    } else {
        form.text
            .split(' ')
            .skip(front)
            .take(count.min(MANY))
            .collect()
    }
}

/// Words that stand on one side only, once equal words, misspellings, joined words and filling words are set against each other.
fn unmatched<'a>(left: Vec<&'a str>, mut right: Vec<&'a str>) -> (Vec<&'a str>, Vec<&'a str>) {
    const FEW: usize = 8;
    let mut rest = left;
    rest.retain(|word| match right.iter().position(|other| other == word) {
        Some(at) => {
            right.remove(at);
            false
        }
        None => true,
    });
    if rest.len() > FEW && right.len() > FEW {
        // Titles this far apart stay different whatever their spelling.
        return (rest, right);
    }
    rest.retain(
        |word| match right.iter().position(|other| alike(word, other)) {
            Some(at) => {
                right.remove(at);
                false
            }
            None => true,
        },
    );
    if rest.concat() == right.concat() {
        return (Vec::new(), Vec::new());
    }
    join(&mut rest, &mut right);
    join(&mut right, &mut rest);
    rest.retain(|word| !filling(word));
    right.retain(|word| !filling(word));
    (rest, right)
}

/// Sets two neighbouring words against their joined spelling (`meta analysis`, `metaanalysis`).
fn join(left: &mut Vec<&str>, right: &mut Vec<&str>) {
    let mut at = 0;
    while at + 1 < left.len() {
        let joined = format!("{}{}", left[at], left[at + 1]);
        if let Some(other) = right
            .iter()
            .position(|word| *word == joined || alike(word, &joined))
        {
            right.remove(other);
            left.drain(at..at + 2);
        } else {
            at += 1;
        }
    }
}

/// Whether two words are one: the same number, or a misspelling of a word long enough that this says something.
fn alike(a: &str, b: &str) -> bool {
    if a.len().min(b.len()) <= 7
        && let (Some(a), Some(b)) = (value(a), value(b))
    {
        return a == b;
    }
    let short = a.len().min(b.len());
    let most = if short >= 9 { 2 } else { 1 };
    if short < 4
        || a.len().abs_diff(b.len()) > most
        || !edges_agree(a.as_bytes(), b.as_bytes(), most)
    {
        return false;
    }
    let digits = a.bytes().chain(b.bytes()).any(|byte| byte.is_ascii_digit());
    !digits && !opposed(a, b) && osa::distance(a.chars(), b.chars()) <= most
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

/// The number a word stands for: digits, Roman numerals to twelve, number words to ten.
pub(super) fn value(word: &str) -> Option<u64> {
    if word.len() <= 18 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok();
    }
    Some(match word {
        "i" | "one" | "first" => 1,
        "ii" | "two" | "second" => 2,
        "iii" | "three" | "third" => 3,
        "iv" | "four" | "fourth" => 4,
        "v" | "five" | "fifth" => 5,
        "vi" | "six" | "sixth" => 6,
        "vii" | "seven" | "seventh" => 7,
        "viii" | "eight" | "eighth" => 8,
        "ix" | "nine" | "ninth" => 9,
        "x" | "ten" | "tenth" => 10,
        "xi" => 11,
        "xii" => 12,
        _ => return None,
    })
}
