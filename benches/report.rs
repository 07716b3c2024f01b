//! How long a report of 200 studies, 20 outcomes and 60 figures takes, and how large its page is.
//!
//! `cargo bench --bench report` prints the median of the runs. The aims are 0.5 s and 15 MB.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use review::artefact::Sheet;
use review::report::{ProtocolText, ReportInput, Table, write};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

const RUNS: usize = 7;
const STUDIES: usize = 200;
const OUTCOMES: usize = 20;

fn main() {
    let input = input();
    let mut times: Vec<Duration> = Vec::new();
    let mut made = None;
    for _ in 0..RUNS {
        let given = input.clone();
        let clock = Instant::now();
        made = Some(write(given).expect("a report"));
        times.push(clock.elapsed());
    }
    times.sort();
    let report = made.expect("at least one run");
    assert_eq!(
        report.figures.len(),
        3 * OUTCOMES + 2,
        "{:?}",
        report.figures.keys()
    );
    let megabytes = report.html.len() as f64 / 1e6;
    println!(
        "{STUDIES} studies, {OUTCOMES} outcomes, {} figures, {} numbers: {:.0} ms (median of {RUNS}; aim 500), page {megabytes:.1} MB (aim 15), workbook {:.1} MB",
        report.figures.len(),
        report.numbers.numbers.len(),
        times[RUNS / 2].as_secs_f64() * 1e3,
        report.workbook.len() as f64 / 1e6,
    );
}

/// A number from 0 to 1 that looks like chance and is the same every time.
fn scattered(seed: usize) -> f64 {
    let mixed = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 40) as f64 / f64::from(1u32 << 24)
}

fn table(name: &str, stage: &str, artefact: &str, text: &str) -> Table {
    Table {
        name: name.to_owned(),
        stage: stage.to_owned(),
        artefact: artefact.to_owned(),
        sheet: Arc::new(Sheet::read("table.csv", text.as_bytes()).expect("a table")),
    }
}

/// Writes a line; writing to memory cannot fail.
macro_rules! row {
    ($text:expr, $($argument:tt)*) => {
        writeln!($text, $($argument)*).expect("memory")
    };
}

fn input() -> ReportInput {
    let mut included = "key,study,label,admission,standing,origin\n".to_owned();
    let mut outcomes = "key,study,outcome,mean,sd,n,origin\n".to_owned();
    let mut analyses = "key,analysis,order,title,outcome,outcome_name,role,body,population,measure,kind,model,interval,level,better,registered,status,why,k,n,origin\n".to_owned();
    let mut effects = "key,analysis,study,label,n1,mean1,sd1,n2,mean2,sd2,events1,total1,events2,total2,yi,vi,se,ci_lower,ci_upper,weight,subgroup,note,origin\n".to_owned();
    let mut pooled = "key,analysis,subgroup,model,method,test,k,n,estimate,se,ci_lower,ci_upper,stat,df,p,tau2,tau2_lower,tau2_upper,i2,i2_rule,q,q_df,q_p,pi_lower,pi_upper,pi_rule,main,origin\n".to_owned();
    let mut small = "key,analysis,predictor,k,intercept,slope,se,stat,df,p,why,origin\n".to_owned();
    let mut places = "key,artefact,row,column,place,source,quote,by,at\n".to_owned();
    for study in 0..STUDIES {
        row!(
            included,
            "s{study},s{study},Author {study} {},protocol,,included(screen/decisions#s{study}/full_text)",
            1990 + study % 35
        );
    }
    for outcome in 0..OUTCOMES {
        row!(
            analyses,
            "a{outcome},a{outcome},{outcome},Outcome number {outcome}: scores at the end,o{outcome},Outcome {outcome},main,between,adults,SMD,post,REML,hksj,95,lower,yes,pooled,,{STUDIES},20000,settings(pool/settings#a{outcome}/value)"
        );
        let mut from = Vec::new();
        for study in 0..STUDIES {
            let seed = outcome * STUDIES + study;
            let (yi, se) = (scattered(seed) - 0.7, 0.1 + 0.4 * scattered(seed + 7919));
            let arm = |arm: &str| format!("extract/outcomes#s{study}|o{outcome}|{arm}");
            let cells: Vec<String> = ["a", "b"]
                .iter()
                .flat_map(|name| {
                    ["mean", "sd", "n"].map(|column| format!("{}/{column}", arm(name)))
                })
                .collect();
            row!(
                effects,
                "a{outcome}|s{study},a{outcome},s{study},Author {study} {},{},{:.2},5.1,60,15.2,5.3,,,,,{yi},{},{se},{},{},0.5,,,smd({})",
                1990 + study % 35,
                50 + study,
                15.0 + yi,
                se * se,
                yi - 1.96 * se,
                yi + 1.96 * se,
                cells.join("; ")
            );
            for name in ["a", "b"] {
                row!(
                    outcomes,
                    "s{study}|o{outcome}|{name},s{study},o{outcome},{:.2},5.1,60,",
                    15.0 + yi
                );
                row!(
                    places,
                    "p{seed}{name},outcomes,s{study}|o{outcome}|{name},mean,data/extraction/outcomes.csv:{}:11,Table 2,\"{:.1} ± 5.1\",reviewer-a,2026-07-02",
                    seed + 2,
                    15.0 + yi
                );
            }
            from.push(format!("pool/effects#a{outcome}|s{study}/yi"));
        }
        row!(
            pooled,
            "a{outcome}||random,a{outcome},,random,REML,knha,{STUDIES},20000,-0.2,0.02,-0.24,-0.16,-10,199,0.00001,0.08,0.06,0.11,71,from Q,690,199,0.00001,-0.76,0.36,t with 198 degrees of freedom,true,reml({})",
            from.join("; ")
        );
        row!(
            small,
            "a{outcome},a{outcome},standard error,{STUDIES},-0.1,-0.4,0.3,-1.3,198,0.19,,regression({})",
            from.join("; ")
        );
    }
    let flow = "key,order,box_id,label,count,unit,group,parent,origin\nrecords-screened,1,records-screened,Records screened,5000,records,screening,,counted(screen/decisions)\n";
    let sources = "key,round,file,format,encoding,database,platform,kind,date,query,limits,hits,read,kept,rejected,note,origin\np,2026,data/p.nbib,nbib,utf-8,MEDLINE,PubMed,database,2026-05-31,q,,5000,5000,5000,0,,read(data/p.nbib)\n";
    let tables = vec![
        table("sources", "import", "sources", sources),
        table("flow", "screen", "flow", flow),
        table("included", "screen", "included", &included),
        table("outcomes", "extract", "outcomes", &outcomes),
        table("analyses", "pool", "analyses", &analyses),
        table("effects", "pool", "effects", &effects),
        table("pooled", "pool", "pooled", &pooled),
        table("small-study", "pool", "small-study", &small),
        table("places", "extract", "places", &places),
    ];
    ReportInput {
        tables,
        protocol: ProtocolText {
            value: serde_json::json!({ "title": "A large review" }),
            ..ProtocolText::default()
        },
        path: "reports/report.md".to_owned(),
        ..ReportInput::default()
    }
}
