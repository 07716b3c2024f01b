//! How well assessors agree, question by question and domain by domain.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How answers of several assessors to one question compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// Only one assessor answered.
    Single,
    /// All gave the same answer.
    Same,
    /// They differ only in "probably", which leads the same way.
    Strength,
    /// They differ.
    Differ,
}

/// Agreement of two assessors on one question or domain over all assessments; one row of `agreement.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairAgreement {
    /// Name of the tool.
    pub tool: String,
    /// `question` or `domain`.
    pub level: String,
    /// The question or domain.
    pub name: String,
    /// The first assessor by name.
    pub first: String,
    /// The second.
    pub second: String,
    /// Assessments in which both answered.
    pub n: u64,
    /// Those with the same answer.
    pub same: u64,
    /// Those that differ only in "probably".
    pub strength: u64,
    /// Share that leads the same way.
    pub po: f64,
}

/// Answers that lead the same way: "probably" is dropped.
pub(super) fn direction(answer: &str) -> &str {
    match answer {
        "PY" => "Y",
        "PN" => "N",
        other => other,
    }
}

/// How answers compare, by the words of each assessor.
pub(super) fn compare<'a>(mut answers: impl Iterator<Item = &'a str>) -> Match {
    let Some(first) = answers.next() else {
        return Match::Single;
    };
    let mut found = Match::Single;
    for answer in answers {
        found = found.max(if answer == first {
            Match::Same
        } else if direction(answer) == direction(first) {
            Match::Strength
        } else {
            Match::Differ
        });
    }
    found
}

/// Counts pairs of assessors as assessments come in.
#[derive(Debug, Default)]
pub(super) struct Pairs(BTreeMap<[String; 5], [u64; 3]>);

impl Pairs {
    /// Adds what each assessor said on one question or domain of one assessment.
    pub(super) fn add(&mut self, tool: &str, level: &str, name: &str, said: &[(&str, &str)]) {
        for (place, (first, one)) in said.iter().enumerate() {
            for (second, other) in &said[place + 1..] {
                let key = [tool, level, name, first, second].map(str::to_owned);
                let counts = self.0.entry(key).or_default();
                counts[0] += 1;
                counts[1] += u64::from(one == other);
                counts[2] += u64::from(one != other && direction(one) == direction(other));
            }
        }
    }

    /// The rows, sorted.
    pub(super) fn rows(self) -> Vec<PairAgreement> {
        let rows = self.0.into_iter().map(
            |([tool, level, name, first, second], [n, same, strength])| PairAgreement {
                tool,
                level,
                name,
                first,
                second,
                n,
                same,
                strength,
                po: (same + strength) as f64 / n as f64,
            },
        );
        rows.collect()
    }
}
