//! One mean of effects that depend on each other: the correlated and hierarchical effects model.
//!
//! Sampling errors of one study correlate by an assumed ρ; true effects vary between studies (τ²) and within them (ω²), both by REML.
//! The variance of the mean is made robust by CR2 with Satterthwaite's degrees of freedom, clustered by study, so that a wrong ρ
//! does not narrow the interval. Source: Pustejovsky & Tipton, Prev Sci 2022;23:425.

use super::multilevel::{Criterion, Model, Multilevel, Random, clusters, fit};
use super::robust::{Cluster, Correction, robust};
use super::sampling::Sampling;
use crate::problem::Problem;
use crate::stats::chi2;
use crate::stats::matrix::Matrix;

/// The mean and what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependent {
    /// The mean.
    pub beta: f64,
    /// Its robust standard error.
    pub se: f64,
    /// Mean over standard error.
    pub stat: f64,
    /// Satterthwaite's degrees of freedom.
    pub df: f64,
    /// Two-sided p value.
    pub pval: f64,
    /// Limits of the interval.
    pub ci: (f64, f64),
    /// Variance between studies.
    pub tau2: f64,
    /// Variance within studies; `None` where each gave one effect, which cannot tell it from that between them.
    pub omega2: Option<f64>,
    /// I² in per cent: share of both variances in the whole, with a typical sampling variance that allows for ρ.
    pub i2: f64,
    /// Cochran's Q with the covariances of the sampling errors.
    pub q: f64,
    /// Its degrees of freedom.
    pub q_df: f64,
    /// Its p value.
    pub q_p: f64,
    /// Share of each effect in the mean, in per cent (sums of the rows of the weight matrix).
    pub weights: Vec<f64>,
}

/// Pools effects `yi` with sampling variances `vi` of the studies named, whose errors correlate by `rho` within a study.
///
/// `rho` from 0 to below 1; `level` in per cent.
///
/// # Errors
/// When there are fewer than two studies, a variance is not above 0, or the covariance that `rho` gives is not positive definite.
pub fn pool<T: Ord>(
    yi: &[f64],
    vi: &[f64],
    studies: &[T],
    rho: f64,
    level: f64,
) -> Result<Dependent, Problem> {
    let effects: Vec<usize> = (0..yi.len()).collect();
    let own: Vec<usize> = number(studies);
    let sampling = Sampling::constant_correlation(vi, &own, &effects, rho)?;
    let several = own
        .iter()
        .copied()
        .max()
        .is_some_and(|last| last + 1 < own.len());
    let levels: &[&[usize]] = if several { &[&own, &effects] } else { &[&own] };
    let random = Random {
        intercepts: Random::nested(levels),
        structured: None,
    };
    let x = Matrix::from_fn(yi.len(), 1, |_, _| 1.0);
    let model = Model {
        y: yi,
        x: &x,
        sampling: &sampling,
        random: &random,
        criterion: Criterion::Reml,
    };
    let fitted = fit(&model)?;
    if !fitted.converged {
        return Err(Problem::error(
            "pool::no-convergence",
            "the search for the variances between and within studies did not end",
        )
        .help("take one effect a study, or look for effects that are far from all others"));
    }
    let marginal = clusters(&model, &fitted, &own)?;
    let robust = robust(yi, &x, &marginal, Correction::Cr2)?;
    let test = robust.tests(&robust.df, level)[0];
    let errors_alone = Multilevel {
        sigma2: vec![0.0; fitted.sigma2.len()],
        ..fitted.clone()
    };
    let typical = typical_variance(&clusters(&model, &errors_alone, &own)?)?;
    // The search ends beside 0, never on it.
    let settled = |variance: f64| {
        if variance < 1e-12 * typical {
            0.0
        } else {
            variance
        }
    };
    let tau2 = settled(fitted.sigma2[0]);
    let omega2 = fitted.sigma2.get(1).copied().map(settled);
    let spread = tau2 + omega2.unwrap_or(0.0);
    let q_df = yi.len() as f64 - 1.0;
    Ok(Dependent {
        beta: robust.beta[0],
        se: test.se,
        stat: test.t,
        df: test.df,
        pval: test.p,
        ci: (test.lower, test.upper),
        tau2,
        omega2,
        i2: 100.0 * spread / (spread + typical),
        q: fitted.qe,
        q_df,
        q_p: chi2::sf(fitted.qe, q_df),
        weights: shares(&marginal, yi.len())?,
    })
}

/// Numbers for names, in the order in which they first stand.
fn number<T: Ord>(names: &[T]) -> Vec<usize> {
    let mut numbers = vec![0; names.len()];
    for (number, rows) in super::robust::group(names).into_iter().enumerate() {
        for row in rows {
            numbers[row] = number;
        }
    }
    numbers
}

fn inverse(cluster: &Cluster) -> Result<Matrix, Problem> {
    let inverted = cluster.theta.cholesky().map(|lower| lower.inverse());
    inverted.ok_or_else(|| {
        Problem::error(
            "pool::not-positive-definite",
            "the covariance of the effects of a study is not positive definite",
        )
        .help("check the assumed correlation")
    })
}

/// Sampling variance of a typical effect, `(m - 1) / tr(P)` (Higgins & Thompson 2002, with the whole covariance).
fn typical_variance(errors: &[Cluster]) -> Result<f64, Problem> {
    let (mut trace, mut sum, mut squares, mut effects) = (0.0, 0.0, 0.0, 0.0);
    for cluster in errors {
        let weights = inverse(cluster)?;
        let rows = weights.times_vector(&vec![1.0; cluster.rows.len()]);
        trace += weights.trace();
        sum += rows.iter().sum::<f64>();
        squares += rows.iter().map(|row| row * row).sum::<f64>();
        effects += cluster.rows.len() as f64;
    }
    Ok((effects - 1.0) / (trace - squares / sum))
}

/// Sums of the rows of the weight matrix, in per cent of all.
fn shares(marginal: &[Cluster], effects: usize) -> Result<Vec<f64>, Problem> {
    let mut shares = vec![0.0; effects];
    for cluster in marginal {
        let weights = inverse(cluster)?;
        let rows = weights.times_vector(&vec![1.0; cluster.rows.len()]);
        for (&row, sum) in cluster.rows.iter().zip(rows) {
            shares[row] = sum;
        }
    }
    let total: f64 = shares.iter().sum();
    Ok(shares
        .into_iter()
        .map(|share| 100.0 * share / total)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const Y: [f64; 10] = [0.1, 0.35, -0.4, 0.2, 1.1, 0.6, 0.7, 0.3, -0.1, 0.85];
    const V: [f64; 10] = [0.04, 0.05, 0.03, 0.02, 0.06, 0.05, 0.02, 0.04, 0.03, 0.045];
    const STUDY: [&str; 10] = ["a", "a", "b", "b", "c", "c", "c", "d", "d", "e"];

    /// metafor 3.8-1 (`vcalc`, `rma.mv`) and clubSandwich 0.5.8 (`coef_test`, CR2) on the same numbers; their search for the
    /// variances ends some 1e-7 away.
    #[test]
    fn it_is_the_model_of_metafor_with_the_tests_of_clubsandwich() {
        let found = pool(&Y, &V, &STUDY, 0.6, 95.0).expect("five studies");
        for (ours, theirs) in [
            (found.tau2, 0.103_124_220_122_523),
            (
                found.omega2.expect("studies with several effects"),
                0.069_096_539_431_052,
            ),
            (found.beta, 0.348_022_379_600_57),
            (found.se, 0.185_637_735_075_84),
            (found.df, 3.938_494_337_027_45),
            (found.pval, 0.135_208_945_767_32),
            (found.ci.0, -0.170_580_525_980_59),
            (found.ci.1, 0.866_625_285_181_73),
            (found.q, 51.415_938_406_200),
            (found.q_p, 5.828_090_889_445_2e-8),
            (found.i2, 89.392_173_693_385),
            (found.weights[0], 10.425_714_717_27),
            (found.weights[9], 15.747_103_758_43),
        ] {
            assert!(
                (ours - theirs).abs() <= 2e-6 * theirs.abs(),
                "{ours} is not {theirs}"
            );
        }
    }

    #[test]
    fn names_and_order_of_studies_do_not_matter() {
        let one = pool(&Y, &V, &STUDY, 0.6, 95.0).expect("five studies");
        let back = |values: &[f64]| values.iter().rev().copied().collect::<Vec<_>>();
        let studies: Vec<&str> = STUDY.iter().rev().copied().collect();
        let two = pool(&back(&Y), &back(&V), &studies, 0.6, 95.0).expect("five studies");
        assert!((one.beta - two.beta).abs() < 1e-9);
        assert!((one.ci.1 - two.ci.1).abs() < 1e-8);
        assert!((one.weights[0] - two.weights[9]).abs() < 1e-6);
    }

    /// One effect a study: the random-effects model, with one variance.
    #[test]
    fn effects_of_as_many_studies_have_one_variance() {
        let found = pool(&Y[..5], &V[..5], &["a", "b", "c", "d", "e"], 0.6, 95.0);
        let found = found.expect("five studies");
        let model = crate::meta::Model {
            tau2: crate::meta::Tau2Method::RestrictedMaximumLikelihood,
            test: crate::meta::Test::Z,
            level: 95.0,
        };
        let plain = crate::meta::pool(&Y[..5], &V[..5], &model).expect("five studies");
        assert_eq!(found.omega2, None);
        assert!((found.tau2 - plain.tau2).abs() < 1e-7 * plain.tau2);
        assert!((found.beta - plain.beta).abs() < 1e-8);
    }

    #[test]
    fn one_study_gives_no_robust_variance_and_a_full_correlation_no_covariance() {
        assert!(pool(&Y[..2], &V[..2], &STUDY[..2], 0.6, 95.0).is_err());
        assert!(pool(&Y, &V, &STUDY, 1.0, 95.0).is_err());
    }
}
