//! Scenarios of assessment: who answered what, and what follows.

use super::assessed::{Input, JudgementRow, Standing};
use super::*;
use crate::problem::Problems;
use crate::rob::AssessmentFile;
use crate::table::TableFile;
use std::collections::BTreeMap;

struct Case {
    answers: Vec<AnswerRow>,
    adjudications: Vec<Adjudication>,
    overrides: Vec<Override>,
}

/// Two assessors on EPHPP component questions, each row `question,answer`.
fn case(a: &[&str], b: &[&str]) -> Case {
    let read = |name: &str, rows: &[&str]| {
        let rows: Vec<String> = rows
            .iter()
            .map(|row| format!("huang-2020,ephpp,{row},2026-03-01"))
            .collect();
        let text = format!("study,tool,question,answer,at\n{}\n", rows.join("\n"));
        let (rows, problems) = answers::read(&AssessmentFile::of(name, text.as_bytes()));
        assert!(problems.is_empty(), "{problems:?}");
        rows
    };
    let mut answers = read("a.csv", a);
    answers.extend(read("b.csv", b));
    Case {
        answers,
        adjudications: Vec::new(),
        overrides: Vec::new(),
    }
}

fn run(case: &Case) -> (Assessed, Problems) {
    let tools = BTreeMap::from([(
        "ephpp".to_owned(),
        shipped::tool("ephpp").expect("a shipped tool"),
    )]);
    assess(Input {
        tools: &tools,
        options: &BTreeMap::new(),
        answers: &case.answers,
        adjudications: &case.adjudications,
        overrides: &case.overrides,
        imported: &[],
        studies: &[],
        extracted: None,
        assessors: 2,
    })
}

fn row<'a>(found: &'a Assessed, domain: &str) -> &'a JudgementRow {
    found
        .judgements
        .iter()
        .chain(&found.overall)
        .find(|row| row.domain == domain)
        .expect("a row")
}

const FULL: [&str; 11] = [
    "A.Q1,1", "A.Q2,1", "B.Q1,1", "C.Q1,2", "D.Q1,2", "D.Q2,2", "E.Q1,1", "E.Q2,1", "F.Q1,1",
    "F.Q2,1", "G.Q1,1",
];

#[test]
fn two_who_agree_need_nobody_else() {
    let (found, problems) = run(&case(&FULL, &FULL));
    assert!(
        problems.is_empty() && found.open.is_empty(),
        "{problems:?} {:?}",
        found.open
    );
    assert_eq!(row(&found, "overall").judgement.as_deref(), Some("strong"));
    assert!(
        found
            .agreement
            .iter()
            .all(|pair| (pair.po - 1.0).abs() < 1e-12)
    );
}

#[test]
fn a_difference_is_open_until_settled() {
    let mut other = FULL;
    other[4] = "D.Q1,1";
    other[5] = "D.Q2,1";
    let mut case = case(&FULL, &other);
    let (found, problems) = run(&case);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(row(&found, "D").standing, Standing::Conflict);
    assert_eq!(row(&found, "overall").judgement, None);
    let text = "study,tool,question,answer,reason,by,at\nhuang-2020,ephpp,D.Q1,2,read again,c,2026-03-05\nhuang-2020,ephpp,D.Q2,yes,read again,c,2026-03-05\n";
    case.adjudications =
        decisions::read_adjudications(&TableFile::of("adjudication.csv", text.as_bytes())).0;
    let (found, _) = run(&case);
    assert_eq!(row(&found, "D").judgement.as_deref(), Some("moderate"));
    assert!(found.open.is_empty(), "{:?}", found.open);
}

#[test]
fn different_answers_with_one_judgement_are_judged() {
    let mut other = FULL;
    other[2] = "B.Q1,2";
    let (found, _) = run(&case(&FULL, &other));
    assert_eq!(row(&found, "B").judgement.as_deref(), Some("strong"));
}

#[test]
fn an_override_keeps_the_algorithm_beside_it_and_goes_stale_with_new_answers() {
    let mut case = case(&FULL, &FULL);
    let text = "study,tool,domain,judgement,reason,by,at\nhuang-2020,ephpp,D,Weak,self-report,c,2026-03-02\n";
    case.overrides = decisions::read_overrides(&TableFile::of("overrides.csv", text.as_bytes())).0;
    let (found, _) = run(&case);
    let blinding = row(&found, "D");
    assert_eq!(
        (blinding.algorithm.as_deref(), blinding.judgement.as_deref()),
        (Some("strong"), Some("weak"))
    );
    assert_eq!(blinding.standing, Standing::Overridden);
    assert_eq!(
        row(&found, "overall").judgement.as_deref(),
        Some("moderate")
    );
    let later = "study,tool,question,answer,at\nhuang-2020,ephpp,D.Q1,3,2026-03-09\n";
    case.answers
        .extend(answers::read(&AssessmentFile::of("a.csv", later.as_bytes())).0);
    let (found, problems) = run(&case);
    assert_eq!(row(&found, "D").standing, Standing::Stale);
    assert_eq!(problems.0[0].code, "rob::stale-override");
}

#[test]
fn wrong_answers_questions_and_studies_are_told_at_their_cells() {
    let text = "study,tool,question,answer,at\nx,ephpp,A.Q1,9,2026-03-01\nx,ephpp,A.Q9,1,2026-03-01\nx,epphp,A.Q1,1,2026-03-01\nx,ephpp,A.Q2,,\n";
    let (rows, problems) = answers::read(&AssessmentFile::of("a.csv", text.as_bytes()));
    assert!(
        problems.is_empty(),
        "a blank answer is a form not filled in yet"
    );
    let (_, problems) = run(&Case {
        answers: rows,
        adjudications: Vec::new(),
        overrides: Vec::new(),
    });
    let told: Vec<String> = problems
        .iter()
        .map(|problem| problem.title.clone())
        .collect();
    assert_eq!(
        told,
        [
            "`9` is no value of `answer to A.Q1`",
            "`A.Q9` is no value of `question`",
            "`epphp` is no value of `tool`"
        ]
    );
}

/// Two assessors on one result with RoB 2, who agree.
fn rob2_answers(answers: &[(&str, &str)]) -> Vec<AnswerRow> {
    let rows: Vec<String> = answers
        .iter()
        .map(|(question, answer)| {
            format!("t,ee,parallel-assignment,rob2,{question},{answer},2026-03-01")
        })
        .collect();
    let text = format!(
        "study,result,variant,tool,question,answer,at\n{}\n",
        rows.join("\n")
    );
    let both = ["a.csv", "b.csv"].map(|name| {
        let (rows, problems) = answers::read(&AssessmentFile::of(name, text.as_bytes()));
        assert!(problems.is_empty(), "{problems:?}");
        rows
    });
    both.concat()
}

#[test]
fn only_an_answer_to_a_question_that_the_form_asks_on_a_path_is_told_when_the_path_passes_it_by() {
    let tools = BTreeMap::from([(
        "rob2".to_owned(),
        shipped::tool("rob2").expect("a shipped tool"),
    )]);
    let answers = rob2_answers(&[
        ("1.1", "NI"),
        ("1.2", "N"),
        ("1.3", "N"),
        ("3.1", "Y"),
        ("3.2", "N"),
    ]);
    let (_, problems) = assess(Input {
        tools: &tools,
        options: &BTreeMap::new(),
        answers: &answers,
        adjudications: &[],
        overrides: &[],
        imported: &[],
        studies: &[],
        extracted: None,
        assessors: 2,
    });
    let told: Vec<&str> = problems
        .iter()
        .filter(|problem| problem.code == "rob::not-reached")
        .map(|problem| problem.title.as_str())
        .collect();
    assert_eq!(
        told,
        ["3.2 is answered for `t` `ee`, but the path of D3 does not reach it"]
    );
}

#[test]
fn an_override_without_reason_does_not_count() {
    let text = "study,tool,domain,judgement,reason,by,at\nhuang-2020,ephpp,D,weak,,c,2026-03-02\n";
    let (rows, problems) =
        decisions::read_overrides(&TableFile::of("overrides.csv", text.as_bytes()));
    assert!(rows.is_empty());
    assert_eq!(problems.0[0].code, "rob::override-without-reason");
}
