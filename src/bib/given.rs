//! The ids given in one file, so that none is given twice.

use super::identity::MARK;
use crate::ids::RecordId;

#[expect(
    clippy::disallowed_types,
    reason = "only asked whether an id was given; never walked"
)]
type Counts<K> = std::collections::HashMap<K, u32>;

/// Ids given so far. Those made from a digest are kept as that number: an export holds a hundred thousand of them.
#[derive(Default)]
pub(crate) struct Given {
    /// How often each digest came: `rec-…`, `rec-…-2` and so on up to this are taken.
    digests: Counts<u64>,
    /// All other ids, with the highest number given behind them.
    others: Counts<String>,
}

impl Given {
    /// The id, with `-2`, `-3` behind it where it was given before.
    pub(crate) fn unique(&mut self, id: RecordId) -> RecordId {
        let Some(digest) = digest(id.as_str()) else {
            return self.unique_other(id);
        };
        let count = self.digests.entry(digest).or_insert(0);
        loop {
            *count += 1;
            if *count == 1 && self.others.is_empty() {
                return id;
            }
            let numbered = numbered(id.as_str(), *count);
            if !self.others.contains_key(&numbered) {
                return RecordId::new(numbered);
            }
        }
    }

    fn unique_other(&mut self, id: RecordId) -> RecordId {
        let base = id.as_str();
        if !self.is_taken(base) {
            self.others.insert(base.to_owned(), 1);
            return id;
        }
        let mut count = self.others.get(base).copied().unwrap_or(1);
        let free = loop {
            count += 1;
            let free = numbered(base, count);
            if !self.is_taken(&free) {
                break free;
            }
        };
        self.others.insert(base.to_owned(), count);
        self.others.insert(free.clone(), 1);
        free.as_str().into()
    }

    fn is_taken(&self, id: &str) -> bool {
        if self.others.contains_key(id) {
            return true;
        }
        let Some((base, number)) = id.rsplit_once('-') else {
            return false;
        };
        let count = digest(base).and_then(|digest| self.digests.get(&digest));
        let number = number
            .parse()
            .ok()
            .filter(|n: &u32| n.to_string() == number);
        count
            .zip(number)
            .is_some_and(|(count, number)| (2..=*count).contains(&number))
    }
}

fn numbered(base: &str, number: u32) -> String {
    if number == 1 {
        return base.to_owned();
    }
    let number = number.to_string();
    let mut id = String::with_capacity(base.len() + 1 + number.len());
    id.push_str(base);
    id.push('-');
    id.push_str(&number);
    id
}

/// The number in `rec-` and sixteen hexadecimal digits, as only [`super::identity`] writes it.
pub(super) fn digest(id: &str) -> Option<u64> {
    let digits: &[u8; 16] = id.strip_prefix(MARK)?.as_bytes().try_into().ok()?;
    digits.iter().try_fold(0, |number: u64, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u64::from(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_is_given_twice() {
        let mut given = Given::default();
        let ids = [
            ("rec-0123456789abcdef", "rec-0123456789abcdef"),
            ("rec-0123456789abcdef", "rec-0123456789abcdef-2"),
            ("rec-0123456789abcdef-2", "rec-0123456789abcdef-2-2"),
            ("rec-0123456789abcdef-3", "rec-0123456789abcdef-3"),
            ("rec-0123456789abcdef", "rec-0123456789abcdef-4"),
            ("smith", "smith"),
            ("smith", "smith-2"),
            ("smith-2", "smith-2-2"),
            ("smith", "smith-3"),
            ("rec-0123456789ABCDEF", "rec-0123456789ABCDEF"),
        ];
        for (asked, want) in ids {
            assert_eq!(given.unique(asked.into()).as_str(), want, "{asked}");
        }
    }
}
