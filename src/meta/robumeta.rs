//! Robust variance estimation with approximate weights for correlated or hierarchical effects.
//!
//! Sources: Hedges, Tipton & Johnson, Res Synth Methods 2010;1:39 (weights, τ², ω²); Tipton, Psychol Methods 2015;20:375 (small samples).

use super::orthonormal::orthonormalise;
use super::robust::{Cluster, Correction, Robust, group, robust};
use crate::problem::Problem;
use crate::stats::matrix::Matrix;
use libm::sqrt;

/// Why effects of one study depend on each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dependence {
    /// The same people measured several times: effects correlate by `rho` within a study.
    Correlated {
        /// Assumed correlation, 0 to 1.
        rho: f64,
    },
    /// Several samples in one study or laboratory.
    Hierarchical,
}

/// The fit.
#[derive(Clone, Debug)]
pub struct Robu {
    /// Coefficients and robust covariance; its `df` are Satterthwaite's.
    pub robust: Robust,
    /// Degrees of freedom used: Satterthwaite's, or studies minus coefficients without small-sample correction.
    pub df: Vec<f64>,
    /// Variance between studies.
    pub tau2: f64,
    /// Variance within studies, for hierarchical effects.
    pub omega2: Option<f64>,
    /// I² in percent, for correlated effects.
    pub i2: Option<f64>,
}

/// A study's design in orthonormal columns, residuals aside.
struct Study {
    rows: Vec<usize>,
    x: Matrix,
}

/// `Xᵀ A Y` for diagonal `A`.
fn weighted(x: &Matrix, a: &[f64], y: &Matrix) -> Matrix {
    Matrix::from_fn(x.columns(), y.columns(), |i, j| {
        (0..x.rows()).map(|r| x[(r, i)] * a[r] * y[(r, j)]).sum()
    })
}

/// `Xᵀ a` for a vector.
fn total(x: &Matrix, a: &[f64]) -> Vec<f64> {
    (0..x.columns())
        .map(|i| (0..x.rows()).map(|r| x[(r, i)] * a[r]).sum())
        .collect()
}

fn outer(a: &[f64], b: &[f64]) -> Matrix {
    Matrix::from_fn(a.len(), b.len(), |i, j| a[i] * b[j])
}

fn pick(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| values[row]).collect()
}

fn sum(parts: impl Iterator<Item = Matrix>, p: usize) -> Matrix {
    parts.fold(Matrix::zeros(p, p), |sum, part| sum.plus(&part))
}

/// Inverse information and residuals of the first, preliminary fit.
fn preliminary(
    y: &[f64],
    studies: &[Study],
    weights: &[f64],
    p: usize,
) -> Result<(Matrix, Vec<f64>), Problem> {
    let information = sum(
        studies
            .iter()
            .map(|s| weighted(&s.x, &pick(weights, &s.rows), &s.x)),
        p,
    );
    let inverse = information
        .cholesky()
        .ok_or_else(|| Problem::error("pool::collinear", "the weighted design is singular"))?
        .inverse();
    let mut score = vec![0.0; p];
    for study in studies {
        let wy: Vec<f64> = study.rows.iter().map(|&r| weights[r] * y[r]).collect();
        for (s, part) in score.iter_mut().zip(total(&study.x, &wy)) {
            *s += part;
        }
    }
    let b = inverse.times_vector(&score);
    let mut residual = y.to_vec();
    for study in studies {
        for (&row, fitted) in study.rows.iter().zip(study.x.times_vector(&b)) {
            residual[row] -= fitted;
        }
    }
    Ok((inverse, residual))
}

/// Method-of-moments τ² for correlated effects (Hedges 2010, equation 15), with I². The model takes the variances of a study as
/// equal, so `vi` holds each study's mean.
fn correlated(
    studies: &[Study],
    vi: &[f64],
    weights: &[f64],
    inverse: &Matrix,
    residual: &[f64],
    rho: f64,
) -> (f64, f64) {
    let p = inverse.rows();
    let q: f64 = residual.iter().zip(weights).map(|(e, w)| w * e * e).sum();
    let n = studies.len() as f64;
    let trace = |m: &Matrix| inverse.times(m).trace();
    let wjw = sum(
        studies.iter().map(|s| {
            let t = total(&s.x, &pick(weights, &s.rows));
            outer(&t, &t)
        }),
        p,
    );
    let wvw = sum(
        studies.iter().map(|s| {
            let a: Vec<f64> = s
                .rows
                .iter()
                .map(|&r| weights[r] * weights[r] * vi[r])
                .collect();
            weighted(&s.x, &a, &s.x)
        }),
        p,
    );
    let wsw = sum(
        studies.iter().map(|s| {
            let a: Vec<f64> = s.rows.iter().map(|&r| weights[r] * sqrt(vi[r])).collect();
            let t = total(&s.x, &a);
            outer(&t, &t)
        }),
        p,
    );
    let total_weight: f64 = weights.iter().sum();
    let denominator = total_weight - trace(&wjw);
    let own = trace(&wvw);
    let between = trace(&wsw) - own;
    let tau2 = ((q - n + own + rho * between) / denominator).max(0.0);
    let df = n - own - rho * between;
    (tau2, (100.0 * (q - df) / q).max(0.0))
}

/// Method-of-moments τ² and ω² for hierarchical effects (Hedges 2010, appendix).
fn hierarchical(
    studies: &[Study],
    vi: &[f64],
    weights: &[f64],
    inverse: &Matrix,
    residual: &[f64],
) -> (f64, f64) {
    let p = inverse.rows();
    let trace = |m: &Matrix| inverse.times(m).trace();
    let ones = |s: &Study| total(&s.x, &vec![1.0; s.rows.len()]);
    let mass = |s: &Study| total(&s.x, &pick(weights, &s.rows));
    let size = |s: &Study| s.rows.len() as f64;
    let xjx = sum(studies.iter().map(|s| outer(&ones(s), &ones(s))), p);
    let xwjx = sum(studies.iter().map(|s| outer(&mass(s), &ones(s))), p);
    // JJ = k J within a study of k effects.
    let xwjjx = sum(
        studies
            .iter()
            .map(|s| outer(&mass(s), &ones(s)).scaled(size(s))),
        p,
    );
    let xwjwx = sum(studies.iter().map(|s| outer(&mass(s), &mass(s))), p);
    let xwwx = sum(
        studies.iter().map(|s| {
            let a: Vec<f64> = s.rows.iter().map(|&r| weights[r] * weights[r]).collect();
            weighted(&s.x, &a, &s.x)
        }),
        p,
    );
    let total_weight: f64 = weights.iter().sum();
    let count: f64 = studies.iter().map(size).sum();
    let squares: f64 = studies.iter().map(|s| size(s) * size(s)).sum();
    let q1: f64 = residual.iter().zip(weights).map(|(e, w)| w * e * e).sum();
    let qa: f64 = studies
        .iter()
        .map(|s| {
            let e: f64 = pick(residual, &s.rows).iter().sum();
            e * e
        })
        .sum();
    let spread = inverse.times(&xjx).times(inverse);
    let a1 = squares - 2.0 * trace(&xwjjx) + spread.times(&xwjwx).trace();
    let b1 = count - 2.0 * trace(&xwjx) + spread.times(&xwwx).trace();
    let c1 = vi.iter().sum::<f64>() - trace(&xjx);
    let a2 = total_weight - trace(&xwjwx);
    let b2 = total_weight - trace(&xwwx);
    let c2 = count - p as f64;
    let omega2 = (((qa - c1) * a2 - (q1 - c2) * a1) / (b1 * a2 - b2 * a1)).max(0.0);
    let tau2 = ((q1 - c2) / a2 - omega2 * (b2 / a2)).max(0.0);
    (tau2, omega2)
}

/// Fits the model to effects `y` with variances `vi` of the studies `labels`.
///
/// `small` asks for the CR2 correction and Satterthwaite degrees of freedom.
///
/// # Errors
/// When the design is collinear, a variance is not above 0, or there are too few studies.
pub fn fit<T: Ord>(
    y: &[f64],
    vi: &[f64],
    x: &Matrix,
    labels: &[T],
    dependence: Dependence,
    small: bool,
) -> Result<Robu, Problem> {
    let basis = orthonormalise(x)?;
    let p = x.columns();
    let studies: Vec<Study> = group(labels)
        .into_iter()
        .map(|rows| Study {
            x: basis.q.select_rows(&rows),
            rows,
        })
        .collect();
    let mut mean = vi.to_vec();
    let mut size = vec![1.0; y.len()];
    for study in &studies {
        let k = study.rows.len() as f64;
        let average = pick(vi, &study.rows).iter().sum::<f64>() / k;
        for &row in &study.rows {
            (mean[row], size[row]) = (average, k);
        }
    }
    let weights: Vec<f64> = match dependence {
        Dependence::Correlated { .. } => {
            mean.iter().zip(&size).map(|(v, k)| 1.0 / (k * v)).collect()
        }
        Dependence::Hierarchical => vi.iter().map(|v| 1.0 / v).collect(),
    };
    let (inverse, residual) = preliminary(y, &studies, &weights, p)?;
    let (tau2, omega2, i2, variance): (f64, _, _, Vec<f64>) = match dependence {
        Dependence::Correlated { rho } => {
            let (tau2, i2) = correlated(&studies, &mean, &weights, &inverse, &residual, rho);
            let variance = mean
                .iter()
                .zip(&size)
                .map(|(v, k)| k * (v + tau2))
                .collect();
            (tau2, None, Some(i2), variance)
        }
        Dependence::Hierarchical => {
            let (tau2, omega2) = hierarchical(&studies, vi, &weights, &inverse, &residual);
            let variance = vi.iter().map(|v| v + tau2 + omega2).collect();
            (tau2, Some(omega2), None, variance)
        }
    };
    let clusters: Vec<Cluster> = super::robust::independent(labels, &variance);
    let correction = if small {
        Correction::Cr2
    } else {
        Correction::Cr1p
    };
    let robust = robust(y, x, &clusters, correction)?;
    let df = if small {
        robust.df.clone()
    } else {
        vec![studies.len() as f64 - p as f64; p]
    };
    Ok(Robu {
        robust,
        df,
        tau2,
        omega2,
        i2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_the_effects_scales_the_fit() {
        let y = [0.2, 0.5, -0.1, 0.4, 0.9, 0.3, 0.0];
        let v = [0.04, 0.05, 0.03, 0.08, 0.06, 0.05, 0.02];
        let labels = [1, 1, 2, 3, 3, 4, 5];
        let x = Matrix::from_fn(7, 1, |_, _| 1.0);
        let y2 = y.map(|e| 3.0 * e);
        let v2 = v.map(|e| 9.0 * e);
        for dependence in [
            Dependence::Correlated { rho: 0.8 },
            Dependence::Hierarchical,
        ] {
            let one = fit(&y, &v, &x, &labels, dependence, true).unwrap();
            let two = fit(&y2, &v2, &x, &labels, dependence, true).unwrap();
            assert!((two.tau2 - 9.0 * one.tau2).abs() < 1e-12);
            assert!((two.robust.beta[0] - 3.0 * one.robust.beta[0]).abs() < 1e-12);
            assert!((one.df[0] - two.df[0]).abs() < 1e-9);
        }
    }
}
