//! `review import` on the command line: streams, exit codes, order, output files.

use std::path::PathBuf;
use std::process::{Command, Output};

fn review(folder: &tempfile::TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_review"))
        .current_dir(folder.path())
        .args(arguments)
        .output()
        .expect("the binary runs")
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        write(folder.path().join(name), content);
    }
    folder
}

#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
fn write(path: PathBuf, content: &str) {
    std::fs::write(path, content).expect("a file in the temporary folder");
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests read what the program wrote"
)]
fn read(path: PathBuf) -> String {
    std::fs::read_to_string(path).expect("the program wrote it")
}

const RIS: &str = "TY  - JOUR\nTI  - A\nER  - \n";
const NBIB: &str = "PMID- 1\nTI  - B\n\nPMID- 2\nTI  - C\n";

fn titles(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON Lines")["title"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

#[test]
fn records_come_in_the_order_of_the_files_named() {
    let folder = folder(&[("a.ris", RIS), ("b.nbib", NBIB)]);
    let output = review(&folder, &["import", "b.nbib", "a.ris"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(titles(&output), ["B", "C", "A"]);
    assert!(output.stderr.is_empty());
}

#[test]
fn a_file_that_gave_nothing_ends_in_2_and_the_others_are_still_read() {
    let folder = folder(&[("a.ris", RIS), ("page.ris", "<!DOCTYPE html><html></html>")]);
    let output = review(&folder, &["import", "page.ris", "a.ris", "absent.ris"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(titles(&output), ["A"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("page.ris:1: error[bib::not-an-export]"),
        "{said}"
    );
    assert!(
        said.contains("absent.ris: error[import::unreadable]"),
        "{said}"
    );
}

#[test]
fn what_was_written_imports_to_the_same_records() {
    let folder = folder(&[("b.nbib", NBIB)]);
    let first = review(&folder, &["import", "b.nbib"]);
    for name in ["o.ris", "o.csv", "o.json", "o.jsonl"] {
        assert_eq!(
            review(&folder, &["import", "b.nbib", "-o", name])
                .status
                .code(),
            Some(0)
        );
        let again = review(&folder, &["import", name]);
        assert_eq!(
            titles(&again),
            titles(&first),
            "{name}: {}",
            read(folder.path().join(name))
        );
    }
}

#[test]
fn an_output_of_unknown_form_is_refused_before_reading() {
    let folder = folder(&[("a.ris", RIS)]);
    let output = review(&folder, &["import", "a.ris", "-o", "o.docx"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("import::output"));
}

#[test]
fn columns_and_database_can_be_named() {
    let folder = folder(&[("t.csv", "Paper,Who\nA title,Smith J\n")]);
    let output = review(
        &folder,
        &[
            "import",
            "t.csv",
            "--map",
            "Paper=title",
            "--map",
            "Who=authors",
            "--database",
            "Hand search",
        ],
    );
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        line.contains("\"title\":\"A title\"") && line.contains("\"database\":\"Hand search\""),
        "{line}"
    );
}
