//! A judgement in the words, letters and signs that people and programs write.

use super::super::as_written::judgement_named;
use super::super::tool::{NOT_APPLICABLE, Tool};

/// A judgement by its name or label, by `+` for the best, or by its first letter where that is one alone.
///
/// The other signs of traffic lights are none: `-` and `X` mean one judgement for one tool and another for the next.
pub(super) fn judgement_read(tool: &Tool, written: &str) -> Option<String> {
    if let Some(found) = judgement_named(tool, written) {
        return Some(found);
    }
    let by_severity = |severity: u8| {
        let mut judgements = tool.judgements.iter();
        let found = judgements.find(|(_, judgement)| judgement.severity == Some(severity));
        found.map(|(name, _)| name.clone())
    };
    let plain = written.trim().to_lowercase();
    match plain.as_str() {
        "+" => return by_severity(0),
        "na" | "n/a" | "not applicable" => return Some(NOT_APPLICABLE.to_owned()),
        "ni" => return judgement_named(tool, "no information"),
        _ => {}
    }
    let words = plain
        .trim_end_matches(" risk of bias")
        .trim_end_matches(" risk");
    if let Some(found) = judgement_named(tool, words) {
        return Some(found);
    }
    let mut letters = plain.chars();
    let (first, None) = (letters.next()?, letters.next()) else {
        return None;
    };
    let begins = |label: &str| label.to_lowercase().starts_with(first);
    let judgements = tool.judgements.iter();
    let mut begun = judgements.filter(|(_, judgement)| begins(&judgement.label));
    match (begun.next(), begun.next()) {
        (Some((name, _)), None) => Some(name.clone()),
        _ => None,
    }
}
