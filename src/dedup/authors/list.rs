//! The names in one entry of an author field, which may hold one or many, with or without separators.

use super::name::prefix;

/// Splits an entry that may hold one name or many; says whether names were run together, which exports do family name first.
pub(super) fn split(entry: &str) -> Vec<(&str, bool)> {
    let entry = entry.trim();
    for mark in [" and ", ";", " & ", "|", "\n"] {
        if entry.contains(mark) {
            return entry
                .split(mark)
                .flat_map(|part| split(part.trim_end_matches(',')))
                .collect();
        }
    }
    let parts: Vec<&str> = entry
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() >= 2 && is_list(&parts) {
        return parts.into_iter().map(|name| (name, false)).collect();
    }
    if parts.len() >= 4
        && parts.len().is_multiple_of(2)
        && parts.chunks(2).all(|pair| only_initials(pair[1]))
    {
        return pairs(entry).into_iter().map(|name| (name, false)).collect();
    }
    if parts.len() > 2 {
        return vec![(entry, false)];
    }
    let names = run_together(entry);
    let run = names.len() > 1;
    names.into_iter().map(|name| (name, run)).collect()
}

/// Whether comma-separated parts are names of their own: `D. Scott Mackay`, `Smith JA`, not `Deng` and `Chaoqun`.
fn is_list(parts: &[&str]) -> bool {
    parts
        .iter()
        .all(|part| part.split_whitespace().count() >= 2 && !only_initials(part))
}

fn only_initials(part: &str) -> bool {
    part.split(|c: char| c.is_whitespace() || c == '.' || c == '-')
        .filter(|word| !word.is_empty())
        .all(|word| word.chars().count() <= 3 && word.chars().all(char::is_uppercase))
}

/// `Smith, J., Jones, K.`: every second comma ends a name.
fn pairs(entry: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut start = 0;
    let mut commas = 0;
    for (at, _) in entry.match_indices(',') {
        commas += 1;
        if commas % 2 == 0 {
            names.push(entry[start..at].trim());
            start = at + 1;
        }
    }
    names.push(entry[start..].trim());
    names
}

/// `Lewis G. F.Adeli K.`, `Xu WanyingSun Junfeng`, `Basaria SDobs AS`: a capital and small letters that follow a full stop, a small
/// letter or initials without a blank show a lost separator; `McDonald` and `DeWitt` do not.
fn run_together(entry: &str) -> Vec<&str> {
    if entry.is_ascii() && !may_be_run_together(entry.as_bytes()) {
        return vec![entry];
    }
    let characters: Vec<(usize, char)> = entry.char_indices().collect();
    let mut names = Vec::new();
    let mut start = 0;
    let mut word = 0;
    for at in 1..characters.len().saturating_sub(1) {
        let (offset, character) = characters[at];
        let before = characters[at - 1].1;
        let small_follows =
            characters[at + 1].1.is_lowercase() || matches!(characters[at + 1].1, '\'' | '’');
        if before == ' ' || before == '-' {
            word = at;
        }
        if !character.is_uppercase() || !small_follows || at == word {
            continue;
        }
        let dotted = before == '.' && at >= 2 && characters[at - 2].1.is_uppercase();
        let grown = before.is_lowercase() && !prefix(&entry[characters[word].0..offset]);
        let initials = before.is_uppercase() && word > 0;
        if dotted || grown || initials {
            names.push(entry[start..offset].trim());
            start = offset;
            word = at;
        }
    }
    names.push(entry[start..].trim());
    names
}

/// Whether a capital and a small letter follow something other than a blank or hyphen anywhere.
fn may_be_run_together(entry: &[u8]) -> bool {
    entry.windows(3).any(|three| {
        three[1].is_ascii_uppercase()
            && !matches!(three[0], b' ' | b'-')
            && (three[2].is_ascii_lowercase() || three[2] == b'\'')
    })
}
