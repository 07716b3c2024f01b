//! Estimators of the variance between studies.
//!
//! Sources: Viechtbauer, J. Educ. Behav. Stat. 30 (2005) 261 (DL, HE, HS, ML, REML and their standard errors); Viechtbauer et al.,
//! Psychol. Methods 20 (2015) 360 (with moderators); Sidik & Jonkman, Appl. Stat. 54 (2005) 367; Paule & Mandel, J. Res. Natl. Bur. Stand.
//! 87 (1982) 377; Morris, JASA 78 (1983) 47.

use super::projection::{Moments, Studies};
use super::{Refusal, Tau2Method};
use crate::stats::roots::{self, NoRoot};
use libm::sqrt;

/// An estimate, 0 when its equation has no positive solution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tau2 {
    pub(super) value: f64,
    pub(super) se: Option<f64>,
}

/// Estimates τ². One study has none: 0 without a standard error.
pub(super) fn estimate(
    studies: &Studies<'_>,
    method: Tau2Method,
    with_se: bool,
) -> Result<Tau2, Refusal> {
    if method == Tau2Method::Common || studies.k() == 1 {
        return Ok(Tau2 {
            value: 0.0,
            se: None,
        });
    }
    let least = studies.p() + 1;
    if studies.k() < least {
        return Err(Refusal::TooFewStudies {
            k: studies.k(),
            least,
        });
    }
    let value = match method {
        Tau2Method::Hedges => hedges(studies)?,
        Tau2Method::SidikJonkman => sidik_jonkman(studies)?,
        Tau2Method::MaximumLikelihood => likelihood(studies, false)?,
        Tau2Method::RestrictedMaximumLikelihood => likelihood(studies, true)?,
        Tau2Method::EmpiricalBayes | Tau2Method::PauleMandel => {
            where_heterogeneity_is(studies, studies.df())?
        }
        _ => method_of_moments(studies, method)?,
    };
    let se = if with_se {
        Some(standard_error(studies, method, value)?)
    } else {
        None
    };
    Ok(Tau2 { value, se })
}

/// DL, HS and `HSk`: what the heterogeneity statistic exceeds its expectation by.
fn method_of_moments(studies: &Studies<'_>, method: Tau2Method) -> Result<f64, Refusal> {
    let m = studies.moments(0.0)?;
    let (k, df) = (studies.k() as f64, studies.df());
    let raw = match method {
        Tau2Method::HunterSchmidt => (m.ypy - k) / m.sum,
        Tau2Method::HunterSchmidtCorrected => (k / df * m.ypy - k) / m.sum,
        _ => (m.ypy - df) / m.trace,
    };
    Ok(raw.max(0.0))
}

/// The unweighted residual variance less its part due to sampling.
fn hedges(studies: &Studies<'_>) -> Result<f64, Refusal> {
    let k = studies.k() as f64;
    if studies.is_intercept_only() {
        let mean = studies.yi.iter().sum::<f64>() / k;
        let rss: f64 = studies.yi.iter().map(|y| (y - mean) * (y - mean)).sum();
        let sampling = studies.vi.iter().sum::<f64>() / k;
        return Ok((rss / (k - 1.0) - sampling).max(0.0));
    }
    let plain = studies.weighted(vec![1.0; studies.k()])?;
    let sampling: f64 = studies
        .vi
        .iter()
        .zip(&plain.leverages)
        .map(|(v, h)| v * (1.0 - h))
        .sum();
    Ok(((plain.rss() - sampling) / studies.df()).max(0.0))
}

/// Variance of the effects about their plain mean, the crude value that Sidik & Jonkman start from.
pub(super) fn crude(studies: &Studies<'_>) -> f64 {
    let k = studies.k() as f64;
    let mean = studies.yi.iter().sum::<f64>() / k;
    studies
        .yi
        .iter()
        .map(|y| (y - mean) * (y - mean))
        .sum::<f64>()
        / k
}

fn sidik_jonkman(studies: &Studies<'_>) -> Result<f64, Refusal> {
    let start = crude(studies);
    let (rss, _) = studies.residual_heterogeneity(start)?;
    Ok(start * rss / studies.df())
}

/// The τ² at which residual heterogeneity equals `target`; 0 when it is lower already at 0. Unique: the left side falls with τ².
pub(super) fn where_heterogeneity_is(studies: &Studies<'_>, target: f64) -> Result<f64, Refusal> {
    let (q0, slope0) = studies.residual_heterogeneity(0.0)?;
    if q0 <= target {
        return Ok(0.0);
    }
    // 1/Q is nearly straight in τ², so Newton's method needs few steps; a first step from 0 is taken by hand.
    let mut failure = None;
    let reach = q0 * q0 / slope0 * (1.0 / target - 1.0 / q0);
    let gap = |tau2: f64| match studies.residual_heterogeneity(tau2) {
        Ok((q, slope)) => (1.0 / target - 1.0 / q, -slope / (q * q)),
        Err(why) => {
            failure = Some(why);
            (f64::NAN, f64::NAN)
        }
    };
    let root = roots::monotone(gap, 0.0, false, reach);
    if let Some(why) = failure {
        return Err(why);
    }
    root.map(|tau2| tau2.max(0.0)).map_err(no_tau2)
}

fn no_tau2(why: NoRoot) -> Refusal {
    Refusal::NoRoot {
        what: "the search for tau2",
        why,
    }
}

/// Twice the slope of the (restricted) log-likelihood, its own slope, and the expected information times two.
fn score(m: &Moments, restricted: bool) -> (f64, f64, f64) {
    if restricted {
        (m.yppy - m.trace, m.trace2 - 2.0 * m.ypppy, m.trace2)
    } else {
        (m.yppy - m.sum, m.sum2 - 2.0 * m.ypppy, m.sum2)
    }
}

/// Climbs the likelihood from Hedges' estimate: Newton steps, Fisher steps where the likelihood is not concave, both kept between values
/// where it still rises and values where it already falls.
fn likelihood(studies: &Studies<'_>, restricted: bool) -> Result<f64, Refusal> {
    const MAX_STEPS: usize = 400;
    let (mut low, mut high) = (0.0_f64, f64::INFINITY);
    let mut tau2 = hedges(studies)?;
    let mut halvings = 0;
    for _ in 0..MAX_STEPS {
        let (value, slope, information) = score(&studies.moments(tau2)?, restricted);
        if value.is_nan() {
            return Err(no_tau2(NoRoot::NotANumber { at: tau2 }));
        }
        if value == 0.0 || (tau2 == 0.0 && value < 0.0) {
            return Ok(tau2);
        }
        if value > 0.0 {
            low = tau2;
        } else {
            high = tau2;
        }
        let step = if slope < 0.0 {
            -value / slope
        } else {
            value / information
        };
        let mut next = tau2 + step;
        if next <= low || next >= high {
            if step.abs() <= 8.0 * f64::EPSILON * tau2 {
                return Ok(tau2);
            }
            if low == 0.0 && value < 0.0 {
                // Downhill below 0: look for a summit at ever smaller values before settling on 0 itself.
                halvings += 1;
                next = if halvings > 6 { 0.0 } else { 0.5 * tau2 };
            } else {
                next = low + 0.5 * (high - low);
            }
        }
        if (next - tau2).abs() <= 2.0 * f64::EPSILON * tau2
            || (high.is_finite() && high - low <= 4.0 * f64::EPSILON * high)
        {
            return Ok(next);
        }
        tau2 = next;
    }
    Err(no_tau2(NoRoot::TooManySteps { steps: MAX_STEPS }))
}

/// Restricted or plain likelihood by Fisher scoring from Hedges' estimate that stops at a step below `threshold`, as metafor does; only
/// to compare with numbers that were made so. `None` when 100 steps do not suffice.
pub(super) fn by_fisher_scoring(
    studies: &Studies<'_>,
    restricted: bool,
    threshold: f64,
) -> Result<Option<Tau2>, Refusal> {
    let method = if restricted {
        Tau2Method::RestrictedMaximumLikelihood
    } else {
        Tau2Method::MaximumLikelihood
    };
    let mut tau2 = hedges(studies)?;
    for _ in 0..100 {
        let (value, _, information) = score(&studies.moments(tau2)?, restricted);
        let mut step = value / information;
        while tau2 + step < 0.0 {
            step *= 0.5;
        }
        tau2 += step;
        if step.abs() <= threshold {
            let se = Some(standard_error(studies, method, tau2)?);
            return Ok(Some(Tau2 { value: tau2, se }));
        }
    }
    Ok(None)
}

fn standard_error(studies: &Studies<'_>, method: Tau2Method, tau2: f64) -> Result<f64, Refusal> {
    let (k, df) = (studies.k() as f64, studies.df());
    Ok(match method {
        Tau2Method::MaximumLikelihood => sqrt(2.0 / studies.moments(tau2)?.sum2),
        Tau2Method::RestrictedMaximumLikelihood => sqrt(2.0 / studies.moments(tau2)?.trace2),
        Tau2Method::EmpiricalBayes | Tau2Method::PauleMandel => {
            let sum: f64 = studies.vi.iter().map(|v| 1.0 / (v + tau2)).sum();
            sqrt(2.0 * k * k / df) / sum
        }
        Tau2Method::Hedges => {
            let plain = studies.weighted(vec![1.0; studies.k()])?;
            quadratic_form_sd(&plain, studies.vi, tau2) / df
        }
        Tau2Method::SidikJonkman => {
            let start = crude(studies);
            start / df * quadratic_form_sd(&studies.at(start)?, studies.vi, tau2)
        }
        _ => {
            let m = studies.moments(0.0)?;
            let sd = sqrt(2.0 * df + 4.0 * tau2 * m.trace + 2.0 * tau2 * tau2 * m.trace2);
            match method {
                Tau2Method::HunterSchmidt => sd / m.sum,
                Tau2Method::HunterSchmidtCorrected => k / df * sd / m.sum,
                _ => sd / m.trace,
            }
        }
    })
}

/// Standard deviation of yᵀ P y when the variances are v + τ².
fn quadratic_form_sd(projection: &super::projection::Projection, vi: &[f64], tau2: f64) -> f64 {
    let ones = vec![1.0; vi.len()];
    let vv = projection.trace_product(vi, vi);
    let v1 = projection.trace_product(vi, &ones);
    let t = projection.trace_product(&ones, &ones);
    sqrt(2.0 * vv + 4.0 * tau2 * v1 + 2.0 * tau2 * tau2 * t)
}
