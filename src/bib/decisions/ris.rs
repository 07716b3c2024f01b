//! Decisions in the notes of RIS records: Rayyan's, and `ASReview`'s labels.

use super::{Choice, Decision, Decisions, RecordKey, rayyan};
use crate::bib::{Format, Options, Record, read_each};

/// Reads all records and the notes in them.
pub(super) fn read(file: &str, text: &str) -> Decisions {
    let mut found = Decisions::default();
    let options = Options {
        format: Some(Format::Ris),
        ..Options::default()
    };
    let summary = read_each(file, text.as_bytes(), &options, &mut |record| {
        found.rows += 1;
        of_record(&record, &mut found);
    });
    found.problems = summary.problems;
    found
}

fn of_record(record: &Record, found: &mut Decisions) {
    let own = record
        .tags
        .iter()
        .find_map(|tag| super::own::id_in(tag.value));
    let key = RecordKey {
        own: own.map(str::to_owned),
        id: record
            .tags
            .first("AN")
            .or_else(|| record.tags.first("ID"))
            .map(str::to_owned),
        doi: record.doi.clone(),
        pmid: record.pmid.clone(),
        title: record.title.clone(),
        year: record.year,
    };
    if key.id.is_some() {
        found.records.push(key.clone());
    }
    for tag in record
        .tags
        .iter()
        .filter(|tag| matches!(tag.name, "N1" | "N2" | "KW" | "RN" | "AB" | "M1"))
    {
        if rayyan::is_note(tag.value) {
            found.tool = "rayyan";
            found
                .decisions
                .extend(rayyan::decisions(tag.value, &key, tag.line));
        }
        let choice = match tag.value {
            "ASReview_relevant" => Choice::Include,
            "ASReview_irrelevant" => Choice::Exclude,
            _ => continue,
        };
        found.tool = "asreview";
        let prior = record.tags.iter().any(|tag| tag.value == "ASReview_prior");
        found.decisions.push(Decision {
            reviewer: String::new(),
            record: key.clone(),
            decision: choice,
            full_text: None,
            reasons: Vec::new(),
            labels: if prior {
                vec!["prior".to_owned()]
            } else {
                Vec::new()
            },
            time: None,
            line: tag.line,
        });
    }
}
