//! Checks a tool before anybody uses it: every answer leads somewhere, no path turns in a circle, nothing is out of reach.

use super::evaluate::{Answer, holds};
use super::positions::Positions;
use super::tool::{
    Domain, FORMAT, NOT_APPLICABLE, OverallRule, Question, Rule, Step, Target, Tool, target, words,
};
use crate::nearest::nearest;
use crate::problem::{Problem, Problems};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// More combinations of answers than this are not tried one by one; such a step needs a last rule `otherwise`.
const MOST_COMBINATIONS: usize = 200_000;

/// All faults of a tool whose shape is right.
pub(super) fn check(tool: &Tool, places: &Positions) -> Problems {
    let mut check = Check {
        tool,
        places,
        problems: Problems::new(),
        ends: BTreeSet::new(),
    };
    check.head();
    check.questions();
    if let Some(preliminary) = &tool.preliminary {
        check.graph("preliminary/steps", &preliminary.steps, &[], true);
    }
    for (name, domain) in &tool.domains {
        check.domain(name, domain);
    }
    check.variants();
    check.overall();
    check.judgements();
    check.problems
}

struct Check<'a> {
    tool: &'a Tool,
    places: &'a Positions,
    problems: Problems,
    /// Judgements that some path or rule ends in.
    ends: BTreeSet<String>,
}

impl<'a> Check<'a> {
    fn fault(&mut self, code: &'static str, path: &str, title: String, help: impl Into<String>) {
        self.problems.push(
            Problem::error(code, title)
                .at(self.places.of(path))
                .help(help),
        );
    }

    fn unknown(&mut self, path: &str, what: &str, written: &str, known: &[&str]) {
        let help = nearest(written, known.iter().copied()).map_or_else(
            || format!("known are: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.fault(
            "rob::unknown-name",
            path,
            format!("no {what} is called `{written}`"),
            help,
        );
    }

    fn head(&mut self) {
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

    fn questions(&mut self) {
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

    /// Checks that a question exists and may have each of the answers.
    fn answers(&mut self, path: &str, question: &str, written: &str, na: bool) {
        let Some(found) = self.question(path, question) else {
            return;
        };
        let allowed = self.tool.answers_of(found);
        for word in words(written) {
            let known = allowed.contains(&word) || (na && word == "NA");
            if !known {
                self.unknown(path, &format!("answer to `{question}`"), word, &allowed);
            }
        }
    }

    fn question(&mut self, path: &str, name: &str) -> Option<&'a Question> {
        let tool = self.tool;
        let found = tool.questions.get(name);
        if found.is_none() {
            let known: Vec<&str> = tool.questions.keys().map(String::as_str).collect();
            self.unknown(path, "question", name, &known);
        }
        found
    }

    fn judgement(&mut self, path: &str, name: &str) {
        if name != NOT_APPLICABLE && !self.tool.judgements.contains_key(name) {
            let tool = self.tool;
            let known: Vec<&str> = tool.judgements.keys().map(String::as_str).collect();
            self.unknown(path, "judgement", name, &known);
        }
        self.ends.insert(name.to_owned());
    }

    fn domain(&mut self, name: &str, domain: &'a Domain) {
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

    /// One decision path. `free_ends` is for the preliminary path, whose ends are words of its own.
    fn graph(
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

    /// Tries every combination of answers on the rules: each must match, and each rule must be met by one.
    fn combinations(&mut self, path: &str, step: &Step, na: &[String]) {
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

    fn variants(&mut self) {
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

    fn overall(&mut self) {
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

    fn judgements(&mut self) {
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
fn conditions(rule: &Rule) -> Vec<(&str, &str)> {
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
