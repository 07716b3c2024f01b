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
                let latin = told
                    .chars()
                    .any(|character| character.is_ascii_alphabetic());
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

/// What stages put into the columns that the report tells in its language: one sentence each, with people's words in backticks.
const SAID: [&str; 48] = [
    "fewer than two groups have 2 studies; 1 of 5 studies tell no `setting`; `ward` with one study each",
    "8 studies in groups are fewer than the 10 that a test of subgroups needs",
    "`ward` is not pooled: 1 study, and at least 2 are needed",
    "F with one τ² for all groups (Knapp & Hartung 2003)",
    "χ² with one τ² for all groups",
    "χ² with a τ² of each group",
    "left out, because the other terms tell it: `copy`",
    "no p by permutation: the data have no column `dose`",
    "correlation of before and after imputed as 0.5; 2 intervention arms taken together",
    "0.5 added to each cell, because one is 0; 2 control arms taken together",
    "both groups divided by 1.95 for clusters of 20 with an ICC of 0.05",
    "the intervention group divided by 1.95 for clusters of 20 with an ICC of 0.05",
    "sign turned round: on `qrev` the other end is the better one",
    "the comparator's people are shared out among 2 arms",
    "people came in clusters, and count as if each had been allotted alone",
    "a crossover trial taken as two groups, which leaves out that they are the same people",
    "`a` gives no effect to `b`: no events, or only events, in both arms: it tells nothing on a ratio",
    "`a` gives no effect to `b` from end, post: the standard deviation of arm `x` is missing; change is taken",
    "the people of `a` came in clusters, and count as if each had been allotted alone in `b`",
    "`a` is a crossover trial, and counts as two groups in `b`",
    "`b` takes 3 randomised and 1 other study together",
    "nothing says of which variant of `rob2` the judgements are; `parallel` is taken",
    "one study gave all effects: they are shown, and nothing is pooled",
    "what the included studies give of it does not fit the analysis or lacks something",
    "no included study of the designs and the population that it takes gave numbers for it",
    "its scales point both ways, and the protocol does not say which end of the outcome is better",
    "0.50 standard deviations higher (0.25 higher to 0.75 higher); on `QA`, 5.04 points higher (2.54 higher to 7.53 higher), at a standard deviation of 10 (`y`)",
    "0.5 added to each cell for the variance alone, which would be 0",
    "2.49 kg lower (3.01 lower to 1.20 lower)",
    "an arm has 81 people, of 80 randomised",
    "12 fewer in 1000 (20 fewer to 3 more)",
    "Wald, because the variance between studies is estimated as 0",
    "a common-effect model has no variance between studies",
    "the interval crosses no threshold (judged by the 99.9 % interval)",
    "Look at the forest plot; I² alone is no reason. Also: Does a credible subgroup explain the differences? Then rate subgroups separately.",
    "not done: the model of dependent effects has one estimator and one interval",
    "nobody judged the risk of bias of results in `death-rr`: `s14`, `s15`",
    "analyses for which nobody declared which difference matters",
    "declare `thresholds` in the settings of the stage, with their basis",
    "rows of the outcomes that one person alone read",
    "add the second person's rows to `data/extraction/outcomes.csv`",
    "assess them in data/risk-of-bias/; until then their weight counts as unknown, not as high risk",
    "title-abstract: records that wait for another vote",
    "Records of the previous version that count anew: they waited there, were decided otherwise since, or are apart now",
    "`a.model.tau2` changes nothing: the model of dependent effects has one estimator and one interval",
    "the included study `A` is retracted: `r1` is “`Retracted`”",
    "sleep, falls; no planned main analysis between groups: pain, mood",
    "1 analysis; post hoc alone",
];

#[test]
fn nothing_that_stages_say_stays_half_in_english() {
    let words = Words::of("zh", &BTreeMap::new()).expect("built in");
    for english in SAID {
        let told = words.said(english);
        let own: String = told.split('`').step_by(2).collect();
        let runs = own.split(|c: char| !c.is_ascii_alphabetic() && !" ,'-".contains(c));
        let longest = runs.map(|run| run.split_whitespace().count()).max();
        assert!(longest < Some(4), "{english}: {told}");
    }
}

#[test]
fn the_axis_within_a_group_says_what_happened_and_favours_nobody() {
    for (input, ends, favours) in [
        (input(), ["Improvement", "Worsening"], "Favours"),
        (in_chinese(), ["改善", "恶化"], "更优"),
    ] {
        let mut input = input;
        for table in &mut input.tables {
            let sheet = Arc::make_mut(&mut table.sheet);
            if table.name == "analyses" {
                let body = sheet.columns.iter().position(|column| column == "body");
                let body = body.expect("a column");
                sheet.rows = sheet.rows.edited(|row| {
                    if row[0] == "ee-post" {
                        "within".clone_into(&mut row[body]);
                    }
                });
            }
        }
        let svg = &report(input).figures["forest-ee-post.svg"];
        assert!(!svg.contains(favours), "{svg}");
        for end in ends {
            assert!(svg.contains(&format!(">{end}<")), "{end}: {svg}");
        }
    }
}
