//! The stage on forms written here, and on those of the shipped review.

use super::*;
use crate::artefact::Sheet;
use crate::stage::{AnyStage, InFile, OpenWork, Received};
use std::collections::BTreeMap;

const INCLUDED: &str = "key,study,label,admission,reports,origin\nA,A,A 2020,protocol,1,included()\n";
const OUTCOMES: &str = "study,outcome,scale,time,kind,arm,group,n,mean,sd,events,total,source,reported,extractor,at\n";
const SCALES: &str = "version: 1\nscales:\n  - { id: s, min: 0, max: 50, integer: true, higher_means: worse }\n";

struct Ran {
    tables: BTreeMap<&'static str, Sheet>,
    problems: Problems,
    open_work: Vec<OpenWork>,
}

fn incoming(included: &str, files: &[(&str, Vec<u8>)]) -> Incoming {
    let received = |stage: &str, artefact: &str, path: &str, files: Files| Received {
        stage: stage.into(),
        artefact: artefact.into(),
        path: path.into(),
        files,
    };
    let file = |path: &str, bytes: &[u8]| InFile { path: path.into(), bytes: bytes.to_vec() };
    let forms = files.iter().map(|(name, bytes)| file(&format!("data/extraction/{name}"), bytes)).collect();
    let mut ports = BTreeMap::new();
    ports.insert("studies".to_owned(), vec![received("screen", "included", "reports/stages/screen/included.csv", vec![file("included.csv", included.as_bytes())])]);
    ports.insert("forms".to_owned(), vec![received("", "", "data/extraction/", forms)]);
    Incoming { ports }
}

fn run(incoming: Incoming) -> Ran {
    let mut cx = Context::of("extract");
    let settings = AnyStage::settings(&Extract, None).expect("defaults");
    let given = AnyStage::run(&Extract, &settings, incoming, &mut cx).expect("forms that can be used");
    let tables = given
        .into_iter()
        .filter_map(|(port, output)| match output {
            Output::File(bytes) => Some((port, Sheet::read("x.csv", &bytes).expect("a table"))),
            Output::Folder(_) => None,
        })
        .collect();
    let (problems, open_work) = cx.into_parts();
    Ran { tables, problems, open_work }
}

fn messages(problems: &Problems) -> String {
    let mut text = String::new();
    for problem in problems {
        text.push_str(&format!("{problem}\n"));
        for (place, label) in problem.places.iter().filter(|(_, label)| !label.is_empty()) {
            text.push_str(&format!("    {place} {label}\n"));
        }
        text.push_str(&format!("    help: {}\n", problem.help.as_deref().unwrap_or_default()));
    }
    text
}

fn forms(outcomes: &str) -> Incoming {
    incoming(INCLUDED, &[
        ("outcomes.csv", format!("{OUTCOMES}{outcomes}").into_bytes()),
        ("scales.yaml", SCALES.as_bytes().to_vec()),
    ])
}

fn shipped() -> Ran {
    let read = |name: &str| {
        let path = format!("{}/data/extraction/{name}", env!("CARGO_MANIFEST_DIR"));
        crate::engine::files::read(std::path::Path::new(&path)).expect("a file of the shipped review")
    };
    let names = ["outcomes.csv", "statistics.csv", "studies.csv", "adjudication.csv", "scales.yaml"];
    let files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (*name, read(name))).collect();
    let included = "key,study,label,admission,reports,origin\n\
        huang-2020,huang-2020,Huang 2020,protocol,1,x()\nshan-2024,shan-2024,Shan 2024,amendment:a2,1,x()\n";
    run(incoming(included, &files))
}

#[test]
fn show_shipped() {
    let ran = shipped();
    println!("{}", messages(&ran.problems));
    println!("{:#?}", ran.open_work);
    for (key, row) in &ran.tables["integrity"].rows {
        let _ = key;
        println!("{:?}", &row[1..9]);
    }
    println!("{}", ran.tables["conversions"].rows.len());
    for row in ran.tables["conversions"].rows.values() { println!("{row:?}"); }
}
