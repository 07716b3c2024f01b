use super::reading::plain;
use super::*;

fn studies() -> Vec<Citable> {
    let named = ["Adams 2011", "Baker 2014", "Cole 2015"];
    let mut all = named.map(|label| (plain(label), label.to_owned())).to_vec();
    all.push(("cole-2015b".to_owned(), "Cole 2015".to_owned()));
    all
}

fn found(file: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let file = AssessmentFile::of(file, text.as_bytes());
    assert!(file.is_judgements());
    let outcomes = [("sleep", "Sleep quality"), ("falls", "Falls")];
    let outcomes = outcomes.map(|(id, name)| (id.to_owned(), name.to_owned()));
    let subjects = Subjects {
        studies: &studies(),
        outcomes: &outcomes,
    };
    let (found, problems) = read(&file, &BTreeMap::new(), subjects);
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
    data/robvis-rob2.csv:2:1: warning[rob::imported-variant]: nothing says of which variant of rob2 the judgements are; parallel-assignment is taken (name it in a column `variant`: parallel-assignment, parallel-adherence)
    data/robvis-rob2.csv:3:1: error[rob::unknown-study]: no included study is called `Bakker 2014` (did you mean `Baker 2014`?)
    data/robvis-rob2.csv:4:12: error[table::unknown-value]: `Lo` is no value of `judgement` (did you mean `Low`? Allowed are: Low, Some concerns, High)
    ");
}

/// The header of the sheet `Results`, as programs that read the workbook's versions 8 name it (docs/forms.md).
const RESULTS: &str = "Unique ID,Study ID,Assessor,Experimental,Comparator,Outcome,Weight,Aim,1.1,Note for 1.1&1.2,1.0 Algorithm result,1.0 Assessor's Judgement,2.0 Algorithm result,2.0 Assessor's Judgement,3.0 Assessor's judgement,4.0 Assessor's Judgement,5.0 Assessor\u{2019}s Judgement,Algorithm's overall Judgement,Assessor's overall Judgement";

#[test]
fn the_results_of_the_rob_2_workbook_give_what_the_assessor_judged_and_the_effect_aimed_at() {
    let text = format!(
        ",Basic information,,,,,,,Domain 1,,,,,,,,,,\n{RESULTS}\n1,Adams 2011,kim,walk,usual,sleep,1,adhering to intervention (the 'per-protocol' effect),Y,drawn by lot,Low,Some concerns,High,Low,Low,Low,Low,Low,Some concerns\n"
    );
    let (rows, problems) = found("data/results.csv", &text);
    assert_eq!(problems, [""; 0]);
    let shown: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.split_once(" by kim "))
        .map(|(row, _)| row)
        .collect();
    assert_eq!(
        shown,
        [
            "adams-2011 sleep rob2 D1=some_concerns",
            "adams-2011 sleep rob2 D2b=low",
            "adams-2011 sleep rob2 D3=low",
            "adams-2011 sleep rob2 D4=low",
            "adams-2011 sleep rob2 D5=low",
            "adams-2011 sleep rob2 overall=some_concerns",
        ]
    );
}

#[test]
fn the_answers_of_the_rob_2_workbook_give_the_path_and_what_it_does_not_lead_to_is_told() {
    use crate::rob::assessed::Input;
    let text = "Unique ID,Study ID,Assessor,Outcome,Aim,Stratum,1.1,1.2,1.3,Note for 1.1&1.2,1.0 Assessor's Judgement,2.1,2.2,2.6,2.7,2.0 Assessor's Judgement,3.1,3.0 Assessor's judgement,4.0 Assessor's Judgement,5.0 Assessor's Judgement,Assessor's overall Judgement\n\
        1,Adams 2011,kim,sleep,adhering to intervention (the 'per-protocol' effect),x,PY,Y,N,drawn by lot,Low,N,N,,Y,Low,Y,Some concerns,Low,Low,Some concerns\n";
    let file = AssessmentFile::of("data/results.csv", text.as_bytes());
    let subjects = Subjects {
        studies: &studies(),
        outcomes: &[],
    };
    let (imported, problems) = read(&file, &BTreeMap::new(), subjects);
    let codes: Vec<&str> = problems.iter().map(|problem| &*problem.code).collect();
    assert_eq!(codes, ["rob::imported-column", "rob::imported-not-asked"]);
    let first = &imported[0].answers;
    let given: Vec<String> = first
        .iter()
        .map(|given| format!("{}={} ({})", given.question, given.answer, given.note))
        .collect();
    assert_eq!(
        given,
        ["1.1=PY (drawn by lot)", "1.2=Y (drawn by lot)", "1.3=N ()"]
    );
    let (assessed, told) = crate::rob::assessment::assess(Input {
        tools: &BTreeMap::from([(
            "rob2".to_owned(),
            crate::rob::shipped::tool("rob2").expect("it is shipped"),
        )]),
        options: &BTreeMap::new(),
        answers: &[],
        adjudications: &[],
        overrides: &[],
        imported: &imported,
        studies: &[],
        extracted: None,
        assessors: 2,
    });
    let shown: Vec<String> = assessed
        .judgements
        .iter()
        .map(|row| {
            let judgement = row.judgement.as_deref().unwrap_or("none");
            format!("{} {judgement}: {}", row.domain, row.path)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "D1 low: 1.2=Y → 1.1=PY → 1.3=N → low",
            "D2b low: missing 2b.4, 2b.5",
            "D3 some_concerns: 3.1=Y → low",
            "D4 low: ",
            "D5 low: ",
        ]
    );
    let codes: Vec<&str> = told.iter().map(|problem| &*problem.code).collect();
    assert_eq!(
        codes,
        ["rob::imported-incomplete", "rob::imported-otherwise"]
    );
}

#[test]
fn the_summary_of_the_rob_2_workbook_spells_the_third_title_as_the_workbook_does() {
    let (rows, problems) = found(
        "data/results.csv",
        "Unique ID,Study ID,Assessor,Experimental,Comparator,Outcome,Aim,Weight,Randomization process,Deviations from intended interventions,Mising outcome data,Measurement of the outcome,Selection of the reported result,Overall Bias\n1,Adams 2011,kim,walk,usual,sleep,assignment to intervention (the 'intention-to-treat' effect),1,Low,Low,Low,Some concerns,Low,Some concerns\n",
    );
    assert_eq!(problems, [""; 0]);
    assert_eq!(rows.len(), 6);
    assert!(
        rows[1].contains(" D2a=low ")
            && rows[3].starts_with("adams-2011 sleep rob2 D4=some_concerns by kim "),
        "{rows:#?}"
    );
}

#[test]
fn the_columns_of_robvis_for_cluster_trials_are_those_of_their_variant() {
    let (rows, problems) = found(
        "data/rob2.csv",
        "Study,D1,D1b,D2,D3,D4,D5,Overall\nAdams 2011,Low,Not applicable,High,Low,Low,Low,High\n",
    );
    assert_eq!(problems, [""; 0]);
    let domains: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.split(' ').nth(3))
        .collect();
    assert_eq!(
        domains,
        [
            "D1=low",
            "D1b=not_applicable",
            "D2c=high",
            "D3c=low",
            "D4c=low",
            "D5=low",
            "overall=high"
        ],
        "{rows:#?}"
    );
}

#[test]
fn two_columns_of_one_domain_leave_the_table_out() {
    let text = "Study,D1,D2,D3,D4,D5,D1,Overall\nAdams 2011,Low,Low,Low,Low,Low,High,High\n";
    let file = AssessmentFile::of("rob2.csv", text.as_bytes());
    let told: Vec<String> = file.faults().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "rob2.csv:1:22: error[table::duplicate-column]: two columns are read as `D1`, and the table is left out"
        ]
    );
    assert_eq!(found("rob2.csv", text).0, [""; 0]);
    let noted = "Study,Domain 1 note,Domain 1 judgement,Domain 2,Domain 3,Domain 4,Domain 5,Overall\nAdams 2011,by lot,High,Low,Low,Low,Low,High\n";
    let (rows, _) = found("rob2.csv", noted);
    assert!(rows[0].contains(" D1=high "), "{rows:#?}");
}

#[test]
fn a_variant_that_nothing_says_is_told() {
    let plain = "Study,variant,D1,D2,D3,D4,D5,Overall\nAdams 2011,,Low,Low,Low,Low,Low,Low\nBaker 2014,,Low,Low,Low,Low,Low,Low\n";
    let (rows, problems) = found("rob2.csv", plain);
    assert_eq!(rows.len(), 12);
    insta::assert_snapshot!(problems.join("\n"), @"rob2.csv:2:1: warning[rob::imported-variant]: nothing says of which variant of rob2 the judgements are; parallel-assignment is taken (name it in a column `variant`: parallel-assignment, parallel-adherence)");
    let named = plain
        .replace("1,,", "1,parallel-adherence,")
        .replace("4,,", "4,parallel-adherence,");
    let (rows, problems) = found("rob2.csv", &named);
    assert_eq!(problems, [""; 0]);
    assert!(rows[1].contains(" D2b=low "), "{rows:#?}");
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
    data/rob2.csv:2:1: warning[rob::imported-variant]: nothing says of which variant of rob2 the judgements are; parallel-assignment is taken (name it in a column `variant`: parallel-assignment, parallel-adherence)
    data/rob2.csv:3:1: error[rob::unknown-result]: no outcome of the protocol is called `slep` (did you mean `sleep`?)
    data/rob2.csv:4:1: error[rob::ambiguous-study]: 2 studies are called `Cole 2015` (write the id of the one meant: cole-2015, cole-2015b)
    ");
}

#[test]
fn an_open_quote_and_bytes_of_another_encoding_are_told() {
    let text = b"Study,D1,D2,D3,D4,D5,Overall,Weight\nAd\xe4ms 2011,Low,Low,Low,Low,Low,Low,\"1\n";
    let found = AssessmentFile::of("rob2.csv", text).faults();
    let codes: Vec<&str> = found.iter().map(|problem| &*problem.code).collect();
    assert_eq!(codes, ["table::not-utf8", "table::open-quote"]);
}

#[test]
fn answers_are_no_judgements() {
    let is_judgements = |text: &str| AssessmentFile::of("a.csv", text.as_bytes()).is_judgements();
    assert!(!is_judgements("study,tool,question,answer,at\n"));
    assert!(!is_judgements(
        "study,result,tool,domain,judgement,reason,by,at\n"
    ));
}

/// The sheet of results of the RoB 2 workbook, with the others that it draws, and a day where a judgement belongs.
fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let header: Vec<&str> = RESULTS.split(',').collect();
    let judged = [
        "1",
        "Adams 2011",
        "kim",
        "walk",
        "usual",
        "sleep",
        "1",
        "",
        "Y",
        "",
        "Low",
        "Low",
    ];
    {
        let sheet = book.add_worksheet().set_name("Results").expect("a name");
        sheet.write(0, 8, "Domain 1").expect("a cell");
        for (column, name) in (0u16..).zip(&header) {
            sheet.write(1, column, *name).expect("a cell");
        }
        for (column, cell) in (0u16..).zip(judged) {
            sheet.write(2, column, cell).expect("a cell");
        }
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 5, 1).expect("a day");
        let format = rust_xlsxwriter::Format::new().set_num_format("d mmm");
        sheet
            .write_with_format(2, 13, &day, &format)
            .expect("a cell");
        sheet.write(2, 18, "Some concerns").expect("a cell");
    }
    let summary = "Study ID,Outcome,Randomization process,Deviations,Mising outcome data,Measurement,Selection,Overall Bias";
    let sheet = book.add_worksheet().set_name("Summary").expect("a name");
    for (column, name) in (0u16..).zip(summary.split(',')) {
        sheet.write(0, column, name).expect("a cell");
        sheet
            .write(
                1,
                column,
                if name == "Study ID" {
                    "Adams 2011"
                } else {
                    "High"
                },
            )
            .expect("a cell");
    }
    let sheet = book
        .add_worksheet()
        .set_name("Figure (ITT)")
        .expect("a name");
    sheet.write(0, 0, "D1").expect("a cell");
    let sheet = book
        .add_worksheet()
        .set_name("Check")
        .expect("a name")
        .set_hidden(true);
    for (column, name) in (0u16..).zip(&header) {
        sheet.write(0, column, *name).expect("a cell");
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn of_the_rob_2_workbook_the_results_are_read_and_what_it_draws_from_them_is_not() {
    let file = AssessmentFile::of("data/anna.xlsm", &workbook());
    assert!(file.is_judgements() && file.strange_sheets().is_empty());
    let told: Vec<String> = file.faults().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    data/anna.xlsm!Results!N3: error[table::spreadsheet-date]: `2.0 Assessor's Judgement` is the day 2026-05-01, which the spreadsheet made of what was typed; the cell counts as empty until then
    data/anna.xlsm!Check!A1: note[table::hidden-sheet]: the sheet `Check` is hidden, and is read
    ");
    let subjects = Subjects {
        studies: &studies(),
        outcomes: &[],
    };
    let (rows, _) = read(&file, &BTreeMap::new(), subjects);
    let shown: Vec<String> = rows
        .iter()
        .map(|row| format!("{}={} {}", row.domain, row.judgement, row.place))
        .collect();
    assert_eq!(
        shown,
        [
            "D1=low data/anna.xlsm!Results!L3",
            "overall=some_concerns data/anna.xlsm!Results!S3"
        ]
    );
}

#[test]
fn a_row_of_the_workbook_without_a_result_is_told_and_one_with_it_behind_a_colon_is_not() {
    let header = RESULTS.replace(",Outcome,", ",");
    let judged = "walk,usual,1,assignment to intervention (the 'intention-to-treat' effect),Y,,Low,Low,Low,Low,Low,Low,Low,Low,Low";
    let told = |studies: &[&str]| {
        let rows = studies
            .iter()
            .map(|study| format!("1,{study},kim,{judged}\n"));
        let text: String = rows.collect();
        let (_, told) = found("data/results.csv", &format!("{header}\n{text}"));
        let told = told.into_iter();
        told.filter(|problem| problem.contains("rob::imported-result"))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&["Adams 2011: sleep", "Baker 2014: Falls"]), [""; 0]);
    let problems = told(&["Adams 2011: sleep", "Adams 2011", "Baker 2014"]);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(
        problems[0].starts_with("data/results.csv:3:3: warning[rob::imported-result]"),
        "{problems:#?}"
    );
}
