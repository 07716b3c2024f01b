//! From answers along a decision path to a judgement, or to the answers still missing.
//!
//! A blank is never an answer: a path that needs one ends as incomplete. "No information" is an answer and leads on; "not
//! applicable" leads on only where the tool says so.

use super::answer::{Answer, Answers, Options};
use super::outcome::{DomainResult, Outcome};
use super::overall::{self, Summary};
use super::stars;
use super::tool::Tool;
use super::walk::Walk;
use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rob::outcome::path_text;
    use crate::rob::shipped;
    use crate::rob::target::words;
    use crate::rob::tool::Domain;

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
