//! How well assessors agree, question by question, domain by domain and overall.

use super::tool::Tool;
use crate::stats::kappa::{Weights, kappa};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    /// `question`, `domain` or `overall`.
    pub level: String,
    /// The question or domain; `overall` for the judgement of all together.
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
    /// Weights of kappa: `linear` over the tool's ordered judgements; `equal` for answers, "probably" dropped.
    pub weights: String,
    /// Assessments that kappa is of: judgements that have no order, such as "not applicable", are left out.
    pub kappa_n: u64,
    /// Agreement beyond chance; `None` where both never left one answer or judgement.
    pub kappa: Option<f64>,
    /// Lower limit of its 95 % interval, from the large-sample standard error.
    pub kappa_lower: Option<f64>,
    /// Upper limit.
    pub kappa_upper: Option<f64>,
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

/// What pairs of assessors said, gathered as assessments come in.
#[derive(Debug, Default)]
pub(super) struct Pairs(BTreeMap<[String; 5], Vec<[String; 2]>>);

impl Pairs {
    /// Adds what each assessor said on one question or domain of one assessment.
    pub(super) fn add(&mut self, tool: &str, level: &str, name: &str, said: &[(&str, &str)]) {
        for (place, (first, one)) in said.iter().enumerate() {
            for (second, other) in &said[place + 1..] {
                let key = [tool, level, name, first, second].map(str::to_owned);
                let both = [one, other].map(|said| (*said).to_owned());
                self.0.entry(key).or_default().push(both);
            }
        }
    }

    /// The rows, sorted; `tools` say the order of their judgements.
    pub(super) fn rows(self, tools: &BTreeMap<String, Tool>) -> Vec<PairAgreement> {
        let rows = self.0.into_iter().map(|(key, said)| {
            let [tool, level, name, first, second] = key;
            let judgements = tools.get(&tool).filter(|_| level != "question");
            let (weights, categories, placed) = match judgements {
                Some(tool) => ordered(tool, &said),
                None => unordered(&said),
            };
            let found = kappa(&placed, categories, weights);
            let interval = found.map(crate::stats::kappa::Kappa::interval);
            let same = said.iter().filter(|[one, other]| one == other).count();
            let led = said
                .iter()
                .filter(|[one, other]| direction(one) == direction(other))
                .count();
            PairAgreement {
                tool,
                level,
                name,
                first,
                second,
                n: said.len() as u64,
                same: same as u64,
                strength: (led - same) as u64,
                po: led as f64 / said.len() as f64,
                weights: weights.name().to_owned(),
                kappa_n: placed.len() as u64,
                kappa: found.map(|found| found.kappa),
                kappa_lower: interval.map(|[lower, _]| lower),
                kappa_upper: interval.map(|[_, upper]| upper),
            }
        });
        rows.collect()
    }
}

/// Pairs of judgements by their place in the tool's order, from the best; those without a place are left out.
fn ordered(tool: &Tool, said: &[[String; 2]]) -> (Weights, usize, Vec<(usize, usize)>) {
    let known = tool.judgements.values().filter_map(|known| known.severity);
    let steps: Vec<u8> = known.collect::<BTreeSet<u8>>().into_iter().collect();
    let place = |judgement: &str| {
        let severity = tool.judgements.get(judgement)?.severity?;
        steps.iter().position(|step| *step == severity)
    };
    let placed = said
        .iter()
        .filter_map(|[one, other]| Some((place(one)?, place(other)?)));
    (Weights::Linear, steps.len(), placed.collect())
}

/// Pairs of answers by the ways they lead.
fn unordered(said: &[[String; 2]]) -> (Weights, usize, Vec<(usize, usize)>) {
    let ways: BTreeSet<&str> = said.iter().flatten().map(|said| direction(said)).collect();
    let ways: Vec<&str> = ways.into_iter().collect();
    let place = |said: &str| ways.iter().position(|way| *way == direction(said));
    let placed = said
        .iter()
        .filter_map(|[one, other]| Some((place(one)?, place(other)?)));
    (Weights::Equal, ways.len(), placed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rob::shipped;

    fn of(level: &str, said: &[[&str; 2]]) -> PairAgreement {
        let mut pairs = Pairs::default();
        for [one, other] in said {
            pairs.add("rob2", level, "D1", &[("anna", one), ("ben", other)]);
        }
        let tools = BTreeMap::from([("rob2".to_owned(), shipped::tool("rob2").expect("shipped"))]);
        pairs.rows(&tools).remove(0)
    }

    #[test]
    fn a_step_between_judgements_weighs_half_of_two_and_what_has_no_order_is_left_out() {
        let near = of(
            "domain",
            &[["low", "some_concerns"], ["low", "low"], ["high", "high"]],
        );
        let far = of(
            "domain",
            &[["low", "high"], ["low", "low"], ["high", "high"]],
        );
        assert_eq!((near.weights.as_str(), near.kappa_n), ("linear", 3));
        assert!(near.kappa > far.kappa && near.po.total_cmp(&far.po).is_eq());
        // Shares 1/3 each at (low, some), (low, low), (high, high); weights 1, 1/2, 0: observed 5/6, by chance 1/2.
        assert!((near.kappa.expect("estimable") - 2.0 / 3.0).abs() < 1e-12);
        let left = of(
            "domain",
            &[["low", "not_applicable"], ["low", "low"], ["high", "high"]],
        );
        assert_eq!((left.n, left.kappa_n), (3, 2));
    }

    #[test]
    fn answers_have_equal_weights_and_probably_is_dropped() {
        let found = of("question", &[["Y", "PY"], ["N", "N"], ["NI", "N"]]);
        assert_eq!(
            (found.weights.as_str(), found.same, found.strength),
            ("equal", 1, 1)
        );
        // Observed 2/3; by chance (1·1 + 1·2 + 1·0) / 9 = 1/3.
        assert!((found.kappa.expect("estimable") - 0.5).abs() < 1e-12);
    }

    #[test]
    fn judgements_that_never_differ_from_one_have_no_kappa() {
        let found = of("domain", &[["low", "low"], ["low", "low"]]);
        assert_eq!((found.kappa, found.kappa_lower), (None, None));
        assert!((found.po - 1.0).abs() < 1e-12);
    }
}
