//! Pooling of 2×2 tables.

use super::arms::Table;
use super::association::association;
use super::estimate::{Heterogeneity, MantelHaenszel, nothing};
use super::handling::Handling;
use super::homogeneity::homogeneity;
use super::pooled_effect::{odds_ratio, risk_difference, risk_ratio};
use crate::problem::Problem;
use libm::{exp, log};

/// What is pooled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Log odds ratio.
    OddsRatio,
    /// Log risk ratio.
    RiskRatio,
    /// Risk difference.
    RiskDifference,
}

/// A table's own effect and variance; `None` where it has none.
fn single(measure: Measure, t: &Table) -> Option<(f64, f64)> {
    let (p1, p2) = (t.a / t.n1(), t.c / t.n2());
    let (yi, vi) = match measure {
        Measure::OddsRatio => (
            log(t.a / t.b) - log(t.c / t.d),
            1.0 / t.a + 1.0 / t.b + 1.0 / t.c + 1.0 / t.d,
        ),
        Measure::RiskRatio => (
            log(p1) - log(p2),
            1.0 / t.a - 1.0 / t.n1() + 1.0 / t.c - 1.0 / t.n2(),
        ),
        Measure::RiskDifference => (p1 - p2, p1 * (1.0 - p1) / t.n1() + p2 * (1.0 - p2) / t.n2()),
    };
    (yi.is_finite() && vi.is_finite()).then_some((yi, vi))
}

/// The tables' own effects.
fn singles(measure: Measure, tables: &[Table], handling: Handling) -> Vec<(f64, f64)> {
    handling
        .tables(tables)
        .iter()
        .filter_map(|t| single(measure, t))
        .collect()
}

/// Pools 2×2 tables.
///
/// `correct` asks for Yates' correction in the CMH test; `level` is in percent; `handling` treats the tables for their own effects
/// and for pooling.
///
/// # Errors
/// When there is no table.
pub fn pool_tables(
    measure: Measure,
    tables: &[Table],
    correct: bool,
    level: f64,
    handling: (Handling, Handling),
) -> Result<MantelHaenszel, Problem> {
    let effects = singles(measure, tables, handling.0);
    let pooling = handling.1.tables(tables);
    if pooling.is_empty() {
        return Err(nothing());
    }
    let pooled = match measure {
        Measure::OddsRatio => odds_ratio(&pooling, level),
        Measure::RiskRatio => risk_ratio(&pooling, level),
        Measure::RiskDifference => Some(risk_difference(&pooling, level)),
    };
    let mut out = MantelHaenszel {
        k: pooling.len(),
        pooled,
        heterogeneity: pooled.map(|p| Heterogeneity::around(p.beta, &effects)),
        cmh: None,
        cochran: None,
        breslow_day: None,
        tarone: None,
        k_pos: None,
    };
    if measure == Measure::OddsRatio {
        if let Some((cochran, cmh)) = association(&pooling, correct) {
            (out.cochran, out.cmh) = (Some(cochran), Some(cmh));
        }
        out.k_pos = Some(0);
        if let Some(pooled) = pooled {
            let (breslow_day, tarone, k) = homogeneity(&pooling, exp(pooled.beta));
            (out.breslow_day, out.tarone, out.k_pos) = (breslow_day, tarone, Some(k));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOTH: (Handling, Handling) = (Handling::SINGLE, Handling::POOLED);

    fn table() -> impl Strategy<Value = Table> {
        (1u32..40, 1u32..40, 1u32..40, 1u32..40).prop_map(|(a, b, c, d)| Table {
            a: a.into(),
            b: b.into(),
            c: c.into(),
            d: d.into(),
        })
    }

    proptest! {
        #[test]
        fn swapping_the_arms_flips_the_sign(tables in prop::collection::vec(table(), 1..8)) {
            let swapped: Vec<Table> = tables.iter().map(|t| Table { a: t.c, b: t.d, c: t.a, d: t.b }).collect();
            for measure in [Measure::OddsRatio, Measure::RiskRatio, Measure::RiskDifference] {
                let one = pool_tables(measure, &tables, true, 95.0, BOTH).unwrap().pooled.unwrap();
                let two = pool_tables(measure, &swapped, true, 95.0, BOTH).unwrap().pooled.unwrap();
                prop_assert!((one.beta + two.beta).abs() < 1e-11);
                prop_assert!((one.se - two.se).abs() < 1e-11 * one.se.max(1.0));
            }
        }

        #[test]
        fn the_order_of_studies_does_not_matter(tables in prop::collection::vec(table(), 2..8)) {
            let mut back = tables.clone();
            back.reverse();
            let one = pool_tables(Measure::OddsRatio, &tables, true, 95.0, BOTH).unwrap();
            let two = pool_tables(Measure::OddsRatio, &back, true, 95.0, BOTH).unwrap();
            prop_assert!((one.pooled.unwrap().beta - two.pooled.unwrap().beta).abs() < 1e-12);
            prop_assert!((one.tarone.unwrap().statistic - two.tarone.unwrap().statistic).abs() < 1e-8);
        }
    }

    #[test]
    fn one_table_gives_its_own_odds_ratio() {
        let t = Table {
            a: 10.0,
            b: 20.0,
            c: 5.0,
            d: 30.0,
        };
        let out = pool_tables(Measure::OddsRatio, &[t], true, 95.0, BOTH).unwrap();
        assert!((out.pooled.unwrap().beta - (10.0 * 30.0 / (20.0 * 5.0f64)).ln()).abs() < 1e-14);
        assert_eq!(out.breslow_day, None);
    }

    #[test]
    fn no_events_in_one_arm_leaves_the_ratio_undefined() {
        let t = Table {
            a: 0.0,
            b: 20.0,
            c: 5.0,
            d: 30.0,
        };
        let out = pool_tables(Measure::RiskRatio, &[t, t], true, 95.0, BOTH).unwrap();
        assert_eq!(out.pooled, None);
    }
}
