//! How two lists of authors agree, name by name.

use super::{Authors, Name};
use rapidfuzz::distance::osa;

/// How two lists of authors agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::dedup) struct Agreement {
    /// Share of the shorter list found in the other, from 0 to 1.
    pub(in crate::dedup) share: f64,
    /// Whether the first authors are one person.
    pub(in crate::dedup) first: bool,
    /// Names in the shorter list.
    pub(in crate::dedup) shorter: usize,
    /// Names in the longer list.
    pub(in crate::dedup) longer: usize,
}

/// Compares two lists; `None` where either is empty.
pub(in crate::dedup) fn agreement(a: &Authors, b: &Authors) -> Option<Agreement> {
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
