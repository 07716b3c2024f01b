//! Generalised linear mixed models: counts are modelled as counts, without adding to empty cells.
//!
//! Sources: Stijnen, Hamza & Özdemir, Stat Med 2010;29:3046 (conditional models); Jackson, Law, Stijnen, Viechtbauer & White, Stat Med
//! 2018;37:1059 (the seven models compared); Pinheiro & Bates 1995 (quadrature).

mod arm;
mod hypergeometric;
mod unconditional;

use super::mantel_haenszel::{ChiSquare, PersonTime, Pooled, Table};
use super::newton::{Minimum, minimise_value};
use super::numeric_hessian::hessian;
use crate::problem::Problem;
use crate::stats::matrix::Matrix;
use arm::{Arm, Curve, hermite, integrate};
use hypergeometric::Conditional;
use libm::{log, sqrt};

/// Which model of two arms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TwoArmModel {
    /// Unconditional, study effects fixed.
    #[serde(rename = "UM.FS")]
    FixedStudies,
    /// Unconditional, study effects random (Laplace approximation).
    #[serde(rename = "UM.RS")]
    RandomStudies,
    /// Conditional on the events of both arms; for tables the binomial approximation for rare events, for rates exact.
    #[serde(rename = "CM.AL")]
    Conditional,
    /// Conditional on both margins of the table, exact.
    #[serde(rename = "CM.EL")]
    ConditionalExact,
}

/// Counts of studies with two arms.
#[derive(Clone, Debug)]
pub enum TwoArms {
    /// 2×2 tables.
    Tables(Vec<Table>),
    /// Events in person-time.
    Rates(Vec<PersonTime>),
}

/// The fitted model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glmm {
    /// Studies that carry information.
    pub k: usize,
    /// The effect on its link scale.
    pub pooled: Pooled,
    /// Between-study variance of the effect.
    pub tau2: f64,
    /// τ² as a share of total variance in percent, with the typical sampling variance.
    pub i2: f64,
    /// Total over sampling variance.
    pub h2: f64,
    /// Wald test of equal effects.
    pub wald: ChiSquare,
    /// Likelihood-ratio test of equal effects.
    pub likelihood_ratio: ChiSquare,
    /// Log-likelihood, as metafor reports it.
    pub log_likelihood: f64,
    /// Whether the search ended at a stationary point.
    pub converged: bool,
}

/// What a model family gives to [`assemble`].
struct Parts {
    beta: f64,
    se: f64,
    tau2: f64,
    log_likelihood: f64,
    /// Log-likelihoods with one common effect and with one effect a study.
    common: f64,
    saturated: f64,
    wald: f64,
    converged: bool,
}

/// Promised relative decrease that ends a search.
const TOLERANCE: f64 = 1e-10;

fn failed() -> Problem {
    Problem::error(
        "pool::likelihood",
        "the likelihood of the counts has no maximum that could be found",
    )
    .help("use a model of effects (method REML), or a Mantel-Haenszel pooling")
}

/// Variance of the first parameter from the curvature of minus the log-likelihood at its minimum.
fn first_variance(f: impl Fn(&[f64]) -> f64, at: &[f64]) -> Result<f64, Problem> {
    let h = hessian(f, at, 4);
    // A variance at 0 enters by its root, where the likelihood is even: it takes no part in the variance of the effect.
    let kept: Vec<usize> = (0..at.len())
        .filter(|&j| j == 0 || at[j].abs() > 1e-4 || h[(j, j)] > 1e-4)
        .collect();
    let part = Matrix::from_fn(kept.len(), kept.len(), |i, j| h[(kept[i], kept[j])]);
    part.cholesky()
        .map(|factor| factor.inverse()[(0, 0)])
        .ok_or_else(failed)
}

/// The sum of squared distances from the weighted mean: a Wald test of equal effects. Studies without a finite effect weigh nothing.
fn weighted_spread(effects: impl Iterator<Item = (f64, f64)>) -> f64 {
    let finite: Vec<(f64, f64)> = effects.filter(|(y, w)| y.is_finite() && *w > 0.0).collect();
    let total: f64 = finite.iter().map(|(_, w)| w).sum();
    let mean = finite.iter().map(|(y, w)| y * w).sum::<f64>() / total;
    finite
        .iter()
        .map(|(y, w)| w * (y - mean) * (y - mean))
        .sum()
}

/// Typical sampling variance of Higgins & Thompson 2002, equation 9.
fn typical_variance(effects: &[(f64, f64)]) -> f64 {
    let w: f64 = effects.iter().map(|(_, v)| 1.0 / v).sum();
    let w2: f64 = effects.iter().map(|(_, v)| 1.0 / (v * v)).sum();
    (effects.len() as f64 - 1.0) / (w - w2 / w)
}

fn assemble(parts: &Parts, k: usize, effects: &[(f64, f64)], level: f64) -> Glmm {
    let typical = typical_variance(effects);
    let df = k as f64 - 1.0;
    let test = |statistic: f64| {
        if df > 0.0 {
            ChiSquare::new(statistic.max(0.0), df)
        } else {
            ChiSquare {
                statistic: 0.0,
                df,
                p: 1.0,
            }
        }
    };
    Glmm {
        k,
        pooled: Pooled::new(parts.beta, parts.se, level),
        tau2: parts.tau2,
        i2: 100.0 * parts.tau2 / (typical + parts.tau2),
        h2: parts.tau2 / typical + 1.0,
        wald: test(parts.wald),
        likelihood_ratio: test(2.0 * (parts.saturated - parts.common)),
        log_likelihood: parts.log_likelihood,
        converged: parts.converged,
    }
}

/// A family in which each study has one likelihood curve of its effect: `θ + τ u` with `u` standard normal.
fn one_curve<C: Curve>(
    curves: &[C],
    start: f64,
    saturated: f64,
    effects: &[(f64, f64)],
    nodes: &[(f64, f64)],
    exact: bool,
) -> Result<Parts, Problem> {
    let study = |curve: &C, theta: f64, tau: f64| {
        integrate(
            &|u: f64| {
                let (value, slope, bend) = curve.at(theta + tau * u);
                (value, slope * tau, bend * tau * tau)
            },
            nodes,
        )
    };
    let minus = |at: &[f64]| -> f64 {
        -curves
            .iter()
            .map(|curve| study(curve, at[0], at[1]).0)
            .sum::<f64>()
    };
    let fixed = |at: &[f64]| -> f64 { -curves.iter().map(|curve| curve.at(at[0]).0).sum::<f64>() };
    let common = minimise_value(fixed, &[start], TOLERANCE).ok_or_else(failed)?;
    let found = best(minus, &[vec![common.at[0], 0.5], vec![common.at[0], 0.1]])?;
    let (theta, tau) = (found.at[0], found.at[1]);
    let log_likelihood = if exact {
        -found.value
    } else {
        // metafor reports the likelihood of the counts at the studies' own conditional effects.
        curves
            .iter()
            .map(|curve| curve.at(theta + tau * study(curve, theta, tau).1).0)
            .sum()
    };
    Ok(Parts {
        beta: theta,
        se: sqrt(first_variance(minus, &found.at)?),
        tau2: tau * tau,
        log_likelihood,
        common: -common.value,
        saturated,
        wald: weighted_spread(effects.iter().copied()),
        converged: found.converged,
    })
}

/// The lowest minimum; later starts are tried only while no search converged.
fn best(f: impl Fn(&[f64]) -> f64, starts: &[Vec<f64>]) -> Result<Minimum, Problem> {
    let mut lowest: Option<Minimum> = None;
    for start in starts {
        if let Some(found) = minimise_value(&f, start, TOLERANCE)
            && lowest
                .as_ref()
                .is_none_or(|low| found.value < low.value - 1e-9)
        {
            lowest = Some(found);
        }
        if lowest.as_ref().is_some_and(|low| low.converged) {
            break;
        }
    }
    lowest.ok_or_else(failed)
}

/// One-arm counts: proportions or rates with a normal distribution of their logits or logs.
fn one_arm(
    arms: &[Arm],
    own: &[(f64, f64)],
    effects: &[(f64, f64)],
    level: f64,
    nodes: usize,
) -> Result<Glmm, Problem> {
    enough(arms.len())?;
    let start = arms.iter().map(Arm::start).sum::<f64>() / arms.len() as f64;
    let saturated = arms.iter().map(Arm::saturated).sum();
    let curves: Vec<_> = arms.iter().map(|arm| move |eta: f64| arm.at(eta)).collect();
    let parts = one_curve(&curves, start, saturated, own, &hermite(nodes), false)?;
    Ok(assemble(&parts, arms.len(), effects, level))
}

fn enough(k: usize) -> Result<(), Problem> {
    if k < 2 {
        return Err(Problem::error(
            "pool::too-few-studies",
            "a mixed model of counts needs two informative studies",
        ));
    }
    Ok(())
}

/// Proportions: events among `n`, on the logit scale; `effects` are the studies' own `(yi, vi)`.
///
/// # Errors
/// When there are fewer than two studies or no maximum is found.
pub fn proportions(
    counts: &[(f64, f64)],
    effects: &[(f64, f64)],
    level: f64,
    nodes: usize,
) -> Result<Glmm, Problem> {
    let arms: Vec<Arm> = counts
        .iter()
        .map(|&(x, n)| Arm::Binomial { x, n, offset: 0.0 })
        .collect();
    let own: Vec<(f64, f64)> = counts
        .iter()
        .map(|&(x, n)| (log(x / (n - x)), 1.0 / (1.0 / x + 1.0 / (n - x))))
        .collect();
    one_arm(&arms, &own, effects, level, nodes)
}

/// Incidence rates: events in person-time, on the log scale; `effects` are the studies' own `(yi, vi)`.
///
/// # Errors
/// As [`proportions`].
pub fn incidence(
    counts: &[(f64, f64)],
    effects: &[(f64, f64)],
    level: f64,
    nodes: usize,
) -> Result<Glmm, Problem> {
    let arms: Vec<Arm> = counts.iter().map(|&(x, t)| Arm::Poisson { x, t }).collect();
    let own: Vec<(f64, f64)> = counts.iter().map(|&(x, t)| (log(x / t), x)).collect();
    one_arm(&arms, &own, effects, level, nodes)
}

/// The arms of informative studies: both have events or both could have had them, and not all or none did.
fn informative(data: &TwoArms) -> Vec<[Arm; 2]> {
    let binomial = |x: f64, n: f64| Arm::Binomial { x, n, offset: 0.0 };
    match data {
        TwoArms::Tables(tables) => tables
            .iter()
            .filter(|t| t.a + t.c > 0.0 && t.b + t.d > 0.0)
            .map(|t| [binomial(t.a, t.a + t.b), binomial(t.c, t.c + t.d)])
            .collect(),
        TwoArms::Rates(rows) => rows
            .iter()
            .filter(|r| r.x1 + r.x2 > 0.0)
            .map(|r| {
                [
                    Arm::Poisson { x: r.x1, t: r.t1 },
                    Arm::Poisson { x: r.x2, t: r.t2 },
                ]
            })
            .collect(),
    }
}

/// A study's own effect and the inverse of its variance, from its counts without any addition.
fn own_effect(arms: &[Arm; 2]) -> (f64, f64) {
    match *arms {
        [
            Arm::Binomial { x: a, n: n1, .. },
            Arm::Binomial { x: c, n: n2, .. },
        ] => (
            log(a / (n1 - a)) - log(c / (n2 - c)),
            1.0 / (1.0 / a + 1.0 / (n1 - a) + 1.0 / c + 1.0 / (n2 - c)),
        ),
        [Arm::Poisson { x: a, t: t1 }, Arm::Poisson { x: c, t: t2 }] => {
            (log(a / t1) - log(c / t2), 1.0 / (1.0 / a + 1.0 / c))
        }
        _ => (f64::NAN, 0.0),
    }
}

/// Events of the first arm among those of both, with the offset that makes its logit the effect.
fn share(arms: &[Arm; 2]) -> Arm {
    match *arms {
        [
            Arm::Binomial { x: a, n: n1, .. },
            Arm::Binomial { x: c, n: n2, .. },
        ] => Arm::Binomial {
            x: a,
            n: a + c,
            offset: log(n1 / n2),
        },
        [Arm::Poisson { x: a, t: t1 }, Arm::Poisson { x: c, t: t2 }] => Arm::Binomial {
            x: a,
            n: a + c,
            offset: log(t1 / t2),
        },
        [first, _] => first,
    }
}

fn conditional(studies: &[[Arm; 2]], nodes: &[(f64, f64)]) -> Result<Parts, Problem> {
    let arms: Vec<Arm> = studies.iter().map(share).collect();
    let own: Vec<(f64, f64)> = arms
        .iter()
        .map(|arm| match *arm {
            Arm::Binomial { x, n, offset } => {
                (log(x / (n - x)) - offset, 1.0 / (1.0 / x + 1.0 / (n - x)))
            }
            Arm::Poisson { .. } => (f64::NAN, 0.0),
        })
        .collect();
    let start = arms.iter().map(Arm::start).sum::<f64>() / arms.len() as f64;
    let saturated = arms.iter().map(Arm::saturated).sum();
    let curves: Vec<_> = arms.iter().map(|arm| move |eta: f64| arm.at(eta)).collect();
    one_curve(&curves, start, saturated, &own, nodes, false)
}

fn conditional_exact(studies: &[[Arm; 2]]) -> Result<Parts, Problem> {
    let tables: Vec<Conditional> = studies
        .iter()
        .filter_map(|arms| match *arms {
            [
                Arm::Binomial { x: a, n: n1, .. },
                Arm::Binomial { x: c, n: n2, .. },
            ] => Some(Conditional::new(a, n1, c, n2)),
            _ => None,
        })
        .collect();
    let mut saturated = 0.0;
    let mut own = Vec::new();
    for (table, arms) in tables.iter().zip(studies) {
        // A study at its limit is fitted with certainty: log-likelihood 0 and no information on the effect.
        if table.at_limit() {
            continue;
        }
        let start = own_effect(arms).0;
        let start = if start.is_finite() { start } else { 0.0 };
        let found =
            minimise_value(|at| -table.at(at[0]).0, &[start], TOLERANCE).ok_or_else(failed)?;
        saturated -= found.value;
        own.push((found.at[0], table.at(found.at[0]).2));
    }
    let start = own.iter().map(|(y, _)| y).sum::<f64>() / own.len().max(1) as f64;
    // The integral is exact in metafor; 21 adaptive nodes are right to more digits than it prints.
    one_curve(&tables, start, saturated, &own, &hermite(21), true)
}

/// Fits a model of two-arm counts; `effects` are the `(yi, vi)` of the informative studies, for I²; `nodes` of quadrature where the
/// model has one random effect.
///
/// # Errors
/// When fewer than two studies are informative, the model does not suit the counts, or no maximum is found.
pub fn two_arms(
    data: &TwoArms,
    model: TwoArmModel,
    effects: &[(f64, f64)],
    level: f64,
    nodes: usize,
) -> Result<Glmm, Problem> {
    let studies = informative(data);
    enough(studies.len())?;
    let whole = |x: f64| x.fract() == 0.0;
    let parts = match (model, data) {
        (TwoArmModel::FixedStudies, _) => unconditional::fixed_studies(&studies, &hermite(nodes))?,
        (TwoArmModel::RandomStudies, _) => unconditional::random_studies(&studies)?,
        (TwoArmModel::Conditional, _) | (TwoArmModel::ConditionalExact, TwoArms::Rates(_)) => {
            conditional(&studies, &hermite(nodes))?
        }
        (TwoArmModel::ConditionalExact, TwoArms::Tables(tables)) => {
            if !tables
                .iter()
                .all(|t| whole(t.a) && whole(t.b) && whole(t.c) && whole(t.d))
            {
                return Err(Problem::error(
                    "pool::not-whole",
                    "the exact conditional model needs whole counts",
                ));
            }
            conditional_exact(&studies)?
        }
    };
    Ok(assemble(&parts, studies.len(), effects, level))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> Vec<Table> {
        [
            (4.0, 119.0, 11.0, 128.0),
            (6.0, 300.0, 29.0, 274.0),
            (3.0, 228.0, 11.0, 209.0),
            (17.0, 100.0, 9.0, 110.0),
        ]
        .iter()
        .map(|&(a, b, c, d)| Table { a, b, c, d })
        .collect()
    }

    #[test]
    fn swapping_the_arms_flips_the_effect_where_the_model_is_symmetric() {
        let one = tables();
        let two: Vec<Table> = one
            .iter()
            .map(|t| Table {
                a: t.c,
                b: t.d,
                c: t.a,
                d: t.b,
            })
            .collect();
        let effects = vec![(0.0, 0.1), (0.1, 0.2), (0.2, 0.1), (0.3, 0.1)];
        for model in [
            TwoArmModel::FixedStudies,
            TwoArmModel::Conditional,
            TwoArmModel::ConditionalExact,
        ] {
            let a = two_arms(&TwoArms::Tables(one.clone()), model, &effects, 95.0, 7).unwrap();
            let b = two_arms(&TwoArms::Tables(two.clone()), model, &effects, 95.0, 7).unwrap();
            assert!((a.pooled.beta + b.pooled.beta).abs() < 1e-6, "{model:?}");
            assert!((a.tau2 - b.tau2).abs() < 1e-6, "{model:?}");
        }
    }

    #[test]
    fn one_informative_study_is_refused() {
        let t = Table {
            a: 1.0,
            b: 9.0,
            c: 2.0,
            d: 8.0,
        };
        let problem = two_arms(
            &TwoArms::Tables(vec![t]),
            TwoArmModel::Conditional,
            &[],
            95.0,
            7,
        )
        .unwrap_err();
        assert_eq!(problem.code, "pool::too-few-studies");
    }
}
