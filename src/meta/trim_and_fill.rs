//! Trim and fill: studies that seem to be missing from one side of the funnel.

use super::pooled::{Pooled, pool, pool_as_metafor, pool_fit};
use super::projection::Studies;
use super::weighted_line::line_design;
use super::{Model, Refusal, fit};
use libm::{exp2, sqrt};
use std::str::FromStr;

/// On which side studies are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Among small effects.
    Left,
    /// Among large effects.
    Right,
}

/// How the number of missing studies is estimated (Duval & Tweedie 2000).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Estimator {
    /// From the sum of ranks.
    #[default]
    L0,
    /// From the longest run at the end.
    R0,
    /// From the sum of ranks, solved as a square.
    Q0,
}

impl FromStr for Estimator {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "L0" => Self::L0,
            "R0" => Self::R0,
            "Q0" => Self::Q0,
            other => return Err(format!("`{other}` is none of L0, R0, Q0")),
        })
    }
}

/// How closely likelihood estimates are solved while studies are trimmed and filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refit {
    /// To the last digits.
    #[default]
    Exact,
    /// As metafor does: Fisher scoring until a step is below 1e-5, whatever the scale of τ²; to compare with its numbers.
    AsMetafor,
}

/// The result of trim and fill.
#[derive(Clone, Debug, PartialEq)]
pub struct TrimAndFill {
    /// On which side studies are missing.
    pub side: Side,
    /// How many.
    pub missing: usize,
    /// Standard error of their number; NaN where its variance comes out negative.
    pub se: f64,
    /// p value for none missing, by R0 alone.
    pub pval: Option<f64>,
    /// Effect and variance of each study filled in.
    pub filled: Vec<(f64, f64)>,
    /// The model over observed and filled studies.
    pub pooled: Pooled,
}

/// Trims one side until the funnel is symmetric, mirrors what was trimmed, and pools again. Without a `side`, the sign of a regression
/// on the standard error decides.
///
/// # Errors
/// [`Refusal`] for fewer than 2 studies, a number that never settles, and for what [`pool`] refuses.
pub fn trim_and_fill(
    yi: &[f64],
    vi: &[f64],
    model: &Model,
    side: Option<Side>,
    estimator: Estimator,
    refit: Refit,
) -> Result<TrimAndFill, Refusal> {
    const MAX_STEPS: usize = 100;
    let k = yi.len();
    if k < 2 {
        return Err(Refusal::TooFewStudies { k, least: 2 });
    }
    let side = match side {
        Some(side) => side,
        None => side_of(yi, vi, model)?,
    };
    let sign = if side == Side::Right { -1.0 } else { 1.0 };
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|&i, &j| (sign * yi[i]).total_cmp(&(sign * yi[j])));
    let ys: Vec<f64> = order.iter().map(|&i| sign * yi[i]).collect();
    let vs: Vec<f64> = order.iter().map(|&i| vi[i]).collect();
    let mut missing = 0;
    for _ in 0..MAX_STEPS {
        let kept = k - missing;
        let centre = match refit {
            Refit::Exact => pool_fit(&ys[..kept], &vs[..kept], model)?.coefficients[0].beta,
            Refit::AsMetafor => pool_as_metafor(&ys[..kept], &vs[..kept], model)?.beta,
        };
        let (next, se) = count(&ys, centre, estimator)?;
        if next == missing {
            let filled: Vec<(f64, f64)> = (kept..k)
                .map(|i| (sign * (2.0 * centre - ys[i]), vs[i]))
                .collect();
            let ys = chained(yi, filled.iter().map(|f| f.0));
            let vs = chained(vi, filled.iter().map(|f| f.1));
            let pooled = match refit {
                Refit::AsMetafor if !filled.is_empty() => pool_as_metafor(&ys, &vs, model)?,
                _ => pool(&ys, &vs, model)?,
            };
            let pval = (estimator == Estimator::R0).then(|| exp2(-(filled.len() as f64) - 1.0));
            return Ok(TrimAndFill {
                side,
                missing,
                se,
                pval,
                filled,
                pooled,
            });
        }
        missing = next;
    }
    Err(Refusal::Unsettled {
        what: "trim and fill",
        steps: MAX_STEPS,
    })
}

fn side_of(yi: &[f64], vi: &[f64], model: &Model) -> Result<Side, Refusal> {
    let roots: Vec<f64> = vi.iter().map(|&v| sqrt(v)).collect();
    let x = line_design(&roots);
    let line = fit::fit_with(&Studies::new(yi, vi, Some(&x))?, model, false)?;
    Ok(if line.coefficients[1].beta < 0.0 {
        Side::Right
    } else {
        Side::Left
    })
}

/// The estimated number of missing studies and its standard error, from effects in ascending order.
fn count(ys: &[f64], centre: f64, estimator: Estimator) -> Result<(usize, f64), Refusal> {
    let k = ys.len() as f64;
    let deviations: Vec<f64> = ys.iter().map(|y| y - centre).collect();
    let mut by_size: Vec<usize> = (0..ys.len()).collect();
    by_size.sort_by(|&i, &j| deviations[i].abs().total_cmp(&deviations[j].abs()));
    let (mut above, mut last_below) = (0.0, None);
    for (rank, &i) in by_size.iter().enumerate() {
        let rank = rank as f64 + 1.0;
        if deviations[i] > 0.0 {
            above += rank;
        } else if deviations[i] < 0.0 {
            last_below = Some(rank);
        }
    }
    let spread = |k0: f64| {
        (k * (k + 1.0) * (2.0 * k + 1.0) + 10.0 * k0 * k0 * k0 + 27.0 * k0 * k0 + 17.0 * k0
            - 18.0 * k * k0 * k0
            - 18.0 * k * k0
            + 6.0 * k * k * k0)
            / 24.0
    };
    let (k0, se) = match estimator {
        Estimator::R0 => {
            let last = last_below.ok_or(Refusal::Undefined(
                "no effect lies below the mean, so R0 has no run to count",
            ))?;
            let k0 = k - last - 1.0;
            (k0, sqrt(2.0 * k0.max(0.0) + 2.0))
        }
        Estimator::L0 => {
            let k0 = (4.0 * above - k * (k + 1.0)) / (2.0 * k - 1.0);
            (k0, 4.0 * sqrt(spread(k0)) / (2.0 * k - 1.0))
        }
        Estimator::Q0 => {
            let k0 = k - 0.5 - sqrt(2.0 * k * k - 4.0 * above + 0.25);
            let scale = (k - 0.5) * (k - 0.5) - k0 * (2.0 * k - k0 - 1.0);
            (k0, 2.0 * sqrt(spread(k0)) / sqrt(scale))
        }
    };
    if k0.is_nan() {
        return Err(Refusal::Undefined(
            "the number of missing studies has no real solution; use the estimator L0",
        ));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of studies"
    )]
    let whole = k0.round_ties_even().clamp(0.0, k - 1.0) as usize;
    Ok((whole, se))
}

fn chained(first: &[f64], more: impl Iterator<Item = f64>) -> Vec<f64> {
    first.iter().copied().chain(more).collect()
}
