//! Likelihoods of single arms and of studies with normal random effects.

use crate::stats::gamma::ln_gamma;
use crate::stats::matrix::Matrix;
use libm::{exp, log, log1p, sqrt};

/// What an arm counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Arm {
    /// Events among people, modelled on the logit scale.
    Binomial {
        /// Events.
        x: f64,
        /// People.
        n: f64,
        /// Added to the linear predictor.
        offset: f64,
    },
    /// Events in person-time, modelled on the log scale.
    Poisson {
        /// Events.
        x: f64,
        /// Person-time.
        t: f64,
    },
}

/// ln(1 + e^η) without overflow.
fn softplus(eta: f64) -> f64 {
    if eta > 0.0 {
        eta + log1p(exp(-eta))
    } else {
        log1p(exp(eta))
    }
}

/// `x ln(x / y)`, 0 at 0.
fn xlogx(x: f64, p: f64) -> f64 {
    if x > 0.0 { x * log(p) } else { 0.0 }
}

impl Arm {
    /// Log-likelihood at a linear predictor, with its first and minus its second derivative.
    pub(super) fn at(&self, eta: f64) -> (f64, f64, f64) {
        match *self {
            Self::Binomial { x, n, offset } => {
                let eta = eta + offset;
                let p = 1.0 / (1.0 + exp(-eta));
                let value = self.constant() + x * eta - n * softplus(eta);
                (value, x - n * p, n * p * (1.0 - p))
            }
            Self::Poisson { x, t } => {
                let eta = eta + log(t);
                let mean = exp(eta);
                (self.constant() + x * eta - mean, x - mean, mean)
            }
        }
    }

    fn constant(&self) -> f64 {
        match *self {
            Self::Binomial { x, n, .. } => {
                ln_gamma(n + 1.0) - ln_gamma(x + 1.0) - ln_gamma(n - x + 1.0)
            }
            Self::Poisson { x, .. } => -ln_gamma(x + 1.0),
        }
    }

    /// Log-likelihood where the arm is fitted exactly.
    pub(super) fn saturated(&self) -> f64 {
        match *self {
            Self::Binomial { x, n, .. } => {
                self.constant() + xlogx(x, x / n) + xlogx(n - x, 1.0 - x / n)
            }
            Self::Poisson { x, .. } => self.constant() + xlogx(x, x) - x,
        }
    }

    /// A linear predictor near the arm's own estimate, half an event away from the limits.
    pub(super) fn start(&self) -> f64 {
        match *self {
            Self::Binomial { x, n, offset } => log((x + 0.5) / (n - x + 0.5)) - offset,
            Self::Poisson { x, t } => log((x + 0.5) / t),
        }
    }
}

/// Nodes and weights of Gauss-Hermite quadrature for the weight `e^(-x²)` (Golub & Welsch 1969).
pub(super) fn hermite(n: usize) -> Vec<(f64, f64)> {
    let jacobi = Matrix::from_fn(n, n, |i, j| {
        if i.abs_diff(j) == 1 {
            sqrt(i.max(j) as f64 / 2.0)
        } else {
            0.0
        }
    });
    let (values, vectors) = jacobi.symmetric_eigen();
    let total = sqrt(std::f64::consts::PI);
    values
        .iter()
        .enumerate()
        .map(|(m, x)| (*x, total * vectors[(0, m)] * vectors[(0, m)]))
        .collect()
}

/// A scalar log-likelihood with its first and minus its second derivative.
pub(super) trait Curve {
    /// Value, slope, and minus the curvature.
    fn at(&self, u: f64) -> (f64, f64, f64);
}

impl<F: Fn(f64) -> (f64, f64, f64)> Curve for F {
    fn at(&self, u: f64) -> (f64, f64, f64) {
        self(u)
    }
}

/// Mode of `curve(u) - u²/2` by Newton's method with halved steps.
fn mode(curve: &impl Curve) -> (f64, f64) {
    let mut u = 0.0;
    let (mut value, mut slope, mut bend) = curve.at(u);
    value -= 0.5 * u * u;
    for _ in 0..60 {
        let step = (slope - u) / (bend + 1.0);
        // Newton's error squares at each step, so the one after this would be lost in rounding.
        if step.abs() < 1e-8 * (1.0 + u.abs()) {
            break;
        }
        let mut factor = 1.0;
        loop {
            let next = u + factor * step;
            let (v, s, b) = curve.at(next);
            if v - 0.5 * next * next >= value || factor < 1e-4 {
                (u, value, slope, bend) = (next, v - 0.5 * next * next, s, b);
                break;
            }
            factor *= 0.5;
        }
    }
    let step = (slope - u) / (bend + 1.0);
    let bend = curve.at(u + step).2;
    let u = u + step;
    (u, bend + 1.0)
}

/// Log of the integral of `e^curve(u)` against the standard normal, by adaptive Gauss-Hermite quadrature, and the mode.
///
/// Source: Pinheiro & Bates, J Comput Graph Stat 1995;4:12.
pub(super) fn integrate(curve: &impl Curve, nodes: &[(f64, f64)]) -> (f64, f64) {
    let (centre, curvature) = mode(curve);
    let scale = sqrt(2.0 / curvature);
    let logs: Vec<f64> = nodes
        .iter()
        .map(|&(x, w)| {
            let u = centre + scale * x;
            curve.at(u).0 - 0.5 * u * u + x * x + log(w)
        })
        .collect();
    let most = logs.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v));
    let sum: f64 = logs.iter().map(|v| exp(v - most)).sum();
    let value = most + log(sum) + log(scale) - 0.5 * log(2.0 * std::f64::consts::PI);
    (value, centre)
}

/// Laplace approximation of the log-likelihood of arms with two standard normal effects; loadings by arm.
pub(super) fn laplace(arms: &[Arm; 2], eta: [f64; 2], loading: [[f64; 2]; 2]) -> f64 {
    let evaluate = |u: [f64; 2]| {
        let mut value = -0.5 * (u[0] * u[0] + u[1] * u[1]);
        let mut slope = [-u[0], -u[1]];
        let mut bend = [1.0, 0.0, 1.0];
        for (n, arm) in arms.iter().enumerate() {
            let l = loading[n];
            let (v, s, b) = arm.at(eta[n] + l[0] * u[0] + l[1] * u[1]);
            value += v;
            slope[0] += s * l[0];
            slope[1] += s * l[1];
            bend[0] += b * l[0] * l[0];
            bend[1] += b * l[0] * l[1];
            bend[2] += b * l[1] * l[1];
        }
        (value, slope, bend)
    };
    let mut u = [0.0, 0.0];
    let (mut value, mut slope, mut bend) = evaluate(u);
    for _ in 0..60 {
        let determinant = bend[0] * bend[2] - bend[1] * bend[1];
        let step = [
            (bend[2] * slope[0] - bend[1] * slope[1]) / determinant,
            (bend[0] * slope[1] - bend[1] * slope[0]) / determinant,
        ];
        if step[0].abs() + step[1].abs() < 1e-9 {
            return value - 0.5 * log(determinant);
        }
        let mut factor = 1.0;
        loop {
            let next = [u[0] + factor * step[0], u[1] + factor * step[1]];
            let (v, s, b) = evaluate(next);
            if v >= value || factor < 1e-4 {
                (u, value, slope, bend) = (next, v, s, b);
                break;
            }
            factor *= 0.5;
        }
    }
    value - 0.5 * log(bend[0] * bend[2] - bend[1] * bend[1])
}

/// Largest value of a concave function near `start` and where, by Newton's method on differences, never outside `start ± reach`.
///
/// The argument is right to about 1e-6, so the value, being flat there, to 1e-12.
pub(super) fn highest(f: impl Fn(f64) -> f64, start: f64, reach: f64) -> (f64, f64) {
    const H: f64 = 1e-3;
    let (low, high) = (start - reach, start + reach);
    let mut x = start;
    let mut value = f(x);
    for _ in 0..100 {
        let (up, down) = (f(x + H), f(x - H));
        let slope = (up - down) / (2.0 * H);
        let bend = (2.0 * value - up - down) / (H * H);
        let wanted = if bend > 1e-7 {
            slope / bend
        } else {
            slope.signum() * 2.0
        };
        let mut step = wanted.clamp(-2.0, 2.0).clamp(low - x, high - x);
        if step.abs() < 1e-6 {
            break;
        }
        let mut next = f(x + step);
        while next < value && step.abs() > 1e-7 {
            step *= 0.5;
            next = f(x + step);
        }
        if next < value {
            break;
        }
        (x, value) = (x + step, next);
    }
    (x, value)
}
