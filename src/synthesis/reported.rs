//! Effects as papers report them, with their error alone: which of a study's an analysis takes, and what was not taken.

use super::analysis::Analysis;
use super::clusters::Clusters;
use super::direction::Aligned;
use super::effects::{finished, turn};
use super::gather::{Evidence, Gathered, Reading};
use super::refused::Refused;
use super::run::Given;
use super::select::{Step, UNNAMED_SCALE, first_by_name};
use super::tables::{EffectRow, RejectedRow};
use super::terms::{Adjusted, EffectsTaken, Reported};
use crate::artefact::{Address, Origin, key};
use crate::effect::Measure;
use crate::extraction::ReportedRow;
use std::collections::BTreeMap;

/// Why an effect beside a computed one is not taken.
const COMPUTED: &str = "an effect is computed from the arms, and goes before reported ones";

/// Why a reported effect is not taken where the analysis computes all.
const NEVER: &str =
    "the analysis computes effects from arms; `reported: when-needed` takes this one";

/// Why the numbers of arms are not taken.
pub(super) const ARMS: &str = "numbers of arms, and the analysis takes effects as reported";

/// Effects of one scale and time, all adjusted or none, best first among their like.
struct Candidate<'a> {
    rows: Vec<&'a ReportedRow>,
    ranks: (usize, usize),
}

impl Candidate<'_> {
    fn first(&self) -> &ReportedRow {
        self.rows[0]
    }

    /// Why this one goes before another.
    fn before(&self, other: &Candidate<'_>) -> Option<Step> {
        let (one, two) = (self.first(), other.first());
        match (one.scale == two.scale, one.time == two.time) {
            (false, _) if self.ranks.0 == other.ranks.0 => Some(Step::ScaleByName),
            (false, _) => Some(Step::Scale),
            (true, false) if self.ranks.1 == other.ranks.1 => Some(Step::TimeByName),
            (true, false) => Some(Step::Time),
            (true, true) => None,
        }
    }
}

impl Evidence<'_> {
    /// The reported effects of a study on the outcome of an analysis.
    fn reported_of(&self, analysis: &Analysis, study: &Given) -> Vec<&ReportedRow> {
        let mine = |row: &&ReportedRow| row.study == study.study && row.outcome == analysis.outcome;
        self.reported.iter().filter(mine).collect()
    }

    /// Takes what a study reports, where the analysis does and no effect was computed; tells of all others.
    pub(super) fn take_reported(
        &self,
        reading: &Reading<'_>,
        study: &Given,
        computed: bool,
        gathered: &mut Gathered,
    ) {
        let analysis = reading.analysis;
        let rows = self.reported_of(analysis, study);
        let mut fitting = Vec::new();
        for row in rows {
            match unfit(analysis, row, computed) {
                Some(why) => self.reject_reported(analysis, study, &[row], &why, gathered),
                None => fitting.push(row),
            }
        }
        let candidates = candidates(reading, fitting);
        let all = analysis.effects == EffectsTaken::All;
        let (mut taken, mut waits): (Option<&Candidate<'_>>, bool) = (None, false);
        for candidate in &candidates {
            let step = match taken {
                Some(first) if !all || first.before(candidate).is_none() => {
                    Some(decided(first, candidate, study, gathered))
                }
                None if waits => {
                    Some("the study waits for what the one before it lacks".to_owned())
                }
                _ => None,
            };
            if let Some(step) = step {
                self.reject_reported(analysis, study, &candidate.rows, &step, gathered);
                continue;
            }
            match self.effects_reported(reading, study, candidate) {
                Ok(effects) => {
                    gathered.effects.extend(effects);
                    taken = Some(candidate);
                }
                Err(why) => {
                    waits |= why.waits && !all;
                    self.refuse(analysis, study, candidate, &why, gathered);
                }
            }
        }
    }

    /// The effects of a candidate: one, or one a comparison where all are taken.
    fn effects_reported(
        &self,
        reading: &Reading<'_>,
        study: &Given,
        candidate: &Candidate<'_>,
    ) -> Result<Vec<EffectRow>, Refused> {
        let all = reading.analysis.effects == EffectsTaken::All;
        if let ([one, other, ..], false) = (&candidate.rows[..], all) {
            return Err(Refused::waits(
                format!(
                    "several comparisons are reported ({}; {}), and the analysis takes one effect a study",
                    compared(one),
                    compared(other)
                ),
                "keep in effects.csv the comparison that the analysis is about, or take `effects: all`",
            ));
        }
        let rows = candidate.rows.iter();
        rows.map(|row| self.effect_reported(reading, study, row))
            .collect()
    }

    /// One effect as it is reported.
    fn effect_reported(
        &self,
        reading: &Reading<'_>,
        study: &Given,
        reported: &ReportedRow,
    ) -> Result<EffectRow, Refused> {
        let analysis = reading.analysis;
        let aligned = if analysis.measure.0.is_of_events() {
            Aligned::AS_IT_IS
        } else {
            self.scales
                .align(&reported.scale, &study.study, reading.direction)?
        };
        if aligned.turned_by.is_some() && analysis.measure.0 == Measure::RatioOfMeans {
            return Err(Refused::ratio_of_means(&reported.scale));
        }
        let names = self.names;
        let clusters = Clusters::of(
            study,
            reading.assumed.icc,
            names.stage,
            names.characteristics,
        )?;
        if clusters.as_ref().is_some_and(|clusters| !clusters.both) {
            return Err(Refused::lacks(
                "one group alone came in clusters, and an effect as reported cannot be corrected for that",
            ));
        }
        let cell = |column: &str| {
            let (stage, artefact) = names.reported;
            Address::cell(stage, artefact, &reported.key, column)
        };
        let mut row = begun(analysis, study, reported);
        let mut notes = vec![said(reported)];
        if rule_of(reported).ends_with("-from-p") {
            notes.push("its standard error computed from p".to_owned());
        }
        let mut from = vec![cell("yi"), cell("sei")];
        let mut origin = Origin::of("reported", from.clone());
        let inflated = clusters.as_ref().map_or(1.0, |it| it.design_effect);
        row.vi = reported.sei * reported.sei * inflated;
        if let Some(clusters) = &clusters {
            notes.push(format!("variance times {inflated:.2} for clusters"));
            from.extend(clusters.from.iter().cloned());
            origin = Origin::of("reported-in-clusters", from);
            row.effective = reported.n.map(|n| f64::from(n) / inflated);
        }
        origin = origin.with_cell("yi", "copied", [cell("yi")]);
        if reported.n.is_some() {
            origin = origin.with_cell("n", "copied", [cell("n")]);
        }
        row.yi = reported.yi;
        if let Some(by) = &aligned.turned_by {
            notes.push(turn(&mut row, &mut origin, by));
        }
        row.note = notes.join("; ");
        row.origin = origin;
        reading.described(study, &aligned, clusters.as_ref(), &mut row);
        Ok(finished(row, reading.critical))
    }

    /// Tells that a study gives no effect from what it reports.
    fn refuse(
        &self,
        analysis: &Analysis,
        study: &Given,
        candidate: &Candidate<'_>,
        why: &Refused,
        gathered: &mut Gathered,
    ) {
        let first = candidate.first();
        if why.undirected {
            let scale = gathered.undirected.entry(first.scale.clone());
            scale.or_default().push(format!("`{}`", study.study));
        } else {
            let (stage, artefact) = self.names.reported;
            let at = Address::row(stage, artefact, &first.key);
            let title = format!(
                "`{}` gives no effect to `{}`: {}",
                study.study, analysis.id, why.why
            );
            gathered.problems.push(why.problem(title, Some(&at)));
        }
        self.reject_reported(analysis, study, &candidate.rows, &why.why, gathered);
    }

    /// Tells of reported effects that are not taken.
    fn reject_reported(
        &self,
        analysis: &Analysis,
        study: &Given,
        rows: &[&ReportedRow],
        step: &str,
        gathered: &mut Gathered,
    ) {
        let (stage, artefact) = self.names.reported;
        for row in rows {
            let candidate = format!("{}, as reported", words(row));
            gathered.rejected.push(RejectedRow {
                key: key(&[&analysis.id, &study.study, &candidate]),
                analysis: analysis.id.clone(),
                study: study.study.clone(),
                candidate,
                step: step.to_owned(),
                origin: Origin::of("hierarchy", [Address::row(stage, artefact, &row.key)]),
            });
        }
    }

    /// Tells that a study with reported effects alone is none that the analysis takes; whether it has such.
    pub(super) fn leave_out_reported(
        &self,
        analysis: &Analysis,
        study: &Given,
        why: &str,
        gathered: &mut Gathered,
    ) -> bool {
        let rows = self.reported_of(analysis, study);
        let mine: Vec<&ReportedRow> = rows
            .into_iter()
            .filter(|row| row.measure == analysis.measure.0.code())
            .collect();
        self.reject_reported(analysis, study, &mine, why, gathered);
        !mine.is_empty()
    }
}

/// What decided between one that was taken and another.
fn decided(
    taken: &Candidate<'_>,
    other: &Candidate<'_>,
    study: &Given,
    gathered: &mut Gathered,
) -> String {
    let first = taken.first();
    match taken.before(other) {
        Some(step) => {
            gathered.note_by_name(step, study);
            first_by_name(step, &first.scale, &first.time)
        }
        None => "the adjusted effect of the same scale and time is taken".to_owned(),
    }
}

/// A row with the names of an effect and no number.
fn begun(analysis: &Analysis, study: &Given, reported: &ReportedRow) -> EffectRow {
    let part = match analysis.effects {
        EffectsTaken::All => words(reported),
        EffectsTaken::One => String::new(),
    };
    EffectRow {
        scale: reported.scale.clone(),
        time: reported.time.clone(),
        n: reported.n.map_or(0, u64::from),
        ..super::effects::empty(analysis, (&study.study, &study.label), part)
    }
}

/// Why a reported effect is no candidate; `None` where it is.
fn unfit(analysis: &Analysis, row: &ReportedRow, computed: bool) -> Option<String> {
    let measure = analysis.measure.0.code();
    let unnamed = analysis.in_points()
        && !analysis.scales.is_empty()
        && !analysis.scales.contains(&row.scale);
    if row.measure != measure {
        return Some(format!(
            "reported as {}, and the analysis is of {measure}",
            row.measure
        ));
    }
    match (analysis.takes_reported(), analysis.adjusted) {
        (Reported::Never, _) => Some(NEVER.to_owned()),
        (_, Adjusted::Only) if row.adjusted == "no" => {
            Some("not adjusted, and the analysis takes adjusted effects alone".to_owned())
        }
        (_, Adjusted::Never) if row.adjusted == "yes" => {
            Some("adjusted, and the analysis takes those alone that are not".to_owned())
        }
        _ if computed => Some(COMPUTED.to_owned()),
        _ if unnamed => Some(UNNAMED_SCALE.to_owned()),
        _ => None,
    }
}

/// The candidates of one study, best first: scales and times in their order, adjusted effects first.
fn candidates<'a>(reading: &Reading<'_>, rows: Vec<&'a ReportedRow>) -> Vec<Candidate<'a>> {
    let rank = |order: &[String], name: &str| {
        let at = order.iter().position(|wanted| wanted == name);
        at.unwrap_or(order.len())
    };
    let mut groups: BTreeMap<(usize, &str, usize, &str, bool), Candidate<'a>> = BTreeMap::new();
    for row in rows {
        let ranks = (
            rank(&reading.scales, &row.scale),
            rank(&reading.analysis.times, &row.time),
        );
        let at = (ranks.0, row.scale.as_str(), ranks.1, row.time.as_str());
        let group = groups
            .entry((at.0, at.1, at.2, at.3, row.adjusted == "no"))
            .or_insert_with(|| Candidate {
                rows: Vec::new(),
                ranks,
            });
        group.rows.push(row);
    }
    groups.into_values().collect()
}

/// Whether an effect is taken as its paper reports it.
pub(super) fn is_reported(effect: &EffectRow) -> bool {
    let rule = effect.origin.of_cell("vi");
    rule.is_some_and(|clause| clause.rule.starts_with("reported"))
}

/// What an effect says of itself beside its numbers.
fn said(row: &ReportedRow) -> String {
    match (row.adjusted.as_str(), row.adjusted_for.as_str()) {
        ("yes", "") => "as reported, adjusted".to_owned(),
        ("yes", what) => format!("as reported, adjusted for {}", what.replace(';', ",")),
        _ => "as reported, not adjusted".to_owned(),
    }
}

/// How its standard error was made.
fn rule_of(row: &ReportedRow) -> &str {
    row.origin
        .of_cell("sei")
        .map_or("", |clause| clause.rule.as_str())
}

/// The arms of a comparison.
fn compared(row: &ReportedRow) -> String {
    match (row.arm.as_str(), row.against.as_str()) {
        ("", "") => "arms without a name".to_owned(),
        (arm, against) => format!("`{arm}` against `{against}`"),
    }
}

/// Scale, time and comparison, as far as they have names.
fn words(row: &ReportedRow) -> String {
    let arms = match (row.arm.as_str(), row.against.as_str()) {
        ("", _) | (_, "") => row.arm.clone(),
        (arm, against) => format!("{arm} against {against}"),
    };
    let adjusted = if row.adjusted == "yes" {
        "adjusted"
    } else {
        "not adjusted"
    };
    let parts = [row.scale.as_str(), &row.time, &arms, adjusted];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}
