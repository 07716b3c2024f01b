//! What a tool says outside its paths: its head, questions, domains, variants, the overall rule and the judgements.

use super::faults::Faults;
use crate::problem::Problem;
use crate::rob::tool::{Domain, FORMAT, OverallRule};

impl<'a> Faults<'a> {
    pub(super) fn head(&mut self) {
        if self.tool.format != FORMAT {
            let title = format!("format `{}` is not known", self.tool.format);
            self.fault(
                "rob::unknown-format",
                "format",
                title,
                format!("write `format: {FORMAT}`"),
            );
        }
        if self.tool.judgements.is_empty() {
            self.fault(
                "rob::no-judgements",
                "judgements",
                "the tool has no judgements".into(),
                "list them, best first",
            );
        }
        for (name, option) in &self.tool.options {
            let path = format!("options/{name}");
            for value in &option.values {
                self.judgement(&path, value);
            }
            if !option.values.contains(&option.default) {
                let title = format!("the default `{}` is not among the values", option.default);
                self.fault(
                    "rob::bad-option",
                    &path,
                    title,
                    "choose one of the values as default",
                );
            }
        }
    }

    pub(super) fn questions(&mut self) {
        let tool = self.tool;
        let sets: Vec<&str> = tool.answer_sets.keys().map(String::as_str).collect();
        for (name, question) in &tool.questions {
            let path = format!("questions/{name}");
            match (&question.answers, question.choices.is_empty()) {
                (Some(set), true) if !tool.answer_sets.contains_key(set) => {
                    self.unknown(&path, "answer set", set, &sets);
                }
                (Some(_), true) | (None, false) => {}
                _ => self.fault(
                    "rob::no-answers",
                    &path,
                    format!("question `{name}` needs either `answers` or `choices`"),
                    "name a set of answers, or list choices",
                ),
            }
            for star in &question.stars {
                if !question.choices.contains_key(star) {
                    let known: Vec<&str> = question.choices.keys().map(String::as_str).collect();
                    self.unknown(&path, "choice", star, &known);
                }
            }
            for (other, answers) in &question.asked_if {
                self.answers(&format!("{path}/asked_if"), other, answers, false);
            }
        }
    }

    pub(super) fn domain(&mut self, name: &str, domain: &'a Domain) {
        let path = format!("domains/{name}");
        let kinds = [
            !domain.steps.is_empty(),
            !domain.parts.is_empty(),
            domain.entered,
            domain.described,
            domain.stars_at_most.is_some(),
        ];
        if kinds.iter().filter(|kind| **kind).count() != 1 {
            self.fault(
                "rob::domain-kind",
                &path,
                format!("domain `{name}` must have steps, or parts, or be entered, described or counted in stars"),
                "keep exactly one of `steps`, `parts`, `entered`, `described`, `stars_at_most`",
            );
        }
        if domain.parts.len() > 1 && domain.combine.is_none() {
            self.fault(
                "rob::no-combine",
                &path,
                format!("domain `{name}` does not say how its parts combine"),
                "add `combine: worst`",
            );
        }
        if domain.entered {
            self.ends.extend(self.tool.judgements.keys().cloned());
        }
        for question in domain.questions.iter().chain(&domain.na_is_answer) {
            self.question(&path, question);
        }
        if let Some(correction) = &domain.correction {
            self.judgement(&format!("{path}/correction/when"), &correction.when);
        }
        for (part, steps) in domain.graphs() {
            self.graph(
                &format!("{path}/{part}"),
                steps,
                &domain.na_is_answer,
                false,
            );
        }
    }

    pub(super) fn variants(&mut self) {
        let tool = self.tool;
        let known: Vec<&str> = tool.domains.keys().map(String::as_str).collect();
        for (name, variant) in &tool.variants {
            for domain in variant
                .domains
                .iter()
                .filter(|domain| !tool.domains.contains_key(*domain))
            {
                self.unknown(&format!("variants/{name}"), "domain", domain, &known);
            }
        }
    }

    pub(super) fn overall(&mut self) {
        let overall = &self.tool.overall;
        let complete = match overall.rule {
            OverallRule::Worst | OverallRule::Entered => true,
            OverallRule::FirstPresent => !overall.order.is_empty(),
            OverallRule::Count => overall.level.is_some() && !overall.ratings.is_empty(),
            OverallRule::Stars => overall
                .thresholds
                .last()
                .is_some_and(|last| last.at_least.iter().all(|least| *least == 0)),
        };
        if !complete {
            self.fault(
                "rob::overall-incomplete",
                "overall",
                "the overall rule lacks what it needs".into(),
                "`first_present` needs `order`, `count` needs `level` and `ratings`, `stars` needs `thresholds` ending with zeros",
            );
        }
        let named = overall
            .order
            .iter()
            .chain(&overall.ratings)
            .chain(&overall.level)
            .chain(&overall.best_is);
        let named = named.chain(overall.thresholds.iter().map(|threshold| &threshold.rating));
        let named = named.chain(
            overall
                .escalation
                .iter()
                .flat_map(|step| [&step.from, &step.to]),
        );
        for name in named {
            self.judgement("overall", name);
        }
        for threshold in &overall.thresholds {
            for variant in self.tool.variants.values() {
                if variant.domains.len() != threshold.at_least.len() {
                    let title = format!(
                        "`{}` has {} thresholds for {} domains",
                        threshold.rating,
                        threshold.at_least.len(),
                        variant.domains.len()
                    );
                    self.fault(
                        "rob::overall-incomplete",
                        "overall/thresholds",
                        title,
                        "write one number a domain",
                    );
                }
            }
        }
    }

    pub(super) fn judgements(&mut self) {
        let options = self
            .tool
            .options
            .values()
            .flat_map(|option| option.values.iter().cloned());
        self.ends.extend(options);
        if self.tool.overall.rule == OverallRule::Entered {
            return;
        }
        for name in self
            .tool
            .judgements
            .keys()
            .filter(|name| !self.ends.contains(*name))
        {
            self.problems.push(
                Problem::error(
                    "rob::unreachable-judgement",
                    format!("nothing leads to the judgement `{name}`"),
                )
                .at(self.places.of(&format!("judgements/{name}")))
                .help("let a path lead to it, or remove it"),
            );
        }
    }
}
