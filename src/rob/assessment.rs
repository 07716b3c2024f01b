//! Several assessors, settled answers and overrides brought together into one judgement a domain and one overall.
//!
//! Three layers are kept apart: what people answered, what the tool's path makes of it, and the final judgement, which is the
//! tool's unless somebody overrode it with a reason.

use super::agreement::{Match, Pairs, compare};
use super::answer::{Answer, Answers, Options};
use super::as_written::judgement_named;
use super::assessed::{Assessed, Input, JudgementRow, Key, Open, QuestionRow, Standing};
use super::decisions::Override;
use super::evaluate::{self, AssessmentResult};
use super::imported::{Imported, OVERALL, by_question};
use super::outcome::{DomainResult, Outcome, path_text};
use super::overall;
use super::sheets::{self, Given, Sheet};
use super::tool::{Domain, OverallRule, Tool};
use super::verdict::{Verdict, own_results, verdict};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::When;
use std::collections::{BTreeMap, BTreeSet};

/// Judges every assessment. What is complete is judged; what is not is open work, not an error.
pub fn assess(input: Input<'_>) -> (Assessed, Problems) {
    let (sheets, problems) = sheets::fill(input);
    let mut work = Work {
        input,
        pairs: Pairs::default(),
        problems,
        out: Assessed::default(),
    };
    for (key, sheet) in &sheets {
        work.judge(key, sheet);
    }
    work.take_imported(&sheets);
    work.out.agreement = work.pairs.rows(input.tools);
    (work.out, work.problems)
}

struct Work<'a> {
    input: Input<'a>,
    pairs: Pairs,
    problems: Problems,
    out: Assessed,
}

impl Work<'_> {
    fn judge(&mut self, key: &Key, sheet: &Sheet) {
        let tools = self.input.tools;
        let Some(tool) = tools.get(&key.tool).filter(|_| !sheet.answers.is_empty()) else {
            return;
        };
        let none = Options::new();
        let options = self.input.options.get(&key.tool).unwrap_or(&none);
        let (answers, unsettled) = self.questions(key, sheet);
        if sheet.assessors.len() < self.input.assessors {
            let have = sheet.assessors.len();
            self.owe(key, format!("{have} of {} assessors", self.input.assessors));
        }
        let Some(whole) = evaluate::assessment(tool, Some(&sheet.variant), &answers, options)
        else {
            return;
        };
        let own = own_results(tool, sheet, options);
        let mut rows = Vec::new();
        for domain in &whole.domains {
            rows.push(self.domain(tool, key, sheet, domain, &own, &unsettled));
        }
        self.compare_overall(tool, key, &own);
        let overall = self.overall(tool, key, sheet, &whole, &rows);
        self.out.judgements.extend(rows);
        self.out.overall.push(overall);
    }

    /// Judgements of results that nobody answered questions on stand as files give them; answers go before them.
    ///
    /// A judgement of the study as a whole would stand in for every result of it, so that any answer on the study goes before it.
    fn take_imported(&mut self, sheets: &BTreeMap<Key, Sheet>) {
        let mut by_key: BTreeMap<Key, Vec<&Imported>> = BTreeMap::new();
        for row in self.input.imported {
            let key = Key::of(&row.study, &row.result, &row.tool);
            by_key.entry(key).or_default().push(row);
        }
        for (key, rows) in by_key {
            let about = |other: &Key| {
                other.study == key.study
                    && other.tool == key.tool
                    && (key.result.is_empty() || other.result == key.result)
            };
            let mut answers = sheets.iter().filter(|(_, sheet)| !sheet.answers.is_empty());
            let answered = answers.any(|(other, _)| about(other));
            if answered {
                self.problems.push(beside_answers(&key, rows[0]));
            } else if let Some(tool) = self.input.tools.get(&key.tool) {
                self.import(tool, &key, &rows);
            }
        }
    }

    fn import(&mut self, tool: &Tool, key: &Key, rows: &[&Imported]) {
        let variant = rows[0].variant.as_str();
        let mut domains = tool.domains_of(Some(variant)).unwrap_or_default();
        domains.push(OVERALL);
        for domain in domains {
            let mut given = rows.iter().filter(|row| row.domain == domain);
            let first = given.next();
            if let Some(other) =
                given.find(|other| Some(&other.judgement) != first.map(|first| &first.judgement))
                && let Some(first) = first
            {
                self.problems.push(twice(key, first, other));
            }
            if first.is_none() {
                self.owe(key, format!("{domain}: the file gives no judgement"));
            }
            let (algorithm, path) = first
                .and_then(|first| self.path_of_import(tool, key, first))
                .unzip();
            let row = JudgementRow {
                study: key.study.clone(),
                result: key.result.clone(),
                tool: key.tool.clone(),
                version: tool.version.clone(),
                variant: variant.to_owned(),
                domain: domain.to_owned(),
                algorithm: algorithm.flatten(),
                judgement: first.map(|first| first.judgement.clone()),
                standing: Standing::Imported,
                path: path.unwrap_or_default(),
                escalation: None,
                stars: None,
                assessors: rows[0].by.clone(),
                reason: None,
                by: first.map(|first| first.by.clone()),
                at: first.and_then(|first| When::parse(&first.at)),
            };
            if domain == OVERALL {
                self.out.overall.push(row);
            } else {
                self.out.judgements.push(row);
            }
        }
    }

    /// What the answers that a file gives beside its judgement of a domain come to, with their path; the judgement stands all the same,
    /// and where they lead elsewhere that is told. None without answers.
    fn path_of_import(
        &mut self,
        tool: &Tool,
        key: &Key,
        given: &Imported,
    ) -> Option<(Option<String>, String)> {
        let none = Options::new();
        let options = self.input.options.get(&key.tool).unwrap_or(&none);
        let answers = by_question(&given.answers);
        let found = (!answers.is_empty())
            .then(|| evaluate::domain(tool, &given.domain, &answers, options))
            .flatten()?;
        match found.outcome {
            Outcome::Judged { judgement } => {
                if judgement != given.judgement {
                    self.problems.push(led_elsewhere(key, given, &judgement));
                }
                Some((Some(judgement), path_text(&found.path)))
            }
            Outcome::Incomplete { missing } => {
                let missing = format!("missing {}", missing.join(", "));
                self.problems.push(not_led(key, given, &missing));
                Some((None, missing))
            }
            Outcome::Invalid { .. } => None,
        }
    }

    fn owe(&mut self, key: &Key, what: String) {
        self.out.open.push(Open {
            study: key.study.clone(),
            result: key.result.clone(),
            tool: key.tool.clone(),
            what,
        });
    }

    /// The answers that count, and the questions on which assessors differ.
    fn questions(&mut self, key: &Key, sheet: &Sheet) -> (Answers, BTreeSet<String>) {
        let (mut answers, mut unsettled) = (Answers::new(), BTreeSet::new());
        let names: BTreeSet<&String> = sheet.answers.keys().chain(sheet.settled.keys()).collect();
        for question in names {
            let none = BTreeMap::new();
            let given = sheet.answers.get(question).unwrap_or(&none);
            let said: Vec<(&str, String)> = given
                .iter()
                .map(|(name, given)| (name.as_str(), given.answer.to_string()))
                .collect();
            let plain: Vec<(&str, &str)> = said
                .iter()
                .map(|(name, answer)| (*name, answer.as_str()))
                .collect();
            self.pairs.add(&key.tool, "question", question, &plain);
            let agreement = compare(plain.iter().map(|(_, answer)| *answer));
            let settled = sheet.settled.get(question);
            let answer = settled
                .map(|settled| settled.answer.clone())
                .or_else(|| common(agreement, given));
            match &answer {
                Some(answer) => {
                    answers.insert(question.clone(), answer.clone());
                }
                None => {
                    unsettled.insert(question.clone());
                }
            }
            let listed: Vec<String> = plain
                .iter()
                .map(|(name, answer)| format!("{name}={answer}"))
                .collect();
            self.out.questions.push(QuestionRow {
                study: key.study.clone(),
                result: key.result.clone(),
                tool: key.tool.clone(),
                question: question.clone(),
                answers: listed.join("; "),
                agreement,
                answer: answer.map(|answer| answer.to_string()),
                settled_by: settled.map(|settled| settled.by.clone()),
            });
        }
        (answers, unsettled)
    }

    fn domain(
        &mut self,
        tool: &Tool,
        key: &Key,
        sheet: &Sheet,
        found: &DomainResult,
        own: &BTreeMap<String, Vec<DomainResult>>,
        unsettled: &BTreeSet<String>,
    ) -> JudgementRow {
        let said: Vec<(&str, &str)> = own
            .iter()
            .filter_map(|(name, results)| {
                let result = results
                    .iter()
                    .find(|result| result.domain == found.domain)?;
                Some((name.as_str(), result.outcome.judgement()?))
            })
            .collect();
        self.pairs.add(&key.tool, "domain", &found.domain, &said);
        for question in &found.not_reached {
            let expected = tool
                .questions
                .get(question)
                .is_some_and(|asked| asked.always);
            if !expected && !unsettled.contains(question) {
                let places: Vec<Place> = sheet
                    .answers
                    .get(question)
                    .into_iter()
                    .flatten()
                    .map(|(_, given)| given.place.clone())
                    .collect();
                self.problems
                    .push(not_reached(key, &found.domain, question, &places));
            }
        }
        let verdict = verdict(sheet, found, &said, unsettled);
        let questions: Vec<&str> = tool
            .domains
            .get(&found.domain)
            .map(Domain::all_questions)
            .unwrap_or_default();
        let changed =
            sheet.latest(|question| questions.contains(&question) || question == found.domain);
        let mut row = self.finish(tool, key, sheet, &found.domain, verdict, changed.as_ref());
        row.stars = found.stars;
        row
    }

    /// Compares what each assessor alone would come to overall; only those count whose domains are all judged.
    fn compare_overall(
        &mut self,
        tool: &Tool,
        key: &Key,
        own: &BTreeMap<String, Vec<DomainResult>>,
    ) {
        let said: Vec<(&str, String)> = own
            .iter()
            .filter(|(_, domains)| !domains.is_empty())
            .filter_map(|(name, domains)| {
                let judged: Option<Vec<&str>> = domains
                    .iter()
                    .map(|domain| domain.outcome.judgement())
                    .collect();
                let summary = overall::of_judgements(tool, &judged?);
                Some((name.as_str(), summary.outcome.judgement()?.to_owned()))
            })
            .collect();
        let said: Vec<(&str, &str)> = said
            .iter()
            .map(|(name, judgement)| (*name, judgement.as_str()))
            .collect();
        self.pairs.add(&key.tool, OVERALL, OVERALL, &said);
    }

    fn overall(
        &mut self,
        tool: &Tool,
        key: &Key,
        sheet: &Sheet,
        whole: &AssessmentResult,
        rows: &[JudgementRow],
    ) -> JudgementRow {
        let stopped = whole
            .preliminary
            .as_ref()
            .is_some_and(|found| found.judgement() != Some("continue"));
        let by_domains = matches!(
            tool.overall.rule,
            OverallRule::Worst | OverallRule::FirstPresent | OverallRule::Count
        );
        let finals: Option<Vec<&str>> = rows.iter().map(|row| row.judgement.as_deref()).collect();
        let summary = match finals {
            Some(finals) if by_domains && !stopped => overall::of_judgements(tool, &finals),
            _ => whole.overall.clone(),
        };
        let open: Vec<&str> = rows
            .iter()
            .filter(|row| row.judgement.is_none())
            .map(|row| row.domain.as_str())
            .collect();
        let verdict = match &summary.outcome {
            Outcome::Judged { judgement } if open.is_empty() || stopped => Verdict {
                algorithm: Some(judgement.clone()),
                standing: Standing::Judged,
                path: if stopped {
                    "stopped by the preliminary questions".to_owned()
                } else {
                    String::new()
                },
            },
            Outcome::Incomplete { missing } if open.is_empty() => Verdict {
                algorithm: None,
                standing: Standing::Incomplete,
                path: format!("missing {}", missing.join(", ")),
            },
            _ => Verdict {
                algorithm: None,
                standing: Standing::Incomplete,
                path: format!("waits for {}", open.join(", ")),
            },
        };
        let changed = sheet.latest(|_| true);
        let mut row = self.finish(tool, key, sheet, "overall", verdict, changed.as_ref());
        row.stars = summary.stars;
        row.escalation = summary
            .escalation
            .filter(|_| row.standing == Standing::Judged);
        row
    }

    /// Brings in the latest override of the domain, and notes what is open.
    fn finish(
        &mut self,
        tool: &Tool,
        key: &Key,
        sheet: &Sheet,
        domain: &str,
        verdict: Verdict,
        changed: Option<&When>,
    ) -> JudgementRow {
        let decided = self
            .input
            .overrides
            .iter()
            .filter(|row| {
                row.study == key.study
                    && row.result == key.result
                    && row.tool == key.tool
                    && row.domain == domain
            })
            .filter(|row| judgement_named(tool, &row.judgement).is_some())
            .max_by(|a, b| a.at.cmp(&b.at));
        let standing = match decided {
            None => verdict.standing,
            Some(row) if changed.is_some_and(|changed| *changed > row.at) => {
                self.problems.push(stale(row));
                self.owe(
                    key,
                    format!("{domain}: the override must be confirmed again"),
                );
                Standing::Stale
            }
            Some(_) => Standing::Overridden,
        };
        if decided.is_none() && standing != Standing::Judged && domain != "overall" {
            self.owe(key, format!("{domain}: {}", verdict.path));
        }
        let set = decided.and_then(|row| judgement_named(tool, &row.judgement));
        let assessors: Vec<&str> = sheet.assessors.iter().map(String::as_str).collect();
        JudgementRow {
            study: key.study.clone(),
            result: key.result.clone(),
            tool: key.tool.clone(),
            version: tool.version.clone(),
            variant: sheet.variant.clone(),
            domain: domain.to_owned(),
            judgement: set.or_else(|| verdict.algorithm.clone()),
            algorithm: verdict.algorithm,
            standing,
            path: verdict.path,
            escalation: None,
            stars: None,
            assessors: assessors.join("; "),
            reason: decided.map(|row| row.reason.clone()),
            by: decided.map(|row| row.by.clone()),
            at: decided.map(|row| row.at.clone()),
        }
    }
}

/// The answer that assessors have in common; of answers that differ only in strength the weaker.
fn common(agreement: Match, given: &BTreeMap<String, Given>) -> Option<Answer> {
    let mut answers = given.values().map(|given| &given.answer);
    match agreement {
        Match::Differ => None,
        Match::Single | Match::Same => answers.next().cloned(),
        Match::Strength => answers
            .max_by_key(|answer| answer.to_string().len())
            .cloned(),
    }
}

fn not_reached(key: &Key, domain: &str, question: &str, places: &[Place]) -> Problem {
    let problem = Problem::warning(
        "rob::not-reached",
        format!(
            "{question} is answered for `{}` `{}`, but the path of {domain} does not reach it",
            key.study, key.result
        ),
    );
    let problem = places.iter().cloned().fold(problem, Problem::at);
    problem
        .help("the answer is kept and not used; write NA, or look again at the answers before it")
}

/// Answers lead to a judgement by a path that can be shown; one from elsewhere has none.
fn beside_answers(key: &Key, row: &Imported) -> Problem {
    let title = format!(
        "`{}` `{}` has answers, so that its imported judgements do not count",
        key.study, key.result
    );
    Problem::warning("rob::imported-beside-answers", title)
        .at(row.place.clone())
        .help("take the row out of the file, or the answers out of the forms")
}

/// The workbook lets an assessor judge otherwise than its algorithm and has no field for the reason.
fn led_elsewhere(key: &Key, given: &Imported, led: &str) -> Problem {
    let title = format!(
        "the answers on {} of `{}` `{}` come to {led}, and {} judged {} without a reason",
        given.domain, key.study, key.result, given.by, given.judgement
    );
    Problem::warning("rob::imported-otherwise", title)
        .at(given.place.clone())
        .help("the judgement stands as given; to give the reason, answer in a form (`review form risk-of-bias`) and override it there")
}

fn not_led(key: &Key, given: &Imported, missing: &str) -> Problem {
    let title = format!(
        "the answers on {} of `{}` `{}` come to no judgement: {missing}",
        given.domain, key.study, key.result
    );
    Problem::note("rob::imported-incomplete", title)
        .at(given.place.clone())
        .help("the judgement stands as the file gives it")
}

fn twice(key: &Key, first: &Imported, other: &Imported) -> Problem {
    let title = format!(
        "two files judge {} of `{}` `{}` differently",
        first.domain, key.study, key.result
    );
    Problem::error("rob::imported-twice", title)
        .labelled(other.place.clone(), other.judgement.clone())
        .labelled(first.place.clone(), first.judgement.clone())
        .help("keep one of the two; the one read first counts until then")
}

fn stale(row: &Override) -> Problem {
    Problem::warning(
        "rob::stale-override",
        format!(
            "answers on {} changed after {} set the judgement",
            row.domain, row.by
        ),
    )
    .at(row.place.clone())
    .help("look again; to keep the judgement add a row with a new date")
}
