//! A decision path: every answer leads somewhere, no step leads back to itself, each can be reached.

use super::faults::Faults;
use crate::rob::target::{Target, target, words};
use crate::rob::tool::{Rule, Step};
use indexmap::IndexMap;
use std::collections::BTreeSet;

impl<'a> Faults<'a> {
    /// One decision path. `free_ends` is for the preliminary path, whose ends are words of its own.
    pub(super) fn graph(
        &mut self,
        path: &str,
        steps: &'a IndexMap<String, Step>,
        na: &[String],
        free_ends: bool,
    ) {
        for (name, step) in steps {
            let here = format!("{path}/{name}");
            self.step(&here, step, na);
            for (at, to) in targets(step) {
                self.target(&format!("{here}/{at}"), to, steps, free_ends);
            }
        }
        self.order(path, steps);
    }

    fn target(&mut self, path: &str, to: &str, steps: &'a IndexMap<String, Step>, free_ends: bool) {
        match target(to) {
            Target::Step(step) if !steps.contains_key(step) => {
                let known: Vec<&str> = steps.keys().map(String::as_str).collect();
                self.unknown(path, "step", step, &known);
            }
            Target::End(end) if free_ends => {
                if let Some(judgement) = end.strip_prefix("stop:") {
                    self.judgement(path, judgement);
                } else if end != "continue" {
                    self.unknown(
                        path,
                        "end of the preliminary path",
                        end,
                        &["continue", "stop:"],
                    );
                }
            }
            Target::End(end) => self.judgement(path, end),
            Target::Option(option) if !self.tool.options.contains_key(option) => {
                let tool = self.tool;
                let known: Vec<&str> = tool.options.keys().map(String::as_str).collect();
                self.unknown(path, "option", option, &known);
            }
            Target::Step(_) | Target::Option(_) => {}
        }
    }

    /// No step leads back to itself, and each is reached from the first.
    fn order(&mut self, path: &str, steps: &IndexMap<String, Step>) {
        let mut reached = BTreeSet::new();
        let mut circles = BTreeSet::new();
        if let Some((first, _)) = steps.first() {
            walk(steps, first, &mut Vec::new(), &mut reached, &mut circles);
        }
        for circle in circles {
            let at = circle.split(" → ").next().unwrap_or_default();
            let at = format!("{path}/{at}");
            self.fault(
                "rob::loop",
                &at,
                format!("the path turns in a circle: {circle}"),
                "let one of these steps lead to a judgement",
            );
        }
        for name in steps.keys().filter(|name| !reached.contains(name.as_str())) {
            self.fault(
                "rob::unreachable-step",
                &format!("{path}/{name}"),
                format!("no path leads to step `{name}`"),
                "let a step lead to it, or remove it; the first step is the start",
            );
        }
    }

    fn step(&mut self, path: &str, step: &Step, na: &[String]) {
        for question in step.ask.iter().chain(&step.looks_at) {
            self.question(path, question);
        }
        match (step.go.is_empty(), step.rules.is_empty()) {
            (false, true) => self.go(path, step, na),
            (true, false) => self.rules(path, step, na),
            _ => self.fault(
                "rob::step-kind",
                path,
                "a step needs either `go` or `rules`".into(),
                "keep one of them",
            ),
        }
    }

    fn go(&mut self, path: &str, step: &Step, na: &[String]) {
        let [asked] = step.ask.as_slice() else {
            let title = format!(
                "`go` is for one question, this step asks {}",
                step.ask.len()
            );
            self.fault(
                "rob::step-kind",
                path,
                title,
                "write `rules` for several questions",
            );
            return;
        };
        let na_leads_on = na.contains(asked);
        let mut seen = BTreeSet::new();
        for written in step.go.keys().chain(step.disputed.keys()) {
            self.answers(&format!("{path}/go"), asked, written, na_leads_on);
        }
        for word in step.go.keys().flat_map(|written| words(written)) {
            if !seen.insert(word) {
                let title = format!("answer `{word}` to `{asked}` leads to two places");
                self.fault("rob::two-ways", path, title, "keep it in one of them");
            }
        }
        let Some(question) = self.tool.questions.get(asked) else {
            return;
        };
        let mut wanted = self.tool.answers_of(question);
        if na_leads_on {
            wanted.push("NA");
        }
        for answer in wanted.into_iter().filter(|answer| !seen.contains(answer)) {
            let title = format!("answer `{answer}` to `{asked}` leads nowhere");
            self.fault(
                "rob::dead-end",
                path,
                title,
                format!("say under `go` where `{answer}` leads"),
            );
        }
    }

    fn rules(&mut self, path: &str, step: &Step, na: &[String]) {
        for (index, rule) in step.rules.iter().enumerate() {
            let here = format!("{path}/rules/{index}");
            for (question, answers) in conditions(rule) {
                self.answers(
                    &here,
                    question,
                    answers,
                    na.iter().any(|name| name == question),
                );
            }
            for (option, value) in &rule.option {
                match self.tool.options.get(option) {
                    Some(found) if found.values.contains(value) => {}
                    Some(found) => {
                        let known: Vec<&str> = found.values.iter().map(String::as_str).collect();
                        self.unknown(&here, "value of this option", value, &known);
                    }
                    None => {
                        let tool = self.tool;
                        let known: Vec<&str> = tool.options.keys().map(String::as_str).collect();
                        self.unknown(&here, "option", option, &known);
                    }
                }
            }
        }
        if !self.problems.has_errors() {
            self.combinations(path, step, na);
        }
    }
}

/// Where a step leads, with the key of each target below the step.
fn targets(step: &Step) -> Vec<(String, &str)> {
    let go = step
        .go
        .iter()
        .map(|(answers, to)| (format!("go/{answers}"), to.as_str()));
    let rules = step
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| (format!("rules/{index}"), rule.to.as_str()));
    go.chain(rules).collect()
}

/// Follows the steps depth first; a step met again on its own way closes a circle.
fn walk(
    steps: &IndexMap<String, Step>,
    name: &str,
    way: &mut Vec<String>,
    reached: &mut BTreeSet<String>,
    circles: &mut BTreeSet<String>,
) {
    if let Some(start) = way.iter().position(|earlier| earlier == name) {
        circles.insert(format!("{} → {name}", way[start..].join(" → ")));
        return;
    }
    if !reached.insert(name.to_owned()) {
        return;
    }
    let Some(step) = steps.get(name) else {
        return;
    };
    way.push(name.to_owned());
    for (_, to) in targets(step) {
        if let Target::Step(next) = target(to) {
            walk(steps, next, way, reached, circles);
        }
    }
    way.pop();
}

/// Every question and answers that a rule names.
pub(super) fn conditions(rule: &Rule) -> Vec<(&str, &str)> {
    let pairs = rule
        .all
        .iter()
        .chain(&rule.any)
        .map(|(question, answers)| (question.as_str(), answers.as_str()));
    let counted = rule.count.iter().flat_map(|count| {
        count
            .of
            .iter()
            .map(|question| (question.as_str(), count.answers.as_str()))
    });
    pairs.chain(counted).collect()
}
