//! Cluster-robust variances of a fitted weighted regression, with Satterthwaite degrees of freedom.
//!
//! The weights are the inverse of the working covariance within clusters. Sources: Liang & Zeger, Biometrika 1986;73:13 (CR0);
//! Hedges, Tipton & Johnson, Res Synth Methods 2010;1:39; Bell & `McCaffrey`, Surv Methodol 2002;28:169; Pustejovsky & Tipton, J Bus
//! Econ Stat 2018;36:672 (CR2 and its degrees of freedom).

use super::orthonormal::{Orthonormal, orthonormalise};
use crate::problem::Problem;
use crate::stats::matrix::{Matrix, dot};
use crate::stats::t;
use libm::sqrt;

/// How the residuals are inflated before they make the meat of the sandwich.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Correction {
    /// None.
    #[serde(rename = "CR0")]
    Cr0,
    /// `J / (J - 1)` with `J` clusters.
    #[serde(rename = "CR1")]
    Cr1,
    /// `J / (J - p)` with `p` coefficients, as metafor's `robust` and robumeta without small-sample correction.
    #[serde(rename = "CR1p")]
    Cr1p,
    /// `J (N - 1) / ((J - 1)(N - p))` with `N` effects, as Stata.
    #[serde(rename = "CR1S")]
    Cr1s,
    /// Bias-reduced linearisation: exactly unbiased when the working covariance is right.
    #[serde(rename = "CR2")]
    Cr2,
}

impl Correction {
    /// The correction of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "CR0" => Some(Self::Cr0),
            "CR1" => Some(Self::Cr1),
            "CR1p" => Some(Self::Cr1p),
            "CR1S" => Some(Self::Cr1s),
            "CR2" => Some(Self::Cr2),
            _ => None,
        }
    }

    fn factor(self, clusters: f64, effects: f64, p: f64) -> f64 {
        match self {
            Self::Cr0 | Self::Cr2 => 1.0,
            Self::Cr1 => clusters / (clusters - 1.0),
            Self::Cr1p => clusters / (clusters - p),
            Self::Cr1s => clusters * (effects - 1.0) / ((clusters - 1.0) * (effects - p)),
        }
    }
}

/// A cluster's rows and the working covariance of its effects.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Rows of the design, ascending.
    pub rows: Vec<usize>,
    /// Working covariance of those rows.
    pub theta: Matrix,
}

/// Coefficients with their robust variance.
#[derive(Clone, Debug)]
pub struct Robust {
    /// Coefficients of the weighted regression.
    pub beta: Vec<f64>,
    /// Their robust covariance.
    pub vcov: Matrix,
    /// Satterthwaite degrees of freedom of each coefficient.
    pub df: Vec<f64>,
    /// Number of clusters.
    pub clusters: usize,
}

/// A coefficient's t test and interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tested {
    /// Robust standard error.
    pub se: f64,
    /// Coefficient over standard error.
    pub t: f64,
    /// Degrees of freedom used.
    pub df: f64,
    /// Two-sided p value.
    pub p: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl Robust {
    /// Tests every coefficient by t with the given degrees of freedom; `level` in percent.
    pub fn tests(&self, df: &[f64], level: f64) -> Vec<Tested> {
        let tail = (1.0 - level / 100.0) / 2.0;
        self.beta
            .iter()
            .zip(self.vcov.diagonal())
            .zip(df)
            .map(|((&beta, variance), &df)| {
                let se = sqrt(variance);
                let half = t::quantile_sf(tail, df) * se;
                Tested {
                    se,
                    t: beta / se,
                    df,
                    p: t::two_sided(beta / se, df),
                    lower: beta - half,
                    upper: beta + half,
                }
            })
            .collect()
    }
}

/// Groups rows by their cluster label, clusters in order of first appearance.
pub fn group<T: Ord>(labels: &[T]) -> Vec<Vec<usize>> {
    let mut place: std::collections::BTreeMap<&T, usize> = std::collections::BTreeMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (row, label) in labels.iter().enumerate() {
        let next = groups.len();
        let at = *place.entry(label).or_insert(next);
        if at == next {
            groups.push(Vec::new());
        }
        groups[at].push(row);
    }
    groups
}

/// Clusters of independent effects with variances `variance`.
pub fn independent<T: Ord>(labels: &[T], variance: &[f64]) -> Vec<Cluster> {
    group(labels)
        .into_iter()
        .map(|rows| {
            let n = rows.len();
            let theta = Matrix::from_fn(n, n, |i, j| if i == j { variance[rows[i]] } else { 0.0 });
            Cluster { rows, theta }
        })
        .collect()
}

/// A cluster with what the sandwich needs of it.
struct Prepared {
    rows: Vec<usize>,
    theta: Matrix,
    /// Design rows in orthonormal columns.
    x: Matrix,
    /// Inverse working covariance times `x`.
    wx: Matrix,
}

fn prepare(basis: &Orthonormal, clusters: &[Cluster]) -> Result<Vec<Prepared>, Problem> {
    clusters
        .iter()
        .map(|cluster| {
            let x = basis.q.select_rows(&cluster.rows);
            let factor = cluster.theta.cholesky().ok_or_else(|| {
                Problem::error(
                    "pool::not-positive-definite",
                    "the working covariance of a cluster is not positive definite",
                )
                .help("check the variances and the assumed correlation")
            })?;
            let columns: Vec<Vec<f64>> = (0..x.columns())
                .map(|j| factor.solve(&x.column(j)))
                .collect();
            Ok(Prepared {
                rows: cluster.rows.clone(),
                theta: cluster.theta.clone(),
                wx: Matrix::from_fn(x.rows(), x.columns(), |i, j| columns[j][i]),
                x,
            })
        })
        .collect()
}

/// `G^(-1/2)` of a symmetric matrix; directions with no variance left stay 0.
fn inverse_root(g: &Matrix) -> Matrix {
    let n = g.rows();
    let (values, vectors) = g.symmetric_eigen();
    let least = values.last().copied().unwrap_or(0.0) * 1e-11;
    let power: Vec<f64> = values
        .iter()
        .map(|&v| if v > least { 1.0 / sqrt(v) } else { 0.0 })
        .collect();
    Matrix::from_fn(n, n, |i, j| {
        (0..n)
            .map(|m| vectors[(i, m)] * power[m] * vectors[(j, m)])
            .sum()
    })
}

/// The CR2 adjustment `Rᵀ (R (Θ - X M Xᵀ) Rᵀ)^(-1/2) R` with `Θ = Rᵀ R` (Pustejovsky & Tipton 2018, equation 10).
fn adjustment(cluster: &Prepared, bread: &Matrix) -> Matrix {
    let n = cluster.rows.len();
    let hat = cluster.x.times(bread).times(&cluster.x.transpose());
    let left = Matrix::from_fn(n, n, |i, j| cluster.theta[(i, j)] - hat[(i, j)]);
    let Some(factor) = cluster.theta.cholesky() else {
        return Matrix::identity(n);
    };
    let lower = factor.lower();
    let upper = lower.transpose();
    let g = upper.times(&left).times(lower);
    let g = Matrix::from_fn(n, n, |i, j| 0.5 * (g[(i, j)] + g[(j, i)]));
    lower.times(&inverse_root(&g)).times(&upper)
}

/// Satterthwaite degrees of freedom of `c'β`: `tr(P)² / tr(P²)` with `P_ij = [i = j] vᵢ'Θᵢvᵢ - qᵢ'M qⱼ`.
fn satterthwaite(prepared: &[Prepared], adjusted: &[Matrix], bread: &Matrix, c: &[f64]) -> f64 {
    let mc = bread.times_vector(c);
    let mut own = Vec::with_capacity(prepared.len());
    let mut q = Vec::with_capacity(prepared.len());
    for (cluster, awx) in prepared.iter().zip(adjusted) {
        let v = awx.times_vector(&mc);
        own.push(dot(&v, &cluster.theta.times_vector(&v)));
        q.push(cluster.x.transpose().times_vector(&v));
    }
    let mq: Vec<Vec<f64>> = q.iter().map(|each| bread.times_vector(each)).collect();
    let (mut trace, mut square) = (0.0, 0.0);
    for i in 0..q.len() {
        let diagonal = own[i] - dot(&q[i], &mq[i]);
        trace += diagonal;
        square += diagonal * diagonal;
        for other in &mq[..i] {
            let off = dot(&q[i], other);
            square += 2.0 * off * off;
        }
    }
    trace * trace / square
}

/// Fits the weighted regression of `y` on `x` with working covariance `clusters` and makes its variance robust.
///
/// # Errors
/// When the design is collinear, a working covariance is not positive definite, or there are too few clusters.
pub fn robust(
    y: &[f64],
    x: &Matrix,
    clusters: &[Cluster],
    correction: Correction,
) -> Result<Robust, Problem> {
    let p = x.columns();
    let j = clusters.len();
    if j < 2 || (correction == Correction::Cr1p && j <= p) {
        return Err(Problem::error(
            "pool::too-few-clusters",
            format!("{j} clusters do not give a robust variance for {p} coefficients"),
        )
        .help("use a coarser model, or the model's own variance"));
    }
    let basis = orthonormalise(x)?;
    let prepared = prepare(&basis, clusters)?;
    let mut information = Matrix::zeros(p, p);
    let mut score = vec![0.0; p];
    for cluster in &prepared {
        information = information.plus(&cluster.x.transpose().times(&cluster.wx));
        let own: Vec<f64> = cluster.rows.iter().map(|&row| y[row]).collect();
        for (sum, part) in score
            .iter_mut()
            .zip(cluster.wx.transpose().times_vector(&own))
        {
            *sum += part;
        }
    }
    let bread = information
        .cholesky()
        .ok_or_else(|| Problem::error("pool::collinear", "the weighted design is singular"))?
        .inverse();
    let b = bread.times_vector(&score);
    let adjusted: Vec<Matrix> = prepared
        .iter()
        .map(|cluster| match correction {
            Correction::Cr2 => adjustment(cluster, &bread).times(&cluster.wx),
            _ => cluster.wx.clone(),
        })
        .collect();
    let mut meat = Matrix::zeros(p, p);
    for (cluster, awx) in prepared.iter().zip(&adjusted) {
        let fitted = cluster.x.times_vector(&b);
        let residual: Vec<f64> = cluster
            .rows
            .iter()
            .zip(&fitted)
            .map(|(&r, f)| y[r] - f)
            .collect();
        let g = awx.transpose().times_vector(&residual);
        meat = meat.plus(&Matrix::from_fn(p, p, |i, k| g[i] * g[k]));
    }
    let factor = correction.factor(j as f64, y.len() as f64, p as f64);
    let sandwich = bread.times(&meat).times(&bread).scaled(factor);
    let df = (0..p)
        .map(|i| {
            let unit: Vec<f64> = (0..p).map(|k| if k == i { 1.0 } else { 0.0 }).collect();
            satterthwaite(&prepared, &adjusted, &bread, &basis.contrast(&unit))
        })
        .collect();
    Ok(Robust {
        beta: basis.coefficients(&b),
        vcov: basis.covariance(&sandwich),
        df,
        clusters: j,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (Vec<f64>, Matrix, Vec<usize>, Vec<f64>) {
        let y = vec![0.2, 0.5, -0.1, 0.4, 0.9, 0.3, 0.0, 0.6];
        let v = vec![0.04, 0.05, 0.03, 0.08, 0.06, 0.05, 0.02, 0.09];
        let x = Matrix::from_fn(8, 2, |i, j| if j == 0 { 1.0 } else { (i % 3) as f64 });
        (y, x, vec![1, 1, 2, 2, 3, 3, 4, 4], v)
    }

    #[test]
    fn order_of_rows_does_not_matter() {
        let (y, x, labels, v) = sample();
        let back: Vec<usize> = (0..8).rev().collect();
        let pick = |values: &[f64]| back.iter().map(|&i| values[i]).collect::<Vec<_>>();
        let (y2, v2) = (pick(&y), pick(&v));
        let labels2: Vec<usize> = back.iter().map(|&i| labels[i]).collect();
        let x2 = x.select_rows(&back);
        let one = robust(&y, &x, &independent(&labels, &v), Correction::Cr2).unwrap();
        let two = robust(&y2, &x2, &independent(&labels2, &v2), Correction::Cr2).unwrap();
        for i in 0..2 {
            assert!((one.beta[i] - two.beta[i]).abs() < 1e-12);
            assert!((one.vcov[(i, i)] - two.vcov[(i, i)]).abs() < 1e-12);
            assert!((one.df[i] - two.df[i]).abs() < 1e-9);
        }
    }

    #[test]
    fn one_cluster_is_refused() {
        let (y, x, _, v) = sample();
        let all = independent(&[1; 8], &v);
        assert_eq!(
            robust(&y, &x, &all, Correction::Cr0).unwrap_err().code,
            "pool::too-few-clusters"
        );
    }

    /// With equal variances and clusters of one effect, CR2 is HC2 and `J` equal leverages give `J - 1` degrees of freedom.
    #[test]
    fn balanced_singletons_give_the_usual_degrees_of_freedom() {
        let y = [1.0, 2.0, 4.0, 3.0, 7.0];
        let x = Matrix::from_fn(5, 1, |_, _| 1.0);
        let out = robust(
            &y,
            &x,
            &independent(&[1, 2, 3, 4, 5], &[1.0; 5]),
            Correction::Cr2,
        )
        .unwrap();
        assert!((out.df[0] - 4.0).abs() < 1e-12);
        let mean = 17.0 / 5.0;
        let ss: f64 = y.iter().map(|v| (v - mean) * (v - mean)).sum();
        assert!((out.vcov[(0, 0)] - ss / 20.0).abs() < 1e-12);
    }
}
