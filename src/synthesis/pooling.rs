//! The models of one analysis: the declared one, and those beside it that a reader compares it with.

use super::analysis::{IntervalRule, ModelSettings};
use super::tables::{EffectRow, LeaveOneOutRow, PooledRow};
use crate::artefact::{Address, Origin, key};
use crate::meta::{self, Model, Pooled, Refusal, Tau2Method, Test, prediction_interval, q_profile};

/// The declared model of some effects, with the branch that the interval rule took.
pub(super) struct Fitted {
    pub(super) pooled: Pooled,
    /// The interval rule in words, with its reason.
    pub(super) interval: String,
}

/// Fits the declared model.
///
/// # Errors
///
/// What the model refuses.
pub(super) fn fit(effects: &[&EffectRow], settings: &ModelSettings) -> Result<Fitted, Refusal> {
    let (yi, vi) = columns(effects);
    let with = |test| {
        meta::pool(
            &yi,
            &vi,
            &Model {
                tau2: settings.tau2,
                test,
                level: settings.level,
            },
        )
    };
    let wald = with(Test::Z)?;
    let (test, interval) = branch(settings, &wald);
    let pooled = if test == Test::Z { wald } else { with(test)? };
    Ok(Fitted { pooled, interval })
}

/// The test that the interval rule comes to, and why.
fn branch(settings: &ModelSettings, wald: &Pooled) -> (Test, String) {
    let told = |test, text: &str| (test, text.to_owned());
    match settings.interval {
        _ if !settings.tau2.is_random() => told(Test::Z, "Wald (common effect)"),
        IntervalRule::Wald => told(Test::Z, "Wald"),
        IntervalRule::HksjAdhoc => told(
            Test::Adhoc,
            "Hartung-Knapp-Sidik-Jonkman, variance not below Wald",
        ),
        IntervalRule::Auto if wald.k <= 2 => told(
            Test::Z,
            "Wald, because two studies are too few for Hartung-Knapp",
        ),
        IntervalRule::Auto if wald.tau2 <= 0.0 => told(
            Test::Z,
            "Wald, because the variance between studies is estimated as 0",
        ),
        IntervalRule::Auto | IntervalRule::Hksj => told(Test::Knha, "Hartung-Knapp-Sidik-Jonkman"),
    }
}

fn columns(effects: &[&EffectRow]) -> (Vec<f64>, Vec<f64>) {
    (
        effects.iter().map(|row| row.yi).collect(),
        effects.iter().map(|row| row.vi).collect(),
    )
}

/// Names of an analysis and the stage, for keys and origins.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) stage: &'a str,
    pub(super) analysis: &'a str,
    pub(super) subgroup: &'a str,
}

impl Named<'_> {
    /// The effects, as an origin names them.
    pub(super) fn effects(&self, effects: &[&EffectRow]) -> Vec<Address> {
        effects
            .iter()
            .map(|row| Address::row(self.stage, "effects", &row.key))
            .collect()
    }

    /// A setting of this stage.
    pub(super) fn setting(&self, path: &str) -> Address {
        Address::cell(self.stage, "settings", &key(&[path]), "value")
    }
}

/// The declared model as a row, with heterogeneity and prediction as far as the number of studies carries.
pub(super) fn main_row(
    named: Named<'_>,
    effects: &[&EffectRow],
    fitted: &Fitted,
    settings: &ModelSettings,
) -> PooledRow {
    let pooled = &fitted.pooled;
    let mut row = plain_row(named, effects, pooled, true);
    let (yi, vi) = columns(effects);
    if settings.tau2.is_random() && pooled.k >= 3 {
        let interval = q_profile(&yi, &vi, settings.level)
            .ok()
            .filter(|interval| !interval.is_empty);
        row.tau2_lower = interval.map(|interval| interval.low);
        row.tau2_upper = interval.map(|interval| interval.high);
    }
    if settings.tau2.is_random() && pooled.k >= settings.k_prediction && pooled.tau2 > 0.0 {
        let interval = prediction_interval(pooled, settings.prediction).ok();
        row.pi_lower = interval.as_ref().map(|interval| interval.low);
        row.pi_upper = interval.as_ref().map(|interval| interval.high);
        row.pi_rule = interval.map_or(String::new(), |interval| match interval.ddf {
            Some(df) => format!("t with {df} degrees of freedom"),
            None => "normal".to_owned(),
        });
    }
    row
}

/// Models beside the declared one: the common effect, and the other interval where three or more studies allow one.
pub(super) fn beside(
    named: Named<'_>,
    effects: &[&EffectRow],
    fitted: &Fitted,
    settings: &ModelSettings,
) -> Vec<PooledRow> {
    let (yi, vi) = columns(effects);
    let mut others = Vec::new();
    if settings.tau2.is_random() {
        others.push(Model {
            tau2: Tau2Method::Common,
            test: Test::Z,
            level: settings.level,
        });
        if fitted.pooled.k > 2 {
            let test = if fitted.pooled.model.test == Test::Z {
                Test::Knha
            } else {
                Test::Z
            };
            others.push(Model {
                tau2: settings.tau2,
                test,
                level: settings.level,
            });
        }
    }
    let fitted = others
        .into_iter()
        .filter_map(|model| meta::pool(&yi, &vi, &model).ok());
    fitted
        .map(|pooled| plain_row(named, effects, &pooled, false))
        .collect()
}

fn plain_row(named: Named<'_>, effects: &[&EffectRow], pooled: &Pooled, main: bool) -> PooledRow {
    let random = pooled.model.tau2.is_random();
    let model = if random { "random" } else { "common" };
    let (method, test) = (pooled.model.tau2.to_string(), pooled.model.test.to_string());
    let mut from = named.effects(effects);
    if main {
        from.extend(
            ["model.tau2", "model.interval", "model.level"].map(|path| named.setting(path)),
        );
    }
    let rule = format!("{}-{test}", method.to_lowercase());
    PooledRow {
        key: if main {
            key(&[named.analysis, named.subgroup])
        } else {
            key(&[named.analysis, named.subgroup, &method, &test])
        },
        analysis: named.analysis.to_owned(),
        subgroup: named.subgroup.to_owned(),
        model: model.to_owned(),
        method,
        test,
        k: pooled.k as u64,
        n: effects.iter().map(|row| row.n).sum(),
        estimate: pooled.beta,
        se: pooled.se,
        ci_lower: pooled.ci.0,
        ci_upper: pooled.ci.1,
        stat: pooled.stat,
        df: pooled.ddf,
        p: pooled.pval,
        tau2: pooled.tau2,
        tau2_lower: None,
        tau2_upper: None,
        i2: pooled.i2,
        i2_rule: if random {
            "from tau2 (Higgins & Thompson 2002)"
        } else {
            "from Q"
        }
        .to_owned(),
        h2: pooled.h2,
        q: pooled.q,
        q_df: pooled.q_df,
        q_p: pooled.q_p,
        pi_lower: None,
        pi_upper: None,
        pi_rule: String::new(),
        main,
        origin: Origin::of(rule, from),
    }
}

/// The pooled effect without each study in turn.
pub(super) fn leave_one_out(
    named: Named<'_>,
    effects: &[&EffectRow],
    fitted: &Fitted,
) -> Vec<LeaveOneOutRow> {
    let (yi, vi) = columns(effects);
    let Ok(parts) = meta::leave_one_out(&yi, &vi, &fitted.pooled.model) else {
        return Vec::new();
    };
    let rows = effects.iter().zip(parts).map(|(omitted, part)| {
        let rest: Vec<&EffectRow> = effects
            .iter()
            .filter(|row| row.key != omitted.key)
            .copied()
            .collect();
        LeaveOneOutRow {
            key: key(&[named.analysis, &omitted.study]),
            analysis: named.analysis.to_owned(),
            omitted: omitted.study.clone(),
            label: omitted.label.clone(),
            estimate: part.beta,
            ci_lower: part.ci.0,
            ci_upper: part.ci.1,
            tau2: part.tau2,
            i2: part.i2,
            origin: Origin::of("without-one", named.effects(&rest)),
        }
    });
    rows.collect()
}
