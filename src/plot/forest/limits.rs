//! How far the axis of a forest plot reaches.

use super::columns::Columns;
use super::input::Forest;
use crate::plot::axis::{Axis, robust_limits};
use crate::plot::estimate::Estimate;

/// Limits that hold the null, the pooled results and most studies, with room for favours labels on both sides of the null.
pub(super) fn axis(forest: &Forest, columns: &Columns) -> Axis {
    let placed = |e: &Estimate| e.placed(forest.scale);
    let studies: Vec<_> = forest
        .subgroups
        .iter()
        .flat_map(|g| g.studies.iter().filter_map(|s| s.estimate))
        .filter(Estimate::is_finite)
        .map(|e| placed(&e))
        .collect();
    let bounds: Vec<(f64, f64)> = studies.iter().map(|e| (e.lower, e.upper)).collect();
    let values: Vec<f64> = studies.iter().map(|e| e.value).collect();
    let mut must: Vec<f64> = forest.null_placed().into_iter().collect();
    for pooled in forest
        .subgroups
        .iter()
        .filter_map(|g| g.pooled.as_ref())
        .chain(&forest.pooled)
    {
        if let Some(e) = pooled.estimate.filter(Estimate::is_finite) {
            let e = placed(&e);
            must.extend([e.lower, e.upper]);
        }
    }
    let (mut low, mut high) = robust_limits(&bounds, &values, &must);
    if let Some(null) = forest.null_placed()
        && forest.favours.is_some()
    {
        let (below, above) = (null - low, high - null);
        low = low.min(null - 0.35 * above);
        high = high.max(null + 0.35 * below);
    }
    Axis::new(
        forest.scale,
        low,
        high,
        columns.plot_width,
        forest.frame.numbers,
    )
    .placed(columns.plot_x, columns.plot_width)
}
