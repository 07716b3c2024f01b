//! Author names in comparable form, whatever style an export writes them in.

use super::normalise::{decode_entities, fold};
use rapidfuzz::distance::osa;

/// Names as `family initials` joined by `|`, at most [`MOST`] of them, and how many there were.
///
/// Two exports of one publication give `Stahl, Bernd Carsten`, `Stahl B. C.`, `STAHL BC` or `Bernd C. Stahl`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Authors {
    names: Box<str>,
    /// Names in the record, "et al" not counted.
    pub(super) count: u16,
    /// Whether the list says that it goes on ("et al").
    pub(super) open: bool,
}

/// One author.
#[derive(Clone, Copy, Debug)]
struct Name<'a> {
    family: &'a str,
    initials: &'a str,
    /// First given name where written out.
    given: &'a str,
}

/// Names kept of a record.
const MOST: usize = 40;

impl Authors {
    /// Reads the authors of a record; an entry may hold several names (`Smith J, Jones K`, `Adeli K.Lewis G. F.`).
    pub(super) fn read(entries: &[String]) -> Self {
        let mut names = Vec::new();
        let mut open = false;
        for entry in entries.iter().take(400) {
            let entry = decode_entities(super::normalise::head(entry, 8000));
            for (name, run) in split(&entry) {
                let folded = key(name, run);
                if folded.is_empty()
                    || name
                        .trim_end_matches('.')
                        .trim()
                        .eq_ignore_ascii_case("et al")
                {
                    open |= !folded.is_empty();
                } else if !anonymous(&folded) {
                    names.push(folded);
                }
            }
        }
        let count = u16::try_from(names.len()).unwrap_or(u16::MAX);
        names.truncate(MOST);
        Self {
            names: names.join("|").into_boxed_str(),
            count,
            open,
        }
    }

    /// Family names with initials, in order.
    fn iter(&self) -> impl Iterator<Item = Name<'_>> {
        self.names
            .split('|')
            .filter(|name| !name.is_empty())
            .map(|name| {
                let mut parts = name.split('/');
                let mut next = || parts.next().unwrap_or("");
                Name {
                    family: next(),
                    initials: next(),
                    given: next(),
                }
            })
    }

    /// Family name of the first author; empty where unknown.
    pub(super) fn first_family(&self) -> &str {
        self.iter().next().map_or("", |name| name.family)
    }
}

/// Splits an entry that may hold one name or many; says whether names were run together, which exports do family name first.
fn split(entry: &str) -> Vec<(&str, bool)> {
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

/// Particles that stand before a capital within one family name.
fn prefix(letters: &str) -> bool {
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
fn key(name: &str, family_first: bool) -> String {
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

fn anonymous(key: &str) -> bool {
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

/// How two lists of authors agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Agreement {
    /// Share of the shorter list found in the other, from 0 to 1.
    pub(super) share: f64,
    /// Whether the first authors are one person.
    pub(super) first: bool,
    /// Names in the shorter list.
    pub(super) shorter: usize,
    /// Names in the longer list.
    pub(super) longer: usize,
}

/// Compares two lists; `None` where either is empty.
pub(super) fn agreement(a: &Authors, b: &Authors) -> Option<Agreement> {
    if a.count == 0 || b.count == 0 {
        return None;
    }
    let (short, long) = if a.count <= b.count { (a, b) } else { (b, a) };
    if a.names == b.names {
        let count = usize::from(a.count);
        return Some(Agreement {
            share: 1.0,
            first: true,
            shorter: count,
            longer: count,
        });
    }
    let longer: Vec<Name> = long.iter().collect();
    let mut taken = vec![false; longer.len()];
    let mut found = 0_usize;
    let mut first = false;
    let mut total = 0_usize;
    for (at, name) in short.iter().enumerate() {
        total += 1;
        // The same place first: long lists mostly agree in order.
        let order = std::iter::once(at).chain(0..longer.len());
        let hit = order
            .filter(|&other| other < longer.len() && !taken[other])
            .find(|&other| same_person(name, longer[other]));
        if let Some(other) = hit {
            taken[other] = true;
            found += 1;
            first |= at == 0 && other == 0;
        }
    }
    let mut share = found as f64 / total.max(1) as f64;
    if share < 0.5 && (short.names.contains(' ') || short.count == long.count) {
        share = share.max(word_share(short, long));
    }
    Some(Agreement {
        share,
        first,
        shorter: total,
        longer: longer.len(),
    })
}

/// Share of the list with more names whose family names stand anywhere in the other list's letters: helps where separators were
/// lost beyond repair (`BARRETT JEVANOVER KE`) or family and given names changed places.
fn word_share(short: &Authors, long: &Authors) -> f64 {
    let held = |one: &Authors, other: &Authors| -> f64 {
        let letters: String = other
            .names
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let families: Vec<String> = one
            .iter()
            .map(|name| name.family.replace(' ', ""))
            .filter(|family| family.len() >= 5)
            .collect();
        if families.is_empty() || families.len() * 2 < usize::from(one.count.min(40)) {
            return 0.0;
        }
        let found = families
            .iter()
            .filter(|family| letters.contains(family.as_str()))
            .count();
        found as f64 / families.len() as f64
    };
    held(long, short).max(if short.count == long.count {
        held(short, long)
    } else {
        0.0
    })
}

fn same_person(a: Name, b: Name) -> bool {
    let initials = a.initials.is_empty()
        || b.initials.is_empty()
        || a.initials.as_bytes()[0] == b.initials.as_bytes()[0];
    if a.family == b.family {
        return initials || a.family.len() > 8;
    }
    let initials = initials || later_initial(a, b) || later_initial(b, a);
    initials
        && (near(a.family, b.family) || part_of(a.family, b.family) || part_of(b.family, a.family))
        || swapped(a, b)
        || swapped(b, a)
        || given_in_family(a, b)
        || given_in_family(b, a)
}

/// `Meral Ozsoyoglu` and `Z. Meral Ozsoyoglu`: the first initial of one is a later one of the other.
fn later_initial(a: Name, b: Name) -> bool {
    let first = a.initials.chars().next();
    first.is_some_and(|letter| b.initials.contains(letter))
}

/// `Reid David G.` read as the family `reid david`: the first word is the family where the other record says so, and the next is
/// the given name whose initial the other record has.
fn given_in_family(a: Name, b: Name) -> bool {
    a.family.split_once(' ').is_some_and(|(family, given)| {
        family == b.family
            && given
                .chars()
                .next()
                .is_some_and(|letter| b.initials.starts_with(letter))
    })
}

/// `Wang, Xiaoguang` written `Xiaoguang, W.` or `Xiaoguang, Wang`.
fn swapped(a: Name, b: Name) -> bool {
    a.given.len() >= 3
        && a.given == b.family
        && !b.initials.is_empty()
        && a.family.as_bytes().first() == b.initials.as_bytes().first()
}

/// One letter off in a long name, or an umlaut written out (`mueller`, `muller`).
fn near(a: &str, b: &str) -> bool {
    let length = a.len().min(b.len());
    if length >= 3 && lost_letters(a, b) {
        return true;
    }
    if length < 4 || a.len().abs_diff(b.len()) > 2 || a.as_bytes()[0] != b.as_bytes()[0] {
        return false;
    }
    if length >= 5
        && osa::distance_with_args(a.chars(), b.chars(), &osa::Args::default().score_cutoff(1))
            .is_some()
    {
        return true;
    }
    let plain = |name: &str| {
        name.replace(' ', "")
            .replace("ae", "a")
            .replace("oe", "o")
            .replace("ue", "u")
    };
    a.len() != b.len() && plain(a) == plain(b)
}

/// Whether one is the other without one or two letters that an export could not write (`zsu` for `ozsu`).
fn lost_letters(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let lost = long.len() - short.len();
    if lost == 0 || lost > 2 || lost * 3 > long.len() {
        return false;
    }
    let mut letters = long.bytes();
    short
        .bytes()
        .all(|letter| letters.any(|other| other == letter))
}

/// `quintrec` in `le quintrec`; `garcia` in `garcia lopez`.
fn part_of(short: &str, long: &str) -> bool {
    short.len() >= 3
        && long.len() > short.len()
        && (long
            .strip_suffix(short)
            .is_some_and(|rest| rest.ends_with(' '))
            || long
                .strip_prefix(short)
                .is_some_and(|rest| rest.starts_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Authors {
        Authors::read(&[text.to_owned()])
    }

    #[test]
    fn styles_of_one_list_agree() {
        let lists = [
            of("Lewis G. F.Adeli K."),
            of("Lewis, Gary F. and Adeli, Khosrow"),
            of("Lewis GF, Adeli K"),
            of("Lewis, G.F., Adeli, K."),
            of("Gary F. Lewis, Khosrow Adeli"),
            of("LEWIS G.F. and ADELI K."),
            of("Lewis Gary F.Adeli Khosrow"),
            of("Lewis GaryAdeli Khosrow"),
            of("Lewis GFAdeli K"),
        ];
        for list in &lists {
            let agreement = agreement(&lists[0], list).unwrap();
            assert!(agreement.share > 0.99 && agreement.first, "{list:?}");
            assert_eq!(list.count, 2, "{list:?}");
        }
    }

    #[test]
    fn one_author_family_first_is_one() {
        assert_eq!(of("Deng, Chaoqun").count, 1);
        assert_eq!(of("D. Scott Mackay").first_family(), "mackay");
        assert_eq!(of("McDonald J. O'Neill").count, 1);
        assert_eq!(of("Stahl, Bernd-Carsten").first_family(), "stahl");
    }

    #[test]
    fn et_al_opens_the_list() {
        let list = of("Smith J and Jones K and et al");
        assert_eq!((list.count, list.open), (2, true));
    }
}
