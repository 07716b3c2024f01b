//! The review that ships with the program is rebuilt from its inputs.

mod support;

use support::Review;

#[test]
fn the_shipped_review_is_rebuilt_and_then_fresh() {
    let review = Review::shipped();
    let first = review.run();
    assert_eq!(first.exit, 0, "{first:#?}");
    assert_eq!(
        first.ran(),
        "import deduplicate screen extract risk-of-bias pool grade report"
    );
    let report = review.text("reports/report.md");
    assert!(report.contains("Illustration: no formal search was run"));
    assert!(review.exists("reports/report.html"));
    review.run().assert_nothing_happened();
}

#[test]
fn the_word_document_is_made_where_pandoc_is_installed_and_has_no_line_in_the_lock() {
    let review = Review::shipped_whole();
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert!(!review.text("pipeline.lock").contains("docx"));
    if run.with("skipped") == "word" {
        assert!(!review.exists("reports/report.docx"));
        return;
    }
    let bytes = review.bytes("reports/report.docx");
    let mut document = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a ZIP archive");
    let names: Vec<String> = (0..document.len())
        .map(|index| {
            document
                .by_index(index)
                .expect("an entry")
                .name()
                .expect("a name")
                .into_owned()
        })
        .collect();
    assert!(
        names
            .iter()
            .filter(|name| name.starts_with("word/media/"))
            .count()
            >= 10,
        "{names:?}"
    );
    let mut body = document.by_name("word/document.xml").expect("the text");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut body, &mut text).expect("XML");
    assert!(text.contains("<w:tbl>") && text.contains("<w:drawing>"));
    assert!(
        !text.contains("[!NOTE]"),
        "notices have their kind in words"
    );
}

#[test]
fn the_traces_that_the_readme_and_the_help_show_can_be_walked() {
    let review = Review::shipped();
    review.run();
    let first = |rest: &str| rest.split_whitespace().next().map(str::to_owned);
    let readme = include_str!("../README.md").lines();
    let readme = readme.filter_map(|line| first(line.strip_prefix("$ review trace ")?));
    let help = review.call(&["trace", "--help"]).out;
    let help = help
        .lines()
        .filter_map(|line| first(line.trim_start().strip_prefix("review trace ")?));
    let targets: Vec<String> = readme
        .chain(help)
        .filter(|target| !target.starts_with('-'))
        .collect();
    assert!(targets.len() >= 5, "{targets:?}");
    for target in targets {
        let called = review.call(&["trace", target.trim_matches('\'')]);
        assert_eq!(called.exit, 0, "{target}: {called:#?}");
    }
}
