//! The pooled effect as studies are added one by one.

use super::leave_one_out::PartPooled;
use super::pooled::pool_fit;
use super::{Model, Refusal};
use rayon::prelude::*;

/// Pools the first study, the first two, and so on, in the given order of rows.
///
/// # Errors
/// [`Refusal`] for what [`super::pool`] refuses.
///
/// # Panics
/// When `order` names a row that does not exist: a mistake of the caller.
pub fn cumulative(
    yi: &[f64],
    vi: &[f64],
    order: &[usize],
    model: &Model,
) -> Result<Vec<PartPooled>, Refusal> {
    let ys: Vec<f64> = order.iter().map(|&i| yi[i]).collect();
    let vs: Vec<f64> = order.iter().map(|&i| vi[i]).collect();
    (1..=order.len())
        .into_par_iter()
        .map(|n| pool_fit(&ys[..n], &vs[..n], model).map(|fit| PartPooled::from(&fit)))
        .collect()
}

/// Row numbers by ascending `key`; equal keys keep their order, missing ones (NaN) come last.
pub fn order_by(key: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..key.len()).collect();
    order.sort_by(|&i, &j| {
        key[i].is_nan().cmp(&key[j].is_nan()).then_with(|| {
            key[i]
                .partial_cmp(&key[j])
                .unwrap_or(std::cmp::Ordering::Equal)
        })
    });
    order
}
