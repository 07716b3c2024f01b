//! Answers to `lcg` requests: sums and ends of a simulated set, so that a reader can hold the draw against another program's.

use super::request::{Answer, Question, number, numbers};
use super::table::Table;
use serde_json::json;

/// Draws the set of the recipe and describes it.
pub(super) fn answer(question: &Question<'_>) -> Answer {
    let request = question.request;
    let need = |name: &str| {
        request
            .number(name)
            .ok_or_else(|| format!("the recipe needs `{name}`"))
    };
    let whole = |name: &str| {
        request
            .option(name)
            .and_then(serde_json::Value::as_u64)
            .ok_or_else(|| format!("the recipe needs a whole `{name}`"))
    };
    let k = usize::try_from(whole("k")?)
        .ok()
        .filter(|&k| (1..=10_000_000).contains(&k))
        .ok_or("a recipe draws 1 to 10 million studies")?;
    let table = Table::draw(k, whole("seed")?, need("mu")?, need("tau")?);
    let (yi, vi) = (table.numbers("yi")?, table.numbers("vi")?);
    Ok(json!({
        "sum_yi": number(yi.iter().sum()),
        "sum_vi": number(vi.iter().sum()),
        "first_yi": numbers(&yi[..k.min(3)]),
        "last_yi": numbers(&yi[k.saturating_sub(3)..]),
    }))
}
