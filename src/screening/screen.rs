//! From records, votes, adjudications and links to what is included, excluded and open, with agreement and flow.

use super::adjudication::Adjudication;
use super::agreement::{self, Agreement, Table};
use super::flow::{Flow, Template};
use super::matching::{Detours, FoundBy, Index, lost};
use super::state::{self, ItemState, State};
use super::studies::{self, Link, Study};
use super::votes::{Decision, Stage, Vote};
use crate::bib::Record;
use crate::ids::{RecordId, StudyId};
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::When;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a protocol says about screening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Reasons for exclusion, in order: the first that applies is recorded. Empty: any reason is taken.
    pub reasons: Vec<String>,
    /// Names of the reviewers. Empty: any file is a reviewer's.
    pub reviewers: Vec<String>,
    /// People who must vote on each record by title and abstract.
    pub votes_title_abstract: usize,
    /// People who must vote on each full text.
    pub votes_full_text: usize,
    /// What exports of screening tools do not say themselves, by the name of the file in the folder of decisions.
    pub imports: BTreeMap<String, ToolFile>,
}

/// What an export of a screening tool (Rayyan, Covidence, `ASReview`, Abstrackr, EPPI-Reviewer, `DistillerSR`) does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ToolFile {
    /// Stage the decisions were made at; without it the file's own word counts, else title and abstract.
    pub stage: Option<Stage>,
    /// Who decided, where the tool names nobody; without it the name of the file.
    pub reviewer: Option<String>,
    /// Names the tool gives people, to those of the team.
    pub reviewers: BTreeMap<String, String>,
    /// Reasons as the tool has them, to those of the protocol.
    pub reasons: BTreeMap<String, String>,
    /// Day of the decisions, such as 2026-03-04, where the tool keeps no time.
    pub at: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reasons: Vec::new(),
            reviewers: Vec::new(),
            votes_title_abstract: 2,
            votes_full_text: 2,
            imports: BTreeMap::new(),
        }
    }
}

/// Counts from before screening, for the flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identification {
    /// Records by database.
    pub databases: Vec<(String, i64)>,
    /// Records by register.
    pub registers: Vec<(String, i64)>,
    /// Found by other methods, by method.
    pub other_methods: Vec<(String, i64)>,
    /// Duplicates removed.
    pub duplicates: i64,
    /// Removed by automation.
    pub automation: i64,
    /// Removed for other reasons.
    pub other: i64,
    /// Records found by other methods: they are sought without being screened by title and abstract.
    pub other_records: BTreeSet<RecordId>,
    /// Studies and reports of the version before, for an update.
    pub previous: Option<(i64, i64)>,
}

/// All that screening reads.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Records after deduplication.
    pub records: &'a [Record],
    /// From records merged away to those they are part of.
    pub merged: &'a BTreeMap<RecordId, RecordId>,
    /// Votes of all reviewers.
    pub votes: &'a [Vote],
    /// Settled conflicts.
    pub adjudications: &'a [Adjudication],
    /// Reports linked to studies.
    pub links: &'a [Link],
    /// The protocol.
    pub settings: &'a Settings,
    /// Counts from before.
    pub identification: &'a Identification,
}

/// A vote with the record it found; one row of `votes.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CountedVote {
    /// The record.
    pub record: RecordId,
    /// Stage.
    pub stage: Stage,
    /// Who.
    pub reviewer: String,
    /// When.
    pub at: When,
    /// Decision.
    pub decision: Decision,
    /// Reason.
    pub reason: Option<String>,
    /// What the record was found by.
    pub found_by: FoundBy,
    /// Whether it is the reviewer's latest on this record and stage, the one that counts.
    pub counts: bool,
    /// Where the vote stands.
    pub place: Place,
}

/// An included report; one row of `included.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Included {
    /// The study.
    pub study: StudyId,
    /// What to call the study.
    pub label: String,
    /// The report.
    pub record: RecordId,
    /// Whether it is the study's main report.
    pub primary: bool,
}

/// An excluded record; one row of `excluded.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Excluded {
    /// The record.
    pub record: RecordId,
    /// Where it was excluded.
    pub stage: Stage,
    /// The decision: excluded, or not retrieved.
    pub decision: Decision,
    /// Why.
    pub reason: Option<String>,
}

/// An open item; one row of `undecided.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Undecided {
    /// The record.
    pub record: RecordId,
    /// Where it waits.
    pub stage: Stage,
    /// Its state.
    pub state: State,
    /// What it waits for, in words.
    pub waits_for: String,
}

/// Agreement of two reviewers at a stage; one row of `agreement.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageAgreement {
    /// Stage.
    pub stage: Stage,
    /// The first reviewer by name.
    pub first: String,
    /// The second.
    pub second: String,
    /// First votes.
    pub table: Table,
    /// Figures.
    pub agreement: Agreement,
}

/// What screening came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Screening {
    /// Included reports, by study.
    pub included: Vec<Included>,
    /// Included studies.
    pub studies: Vec<Study>,
    /// Excluded records, by stage and record.
    pub excluded: Vec<Excluded>,
    /// What people still owe.
    pub undecided: Vec<Undecided>,
    /// Conflicts by title and abstract that nobody settled: the records went on to full text.
    pub went_on: Vec<RecordId>,
    /// Agreement by stage and pair of reviewers.
    pub agreement: Vec<StageAgreement>,
    /// The PRISMA counts. While anything is undecided they are provisional and identities may not hold.
    pub flow: Flow,
    /// Every vote that found its record, by record, stage, reviewer and time.
    pub votes: Vec<CountedVote>,
}

/// Screens.
///
/// Votes and adjudications that find no record are errors and not counted, everything else is; the order of the input does not
/// matter except between two votes of one person at the same moment, of which the later in the file counts.
pub fn screen(input: Input<'_>) -> (Screening, Problems) {
    let index = Index::new(input.records, input.merged);
    let mut work = Work {
        input,
        votes: BTreeMap::new(),
        settled: BTreeMap::new(),
        problems: Problems::new(),
        out: Screening::default(),
    };
    work.people();
    let mut detours = Detours::default();
    work.place_votes(&index, &mut detours);
    work.place_adjudications(&index, &mut detours);
    let mut counts = Counts::default();
    for position in work.in_order() {
        work.decide(position, &mut counts);
    }
    let linked = work.place_links(&index, &mut detours);
    counts.included.sort();
    work.studies(&counts.included, &linked);
    work.agreement();
    work.flow(counts);
    work.list_votes();
    work.out.excluded.sort();
    work.out.undecided.sort();
    work.problems.append(detours.problems());
    (work.out, work.problems)
}

/// A vote and what its record was found by.
type Found<'a> = (&'a Vote, FoundBy);

struct Work<'a> {
    input: Input<'a>,
    /// Votes by record position and stage, in the order of time.
    votes: BTreeMap<(usize, Stage), Vec<Found<'a>>>,
    settled: BTreeMap<(usize, Stage), &'a Adjudication>,
    problems: Problems,
    out: Screening,
}

/// Counts of one stream of the flow.
#[derive(Debug, Default)]
struct Stream {
    sought: i64,
    not_retrieved: i64,
    assessed: i64,
    excluded: BTreeMap<String, i64>,
}

#[derive(Debug, Default)]
struct Counts {
    screened: i64,
    excluded: i64,
    databases: Stream,
    other: Stream,
    included: Vec<RecordId>,
}

impl<'a> Work<'a> {
    /// Reviewers outside the team, and two files of one reviewer.
    fn people(&mut self) {
        // Tools write a file a stage, so that one person may have two: a file more than once a stage is doubtful.
        let mut files: BTreeMap<String, BTreeMap<&str, &Place>> = BTreeMap::new();
        let mut staged: BTreeMap<(String, Stage), BTreeSet<&str>> = BTreeMap::new();
        for vote in self.input.votes {
            let reviewer = vote.reviewer.to_lowercase();
            let by_stage = staged.entry((reviewer.clone(), vote.stage)).or_default();
            by_stage.insert(&vote.place.file);
            let by_file = files.entry(reviewer).or_default();
            by_file.entry(&vote.place.file).or_insert(&vote.place);
        }
        let team: Vec<&str> = self
            .input
            .settings
            .reviewers
            .iter()
            .map(String::as_str)
            .collect();
        for (reviewer, by_file) in files {
            let places: Vec<Place> = by_file
                .values()
                .map(|place| Place::file(place.file.clone()))
                .collect();
            let at_all = |problem: Problem| places.iter().cloned().fold(problem, Problem::at);
            let doubled = [Stage::TitleAbstract, Stage::FullText]
                .into_iter()
                .any(|stage| {
                    let files = staged.get(&(reviewer.clone(), stage));
                    files.is_some_and(|files| files.len() > 1)
                });
            if doubled {
                self.problems.push(
                    at_all(Problem::error("screening::two-files", format!("two files hold votes of `{reviewer}`")))
                        .help("bring them together in one file; votes of both count as one person's until then"),
                );
            }
            if !team.is_empty() && !team.iter().any(|name| name.to_lowercase() == reviewer) {
                let help = nearest(&reviewer, team.iter().copied()).map_or_else(
                    || "add the name to `reviewers` in the settings of the stage".to_owned(),
                    |near| {
                        format!(
                            "did you mean `{near}`? Rename the file, or add the name to `reviewers`"
                        )
                    },
                );
                self.problems.push(
                    at_all(Problem::error(
                        "screening::unknown-reviewer",
                        format!("`{reviewer}` is not on the team"),
                    ))
                    .help(help),
                );
            }
        }
    }

    fn place_votes(&mut self, index: &Index, detours: &mut Detours) {
        for vote in self.input.votes {
            match index.find(&vote.record) {
                Some((position, found_by)) => {
                    detours.note(&vote.place, found_by, vote.record.name());
                    self.votes
                        .entry((position, vote.stage))
                        .or_default()
                        .push((vote, found_by));
                    self.check_reason(
                        vote.stage,
                        vote.decision,
                        vote.reason.as_deref(),
                        &vote.place,
                    );
                }
                None => self
                    .problems
                    .push(lost("a vote", &vote.record, &vote.place)),
            }
        }
        // Stable, so that of two votes at one moment the later in the file comes last.
        for votes in self.votes.values_mut() {
            votes.sort_by(|(a, _), (b, _)| a.at.cmp(&b.at));
        }
    }

    fn place_adjudications(&mut self, index: &Index, detours: &mut Detours) {
        for settled in self.input.adjudications {
            let Some((position, found_by)) = index.find(&settled.record) else {
                self.problems
                    .push(lost("an adjudication", &settled.record, &settled.place));
                continue;
            };
            detours.note(&settled.place, found_by, settled.record.name());
            let kept = self
                .settled
                .entry((position, settled.stage))
                .or_insert(settled);
            if settled.at >= kept.at {
                *kept = settled;
            }
            if !self.votes.contains_key(&(position, settled.stage)) {
                self.problems.push(
                    Problem::warning(
                        "screening::nothing-to-settle",
                        format!(
                            "nobody voted on `{}` at {}",
                            settled.record.name(),
                            settled.stage
                        ),
                    )
                    .at(settled.place.clone())
                    .help(
                        "the adjudication counts; check that it names the right record and stage",
                    ),
                );
            }
        }
    }

    fn check_reason(
        &mut self,
        stage: Stage,
        decision: Decision,
        reason: Option<&str>,
        place: &Place,
    ) {
        if decision != Decision::Exclude {
            return;
        }
        let known: Vec<&str> = self
            .input
            .settings
            .reasons
            .iter()
            .map(String::as_str)
            .collect();
        match reason {
            None if stage == Stage::FullText => self.problems.push(
                Problem::error("screening::no-reason", "an exclusion at full text needs a reason")
                    .at(place.clone())
                    .help("fill in `reason`; the vote counts, and the flow says \"no reason given\" until then"),
            ),
            Some(reason) if !known.is_empty() && !known.contains(&reason) => {
                let help = nearest(reason, known.iter().copied()).map_or_else(
                    || format!("declared are: {}", known.join(", ")),
                    |near| format!("did you mean `{near}`? Or add the reason to `reasons` in the settings"),
                );
                self.problems.push(
                    Problem::error("screening::unknown-reason", format!("`{reason}` is not a declared reason"))
                        .at(place.clone())
                        .help(help),
                );
            }
            _ => {}
        }
    }

    /// Positions of records, sorted by id so that the order of the input leaves no trace.
    fn in_order(&self) -> Vec<usize> {
        let mut positions: Vec<usize> = (0..self.input.records.len()).collect();
        positions.sort_by(|a, b| self.input.records[*a].id.cmp(&self.input.records[*b].id));
        positions
    }

    fn state(&self, position: usize, stage: Stage) -> ItemState {
        let votes = self
            .votes
            .get(&(position, stage))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let settings = self.input.settings;
        let needed = match stage {
            Stage::TitleAbstract => settings.votes_title_abstract,
            Stage::FullText => settings.votes_full_text,
        };
        let settled = self.settled.get(&(position, stage)).copied();
        state::state(&latest(votes), settled, needed, &settings.reasons)
    }

    fn decide(&mut self, position: usize, counts: &mut Counts) {
        let id = self.input.records[position].id.clone();
        let by_other_method = self.input.identification.other_records.contains(&id);
        let first = self.state(position, Stage::TitleAbstract);
        let goes_on = match (first.state, first.decision) {
            (State::Conflict, _) => {
                self.out.went_on.push(id.clone());
                true
            }
            (State::Unscreened, _) if by_other_method => true,
            (_, Some(decision)) => decision.includes(),
            (state, None) => {
                self.wait(&id, Stage::TitleAbstract, state, waiting(state));
                self.early_full_text(
                    position,
                    &id,
                    "the record is not through title and abstract yet",
                );
                return;
            }
        };
        counts.screened += i64::from(!by_other_method);
        if goes_on {
            self.full_text(position, id, by_other_method, counts);
            return;
        }
        self.early_full_text(
            position,
            &id,
            "the record was excluded by title and abstract",
        );
        counts.excluded += i64::from(!by_other_method);
        self.out.excluded.push(Excluded {
            record: id,
            stage: Stage::TitleAbstract,
            decision: Decision::Exclude,
            reason: first.reason,
        });
    }

    fn full_text(
        &mut self,
        position: usize,
        id: RecordId,
        by_other_method: bool,
        counts: &mut Counts,
    ) {
        let found = self.state(position, Stage::FullText);
        let stream = if by_other_method {
            &mut counts.other
        } else {
            &mut counts.databases
        };
        stream.sought += 1;
        let Some(decision) = found.decision else {
            self.wait(&id, Stage::FullText, found.state, waiting(found.state));
            return;
        };
        if decision == Decision::NotRetrieved {
            stream.not_retrieved += 1;
        } else {
            stream.assessed += 1;
        }
        if found.reason_conflict {
            self.wait(
                &id,
                Stage::FullText,
                found.state,
                "one reason: all exclude, for different reasons",
            );
        }
        match decision {
            Decision::Include | Decision::Maybe => counts.included.push(id),
            Decision::Awaiting | Decision::Ongoing => {
                let (label, wait) = if decision == Decision::Awaiting {
                    (
                        "awaiting classification",
                        "what is needed to classify the report",
                    )
                } else {
                    ("ongoing study", "the end of the study")
                };
                *stream.excluded.entry(label.to_owned()).or_default() += 1;
                self.wait(&id, Stage::FullText, found.state, wait);
            }
            Decision::Exclude | Decision::NotRetrieved => {
                if decision == Decision::Exclude {
                    let reason = found
                        .reason
                        .clone()
                        .unwrap_or_else(|| "no reason given".to_owned());
                    *stream.excluded.entry(reason).or_default() += 1;
                }
                self.out.excluded.push(Excluded {
                    record: id,
                    stage: Stage::FullText,
                    decision,
                    reason: found.reason,
                });
            }
        }
    }

    fn wait(&mut self, record: &RecordId, stage: Stage, state: State, waits_for: &str) {
        self.out.undecided.push(Undecided {
            record: record.clone(),
            stage,
            state,
            waits_for: waits_for.to_owned(),
        });
    }

    /// Full-text votes on a record that is not there yet: kept, told, not counted.
    fn early_full_text(&mut self, position: usize, id: &RecordId, why: &str) {
        let votes = self
            .votes
            .get(&(position, Stage::FullText))
            .map(Vec::as_slice)
            .unwrap_or_default();
        for (vote, _) in votes {
            self.problems.push(
                Problem::warning(
                    "screening::early-full-text",
                    format!("a full-text vote on `{id}` does not count: {why}"),
                )
                .at(vote.place.clone())
                .help("settle the record at title-abstract first; the vote is kept"),
            );
        }
    }

    fn place_links(&mut self, index: &Index, detours: &mut Detours) -> Vec<(&'a Link, RecordId)> {
        let mut linked = Vec::new();
        for link in self.input.links {
            match index.find(&link.record) {
                Some((position, found_by)) => {
                    detours.note(&link.place, found_by, link.record.name());
                    linked.push((link, self.input.records[position].id.clone()));
                }
                None => self
                    .problems
                    .push(lost("a link", &link.record, &link.place)),
            }
        }
        linked
    }

    fn studies(&mut self, included: &[RecordId], linked: &[(&Link, RecordId)]) {
        let (studies, problems) = studies::group(included, linked);
        self.problems.append(problems);
        for study in &studies {
            self.out
                .included
                .extend(study.reports.iter().map(|record| Included {
                    study: study.study.clone(),
                    label: study.label.clone(),
                    record: record.clone(),
                    primary: *record == study.primary,
                }));
        }
        self.out.studies = studies;
    }

    /// Agreement of each pair of reviewers at each stage, on the first vote of each.
    fn agreement(&mut self) {
        let mut tables: BTreeMap<(Stage, String, String), Table> = BTreeMap::new();
        for ((_, stage), votes) in &self.votes {
            let first = first_votes(votes);
            for (place, (one, includes)) in first.iter().enumerate() {
                for (other, also) in &first[place + 1..] {
                    let pair = (*stage, one.clone(), other.clone());
                    tables.entry(pair).or_default().add(*includes, *also);
                }
            }
        }
        self.out.agreement = tables
            .into_iter()
            .filter_map(|((stage, first, second), table)| {
                agreement::agreement(table).map(|agreement| StageAgreement {
                    stage,
                    first,
                    second,
                    table,
                    agreement,
                })
            })
            .collect();
    }

    fn flow(&mut self, counts: Counts) {
        let before = self.input.identification;
        let other = !before.other_methods.is_empty() || !before.other_records.is_empty();
        let reports = count(counts.included.len());
        let studies = count(self.out.studies.len());
        let (previous_studies, previous_reports) = before.previous.unzip();
        let in_order =
            |excluded: BTreeMap<String, i64>| by_reason(excluded, &self.input.settings.reasons);
        let only = |number: i64| other.then_some(number);
        self.out.flow = Flow {
            template: Template::of(before.previous.is_some(), other),
            identified_databases: before.databases.clone(),
            identified_registers: before.registers.clone(),
            removed_duplicates: before.duplicates,
            removed_automation: before.automation,
            removed_other: before.other,
            screened: Some(counts.screened),
            records_excluded: Some(counts.excluded),
            sought: Some(counts.databases.sought),
            not_retrieved: Some(counts.databases.not_retrieved),
            assessed: Some(counts.databases.assessed),
            reports_excluded: in_order(counts.databases.excluded),
            other_identified: before.other_methods.clone(),
            other_sought: only(counts.other.sought),
            other_not_retrieved: only(counts.other.not_retrieved),
            other_assessed: only(counts.other.assessed),
            other_reports_excluded: in_order(counts.other.excluded),
            new_studies: Some(studies),
            new_reports: Some(reports),
            previous_studies,
            previous_reports,
            total_studies: Some(studies + previous_studies.unwrap_or(0)),
            total_reports: Some(reports + previous_reports.unwrap_or(0)),
            ..Flow::default()
        };
    }

    fn list_votes(&mut self) {
        for ((position, stage), votes) in &self.votes {
            let latest = latest(votes);
            self.out
                .votes
                .extend(votes.iter().map(|(vote, found_by)| CountedVote {
                    record: self.input.records[*position].id.clone(),
                    stage: *stage,
                    reviewer: vote.reviewer.clone(),
                    at: vote.at.clone(),
                    decision: vote.decision,
                    reason: vote.reason.clone(),
                    found_by: *found_by,
                    counts: latest.iter().any(|counted| std::ptr::eq(*counted, *vote)),
                    place: vote.place.clone(),
                }));
        }
        self.out.votes.sort();
    }
}

/// The latest vote of each reviewer, by reviewer; `votes` are in the order of time.
fn latest<'a>(votes: &[Found<'a>]) -> Vec<&'a Vote> {
    let mut by_reviewer: BTreeMap<String, &'a Vote> = BTreeMap::new();
    for (vote, _) in votes {
        by_reviewer.insert(vote.reviewer.to_lowercase(), vote);
    }
    by_reviewer.into_values().collect()
}

/// Whether the first vote of each reviewer includes, by reviewer.
fn first_votes(votes: &[Found<'_>]) -> Vec<(String, bool)> {
    let mut by_reviewer: BTreeMap<String, (String, bool)> = BTreeMap::new();
    for (vote, _) in votes {
        by_reviewer
            .entry(vote.reviewer.to_lowercase())
            .or_insert_with(|| (vote.reviewer.clone(), vote.decision.includes()));
    }
    by_reviewer.into_values().collect()
}

/// Reasons in the protocol's order, others after them by name.
fn by_reason(mut excluded: BTreeMap<String, i64>, order: &[String]) -> Vec<(String, i64)> {
    let mut found: Vec<(String, i64)> = order
        .iter()
        .filter_map(|reason| excluded.remove_entry(reason))
        .collect();
    found.extend(excluded);
    found
}

fn waiting(state: State) -> &'static str {
    match state {
        State::Unscreened => "votes",
        State::OneVote => "another vote",
        State::Conflict => "adjudication of a conflict",
        State::Agreed | State::Resolved => "nothing",
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
