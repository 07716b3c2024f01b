//! The table of votes and adjudications, each with the record it found and where it stands.

use super::Maker;
use crate::artefact::{PlaceRow, key, rows};
use crate::place::Place;
use crate::screening::matching::FoundBy;
use crate::screening::{Adjudication, CountedVote, Decision, Stage};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// What a row of the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::stage) enum Role {
    Vote,
    Adjudication,
}

rows! {
    /// A vote or an adjudication, with the record it found.
    pub(crate) VoteRow: "votes" {
        /// The record.
        record: String,
        /// `title-abstract` or `full-text`.
        stage: Stage,
        /// Who.
        reviewer: String,
        /// `vote` or `adjudication`.
        role: Role,
        /// The decision.
        decision: Decision,
        /// The reason.
        reason: String,
        /// When.
        at: String,
        /// Whether it is the one that counts.
        counts: bool,
        /// What the record was found by.
        found_by: FoundBy,
    }
}

impl Maker<'_> {
    /// Every vote and adjudication that found its record, and where each stands.
    pub(in crate::stage::screen) fn votes(&self) -> (Vec<VoteRow>, Vec<PlaceRow>) {
        let votes = self.screening.votes.par_iter().map(vote_row);
        let adjudications = self.entered.adjudications.par_iter();
        let adjudications = adjudications.filter_map(|settled| self.adjudication_row(settled));
        let (mut rows, mut places): (Vec<VoteRow>, Vec<&Place>) = votes.unzip();
        let (settled, at): (Vec<VoteRow>, Vec<&Place>) = adjudications.unzip();
        rows.extend(settled);
        places.extend(at);
        tell_copies_apart(&mut rows);
        let places = rows.par_iter().zip(places);
        let places = places.map(|(row, place)| place_row(row, place)).collect();
        (rows, places)
    }

    fn adjudication_row<'r>(&self, settled: &'r Adjudication) -> Option<(VoteRow, &'r Place)> {
        let (position, found_by) = self.index.find(&settled.record)?;
        let record = self.inputs.all()[position].id.as_str();
        let row = VoteRow {
            key: key(&[
                record,
                settled.stage.as_str(),
                "adjudication",
                settled.at.as_str(),
            ]),
            record: record.to_owned(),
            stage: settled.stage,
            reviewer: settled.by.clone(),
            role: Role::Adjudication,
            decision: settled.decision,
            reason: settled.reason.clone().unwrap_or_default(),
            at: settled.at.to_string(),
            counts: self.screening.settled.contains(&settled.place),
            found_by,
        };
        Some((row, &settled.place))
    }
}

fn vote_row<'v>(counted: &CountedVote<'v>) -> (VoteRow, &'v Place) {
    let vote = counted.vote;
    let row = VoteRow {
        key: key(&[
            counted.record.as_str(),
            vote.stage.as_str(),
            &vote.reviewer,
            vote.at.as_str(),
        ]),
        record: counted.record.to_string(),
        stage: vote.stage,
        reviewer: vote.reviewer.clone(),
        role: Role::Vote,
        decision: vote.decision,
        reason: vote.reason.clone().unwrap_or_default(),
        at: vote.at.to_string(),
        counts: counted.counts,
        found_by: counted.found_by,
    };
    (row, &vote.place)
}

fn place_row(row: &VoteRow, place: &Place) -> PlaceRow {
    PlaceRow {
        by: row.reviewer.clone(),
        at: row.at.clone(),
        ..PlaceRow::new("votes", &row.key, "", place.clone())
    }
}

/// Numbers rows of one key: a tool can hold a record twice, with a vote each at the same moment.
fn tell_copies_apart(rows: &mut [VoteRow]) {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.par_sort_by(|a, b| rows[*a].key.cmp(&rows[*b].key));
    let same = order.chunk_by(|a, b| rows[*a].key == rows[*b].key);
    let copies: Vec<(usize, u32)> = same
        .flat_map(|rows| rows.iter().copied().zip(1..).skip(1))
        .collect();
    for (row, copy) in copies {
        rows[row].key = key(&[rows[row].key.as_str(), &copy.to_string()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RecordId;
    use crate::screening::matching::Index;
    use crate::screening::{Identification, Input, Settings, adjudication, screen};
    use crate::stage::BriefRecords;
    use crate::stage::screen::{Entered, Inputs};
    use std::collections::BTreeMap;

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
