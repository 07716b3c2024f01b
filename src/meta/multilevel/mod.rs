//! Multilevel and multivariate models: effects that share studies, districts, outcomes or people.
//!
//! `y = Xβ + Σ Z u + e` with sampling covariance `V`, random intercepts nested or crossed, and at most one term whose effects are
//! correlated within outer units. Sources: Raudenbush & Bryk 1985; Konstantopoulos, Res Synth Methods 2011;2:61; Berkey et al., Stat
//! Med 1998;17:2537; Viechtbauer, J Stat Softw 2010;36(3) for the likelihood's constants.

mod likelihood;
mod profile;
mod random;

pub use likelihood::Criterion;
pub use profile::{VarianceInterval, variance_intervals};
pub use random::{Random, Structure, Structured};

use super::newton::{Minimum, Search, minimise};
use super::orthonormal::{Orthonormal, orthonormalise};
use super::robust::Cluster;
use super::sampling::Sampling;
use crate::problem::Problem;
use crate::stats::matrix::Matrix;
use libm::{log, sqrt};
use likelihood::Likelihood;
use std::f64::consts::PI;

/// Relative decrease of the likelihood that ends a search.
const TOLERANCE: f64 = 1e-15;

/// What is fitted.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    /// Effects.
    pub y: &'a [f64],
    /// Design, one row an effect.
    pub x: &'a Matrix,
    /// Sampling variances and covariances.
    pub sampling: &'a Sampling,
    /// Random effects.
    pub random: &'a Random,
    /// Which likelihood is maximised.
    pub criterion: Criterion,
}

/// The fitted model.
#[derive(Clone, Debug)]
pub struct Multilevel {
    /// Coefficients.
    pub beta: Vec<f64>,
    /// Their covariance.
    pub vcov: Matrix,
    /// Variance of each random intercept.
    pub sigma2: Vec<f64>,
    /// Covariance of the structured term.
    pub g: Option<Matrix>,
    /// Variances of the structured term: one, or one a level.
    pub tau2: Vec<f64>,
    /// Correlations of the structured term: one, or by pair (1,2), (1,3), (2,3) …
    pub rho: Vec<f64>,
    /// Log-likelihood with all its constants.
    pub log_likelihood: f64,
    /// −2 times the log-likelihood relative to the saturated model (ML), or alone (REML).
    pub deviance: f64,
    /// Residual heterogeneity without random effects.
    pub qe: f64,
    /// Free parameters: coefficients, variances and correlations.
    pub parameters: usize,
    /// Whether the search ended at a stationary point.
    pub converged: bool,
}

/// A model on a scale where effects and variances are of order 1.
struct Scaled<'a> {
    basis: Orthonormal,
    y: Vec<f64>,
    sampling: Sampling,
    random: &'a Random,
    criterion: Criterion,
    unit: f64,
}

impl<'a> Scaled<'a> {
    fn new(model: &Model<'a>) -> Result<Self, Problem> {
        check(model)?;
        let basis = orthonormalise(model.x)?;
        let k = model.y.len() as f64;
        let mean = model.y.iter().sum::<f64>() / k;
        let spread = model.y.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / k;
        let typical = model.sampling.variance.iter().map(|v| log(*v)).sum::<f64>() / k;
        let unit = sqrt(spread.max(libm::exp(typical)));
        let square = unit * unit;
        Ok(Self {
            basis,
            y: model.y.iter().map(|y| y / unit).collect(),
            sampling: Sampling {
                variance: model.sampling.variance.iter().map(|v| v / square).collect(),
                covariance: model
                    .sampling
                    .covariance
                    .iter()
                    .map(|&(i, j, v)| (i, j, v / square))
                    .collect(),
            },
            random: model.random,
            criterion: model.criterion,
            unit,
        })
    }

    fn likelihood(&self) -> Likelihood<'_> {
        Likelihood::new(
            &self.y,
            &self.basis.q,
            &self.sampling,
            self.random,
            self.criterion,
        )
    }

    /// Starts of the search: total variances from small to large, shared among the terms.
    fn starts(&self) -> Vec<Vec<f64>> {
        let terms = self.random.intercepts.len() + usize::from(self.random.structured.is_some());
        [0.5, 0.05, 2.0]
            .iter()
            .map(|total| {
                let share = total / terms.max(1) as f64;
                let mut start = vec![sqrt(share); self.random.intercepts.len()];
                if let Some(term) = &self.random.structured {
                    start.extend(term.structure.start(term.levels, share));
                }
                start
            })
            .collect()
    }
}

fn check(model: &Model<'_>) -> Result<(), Problem> {
    let k = model.y.len();
    if k <= model.x.columns() {
        return Err(Problem::error(
            "pool::too-few-effects",
            format!("{k} effects do not fit {} coefficients", model.x.columns()),
        )
        .help("use fewer moderators"));
    }
    if let Some(row) = model
        .sampling
        .variance
        .iter()
        .position(|v| !(*v > 0.0 && v.is_finite()))
    {
        return Err(Problem::error(
            "pool::variance",
            format!("the sampling variance of effect {} is not above 0", row + 1),
        ));
    }
    Ok(())
}

/// The best minimum of all starts; ties within rounding go to the first.
fn search(likelihood: &Likelihood<'_>, starts: &[Vec<f64>]) -> Result<Minimum, Problem> {
    let mut best: Option<Minimum> = None;
    for start in starts {
        if let Some(found) = minimise(
            |free| likelihood.gradient(free),
            start,
            Search::exact(TOLERANCE),
        ) {
            let better = best
                .as_ref()
                .is_none_or(|b| found.value < b.value - 1e-9 * (1.0 + b.value.abs()));
            if better {
                best = Some(found);
            }
        }
        if start.is_empty() {
            break;
        }
    }
    best.ok_or_else(|| {
        Problem::error(
            "pool::not-positive-definite",
            "the sampling covariance of the effects is not positive definite",
        )
        .help("check the sampling variances and the assumed correlation")
    })
}

/// Variances and correlations of a structured covariance, as they are reported.
fn parts(term: &Structured, g: &Matrix) -> (Vec<f64>, Vec<f64>) {
    let m = term.levels;
    let correlation = |i: usize, j: usize| {
        let scale = sqrt(g[(i, i)] * g[(j, j)]);
        if scale > 0.0 { g[(i, j)] / scale } else { 0.0 }
    };
    let tau2 = match term.structure {
        Structure::Cs | Structure::Id => vec![g[(0, 0)]],
        _ => g.diagonal(),
    };
    let rho = match term.structure {
        Structure::Cs | Structure::Hcs if m > 1 => vec![correlation(0, 1)],
        Structure::Un => (0..m)
            .flat_map(|j| (0..j).map(move |i| (i, j)))
            .map(|(i, j)| correlation(i, j))
            .collect(),
        _ => Vec::new(),
    };
    (tau2, rho)
}

/// Fits the model.
///
/// # Errors
/// When the design is collinear, there are no more effects than coefficients, a variance is not above 0, or the sampling covariance
/// is not positive definite.
pub fn fit(model: &Model<'_>) -> Result<Multilevel, Problem> {
    let scaled = Scaled::new(model)?;
    let likelihood = scaled.likelihood();
    let found = search(&likelihood, &scaled.starts())?;
    let (sigma2, g) = likelihood.unpack(&found.at);
    let g = g.map(|(g, _)| g);
    let at = likelihood.at(&sigma2, g.as_ref())?;
    let none: Vec<f64> = vec![0.0; sigma2.len()];
    let fixed = likelihood.at(&none, None)?;
    let square = scaled.unit * scaled.unit;
    let (k, p) = (model.y.len() as f64, model.x.columns() as f64);
    let log_marginal = at.log_determinant + k * log(square);
    let log_likelihood = match model.criterion {
        Criterion::Ml => -0.5 * (k * log(2.0 * PI) + log_marginal + at.rss),
        Criterion::Reml => {
            let information = at.log_information - p * log(square);
            -0.5 * ((k - p) * log(2.0 * PI) + log_marginal + information + at.rss)
        }
    };
    let saturated = match model.criterion {
        Criterion::Ml => -0.5 * (k * log(2.0 * PI) + fixed.log_determinant + k * log(square)),
        Criterion::Reml => 0.0,
    };
    let g = g.map(|g| g.scaled(square));
    let (tau2, rho) = match (&model.random.structured, &g) {
        (Some(term), Some(g)) => parts(term, g),
        _ => (Vec::new(), Vec::new()),
    };
    let beta: Vec<f64> = at.beta.iter().map(|b| b * scaled.unit).collect();
    Ok(Multilevel {
        beta: scaled.basis.coefficients(&beta),
        vcov: scaled.basis.covariance(&at.covariance.scaled(square)),
        sigma2: sigma2.iter().map(|s| s * square).collect(),
        g,
        tau2,
        rho,
        log_likelihood,
        deviance: -2.0 * (log_likelihood - saturated),
        qe: fixed.rss,
        parameters: model.x.columns() + model.random.parameters(),
        converged: found.converged,
    })
}

/// The fitted marginal covariance within clusters, for a robust variance.
///
/// # Errors
/// When effects of different clusters are dependent in the model.
pub fn clusters<T: Ord>(
    model: &Model<'_>,
    fit: &Multilevel,
    labels: &[T],
) -> Result<Vec<Cluster>, Problem> {
    let basis = Matrix::zeros(model.y.len(), 0);
    let likelihood = Likelihood::new(
        model.y,
        &basis,
        model.sampling,
        model.random,
        model.criterion,
    );
    let groups = super::robust::group(labels);
    let mut place = vec![(0, 0); labels.len()];
    for (n, rows) in groups.iter().enumerate() {
        for (at, &row) in rows.iter().enumerate() {
            place[row] = (n, at);
        }
    }
    let mut out: Vec<Cluster> = groups
        .into_iter()
        .map(|rows| Cluster {
            theta: Matrix::zeros(rows.len(), rows.len()),
            rows,
        })
        .collect();
    for block in &likelihood.blocks {
        let home = place[block.rows[0]].0;
        if block.rows.iter().any(|&row| place[row].0 != home) {
            return Err(Problem::error(
                "pool::cluster-too-fine",
                "effects of different clusters share a random effect or a sampling covariance",
            )
            .help("name the outermost grouping as the cluster"));
        }
        let m = likelihood.marginal(block, &fit.sigma2, fit.g.as_ref());
        for (i, &r) in block.rows.iter().enumerate() {
            for (j, &s) in block.rows.iter().enumerate() {
                out[home].theta[(place[r].1, place[s].1)] = m[(i, j)];
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const Y: [f64; 9] = [0.2, 0.35, -0.1, 0.4, 0.9, 0.6, 0.05, 0.3, 0.1];
    const V: [f64; 9] = [0.04, 0.05, 0.03, 0.02, 0.06, 0.05, 0.02, 0.04, 0.03];
    const STUDY: [usize; 9] = [0, 0, 1, 1, 2, 2, 2, 3, 3];

    fn fitted(y: &[f64], v: &[f64], study: &[usize], criterion: Criterion) -> Multilevel {
        let effect: Vec<usize> = (0..y.len()).collect();
        let random = Random {
            intercepts: Random::nested(&[study, &effect]),
            structured: None,
        };
        let sampling = Sampling::constant_correlation(v, study, &effect, 0.5).unwrap();
        let x = Matrix::from_fn(y.len(), 1, |_, _| 1.0);
        fit(&Model {
            y,
            x: &x,
            sampling: &sampling,
            random: &random,
            criterion,
        })
        .unwrap()
    }

    #[test]
    fn flipping_the_signs_flips_the_mean_and_keeps_the_variances() {
        for criterion in [Criterion::Ml, Criterion::Reml] {
            let one = fitted(&Y, &V, &STUDY, criterion);
            let two = fitted(&Y.map(|y| -y), &V, &STUDY, criterion);
            assert!(one.converged && two.converged);
            assert!((one.beta[0] + two.beta[0]).abs() < 1e-9);
            assert!((one.sigma2[0] - two.sigma2[0]).abs() < 1e-9);
        }
    }

    #[test]
    fn the_order_of_effects_does_not_matter() {
        let one = fitted(&Y, &V, &STUDY, Criterion::Reml);
        let back = |values: &[f64]| values.iter().rev().copied().collect::<Vec<_>>();
        let study: Vec<usize> = STUDY.iter().rev().copied().collect();
        let two = fitted(&back(&Y), &back(&V), &study, Criterion::Reml);
        assert!((one.beta[0] - two.beta[0]).abs() < 1e-8);
        assert!((one.sigma2[0] - two.sigma2[0]).abs() < 1e-7);
        assert!((one.log_likelihood - two.log_likelihood).abs() < 1e-9);
    }

    #[test]
    fn the_unit_of_the_effects_does_not_matter() {
        let one = fitted(&Y, &V, &STUDY, Criterion::Reml);
        let two = fitted(
            &Y.map(|y| y * 1e-6),
            &V.map(|v| v * 1e-12),
            &STUDY,
            Criterion::Reml,
        );
        assert!((two.beta[0] * 1e6 - one.beta[0]).abs() < 1e-9);
        assert!((two.sigma2[0] * 1e12 - one.sigma2[0]).abs() < 1e-9);
    }

    /// A thousand effects in 300 studies: the blocks keep this far below a second even without optimisation.
    #[test]
    fn a_large_model_converges() {
        let study: Vec<usize> = (0..1000).map(|i| i * 300 / 1000).collect();
        let wave = |i: usize, step: f64| libm::sin(i as f64 * step);
        let y: Vec<f64> = (0..1000)
            .map(|i| 0.3 + 0.3 * wave(study[i], 2.1) + 0.25 * wave(i, 1.7))
            .collect();
        let v: Vec<f64> = (0..1000).map(|i| 0.03 + 0.02 * wave(i, 0.9)).collect();
        let effect: Vec<usize> = (0..1000).collect();
        let random = Random {
            intercepts: Random::nested(&[study.as_slice(), &effect]),
            structured: None,
        };
        let x = Matrix::from_fn(1000, 1, |_, _| 1.0);
        let sampling = Sampling::independent(&v);
        let model = Model {
            y: &y,
            x: &x,
            sampling: &sampling,
            random: &random,
            criterion: Criterion::Reml,
        };
        let out = fit(&model).unwrap();
        assert!(out.converged);
        assert!(out.sigma2[0] > 0.0);
    }
}
