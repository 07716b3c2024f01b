//! Effects that papers report with their error alone.

use super::*;

const HEAD: &str = "study,outcome,scale,time,measure,arm,against,group,adjusted,estimate,se,ci_lower,ci_upper,p,log,extractor\n";

fn effects(rows: &str, more: &[(&str, &str)]) -> Ran {
    let mut files = vec![("effects.csv", format!("{HEAD}{rows}").into_bytes())];
    files.extend(
        more.iter()
            .map(|(name, text)| (*name, text.as_bytes().to_vec())),
    );
    run(incoming(INCLUDED, &files))
}

fn found(ran: &Ran) -> Vec<String> {
    let table = &ran.tables["integrity"];
    let cell = |key: &str, column: &str| table.cell(key, column).unwrap_or_default().to_owned();
    let rows = table.rows.keys();
    rows.map(|key| format!("{}: {}", cell(key, "check"), cell(key, "recomputed")))
        .collect()
}

#[test]
fn a_study_that_reports_an_effect_alone_is_extracted_and_reports_its_outcome() {
    let ran = effects("A,o,,end,HR,x,y,intervention,no,0.7,,0.5,0.98,,,r1\n", &[]);
    assert!(ran.problems.is_empty(), "{}", messages(&ran.problems));
    let untouched = |open: &&crate::stage::OpenWork| open.code == "extraction::not-extracted";
    assert_eq!(ran.open_work.iter().filter(untouched).count(), 0);
    assert_eq!(
        ran.tables["missing"].cell("A|o", "status"),
        Some("reported")
    );
    assert!(found(&ran).is_empty(), "{:?}", found(&ran));
}

#[test]
fn the_error_is_taken_from_what_is_printed_by_the_rule_that_the_origin_names() {
    let ran = effects(
        "A,o,,1,OR,x,y,intervention,no,0.5,0.1,,,,no,r1\n\
         A,o,,2,OR,x,y,intervention,no,0.5,0.2,,,,se,r1\n\
         A,o,,3,MD,y,x,control,no,-2.5,,,,0.0500,,r1\n\
         A,o,,4,RR,y,x,control,no,2,1,,,,yes,r1\n",
        &[],
    );
    assert!(ran.problems.is_empty(), "{}", messages(&ran.problems));
    let table = &ran.tables["effects"];
    // Delta method: 0.1 / 0.5; as printed; Handbook 6.3.1: 2.5 / 1.959964; logarithms, turned.
    for (row, yi, sei, rule) in [
        (
            "A|o||1|OR|x|y|no",
            0.5f64.ln(),
            0.2,
            "log-se-from-se-of-ratio",
        ),
        ("A|o||2|OR|x|y|no", 0.5f64.ln(), 0.2, "copied"),
        (
            "A|o||3|MD|y|x|no",
            2.5,
            2.5 / 1.959_963_984_540_054,
            "se-from-p",
        ),
        ("A|o||4|RR|y|x|no", -2.0, 1.0, "copied"),
    ] {
        let number = |column: &str| -> f64 {
            let cell = table.cell(row, column).expect("a cell");
            cell.parse().expect("a number")
        };
        assert!((number("yi") - yi).abs() < 1e-12, "{row}");
        assert!((number("sei") - sei).abs() < 1e-12, "{row}");
        let origin = table.cell(row, "origin").unwrap_or_default();
        assert!(origin.contains(&format!("sei={rule}(")), "{row}: {origin}");
    }
}

#[test]
fn crooked_limits_and_errors_that_contradict_each_other_are_found_beyond_rounding() {
    let ran = effects(
        "A,o,,1,HR,x,y,intervention,no,0.70,,0.55,0.89,0.003,,r1\n\
         A,o,,2,HR,x,y,intervention,no,0.70,,0.55,1.20,,,r1\n\
         A,o,,3,HR,x,y,intervention,no,0.70,,0.55,0.89,0.3,,r1\n\
         A,o,,4,MD,x,y,intervention,no,-2.0,,-3.0,-1.0,,,r1\n",
        &[],
    );
    assert!(ran.problems.is_empty(), "{}", messages(&ran.problems));
    insta::assert_snapshot!(found(&ran).join("\n"), @"
    interval-symmetry: on the scale of logarithms the middle of the limits is 0.812
    reported-error: the standard errors differ: by the limits 0.123, by p 0.347
    ");
}

#[test]
fn two_readings_of_an_effect_are_compared_and_settled_like_any_other() {
    let rows = "A,o,,1,HR,x,y,intervention,no,0.70,,0.55,0.89,,,r1\n\
                A,o,,1,HR,x,y,intervention,no,0.7,,0.55,0.98,,,r2\n";
    let open = effects(rows, &[]);
    insta::assert_snapshot!(open.open_work[0].what, @"A, o, 1, HR, x, y, no: `ci_upper` is 0.89 by r1 (data/extraction/effects.csv:2:42), 0.98 by r2 (data/extraction/effects.csv:3:41)");
    assert_eq!(open.tables["effects"].rows.len(), 0);
    let ruling = "study,extracted,outcome,measure,value,reason,by,at\nA,ci_upper,o,HR,0.89,Table 2 prints it,r1;r2,2026-01-02\n";
    let settled = effects(rows, &[("adjudication.csv", ruling)]);
    assert!(
        settled.problems.is_empty(),
        "{}",
        messages(&settled.problems)
    );
    let row = "A|o||1|HR|x|y|no";
    assert_eq!(
        settled.tables["effects"].cell(row, "ci_upper"),
        Some("0.89")
    );
    let origin = settled.tables["effects"]
        .cell(row, "origin")
        .unwrap_or_default();
    assert!(origin.contains("ci_upper=adjudicated("), "{origin}");
}
