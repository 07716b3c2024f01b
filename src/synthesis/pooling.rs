//! The models of one analysis: the declared one, and those beside it that a reader compares it with.

use super::cautions::{in_groups, of_the_same_people};
use super::model_settings::ModelSettings;
use super::tables::{EffectRow, PooledRow};
use super::terms::IntervalRule;
use crate::artefact::{Address, Origin, key};
use crate::meta::dependent::{self, Dependent};
use crate::meta::leave_one_out::PartPooled;
use crate::meta::prediction_interval::Rule;
use crate::meta::robumeta::{self, Dependence};
use crate::meta::{self, Model, Pooled, Refusal, Tau2Method, Test, prediction_interval, q_profile};
use crate::stats::matrix::Matrix;
use crate::stats::t;
use libm::sqrt;
use std::collections::{BTreeMap, BTreeSet};

/// Why a test that takes effects as independent is not done.
pub(super) const DEPENDENT: &str =
    "effects of one study depend on each other, and this test would take them as independent";

/// A mean of effects with all that its model says of it, as the table of pooled results names it.
pub(super) struct Mean {
    pub(super) beta: f64,
    pub(super) ci: (f64, f64),
    pub(super) tau2: f64,
    pub(super) i2: f64,
    /// Share of each effect, in per cent.
    pub(super) weights: Vec<f64>,
    /// Estimator of the variance between studies.
    pub(super) method: String,
    pub(super) test: String,
    model: &'static str,
    se: f64,
    stat: f64,
    df: Option<f64>,
    p: f64,
    tau2_within: Option<f64>,
    i2_rule: &'static str,
    h2: Option<f64>,
    /// Cochran's Q, its degrees of freedom and p.
    q: Option<(f64, f64, f64)>,
    /// The model, where each study gave one effect.
    independent: Option<Pooled>,
}

impl From<Pooled> for Mean {
    fn from(pooled: Pooled) -> Self {
        let random = pooled.model.tau2.is_random();
        Self {
            beta: pooled.beta,
            ci: pooled.ci,
            tau2: pooled.tau2,
            i2: pooled.i2,
            weights: pooled.weights.clone(),
            method: pooled.model.tau2.to_string(),
            test: pooled.model.test.to_string(),
            model: if random { "random" } else { "common" },
            se: pooled.se,
            stat: pooled.stat,
            df: pooled.ddf,
            p: pooled.pval,
            tau2_within: None,
            i2_rule: if random {
                "from tau2 (Higgins & Thompson 2002)"
            } else {
                "from Q"
            },
            h2: Some(pooled.h2),
            q: Some((pooled.q, pooled.q_df, pooled.q_p)),
            independent: Some(pooled),
        }
    }
}

impl From<Dependent> for Mean {
    fn from(pooled: Dependent) -> Self {
        Self {
            beta: pooled.beta,
            ci: pooled.ci,
            tau2: pooled.tau2,
            i2: pooled.i2,
            weights: pooled.weights,
            method: Tau2Method::RestrictedMaximumLikelihood.to_string(),
            test: "CR2".to_owned(),
            model: "multilevel",
            se: pooled.se,
            stat: pooled.stat,
            df: Some(pooled.df),
            p: pooled.pval,
            tau2_within: pooled.omega2,
            i2_rule: "from tau2 between and within studies (Higgins & Thompson 2002, with the covariances)",
            h2: Some(100.0 / (100.0 - pooled.i2)),
            q: Some((pooled.q, pooled.q_df, pooled.q_p)),
            independent: None,
        }
    }
}

impl Mean {
    /// The variance between studies; none for a common effect.
    pub(super) fn variance(&self) -> Option<f64> {
        (self.model != "common").then_some(self.tau2)
    }

    /// What the share of an effect is, as an origin names it.
    pub(super) fn weighting(&self) -> &'static str {
        if self.independent.is_some() {
            "inverse-variance"
        } else {
            "row-sum-of-weights"
        }
    }

    /// Robust variance estimation with the weights of correlated effects, as robumeta has it.
    fn correlated(effects: &[&EffectRow], rho: f64, level: f64) -> Option<Self> {
        let (yi, vi) = columns(effects);
        let studies: Vec<&str> = effects.iter().map(|row| row.study.as_str()).collect();
        let intercept = Matrix::from_fn(yi.len(), 1, |_, _| 1.0);
        let correlated = Dependence::Correlated { rho };
        let fitted = robumeta::fit(&yi, &vi, &intercept, &studies, correlated, true).ok()?;
        let test = *fitted.robust.tests(&fitted.df, level).first()?;
        Some(Self {
            beta: *fitted.robust.beta.first()?,
            ci: (test.lower, test.upper),
            tau2: fitted.tau2,
            i2: fitted.i2?,
            weights: Vec::new(),
            method: "RVE".to_owned(),
            test: "CR2".to_owned(),
            model: "correlated",
            se: test.se,
            stat: test.t,
            df: Some(test.df),
            p: test.p,
            tau2_within: None,
            i2_rule: "from Q (Hedges, Tipton & Johnson 2010)",
            h2: None,
            q: None,
            independent: None,
        })
    }
}

/// The declared model of some effects, with the branch that the interval rule took.
pub(super) struct Fitted {
    pub(super) mean: Mean,
    /// The interval rule in words, with its reason.
    pub(super) interval: String,
}

impl Fitted {
    /// The pooled effect of one effect a study; none where effects depend on each other.
    pub(super) fn independent(&self) -> Option<&Pooled> {
        self.mean.independent.as_ref()
    }

    /// The test of the mean, where effects are independent.
    pub(super) fn test(&self) -> Option<Test> {
        let pooled = self.mean.independent.as_ref();
        pooled.map(|pooled| pooled.model.test)
    }
}

/// Fits the declared model.
///
/// # Errors
///
/// Why it cannot be fitted.
pub(super) fn fit(effects: &[&EffectRow], settings: &ModelSettings) -> Result<Fitted, String> {
    let (yi, vi) = columns(effects);
    if let Some(rho) = settings.dependence {
        let studies: Vec<&str> = effects.iter().map(|row| row.study.as_str()).collect();
        let pooled = dependent::pool(&yi, &vi, &studies, rho, settings.level);
        return Ok(Fitted {
            mean: pooled.map_err(|problem| problem.title)?.into(),
            interval: format!(
                "robust to how effects of one study depend on each other (CR2, Satterthwaite), which are assumed to correlate by {rho}"
            ),
        });
    }
    let with = |test| {
        let model = Model {
            tau2: settings.tau2,
            test,
            level: settings.level,
        };
        meta::pool(&yi, &vi, &model).map_err(|refusal| refusal.to_string())
    };
    let wald = with(Test::Z)?;
    let (test, interval) = branch(settings, wald.tau2, studies(effects));
    let pooled = if test == Test::Z { wald } else { with(test)? };
    Ok(Fitted {
        mean: pooled.into(),
        interval: interval.to_owned(),
    })
}

/// How many studies gave the effects.
pub(super) fn studies(effects: &[&EffectRow]) -> usize {
    let studies: BTreeSet<&str> = effects.iter().map(|row| row.study.as_str()).collect();
    studies.len()
}

/// How many people they gave: those of a study once, however many of its scales and times were taken, and those of a crossover trial
/// once, though they were in each of its groups.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sums of sizes of groups"
)]
pub(super) fn people(effects: &[&EffectRow]) -> u64 {
    let mut studies: BTreeMap<&str, BTreeMap<(&str, &str), f64>> = BTreeMap::new();
    for row in effects {
        let measured = studies.entry(&row.study).or_default();
        let people = measured.entry((&row.scale, &row.time)).or_default();
        *people = if of_the_same_people(row) {
            people.max(row.n as f64)
        } else {
            *people + in_groups(row)
        };
    }
    let of_study = |measured: BTreeMap<_, f64>| measured.into_values().fold(0.0, f64::max).round();
    studies.into_values().map(of_study).sum::<f64>() as u64
}

/// The test that the interval rule comes to, and why.
fn branch(settings: &ModelSettings, tau2: f64, studies: usize) -> (Test, &'static str) {
    match settings.interval {
        _ if !settings.tau2.is_random() => (Test::Z, "Wald (common effect)"),
        IntervalRule::Wald => (Test::Z, "Wald"),
        IntervalRule::HksjAdhoc => (
            Test::Adhoc,
            "Hartung-Knapp-Sidik-Jonkman, variance not below Wald",
        ),
        IntervalRule::Auto if studies <= 2 => (
            Test::Z,
            "Wald, because two studies are too few for Hartung-Knapp",
        ),
        IntervalRule::Auto if tau2 <= 0.0 => (
            Test::Z,
            "Wald, because the variance between studies is estimated as 0",
        ),
        IntervalRule::Auto | IntervalRule::Hksj => (Test::Knha, "Hartung-Knapp-Sidik-Jonkman"),
    }
}

/// The means of parts of the effects, each by the test that the interval rule comes to for it; `studies` counts those of each part,
/// and `pool` gives the parts by one model.
pub(super) fn by_rule(
    settings: &ModelSettings,
    studies: &[usize],
    pool: impl Fn(&Model) -> Result<Vec<PartPooled>, Refusal>,
) -> Option<Vec<PartPooled>> {
    let with = |test| {
        let model = Model {
            tau2: settings.tau2,
            test,
            level: settings.level,
        };
        pool(&model).ok()
    };
    let wald = with(Test::Z)?;
    let parts = wald.iter().zip(studies);
    let tests: Vec<Test> = parts
        .map(|(part, &studies)| branch(settings, part.tau2, studies).0)
        .collect();
    let Some(&other) = tests.iter().find(|test| **test != Test::Z) else {
        return Some(wald);
    };
    let parts = wald.into_iter().zip(with(other)?).zip(tests);
    let chosen = parts.map(|((wald, other), test)| if test == Test::Z { wald } else { other });
    Some(chosen.collect())
}

/// Effects and their variances.
pub(super) fn columns(effects: &[&EffectRow]) -> (Vec<f64>, Vec<f64>) {
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
    /// Where the parts of the declared model stand in the settings.
    pub(super) model: &'a [String],
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
    let mut row = plain_row(named, effects, &fitted.mean, true);
    let studies = studies(effects);
    if fitted.mean.independent.is_some() && settings.tau2.is_random() && studies >= 3 {
        let (yi, vi) = columns(effects);
        let interval = q_profile(&yi, &vi, settings.level)
            .ok()
            .filter(|interval| !interval.is_empty);
        row.tau2_lower = interval.map(|interval| interval.low);
        row.tau2_upper = interval.map(|interval| interval.high);
    }
    if let Some(prediction) = fitted.mean.prediction(studies, settings) {
        row.pi_lower = Some(prediction.low);
        row.pi_upper = Some(prediction.high);
        row.pi_rule = prediction.rule;
    } else {
        row.pi_why = Some(fitted.mean.without_prediction(studies, settings));
    }
    row
}

/// The interval of one effect of a new study.
pub(super) struct Prediction {
    pub(super) low: f64,
    pub(super) high: f64,
    rule: String,
}

impl Mean {
    /// Why there is no interval of one effect of a new study.
    fn without_prediction(&self, studies: usize, settings: &ModelSettings) -> String {
        if self.model == "common" {
            "a common-effect model has no variance between studies".to_owned()
        } else if studies < settings.k_prediction {
            format!("it needs {} studies", settings.k_prediction)
        } else {
            "the variance between studies is estimated as 0".to_owned()
        }
    }

    /// The interval of one effect of a new study, where the model and the number of studies allow one.
    pub(super) fn prediction(
        &self,
        studies: usize,
        settings: &ModelSettings,
    ) -> Option<Prediction> {
        if studies < settings.k_prediction {
            return None;
        }
        match &self.independent {
            Some(pooled) if pooled.model.tau2.is_random() && pooled.tau2 > 0.0 => {
                let interval = prediction_interval(pooled, settings.prediction).ok()?;
                Some(Prediction {
                    low: interval.low,
                    high: interval.high,
                    rule: match interval.ddf {
                        // Arms that stand apart are taken as independent, and are more than the studies.
                        Some(df) if pooled.k > studies => format!(
                            "t with {df} degrees of freedom, of {} comparisons in {studies} studies",
                            pooled.k
                        ),
                        Some(df) => format!("t with {df} degrees of freedom"),
                        None => "normal".to_owned(),
                    },
                })
            }
            Some(_) => None,
            None => self.prediction_of_dependent(studies, settings),
        }
    }

    /// By both variances and the declared distribution; studies count, and the test of the mean has Satterthwaite's degrees of freedom.
    fn prediction_of_dependent(
        &self,
        studies: usize,
        settings: &ModelSettings,
    ) -> Option<Prediction> {
        let variance = self.tau2 + self.tau2_within.unwrap_or_default();
        if studies < 2 || variance <= 0.0 {
            return None;
        }
        let df = match settings.prediction {
            Rule::AsTest => self.df.unwrap_or(1.0),
            Rule::KMinusTwo => (studies as f64 - 2.0).max(1.0),
            Rule::KMinusOne => studies as f64 - 1.0,
        };
        let quantile = t::quantile(0.5 + settings.level / 200.0, df);
        let half = quantile * sqrt(variance + self.se * self.se);
        Some(Prediction {
            low: self.beta - half,
            high: self.beta + half,
            rule: format!("t with {df} degrees of freedom"),
        })
    }
}

/// Models beside the declared one: the common effect, and the other interval where three or more studies allow one. These would
/// take dependent effects as independent, so there it is the other model that does not.
pub(super) fn beside(
    named: Named<'_>,
    effects: &[&EffectRow],
    fitted: &Fitted,
    settings: &ModelSettings,
) -> Vec<PooledRow> {
    let Some(declared) = &fitted.mean.independent else {
        let rho = settings.dependence.unwrap_or_default();
        let other = Mean::correlated(effects, rho, settings.level);
        let row = other.map(|mean| plain_row(named, effects, &mean, false));
        return row.into_iter().collect();
    };
    let (yi, vi) = columns(effects);
    let mut others = Vec::new();
    if settings.tau2.is_random() {
        others.push(Model {
            tau2: Tau2Method::Common,
            test: Test::Z,
            level: settings.level,
        });
        if studies(effects) > 2 {
            let test = if declared.model.test == Test::Z {
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
        .map(|pooled| plain_row(named, effects, &pooled.into(), false))
        .collect()
}

fn plain_row(named: Named<'_>, effects: &[&EffectRow], mean: &Mean, main: bool) -> PooledRow {
    let (method, test) = (mean.method.clone(), mean.test.clone());
    let mut from = named.effects(effects);
    if main || mean.model == "correlated" {
        from.extend(named.model.iter().map(|path| named.setting(path)));
    }
    let rule = format!("{}-{}", method.to_lowercase(), test.to_lowercase());
    PooledRow {
        key: if main {
            key(&[named.analysis, named.subgroup])
        } else {
            key(&[named.analysis, named.subgroup, &method, &test])
        },
        analysis: named.analysis.to_owned(),
        subgroup: named.subgroup.to_owned(),
        model: mean.model.to_owned(),
        method,
        test,
        k: studies(effects) as u64,
        effects: effects.len() as u64,
        n: people(effects),
        estimate: mean.beta,
        se: mean.se,
        ci_lower: mean.ci.0,
        ci_upper: mean.ci.1,
        stat: mean.stat,
        df: mean.df,
        p: mean.p,
        tau2: mean.variance(),
        tau2_lower: None,
        tau2_upper: None,
        tau2_within: mean.tau2_within,
        i2: mean.i2,
        i2_rule: mean.i2_rule.to_owned(),
        h2: mean.h2,
        q: mean.q.map(|(q, ..)| q),
        q_df: mean.q.map(|(_, df, _)| df),
        q_p: mean.q.map(|(.., p)| p),
        pi_lower: None,
        pi_upper: None,
        pi_rule: String::new(),
        pi_why: None,
        main,
        origin: Origin::of(rule, from),
    }
}
