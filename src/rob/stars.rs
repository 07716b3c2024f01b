//! Stars: each ticked choice that earns one counts, up to the most a domain can have.

use super::answer::Answers;
use super::outcome::{DomainResult, Outcome};
use super::tool::{Domain, Tool};

/// Counts the stars of one domain; every question needs one answer, one that allows several may have none.
pub(super) fn domain(tool: &Tool, name: &str, domain: &Domain, answers: &Answers) -> DomainResult {
    let mut missing = Vec::new();
    let mut stars = 0;
    for key in &domain.questions {
        let (Some(question), answer) = (tool.questions.get(key), answers.get(key)) else {
            continue;
        };
        match answer {
            Some(answer) if answer.word() != Some("") => {
                let earned = |choice: &&String| answer.ticked().contains(&choice.as_str());
                stars += question.stars.iter().filter(earned).count();
            }
            _ if question.several => {}
            _ => missing.push(key.clone()),
        }
    }
    let stars = stars.min(domain.stars_at_most.unwrap_or(usize::MAX));
    let outcome = if missing.is_empty() {
        Outcome::Judged {
            judgement: stars.to_string(),
        }
    } else {
        Outcome::Incomplete { missing }
    };
    DomainResult {
        domain: name.to_owned(),
        stars: outcome.judgement().map(|_| stars),
        outcome,
        path: Vec::new(),
        not_reached: Vec::new(),
    }
}
