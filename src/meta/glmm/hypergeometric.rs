//! The likelihood of a 2×2 table given both margins (Fisher's noncentral hypergeometric distribution).

use super::arm::Curve;
use crate::stats::gamma::ln_gamma;
use libm::{exp, log};

/// A table with its margins fixed.
#[derive(Clone, Debug)]
pub(super) struct Conditional {
    /// Events among the treated, from the smallest possible.
    at: usize,
    /// Log number of tables for each possible number.
    ways: Vec<f64>,
}

fn ln_choose(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

impl Conditional {
    /// From events and sizes, all whole numbers.
    pub(super) fn new(a: f64, n1: f64, c: f64, n2: f64) -> Self {
        let m = a + c;
        let least = (m - n2).max(0.0);
        let most = n1.min(m);
        let mut ways = Vec::new();
        let mut x = least;
        let mut at = 0;
        while x <= most + 0.5 {
            if (x - a).abs() < 0.5 {
                at = ways.len();
            }
            ways.push(ln_choose(n1, x) + ln_choose(n2, m - x));
            x += 1.0;
        }
        Self { at, ways }
    }

    /// Whether the events are as few or as many as they can be, so that the odds ratio has no finite estimate.
    pub(super) fn at_limit(&self) -> bool {
        self.at == 0 || self.at + 1 == self.ways.len()
    }
}

impl Curve for Conditional {
    /// At a log odds ratio.
    fn at(&self, psi: f64) -> (f64, f64, f64) {
        // Log-concave in the count, so terms below the largest by e^-45 end the sums on both sides.
        let term = |n: usize| self.ways[n] + n as f64 * psi;
        let mut peak = self.at;
        while peak + 1 < self.ways.len() && term(peak + 1) > term(peak) {
            peak += 1;
        }
        while peak > 0 && term(peak - 1) > term(peak) {
            peak -= 1;
        }
        let largest = term(peak);
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        let centre = peak as f64;
        let mut add = |n: usize| {
            let weight = exp(term(n) - largest);
            let gap = n as f64 - centre;
            sum += weight;
            first += weight * gap;
            second += weight * gap * gap;
            weight > 3e-20
        };
        let mut n = peak;
        while add(n) && n + 1 < self.ways.len() {
            n += 1;
        }
        let mut n = peak;
        while n > 0 && add(n - 1) {
            n -= 1;
        }
        let mean = first / sum;
        let variance = second / sum - mean * mean;
        (
            term(self.at) - largest - log(sum),
            self.at as f64 - centre - mean,
            variance,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_no_effect_it_is_the_hypergeometric_distribution() {
        let table = Conditional::new(2.0, 5.0, 3.0, 7.0);
        // C(5,2) C(7,3) / C(12,5) = 350 / 792
        assert!((exp(table.at(0.0).0) - 350.0 / 792.0).abs() < 1e-13);
        assert!((table.at(0.0).1 - (2.0 - 25.0 / 12.0)).abs() < 1e-12);
    }
}
