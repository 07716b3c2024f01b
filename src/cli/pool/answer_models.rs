//! Answers to counts, multilevel, robust, Bayesian and conversion requests.

use super::request::{Answer, Question};
use super::{
    answer_bayes, answer_clusters, answer_conversion, answer_counts, answer_draw, answer_glmm,
    answer_multilevel, answer_selection,
};

/// Answers a question of these families; `None` for any other kind.
pub(super) fn answer(question: &Question<'_>) -> Option<Answer> {
    Some(match question.request.kind.as_str() {
        "conversion" => answer_conversion::answer(question),
        "lcg" => answer_draw::answer(question),
        "mh" => answer_counts::mantel_haenszel(question),
        "peto" => answer_counts::peto(question),
        "cmh" => answer_counts::cochran_mantel_haenszel(question),
        "robu" => answer_clusters::robu(question),
        "robust" => answer_clusters::robust(question),
        "robust_metafor" => answer_clusters::robust_metafor(question),
        "bayes" => answer_bayes::answer(question),
        "selmodel" => answer_selection::answer(question),
        "glmm" => answer_glmm::answer(question),
        "mv" => answer_multilevel::multilevel(question),
        "mv_robust" => answer_multilevel::robust(question),
        _ => return None,
    })
}

/// A problem as the protocol's one-line reason.
pub(super) fn reason(problem: &crate::problem::Problem) -> String {
    match &problem.help {
        Some(help) => format!("{}: {}; {help}", problem.code, problem.title),
        None => format!("{}: {}", problem.code, problem.title),
    }
}
