//! Weighted least squares at one value of τ², and the sums that estimators need.
//!
//! With W = diag(1/(vᵢ + τ²)) and P = W − W X (Xᵀ W X)⁻¹ Xᵀ W, everything follows from an orthonormal basis Q of the columns of
//! W^½ X: P = W^½ (I − Q Qᵀ) W^½. No k × k matrix is formed.

use super::Refusal;
use crate::stats::matrix::{Matrix, dot};
use libm::{log, sqrt};

/// Effects, variances and a design; the design is a column of ones when `x` is `None`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Studies<'a> {
    pub(super) yi: &'a [f64],
    pub(super) vi: &'a [f64],
    x: Option<&'a Matrix>,
    /// The study with the least variance. One study may hold nearly all the weight; sums then keep their digits only when it is
    /// treated apart.
    heaviest: usize,
}

/// A design's weighted fit.
#[derive(Clone, Debug)]
pub(super) struct Projection {
    pub(super) weights: Vec<f64>,
    /// Orthonormal columns; empty for an intercept alone, whose column is the root of the leverages.
    basis: Vec<Vec<f64>>,
    pub(super) beta: Vec<f64>,
    /// (Xᵀ W X)⁻¹.
    pub(super) unscaled: Matrix,
    /// y − X β.
    pub(super) residuals: Vec<f64>,
    /// ln det Xᵀ W X.
    pub(super) log_determinant: f64,
    /// Leverages.
    pub(super) leverages: Vec<f64>,
    /// 1 − leverage, without cancellation for the heaviest study of an intercept.
    complements: Vec<f64>,
}

/// The sums of one value of τ².
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    /// yᵀ P y, the residual heterogeneity.
    pub(super) ypy: f64,
    /// yᵀ P² y.
    pub(super) yppy: f64,
    /// yᵀ P³ y.
    pub(super) ypppy: f64,
    /// tr P.
    pub(super) trace: f64,
    /// tr P².
    pub(super) trace2: f64,
    /// Σ w.
    pub(super) sum: f64,
    /// Σ w².
    pub(super) sum2: f64,
}

impl<'a> Studies<'a> {
    /// Checks that there is something to pool.
    pub(super) fn new(
        yi: &'a [f64],
        vi: &'a [f64],
        x: Option<&'a Matrix>,
    ) -> Result<Self, Refusal> {
        if yi.len() != vi.len() {
            return Err(Refusal::Lengths {
                effects: yi.len(),
                variances: vi.len(),
            });
        }
        if yi.is_empty() {
            return Err(Refusal::NoStudies);
        }
        if let Some(row) = yi.iter().position(|y| !y.is_finite()) {
            return Err(Refusal::Effect { row });
        }
        if let Some(row) = vi.iter().position(|&v| !(v > 0.0 && v.is_finite())) {
            return Err(Refusal::Variance {
                row,
                value: vi[row],
            });
        }
        let heaviest = (1..vi.len()).fold(0, |best, i| if vi[i] < vi[best] { i } else { best });
        Ok(Self {
            yi,
            vi,
            x,
            heaviest,
        })
    }

    pub(super) fn k(&self) -> usize {
        self.yi.len()
    }

    pub(super) fn p(&self) -> usize {
        self.x.map_or(1, Matrix::columns)
    }

    /// k − p.
    pub(super) fn df(&self) -> f64 {
        self.k() as f64 - self.p() as f64
    }

    /// Whether the design is a column of ones.
    pub(super) fn is_intercept_only(&self) -> bool {
        self.x.is_none()
    }

    fn column(&self, j: usize) -> Vec<f64> {
        self.x.map_or_else(|| vec![1.0; self.k()], |x| x.column(j))
    }

    /// The fit with weights 1/(vᵢ + τ²).
    pub(super) fn at(&self, tau2: f64) -> Result<Projection, Refusal> {
        self.weighted(self.vi.iter().map(|v| 1.0 / (v + tau2)).collect())
    }

    /// The fit with the given weights, by Gram–Schmidt with a second pass.
    pub(super) fn weighted(&self, weights: Vec<f64>) -> Result<Projection, Refusal> {
        if self.is_intercept_only() {
            return Ok(self.weighted_mean(weights));
        }
        let p = self.p();
        let roots: Vec<f64> = weights.iter().map(|&w| sqrt(w)).collect();
        let mut basis: Vec<Vec<f64>> = Vec::with_capacity(p);
        let mut upper = Matrix::zeros(p, p);
        for j in 0..p {
            let mut column = self.column(j);
            scale(&mut column, &roots);
            let before = sqrt(dot(&column, &column));
            for _pass in 0..2 {
                for (i, earlier) in basis.iter().enumerate() {
                    let part = dot(earlier, &column);
                    upper[(i, j)] += part;
                    subtract(&mut column, part, earlier);
                }
            }
            let norm = sqrt(dot(&column, &column));
            if !(norm > 1e-12 * before) {
                return Err(Refusal::Redundant {
                    name: format!("{}", j + 1),
                });
            }
            upper[(j, j)] = norm;
            column.iter_mut().for_each(|cell| *cell /= norm);
            basis.push(column);
        }
        let mut rest = self.yi.to_vec();
        scale(&mut rest, &roots);
        let mut parts = vec![0.0; p];
        for _pass in 0..2 {
            for (part, column) in parts.iter_mut().zip(&basis) {
                let more = dot(column, &rest);
                *part += more;
                subtract(&mut rest, more, column);
            }
        }
        let residuals = rest.iter().zip(&roots).map(|(r, root)| r / root).collect();
        let leverages: Vec<f64> = (0..self.k())
            .map(|i| basis.iter().map(|q| q[i] * q[i]).sum())
            .collect();
        let complements = leverages.iter().map(|h| 1.0 - h).collect();
        let inverse = invert_upper(&upper);
        let unscaled = Matrix::from_fn(p, p, |i, j| {
            (i.max(j)..p)
                .map(|m| inverse[(i, m)] * inverse[(j, m)])
                .sum()
        });
        Ok(Projection {
            beta: inverse_times(&upper, &parts),
            unscaled,
            residuals,
            log_determinant: 2.0 * upper.diagonal().iter().map(|&d| log(d)).sum::<f64>(),
            leverages,
            complements,
            basis,
            weights,
        })
    }

    /// The fit of an intercept alone.
    fn weighted_mean(&self, weights: Vec<f64>) -> Projection {
        let shift = self.shift();
        let (mut others, mut sum) = (0.0, 0.0);
        for (i, (w, y)) in weights.iter().zip(self.yi).enumerate() {
            if i != self.heaviest {
                others += w;
                sum += w * (y - shift);
            }
        }
        let total = others + weights[self.heaviest];
        let mean = sum / total;
        let leverages: Vec<f64> = weights.iter().map(|w| w / total).collect();
        let mut complements: Vec<f64> = leverages.iter().map(|h| 1.0 - h).collect();
        complements[self.heaviest] = others / total;
        Projection {
            beta: vec![mean + shift],
            unscaled: Matrix::from_fn(1, 1, |_, _| 1.0 / total),
            residuals: self.yi.iter().map(|y| (y - shift) - mean).collect(),
            log_determinant: log(total),
            leverages,
            complements,
            basis: Vec::new(),
            weights,
        }
    }

    /// The sums at one τ²: two passes over the studies for an intercept alone.
    pub(super) fn moments(&self, tau2: f64) -> Result<Moments, Refusal> {
        if self.x.is_some() {
            return self.at(tau2).map(|projection| projection.moments());
        }
        // Sums over all studies but the heaviest.
        let (mut r1, mut r2, mut r3, mut ry) = (0.0, 0.0, 0.0, 0.0);
        let shift = self.shift();
        for (i, (y, v)) in self.yi.iter().zip(self.vi).enumerate() {
            if i != self.heaviest {
                let w = 1.0 / (v + tau2);
                let w2 = w * w;
                r1 += w;
                r2 += w2;
                r3 += w2 * w;
                ry += w * (y - shift);
            }
        }
        let h = 1.0 / (self.vi[self.heaviest] + tau2);
        let s1 = r1 + h;
        let mean = ry / s1;
        let (mut ypy, mut yppy, mut cubic, mut cross) = (0.0, 0.0, 0.0, 0.0);
        for (y, v) in self.yi.iter().zip(self.vi) {
            let w = 1.0 / (v + tau2);
            let e = (y - shift) - mean;
            let we = w * e;
            let wwe = w * we;
            ypy += we * e;
            yppy += we * we;
            cubic += we * wwe;
            cross += wwe;
        }
        let ratio = r2 / s1;
        let share = h / s1;
        Ok(Moments {
            ypy,
            yppy,
            ypppy: cubic - cross * cross / s1,
            trace: (r1 * r1 - r2 + 2.0 * h * r1) / s1,
            trace2: share * share * (r1 * r1 + 2.0 * r2) + r2 - 2.0 * r3 / s1 + ratio * ratio,
            sum: s1,
            sum2: r2 + h * h,
        })
    }

    /// What effects are measured from while sums are formed: the heaviest study's, when an intercept takes it up again.
    fn shift(&self) -> f64 {
        if self.is_intercept_only() {
            self.yi[self.heaviest]
        } else {
            0.0
        }
    }

    /// yᵀ P y and yᵀ P² y at one τ².
    pub(super) fn residual_heterogeneity(&self, tau2: f64) -> Result<(f64, f64), Refusal> {
        let (mut q, mut slope) = (0.0, 0.0);
        if self.x.is_some() {
            let projection = self.at(tau2)?;
            for (w, e) in projection.weights.iter().zip(&projection.residuals) {
                q += w * e * e;
                slope += w * e * w * e;
            }
            return Ok((q, slope));
        }
        let shift = self.shift();
        let (mut s, mut sy) = (0.0, 0.0);
        for (y, v) in self.yi.iter().zip(self.vi) {
            let w = 1.0 / (v + tau2);
            s += w;
            sy += w * (y - shift);
        }
        let mean = sy / s;
        for (y, v) in self.yi.iter().zip(self.vi) {
            let w = 1.0 / (v + tau2);
            let e = (y - shift) - mean;
            q += w * e * e;
            slope += w * e * w * e;
        }
        Ok((q, slope))
    }

    /// ln det Xᵀ X.
    pub(super) fn log_determinant_of_design(&self) -> Result<f64, Refusal> {
        if self.x.is_none() {
            return Ok(log(self.k() as f64));
        }
        Ok(self.weighted(vec![1.0; self.k()])?.log_determinant)
    }
}

impl Projection {
    /// Qᵀ diag(d) Q.
    fn sandwich(&self, d: &[f64]) -> Matrix {
        if self.basis.is_empty() {
            let sum = self.leverages.iter().zip(d).map(|(h, d)| h * d).sum();
            return Matrix::from_fn(1, 1, |_, _| sum);
        }
        let p = self.basis.len();
        Matrix::from_fn(p, p, |a, b| {
            self.basis[a]
                .iter()
                .zip(&self.basis[b])
                .zip(d)
                .map(|((x, y), d)| x * y * d)
                .sum()
        })
    }

    /// yᵀ P y.
    pub(super) fn rss(&self) -> f64 {
        self.weights
            .iter()
            .zip(&self.residuals)
            .map(|(w, e)| w * e * e)
            .sum()
    }

    /// tr P.
    pub(super) fn trace(&self) -> f64 {
        self.weights
            .iter()
            .zip(&self.complements)
            .map(|(w, rest)| w * rest)
            .sum()
    }

    /// tr P diag(a) P diag(b).
    pub(super) fn trace_product(&self, a: &[f64], b: &[f64]) -> f64 {
        let (wa, wb): (Vec<f64>, Vec<f64>) = self
            .weights
            .iter()
            .zip(a.iter().zip(b))
            .map(|(w, (a, b))| (w * a, w * b))
            .unzip();
        let direct: f64 = wa
            .iter()
            .zip(&wb)
            .zip(&self.leverages)
            .map(|((a, b), h)| a * b * (1.0 - 2.0 * h))
            .sum();
        direct + self.sandwich(&wa).times(&self.sandwich(&wb)).trace()
    }

    /// tr P².
    pub(super) fn trace2(&self) -> f64 {
        let ones = vec![1.0; self.weights.len()];
        self.trace_product(&ones, &ones)
    }

    fn moments(&self) -> Moments {
        let (mut yppy, mut ypppy, mut sum, mut sum2) = (0.0, 0.0, 0.0, 0.0);
        let mut scaled = Vec::with_capacity(self.weights.len());
        for (&w, &e) in self.weights.iter().zip(&self.residuals) {
            let z = w * e;
            yppy += z * z;
            ypppy += w * z * z;
            sum += w;
            sum2 += w * w;
            scaled.push(sqrt(w) * z);
        }
        for column in &self.basis {
            let part = dot(column, &scaled);
            ypppy -= part * part;
        }
        Moments {
            ypy: self.rss(),
            yppy,
            ypppy,
            trace: self.trace(),
            trace2: self.trace2(),
            sum,
            sum2,
        }
    }
}

fn scale(column: &mut [f64], factors: &[f64]) {
    for (cell, factor) in column.iter_mut().zip(factors) {
        *cell *= factor;
    }
}

fn subtract(column: &mut [f64], factor: f64, other: &[f64]) {
    for (cell, x) in column.iter_mut().zip(other) {
        *cell -= factor * x;
    }
}

fn inverse_times(upper: &Matrix, parts: &[f64]) -> Vec<f64> {
    let mut x = parts.to_vec();
    for i in (0..x.len()).rev() {
        for j in i + 1..x.len() {
            x[i] -= upper[(i, j)] * x[j];
        }
        x[i] /= upper[(i, i)];
    }
    x
}

fn invert_upper(upper: &Matrix) -> Matrix {
    let p = upper.rows();
    let mut inverse = Matrix::zeros(p, p);
    for j in 0..p {
        inverse[(j, j)] = 1.0 / upper[(j, j)];
        for i in (0..j).rev() {
            let sum: f64 = (i + 1..=j).map(|m| upper[(i, m)] * inverse[(m, j)]).sum();
            inverse[(i, j)] = -sum / upper[(i, i)];
        }
    }
    inverse
}
