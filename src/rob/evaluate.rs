//! From answers along a decision path to a judgement, or to the answers still missing.
//!
//! A blank is never an answer: a path that needs one ends as incomplete. "No information" is an answer and leads on; "not
//! applicable" leads on only where the tool says so.

use super::overall::{self, Summary};
use super::stars;
use super::tool::{Domain, NOT_APPLICABLE, Rule, Step, Target, Tool, target, words};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// An answer: one word of the question's set, or the ticked choices of a question that allows several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// One word, such as `PY` or `3`.
    One(String),
    /// Ticked choices; an empty list is an answer too.
    Several(Vec<String>),
}

impl Answer {
    /// The single word, if it is one.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::One(word) => Some(word),
            Self::Several(_) => None,
        }
    }

    /// The ticked choices; one word counts as one.
    pub fn ticked(&self) -> Vec<&str> {
        match self {
            Self::One(word) => vec![word],
            Self::Several(words) => words.iter().map(String::as_str).collect(),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(word) => f.write_str(word),
            Self::Several(words) => f.write_str(&words.join(" ")),
        }
    }
}

/// Answers by question key.
pub type Answers = BTreeMap<String, Answer>;

/// Declared options of a tool by name.
pub type Options = BTreeMap<String, String>;

/// What a domain or an assessment came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// A judgement.
    Judged {
        /// Name of the judgement.
        judgement: String,
    },
    /// Answers that the path needs are missing.
    Incomplete {
        /// The questions.
        missing: Vec<String>,
    },
    /// An answer is not in its question's set.
    Invalid {
        /// The first such question.
        question: String,
        /// What was answered.
        answer: String,
        /// What may be answered.
        allowed: Vec<String>,
    },
}

impl Outcome {
    /// The judgement, if there is one.
    pub fn judgement(&self) -> Option<&str> {
        match self {
            Self::Judged { judgement } => Some(judgement),
            Self::Incomplete { .. } | Self::Invalid { .. } => None,
        }
    }
}

/// One step of the path that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The step, with its part where a domain has several.
    pub step: String,
    /// The answers that decided, in the order asked.
    pub answers: Vec<(String, String)>,
    /// Where they led, as the tool writes it.
    pub to: String,
    /// What other readings of the tool do here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disputed: Option<String>,
    /// Where the rule comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// The path in one line, such as `1.2=Y → 1.1=PY → 1.3=N → low`.
pub fn path_text(path: &[Taken]) -> String {
    let mut said: Vec<String> = Vec::new();
    for (index, taken) in path.iter().enumerate() {
        let answers: Vec<String> = taken
            .answers
            .iter()
            .map(|(question, answer)| format!("{question}={answer}"))
            .collect();
        if !answers.is_empty() {
            said.push(answers.join(" "));
        }
        if let Some(end) = taken.to.strip_prefix('=') {
            said.push(end.to_owned());
            if index + 1 < path.len() {
                let last = said.pop().unwrap_or_default();
                said.push(format!("{last};"));
            }
        }
    }
    said.join(" → ").replace("; → ", "; ")
}

/// A domain judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainResult {
    /// The domain.
    pub domain: String,
    /// What it came to.
    pub outcome: Outcome,
    /// The path taken, as far as the answers led.
    pub path: Vec<Taken>,
    /// Stars, for tools that count them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<usize>,
    /// Questions that were answered although the path did not reach them.
    pub not_reached: Vec<String>,
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

/// Judges one domain; `None` when the tool has no such domain.
pub fn domain(
    tool: &Tool,
    name: &str,
    answers: &Answers,
    options: &Options,
) -> Option<DomainResult> {
    let domain = tool.domains.get(name)?;
    let mut walk = Walk::new(tool, answers, options, &domain.na_is_answer);
    let outcome = if let Some(invalid) = invalid(tool, &domain.all_questions(), answers) {
        invalid
    } else if domain.entered {
        entered(tool, name, answers)
    } else if domain.stars_at_most.is_some() {
        return Some(stars::domain(tool, name, domain, answers));
    } else {
        walk.domain(domain)
    };
    let not_reached = domain
        .path_questions()
        .into_iter()
        .filter(|question| !walk.reached.contains(*question))
        .filter(|question| {
            answers
                .get(*question)
                .is_some_and(|answer| answer.word() != Some("NA"))
        })
        .map(str::to_owned)
        .collect();
    Some(DomainResult {
        domain: name.to_owned(),
        outcome,
        path: walk.path,
        stars: None,
        not_reached,
    })
}

/// A whole assessment judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentResult {
    /// The end of the preliminary path, where the tool has one: `continue` or `stop:<judgement>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preliminary: Option<Outcome>,
    /// Domains in the tool's order.
    pub domains: Vec<DomainResult>,
    /// The overall judgement with what people may do about it.
    pub overall: Summary,
}

/// Judges all domains of a variant and sums them up; `None` when the tool has no such variant.
pub fn assessment(
    tool: &Tool,
    variant: Option<&str>,
    answers: &Answers,
    options: &Options,
) -> Option<AssessmentResult> {
    let names = tool.domains_of(variant)?;
    let domains: Vec<DomainResult> = names
        .iter()
        .filter_map(|name| domain(tool, name, answers, options))
        .collect();
    let preliminary = tool
        .preliminary
        .as_ref()
        .map(|_| preliminary(tool, answers, options));
    let overall = match &preliminary {
        Some(Outcome::Judged { judgement }) if judgement.starts_with("stop:") => {
            Summary::stopped(judgement.trim_start_matches("stop:"))
        }
        Some(Outcome::Judged { .. }) | None => overall::summarise(tool, &domains, answers),
        Some(open) => overall::summarise(tool, &domains, answers).waiting_for(open),
    };
    Some(AssessmentResult {
        preliminary,
        domains,
        overall,
    })
}

/// Walks the preliminary path: a judgement `continue` or `stop:<judgement>`.
pub fn preliminary(tool: &Tool, answers: &Answers, options: &Options) -> Outcome {
    let Some(graph) = &tool.preliminary else {
        return Outcome::Judged {
            judgement: "continue".to_owned(),
        };
    };
    let questions: Vec<&str> = graph
        .steps
        .values()
        .flat_map(|step| &step.ask)
        .map(String::as_str)
        .collect();
    invalid(tool, &questions, answers).unwrap_or_else(|| {
        let mut walk = Walk::new(tool, answers, options, &[]);
        walk.graph("", &graph.steps)
    })
}

/// The first of `questions` whose answer is not in its set. "NA" is always allowed: it says that a question was not reached.
fn invalid(tool: &Tool, questions: &[&str], answers: &Answers) -> Option<Outcome> {
    questions.iter().find_map(|name| {
        let (question, answer) = (tool.questions.get(*name)?, answers.get(*name)?);
        let allowed = tool.answers_of(question);
        let stranger = answer.ticked().into_iter().find(|word| {
            let unreached = *word == "NA" && question.choices.is_empty();
            !allowed.contains(word) && !unreached
        });
        let many = !question.several && answer.word().is_none();
        (stranger.is_some() || many).then(|| Outcome::Invalid {
            question: (*name).to_owned(),
            answer: answer.to_string(),
            allowed: allowed.iter().map(ToString::to_string).collect(),
        })
    })
}

/// A domain whose judgement the assessor enters under the domain's own name.
fn entered(tool: &Tool, name: &str, answers: &Answers) -> Outcome {
    match answers.get(name).and_then(Answer::word) {
        None => Outcome::Incomplete {
            missing: vec![name.to_owned()],
        },
        Some(word) if tool.judgements.contains_key(word) => Outcome::Judged {
            judgement: word.to_owned(),
        },
        Some(word) => Outcome::Invalid {
            question: name.to_owned(),
            answer: word.to_owned(),
            allowed: tool.judgements.keys().cloned().collect(),
        },
    }
}

struct Walk<'a> {
    tool: &'a Tool,
    answers: &'a Answers,
    options: Options,
    na_is_answer: &'a [String],
    path: Vec<Taken>,
    reached: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    fn new(
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

    fn domain(&mut self, domain: &Domain) -> Outcome {
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

    fn graph(&mut self, part: &str, steps: &IndexMap<String, Step>) -> Outcome {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rob::shipped;

    fn answers(given: &[(&str, &str)]) -> Answers {
        given
            .iter()
            .map(|(question, answer)| ((*question).to_owned(), Answer::One((*answer).to_owned())))
            .collect()
    }

    fn judged(tool: &str, name: &str, given: &[(&str, &str)]) -> DomainResult {
        let tool = shipped::tool(tool).expect("a shipped tool");
        domain(&tool, name, &answers(given), &Options::new()).expect("a domain of the tool")
    }

    #[test]
    fn a_blank_is_never_an_answer_and_no_information_is() {
        // Sterne 2019: concealed, sequence unknown, no imbalance is low.
        let found = judged("rob2", "D1", &[("1.1", "NI"), ("1.2", "Y"), ("1.3", "N")]);
        assert_eq!(found.outcome.judgement(), Some("low"));
        let found = judged("rob2", "D1", &[("1.2", "Y"), ("1.3", "N")]);
        assert_eq!(
            found.outcome,
            Outcome::Incomplete {
                missing: vec!["1.1".into()]
            }
        );
    }

    #[test]
    fn answers_off_the_path_are_kept_and_told() {
        let found = judged("rob2", "D3", &[("3.1", "Y"), ("3.2", "N"), ("3.3", "NA")]);
        assert_eq!(found.outcome.judgement(), Some("low"));
        assert_eq!(found.not_reached, ["3.2"]);
    }

    #[test]
    fn the_path_is_kept_in_one_line() {
        let found = judged(
            "rob2",
            "D2a",
            &[("2a.1", "N"), ("2a.2", "PN"), ("2a.6", "N"), ("2a.7", "PN")],
        );
        assert_eq!(
            path_text(&found.path),
            "2a.1=N 2a.2=PN → low; 2a.6=N → 2a.7=PN → some_concerns"
        );
    }

    #[test]
    fn yes_and_probably_yes_always_lead_the_same_way() {
        for shipped in shipped::SHIPPED {
            let tool = shipped::tool(shipped.name).expect("a shipped tool");
            let graphs = tool.domains.values().flat_map(Domain::graphs);
            for (written, step) in graphs
                .flat_map(|(_, steps)| steps.values())
                .flat_map(|step| step.go.keys().map(move |key| (key, step)))
            {
                let has = |word: &str| words(written).any(|other| other == word);
                let offered = |word: &str| {
                    step.go
                        .keys()
                        .any(|key| words(key).any(|other| other == word))
                };
                assert!(
                    !offered("PY") || !offered("Y") || has("Y") == has("PY"),
                    "{written}"
                );
                assert!(
                    !offered("PN") || !offered("N") || has("N") == has("PN"),
                    "{written}"
                );
            }
        }
    }

    #[test]
    fn a_declared_option_takes_a_component_out_of_the_rating() {
        let tool = shipped::tool("ephpp").expect("a shipped tool");
        let given = answers(&[
            ("A.Q1", "1"),
            ("A.Q2", "1"),
            ("B.Q1", "5"),
            ("D.Q1", "2"),
            ("D.Q2", "2"),
            ("E.Q1", "1"),
            ("E.Q2", "1"),
            ("F.Q1", "1"),
            ("F.Q2", "1"),
        ]);
        let declared = Options::from([(
            "one_group_confounders".to_owned(),
            "not_applicable".to_owned(),
        )]);
        let found = assessment(&tool, None, &given, &declared).expect("no variants");
        assert_eq!(found.overall.outcome.judgement(), Some("strong"));
        let found = assessment(&tool, None, &given, &Options::new()).expect("no variants");
        assert_eq!(
            found.overall.outcome,
            Outcome::Incomplete {
                missing: vec!["C.Q1".into()]
            }
        );
    }
}
