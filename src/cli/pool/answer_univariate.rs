//! Answers to effect-size and univariate-model requests.

use super::request::{Answer, Question};

/// Answers a question of these families; `None` for any other kind.
pub(super) fn answer(question: &Question<'_>) -> Option<Answer> {
    match question.request.kind.as_str() {
        _ => None,
    }
}
