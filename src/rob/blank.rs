//! The form of one assessor before it is filled in: a row a result and question, with the answers that the question allows.

use super::tool::{Domain, Graph, Question, Tool, Unit};
use crate::table::{Blank, BlankColumn, BlankRow, Choices};

/// What is judged: a study, and the result of it; no result for tools that judge a study.
pub type Judged = (String, String);

/// The sheet of a workbook that holds answers.
pub const SHEET: &str = "answers";

/// What belongs in each column: name, width, text.
const COLUMNS: [(&str, u8, &str); 12] = [
    ("study", 18, "Id of the study, as screening gave it."),
    (
        "result",
        22,
        "The result judged: the outcome it belongs to. Empty for tools that judge a study as a whole.",
    ),
    ("tool", 10, "The tool; one tool has one set of questions."),
    (
        "variant",
        20,
        "Form of the tool, by design and by the effect of interest. One result has one variant.",
    ),
    (
        "domain",
        26,
        "The domain that the question belongs to; for reading only.",
    ),
    (
        "question",
        9,
        "Key of the question; it tells the program what is answered.",
    ),
    (
        "asks",
        60,
        "The question in short words of this program; read the tool's guidance before answering. For reading only.",
    ),
    (
        "answer",
        16,
        "One of the listed answers. Leave it empty where the answers before make the question void, or write NA.",
    ),
    (
        "source",
        22,
        "Where in the paper the answer rests: Methods, page 4.",
    ),
    ("quote", 40, "The paper's own words."),
    (
        "at",
        22,
        "Day, or day and time, of the answer: 2026-03-04. Needed wherever there is an answer.",
    ),
    ("note", 30, "Anything else."),
];

/// The form for these results; `variant` is one of the tool's, or empty where it has none.
///
/// The rows of a result follow the order of the tool: questions before any domain, then each domain. A judgement that people
/// enter themselves is a row of its own behind the domain's questions.
pub fn blank_form(tool: &Tool, name: &str, variant: &str, judged: &[Judged]) -> Blank {
    let questions = questions(tool, variant);
    let rows = judged.iter().flat_map(|(study, result)| {
        questions.iter().map(move |asked| BlankRow {
            cells: vec![
                study.clone(),
                result.clone(),
                name.to_owned(),
                variant.to_owned(),
                asked.domain.clone(),
                asked.key.clone(),
                asked.asks.clone(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ],
            choices: asked.answers.clone(),
        })
    });
    let unit = match tool.unit {
        Unit::Result => "result",
        Unit::Study => "study",
    };
    Blank {
        name: SHEET.to_owned(),
        about: format!(
            "One row a {unit} and question of {}. One file an assessor: the name of the file is the name of the assessor. Rows without an answer are not read.",
            tool.title
        ),
        columns: COLUMNS.into_iter().map(described).collect(),
        rows: rows.collect(),
    }
}

fn described((name, width, about): (&str, u8, &str)) -> BlankColumn {
    BlankColumn {
        name: name.to_owned(),
        about: about.to_owned(),
        choices: if name == "answer" {
            Choices::ByRow
        } else {
            Choices::Any
        },
        number: false,
        width,
    }
}

/// The answers of a tool in words, for the person who fills in the form: word and meaning.
pub fn answer_words(tool: &Tool) -> Vec<(String, String)> {
    let words = tool.answer_words.iter();
    let words = words.map(|(word, meaning)| (word.clone(), meaning.clone()));
    let judgements = tool.judgements.iter();
    let entered = tool.domains.values().any(|domain| domain.entered);
    let judgements = judgements
        .filter(|_| entered)
        .map(|(word, judgement)| (word.clone(), judgement.label.clone()));
    words.chain(judgements).collect()
}

/// One question as the form has it.
struct Asked {
    domain: String,
    key: String,
    asks: String,
    answers: Vec<String>,
}

fn questions(tool: &Tool, variant: &str) -> Vec<Asked> {
    let mut asked = Vec::new();
    let mut add = |domain: &str, key: &str| {
        if let Some(question) = tool.questions.get(key) {
            asked.push(of_question(tool, domain, key, question));
        }
    };
    for key in tool.preliminary.iter().flat_map(graph_questions) {
        add("Before any domain", key);
    }
    let own = tool.domains_of(Some(variant)).unwrap_or_default();
    let described = tool.domains.iter();
    let described = described
        .filter(|(_, domain)| domain.described)
        .map(|(name, _)| name.as_str());
    let mut entered = Vec::new();
    for name in own.into_iter().chain(described) {
        let Some(domain) = tool.domains.get(name) else {
            continue;
        };
        let title = title(name, domain);
        let mut keys = domain.all_questions();
        // Paths look at questions in their own order; people answer in that of the form.
        keys.sort_by_key(|key| tool.questions.get_index_of(*key));
        for key in keys {
            add(&title, key);
        }
        if domain.entered {
            entered.push((name, title));
        }
    }
    for (name, title) in entered {
        let after = asked.iter().rposition(|row| row.domain == title);
        let row = judgement(tool, name, &title);
        asked.insert(after.map_or(asked.len(), |after| after + 1), row);
    }
    if tool.overall.rule == super::tool::OverallRule::Entered {
        asked.push(judgement(tool, "overall", "Overall"));
    }
    asked
}

fn title(name: &str, domain: &Domain) -> String {
    if domain.title.starts_with(name) {
        domain.title.clone()
    } else {
        format!("{name} {}", domain.title)
    }
}

fn of_question(tool: &Tool, domain: &str, key: &str, question: &Question) -> Asked {
    let number = tool.number_of(key);
    let mut asks = if number == key {
        question.ask.clone()
    } else {
        format!("({number}) {}", question.ask)
    };
    if !question.choices.is_empty() {
        let choices = question.choices.iter();
        let choices: Vec<String> = choices
            .map(|(key, says)| format!("{key}: {says}"))
            .collect();
        asks = format!("{asks} [{}]", choices.join("; "));
    }
    let mut answers: Vec<String> = Vec::new();
    if !question.several {
        let allowed = tool.answers_of(question).into_iter();
        answers.extend(allowed.map(str::to_owned));
        if !question.always && !answers.iter().any(|answer| answer == "NA") {
            answers.push("NA".to_owned());
        }
    }
    Asked {
        domain: domain.to_owned(),
        key: key.to_owned(),
        asks,
        answers,
    }
}

/// The row of a judgement that the assessor enters.
fn judgement(tool: &Tool, key: &str, title: &str) -> Asked {
    Asked {
        domain: title.to_owned(),
        key: key.to_owned(),
        asks: "Your judgement, from the answers above.".to_owned(),
        answers: tool.judgements.keys().cloned().collect(),
    }
}

fn graph_questions(graph: &Graph) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for question in graph.steps.values().flat_map(|step| &step.ask) {
        if !found.contains(&question.as_str()) {
            found.push(question);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rob::AssessmentFile;
    use crate::rob::assessed::Input;
    use crate::rob::{answers, assessment, shipped};
    use std::collections::BTreeMap;

    fn form(name: &str, variant: &str) -> (Tool, Blank) {
        let tool = shipped::tool(name).expect("shipped");
        let judged = [("a".to_owned(), "sleep".to_owned())];
        let form = blank_form(&tool, name, variant, &judged);
        (tool, form)
    }

    /// Every shipped tool with each of its variants.
    fn all() -> Vec<(&'static str, String)> {
        let tools = shipped::names().into_iter();
        tools
            .flat_map(|name| {
                let tool = shipped::tool(name).expect("shipped");
                let variants: Vec<String> = tool.variants.keys().cloned().collect();
                let variants = if variants.is_empty() {
                    vec![String::new()]
                } else {
                    variants
                };
                variants.into_iter().map(move |variant| (name, variant))
            })
            .collect()
    }

    #[test]
    fn a_blank_form_of_any_tool_reads_as_nothing_said() {
        for (name, variant) in all() {
            let (_, form) = form(name, &variant);
            let (rows, problems) = answers::read(&AssessmentFile::of("data/anna.csv", &form.csv()));
            assert!(
                rows.is_empty() && problems.is_empty(),
                "{name}: {problems:?}"
            );
            assert!(form.rows.len() > 4, "{name} {variant}");
        }
    }

    #[test]
    fn every_listed_answer_of_any_tool_is_one_that_is_read() {
        for (name, variant) in all() {
            let (tool, blank) = form(name, &variant);
            for pick in 0..8 {
                let mut filled = blank.clone();
                for row in &mut filled.rows {
                    let last = row.choices.len().saturating_sub(1);
                    row.cells[7] = row.choices.get(pick.min(last)).cloned().unwrap_or_default();
                    row.cells[10] = "2026-03-04".to_owned();
                }
                let (rows, problems) =
                    answers::read(&AssessmentFile::of("data/anna.csv", &filled.csv()));
                assert!(problems.is_empty(), "{name}: {problems:?}");
                let tools = BTreeMap::from([(name.to_owned(), tool.clone())]);
                let (found, problems) = assessment::assess(Input {
                    tools: &tools,
                    options: &BTreeMap::new(),
                    answers: &rows,
                    adjudications: &[],
                    overrides: &[],
                    imported: &[],
                    studies: &[],
                    extracted: None,
                    assessors: 1,
                });
                let wrong: Vec<String> = problems
                    .iter()
                    .filter(|problem| problem.severity == crate::problem::Severity::Error)
                    .map(ToString::to_string)
                    .collect();
                assert!(wrong.is_empty(), "{name} {variant}: {wrong:?}");
                assert_eq!(found.overall.len(), 1, "{name} {variant}");
            }
        }
    }

    #[test]
    fn a_judgement_that_people_enter_stands_below_the_questions_it_rests_on() {
        let (_, form) = form("robins-i", "assignment");
        let keys: Vec<&str> = form.rows.iter().map(|row| row.cells[5].as_str()).collect();
        let at = keys.iter().position(|key| *key == "D1").expect("a row");
        assert_eq!(keys[at - 1], "1.8");
        assert!(form.rows[at].choices.contains(&"serious".to_owned()));
    }
}
