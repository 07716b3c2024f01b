//! Meta-regression: how effects change with a characteristic of the studies.

use super::gather::Evidence;
use super::model_settings::ModelSettings;
use super::pooling::{self, DEPENDENT, Named};
use super::tables::{CoefficientRow, EffectRow, LineRow, RegressionRow};
use crate::artefact::{Address, Origin, key};
use crate::meta::formula::{Design, Formula, Moderator, TermPart};
use crate::meta::permutation::{self, Arrangements};
use crate::meta::regression::{self, Regression};
use crate::meta::{Model, Refusal, Test};
use crate::stats::{normal, t};
use libm::sqrt;

/// Random arrangements of the permutation test that stands beside a regression of few studies.
const ARRANGEMENTS: Arrangements = Arrangements::Random {
    count: 1000,
    seed: 1,
};

/// Below this many studies p values are also found by permutation (Higgins & Thompson 2004).
const FEW: usize = 20;

/// A meta-regression with what a reader and a bubble plot need of it.
pub(super) struct Rows {
    pub(super) regression: RegressionRow,
    pub(super) coefficients: Vec<CoefficientRow>,
    /// The fitted line, where one number is all that effects are regressed on.
    pub(super) line: Vec<LineRow>,
}

/// Points of a fitted line.
const POINTS: usize = 31;

/// The regression of an analysis on a formula over characteristics, or why it was not done.
///
/// Coefficients are tested by Hartung-Knapp, with t and k − p degrees of freedom (Knapp & Hartung 2003); with a common effect by z.
pub(super) fn rows(
    named: Named<'_>,
    formula: &str,
    effects: &[&EffectRow],
    settings: &ModelSettings,
    evidence: &Evidence<'_>,
) -> Rows {
    let mut rows = Rows {
        regression: empty(named, formula, settings),
        coefficients: Vec::new(),
        line: Vec::new(),
    };
    let row = &mut rows.regression;
    if settings.dependence.is_some() {
        DEPENDENT.clone_into(&mut row.why);
        return rows;
    }
    let read = Formula::parse(formula).and_then(|parsed| design(&parsed, effects, evidence));
    let design = match read {
        Ok(design) => design,
        Err(refusal) => {
            row.why = refusal.to_string();
            return rows;
        }
    };
    let kept: Vec<&EffectRow> = design.rows.iter().map(|&i| effects[i]).collect();
    let mut from = named.effects(&kept);
    from.extend(kept.iter().map(|effect| {
        let (stage, artefact) = evidence.names.characteristics;
        Address::row(stage, artefact, &key(&[&effect.study]))
    }));
    row.origin = Origin::of("meta-regression", from.clone());
    let k = pooling::studies(&kept);
    row.k = k as u64;
    let slopes = design.names.len() - usize::from(design.has_intercept);
    let needed = settings.k_regression * slopes;
    if k < needed {
        let tell = if k == 1 { "tells" } else { "tell" };
        row.why = format!("it needs {needed} studies, and {k} {tell} what it asks");
        return rows;
    }
    match fit(&kept, &design, settings) {
        Ok((fitted, permuted)) => {
            fill(row, &fitted, settings.tau2.is_random());
            match permuted {
                Ok(p) => row.permutation_p = p,
                Err(refusal) => tell(row, &format!("no p by permutation: {refusal}")),
            }
            rows.coefficients = coefficients(named, formula, &design, &fitted, &from);
            rows.line = line(named, formula, &design, &fitted, settings.level);
        }
        Err(refusal) => row.why = refusal.to_string(),
    }
    rows
}

/// Adds to what the row says.
fn tell(row: &mut RegressionRow, what: &str) {
    if !row.why.is_empty() {
        row.why.push_str("; ");
    }
    row.why.push_str(what);
}

/// The fitted effect over the range of the moderator, with intervals of the mean by the test of the coefficients.
fn line(
    named: Named<'_>,
    formula: &str,
    design: &Design,
    fitted: &Regression,
    level: f64,
) -> Vec<LineRow> {
    let alone = formula.trim_start_matches('~').trim();
    if !matches!(fitted.names.as_slice(), [first, second] if first == "intrcpt" && second == alone)
    {
        return Vec::new();
    }
    let xs: Vec<f64> = (0..design.matrix.rows())
        .map(|i| design.matrix[(i, 1)])
        .collect();
    let low = xs.iter().copied().fold(f64::INFINITY, f64::min);
    let high = xs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let upper = 0.5 + level / 200.0;
    let critical = match fitted.fit.ddf {
        Some(df) => t::quantile(upper, df),
        None => normal::quantile(upper),
    };
    let (b, v) = (&fitted.fit.coefficients, &fitted.fit.vcov);
    let terms = fitted.names.iter();
    let from: Vec<Address> = terms
        .map(|term| {
            Address::row(
                named.stage,
                "coefficients",
                &key(&[named.analysis, formula, term]),
            )
        })
        .collect();
    let point = |i: usize| {
        let x = low + (high - low) * i as f64 / (POINTS - 1) as f64;
        let estimate = b[0].beta + b[1].beta * x;
        let half = critical * sqrt(v[(0, 0)] + 2.0 * x * v[(0, 1)] + x * x * v[(1, 1)]);
        LineRow {
            key: key(&[named.analysis, formula, &format!("{i:02}")]),
            analysis: named.analysis.to_owned(),
            formula: formula.to_owned(),
            x,
            estimate,
            ci_lower: estimate - half,
            ci_upper: estimate + half,
            origin: Origin::of("fitted", from.iter().cloned()),
        }
    };
    (0..POINTS).map(point).collect()
}

fn empty(named: Named<'_>, formula: &str, settings: &ModelSettings) -> RegressionRow {
    RegressionRow {
        key: key(&[named.analysis, formula]),
        analysis: named.analysis.to_owned(),
        formula: formula.to_owned(),
        method: settings.tau2.to_string(),
        test: test(settings).to_string(),
        k: 0,
        tau2: None,
        i2: None,
        r2: None,
        qm: None,
        qm_df: None,
        qm_df2: None,
        p: None,
        permutation_p: None,
        why: String::new(),
        origin: Origin::of("meta-regression", [named.setting("model.k_regression")]),
    }
}

fn test(settings: &ModelSettings) -> Test {
    if settings.tau2.is_random() {
        Test::Knha
    } else {
        Test::Z
    }
}

fn design(
    formula: &Formula,
    effects: &[&EffectRow],
    evidence: &Evidence<'_>,
) -> Result<Design, Refusal> {
    let cells = |column: &str| -> Option<Vec<String>> {
        let mut known = false;
        let text = effects
            .iter()
            .map(|effect| {
                let mut studies = evidence.studies.iter();
                let study = studies.find(|study| study.study == effect.study);
                let cell = study.and_then(|study| study.characteristics.get(column));
                known |= cell.is_some();
                cell.cloned().unwrap_or_default()
            })
            .collect();
        known.then_some(text)
    };
    for column in formula.plain_columns() {
        if let Some(text) = cells(column) {
            words_among_numbers(column, effects, &text)?;
        }
    }
    let rows: Vec<usize> = (0..effects.len()).collect();
    formula.design(&rows, |column| {
        cells(column).map(|text| Moderator::from_text(&text))
    })
}

/// Refuses a column of numbers that a word here and there would make a factor with a level for each number.
fn words_among_numbers(
    column: &str,
    effects: &[&EffectRow],
    text: &[String],
) -> Result<(), Refusal> {
    let given = effects.iter().zip(text);
    let given = given.filter(|(_, cell)| !cell.is_empty() && *cell != "NA");
    let (numbers, words): (Vec<_>, Vec<_>) =
        given.partition(|(_, cell)| cell.parse::<f64>().is_ok());
    if words.is_empty() || words.len() >= numbers.len() {
        return Ok(());
    }
    let words: Vec<String> = words
        .iter()
        .map(|(effect, cell)| format!("`{cell}` of `{}`", effect.study))
        .collect();
    Err(Refusal::Formula(format!(
        "`{column}` holds numbers, but for {}: write a number there or leave it empty, or write `factor({column})`",
        words.join(", ")
    )))
}

/// A regression, and its p by permutation where studies are few.
type Fitted = (Regression, Result<Option<f64>, Refusal>);

fn fit(
    effects: &[&EffectRow],
    design: &Design,
    settings: &ModelSettings,
) -> Result<Fitted, Refusal> {
    let yi: Vec<f64> = effects.iter().map(|row| row.yi).collect();
    let vi: Vec<f64> = effects.iter().map(|row| row.vi).collect();
    let model = Model {
        tau2: settings.tau2,
        test: test(settings),
        level: settings.level,
    };
    let fitted = regression::fit(&yi, &vi, design, &model)?;
    let permuted = if effects.len() < FEW {
        permutation::test_moderators(&yi, &vi, design, &model, ARRANGEMENTS).map(|test| test.qm_p)
    } else {
        Ok(None)
    };
    Ok((fitted, permuted))
}

/// Fills in what was found; only where effects are `random` is there a variance to explain.
fn fill(row: &mut RegressionRow, fitted: &Regression, random: bool) {
    if random {
        row.tau2 = Some(fitted.fit.tau2);
        row.r2 = fitted.r2;
    }
    row.i2 = Some(fitted.fit.i2);
    row.qm = Some(fitted.qm);
    row.qm_df = Some(fitted.qm_df);
    row.qm_df2 = fitted.fit.ddf;
    row.p = Some(fitted.qm_p);
    if !fitted.dropped.is_empty() {
        let dropped: Vec<String> = fitted
            .dropped
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        tell(
            row,
            &format!(
                "left out, because the other terms tell it: {}",
                dropped.join(", ")
            ),
        );
    }
}

fn coefficients(
    named: Named<'_>,
    formula: &str,
    design: &Design,
    fitted: &Regression,
    from: &[Address],
) -> Vec<CoefficientRow> {
    let parts = |term: &String| {
        let mut named = design.names.iter().zip(&design.terms);
        named
            .find(|(name, _)| *name == term)
            .map(|(_, parts)| parts)
    };
    let joined = |term: &String, of: fn(&TermPart) -> Option<&str>| {
        let cells = parts(term)?.iter().map(|part| of(part).unwrap_or_default());
        let cells: Vec<&str> = cells.collect();
        let told = cells.iter().any(|cell| !cell.is_empty());
        told.then(|| cells.join(" × "))
    };
    let terms = fitted.names.iter().zip(&fitted.fit.coefficients);
    terms
        .map(|(term, c)| CoefficientRow {
            characteristic: joined(term, |part| Some(&part.column)),
            level: joined(term, |part| part.level.as_deref()),
            against: joined(term, |part| part.against.as_deref()),
            key: key(&[named.analysis, formula, term]),
            analysis: named.analysis.to_owned(),
            formula: formula.to_owned(),
            term: term.clone(),
            estimate: c.beta,
            se: c.se,
            ci_lower: c.ci_low,
            ci_upper: c.ci_high,
            stat: c.stat,
            df: fitted.fit.ddf,
            p: c.pval,
            origin: Origin::of("meta-regression", from.iter().cloned()),
        })
        .collect()
}
