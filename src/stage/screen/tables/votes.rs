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
            let record = &self.inputs.all()[at].id;
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
                counts: self.screening.settled.contains(&settled.place),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RecordId;
    use crate::screening::matching::Index;
    use crate::screening::{Identification, Input, Settings, adjudication, screen};
    use crate::stage::BriefRecords;
    use crate::stage::screen::{Entered, Inputs};

    /// Whether each row of `adjudication.csv` counts, by reviewer, for records `r1` and `r2`.
    fn counted(rows: &[&str]) -> Vec<(String, bool)> {
        let ris = b"TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nTI  - Two\nER  - \n";
        let mut records = crate::bib::read("a.ris", ris).records;
        for (record, id) in records.iter_mut().zip(["r1", "r2"]) {
            record.id = RecordId::new(id);
        }
        let inputs = Inputs {
            records: BriefRecords::of(records),
            records_stage: "deduplicate".to_owned(),
            clusters: Vec::new(),
            sources: Vec::new(),
            sources_stage: "import".to_owned(),
            decisions: Vec::new(),
            protocol: None,
            protocol_path: String::new(),
            previous: None,
        };
        let text = format!("record,stage,decision,method,by,at\n{}\n", rows.join("\n"));
        let (adjudications, problems) = adjudication::read("adjudication.csv", text.as_bytes());
        assert!(problems.is_empty(), "{problems:?}");
        let entered = Entered {
            adjudications,
            ..Entered::default()
        };
        let index = Index::new(inputs.all(), &BTreeMap::new());
        let (screening, _) = screen(Input {
            records: inputs.all(),
            index: &index,
            votes: &[],
            adjudications: &entered.adjudications,
            links: &[],
            settings: &Settings::default(),
            identification: &Identification::default(),
        });
        let maker = Maker::new(&inputs, &entered, &screening, &index, "screen");
        let (votes, _) = maker.votes();
        let of = |vote: VoteRow| (vote.reviewer, vote.counts);
        votes.into_iter().map(of).collect()
    }

    #[test]
    fn a_withdrawn_adjudication_and_what_it_withdraws_do_not_count() {
        let found = counted(&[
            "r1,full-text,include,third,first,2026-03-01",
            "r2,full-text,include,third,other-record,2026-03-01",
            "r1,title-abstract,include,third,other-stage,2026-03-01",
            "r1,full-text,withdrawn,third,back,2026-03-02",
            "r1,full-text,exclude,third,again,2026-03-03",
        ]);
        let want = [
            ("first", false),
            ("other-record", true),
            ("other-stage", true),
            ("back", false),
            ("again", true),
        ];
        assert_eq!(found, want.map(|(by, counts)| (by.to_owned(), counts)));
    }

    #[test]
    fn of_two_adjudications_of_one_item_the_later_counts() {
        let found = counted(&[
            "r1,full-text,include,third,first,2026-03-01",
            "r1,full-text,exclude,third,second,2026-03-02",
        ]);
        let want = [("first".to_owned(), false), ("second".to_owned(), true)];
        assert_eq!(found, want);
    }

    #[test]
    fn of_an_adjudication_and_its_withdrawal_at_one_moment_the_later_line_holds() {
        let given = "r1,full-text,include,third,given,2026-03-01";
        let back = "r1,full-text,withdrawn,third,back,2026-03-01";
        let counts = |rows: [&str; 2]| counted(&rows).into_iter().map(|row| row.1);
        assert!(counts([given, back]).eq([false, false]));
        assert!(counts([back, given]).eq([false, true]));
    }
}
