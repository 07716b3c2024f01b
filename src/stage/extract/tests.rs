//! The stage on forms written here, and on those of the shipped review.

use super::*;
use crate::artefact::Sheet;
use crate::stage::{AnyStage, InFile, OpenWork, Received};
use std::collections::BTreeMap;

mod effects;

const INCLUDED: &str = "key,study,label,admission,reports,primary,records,standing,origin\nA,A,A 2020,protocol,1,,,,included()\n";
const OUTCOMES: &str =
    "study,outcome,scale,time,kind,arm,group,n,mean,sd,events,total,source,reported,extractor,at\n";
const SCALES: &str =
    "version: 1\nscales:\n  - { id: s, min: 0, max: 50, integer: true, higher_means: worse }\n";

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
        kept: Vec::new(),
    };
    let file = |path: &str, bytes: &[u8]| InFile {
        path: path.into(),
        bytes: bytes.to_vec(),
    };
    let forms = files
        .iter()
        .map(|(name, bytes)| file(&format!("data/extraction/{name}"), bytes))
        .collect();
    let mut ports = BTreeMap::new();
    ports.insert(
        "studies".to_owned(),
        vec![received(
            "screen",
            "included",
            "reports/stages/screen/included.csv",
            vec![file("included.csv", included.as_bytes())],
        )],
    );
    ports.insert(
        "forms".to_owned(),
        vec![received("", "", "data/extraction/", forms)],
    );
    Incoming { ports }
}

fn run(incoming: Incoming) -> Ran {
    let mut cx = Context::of("extract");
    let settings = AnyStage::settings(&Extract, None).expect("defaults");
    let given =
        AnyStage::run(&Extract, &settings, incoming, &mut cx).expect("forms that can be used");
    let tables = given
        .into_iter()
        .filter_map(|(port, output)| match output {
            Output::File(bytes) => Some((port, Sheet::read("x.csv", &bytes).expect("a table"))),
            Output::Folder(_) => None,
        })
        .collect();
    let (problems, open_work) = cx.into_parts();
    Ran {
        tables,
        problems,
        open_work,
    }
}

fn messages(problems: &Problems) -> String {
    let mut lines = Vec::new();
    for problem in problems {
        lines.push(problem.to_string());
        let labelled = problem.places.iter().filter(|(_, label)| !label.is_empty());
        lines.extend(labelled.map(|(place, label)| format!("    {place} {label}")));
        lines.push(format!(
            "    help: {}",
            problem.help.as_deref().unwrap_or_default()
        ));
    }
    lines.join("\n")
}

fn forms(outcomes: &str) -> Incoming {
    incoming(
        INCLUDED,
        &[
            ("outcomes.csv", format!("{OUTCOMES}{outcomes}").into_bytes()),
            ("scales.yaml", SCALES.as_bytes().to_vec()),
        ],
    )
}

fn shipped() -> Ran {
    let read = |name: &str| {
        let path = format!("{}/data/extraction/{name}", env!("CARGO_MANIFEST_DIR"));
        crate::engine::files::read(std::path::Path::new(&path))
            .expect("a file of the shipped review")
    };
    let names = [
        "outcomes.csv",
        "statistics.csv",
        "studies.csv",
        "adjudication.csv",
        "scales.yaml",
    ];
    let files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (*name, read(name))).collect();
    let included = "key,study,label,admission,reports,primary,records,standing,origin\n\
        huang-2020,huang-2020,Huang 2020,protocol,1,,,,x()\nshan-2024,shan-2024,Shan 2024,amendment:a2,1,,,,x()\n";
    run(incoming(included, &files))
}

#[test]
fn a_study_that_is_described_and_not_included_was_excluded_since_and_stops_nothing() {
    let outcomes = format!("{OUTCOMES}B,o,s,end,post,x,intervention,20,12,3,,,T,,r1,\n");
    let described = "study,label,design,source,reported\nB,B 2019,rct,T,\n";
    let ran = run(incoming(
        INCLUDED,
        &[
            ("outcomes.csv", outcomes.into_bytes()),
            ("studies.csv", described.as_bytes().to_vec()),
            ("scales.yaml", SCALES.as_bytes().to_vec()),
        ],
    ));
    let said = messages(&ran.problems);
    assert!(
        said.contains("`B` is described in studies.csv, and nobody includes it"),
        "{said}"
    );
    assert!(!ran.problems.has_errors(), "{said}");
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
    insta::assert_snapshot!(messages(&ran.problems), @r#"
        data/extraction/outcomes.csv:8:1: error[extraction::not-included]: nobody included the study `B`
            data/extraction/outcomes.csv:8:1 its 2 rows were left out
            help: include it when screening full texts, or take its rows out of data/extraction/outcomes.csv
        data/extraction/outcomes.csv:2:34: error[extraction::comma]: a comma stands where a number has a point: `mean` is `12,5`
            help: write `12.5` if the comma is a decimal one, `125` if it separates thousands
        data/extraction/outcomes.csv:3:29: error[extraction::not-a-number]: text stands where a number belongs: `mean` is `about 12`
            help: write the number alone; leave the cell empty where the paper gives none, and keep its words in `reported`
        data/extraction/outcomes.csv:4:26: error[extraction::not-a-count]: `n` is `0`, not a count of 1 or more
            help: check the cell against the paper
        data/extraction/outcomes.csv:4:31: error[extraction::impossible-spread]: `sd` is `0`, and has to be above 0
            help: leave the cell empty where the paper prints 0 by rounding, and say so in `note`
        data/extraction/outcomes.csv:5:33: error[extraction::impossible-count]: more events than participants
            data/extraction/outcomes.csv:5:33 48 events
            data/extraction/outcomes.csv:5:36 among 40 participants
            help: check the row against the paper
        data/extraction/outcomes.csv:6:5: error[extraction::unknown-scale]: the scale `s2` is not known; the row was left out
            help: did you mean `s`?
        data/extraction/outcomes.csv:7:11: error[extraction::unknown-word]: `kind` is `pots`
            help: did you mean `post`?
        "#);
    let kept: Vec<&str> = ran.tables["outcomes"].rows.keys().collect();
    assert_eq!(kept, ["A|o|s|end|change|x"]);
}

#[test]
fn one_person_with_a_standard_deviation_is_told_at_the_cell() {
    let rows = format!(
        "{OUTCOMES}A,o,s,end,post,x,intervention,1,20,8,,,T1,20 (8),r1,2026-01-01T00:00:00Z\n"
    );
    let ran = run(incoming(INCLUDED, &[("outcomes.csv", rows.into_bytes())]));
    let said = messages(&ran.problems);
    let told = "data/extraction/outcomes.csv:2:31: error[extraction::impossible-spread]: `n` is 1, and one person has no spread";
    assert!(said.contains(told), "{said}");
    assert!(ran.tables["outcomes"].rows.is_empty());
}

#[test]
fn a_design_that_nobody_knows_is_told_at_its_cell_with_the_nearest() {
    let studies = "study,label,design,extractor\nA,A 2020,RCT,r1\n";
    let ran = run(incoming(INCLUDED, &[("studies.csv", studies.into())]));
    insta::assert_snapshot!(messages(&ran.problems), @r#"
        data/extraction/studies.csv:2:10: warning[extraction::unknown-design]: `RCT` is no design that is known
            help: did you mean `rct`?
        "#);
    let known = studies.replace("RCT", "cohort");
    let ran = run(incoming(INCLUDED, &[("studies.csv", known.into())]));
    assert!(ran.problems.is_empty(), "{:?}", ran.problems);
}

#[test]
fn an_outcome_said_to_be_measured_that_the_protocol_does_not_name_is_told_at_its_cell() {
    let studies = "study,label,design,measured,extractor\nA,A 2020,rct,sleep; anxeity,r1\n";
    let forms = || incoming(INCLUDED, &[("studies.csv", studies.as_bytes().to_vec())]);
    let mut with_protocol = forms();
    let outcome = |id: &str| {
        format!("  - {{ id: {id}, name: x, role: primary, registered: true, direction: none }}\n")
    };
    let text = format!(
        "version: 1\ntitle: t\noutcomes:\n{}{}",
        outcome("sleep"),
        outcome("anxiety")
    );
    let file = InFile {
        path: "data/protocol.yaml".into(),
        bytes: text.into_bytes(),
    };
    let received = Received {
        stage: String::new(),
        artefact: String::new(),
        path: file.path.clone(),
        files: vec![file],
        kept: Vec::new(),
    };
    with_protocol
        .ports
        .insert("protocol".into(), vec![received]);
    let ran = run(with_protocol);
    insta::assert_snapshot!(messages(&ran.problems), @r#"
        data/extraction/studies.csv:2:14: warning[extraction::unknown-outcome]: the protocol has no outcome `anxeity`
            help: did you mean `anxiety`?
        "#);
    let status = |ran: &Ran, key: &str| {
        ran.tables["missing"]
            .rows
            .get(key)
            .and_then(|row| row.get(4).map(str::to_owned))
    };
    assert_eq!(
        status(&ran, "A|sleep").as_deref(),
        Some("measured-not-reported")
    );
    let without = run(forms());
    assert_eq!(
        status(&without, "A|anxeity").as_deref(),
        Some("measured-not-reported")
    );
}

#[test]
fn what_is_wrong_in_structure_stops_before_the_run() {
    let wrong = incoming(INCLUDED, &[
        ("outcomes.csv", b"study,outcome,scale,tiem,kind,arm,group,n,mean,extractor\n".to_vec()),
        ("statistics.csv", b"study,outcome,scale,time,contrast,arm,statistic,source,value,p,extractor\nA,o,s,end,within,x,t,T1,1,0.3,r1\nA,o,s,end,within,x,t,T1,2,0.1,r1\n".to_vec()),
        ("scales.yaml", b"version: 1\nscales:\n  - { id: s, higher_means: worst }\n".to_vec()),
    ]);
    insta::assert_snapshot!(messages(&Stage::check(&Extract, &Settings::default(), &wrong)), @r#"
        data/extraction/outcomes.csv:1:21: error[extraction::missing-column]: the outcomes have no column `time`
            help: rename `tiem` to `time`
        data/extraction/statistics.csv:3: error[extraction::duplicate-row]: two rows by r1 are about the same: A, o, s, end, within, x, t, T1
            data/extraction/statistics.csv:3 again
            data/extraction/statistics.csv:2 first
            help: delete one of the two, or name what tells them apart
        data/extraction/scales.yaml:3:28: error[config::unknown-value]: unknown value `worst` in `scales[0].higher_means`
            help: did you mean `worse`?
        "#);
}

#[test]
fn two_readings_that_differ_are_open_work_and_their_row_waits() {
    let outcomes = "A,o,s,end,post,x,intervention,20,12.5,3,,,T,,r1,\nA,o,s,end,post,x,intervention,20,-12.5,3,,,T,,r2,\n\
                    A,o,s,end,post,y,control,20,12.50,3,,,T,,r1,\nA,o,s,end,post,y,control,20,12.5,3,,,T,,r2,\n";
    let ran = run(forms(outcomes));
    assert!(ran.problems.is_empty());
    assert_eq!(ran.tables["outcomes"].rows.len(), 1);
    insta::assert_snapshot!(ran.open_work[0].what, @"A, o, s, end, post, x: `mean` is 12.5 by r1 (data/extraction/outcomes.csv:2:34), -12.5 by r2 (data/extraction/outcomes.csv:3:34)");
}

#[test]
fn a_converted_cell_names_its_conversion_and_that_names_the_cells() {
    let form = "study,outcome,scale,time,kind,arm,group,n,mean,se,extractor\nA,o,s,end,post,x,intervention,25,12.5,0.6,r1\n";
    let ran = run(incoming(
        INCLUDED,
        &[("outcomes.csv", form.as_bytes().to_vec())],
    ));
    let row = "A|o|s|end|post|x";
    // 0.6 · √25 = 3
    assert_eq!(ran.tables["outcomes"].cell(row, "sd"), Some("3.0"));
    assert_eq!(
        ran.tables["outcomes"].cell(row, "origin"),
        Some(
            "extracted(screen/included#A/) & sd=sd-from-se(extract/conversions#A|o|s|end|post|x|sd/value)"
        )
    );
    assert_eq!(
        ran.tables["conversions"].cell("A|o|s|end|post|x|sd", "origin"),
        Some(
            "sd-from-se(extract/outcomes#A|o|s|end|post|x/se; extract/outcomes#A|o|s|end|post|x/n)"
        )
    );
}

#[test]
fn an_adjudicated_cell_of_the_shipped_review_leads_to_who_settled_it() {
    let ran = shipped();
    assert!(ran.problems.is_empty(), "{}", messages(&ran.problems));
    let row = "huang-2020|personal-accomplishment|mbi-hss-pa|end-of-intervention|change|waitlist";
    assert_eq!(ran.tables["outcomes"].cell(row, "mean"), Some("-1.83"));
    let origin = ran.tables["outcomes"]
        .cell(row, "origin")
        .expect("every row has an origin");
    assert!(
        origin.contains("mean=adjudicated(screen/included#huang-2020/)"),
        "{origin}"
    );
    let places = &ran.tables["places"];
    let own: Vec<&str> = places
        .rows
        .keys()
        .filter(|key| {
            places.cell(key, "row") == Some(row) && places.cell(key, "column") == Some("mean")
        })
        .collect();
    assert_eq!(own.len(), 1);
    assert_eq!(places.cell(own[0], "by"), Some("reviewer-a;reviewer-b"));
    assert_eq!(
        places.cell(own[0], "place"),
        Some("data/extraction/adjudication.csv:2:88")
    );
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
            format!(
                "{} {} {}: {} <- {}",
                cell("study"),
                cell("outcome"),
                cell("check"),
                cell("recomputed"),
                cell("reported")
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
        huang-2020 depersonalisation implied-correlation: the standard deviation of the change needs a correlation of -0.123 between before and after <- -0.83 ± 4.866
        huang-2020 emotional-exhaustion implied-correlation: the standard deviation of the change needs a correlation of -0.138 between before and after <- 6.33 ± 11.621
        huang-2020 job-satisfaction implied-correlation: the standard deviation of the change needs a correlation of -0.275 between before and after <- 0.61 ± 9.185
        huang-2020 job-satisfaction implied-correlation: the standard deviation of the change needs a correlation of -0.325 between before and after <- -0.61 ± 10.738
        huang-2020 personal-accomplishment implied-correlation: the standard deviation of the change needs a correlation of -0.208 between before and after <- 1.83 ± 10.870
        huang-2020 personal-accomplishment implied-correlation: the standard deviation of the change needs a correlation of -0.199 between before and after <- -1.83 ± 10.853
        huang-2020 depersonalisation p-value: p = 0.690 from Student's t = 0.402 with 34 degrees of freedom <- t = 0.402, p = 0.915
        huang-2020 depersonalisation p-value: p = 0.010 from a paired t = 2.898 with 17 degrees of freedom <- t = 2.898, p = 0.019
        huang-2020 job-satisfaction same-statistic: t = 0.402 is printed for depersonalisation with p = 0.915 and here with p = 0.691 <- t = 0.402, p = 0.915 | t = 0.402, p = 0.691
        huang-2020 depersonalisation test-statistic: t = 0.106 from means, standard deviations and numbers (df 34) <- t = 0.402, p = 0.915
        huang-2020 depersonalisation two-places: p is 0.010 in Table 3, 0.019 in Results, Effectiveness of Balint Groups on Burnout and Job Satisfaction, paragraph 2 <- 2.898 | 0.010 | t = 2.898, p = 0.019
        huang-2020 emotional-exhaustion welch: p = 0.012 from Student's t = -2.662 with 34 degrees of freedom <- -2.662 | 0.013*
        shan-2024 married chi-squared: χ² = 0.556 from the counts, 0.139 with continuity correction (p = 0.456) <- 1 | 2.000 | 0.157
        shan-2024 depersonalisation difference: -1.790 from the means <- −1.87 (−3.22, 0.51)
        shan-2024 emotional-exhaustion difference: 0.650 from the means <- 0.49 (−1.53, 2.51)
        shan-2024 personal-accomplishment difference: 9.450 from the means <- 9.70 (8.28, 11.12)
        shan-2024 depersonalisation effect-size: d = -0.578 from means and standard deviations <- 0.011
        shan-2024 emotional-exhaustion effect-size: d = 0.111 from means and standard deviations <- 0.002
        shan-2024 personal-accomplishment effect-size: d = 2.025 from means and standard deviations <- 0.119
        shan-2024 self-efficacy effect-size: d = -0.245 from means and standard deviations <- 0.010
        shan-2024 depersonalisation interval-symmetry: the middle of the limits is -1.355 <- −1.87 (−3.22, 0.51)
        shan-2024 emotional-exhaustion interval-width: half the width is 2.020; standard deviations and numbers give 2.743 <- 0.49 (−1.53, 2.51)
        shan-2024 personal-accomplishment interval-width: half the width is 1.420; standard deviations and numbers give 2.188 <- 9.70 (8.28, 11.12)
        shan-2024 depersonalisation main-effect: F = 6.034 from the scores after the intervention <- 1 | 0.757 | 0.387
        shan-2024 emotional-exhaustion main-effect: F = 0.223 from the scores after the intervention <- 1 | 0.110 | 0.740
        shan-2024 personal-accomplishment main-effect: F = 74.160 from the scores after the intervention <- 1 | 9.598 | 0.003
        shan-2024 age p-value: p = 0.623 from the printed t = 0.493 with 78 degrees of freedom <- 78 | 0.493 | 0.700
        shan-2024 medical-service p-value: p = 0.623 from the printed t = 0.493 with 78 degrees of freedom <- 78 | 0.493 | 0.799
        shan-2024 medical-service same-statistic: t = 0.493 is printed for age with p = 0.700 and here with p = 0.799 <- 78 | 0.493 | 0.700 | 78 | 0.493 | 0.799
        shan-2024 self-efficacy sd-between-arms: before the intervention the standard deviations differ 4.6-fold (equal ones: p = 6.7e-16) <- 1.97 ± 0.73
        shan-2024 self-efficacy sd-of-scale: the median of all standard deviations of `gses` is 0.205 <- 1.97 ± 0.73
        shan-2024 depersonalisation sd-over-time: the standard deviation fell to 1/2.8 since baseline (equal ones: p = 5.1e-9) <- 7.97 ± 2.45
        shan-2024 emotional-exhaustion sd-over-time: the standard deviation fell to 1/3.1 since baseline (equal ones: p = 1.1e-10) <- 27.65 ± 3.64
        shan-2024 personal-accomplishment sd-over-time: the standard deviation fell to 1/2.2 since baseline (equal ones: p = 1.8e-5) <- 31.15 ± 4.60
        shan-2024 personal-accomplishment sd-over-time: the standard deviation fell to 1/2.1 since baseline (equal ones: p = 1.6e-5) <- 21.70 ± 4.72
        shan-2024 self-efficacy sd-over-time: the standard deviation fell to 1/3.2 since baseline (equal ones: p = 3.1e-9) <- 2.24 ± 0.23
        shan-2024 age test-statistic: t = 0.592 from means, standard deviations and numbers (df 78) <- 78 | 0.493 | 0.700
        shan-2024 medical-service test-statistic: t = 0.271 from means, standard deviations and numbers (df 78) <- 78 | 0.493 | 0.799
        shan-2024 depersonalisation two-places: F is 0.757 in Table 2, 0.75 in Abstract, Results <- 1 | 0.757 | 0.387 | F = 0.75, p = 0.387
        "#);
}

#[test]
fn what_waits_for_people_in_the_shipped_review_is_counted() {
    let ran = shipped();
    let work: Vec<(&str, u64)> = ran
        .open_work
        .iter()
        .map(|work| (work.code.as_str(), work.count))
        .collect();
    assert_eq!(work, [("extraction::finding", 34)]);
}

#[test]
fn a_label_that_names_no_study_is_told() {
    let outcomes = "A,o,s,end,post,x,intervention,20,12,3,,,,,r1,2026-01-01T00:00:00Z\n";
    let ran = run(incoming(
        INCLUDED,
        &[
            ("outcomes.csv", format!("{OUTCOMES}{outcomes}").into_bytes()),
            (
                "studies.csv",
                b"study,label,design\nA,Ann's trial,rct\n".to_vec(),
            ),
            ("scales.yaml", SCALES.as_bytes().to_vec()),
        ],
    ));
    insta::assert_snapshot!(messages(&ran.problems), @r"
    data/extraction/studies.csv:2:3: warning[extraction::other-label]: `Ann's trial` is called `A 2020` in the review; the form's `label` is not used
        help: write the name under `label` in data/screening/studies.csv, with the reports of the study
    ");
}

#[test]
fn a_unit_that_is_not_its_scales_leaves_its_row_out() {
    let header = "study,outcome,scale,time,kind,arm,group,n,mean,sd,unit,extractor\n";
    let rows = "A,o,s,end,post,x,intervention,20,12,3,mmol/L,r1\n\
                A,o,s,end,post,y,control,20,216,54,mg/dL,r1\n\
                A,o,s,later,post,x,intervention,20,12,3,,r1\n\
                A,p,q,end,post,x,intervention,20,5,2,ng/mL,r1\n\
                A,p,q,end,post,y,control,20,5,2,NG/ML,r1\n\
                A,p,q,later,post,x,intervention,20,9,2,pmol/L,r1\n";
    let scales = "version: 1\nscales:\n  - { id: s, unit: mmol/l, higher_means: worse }\n  - { id: q, higher_means: worse }\n";
    let ran = run(incoming(
        INCLUDED,
        &[
            ("outcomes.csv", format!("{header}{rows}").into_bytes()),
            ("scales.yaml", scales.as_bytes().to_vec()),
        ],
    ));
    insta::assert_snapshot!(messages(&ran.problems), @r"
    data/extraction/outcomes.csv:3:36: error[extraction::other-unit]: the unit is `mg/dL`, and that of `s` is `mmol/l`; the row was left out
        help: convert the numbers to `mmol/l` and say so in `note`, or give the scale in that unit an id of its own
    data/extraction/outcomes.csv:7:40: error[extraction::other-unit]: the unit is `pmol/L`, and that of `q` is `ng/mL`; the row was left out
        data/extraction/outcomes.csv:5:38 `ng/mL` here
        help: convert the numbers to `ng/mL` and say so in `note`, or give the scale in that unit an id of its own
    ");
    assert_eq!(ran.tables["outcomes"].rows.len(), 4);
}

#[test]
fn a_unit_written_with_another_sign_of_micro_is_the_same_and_rows_without_a_scale_are_not_compared()
{
    let header = "study,outcome,scale,time,kind,arm,group,n,mean,sd,unit,extractor\n";
    let rows = "A,o,s,end,post,x,intervention,20,12,3,\u{b5}mol/L,r1\n\
                A,o,s,end,post,y,control,20,14,3,\u{3bc}mol/L,r1\n\
                A,p,,end,post,x,intervention,20,70,9,kg,r1\n\
                A,p,,later,post,x,intervention,20,24,3,kg/m\u{b2},r1\n";
    let ran = run(incoming(
        INCLUDED,
        &[("outcomes.csv", format!("{header}{rows}").into_bytes())],
    ));
    let told = messages(&ran.problems);
    assert!(!told.contains("other-unit"), "{told}");
    assert_eq!(ran.tables["outcomes"].rows.len(), 4);
}
