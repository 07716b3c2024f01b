//! The report of the small review, and what templates and texts can do wrong.

use super::sample::{input, table};
use super::{Report, ReportInput, TextFile, write};
use crate::artefact::Address;
use crate::problem::Problems;

fn report(input: ReportInput) -> Report {
    write(input).unwrap_or_else(|problems| panic!("{}", listed(&problems)))
}

fn listed(problems: &Problems) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

fn file(path: &str, text: &str) -> TextFile {
    TextFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

fn with_template(name: &str, text: &str) -> ReportInput {
    let mut input = input();
    let path = format!("stages/report/templates/{name}");
    input.templates.insert(name.to_owned(), file(&path, text));
    input
}

#[test]
fn the_small_review_reads_as_it_should() {
    insta::assert_snapshot!(report(input()).markdown);
}

#[test]
fn every_number_stands_where_the_list_says() {
    let report = report(input());
    let lines: Vec<Vec<char>> = report
        .markdown
        .lines()
        .map(|line| line.chars().collect())
        .collect();
    assert!(report.numbers.numbers.len() > 100);
    for number in &report.numbers.numbers {
        let line = &lines[number.line as usize - 1];
        let at = number.column as usize - 1;
        let there: String = line[at..]
            .iter()
            .take(number.text.chars().count())
            .collect();
        assert_eq!(there, number.text, "{}", number.address);
    }
}

#[test]
fn every_traced_value_is_the_value_of_its_artefact() {
    let (report, input) = (report(input()), input());
    for number in &report.numbers.numbers {
        if !matches!(number.address, Address::File(_)) {
            assert_eq!(
                input.value(&number.address).as_ref(),
                Some(&number.value),
                "{}",
                number.address
            );
        }
    }
}
