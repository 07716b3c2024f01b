//! How long 2,000 studies with 20,000 rows take to be read, converted and checked, on one thread.
//!
//! Invented forms: for each study one row of what it is, eight of arms (an interval, a standard error or quartiles in place of some
//! standard deviations), and one reported test. `cargo bench --bench extract` prints the median of the runs. The aim is 1 s.

use review::artefact::write_rows;
use review::extraction::integrity::Limits;
use review::extraction::{
    Allowed, AskedOutcome, Forms, IncludedStudy, Names, Options, Scales, extract,
};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

const RUNS: usize = 5;
const STUDIES: usize = 2_000;

fn main() {
    let (studies, outcomes, statistics) = forms();
    let files: Vec<(&str, &[u8])> = vec![
        ("data/extraction/studies.csv", studies.as_bytes()),
        ("data/extraction/outcomes.csv", outcomes.as_bytes()),
        ("data/extraction/statistics.csv", statistics.as_bytes()),
    ];
    let rows: usize = files
        .iter()
        .map(|(_, bytes)| bytes.iter().filter(|byte| **byte == b'\n').count() - 1)
        .sum();
    let mut took: Vec<Duration> = (0..RUNS).map(|_| once(&files)).collect();
    took.sort();
    println!(
        "{STUDIES} studies, {rows} rows: {:.3} s (median of {RUNS})",
        took[RUNS / 2].as_secs_f64()
    );
}

fn once(files: &[(&str, &[u8])]) -> Duration {
    let clock = Instant::now();
    let (forms, problems) = Forms::read("data/extraction/", files).expect("forms that can be read");
    assert!(problems.is_empty(), "{problems:?}");
    let included: Vec<IncludedStudy> = (0..STUDIES)
        .map(|number| IncludedStudy {
            study: format!("study-{number}"),
            label: format!("Study {number}"),
            admission: "protocol".to_owned(),
        })
        .collect();
    let asked = ["sleep", "mood"].map(|id| AskedOutcome {
        id: id.to_owned(),
        role: None,
    });
    let names = Names {
        own: "extract".to_owned(),
        included_stage: "screen".to_owned(),
        included_artefact: "included".to_owned(),
    };
    let options = Options {
        allowed: Allowed {
            medians: true,
            tests: true,
            correlations: true,
        },
        limits: Limits::default(),
    };
    let extraction = extract(
        &forms,
        &Scales::default(),
        &included,
        &asked,
        &names,
        options,
    );
    assert_eq!(extraction.outcomes.len(), 8 * STUDIES);
    assert!(!extraction.conversions.is_empty() && !extraction.integrity.is_empty());
    black_box((
        write_rows(&extraction.outcomes),
        write_rows(&extraction.conversions),
        write_rows(&extraction.integrity),
        write_rows(&extraction.missing),
        write_rows(&extraction.places),
        extraction.studies.write(),
    ));
    clock.elapsed()
}

/// The three tables: 1 + 8 + 1 rows a study.
fn forms() -> (String, String, String) {
    let mut studies = "study,label,design,country,n_randomised,extractor,at\n".to_owned();
    let mut outcomes =
        "study,outcome,scale,time,kind,arm,group,n,mean,sd,se,ci_lower,ci_upper,median,q1,q3,source,extractor,at\n"
            .to_owned();
    let mut statistics =
        "study,outcome,scale,time,contrast,arm,statistic,value,df1,p,source,extractor,at\n"
            .to_owned();
    for number in 0..STUDIES {
        let at = "anna,2026-01-25";
        let _ = writeln!(studies, "study-{number},Study {number},rct,Nowhere,80,{at}");
        for outcome in ["sleep", "mood"] {
            for kind in ["baseline", "post"] {
                for (arm, group) in [("walk", "intervention"), ("usual", "control")] {
                    let mean = 10.0 + (number % 17) as f64 / 10.0;
                    let spread = match number % 4 {
                        1 if kind == "post" => ",0.5,,,,,",
                        2 if kind == "post" => ",,9.0,12.9,,,",
                        _ => "3.1,,,,,,",
                    };
                    let _ = writeln!(
                        outcomes,
                        "study-{number},{outcome},score,{kind},{kind},{arm},{group},40,{mean:.1},{spread},T2,{at}"
                    );
                }
            }
        }
        let _ = writeln!(
            statistics,
            "study-{number},sleep,score,post,between-post,,t,{:.2},78,0.04,T2,{at}",
            1.5 + (number % 9) as f64 / 10.0
        );
    }
    (studies, outcomes, statistics)
}
