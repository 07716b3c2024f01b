//! The order of search rounds: by the day in the name of their folder, else by their first search.

use crate::table::When;
use std::collections::{BTreeMap, BTreeSet};

/// The place of each round among all, from 0, by pairs of a round's name and the day of one of its searches.
///
/// A round of which no day is known stands before those of which one is; rounds of one day stand in the order of their names.
pub(super) fn ranks<'a>(
    named: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<&'a str, u32> {
    let mut first: BTreeMap<&str, Option<When>> = BTreeMap::new();
    for (round, day) in named {
        let found = When::parse(round).or_else(|| When::parse(day));
        let known = first.entry(round).or_default();
        *known = match (known.take(), found) {
            (Some(known), Some(found)) => Some(known.min(found)),
            (known, found) => known.or(found),
        };
    }
    let ordered: BTreeSet<(Option<When>, &str)> =
        first.into_iter().map(|(round, day)| (day, round)).collect();
    (0..)
        .zip(ordered)
        .map(|(rank, (_, round))| (round, rank))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_stand_in_the_order_of_days_whatever_their_names() {
        let named = [
            ("b-first", "2024-01-01"),
            ("a-second", "2025-01-01"),
            ("2023-12-31", ""),
            ("old", ""),
        ];
        let ranks = ranks(named);
        let mut order: Vec<_> = ranks
            .into_iter()
            .map(|(round, rank)| (rank, round))
            .collect();
        order.sort_unstable();
        let names: Vec<&str> = order.into_iter().map(|(_, round)| round).collect();
        assert_eq!(names, ["old", "2023-12-31", "b-first", "a-second"]);
    }
}
