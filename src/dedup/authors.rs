//! Author names in comparable form, whatever style an export writes them in.

mod agreement;
mod list;
mod name;

use super::normalise::decode_entities;
pub(super) use agreement::{Agreement, agreement};
use list::split;
use name::{anonymous, key};

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
