//! Profile-likelihood intervals of the variances of random intercepts.

use super::{Model, Multilevel, Scaled};
use crate::meta::newton::{Search, minimise};
use crate::problem::Problem;
use crate::stats::{chi2, roots};
use libm::sqrt;

/// A variance with its profile-likelihood interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceInterval {
    /// The estimate.
    pub estimate: f64,
    /// Lower limit, 0 when the likelihood does not fall enough towards 0.
    pub lower: f64,
    /// Upper limit; infinite when the likelihood does not fall enough.
    pub upper: f64,
}

/// Minus the log-likelihood maximised over all other parameters with one root of a variance held at `s`.
fn profiled(
    likelihood: &super::likelihood::Likelihood<'_>,
    start: &mut Vec<f64>,
    which: usize,
    s: f64,
) -> Option<f64> {
    let others = |free: &[f64]| {
        let mut all = free.to_vec();
        all.insert(which, s);
        all
    };
    let found = minimise(
        |free| {
            let (value, mut gradient) = likelihood.gradient(&others(free))?;
            gradient.remove(which);
            Some((value, gradient))
        },
        start,
        Search::exact(super::TOLERANCE),
    )?;
    start.clone_from(&found.at);
    Some(found.value)
}

/// Intervals for all variances of random intercepts; `level` in percent.
///
/// # Errors
/// When the model cannot be fitted.
pub fn variance_intervals(
    model: &Model<'_>,
    fit: &Multilevel,
    level: f64,
) -> Result<Vec<VarianceInterval>, Problem> {
    let scaled = Scaled::new(model)?;
    let likelihood = scaled.likelihood();
    let square = scaled.unit * scaled.unit;
    let best = super::search(&likelihood, &scaled.starts())?;
    let drop = 0.5 * chi2::quantile(level / 100.0, 1.0);
    let mut out = Vec::new();
    for (which, &sigma2) in fit.sigma2.iter().enumerate() {
        // A start exactly at 0 could not leave it: the gradient by the root of a variance is 0 there.
        let fresh: Vec<f64> = best
            .at
            .iter()
            .enumerate()
            .filter(|(n, _)| *n != which)
            .map(|(n, s)| {
                if n < fit.sigma2.len() {
                    s.abs().max(0.05)
                } else {
                    *s
                }
            })
            .collect();
        let mut excess = |variance: f64| {
            profiled(&likelihood, &mut fresh.clone(), which, sqrt(variance))
                .map_or(f64::NAN, |value| value - best.value - drop)
        };
        let estimate = sigma2 / square;
        let lower = if excess(0.0) <= 0.0 {
            0.0
        } else {
            roots::brent(&mut excess, 0.0, estimate, 1e-11).unwrap_or(0.0)
        };
        let mut high = estimate.max(0.01);
        let mut doublings = 0;
        while excess(high) < 0.0 && doublings < 60 {
            high *= 2.0;
            doublings += 1;
        }
        let upper = roots::brent(&mut excess, estimate, high, 1e-11).unwrap_or(f64::INFINITY);
        out.push(VarianceInterval {
            estimate: sigma2,
            lower: lower * square,
            upper: upper * square,
        });
    }
    Ok(out)
}
