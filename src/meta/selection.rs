//! Selection models with a step function: studies are published with a probability that depends on the interval of their p value.
//!
//! With one cut at 0.025 this is the three-parameter selection model. Sources: Iyengar & Greenhouse, Stat Sci 1988;3:109; Vevea &
//! Hedges, Psychometrika 1995;60:419; `McShane`, Böckenholt & Hansen, Perspect Psychol Sci 2016;11:730.

use super::multilevel::{self, Criterion, Model, Random};
use super::newton::{Minimum, Search, minimise};
use super::numeric_hessian::hessian;
use super::sampling::Sampling;
use crate::problem::Problem;
use crate::stats::matrix::Matrix;
use crate::stats::{chi2, normal};
use libm::{exp, log, sqrt};

/// The direction in which small p values are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alternative {
    /// Large effects have small p values.
    Greater,
    /// Small effects have small p values.
    Less,
    /// Effects far from 0 have small p values.
    TwoSided,
}

/// Largest relative probability of publication.
const DELTA_MAX: f64 = 100.0;
/// Relative decrease of the likelihood that ends the search.
const TOLERANCE: f64 = 1e-12;
/// Relative gain below which the model without selection is kept.
const SILENT: f64 = 1e-8;
/// Extrapolations of the Hessian.
const HALVINGS: usize = 6;

/// The data in the shape of the likelihood.
struct Steps<'a> {
    yi: &'a [f64],
    vi: &'a [f64],
    x: &'a Matrix,
    /// For each study, the p value's interval.
    interval: Vec<usize>,
    /// Cuts between the intervals as standard normal quantiles, one less than there are intervals.
    cuts: Vec<f64>,
    alternative: Alternative,
}

/// The fitted model.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Coefficients of the effects before selection.
    pub beta: Vec<f64>,
    /// Their standard errors; `None` when the Hessian cannot be inverted.
    pub se: Option<Vec<f64>>,
    /// Between-study variance before selection.
    pub tau2: f64,
    /// Its standard error.
    pub se_tau2: Option<f64>,
    /// Relative probability of publication in each interval; the first is 1.
    pub delta: Vec<f64>,
    /// Standard errors of all but the first.
    pub se_delta: Option<Vec<f64>>,
    /// Log-likelihood.
    pub log_likelihood: f64,
    /// Likelihood-ratio test against no selection: statistic and p value.
    pub test: (f64, f64),
    /// Studies in each interval.
    pub counts: Vec<usize>,
    /// Whether the search ended before its cap.
    pub converged: bool,
}

impl Steps<'_> {
    fn deltas(&self) -> usize {
        self.cuts.len() + 1
    }

    /// Probability that an estimate falls in each interval, for mean `m`, total standard deviation `s` and sampling error `e`.
    fn probabilities(&self, m: f64, s: f64, e: f64, out: &mut [f64]) {
        // Mass beyond each cut towards small p values; the whole line after the last.
        let beyond = |cut: f64| match self.alternative {
            Alternative::Greater => normal::sf((cut * e - m) / s),
            Alternative::Less => normal::cdf((-cut * e - m) / s),
            Alternative::TwoSided => {
                normal::sf((cut * e - m) / s) + normal::cdf((-cut * e - m) / s)
            }
        };
        let rest = |cut: f64| match self.alternative {
            Alternative::Greater => normal::cdf((cut * e - m) / s),
            Alternative::Less => normal::sf((-cut * e - m) / s),
            Alternative::TwoSided => {
                normal::cdf((cut * e - m) / s) - normal::cdf((-cut * e - m) / s)
            }
        };
        let mut before = 0.0;
        for (n, &cut) in self.cuts.iter().enumerate() {
            let mass = beyond(cut);
            out[n] = mass - before;
            before = mass;
        }
        out[self.cuts.len()] = self.cuts.last().map_or(1.0, |&cut| rest(cut));
    }

    fn log_likelihood(&self, beta: &[f64], tau2: f64, delta: &[f64]) -> f64 {
        let mut mass = vec![0.0; self.deltas()];
        let mut sum = 0.0;
        for i in 0..self.yi.len() {
            let mean: f64 = self.x.row(i).iter().zip(beta).map(|(x, b)| x * b).sum();
            let s = sqrt(self.vi[i] + tau2);
            self.probabilities(mean, s, sqrt(self.vi[i]), &mut mass);
            let published: f64 = mass.iter().zip(delta).map(|(m, d)| m * d).sum();
            sum += log(delta[self.interval[i]]) + normal::log_density((self.yi[i] - mean) / s)
                - log(s)
                - log(published);
        }
        sum
    }

    /// Derivatives of each interval's probability by the mean and by the total variance.
    fn slopes(&self, m: f64, s: f64, e: f64, out: &mut [(f64, f64)]) {
        // Of the mass beyond a cut: φ(u)/s by the mean and φ(u) u / (2 s²) by the variance, from each tail that counts.
        let tail = |cut: f64, sign: f64| {
            let u = (cut * e - sign * m) / s;
            let density = normal::density(u) / s;
            (sign * density, density * u / (2.0 * s))
        };
        let beyond = |cut: f64| match self.alternative {
            Alternative::Greater => tail(cut, 1.0),
            Alternative::Less => tail(cut, -1.0),
            Alternative::TwoSided => {
                let (upper, lower) = (tail(cut, 1.0), tail(cut, -1.0));
                (upper.0 + lower.0, upper.1 + lower.1)
            }
        };
        let mut before = (0.0, 0.0);
        for (n, &cut) in self.cuts.iter().enumerate() {
            let mass = beyond(cut);
            out[n] = (mass.0 - before.0, mass.1 - before.1);
            before = mass;
        }
        out[self.cuts.len()] = (-before.0, -before.1);
    }

    /// Minus the log-likelihood and its gradient by coefficients, τ, and logits of δ / 100 (the first δ is held at 1).
    fn searched(&self, at: &[f64]) -> Option<(f64, Vec<f64>)> {
        let p = self.x.columns();
        let (beta, tau2, delta) = natural(at, p);
        let mut out = vec![0.0; at.len()];
        let mut mass = vec![0.0; self.deltas()];
        let mut slope = vec![(0.0, 0.0); self.deltas()];
        for i in 0..self.yi.len() {
            let mean: f64 = self.x.row(i).iter().zip(&beta).map(|(x, b)| x * b).sum();
            let variance = self.vi[i] + tau2;
            let (s, e) = (sqrt(variance), sqrt(self.vi[i]));
            self.probabilities(mean, s, e, &mut mass);
            self.slopes(mean, s, e, &mut slope);
            let published: f64 = mass.iter().zip(&delta).map(|(m, d)| m * d).sum();
            let by_mean: f64 = slope.iter().zip(&delta).map(|(s, d)| s.0 * d).sum();
            let by_variance: f64 = slope.iter().zip(&delta).map(|(s, d)| s.1 * d).sum();
            let residual = self.yi[i] - mean;
            let score = residual / variance - by_mean / published;
            for (sum, x) in out.iter_mut().zip(self.x.row(i)) {
                *sum -= score * x;
            }
            let spread = 0.5 * (residual * residual / variance - 1.0) / variance;
            out[p] -= 2.0 * at[p] * (spread - by_variance / published);
            for n in 1..delta.len() {
                let own = f64::from(u8::from(self.interval[i] == n)) / delta[n];
                let chain = delta[n] * (1.0 - delta[n] / DELTA_MAX);
                out[p + n] -= chain * (own - mass[n] / published);
            }
        }
        let value = -self.log_likelihood(&beta, tau2, &delta);
        (value.is_finite() && out.iter().all(|g| g.is_finite())).then_some((value, out))
    }
}

/// Coefficients, τ² and δ from the free parameters.
fn natural(at: &[f64], p: usize) -> (Vec<f64>, f64, Vec<f64>) {
    let mut delta = vec![1.0];
    delta.extend(at[p + 1..].iter().map(|z| DELTA_MAX / (1.0 + exp(-z))));
    (at[..p].to_vec(), cut(at[p] * at[p]), delta)
}

/// A variance below rounding counts as 0.
fn cut(tau2: f64) -> f64 {
    if tau2 < 10.0 * f64::EPSILON {
        0.0
    } else {
        tau2
    }
}

/// One-sided or two-sided p value of a study.
fn p_value(z: f64, alternative: Alternative) -> f64 {
    match alternative {
        Alternative::Greater => normal::sf(z),
        Alternative::Less => normal::cdf(z),
        Alternative::TwoSided => normal::two_sided(z),
    }
}

/// Inverse of a Hessian; `None` unless it is positive definite with finite entries.
fn invert(h: &Matrix) -> Option<Matrix> {
    let inverse = h.cholesky()?.inverse();
    inverse
        .diagonal()
        .iter()
        .all(|v| v.is_finite())
        .then_some(inverse)
}

fn refuse(code: &'static str, title: &str) -> Problem {
    Problem::error(code, title).help("choose other cuts, or another test for small-study effects")
}

/// Sorted cuts with 1 at the end.
fn tidy(steps: &[f64]) -> Result<Vec<f64>, Problem> {
    let mut cuts = steps.to_vec();
    if cuts.iter().any(|c| !(*c > 0.0 && *c <= 1.0)) {
        return Err(refuse(
            "pool::steps",
            "cuts of p values must be above 0 and at most 1",
        ));
    }
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    if cuts.last() != Some(&1.0) {
        cuts.push(1.0);
    }
    if cuts.len() < 2 {
        return Err(refuse(
            "pool::steps",
            "a selection model needs a cut below 1",
        ));
    }
    Ok(cuts)
}

/// The model without selection, by maximum likelihood: coefficients, τ², log-likelihood.
fn without_selection(yi: &[f64], vi: &[f64], x: &Matrix) -> Result<(Vec<f64>, f64, f64), Problem> {
    let random = Random {
        intercepts: vec![(0..yi.len()).collect()],
        structured: None,
    };
    let fit = multilevel::fit(&Model {
        y: yi,
        x,
        sampling: &Sampling::independent(vi),
        random: &random,
        criterion: Criterion::Ml,
    })?;
    Ok((fit.beta, fit.sigma2[0], fit.log_likelihood))
}

/// Fits a step-function selection model to effects `yi` with variances `vi`; `steps` are cuts of the p value.
///
/// # Errors
/// When cuts are outside 0 to 1, an interval after the first holds no study, or the design does not fit the data.
pub fn fit(
    yi: &[f64],
    vi: &[f64],
    x: &Matrix,
    steps: &[f64],
    alternative: Alternative,
) -> Result<Selection, Problem> {
    let steps = tidy(steps)?;
    let interval: Vec<usize> = yi
        .iter()
        .zip(vi)
        .map(|(y, v)| {
            let p = p_value(y / sqrt(*v), alternative);
            steps
                .iter()
                .position(|cut| p <= *cut)
                .unwrap_or(steps.len() - 1)
        })
        .collect();
    let counts: Vec<usize> = (0..steps.len())
        .map(|n| interval.iter().filter(|&&i| i == n).count())
        .collect();
    if counts[1..].contains(&0) {
        return Err(refuse(
            "pool::empty-interval",
            "an interval of p values holds no study, so its probability of publication cannot be estimated",
        ));
    }
    let half = if alternative == Alternative::TwoSided {
        0.5
    } else {
        1.0
    };
    let model = Steps {
        yi,
        vi,
        x,
        interval,
        cuts: steps[..steps.len() - 1]
            .iter()
            .map(|p| normal::quantile_sf(half * p))
            .collect(),
        alternative,
    };
    let (beta0, tau0, ll0) = without_selection(yi, vi, x)?;
    let p = x.columns();
    if yi.len() < p + model.deltas() {
        return Err(refuse(
            "pool::too-few-effects",
            "there are fewer studies than parameters of the selection model",
        ));
    }
    // The search runs where standard errors are of order 1; the model does not depend on the unit.
    let unit = sqrt(exp(
        vi.iter().map(|v| log(*v)).sum::<f64>() / vi.len() as f64
    ));
    let (y1, v1): (Vec<f64>, Vec<f64>) = yi
        .iter()
        .zip(vi)
        .map(|(y, v)| (y / unit, v / (unit * unit)))
        .unzip();
    let scaled = Steps {
        yi: &y1,
        vi: &v1,
        interval: model.interval.clone(),
        cuts: model.cuts.clone(),
        ..model
    };
    let mut start: Vec<f64> = beta0.iter().map(|b| b / unit).collect();
    start.push(sqrt(tau0 / (unit * unit) + 1e-3));
    start.extend(vec![log(1.0 / (DELTA_MAX - 1.0)); model.deltas() - 1]);
    let mut ended = minimise(|at| scaled.searched(at), &start, Search::exact(TOLERANCE))
        .ok_or_else(|| {
            refuse(
                "pool::likelihood",
                "the likelihood is not finite at its start",
            )
        })?;
    let mut still = start.clone();
    still[p] = sqrt(tau0) / unit;
    let gain = scaled
        .searched(&still)
        .map_or(f64::INFINITY, |(value, _)| value - ended.value);
    if gain <= SILENT * (1.0 + ended.value.abs()) {
        // Where the data do not speak about selection, none is claimed.
        ended.at = still;
    }
    ended.at[..=p].iter_mut().for_each(|b| *b *= unit);
    Ok(summarise(&model, &ended, ll0, counts))
}

fn summarise(model: &Steps<'_>, ended: &Minimum, ll0: f64, counts: Vec<usize>) -> Selection {
    let p = model.x.columns();
    let (beta, tau2, delta) = natural(&ended.at, p);
    let mut natural = beta.clone();
    natural.push(tau2);
    natural.extend(&delta[1..]);
    let curvature = hessian(
        |at| {
            let mut delta = vec![1.0];
            delta.extend(&at[p + 1..]);
            -model.log_likelihood(&at[..p], cut(at[p]), &delta)
        },
        &natural,
        HALVINGS,
    );
    let errors =
        invert(&curvature).map(|v| v.diagonal().iter().map(|d| sqrt(*d)).collect::<Vec<f64>>());
    let log_likelihood = model.log_likelihood(&beta, tau2, &delta);
    let statistic = (2.0 * (log_likelihood - ll0)).max(0.0);
    Selection {
        se: errors.as_ref().map(|e| e[..p].to_vec()),
        se_tau2: errors.as_ref().map(|e| e[p]),
        se_delta: errors.as_ref().map(|e| e[p + 1..].to_vec()),
        beta,
        tau2,
        log_likelihood,
        test: (statistic, chi2::sf(statistic, (delta.len() - 1) as f64)),
        delta,
        counts,
        converged: ended.converged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YI: [f64; 8] = [0.5, 0.4, 0.1, 0.6, -0.1, 0.3, 0.8, 0.05];
    const VI: [f64; 8] = [0.03, 0.02, 0.05, 0.04, 0.06, 0.03, 0.05, 0.02];

    #[test]
    fn flipping_signs_and_direction_flips_the_effect() {
        let x = Matrix::from_fn(8, 1, |_, _| 1.0);
        let one = fit(&YI, &VI, &x, &[0.025, 1.0], Alternative::Greater).unwrap();
        let two = fit(&YI.map(|y| -y), &VI, &x, &[0.025], Alternative::Less).unwrap();
        assert!((one.beta[0] + two.beta[0]).abs() < 1e-7);
        assert!((one.delta[1] - two.delta[1]).abs() < 1e-6);
        assert!(one.log_likelihood >= 0.0 || one.test.0 >= 0.0);
    }

    #[test]
    fn an_interval_without_studies_is_refused() {
        let x = Matrix::from_fn(8, 1, |_, _| 1.0);
        let large = YI.map(|y| y + 5.0);
        let problem = fit(&large, &VI, &x, &[0.025], Alternative::Greater).unwrap_err();
        assert_eq!(problem.code, "pool::empty-interval");
    }
}
