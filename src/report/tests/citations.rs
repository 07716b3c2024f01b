//! Publications: where they are cited, and what their list says.

use super::*;

#[test]
fn a_study_is_cited_by_all_its_reports() {
    let markdown = report(input()).markdown;
    for cited in [
        "Huang 2020 \\[1\\] \\[3\\]",
        "Lee 2018 \\[2\\] \\[3\\]",
        "Shan 2024 \\[4\\]",
    ] {
        assert!(markdown.contains(&format!("| {cited} | ")), "{cited}");
    }
}

#[test]
fn the_numbers_of_references_stay_those_of_a_style_that_sorts() {
    let style = crate::report::sections::built_in("references.csl").expect("the built-in style");
    let sorted = style.replace(
        "second-field-align=\"flush\">",
        "second-field-align=\"flush\"><sort><key variable=\"title\"/></sort>",
    );
    assert_ne!(sorted, style);
    let report = report(with_template("references.csl", &sorted));
    let (_, list) = report.markdown.split_once("## References").expect("a list");
    let events = pulldown_cmark::Parser::new(list);
    let is_list = |event| {
        matches!(
            event,
            pulldown_cmark::Event::Start(pulldown_cmark::Tag::List(_))
        )
    };
    assert!(!events.into_iter().any(is_list), "{list}");
    for begin in [
        "4\\. Lee S, Huang L. Two",
        "1\\. Huang L",
        "2\\. Lee S. Balint",
        "3\\. Shan Q",
    ] {
        assert!(list.contains(begin), "{list}");
    }
}

#[test]
fn a_link_to_a_publication_stands_once() {
    let style = crate::report::sections::built_in("references.csl").expect("the built-in style");
    let with_doi = style.replace(
        "<text macro=\"place\"/>",
        "<text macro=\"place\"/><text variable=\"DOI\"/>",
    );
    let mut input = with_template("references.csl", &with_doi);
    let (doi, odd) = (
        "10.3389/fpsyt.2019.00957",
        "10.1002/(SICI)1097(19980815)17:15<1661::AID>3.0.CO;2-2",
    );
    let decisions = input
        .tables
        .iter_mut()
        .find(|table| table.name == "decisions")
        .expect("decisions");
    let sheet = Arc::make_mut(&mut decisions.sheet);
    sheet.rows = sheet.rows.edited(|cells| {
        let told = cells.iter_mut().filter(|cell| *cell == doi);
        told.for_each(|cell| odd.clone_into(cell));
    });
    let report = report(input);
    let (_, list) = report.markdown.split_once("## References").expect("a list");
    assert_eq!(list.matches("SICI").count(), 1, "{list}");
}
