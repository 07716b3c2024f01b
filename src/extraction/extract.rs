//! The whole road from forms to rows: included studies, readers compared, cells typed, numbers converted, studies checked.

use super::agreement::{Agreed, agree, unused};
use super::convert::{Allowed, ConversionRow, convert};
use super::form::Layout;
use super::forms::Forms;
use super::integrity::{self, Evidence, IntegrityRow, Limits};
use super::missing::{AskedOutcome, MissingRow, Told, missing};
use super::outcomes::{self, Arm, OUTCOMES, OutcomeRow};
use super::reported::{self, EFFECTS, Reported, ReportedRow};
use super::scales::Scales;
use super::statistics::{self, STATISTICS, Statistic, StatisticRow};
use super::studies::{Characteristics, IncludedStudy, STUDIES, characteristics};
use super::unit::Units;
use crate::artefact::{Address, PlaceRow};
use crate::nearest::suggestion;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

/// How other artefacts are addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Id of this stage.
    pub own: String,
    /// Stage that let the studies in.
    pub included_stage: String,
    /// Its artefact.
    pub included_artefact: String,
}

/// What the author of a pipeline may set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Conversions that may be done.
    pub allowed: Allowed,
    /// Limits of the integrity checks.
    pub limits: Limits,
}

/// Everything that came out.
#[derive(Clone, Debug, Default)]
pub struct Extraction {
    /// Characteristics of the included studies.
    pub studies: Characteristics,
    /// Arms.
    pub outcomes: Vec<OutcomeRow>,
    /// Reported statistics.
    pub statistics: Vec<StatisticRow>,
    /// Reported effects.
    pub effects: Vec<ReportedRow>,
    /// Numbers computed from others.
    pub conversions: Vec<ConversionRow>,
    /// What does not follow from a study's other numbers.
    pub integrity: Vec<IntegrityRow>,
    /// Which outcomes are reported.
    pub missing: Vec<MissingRow>,
    /// Where every row and cell stood.
    pub places: Vec<PlaceRow>,
    /// Rows left out, and what is worth a look.
    pub problems: Problems,
    /// Cells that two people read differently.
    pub disagreements: Vec<String>,
    /// By table, how many rows only one person read.
    pub read_once: BTreeMap<&'static str, usize>,
    /// Included studies of which no form says anything.
    pub untouched: Vec<String>,
}

/// Extracts everything the forms say of the included studies.
///
/// `outcomes` are the protocol's; without any, those that the forms name.
pub fn extract(
    forms: &Forms,
    scales: &Scales,
    included: &[IncludedStudy],
    outcomes: &[AskedOutcome],
    names: &Names,
    options: Options,
) -> Extraction {
    let study_row = |study: &str| {
        Address::row(
            &names.included_stage,
            &names.included_artefact,
            &crate::artefact::key(&[study]),
        )
    };
    let mut out = Extraction::default();
    let mut used = BTreeSet::new();
    let described = 0..forms.studies.rows.len();
    let described = described.map(|row| forms.studies.text(row, "study"));
    let described = described.collect();
    let mut compare = |form, layout: &'static Layout, out: &mut Extraction| {
        let agreement = agree(form, layout, &forms.adjudication);
        used.extend(agreement.used);
        out.read_once.insert(layout.name, agreement.read_once);
        out.disagreements.extend(
            agreement
                .disagreements
                .iter()
                .map(super::Disagreement::in_words),
        );
        only_included(agreement.rows, included, &described, &mut out.problems)
    };
    let studies = compare(&forms.studies, &STUDIES, &mut out);
    let arm_rows = compare(&forms.outcomes, &OUTCOMES, &mut out);
    let test_rows = compare(&forms.statistics, &STATISTICS, &mut out);
    let effect_rows = compare(&forms.effects, &EFFECTS, &mut out);
    out.problems.append(unused(&forms.adjudication, &used));

    let (table, places, problems) =
        characteristics(included, &studies, &forms.studies.columns, &study_row);
    out.places.extend(places);
    out.problems.append(problems);
    let mut arms = typed_arms(arm_rows, scales, &study_row, &mut out);
    let tests = typed_statistics(test_rows, scales, &study_row, &mut out);
    let effects = typed_effects(effect_rows, scales, &study_row, &names.own, &mut out);
    known_outcomes(outcomes, (&arms, &effects), &studies, &mut out.problems);
    two_roles(&arms, &effects, &mut out.problems);

    let (conversions, problems) = convert(&mut arms, &tests, &names.own, options.allowed);
    out.conversions = conversions;
    out.problems.append(problems);
    out.conversions.extend(
        effects
            .iter()
            .flat_map(|effect| effect.conversions(&names.own)),
    );
    let own = &names.own;
    let evidence = Evidence::new(&arms, &tests, &effects, scales, &table, own, options.limits);
    let (rows, places, problems) = integrity::rows(integrity::check(&evidence), &forms.accepted);
    out.integrity = rows;
    out.places.extend(places);
    out.problems.append(problems);

    let told = Told {
        arms: &arms,
        statistics: &tests,
        effects: &effects,
    };
    let asked = asked_for(outcomes, told, &studies);
    out.missing = missing(
        included,
        &asked,
        told,
        &table.lists("measured"),
        &names.own,
        &study_row,
    );
    out.untouched = untouched(included, &studies, told);
    out.studies = table;
    out.outcomes = arms.into_iter().map(|arm| arm.row).collect();
    out.statistics = tests.into_iter().map(|test| test.row).collect();
    out.effects = effects.into_iter().map(|effect| effect.row).collect();
    out
}

/// Leaves out rows of studies that nobody included, with one problem a study and form.
///
/// A study that studies.csv describes was included once, and what was extracted of it stays; any other name may be a slip.
fn only_included<'a>(
    rows: Vec<Agreed<'a>>,
    included: &[IncludedStudy],
    described: &BTreeSet<&str>,
    problems: &mut Problems,
) -> Vec<Agreed<'a>> {
    let known: BTreeSet<&str> = included.iter().map(|study| study.study.as_str()).collect();
    let mut strangers: BTreeMap<&str, (usize, crate::place::Place)> = BTreeMap::new();
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        let study = row.text("study");
        if known.contains(study) {
            kept.push(row);
        } else {
            strangers
                .entry(study)
                .or_insert_with(|| (0, row.place("study")))
                .0 += 1;
        }
    }
    for (study, (count, place)) in strangers {
        let rows = if count == 1 {
            "its row was".to_owned()
        } else {
            format!("its {count} rows were")
        };
        let code = "extraction::not-included";
        let (problem, help) = if described.contains(study) {
            let title = format!("`{study}` is described in studies.csv, and nobody includes it");
            let help = "its rows may stay if it was excluded since; else include it when screening full texts";
            (Problem::warning(code, title), help.to_owned())
        } else {
            let title = format!("nobody included the study `{study}`");
            let help = match suggestion("included studies", study, &known) {
                near if near.starts_with("did you") => near,
                _ => format!(
                    "include it when screening full texts, or take its rows out of {}",
                    place.file
                ),
            };
            (Problem::error(code, title), help)
        };
        problems.push(
            problem
                .labelled(place, format!("{rows} left out"))
                .help(help),
        );
    }
    kept
}

fn typed_arms<'a>(
    rows: Vec<Agreed<'a>>,
    scales: &Scales,
    study_row: &dyn Fn(&str) -> Address,
    out: &mut Extraction,
) -> Vec<Arm<'a>> {
    let mut arms = Vec::with_capacity(rows.len());
    let mut units = Units::new(scales);
    for row in rows {
        let scored = row.text("kind") != "characteristic";
        if scored
            && !(known_scale(&row, scales, &mut out.problems)
                && units.fits(&row, &mut out.problems))
        {
            continue;
        }
        let study = study_row(row.text("study"));
        match outcomes::read(row, &study) {
            Ok(arm) => arms.push(arm),
            Err(problems) => out.problems.append(problems),
        }
    }
    for arm in &arms {
        out.places.extend(
            arm.from
                .places("outcomes", &arm.row.key, &outcomes::NUMBERS),
        );
    }
    arms
}

fn typed_statistics<'a>(
    rows: Vec<Agreed<'a>>,
    scales: &Scales,
    study_row: &dyn Fn(&str) -> Address,
    out: &mut Extraction,
) -> Vec<Statistic<'a>> {
    let mut tests = Vec::with_capacity(rows.len());
    for row in rows {
        if !known_scale(&row, scales, &mut out.problems) {
            continue;
        }
        let study = study_row(row.text("study"));
        match statistics::read(row, &study) {
            Ok(test) => tests.push(test),
            Err(problems) => out.problems.append(problems),
        }
    }
    for test in &tests {
        out.places.extend(
            test.from
                .places("statistics", &test.row.key, &statistics::NUMBERS),
        );
    }
    tests
}

fn typed_effects<'a>(
    rows: Vec<Agreed<'a>>,
    scales: &Scales,
    study_row: &dyn Fn(&str) -> Address,
    own: &str,
    out: &mut Extraction,
) -> Vec<Reported<'a>> {
    let mut effects = Vec::with_capacity(rows.len());
    for row in rows {
        let known = known_scale(&row, scales, &mut out.problems);
        match reported::read(row.clone(), &study_row(row.text("study")), own) {
            Ok(effect) if known => effects.push(effect),
            Ok(_) => {}
            Err(problems) => out.problems.append(problems),
        }
    }
    for effect in &effects {
        let places = effect
            .from
            .places("effects", &effect.row.key, &reported::PLACED);
        out.places.extend(places);
    }
    effects
}

/// Without its scale a number has no direction and no range; events need none.
fn known_scale(row: &Agreed<'_>, scales: &Scales, problems: &mut Problems) -> bool {
    let scale = row.text("scale");
    if scales.is_shipped(scale) {
        let title = format!("`{scale}` is taken from the scales that come with the program");
        let note = Problem::note("extraction::shipped-scale", title).help(
            "look at its range and direction in reports/stages/extract/scales.csv; a scale of that id in scales.yaml goes before it",
        );
        if !problems.0.contains(&note) {
            problems.push(note);
        }
        return true;
    }
    if scale.is_empty() || scales.is_empty() || scales.get(scale).is_some() {
        return true;
    }
    problems.push(
        Problem::error(
            "extraction::unknown-scale",
            format!("the scale `{scale}` is not known; the row was left out"),
        )
        .at(row.place("scale"))
        .help(match suggestion("scales", scale, &scales.ids()) {
            near if near.starts_with("did you") => near,
            _ => "add it to `scales.yaml` with its range and `higher_means`".to_owned(),
        }),
    );
    false
}

/// Warns of outcomes that the protocol does not name: no analysis would take them up.
fn known_outcomes(
    outcomes: &[AskedOutcome],
    (arms, effects): (&[Arm<'_>], &[Reported<'_>]),
    studies: &[Agreed<'_>],
    problems: &mut Problems,
) {
    let known: BTreeSet<&str> = outcomes.iter().map(|outcome| outcome.id.as_str()).collect();
    if known.is_empty() {
        return;
    }
    let arms = arms.iter().filter(|arm| arm.row.kind != "characteristic");
    let effects = effects.iter();
    let reported = arms
        .map(|arm| (arm.row.outcome.as_str(), &arm.from, "outcome"))
        .chain(effects.map(|effect| (effect.row.outcome.as_str(), &effect.from, "outcome")));
    let measured = studies.iter().flat_map(|row| {
        let named = measured(row).into_iter();
        named.map(move |outcome| (outcome, row, "measured"))
    });
    let mut told = BTreeSet::new();
    for (outcome, row, column) in reported.chain(measured) {
        if !known.contains(outcome) && told.insert(outcome) {
            problems.push(
                Problem::warning("extraction::unknown-outcome", format!("the protocol has no outcome `{outcome}`"))
                    .at(row.place(column))
                    .help(match suggestion("outcomes", outcome, &known) {
                        near if near.starts_with("did you") => near,
                        _ => "add it to the protocol's `outcomes`, with `role: extracted-only` if no analysis is to use it".to_owned(),
                    }),
            );
        }
    }
}

/// An arm that is the intervention in one row and the control in another turns effects around.
fn two_roles(arms: &[Arm<'_>], effects: &[Reported<'_>], problems: &mut Problems) {
    let mut first: BTreeMap<[&str; 2], (&str, &Agreed<'_>)> = BTreeMap::new();
    let mut told = BTreeSet::new();
    let of_arms = arms.iter().map(|arm| {
        let row = &arm.row;
        (
            [row.study.as_str(), &row.arm],
            row.group.as_str(),
            &arm.from,
        )
    });
    let named = effects.iter().filter(|effect| !effect.row.arm.is_empty());
    let of_effects = named.map(|effect| {
        let row = &effect.row;
        (
            [row.study.as_str(), &row.arm],
            row.group.as_str(),
            &effect.from,
        )
    });
    for (id, group, from) in of_arms.chain(of_effects) {
        let before = *first.entry(id).or_insert((group, from));
        if before.0 != group && told.insert(id) {
            problems.push(
                Problem::warning(
                    "extraction::two-roles",
                    format!(
                        "the arm `{}` of {} is named twice, in two groups",
                        id[1], id[0]
                    ),
                )
                .labelled(from.place("group"), group)
                .labelled(before.1.place("group"), before.0)
                .help("give an arm one `group` in all its rows, or another name"),
            );
        }
    }
}

/// The outcomes that a study is said to have measured.
fn measured<'a>(row: &'a Agreed<'_>) -> Vec<&'a str> {
    let named = row.text("measured").split(';').map(str::trim);
    named.filter(|outcome| !outcome.is_empty()).collect()
}

/// The protocol's outcomes, or those of the forms in alphabetical order.
fn asked_for(
    outcomes: &[AskedOutcome],
    told: Told<'_, '_>,
    studies: &[Agreed<'_>],
) -> Vec<AskedOutcome> {
    if !outcomes.is_empty() {
        return outcomes.to_vec();
    }
    let arms = told.arms.iter();
    let effects = told.effects.iter();
    let named: BTreeSet<&str> = arms
        .filter(|arm| arm.row.kind != "characteristic")
        .map(|arm| arm.row.outcome.as_str())
        .chain(effects.map(|effect| effect.row.outcome.as_str()))
        .chain(studies.iter().flat_map(measured))
        .collect();
    named
        .into_iter()
        .map(|id| AskedOutcome {
            id: id.to_owned(),
            role: None,
        })
        .collect()
}

fn untouched(
    included: &[IncludedStudy],
    studies: &[Agreed<'_>],
    told: Told<'_, '_>,
) -> Vec<String> {
    let arms = told.arms.iter().map(|arm| arm.row.study.as_str());
    let tests = told.statistics.iter().map(|test| test.row.study.as_str());
    let effects = told.effects.iter().map(|effect| effect.row.study.as_str());
    let touched: BTreeSet<&str> = arms
        .chain(tests)
        .chain(effects)
        .chain(studies.iter().map(|row| row.text("study")))
        .collect();
    included
        .iter()
        .map(|study| &study.study)
        .filter(|study| !touched.contains(study.as_str()))
        .cloned()
        .collect()
}
