//! Votes out of the exports of screening tools, beside the files that people keep by hand.
//!
//! The tool says who and what, often not when or at which stage; the settings of the stage say that (`imports`). Nothing is
//! guessed: a decision without a time, and a record that cannot be found, are told.

use super::InFile;
use super::times::{Unread, moment};
use crate::bib::decisions::{self, Choice, Decisions, RecordKey};
use crate::place::Place;
use crate::problem::{Problem, Problems, Severity};
use crate::screening::matching::Reference;
use crate::screening::votes::reviewer_of;
use crate::screening::{Decision, Settings, Stage, ToolFile, Vote};
use crate::table::When;
use std::collections::{BTreeMap, BTreeSet};

/// Files in the folder that people keep by hand.
const OWN: [&str; 2] = ["adjudication.csv", "studies.csv"];

/// Whether a file is an export of a screening tool: not one of ours, and not a table with the columns of votes.
pub(super) fn is_export(file: &InFile) -> bool {
    let name = file.name();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "csv" => !OWN.contains(&name.as_str()) && !has_vote_columns(file) && has_decisions(file),
        "tsv" | "ris" | "zip" => true,
        _ => false,
    }
}

fn name_of(file: &InFile) -> &str {
    file.path.rsplit('/').next().unwrap_or(&file.path)
}

/// Two columns of ours are enough: a header with a slip in it is still ours, and the slip is told.
fn has_vote_columns(file: &InFile) -> bool {
    let head = &file.bytes[..file.bytes.len().min(4096)];
    let first = String::from_utf8_lossy(
        head.split(|b| matches!(b, b'\n' | b'\r'))
            .next()
            .unwrap_or_default(),
    )
    .trim_start_matches('\u{feff}')
    .to_lowercase();
    let named: BTreeSet<&str> = first
        .split([',', ';', '\t'])
        .map(|cell| cell.trim().trim_matches('"'))
        .collect();
    named.contains("record")
        && ["stage", "decision", "at"]
            .iter()
            .filter(|column| named.contains(*column))
            .count()
            >= 2
}

fn has_decisions(file: &InFile) -> bool {
    let found = decisions::read(&file.path, &file.bytes);
    !found.decisions.is_empty() || !found.tool.is_empty()
}

/// Decisions whose time is not there or cannot be read: the text and line of the first, and how many they are.
struct Missing {
    text: String,
    line: u32,
    count: usize,
}

impl Missing {
    fn first(text: &str, line: u32) -> Self {
        Self {
            text: text.to_owned(),
            line,
            count: 0,
        }
    }
}

/// A decision, the file it stands in, and what the settings say of the file.
struct Foreign<'a> {
    file: &'a InFile,
    settings: Option<&'a ToolFile>,
    found: Decisions,
}

/// The votes in all exports, in the order of files and lines.
pub(super) fn read(files: &[&InFile], settings: &Settings) -> (Vec<Vote>, Problems) {
    let mut problems = Problems::new();
    for name in settings.imports.keys() {
        if !files.iter().any(|file| name_of(file) == name) {
            let title = format!(
                "the settings speak of `{name}`, which is no export of a screening tool in the folder of decisions"
            );
            problems.push(
                Problem::error("screening::no-such-export", title)
                    .at(Place::setting("imports"))
                    .help("put the export there, or take it out of `imports`"),
            );
        }
    }
    let mut all: Vec<Foreign> = files
        .iter()
        .map(|file| {
            let mut found = decisions::read(&file.path, &file.bytes);
            let said = std::mem::take(&mut found.problems);
            problems.append(Problems(
                said.into_iter()
                    .filter(|problem| problem.severity != Severity::Note)
                    .collect(),
            ));
            Foreign {
                file,
                settings: settings.imports.get(name_of(file)),
                found,
            }
        })
        .collect();
    name_records(&mut all);
    once(&mut all, settings, &mut problems);
    let mut votes = Vec::new();
    for foreign in &all {
        foreign.votes(settings, &mut votes, &mut problems);
    }
    (votes, problems)
}

/// Rayyan's log has numbers alone; its articles say what the numbers stand for.
fn name_records(all: &mut [Foreign]) {
    let mut known: BTreeMap<String, RecordKey> = BTreeMap::new();
    for foreign in all.iter() {
        for key in &foreign.found.records {
            if let Some(id) = key.id.as_ref().filter(|_| is_named(key)) {
                known.insert(id.clone(), key.clone());
            }
        }
    }
    for foreign in all {
        for decision in &mut foreign.found.decisions {
            let id = decision
                .record
                .id
                .as_ref()
                .filter(|_| !is_named(&decision.record));
            if let Some(full) = id.and_then(|id| known.get(id)) {
                decision.record = full.clone();
            }
        }
    }
}

/// Whether more than the tool's own number is known of a record.
fn is_named(key: &RecordKey) -> bool {
    key.own.is_some() || key.title.is_some() || key.doi.is_some() || key.pmid.is_some()
}

/// Rayyan says its decisions twice, in the log with their times and in the articles without: of one person on one record, the
/// log counts. The log names people by mail and the articles by name; where `imports` does not say who is who, both are kept.
fn once(all: &mut [Foreign], settings: &Settings, problems: &mut Problems) {
    let mut timed: BTreeMap<String, BTreeMap<String, bool>> = BTreeMap::new();
    for foreign in all.iter().filter(|foreign| foreign.found.tool == "rayyan") {
        for decision in &foreign.found.decisions {
            if let (Some(_), Some(id)) = (&decision.time, &decision.record.id) {
                let people = timed.entry(id.clone()).or_default();
                let (who, known) = foreign.person(decision, settings);
                people.insert(who, known);
            }
        }
    }
    for foreign in all {
        let mut strangers = BTreeSet::new();
        let keep = |decision: &decisions::Decision| {
            let id = decision
                .record
                .id
                .as_ref()
                .filter(|_| decision.time.is_none());
            let Some(people) = id.and_then(|id| timed.get(id)) else {
                return true;
            };
            let (who, known) = foreign.person(decision, settings);
            if people.contains_key(&who) {
                return false;
            }
            strangers.extend((!known).then_some(who));
            let others = people.iter().filter(|(_, known)| !**known);
            strangers.extend(others.map(|(who, _)| who.clone()));
            true
        };
        let kept: Vec<bool> = foreign.found.decisions.iter().map(keep).collect();
        let before = kept.len();
        let mut kept = kept.into_iter();
        foreign
            .found
            .decisions
            .retain(|_| kept.next().unwrap_or(true));
        let told = before - foreign.found.decisions.len();
        let place = Place::file(&foreign.file.path);
        if told > 0 {
            let title = format!(
                "{told} decision(s) stand in the tool's log too, with their times; those count"
            );
            problems.push(Problem::note("screening::told-twice", title).at(place.clone()));
        }
        if !strangers.is_empty() {
            let names: Vec<String> = strangers.into_iter().collect();
            let title = format!(
                "the tool's log and its articles may name one person twice: nobody says who `{}` is",
                names.join("`, `")
            );
            problems.push(
                Problem::error("screening::unmatched-names", title)
                    .at(place)
                    .help("say it for both files in the settings of the stage: imports: { FILE: { reviewers: { NAME: reviewer-a } } }; decisions of both count until then"),
            );
        }
    }
}

impl Foreign<'_> {
    /// Who decided, and whether `imports` says so.
    fn reviewer<'s>(&'s self, decision: &'s decisions::Decision) -> (&'s str, bool) {
        let told = self.settings;
        let named = if decision.reviewer.is_empty() {
            told.and_then(|told| told.reviewer.as_deref())
                .unwrap_or_else(|| reviewer_of(&self.file.path))
        } else {
            &decision.reviewer
        };
        let mapped = told.and_then(|told| told.reviewers.get(named));
        mapped.map_or((named, false), |name| (name.as_str(), true))
    }

    /// Who decided, in small letters, and whether that is somebody `imports` or the team knows.
    fn person(&self, decision: &decisions::Decision, settings: &Settings) -> (String, bool) {
        let (who, mapped) = self.reviewer(decision);
        let who = who.to_lowercase();
        let on_team = settings
            .reviewers
            .iter()
            .any(|name| name.to_lowercase() == who);
        (who, mapped || on_team)
    }

    fn votes(&self, settings: &Settings, votes: &mut Vec<Vote>, problems: &mut Problems) {
        let none = ToolFile::default();
        let told = self.settings.unwrap_or(&none);
        let at = told.at.as_deref().and_then(When::parse);
        if let Some(text) = told.at.as_deref().filter(|_| at.is_none()) {
            let title = format!("`{text}` is not a date");
            problems.push(
                Problem::error("screening::bad-date", title)
                    .at(Place::file(&self.file.path))
                    .help("write the day as 2026-03-04 in `imports`"),
            );
        }
        let mut missing: BTreeMap<Option<Unread>, Missing> = BTreeMap::new();
        for decision in &self.found.decisions {
            let text = decision.time.as_deref().unwrap_or_default().trim();
            let own = if text.is_empty() {
                Err(None)
            } else {
                moment(text, told.dates).map_err(Some)
            };
            let stood_in = |why| {
                let first = || Missing::first(text, decision.line);
                missing.entry(why).or_insert_with(first).count += 1;
                at.clone()
            };
            let Some(at) = own.map_or_else(stood_in, Some) else {
                continue;
            };
            if let Some(vote) = self.vote(decision, at, told, settings, problems) {
                votes.push(vote);
            }
        }
        if at.is_some() {
            // That a tool keeps no time is why the day was said.
            missing.remove(&None);
        }
        let missing = missing.into_iter();
        problems.extend(missing.map(|(why, missing)| self.timeless(why, &missing, at.is_some())));
    }

    /// The problem of decisions without a time that can be read, one for all of a kind.
    fn timeless(&self, why: Option<Unread>, missing: &Missing, at: bool) -> Problem {
        let Missing { text, line, count } = missing;
        let name = name_of(self.file);
        let day = format!("imports: {{ \"{name}\": {{ at: 2026-03-04 }} }}");
        let then = if at {
            "take the day of `imports`"
        } else {
            "are not counted"
        };
        let (code, title, help) = match why {
            None => (
                "screening::no-time",
                format!("{count} decision(s) have no time, and {then}"),
                format!("say the day in the settings of the stage: {day}"),
            ),
            Some(Unread::Unclear) => (
                "screening::unclear-date",
                format!(
                    "`{text}` is not a date that reads one way; {count} decision(s) like it {then}"
                ),
                format!(
                    "say the order in the settings of the stage: imports: {{ \"{name}\": {{ dates: day-month-year }} }}, or month-day-year"
                ),
            ),
            Some(Unread::Unknown) => (
                "screening::bad-date",
                format!(
                    "`{text}` is not a date that is understood; {count} decision(s) like it {then}"
                ),
                format!(
                    "have the tool write 2026-03-04 or 2026-03-04T10:11:12Z; where it cannot, say one day for those: {day}"
                ),
            ),
        };
        let problem = if at {
            Problem::warning(code, title)
        } else {
            Problem::error(code, title)
        };
        let place = Place::line(&self.file.path, *line);
        problem.at(place).help(help)
    }

    fn vote(
        &self,
        decision: &decisions::Decision,
        at: When,
        told: &ToolFile,
        settings: &Settings,
        problems: &mut Problems,
    ) -> Option<Vote> {
        let place = Place::line(&self.file.path, decision.line);
        let stage = decision.full_text.map(|full| {
            if full {
                Stage::FullText
            } else {
                Stage::TitleAbstract
            }
        });
        let stage = told.stage.or(stage).unwrap_or(Stage::TitleAbstract);
        let choice = match decision.decision {
            Choice::Include => Decision::Include,
            Choice::Exclude => Decision::Exclude,
            Choice::Maybe => Decision::Maybe,
        };
        if !choice.fits(stage) {
            let title = format!("`{choice}` is no decision at {stage}; not counted");
            problems.push(
                Problem::error("screening::wrong-stage", title)
                    .at(place)
                    .help("decide it in the tool and export again"),
            );
            return None;
        }
        let reviewer = self.reviewer(decision).0;
        Some(Vote {
            record: reference(&decision.record),
            stage,
            decision: choice,
            reason: reason(decision, choice, told, settings),
            reviewer: reviewer.to_owned(),
            at,
            note: (!decision.labels.is_empty()).then(|| decision.labels.join("; ")),
            place,
        })
    }
}

/// The first reason in the protocol's order; a reason the protocol does not know is kept as the tool has it.
fn reason(
    decision: &decisions::Decision,
    choice: Decision,
    told: &ToolFile,
    settings: &Settings,
) -> Option<String> {
    if choice != Decision::Exclude {
        return None;
    }
    let mapped = |reason: &String| {
        let same = |other: &&String| other.to_lowercase() == reason.to_lowercase();
        let named = told.reasons.get(reason);
        named
            .or_else(|| settings.reasons.iter().find(same))
            .unwrap_or(reason)
            .clone()
    };
    let reasons: Vec<String> = decision.reasons.iter().map(mapped).collect();
    let first = settings
        .reasons
        .iter()
        .find(|known| reasons.contains(known));
    first.or_else(|| reasons.first()).cloned()
}

fn reference(key: &RecordKey) -> Reference {
    Reference {
        id: key
            .own
            .clone()
            .or_else(|| key.id.clone())
            .unwrap_or_default(),
        doi: key.doi.clone(),
        pmid: key.pmid.clone(),
        title: key.title.clone(),
        year: key.year,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::DateOrder;

    const EXPORT: &str = "title,decision,reviewer,date\nOne,include,ann,03/06/2026\nTwo,exclude,ann,6/13/2026 9:05\nThree,include,ann,46176\nFour,include,ann,1780000000.5\nFive,include,ann,soon\nSix,include,ann,\n";

    /// The times of the votes, and the code, severity and place of each problem.
    fn read_with(told: ToolFile) -> (Vec<String>, Vec<String>) {
        let file = InFile {
            path: "data/screening/tool.csv".to_owned(),
            bytes: EXPORT.as_bytes().to_vec(),
        };
        assert!(is_export(&file));
        let mut settings = Settings::default();
        settings.imports.insert("tool.csv".to_owned(), told);
        let (votes, problems) = read(&[&file], &settings);
        let times = votes.iter().map(|vote| vote.at.to_string()).collect();
        let told = problems.iter().map(ToString::to_string).collect();
        (times, told)
    }

    #[test]
    fn times_of_a_tool_are_read_or_named_with_their_place() {
        let (times, told) = read_with(ToolFile::default());
        assert_eq!(
            times,
            [
                "2026-06-13T09:05:00",
                "2026-06-03",
                "2026-05-28T20:26:40.5Z"
            ]
        );
        assert_eq!(
            told,
            [
                "data/screening/tool.csv:7: error[screening::no-time]: 1 decision(s) have no time, and are not counted",
                "data/screening/tool.csv:2: error[screening::unclear-date]: `03/06/2026` is not a date that reads one way; 1 decision(s) like it are not counted",
                "data/screening/tool.csv:6: error[screening::bad-date]: `soon` is not a date that is understood; 1 decision(s) like it are not counted",
            ]
        );
    }

    #[test]
    fn what_the_settings_say_of_dates_holds_and_no_time_that_is_there_is_thrown_away() {
        let (times, told) = read_with(ToolFile {
            at: Some("2026-07-01".to_owned()),
            dates: Some(DateOrder::MonthDayYear),
            ..ToolFile::default()
        });
        assert_eq!(
            times,
            [
                "2026-03-06",
                "2026-06-13T09:05:00",
                "2026-06-03",
                "2026-05-28T20:26:40.5Z",
                "2026-07-01",
                "2026-07-01"
            ]
        );
        assert_eq!(
            told,
            [
                "data/screening/tool.csv:6: warning[screening::bad-date]: `soon` is not a date that is understood; 1 decision(s) like it take the day of `imports`"
            ]
        );
    }
}
