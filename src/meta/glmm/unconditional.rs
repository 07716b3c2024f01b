//! Unconditional models of two arms: study effects fixed, or random beside the effect.

use super::arm::{Arm, highest, integrate, laplace};
use super::{Parts, TOLERANCE, best, failed, first_variance, own_effect, weighted_spread};
use crate::meta::newton::minimise_value;
use crate::meta::numeric_hessian::hessian;
use crate::problem::Problem;
use crate::stats::matrix::{Matrix, dot};
use libm::sqrt;

/// Half-width of the search for a study's own effect around its start; an effect at the limit has no information.
const REACH: f64 = 25.0;

/// Log-likelihood of a study with baseline `g`, effect `θ`, and `±τ/2` times a standard normal effect, with the conditional mode.
fn with_baseline(
    arms: &[Arm; 2],
    g: f64,
    theta: f64,
    tau: f64,
    nodes: &[(f64, f64)],
) -> (f64, f64) {
    let half = 0.5 * tau;
    integrate(
        &|u: f64| {
            let (v1, s1, b1) = arms[0].at(g + theta + half * u);
            let (v2, s2, b2) = arms[1].at(g - half * u);
            (v1 + v2, half * (s1 - s2), half * half * (b1 + b2))
        },
        nodes,
    )
}

/// The model with a fixed effect of every study, maximised over these at each effect and τ.
pub(super) fn fixed_studies(studies: &[[Arm; 2]], nodes: &[(f64, f64)]) -> Result<Parts, Problem> {
    let baseline = |arms: &[Arm; 2], theta: f64, tau: f64| {
        let middle = 0.5 * (arms[1].start() + arms[0].start() - theta);
        highest(
            |g| with_baseline(arms, g, theta, tau, nodes).0,
            middle,
            REACH,
        )
    };
    let minus = |at: &[f64]| -> f64 {
        -studies
            .iter()
            .map(|arms| baseline(arms, at[0], at[1]).1)
            .sum::<f64>()
    };
    let start = weighted_start(studies);
    let common =
        minimise_value(|at| minus(&[at[0], 0.0]), &[start], TOLERANCE).ok_or_else(failed)?;
    let found = best(minus, &[vec![common.at[0], 0.5], vec![common.at[0], 0.1]])?;
    let (theta, tau) = (found.at[0], found.at[1]);
    let log_likelihood = studies
        .iter()
        .map(|arms| {
            let g = baseline(arms, theta, tau).0;
            let u = with_baseline(arms, g, theta, tau, nodes).1;
            arms[0].at(g + theta + 0.5 * tau * u).0 + arms[1].at(g - 0.5 * tau * u).0
        })
        .sum();
    Ok(Parts {
        beta: theta,
        se: sqrt(first_variance(minus, &found.at)?),
        tau2: tau * tau,
        log_likelihood,
        common: -common.value,
        saturated: studies.iter().flatten().map(Arm::saturated).sum(),
        wald: weighted_spread(studies.iter().map(own_effect)),
        converged: found.converged,
    })
}

/// A crude common effect to start from.
fn weighted_start(studies: &[[Arm; 2]]) -> f64 {
    studies
        .iter()
        .map(|arms| arms[0].start() - arms[1].start())
        .sum::<f64>()
        / studies.len() as f64
}

/// Log-likelihood of a study with random baseline `c + σ u` and effect `θ`, `±τ/2` times another normal effect.
fn with_random_baseline(arms: &[Arm; 2], theta: f64, c: f64, sigma: f64, tau: f64) -> f64 {
    laplace(
        arms,
        [c + theta, c],
        [[sigma, 0.5 * tau], [sigma, -0.5 * tau]],
    )
}

/// The model with a random effect of every study.
pub(super) fn random_studies(studies: &[[Arm; 2]]) -> Result<Parts, Problem> {
    let minus = |at: &[f64]| -> f64 {
        -studies
            .iter()
            .map(|arms| with_random_baseline(arms, at[0], at[1], at[2], at[3]))
            .sum::<f64>()
    };
    let base = studies.iter().map(|arms| arms[1].start()).sum::<f64>() / studies.len() as f64;
    let start = [weighted_start(studies), base, 0.7];
    let common = minimise_value(|at| minus(&[at[0], at[1], at[2], 0.0]), &start, TOLERANCE)
        .ok_or_else(failed)?;
    let with = |tau: f64| {
        let mut at = common.at.clone();
        at.push(tau);
        at
    };
    let found = best(minus, &[with(0.5), with(0.1)])?;
    let (saturated, wald) = own_effects(studies, &common.at)?;
    Ok(Parts {
        beta: found.at[0],
        se: sqrt(first_variance(minus, &found.at)?),
        tau2: found.at[3] * found.at[3],
        log_likelihood: -found.value,
        common: -common.value,
        saturated,
        wald,
        converged: found.converged,
    })
}

/// The model with an own effect for every study: its log-likelihood, and the Wald test that these are equal.
fn own_effects(studies: &[[Arm; 2]], common: &[f64]) -> Result<(f64, f64), Problem> {
    let value = |arms: &[Arm; 2], theta: f64, c: f64, sigma: f64| {
        with_random_baseline(arms, theta, c, sigma, 0.0)
    };
    let own = |arms: &[Arm; 2], c: f64, sigma: f64| {
        let centre = arms[0].start() - arms[1].start();
        highest(|theta| value(arms, theta, c, sigma), centre, REACH)
    };
    let minus = |at: &[f64]| -> f64 {
        -studies
            .iter()
            .map(|arms| own(arms, at[0], at[1]).1)
            .sum::<f64>()
    };
    let found = minimise_value(minus, &common[1..3], TOLERANCE).ok_or_else(failed)?;
    let (c, sigma) = (found.at[0], found.at[1]);
    let thetas: Vec<f64> = studies.iter().map(|arms| own(arms, c, sigma).0).collect();
    // Information on the effects given baseline and σ: an arrow, reduced by the shared corner.
    let mut corner = Matrix::zeros(2, 2);
    let mut arrows = Vec::new();
    for (arms, &theta) in studies.iter().zip(&thetas) {
        let h = hessian(
            |at| -value(arms, at[0], at[1], at[2]),
            &[theta, c, sigma],
            4,
        );
        corner = corner.plus(&Matrix::from_fn(2, 2, |i, j| h[(i + 1, j + 1)]));
        arrows.push((h[(0, 0)], [h[(0, 1)], h[(0, 2)]]));
    }
    let kept: Vec<usize> = (0..studies.len()).filter(|&i| arrows[i].0 > 1e-6).collect();
    let inverse = corner.cholesky().ok_or_else(failed)?.inverse();
    let n = kept.len();
    let weight = Matrix::from_fn(n, n, |i, j| {
        let (a, b) = (&arrows[kept[i]], &arrows[kept[j]]);
        let shared = dot(&a.1, &inverse.times_vector(&b.1));
        if i == j { a.0 - shared } else { -shared }
    });
    let y: Vec<f64> = kept.iter().map(|&i| thetas[i]).collect();
    let ones = vec![1.0; n];
    let wy = weight.times_vector(&y);
    let total = dot(&ones, &weight.times_vector(&ones));
    let sum = dot(&ones, &wy);
    Ok((-found.value, dot(&y, &wy) - sum * sum / total))
}
