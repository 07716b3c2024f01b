//! Scenarios of screening: who voted what, and what follows.

use super::matching::Index;
use super::state::State;
use super::*;
use crate::bib::{Record, Source};
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::Problems;
use std::collections::BTreeMap;

fn count(number: usize) -> i64 {
    i64::try_from(number).expect("small")
}

fn record(id: &str, doi: Option<&str>) -> Record {
    Record {
        id: RecordId::new(id),
        kind: None,
        title: Some(format!("Title of {id}")),
        authors: Vec::new(),
        year: Some(2020),
        journal: None,
        volume: None,
        issue: None,
        pages: None,
        doi: doi.map(str::to_owned),
        pmid: None,
        issn: None,
        isbn: None,
        abstract_text: None,
        keywords: Vec::new(),
        language: None,
        url: None,
        trial_id: None,
        database: None,
        source: Source {
            file: "a.ris".into(),
            format: "ris".into(),
            line: 1,
            end_line: 2,
        },
        tags: crate::bib::Tags::default(),
    }
}

pub(super) fn votes_of(reviewer: &str, rows: &[&str]) -> Vec<Vote> {
    let text = format!("record,stage,decision,reason,at,doi\n{}\n", rows.join("\n"));
    let (votes, problems) = votes::read(&format!("{reviewer}.csv"), text.as_bytes());
    assert!(problems.is_empty(), "{problems:?}");
    votes
}

#[derive(Debug)]
pub(super) struct Case {
    pub(super) records: Vec<Record>,
    pub(super) merged: BTreeMap<RecordId, RecordId>,
    pub(super) votes: Vec<Vote>,
    pub(super) adjudications: Vec<Adjudication>,
    pub(super) links: Vec<Link>,
    pub(super) settings: Settings,
    pub(super) identification: Identification,
}

impl Case {
    pub(super) fn of(records: &[&str], a: &[&str], b: &[&str]) -> Self {
        let mut votes = votes_of("a", a);
        votes.extend(votes_of("b", b));
        Self {
            records: records
                .iter()
                .map(|id| record(id, Some(&format!("10.1/{id}"))))
                .collect(),
            merged: BTreeMap::new(),
            votes,
            adjudications: Vec::new(),
            links: Vec::new(),
            settings: Settings::default(),
            identification: Identification {
                databases: vec![("PubMed".into(), count(records.len()))],
                ..Identification::default()
            },
        }
    }

    pub(super) fn run(&self) -> (Screening<'_>, Problems) {
        screen(Input {
            records: &self.records,
            index: &Index::new(&self.records, &self.merged),
            votes: &self.votes,
            adjudications: &self.adjudications,
            links: &self.links,
            settings: &self.settings,
            identification: &self.identification,
        })
    }
}

pub(super) fn codes(problems: &Problems) -> Vec<&str> {
    problems
        .iter()
        .map(|problem| problem.code.as_ref())
        .collect()
}

#[test]
fn a_finished_screening_keeps_every_identity() {
    let case = Case::of(
        &["r1", "r2", "r3", "r4"],
        &[
            "r1,title-abstract,include,,2026-01-01,",
            "r2,title-abstract,maybe,,2026-01-01,",
            "r3,title-abstract,exclude,,2026-01-01,",
            "r4,title-abstract,include,,2026-01-01,",
            "r1,full-text,include,,2026-02-01,",
            "r2,full-text,exclude,wrong population,2026-02-01,",
            "r4,full-text,not-retrieved,,2026-02-01,",
        ],
        &[
            "r1,title-abstract,include,,2026-01-01,",
            "r2,title-abstract,include,,2026-01-01,",
            "r3,title-abstract,exclude,,2026-01-01,",
            "r4,title-abstract,exclude,,2026-01-01,",
            "r1,full-text,include,,2026-02-01,",
            "r2,full-text,exclude,wrong population,2026-02-01,",
            "r4,full-text,not-retrieved,,2026-02-01,",
        ],
    );
    let (found, problems) = case.run();
    assert!(problems.is_empty(), "{problems:?}");
    assert!(found.undecided.is_empty(), "{:?}", found.undecided);
    assert!(
        found.flow.violations().is_empty(),
        "{:?}",
        found.flow.violations()
    );
    assert_eq!(
        found.went_on,
        [RecordId::new("r4")],
        "an unsettled conflict goes on to full text"
    );
    assert_eq!(
        found.flow.reports_excluded,
        [("wrong population".to_owned(), 1)]
    );
    assert_eq!(found.included.len(), 1);
}

#[test]
fn the_latest_vote_counts_and_the_first_counts_for_agreement() {
    let case = Case::of(
        &["r1"],
        &[
            "r1,title-abstract,include,,2026-01-01,",
            "r1,title-abstract,exclude,,2026-01-05,",
        ],
        &["r1,title-abstract,exclude,,2026-01-02,"],
    );
    let (found, _) = case.run();
    assert_eq!(found.excluded.len(), 1);
    assert_eq!(found.agreement[0].table.first_only, 1);
    assert_eq!(found.votes.iter().filter(|vote| vote.counts).count(), 2);
}

#[test]
fn a_vote_taken_back_on_one_of_two_merged_records_leaves_the_vote_on_the_other() {
    let mut case = Case::of(
        &["r1"],
        &[
            "r1,title-abstract,include,,2026-01-20T09:00:00Z,",
            "old,title-abstract,exclude,,2026-01-20T09:01:00Z,",
            "old,title-abstract,withdrawn,,2026-01-20T09:02:00Z,",
        ],
        &[],
    );
    case.merged
        .insert(RecordId::new("old"), RecordId::new("r1"));
    let (screening, _) = case.run();
    let counted: Vec<Decision> = screening
        .votes
        .iter()
        .filter(|vote| vote.counts)
        .map(|counted| counted.vote.decision)
        .collect();
    assert_eq!(counted, [Decision::Include]);
    assert_eq!(screening.undecided[0].state, State::OneVote);
}

#[test]
fn agreement_forgets_a_vote_taken_back_only_where_nobody_else_had_spoken() {
    let table = |taken: &str, other: &str| {
        let rows = [
            "r1,title-abstract,include,,2026-01-20T09:00:00Z,".to_owned(),
            format!("r1,title-abstract,withdrawn,,{taken},"),
            "r1,title-abstract,exclude,,2026-01-20T12:00:00Z,".to_owned(),
        ];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let other = format!("r1,title-abstract,exclude,,{other},");
        let mut case = Case::of(&["r1"], &rows, &[&other]);
        let agreed = |case: &Case| case.run().0.agreement[0].agreement.po;
        let blind = agreed(&case);
        let text = "record,stage,decision,method,by,at\nr1,title-abstract,exclude,third,c,2026-01-20T09:30:00Z\n";
        case.adjudications = crate::screening::adjudication::read("a.csv", text.as_bytes()).0;
        [blind, agreed(&case)]
    };
    let agree = |observed: f64| (observed - 1.0).abs() < 1e-12;
    let early = table("2026-01-20T09:00:05Z", "2026-01-20T10:00:00Z");
    assert!(early.into_iter().all(agree), "{early:?}");
    let late = table("2026-01-20T11:00:00Z", "2026-01-20T10:00:00Z");
    assert!(!late.into_iter().any(agree), "{late:?}");
    let same = table("2026-01-20T10:00:00Z", "2026-01-20T10:00:00Z");
    assert!(!same.into_iter().any(agree), "{same:?}");
    let settled = table("2026-01-20T09:45:00Z", "2026-01-20T10:00:00Z");
    assert_eq!(settled.map(agree), [true, false]);
}

#[test]
fn one_vote_and_no_vote_stay_undecided() {
    let case = Case::of(
        &["r1", "r2"],
        &["r1,title-abstract,include,,2026-01-01,"],
        &[],
    );
    let (found, _) = case.run();
    let states: Vec<State> = found.undecided.iter().map(|item| item.state).collect();
    assert_eq!(states, [State::OneVote, State::Unscreened]);
}

#[test]
fn a_vote_follows_a_merge_and_a_doi_and_says_so() {
    let mut case = Case::of(
        &["r1", "r2"],
        &[
            "old,title-abstract,exclude,,2026-01-01,",
            "gone,title-abstract,exclude,,2026-01-01,https://doi.org/10.1/R2",
        ],
        &[
            "r1,title-abstract,exclude,,2026-01-01,",
            "r2,title-abstract,exclude,,2026-01-01,",
        ],
    );
    case.merged.insert("old".into(), "older".into());
    case.merged.insert("older".into(), "r1".into());
    let (found, problems) = case.run();
    assert_eq!(found.excluded.len(), 2);
    assert_eq!(
        codes(&problems),
        ["screening::moved-record", "screening::moved-record"]
    );
}

#[test]
fn a_vote_that_finds_no_record_is_told_and_not_counted() {
    let case = Case::of(&["r1"], &["r9,title-abstract,include,,2026-01-01,"], &[]);
    let (found, problems) = case.run();
    assert_eq!(codes(&problems), ["screening::lost-row"]);
    assert_eq!(problems.0[0].places[0].0, Place::line("a.csv", 2));
    assert!(found.votes.is_empty());
}

#[test]
fn full_text_votes_wait_for_title_and_abstract() {
    let case = Case::of(
        &["r1"],
        &["r1,full-text,include,,2026-01-01,"],
        &["r1,full-text,include,,2026-01-01,"],
    );
    let (found, problems) = case.run();
    assert_eq!(
        codes(&problems),
        ["screening::early-full-text", "screening::early-full-text"]
    );
    assert!(found.included.is_empty());
}

#[test]
fn different_reasons_agree_on_exclusion_and_owe_one_reason() {
    let mut case = Case::of(
        &["r1"],
        &[
            "r1,title-abstract,include,,2026-01-01,",
            "r1,full-text,exclude,no outcome,2026-02-01,",
        ],
        &[
            "r1,title-abstract,include,,2026-01-01,",
            "r1,full-text,exclude,wrong design,2026-02-01,",
        ],
    );
    case.settings.reasons = vec!["wrong design".into(), "no outcome".into()];
    let (found, _) = case.run();
    assert_eq!(
        found.excluded[0].reason.as_deref(),
        Some("wrong design"),
        "the first in the declared order"
    );
    assert_eq!(found.undecided.len(), 1);
    let text = "record,stage,decision,reason,method,by,at\nr1,full-text,exclude,no outcome,consensus,a; b,2026-02-03\n";
    case.adjudications = adjudication::read("adjudication.csv", text.as_bytes()).0;
    let (found, _) = case.run();
    assert_eq!(found.excluded[0].reason.as_deref(), Some("no outcome"));
    assert!(found.undecided.is_empty());
}

#[test]
fn wrong_people_and_reasons_are_told_with_the_nearest() {
    let mut case = Case::of(
        &["r1"],
        &[
            "r1,title-abstract,include,,2026-01-01,",
            "r1,full-text,exclude,wrong desing,2026-02-01,",
        ],
        &[
            "r1,title-abstract,include,,2026-01-01,",
            "r1,full-text,exclude,,2026-02-01,",
        ],
    );
    case.settings.reasons = vec!["wrong design".into()];
    case.settings.reviewers = vec!["a".into(), "c".into()];
    let (_, problems) = case.run();
    assert_eq!(
        codes(&problems),
        [
            "screening::unknown-reviewer",
            "screening::unknown-reason",
            "screening::no-reason",
            "screening::early-full-text"
        ]
    );
    assert!(
        problems.0[1]
            .help
            .as_deref()
            .is_some_and(|help| help.contains("`wrong design`"))
    );
}

#[test]
fn reports_of_one_study_count_once() {
    let include = [
        "r1,title-abstract,include,,2026-01-01,",
        "r2,title-abstract,include,,2026-01-01,",
        "r1,full-text,include,,2026-02-01,",
        "r2,full-text,include,,2026-02-01,",
    ];
    let mut case = Case::of(&["r1", "r2"], &include, &include);
    let text = "study,label,record,primary,basis,by,at\nhuang-2020,Huang 2020,r2,yes,registry,a,2026-02-02\nhuang-2020,Huang 2020,r1,no,registry,a,2026-02-02\n";
    case.links = studies::read("studies.csv", text.as_bytes()).0;
    let (found, problems) = case.run();
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(
        (found.flow.new_studies, found.flow.new_reports),
        (Some(1), Some(2))
    );
    assert_eq!(found.studies[0].primary, RecordId::new("r2"));
}

#[test]
fn the_order_of_records_and_votes_leaves_no_trace() {
    let rows = [
        "r1,title-abstract,include,,2026-01-01,",
        "r2,title-abstract,exclude,,2026-01-02,",
        "r3,title-abstract,include,,2026-01-03,",
    ];
    let case = || Case::of(&["r1", "r2", "r3"], &rows, &rows);
    let (one, mut turned) = (case(), case());
    turned.records.reverse();
    turned.votes.reverse();
    assert_eq!(one.run().0, turned.run().0);
}

/// What counts of reviewer `a` on `r1` at title and abstract, whose file has these decisions and times.
fn counted(rows: &[(&str, &str)]) -> Option<Decision> {
    let rows = rows.iter();
    let rows: Vec<String> = rows
        .map(|(decision, at)| format!("r1,title-abstract,{decision},,{at},"))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let case = Case::of(&["r1"], &rows, &[]);
    let (screening, problems) = case.run();
    assert!(problems.is_empty(), "{problems:?}");
    let mut counted = screening.votes.iter().filter(|vote| vote.counts);
    counted.next().map(|counted| counted.vote.decision)
}

#[test]
fn of_one_persons_votes_the_later_counts_however_its_time_is_written() {
    use Decision::{Exclude, Include};
    let include = ("include", "2026-06-03T09:05:00Z");
    for later in [
        "2026-06-03",
        "2026-06-03T09:05:00.5Z",
        "2026-06-03T09:05:00.000001Z",
        "2026-06-03T09:05:00+00:00",
        "2026-06-03T11:05:00+02:00",
    ] {
        let exclude = ("exclude", later);
        assert_eq!(counted(&[include, exclude]), Some(Exclude), "{later}");
    }
    let early = ("exclude", "2026-06-03T09:04:59.999Z");
    assert_eq!(counted(&[include, early]), Some(Include));
    let day = ("exclude", "2026-06-03");
    assert_eq!(counted(&[day, include]), Some(Include));
    assert_eq!(
        counted(&[("include", "2026-06-02T23:00:00Z"), day]),
        Some(Exclude)
    );
    assert_eq!(
        counted(&[include, ("withdrawn", "2026-06-03")]),
        None,
        "a day alone takes back what stands above it"
    );
    let times = [
        ("include", "2026-06-03T10:00:00Z"),
        day,
        ("maybe", "2026-06-03T09:00:00Z"),
    ];
    assert_eq!(counted(&times), Some(Exclude));
}

#[test]
fn two_files_of_one_person_that_differ_on_one_day_are_told() {
    let order = |first: &str, second: &str| {
        let mut case = Case::of(
            &["r1"],
            &[&format!("r1,title-abstract,include,,{first},")],
            &[],
        );
        let text = format!("record,stage,decision,at\nr1,title-abstract,exclude,{second}\n");
        let (votes, _) = votes::read("other/a.csv", text.as_bytes());
        case.votes.extend(votes);
        let problems = case.run().1;
        let unclear = problems
            .iter()
            .filter(|problem| problem.code == "screening::unclear-order");
        unclear.count()
    };
    assert_eq!(order("2026-06-03", "2026-06-03T09:00:00Z"), 1);
    assert_eq!(
        order("2026-06-03T09:00:00Z", "2026-06-03T11:00:00+02:00"),
        1
    );
    assert_eq!(order("2026-06-03T08:00:00Z", "2026-06-03T09:00:00Z"), 0);
    assert_eq!(order("2026-06-02", "2026-06-03T09:00:00Z"), 0);
}

#[test]
fn a_vote_is_taken_back_by_whatever_names_its_record() {
    let names = [
        ("r1", ""),
        ("", "10.1/r1"),
        ("", "https://doi.org/10.1/R1"),
        ("gone", "10.1/r1"),
    ];
    for (said, back) in names
        .into_iter()
        .flat_map(|said| names.map(|back| (said, back)))
    {
        let row = |(id, doi): (&str, &str), decision, day| {
            format!("{id},title-abstract,{decision},,2026-01-0{day},{doi}")
        };
        let (include, withdrawn) = (row(said, "include", 1), row(back, "withdrawn", 2));
        let case = Case::of(&["r1"], &[&include, &withdrawn], &[]);
        let (screening, problems) = case.run();
        let told = codes(&problems);
        assert!(
            !told.contains(&"screening::nothing-to-withdraw"),
            "{told:?}"
        );
        assert!(screening.votes.iter().all(|vote| !vote.counts), "{case:?}");
    }
}

#[test]
fn a_withdrawal_that_takes_nothing_back_is_told() {
    let mut case = Case::of(
        &["r1", "r2"],
        &[
            "old,title-abstract,include,,2026-01-01,",
            "r1,title-abstract,withdrawn,,2026-01-02,",
            "r2,title-abstract,withdrawn,,2026-01-02,",
        ],
        &["r2,title-abstract,include,,2026-01-01,"],
    );
    case.merged.insert("old".into(), "r1".into());
    let text =
        "record,stage,decision,method,by,at\nr2,title-abstract,withdrawn,third,c,2026-01-03\n";
    case.adjudications = adjudication::read("adjudication.csv", text.as_bytes()).0;
    let (screening, problems) = case.run();
    let idle = problems
        .iter()
        .filter(|problem| problem.code == "screening::nothing-to-withdraw")
        .map(|problem| problem.places[0].0.to_string());
    let idle: Vec<String> = idle.collect();
    assert_eq!(idle, ["a.csv:3", "a.csv:4", "adjudication.csv:2"]);
    let counted = screening.votes.iter().filter(|vote| vote.counts);
    assert_eq!(counted.count(), 2);
}
