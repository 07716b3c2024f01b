//! The beta distribution (regularised incomplete beta function).

use super::gamma::log1m_exp;
use super::{roots, saddle};
use libm::{exp, lgamma, log, log1p};

/// Cap on steps of the continued fraction; it needs some √(a+b).
const MAX_TERMS: usize = 500_000;

/// ln of xᵃ yᵇ / B(a, b) with `y = 1 − x` given on its own, so that neither end loses digits.
fn log_kernel(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 || y <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let n = a + b;
    if a.min(b) < 1e-2 {
        let log_x = if x > 0.5 { log1p(-y) } else { log(x) };
        let log_y = if y > 0.5 { log1p(-x) } else { log(y) };
        return a * log_x + b * log_y + lgamma(n) - lgamma(a) - lgamma(b);
    }
    saddle::stirling_error(n)
        - saddle::stirling_error(a)
        - saddle::stirling_error(b)
        - saddle::deviance(a, n * x)
        - saddle::deviance(b, n * y)
        + 0.5 * (log(a) + log(b) - log(n))
        - saddle::LN_SQRT_2PI
}

/// Returns (ln `I_x(a,b)`, ln `I_y(b,a)`) for `x + y = 1`; both arguments are given so that neither is a rounded complement.
///
/// Source: A. R. `DiDonato` & A. H. Morris, ACM TOMS 18 (1992) 360, continued fraction of section 3.
pub(super) fn log_tails(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (f64::NEG_INFINITY, 0.0);
    }
    if y <= 0.0 {
        return (0.0, f64::NEG_INFINITY);
    }
    if x * (a + b) > a {
        let (upper, lower) = log_tails_below_mean(b, a, y, x);
        return (lower, upper);
    }
    log_tails_below_mean(a, b, x, y)
}

fn log_tails_below_mean(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    let kernel = log_kernel(a, b, x, y);
    let lower = if b * x <= 0.7 && x < 0.7 {
        kernel - b * log_of_complement(x, y) - log(a) + log(power_series(a, b, x))
    } else {
        kernel - log(fraction(a, b, x, y))
    };
    // Rounding may lift a probability of one above one.
    let lower = lower.min(0.0);
    (lower, log1m_exp(lower))
}

fn log_of_complement(x: f64, y: f64) -> f64 {
    if x < 0.5 { log1p(-x) } else { log(y) }
}

/// a · Σ (1−b)…(n−b) xⁿ / (n! (a+n)), the power series of `I_x` over xᵃ/(a B).
fn power_series(a: f64, b: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for i in 1..MAX_TERMS {
        let n = i as f64;
        term *= (n - b) * x / n;
        let part = term * a / (a + n);
        sum += part;
        if part.abs() <= 1e-17 * sum.abs() {
            break;
        }
    }
    sum
}

fn fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let rising = |m: f64| (a + m) * (a * y - b * x + 1.0 + m * (2.0 - x)) / (a + 2.0 * m + 1.0);
    let tiny = 1e-300;
    // The part `m (b−m) x / (a+2m−1)` is 0 at m = 0, where a = 1 would divide 0 by 0.
    let mut value = rising(0.0);
    if value == 0.0 {
        value = tiny;
    }
    let (mut c, mut d) = (value, 0.0);
    for i in 1..MAX_TERMS {
        let m = i as f64;
        let below = a + 2.0 * m - 1.0;
        let a_term = (a + m - 1.0) * (a + b + m - 1.0) * m * (b - m) * x * x / (below * below);
        let b_next = m + m * (b - m) * x / below + rising(m);
        d = b_next + a_term * d;
        if d == 0.0 {
            d = tiny;
        }
        c = b_next + a_term / c;
        if c == 0.0 {
            c = tiny;
        }
        d = 1.0 / d;
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

fn valid(a: f64, b: f64) -> bool {
    a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite()
}

/// Returns the probability of a value up to `x` (`I_x(a, b)`); NaN unless both shapes are above 0.
pub fn cdf(x: f64, a: f64, b: f64) -> f64 {
    if !valid(a, b) || x.is_nan() {
        return f64::NAN;
    }
    exp(log_tails(a, b, x, 1.0 - x).0)
}

/// Returns the probability of a value above `x`.
pub fn sf(x: f64, a: f64, b: f64) -> f64 {
    exp(log_sf(x, a, b))
}

/// Returns ln of the upper tail.
pub fn log_sf(x: f64, a: f64, b: f64) -> f64 {
    if !valid(a, b) || x.is_nan() {
        return f64::NAN;
    }
    log_tails(a, b, x, 1.0 - x).1
}

/// Returns the value that falls below with probability `p`.
pub fn quantile(p: f64, a: f64, b: f64) -> f64 {
    let u = if p > 0.5 {
        logit_quantile(1.0 - p, a, b, true, None)
    } else {
        logit_quantile(p, a, b, false, None)
    };
    1.0 / (1.0 + exp(-u))
}

/// (ln lower, ln upper, ln kernel) where ln(x/(1−x)) = u, also where `x` or `1 − x` itself is below the smallest double.
pub(super) fn at_logit(a: f64, b: f64, u: f64) -> (f64, f64, f64) {
    if u > 600.0 {
        let (upper, lower, kernel) = at_logit(b, a, -u);
        return (lower, upper, kernel);
    }
    if u < -600.0 {
        let kernel = a * u + lgamma(a + b) - lgamma(a) - lgamma(b);
        let lower = kernel - log(a);
        return (lower, log1m_exp(lower.min(0.0)), kernel);
    }
    let (x, y) = (1.0 / (1.0 + exp(-u)), 1.0 / (1.0 + exp(u)));
    let (lower, upper) = log_tails(a, b, x, y);
    (lower, upper, log_kernel(a, b, x, y))
}

/// Returns ln(x/(1−x)) of the point with tail probability `p`, below it or (`upper`) above it.
pub(super) fn logit_quantile(p: f64, a: f64, b: f64, upper: bool, start: Option<f64>) -> f64 {
    if !valid(a, b) || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return if upper {
            f64::INFINITY
        } else {
            f64::NEG_INFINITY
        };
    }
    if p == 1.0 {
        return if upper {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
    }
    let log_p = log(p);
    let gap = |u: f64| {
        let (lower, above, kernel) = at_logit(a, b, u);
        let tail = if upper { above } else { lower };
        let slope = exp(kernel - tail);
        (tail - log_p, if upper { -slope } else { slope })
    };
    let start = start.unwrap_or_else(|| log(a) - log(b));
    roots::monotone(gap, start, !upper, 4.0).unwrap_or(f64::NAN)
}
