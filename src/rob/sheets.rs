//! Everything said about each result, filed under its key: answers of all assessors, what was settled, the variant.

use super::answer::Answer;
use super::answers::AnswerRow;
use super::as_written::{judgement_named, read_answer};
use super::assessed::{Input, Key};
use super::tool::{Tool, Unit};
use crate::ids::StudyId;
use crate::nearest::{nearest, suggestion};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{When, unknown_value};
use std::collections::{BTreeMap, BTreeSet};

/// Files answers and settled answers, and looks at the overrides; rows that nothing can be made of are told and left out.
pub(super) fn fill(input: Input<'_>) -> (BTreeMap<Key, Sheet>, Problems) {
    let mut filing = Filing {
        input,
        sheets: BTreeMap::new(),
        problems: Problems::new(),
        namesakes: BTreeSet::new(),
    };
    for row in input.answers {
        filing.file(row);
    }
    filing.settle();
    filing.check_overrides();
    (filing.sheets, filing.problems)
}

/// An answer read by its tool, with when and where it was given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) answer: Answer,
    at: When,
    pub(super) by: String,
    pub(super) place: Place,
}

/// Everything about one key.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub(super) variant: String,
    variant_place: Option<Place>,
    /// Latest answer by question and assessor.
    pub(super) answers: BTreeMap<String, BTreeMap<String, Given>>,
    pub(super) settled: BTreeMap<String, Given>,
    pub(super) assessors: BTreeSet<String>,
}

impl Sheet {
    /// When the latest answer to one of these questions was given or settled.
    pub(super) fn latest(&self, wanted: impl Fn(&str) -> bool) -> Option<When> {
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

struct Filing<'a> {
    input: Input<'a>,
    sheets: BTreeMap<Key, Sheet>,
    problems: Problems,
    /// Results and names of which it is told already that they are answered twice.
    namesakes: BTreeSet<(Key, String)>,
}

impl<'a> Filing<'a> {
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
        let key = Key::of(&row.study, &row.result, &row.tool);
        self.tell_unextracted(tool, &key, &row.place);
        if !self.variant_fits(tool, &key, row) {
            return;
        }
        let domains = tool.domains_of(Some(&row.variant)).unwrap_or_default();
        let found = read_answer(tool, &domains, &row.question, &row.answer, &row.place);
        let (question, answer) = match found {
            Ok(found) => found,
            Err(problem) => return self.problems.push(problem),
        };
        let sheet = self.sheets.entry(key.clone()).or_default();
        sheet.assessors.insert(row.assessor.clone());
        let given = Given {
            answer,
            at: row.at.clone(),
            by: row.assessor.clone(),
            place: row.place.clone(),
        };
        let by_assessor = sheet.answers.entry(question.clone()).or_default();
        let kept = by_assessor
            .entry(row.assessor.clone())
            .or_insert_with(|| given.clone());
        let both = [kept.place.clone(), given.place.clone()];
        let elsewhere = both[0].file != both[1].file;
        let at_once = kept.at == given.at && kept.answer != given.answer;
        if given.at >= kept.at {
            *kept = given;
        }
        if elsewhere || at_once {
            self.tell_namesakes(&key, &row.assessor, &question, both);
        }
    }

    /// Tells once of a result that it is judged though nobody extracted it.
    fn tell_unextracted(&mut self, tool: &Tool, key: &Key, place: &Place) {
        let Some(extracted) = self.input.extracted.filter(|_| tool.unit == Unit::Result) else {
            return;
        };
        let known = (key.study.to_string(), key.result.clone());
        if key.result.is_empty() || extracted.contains(&known) || self.sheets.contains_key(key) {
            return;
        }
        let own = extracted.iter().filter(|(study, _)| *study == known.0);
        let own: Vec<&str> = own.map(|(_, outcome)| outcome.as_str()).collect();
        let title = format!(
            "nobody extracted the result `{}` of `{}`",
            key.result, key.study
        );
        let help = suggestion("extracted results", &key.result, &own);
        let problem = Problem::warning("rob::not-extracted", title);
        let help = format!("{help} Else extract it; the judgement stands meanwhile");
        self.problems.push(problem.at(place.clone()).help(help));
    }

    /// Tells once of a result that two files answer under one name, or that one answers twice at one moment.
    fn tell_namesakes(
        &mut self,
        key: &Key,
        name: &str,
        question: &str,
        [first, other]: [Place; 2],
    ) {
        let title = format!(
            "`{name}` answers {question} of `{}` `{}` twice",
            key.study, key.result
        );
        let result = (key.clone(), name.to_owned());
        if self.namesakes.insert(result) {
            self.problems.push(
                Problem::error("rob::one-name", title)
                    .labelled(other, "again")
                    .labelled(first, "first")
                    .help("give each assessor a file under a name of their own, or take one of the two out; the later answer counts until then"),
            );
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
            let key = Key::of(&row.study, &row.result, &row.tool);
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
            let key = Key::of(&row.study, &row.result, &row.tool);
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
