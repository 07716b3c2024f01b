//! Orthonormal columns for a design matrix, so that units and centring of moderators cost no digits.

use crate::problem::Problem;
use crate::stats::matrix::{Matrix, dot};
use libm::sqrt;

/// `X = Q R` with orthonormal columns in `Q` and `R` upper triangular.
#[derive(Clone, Debug)]
pub struct Orthonormal {
    /// Orthonormal columns spanning those of the design.
    pub q: Matrix,
    /// Upper triangle.
    pub r: Matrix,
}

/// Splits a design matrix by Gram-Schmidt with one repetition, which is orthogonal to rounding (Giraud et al. 2005).
///
/// # Errors
/// When a column is a combination of those before it (relative tolerance 1e-10), or there are fewer rows than columns.
pub fn orthonormalise(x: &Matrix) -> Result<Orthonormal, Problem> {
    let (n, p) = (x.rows(), x.columns());
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(p);
    let mut r = Matrix::zeros(p, p);
    for j in 0..p {
        let mut column = x.column(j);
        let before = sqrt(dot(&column, &column));
        for _ in 0..2 {
            for (i, earlier) in columns.iter().enumerate() {
                let part = dot(earlier, &column);
                r[(i, j)] += part;
                for (cell, e) in column.iter_mut().zip(earlier) {
                    *cell -= part * e;
                }
            }
        }
        let norm = sqrt(dot(&column, &column));
        if j >= n || norm.is_nan() || norm <= 1e-10 * before {
            return Err(Problem::error(
                "pool::collinear",
                format!("column {} of the design repeats the ones before it", j + 1),
            )
            .help("leave out one of the moderators, or one level"));
        }
        r[(j, j)] = norm;
        for cell in &mut column {
            *cell /= norm;
        }
        columns.push(column);
    }
    let q = Matrix::from_fn(n, p, |i, j| columns[j][i]);
    Ok(Orthonormal { q, r })
}

impl Orthonormal {
    /// Coefficients for `X` from those for `Q`.
    pub fn coefficients(&self, q_coefficients: &[f64]) -> Vec<f64> {
        let p = q_coefficients.len();
        let mut out = q_coefficients.to_vec();
        for i in (0..p).rev() {
            for j in i + 1..p {
                out[i] -= self.r[(i, j)] * out[j];
            }
            out[i] /= self.r[(i, i)];
        }
        out
    }

    /// Covariance of the coefficients for `X` from that of those for `Q`.
    #[must_use]
    pub fn covariance(&self, q_covariance: &Matrix) -> Matrix {
        let p = q_covariance.rows();
        let half: Vec<Vec<f64>> = (0..p)
            .map(|j| self.coefficients(&q_covariance.column(j)))
            .collect();
        // Rows of R⁻¹ C, each once more from the right.
        let rows: Vec<Vec<f64>> = (0..p)
            .map(|i| {
                let row: Vec<f64> = half.iter().map(|column| column[i]).collect();
                self.coefficients(&row)
            })
            .collect();
        Matrix::from_fn(p, p, |i, j| 0.5 * (rows[i][j] + rows[j][i]))
    }

    /// A contrast on the coefficients for `X` as one on those for `Q`: `R⁻ᵀ c`.
    pub fn contrast(&self, c: &[f64]) -> Vec<f64> {
        let mut out = c.to_vec();
        for i in 0..out.len() {
            for j in 0..i {
                out[i] -= self.r[(j, i)] * out[j];
            }
            out[i] /= self.r[(i, i)];
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uncentred_year_keeps_its_digits() {
        let x = Matrix::from_fn(5, 2, |i, j| if j == 0 { 1.0 } else { 2001.0 + i as f64 });
        let split = orthonormalise(&x).unwrap();
        let (a, b) = (split.q.column(0), split.q.column(1));
        assert!(dot(&a, &b).abs() < 1e-15);
        let c = split.contrast(&[0.3, 0.7]);
        let beta = split.coefficients(&[1.0, 2.0]);
        assert!((dot(&c, &[1.0, 2.0]) - (0.3 * beta[0] + 0.7 * beta[1])).abs() < 1e-9);
    }

    #[test]
    fn a_repeated_column_is_refused() {
        let x = Matrix::from_fn(4, 2, |i, j| (1.0 + i as f64) * (1.0 + j as f64));
        assert_eq!(orthonormalise(&x).unwrap_err().code, "pool::collinear");
    }
}
