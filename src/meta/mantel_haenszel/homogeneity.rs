//! Tests of equal odds ratios: Breslow-Day, and Tarone's correction of it.

use super::arms::Table;
use super::estimate::ChiSquare;
use libm::sqrt;

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
pub(super) fn homogeneity(
    tables: &[Table],
    or: f64,
) -> (Option<ChiSquare>, Option<ChiSquare>, usize) {
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
