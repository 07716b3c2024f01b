//! Intervals for the variance between studies, and I² and H² from it.

use super::fit_statistics::log_likelihood_at;
use super::projection::Studies;
use super::{Model, Refusal, Tau2Method, tau2};
use crate::stats::{chi2, roots};

/// An interval for τ².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tau2Interval {
    /// Lower bound, 0 when the data do not exclude it.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Whether no τ² is compatible with the data: they agree better than chance would have it. Both bounds are then 0.
    pub is_empty: bool,
}

/// I² in per cent for a value of τ² beside a typical sampling variance.
pub fn i2(tau2: f64, typical_variance: f64) -> f64 {
    100.0 * tau2 / (typical_variance + tau2)
}

/// H² for a value of τ² beside a typical sampling variance.
pub fn h2(tau2: f64, typical_variance: f64) -> f64 {
    tau2 / typical_variance + 1.0
}

/// The values of τ² at which Q with weights 1/(v + τ²) lies between the χ² quantiles (Viechtbauer 2007). `level` in per cent.
///
/// # Errors
/// [`Refusal`] for fewer than 2 studies and for what [`super::pool`] refuses.
pub fn q_profile(yi: &[f64], vi: &[f64], level: f64) -> Result<Tau2Interval, Refusal> {
    q_profile_of(&Studies::new(yi, vi, None)?, level)
}

pub(super) fn q_profile_of(studies: &Studies<'_>, level: f64) -> Result<Tau2Interval, Refusal> {
    let alpha = at_level(level)?;
    let df = studies.df();
    if df < 1.0 {
        return Err(Refusal::TooFewStudies {
            k: studies.k(),
            least: studies.p() + 1,
        });
    }
    let lower_quantile = chi2::quantile(0.5 * alpha, df);
    let upper_quantile = chi2::quantile_sf(0.5 * alpha, df);
    let (q, _) = studies.residual_heterogeneity(0.0)?;
    Ok(Tau2Interval {
        low: tau2::where_heterogeneity_is(studies, upper_quantile)?,
        high: tau2::where_heterogeneity_is(studies, lower_quantile)?,
        is_empty: q < lower_quantile,
    })
}

fn at_level(level: f64) -> Result<f64, Refusal> {
    let model = Model {
        level,
        ..Model::default()
    };
    model.alpha()
}

/// The values of τ² whose profiled likelihood is not much below its maximum (Hardy & Thompson 1996). `method` is ML or REML.
///
/// # Errors
/// [`Refusal::NoTau2`] for any other method; otherwise as [`q_profile`].
pub fn profile_likelihood(
    yi: &[f64],
    vi: &[f64],
    method: Tau2Method,
    level: f64,
) -> Result<Tau2Interval, Refusal> {
    let restricted = match method {
        Tau2Method::MaximumLikelihood => false,
        Tau2Method::RestrictedMaximumLikelihood => true,
        _ => return Err(Refusal::NoTau2),
    };
    let alpha = at_level(level)?;
    let studies = Studies::new(yi, vi, None)?;
    if studies.k() < 2 {
        return Err(Refusal::TooFewStudies {
            k: studies.k(),
            least: 2,
        });
    }
    let summit = tau2::estimate(&studies, method, false)?.value;
    let least =
        log_likelihood_at(&studies, summit, restricted)? - 0.5 * chi2::quantile_sf(alpha, 1.0);
    let above =
        |t: f64| log_likelihood_at(&studies, t, restricted).map_or(f64::NAN, |ll| ll - least);
    let root = |low, high| {
        roots::brent(above, low, high, 0.0).map_err(|why| Refusal::NoRoot {
            what: "the profile-likelihood interval",
            why,
        })
    };
    let low = if summit == 0.0 || above(0.0) >= 0.0 {
        0.0
    } else {
        root(0.0, summit)?
    };
    // A likelihood with two summits can rise above the cut again, so the search goes on to where it surely falls.
    let far = 64.0 * tau2::crude(&studies);
    let mut probe = summit.max(vi.iter().copied().fold(f64::INFINITY, f64::min));
    let (mut inside, mut outside) = (summit, probe);
    loop {
        if above(probe) > 0.0 {
            inside = probe;
            outside = 4.0 * probe;
        } else if probe >= far {
            break;
        }
        probe *= 4.0;
    }
    Ok(Tau2Interval {
        low,
        high: root(inside, outside)?,
        is_empty: false,
    })
}
