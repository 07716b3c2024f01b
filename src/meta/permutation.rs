//! Permutation tests of a mean or of moderators.

use super::formula::Design;
use super::pooled::pool_fit;
use super::projection::Studies;
use super::{Model, Refusal, fit, regression};
use crate::stats::matrix::Matrix;
use rayon::prelude::*;

/// Which arrangements are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangements {
    /// All of them.
    Exact,
    /// The observed one and `count − 1` random ones.
    Random {
        /// How many.
        count: usize,
        /// Where the random numbers start.
        seed: u64,
    },
}

/// A permutation test.
#[derive(Clone, Debug, PartialEq)]
pub struct Permutation {
    /// Observed statistic of each coefficient.
    pub stat: Vec<f64>,
    /// Share of arrangements with a statistic at least as far from 0.
    pub pval: Vec<f64>,
    /// The same for the omnibus test; `None` without moderators.
    pub qm_p: Option<f64>,
    /// How many arrangements.
    pub iterations: usize,
}

/// Statistics this close count as equal, as arrangements of equal studies must.
const TOLERANCE: f64 = 1.490_116_119_384_765_6e-8;

/// Most arrangements an exact test may try.
const MOST: usize = 1 << 24;

/// Tests the mean by flipping signs of effects.
///
/// # Errors
/// [`Refusal`] for what [`super::pool`] refuses, and when an exact test would need more than 16 million fits.
pub fn test_mean(
    yi: &[f64],
    vi: &[f64],
    model: &Model,
    arrangements: Arrangements,
) -> Result<Permutation, Refusal> {
    let observed = pool_fit(yi, vi, model)?.coefficients[0].stat;
    let iterations = match arrangements {
        Arrangements::Exact => 1_usize
            .checked_shl(u32::try_from(yi.len()).unwrap_or(u32::MAX))
            .filter(|&n| n <= MOST)
            .ok_or(TOO_MANY)?,
        Arrangements::Random { count, .. } => count.max(1),
    };
    let flips = |n: usize| -> Vec<f64> {
        let mut random = match arrangements {
            Arrangements::Exact => None,
            Arrangements::Random { seed, .. } => Some(SplitMix::new(seed, n)),
        };
        yi.iter()
            .enumerate()
            .map(|(i, y)| {
                let flip = match &mut random {
                    None => n >> i & 1 == 1,
                    Some(random) => n > 0 && random.next() & 1 == 1,
                };
                if flip { -y } else { *y }
            })
            .collect()
    };
    let extreme = (0..iterations)
        .into_par_iter()
        .map(|n| {
            let stat = pool_fit(&flips(n), vi, model)?.coefficients[0].stat;
            Ok(usize::from(stat.abs() >= observed.abs() - TOLERANCE))
        })
        .collect::<Result<Vec<usize>, Refusal>>()?;
    let count: usize = extreme.iter().sum();
    Ok(Permutation {
        stat: vec![observed],
        pval: vec![count as f64 / iterations as f64],
        qm_p: None,
        iterations,
    })
}

const TOO_MANY: Refusal = Refusal::Undefined(
    "an exact test would need more than 16 million fits; use random arrangements",
);

/// Tests moderators by giving each study the moderators of another.
///
/// A column that follows from earlier ones is left out, as [`regression::fit`] leaves it out, and has no entry in the result.
///
/// # Errors
/// As [`test_mean`].
pub fn test_moderators(
    yi: &[f64],
    vi: &[f64],
    design: &Design,
    model: &Model,
    arrangements: Arrangements,
) -> Result<Permutation, Refusal> {
    let k = yi.len();
    let (kept, _) = regression::independent(&design.matrix);
    let reduced = Matrix::from_fn(design.matrix.rows(), kept.len(), |i, j| {
        design.matrix[(i, kept[j])]
    });
    let first = usize::from(design.has_intercept && kept.len() > 1);
    let statistics = |order: &[usize]| -> Result<(Vec<f64>, f64), Refusal> {
        let x = reduced.select_rows(order);
        let fit = fit::fit_with(&Studies::new(yi, vi, Some(&x))?, model, false)?;
        let (qm, _) = regression::omnibus(&fit, first)?;
        Ok((fit.coefficients.iter().map(|c| c.stat).collect(), qm))
    };
    let in_order: Vec<usize> = (0..k).collect();
    let (stat, qm) = statistics(&in_order)?;
    let iterations = match arrangements {
        Arrangements::Exact => (1..=k)
            .try_fold(1_usize, usize::checked_mul)
            .filter(|&n| n <= MOST)
            .ok_or(TOO_MANY)?,
        Arrangements::Random { count, .. } => count.max(1),
    };
    let order = |n: usize| match arrangements {
        Arrangements::Exact => nth_order(k, n),
        Arrangements::Random { seed, .. } => shuffled(k, n, seed),
    };
    let hits = (0..iterations)
        .into_par_iter()
        .map(|n| {
            let (other, other_qm) = statistics(&order(n))?;
            let each: Vec<bool> = other
                .iter()
                .zip(&stat)
                .map(|(a, b)| a.abs() >= b.abs() - TOLERANCE)
                .collect();
            Ok((each, other_qm >= qm - TOLERANCE))
        })
        .collect::<Result<Vec<(Vec<bool>, bool)>, Refusal>>()?;
    let share = |hit: &dyn Fn(&(Vec<bool>, bool)) -> bool| {
        hits.iter().filter(|h| hit(h)).count() as f64 / iterations as f64
    };
    Ok(Permutation {
        pval: (0..stat.len()).map(|j| share(&|h| h.0[j])).collect(),
        qm_p: Some(share(&|h| h.1)),
        stat,
        iterations,
    })
}

/// The n-th of all orders of `k` rows, by the digits of n in the factorial number system.
fn nth_order(k: usize, mut n: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..k).collect();
    let mut digits = Vec::with_capacity(k);
    for base in 1..=k {
        digits.push(n % base);
        n /= base;
    }
    digits
        .iter()
        .rev()
        .map(|&digit| left.remove(digit))
        .collect()
}

/// A random order; the first is the observed one.
fn shuffled(k: usize, n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..k).collect();
    if n == 0 {
        return order;
    }
    let mut random = SplitMix::new(seed, n);
    for i in (1..k).rev() {
        order.swap(i, random.below(i + 1));
    }
    order
}

/// The splitmix64 generator; each arrangement has a stream of its own, so that threads do not matter.
///
/// Source: Steele, Lea & Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
struct SplitMix(u64);

impl SplitMix {
    fn new(seed: u64, stream: usize) -> Self {
        let mut start = Self(seed);
        let base = start.next();
        Self(base ^ (stream as u64).wrapping_mul(0xD134_2543_DE82_EF95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the remainder is below a usize"
    )]
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}
