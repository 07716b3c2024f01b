//! Along a decision path: from step to step, as far as the answers lead.

use super::answer::{Answer, Answers, Options};
use super::outcome::{Outcome, Taken};
use super::target::{Target, target, words};
use super::tool::{Domain, NOT_APPLICABLE, Rule, Step, Tool};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// A walk along the paths of a tool.
pub(super) struct Walk<'a> {
    tool: &'a Tool,
    answers: &'a Answers,
    options: Options,
    na_is_answer: &'a [String],
    /// The steps taken.
    pub(super) path: Vec<Taken>,
    /// Every question that a step asked.
    pub(super) reached: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun; an option that nobody declared has the tool's default.
    pub(super) fn new(
        tool: &'a Tool,
        answers: &'a Answers,
        options: &Options,
        na_is_answer: &'a [String],
    ) -> Self {
        let declared = tool.options.iter().map(|(name, option)| {
            let value = options
                .get(name)
                .filter(|value| option.values.contains(value));
            (name.clone(), value.unwrap_or(&option.default).clone())
        });
        Self {
            tool,
            answers,
            options: declared.collect(),
            na_is_answer,
            path: Vec::new(),
            reached: BTreeSet::new(),
        }
    }

    /// Walks the paths of a domain.
    pub(super) fn domain(&mut self, domain: &Domain) -> Outcome {
        if !domain.steps.is_empty() {
            return self.graph("", &domain.steps);
        }
        let outcomes: Vec<Outcome> = domain
            .parts
            .iter()
            .map(|(name, steps)| self.graph(name, steps))
            .collect();
        let missing: Vec<String> = outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                Outcome::Incomplete { missing } => Some(missing.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        if !missing.is_empty() {
            return Outcome::Incomplete { missing };
        }
        let judgements = outcomes.iter().filter_map(Outcome::judgement);
        let worst = judgements.max_by_key(|judgement| self.tool.severity(judgement));
        match (worst, &domain.correction) {
            (Some(worst), Some(correction)) if worst == correction.when => {
                self.graph("correction", &correction.steps)
            }
            (Some(worst), _) => Outcome::Judged {
                judgement: worst.to_owned(),
            },
            (None, _) => Outcome::Incomplete { missing },
        }
    }

    /// The answer to a question, unless it is "not applicable" where that does not lead on.
    fn answer(&self, question: &str) -> Option<&'a Answer> {
        let answer = self.answers.get(question)?;
        let blank = answer.word().is_some_and(str::is_empty);
        let na = answer.word() == Some("NA");
        let leads_on = self.na_is_answer.iter().any(|name| name == question);
        (!blank && (!na || leads_on)).then_some(answer)
    }

    /// Walks one path; `part` names it among several.
    pub(super) fn graph(&mut self, part: &str, steps: &IndexMap<String, Step>) -> Outcome {
        let mut next = steps.first();
        // The check forbids loops, so no path is longer than its steps.
        for _ in 0..=steps.len() {
            let Some((name, step)) = next else {
                break;
            };
            self.reached.extend(step.ask.iter().cloned());
            let missing: Vec<String> = step
                .ask
                .iter()
                .filter(|question| self.answer(question).is_none())
                .cloned()
                .collect();
            if !missing.is_empty() {
                return Outcome::Incomplete { missing };
            }
            let to = self.take(part, name, step);
            match target(&to) {
                Target::Step(step) => next = steps.get_key_value(step),
                Target::End(end) => {
                    return Outcome::Judged {
                        judgement: end.to_owned(),
                    };
                }
                Target::Option(option) => {
                    let judgement = self.options.get(option).cloned();
                    return Outcome::Judged {
                        judgement: judgement.unwrap_or_else(|| NOT_APPLICABLE.to_owned()),
                    };
                }
            }
        }
        Outcome::Incomplete {
            missing: Vec::new(),
        }
    }

    /// Takes one step: notes it on the path and says where it leads.
    fn take(&mut self, part: &str, name: &str, step: &Step) -> String {
        let given =
            |question: &String| Some((question.clone(), self.answer(question)?.to_string()));
        let answers: Vec<(String, String)> = step.ask.iter().filter_map(given).collect();
        let word = answers
            .first()
            .map(|(_, answer)| answer.clone())
            .unwrap_or_default();
        let (to, basis) = if step.rules.is_empty() {
            let to = step
                .go
                .iter()
                .find(|(written, _)| words(written).any(|other| other == word));
            (to.map(|(_, to)| to.clone()).unwrap_or_default(), None)
        } else {
            let rule = step.rules.iter().find(|rule| {
                holds(
                    rule,
                    &|question| self.answer(question).cloned(),
                    &self.options,
                )
            });
            (
                rule.map(|rule| rule.to.clone()).unwrap_or_default(),
                rule.and_then(|rule| rule.basis.clone()),
            )
        };
        let disputed = step
            .disputed
            .iter()
            .find(|(written, _)| words(written).any(|other| other == word));
        self.path.push(Taken {
            step: if part.is_empty() {
                name.to_owned()
            } else {
                format!("{part}/{name}")
            },
            answers,
            to: to.clone(),
            disputed: disputed.map(|(_, said)| said.clone()),
            basis,
        });
        to
    }
}

/// Whether a rule holds.
pub(super) fn holds(
    rule: &Rule,
    answer: &dyn Fn(&str) -> Option<Answer>,
    options: &BTreeMap<String, String>,
) -> bool {
    let given = |question: &str, wanted: &str| {
        answer(question).is_some_and(|answer| {
            let ticked = answer.ticked();
            words(wanted).any(|word| ticked.contains(&word))
        })
    };
    let all = rule
        .all
        .iter()
        .all(|(question, wanted)| given(question, wanted));
    let any = rule.any.is_empty()
        || rule
            .any
            .iter()
            .any(|(question, wanted)| given(question, wanted));
    let count = rule.count.as_ref().is_none_or(|count| {
        count
            .of
            .iter()
            .filter(|question| given(question, &count.answers))
            .count()
            >= count.at_least
    });
    let option = rule
        .option
        .iter()
        .all(|(name, value)| options.get(name) == Some(value));
    all && any && count && option
}
