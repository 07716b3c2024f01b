//! Begg's rank correlation test for funnel-plot asymmetry.

use super::Refusal;
use super::projection::Studies;
use crate::stats::normal;
use libm::sqrt;

/// Kendall's rank correlation of standardized effects and variances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankTest {
    /// Kendall's τ-b.
    pub tau: f64,
    /// p value from the exact distribution; by the normal approximation with ties or above 400 studies.
    pub pval: f64,
    /// Normal approximation: z and its p value.
    pub normal: (f64, f64),
    /// The same with the correction for continuity.
    pub normal_continuity: (f64, f64),
    /// Whether there are ties.
    pub ties: bool,
}

/// Tests whether effects, as deviations from the common-effect mean in units of their own spread, correlate with variances.
///
/// # Errors
/// [`Refusal`] for fewer than 3 studies, all effects or all variances equal, and for what [`super::pool`] refuses.
///
/// Source: Begg & Mazumdar, Biometrics 50 (1994) 1088; ties by Kendall, Rank Correlation Methods, 1970, chapter 4.
pub fn rank_test(yi: &[f64], vi: &[f64]) -> Result<RankTest, Refusal> {
    let studies = Studies::new(yi, vi, None)?;
    if studies.k() < 3 {
        return Err(Refusal::TooFewStudies {
            k: studies.k(),
            least: 3,
        });
    }
    let mean = studies.at(0.0)?;
    let total: f64 = mean.weights.iter().sum();
    let standardized: Vec<f64> = mean
        .residuals
        .iter()
        .zip(vi)
        .map(|(e, v)| e / sqrt(v - 1.0 / total))
        .collect();
    let pairs = Pairs::count(&standardized, vi);
    let n = yi.len() as f64;
    let all = 0.5 * n * (n - 1.0);
    let (tied_x, tied_y) = (Ties::of(&standardized), Ties::of(vi));
    let ties = tied_x.pairs > 0.0 || tied_y.pairs > 0.0;
    let scale = sqrt((all - tied_x.pairs) * (all - tied_y.pairs));
    if scale == 0.0 {
        return Err(Refusal::Undefined(
            "all effects or all variances are equal, so there is nothing to rank",
        ));
    }
    let sd = sqrt(variance(n, &tied_x, &tied_y));
    let approximate = |s: f64| {
        let z = s / sd;
        (z, normal::two_sided(z))
    };
    let s = pairs.score;
    let normal = approximate(s);
    let pval = if ties || yi.len() > MOST_EXACT {
        normal.1
    } else {
        exact(s, yi.len())
    };
    Ok(RankTest {
        tau: s / scale,
        pval,
        normal,
        normal_continuity: approximate(s.signum() * (s.abs() - 1.0).max(0.0)),
        ties,
    })
}

/// Above this the exact distribution costs seconds and differs from the normal one in no digit that matters.
const MOST_EXACT: usize = 400;

struct Pairs {
    /// Concordant less discordant pairs.
    score: f64,
}

impl Pairs {
    fn count(x: &[f64], y: &[f64]) -> Self {
        let sign = |a: f64, b: f64| f64::from(i8::from(a > b) - i8::from(a < b));
        let mut score = 0.0;
        for i in 0..x.len() {
            for j in 0..i {
                score += sign(x[i], x[j]) * sign(y[i], y[j]);
            }
        }
        Self { score }
    }
}

/// Sums over groups of t equal values.
struct Ties {
    /// Σ t(t−1)/2.
    pairs: f64,
    /// Σ t(t−1)(2t+5).
    cubic: f64,
    /// Σ t(t−1)(t−2).
    triples: f64,
}

impl Ties {
    fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut ties = Self {
            pairs: 0.0,
            cubic: 0.0,
            triples: 0.0,
        };
        for group in sorted.chunk_by(|a, b| a == b) {
            let t = group.len() as f64;
            ties.pairs += 0.5 * t * (t - 1.0);
            ties.cubic += t * (t - 1.0) * (2.0 * t + 5.0);
            ties.triples += t * (t - 1.0) * (t - 2.0);
        }
        ties
    }
}

fn variance(n: f64, x: &Ties, y: &Ties) -> f64 {
    (n * (n - 1.0) * (2.0 * n + 5.0) - x.cubic - y.cubic) / 18.0
        + 2.0 * x.pairs * y.pairs / (n * (n - 1.0))
        + x.triples * y.triples / (9.0 * n * (n - 1.0) * (n - 2.0))
}

/// Two-sided p value from the number of permutations with as many concordant pairs.
fn exact(score: f64, n: usize) -> f64 {
    let all = n * (n - 1) / 2;
    // Share of permutations with 0, 1, … concordant pairs, one more element at a time.
    let mut shares = vec![1.0];
    for m in 2..=n {
        let mut next = vec![0.0; m * (m - 1) / 2 + 1];
        // The m-th element adds 0 to m − 1 pairs, each as likely; the window over `shares` slides along.
        let mut window = 0.0;
        for (i, cell) in next.iter_mut().enumerate() {
            window += shares.get(i).unwrap_or(&0.0);
            if i >= m {
                window -= shares[i - m];
            }
            *cell = window / m as f64;
        }
        shares = next;
    }
    // Both tails are summed from the small end, where the shares keep their digits.
    let up_to = |pairs: f64| -> f64 {
        (0..=all)
            .filter(|&i| i as f64 <= pairs + 1e-6)
            .map(|i| shares[i])
            .sum()
    };
    let concordant = 0.5 * (score + all as f64);
    let (at_most, at_least) = (up_to(concordant), up_to(all as f64 - concordant));
    (2.0 * at_most.min(at_least)).min(1.0)
}
