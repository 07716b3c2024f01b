//! Whether one name of a journal abbreviates another.

use super::container::Container;

pub(super) fn acronym_like(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        let lower = word.to_lowercase();
        !word.is_empty() && !word.bytes().all(|b| b.is_ascii_digit()) && !lower.starts_with("proc")
    });
    let first = words.next().unwrap_or("");
    words.next().is_none() && first.len() >= 2 && first.chars().all(char::is_uppercase)
}

/// Whether every word of `short` abbreviates the word of `long` in its place (`j mol cell cardiol`).
pub(super) fn abbreviates(short: &[&str], long: &[&str]) -> bool {
    if short.len() != long.len() {
        return false;
    }
    short
        .iter()
        .zip(long)
        .all(|(a, b)| word_abbreviates(a, b) || word_abbreviates(b, a))
}

fn word_abbreviates(short: &str, long: &str) -> bool {
    if long.starts_with(short) {
        return true;
    }
    // `natl` for `national`, `dtsch` for `deutsche`: first letter and the others in order.
    let begins = short.len() <= 6 || short.get(..4) == long.get(..4);
    if !(3..=12).contains(&short.len()) || short.as_bytes()[0] != long.as_bytes()[0] || !begins {
        return false;
    }
    let mut letters = long.chars();
    short
        .chars()
        .all(|letter| letters.any(|other| other == letter))
}

/// Whether the one word `short` is the initials of `long` (`vldb`, `pnas`), stands in its brackets, or ends as they do (`sigmod`).
pub(super) fn acronym(short: &[&str], other: &Container, long: &[&str]) -> bool {
    let Some(word) = short.iter().find(|word| {
        (3..=10).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic())
    }) else {
        return false;
    };
    if short.iter().any(|w| {
        w != word
            && !w.bytes().all(|b| b.is_ascii_digit())
            && !matches!(
                *w,
                "proceedings" | "conference" | "conf" | "proc" | "j" | "acm" | "ieee"
            )
    }) {
        return false;
    }
    if other.bracket.split(' ').any(|inner| inner == *word) {
        return true;
    }
    let initials: String = long.iter().filter_map(|word| word.chars().next()).collect();

    initials.contains(word)
        || other.initials.contains(word)
        || word.len() >= 5 && ends_alike(word, &other.initials)
}

fn ends_alike(word: &str, initials: &str) -> bool {
    // `sigmod`: the interest group on management of data.
    initials.len() >= 4
        && initials
            .get(initials.len() - 3..)
            .is_some_and(|end| word.ends_with(end))
}

/// The words after the first hyphen, where the words before it are in capitals, as one database writes short name and full name.
pub(super) fn expanded(name: &str) -> Option<&str> {
    let (before, after) = name.split_once('-')?;
    let capitals = before.chars().filter(|c| c.is_alphabetic()).count() >= 3
        && !before.chars().any(char::is_lowercase);
    (capitals && after.trim().contains(' ')).then_some(after)
}

/// Whether the full name after a short one is the other name.
pub(super) fn expands(one: &Container, other: &[&str]) -> bool {
    let words: Vec<&str> = one.expanded.split(' ').collect();
    words.len() >= 2 && (words == other || abbreviates(other, &words) || abbreviates(&words, other))
}

/// Whether the words of a congress stand in the text after a journal's name.
pub(super) fn held_in(words: &[&str], rest: &str) -> bool {
    words.len() >= 3
        && words
            .iter()
            .all(|word| rest.split(' ').any(|other| other == *word))
}

/// Whether `long` goes on where `short` ends: `bmj`, `bmj clinical research ed`; also sister journals (`circulation research`).
pub(super) fn starts(short: &[&str], long: &[&str]) -> bool {
    short.len() < long.len() && abbreviates(short, &long[..short.len()])
}
