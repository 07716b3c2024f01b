//! Answers to effect-size and univariate-model requests.

use super::request::{Answer, Question, numbers};
use crate::effect::{self, Columns, Estimate, Refusal, pre_post};
use serde_json::json;

/// Answers a question of these families; `None` for any other kind.
pub(super) fn answer(question: &Question<'_>) -> Option<Answer> {
    Some(match question.request.kind.as_str() {
        "escalc" => escalc(question),
        _ => return None,
    })
}

fn escalc(question: &Question<'_>) -> Answer {
    let (yi, vi) =
        effect::known_parts(question.measure()?, &question.effect_settings()?, question)?;
    let sei: Vec<f64> = vi.iter().map(|&v| libm::sqrt(v)).collect();
    let mut result = json!({"yi": numbers(&yi), "vi": numbers(&vi), "sei": numbers(&sei)});
    if question.request.measure() == "SMCR_DIFF" {
        for arm in [1, 2] {
            let (yi, vi) = split(&arm_changes(question, arm)?);
            result[format!("yi_arm{arm}")] = numbers(&yi);
            result[format!("vi_arm{arm}")] = numbers(&vi);
        }
    }
    Ok(result)
}

fn arm_changes(
    question: &Question<'_>,
    arm: usize,
) -> Result<Vec<Result<Estimate, Refusal>>, String> {
    let column = |name| question.arm_argument(arm, name);
    let (after, before, sd, n, r) = (
        column("m1i")?,
        column("m2i")?,
        column("sd1i")?,
        column("ni")?,
        column("ri")?,
    );
    Ok((0..n.len())
        .map(|i| {
            pre_post::smcr(pre_post::PrePost {
                n: n[i],
                after: after[i],
                before: before[i],
                sd1: sd[i],
                sd2: sd[i],
                r: r[i],
            })
        })
        .collect())
}

/// Effects and variances with NaN for the rows that have none.
fn split(rows: &[Result<Estimate, Refusal>]) -> (Vec<f64>, Vec<f64>) {
    rows.iter()
        .map(|row| match row {
            Ok(estimate) => (estimate.yi, estimate.vi),
            Err(_) => (f64::NAN, f64::NAN),
        })
        .unzip()
}
