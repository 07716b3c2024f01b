//! Two arms with means and standard deviations.

use super::bias_correction::exact;
use super::refusal::{at_least, not_negative, positive, present, spread};
use super::{Estimate, Refusal};
use libm::{log, sqrt};

/// One arm of a trial with a continuous outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arm {
    /// Number of people.
    pub n: f64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation (not standard error).
    pub sd: f64,
}

/// Two arms whose sizes, means and standard deviations were checked.
#[derive(Clone, Copy, Debug)]
struct Pair {
    a: Arm,
    b: Arm,
}

impl Pair {
    fn checked(a: Arm, b: Arm, least: f64) -> Result<Self, Refusal> {
        at_least("n of arm 1", a.n, least)?;
        at_least("n of arm 2", b.n, least)?;
        present("mean of arm 1", a.mean)?;
        present("mean of arm 2", b.mean)?;
        not_negative("sd of arm 1", a.sd)?;
        not_negative("sd of arm 2", b.sd)?;
        Ok(Self { a, b })
    }

    fn difference(&self) -> f64 {
        self.a.mean - self.b.mean
    }

    fn df(&self) -> f64 {
        self.a.n + self.b.n - 2.0
    }

    fn pooled_variance(&self) -> f64 {
        let Self { a, b } = self;
        ((a.n - 1.0) * a.sd * a.sd + (b.n - 1.0) * b.sd * b.sd) / self.df()
    }

    fn inverse_sizes(&self) -> f64 {
        1.0 / self.a.n + 1.0 / self.b.n
    }
}

/// Mean difference, arm 1 less arm 2; variances of the arms may differ.
///
/// # Errors
/// A missing number, a size below 1, a negative standard deviation.
pub fn md(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let pair = Pair::checked(a, b, 1.0)?;
    Estimate::new(pair.difference(), a.sd * a.sd / a.n + b.sd * b.sd / b.n)
}

/// Mean difference with one variance for both arms.
///
/// # Errors
/// As [`md`].
pub fn md_pooled(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let pair = Pair::checked(a, b, 1.0)?;
    Estimate::new(
        pair.difference(),
        pair.pooled_variance() * pair.inverse_sizes(),
    )
}

/// A standardized mean difference before its sampling variance is chosen.
#[derive(Clone, Copy, Debug)]
struct Standardized {
    /// Uncorrected difference in units of the pooled standard deviation.
    d: f64,
    /// Correction factor.
    j: f64,
    /// Degrees of freedom of the pooled standard deviation.
    df: f64,
    inverse_sizes: f64,
    n: f64,
}

fn standardized(a: Arm, b: Arm) -> Result<Standardized, Refusal> {
    let pair = Pair::checked(a, b, 1.0)?;
    at_least("n of both arms", a.n + b.n, 4.0)?;
    let sd = spread("the pooled sd", sqrt(pair.pooled_variance()))?;
    Ok(Standardized {
        d: pair.difference() / sd,
        j: exact(pair.df()),
        df: pair.df(),
        inverse_sizes: pair.inverse_sizes(),
        n: a.n + b.n,
    })
}

/// Hedges' g with its large-sample variance `1/n₁ + 1/n₂ + g²/(2(n₁+n₂))`.
///
/// # Errors
/// A missing number, arms of fewer than 4 people together, a pooled standard deviation of 0.
///
/// Source: Hedges & Olkin, Statistical Methods for Meta-Analysis, 1985, chapter 5.
pub fn smd(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let s = standardized(a, b)?;
    let g = s.j * s.d;
    Estimate::new(g, s.inverse_sizes + g * g / (2.0 * s.n))
}

/// Hedges' g with the variance `J² (1/n₁ + 1/n₂ + d²/(2(n₁+n₂)))` (Borenstein 2009).
///
/// # Errors
/// As [`smd`].
pub fn smd_corrected_variance(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let s = standardized(a, b)?;
    let vi = s.j * s.j * (s.inverse_sizes + s.d * s.d / (2.0 * s.n));
    Estimate::new(s.j * s.d, vi)
}

/// Hedges' g with an unbiased estimate of its variance (Viechtbauer 2007, equation 23).
///
/// # Errors
/// As [`smd`].
pub fn smd_unbiased_variance(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let s = standardized(a, b)?;
    let g = s.j * s.d;
    let factor = 1.0 - (s.df - 2.0) / (s.df * s.j * s.j);
    Estimate::new(g, s.inverse_sizes + factor * g * g)
}

/// The variance of Hedges' g with `centre`, a mean over studies, in place of the study's own g.
///
/// # Errors
/// As [`smd`].
pub fn smd_average_variance(a: Arm, b: Arm, centre: f64) -> Result<Estimate, Refusal> {
    let s = standardized(a, b)?;
    let vi = s.inverse_sizes + centre * centre / (2.0 * s.n);
    Estimate::new(s.j * s.d, vi)
}

/// Standardized mean difference for unequal variances: in units of the root mean of the two variances (Bonett 2008).
///
/// # Errors
/// As [`smd`], with at least 2 people an arm.
pub fn smdh(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let pair = Pair::checked(a, b, 2.0)?;
    let (va, vb) = (a.sd * a.sd, b.sd * b.sd);
    let mean = 0.5 * (va + vb);
    let d = pair.difference() / spread("the mean sd", sqrt(mean))?;
    let j = exact(pair.df());
    let (fa, fb) = (a.n - 1.0, b.n - 1.0);
    let g = j * d;
    let of_sd = g * g * (va * va / fa + vb * vb / fb) / (8.0 * mean * mean);
    let of_mean = (va / fa + vb / fb) / mean;
    Estimate::new(g, j * j * (of_sd + of_mean))
}

/// Glass's Δ: in units of the standard deviation of arm 2.
///
/// # Errors
/// As [`smd`], with at least 3 people in arm 2.
pub fn smd1(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let pair = Pair::checked(a, b, 1.0)?;
    at_least("n of arm 2", b.n, 3.0)?;
    let delta = exact(b.n - 1.0) * pair.difference() / spread("sd of arm 2", b.sd)?;
    Estimate::new(delta, pair.inverse_sizes() + delta * delta / (2.0 * b.n))
}

/// Logarithm of the ratio of means (Hedges, Gurevitch & Curtis 1999).
///
/// # Errors
/// A missing number, means of different sign or 0.
pub fn rom(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let pair = Pair::checked(a, b, 1.0)?;
    let yi = log_ratio_of_means(&pair)?;
    let part = |arm: Arm| arm.sd * arm.sd / (arm.n * arm.mean * arm.mean);
    Estimate::new(yi, part(a) + part(b))
}

/// Logarithm of the ratio of means with one variance for both arms.
///
/// # Errors
/// As [`rom`].
pub fn rom_pooled(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let pair = Pair::checked(a, b, 1.0)?;
    let yi = log_ratio_of_means(&pair)?;
    let part = |arm: Arm| 1.0 / (arm.n * arm.mean * arm.mean);
    Estimate::new(yi, pair.pooled_variance() * (part(a) + part(b)))
}

fn log_ratio_of_means(pair: &Pair) -> Result<f64, Refusal> {
    positive("the ratio of means", pair.a.mean / pair.b.mean).map(log)
}

/// Logarithm of the ratio of standard deviations (Nakagawa et al. 2015, equation 9); means are not used.
///
/// # Errors
/// A missing number, fewer than 2 people an arm, a standard deviation of 0.
pub fn vr(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let one = |what_n, what_sd, arm: Arm| -> Result<(f64, f64), Refusal> {
        let half = 0.5 / (at_least(what_n, arm.n, 2.0)? - 1.0);
        Ok((log(spread(what_sd, arm.sd)?) + half, half))
    };
    let (ya, va) = one("n of arm 1", "sd of arm 1", a)?;
    let (yb, vb) = one("n of arm 2", "sd of arm 2", b)?;
    Estimate::new(ya - yb, va + vb)
}

/// Logarithm of the ratio of coefficients of variation (Nakagawa et al. 2015, equation 11), mean and variance independent.
///
/// # Errors
/// As [`vr`]; means of different sign or 0.
pub fn cvr(a: Arm, b: Arm) -> Result<Estimate, Refusal> {
    let of_sd = vr(a, b)?;
    let of_mean = rom(a, b)?;
    Estimate::new(of_sd.yi - of_mean.yi, of_sd.vi + of_mean.vi)
}
