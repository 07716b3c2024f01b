//! The stage on results written here.

mod limits;
mod specifications;
mod start;
mod told;

use super::*;
use crate::artefact::Row;
use crate::stage::{AnyStage, OpenWork, Received};

const POINTS: &str =
    r#"{"thresholds": {"ee": {"mid": 4.0, "large": 12.0, "basis": "chosen here"}}}"#;

struct Ran {
    tables: BTreeMap<&'static str, Sheet>,
    problems: Problems,
    open_work: Vec<OpenWork>,
}

impl Ran {
    fn cell(&self, table: &str, row: &str, column: &str) -> &str {
        let found = self.tables[table].cell(row, column);
        found.unwrap_or_else(|| panic!("{table} has no {row}/{column}"))
    }

    fn codes(&self) -> Vec<&str> {
        let codes = self.problems.iter().map(|problem| &*problem.code);
        codes.collect()
    }

    fn open(&self, code: &str) -> u64 {
        let found = self.open_work.iter().find(|work| work.code == code);
        found.map_or(0, |work| work.count)
    }
}

/// A table of a type with what is not told left at nought where the column is a number and empty elsewhere.
fn table<R: Row>(rows: &[&[(&str, &str)]]) -> Vec<u8> {
    const NUMBERS: [&str; 22] = [
        "order",
        "level",
        "k",
        "n",
        "yi",
        "vi",
        "se",
        "ci_lower",
        "ci_upper",
        "estimate",
        "stat",
        "p",
        "tau2",
        "i2",
        "h2",
        "q",
        "q_df",
        "q_p",
        "severity",
        "proposed",
        "final",
        "without_events",
    ];
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(R::COLUMNS).expect("memory");
    for row in rows {
        let cells = R::COLUMNS.iter().map(|column| {
            let told = row.iter().find(|(name, _)| name == column);
            match (told, *column) {
                (Some((_, value)), _) => *value,
                (None, "main") => "true",
                (None, column) if NUMBERS.contains(&column) => "0",
                (None, _) => "",
            }
        });
        writer.write_record(cells).expect("memory");
    }
    writer.into_inner().expect("memory")
}

const SINGLE: &[(&str, &str)] = &[
    ("key", "one"),
    ("analysis", "one"),
    ("outcome", "ee"),
    ("outcome_name", "Exhaustion"),
    ("role", "main"),
    ("body", "between"),
    ("measure", "MD"),
    ("status", "single-study"),
    ("k", "1"),
    ("n", "40"),
];
const NONE: &[(&str, &str)] = &[
    ("key", "none"),
    ("analysis", "none"),
    ("order", "1"),
    ("outcome", "stress"),
    ("outcome_name", "Stress"),
    ("role", "main"),
    ("body", "between"),
    ("measure", "SMD"),
    ("status", "no-study"),
];
const TWO: &[(&str, &str)] = &[
    ("key", "two"),
    ("analysis", "two"),
    ("order", "2"),
    ("outcome", "errors"),
    ("outcome_name", "Errors"),
    ("role", "supplementary"),
    ("body", "between"),
    ("measure", "RR"),
    ("status", "pooled"),
    ("k", "2"),
    ("n", "300"),
];

fn effect<'a>(cells: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    cells.to_vec()
}

fn run(settings: &str, judgements: &str, designs: &str) -> Ran {
    run_with(settings, judgements, designs, None, [])
}

#[expect(clippy::too_many_lines, reason = "the tables of one small review")]
fn run_with(
    settings: &str,
    judgements: &str,
    designs: &str,
    indirect: Option<&str>,
    more: impl IntoIterator<Item = (&'static str, &'static str, Vec<u8>)>,
) -> Ran {
    let effects = [
        effect(&[
            ("key", "one|A"),
            ("analysis", "one"),
            ("study", "A"),
            ("result", "ee"),
            ("yi", "-8"),
            ("ci_lower", "-10"),
            ("ci_upper", "-6"),
            ("n2", "20"),
            ("sd2", "8"),
        ]),
        effect(&[
            ("key", "two|A"),
            ("analysis", "two"),
            ("study", "A"),
            ("result", "errors"),
            ("yi", "-0.9"),
            ("weight", "60"),
            ("events1", "10"),
            ("events2", "20"),
            ("total2", "100"),
        ]),
        effect(&[
            ("key", "two|B"),
            ("analysis", "two"),
            ("study", "B"),
            ("result", "errors"),
            ("yi", "-0.8"),
            ("weight", "40"),
            ("events2", "40"),
            ("total2", "100"),
        ]),
    ];
    let effects: Vec<&[(&str, &str)]> = effects.iter().map(Vec::as_slice).collect();
    let pooled: &[(&str, &str)] = &[
        ("key", "two|"),
        ("analysis", "two"),
        ("k", "2"),
        ("effects", "2"),
        ("n", "300"),
        ("estimate", "-0.6931471805599453"),
        ("ci_lower", "-1.2"),
        ("ci_upper", "-0.4"),
    ];
    let bias: [&[(&str, &str)]; 2] = [
        &[
            ("key", "A|ee|rob2"),
            ("study", "A"),
            ("result", "ee"),
            ("tool", "rob2"),
            ("judgement", "high"),
        ],
        &[
            ("key", "A||whole"),
            ("study", "A"),
            ("tool", "whole"),
            ("judgement", "high"),
        ],
    ];
    let mut wired = vec![
        (
            "analyses",
            "pool",
            table::<AnalysisRow>(&[SINGLE, NONE, TWO]),
        ),
        ("pooled", "pool", table::<PooledRow>(&[pooled])),
        ("effects", "pool", table::<EffectRow>(&effects)),
        ("bias", "risk-of-bias", table::<OverallRow>(&bias)),
        ("characteristics", "extract", designs.as_bytes().to_vec()),
        ("judgements", "", judgements.as_bytes().to_vec()),
    ];
    let more: Vec<(&str, &str, Vec<u8>)> = more.into_iter().collect();
    wired.retain(|(port, ..)| !more.iter().any(|(other, ..)| other == port));
    wired.extend(more);
    let ports = wired.into_iter().map(|(port, stage, bytes)| {
        let path = if port == "judgements" {
            "data/grade/judgements.csv".to_owned()
        } else {
            format!("{port}.csv")
        };
        let received = Received {
            stage: stage.into(),
            artefact: port.into(),
            path: path.clone(),
            kept: Vec::new(),
            files: std::iter::once(InFile { path, bytes })
                .chain(
                    indirect
                        .filter(|_| port == "judgements")
                        .map(|text| InFile {
                            path: "data/grade/indirectness.csv".to_owned(),
                            bytes: text.as_bytes().to_vec(),
                        }),
                )
                .collect(),
        };
        (port.to_owned(), vec![received])
    });
    let incoming = Incoming {
        ports: ports.collect(),
    };
    let mut cx = Context::of("grade");
    let given: serde_json::Value = serde_json::from_str(settings).expect("settings");
    let settings = AnyStage::settings(&Grade, Some(&given)).expect("settings that fit");
    let given = AnyStage::run(&Grade, &settings, incoming, &mut cx).expect("tables that fit");
    let tables = given.into_iter().filter_map(|(port, output)| match output {
        Output::File(bytes) => Some((port, Sheet::read("x.csv", &bytes)?)),
        Output::Folder(_) => None,
    });
    let tables = tables.collect();
    let (problems, open_work) = cx.into_parts();
    Ran {
        tables,
        problems,
        open_work,
    }
}

const HEADER: &str = "analysis,domain,proposed,final,reason,by,at,basis\n";
const TRIALS: &str = "key,design\nA,rct\nB,rct\n";

#[test]
fn a_single_study_at_high_risk_is_rated_on_its_own_effect() {
    let ran = run(POINTS, HEADER, TRIALS);
    // All weight at high risk: one level; -10 to -6 lies wholly beyond the 4 points that matter: none for imprecision.
    assert_eq!(ran.cell("certainty", "one|risk_of_bias", "proposed"), "1");
    assert_eq!(ran.cell("certainty", "one|imprecision", "proposed"), "0");
    assert_eq!(ran.cell("summary", "one", "start"), "high");
    assert_eq!(ran.cell("summary", "one", "certainty"), "moderate");
    assert_eq!(ran.cell("summary", "one", "status"), "proposed");
    assert_eq!(ran.cell("summary", "one", "estimate"), "-8.0");
    assert_eq!(
        ran.cell("summary", "one", "absolute"),
        "8.00 points lower (10.00 lower to 6.00 lower)"
    );
    assert_eq!(ran.cell("summary", "one", "basis"), "chosen here");
    assert_eq!(
        ran.cell("summary", "one", "statement"),
        "the intervention probably reduces exhaustion"
    );
    let origin = ran.cell("certainty", "one|risk_of_bias", "origin");
    assert_eq!(
        origin,
        "core-grade-2025(risk-of-bias/bias#A|ee|rob2/judgement; grade/settings#policy/value)"
    );
}

#[test]
fn a_test_of_small_studies_reaches_the_proposal_on_publication_bias() {
    let mut twelve = TWO.to_vec();
    for cell in &mut twelve {
        if cell.0 == "k" {
            cell.1 = "12";
        }
    }
    // A ratio of a half before, and of 0.90 with the studies filled in: within the quarter that stands in for a declared limit.
    let tested: &[(&str, &str)] = &[
        ("key", "two"),
        ("analysis", "two"),
        ("k", "12"),
        ("p", "0.03"),
        ("filled", "3"),
        ("filled_estimate", "-0.1"),
    ];
    let proposed = |settings: &str, is_wired: bool| {
        let mut more = vec![("analyses", "pool", table::<AnalysisRow>(&[&twelve]))];
        if is_wired {
            let tests = table::<SmallStudyRow>(&[tested]);
            more.push(("small-study", "pool", tests));
        }
        let ran = run_with(settings, HEADER, TRIALS, None, more);
        let cell = |column| {
            ran.cell("certainty", "two|publication_bias", column)
                .to_owned()
        };
        if settings == "{}" && is_wired {
            let asked = "The test for small-study effects gave p = 0.03: does the funnel plot strongly suggest missing results?";
            assert!(cell("questions").ends_with(asked), "{}", cell("questions"));
        }
        (cell("proposed"), cell("origin"))
    };
    let (levels, origin) = proposed(r#"{"policy": "default-1"}"#, true);
    assert_eq!(levels, "1");
    assert!(
        origin.contains("pool/small-study#two/p; pool/small-study#two/filled_estimate"),
        "{origin}"
    );
    assert_eq!(proposed(r#"{"policy": "default-1"}"#, false).0, "0");
    // The flowchart names no p: nothing is proposed until somebody declares one.
    assert_eq!(proposed("{}", true).0, "0");
    assert_eq!(proposed(r#"{"asymmetry_p": 0.05}"#, true).0, "1");
    assert_eq!(proposed(r#"{"asymmetry_p": 0.02}"#, true).0, "0");
}

#[test]
fn an_analysis_without_a_study_keeps_its_row() {
    let ran = run(POINTS, HEADER, TRIALS);
    assert_eq!(ran.cell("summary", "none", "certainty"), "");
    assert_eq!(
        ran.cell("summary", "none", "statement"),
        "No study reported this outcome"
    );
    assert!(
        !ran.tables["certainty"]
            .rows
            .contains_key("none|imprecision")
    );
}

#[test]
fn ratios_are_printed_as_ratios_and_rated_as_logarithms() {
    let ran = run(POINTS, HEADER, TRIALS);
    let estimate: f64 = ran
        .cell("summary", "two", "estimate")
        .parse()
        .expect("a number");
    assert!((estimate - 0.5).abs() < 1e-12);
    // Half of 60 in 200; exp(-1.2) = 0.301 and exp(-0.4) = 0.670 of it.
    assert_eq!(
        ran.cell("summary", "two", "absolute"),
        "150 fewer in 1000 (210 fewer to 99 fewer)"
    );
    // B has no judgement: it is told, and counts as unknown.
    assert_eq!(ran.codes(), ["grade::no-judgement"]);
    let inputs = ran.cell("certainty", "two|risk_of_bias", "inputs");
    assert!(
        inputs.starts_with("weight high=0.6; weight unknown=0.4"),
        "{inputs}"
    );
    assert_eq!(ran.open("grade::threshold"), 1);
}

#[test]
fn a_word_on_every_domain_confirms_and_other_evidence_makes_it_stale() {
    let basis = |ran: &Ran, domain: &str| {
        ran.cell("certainty", &format!("one|{domain}"), "basis")
            .to_owned()
    };
    let first = run(POINTS, HEADER, TRIALS);
    let mut judgements = HEADER.to_owned();
    for (domain, proposed, decided) in [
        ("risk_of_bias", 1, 1),
        ("inconsistency", 0, 0),
        ("indirectness", 0, 0),
        ("imprecision", 0, 2),
        ("publication_bias", 0, 0),
    ] {
        let line = format!(
            "one,{domain},{proposed},{decided},why,kim,2026-04-01,{}\n",
            basis(&first, domain)
        );
        judgements.push_str(&line);
    }
    let ran = run(POINTS, &judgements, TRIALS);
    assert_eq!(ran.cell("summary", "one", "status"), "confirmed");
    assert_eq!(ran.cell("summary", "one", "certainty"), "very low");
    assert_eq!(
        ran.cell("certainty", "one|imprecision", "status"),
        "overridden"
    );
    assert_eq!(
        ran.open("grade::proposed"),
        first.open("grade::proposed") - 5
    );
    let place = "certainty|one%7Cimprecision|final|data/grade/judgements.csv:5";
    assert!(
        ran.tables["places"].rows.contains_key(place),
        "{:?}",
        ran.tables["places"].rows.keys().collect::<Vec<_>>()
    );

    let other = POINTS.replace("4.0", "7.0");
    let stale = run(&other, &judgements, TRIALS);
    assert_eq!(stale.cell("summary", "one", "status"), "stale");
    assert!(stale.codes().contains(&"grade::stale-judgement"));
}

#[test]
fn studies_that_people_find_indirect_rate_down_by_their_weight() {
    let declared = "study,outcome,element,level,reason,by,at\nA,,outcome,serious,errors were reported by colleagues,kim,2026-04-01\nB,errors,population,not serious,,kim,2026-04-01\nC,,population,serious,nobody pools it,kim,2026-04-01\n";
    let ran = run_with(POINTS, HEADER, TRIALS, Some(declared), []);
    // A has 60 of 100 of the weight, more than the 0.55 from which core-grade-2025 rates down.
    let cell = |column| ran.cell("certainty", "two|indirectness", column).to_owned();
    assert_eq!(cell("proposed"), "1");
    assert_eq!(
        cell("inputs"),
        "serious=0.6; very serious=0; elements=outcome"
    );
    assert_eq!(
        cell("footnote"),
        "Rated down one level for indirectness (proposed, not yet confirmed): 60 % of the weight came from studies that answer the question indirectly (outcome)."
    );
    assert_eq!(
        cell("origin"),
        "core-grade-2025(grade/indirectness#A||outcome/level; grade/indirectness#B|errors|population/level; pool/effects#two|A/weight; pool/effects#two|B/weight; grade/settings#policy/value)"
    );
    assert!(ran.codes().contains(&"grade::unused-indirectness"));
    let places = &ran.tables["places"].rows;
    assert!(
        places.keys().any(|key| key.contains("indirectness.csv:2")),
        "{:?}",
        places.keys().collect::<Vec<_>>()
    );
    assert_eq!(ran.cell("indirectness", "A||outcome", "by"), "kim");
}

#[test]
fn what_nobody_judged_is_not_called_direct() {
    let ran = run(POINTS, HEADER, TRIALS);
    assert_eq!(
        ran.cell("certainty", "two|indirectness", "reason"),
        "nobody said how directly the studies answer the question"
    );
    let half = "study,element,level,reason,by,at\nB,population,very serious,children alone,kim,2026-04-01\n";
    let ran = run_with(POINTS, HEADER, TRIALS, Some(half), []);
    assert_eq!(
        ran.cell("certainty", "two|indirectness", "reason"),
        "40 % of the weight came from studies that answer the question indirectly (population); of 60 % nobody said"
    );
    assert_eq!(ran.cell("certainty", "two|indirectness", "proposed"), "0");
}

#[test]
fn a_judgement_of_the_study_stands_in_for_a_result_that_nobody_began() {
    // The result `errors` of A has no judgement of its own; the tool that judges whole studies stands in.
    let ran = run(POINTS, HEADER, TRIALS);
    let origin = ran.cell("certainty", "two|risk_of_bias", "origin");
    assert!(
        origin.contains("risk-of-bias/bias#A||whole/judgement"),
        "{origin}"
    );
    let of_one = ran.cell("certainty", "one|risk_of_bias", "origin");
    assert!(!of_one.contains("whole"), "{of_one}");
}

#[test]
fn the_tool_behind_most_of_the_weight_decides_the_rules() {
    let rated = |study: &'static str, tool: &'static str| -> [(&'static str, &'static str); 5] {
        [
            ("key", study),
            ("study", study),
            ("result", "errors"),
            ("tool", tool),
            ("judgement", "moderate"),
        ]
    };
    // By the rules of ROBINS-I all the weight at moderate risk is one level down, by those of the others none.
    let levels = |a: &'static str, b: &'static str| {
        let rows = [rated("A", a), rated("B", b)];
        let rows = rows.each_ref().map(<[_; 5]>::as_slice);
        let bias = table::<OverallRow>(&rows);
        let settings = r#"{"policy": "default-1"}"#;
        let designs = "key,design\nA,controlled\nB,controlled\n";
        let ran = run_with(
            settings,
            HEADER,
            designs,
            None,
            [("bias", "risk-of-bias", bias)],
        );
        ran.cell("certainty", "two|risk_of_bias", "proposed")
            .to_owned()
    };
    // A holds 60 of 100 of the weight.
    assert_eq!(levels("robins-i", "nos"), "1");
    assert_eq!(levels("nos", "robins-i"), "0");
}
