//! Whether the conclusion changed between two states: a proposal with its rule, which a person confirms.

use super::state::State;
use crate::artefact::Sheet;
use crate::effect::{Design, Measure};
use serde::Serialize;

/// The rule of the proposal, in words (after Garner 2016, BMJ 354:i3507, and Cochrane's "conclusions changed").
pub const RULE: &str = "changed where a main analysis gained its first evidence or lost all of it, or its direction turned, or its interval \
began or ceased to exclude no difference, or its certainty is in another category; a narrower interval alone is no change";

/// What is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proposal {
    /// The conclusion changed.
    Changed,
    /// It did not.
    NotChanged,
}

/// What was found for an analysis in one state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rated {
    /// Studies.
    pub k: String,
    /// The effect as printed: ratios not as logarithms where a summary of findings is there.
    pub estimate: f64,
    /// Lower limit.
    pub ci_lower: f64,
    /// Upper limit.
    pub ci_upper: f64,
    /// Certainty; empty where nobody rated.
    pub certainty: String,
    /// The standard statement; empty without one.
    pub statement: String,
}

/// The proposal for one analysis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnalysisConclusion {
    /// The analysis.
    pub analysis: String,
    /// Its title.
    pub title: String,
    /// Whether it carries the proposal for the review: its role is `main`.
    pub main: bool,
    /// What is proposed.
    pub proposal: Proposal,
    /// Why, in words.
    pub because: Vec<String>,
    /// Before; `None` without evidence.
    pub old: Option<Rated>,
    /// Now.
    pub new: Option<Rated>,
}

/// The proposal for the review.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conclusion {
    /// What is proposed: changed where any main analysis is.
    pub proposal: Proposal,
    /// The rule.
    pub rule: &'static str,
    /// Analyses with evidence in either state, in the order of the protocol.
    pub analyses: Vec<AnalysisConclusion>,
}

impl Conclusion {
    /// The proposal for two states.
    pub fn between(old: &State, new: &State) -> Self {
        let mut names: Vec<(String, u64)> = Vec::new();
        for state in [new, old] {
            for (analysis, order) in listed(state) {
                if !names.iter().any(|(known, _)| *known == analysis) {
                    names.push((analysis, order));
                }
            }
        }
        names.sort_by_key(|(_, order)| *order);
        let analyses: Vec<AnalysisConclusion> = names
            .iter()
            .filter_map(|(analysis, _)| of_analysis(analysis, old, new))
            .collect();
        let changed = analyses
            .iter()
            .any(|found| found.main && found.proposal == Proposal::Changed);
        Self {
            proposal: if changed {
                Proposal::Changed
            } else {
                Proposal::NotChanged
            },
            rule: RULE,
            analyses,
        }
    }
}

/// The analyses of a state with their order.
fn listed(state: &State) -> Vec<(String, u64)> {
    let Some(sheet) = state.table("analyses") else {
        return Vec::new();
    };
    let rows = sheet.rows.keys().map(|key| {
        let order = sheet.cell(key, "order").and_then(|text| text.parse().ok());
        (key.clone(), order.unwrap_or(u64::MAX))
    });
    rows.collect()
}

fn of_analysis(analysis: &str, old: &State, new: &State) -> Option<AnalysisConclusion> {
    let (was, is) = (rated(old, analysis), rated(new, analysis));
    if was.is_none() && is.is_none() {
        return None;
    }
    let declared = |column: &str| {
        let of = |state: &State| cell(state.table("analyses"), analysis, column);
        of(new).or_else(|| of(old)).unwrap_or_default()
    };
    let measure = |state: &State| cell(state.table("analyses"), analysis, "measure");
    let mut because = Vec::new();
    match (&was, &is) {
        (None, Some(_)) => because.push("first evidence".to_owned()),
        (Some(_), None) => because.push("no evidence any more".to_owned()),
        (Some(was), Some(is)) if measure(old) == measure(new) => {
            because = reasons(was, is, no_difference(&declared("measure"), new, analysis));
        }
        (Some(was), Some(is)) => {
            because = reasons(was, is, None);
            because.push("the measure is another one, so the numbers are not compared".to_owned());
        }
        (None, None) => {}
    }
    let role = declared("role");
    Some(AnalysisConclusion {
        analysis: analysis.to_owned(),
        title: declared("title"),
        main: role.is_empty() || role == "main",
        proposal: if because.is_empty() {
            Proposal::NotChanged
        } else {
            Proposal::Changed
        },
        because,
        old: was,
        new: is,
    })
}

/// The grounds for a change; without `none`, the value of no difference, only the certainty is compared.
fn reasons(was: &Rated, is: &Rated, none: Option<f64>) -> Vec<String> {
    let mut because = Vec::new();
    if let Some(none) = none {
        let side = |rated: &Rated| rated.estimate.total_cmp(&none);
        if side(was) != side(is) {
            because.push(format!(
                "the direction turned: {} to {}",
                was.estimate, is.estimate
            ));
        }
        let excludes = |rated: &Rated| rated.ci_lower > none || rated.ci_upper < none;
        match (excludes(was), excludes(is)) {
            (false, true) => because.push("the interval excludes no difference now".to_owned()),
            (true, false) => {
                because.push("the interval excludes no difference no longer".to_owned());
            }
            _ => {}
        }
    }
    if was.certainty != is.certainty {
        let name = |certainty: &str| {
            if certainty.is_empty() {
                "not rated".to_owned()
            } else {
                certainty.to_owned()
            }
        };
        because.push(format!(
            "certainty: {} to {}",
            name(&was.certainty),
            name(&is.certainty)
        ));
    }
    because
}

/// The value of no difference on the scale of [`Rated`]; `None` for a measure of one group, which compares nothing.
fn no_difference(measure: &str, state: &State, analysis: &str) -> Option<f64> {
    let measure: Option<Measure> = measure.parse().ok();
    if measure.is_some_and(|measure| measure.design() == Design::Proportion) {
        return None;
    }
    let printed = summary(state, analysis).is_some();
    let ratio = measure.is_some_and(Measure::is_ratio);
    Some(if ratio && printed { 1.0 } else { 0.0 })
}

fn cell(sheet: Option<&Sheet>, key: &str, column: &str) -> Option<String> {
    sheet?.cell(key, column).map(str::to_owned)
}

/// Estimate and interval of the summary of findings.
fn summary(state: &State, analysis: &str) -> Option<[f64; 3]> {
    numbers(state.table("summary-of-findings")?, analysis)
}

fn numbers(sheet: &Sheet, key: &str) -> Option<[f64; 3]> {
    let number = |column: &str| sheet.cell(key, column)?.trim().parse::<f64>().ok();
    Some([
        number("estimate")?,
        number("ci_lower")?,
        number("ci_upper")?,
    ])
}

/// What a state found: by the summary of findings, else by the main pooled row.
fn rated(state: &State, analysis: &str) -> Option<Rated> {
    let findings = state.table("summary-of-findings");
    let pooled = || {
        let sheet = state.table("pooled")?;
        let mut rows = sheet.rows.keys();
        let is = |key: &str, column: &str, text: &str| sheet.cell(key, column) == Some(text);
        let key = rows.find(|key| {
            is(key, "analysis", analysis) && is(key, "subgroup", "") && is(key, "main", "true")
        })?;
        numbers(sheet, key)
    };
    let [estimate, ci_lower, ci_upper] = summary(state, analysis).or_else(pooled)?;
    let told = |column: &str| cell(findings, analysis, column).unwrap_or_default();
    Some(Rated {
        k: cell(state.table("analyses"), analysis, "k").unwrap_or_default(),
        estimate,
        ci_lower,
        ci_upper,
        certainty: told("certainty"),
        statement: told("statement"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A state with one analysis: measure, role, estimate, interval, certainty.
    fn state(measure: &str, role: &str, numbers: &str, certainty: &str) -> State {
        let mut state = State::default();
        let mut add = |table: &str, csv: String| {
            state.add(
                table,
                Sheet::read("x.csv", csv.as_bytes()).expect("a table"),
            );
        };
        add(
            "analyses",
            format!("key,order,title,measure,role,k\na,0,A,{measure},{role},2\n"),
        );
        add(
            "summary-of-findings",
            format!(
                "key,estimate,ci_lower,ci_upper,certainty,statement\na,{numbers},{certainty},\n"
            ),
        );
        state
    }

    fn proposed(old: &State, new: &State) -> (Proposal, String) {
        let found = Conclusion::between(old, new);
        (found.proposal, found.analyses[0].because.join("; "))
    }

    #[test]
    fn a_narrower_interval_alone_is_no_change() {
        let old = state("MD", "main", "-2,-4,-0.5", "low");
        let new = state("MD", "main", "-1.8,-2.5,-1", "low");
        assert_eq!(proposed(&old, &new), (Proposal::NotChanged, String::new()));
    }

    #[test]
    fn direction_exclusion_and_certainty_each_change_it() {
        let old = state("MD", "main", "-2,-4,-0.5", "low");
        for (numbers, certainty, why) in [
            (
                "-2,-4,0.5",
                "low",
                "the interval excludes no difference no longer",
            ),
            ("-2,-4,-0.5", "moderate", "certainty: low to moderate"),
        ] {
            let new = state("MD", "main", numbers, certainty);
            assert_eq!(proposed(&old, &new), (Proposal::Changed, why.to_owned()));
        }
        let new = state("MD", "main", "2,0.5,4", "low");
        assert!(proposed(&old, &new).1.starts_with("the direction turned"));
    }

    #[test]
    fn no_difference_is_one_for_a_ratio_and_nothing_for_a_proportion() {
        let old = state("RR", "main", "0.8,0.6,1.1", "low");
        let new = state("RR", "main", "0.8,0.7,0.95", "low");
        assert_eq!(
            proposed(&old, &new),
            (
                Proposal::Changed,
                "the interval excludes no difference now".to_owned()
            )
        );
        let old = state("PR", "main", "0.2,-0.1,0.5", "low");
        let new = state("PR", "main", "0.2,0.1,0.3", "low");
        assert_eq!(proposed(&old, &new).0, Proposal::NotChanged);
    }

    #[test]
    fn a_supplementary_analysis_is_told_and_does_not_carry_the_proposal() {
        let old = state("MD", "supplementary", "-2,-4,-0.5", "low");
        let new = state("MD", "supplementary", "-2,-4,0.5", "low");
        let found = Conclusion::between(&old, &new);
        assert_eq!(found.proposal, Proposal::NotChanged);
        assert_eq!(found.analyses[0].proposal, Proposal::Changed);
    }

    #[test]
    fn first_evidence_changes_it_and_another_measure_is_not_compared() {
        let none = state("MD", "main", ",,", "");
        let some = state("MD", "main", "-2,-4,-0.5", "low");
        assert_eq!(
            proposed(&none, &some),
            (Proposal::Changed, "first evidence".to_owned())
        );
        let other = state("SMD", "main", "0.3,0.1,0.5", "low");
        assert_eq!(
            proposed(&some, &other).1,
            "the measure is another one, so the numbers are not compared"
        );
    }
}
