//! How two titles differ, word by word, once spelling is set aside.

use super::near_word::{Near, near};
use super::subtitle::narrows;
use super::title::{Form, Title};

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
    /// The least sure of the words that were taken for one though their spelling differs.
    pub(super) near: Near,
    /// Whether the words that one title has alone are its last ones.
    pub(super) tail: bool,
    /// Whether those last words begin with a preposition, so that they narrow the title.
    pub(super) narrowed: bool,
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
            | "und"
            // What is left of marks behind registered names.
            | "r"
            | "tm"
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
        near: Near::Spelling,
        tail: false,
        narrowed: false,
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
    let (left, right, near) = unmatched(left, right);
    let longer = if right.is_empty() {
        (a, &left)
    } else {
        (b, &right)
    };
    let (tail, narrowed) = if left.is_empty() == right.is_empty() {
        (false, false)
    } else {
        ending(longer.0, longer.1, front)
    };
    let lost: usize = left.iter().chain(&right).map(|word| word.len()).sum();
    let total = letters(a) + letters(b);
    Difference {
        similarity: 1.0 - lost as f64 / total.max(1) as f64,
        length,
        left,
        right,
        start,
        near,
        tail,
        narrowed,
    }
}

/// Whether the words `extra` end the title, filling words aside, and whether a preposition that is not among the first `front` words
/// (those that both titles begin with) stands before them.
fn ending(form: &Form, extra: &[&str], front: usize) -> (bool, bool) {
    let mut words: Vec<&str> = form.text.split(' ').collect();
    for word in extra.iter().rev() {
        while words
            .last()
            .is_some_and(|last| last != word && filling(last))
        {
            words.pop();
        }
        if words.pop() != Some(*word) {
            return (false, false);
        }
    }
    while words
        .last()
        .is_some_and(|last| matches!(*last, "the" | "a" | "an"))
    {
        words.pop();
    }
    let before = words.len() > front && words.last().is_some_and(|last| narrows(last));
    (
        true,
        before || extra.first().is_some_and(|first| narrows(first)),
    )
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
fn unmatched<'a>(
    left: Vec<&'a str>,
    mut right: Vec<&'a str>,
) -> (Vec<&'a str>, Vec<&'a str>, Near) {
    const FEW: usize = 8;
    let mut least = Near::Spelling;
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
        return (rest, right, least);
    }
    rest.retain(|word| {
        // The nearest of the words of nearly one spelling.
        let found = right
            .iter()
            .enumerate()
            .filter_map(|(at, other)| Some((near(word, other)?, at)))
            .min();
        match found {
            Some((found, at)) => {
                least = least.max(found);
                right.remove(at);
                false
            }
            None => true,
        }
    });
    if rest.concat() == right.concat() {
        return (Vec::new(), Vec::new(), least);
    }
    least = least.max(join(&mut rest, &mut right));
    least = least.max(join(&mut right, &mut rest));
    rest.retain(|word| !filling(word));
    right.retain(|word| !filling(word));
    (rest, right, least)
}

/// Sets two neighbouring words against their joined spelling (`meta analysis`, `metaanalysis`).
fn join(left: &mut Vec<&str>, right: &mut Vec<&str>) -> Near {
    let mut least = Near::Spelling;
    let mut at = 0;
    while at + 1 < left.len() {
        let joined = format!("{}{}", left[at], left[at + 1]);
        let met = right.iter().enumerate().find_map(|(other, word)| {
            let near = if **word == *joined {
                Some(Near::Spelling)
            } else {
                near(word, &joined)
            };
            near.map(|near| (other, near))
        });
        if let Some((other, near)) = met {
            least = least.max(near);
            right.remove(other);
            left.drain(at..at + 2);
        } else {
            at += 1;
        }
    }
    least
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
