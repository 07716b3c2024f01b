//! `review deduplicate` as a command: files in, four tables out.

use std::path::Path;
use std::process::{Command, Output};

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_review"))
        .current_dir(folder)
        .arg("deduplicate")
        .args(args)
        .output()
        .expect("the command starts")
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test of the command writes and reads its files"
)]
fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("the temporary folder can be written");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test of the command writes and reads its files"
)]
fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

const TABLE: &str = "\u{feff}ID,Database,Title,Author,Year,Journal,Volume,Pages,DOI\n\
    p1,PubMed,Mindfulness training for burnout among nurses.,Huang L and Park J,2019,J Occup Health,61,112-20,10.1000/joh.1\n\
    e1,Embase,Mindfulness training for burnout among nurses,\"Huang, L. and Park, J.\",2019,Journal of Occupational Health,61,112-120,\n\
    e2,Embase,Erratum: Mindfulness training for burnout among nurses,\"Huang, L. and Park, J.\",2019,Journal of Occupational Health,61,300,\n";

#[test]
fn writes_clusters_pairs_queue_and_merged_records() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "records.csv", TABLE);
    let output = run(folder.path(), &["records.csv", "-o", "out"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        read(folder.path(), "out/clusters.csv"),
        "id,cluster\ne1,e1\ne2,e2\np1,e1\n"
    );
    let pairs = read(folder.path(), "out/duplicates.csv");
    assert!(
        pairs.starts_with("id1,id2,rule,score,fields\ne1,p1,same-place,"),
        "{pairs}"
    );
    assert!(pairs.contains("112-120 | 112-20"), "{pairs}");
    assert_eq!(read(folder.path(), "out/queue.csv"), "id1,id2,score,why\n");
    let merged = read(folder.path(), "out/records.csv");
    assert!(
        merged.contains("e1; p1,Embase; PubMed,records.csv:3; records.csv:2"),
        "{merged}"
    );
}

#[test]
fn verdict_and_former_identifiers_are_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "records.csv", TABLE);
    write(
        folder.path(),
        "verdicts.csv",
        "id1,id2,verdict\ne1,e2,same\n",
    );
    write(folder.path(), "before.csv", "id,cluster\np1,p1\n");
    let output = run(
        folder.path(),
        &[
            "records.csv",
            "-o",
            "out",
            "--verdicts",
            "verdicts.csv",
            "--previous",
            "before.csv",
        ],
    );
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        read(folder.path(), "out/clusters.csv"),
        "id,cluster\ne1,p1\ne2,p1\np1,p1\n"
    );
}

#[test]
fn exports_are_imported_first() {
    let folder = tempfile::tempdir().unwrap();
    let ris = |title: &str, pages: &str| {
        format!(
            "TY  - JOUR\nTI  - {title}\nAU  - Huang, Ling\nAU  - Park, Jin\nPY  - 2019\nJO  - J Occup Health\nVL  - 61\nSP  - {pages}\nER  - \n"
        )
    };
    let title = "Mindfulness training for burnout among nurses";
    write(
        folder.path(),
        "one.ris",
        &format!(
            "{}{}",
            ris(title, "112"),
            ris("Sleep in shift workers: a cohort study", "30")
        ),
    );
    write(folder.path(), "two.ris", &ris(&title.to_uppercase(), "112"));
    let output = run(folder.path(), &["one.ris", "two.ris", "-o", "out"]);
    assert!(output.status.success(), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("3 records, 2 publications"),
        "{output:?}"
    );
}

#[test]
fn a_file_without_records_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "notes.txt", "nothing here\n");
    let output = run(folder.path(), &["notes.txt", "-o", "out"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("error["),
        "{output:?}"
    );
}

#[test]
fn why_prints_the_ground_of_a_pair_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "records.csv", TABLE);
    let output = run(
        folder.path(),
        &["records.csv", "--why", "p1,e1", "--why", "e1,e2"],
    );
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("p1,e1,same,same-place,"), "{text}");
    assert!(text.contains("e1,e2,different,notice-and-item,"), "{text}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let unknown = run(folder.path(), &["records.csv", "--why", "p1,zz"]);
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");
}

#[test]
fn bad_rows_are_said_and_none_is_fatal() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(1 << 20);
    write(
        folder.path(),
        "records.csv",
        &format!(
            "id,title,authors,year,pages,doi\na,#NAME?,,2019,,\na,#NAME?,,2019,,\n,,,,,\nb,{long},{long},{long},{long},{long}\nc\nd,\"{long},x\n"
        ),
    );
    let output = run(folder.path(), &["records.csv", "-o", "out"]);
    assert!(output.status.success(), "{:?}", output.status);
    let said = String::from_utf8_lossy(&output.stderr);
    for code in ["dedup::no-title", "dedup::repeated-id", "bib::stray-quote"] {
        assert!(said.contains(code), "{code}");
    }
    // The row of separators is blank.
    assert_eq!(read(folder.path(), "out/clusters.csv").lines().count(), 6);
}

#[test]
fn letters_that_are_no_utf_8_are_read_and_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = b"ID,Title\nr1,Sleep\nr2,Caf\xe9 culture\n";
    #[expect(clippy::disallowed_methods, reason = "bytes that are no text")]
    std::fs::write(folder.path().join("w.csv"), table).expect("written");
    let output = run(folder.path(), &["w.csv", "-o", "out"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(read(folder.path(), "out/records.csv").contains("Café culture"));
    assert!(
        said.contains("w.csv:1:1: note[bib::id-column]: the column `ID` names the records"),
        "{said}"
    );
}

#[test]
fn a_table_is_read_alike_whatever_its_separator_and_encoding_and_no_key_names_records() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "s.csv",
        "id;title;year\nA1;Sleep in shift workers;2019\nA2;Walking at noon;2020\n",
    );
    let utf16: Vec<u8> = "\u{feff}id,title\nB1,Yoga in the evening\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    #[expect(clippy::disallowed_methods, reason = "bytes that are no UTF-8")]
    std::fs::write(folder.path().join("u.csv"), utf16).expect("written");
    let zotero = "Key,Item Type,Publication Year,Author,Title,Publication Title,Volume,Pages\n\
        K1,journalArticle,2019,\"Silva, M\",Walking for chronic back pain in adults,BMJ Open,9,1-8\n\
        K2,journalArticle,2019,\"Silva, M\",Walking for chronic back pain in adults,Revista Medica de Chile,147,20-29\n";
    write(folder.path(), "z.csv", zotero);
    let output = run(folder.path(), &["s.csv", "u.csv", "z.csv", "-o", "out"]);
    assert!(output.status.success(), "{output:?}");
    let clusters = read(folder.path(), "out/clusters.csv");
    for id in ["A1,A1", "A2,A2", "B1,B1"] {
        assert!(clusters.contains(id), "{clusters}");
    }
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("5 records, 5 publications"), "{said}");
}

#[test]
fn why_obeys_verdicts_and_tells_files_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "records.csv", TABLE);
    write(folder.path(), "v.csv", "id1;id2;verdict\ne2;e1;same\n;;\n");
    let output = run(
        folder.path(),
        &[
            "records.csv",
            "absent.ris",
            "--verdicts",
            "v.csv",
            "--why",
            "e1,e2",
        ],
    );
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("e1,e2,same,verdict,") && text.contains("v.csv:2; title"),
        "{text}"
    );
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("absent.ris: error[dedup::unreadable-file]"),
        "{said}"
    );
}

#[test]
fn a_verdict_whose_line_describes_another_record_is_told_and_not_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "records.csv", TABLE);
    write(
        folder.path(),
        "v.csv",
        "id1,id2,verdict,title2\np1,e1,different,A trial of evening walks\n",
    );
    let output = run(
        folder.path(),
        &["records.csv", "--verdicts", "v.csv", "-o", "out"],
    );
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("v.csv:2: error[dedup::contradicted-verdict]"),
        "{said}"
    );
    assert!(read(folder.path(), "out/clusters.csv").contains("p1,e1"));
}

#[test]
fn former_clusters_are_read_by_the_names_of_columns() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "records.csv", TABLE);
    write(
        folder.path(),
        "semicolons.csv",
        "cluster;id\np1;p1\ngone;gone\n",
    );
    let args = ["records.csv", "-o", "out", "--previous", "semicolons.csv"];
    let output = run(folder.path(), &args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(read(folder.path(), "out/clusters.csv").contains("e1,p1"));
    assert!(
        said.contains("semicolons.csv:3:6: note[dedup::previous-record]"),
        "{said}"
    );
    assert!(said.contains("1 of 2 former cluster ids kept"), "{said}");
    write(folder.path(), "other.csv", "foo,bar\np1,p1\n");
    let other = run(
        folder.path(),
        &["records.csv", "-o", "out", "--previous", "other.csv"],
    );
    assert_eq!(other.status.code(), Some(2), "{other:?}");
}

#[test]
fn settings_are_told_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "records.csv", TABLE);
    write(folder.path(), "s.yaml", "preprint: maybe\n");
    let output = run(
        folder.path(),
        &["records.csv", "-o", "out", "--settings", "s.yaml"],
    );
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("s.yaml:1:11: error[config::unknown-value]"),
        "{said}"
    );
}

#[test]
fn a_table_that_grows_as_bombs_do_is_refused() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(b"id,title\na,\"").expect("packed");
    gzip.write_all(&vec![b'x'; 40 << 20]).expect("packed");
    #[expect(clippy::disallowed_methods, reason = "bytes that are no text")]
    std::fs::write(
        folder.path().join("bomb.csv.gz"),
        gzip.finish().expect("packed"),
    )
    .expect("written");
    let output = run(folder.path(), &["bomb.csv.gz", "-o", "out"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("bomb.csv.gz: error[bib::archive]"), "{said}");
}
