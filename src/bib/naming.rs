//! An id for every record of a review, none given twice and none by the order in which files are read.
//!
//! | records of one identity | their ids |
//! | --- | --- |
//! | one title | the identity; copies end in `-2`, `-3` |
//! | several titles within one search round, as abstracts of a supplement under its DOI | a digest of identity and title, each |
//! | a record of an older round, and a newcomer of another title | the older one keeps its id; the newcomer has a digest of both |

use super::given::{Given, digest};
use super::identity::{MARK, plain_title};
use super::record::Record;
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::Problem;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};

#[expect(
    clippy::disallowed_types,
    reason = "only asked for one identity at a time; never walked"
)]
type Titles = std::collections::HashMap<u64, u64>;

/// The ids given so far, and what identities they were made of.
#[derive(Default)]
pub struct Naming {
    /// Identities met, with the title that came first.
    titles: Titles,
    /// Identities that stand for several titles of one round.
    shared: BTreeSet<u64>,
    /// Those of them that came to light while records were named one by one.
    late: BTreeSet<u64>,
    given: Given,
}

/// What an id was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// The identity alone.
    Plain,
    /// The identity, or identity and title, with a number behind it: the record is a copy.
    Copy,
    /// Identity and title.
    Titled,
}

impl Naming {
    /// Names all records of one search round, which hold their identities as ids. Rounds come in their order.
    pub fn round(&mut self, exports: &mut [&mut [Record]]) {
        let mut firsts = Titles::default();
        let records = exports.iter().flat_map(|records| records.iter());
        let all: Vec<_> = records.map(Identity::of).collect();
        for of in &all {
            if self.titles.contains_key(&of.number) {
                continue;
            }
            if *firsts.entry(of.number).or_insert(of.title) != of.title {
                self.shared.insert(of.number);
            }
        }
        let records = exports.iter_mut().flat_map(|records| records.iter_mut());
        for (record, of) in records.zip(all) {
            self.name_of(record, of);
        }
    }

    /// Names one record by what is known so far; see [`Naming::again`].
    pub fn name(&mut self, record: &mut Record) -> Named {
        self.name_of(record, Identity::of(record))
    }

    fn name_of(&mut self, record: &mut Record, Identity { number, title }: Identity) -> Named {
        let other = *self.titles.entry(number).or_insert(title) != title;
        let titled = other || self.shared.contains(&number);
        if other && !self.shared.contains(&number) {
            self.late.insert(number);
        }
        if titled {
            record.id = titled_id(record);
        }
        let wanted = record.id.clone();
        record.id = self.given.unique(wanted.clone());
        if record.id != wanted {
            Named::Copy
        } else if titled {
            Named::Titled
        } else {
            Named::Plain
        }
    }

    /// Where records that were named one by one turned out to share an identity under several titles: what names them all rightly
    /// when they are read again from the first.
    pub fn again(mut self) -> Option<Self> {
        self.shared.append(&mut self.late.clone());
        (!self.late.is_empty()).then(|| Self {
            shared: self.shared,
            ..Self::default()
        })
    }
}

/// Watches the records of one file for an identity that stands for several titles.
#[derive(Default)]
pub(super) struct Sharing {
    titles: Titles,
    found: BTreeSet<u64>,
    first: Option<(String, Place)>,
}

impl Sharing {
    pub(super) fn see(&mut self, record: &Record) {
        let Identity { number, title } = Identity::of(record);
        if *self.titles.entry(number).or_insert(title) == title {
            return;
        }
        self.found.insert(number);
        self.first.get_or_insert_with(|| {
            let named = record.doi.clone().or_else(|| record.pmid.clone());
            let place = Place::line(&record.source.file, record.source.line);
            (named.unwrap_or_else(|| record.id.to_string()), place)
        });
    }

    /// The warning, at the first record whose identity stands above it for another title.
    pub(super) fn problem(self) -> Option<Problem> {
        let (named, place) = self.first?;
        let more = match self.found.len() - 1 {
            0 => String::new(),
            more => format!(", and so do {more} more of this file"),
        };
        let title = format!("`{named}` stands for records of different titles{more}");
        let problem = Problem::warning("bib::shared-identity", title).at(place);
        Some(problem.help("each has an id of its own, made of this and its title; where it is a slip of the export, correct it there"))
    }
}

fn titled_id(record: &Record) -> RecordId {
    let key = format!("titled\n{}\n{}", record.id, plain_title(record));
    let digest = blake3::hash(key.as_bytes()).to_hex();
    RecordId::new(format!("{MARK}{}", &digest[..16]))
}

/// What a record's identity and title come down to, to be held against others: an export holds a hundred thousand of them.
#[derive(Clone, Copy)]
struct Identity {
    number: u64,
    title: u64,
}

impl Identity {
    fn of(record: &Record) -> Self {
        let id = record.id.as_str();
        Self {
            number: digest(id).unwrap_or_else(|| hashed(id)),
            title: hashed(&plain_title(record)),
        }
    }
}

/// A number that lives no longer than the program.
fn hashed(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bib::Source;

    fn record(identity: &str, title: &str) -> Record {
        let mut record = Record::empty(Source::default());
        record.id = identity.into();
        record.title = Some(title.to_owned());
        record
    }

    /// Title and id of all records of some rounds, sorted.
    fn named(rounds: &[&[(&str, &str)]]) -> Vec<(String, String)> {
        let mut naming = Naming::default();
        let mut all = Vec::new();
        for round in rounds {
            let mut records: Vec<Record> = round.iter().map(|(id, t)| record(id, t)).collect();
            naming.round(&mut [&mut records]);
            all.extend(records);
        }
        let pair = |record: Record| (record.title.unwrap_or_default(), record.id.to_string());
        let mut pairs: Vec<_> = all.into_iter().map(pair).collect();
        pairs.sort();
        pairs
    }

    #[test]
    fn two_titles_of_one_identity_have_ids_that_no_order_moves() {
        let (walking, cycling) = (("rec-1", "Walking"), ("rec-1", "Cycling"));
        let one = named(&[&[walking, cycling]]);
        assert_eq!(one, named(&[&[cycling, walking]]));
        assert!(one.iter().all(|(_, id)| !id.starts_with("rec-1")));
        assert_ne!(one[0].1, one[1].1);
    }

    #[test]
    fn copies_of_one_title_are_counted_whatever_its_signs() {
        let copies = named(&[&[("rec-1", "Café: walks."), ("rec-1", "CAFE walks")]]);
        let mut ids: Vec<_> = copies.into_iter().map(|(_, id)| id).collect();
        ids.sort();
        assert_eq!(ids, ["rec-1", "rec-1-2"]);
    }

    #[test]
    fn a_later_round_moves_no_id_of_an_older_one() {
        let first: &[_] = &[("rec-1", "Walking"), ("rec-2", "A"), ("rec-2", "B")];
        let before = named(&[first]);
        let after = named(&[
            first,
            &[
                ("rec-1", "Cycling"),
                ("rec-1", "Walking"),
                ("rec-2", "C"),
                ("rec-2", "A"),
            ],
        ]);
        assert!(before.iter().all(|pair| after.contains(pair)), "{after:?}");
        let ids: BTreeSet<&String> = after.iter().map(|(_, id)| id).collect();
        assert_eq!(ids.len(), after.len());
        assert!(after.contains(&("Walking".to_owned(), "rec-1-2".to_owned())));
    }

    #[test]
    fn records_named_one_by_one_are_named_as_a_round_at_the_second_reading() {
        let both = [("rec-1", "Walking"), ("rec-1", "Cycling")];
        let mut first = Naming::default();
        for (id, title) in both {
            first.name(&mut record(id, title));
        }
        let mut second = first.again().expect("one identity of two titles");
        let mut pairs = Vec::new();
        for (id, title) in both {
            let mut record = record(id, title);
            assert_eq!(second.name(&mut record), Named::Titled);
            pairs.push((title.to_owned(), record.id.to_string()));
        }
        pairs.sort();
        assert_eq!(pairs, named(&[&both]));
        assert!(second.again().is_none());
    }
}
