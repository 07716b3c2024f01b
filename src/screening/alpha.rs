//! Agreement of any number of reviewers, also where different pairs read different records: Krippendorff's alpha.
//!
//! Source: Krippendorff, Content Analysis (2004), ch. 11, for nominal data; its standard error by leaving out each record in turn
//! (jackknife).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 97.5th percentile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Records by how many reviewers included and excluded them.
pub type Ratings = BTreeMap<(u64, u64), u64>;

/// Alpha and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alpha {
    /// Records that two or more reviewers voted on.
    pub records: u64,
    /// Their votes.
    pub votes: u64,
    /// Alpha; `None` when everybody made one decision only.
    pub alpha: Option<f64>,
    /// 95 % interval, kept within -1 to 1; `None` without alpha or with fewer than three records.
    pub ci: Option<[f64; 2]>,
}

/// Sums over records that alpha is made of.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    includes: f64,
    excludes: f64,
    /// Disagreeing pairs of votes, each record's divided by its votes less one.
    apart: f64,
}

impl Sums {
    fn of((includes, excludes): (u64, u64)) -> Self {
        let (includes, excludes) = (includes as f64, excludes as f64);
        Self {
            includes,
            excludes,
            apart: 2.0 * includes * excludes / (includes + excludes - 1.0),
        }
    }

    fn plus(self, other: Self, times: f64) -> Self {
        Self {
            includes: self.includes + times * other.includes,
            excludes: self.excludes + times * other.excludes,
            apart: self.apart + times * other.apart,
        }
    }

    fn alpha(self) -> Option<f64> {
        let expected = 2.0 * self.includes * self.excludes;
        let votes = self.includes + self.excludes;
        (expected > 0.0).then(|| 1.0 - (votes - 1.0) * self.apart / expected)
    }
}

/// Alpha of the records with two votes or more; `None` without any.
pub fn alpha(ratings: &Ratings) -> Option<Alpha> {
    let rated: Vec<(Sums, u64, u64)> = ratings
        .iter()
        .filter(|((includes, excludes), _)| includes + excludes >= 2)
        .map(|(&votes, &records)| (Sums::of(votes), records, votes.0 + votes.1))
        .collect();
    let records: u64 = rated.iter().map(|(_, records, _)| records).sum();
    if records == 0 {
        return None;
    }
    let none = Sums::default();
    let all = rated.iter().fold(none, |sums, (one, records, _)| {
        sums.plus(*one, *records as f64)
    });
    let alpha = all.alpha();
    Some(Alpha {
        records,
        votes: rated
            .iter()
            .map(|(_, records, votes)| records * votes)
            .sum(),
        alpha,
        ci: alpha.and_then(|alpha| {
            let se = jackknife(all, &rated, records as f64)?;
            Some([alpha - Z * se, alpha + Z * se].map(|bound| bound.clamp(-1.0, 1.0)))
        }),
    })
}

/// Standard error by leaving out each record; records with the same votes give the same.
fn jackknife(all: Sums, rated: &[(Sums, u64, u64)], records: f64) -> Option<f64> {
    if records < 3.0 {
        return None;
    }
    let parts: Option<Vec<(f64, f64)>> = rated
        .iter()
        .map(|(one, records, _)| Some((all.plus(*one, -1.0).alpha()?, *records as f64)))
        .collect();
    let parts = parts?;
    let mean = parts
        .iter()
        .map(|(alpha, times)| alpha * times)
        .sum::<f64>()
        / records;
    let squares: f64 = parts
        .iter()
        .map(|(alpha, times)| times * (alpha - mean) * (alpha - mean))
        .sum();
    Some(((records - 1.0) / records * squares).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Krippendorff's example of two observers and ten units of a binary variable: alpha 0.095.
    #[test]
    fn alpha_of_the_textbooks_binary_example() {
        let one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0];
        let other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0];
        let mut ratings = Ratings::new();
        for (a, b) in one.iter().zip(other) {
            *ratings.entry((a + b, 2 - a - b)).or_default() += 1;
        }
        let found = alpha(&ratings).expect("ten units");
        assert_eq!((found.records, found.votes), (10, 20));
        assert!((found.alpha.expect("estimable") - 0.095).abs() < 5e-4);
    }

    #[test]
    fn records_with_one_vote_tell_nothing_and_unanimity_of_one_kind_is_no_agreement() {
        assert_eq!(alpha(&Ratings::from([((1, 0), 9)])), None);
        let found = alpha(&Ratings::from([((0, 3), 9)])).expect("nine records");
        assert_eq!((found.alpha, found.ci), (None, None));
        let found = alpha(&Ratings::from([((0, 3), 9), ((3, 0), 4)])).expect("thirteen records");
        assert_eq!(found.alpha, Some(1.0));
    }

    #[test]
    fn records_that_fewer_people_read_are_used_as_well() {
        let some = alpha(&Ratings::from([
            ((2, 0), 5),
            ((0, 3), 20),
            ((1, 2), 3),
            ((1, 1), 1),
        ]));
        let found = some.expect("records");
        assert_eq!((found.records, found.votes), (29, 10 + 60 + 9 + 2));
        let ci = found.ci.expect("an interval");
        let alpha = found.alpha.expect("estimable");
        assert!(ci[0] < alpha && alpha < ci[1]);
    }
}
