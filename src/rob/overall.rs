//! From the judgements of the domains to one overall judgement, by the tool's own rule.

use super::answer::{Answer, Answers};
use super::outcome::{DomainResult, Outcome};
use super::tool::{Escalation, NOT_APPLICABLE, OverallRule, Tool};
use serde::{Deserialize, Serialize};

/// The overall judgement of an assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// What the rule gives.
    pub outcome: Outcome,
    /// A worse judgement that people may choose, with a reason; the program never takes it.
    pub escalation: Option<String>,
    /// Stars of all domains, for tools that count them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<usize>,
}

impl Summary {
    /// The end of an assessment that the preliminary questions stopped.
    pub(super) fn stopped(judgement: &str) -> Self {
        Self {
            outcome: Outcome::Judged {
                judgement: judgement.to_owned(),
            },
            escalation: None,
            stars: None,
        }
    }

    /// The same, waiting for the preliminary questions.
    pub(super) fn waiting_for(self, preliminary: &Outcome) -> Self {
        let outcome = match (preliminary.clone(), self.outcome) {
            (Outcome::Incomplete { mut missing }, Outcome::Incomplete { missing: more }) => {
                missing.extend(more);
                Outcome::Incomplete { missing }
            }
            (open, _) => open,
        };
        Self {
            outcome,
            escalation: None,
            stars: None,
        }
    }
}

/// Sums up the domains of one assessment. An invalid answer comes before missing ones, which come before any judgement.
pub fn summarise(tool: &Tool, domains: &[DomainResult], answers: &Answers) -> Summary {
    let invalid = domains
        .iter()
        .find(|domain| matches!(domain.outcome, Outcome::Invalid { .. }));
    let mut missing: Vec<String> = Vec::new();
    for domain in domains {
        if let Outcome::Incomplete { missing: more } = &domain.outcome {
            missing.extend(
                more.iter()
                    .filter(|name| !missing.contains(name))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
        }
    }
    let outcome = match invalid {
        Some(domain) => domain.outcome.clone(),
        None if !missing.is_empty() => Outcome::Incomplete { missing },
        None if tool.overall.rule == OverallRule::Stars => by_stars(tool, domains),
        None if tool.overall.rule == OverallRule::Entered => entered(tool, answers),
        None => {
            let judgements: Vec<&str> = domains
                .iter()
                .filter_map(|domain| domain.outcome.judgement())
                .collect();
            return of_judgements(tool, &judgements);
        }
    };
    Summary {
        stars: outcome
            .judgement()
            .and_then(|_| domains.iter().map(|domain| domain.stars).sum()),
        outcome,
        escalation: None,
    }
}

/// Sums up domain judgements by the tool's rule; judgements that are not applicable are left out.
pub fn of_judgements(tool: &Tool, judgements: &[&str]) -> Summary {
    let rated: Vec<&str> = judgements
        .iter()
        .copied()
        .filter(|judgement| *judgement != NOT_APPLICABLE)
        .collect();
    let overall = &tool.overall;
    let found = match overall.rule {
        OverallRule::Worst => worst(tool, &rated),
        OverallRule::FirstPresent => overall
            .order
            .iter()
            .find(|name| rated.contains(&name.as_str()))
            .cloned(),
        OverallRule::Count if rated.is_empty() => None,
        OverallRule::Count => {
            let count = rated
                .iter()
                .filter(|judgement| Some(**judgement) == overall.level.as_deref())
                .count();
            overall
                .ratings
                .get(count)
                .or(overall.ratings.last())
                .cloned()
        }
        OverallRule::Stars | OverallRule::Entered => None,
    };
    let escalation = found
        .as_deref()
        .and_then(|found| escalation(&overall.escalation, found, &rated));
    let outcome = found.map_or(
        Outcome::Incomplete {
            missing: Vec::new(),
        },
        |judgement| Outcome::Judged { judgement },
    );
    Summary {
        outcome,
        escalation,
        stars: None,
    }
}

fn worst(tool: &Tool, judgements: &[&str]) -> Option<String> {
    let worst = judgements
        .iter()
        .max_by_key(|judgement| tool.severity(judgement))?;
    let best = tool
        .judgements
        .keys()
        .filter_map(|name| tool.severity(name))
        .min();
    match &tool.overall.best_is {
        Some(label) if tool.severity(worst) == best => Some(label.clone()),
        _ => Some((*worst).to_owned()),
    }
}

fn escalation(steps: &[Escalation], found: &str, judgements: &[&str]) -> Option<String> {
    steps
        .iter()
        .find(|step| step.from == found)
        .filter(|step| {
            judgements
                .iter()
                .filter(|judgement| **judgement == step.from)
                .count()
                >= step.domains_at_least
        })
        .map(|step| step.to.clone())
}

fn by_stars(tool: &Tool, domains: &[DomainResult]) -> Outcome {
    let found = tool.overall.thresholds.iter().find(|threshold| {
        domains
            .iter()
            .zip(&threshold.at_least)
            .all(|(domain, least)| domain.stars.unwrap_or(0) >= *least)
    });
    found.map_or(
        Outcome::Incomplete {
            missing: Vec::new(),
        },
        |threshold| Outcome::Judged {
            judgement: threshold.rating.clone(),
        },
    )
}

fn entered(tool: &Tool, answers: &Answers) -> Outcome {
    match answers.get("overall").and_then(Answer::word) {
        Some(word) if tool.judgements.contains_key(word) => Outcome::Judged {
            judgement: word.to_owned(),
        },
        _ => Outcome::Incomplete {
            missing: vec!["overall".to_owned()],
        },
    }
}
