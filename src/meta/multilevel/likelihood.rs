//! The likelihood of a multilevel model, block by block.
//!
//! Rows that share no random unit and no sampling covariance are independent, so the marginal covariance is block diagonal and each
//! block is factored alone: work and memory grow with the number of blocks, not with its square.

use super::random::Random;
use crate::meta::sampling::Sampling;
use crate::problem::Problem;
use crate::stats::matrix::{Matrix, dot};

/// Which likelihood is maximised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Criterion {
    /// Maximum likelihood.
    Ml,
    /// Restricted maximum likelihood (Patterson & Thompson 1971).
    Reml,
}

/// Rows that depend on each other.
pub(super) struct Block {
    pub(super) rows: Vec<usize>,
    x: Matrix,
    y: Vec<f64>,
    v: Matrix,
}

/// The model with its data in blocks.
pub(super) struct Likelihood<'a> {
    pub(super) blocks: Vec<Block>,
    pub(super) random: &'a Random,
    pub(super) criterion: Criterion,
    p: usize,
}

/// Results at given parameters.
pub(super) struct Evaluated {
    /// ln det of the marginal covariance.
    pub(super) log_determinant: f64,
    /// ln det of the information on the coefficients.
    pub(super) log_information: f64,
    /// Weighted residual sum of squares.
    pub(super) rss: f64,
    /// Coefficients for the orthonormal columns.
    pub(super) beta: Vec<f64>,
    /// Their covariance.
    pub(super) covariance: Matrix,
}

struct Solved {
    inverse: Matrix,
    wx: Matrix,
    wy: Vec<f64>,
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

fn join_units(parent: &mut [usize], units: &[usize]) {
    let mut first = vec![usize::MAX; units.iter().max().map_or(0, |m| m + 1)];
    for (row, &unit) in units.iter().enumerate() {
        if first[unit] == usize::MAX {
            first[unit] = row;
        } else {
            let (a, b) = (root(parent, first[unit]), root(parent, row));
            parent[a.max(b)] = a.min(b);
        }
    }
}

/// Sets of rows that depend on each other, by union of shared units and covariances.
fn dependent_rows(k: usize, random: &Random, sampling: &Sampling) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..k).collect();
    for units in &random.intercepts {
        join_units(&mut parent, units);
    }
    if let Some(structured) = &random.structured {
        join_units(&mut parent, &structured.outer);
    }
    for &(i, j, _) in &sampling.covariance {
        let (a, b) = (root(&mut parent, i), root(&mut parent, j));
        parent[a.max(b)] = a.min(b);
    }
    let roots: Vec<usize> = (0..k).map(|row| root(&mut parent, row)).collect();
    crate::meta::robust::group(&roots)
}

impl<'a> Likelihood<'a> {
    pub(super) fn new(
        y: &[f64],
        q: &Matrix,
        sampling: &Sampling,
        random: &'a Random,
        criterion: Criterion,
    ) -> Self {
        let mut place = vec![(0, 0); y.len()];
        let sets = dependent_rows(y.len(), random, sampling);
        for (block, rows) in sets.iter().enumerate() {
            for (at, &row) in rows.iter().enumerate() {
                place[row] = (block, at);
            }
        }
        let mut blocks: Vec<Block> = sets
            .into_iter()
            .map(|rows| {
                let n = rows.len();
                Block {
                    x: q.select_rows(&rows),
                    y: rows.iter().map(|&r| y[r]).collect(),
                    v: Matrix::from_fn(n, n, |i, j| {
                        if i == j {
                            sampling.variance[rows[i]]
                        } else {
                            0.0
                        }
                    }),
                    rows,
                }
            })
            .collect();
        for &(i, j, covariance) in &sampling.covariance {
            let ((block, a), (_, b)) = (place[i], place[j]);
            blocks[block].v[(a, b)] += covariance;
            blocks[block].v[(b, a)] += covariance;
        }
        Self {
            blocks,
            random,
            criterion,
            p: q.columns(),
        }
    }

    /// Marginal covariance of a block.
    pub(super) fn marginal(&self, block: &Block, sigma2: &[f64], g: Option<&Matrix>) -> Matrix {
        let n = block.rows.len();
        let mut m = block.v.clone();
        for i in 0..n {
            for j in 0..=i {
                let (r, s) = (block.rows[i], block.rows[j]);
                let mut add = 0.0;
                for (units, variance) in self.random.intercepts.iter().zip(sigma2) {
                    if units[r] == units[s] {
                        add += variance;
                    }
                }
                if let (Some(term), Some(g)) = (&self.random.structured, g)
                    && term.outer[r] == term.outer[s]
                {
                    add += g[(term.inner[r], term.inner[s])];
                }
                m[(i, j)] += add;
                if i != j {
                    m[(j, i)] += add;
                }
            }
        }
        m
    }

    fn solve(&self, sigma2: &[f64], g: Option<&Matrix>) -> Option<(Evaluated, Vec<Solved>)> {
        let p = self.p;
        let mut information = Matrix::zeros(p, p);
        let mut score = vec![0.0; p];
        let (mut log_determinant, mut yy) = (0.0, 0.0);
        let mut solved = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            let factor = self.marginal(block, sigma2, g).cholesky()?;
            log_determinant += factor.log_determinant();
            let inverse = factor.inverse();
            let wx = inverse.times(&block.x);
            let wy = inverse.times_vector(&block.y);
            yy += dot(&block.y, &wy);
            for i in 0..p {
                for (r, w) in wy.iter().enumerate() {
                    score[i] += block.x[(r, i)] * w;
                }
                for j in 0..p {
                    let mut sum = 0.0;
                    for r in 0..block.y.len() {
                        sum += block.x[(r, i)] * wx[(r, j)];
                    }
                    information[(i, j)] += sum;
                }
            }
            solved.push(Solved { inverse, wx, wy });
        }
        let information = Matrix::from_fn(p, p, |i, j| {
            0.5 * (information[(i, j)] + information[(j, i)])
        });
        let factor = information.cholesky()?;
        let beta = factor.solve(&score);
        // Residuals rather than y'y - b'X'y: no cancellation when effects are far from 0.
        let rss = self
            .blocks
            .iter()
            .zip(&solved)
            .map(|(block, s)| {
                let fitted = block.x.times_vector(&beta);
                let e: Vec<f64> = block.y.iter().zip(&fitted).map(|(y, f)| y - f).collect();
                dot(&e, &s.inverse.times_vector(&e))
            })
            .sum::<f64>();
        debug_assert!(yy.is_nan() || rss <= yy * (1.0 + 1e-6) + 1e-300);
        Some((
            Evaluated {
                log_determinant,
                log_information: factor.log_determinant(),
                rss,
                covariance: factor.inverse(),
                beta,
            },
            solved,
        ))
    }

    /// Results at variances `sigma2` and covariance `g`.
    ///
    /// # Errors
    /// When the marginal covariance is not positive definite.
    pub(super) fn at(&self, sigma2: &[f64], g: Option<&Matrix>) -> Result<Evaluated, Problem> {
        self.solve(sigma2, g).map(|(e, _)| e).ok_or_else(|| {
            Problem::error(
                "pool::not-positive-definite",
                "the marginal covariance of the effects is not positive definite",
            )
            .help("check the sampling variances and the assumed correlation")
        })
    }

    /// Minus the log-likelihood without its constants.
    fn minus(&self, e: &Evaluated) -> f64 {
        let restricted = match self.criterion {
            Criterion::Ml => 0.0,
            Criterion::Reml => e.log_information,
        };
        0.5 * (e.log_determinant + restricted + e.rss)
    }

    /// Splits free parameters into variances and the structured covariance with its derivatives.
    pub(super) fn unpack(&self, free: &[f64]) -> (Vec<f64>, Option<(Matrix, Vec<Matrix>)>) {
        let (roots, rest) = free.split_at(self.random.intercepts.len());
        let sigma2 = roots.iter().map(|s| s * s).collect();
        let g = self
            .random
            .structured
            .as_ref()
            .map(|term| term.structure.covariance(term.levels, rest));
        (sigma2, g)
    }

    /// Minus the log-likelihood and its gradient by the free parameters; `None` where the covariance is not positive definite.
    ///
    /// Variances enter by their square roots, so that 0 is an inner point of the search.
    pub(super) fn gradient(&self, free: &[f64]) -> Option<(f64, Vec<f64>)> {
        let (sigma2, g) = self.unpack(free);
        let (e, solved) = self.solve(&sigma2, g.as_ref().map(|(g, _)| g))?;
        let count = self.random.intercepts.len();
        let mut by_sigma2 = vec![0.0; count];
        let levels = self.random.structured.as_ref().map_or(0, |s| s.levels);
        let mut by_g = Matrix::zeros(levels, levels);
        for (block, s) in self.blocks.iter().zip(&solved) {
            let fitted = s.wx.times_vector(&e.beta);
            let py: Vec<f64> = s.wy.iter().zip(&fitted).map(|(a, b)| a - b).collect();
            let wxc = s.wx.times(&e.covariance);
            for i in 0..py.len() {
                for j in 0..py.len() {
                    let mut slope = s.inverse[(i, j)] - py[i] * py[j];
                    if self.criterion == Criterion::Reml {
                        for c in 0..self.p {
                            slope -= wxc[(i, c)] * s.wx[(j, c)];
                        }
                    }
                    slope *= 0.5;
                    let (r, t) = (block.rows[i], block.rows[j]);
                    for (sum, units) in by_sigma2.iter_mut().zip(&self.random.intercepts) {
                        if units[r] == units[t] {
                            *sum += slope;
                        }
                    }
                    if let Some(term) = &self.random.structured
                        && term.outer[r] == term.outer[t]
                    {
                        by_g[(term.inner[r], term.inner[t])] += slope;
                    }
                }
            }
        }
        let mut out: Vec<f64> = by_sigma2
            .iter()
            .zip(free)
            .map(|(d, s)| 2.0 * s * d)
            .collect();
        if let Some((_, slopes)) = &g {
            for slope in slopes {
                out.push((0..levels).map(|i| dot(slope.row(i), by_g.row(i))).sum());
            }
        }
        Some((self.minus(&e), out))
    }
}
