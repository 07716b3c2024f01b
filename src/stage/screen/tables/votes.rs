//! The table of votes and adjudications, each with the record it found and where it stands.

use super::Maker;
use crate::artefact::{PlaceRow, key, rows};
use crate::place::Place;
use crate::screening::matching::FoundBy;
use std::collections::BTreeMap;

rows! {
    /// A vote or an adjudication, with the record it found.
    pub(crate) VoteRow: "votes" {
        /// The record.
        record: String,
        /// `title-abstract` or `full-text`.
        stage: String,
        /// Who.
        reviewer: String,
        /// `vote` or `adjudication`.
        role: String,
        /// The decision.
        decision: String,
        /// The reason.
        reason: String,
        /// When.
        at: String,
        /// Whether it is the one that counts.
        counts: bool,
        /// What the record was found by.
        found_by: String,
    }
}

impl Maker<'_> {
    /// Every vote and adjudication that found its record, and where each stands.
    pub(in crate::stage::screen) fn votes(&self) -> (Vec<VoteRow>, Vec<PlaceRow>) {
        let mut rows = Vec::new();
        let mut places = Vec::new();
        let mut keys = BTreeMap::new();
        let mut add = |mut row: VoteRow, place: &Place| {
            // A tool can hold a record twice, with a vote each at the same moment.
            let copies = keys.entry(row.key.clone()).or_insert(0_u32);
            *copies += 1;
            if *copies > 1 {
                row.key = key(&[row.key.as_str(), &copies.to_string()]);
            }
            let mut at = PlaceRow::new("votes", &row.key, "", place.clone());
            at.by.clone_from(&row.reviewer);
            at.at.clone_from(&row.at);
            places.push(at);
            rows.push(row);
        };
        for vote in &self.screening.votes {
            let row = VoteRow {
                key: key(&[
                    vote.record.as_str(),
                    &vote.stage.to_string(),
                    &vote.reviewer,
                    &vote.at.to_string(),
                ]),
                record: vote.record.to_string(),
                stage: vote.stage.to_string(),
                reviewer: vote.reviewer.clone(),
                role: "vote".to_owned(),
                decision: vote.decision.to_string(),
                reason: vote.reason.clone().unwrap_or_default(),
                at: vote.at.to_string(),
                counts: vote.counts,
                found_by: found_word(vote.found_by),
            };
            add(row, &vote.place);
        }
        for settled in &self.entered.adjudications {
            let Some((at, found_by)) = self.index.find(&settled.record) else {
                continue;
            };
            let record = &self.inputs.records[at].id;
            let row = VoteRow {
                key: key(&[
                    record.as_str(),
                    &settled.stage.to_string(),
                    "adjudication",
                    &settled.at.to_string(),
                ]),
                record: record.to_string(),
                stage: settled.stage.to_string(),
                reviewer: settled.by.clone(),
                role: "adjudication".to_owned(),
                decision: settled.decision.to_string(),
                reason: settled.reason.clone().unwrap_or_default(),
                at: settled.at.to_string(),
                counts: true,
                found_by: found_word(found_by),
            };
            add(row, &settled.place);
        }
        (rows, places)
    }
}

fn found_word(found_by: FoundBy) -> String {
    format!("{found_by:?}").to_lowercase()
}
