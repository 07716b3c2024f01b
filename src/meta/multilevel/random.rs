//! Random effects of a multilevel model and the covariance that their parameters give.

use crate::stats::matrix::Matrix;
use libm::{atanh, sqrt, tanh};

/// The covariance of effects at the levels of an inner factor within one outer unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Structure {
    /// One variance, one correlation (compound symmetry).
    Cs,
    /// A variance for each level, one correlation.
    Hcs,
    /// A variance for each level, a correlation for each pair.
    Un,
    /// A variance for each level, no correlation.
    Diag,
    /// One variance, no correlation.
    Id,
}

impl Structure {
    /// The structure of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "CS" => Self::Cs,
            "HCS" => Self::Hcs,
            "UN" => Self::Un,
            "DIAG" => Self::Diag,
            "ID" => Self::Id,
            _ => return None,
        })
    }

    /// Number of parameters for `m` levels.
    pub fn parameters(self, m: usize) -> usize {
        match self {
            Self::Cs => 1 + usize::from(m > 1),
            Self::Hcs => m + usize::from(m > 1),
            Self::Un => m * (m + 1) / 2,
            Self::Diag => m,
            Self::Id => 1,
        }
    }

    /// Free parameters for equal variances and a correlation of ½ (0 where the structure has none).
    pub(super) fn start(self, m: usize, variance: f64) -> Vec<f64> {
        let s = sqrt(variance);
        let mut out = match self {
            Self::Cs | Self::Id => vec![s],
            Self::Hcs | Self::Diag => vec![s; m],
            Self::Un => {
                let g =
                    Matrix::from_fn(m, m, |i, j| if i == j { variance } else { 0.5 * variance });
                // Positive definite by construction: a correlation of ½.
                return g.cholesky().map_or_else(Vec::new, |factor| {
                    (0..m)
                        .flat_map(|i| (0..=i).map(move |j| (i, j)))
                        .map(|at| factor.lower()[at])
                        .collect()
                });
            }
        };
        if matches!(self, Self::Cs | Self::Hcs) && m > 1 {
            out.push(atanh(0.5));
        }
        out
    }

    /// The covariance `G` at free parameters, and its derivative by each of them.
    pub(super) fn covariance(self, m: usize, free: &[f64]) -> (Matrix, Vec<Matrix>) {
        match self {
            Self::Un => cholesky_covariance(m, free),
            _ => self.scaled_covariance(m, free),
        }
    }

    fn scaled_covariance(self, m: usize, free: &[f64]) -> (Matrix, Vec<Matrix>) {
        let one = matches!(self, Self::Cs | Self::Id);
        let sd = |i: usize| if one { free[0] } else { free[i] };
        let count = if one { 1 } else { m };
        let rho = free.get(count).map_or(0.0, |z| tanh(*z));
        let r = |i: usize, j: usize| if i == j { 1.0 } else { rho };
        let g = Matrix::from_fn(m, m, |i, j| sd(i) * sd(j) * r(i, j));
        let mut slopes: Vec<Matrix> = (0..count)
            .map(|n| {
                let own = |i: usize| f64::from(u8::from(one || i == n));
                Matrix::from_fn(m, m, |i, j| (own(i) * sd(j) + sd(i) * own(j)) * r(i, j))
            })
            .collect();
        if free.len() > count {
            let slope = 1.0 - rho * rho;
            slopes.push(Matrix::from_fn(m, m, |i, j| {
                if i == j { 0.0 } else { sd(i) * sd(j) * slope }
            }));
        }
        (g, slopes)
    }
}

/// `G = L Lᵀ` with the lower triangle of `L` free, row by row: never indefinite, and correlations of ±1 are reachable.
fn cholesky_covariance(m: usize, free: &[f64]) -> (Matrix, Vec<Matrix>) {
    let mut l = Matrix::zeros(m, m);
    let places: Vec<(usize, usize)> = (0..m).flat_map(|i| (0..=i).map(move |j| (i, j))).collect();
    for (&at, &value) in places.iter().zip(free) {
        l[at] = value;
    }
    let slopes = places
        .iter()
        .map(|&(row, column)| {
            Matrix::from_fn(m, m, |i, j| {
                let a = if i == row { l[(j, column)] } else { 0.0 };
                let b = if j == row { l[(i, column)] } else { 0.0 };
                a + b
            })
        })
        .collect();
    (l.times(&l.transpose()), slopes)
}

/// Effects of an inner factor that are correlated within an outer unit.
#[derive(Clone, Debug)]
pub struct Structured {
    /// Their covariance.
    pub structure: Structure,
    /// Inner level of each row, 0 to `levels - 1`.
    pub inner: Vec<usize>,
    /// Outer unit of each row.
    pub outer: Vec<usize>,
    /// Number of inner levels.
    pub levels: usize,
}

/// All random effects: independent intercepts, and at most one structured term.
#[derive(Clone, Debug, Default)]
pub struct Random {
    /// For each intercept, the unit of every row.
    pub intercepts: Vec<Vec<usize>>,
    /// Correlated effects.
    pub structured: Option<Structured>,
}

impl Random {
    /// Number of free parameters.
    pub fn parameters(&self) -> usize {
        self.intercepts.len()
            + self
                .structured
                .as_ref()
                .map_or(0, |s| s.structure.parameters(s.levels))
    }

    /// Nested intercepts from outer to inner, units told apart within their outer unit (`a`, `a:b`, `a:b:c`).
    pub fn nested<T: Ord>(columns: &[&[T]]) -> Vec<Vec<usize>> {
        let rows = columns.first().map_or(0, |column| column.len());
        let mut out: Vec<Vec<usize>> = Vec::new();
        for depth in 1..=columns.len() {
            let keys: Vec<Vec<&T>> = (0..rows)
                .map(|row| columns[..depth].iter().map(|c| &c[row]).collect())
                .collect();
            let mut unit = vec![0; rows];
            for (n, members) in crate::meta::robust::group(&keys).into_iter().enumerate() {
                for row in members {
                    unit[row] = n;
                }
            }
            out.push(unit);
        }
        out
    }
}
