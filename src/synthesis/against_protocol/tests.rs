//! Fields of a protocol held against what was done.

use super::*;

fn protocol() -> Protocol {
    serde_json::from_value(serde_json::json!({
        "version": 1,
        "title": "t",
        "question": {
            "population": { "text": "adults", "registered": true },
            "comparator": { "text": "any", "registered": false, "why": "chosen by the team" },
        },
        "eligibility": { "languages": { "limit": "none", "registered": true }, "populations": [
            { "id": "adults", "text": "adults", "analyses": "main" },
            { "id": "all", "text": "all", "analyses": "supplementary", "admitted_by": "a1" },
        ] },
        "outcomes": [
            { "id": "sleep", "name": "Sleep", "role": "primary", "registered": true, "direction": "lower-is-better" },
            { "id": "falls", "name": "Falls", "role": "secondary", "registered": true, "direction": "lower-is-better" },
            { "id": "pain", "name": "Pain", "role": "secondary", "registered": true, "direction": "lower-is-better" },
            { "id": "mood", "name": "Mood", "role": "additional", "registered": false, "direction": "lower-is-better" },
        ],
        "synthesis": {
            "model": { "value": "random-effects", "registered": true },
            "estimator": { "tau2": "REML", "interval": "hksj", "registered": false, "why": "silent" },
            "effect_measures": { "registered": true, "between_group": { "same_scale": "MD", "binary": "RR" } },
            "scores": { "main": "change", "registered": true },
            "subgroups": { "registered": true, "list": [{ "id": "age-group", "column": "age" }] },
        },
        "search": { "registered": true, "to": "2026-01-31", "from": "inception", "databases": ["MEDLINE", "PsycINFO", "Embase"],
            "registers": [{ "name": "ClinicalTrials.gov", "registered": false, "why": "named later" }], "other": ["grey literature"] },
        "risk_of_bias": { "registered": true, "tools": [{ "id": "rob2", "designs": ["rct"] }] },
        "amendments": [
            { "id": "a1", "date": "2026-01-01", "field": "synthesis.subgroups", "from": "x", "to": "y", "reason": "z", "by": "k",
              "after_seeing_results": false },
        ],
    }))
    .expect("a protocol")
}

fn analysis(id: &str, order: u64, outcome: &str, measure: &str, registered: &str) -> AnalysisRow {
    AnalysisRow {
        key: id.to_owned(),
        analysis: id.to_owned(),
        order,
        title: format!("Title of {id}"),
        outcome: outcome.to_owned(),
        outcome_name: outcome.to_owned(),
        role: "main".to_owned(),
        body: "between".to_owned(),
        population: "adults".to_owned(),
        measure: measure.to_owned(),
        unit: None,
        kind: "change".to_owned(),
        model: "REML".to_owned(),
        interval: "Hartung-Knapp-Sidik-Jonkman".to_owned(),
        prediction: None,
        level: 95.0,
        dependence: None,
        correlation: None,
        icc: None,
        added: None,
        reported: None,
        better: "lower".to_owned(),
        registered: registered.to_owned(),
        status: "pooled".to_owned(),
        why: String::new(),
        k: 2,
        n: 100,
        without_events: 0,
        origin: Origin::of("declared", []),
    }
}

#[test]
fn every_field_is_held_against_what_was_done() {
    let analyses = [
        analysis("falls", 0, "falls", "RR", "yes"),
        analysis("sleep", 1, "sleep", "SMD", "yes"),
        analysis(
            "mood",
            2,
            "mood",
            "MD",
            "post hoc: the outcome is not registered",
        ),
    ];
    let judged = [("a", "rob2"), ("b", "jadad")].map(|(study, tool)| Judged {
        study: study.to_owned(),
        design: "rct".to_owned(),
        tools: BTreeSet::from([tool.to_owned()]),
    });
    let searched = |database: &str, kind: &str, date: &str, limits: &str| Searched {
        database: database.to_owned(),
        kind: kind.to_owned(),
        date: date.to_owned(),
        limits: limits.to_owned(),
        ..Searched::default()
    };
    let searches = [
        searched("MEDLINE", "database", "2026-01-31", "from inception"),
        searched(
            "APA PsycInfo",
            "database",
            "2026-02-03",
            "from inception; English",
        ),
        searched(
            "ClinicalTrials.gov",
            "register",
            "2026-01-31",
            "from inception",
        ),
        searched("ERIC", "database", "2026-01-31", ""),
    ];
    let rows = differences(
        &protocol(),
        "data/protocol.yaml",
        Done {
            analyses: &analyses,
            subgroups: &[],
            regressions: &[],
            judged: &judged,
            searches: Some(&searches),
            stage: "pool",
        },
    );
    let shown: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} | {} | {} | {} | {} | {}",
                row.field, row.planned, row.done, row.status, row.why, row.amendment
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    question.population | adults | asked as planned | as-registered |  | 
    question.comparator | any | asked as planned | chosen-later | chosen by the team | 
    search.databases.MEDLINE | MEDLINE | searched on 2026-01-31 | as-registered |  | 
    search.databases.PsycINFO | PsycINFO | searched on 2026-02-03 | as-registered |  | 
    search.databases.Embase | Embase | not searched | missing |  | 
    search.registers.ClinicalTrials.gov | ClinicalTrials.gov | searched on 2026-01-31 | chosen-later | named later | 
    search.other.grey literature | grey literature | no search by other methods | missing |  | 
    search.to | up to 2026-01-31 | searched on 2026-01-31, 2026-02-03; not on that day: APA PsycInfo | differs |  | 
    search.from | from inception | limits of the searches: from inception; from inception; English; no limits told; otherwise in ERIC | differs |  | 
    eligibility.languages | no limit of language | limits of the searches: from inception; from inception; English; no limits told; otherwise in APA PsycInfo | differs |  | 
    search.sources.ERIC |  | searched on 2026-01-31 | post-hoc |  | 
    outcomes.sleep | Sleep, primary | 1 analysis | as-registered |  | 
    outcomes.falls | Falls, secondary | 1 analysis | as-registered |  | 
    outcomes.pain | Pain, secondary | no analysis is declared | missing |  | 
    outcomes.mood | Mood, additional | 1 analysis | chosen-later |  | 
    outcomes.order | sleep, falls, pain, mood | falls, sleep; no planned main analysis between groups: pain, mood | differs |  | 
    synthesis.effect_measures.between_group | MD, RR | RR, SMD | differs |  | 
    synthesis.model | random effects | random effects | as-registered |  | 
    synthesis.estimator.tau2 | REML | REML | chosen-later | silent | 
    synthesis.estimator.interval | hksj | Hartung-Knapp-Sidik-Jonkman | chosen-later | silent | 
    synthesis.scores | change | change | as-registered |  | 
    synthesis.subgroups.age-group | age group | no analysis groups studies by it, and no meta-regression uses it | missing |  | a1
    analyses.mood |  | Title of mood | post-hoc | the outcome is not registered | 
    risk_of_bias.tools.rob2 | rob2 for rct | 1 of 2 studies judged with it | differs |  | 
    risk_of_bias.tools.jadad |  | studies were judged with it | post-hoc |  |
    ");
    assert_eq!(rows[13].origin.to_string(), "compared(data/protocol.yaml)");
}

fn row_of(rows: &[DifferenceRow], field: &str) -> [String; 3] {
    let row = rows.iter().find(|row| row.field == field);
    let row = row.unwrap_or_else(|| panic!("no row of {field}"));
    [&row.done, &row.status, &row.amendment].map(Clone::clone)
}

fn compared(protocol: &Protocol, done: Done<'_>) -> Vec<DifferenceRow> {
    differences(protocol, "data/protocol.yaml", done)
}

const NOTHING: Done<'_> = Done {
    analyses: &[],
    subgroups: &[],
    regressions: &[],
    judged: &[],
    searches: None,
    stage: "pool",
};

#[test]
fn a_planned_subgroup_whose_test_was_refused_is_not_done() {
    let test = |analysis: &str, p: Option<f64>, why: &str| SubgroupTestRow {
        key: analysis.to_owned(),
        analysis: analysis.to_owned(),
        variable: "age".to_owned(),
        k: 3,
        test: String::new(),
        q: p,
        df: None,
        df2: None,
        p,
        tau2: None,
        why: why.to_owned(),
        origin: Origin::of("between-groups", []),
    };
    let few = "fewer than two groups have 2 studies";
    let told = |tests: &[SubgroupTestRow]| {
        let done = Done {
            subgroups: tests,
            ..NOTHING
        };
        let [done, status, _] = row_of(
            &compared(&protocol(), done),
            "synthesis.subgroups.age-group",
        );
        (done, status)
    };
    assert_eq!(
        told(&[test("sleep", None, few)]),
        (
            format!("not tested in `sleep`: {few}"),
            "missing".to_owned()
        )
    );
    assert_eq!(
        told(&[
            test("sleep", None, few),
            test("pain", Some(0.2), ""),
            test("falls", None, few)
        ]),
        (
            format!("1 subgroup analysis; not tested in `sleep`, `falls`: {few}"),
            "as-registered".to_owned()
        )
    );
}

#[test]
fn one_study_is_no_studies() {
    let judged = [Judged {
        study: "a".to_owned(),
        design: "rct".to_owned(),
        tools: BTreeSet::new(),
    }];
    let done = Done {
        judged: &judged,
        ..NOTHING
    };
    let [done, ..] = row_of(&compared(&protocol(), done), "risk_of_bias.tools.rob2");
    assert_eq!(done, "none of 1 study judged with it");
}

/// The protocol of the tests with other sources and one amendment, and what comes of one search.
fn searched_on(databases: &[&str], amended: &str, platform: &str) -> Vec<DifferenceRow> {
    let mut value = serde_json::to_value(protocol()).expect("a value");
    value["search"]["databases"] = serde_json::json!(databases);
    value["amendments"][0]["field"] = amended.into();
    let protocol: Protocol = serde_json::from_value(value).expect("a protocol");
    let searches = [Searched {
        database: "MEDLINE".to_owned(),
        platform: platform.to_owned(),
        kind: "database".to_owned(),
        date: "2026-01-31".to_owned(),
        limits: "from inception".to_owned(),
        ..Searched::default()
    }];
    let done = Done {
        searches: Some(&searches),
        ..NOTHING
    };
    compared(&protocol, done)
}

#[test]
fn a_platform_does_not_hide_a_database_that_was_not_searched() {
    let rows = searched_on(&["MEDLINE", "Web of Science"], "x", "Web of Science");
    let [done, status, _] = row_of(&rows, "search.databases.Web of Science");
    assert_eq!((&*done, &*status), ("not searched", "missing"));
    let rows = searched_on(&["PubMed"], "x", "PubMed");
    let [done, status, _] = row_of(&rows, "search.databases.PubMed");
    assert_eq!(
        (&*done, &*status),
        (
            "searched on 2026-01-31; the platform of MEDLINE",
            "as-registered"
        )
    );
}

#[test]
fn an_amendment_stands_where_it_changes_something() {
    let of = |amended: &str, field: &str| {
        let [_, status, amendment] = row_of(&searched_on(&["MEDLINE"], amended, ""), field);
        (status, amendment)
    };
    let told = |status: &str, amendment: &str| (status.to_owned(), amendment.to_owned());
    let (medline, languages) = ("search.databases.MEDLINE", "eligibility.languages");
    assert_eq!(of("search.databases", medline), told("as-registered", "a1"));
    assert_eq!(of(medline, medline), told("differs", "a1"));
    assert_eq!(of("search", medline), told("differs", "a1"));
    assert_eq!(of(languages, languages), told("differs", "a1"));
    assert_eq!(of("search.databases", languages), told("as-registered", ""));
}

fn declared<'a>(
    outcome: &'a str,
    population: &'a str,
    measure: &'a str,
    kind: &'a str,
) -> Claimed<'a> {
    Claimed {
        outcome,
        population,
        measure,
        body: "between",
        kind,
    }
}

#[test]
fn an_analysis_that_the_protocol_contradicts_is_post_hoc_whatever_its_settings_say() {
    let protocol = protocol();
    for (of, said) in [
        (declared("sleep", "adults", "MD", "change"), "yes"),
        (
            declared("mood", "adults", "MD", "change"),
            "post hoc: the outcome is not registered",
        ),
        (
            declared("gait", "adults", "MD", "change"),
            "post hoc: the protocol does not name the outcome",
        ),
        (
            declared("sleep", "all", "MD", "change"),
            "post hoc: amendment a1",
        ),
        (
            declared("sleep", "adults", "SMD", "change"),
            "post hoc: the registered measures are MD, RR",
        ),
        (
            declared("sleep", "adults", "MD", "post"),
            "post hoc: the registered scores are those of change",
        ),
    ] {
        assert_eq!(standing("yes", &of, Some(&protocol)), said);
    }
    let plain = declared("sleep", "adults", "MD", "change");
    assert_eq!(standing("", &plain, Some(&protocol)), "not stated");
    assert_eq!(
        standing("no: an idea", &plain, Some(&protocol)),
        "post hoc: an idea"
    );
    assert_eq!(standing("post hoc: later", &plain, None), "post hoc: later");
    assert_eq!(
        standing("yes", &declared("gait", "", "OR", ""), None),
        "yes"
    );
}

#[test]
fn a_registered_outcome_whose_only_analysis_is_post_hoc_is_not_as_registered() {
    let mut pain = analysis("pain", 2, "pain", "MD", "post hoc");
    pain.role = "supplementary".to_owned();
    let analyses = [
        analysis("sleep", 0, "sleep", "MD", "yes"),
        analysis("falls", 1, "falls", "RR", "yes"),
        pain,
    ];
    let analyses = &analyses;
    let rows = compared(
        &protocol(),
        Done {
            analyses,
            ..NOTHING
        },
    );
    let told = |field| row_of(&rows, field)[..2].join(" | ");
    assert_eq!(
        told("outcomes.pain"),
        "1 analysis; post hoc alone | differs"
    );
    assert_eq!(told("outcomes.sleep"), "1 analysis | as-registered");
    // The order that is planned is the protocol's, with the outcomes that are out of it.
    assert_eq!(
        told("outcomes.order"),
        "sleep, falls; no planned main analysis between groups: pain, mood | as-registered"
    );
    let planned = rows.iter().find(|row| row.field == "outcomes.order");
    assert_eq!(planned.expect("a row").planned, "sleep, falls, pain, mood");
}
