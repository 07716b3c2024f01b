//! One-dimensional roots: every search has a bracket, a cap on its steps and a typed failure.

use thiserror::Error;

/// Why no root came back.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum NoRoot {
    /// The function has the same sign at both ends of the bracket.
    #[error("no change of sign between {low} and {high}")]
    NotBracketed {
        /// Lower end of the bracket.
        low: f64,
        /// Upper end of the bracket.
        high: f64,
    },
    /// The function was not a number inside the bracket.
    #[error("the function is not a number at {at}")]
    NotANumber {
        /// Where it was evaluated.
        at: f64,
    },
    /// The cap on evaluations was reached.
    #[error("did not converge in {steps} steps")]
    TooManySteps {
        /// The cap.
        steps: usize,
    },
}

/// Cap on evaluations; bisection of the whole range of doubles needs about 2,100.
const MAX_STEPS: usize = 2_500;

/// Finds a root of `f` in `[low, high]` by Brent's method, to the last bits when `tolerance` is 0.
///
/// `tolerance` is absolute on the argument; 4 ulp of the argument is always added.
///
/// # Errors
/// [`NoRoot`] when the ends have the same sign, the function is NaN, or the cap is reached.
///
/// Source: R. P. Brent, Algorithms for Minimization without Derivatives, 1973, chapter 4.
pub fn brent(
    mut f: impl FnMut(f64) -> f64,
    low: f64,
    high: f64,
    tolerance: f64,
) -> Result<f64, NoRoot> {
    let mut sampled = |x: f64| {
        let y = f(x);
        if y.is_nan() {
            Err(NoRoot::NotANumber { at: x })
        } else {
            Ok(y)
        }
    };
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (sampled(a)?, sampled(b)?);
    if fa == 0.0 {
        return Ok(a);
    }
    if fb == 0.0 {
        return Ok(b);
    }
    if (fa > 0.0) == (fb > 0.0) {
        return Err(NoRoot::NotBracketed { low, high });
    }
    let (mut c, mut fc) = (a, fa);
    let mut step = b - a;
    let mut before = step;
    for _ in 0..MAX_STEPS {
        if (fb > 0.0) == (fc > 0.0) {
            (c, fc) = (a, fa);
            step = b - a;
            before = step;
        }
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let tol = 2.0 * f64::EPSILON * b.abs() + 0.5 * tolerance + f64::MIN_POSITIVE;
        let half = 0.5 * (c - b);
        if half.abs() <= tol || fb == 0.0 {
            return Ok(b);
        }
        (step, before) = next_step((a, fa), (b, fb), (c, fc), half, tol, (step, before));
        (a, fa) = (b, fb);
        b += if step.abs() > tol {
            step
        } else {
            tol.copysign(half)
        };
        fb = sampled(b)?;
    }
    Err(NoRoot::TooManySteps { steps: MAX_STEPS })
}

/// Brent's choice between interpolation and bisection; returns the step and the step before it.
fn next_step(
    (a, fa): (f64, f64),
    (b, fb): (f64, f64),
    (c, fc): (f64, f64),
    half: f64,
    tol: f64,
    (step, before): (f64, f64),
) -> (f64, f64) {
    // Infinite values cannot be interpolated.
    if before.abs() < tol || fa.abs() <= fb.abs() || !fa.is_finite() || !fc.is_finite() {
        return (half, half);
    }
    let s = fb / fa;
    let (mut p, mut q) = if a == c {
        (2.0 * half * s, 1.0 - s)
    } else {
        let (q, r) = (fa / fc, fb / fc);
        (
            s * (2.0 * half * q * (q - r) - (b - a) * (r - 1.0)),
            (q - 1.0) * (r - 1.0) * (s - 1.0),
        )
    };
    if p > 0.0 {
        q = -q;
    } else {
        p = -p;
    }
    if 2.0 * p < (3.0 * half * q - (tol * q).abs()).min((before * q).abs()) {
        (p / q, step)
    } else {
        (half, half)
    }
}

/// Finds the root of a monotone function by Newton's method kept inside the bracket that its signs reveal.
///
/// `f` returns value and slope; `rising` says its direction. The search starts at `start` and needs no bracket: until both signs were
/// seen, a step is at most `reach`, doubled each time. Ends when a step no longer changes the argument by more than 2 ulp.
///
/// # Errors
/// [`NoRoot`] when the function is NaN or the cap is reached.
pub fn monotone(
    mut f: impl FnMut(f64) -> (f64, f64),
    start: f64,
    rising: bool,
    mut reach: f64,
) -> Result<f64, NoRoot> {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut x = start;
    for _ in 0..MAX_STEPS {
        let (value, slope) = f(x);
        if value.is_nan() {
            return Err(NoRoot::NotANumber { at: x });
        }
        if value == 0.0 {
            return Ok(x);
        }
        let go_up = (value < 0.0) == rising;
        if go_up {
            low = x;
        } else {
            high = x;
        }
        let mut next = x - value / slope;
        let newton = next.is_finite() && if go_up { next >= x } else { next <= x };
        if low.is_finite() && high.is_finite() {
            if !newton || next <= low || next >= high {
                if newton && (next - x).abs() <= 4.0 * f64::EPSILON * x.abs() {
                    return Ok(x);
                }
                next = low + 0.5 * (high - low);
            }
        } else {
            if !newton || (next - x).abs() > reach {
                next = x + if go_up { reach } else { -reach };
            }
            reach *= 2.0;
        }
        if (next - x).abs() <= 2.0 * f64::EPSILON * x.abs() + f64::MIN_POSITIVE {
            return Ok(next);
        }
        x = next;
    }
    Err(NoRoot::TooManySteps { steps: MAX_STEPS })
}
