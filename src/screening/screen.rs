//! From records, votes, adjudications and links to what is included, excluded and open, with agreement and flow.

use super::adjudication::Adjudication;
use super::agreement::{self, Table};
use super::alpha::{self, Ratings};
use super::counts::{self, Counts};
use super::matching::{Detours, FoundBy, Index, lost};
use super::reviewers;
use super::screened::{
    CountedVote, Excluded, Included, Input, Screening, StageAgreement, StageAlpha, Undecided,
};
use super::standing::standing;
use super::state::{self, ItemState, State};
use super::studies::{self, Link};
use super::votes::{Decision, Stage, Vote};
use crate::ids::RecordId;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::When;
use std::collections::{BTreeMap, BTreeSet};

/// Screens.
///
/// Votes and adjudications that find no record are errors and not counted, everything else is; the order of the input does not
/// matter except between two votes of one person at the same moment, of which the later in the file counts.
pub fn screen(input: Input<'_>) -> (Screening, Problems) {
    let index = input.index;
    let mut work = Work {
        input,
        votes: BTreeMap::new(),
        settlements: BTreeMap::new(),
        settled: BTreeMap::new(),
        problems: Problems::new(),
        out: Screening::default(),
    };
    work.problems
        .append(reviewers::check(input.votes, input.settings));
    let mut detours = Detours::default();
    work.place_votes(index, &mut detours);
    work.place_adjudications(index, &mut detours);
    let mut counts = Counts::default();
    for position in work.in_order() {
        work.decide(position, &mut counts);
    }
    let linked = work.place_links(index, &mut detours);
    counts.included.sort();
    work.studies(&counts.included, &linked);
    work.agreement();
    work.out.flow = counts::flow(
        counts,
        (work.out.studies.len(), work.out.included.len()),
        input.identification,
        &input.settings.reasons,
    );
    work.list_votes();
    let settled = work.settled.values();
    work.out.settled = settled.map(|row| row.place.clone()).collect();
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
    /// All adjudications, in the order of time.
    settlements: BTreeMap<(usize, Stage), Vec<&'a Adjudication>>,
    /// The latest of those that stand.
    settled: BTreeMap<(usize, Stage), &'a Adjudication>,
    problems: Problems,
    out: Screening,
}

impl<'a> Work<'a> {
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
            let item = (position, settled.stage);
            self.settlements.entry(item).or_default().push(settled);
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
        for (item, rows) in &mut self.settlements {
            // Stable, so that of two rows at one moment the later in the file comes last.
            rows.sort_by(|a, b| a.at.cmp(&b.at));
            if let Some(last) = standing(rows.iter().copied()).last() {
                self.settled.insert(*item, last);
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
                    |near| format!("did you mean `{near}`? Or add the reason to `exclusion_reasons` in data/protocol.yaml"),
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
        let stream = counts.stream(by_other_method);
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
                stream.exclude(label);
                self.wait(&id, Stage::FullText, found.state, wait);
            }
            Decision::Exclude | Decision::NotRetrieved => {
                if decision == Decision::Exclude {
                    stream.exclude(found.reason.as_deref().unwrap_or("no reason given"));
                }
                self.out.excluded.push(Excluded {
                    record: id,
                    stage: Stage::FullText,
                    decision,
                    reason: found.reason,
                });
            }
            // Never the latest word: what was withdrawn is no vote.
            Decision::Withdrawn => {
                self.wait(&id, Stage::FullText, found.state, waiting(found.state));
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
        for vote in latest(votes) {
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

    /// Agreement of each pair of reviewers at each stage, and of all where there are more, on the first vote of each.
    fn agreement(&mut self) {
        let mut tables: BTreeMap<(Stage, String, String), Table> = BTreeMap::new();
        let mut all: BTreeMap<Stage, (BTreeSet<String>, Ratings)> = BTreeMap::new();
        for ((position, stage), votes) in &self.votes {
            let settled = self.settlements.get(&(*position, *stage));
            let settled = settled.and_then(|rows| rows.first());
            let first = first_votes(votes, settled.map(|row| &row.at));
            let includes = first.iter().filter(|(_, includes)| *includes).count();
            let (reviewers, ratings) = all.entry(*stage).or_default();
            reviewers.extend(first.iter().map(|(reviewer, _)| reviewer.clone()));
            let votes = (includes as u64, (first.len() - includes) as u64);
            *ratings.entry(votes).or_default() += 1;
            for (place, (one, includes)) in first.iter().enumerate() {
                for (other, also) in &first[place + 1..] {
                    let pair = (*stage, one.clone(), other.clone());
                    tables.entry(pair).or_default().add(*includes, *also);
                }
            }
        }
        self.out.alpha = all
            .into_iter()
            .filter(|(_, (reviewers, _))| reviewers.len() > 2)
            .filter_map(|(stage, (reviewers, ratings))| {
                Some(StageAlpha {
                    stage,
                    reviewers: reviewers.into_iter().collect(),
                    alpha: alpha::alpha(&ratings)?,
                })
            })
            .collect();
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

/// The latest vote of each reviewer that was not taken back, by reviewer; `votes` are in the order of time.
fn latest<'a>(votes: &[Found<'a>]) -> Vec<&'a Vote> {
    let votes = standing(votes.iter().map(|(vote, _)| *vote)).into_iter();
    let by_reviewer: BTreeMap<String, &Vote> = votes
        .map(|vote| (vote.reviewer.to_lowercase(), vote))
        .collect();
    by_reviewer.into_values().collect()
}

/// Whether the first vote of each reviewer includes, by reviewer.
///
/// That a report was not had, is not finished or cannot be judged yet is no vote on whether it is eligible.
/// A vote that was taken back is none, unless somebody else had voted on the record or it was `settled` by then: who could have
/// seen what others said does not change how well people agreed.
fn first_votes(votes: &[Found<'_>], settled: Option<&When>) -> Vec<(String, bool)> {
    let blind = |taken: &Vote| {
        let who = taken.reviewer.to_lowercase();
        let seen = |vote: &Vote| vote.reviewer.to_lowercase() != who && vote.at <= taken.at;
        settled.is_none_or(|settled| taken.at < *settled)
            && !votes.iter().any(|(vote, _)| seen(vote))
    };
    let counted = votes
        .iter()
        .map(|(vote, _)| *vote)
        .filter(|vote| vote.decision != Decision::Withdrawn || blind(vote));
    let mut by_reviewer: BTreeMap<String, (String, bool)> = BTreeMap::new();
    let judged = standing(counted)
        .into_iter()
        .filter(|vote| !vote.decision.leaves_open());
    for vote in judged {
        by_reviewer
            .entry(vote.reviewer.to_lowercase())
            .or_insert_with(|| (vote.reviewer.clone(), vote.decision.includes()));
    }
    by_reviewer.into_values().collect()
}

fn waiting(state: State) -> &'static str {
    match state {
        State::Unscreened => "votes",
        State::OneVote => "another vote",
        State::Conflict => "adjudication of a conflict",
        State::Agreed | State::Resolved => "nothing",
    }
}
