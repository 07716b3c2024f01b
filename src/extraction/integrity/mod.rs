//! Every study held against itself: what follows from its other numbers, and what would reconcile them.
//!
//! A check a file. All of them compute with the range that rounding leaves open, so that a finding never rests on the last digit.
//! They take extracted rows and give [`Finding`]s; which of these a person accepted is data, in `accepted.csv`.

mod baseline;
mod change;
mod correlation;
mod counts;
mod degrees;
mod difference;
mod effect_size;
mod granularity;
mod interval;
mod p_value;
mod range;
mod repeated;
mod reported;
mod spread;
mod test_statistic;
#[cfg(test)]
mod tests;
mod two_groups;

use super::form::{Form, Layout};
use super::outcomes::Arm;
use super::reported::Reported;
use super::scales::Scales;
use super::statistics::Statistic;
use super::studies::Characteristics;
use crate::artefact::{Address, Origin, PlaceRow, key, rows};
use crate::problem::{Problem, Problems, Severity};
use std::collections::{BTreeMap, BTreeSet};
use two_groups::TwoGroups;

/// Columns of `accepted.csv`: findings that somebody looked into.
pub const ACCEPTED: Layout = Layout {
    name: "accepted findings",
    ids: &["study", "check", "outcome"],
    required: &["reason", "by", "at"],
    one_of: &[],
    values: &[],
    about: &["note"],
    aliases: &[("date", "at")],
    open: false,
    prefilled: &[],
};

rows! {
    /// One thing in a paper that does not follow from its other numbers.
    pub IntegrityRow: "integrity" {
        /// Study id.
        study: String,
        /// Outcome; empty for the study as a whole.
        outcome: String,
        /// Tables and sections of the paper, joined by `; `.
        place: String,
        /// The check, such as `p-value` or `implied-correlation`.
        check: String,
        /// The paper's text.
        reported: String,
        /// What follows from the other numbers.
        recomputed: String,
        /// What would reconcile the two; empty where nothing was found.
        reconciled: String,
        /// `error` (cannot be), `warning` (does not follow), `note` (worth knowing).
        severity: String,
        /// Who accepted it; empty while nobody has.
        accepted_by: String,
        /// The cells it was computed from.
        origin: Origin,
    }
}

/// One finding of one check.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Name of the check.
    pub check: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Study, outcome, and what else tells this finding from others of its check.
    pub about: Vec<String>,
    /// Where in the paper.
    pub place: String,
    /// The paper's text.
    pub reported: String,
    /// What follows from the other numbers.
    pub recomputed: String,
    /// What would reconcile the two.
    pub reconciled: String,
    /// The cells read.
    pub from: Vec<Address>,
}

impl Finding {
    /// A finding on the numbers of one arm.
    fn on_arm(
        check: &'static str,
        severity: Severity,
        arm: &Arm<'_>,
        own: &str,
        columns: &[&str],
    ) -> Self {
        let row = &arm.row;
        Self {
            check,
            severity,
            about: [
                &row.study,
                &row.outcome,
                &row.scale,
                &row.time,
                &row.kind,
                &row.arm,
            ]
            .into_iter()
            .cloned()
            .collect(),
            place: arm.source().to_owned(),
            reported: arm.reported().to_owned(),
            recomputed: String::new(),
            reconciled: String::new(),
            from: columns.iter().map(|column| arm.cell(own, column)).collect(),
        }
    }

    /// The outcome it is about; empty where it is about none.
    fn outcome(&self) -> &str {
        self.about.get(1).map_or("", String::as_str)
    }

    /// A finding on a statistic.
    fn on_statistic(
        check: &'static str,
        severity: Severity,
        test: &Statistic<'_>,
        own: &str,
        columns: &[&str],
    ) -> Self {
        let row = &test.row;
        Self {
            check,
            severity,
            about: [
                &row.study,
                &row.outcome,
                &row.scale,
                &row.time,
                &row.contrast,
                &row.arm,
                &row.statistic,
            ]
            .into_iter()
            .cloned()
            .collect(),
            place: row.source.clone(),
            reported: test.reported().to_owned(),
            recomputed: String::new(),
            reconciled: String::new(),
            from: columns
                .iter()
                .map(|column| test.cell(own, column))
                .collect(),
        }
    }

    /// Says what follows, and what would reconcile it.
    #[must_use]
    fn saying(mut self, recomputed: impl Into<String>, reconciled: impl Into<String>) -> Self {
        self.recomputed = recomputed.into();
        self.reconciled = reconciled.into();
        self
    }

    /// Adds cells that were read.
    #[must_use]
    fn reading(mut self, arms: &[&Arm<'_>], own: &str, columns: &[&str]) -> Self {
        for arm in arms {
            self.from
                .extend(columns.iter().map(|column| arm.cell(own, column)));
        }
        self
    }
}

/// Limits beyond which a check speaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Ratio of two standard deviations that is remarkable within a study.
    pub sd_ratio: f64,
    /// Ratio of a standard deviation to the median of its scale that is remarkable.
    pub sd_to_median: f64,
    /// p value below which two standard deviations differ beyond chance.
    pub sd_p: f64,
    /// Standardised difference at baseline that is remarkable.
    pub baseline: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sd_ratio: 2.0,
            sd_to_median: 3.0,
            sd_p: 0.001,
            baseline: 0.5,
        }
    }
}

/// Everything the checks read.
pub struct Evidence<'a, 'f> {
    /// Arms.
    pub arms: &'a [Arm<'f>],
    /// Statistics.
    pub statistics: &'a [Statistic<'f>],
    /// Reported effects.
    pub effects: &'a [Reported<'f>],
    /// Scales.
    pub scales: &'a Scales,
    /// Id of the stage that owns the tables.
    pub own: &'a str,
    /// Limits.
    pub limits: Limits,
    /// People randomised, by study.
    randomised: BTreeMap<&'a str, f64>,
    /// Studies in which each person was in every group.
    crossover: BTreeSet<&'a str>,
    /// Arms by study, outcome, scale and kind.
    index: BTreeMap<[&'a str; 4], Vec<usize>>,
}

impl<'a, 'f> Evidence<'a, 'f> {
    /// Puts the tables side by side.
    pub fn new(
        arms: &'a [Arm<'f>],
        statistics: &'a [Statistic<'f>],
        effects: &'a [Reported<'f>],
        scales: &'a Scales,
        characteristics: &'a Characteristics,
        own: &'a str,
        limits: Limits,
    ) -> Self {
        let mut index: BTreeMap<[&str; 4], Vec<usize>> = BTreeMap::new();
        for (position, arm) in arms.iter().enumerate() {
            let row = &arm.row;
            index
                .entry([&row.study, &row.outcome, &row.scale, &row.kind])
                .or_default()
                .push(position);
        }
        Self {
            arms,
            statistics,
            effects,
            scales,
            randomised: characteristics.numbers("n_randomised"),
            crossover: characteristics
                .lists("design")
                .into_iter()
                .filter(|(_, designs)| designs.contains("crossover-rct"))
                .map(|(study, _)| study)
                .collect(),
            own,
            limits,
            index,
        }
    }

    /// The arms of one kind that a statistic is about, in the order of the form.
    fn arms_of(&self, test: &Statistic<'_>, kind: &str) -> Vec<&'a Arm<'f>> {
        let row = &test.row;
        let found = self
            .index
            .get(&[row.study.as_str(), &row.outcome, &row.scale, kind]);
        let all: Vec<&Arm<'f>> = found
            .into_iter()
            .flatten()
            .map(|position| &self.arms[*position])
            .collect();
        // What was measured before does not carry the time of the comparison after.
        if matches!(kind, "baseline" | "characteristic") {
            return all;
        }
        all.into_iter()
            .filter(|arm| arm.row.time == row.time)
            .collect()
    }

    /// The two groups that a statistic compares by numbers of this kind; nothing where there are fewer or more.
    fn pair(&self, test: &Statistic<'_>, kind: &str) -> Option<TwoGroups<'a, 'f>> {
        match self.arms_of(test, kind)[..] {
            [a, b] if a.row.group != b.row.group => {
                let first = a.row.group == "intervention";
                Some(if first {
                    TwoGroups { a, b }
                } else {
                    TwoGroups { a: b, b: a }
                })
            }
            _ => None,
        }
    }

    /// The two groups that a statistic says it compares.
    fn compared(&self, test: &Statistic<'_>) -> Option<TwoGroups<'a, 'f>> {
        match test.row.contrast.as_str() {
            "baseline" => self
                .pair(test, "baseline")
                .or_else(|| self.pair(test, "characteristic")),
            "between-post" => self.pair(test, "post"),
            "between-change" => self.pair(test, "change"),
            _ => None,
        }
    }

    /// The arm of one kind within which a statistic compares.
    fn within(&self, test: &Statistic<'_>, kind: &str) -> Option<&'a Arm<'f>> {
        let arms = self.arms_of(test, kind);
        arms.into_iter().find(|arm| arm.row.arm == test.row.arm)
    }

    /// All pairs of groups of one kind, whatever was tested.
    fn pairs(&self, kind: &str) -> Vec<TwoGroups<'a, 'f>> {
        let mut by_time: BTreeMap<[&str; 4], Vec<&Arm<'f>>> = BTreeMap::new();
        for arm in self.arms.iter().filter(|arm| arm.row.kind == kind) {
            let row = &arm.row;
            by_time
                .entry([&row.study, &row.outcome, &row.scale, &row.time])
                .or_default()
                .push(arm);
        }
        by_time
            .into_values()
            .filter_map(|arms| match arms[..] {
                [a, b] if a.row.group != b.row.group => Some(TwoGroups { a, b }),
                _ => None,
            })
            .collect()
    }
}

/// Runs every check; findings that say the same of several places of a paper are told once.
pub fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let checks = [
        test_statistic::check,
        p_value::check,
        difference::check,
        interval::check,
        effect_size::check,
        degrees::check,
        range::check,
        granularity::check,
        correlation::check,
        change::check,
        counts::check,
        repeated::check,
        spread::check,
        baseline::check,
        reported::check,
    ];
    let mut told: BTreeMap<(&str, Vec<String>, String), Finding> = BTreeMap::new();
    for finding in checks.iter().flat_map(|check| check(evidence)) {
        let id = (
            finding.check,
            finding.about.clone(),
            finding.recomputed.clone(),
        );
        match told.get_mut(&id) {
            None => {
                told.insert(id, finding);
            }
            Some(first) => {
                let places: Vec<&str> = first.place.split("; ").collect();
                if !places.contains(&finding.place.as_str()) {
                    first.place = format!("{}; {}", first.place, finding.place);
                }
                for address in finding.from {
                    if !first.from.contains(&address) {
                        first.from.push(address);
                    }
                }
            }
        }
    }
    told.into_values().collect()
}

/// Makes the artefact, with who accepted what; says which acceptances speak of no finding.
pub fn rows(
    findings: Vec<Finding>,
    accepted: &Form,
) -> (Vec<IntegrityRow>, Vec<PlaceRow>, Problems) {
    let (mut rows, mut places) = (Vec::new(), Vec::new());
    let mut used = BTreeSet::new();
    for finding in findings {
        let by = acceptance(&finding, accepted);
        let row = row(finding, by.map(|by| accepted.text(by, "by")));
        if let Some(by) = by {
            used.insert(by);
            places.push(accepted_place(&row.key, by, accepted));
        }
        rows.push(row);
    }
    (rows, places, idle(accepted, &used))
}

/// The row of `accepted.csv` that speaks of a finding; one without an outcome speaks of all.
fn acceptance(finding: &Finding, accepted: &Form) -> Option<usize> {
    let outcome = finding.outcome();
    (0..accepted.rows.len()).find(|row| {
        let told = |column, text: &str| accepted.text(*row, column) == text;
        told("study", &finding.about[0])
            && told("check", finding.check)
            && (told("outcome", outcome) || told("outcome", ""))
    })
}

fn row(finding: Finding, accepted_by: Option<&str>) -> IntegrityRow {
    let mut parts = vec![finding.about[0].clone(), finding.check.to_owned()];
    parts.extend(finding.about[1..].iter().cloned());
    parts.push(finding.recomputed.clone());
    let outcome = finding.outcome().to_owned();
    let mut origin = Origin::of(format!("check-{}", finding.check), finding.from);
    if accepted_by.is_some() {
        origin = origin.with_cell("accepted_by", "accepted", []);
    }
    IntegrityRow {
        key: key(&parts),
        study: finding.about[0].clone(),
        outcome,
        place: finding.place,
        check: finding.check.to_owned(),
        reported: finding.reported,
        recomputed: finding.recomputed,
        reconciled: finding.reconciled,
        severity: finding.severity.to_string(),
        accepted_by: accepted_by.unwrap_or_default().to_owned(),
        origin,
    }
}

/// Who accepted a finding, where, when and why.
fn accepted_place(row_key: &str, by: usize, accepted: &Form) -> PlaceRow {
    let at = accepted.place(by, "reason");
    let mut place = PlaceRow::new("integrity", row_key, "accepted_by", at);
    accepted.text(by, "reason").clone_into(&mut place.quote);
    accepted.text(by, "by").clone_into(&mut place.by);
    accepted.text(by, "at").clone_into(&mut place.at);
    place
}

/// Acceptances that speak of no finding.
fn idle(accepted: &Form, used: &BTreeSet<usize>) -> Problems {
    let mut problems = Problems::new();
    for row in (0..accepted.rows.len()).filter(|row| !used.contains(row)) {
        problems.push(
            Problem::warning(
                "extraction::idle-acceptance",
                format!("nothing is found that `{}` of {} could accept", accepted.text(row, "check"), accepted.text(row, "study")),
            )
            .at(accepted.row_place(row))
            .help("copy `study`, `check` and `outcome` from the artefact `integrity`, or delete the line"),
        );
    }
    problems
}

/// A number for people: three decimals, more where it is small.
fn shown(value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && size < 0.001 {
        format!("{value:.1e}")
    } else if size >= 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}
