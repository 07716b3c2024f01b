//! Agreement of two reviewers: kappa with its standard error, and what kappa hides at low prevalence.
//!
//! Sources: Cohen 1960 (kappa); Fleiss, Cohen and Everitt 1969 (standard error); Byrt 1993 (PABAK and indices).

use serde::{Deserialize, Serialize};

/// 97.5th percentile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// First votes of two reviewers on the same items; "maybe" counts as include.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Both include.
    pub both_include: u64,
    /// Only the first includes.
    pub first_only: u64,
    /// Only the second includes.
    pub second_only: u64,
    /// Both exclude.
    pub both_exclude: u64,
}

impl Agreement {
    /// The interval as it is printed: none where the standard error is 0, which is for want of votes and no knowledge.
    pub fn told_interval(&self) -> Option<[f64; 2]> {
        self.ci.filter(|[lower, upper]| lower < upper)
    }
}

impl Table {
    /// Adds one item.
    pub fn add(&mut self, first_includes: bool, second_includes: bool) {
        match (first_includes, second_includes) {
            (true, true) => self.both_include += 1,
            (true, false) => self.first_only += 1,
            (false, true) => self.second_only += 1,
            (false, false) => self.both_exclude += 1,
        }
    }

    /// Items in all.
    pub fn total(self) -> u64 {
        self.both_include + self.first_only + self.second_only + self.both_exclude
    }
}

/// Agreement of two reviewers. Print kappa with the table, observed agreement, PABAK and positive agreement, never alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Items both voted on.
    pub n: u64,
    /// Observed agreement.
    pub po: f64,
    /// Agreement expected by chance.
    pub pe: f64,
    /// Cohen's kappa; `None` when chance alone would agree on everything (both made one decision only).
    pub kappa: Option<f64>,
    /// Standard error of kappa.
    pub se: Option<f64>,
    /// 95 % interval of kappa, kept within -1 to 1.
    pub ci: Option<[f64; 2]>,
    /// Prevalence-adjusted, bias-adjusted kappa.
    pub pabak: f64,
    /// |both include - both exclude| / n.
    pub prevalence_index: f64,
    /// |only first - only second| / n.
    pub bias_index: f64,
    /// Agreement on inclusion; `None` when nobody included anything.
    pub positive_agreement: Option<f64>,
    /// Agreement on exclusion; `None` when nobody excluded anything.
    pub negative_agreement: Option<f64>,
    /// 95 % intervals of PABAK (from Wilson's of the observed agreement) and of both specific agreements (by their standard errors).
    #[serde(skip)]
    pub intervals: Intervals,
}

/// 95 % intervals.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Intervals {
    /// Of PABAK.
    pub pabak: [f64; 2],
    /// Of the agreement on inclusion.
    pub positive: Option<[f64; 2]>,
    /// Of the agreement on exclusion.
    pub negative: Option<[f64; 2]>,
}

/// Agreement from a table; `None` without items.
pub fn agreement(table: Table) -> Option<Agreement> {
    let n = table.total();
    if n == 0 {
        return None;
    }
    let total = n as f64;
    let [a, b, c, d] = [
        table.both_include,
        table.first_only,
        table.second_only,
        table.both_exclude,
    ]
    .map(|count| count as f64);
    let po = (a + d) / total;
    let pe = ((a + b) * (a + c) + (c + d) * (b + d)) / (total * total);
    let chance_settles_all = table.total() == table.both_include.max(table.both_exclude);
    let kappa = (!chance_settles_all).then(|| (po - pe) / (1.0 - pe));
    let se = kappa.map(|kappa| standard_error([a, b, c, d], kappa, pe));
    let agreed = |both: f64| (2.0 * both + b + c > 0.0).then(|| 2.0 * both / (2.0 * both + b + c));
    Some(Agreement {
        n,
        po,
        pe,
        kappa,
        se,
        ci: kappa.zip(se).map(|(kappa, se)| {
            [kappa - Z * se, kappa + Z * se].map(|bound| bound.clamp(-1.0, 1.0))
        }),
        pabak: 2.0 * po - 1.0,
        prevalence_index: (a - d).abs() / total,
        bias_index: (b - c).abs() / total,
        positive_agreement: agreed(a),
        negative_agreement: agreed(d),
        intervals: Intervals {
            pabak: wilson(po, total).map(|bound| 2.0 * bound - 1.0),
            positive: specific(a, b + c),
            negative: specific(d, b + c),
        },
    })
}

/// Wilson 1927, for a share of `n`.
fn wilson(share: f64, n: f64) -> [f64; 2] {
    let centre = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    [centre - half, centre + half].map(|bound| (bound / (1.0 + Z * Z / n)).clamp(0.0, 1.0))
}

/// Interval of a specific agreement, `2 both / (2 both + apart)`, by its standard error (Graham & Bull 1998); none where that is 0.
fn specific(both: f64, apart: f64) -> Option<[f64; 2]> {
    let votes = 2.0 * both + apart;
    (both > 0.0 && apart > 0.0).then(|| {
        let se = 2.0 * (both * apart * (both + apart)).sqrt() / (votes * votes);
        let share = 2.0 * both / votes;
        [share - Z * se, share + Z * se].map(|bound| bound.clamp(0.0, 1.0))
    })
}

/// Fleiss, Cohen and Everitt 1969, equation 13, for two categories.
fn standard_error([a, b, c, d]: [f64; 4], kappa: f64, pe: f64) -> f64 {
    let n = a + b + c + d;
    let (row, column) = ([(a + b) / n, (c + d) / n], [(a + c) / n, (b + d) / n]);
    let rest = 1.0 - kappa;
    let on_diagonal: f64 = [a / n, d / n]
        .iter()
        .enumerate()
        .map(|(i, p)| p * (1.0 - (row[i] + column[i]) * rest).powi(2))
        .sum();
    let off_diagonal =
        rest * rest * (b / n * (column[0] + row[1]).powi(2) + c / n * (column[1] + row[0]).powi(2));
    let centre = (kappa - pe * rest).powi(2);
    ((on_diagonal + off_diagonal - centre).max(0.0) / n).sqrt() / (1.0 - pe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: [u64; 4]) -> Agreement {
        let [both_include, first_only, second_only, both_exclude] = cells;
        agreement(Table {
            both_include,
            first_only,
            second_only,
            both_exclude,
        })
        .expect("items")
    }

    #[test]
    fn kappa_and_its_interval_match_the_worked_tables() {
        // reference/screening.md section 2.
        let found = of([45, 5, 10, 40]);
        assert!((found.kappa.expect("estimable") - 0.70).abs() < 1e-12);
        assert!((found.se.expect("estimable") - 0.0711).abs() < 1e-4);
        let found = of([120, 14, 22, 1844]);
        let ci = found.ci.expect("estimable");
        assert!((ci[0] - 0.815).abs() < 1e-3 && (ci[1] - 0.905).abs() < 1e-3);
    }

    /// Wilson's interval of 85 in 100 is 0.767 to 0.907; the specific agreement of 45 with 15 apart is 6/7, its error 2 √40500 / 105².
    #[test]
    fn the_other_figures_have_intervals_too() {
        let found = of([45, 5, 10, 40]).intervals;
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-3;
        assert!(
            near(found.pabak[0], 2.0 * 0.7672 - 1.0) && near(found.pabak[1], 2.0 * 0.9069 - 1.0)
        );
        let positive = found.positive.expect("some were included");
        assert!(
            near(positive[0], 0.857_14 - Z * 0.036_95)
                && near(positive[1], 0.857_14 + Z * 0.036_95),
            "{positive:?}"
        );
        assert_eq!(of([0, 0, 0, 50]).intervals.positive, None);
    }

    #[test]
    fn low_prevalence_makes_kappa_small_and_pabak_not() {
        let found = of([0, 8, 6, 986]);
        assert!(found.kappa.expect("estimable") < 0.0);
        assert!(found.pabak > 0.97);
        assert_eq!(found.positive_agreement, Some(0.0));
    }

    #[test]
    fn two_reviewers_who_exclude_everything_have_no_kappa() {
        assert_eq!(of([0, 0, 0, 50]).kappa, None);
        assert_eq!(agreement(Table::default()), None);
    }

    proptest::proptest! {
        #[test]
        fn swapping_reviewers_changes_nothing(a in 0u64..50, b in 0u64..50, c in 0u64..50, d in 0u64..50) {
            let one = agreement(Table { both_include: a, first_only: b, second_only: c, both_exclude: d });
            let two = agreement(Table { both_include: a, first_only: c, second_only: b, both_exclude: d });
            let kappa = |found: Option<Agreement>| found.and_then(|found| found.kappa).unwrap_or(9.0);
            proptest::prop_assert!((kappa(one) - kappa(two)).abs() < 1e-9);
        }
    }
}
