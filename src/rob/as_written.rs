//! Answers and judgements as people write them, in the words of the tool or its own short ones.

use super::answer::Answer;
use super::tool::{NOT_APPLICABLE, Question, Tool};
use crate::place::Place;
use crate::problem::Problem;
use crate::table::unknown_value;

/// The judgement a person means by its name or its words.
pub(super) fn judgement_named(tool: &Tool, written: &str) -> Option<String> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
    let wanted = plain(written);
    let names = tool
        .judgements
        .iter()
        .map(|(name, found)| (name.as_str(), plain(&found.label)));
    let mut known = names.chain([(NOT_APPLICABLE, NOT_APPLICABLE.to_owned())]);
    known
        .find(|(name, label)| plain(name) == wanted || *label == wanted)
        .map(|(name, _)| name.to_owned())
}

/// An answer as people write it: a word of the set in any case, the word's meaning, or several ticked choices.
pub(super) fn read_answer(
    tool: &Tool,
    domains: &[&str],
    question: &str,
    written: &str,
    place: &Place,
) -> Result<(String, Answer), Problem> {
    let entered = tool
        .domains
        .get(question)
        .is_some_and(|domain| domain.entered)
        || question == "overall";
    if entered {
        let known: Vec<&str> = tool.judgements.keys().map(String::as_str).collect();
        return judgement_named(tool, written)
            .map(|found| (question.to_owned(), Answer::One(found)))
            .ok_or_else(|| unknown_value("answer", written, &known, place.clone()));
    }
    let Some((key, found)) = tool
        .question_key(question, domains)
        .and_then(|key| tool.questions.get_key_value(key))
    else {
        let known: Vec<&str> = tool.questions.keys().map(String::as_str).collect();
        return Err(unknown_value("question", question, &known, place.clone()));
    };
    let allowed = tool.answers_of(found);
    let one = |written: &str| answer_named(tool, found, written);
    let wrong = || {
        unknown_value(
            &format!("answer to {key}"),
            written,
            &allowed,
            place.clone(),
        )
    };
    if !found.several {
        return one(written)
            .map(|word| (key.clone(), Answer::One(word)))
            .ok_or_else(wrong);
    }
    let none = ["none", "-", "0"].contains(&written.trim().to_lowercase().as_str());
    let parts = written
        .split([' ', ';', ',', '+'])
        .filter(|part| !part.is_empty() && !none);
    let ticked: Option<Vec<String>> = parts.map(one).collect();
    ticked
        .map(|ticked| (key.clone(), Answer::Several(ticked)))
        .ok_or_else(wrong)
}

/// The answer a person means by a word of the set, in any case, or by the word's meaning.
fn answer_named(tool: &Tool, question: &Question, written: &str) -> Option<String> {
    let allowed = tool.answers_of(question);
    let same = |other: &str| other.eq_ignore_ascii_case(written.trim());
    let word = allowed
        .iter()
        .copied()
        .chain(["NA"])
        .find(|word| same(word));
    let meant = |word: &&&str| {
        question
            .choices
            .get(**word)
            .or_else(|| tool.answer_words.get(**word))
            .is_some_and(|said| same(said))
    };
    word.or_else(|| allowed.iter().find(meant).copied())
        .map(str::to_owned)
}
