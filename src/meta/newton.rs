//! A damped Newton search for the minimum of a smooth function with a known gradient.

use crate::stats::matrix::{Matrix, dot};
use libm::sqrt;

/// Cap on Newton steps; a search that needs more ends where it is and says so.
const MAX_STEPS: usize = 200;
/// Cap on halvings of one step.
const MAX_HALVINGS: usize = 60;

/// How a search is done.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Promised decrease relative to `1 + |f|` that ends it.
    pub tolerance: f64,
    /// Relative step at which the gradient is differenced.
    pub difference: f64,
}

impl Search {
    /// For gradients from formulas.
    pub fn exact(tolerance: f64) -> Self {
        Self {
            tolerance,
            difference: 1e-5,
        }
    }
}

/// Minimises a smooth function without a gradient: it is differenced at four points a coordinate, so that errors are of order 1e-12.
pub fn minimise_value(f: impl Fn(&[f64]) -> f64, start: &[f64], tolerance: f64) -> Option<Minimum> {
    const H: f64 = 1e-3;
    let with_gradient = |x: &[f64]| {
        let value = f(x);
        let mut moved = x.to_vec();
        let gradient: Vec<f64> = (0..x.len())
            .map(|j| {
                let mut at = |h: f64| {
                    moved[j] = x[j] + h;
                    let value = f(&moved);
                    moved[j] = x[j];
                    value
                };
                (8.0 * (at(H) - at(-H)) - (at(2.0 * H) - at(-2.0 * H))) / (12.0 * H)
            })
            .collect();
        (value.is_finite() && gradient.iter().all(|g| g.is_finite())).then_some((value, gradient))
    };
    let search = Search {
        tolerance,
        difference: 1e-2,
    };
    minimise(with_gradient, start, search)
}

/// Where a search ended.
#[derive(Clone, Debug)]
pub struct Minimum {
    /// The argument.
    pub at: Vec<f64>,
    /// The function there.
    pub value: f64,
    /// Whether the expected decrease of another step was negligible.
    pub converged: bool,
}

/// Symmetric matrix of second derivatives by central differences of the gradient, at steps relative to the argument; `None` where the
/// function is undefined nearby.
fn hessian(
    f: &mut impl FnMut(&[f64]) -> Option<(f64, Vec<f64>)>,
    x: &[f64],
    difference: f64,
) -> Option<Matrix> {
    let n = x.len();
    let mut columns = Vec::with_capacity(n);
    for j in 0..n {
        let h = difference * x[j].abs().max(0.1);
        let mut moved = x.to_vec();
        moved[j] = x[j] + h;
        let (_, up) = f(&moved)?;
        moved[j] = x[j] - h;
        let (_, down) = f(&moved)?;
        columns.push(
            up.iter()
                .zip(&down)
                .map(|(u, d)| (u - d) / (2.0 * h))
                .collect::<Vec<f64>>(),
        );
    }
    Some(Matrix::from_fn(n, n, |i, j| {
        0.5 * (columns[j][i] + columns[i][j])
    }))
}

/// The Newton step with curvatures made positive, so that it always leads downhill.
fn downhill(hessian: &Matrix, gradient: &[f64]) -> Vec<f64> {
    let (values, vectors) = hessian.symmetric_eigen();
    let largest = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let least = (largest * 1e-10).max(1e-300);
    let mut step = vec![0.0; gradient.len()];
    for (m, value) in values.iter().enumerate() {
        let direction = vectors.column(m);
        let part = -dot(&direction, gradient) / value.abs().max(least);
        for (s, d) in step.iter_mut().zip(&direction) {
            *s += part * d;
        }
    }
    step
}

/// Minimises `f` from `start`; arguments should be of order 1, and no step is longer than 3.
///
/// The search ends when another step promises a decrease below its tolerance relative to `1 + |f|`; along a direction so flat that this
/// step would still be long, it stays where it is. `f` gives value and gradient, or `None` where it is undefined. Returns `None` only when it is undefined at `start`.
///
/// Source: Nocedal & Wright, Numerical Optimization, 2006, section 3.4.
pub fn minimise(
    mut f: impl FnMut(&[f64]) -> Option<(f64, Vec<f64>)>,
    start: &[f64],
    search: Search,
) -> Option<Minimum> {
    let mut x = start.to_vec();
    let (mut value, mut gradient) = f(&x)?;
    let mut converged = x.is_empty();
    for _ in 0..MAX_STEPS {
        if converged {
            break;
        }
        let Some(curvature) = hessian(&mut f, &x, search.difference) else {
            break;
        };
        let mut step = downhill(&curvature, &gradient);
        let length = sqrt(dot(&step, &step));
        if length > 3.0 {
            for s in &mut step {
                *s *= 3.0 / length;
            }
        }
        let slope = dot(&step, &gradient);
        let negligible = slope.abs() <= search.tolerance * (1.0 + value.abs());
        if negligible && length > 0.1 {
            converged = true;
            break;
        }
        let Some((next, next_value, next_gradient)) = shorten(&mut f, &x, value, &step, slope)
        else {
            converged = negligible;
            break;
        };
        converged = negligible;
        (x, value, gradient) = (next, next_value, next_gradient);
    }
    Some(Minimum {
        at: x,
        value,
        converged,
    })
}

type Accepted = (Vec<f64>, f64, Vec<f64>);

/// Halves the step until the function falls enough (Armijo).
fn shorten(
    f: &mut impl FnMut(&[f64]) -> Option<(f64, Vec<f64>)>,
    x: &[f64],
    value: f64,
    step: &[f64],
    slope: f64,
) -> Option<Accepted> {
    let mut factor = 1.0;
    for _ in 0..MAX_HALVINGS {
        let next: Vec<f64> = x.iter().zip(step).map(|(x, s)| x + factor * s).collect();
        if let Some((v, g)) = f(&next)
            && v <= value + 1e-4 * factor * slope
        {
            return Some((next, v, g));
        }
        factor *= 0.5;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_valley_of_rosenbrock() {
        let f = |x: &[f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            Some((
                a * a + 100.0 * b * b,
                vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b],
            ))
        };
        let found = minimise(f, &[-1.2, 1.0], Search::exact(1e-15)).unwrap();
        assert!(found.converged);
        assert!((found.at[0] - 1.0).abs() < 1e-7 && (found.at[1] - 1.0).abs() < 1e-7);
    }
}
