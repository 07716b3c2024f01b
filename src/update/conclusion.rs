//! Whether the conclusion changed between two states: a proposal with its rule, which a person confirms.

use super::state::State;
use crate::artefact::Sheet;
use crate::effect::{Design, Measure};
use serde::Serialize;

/// The rule of the proposal, in words (after Garner 2016, BMJ 354:i3507, and Cochrane's "conclusions changed").
pub const RULE: &str = "changed where a main analysis gained its first evidence or lost all of it, or its standard statement is in another cell: \
another certainty, size or direction; without a statement, where its direction turned; more precision or statistical significance alone is no change";

/// What is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proposal {
    /// The conclusion changed.
    Changed,
    /// It did not.
    NotChanged,
    /// Nothing of the two states can be compared.
    NotComparable,
}

/// An effect with its interval; ratios are not logarithms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The estimate.
    pub estimate: f64,
    /// Lower limit.
    pub ci_lower: f64,
    /// Upper limit.
    pub ci_upper: f64,
}

/// What was found for an analysis in one state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rated {
    /// Studies.
    pub k: String,
    /// The pooled effect, or that of the only study; `None` where several were not pooled.
    pub effect: Option<Effect>,
    /// Certainty; empty where nobody rated.
    pub certainty: String,
    /// The standard statement; empty without one.
    pub statement: String,
    /// What the statement says of size and direction, such as `small reduction`; empty where it says neither.
    pub size: String,
}

/// The proposal for one analysis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnalysisConclusion {
    /// The analysis.
    pub analysis: String,
    /// Its title.
    pub title: String,
    /// Its effect measure, in metafor's code.
    pub measure: String,
    /// Whether it carries the proposal for the review: its role is `main`.
    pub main: bool,
    /// What is proposed.
    pub proposal: Proposal,
    /// Why, in words.
    pub because: Vec<String>,
    /// What could not be compared, and why.
    pub not_compared: Vec<String>,
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
        let any = |proposal| {
            let mut main = analyses.iter().filter(|found| found.main);
            main.any(|found| found.proposal == proposal)
        };
        let grave = [Proposal::Changed, Proposal::NotComparable];
        let proposal = grave.into_iter().find(|proposal| any(*proposal));
        Self {
            proposal: proposal.unwrap_or(Proposal::NotChanged),
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
        (key.to_owned(), order.unwrap_or(u64::MAX))
    });
    rows.collect()
}

fn of_analysis(analysis: &str, old: &State, new: &State) -> Option<AnalysisConclusion> {
    let (was, is) = (rated(old, analysis), rated(new, analysis));
    let declared = |column: &str| {
        let of = |state: &State| cell(state.table("analyses"), analysis, column);
        of(new).or_else(|| of(old)).unwrap_or_default()
    };
    let measure = |state: &State| cell(state.table("analyses"), analysis, "measure");
    let mut compared = Compared::default();
    match (&was, &is) {
        (None, None) => return None,
        (None, Some(_)) => compared.ground("first evidence"),
        (Some(_), None) => compared.ground("no evidence any more"),
        (Some(was), Some(is)) => {
            compared.certainty(was, is);
            let sizes = compared.sizes(was, is);
            if measure(old) != measure(new) {
                compared.not("the measure is another one, so the numbers are not compared");
            } else if !sizes {
                compared.direction(was, is, no_difference(&declared("measure")));
            }
        }
    }
    let role = declared("role");
    Some(AnalysisConclusion {
        analysis: analysis.to_owned(),
        title: declared("title"),
        measure: declared("measure"),
        main: role.is_empty() || role == "main",
        proposal: compared.proposal(),
        because: compared.because,
        not_compared: compared.left_out,
        old: was,
        new: is,
    })
}

/// What the comparison of an analysis came to.
#[derive(Default)]
struct Compared {
    /// Whether anything could be compared.
    any: bool,
    because: Vec<String>,
    left_out: Vec<String>,
}

impl Compared {
    fn ground(&mut self, why: impl Into<String>) {
        self.any = true;
        self.because.push(why.into());
    }

    fn not(&mut self, what: &str) {
        self.left_out.push(what.to_owned());
    }

    fn proposal(&self) -> Proposal {
        match (self.because.is_empty(), self.any) {
            (false, _) => Proposal::Changed,
            (true, true) => Proposal::NotChanged,
            (true, false) => Proposal::NotComparable,
        }
    }

    fn certainty(&mut self, was: &Rated, is: &Rated) {
        match (was.certainty.as_str(), is.certainty.as_str()) {
            ("", "") => {}
            ("", _) | (_, "") => {
                self.not("the certainty is rated in one state alone, so it is not compared");
            }
            (before, now) if before != now => self.ground(format!("certainty: {before} to {now}")),
            _ => self.any = true,
        }
    }

    /// Compares what both statements say of size and direction; whether both say it.
    fn sizes(&mut self, was: &Rated, is: &Rated) -> bool {
        let (before, now) = (&was.size, &is.size);
        if before.is_empty() || now.is_empty() {
            return false;
        }
        self.any = true;
        if before != now {
            self.ground(format!("effect: {before} to {now}"));
        }
        true
    }

    /// Compares directions; without `none`, the value of no difference, there are none.
    fn direction(&mut self, was: &Rated, is: &Rated, none: Option<f64>) {
        // Statements at very low certainty say nothing of the effect, and so does their cell.
        let uncertain = |rated: &Rated| rated.certainty == "very low";
        if uncertain(was) || uncertain(is) {
            return;
        }
        let (Some(before), Some(now), Some(none)) = (was.effect, is.effect, none) else {
            return;
        };
        self.any = true;
        let side = |effect: Effect| effect.estimate.total_cmp(&none);
        if side(before) != side(now) {
            self.ground(format!(
                "the direction turned: {} to {}",
                before.estimate, now.estimate
            ));
        }
    }
}

/// The value of no difference on the scale of [`Effect`]; `None` for a measure of one group, which compares nothing.
fn no_difference(measure: &str) -> Option<f64> {
    let measure: Option<Measure> = measure.parse().ok();
    if measure.is_some_and(|measure| measure.design() == Design::Proportion) {
        return None;
    }
    let ratio = measure.is_some_and(Measure::is_ratio);
    Some(if ratio { 1.0 } else { 0.0 })
}

fn cell(sheet: Option<&Sheet>, key: &str, column: &str) -> Option<String> {
    sheet?.cell(key, column).map(str::to_owned)
}

/// The rows of an analysis in a table.
fn rows_of<'a>(sheet: &'a Sheet, analysis: &'a str) -> impl Iterator<Item = &'a str> {
    let rows = sheet.rows.keys();
    rows.filter(move |key| sheet.cell(key, "analysis") == Some(analysis))
}

/// The effect by the main pooled row, or by the row of the only study: both on the scale of the analysis, whichever state it is.
fn effect(state: &State, analysis: &str) -> Option<Effect> {
    let numbers = |sheet: &Sheet, key: &str, estimate: &str| {
        let number = |column: &str| sheet.cell(key, column)?.trim().parse::<f64>().ok();
        Some([number(estimate)?, number("ci_lower")?, number("ci_upper")?])
    };
    let pooled = || {
        let sheet = state.table("pooled")?;
        let is = |key: &str, column: &str, text: &str| sheet.cell(key, column) == Some(text);
        let mut rows = rows_of(sheet, analysis);
        let key = rows.find(|key| is(key, "subgroup", "") && is(key, "main", "true"))?;
        numbers(sheet, key, "estimate")
    };
    let only = || {
        let sheet = state.table("effects")?;
        let mut rows = rows_of(sheet, analysis);
        let (key, further) = (rows.next()?, rows.next());
        further.is_none().then(|| numbers(sheet, key, "yi"))?
    };
    let found = pooled().or_else(only)?;
    let measure = cell(state.table("analyses"), analysis, "measure").unwrap_or_default();
    let ratio = measure.parse().is_ok_and(Measure::is_ratio);
    let [estimate, ci_lower, ci_upper] =
        found.map(|number| if ratio { number.exp() } else { number });
    Some(Effect {
        estimate,
        ci_lower,
        ci_upper,
    })
}

/// What a state found; `None` without evidence.
fn rated(state: &State, analysis: &str) -> Option<Rated> {
    let findings = state.table("summary-of-findings");
    let effect = effect(state, analysis);
    let effects = state.table("effects");
    let studies = effects.is_some_and(|sheet| rows_of(sheet, analysis).next().is_some());
    if effect.is_none() && !studies {
        return None;
    }
    let told = |column: &str| cell(findings, analysis, column).unwrap_or_default();
    Some(Rated {
        k: cell(state.table("analyses"), analysis, "k").unwrap_or_default(),
        effect,
        certainty: told("certainty"),
        statement: told("statement"),
        size: told("size"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A state with one analysis: measure, role, estimate and interval as pooled, certainty and size; no summary without.
    fn state(measure: &str, role: &str, numbers: &str, rated: Option<(&str, &str)>) -> State {
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
        if !numbers.is_empty() {
            add(
                "pooled",
                format!(
                    "key,analysis,subgroup,estimate,ci_lower,ci_upper,main\na|,a,,{numbers},true\n"
                ),
            );
        }
        if let Some((certainty, size)) = rated {
            add(
                "summary-of-findings",
                format!("key,certainty,size\na,{certainty},{size}\n"),
            );
        }
        state
    }

    fn proposed(old: &State, new: &State) -> (Proposal, String) {
        let found = Conclusion::between(old, new);
        (found.proposal, found.analyses[0].because.join("; "))
    }

    const UNCHANGED: (Proposal, String) = (Proposal::NotChanged, String::new());
    const SMALL: Option<(&str, &str)> = Some(("low", "small reduction"));

    #[test]
    fn precision_and_significance_alone_are_no_change() {
        let old = state("MD", "main", "-2,-4,0.5", SMALL);
        let new = state("MD", "main", "-1.8,-2.5,-1", SMALL);
        assert_eq!(proposed(&old, &new), UNCHANGED);
        let old = state("MD", "main", "-2,-4,0.5", None);
        let new = state("MD", "main", "-1.8,-2.5,-1", None);
        assert_eq!(proposed(&old, &new), UNCHANGED);
    }

    #[test]
    fn another_cell_of_the_statement_changes_it() {
        let old = state("MD", "main", "-2,-4,-0.5", SMALL);
        for (certainty, size, why) in [
            ("moderate", "small reduction", "certainty: low to moderate"),
            (
                "low",
                "large reduction",
                "effect: small reduction to large reduction",
            ),
            (
                "low",
                "small increase",
                "effect: small reduction to small increase",
            ),
            ("very low", "", "certainty: low to very low"),
        ] {
            let new = state("MD", "main", "-2,-4,-0.5", Some((certainty, size)));
            assert_eq!(proposed(&old, &new), (Proposal::Changed, why.to_owned()));
        }
    }

    #[test]
    fn states_are_compared_on_one_scale_and_by_what_both_rated() {
        // Log RR -0.22 to -0.25: before without a summary of findings, now with one.
        let old = state("RR", "main", "-0.22,-0.5,0.1", None);
        let new = state("RR", "main", "-0.25,-0.4,-0.1", SMALL);
        assert_eq!(proposed(&old, &new), UNCHANGED);
        let found = Conclusion::between(&old, &new);
        assert_eq!(found.analyses[0].not_compared.len(), 1);
        let estimate = |rated: &Option<Rated>| {
            let effect = rated.as_ref().and_then(|rated| rated.effect);
            effect.expect("an effect").estimate
        };
        let [was, is] = [&found.analyses[0].old, &found.analyses[0].new].map(estimate);
        assert!((was - 0.8025).abs() < 1e-3 && (is - 0.7788).abs() < 1e-3);
        let turned = state("RR", "main", "0.22,0.1,0.3", None);
        assert!(
            proposed(&old, &turned)
                .1
                .starts_with("the direction turned")
        );
    }

    #[test]
    fn one_study_is_evidence_without_a_pooled_row() {
        let mut old = state("RR", "main", "", None);
        let rows = "key,analysis,yi,ci_lower,ci_upper\na|s,a,-0.2,-0.5,0.1\n";
        old.add(
            "effects",
            Sheet::read("x.csv", rows.as_bytes()).expect("a table"),
        );
        let new = state("RR", "main", "-0.25,-0.4,-0.1", SMALL);
        assert_eq!(proposed(&old, &new), UNCHANGED);
    }

    #[test]
    fn a_proportion_has_no_direction() {
        let old = state("PR", "main", "-0.2,-0.5,0.1", Some(("low", "")));
        let new = state("PR", "main", "0.2,0.1,0.3", Some(("low", "")));
        assert_eq!(proposed(&old, &new), UNCHANGED);
    }

    #[test]
    fn a_supplementary_analysis_is_told_and_does_not_carry_the_proposal() {
        let old = state("MD", "supplementary", "-2,-4,-0.5", None);
        let new = state("MD", "supplementary", "2,1,3", None);
        let found = Conclusion::between(&old, &new);
        assert_eq!(found.proposal, Proposal::NotChanged);
        assert_eq!(found.analyses[0].proposal, Proposal::Changed);
    }

    #[test]
    fn first_evidence_changes_it_and_another_measure_is_not_compared() {
        let none = state("MD", "main", "", Some(("", "")));
        let some = state("MD", "main", "-2,-4,-0.5", None);
        assert_eq!(
            proposed(&none, &some),
            (Proposal::Changed, "first evidence".to_owned())
        );
        let other = state("SMD", "main", "0.3,0.1,0.5", None);
        assert_eq!(
            proposed(&some, &other),
            (Proposal::NotComparable, String::new())
        );
    }
}
