//! Second derivatives by extrapolated differences, for likelihoods without handy formulas.

use crate::stats::matrix::Matrix;

/// Neville's extrapolation of central differences at halved steps.
fn extrapolate(mut values: Vec<f64>) -> f64 {
    let mut power = 1.0;
    while values.len() > 1 {
        power *= 4.0;
        values = values
            .windows(2)
            .map(|pair| (pair[1] * power - pair[0]) / (power - 1.0))
            .collect();
    }
    values[0]
}

/// Hessian of `f` at `x` by Richardson extrapolation with `halvings` steps, the first a tenth of each coordinate (1e-4 near 0).
///
/// Source: Linfield & Penny, Microcomputers in Numerical Analysis, 1989; the scheme of R's numDeriv.
pub fn hessian(f: impl Fn(&[f64]) -> f64, x: &[f64], halvings: usize) -> Matrix {
    let n = x.len();
    let base = f(x);
    let first: Vec<f64> = x
        .iter()
        .map(|x| (0.1 * x).abs() + if x.abs() < 1.781e-5 { 1e-4 } else { 0.0 })
        .collect();
    let moved = |steps: &[(usize, f64)]| {
        let mut at = x.to_vec();
        for &(j, h) in steps {
            at[j] += h;
        }
        f(&at)
    };
    let scales: Vec<f64> = (0..halvings)
        .scan(1.0, |s, _| {
            let now = *s;
            *s /= 2.0;
            Some(now)
        })
        .collect();
    let mut out = Matrix::zeros(n, n);
    for i in 0..n {
        let values = scales
            .iter()
            .map(|s| {
                let h = first[i] * s;
                (moved(&[(i, h)]) - 2.0 * base + moved(&[(i, -h)])) / (h * h)
            })
            .collect();
        out[(i, i)] = extrapolate(values);
    }
    for i in 0..n {
        for j in 0..i {
            let values = scales
                .iter()
                .map(|s| {
                    let (h, l) = (first[i] * s, first[j] * s);
                    let both = moved(&[(i, h), (j, l)]) - 2.0 * base + moved(&[(i, -h), (j, -l)]);
                    (both - out[(i, i)] * h * h - out[(j, j)] * l * l) / (2.0 * h * l)
                })
                .collect();
            let value = extrapolate(values);
            out[(i, j)] = value;
            out[(j, i)] = value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_has_its_known_curvature() {
        let h = hessian(|x| libm::exp(x[0]) * x[1] * x[1], &[0.5, 2.0], 6);
        let e = libm::exp(0.5);
        assert!((h[(0, 0)] - 4.0 * e).abs() < 1e-8);
        assert!((h[(0, 1)] - 4.0 * e).abs() < 1e-8);
        assert!((h[(1, 1)] - 2.0 * e).abs() < 1e-8);
    }
}
