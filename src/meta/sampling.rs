//! Sampling variances and the covariances of effects that share people.

use crate::problem::Problem;
use libm::sqrt;

/// Variances on the diagonal and the nonzero covariances off it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampling {
    /// Variance of each effect.
    pub variance: Vec<f64>,
    /// Pairs of rows, the first below the second, with their covariance.
    pub covariance: Vec<(usize, usize, f64)>,
}

impl Sampling {
    /// Independent effects.
    pub fn independent(variance: &[f64]) -> Self {
        Self {
            variance: variance.to_vec(),
            covariance: Vec::new(),
        }
    }

    /// Effects of one cluster correlate by `rho`; two of the same observation correlate fully.
    ///
    /// # Errors
    /// When `rho` is not between -1 and 1.
    pub fn constant_correlation<C: Ord, O: PartialEq>(
        variance: &[f64],
        cluster: &[C],
        observation: &[O],
        rho: f64,
    ) -> Result<Self, Problem> {
        if !(-1.0..=1.0).contains(&rho) {
            return Err(Problem::error(
                "pool::correlation",
                format!("a correlation must be between -1 and 1, not {rho}"),
            ));
        }
        let mut covariance = Vec::new();
        for rows in super::robust::group(cluster) {
            for (n, &i) in rows.iter().enumerate() {
                for &j in &rows[n + 1..] {
                    let r = if observation[i] == observation[j] {
                        1.0
                    } else {
                        rho
                    };
                    covariance.push((i, j, r * sqrt(variance[i] * variance[j])));
                }
            }
        }
        Ok(Self {
            variance: variance.to_vec(),
            covariance,
        })
    }

    /// Known covariances: row `i` of a cluster holds its covariances with the cluster's 1st, 2nd … effect in `columns`.
    ///
    /// # Errors
    /// When a cluster has more effects than there are columns, or the two halves differ.
    pub fn known<C: Ord>(cluster: &[C], columns: &[&[f64]]) -> Result<Self, Problem> {
        let mut variance = vec![0.0; cluster.len()];
        let mut covariance = Vec::new();
        for rows in super::robust::group(cluster) {
            if rows.len() > columns.len() {
                return Err(Problem::error(
                    "pool::covariance-columns",
                    format!(
                        "a cluster has {} effects but there are {} covariance columns",
                        rows.len(),
                        columns.len()
                    ),
                ));
            }
            for (n, &i) in rows.iter().enumerate() {
                variance[i] = columns[n][i];
                for (m, &j) in rows.iter().enumerate().skip(n + 1) {
                    let (upper, lower) = (columns[m][i], columns[n][j]);
                    if (upper - lower).abs() > 1e-10 * (upper.abs() + lower.abs()) {
                        return Err(Problem::error(
                            "pool::covariance-asymmetric",
                            format!(
                                "rows {} and {} give their covariance as {upper} and {lower}",
                                i + 1,
                                j + 1
                            ),
                        ));
                    }
                    covariance.push((i, j, upper));
                }
            }
        }
        Ok(Self {
            variance,
            covariance,
        })
    }
}
