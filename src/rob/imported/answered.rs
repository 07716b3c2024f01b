//! The answers to signalling questions that the sheet of results of the RoB 2 workbook holds beside its judgements.

use super::super::answer::{Answer, Answers};
use super::super::as_written::read_answer;
use super::super::tool::Tool;
use super::columns::Fitting;
use super::header::Header;
use crate::place::Place;
use crate::problem::Problems;

/// An answer as a file gives it beside a judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenAnswer {
    /// The question, by its key in the tool.
    pub question: String,
    /// The answer.
    pub answer: Answer,
    /// What the assessor noted on it; one note may stand for two questions.
    pub note: String,
    /// Where it stands.
    pub place: Place,
}

/// The answers of a row to the questions of one domain; an answer outside its set is told and left out.
pub(super) fn to_domain(
    tool: &Tool,
    domain: &str,
    header: &Header,
    row: &[(String, Place)],
    problems: &mut Problems,
) -> Vec<GivenAnswer> {
    let mut found = Vec::new();
    for (number, column) in &header.questions {
        let Some((written, place)) = row.get(*column).filter(|(text, _)| !text.is_empty()) else {
            continue;
        };
        let Some(key) = asked(tool, domain, number) else {
            continue;
        };
        match read_answer(tool, &[domain], key, written, place) {
            Ok((question, answer)) => {
                let note = header.note_on(number).and_then(|at| row.get(at));
                found.push(GivenAnswer {
                    question,
                    answer,
                    note: note.map(|(text, _)| text.clone()).unwrap_or_default(),
                    place: place.clone(),
                });
            }
            Err(problem) => problems.push(problem),
        }
    }
    found
}

/// The question of a domain that is printed with this number.
fn asked<'a>(tool: &'a Tool, domain: &str, number: &str) -> Option<&'a str> {
    let questions = tool.domains.get(domain)?.all_questions().into_iter();
    let mut keys = questions.filter_map(|key| tool.questions.get_key_value(key));
    keys.find(|(key, question)| question.number.as_deref().unwrap_or(key.as_str()) == number)
        .map(|(key, _)| key.as_str())
}

/// Columns of questions that no domain of the variant asks, such as 2.7 where the effect of adhering is meant: number and column.
pub(super) fn unasked<'a>(
    tool: &'a Tool,
    fit: &'a Fitting,
    header: &'a Header,
) -> impl Iterator<Item = &'a (String, usize)> {
    let asks = |number: &str| {
        let mut domains = fit.domains.iter().flatten();
        domains.any(|domain| asked(tool, domain, number).is_some())
    };
    let questions = header.questions.iter();
    questions.filter(move |(number, _)| !asks(number))
}

/// As the paths of a tool read them.
pub(in super::super) fn by_question(given: &[GivenAnswer]) -> Answers {
    given
        .iter()
        .map(|given| (given.question.clone(), given.answer.clone()))
        .collect()
}
