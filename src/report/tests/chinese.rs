//! The report in another language.

use super::*;

fn in_chinese() -> ReportInput {
    ReportInput {
        words: Arc::new(Words::of("zh", &BTreeMap::new()).expect("built in")),
        ..input()
    }
}

#[test]
fn the_small_review_reads_as_it_should_in_chinese() {
    insta::assert_snapshot!(report(in_chinese()).markdown);
}

#[test]
fn a_chinese_report_has_the_same_numbers_at_the_same_addresses() {
    let (english, chinese) = (report(input()), report(in_chinese()));
    let told = |report: &Report| -> BTreeSet<(String, String)> {
        let numbers = report.numbers.numbers.iter();
        numbers
            .map(|number| (number.address.to_string(), number.value.clone()))
            .collect()
    };
    assert_eq!(told(&english), told(&chinese));
    assert!(chinese.html.contains("<html lang=\"zh-Hans\">"));
    for (name, svg) in &chinese.figures {
        let words = [
            "Study",
            "Weight",
            "Favours",
            "Mean",
            "Records",
            "Risk of bias",
            "Heterogeneity",
        ];
        for word in words {
            assert!(!svg.contains(&format!(">{word}")), "{word} in {name}");
        }
    }
}

#[test]
fn every_standard_statement_is_told_in_chinese_whatever_its_certainty_size_and_direction() {
    use crate::grade::Certainty;
    use crate::grade::wording::{Direction, Size, statement};
    let words = Words::of("zh", &BTreeMap::new()).expect("built in");
    for certainty in Certainty::ALL {
        for size in [Size::Trivial, Size::Small, Size::Moderate, Size::Large] {
            for direction in [Direction::Reduces, Direction::Increases] {
                let english = statement(certainty, size, direction, "疫苗", "疼痛");
                let told = words.said(&english);
                let latin = told.chars().any(|character| character.is_ascii_alphabetic());
                assert!(!latin, "{english}: {told}");
            }
        }
    }
}

#[test]
fn a_chinese_page_has_its_own_words_for_everything_around_the_report() {
    let html = report(in_chinese()).html;
    for words in [
        "Skip to",
        "Where this comes from",
        "Find in this table",
        "This figure in words",
        ">Close<",
        ">Warning<",
        "Data of",
    ] {
        assert!(!html.contains(words), "{words}");
    }
    assert_eq!(
        html.matches("<caption").count(),
        report(input()).html.matches("<caption").count()
    );
}
