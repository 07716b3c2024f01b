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
fn bad_cells_leave_out_their_row_alone_and_each_says_where_and_how() {
    let ran = run(forms(
        "A,o,s,end,post,x,intervention,20,\"12,5\",3,,,T,,r1,\n\
         A,o,s,end,post,y,control,20,about 12,3,,,T,,r1,\n\
         A,o,s,end,post,z,control,0,12,0,,,T,,r1,\n\
         A,e,,end,post,x,intervention,,,,48,40,T,,r1,\n\
         A,o,s2,end,post,x,intervention,20,12,3,,,T,,r1,\n\
         A,o,s,end,pots,x,intervention,20,12,3,,,T,,r1,\n\
         B,o,s,end,post,x,intervention,20,12,3,,,T,,r1,\n\
         B,o,s,end,post,y,control,20,12,3,,,T,,r1,\n\
         A,o,s,end,change,x,intervention,20,12,3,,,T,,r1,\n",
    ));
    insta::assert_snapshot!(messages(&ran.problems), @"");
    let kept: Vec<&String> = ran.tables["outcomes"].rows.keys().collect();
    assert_eq!(kept, ["A|o|s|end|change|x"]);
}

#[test]
fn what_is_wrong_in_structure_stops_before_the_run() {
    let wrong = incoming(INCLUDED, &[
        ("outcomes.csv", b"study,outcome,scale,tiem,kind,arm,group,n,mean,extractor\n".to_vec()),
        ("statistics.csv", b"study,outcome,scale,time,contrast,arm,statistic,source,value,p,extractor\nA,o,s,end,within,x,t,T1,1,0.3,r1\nA,o,s,end,within,x,t,T1,2,0.1,r1\n".to_vec()),
        ("scales.yaml", b"version: 1\nscales:\n  - { id: s, higher_means: worst }\n".to_vec()),
    ]);
    insta::assert_snapshot!(messages(&Stage::check(&Extract, &Settings::default(), &wrong)), @"");
}

#[test]
fn two_readings_that_differ_are_open_work_and_their_row_waits() {
    let outcomes = "A,o,s,end,post,x,intervention,20,12.5,3,,,T,,r1,\nA,o,s,end,post,x,intervention,20,-12.5,3,,,T,,r2,\n\
                    A,o,s,end,post,y,control,20,12.50,3,,,T,,r1,\nA,o,s,end,post,y,control,20,12.5,3,,,T,,r2,\n";
    let ran = run(forms(outcomes));
    assert!(ran.problems.is_empty());
    assert_eq!(ran.tables["outcomes"].rows.len(), 1);
    insta::assert_snapshot!(ran.open_work[0].what, @"A, o, s, end, post, x: `mean` is 12.5 by r1 (data/extraction/outcomes.csv:2:38), -12.5 by r2 (data/extraction/outcomes.csv:3:38)");
}

#[test]
fn a_converted_cell_names_its_conversion_and_that_names_the_cells() {
    let form = "study,outcome,scale,time,kind,arm,group,n,mean,se,extractor\nA,o,s,end,post,x,intervention,25,12.5,0.6,r1\n";
    let ran = run(incoming(INCLUDED, &[("outcomes.csv", form.as_bytes().to_vec())]));
    let row = "A|o|s|end|post|x";
    // 0.6 · √25 = 3
    assert_eq!(ran.tables["outcomes"].cell(row, "sd"), Some("3.0"));
    assert_eq!(
        ran.tables["outcomes"].cell(row, "origin"),
        Some("extracted(screen/included#A/) & sd=sd-from-se(extract/conversions#A|o|s|end|post|x|sd/value)")
    );
    assert_eq!(
        ran.tables["conversions"].cell("A|o|s|end|post|x|sd", "origin"),
        Some("sd-from-se(extract/outcomes#A|o|s|end|post|x/se; extract/outcomes#A|o|s|end|post|x/n)")
    );
}

#[test]
fn an_adjudicated_cell_of_the_shipped_review_leads_to_who_settled_it() {
    let ran = shipped();
    assert!(ran.problems.is_empty(), "{}", messages(&ran.problems));
    let row = "huang-2020|personal-accomplishment|mbi-hss-pa|end-of-intervention|change|waitlist";
    assert_eq!(ran.tables["outcomes"].cell(row, "mean"), Some("-1.83"));
    let origin = ran.tables["outcomes"].cell(row, "origin").unwrap();
    assert!(origin.contains("mean=adjudicated(screen/included#huang-2020/)"), "{origin}");
    let places = &ran.tables["places"];
    let own: Vec<&String> = places
        .rows
        .keys()
        .filter(|key| places.cell(key, "row") == Some(row) && places.cell(key, "column") == Some("mean"))
        .collect();
    assert_eq!(own.len(), 1);
    assert_eq!(places.cell(own[0], "by"), Some("reviewer-a;reviewer-b"));
    assert_eq!(places.cell(own[0], "place"), Some("data/extraction/adjudication.csv:2:90"));
}

#[test]
fn the_shipped_studies_findings_are_these_and_no_others() {
    let ran = shipped();
    let integrity = &ran.tables["integrity"];
    let told: Vec<String> = integrity
        .rows
        .keys()
        .map(|key| {
            let cell = |column| integrity.cell(key, column).unwrap_or_default();
            format!("{} {} {}: {} <- {}", cell("study"), cell("outcome"), cell("check"), cell("recomputed"), cell("reported"))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"");
}

#[test]
fn what_waits_for_people_in_the_shipped_review_is_counted() {
    let ran = shipped();
    let work: Vec<(&str, u64)> = ran.open_work.iter().map(|work| (work.code.as_str(), work.count)).collect();
    assert_eq!(work, [("extraction::finding", 33)]);
}
