//! The report of the small review, and what templates and texts can do wrong.

mod beside;
mod chinese;
mod citations;
mod doubts;
mod forest;
mod long_tables;
mod methods;
mod process;
mod regression;
mod statements;
mod within;

use super::sample::{input, table};
use super::{Report, ReportInput, TextFile, Words, write};
use crate::artefact::{Address, Rows};
use crate::problem::Problems;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

/// The small review with a further analysis: a pooled risk ratio, as its stages would hand it over.
fn with_a_ratio() -> ReportInput {
    let mut input = input();
    let mut add = |name: &str, row: &[(&str, &str)]| {
        let tables = &mut input.tables;
        let table = tables.iter_mut().find(|table| table.name == name);
        let table = table.expect("the small review has it");
        let sheet = Arc::make_mut(&mut table.sheet);
        let columns = sheet.columns.iter();
        let cell = |column: &String| row.iter().find(|(name, _)| name == column);
        let cells = columns.map(|column| cell(column).map_or("", |(_, value)| value));
        let one = Rows::of(sheet.columns.len(), std::iter::once(cells));
        sheet.rows.extend(&one);
    };
    let analysis = [("key", "falls"), ("analysis", "falls"), ("order", "5")];
    let with = |more: &[(&'static str, &'static str)]| [&analysis[..], more].concat();
    add(
        "analyses",
        &with(&[
            ("title", "Falls"),
            ("outcome", "stress"),
            ("role", "main"),
            ("body", "between"),
            ("measure", "RR"),
            ("level", "95"),
            ("status", "pooled"),
            ("k", "2"),
            ("n", "300"),
        ]),
    );
    let found = [
        ("estimate", "-0.715"),
        ("ci_lower", "-1.109"),
        ("ci_upper", "-0.32"),
        ("main", "true"),
        ("model", "random"),
        ("k", "2"),
    ];
    add("pooled", &with(&found));
    let told = [
        ("estimate", "0.4892"),
        ("ci_lower", "0.3299"),
        ("ci_upper", "0.7261"),
        ("measure", "RR"),
        ("k", "2"),
        ("n", "300"),
    ];
    add("summary", &with(&told));
    input
}

#[test]
fn the_summary_of_findings_tells_a_ratio_as_its_pooled_logarithm_is_told() {
    for words in ["en", "zh"] {
        let words = Arc::new(Words::of(words, &BTreeMap::new()).expect("built in"));
        let report = report(ReportInput {
            words,
            ..with_a_ratio()
        });
        let told = |table: &str, column: &str| -> BTreeSet<&str> {
            let end = format!("{table}#falls/{column}");
            let numbers = report.numbers.numbers.iter();
            numbers
                .filter(|number| number.address.to_string() == end)
                .map(|number| number.text.as_str())
                .collect()
        };
        for (column, text) in [
            ("estimate", "0.49"),
            ("ci_lower", "0.33"),
            ("ci_upper", "0.73"),
        ] {
            assert_eq!(told("grade/summary", column), BTreeSet::from([text]));
            assert_eq!(told("pool/pooled", column), BTreeSet::from([text]));
        }
        let odd = report.numbers.numbers.iter();
        let odd: Vec<_> = odd.filter(|number| !super::is_read_as(number)).collect();
        assert!(odd.is_empty(), "the audit reads what is printed: {odd:?}");
    }
}

/// The last cell of an item in the checklist.
fn status_of(report: &Report, item: &str) -> String {
    let begin = format!("| {item} |");
    let line = report
        .markdown
        .lines()
        .find(|line| line.starts_with(&begin));
    let cells = line.expect("an item").trim_end_matches(" |").rsplit("| ");
    cells.into_iter().next().unwrap_or_default().to_owned()
}

#[test]
fn an_item_of_the_checklist_is_filled_by_whatever_the_report_prints_for_it() {
    let mut input = input();
    input.protocol.value = serde_json::json!({
        "title": "Walks",
        "question": { "population": { "text": "physicians" } },
        "eligibility": { "exclusion_reasons": { "ordered": [{ "code": "x", "text": "no trial" }] } },
        "amendments": [{ "id": "a1", "date": "2026-07-01", "by": "us", "field": "f", "from": "a", "to": "b", "reason": "c" }],
    });
    input
        .tables
        .retain(|table| !matches!(table.name.as_str(), "differences" | "subgroup-tests"));
    let missing = report(input.clone());
    assert_eq!(status_of(&missing, "13e"), "missing");
    for item in ["4", "5", "24c"] {
        assert_eq!(
            status_of(&missing, item),
            "filled from the project",
            "{item}"
        );
    }
    let columns = "key,analysis,origin\nother|age,other,meta-regression(pool/settings)\n";
    input
        .tables
        .push(table("regressions", "pool", "regressions", columns));
    let filled = report(input);
    for item in ["13e", "20c"] {
        assert_eq!(
            status_of(&filled, item),
            "filled from the project",
            "{item}"
        );
    }
}

#[test]
fn a_difference_from_the_protocol_is_told_in_words() {
    let rows = "key,order,field,planned,done,status,why,amendment,origin\n\
                1,1,synthesis.estimator.interval,hksj,Wald,differs,,,planned(data/protocol.yaml)\n\
                2,2,search.databases.Embase,Embase,searched on 2026-05-31,differs,,,planned(data/protocol.yaml)\n";
    let mut input = input();
    input.tables.retain(|table| table.name != "differences");
    input
        .tables
        .push(table("differences", "pool", "differences", rows));
    let markdown = report(input).markdown;
    for row in [
        "| the Hartung–Knapp–Sidik–Jonkman method (t distribution) | the Wald method (normal distribution) | differs |",
        "| Embase | searched on 2026-05-31 | differs |",
    ] {
        assert!(markdown.contains(row), "{row}");
    }
}

#[test]
fn nothing_stands_over_what_a_protocol_does_not_say_yet() {
    let mut input = input();
    let done = ["duplicates", "places", "judgements"];
    input.tables.retain(|table| !done.contains(&&*table.name));
    input.protocol.value = serde_json::json!({
        "title": "Walks",
        "question": { "population": { "text": "" }, "outcomes": { "text": "" } },
        "reviewers": { "list": [] },
    });
    let markdown = report(input).markdown;
    for words in ["The question by its elements", "### Selection, extraction"] {
        assert!(!markdown.contains(words), "{words}");
    }
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

#[test]
fn a_number_typed_into_a_template_fails_the_report_and_is_named() {
    let text =
        "## Results by outcome\n\nThe pooled effect was\n−0.42, as {{ \"RoB 2\" | name }} shows.\n";
    let problems = write(with_template("results.md.tera", text)).expect_err("0.42 has no address");
    let problem = &problems.0[0];
    assert_eq!(problems.0.len(), 1, "{}", listed(&problems));
    assert_eq!(problem.code, "report::untraced-number");
    assert_eq!(
        problem.places[0].0.to_string(),
        "stages/report/templates/results.md.tera:4"
    );
    insta::assert_snapshot!(problem.title, @"untraced number: `−0.42,` in section `results`, line 4: −0.42, as RoB 2 shows.");
}

#[test]
fn an_author_may_write_numbers_in_the_discussion_but_not_among_results() {
    let mut good = input();
    let text = "In 2019 burnout was common. We found {{ n(at=\"pool/pooled#ee-post||random|reml/estimate\", as=\"effect\") }}.";
    good.texts.insert(
        "discussion".to_owned(),
        file("stages/report/text/discussion.md", text),
    );
    let report = report(good);
    assert!(
        report
            .markdown
            .contains("In 2019 burnout was common. We found −0.55.")
    );
    let mut bad = input();
    bad.texts.insert(
        "results".to_owned(),
        file("stages/report/text/results.md", "About 40 % improved."),
    );
    let problems = write(bad).expect_err("40 has no address");
    assert_eq!(problems.0[0].code, "report::untraced-number");
}

#[test]
fn a_template_that_asks_for_what_is_not_there_is_named_with_its_line() {
    for (text, said) in [
        ("# T\n\n{{ nothing }}\n", "nothing"),
        (
            "# T\n\n{{ rows(table=\"pooled\", col=\"estimat\", is=\"\") | length }}\n",
            "estimat",
        ),
        ("# T\n\n{% for %}\n", "title.md.tera"),
        (
            "# T\n\n{{ n(at=\"pool/pooled#no/estimate\") }}\n",
            "pool/pooled#no/estimate",
        ),
    ] {
        let problems = write(with_template("title.md.tera", text)).expect_err("a mistake");
        let problem = &problems.0[0];
        assert_eq!(problem.code, "report::template", "{text}");
        assert!(problem.title.contains(said), "{}", problem.title);
        assert_eq!(
            problem.places[0].0.to_string(),
            "stages/report/templates/title.md.tera:3",
            "{}",
            problem.title
        );
    }
}

#[test]
fn all_mistakes_of_all_templates_are_told_at_once() {
    let mut input = with_template("title.md.tera", "{% for %}");
    let bad = file("stages/report/templates/data.md.tera", "{{ x(");
    input.templates.insert("data.md.tera".to_owned(), bad);
    let problems = write(input).expect_err("two mistakes");
    assert_eq!(problems.0.len(), 2, "{}", listed(&problems));
}

#[test]
fn a_file_that_replaces_nothing_is_a_warning_with_the_nearest_name() {
    let report = report(with_template("metods.md.tera", "x"));
    assert_eq!(report.warnings.0[0].code, "report::unknown-file");
    assert_eq!(
        report.warnings.0[0].help.as_deref(),
        Some("did you mean `methods.md.tera`?")
    );
}

#[test]
fn a_review_with_nothing_in_it_still_has_a_report() {
    let empty = |name: &str, header: &str| table(name, "x", name, header);
    let report = report(ReportInput {
        tables: vec![
            empty("sources", "key,database"),
            empty("flow", "key,order,box_id,label,count,unit,group,parent"),
            empty("included", "key,study,label,admission,standing"),
            empty("analyses", "key,analysis,order,outcome,role,status"),
        ],
        protocol: super::ProtocolText {
            value: serde_json::json!({ "title": "Nothing yet" }),
            ..super::ProtocolText::default()
        },
        path: "reports/report.md".to_owned(),
        ..ReportInput::default()
    });
    for sentence in [
        "No search was imported, so there is no table of sources.",
        "No study is included.",
        "Risk of bias has not been judged.",
        "Certainty has not been rated.",
    ] {
        assert!(report.markdown.contains(sentence), "{sentence}");
    }
}

/// Titles that try to be more than text.
const HOSTILE: &str = "key,study,label,design,country,origin
a,huang-2020,<script>alert(1)</script>,rct,](javascript:alert(1)),
b,lee-2018,\"=cmd|' /C calc'!A0\",rct,\"a\u{202E}b | c
d\",
c,shan-2024,\"![x](https://evil.example/x.png) <img src=x onerror=alert(1)>\",rct,&lt;b&gt; \u{E000}\u{E010}\u{E001}7,
";

#[test]
fn titles_of_others_stay_text_in_every_form() {
    let mut hostile = input();
    hostile
        .tables
        .retain(|table| table.name != "characteristics");
    hostile.tables.push(table(
        "characteristics",
        "extract",
        "characteristics",
        HOSTILE,
    ));
    let report = report(hostile);
    let own_scripts = 3;
    assert_eq!(report.html.matches("<script").count(), own_scripts);
    assert!(!report.html.contains("<img"));
    assert!(!report.html.contains("href=\"javascript"));
    assert!(
        report
            .html
            .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
    );
    assert!(report.markdown.contains(r"\<script\>"));
    assert!(!report.markdown.replace(r"\<", "").contains("<script"));
    assert!(!report.markdown.contains('\u{202E}'));
    assert!(report.markdown.contains(r"\](javascript:alert(1))"));
    let csv = String::from_utf8(report.tables["characteristics.csv"].clone()).expect("UTF-8");
    assert!(csv.contains(",'=cmd|"), "{csv}");
}

#[test]
fn the_page_asks_nothing_of_the_network_and_says_so() {
    let html = report(input()).html;
    assert!(html.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"));
    // What a drawing clips with stands in the page itself.
    let html = html.replace("url(#", "");
    for attribute in ["src=\"", "srcset=", "@import", "url("] {
        assert!(!html.contains(attribute), "{attribute}");
    }
    assert!(
        !html.contains(" style=\""),
        "the policy forbids inline styles"
    );
    assert!(!html.contains(" onclick="));
}

#[test]
fn every_number_of_the_page_opens_a_node_that_is_there() {
    let html = report(input()).html;
    let (_, rest) = html.split_once("id=\"nodes\">").expect("the nodes");
    let (json, _) = rest.split_once("</script>").expect("their end");
    let told: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let column = |name: &str| told["nodes"][name].as_array().expect("a column");
    let text = |index: &serde_json::Value| -> &str {
        let index = usize::try_from(index.as_u64().expect("an index")).expect("an index");
        told["texts"][index].as_str().expect("a text")
    };
    let nodes: Vec<(String, &str)> = column("h")
        .iter()
        .zip(column("t"))
        .zip(column("n"))
        .map(|((head, tail), note)| (format!("{}{}", text(head), text(tail)), text(note)))
        .collect();
    let opened: Vec<usize> = html
        .split("data-n=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.parse().ok())
        .collect();
    assert!(opened.len() > 300);
    assert!(opened.iter().all(|node| *node < nodes.len()));
    let each: BTreeSet<_> = nodes.iter().collect();
    assert_eq!(each.len(), nodes.len(), "each node is told once");
    let lists = told["lists"].as_array().expect("lists");
    let below = lists
        .iter()
        .flat_map(|list| list.as_array().expect("a list"));
    let mut below =
        below.map(|node| usize::try_from(node.as_u64().expect("an index")).expect("an index"));
    assert!(below.all(|node| node < nodes.len()));
    let cell = nodes
        .iter()
        .find(|(address, _)| address == "data/extraction/outcomes.csv:4:11");
    assert_eq!(
        cell.expect("the quoted cell").1,
        "Table 4, “-1.89 ± 6.057”, by reviewer-a, 2026-07-02"
    );
}

#[test]
fn words_that_are_not_there_are_a_mistake_of_the_template() {
    let problems = write(with_template(
        "title.md.tera",
        "# T\n\n{{ t(key=\"no.such\") }}\n",
    ))
    .expect_err("no such key");
    assert!(
        problems.0[0]
            .title
            .contains("the words have no key `no.such`"),
        "{}",
        problems.0[0].title
    );
}

#[test]
fn the_report_has_none_of_the_words_that_mislead() {
    let report = report(input()).markdown.to_lowercase();
    for word in ["no effect", "significan", "trend", "proved"] {
        assert!(!report.contains(word), "{word}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (a, b) = (report(input()), report(input()));
    assert_eq!(a.markdown, b.markdown);
    assert_eq!(a.html, b.html);
    assert_eq!(a.tables, b.tables);
}
