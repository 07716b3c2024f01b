//! Small dense matrices with a fixed order of summation.
//!
//! nalgebra multiplies through a kernel that picks its instructions by processor, so last digits could differ between machines;
//! these loops do not. Sizes here are coefficients by coefficients, or studies by coefficients.

use libm::{log, sqrt};
use std::ops::{Index, IndexMut};

/// A dense matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    cells: Vec<f64>,
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.cells[row * self.columns + column]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.cells[row * self.columns + column]
    }
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self {
            rows,
            columns,
            cells: vec![0.0; rows * columns],
        }
    }

    /// The identity of order `n`.
    pub fn identity(n: usize) -> Self {
        Self::from_fn(n, n, |i, j| if i == j { 1.0 } else { 0.0 })
    }

    /// A matrix from a function of row and column.
    pub fn from_fn(rows: usize, columns: usize, mut cell: impl FnMut(usize, usize) -> f64) -> Self {
        let mut cells = Vec::with_capacity(rows * columns);
        for i in 0..rows {
            for j in 0..columns {
                cells.push(cell(i, j));
            }
        }
        Self {
            rows,
            columns,
            cells,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.columns..(row + 1) * self.columns]
    }

    /// One column, copied.
    pub fn column(&self, column: usize) -> Vec<f64> {
        (0..self.rows).map(|i| self[(i, column)]).collect()
    }

    /// The diagonal.
    pub fn diagonal(&self) -> Vec<f64> {
        (0..self.rows.min(self.columns))
            .map(|i| self[(i, i)])
            .collect()
    }

    /// Sum of the diagonal.
    pub fn trace(&self) -> f64 {
        self.diagonal().iter().sum()
    }

    /// The transpose.
    #[must_use]
    pub fn transpose(&self) -> Self {
        Self::from_fn(self.columns, self.rows, |i, j| self[(j, i)])
    }

    /// The product with `right`.
    ///
    /// # Panics
    /// When the inner sizes differ: a mistake of the caller.
    #[must_use]
    pub fn times(&self, right: &Self) -> Self {
        assert_eq!(self.columns, right.rows, "inner sizes agree");
        let mut out = Self::zeros(self.rows, right.columns);
        for i in 0..self.rows {
            for l in 0..self.columns {
                let factor = self[(i, l)];
                for j in 0..right.columns {
                    out[(i, j)] += factor * right[(l, j)];
                }
            }
        }
        out
    }

    /// The product with a vector.
    pub fn times_vector(&self, right: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|i| dot(self.row(i), right)).collect()
    }

    /// The sum with `right`.
    #[must_use]
    pub fn plus(&self, right: &Self) -> Self {
        Self::from_fn(self.rows, self.columns, |i, j| self[(i, j)] + right[(i, j)])
    }

    /// Every cell times `factor`.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self::from_fn(self.rows, self.columns, |i, j| self[(i, j)] * factor)
    }

    /// The rows `keep`, in that order.
    #[must_use]
    pub fn select_rows(&self, keep: &[usize]) -> Self {
        Self::from_fn(keep.len(), self.columns, |i, j| self[(keep[i], j)])
    }

    /// The lower Cholesky factor of a symmetric positive definite matrix; `None` when it is not positive definite.
    pub fn cholesky(&self) -> Option<Cholesky> {
        let n = self.rows;
        let mut l = Self::zeros(n, n);
        for i in 0..n {
            for j in 0..=i {
                let mut sum = self[(i, j)];
                for m in 0..j {
                    sum -= l[(i, m)] * l[(j, m)];
                }
                if i == j {
                    if !(sum > 0.0) {
                        return None;
                    }
                    l[(i, i)] = sqrt(sum);
                } else {
                    l[(i, j)] = sum / l[(j, j)];
                }
            }
        }
        Some(Cholesky { l })
    }

    /// Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix by cyclic Jacobi rotations.
    ///
    /// Source: Golub & Van Loan, Matrix Computations, section 8.5.
    pub fn symmetric_eigen(&self) -> (Vec<f64>, Self) {
        let n = self.rows;
        let mut a = self.clone();
        let mut vectors = Self::identity(n);
        for _sweep in 0..100 {
            let mut rotated = false;
            for p in 0..n {
                for q in p + 1..n {
                    rotated |= jacobi_rotation(&mut a, &mut vectors, p, q);
                }
            }
            if !rotated {
                break;
            }
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&i, &j| a[(i, i)].total_cmp(&a[(j, j)]));
        let values = order.iter().map(|&i| a[(i, i)]).collect();
        let sorted = Self::from_fn(n, n, |i, j| vectors[(i, order[j])]);
        (values, sorted)
    }
}

/// Zeroes one off-diagonal cell; false when it is already negligible.
fn jacobi_rotation(a: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) -> bool {
    let off = a[(p, q)];
    if off == 0.0 || off.abs() <= 1e-17 * sqrt((a[(p, p)] * a[(q, q)]).abs()) {
        return false;
    }
    let theta = (a[(q, q)] - a[(p, p)]) / (2.0 * off);
    let t = theta.signum() / (theta.abs() + sqrt(theta * theta + 1.0));
    let t = if theta == 0.0 { 1.0 } else { t };
    if t == 0.0 {
        return false;
    }
    let c = 1.0 / sqrt(t * t + 1.0);
    let s = t * c;
    for i in 0..a.rows {
        let (ip, iq) = (a[(i, p)], a[(i, q)]);
        a[(i, p)] = c * ip - s * iq;
        a[(i, q)] = s * ip + c * iq;
    }
    for i in 0..a.rows {
        let (pi, qi) = (a[(p, i)], a[(q, i)]);
        a[(p, i)] = c * pi - s * qi;
        a[(q, i)] = s * pi + c * qi;
    }
    a[(p, q)] = 0.0;
    a[(q, p)] = 0.0;
    for i in 0..a.rows {
        let (ip, iq) = (vectors[(i, p)], vectors[(i, q)]);
        vectors[(i, p)] = c * ip - s * iq;
        vectors[(i, q)] = s * ip + c * iq;
    }
    true
}

/// A Cholesky factor, ready to solve.
#[derive(Clone, Debug)]
pub struct Cholesky {
    l: Matrix,
}

impl Cholesky {
    /// The lower triangle `L` with `L Lᵀ = A`.
    pub fn lower(&self) -> &Matrix {
        &self.l
    }

    /// Solves `A x = b`.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = self.l.rows;
        let mut x = self.solve_lower(b);
        for i in (0..n).rev() {
            for j in i + 1..n {
                x[i] -= self.l[(j, i)] * x[j];
            }
            x[i] /= self.l[(i, i)];
        }
        x
    }

    /// Solves `L x = b`.
    pub fn solve_lower(&self, b: &[f64]) -> Vec<f64> {
        let mut x = b.to_vec();
        for i in 0..self.l.rows {
            for j in 0..i {
                x[i] -= self.l[(i, j)] * x[j];
            }
            x[i] /= self.l[(i, i)];
        }
        x
    }

    /// The inverse of `A`, symmetric to the bit.
    pub fn inverse(&self) -> Matrix {
        let n = self.l.rows;
        let mut out = Matrix::zeros(n, n);
        for j in 0..n {
            let mut unit = vec![0.0; n];
            unit[j] = 1.0;
            for (i, cell) in self.solve(&unit).into_iter().enumerate() {
                out[(i, j)] = cell;
            }
        }
        Matrix::from_fn(n, n, |i, j| 0.5 * (out[(i, j)] + out[(j, i)]))
    }

    /// ln det A.
    pub fn log_determinant(&self) -> f64 {
        2.0 * self.l.diagonal().iter().map(|&d| log(d)).sum::<f64>()
    }
}

/// Sum of products in index order.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// A least-squares solution by Householder reflections: keeps digits where normal equations lose them.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    /// Coefficients.
    pub beta: Vec<f64>,
    /// `(XᵀX)⁻¹`.
    pub unscaled: Matrix,
    /// Sum of squared residuals.
    pub rss: f64,
    /// `ln det XᵀX`.
    pub log_determinant: f64,
}

/// Minimises `|y − X β|²`; `None` when a column of `x` is a combination of those before it (relative tolerance 1e-11) or there are fewer
/// rows than columns. Weighted fits pass rows multiplied by √w.
///
/// Source: Golub & Van Loan, Matrix Computations, section 5.3.
pub fn least_squares(x: &Matrix, y: &[f64]) -> Option<LeastSquares> {
    let (n, p) = (x.rows, x.columns);
    if n < p {
        return None;
    }
    // Columns as contiguous vectors; each is scaled so that units do not decide the rank.
    let mut columns: Vec<Vec<f64>> = (0..p).map(|j| x.column(j)).collect();
    let mut target = y.to_vec();
    let scale: Vec<f64> = columns.iter().map(|c| sqrt(dot(c, c))).collect();
    if scale.iter().any(|&s| !(s > 0.0 && s.is_finite())) {
        return None;
    }
    for (column, s) in columns.iter_mut().zip(&scale) {
        column.iter_mut().for_each(|cell| *cell /= s);
    }
    for j in 0..p {
        let norm = sqrt(dot(&columns[j][j..], &columns[j][j..]));
        if norm < 1e-11 {
            return None;
        }
        let head = columns[j][j];
        let alpha = -norm.copysign(head);
        let mut v = columns[j][j..].to_vec();
        v[0] -= alpha;
        let vv = dot(&v, &v);
        for column in &mut columns[j + 1..] {
            reflect(&v, vv, &mut column[j..]);
        }
        reflect(&v, vv, &mut target[j..]);
        columns[j][j] = alpha;
        columns[j][j + 1..].fill(0.0);
    }
    let r = |i: usize, j: usize| columns[j][i];
    let mut beta = vec![0.0; p];
    let mut inverse = Matrix::zeros(p, p);
    for i in (0..p).rev() {
        let rest: f64 = (i + 1..p).map(|j| r(i, j) * beta[j]).sum();
        beta[i] = (target[i] - rest) / r(i, i);
        inverse[(i, i)] = 1.0 / r(i, i);
        for j in i + 1..p {
            let sum: f64 = (i + 1..=j).map(|m| r(i, m) * inverse[(m, j)]).sum();
            inverse[(i, j)] = -sum / r(i, i);
        }
    }
    let unscaled = Matrix::from_fn(p, p, |i, j| {
        let from = i.max(j);
        (from..p)
            .map(|m| inverse[(i, m)] * inverse[(j, m)])
            .sum::<f64>()
            / (scale[i] * scale[j])
    });
    Some(LeastSquares {
        beta: beta.iter().zip(&scale).map(|(b, s)| b / s).collect(),
        unscaled,
        rss: dot(&target[p..], &target[p..]),
        log_determinant: (0..p)
            .map(|i| 2.0 * (log(r(i, i).abs()) + log(scale[i])))
            .sum(),
    })
}

fn reflect(v: &[f64], vv: f64, x: &mut [f64]) {
    if vv == 0.0 {
        return;
    }
    let factor = 2.0 * dot(v, x) / vv;
    for (cell, vi) in x.iter_mut().zip(v) {
        *cell -= factor * vi;
    }
}
