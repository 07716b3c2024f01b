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
