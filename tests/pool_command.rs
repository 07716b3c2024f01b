//! `review pool` as a command: a file in, a table out, and what is wrong with the file.

use std::path::Path;
use std::process::{Command, Output};

#[expect(
    clippy::disallowed_methods,
    reason = "a test of the command writes its file"
)]
fn pool(text: &str, args: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("trials.csv"), text).expect("a file");
    call(folder.path(), args)
}

fn call(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_review"))
        .current_dir(folder)
        .args(["pool", "trials.csv"])
        .args(args)
        .output()
        .expect("the command starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn arms_without_spread_or_with_one_person_stop_the_run_and_name_their_rows() {
    let output = pool(
        "study,n1,mean1,sd1,n2,mean2,sd2\nA,10,5,1,10,4,1\nB,10,5,0,10,4,1\nC,1,5,1,10,4,1\nD,12,5,1,11,4,1\n",
        &["--measure", "SMD"],
    );
    assert_eq!(output.status.code(), Some(2));
    let said = said(&output);
    for part in [
        "error[pool::no-spread]: B: the standard deviation of arm 1 is 0",
        "trials.csv:3",
        "error[pool::no-spread]: C: n of arm 1 is 1, and one person has no spread",
        "trials.csv:4",
    ] {
        assert!(said.contains(part), "{part} is not in\n{said}");
    }
    assert!(
        output.stdout.is_empty(),
        "nothing is pooled around a mistake"
    );
}

#[test]
fn impossible_counts_and_variances_stop_the_run_and_missing_cells_leave_a_study_out() {
    let output = pool(
        "study,events1,n1,events2,n2\nA,4,10,3,10\nB,11,10,3,10\nC,,10,3,10\n",
        &["--measure", "RR"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("error[pool::impossible]: B: 11 events among 10 people"));
    let output = pool("study,yi,vi\nA,0.1,0.02\nB,0.2,0\n", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("error[pool::no-variance]: B: the sampling variance is 0"));
    let output = pool(
        "study,yi,vi\nA,0.1,0.02\nB,0.3,0.04\nC,NA,0.1\nA,0.2,0.03\n",
        &[],
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let said = said(&output);
    assert!(
        said.contains("warning[pool::missing]: C is left out"),
        "{said}"
    );
    assert!(
        said.contains("warning[pool::same-name]: two studies are named A"),
        "{said}"
    );
}

#[test]
fn the_table_is_one_a_statistician_recognises() {
    // Colditz 1994 by way of metafor's dat.bcg: the first three trials, REML.
    let output = pool(
        "study,events1,n1,events2,n2\nAronson 1948,4,123,11,139\nFerguson 1949,6,306,29,303\nRosenthal 1960,3,231,11,220\n",
        &["--measure", "RR"],
    );
    let table = String::from_utf8_lossy(&output.stdout);
    for line in [
        "risk ratio (RR), 3 studies",
        "Aronson 1948           0.411   0.134 to 1.257",
        "Heterogeneity: tau2 = 0",
    ] {
        assert!(table.contains(line), "{line} is not in\n{table}");
    }
}

/// Exit code, table or JSON, and what was said.
fn answer(text: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let output = pool(text, args);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), table, said(&output))
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

const TWO: &str = "study,yi,vi\nA,0.1,0.04\nB,0.3,0.05\n";
const EFFECTS: &str = "study,yi,vi,year\nA,0.1,0.02,2001\nB,0.3,0.04,2004\nC,0.2,0.03,2002\n";
const COUNTS: &str = "study,events1,n1,events2,n2\nA,0,20,0,22\nB,3,30,5,31\nC,0,40,4,41\n";

#[test]
fn a_mapped_column_wins_over_one_of_a_usual_name() {
    let file = "study,logor,se_log,se\nA,0.1,0.2,9\nB,0.3,0.1,9\n";
    let variances = |args: &[&str]| {
        let (code, table, said) = answer(file, &[args, &["--json"]].concat());
        assert_eq!(code, Some(0), "{said}");
        let result: serde_json::Value = serde_json::from_str(&table).expect("JSON");
        let of = |i: usize| result["studies"][i]["vi"].as_f64().expect("a variance");
        (of(0), of(1))
    };
    // 0.2² and 0.1².
    let (first, second) = variances(&["--columns", "yi=logor,sei=se_log"]);
    assert!((first - 0.04).abs() < 1e-12 && (second - 0.01).abs() < 1e-12);
    assert_eq!(
        (first, second),
        variances(&["--columns", "yi=logor,se=se_log"])
    );
    // Without a word on the variance, a column `se` is read for it, and a column `vi` before that.
    let (first, _) = variances(&["--columns", "yi=logor"]);
    assert!((first - 81.0).abs() < 1e-12);
}

#[test]
fn options_without_effect_are_refused_with_the_nearest_name() {
    let (code, _, said) = answer(EFFECTS, &["--columns", "foo=vi,yi=year,yi=vi,sei=yi,vi=vi"]);
    assert_eq!(code, Some(2));
    has(
        &said,
        &[
            "error[pool::option]: --columns names `foo`, which is no argument of GEN",
            "--columns maps `yi` twice",
            "--columns maps vi and sei",
        ],
    );
    let (code, _, said) = answer(
        COUNTS,
        &[
            "--measure",
            "OR",
            "--columns",
            "n1=n2,events1=n1",
            "--vtype",
            "UB",
        ],
    );
    assert_eq!(code, Some(2));
    has(
        &said,
        &[
            "write n1i=n2",
            "write ai=n1",
            "OR has no sampling variance UB",
        ],
    );
    let (code, _, said) = answer(EFFECTS, &["--drop00"]);
    assert_eq!(code, Some(2));
    has(&said, &["--drop00 has no effect on GEN"]);
    let (code, _, said) = answer(EFFECTS, &["--columns", "yi=jahr"]);
    assert_eq!(code, Some(2));
    has(&said, &["no column `jahr` for `yi`", "`year`"]);
    let (code, _, said) = answer(EFFECTS, &["--measure", "SDM"]);
    assert_eq!(code, Some(2));
    has(&said, &["did you mean `SMD`?"]);
    let (code, _, said) = answer(EFFECTS, &["--moderators", "~ yer"]);
    assert_eq!(code, Some(2));
    has(
        &said,
        &["the file has no column `yer`", "did you mean `year`?"],
    );
}

#[test]
fn a_level_is_given_in_per_cent() {
    let (code, _, said) = answer(EFFECTS, &["--level", "0.95"]);
    assert_eq!(code, Some(2));
    has(&said, &["from 50 to below 100; write 95"]);
    for level in ["49", "100", "NaN", "x"] {
        assert_eq!(answer(EFFECTS, &["--level", level]).0, Some(2), "{level}");
    }
    let (code, table, _) = answer(EFFECTS, &["--level", "90"]);
    assert_eq!(code, Some(0));
    has(&table, &["90 % CI"]);
}

#[test]
fn headers_are_read_whatever_their_capitals_and_never_twice() {
    let (code, table, said) = answer("Study,YI,Vi\nA,0.1,0.02\nB,0.3,0.04\n", &[]);
    assert_eq!(code, Some(0), "{said}");
    has(&table, &["A  ", "B  "]);
    let (code, table, said) = answer("study,yi,vi,yi\nA,0.1,0.02,9\nB,0.3,0.04,9\n", &[]);
    assert_eq!(code, Some(2));
    has(&said, &["two columns are named `yi`, the 2nd and the 4th"]);
    assert!(table.is_empty());
    let (code, _, said) = answer("trial,yi,vi\nA,0.1,0.02\nB,0.3,0.04\n", &[]);
    assert_eq!(code, Some(0));
    has(&said, &["note[pool::no-names]"]);
    let (_, table, _) = answer(
        "trial,yi,vi\nA1,0.1,0.02\nB,0.3,0.04\n",
        &["--columns", "study=trial"],
    );
    has(&table, &["A1 "]);
}

#[test]
fn a_negative_standard_error_is_impossible() {
    let (code, table, said) = answer("study,yi,se\nA,0.1,0.2\nB,0.3,-0.3\nC,0.3,\n", &[]);
    assert_eq!(code, Some(2));
    has(
        &said,
        &[
            "error[pool::impossible]: B: the standard error is negative (-0.3)",
            "trials.csv:3",
            "C is left out: the standard error is missing",
        ],
    );
    assert!(table.is_empty());
}

#[test]
fn text_that_is_no_number_stops_the_run_and_missing_cells_do_not() {
    let (code, table, said) = answer(
        "study,yi,vi\nA,\"0,5\",0.02\nB,0.3,\"1,234\"\nC,0.2,abc\nD,0.2,0.1\n",
        &[],
    );
    assert_eq!(code, Some(2));
    has(
        &said,
        &[
            "error[pool::no-number]: A: `0,5` in column `yi` is no number",
            "trials.csv:2",
            "write 0.5, with a decimal point",
            "B: `1,234` in column `vi` is no number",
            "write 1.234 where the comma parts decimals, 1234 where it parts thousands",
            "C: `abc` in column `vi` is no number",
        ],
    );
    assert!(!said.contains("missing"), "{said}");
    assert!(table.is_empty());
    let (code, _, said) = answer(
        "study,yi,vi\nA,0.1,0.02\nB,N/A,0.1\nC,.,0.1\nD,-,0.1\nE,nan,0.1\nF,0.2,0.1\n",
        &[],
    );
    assert_eq!(code, Some(0), "{said}");
    for study in ["B", "C", "D", "E"] {
        has(&said, &[&format!("{study} is left out: yi is missing")]);
    }
}

#[test]
fn a_typographic_minus_and_the_decimal_commas_of_a_file_with_semicolons_are_read_and_said() {
    let (code, table, said) = answer("study,yi,vi\nA,\u{2212}0.3,0.02\nB,0.1,0.04\n", &[]);
    assert_eq!(code, Some(0), "{said}");
    has(&said, &["note[pool::read-as]", "as -0.3"]);
    has(&table, &["-0.30"]);
    let (code, table, said) = answer("study;yi;vi\nA;0,35;0,02\nB;0,1;0,04\n", &[]);
    assert_eq!(code, Some(0), "{said}");
    has(&said, &["note[pool::read-as]", "`0,02` as 0.02"]);
    has(&table, &["0.35"]);
    let (code, _, said) = answer("study;yi;vi\nA;1,234;0.02\nB;0.1;0.04\n", &[]);
    assert_eq!(code, Some(2), "points and commas in one file");
    has(&said, &["`1,234` in column `yi` is no number"]);
    let (code, _, said) = answer("study;yi;vi\nA;1,234;1,200\nB;2,000;4\n", &[]);
    assert_eq!(code, Some(2), "thousands as well as decimals");
    has(&said, &["1234 where it parts thousands"]);
}

#[test]
fn an_arm_of_nobody_stops_the_run() {
    // metafor adds a half to its cells and calls the risk ratio 4.20.
    let (code, table, said) = answer(
        "study,events1,n1,events2,n2\nA,0,0,2,20\nB,3,10,4,12\n",
        &["--measure", "RR"],
    );
    assert_eq!(code, Some(2));
    has(
        &said,
        &[
            "error[pool::impossible]: A: n of arm 1 is 0: nobody was there",
            "trials.csv:2",
        ],
    );
    assert!(table.is_empty());
    let (code, _, said) = answer("study,events,n\nA,0,0\nB,3,10\n", &["--measure", "PLO"]);
    assert_eq!(code, Some(2));
    has(&said, &["error[pool::impossible]: A: n is 0"]);
}

#[test]
fn what_is_added_for_zero_cells_is_told_study_by_study() {
    let (code, table, said) = answer(COUNTS, &["--measure", "OR"]);
    assert_eq!(code, Some(0), "{said}");
    has(
        &said,
        &[
            "note[pool::zero-cells]: C: 0.5 is added to each count, because one is 0",
            "trials.csv:4",
            "warning[pool::double-zero]: A: no events, or only events, in both arms",
            "% of the weight",
            "--drop00 leaves them out",
        ],
    );
    has(
        &table,
        &[
            "Zero cells: 0.5 added to each count of A, C",
            "No events, or only events, in both arms: A",
        ],
    );
    let (_, json, _) = answer(COUNTS, &["--measure", "OR", "--json"]);
    let result: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(result["studies"][0]["double_zero"], true);
    assert_eq!(result["studies"][1].get("added"), None);
    assert_eq!(result["studies"][2]["added"], 0.5);
    let (_, _, said) = answer(COUNTS, &["--measure", "OR", "--drop00"]);
    has(&said, &["A is left out: both arms have no events"]);
    // Without events in either arm risks do not differ, and that is information.
    let (_, _, said) = answer(COUNTS, &["--measure", "RD"]);
    assert!(!said.contains("double-zero"), "{said}");
}

#[test]
fn two_studies_have_no_prediction_interval_and_one_study_no_test_of_its_own() {
    for rule in ["as-test", "k-2"] {
        let (code, table, said) = answer(TWO, &["--prediction", rule]);
        assert_eq!(code, Some(0), "{said}");
        has(&table, &["Prediction interval: none, because two studies"]);
        assert!(!table.contains("k - 2"), "{table}");
        has(&said, &["note[pool::few-for-prediction]"]);
    }
    let (_, table, said) = answer("study,yi,vi\nA,0.3,0.04\n", &["--test", "knha"]);
    has(&table, &["tests by z"]);
    has(&said, &["with one study the test is z, not knha"]);
    let (code, table, said) = answer(
        "study,yi,vi,year\nA,0.3,0.04,2001\n",
        &["--moderators", "~ year"],
    );
    assert_eq!(code, Some(2));
    has(
        &said,
        &["1 study and 1 coefficient leave nothing to judge them by"],
    );
    assert!(!table.contains("R2"), "{table}");
}

#[test]
fn groups_of_one_study_are_not_tested_against_each_other() {
    let (_, table, said) = answer(
        "study,yi,vi,g\nA,0.1,0.04,x\nB,0.3,0.05,y\n",
        &["--subgroup", "G"],
    );
    has(&table, &["Difference between groups: not tested"]);
    has(&said, &["one study alone makes the group x, y"]);
    let four = "study,yi,vi,g\nA,0.1,0.04,x\nB,0.3,0.05,y\nC,0.2,0.05,x\nD,0.5,0.05,y\n";
    let (_, table, _) = answer(four, &["--subgroup", "g"]);
    has(
        &table,
        &[
            "Difference between groups: Q(1)",
            "each group with its own tau2",
        ],
    );
    let (_, table, _) = answer(four, &["--subgroup", "g", "--method", "CE"]);
    assert!(!table.contains("own tau2"), "{table}");
}

#[test]
fn logarithms_beside_ratios_are_called_by_their_name() {
    let file = "study,events1,n1,events2,n2,dose\nA,4,50,7,52,1\nB,3,30,5,31,2\nC,6,40,9,41,3\nD,2,45,8,44,5\nE,5,60,6,61,4\n";
    let (code, table, said) = answer(
        file,
        &[
            "--measure",
            "RR",
            "--moderators",
            "~ dose",
            "--egger",
            "--permutations",
            "20",
        ],
    );
    assert_eq!(code, Some(0), "{said}");
    has(
        &table,
        &[
            "Coefficients, their se and CI are on the scale of the log risk ratio.",
            "(log risk ratio a unit)",
            "arrangements): intrcpt p",
            ", dose p",
            ", all moderators p",
        ],
    );
}

#[test]
fn equal_effects_are_shown_without_a_test_that_nothing_defines() {
    let (code, table, said) = answer(
        "study,yi,vi\nA,0.5,0.04\nB,0.5,0.05\nC,0.5,0.03\n",
        &["--test", "knha", "--influence"],
    );
    assert_eq!(code, Some(0), "{said}");
    has(&said, &["warning[pool::no-width]"]);
    has(&table, &["not defined, because the standard error is 0"]);
    assert!(
        !table.contains("NaN") && !table.contains("0.500000"),
        "{table}"
    );
}

#[test]
fn a_study_without_a_place_in_the_order_is_named() {
    let file = "study,yi,vi,year\nA,0.1,0.02,2001\nB,0.3,0.04,\nC,0.2,0.03,2000\n";
    let (code, table, said) = answer(file, &["--cumulative", "Year"]);
    assert_eq!(code, Some(0), "{said}");
    has(
        &said,
        &["B is added last: its `Year` is missing", "trials.csv:3"],
    );
    has(&table, &["adding"]);
    let (code, table, said) = answer(&file.replace("2000", "in press"), &["--cumulative", "year"]);
    assert_eq!(code, Some(2));
    has(&said, &["C: `in press` in column `year` is no number"]);
    assert!(!table.contains("adding"), "{table}");
}

#[test]
fn a_moderator_that_a_decimal_comma_turns_into_categories_is_told() {
    let file =
        "study,yi,vi,dose\nA,0.1,0.02,1\nB,0.3,0.04,\"0,5\"\nC,0.2,0.03,1\nD,0.2,0.03,\"0,5\"\n";
    let (_, _, said) = answer(file, &["--moderators", "~ dose"]);
    has(
        &said,
        &[
            "`dose` is taken for categories, because `0,5` is no number",
            "factor(dose)",
        ],
    );
    let (_, _, said) = answer(file, &["--moderators", "~ factor(dose)"]);
    assert!(!said.contains("categories"), "{said}");
}

#[test]
fn a_group_of_one_study_is_left_out_of_the_test_in_the_table_and_in_json() {
    let file =
        "study,yi,vi,g\nA,0.1,0.04,x\nB,0.3,0.05,y\nC,0.2,0.05,y\nD,0.5,0.05,z\nE,0.9,0.04,z\n";
    let (_, table, said) = answer(file, &["--subgroup", "g"]);
    has(&table, &["Difference between groups: Q(1)", ", without x"]);
    has(
        &said,
        &["one study alone makes the group x, which is shown and not tested"],
    );
    let json = |file: &str| -> serde_json::Value {
        let (_, json, _) = answer(file, &["--subgroup", "g", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        json["subgroups"].clone()
    };
    let found = json(file);
    assert_eq!(found["df"], 1.0);
    assert_eq!(found["left_out"], serde_json::json!(["x"]));
    let few = json("study,yi,vi,g\nA,0.1,0.04,x\nB,0.3,0.05,y\nC,0.2,0.05,z\nD,0.5,0.05,z\n");
    for name in ["q_between", "df", "p"] {
        assert!(few[name].is_null(), "{name}");
    }
    assert_eq!(few["not_tested"], "fewer than two groups have 2 studies");
    assert_eq!(few["groups"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_group_of_equal_effects_is_refused_by_its_name() {
    let file = "study,yi,vi,g\nA,0.1,0.04,x\nB,0.3,0.03,x\nC,0.2,0.05,y\nD,0.2,0.05,y\n";
    let (code, table, said) = answer(file, &["--subgroup", "g", "--test", "knha"]);
    assert_eq!(code, Some(2));
    has(&said, &["the mean of the group `y` has a variance of 0"]);
    assert!(!said.contains("trials.csv:3"), "{said}");
    has(&table, &["not tested, because the mean of the group `y`"]);
}

#[test]
fn only_equal_effects_are_called_equal() {
    let tiny = "study,yi,vi\nA,0.5,1e-20\nB,0.1,0.05\nC,0.9,0.03\n";
    for test in ["z", "knha"] {
        let (_, _, said) = answer(tiny, &["--method", "CE", "--test", test]);
        assert!(!said.contains("pool::no-width"), "{test}: {said}");
    }
}

#[test]
fn a_factor_is_known_however_its_column_is_spelled() {
    let file = "study,yi,vi,Grade\nA,0.1,0.02,1\nB,0.3,0.04,two\nC,0.2,0.03,1\nD,0.2,0.03,two\n";
    for formula in ["~ factor(grade)", "~ factor( Grade )"] {
        let (_, _, said) = answer(file, &["--moderators", formula]);
        assert!(!said.contains("pool::mixed-moderator"), "{said}");
    }
    let (_, _, said) = answer(file, &["--moderators", "~ grade"]);
    has(&said, &["write factor(Grade)"]);
}

#[test]
fn what_is_added_to_all_is_not_called_for_by_a_zero() {
    let file = "study,events1,n1,events2,n2\nA,4,50,6,50\n";
    let (_, _, said) = answer(file, &["--measure", "OR", "--to", "all"]);
    has(&said, &["0.5 is added to the counts of every study"]);
    assert!(!said.contains("because one is 0"), "{said}");
}

#[test]
fn a_row_below_an_empty_line_is_told_by_its_own_line() {
    for end in ["\n", "\r\n"] {
        let file = "study,yi,vi\nA,0.1,0.04\n\n\nB,x,0.05\nC,0.2,0.04\n".replace('\n', end);
        let (_, _, said) = answer(&file, &[]);
        has(&said, &["trials.csv:5"]);
    }
}
