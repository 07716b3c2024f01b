//! What the answers of a domain come to, before anybody overrides it.

use super::answer::{Answers, Options};
use super::assessed::Standing;
use super::evaluate;
use super::outcome::{DomainResult, Outcome, path_text};
use super::sheets::Sheet;
use super::tool::Tool;
use std::collections::{BTreeMap, BTreeSet};

/// What the answers of a domain come to, before any override.
pub(super) struct Verdict {
    pub(super) algorithm: Option<String>,
    pub(super) standing: Standing,
    pub(super) path: String,
}

/// A domain whose path waits for a question on which assessors differ is still judged when each alone comes to the same judgement.
pub(super) fn verdict(
    sheet: &Sheet,
    found: &DomainResult,
    said: &[(&str, &str)],
    unsettled: &BTreeSet<String>,
) -> Verdict {
    let of = |algorithm: Option<&str>, standing, path: String| Verdict {
        algorithm: algorithm.map(str::to_owned),
        standing,
        path,
    };
    match &found.outcome {
        Outcome::Judged { judgement } => {
            of(Some(judgement), Standing::Judged, path_text(&found.path))
        }
        Outcome::Invalid { question, .. } => of(
            None,
            Standing::Invalid,
            format!("the answer to {question} is not in its set"),
        ),
        Outcome::Incomplete { missing }
            if missing.iter().any(|question| unsettled.contains(question)) =>
        {
            let differ = missing.join(", ");
            match said {
                [(_, first), ..]
                    if said.len() == sheet.assessors.len()
                        && said.iter().all(|(_, other)| other == first) =>
                {
                    of(
                        Some(first),
                        Standing::Judged,
                        format!("assessors differ on {differ} and agree on the judgement"),
                    )
                }
                _ => of(
                    None,
                    Standing::Conflict,
                    format!("assessors differ on {differ}"),
                ),
            }
        }
        Outcome::Incomplete { missing } => of(
            None,
            Standing::Incomplete,
            format!("missing {}", missing.join(", ")),
        ),
    }
}

/// What each assessor alone would come to.
pub(super) fn own_results(
    tool: &Tool,
    sheet: &Sheet,
    options: &Options,
) -> BTreeMap<String, Vec<DomainResult>> {
    let of = |assessor: &String| {
        let answers: Answers = sheet
            .answers
            .iter()
            .filter_map(|(question, by)| Some((question.clone(), by.get(assessor)?.answer.clone())))
            .collect();
        let found = evaluate::assessment(tool, Some(&sheet.variant), &answers, options);
        (
            assessor.clone(),
            found.map(|found| found.domains).unwrap_or_default(),
        )
    };
    sheet.assessors.iter().map(of).collect()
}
