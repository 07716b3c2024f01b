//! One author's name in comparable form: family name, initials, first given name.

use crate::dedup::normalise::fold;

/// Particles that stand before a capital within one family name.
pub(super) fn prefix(letters: &str) -> bool {
    matches!(
        letters,
        "Mc" | "Mac"
            | "De"
            | "Di"
            | "Du"
            | "Da"
            | "Del"
            | "Della"
            | "Le"
            | "La"
            | "Van"
            | "Von"
            | "Fitz"
            | "St"
            | "El"
            | "Al"
            | "Ten"
            | "Ter"
            | "San"
    ) || letters.ends_with(['\'', '’'])
        || letters.chars().all(char::is_lowercase)
}

/// `family/initials` of one name; `family_first` where the style is known.
pub(super) fn key(name: &str, family_first: bool) -> String {
    let whole;
    let name = if name.contains('?') {
        whole = name.replace('?', "");
        whole.as_str()
    } else {
        name
    };
    if let Some((family, given)) = name.split_once(',') {
        return joined(&fold(family, 200), given);
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let trailing = words
        .iter()
        .rev()
        .take_while(|word| looks_like_initials(word))
        .count();
    let names = words.len() - trailing;
    if family_first && (trailing == 0 || names == 2 && !prefix(words[0]) && !is_particle(words[0]))
    {
        // `Steingart Karen R.`
        let Some((family, given)) = words.split_first() else {
            return String::new();
        };
        return joined(&fold(family, 200), &given.join(" "));
    }
    if trailing == 0 || names == 0 {
        // `Bernd C. Stahl`: the last word is the family name.
        let Some((last, given)) = words.split_last() else {
            return String::new();
        };
        return joined(&fold(last, 200), &given.join(" "));
    }
    let (family, given) = words.split_at(names);
    joined(&fold(&family.join(" "), 200), &given.join(" "))
}

fn is_particle(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "de" | "del"
            | "da"
            | "dos"
            | "di"
            | "du"
            | "la"
            | "le"
            | "van"
            | "von"
            | "der"
            | "den"
            | "el"
            | "al"
            | "ten"
            | "ter"
            | "st"
            | "san"
            | "mac"
            | "o"
    )
}

fn looks_like_initials(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let dotted = word.contains('.') && word.split(['.', '-']).all(|part| part.chars().count() <= 2);
    dotted
        || (letters <= 3
            && word
                .chars()
                .all(|c| c.is_uppercase() || c == '-' || c == '.'))
}

/// Initials of given names, and the first of them where it is written out.
fn initials(given: &str) -> (String, String) {
    if given.len() <= 4 && given.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return (given.to_ascii_lowercase(), String::new());
    }
    let upper_run =
        given.trim().chars().count() <= 4 && given.trim().chars().all(char::is_uppercase);
    let folded = fold(given, 200);
    if upper_run {
        return (folded.replace(' ', ""), String::new());
    }
    let first = folded
        .split(' ')
        .next()
        .filter(|word| word.len() >= 3)
        .unwrap_or("")
        .to_owned();
    (
        folded
            .split(' ')
            .filter_map(|word| word.chars().next())
            .collect(),
        first,
    )
}

fn joined(family: &str, given: &str) -> String {
    let family = family.trim();
    if family.is_empty() {
        return String::new();
    }
    let family = family.strip_suffix(" jr").unwrap_or(family);
    let (initials, first) = initials(given);
    [family, &initials, &first].join("/")
}

pub(super) fn anonymous(key: &str) -> bool {
    let family = key.split('/').next().unwrap_or("");
    if matches!(family, "anon" | "unknown" | "nct" | "listed" | "indicated") {
        return true;
    }
    if !key.starts_with("no") && !key.contains("anonymous") {
        return false;
    }
    let name = key.replace('/', " ");
    let name = name.trim();
    name.contains("anonymous")
        || name.starts_with("no authors")
        || name.starts_with("no authorship")
}
