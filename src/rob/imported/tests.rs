use super::reading::plain;
use super::*;

fn studies() -> Vec<Citable> {
    let named = ["Adams 2011", "Baker 2014", "Cole 2015"];
    let mut all = named.map(|label| (plain(label), label.to_owned())).to_vec();
    all.push(("cole-2015b".to_owned(), "Cole 2015".to_owned()));
    all
}

fn found(file: &str, text: &str) -> (Vec<String>, Vec<String>) {
    assert!(is_judgements(file, text.as_bytes()));
    let outcomes = [("sleep", "Sleep quality"), ("falls", "Falls")];
    let outcomes = outcomes.map(|(id, name)| (id.to_owned(), name.to_owned()));
    let subjects = Subjects {
        studies: &studies(),
        outcomes: &outcomes,
    };
    let (found, problems) = read(file, text.as_bytes(), &BTreeMap::new(), subjects);
    let rows = found.iter().map(|row| {
        format!(
            "{} {} {} {}={} by {} {}",
            row.study, row.result, row.tool, row.domain, row.judgement, row.by, row.place
        )
    });
    let problems = problems.iter().map(|problem| {
        format!(
            "{problem} ({})",
            problem.help.as_deref().unwrap_or_default()
        )
    });
    (rows.collect(), problems.collect())
}

#[test]
fn a_robvis_table_gives_judgements_and_tells_what_is_none() {
    let (rows, problems) = found(
        "data/robvis-rob2.csv",
        "Study,D1,D2,D3,D4,D5,Overall,Weight\nAdams 2011: sleep,Low,l,+,Some concerns,High,High,1\nBakker 2014,Low,Low,Low,Low,Low,Low,1\nbaker-2014,Lo,Low,Low,Low,Low,Low,1\n",
    );
    assert_eq!(rows.len(), 6 + 5, "{rows:#?}");
    assert_eq!(
        rows[1],
        "adams-2011 sleep rob2 D2a=low by as given by the file data/robvis-rob2.csv:2:23"
    );
    assert_eq!(
        rows[5],
        "adams-2011 sleep rob2 overall=high by as given by the file data/robvis-rob2.csv:2:46"
    );
    insta::assert_snapshot!(problems.join("\n"), @"
    data/robvis-rob2.csv:3:1: error[rob::unknown-study]: no included study is called `Bakker 2014` (did you mean `Baker 2014`?)
    data/robvis-rob2.csv:4:12: error[table::unknown-value]: `Lo` is no value of `judgement` (did you mean `Low`? Allowed are: Low, Some concerns, High)
    ");
}

#[test]
fn the_results_of_the_rob_2_workbook_have_titles_outcomes_and_assessors() {
    let (rows, problems) = found(
        "data/results.csv",
        "Unique ID,Study ID,Assessor,Experimental,Comparator,Outcome,Weight,Randomization process,Deviations from intended interventions,Missing outcome data,Measurement of the outcome,Selection of the reported result,Overall Bias\n1,Adams 2011,kim,walk,usual,sleep,1,Low,Low,Low,Some concerns,Low,Some concerns\n",
    );
    assert_eq!(problems, [""; 0]);
    assert_eq!(rows.len(), 6);
    assert!(
        rows[3].starts_with("adams-2011 sleep rob2 D4=some_concerns by kim "),
        "{}",
        rows[3]
    );
}

#[test]
fn a_sign_that_tools_read_differently_is_no_judgement_and_overall_is_never_without_one() {
    let (rows, problems) = found(
        "data/robvis-rob2.csv",
        "Study,D1,D2,D3,D4,D5,Overall\nAdams 2011,+,X,-,!,NA,NA\n",
    );
    assert_eq!(rows.len(), 2, "{rows:#?}");
    assert!(
        rows[0].contains("D1=low") && rows[1].contains("D5=not_applicable"),
        "{rows:#?}"
    );
    let at: Vec<&str> = problems
        .iter()
        .filter_map(|problem| problem.split_once(": error[table::unknown-value]"))
        .map(|(place, _)| place)
        .collect();
    let at_each = [14, 16, 18, 23].map(|column| format!("data/robvis-rob2.csv:2:{column}"));
    assert_eq!(at, at_each, "{problems:#?}");
}

#[test]
fn a_table_of_no_known_tool_says_how_to_name_one() {
    let (rows, problems) = found(
        "data/all.csv",
        "Study,D1,D2,Overall\nAdams 2011,Low,Low,Low\n",
    );
    assert!(rows.is_empty());
    assert!(
        problems[0].contains("rob::imported-tool") && problems[0].contains("rob2-robvis.csv"),
        "{problems:?}"
    );
    let (_, problems) = found(
        "data/rob2.csv",
        "Study,D1,D2,Overall\nAdams 2011,Low,Low,Low\n",
    );
    assert!(
        problems[0].contains("rob2 has no variant of 2 domains"),
        "{problems:?}"
    );
}

#[test]
fn results_are_known_by_id_or_name_and_a_label_of_two_studies_names_neither() {
    let (rows, problems) = found(
        "data/rob2.csv",
        "Study,D1,D2,D3,D4,D5,Overall\nAdams 2011: Sleep Quality,Low,Low,Low,Low,Low,Low\nAdams 2011: slep,Low,Low,Low,Low,Low,Low\nCole 2015,Low,Low,Low,Low,Low,Low\nBaker 2014,Low,Low,Low,Low,Low,Low\n",
    );
    assert_eq!(rows.len(), 6 + 6, "{rows:#?}");
    assert!(
        rows[0].starts_with("adams-2011 sleep rob2 D1="),
        "{rows:#?}"
    );
    insta::assert_snapshot!(problems.join("\n"), @"
    data/rob2.csv:3:1: error[rob::unknown-result]: no outcome of the protocol is called `slep` (did you mean `sleep`?)
    data/rob2.csv:4:1: error[rob::ambiguous-study]: 2 studies are called `Cole 2015` (write the id of the one meant: cole-2015, cole-2015b)
    ");
}

#[test]
fn an_open_quote_and_bytes_of_another_encoding_are_told() {
    let text = b"Study,D1,D2,D3,D4,D5,Overall,Weight\nAd\xe4ms 2011,Low,Low,Low,Low,Low,Low,\"1\n";
    let found = faults("rob2.csv", text);
    let codes: Vec<&str> = found.iter().map(|problem| &*problem.code).collect();
    assert_eq!(codes, ["table::not-utf8", "table::open-quote"]);
}

#[test]
fn answers_are_no_judgements() {
    assert!(!is_judgements("a.csv", b"study,tool,question,answer,at\n"));
    assert!(!is_judgements(
        "a.csv",
        b"study,result,tool,domain,judgement,reason,by,at\n"
    ));
}
