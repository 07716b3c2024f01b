//! Whether small studies show other effects than large ones.

use super::cautions::in_groups;
use super::model_settings::ModelSettings;
use super::pooling::{self, DEPENDENT, Named};
use super::tables::{EffectRow, SmallStudyRow};
use super::terms::IntervalRule;
use crate::artefact::{Origin, key};
use crate::effect::{Design, Measure};
use crate::meta::egger::{Asymmetry, Predictor, Regression, asymmetry};
use crate::meta::trim_and_fill::TrimAndFill;
use crate::meta::{Model, Test};

/// The regression test that suits the measure, or why it was not done; beside it what trim and fill came to.
///
/// Egger's standard error is correlated with the effect itself where the measure is standardised or made of counts, so there the
/// predictor comes from the sample size (what it counts for, where people came in clusters): its inverse root for standardised means (Pustejovsky & Rodgers 2019), its inverse for counts
/// (Peters 2006).
pub(super) fn row(
    named: Named<'_>,
    measure: Measure,
    effects: &[&EffectRow],
    settings: &ModelSettings,
    filled: Option<&TrimAndFill>,
) -> SmallStudyRow {
    let predictor = predictor(measure, effects);
    let mut row = SmallStudyRow {
        key: key(&[named.analysis]),
        analysis: named.analysis.to_owned(),
        predictor: words(predictor).to_owned(),
        method: Some(settings.tau2.to_string()),
        test: Some(rule(settings).to_string()),
        k: pooling::studies(effects) as u64,
        intercept: None,
        slope: None,
        se: None,
        stat: None,
        df: None,
        p: None,
        filled: None,
        filled_estimate: None,
        filled_ci_lower: None,
        filled_ci_upper: None,
        why: String::new(),
        origin: Origin::of("small-study-regression", named.effects(effects)),
    };
    let k = pooling::studies(effects);
    if k < settings.k_small_study {
        row.why = format!(
            "{k} studies are fewer than the {} that a test of small-study effects needs",
            settings.k_small_study
        );
        return row;
    }
    if settings.dependence.is_some() {
        DEPENDENT.clone_into(&mut row.why);
        return row;
    }
    if let Some(filled) = filled {
        row.filled = Some(filled.filled.len() as u64);
        row.filled_estimate = Some(filled.pooled.beta);
        row.filled_ci_lower = Some(filled.pooled.ci.0);
        row.filled_ci_upper = Some(filled.pooled.ci.1);
    }
    match test(predictor, effects, settings) {
        Ok(found) => {
            row.intercept = Some(found.intercept.beta);
            row.slope = Some(found.slope.beta);
            row.se = Some(found.slope.se);
            row.stat = Some(found.slope.stat);
            row.df = found.df;
            row.p = Some(found.slope.pval);
        }
        Err(refusal) => row.why = refusal.to_string(),
    }
    row
}

fn test(
    predictor: Predictor,
    effects: &[&EffectRow],
    settings: &ModelSettings,
) -> Result<Asymmetry, crate::meta::Refusal> {
    let column =
        |of: fn(&EffectRow) -> f64| -> Vec<f64> { effects.iter().map(|row| of(row)).collect() };
    let model = Model {
        tau2: settings.tau2,
        test: rule(settings),
        level: settings.level,
    };
    asymmetry(
        &column(|row| row.yi),
        &column(|row| row.vi),
        &column(|row| row.effective.unwrap_or_else(|| in_groups(row))),
        predictor,
        &Regression::Meta(model),
    )
}

/// How the slope is tested: as the intervals of the analysis are made; where that is left to the studies, by Knapp and Hartung.
fn rule(settings: &ModelSettings) -> Test {
    match settings.interval {
        _ if !settings.tau2.is_random() => Test::Z,
        IntervalRule::Wald => Test::Z,
        IntervalRule::HksjAdhoc => Test::Adhoc,
        IntervalRule::Auto | IntervalRule::Hksj => Test::Knha,
    }
}

fn predictor(measure: Measure, effects: &[&EffectRow]) -> Predictor {
    if effects.iter().any(|effect| effect.n == 0) {
        return Predictor::StandardError; // an effect as reported, and nobody wrote how many people it is of
    }
    match (measure, measure.design()) {
        (_, Design::Binary) => Predictor::InverseSize,
        (
            Measure::StandardizedMeanDifference
            | Measure::StandardizedChange
            | Measure::StandardizedChangeRaw,
            _,
        ) => Predictor::InverseRootSize,
        _ => Predictor::StandardError,
    }
}

fn words(predictor: Predictor) -> &'static str {
    match predictor {
        Predictor::InverseSize => "inverse of the sample size",
        Predictor::InverseRootSize => "inverse root of the sample size",
        _ => "standard error",
    }
}
