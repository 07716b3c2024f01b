//! Peto's one-step odds ratio.
//!
//! Source: Yusuf, Peto, Lewis, Collins & Sleight, Prog Cardiovasc Dis 1985;27:335.

use super::mantel_haenszel::{Heterogeneity, Pooled, Table};
use crate::problem::Problem;
use libm::sqrt;

/// The result of [`pool`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peto {
    /// Number of tables given.
    pub k: usize,
    /// The pooled log odds ratio.
    pub pooled: Pooled,
    /// Spread of the single one-step estimates around it.
    pub heterogeneity: Heterogeneity,
}

/// Observed minus expected events among the treated, and its hypergeometric variance.
fn score(t: &Table) -> (f64, f64) {
    let (n1, n2) = (t.a + t.b, t.c + t.d);
    let (n, x, y) = (n1 + n2, t.a + t.c, t.b + t.d);
    (
        t.a - x * (n1 / n),
        x * (n1 / n) * (n2 / n) * (y / (n - 1.0)),
    )
}

/// Pools 2×2 tables by `Σ(O - E) / ΣV`; `level` in percent.
///
/// Tables without events, or with only events, carry no information and do not count in the heterogeneity.
///
/// # Errors
/// When no table has both an event and a non-event.
pub fn pool(tables: &[Table], level: f64) -> Result<Peto, Problem> {
    let scores: Vec<(f64, f64)> = tables.iter().map(score).collect();
    let informative = || scores.iter().filter(|(_, v)| *v > 0.0);
    let v: f64 = informative().map(|(_, v)| v).sum();
    if v <= 0.0 {
        return Err(Problem::error(
            "pool::no-events",
            "no study has both an event and a non-event",
        )
        .help("pool risk differences, or report the counts"));
    }
    let beta = informative().map(|(o, _)| o).sum::<f64>() / v;
    let effects: Vec<(f64, f64)> = informative().map(|&(o, v)| (o / v, 1.0 / v)).collect();
    Ok(Peto {
        k: tables.len(),
        pooled: Pooled::new(beta, sqrt(1.0 / v), level),
        heterogeneity: Heterogeneity::around(beta, &effects),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapping_the_arms_flips_the_sign() {
        let one = [
            Table {
                a: 3.0,
                b: 40.0,
                c: 9.0,
                d: 31.0,
            },
            Table {
                a: 0.0,
                b: 20.0,
                c: 2.0,
                d: 18.0,
            },
        ];
        let two = one.map(|t| Table {
            a: t.c,
            b: t.d,
            c: t.a,
            d: t.b,
        });
        let (one, two) = (pool(&one, 95.0).unwrap(), pool(&two, 95.0).unwrap());
        assert!((one.pooled.beta + two.pooled.beta).abs() < 1e-14);
        assert!((one.heterogeneity.q - two.heterogeneity.q).abs() < 1e-12);
    }

    #[test]
    fn tables_without_events_are_refused_when_alone() {
        let t = Table {
            a: 0.0,
            b: 4.0,
            c: 0.0,
            d: 4.0,
        };
        assert_eq!(pool(&[t], 95.0).unwrap_err().code, "pool::no-events");
    }
}
