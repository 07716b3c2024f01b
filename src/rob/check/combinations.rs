//! The rules of a step, tried on every combination of answers.

use super::faults::Faults;
use super::path::conditions;
use crate::rob::answer::Answer;
use crate::rob::tool::{Step, Tool};
use crate::rob::walk::holds;
use std::collections::BTreeMap;

/// More combinations of answers than this are not tried one by one; such a step needs a last rule `otherwise`.
const MOST_COMBINATIONS: usize = 200_000;

impl Faults<'_> {
    /// Tries every combination of answers on the rules: each must match, and each rule must be met by one.
    pub(super) fn combinations(&mut self, path: &str, step: &Step, na: &[String]) {
        let variables = variables(self.tool, step, na);
        let total = variables
            .iter()
            .try_fold(1usize, |total, (_, values)| total.checked_mul(values.len()));
        let last_holds_always = step.rules.last().is_some_and(|rule| rule.otherwise);
        let Some(total) = total.filter(|total| *total <= MOST_COMBINATIONS) else {
            if !last_holds_always {
                self.fault(
                    "rob::dead-end",
                    path,
                    "too many combinations of answers to try each".into(),
                    "end the rules with `otherwise: true`",
                );
            }
            return;
        };
        let mut met = vec![false; step.rules.len()];
        for number in 0..total {
            let combination = combination(&variables, number);
            let found = step.rules.iter().position(|rule| {
                holds(
                    rule,
                    &|question| combination.answers.get(question).cloned(),
                    &combination.options,
                )
            });
            let Some(index) = found else {
                let said: Vec<String> = combination
                    .answers
                    .iter()
                    .map(|(question, answer)| format!("{question} = {answer}"))
                    .collect();
                let title = format!("the answers {} lead nowhere", said.join(", "));
                let help = "add a rule, or end the rules with `otherwise: true`";
                self.fault("rob::dead-end", path, title, help);
                return;
            };
            met[index] = true;
        }
        for (index, _) in met.iter().enumerate().filter(|(_, met)| !**met) {
            self.fault(
                "rob::unreachable-rule",
                &format!("{path}/rules/{index}"),
                "no combination of answers reaches this rule".into(),
                "remove it, or put it before the rule that hides it",
            );
        }
    }
}

/// What a rule may depend on: a question with its answers (`None`: not answered), or an option with its values.
type Variable = (String, Vec<Option<String>>);

/// Options are told from questions by this mark, which no question has.
const OPTION: &str = "option:";

fn variables(tool: &Tool, step: &Step, na: &[String]) -> Vec<Variable> {
    let mut found: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
    let named = step
        .rules
        .iter()
        .flat_map(conditions)
        .map(|(question, _)| question);
    for name in step.ask.iter().map(String::as_str).chain(named) {
        let Some(question) = tool.questions.get(name) else {
            continue;
        };
        let mut values: Vec<Option<String>> = tool
            .answers_of(question)
            .into_iter()
            .map(|answer| Some(answer.to_owned()))
            .collect();
        if na.iter().any(|other| other == name) {
            values.push(Some("NA".to_owned()));
        }
        if step.looks_at.iter().any(|other| other == name) {
            values.push(None);
        }
        found.insert(name.to_owned(), values);
    }
    for name in step.rules.iter().flat_map(|rule| rule.option.keys()) {
        if let Some(option) = tool.options.get(name) {
            found.insert(
                format!("{OPTION}{name}"),
                option.values.iter().cloned().map(Some).collect(),
            );
        }
    }
    found.into_iter().collect()
}

struct Combination {
    answers: BTreeMap<String, Answer>,
    options: BTreeMap<String, String>,
}

/// The combination of this number, counted as in a number system whose digits are the variables.
fn combination(variables: &[Variable], mut number: usize) -> Combination {
    let mut found = Combination {
        answers: BTreeMap::new(),
        options: BTreeMap::new(),
    };
    for (name, values) in variables {
        let value = values[number % values.len()].clone();
        number /= values.len();
        match (name.strip_prefix(OPTION), value) {
            (Some(option), Some(value)) => {
                found.options.insert(option.to_owned(), value);
            }
            (None, Some(value)) => {
                found.answers.insert(name.clone(), Answer::One(value));
            }
            (_, None) => {}
        }
    }
    found
}
