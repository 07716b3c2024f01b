//! What stands beside results: how numbers were computed, units, levels, risks, and who judged.

use super::*;

/// Writes cells of a row of the small review; columns that its table lacks are added.
fn write_cells(input: &mut ReportInput, name: &str, key: &str, cells: &[(&str, &str)]) {
    let found = input.tables.iter_mut().find(|table| table.name == name);
    let sheet = Arc::make_mut(&mut found.expect("the small review has it").sheet);
    let lacking: Vec<String> = cells
        .iter()
        .map(|(column, _)| (*column).to_owned())
        .filter(|column| !sheet.columns.contains(column))
        .collect();
    let width = sheet.columns.len() + lacking.len();
    let rows = sheet.rows.values().map(|row| {
        let empty = lacking.iter().map(|_| "");
        row.iter().chain(empty).collect::<Vec<_>>().into_iter()
    });
    let rows = Rows::of(width, rows);
    sheet.rows = rows;
    sheet.columns.extend(lacking);
    let columns = sheet.columns.clone();
    sheet.rows = sheet.rows.edited(|row| {
        if row[0] != key {
            return;
        }
        for (column, value) in cells {
            let at = columns.iter().position(|name| name == column);
            let at = at.expect("a column");
            (*value).clone_into(&mut row[at]);
        }
    });
}

const CONVERSIONS: &str = "key,study,row,column,rule,inputs,value,source,origin
huang|ee|balint|mean,huang-2020,huang|ee|balint,mean,mean-from-quartiles,,15,Luo 2018,
huang|ee|balint|sd,huang-2020,huang|ee|balint,sd,sd-from-quartiles,,5.111,Wan 2014,
lee|ee|balint|sd,lee-2018,lee|ee|balint,sd,sd-from-se,,8.2,Cochrane Handbook 6.5.2.2,
";

#[test]
fn numbers_that_were_computed_from_others_are_marked_and_told_with_rule_and_source() {
    let mut input = input();
    let conversions = table("conversions", "extract", "conversions", CONVERSIONS);
    input.tables.push(conversions);
    let copied = |arm: &str| {
        let of =
            |column: &str, from: &str| format!("{column}=copied(extract/outcomes#{arm}/{from})");
        format!(
            "hedges-g(extract/outcomes#{arm}/mean; extract/outcomes#{arm}/sd) & {} & {} & mean2=copied(extract/outcomes#other/mean) & sd2=copied(extract/outcomes#other/sd)",
            of("mean1", "mean"),
            of("sd1", "sd")
        )
    };
    for (key, arm) in [
        ("ee-post|huang-2020", "huang|ee|balint"),
        ("ee-post|lee-2018", "lee|ee|balint"),
    ] {
        write_cells(&mut input, "effects", key, &[("origin", &copied(arm))]);
    }
    let told = report(input).markdown;
    for words in [
        "| Huang 2020 | 15.00† (5.11†), 18 | 16.3 (5.2), 18 |",
        "| Lee 2018 | 20.1 (8.2†), 30 |",
        "- † Mean and SD from the median and quartiles (Luo 2018; Wan 2014): Huang 2020",
        "- † SD from the standard error (Cochrane Handbook 6.5.2.2): Lee 2018",
        "What was done to the numbers of each study",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
}

#[test]
fn a_unit_stands_with_every_estimate_and_on_the_axis() {
    let mut input = input();
    write_cells(&mut input, "analyses", "ee-change", &[("unit", "kg")]);
    let told = report(input);
    for words in [
        "mean difference −2.39 kg (95% CI",
        "| Effect (95% CI), kg |",
        "| mean difference −2.39 kg (−6.05 to 1.27)",
    ] {
        assert!(told.markdown.contains(words), "{words}\n{}", told.markdown);
    }
    assert!(told.figures["forest-ee-change.svg"].contains("Mean difference (kg)"));
}

#[test]
fn the_summary_of_findings_tells_another_level_and_the_risk_of_the_comparator() {
    let mut input = input();
    write_cells(&mut input, "analyses", "ee-post", &[("level", "90")]);
    let risk = [
        ("absolute", "55 fewer in 1000 (83 fewer to 21 fewer)"),
        ("comparator_risk", "208.791"),
    ];
    write_cells(&mut input, "summary", "ee-post", &risk);
    let told = report(input).markdown;
    for words in [
        "difference −0.55 (90% CI −1.20 to 0.10); 55 fewer in 1000 (83 fewer to 21 fewer); 208.8 in 1000 with the comparator |",
        "mean difference −2.39 (−6.05 to 1.27)",
        "the events of all comparator groups of the analysis over their people",
        "; 90% confidence intervals: Hartung-Knapp-Sidik-Jonkman.",
        "; 95% confidence intervals: Wald, because",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    let plain = report(super::input()).markdown;
    assert!(!plain.contains("with the comparator |"));
}

#[test]
fn a_level_that_a_person_set_in_part_is_not_called_the_policys() {
    let with = |status: &str| {
        let mut input = input();
        let summary = [("status", "proposed")];
        write_cells(&mut input, "summary", "ee-post", &summary);
        write_cells(
            &mut input,
            "certainty",
            "ee-post|risk_of_bias",
            &[("status", status), ("final", "0")],
        );
        report(input).markdown
    };
    let row = |text: &str| {
        let mut lines = text.lines();
        let found = lines.find(|line| line.contains("⊕◯◯◯"));
        found.expect("a row of the summary").to_owned()
    };
    let told = with("overridden");
    assert!(
        row(&told).contains("very low **(in part a person's)**"),
        "{told}"
    );
    assert!(told.contains("a person judged a domain otherwise than the policy"));
    let told = with("proposed");
    assert!(row(&told).contains("very low **(proposed)**"), "{told}");
    assert!(!told.contains("otherwise than the policy"));
}

#[test]
fn a_question_that_a_sensitivity_analysis_answers_says_where() {
    let mut input = input();
    write_cells(
        &mut input,
        "sensitivity",
        "ee-post|dl",
        &[("title", "Without high risk"), ("unjudged", "0")],
    );
    let question = "Do results at low and at high risk of bias differ? A sensitivity analysis without high risk would show it.";
    write_cells(
        &mut input,
        "certainty",
        "ee-post|risk_of_bias",
        &[("questions", question)],
    );
    let told = report(input.clone()).markdown;
    let shown = "(“Without high risk” shows −0.55 (95% CI −0.85 to −0.26))";
    assert!(told.contains(shown), "{told}");
    let other = [(
        "questions",
        "Most of the weight has no judgement of risk of bias: judge the studies first.",
    )];
    write_cells(&mut input, "certainty", "ee-post|risk_of_bias", &other);
    assert!(!report(input).markdown.contains("shows −"));
}

#[test]
fn the_variant_of_the_test_of_small_studies_is_named() {
    let mut input = input();
    let rows = "key,analysis,predictor,method,test,k,stat,df,p,why,origin
ee-post,ee-post,standard error,REML,knha,12,-1.59,10,0.14,,small-study-regression(pool/effects)
";
    input
        .tables
        .push(table("small-study", "pool", "small-study", rows));
    let told = report(input).markdown;
    let words = "Small-study effects: meta-regression, between-study variance by restricted maximum likelihood (REML), tested by the \
                 Hartung–Knapp–Sidik–Jonkman method (t distribution) (Egger's classical regression has no such variance): regression of \
                 the effects on the standard error, t = −1.59";
    assert!(told.contains(words), "{told}");
}

#[test]
fn every_measure_of_an_analysis_has_words() {
    for language in ["en", "zh"] {
        let words = Words::of(language, &BTreeMap::new()).expect("built in");
        for code in [
            "RR", "OR", "PETO", "RD", "MD", "SMD", "ROM", "MC", "SMCC", "SMCR",
        ] {
            assert_ne!(words.spelled(code), code, "{language}");
        }
    }
    assert_eq!(
        Words::default().spelled("PETO"),
        "odds ratio by the Peto method"
    );
}
