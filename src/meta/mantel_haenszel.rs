//! Mantel-Haenszel pooling of 2×2 tables and of person-time, with the tests that belong to it.
//!
//! Sources: Mantel & Haenszel, J Natl Cancer Inst 1959;22:719; Robins, Breslow & Greenland, Biometrics 1986;42:311 (variance of the
//! log odds ratio); Greenland & Robins, Biometrics 1985;41:55 (risk ratio, risk difference, rates); Sato, Greenland & Robins,
//! Biometrics 1989;45:1323 (variance of the risk difference); Breslow & Day 1980, section 4.4; Tarone, Biometrika 1985;72:91.

use crate::problem::Problem;
use crate::stats::{chi2, normal};
use libm::{exp, log, sqrt};

/// A 2×2 table: events and sizes of the treated and the control arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Table {
    /// Events among the treated.
    pub a: f64,
    /// Non-events among the treated.
    pub b: f64,
    /// Events among the controls.
    pub c: f64,
    /// Non-events among the controls.
    pub d: f64,
}

impl Table {
    /// From events and arm sizes.
    ///
    /// # Errors
    /// When a count is negative or events exceed the arm.
    pub fn new(events1: f64, n1: f64, events2: f64, n2: f64) -> Result<Self, Problem> {
        let table = Self {
            a: events1,
            b: n1 - events1,
            c: events2,
            d: n2 - events2,
        };
        if [table.a, table.b, table.c, table.d]
            .iter()
            .all(|&cell| cell >= 0.0)
        {
            Ok(table)
        } else {
            Err(Problem::error(
                "pool::events-above-n",
                format!("{events1} of {n1} and {events2} of {n2} is not a 2×2 table"),
            )
            .help("events must be between 0 and the size of the arm"))
        }
    }

    fn n1(&self) -> f64 {
        self.a + self.b
    }
    fn n2(&self) -> f64 {
        self.c + self.d
    }
    fn n(&self) -> f64 {
        self.n1() + self.n2()
    }
    /// Events of both arms.
    fn events(&self) -> f64 {
        self.a + self.c
    }
    /// Non-events of both arms.
    fn others(&self) -> f64 {
        self.b + self.d
    }
    fn plus(&self, add: f64) -> Self {
        Self {
            a: self.a + add,
            b: self.b + add,
            c: self.c + add,
            d: self.d + add,
        }
    }
    fn has_zero(&self) -> bool {
        [self.a, self.b, self.c, self.d].contains(&0.0)
    }
    fn one_sided(&self) -> bool {
        self.events() == 0.0 || self.others() == 0.0
    }
}

/// Events and person-time of the treated and the control arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonTime {
    /// Events among the treated.
    pub x1: f64,
    /// Person-time of the treated.
    pub t1: f64,
    /// Events among the controls.
    pub x2: f64,
    /// Person-time of the controls.
    pub t2: f64,
}

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

/// What is pooled from person-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateMeasure {
    /// Log incidence rate ratio.
    RateRatio,
    /// Incidence rate difference.
    RateDifference,
}

/// Where a constant is added to the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddTo {
    /// To tables with an empty cell.
    OnlyZero,
    /// To all tables.
    All,
    /// To all tables when any has an empty cell.
    AllIfAnyZero,
    /// To none.
    Nowhere,
}

/// How the single effects (for heterogeneity) and the tables (for pooling) are treated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handling {
    /// Constant added to the cells.
    pub add: f64,
    /// Where it is added.
    pub to: AddTo,
    /// Whether tables without events, or with only events, are left out.
    pub drop00: bool,
}

impl Handling {
    /// What metafor does to the single effects: ½ to tables with an empty cell, one-sided tables left out.
    pub const SINGLE: Self = Self {
        add: 0.5,
        to: AddTo::OnlyZero,
        drop00: true,
    };
    /// What metafor does to the tables before pooling: nothing.
    pub const POOLED: Self = Self {
        add: 0.0,
        to: AddTo::Nowhere,
        drop00: false,
    };

    fn adds(&self, zeros: &[bool]) -> Vec<bool> {
        let any = zeros.contains(&true);
        zeros
            .iter()
            .map(|&zero| match self.to {
                AddTo::OnlyZero => zero,
                AddTo::All => true,
                AddTo::AllIfAnyZero => any,
                AddTo::Nowhere => false,
            })
            .collect()
    }

    fn tables(&self, tables: &[Table]) -> Vec<Table> {
        let kept: Vec<Table> = tables
            .iter()
            .filter(|table| !(self.drop00 && table.one_sided()))
            .copied()
            .collect();
        let zeros: Vec<bool> = kept.iter().map(Table::has_zero).collect();
        let adds = self.adds(&zeros);
        kept.iter()
            .zip(adds)
            .map(|(table, add)| if add { table.plus(self.add) } else { *table })
            .collect()
    }

    fn rates(&self, rows: &[PersonTime]) -> Vec<PersonTime> {
        let kept: Vec<PersonTime> = rows
            .iter()
            .filter(|row| !(self.drop00 && row.x1 == 0.0 && row.x2 == 0.0))
            .copied()
            .collect();
        let zeros: Vec<bool> = kept.iter().map(|r| r.x1 == 0.0 || r.x2 == 0.0).collect();
        let adds = self.adds(&zeros);
        kept.iter()
            .zip(adds)
            .map(|(row, add)| {
                let add = if add { self.add } else { 0.0 };
                PersonTime {
                    x1: row.x1 + add,
                    x2: row.x2 + add,
                    ..*row
                }
            })
            .collect()
    }
}

/// An estimate with its normal test and interval; ratios on the log scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    /// The pooled effect.
    pub beta: f64,
    /// Its standard error.
    pub se: f64,
    /// `beta / se`.
    pub z: f64,
    /// Two-sided p value.
    pub p: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl Pooled {
    pub(super) fn new(beta: f64, se: f64, level: f64) -> Self {
        let half = normal::quantile_sf((1.0 - level / 100.0) / 2.0) * se;
        let z = beta / se;
        Self {
            beta,
            se,
            z,
            p: normal::two_sided(z),
            lower: beta - half,
            upper: beta + half,
        }
    }
}

/// A χ² statistic and its p value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Upper tail beyond it.
    pub p: f64,
}

impl ChiSquare {
    pub(super) fn new(statistic: f64, df: f64) -> Self {
        Self {
            statistic,
            df,
            p: chi2::sf(statistic, df),
        }
    }
}

/// Spread of the single effects around the pooled one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heterogeneity {
    /// Studies with an effect.
    pub k: usize,
    /// Weighted sum of squared distances, and its p value (1 for a single study).
    pub q: f64,
    /// Upper tail of Q.
    pub q_p: f64,
    /// I² in percent, not below 0; `None` for a single study.
    pub i2: Option<f64>,
    /// `Q / df`, not cut at 1; `None` for a single study.
    pub h2: Option<f64>,
}

impl Heterogeneity {
    pub(super) fn around(beta: f64, effects: &[(f64, f64)]) -> Self {
        let q: f64 = effects
            .iter()
            .map(|&(yi, vi)| (yi - beta) * (yi - beta) / vi)
            .sum();
        let k = effects.len();
        let df = k as f64 - 1.0;
        let some = k > 1;
        Self {
            k,
            q,
            q_p: if some { chi2::sf(q, df) } else { 1.0 },
            i2: some.then(|| {
                if q > 0.0 {
                    (100.0 * (q - df) / q).max(0.0)
                } else {
                    0.0
                }
            }),
            h2: some.then(|| q / df),
        }
    }
}

/// The result of [`pool_tables`] or [`pool_rates`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MantelHaenszel {
    /// Number of tables.
    pub k: usize,
    /// The estimate; `None` when all tables lack events in one arm (a ratio of 0 or ∞).
    pub pooled: Option<Pooled>,
    /// Spread of the single effects around the estimate.
    pub heterogeneity: Option<Heterogeneity>,
    /// Cochran-Mantel-Haenszel test with `n - 1`, for odds ratios and rate ratios.
    pub cmh: Option<ChiSquare>,
    /// Cochran's test with `n` in the denominator, for odds ratios.
    pub cochran: Option<ChiSquare>,
    /// Breslow-Day test of equal odds ratios.
    pub breslow_day: Option<ChiSquare>,
    /// Tarone's correction of it.
    pub tarone: Option<ChiSquare>,
    /// Tables that count in the Breslow-Day test; odds ratios only.
    pub k_pos: Option<usize>,
}

/// Sum over tables in their order.
fn total(tables: &[Table], each: impl Fn(&Table) -> f64) -> f64 {
    tables.iter().map(each).sum()
}

fn odds_ratio(tables: &[Table], level: f64) -> Option<Pooled> {
    let ri = |t: &Table| t.a / t.n() * t.d;
    let si = |t: &Table| t.b / t.n() * t.c;
    let pi = |t: &Table| t.a / t.n() + t.d / t.n();
    let qi = |t: &Table| t.b / t.n() + t.c / t.n();
    let (r, s) = (total(tables, ri), total(tables, si));
    if r == 0.0 || s == 0.0 {
        return None;
    }
    let pr = total(tables, |t| pi(t) * ri(t)) / (r * r);
    let mixed = total(tables, |t| pi(t) * si(t) + qi(t) * ri(t)) / (r * s);
    let qs = total(tables, |t| qi(t) * si(t)) / (s * s);
    Some(Pooled::new(
        log(r / s),
        sqrt(0.5 * (pr + mixed + qs)),
        level,
    ))
}

fn risk_ratio(tables: &[Table], level: f64) -> Option<Pooled> {
    let r = total(tables, |t| t.a * (t.n2() / t.n()));
    let s = total(tables, |t| t.c * (t.n1() / t.n()));
    if r == 0.0 || s == 0.0 {
        return None;
    }
    let p = total(tables, |t| {
        t.n1() / t.n() * (t.n2() / t.n()) * t.events() - t.a / t.n() * t.c
    });
    Some(Pooled::new(log(r / s), sqrt(p / (r * s)), level))
}

fn risk_difference(tables: &[Table], level: f64) -> Pooled {
    let weight = total(tables, |t| t.n1() * (t.n2() / t.n()));
    let beta = total(tables, |t| t.a * (t.n2() / t.n()) - t.c * (t.n1() / t.n())) / weight;
    let p = total(tables, |t| {
        let (f1, f2) = (t.n1() / t.n(), t.n2() / t.n());
        t.c * f1 * f1 - t.a * f2 * f2 + f1 * f2 * (t.n2() - t.n1()) / 2.0
    });
    let q = total(tables, |t| (t.a * t.d + t.c * t.b) / t.n()) / 2.0;
    Pooled::new(beta, sqrt((beta * p + q) / (weight * weight)), level)
}

/// Cochran's and the Cochran-Mantel-Haenszel test of no association; `None` without events or without non-events.
fn association(tables: &[Table], correct: bool) -> Option<(ChiSquare, ChiSquare)> {
    if total(tables, Table::events) == 0.0 || total(tables, Table::others) == 0.0 {
        return None;
    }
    let gap = total(tables, |t| t.a - t.n1() / t.n() * t.events()).abs();
    let variance = |denominator: fn(f64) -> f64| {
        total(tables, |t| {
            t.n1() / t.n() * (t.n2() / t.n()) * (t.events() * (t.others() / denominator(t.n())))
        })
    };
    let yates = gap - if correct { 0.5 } else { 0.0 };
    Some((
        ChiSquare::new(yates * yates / variance(|n| n), 1.0),
        ChiSquare::new(yates * yates / variance(|n| n - 1.0), 1.0),
    ))
}

/// Events expected among the treated when the table's odds ratio is `or` and its margins stand.
///
/// The smaller root of the quadratic, in the form that does not cancel when `or` is close to 1.
fn fitted(table: &Table, or: f64) -> f64 {
    let (n1, n2, x) = (table.n1(), table.n2(), table.events());
    let a = or * (n1 + x) + (n2 - x);
    let root = sqrt(a * a - 4.0 * n1 * x * or * (or - 1.0));
    2.0 * or * n1 * x / (a + root)
}

/// Breslow-Day and Tarone tests, with the number of tables that count.
fn homogeneity(tables: &[Table], or: f64) -> (Option<ChiSquare>, Option<ChiSquare>, usize) {
    let (mut gap, mut weight, mut statistic, mut k) = (0.0, 0.0, 0.0, 0usize);
    for table in tables.iter().filter(|t| !t.one_sided()) {
        let e = fitted(table, or);
        if e <= 0.0 {
            continue;
        }
        k += 1;
        let rest = table.events() - e;
        let variance =
            1.0 / (1.0 / e + 1.0 / (table.n1() - e) + 1.0 / rest + 1.0 / (table.n2() - rest));
        gap += table.a - e;
        weight += variance;
        statistic += (table.a - e) * (table.a - e) / variance;
    }
    if k < 2 {
        return (None, None, k);
    }
    let df = k as f64 - 1.0;
    let tarone = (statistic - gap * gap / weight).max(0.0);
    (
        Some(ChiSquare::new(statistic, df)),
        Some(ChiSquare::new(tarone, df)),
        k,
    )
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

fn nothing() -> Problem {
    Problem::error("pool::no-study", "no study has all the counts it needs")
        .help("fill in the events and sizes of at least one study")
}

/// Pools person-time.
///
/// # Errors
/// When there is no row.
pub fn pool_rates(
    measure: RateMeasure,
    rows: &[PersonTime],
    correct: bool,
    level: f64,
    handling: (Handling, Handling),
) -> Result<MantelHaenszel, Problem> {
    let effects: Vec<(f64, f64)> = handling
        .0
        .rates(rows)
        .iter()
        .map(|r| match measure {
            RateMeasure::RateRatio => {
                (log(r.x1 / r.t1) - log(r.x2 / r.t2), 1.0 / r.x1 + 1.0 / r.x2)
            }
            RateMeasure::RateDifference => (
                r.x1 / r.t1 - r.x2 / r.t2,
                r.x1 / (r.t1 * r.t1) + r.x2 / (r.t2 * r.t2),
            ),
        })
        .filter(|(yi, vi)| yi.is_finite() && vi.is_finite())
        .collect();
    let rows = handling.1.rates(rows);
    if rows.is_empty() {
        return Err(nothing());
    }
    let sum = |each: fn(&PersonTime) -> f64| rows.iter().map(each).sum::<f64>();
    let pooled = match measure {
        RateMeasure::RateRatio => {
            let r = sum(|r| r.x1 * (r.t2 / (r.t1 + r.t2)));
            let s = sum(|r| r.x2 * (r.t1 / (r.t1 + r.t2)));
            let p = sum(information);
            (r > 0.0 && s > 0.0).then(|| Pooled::new(log(r / s), sqrt(p / (r * s)), level))
        }
        RateMeasure::RateDifference => {
            let weight = sum(|r| r.t1 / (r.t1 + r.t2) * r.t2);
            let beta = sum(|r| (r.x1 * r.t2 - r.x2 * r.t1) / (r.t1 + r.t2)) / weight;
            let p = sum(|r| {
                let w = r.t1 / (r.t1 + r.t2) * r.t2;
                w * w * (r.x1 / (r.t1 * r.t1) + r.x2 / (r.t2 * r.t2))
            });
            Some(Pooled::new(beta, sqrt(p) / weight, level))
        }
    };
    let events = sum(|r| r.x1 + r.x2);
    let cmh = (measure == RateMeasure::RateRatio && events > 0.0).then(|| {
        let gap = sum(|r| r.x1 - (r.x1 + r.x2) * (r.t1 / (r.t1 + r.t2))).abs();
        let gap = gap - if correct { 0.5 } else { 0.0 };
        ChiSquare::new(gap * gap / sum(information), 1.0)
    });
    Ok(MantelHaenszel {
        k: rows.len(),
        pooled,
        heterogeneity: pooled.map(|p| Heterogeneity::around(p.beta, &effects)),
        cmh,
        cochran: None,
        breslow_day: None,
        tarone: None,
        k_pos: None,
    })
}

/// A stratum's part of the variance under equal rates.
fn information(r: &PersonTime) -> f64 {
    let t = r.t1 + r.t2;
    r.t1 / t * (r.t2 / t) * (r.x1 + r.x2)
}

/// The Cochran-Mantel-Haenszel test with the common odds ratio and its interval, as the test is usually reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommonOddsRatio {
    /// The test on one degree of freedom.
    pub test: ChiSquare,
    /// Common odds ratio.
    pub odds_ratio: f64,
    /// Lower 95 % limit.
    pub lower: f64,
    /// Upper 95 % limit.
    pub upper: f64,
}

/// Tests no association across strata that have both an event and a non-event.
///
/// Yates' correction is applied only when the observed events differ from the expected by at least ½ (as R's `mantelhaen.test`).
///
/// # Errors
/// When no stratum has both, or the common odds ratio is 0 or ∞.
pub fn common_odds_ratio(
    tables: &[Table],
    correct: bool,
    level: f64,
) -> Result<CommonOddsRatio, Problem> {
    let kept: Vec<Table> = tables.iter().filter(|t| !t.one_sided()).copied().collect();
    let gap = total(&kept, |t| t.a - t.n1() / t.n() * t.events()).abs();
    let (_, test) = association(&kept, correct && gap >= 0.5).ok_or_else(nothing)?;
    let pooled = odds_ratio(&kept, level).ok_or_else(|| {
        Problem::error(
            "pool::ratio-at-limit",
            "the common odds ratio is 0 or infinite",
        )
        .help("one arm has no events in any study: report counts, or pool risk differences")
    })?;
    Ok(CommonOddsRatio {
        test,
        odds_ratio: exp(pooled.beta),
        lower: exp(pooled.lower),
        upper: exp(pooled.upper),
    })
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
