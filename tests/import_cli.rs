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

#[test]
fn bad_files_are_told_each_and_the_good_one_beside_them_is_read() {
    let folder = folder(&[
        ("good.ris", RIS),
        (
            "sign-in.ris",
            "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>",
        ),
        ("empty.nbib", ""),
        ("nul.ris", "TY  - JOUR\nTI  - N\0ul\nER  - \n"),
    ]);
    write_bytes(folder.path().join("bomb.zip"), &zip_bomb());
    write(folder.path().join("bomb.xml"), &xml_bomb());
    let files = [
        "import",
        "sign-in.ris",
        "empty.nbib",
        "bomb.zip",
        "bomb.xml",
        "nul.ris",
        "good.ris",
    ];
    let began = std::time::Instant::now();
    let output = review(&folder, &files);
    assert!(began.elapsed().as_secs() < 30, "no bomb goes off");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(titles(&output), ["&j;", "Nul", "A"], "{said}");
    for part in [
        "sign-in.ris:1: error[bib::not-an-export]: not a search export: an HTML page",
        "empty.nbib:1: error[bib::not-an-export]: the file is empty",
        "bomb.zip/bomb.ris: error[bib::archive]",
        "bomb.xml:1:",
        "nul.ris:2:8: warning[bib::nul]",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains("good.ris"), "{said}");
}

#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
fn write_bytes(path: PathBuf, content: &[u8]) {
    std::fs::write(path, content).expect("a file in the temporary folder");
}

/// Blanks that unpack to far more than they take.
fn zip_bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("bomb.ris", zip::write::SimpleFileOptions::default())
        .expect("a member can begin in memory");
    std::io::Write::write_all(&mut zip, &vec![b' '; 40 << 20]).expect("memory can be written");
    zip.finish().expect("memory can be written").into_inner()
}

/// Entities that would double nine times.
fn xml_bomb() -> String {
    let entities: Vec<String> = (b'b'..=b'j')
        .map(|name| {
            let inner = format!("&{};", char::from(name - 1)).repeat(10);
            format!("<!ENTITY {} \"{inner}\">", char::from(name))
        })
        .collect();
    let entities = entities.concat();
    format!(
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">{entities}]><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&j;</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
}

#[test]
fn records_go_out_to_the_screening_tool_that_is_named() {
    let folder = folder(&[("b.nbib", NBIB)]);
    let output = review(
        &folder,
        &["import", "b.nbib", "--to", "rayyan", "-o", "o.csv"],
    );
    assert_eq!(output.status.code(), Some(0));
    let written = read(folder.path().join("o.csv"));
    assert!(
        written.starts_with("key,title,year,month,day,journal,issn,"),
        "{written}"
    );
    assert_eq!(written.matches("review-id:rec-").count(), 2, "{written}");
    let covidence = review(&folder, &["import", "b.nbib", "--to", "Covidence"]);
    assert!(String::from_utf8_lossy(&covidence.stdout).starts_with("TY  - "));
    let wrong = review(
        &folder,
        &["import", "b.nbib", "--to", "covidence", "-o", "o.csv"],
    );
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("covidence imports .ris"));
    let unknown = review(&folder, &["import", "b.nbib", "--to", "paper"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no tool `paper`"));
}

#[test]
fn a_record_of_two_files_keeps_two_names_that_read_back() {
    let folder = folder(&[("a.nbib", NBIB), ("b.nbib", NBIB)]);
    let ids = |output: &Output| -> Vec<String> {
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|line| line.chars().skip(7).take_while(|c| *c != '"').collect())
            .collect()
    };
    let both = review(&folder, &["import", "a.nbib", "b.nbib"]);
    let first = ids(&both);
    assert_eq!(first[2], format!("{}-2", first[0]));
    assert!(
        String::from_utf8_lossy(&both.stderr).contains("b.nbib: note[import::copy]: 2 record(s)")
    );
    review(&folder, &["import", "a.nbib", "b.nbib", "-o", "o.ris"]);
    assert_eq!(ids(&review(&folder, &["import", "o.ris"])), first);
}

#[test]
fn a_mapped_column_that_a_table_lacks_is_named_with_the_nearest() {
    let folder = folder(&[("list.csv", "Paper,Who\nA title,Smith J\n")]);
    let output = review(
        &folder,
        &[
            "import",
            "list.csv",
            "--map",
            "Paper=title",
            "--map",
            "Whoo=authors",
        ],
    );
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("bib::mapped-column"), "{said}");
    assert!(said.contains("did you mean `Who`?"), "{said}");
}

/// Two abstracts of a supplement, under its DOI.
fn supplement(first: &str, second: &str) -> String {
    let record = |title: &str| format!("TY  - JOUR\nTI  - {title}\nDO  - 10.1000/supp\nER  - \n");
    format!("{}{}", record(first), record(second))
}

/// Title and id of each record, sorted.
fn named(output: &Output) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(&output.stdout);
    let mut pairs: Vec<(String, String)> = text
        .lines()
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).expect("JSON Lines");
            (record["title"].to_string(), record["id"].to_string())
        })
        .collect();
    pairs.sort();
    pairs
}

#[test]
fn papers_of_one_doi_have_the_same_ids_in_any_order_of_records_and_files() {
    let folder = folder(&[
        ("ab.ris", &supplement("Walking", "Cycling")),
        ("ba.ris", &supplement("Cycling", "Walking")),
        ("a.ris", &supplement("Walking", "Walking")),
        ("b.ris", &supplement("Cycling", "Cycling")),
    ]);
    let one = review(&folder, &["import", "ab.ris"]);
    assert_eq!(named(&one), named(&review(&folder, &["import", "ba.ris"])));
    let said = String::from_utf8_lossy(&one.stderr);
    assert!(
        said.contains("ab.ris:5: warning[bib::shared-identity]: `10.1000/supp` stands for records of different titles"),
        "{said}"
    );
    let files = named(&review(&folder, &["import", "a.ris", "b.ris"]));
    assert_eq!(
        files,
        named(&review(&folder, &["import", "b.ris", "a.ris"]))
    );
    assert_eq!(files.len(), 4);
    assert!(
        named(&one).iter().all(|pair| files.contains(pair)),
        "{files:?}"
    );
}

#[test]
fn an_output_that_gets_nothing_or_is_an_export_leaves_the_file_as_it_was() {
    let folder = folder(&[
        ("me.ris", RIS),
        ("good.jsonl", "kept\n"),
        ("page.ris", "<html></html>"),
    ]);
    let own = review(&folder, &["import", "me.ris", "-o", "./me.ris"]);
    assert_eq!(own.status.code(), Some(2), "{own:?}");
    assert_eq!(read(folder.path().join("me.ris")), RIS);
    for name in ["page.ris", "absent.ris"] {
        let run = review(&folder, &["import", name, "-o", "good.jsonl"]);
        assert_eq!(run.status.code(), Some(2), "{run:?}");
        let new = review(&folder, &["import", name, "-o", "new.jsonl"]);
        assert_eq!(new.status.code(), Some(2), "{new:?}");
    }
    assert_eq!(read(folder.path().join("good.jsonl")), "kept\n");
    assert!(!folder.path().join("new.jsonl").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_an_error_of_every_command_and_files_are_readable() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("a.ris", RIS)]);
    for arguments in [&["import", "a.ris"][..], &["schema"], &["man"]] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let run = Command::new(env!("CARGO_BIN_EXE_review"))
            .current_dir(folder.path())
            .args(arguments)
            .stdout(full.expect("a device that is always full"))
            .output()
            .expect("the binary runs");
        assert_eq!(run.status.code(), Some(1), "{arguments:?} {run:?}");
    }
    let run = review(&folder, &["import", "a.ris", "-o", "/dev/full/a.jsonl"]);
    assert_ne!(run.status.code(), Some(0));
    review(&folder, &["import", "a.ris", "-o", "a.jsonl"]);
    let mode = folder
        .path()
        .join("a.jsonl")
        .metadata()
        .expect("written")
        .permissions()
        .mode();
    assert_eq!(mode & 0o400, 0o400);
    assert_ne!(mode & 0o777, 0o600);
}
