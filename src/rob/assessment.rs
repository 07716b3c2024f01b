//! Several assessors, settled answers and overrides brought together into one judgement a domain and one overall.
//!
//! Three layers are kept apart: what people answered, what the tool's path makes of it, and the final judgement, which is the
//! tool's unless somebody overrode it with a reason.

use super::agreement::{Match, PairAgreement, Pairs, compare};
use super::answers::AnswerRow;
use super::decisions::{Adjudication, Override};
use super::evaluate::{self, Answer, Answers, AssessmentResult, DomainResult, Options, Outcome};
use super::overall;
use super::tool::{Domain, NOT_APPLICABLE, OverallRule, Tool};
use crate::ids::StudyId;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{When, unknown_value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// All that the judging of a review's assessments reads.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Tools by the name that answers use.
    pub tools: &'a BTreeMap<String, Tool>,
    /// Declared options by tool.
    pub options: &'a BTreeMap<String, Options>,
    /// Answers of all assessors.
    pub answers: &'a [AnswerRow],
    /// Settled answers.
    pub adjudications: &'a [Adjudication],
    /// Judgements that people changed.
    pub overrides: &'a [Override],
    /// Studies that may be assessed; empty: any.
    pub studies: &'a [StudyId],
    /// People who must assess.
    pub assessors: usize,
}

/// What is judged: a result of a study with a tool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The study.
    pub study: StudyId,
    /// The result; empty for tools that judge a study.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
}

/// How far a judgement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The tool's judgement stands.
    Judged,
    /// People set another, with a reason.
    Overridden,
    /// People set another before the answers changed; it stands and must be confirmed again.
    Stale,
    /// Answers are missing.
    Incomplete,
    /// Assessors differ and nobody settled it.
    Conflict,
    /// An answer is not in its question's set.
    Invalid,
}

/// One domain of one assessment (or its overall judgement); one row of `judgements.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgementRow {
    /// The study.
    pub study: StudyId,
    /// The result.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// Version of the tool.
    pub version: String,
    /// Variant of the tool.
    pub variant: String,
    /// The domain, or `overall`.
    pub domain: String,
    /// What the tool's path gives.
    pub algorithm: Option<String>,
    /// What stands.
    #[serde(rename = "final")]
    pub judgement: Option<String>,
    /// How far it has come.
    pub standing: Standing,
    /// The path taken, or the questions missing.
    pub path: String,
    /// A worse judgement that people may choose, with a reason (overall only).
    pub escalation: Option<String>,
    /// Stars, for tools that count them.
    pub stars: Option<usize>,
    /// Assessors, divided by `; `.
    pub assessors: String,
    /// Reason of an override.
    pub reason: Option<String>,
    /// Who overrode.
    pub by: Option<String>,
    /// When.
    pub at: Option<When>,
}

/// One question of one assessment; one row of `answers.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionRow {
    /// The study.
    pub study: StudyId,
    /// The result.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// The question.
    pub question: String,
    /// What each assessor answered, `name=answer` divided by `; `.
    pub answers: String,
    /// How the answers compare.
    pub agreement: Match,
    /// The answer that counts; `None` while assessors differ.
    #[serde(rename = "final")]
    pub answer: Option<String>,
    /// Who settled it, where somebody did.
    pub settled_by: Option<String>,
}

/// Something people still owe.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Open {
    /// The study.
    pub study: StudyId,
    /// The result.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// What is open, in words.
    pub what: String,
}

/// All assessments judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assessed {
    /// Domains, by study, result and tool.
    pub judgements: Vec<JudgementRow>,
    /// Overall judgements, in the same order.
    pub overall: Vec<JudgementRow>,
    /// Questions with what everybody answered.
    pub questions: Vec<QuestionRow>,
    /// Agreement of pairs of assessors.
    pub agreement: Vec<PairAgreement>,
    /// What people still owe.
    pub open: Vec<Open>,
}

/// Judges every assessment. What is complete is judged; what is not is open work, not an error.
pub fn assess(input: Input<'_>) -> (Assessed, Problems) {
    let mut work = Work {
        input,
        sheets: BTreeMap::new(),
        pairs: Pairs::default(),
        problems: Problems::new(),
        out: Assessed::default(),
    };
    for row in input.answers {
        work.file(row);
    }
    work.settle();
    work.check_overrides();
    for (key, sheet) in std::mem::take(&mut work.sheets) {
        work.judge(&key, &sheet);
    }
    work.out.agreement = std::mem::take(&mut work.pairs).rows();
    (work.out, work.problems)
}

/// An answer read by its tool, with when and where it was given.
#[derive(Clone, Debug)]
struct Given {
    answer: Answer,
    at: When,
    by: String,
    place: Place,
}

/// Everything about one key.
#[derive(Clone, Debug, Default)]
struct Sheet {
    variant: String,
    variant_place: Option<Place>,
    /// Latest answer by question and assessor.
    answers: BTreeMap<String, BTreeMap<String, Given>>,
    settled: BTreeMap<String, Given>,
    assessors: BTreeSet<String>,
}

struct Work<'a> {
    input: Input<'a>,
    sheets: BTreeMap<Key, Sheet>,
    pairs: Pairs,
    problems: Problems,
    out: Assessed,
}

impl<'a> Work<'a> {
    fn tool(&mut self, name: &str, place: &Place) -> Option<&'a Tool> {
        let tools = self.input.tools;
        let found = tools.get(name);
        if found.is_none() {
            let known: Vec<&str> = tools.keys().map(String::as_str).collect();
            self.problems
                .push(unknown_value("tool", name, &known, place.clone()));
        }
        found
    }

    fn study_is_known(&mut self, study: &StudyId, place: &Place) -> bool {
        let known = self.input.studies;
        if known.is_empty() || known.contains(study) {
            return true;
        }
        let names: Vec<&str> = known.iter().map(StudyId::as_str).collect();
        let help = nearest(study.as_str(), names.iter().copied()).map_or_else(
            || "include the study first, or correct its name".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        self.problems.push(
            Problem::error(
                "rob::unknown-study",
                format!("no included study is called `{study}`"),
            )
            .at(place.clone())
            .help(help),
        );
        false
    }

    /// Files an answer under its key, once tool, variant, question and answer are understood.
    fn file(&mut self, row: &AnswerRow) {
        let Some(tool) = self.tool(&row.tool, &row.place) else {
            return;
        };
        if !self.study_is_known(&row.study, &row.place) {
            return;
        }
        let key = Key {
            study: row.study.clone(),
            result: row.result.clone(),
            tool: row.tool.clone(),
        };
        if !self.variant_fits(tool, &key, row) {
            return;
        }
        let domains = tool.domains_of(Some(&row.variant)).unwrap_or_default();
        let found = read_answer(tool, &domains, &row.question, &row.answer, &row.place);
        let (question, answer) = match found {
            Ok(found) => found,
            Err(problem) => return self.problems.push(problem),
        };
        let sheet = self.sheets.entry(key).or_default();
        sheet.assessors.insert(row.assessor.clone());
        let given = Given {
            answer,
            at: row.at.clone(),
            by: row.assessor.clone(),
            place: row.place.clone(),
        };
        let by_assessor = sheet.answers.entry(question).or_default();
        let kept = by_assessor
            .entry(row.assessor.clone())
            .or_insert_with(|| given.clone());
        if given.at >= kept.at {
            *kept = given;
        }
    }

    fn variant_fits(&mut self, tool: &Tool, key: &Key, row: &AnswerRow) -> bool {
        if tool.domains_of(Some(&row.variant)).is_none() {
            let known: Vec<&str> = tool.variants.keys().map(String::as_str).collect();
            self.problems.push(unknown_value(
                "variant",
                &row.variant,
                &known,
                row.place.clone(),
            ));
            return false;
        }
        let sheet = self.sheets.entry(key.clone()).or_default();
        match &sheet.variant_place {
            None => {
                sheet.variant.clone_from(&row.variant);
                sheet.variant_place = Some(row.place.clone());
                true
            }
            Some(first) if sheet.variant != row.variant => {
                self.problems.push(
                    Problem::error(
                        "rob::two-variants",
                        format!("{} {} is assessed with two variants", key.study, key.result),
                    )
                    .labelled(row.place.clone(), row.variant.clone())
                    .labelled(first.clone(), sheet.variant.clone())
                    .help("settle on one variant for the result; the row is left out until then"),
                );
                false
            }
            Some(_) => true,
        }
    }

    fn settle(&mut self) {
        for row in self.input.adjudications {
            let Some(tool) = self.tool(&row.tool, &row.place) else {
                continue;
            };
            let key = Key {
                study: row.study.clone(),
                result: row.result.clone(),
                tool: row.tool.clone(),
            };
            let Some(sheet) = self.sheets.get_mut(&key) else {
                self.problems
                    .push(unassessed("an adjudication", &key, &row.place));
                continue;
            };
            let domains = tool.domains_of(Some(&sheet.variant)).unwrap_or_default();
            match read_answer(tool, &domains, &row.question, &row.answer, &row.place) {
                Ok((question, answer)) => {
                    let given = Given {
                        answer,
                        at: row.at.clone(),
                        by: row.by.clone(),
                        place: row.place.clone(),
                    };
                    let kept = sheet
                        .settled
                        .entry(question)
                        .or_insert_with(|| given.clone());
                    if given.at >= kept.at {
                        *kept = given;
                    }
                }
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    /// Overrides of nothing, of no domain, or to no judgement.
    fn check_overrides(&mut self) {
        for row in self.input.overrides {
            let Some(tool) = self.tool(&row.tool, &row.place) else {
                continue;
            };
            let key = Key {
                study: row.study.clone(),
                result: row.result.clone(),
                tool: row.tool.clone(),
            };
            let domains: Vec<&str> = tool
                .domains
                .keys()
                .map(String::as_str)
                .chain(["overall"])
                .collect();
            if !self.sheets.contains_key(&key) {
                self.problems
                    .push(unassessed("an override", &key, &row.place));
            } else if !domains.contains(&row.domain.as_str()) {
                self.problems.push(unknown_value(
                    "domain",
                    &row.domain,
                    &domains,
                    row.place.clone(),
                ));
            } else if judgement_named(tool, &row.judgement).is_none() {
                let known: Vec<&str> = tool.judgements.keys().map(String::as_str).collect();
                self.problems.push(unknown_value(
                    "judgement",
                    &row.judgement,
                    &known,
                    row.place.clone(),
                ));
            }
        }
    }

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
        let overall = self.overall(tool, key, sheet, &whole, &rows);
        self.out.judgements.extend(rows);
        self.out.overall.push(overall);
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

impl Sheet {
    /// When the latest answer to one of these questions was given or settled.
    fn latest(&self, wanted: impl Fn(&str) -> bool) -> Option<When> {
        let given = self
            .answers
            .iter()
            .filter(|(question, _)| wanted(question))
            .flat_map(|(_, by)| by.values());
        let settled = self
            .settled
            .iter()
            .filter(|(question, _)| wanted(question))
            .map(|(_, given)| given);
        given.chain(settled).map(|given| &given.at).max().cloned()
    }
}

/// What the answers of a domain come to, before any override.
struct Verdict {
    algorithm: Option<String>,
    standing: Standing,
    path: String,
}

/// A domain whose path waits for a question on which assessors differ is still judged when each alone comes to the same judgement.
fn verdict(
    sheet: &Sheet,
    found: &DomainResult,
    said: &[(&str, &str)],
    unsettled: &BTreeSet<String>,
) -> Verdict {
    let of = |algorithm: Option<&str>, standing, path: String| Verdict {
        algorithm: algorithm.map(str::to_owned),
        standing,
        path,
    };
    match &found.outcome {
        Outcome::Judged { judgement } => of(
            Some(judgement),
            Standing::Judged,
            evaluate::path_text(&found.path),
        ),
        Outcome::Invalid { question, .. } => of(
            None,
            Standing::Invalid,
            format!("the answer to {question} is not in its set"),
        ),
        Outcome::Incomplete { missing }
            if missing.iter().any(|question| unsettled.contains(question)) =>
        {
            let differ = missing.join(", ");
            match said {
                [(_, first), ..]
                    if said.len() == sheet.assessors.len()
                        && said.iter().all(|(_, other)| other == first) =>
                {
                    of(
                        Some(first),
                        Standing::Judged,
                        format!("assessors differ on {differ} and agree on the judgement"),
                    )
                }
                _ => of(
                    None,
                    Standing::Conflict,
                    format!("assessors differ on {differ}"),
                ),
            }
        }
        Outcome::Incomplete { missing } => of(
            None,
            Standing::Incomplete,
            format!("missing {}", missing.join(", ")),
        ),
    }
}

/// What each assessor alone would come to.
fn own_results(
    tool: &Tool,
    sheet: &Sheet,
    options: &Options,
) -> BTreeMap<String, Vec<DomainResult>> {
    let of = |assessor: &String| {
        let answers: Answers = sheet
            .answers
            .iter()
            .filter_map(|(question, by)| Some((question.clone(), by.get(assessor)?.answer.clone())))
            .collect();
        let found = evaluate::assessment(tool, Some(&sheet.variant), &answers, options);
        (
            assessor.clone(),
            found.map(|found| found.domains).unwrap_or_default(),
        )
    };
    sheet.assessors.iter().map(of).collect()
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

/// The judgement a person means by its name or its words.
fn judgement_named(tool: &Tool, written: &str) -> Option<String> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
    let wanted = plain(written);
    let names = tool
        .judgements
        .iter()
        .map(|(name, found)| (name.as_str(), plain(&found.label)));
    let mut known = names.chain([(NOT_APPLICABLE, NOT_APPLICABLE.to_owned())]);
    known
        .find(|(name, label)| plain(name) == wanted || *label == wanted)
        .map(|(name, _)| name.to_owned())
}

/// An answer as people write it: a word of the set in any case, the word's meaning, or several ticked choices.
fn read_answer(
    tool: &Tool,
    domains: &[&str],
    question: &str,
    written: &str,
    place: &Place,
) -> Result<(String, Answer), Problem> {
    let entered = tool
        .domains
        .get(question)
        .is_some_and(|domain| domain.entered)
        || question == "overall";
    if entered {
        let known: Vec<&str> = tool.judgements.keys().map(String::as_str).collect();
        return judgement_named(tool, written)
            .map(|found| (question.to_owned(), Answer::One(found)))
            .ok_or_else(|| unknown_value("answer", written, &known, place.clone()));
    }
    let Some((key, found)) = tool
        .question_key(question, domains)
        .and_then(|key| tool.questions.get_key_value(key))
    else {
        let known: Vec<&str> = tool.questions.keys().map(String::as_str).collect();
        return Err(unknown_value("question", question, &known, place.clone()));
    };
    let allowed = tool.answers_of(found);
    let one = |written: &str| {
        let same = |other: &str| other.eq_ignore_ascii_case(written.trim());
        let word = allowed
            .iter()
            .copied()
            .chain(["NA"])
            .find(|word| same(word));
        let meant = |word: &&&str| {
            found
                .choices
                .get(**word)
                .or_else(|| tool.answer_words.get(**word))
                .is_some_and(|said| same(said))
        };
        word.or_else(|| allowed.iter().find(meant).copied())
            .map(str::to_owned)
    };
    let wrong = || {
        unknown_value(
            &format!("answer to {key}"),
            written,
            &allowed,
            place.clone(),
        )
    };
    if !found.several {
        return one(written)
            .map(|word| (key.clone(), Answer::One(word)))
            .ok_or_else(wrong);
    }
    let none = ["none", "-", "0"].contains(&written.trim().to_lowercase().as_str());
    let parts = written
        .split([' ', ';', ',', '+'])
        .filter(|part| !part.is_empty() && !none);
    let ticked: Option<Vec<String>> = parts.map(one).collect();
    ticked
        .map(|ticked| (key.clone(), Answer::Several(ticked)))
        .ok_or_else(wrong)
}

fn unassessed(what: &str, key: &Key, place: &Place) -> Problem {
    Problem::error(
        "rob::nothing-assessed",
        format!(
            "{what} on `{}` `{}` with {}, which nobody assessed",
            key.study, key.result, key.tool
        ),
    )
    .at(place.clone())
    .help("correct study, result or tool; the row does not count until then")
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
