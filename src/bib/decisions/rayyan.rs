//! Rayyan's notes: `RAYYAN-INCLUSION: {"Bob"=>"Included"} | RAYYAN-LABELS: a,b | RAYYAN-EXCLUSION-REASONS: c`.

use super::{Choice, Decision, RecordKey, choice};

/// The decisions a note holds, one a reviewer.
pub(super) fn decisions(note: &str, record: &RecordKey, line: u32) -> Vec<Decision> {
    let mut votes = Vec::new();
    let mut labels = Vec::new();
    let mut reasons = Vec::new();
    for part in note.split(" | ") {
        if let Some(list) = behind(part, "RAYYAN-INCLUSION:") {
            votes.extend(pairs(list));
        } else if let Some(list) = behind(part, "RAYYAN-LABELS:") {
            labels.extend(words(list));
        } else if let Some(list) = behind(part, "RAYYAN-EXCLUSION-REASONS:") {
            reasons.extend(words(list));
        }
    }
    votes
        .into_iter()
        .map(|(reviewer, decision)| Decision {
            reviewer,
            record: record.clone(),
            decision,
            full_text: None,
            reasons: if decision == Choice::Exclude {
                reasons.clone()
            } else {
                Vec::new()
            },
            labels: labels.clone(),
            time: None,
            line,
        })
        .collect()
}

/// Whether a note is Rayyan's.
pub(super) fn is_note(text: &str) -> bool {
    text.contains("RAYYAN-INCLUSION:")
}

/// What follows a mark; other notes can stand before it.
fn behind<'a>(part: &'a str, mark: &str) -> Option<&'a str> {
    part.find(mark).map(|at| part[at + mark.len()..].trim())
}

fn words(list: &str) -> impl Iterator<Item = String> + '_ {
    list.split(',')
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
}

/// `{"Bob"=>"Included", "Eve"=>"Excluded"}`; commas and arrows can stand inside names.
fn pairs(list: &str) -> Vec<(String, Choice)> {
    let mut texts = Vec::new();
    let mut rest = list;
    while let Some(open) = rest.find('"') {
        let inner = &rest[open + 1..];
        let Some(close) = inner.find('"') else { break };
        texts.push(&inner[..close]);
        rest = &inner[close + 1..];
    }
    texts
        .chunks_exact(2)
        .filter_map(|pair| Some((pair[0].to_owned(), choice(pair[1])?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reviewer_of_a_note_has_a_decision() {
        let note = r#"see p. 3 RAYYAN-INCLUSION: {"Bob"=>"Included", "Eve, X"=>"Excluded"} | RAYYAN-LABELS: a,b | RAYYAN-EXCLUSION-REASONS: wrong population,other"#;
        let found = decisions(note, &RecordKey::default(), 1);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].reviewer.as_str(), found[0].decision),
            ("Bob", Choice::Include)
        );
        assert!(found[0].reasons.is_empty());
        assert_eq!(found[1].reasons, ["wrong population", "other"]);
        assert_eq!(found[1].labels, ["a", "b"]);
    }
}
