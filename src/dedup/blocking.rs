//! Candidate pairs: records that share a key, never more than a fixed number of partners a record and key.
//!
//! A block past [`WHOLE`] records (one title for all, say) is sorted by what else the records say and each is paired with its
//! [`WINDOW`] followers, so that the work stays proportional to n log n whatever the input.

use super::key::Key;
use super::normalise::{fingerprint, mix};
use rayon::prelude::*;

/// Blocks up to this size are compared in full.
const WHOLE: usize = 24;
/// Followers that a record of a larger block is compared with.
const WINDOW: usize = 12;

/// Candidate pairs as indexes with `a < b`, sorted, each once.
///
/// Records for which `folded` holds are left out. Records stand in the order of their `rounds`; what is compared among those of the
/// rounds up to any one does not depend on the rounds after it.
pub(super) fn candidates(keys: &[Key], folded: &[bool], rounds: &[u32]) -> Vec<(u32, u32)> {
    let mut entries: Vec<(u64, u32)> = keys
        .par_iter()
        .enumerate()
        .filter(|(at, _)| !folded[*at])
        .flat_map_iter(|(at, key)| {
            let at = u32::try_from(at).expect("fewer than 2^32 records fit in memory");
            block_keys(key).into_iter().map(move |block| (block, at))
        })
        .collect();
    entries.par_sort_unstable();
    entries.dedup();
    let mut pairs = Vec::new();
    for block in entries.chunk_by(|a, b| a.0 == b.0) {
        pair_block(keys, block, &mut pairs);
        if block.len() > WHOLE {
            let round = |at: usize| rounds[block[at].1 as usize];
            let ends = (1..block.len()).filter(|at| round(*at) != round(at - 1));
            ends.for_each(|end| pair_block(keys, &block[..end], &mut pairs));
        }
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// Whether two records share a block, so that they are compared unless the block is too large.
pub(super) fn meet(a: &Key, b: &Key) -> bool {
    let others = block_keys(b);
    block_keys(a).iter().any(|block| others.contains(block))
}

fn pair_block(keys: &[Key], block: &[(u64, u32)], pairs: &mut Vec<(u32, u32)>) {
    if block.len() < 2 {
        return;
    }
    if block.len() <= WHOLE {
        for (at, (_, a)) in block.iter().enumerate() {
            pairs.extend(block[at + 1..].iter().map(|(_, b)| (*a, *b)));
        }
        return;
    }
    let mut members: Vec<u32> = block.iter().map(|(_, at)| *at).collect();
    let order: [fn(&Key) -> u64; 2] = [by_place, by_people];
    for rank in order {
        members.sort_by_cached_key(|at| {
            let key = &keys[*at as usize];
            // Among many of one rank, copies stand beside each other by their titles.
            let title = key.title.forms.first().map_or("", |form| &*form.text);
            (rank(key), title, *at)
        });
        for (at, a) in members.iter().enumerate() {
            let followers = &members[at + 1..members.len().min(at + 1 + WINDOW)];
            pairs.extend(followers.iter().map(|b| (*a.min(b), *a.max(b))));
        }
    }
}

fn by_place(key: &Key) -> u64 {
    u64::from(key.locator.volume) << 32 | (key.locator.first.number & 0xffff_ffff)
}

fn by_people(key: &Key) -> u64 {
    let family = key.authors.first_family().as_bytes();
    let mut start = [0_u8; 6];
    for (to, from) in start.iter_mut().zip(family) {
        *to = *from;
    }
    let letters = start
        .iter()
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    letters << 16 | u64::from(key.year.unsigned_abs() & 0xffff)
}

/// Letters of a title's start and end that make a block.
const LETTERS: usize = 24;

/// The blocks a record stands in.
fn block_keys(key: &Key) -> Vec<u64> {
    let mut blocks = Vec::with_capacity(10);
    if let Some(doi) = &key.doi {
        blocks.push(salted(1, doi.as_bytes()));
    }
    if key.pmid > 0 {
        blocks.push(mix(u64::from(key.pmid) ^ 2 << 56));
    }
    if key.cochrane > 0 {
        blocks.push(mix(u64::from(key.cochrane) ^ 3 << 56));
    }
    for form in &key.title.forms {
        let letters: Vec<u8> = form.text.bytes().filter(|byte| *byte != b' ').collect();
        if letters.len() >= 6 {
            blocks.push(salted(4, &letters[..letters.len().min(LETTERS)]));
        }
        if letters.len() > LETTERS && !key.title.cut {
            blocks.push(salted(5, &letters[letters.len() - LETTERS..]));
        }
    }
    place_blocks(key, &mut blocks);
    blocks.extend(key.sketch.signature().map(|hash| mix(hash ^ 9)));
    blocks.extend(key.sketch.far_signature().map(|hash| mix(hash ^ 0xa)));
    blocks
}

fn place_blocks(key: &Key, blocks: &mut Vec<u64>) {
    let page = key.locator.first.number;
    if page == 0 {
        return;
    }
    let family = key.authors.first_family();
    let start = &family.as_bytes()[..family.len().min(4)];
    let year = u64::from(key.year.unsigned_abs());
    let volume = u64::from(key.locator.volume);
    if !family.is_empty() {
        if volume > 0 {
            blocks.push(mix(salted(6, start) ^ mix(volume << 32 ^ page)));
        }
        if year > 0 {
            blocks.push(mix(salted(7, start) ^ mix(year << 32 ^ page)));
        }
    }
    if volume > 0 && key.locator.last > 0 {
        blocks.push(mix(mix(volume << 32 ^ page)
            ^ u64::from(key.locator.last)
            ^ 8 << 56));
    }
}

fn salted(kind: u64, bytes: &[u8]) -> u64 {
    mix(fingerprint(bytes) ^ kind << 56)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bib::{Record, Source};

    fn keys(count: u32, fill: impl Fn(u32, &mut Record)) -> Vec<Key> {
        let source = Source {
            file: "records.csv".to_owned(),
            format: "csv".to_owned(),
            line: 1,
            end_line: 1,
        };
        let record = |at| {
            let mut record = Record::empty(source.clone());
            fill(at, &mut record);
            Key::of(&record)
        };
        (0..count).map(record).collect()
    }

    #[test]
    fn one_title_or_one_place_for_all_costs_a_bounded_number_of_pairs_a_record() {
        let most = 8 * 2 * WINDOW;
        for count in [100, 3000] {
            let one_title = keys(count, |at, record| {
                record.title = Some("Burnout among nurses in hospitals of the country".to_owned());
                record.pages = Some(at.to_string());
            });
            let one_place = keys(count, |at, record| {
                record.title = Some(format!(
                    "{at} is the number of this title, which ends in {at}"
                ));
                record.doi = Some("10.1000/supplement".to_owned());
                record.volume = Some("1".to_owned());
                record.pages = Some("1-9".to_owned());
            });
            for keys in [one_title, one_place] {
                let pairs = candidates(&keys, &vec![false; keys.len()], &vec![0; keys.len()]);
                assert!(
                    pairs.len() <= keys.len() * most,
                    "{} of {count}",
                    pairs.len()
                );
            }
        }
    }

    #[test]
    fn a_copy_among_many_of_one_beginning_team_and_year_is_compared() {
        let keys = keys(40, |at, record| {
            let title = match at {
                0 => "Randomized controlled trial of mindfulness".to_owned(),
                39 => "Randomized controlled trial of mindfulness: a study of nurses".to_owned(),
                at => format!("Randomized controlled trial of drug {:02}", at * 37 % 41),
            };
            record.title = Some(title);
            record.authors = vec!["Wang, X".to_owned()];
            record.year = Some(2020);
        });
        let pairs = candidates(&keys, &vec![false; keys.len()], &vec![0; keys.len()]);
        assert!(pairs.contains(&(0, 39)));
    }

    #[test]
    fn records_without_anything_meet_nobody() {
        let keys = keys(500, |_, _| {});
        assert!(candidates(&keys, &vec![false; keys.len()], &vec![0; keys.len()]).is_empty());
    }
}
