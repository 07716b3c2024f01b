//! The effect of one study in one analysis, from the numbers of its arms.

use super::analysis::Analysis;
use super::assumed;
use super::before_after;
use super::cautions::in_groups;
use super::clusters::Clusters;
use super::direction::Aligned;
use super::refused::Refused;
use super::select::Candidate;
use super::tables::EffectRow;
use super::terms::Body;
use crate::artefact::{Address, Origin, key};
use crate::effect::binary::{self, TwoByTwo};
use crate::effect::continuous::{self, Arm};
use crate::effect::conversion::{Moments, combine_arms};
use crate::effect::{Design, Estimate, Measure, Refusal};
use crate::extraction::OutcomeRow;

/// Where the numbers came from, and how the correlation is chosen.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    /// Stage that extracted.
    pub(super) extract: &'a str,
    /// This stage, whose settings hold the correlation.
    pub(super) own: &'a str,
    /// The correlation where no study tells it.
    pub(super) correlation: f64,
}

impl Sources<'_> {
    /// A cell of an extracted row.
    pub(super) fn cell(&self, row: &OutcomeRow, column: &str) -> Address {
        Address::cell(self.extract, "outcomes", &row.key, column)
    }
}

/// What went into an effect.
pub(super) struct Numbers {
    pub(super) row: EffectRow,
    pub(super) origin: Origin,
    pub(super) notes: Vec<String>,
}

/// The effect of a study, or why it has none.
pub(super) fn effect(
    analysis: &Analysis,
    (study, label): (&str, &str),
    candidate: &Candidate<'_>,
    all: &[&OutcomeRow],
    (sources, clusters): (Sources<'_>, Option<&Clusters>),
    aligned: &Aligned,
    critical: f64,
) -> Result<EffectRow, Refused> {
    let mut numbers = Numbers {
        row: EffectRow {
            scale: candidate.scale.to_owned(),
            time: candidate.time.to_owned(),
            ..empty(analysis, (study, label), candidate.part(analysis))
        },
        origin: Origin::default(),
        notes: clusters
            .map(|clusters| clusters.note.clone())
            .into_iter()
            .collect(),
    };
    if candidate.share() > 1.0 {
        numbers.notes.push(format!(
            "the comparator's people are shared out among {} arms",
            candidate.share()
        ));
    }
    let divide = |group: &str| clusters.map_or(1.0, |clusters| clusters.of_group(group));
    let estimate = match (analysis.body, analysis.measure.0) {
        (Body::Within, _) => before_after::change(
            analysis,
            candidate,
            all,
            sources,
            divide("intervention"),
            &mut numbers,
        )?,
        (Body::Between, measure) if measure.design() == Design::Binary => {
            counts(measure, candidate, sources, divide, &mut numbers)?
        }
        (Body::Between, measure) => means(measure, candidate, sources, divide, &mut numbers)?,
    };
    if let Some(clusters) = clusters
        && let Some(clause) = numbers.origin.0.first_mut()
    {
        clause.from = clause
            .from
            .iter()
            .chain(clusters.from.iter())
            .cloned()
            .collect();
    }
    if estimate.vi <= 0.0 {
        return Err(Refused::lacks(format!("its variance is {}", estimate.vi)));
    }
    if aligned.turned_by.is_some() && analysis.measure.0 == Measure::RatioOfMeans {
        return Err(Refused::ratio_of_means(candidate.scale));
    }
    let Numbers {
        mut row,
        mut origin,
        mut notes,
    } = numbers;
    row.yi = estimate.yi;
    row.vi = estimate.vi;
    if let Some(by) = &aligned.turned_by {
        notes.push(turn(&mut row, &mut origin, by));
    }
    row = finished(row, critical);
    row.n = participants(&row);
    row.effective = clusters.map(|_| {
        let of = |sizes: [Option<f64>; 2]| sizes.into_iter().flatten().sum::<f64>();
        of([row.n1, row.total1]) / divide("intervention")
            + of([row.n2, row.total2]) / divide("control")
    });
    row.note = notes.join("; ");
    row.origin = origin;
    Ok(row)
}

/// Turns the sign of the effect, because the scale runs against the outcome; arms stay as the paper has them. Gives the note.
pub(super) fn turn(row: &mut EffectRow, origin: &mut Origin, by: &Address) -> String {
    let own = origin.0.first().cloned();
    if let Some(clause) = own {
        let turned = ["yi", "ci_lower", "ci_upper"];
        origin.0.retain(|clause| {
            let column = clause.column.as_deref();
            column.is_none_or(|column| !turned.contains(&column))
        });
        for column in turned {
            let from = clause.from.iter().cloned().chain([by.clone()]);
            let rule = format!("{}-turned", clause.rule);
            *origin = std::mem::take(origin).with_cell(column, rule, from);
        }
    }
    row.yi = 0.0 - row.yi;
    format!(
        "sign turned round: on `{}` the other end is the better one",
        row.scale
    )
}

/// The row with what follows from its effect and variance.
pub(super) fn finished(mut row: EffectRow, critical: f64) -> EffectRow {
    row.se = row.vi.sqrt();
    row.ci_lower = row.yi - critical * row.se;
    row.ci_upper = row.yi + critical * row.se;
    row
}

/// Participants in all arms, as a whole number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of groups are checked to be counts"
)]
fn participants(row: &EffectRow) -> u64 {
    in_groups(row).round() as u64
}

/// A row without a number; `part` tells it from other effects of the study.
pub(super) fn empty(analysis: &Analysis, (study, label): (&str, &str), part: String) -> EffectRow {
    EffectRow {
        key: if part.is_empty() {
            key(&[&analysis.id, study])
        } else {
            key(&[&analysis.id, study, &part])
        },
        analysis: analysis.id.clone(),
        study: study.to_owned(),
        label: label.to_owned(),
        result: analysis.outcome.clone(),
        scale: String::new(),
        time: String::new(),
        part,
        n1: None,
        mean1: None,
        sd1: None,
        n2: None,
        mean2: None,
        sd2: None,
        events1: None,
        total1: None,
        events2: None,
        total2: None,
        r: None,
        yi: 0.0,
        vi: 0.0,
        se: 0.0,
        ci_lower: 0.0,
        ci_upper: 0.0,
        weight: None,
        n: 0,
        effective: None,
        better: String::new(),
        subgroup: String::new(),
        note: String::new(),
        origin: Origin::default(),
    }
}

/// The arms of one group, taken together where there are several.
fn arm(
    rows: &[&OutcomeRow],
    group: &str,
    sources: Sources<'_>,
    notes: &mut Vec<String>,
) -> Result<(Arm, Vec<Address>, Option<String>), String> {
    let mine: Vec<&&OutcomeRow> = rows.iter().filter(|row| row.group == group).collect();
    let mut together: Option<Moments> = None;
    for row in &mine {
        let part = moments(row)?;
        together = Some(match together {
            None => part,
            Some(before) => combine_arms(before, part).map_err(|problem| problem.title)?,
        });
    }
    let Some(moments) = together else {
        return Err(format!("no {group} arm is extracted"));
    };
    if mine.len() > 1 {
        notes.push(format!("{} {group} arms taken together", mine.len()));
    }
    let cells = mine
        .iter()
        .flat_map(|row| ["n", "mean", "sd"].map(|column| sources.cell(row, column)));
    let single = (mine.len() == 1).then(|| mine[0].key.clone());
    let arm = Arm {
        n: moments.n,
        mean: moments.mean,
        sd: moments.sd,
    };
    Ok((arm, cells.collect(), single))
}

/// Adds to the origin which cells the numbers of a group were combined from, where they were not copied.
fn combined(
    origin: Origin,
    columns: [&str; 3],
    cells: &[Address],
    single: Option<&String>,
) -> Origin {
    if single.is_some() {
        return origin;
    }
    columns.into_iter().fold(origin, |origin, column| {
        origin.with_cell(column, "arms-combined", cells.to_vec())
    })
}

/// Size, mean and spread of an arm.
///
/// # Errors
///
/// What is missing, and an arm of one person.
pub(super) fn moments(row: &OutcomeRow) -> Result<Moments, String> {
    let missing = |what: &str| format!("{what} of arm `{}` is missing", row.arm);
    let n = row.n.ok_or_else(|| missing("n"))?;
    if n < 2 {
        return Err(format!(
            "n of arm `{}` is {n}, and one person has no spread",
            row.arm
        ));
    }
    Ok(Moments {
        n: f64::from(n),
        mean: row.mean.ok_or_else(|| missing("the mean"))?,
        sd: row.sd.ok_or_else(|| missing("the standard deviation"))?,
    })
}

/// Adds to the origin which cell of the row is a copy of which.
fn copied(
    origin: Origin,
    columns: &[(&str, &str)],
    key: Option<&String>,
    sources: Sources<'_>,
) -> Origin {
    let Some(key) = key else { return origin };
    columns.iter().fold(origin, |origin, (column, from)| {
        origin.with_cell(
            column,
            "copied",
            [Address::cell(sources.extract, "outcomes", key, from)],
        )
    })
}

fn means(
    measure: Measure,
    candidate: &Candidate<'_>,
    sources: Sources<'_>,
    divide: impl Fn(&str) -> f64,
    numbers: &mut Numbers,
) -> Result<Estimate, String> {
    let (one, of_one, key1) = arm(&candidate.rows, "intervention", sources, &mut numbers.notes)?;
    let (other, of_other, key2) = arm(&candidate.rows, "control", sources, &mut numbers.notes)?;
    let other = Arm {
        n: other.n / candidate.share(),
        ..other
    };
    let shrunk = |arm: Arm, group: &str| Arm {
        n: arm.n / divide(group),
        ..arm
    };
    let arms = (shrunk(one, "intervention"), shrunk(other, "control"));
    let (estimate, rule) = match measure {
        Measure::MeanDifference => (continuous::md(arms.0, arms.1), "mean-difference"),
        Measure::StandardizedMeanDifference => (continuous::smd(arms.0, arms.1), "hedges-g"),
        Measure::RatioOfMeans => (continuous::rom(arms.0, arms.1), "log-ratio-of-means"),
        other => {
            return Err(format!(
                "the measure {other} is not one for means of two arms"
            ));
        }
    };
    let row = &mut numbers.row;
    (row.n1, row.mean1, row.sd1) = (Some(one.n), Some(one.mean), Some(one.sd));
    (row.n2, row.mean2, row.sd2) = (Some(other.n), Some(other.mean), Some(other.sd));
    let origin = Origin::of(rule, of_one.iter().chain(&of_other).cloned());
    let origin = combined(origin, ["n1", "mean1", "sd1"], &of_one, key1.as_ref());
    let origin = combined(origin, ["n2", "mean2", "sd2"], &of_other, key2.as_ref());
    let origin = copied(
        origin,
        &[("n1", "n"), ("mean1", "mean"), ("sd1", "sd")],
        key1.as_ref(),
        sources,
    );
    let second = [("n2", "n"), ("mean2", "mean"), ("sd2", "sd")];
    let whole = if candidate.share() > 1.0 {
        &second[1..]
    } else {
        &second[..]
    };
    numbers.origin = copied(origin, whole, key2.as_ref(), sources);
    estimate.map_err(|refusal| refusal.to_string())
}

fn counts(
    measure: Measure,
    candidate: &Candidate<'_>,
    sources: Sources<'_>,
    divide: impl Fn(&str) -> f64,
    numbers: &mut Numbers,
) -> Result<Estimate, Refused> {
    let (mut cells, mut together) = (Vec::new(), Vec::new());
    let mut of = |group: &str| -> Result<(f64, f64), String> {
        let rows: Vec<_> = candidate
            .rows
            .iter()
            .filter(|row| row.group == group)
            .collect();
        if rows.is_empty() {
            return Err(format!("no {group} arm is extracted"));
        }
        if rows.len() > 1 {
            together.push(format!("{} {group} arms taken together", rows.len()));
        }
        let (mut events, mut total) = (0.0, 0.0);
        for row in rows {
            let among = row.total.map(|total| (total, "total"));
            let counted = row.events.zip(among.or(row.n.map(|n| (n, "n"))));
            let (with, (among, column)) = counted
                .ok_or_else(|| format!("events or total of arm `{}` are missing", row.arm))?;
            events += f64::from(with);
            total += f64::from(among);
            cells.extend(["events", column].map(|column| sources.cell(row, column)));
        }
        Ok((events, total))
    };
    let (events1, total1) = of("intervention")?;
    let (events2, total2) = of("control")?;
    numbers.notes.append(&mut together);
    let share = candidate.share();
    let (events2, total2) = (events2 / share, total2 / share);
    let row = &mut numbers.row;
    (row.events1, row.total1) = (Some(events1), Some(total1));
    (row.events2, row.total2) = (Some(events2), Some(total2));
    let (by1, by2) = (divide("intervention"), divide("control"));
    let mut table = TwoByTwo::new(events1 / by1, total1 / by1, events2 / by2, total2 / by2)
        .and_then(TwoByTwo::peopled)
        .map_err(|refusal| Refused::lacks(refusal.to_string()))?;
    if table.is_double_zero() && measure != Measure::RiskDifference {
        return Err(Refused::double_zero());
    }
    // Peto's method is made for empty cells, and a difference needs no full ones: both take them as they are.
    let takes_empty = [Measure::PetoOddsRatio, Measure::RiskDifference];
    if table.has_zero() && !takes_empty.contains(&measure) {
        table = table.plus(assumed::TO_EACH_CELL);
        numbers.notes.push(assumed::ADDED.to_owned());
    }
    let (estimate, rule) = match measure {
        Measure::OddsRatio => (binary::or(table), "log-odds-ratio"),
        Measure::PetoOddsRatio => (binary::peto(table), "peto-log-odds-ratio"),
        Measure::RiskDifference => (
            risk_difference(table, &mut numbers.notes),
            "risk-difference",
        ),
        _ => (binary::rr(table), "log-risk-ratio"),
    };
    let origin = Origin::of(rule, cells.clone());
    let names = ["events1", "total1", "events2", "total2"];
    numbers.origin = if cells.len() == names.len() && share <= 1.0 {
        names
            .into_iter()
            .zip(cells)
            .fold(origin, |origin, (column, cell)| {
                origin.with_cell(column, "copied", [cell])
            })
    } else {
        origin
    };
    estimate.map_err(|refusal| Refused::lacks(refusal.to_string()))
}

/// The risk difference as it was counted.
///
/// Its variance would be 0, and its weight without end, where each group has no event or nothing but events: there, and for the
/// variance alone, 0.5 is added to each cell (Deeks & Higgins 2010, on studies whose zeros leave no standard error).
fn risk_difference(table: TwoByTwo, notes: &mut Vec<String>) -> Result<Estimate, Refusal> {
    let counted = binary::rd(table)?;
    if counted.vi > 0.0 {
        return Ok(counted);
    }
    notes.push(assumed::ADDED_TO_VARIANCE.to_owned());
    let filled = binary::rd(table.plus(assumed::TO_EACH_CELL))?;
    Estimate::new(counted.yi, filled.vi)
}
