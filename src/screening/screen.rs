//! From records, votes, adjudications and links to what is included, excluded and open, with agreement and flow.

use super::adjudication::Adjudication;
use super::agreement::{self, Table};
use super::alpha::{self, Ratings};
use super::ballots::{Ballot, Ballots, first, latest, people};
use super::counts::{self, Counts};
use super::detours::Detours;
use super::matching::Index;
use super::reviewers::{self, Team};
use super::screened::{
    CountedVote, Excluded, Included, Input, Screening, StageAgreement, StageAlpha, Undecided,
};
use super::settlements;
use super::standing::{
    Found, idle, in_order, nothing_to_withdraw, order_unclear, standing, unclear,
};
use super::state::{self, ItemState, State};
use super::studies::{self, Link};
use super::votes::{Decision, Stage, Vote};
use crate::ids::RecordId;
use crate::nearest::nearest;
use crate::problem::{Problem, Problems};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Screens.
///
/// Votes and adjudications that find no record, and votes of people outside a declared team, are errors and not counted, everything else is; the order of the input does not
/// matter except between two votes of one person at the same moment, of which the later in the file counts.
pub fn screen<'v>(input: Input<'v, '_>) -> (Screening<'v>, Problems) {
    let index = input.index;
    let mut work = Work {
        input,
        votes: Ballots::default(),
        settlements: BTreeMap::new(),
        settled: BTreeMap::new(),
        problems: Problems::new(),
        out: Screening::default(),
    };
    work.problems.append(reviewers::check(
        input.votes,
        input.adjudications,
        input.settings,
    ));
    let mut detours = Detours::default();
    work.place_votes(index, &mut detours);
    work.place_adjudications(index, &mut detours);
    let mut counts = Counts::default();
    let order = work.in_order();
    let first = order.par_iter();
    let first = first.map(|position| work.state(*position, Stage::TitleAbstract));
    let first: Vec<ItemState> = first.collect();
    for (position, first) in order.into_iter().zip(first) {
        work.decide(position, first, &mut counts);
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

struct Work<'v, 'a> {
    input: Input<'v, 'a>,
    votes: Ballots<'v>,
    /// All adjudications, in the order of time.
    settlements: BTreeMap<(usize, Stage), Vec<Found<'a, Adjudication>>>,
    /// The latest of those that stand.
    settled: BTreeMap<(usize, Stage), &'a Adjudication>,
    problems: Problems,
    out: Screening<'v>,
}

impl<'a> Work<'_, 'a> {
    fn place_votes(&mut self, index: &Index, detours: &mut Detours) {
        let votes = self.input.votes;
        let people = people(votes);
        let team = Team::of(self.input.settings);
        let on_team: BTreeSet<&str> = people
            .keys()
            .copied()
            .filter(|name| team.has(name))
            .collect();
        let find = |vote: &Vote| index.find(&vote.record);
        let found: Vec<_> = votes.par_iter().map(find).collect();
        let mut ballots = Vec::with_capacity(votes.len());
        for (vote, found) in votes.iter().zip(found) {
            let Some((position, found_by)) = found else {
                self.problems
                    .push(index.lost("a vote", &vote.record, &vote.place));
                continue;
            };
            detours.note(&vote.place, found_by, vote.record.name());
            self.check_reason(vote);
            ballots.push(Ballot {
                found: Found {
                    row: vote,
                    position,
                    found_by,
                },
                person: people[vote.reviewer.as_str()],
                on_team: on_team.len() == people.len() || on_team.contains(vote.reviewer.as_str()),
            });
        }
        self.votes = Ballots::new(ballots, self.input.records.len());
        let unclear = self.votes.unclear();
        self.problems
            .extend(unclear.map(|(last, other)| order_unclear(last, other)));
        let idle = self.votes.idle();
        self.problems
            .extend(idle.map(|found| nothing_to_withdraw(found.row)));
    }

    fn place_adjudications(&mut self, index: &Index, detours: &mut Detours) {
        for settled in self.input.adjudications {
            let Some((position, found_by)) = index.find(&settled.record) else {
                self.problems
                    .push(index.lost("an adjudication", &settled.record, &settled.place));
                continue;
            };
            detours.note(&settled.place, found_by, settled.record.name());
            let item = (position, settled.stage);
            self.settlements.entry(item).or_default().push(Found {
                row: settled,
                position,
                found_by,
            });
        }
        for (item, rows) in &mut self.settlements {
            in_order(rows, |found| found.turn());
            let unclear = unclear(rows, |found| found.row);
            self.problems
                .extend(unclear.map(|(last, other)| order_unclear(last, other)));
            let idle = idle(rows.iter().copied()).into_iter();
            self.problems
                .extend(idle.map(|found| nothing_to_withdraw(found.row)));
            if let Some(last) = standing(rows.iter().copied()).last() {
                self.settled.insert(*item, last.row);
            }
        }
        let reasons = &self.input.settings.reasons;
        for ((position, stage), settled) in &self.settled {
            let ballots = self.votes.on(*position, *stage);
            let needed = self.needed(*stage);
            self.problems
                .append(settlements::doubts(settled, ballots, needed, reasons));
        }
    }

    fn check_reason(&mut self, vote: &Vote) {
        if vote.decision != Decision::Exclude {
            return;
        }
        let known = &self.input.settings.reasons;
        match &vote.reason {
            None if vote.stage == Stage::FullText => self.problems.push(
                Problem::error("screening::no-reason", "an exclusion at full text needs a reason")
                    .at(vote.place.clone())
                    .help("fill in `reason`; the vote counts, and the flow says \"no reason given\" until then"),
            ),
            Some(reason) if !known.is_empty() && !known.contains(reason) => {
                let help = nearest(reason, known.iter().map(String::as_str)).map_or_else(
                    || format!("declared are: {}", known.join(", ")),
                    |near| format!("did you mean `{near}`? Or add the reason to `exclusion_reasons` in data/protocol.yaml"),
                );
                self.problems.push(
                    Problem::error("screening::unknown-reason", format!("`{reason}` is not a declared reason"))
                        .at(vote.place.clone())
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
        let votes = latest(self.votes.on(position, stage));
        let settled = self.settled.get(&(position, stage)).copied();
        let reasons = &self.input.settings.reasons;
        state::state(&votes, settled, self.needed(stage), reasons)
    }

    /// How many people's votes a record needs.
    fn needed(&self, stage: Stage) -> usize {
        match stage {
            Stage::TitleAbstract => self.input.settings.votes_title_abstract,
            Stage::FullText => self.input.settings.votes_full_text,
        }
    }

    /// Decides a record of this state at title and abstract.
    fn decide(&mut self, position: usize, first: ItemState, counts: &mut Counts) {
        let id = self.input.records[position].id.clone();
        let by_other_method = self.input.identification.other_records.contains(&id);
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
        for vote in latest(self.votes.on(position, Stage::FullText)) {
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
                    .push(index.lost("a link", &link.record, &link.place)),
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
        let mut tables: BTreeMap<(Stage, &str, &str), Table> = BTreeMap::new();
        let mut all: BTreeMap<Stage, (BTreeSet<&str>, Ratings)> = BTreeMap::new();
        let first_votes = self.votes.by_item().map(|ballots| {
            let item = ballots[0].on();
            let settled = self.settlements.get(&item);
            let settled = settled.and_then(|rows| rows.first());
            let first = first(ballots, settled.map(|found| &found.row.at)).into_iter();
            let first = first.map(|vote| (vote.reviewer.as_str(), vote.decision.includes()));
            (item.1, first.collect())
        });
        let first_votes: Vec<(Stage, Vec<(&str, bool)>)> = first_votes.collect();
        for (stage, first) in first_votes {
            let includes = first.iter().filter(|(_, includes)| *includes).count();
            let (reviewers, ratings) = all.entry(stage).or_default();
            reviewers.extend(first.iter().map(|(reviewer, _)| *reviewer));
            let votes = (includes as u64, (first.len() - includes) as u64);
            *ratings.entry(votes).or_default() += 1;
            for (place, (one, includes)) in first.iter().enumerate() {
                for (other, also) in &first[place + 1..] {
                    let table = tables.entry((stage, one, other)).or_default();
                    table.add(*includes, *also);
                }
            }
        }
        self.out.alpha = all
            .into_iter()
            .filter(|(_, (reviewers, _))| reviewers.len() > 2)
            .filter_map(|(stage, (reviewers, ratings))| {
                Some(StageAlpha {
                    stage,
                    reviewers: reviewers.into_iter().map(str::to_owned).collect(),
                    alpha: alpha::alpha(&ratings)?,
                })
            })
            .collect();
        self.out.agreement = tables
            .into_iter()
            .filter_map(|((stage, first, second), table)| {
                agreement::agreement(table).map(|agreement| StageAgreement {
                    stage,
                    first: first.to_owned(),
                    second: second.to_owned(),
                    table,
                    agreement,
                })
            })
            .collect();
    }

    fn list_votes(&mut self) {
        let records = self.input.records;
        let listed = self.votes.by_item().flat_map_iter(|ballots| {
            let latest = latest(ballots);
            ballots.iter().map(move |ballot| CountedVote {
                record: &records[ballot.found.position].id,
                vote: ballot.found.row,
                found_by: ballot.found.found_by,
                counts: latest
                    .iter()
                    .any(|vote| std::ptr::eq(*vote, ballot.found.row)),
            })
        });
        self.out.votes = listed.collect();
        // Stable: the votes of one person on one item are in the order of time.
        self.out.votes.par_sort_by(CountedVote::order);
    }
}

fn waiting(state: State) -> &'static str {
    match state {
        State::Unscreened => "votes",
        State::OneVote => "another vote",
        State::Conflict => "adjudication of a conflict",
        State::Agreed | State::Resolved => "nothing",
    }
}
