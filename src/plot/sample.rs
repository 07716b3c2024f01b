//! Inputs for the tests: the BCG trials with metafor's numbers, and generated cases of every size.

use super::*;

/// Trials of Colditz et al. 1994 as in metadat `dat.bcg`; weights in percent as metafor 3.8.1 gives them for
/// `rma(yi, vi, method = "REML", test = "knha")` on log risk ratios.
pub(super) const BCG: [(&str, u64, u64, u64, u64, f64); 13] = [
    ("Aronson 1948", 4, 123, 11, 139, 5.06),
    ("Ferguson & Simes 1949", 6, 306, 29, 303, 6.36),
    ("Rosenthal et al 1960", 3, 231, 11, 220, 4.44),
    ("Hart & Sutherland 1977", 62, 13598, 248, 12867, 9.70),
    ("Frimodt-Moller et al 1973", 33, 5069, 47, 5808, 8.87),
    ("Stein & Aronson 1953", 180, 1541, 372, 1451, 10.10),
    ("Vandiviere et al 1973", 8, 2545, 10, 629, 6.03),
    ("TPT Madras 1980", 505, 88391, 499, 88391, 10.19),
    ("Coetzee & Berjak 1968", 29, 7499, 45, 7277, 8.74),
    ("Rosenthal et al 1961", 17, 1716, 65, 1665, 8.37),
    ("Comstock et al 1974", 186, 50634, 141, 27338, 9.93),
    ("Comstock & Webster 1969", 5, 2498, 3, 2341, 3.82),
    ("Comstock et al 1976", 27, 16913, 29, 17854, 8.40),
];

pub(super) fn frame(id: &str, title: &str) -> Frame {
    Frame {
        id: id.to_owned(),
        title: title.to_owned(),
        ..Frame::default()
    }
}

/// Log risk ratio with its variance.
pub(super) fn log_risk_ratio(events1: u64, n1: u64, events2: u64, n2: u64) -> (f64, f64) {
    let [a, n, c, m] = [events1, n1, events2, n2].map(|v| v as f64);
    (
        (a / n / (c / m)).ln(),
        1.0 / a - 1.0 / n + 1.0 / c - 1.0 / m,
    )
}

pub(super) fn estimate(yi: f64, vi: f64) -> Estimate {
    let half = 1.959_963_984_540_054 * vi.sqrt();
    Estimate::new(yi, yi - half, yi + half)
}

pub(super) fn bcg_studies() -> Vec<StudyRow> {
    BCG.iter()
        .map(|&(label, e1, n1, e2, n2, weight)| {
            let (yi, vi) = log_risk_ratio(e1, n1, e2, n2);
            StudyRow {
                label: label.to_owned(),
                cells: [e1, n1, e2, n2].map(Cell::Count).to_vec(),
                estimate: Some(estimate(yi, vi)),
                weight: Some(weight),
                address: Some(format!("pool/effects#{label}/yi")),
                ..StudyRow::default()
            }
        })
        .collect()
}

pub(super) fn bcg_pooled() -> PooledRow {
    PooledRow {
        label: "Random effects (REML, Knapp-Hartung)".into(),
        k: 13,
        cells: vec![
            Cell::Empty,
            Cell::Count(191_064),
            Cell::Empty,
            Cell::Count(166_283),
        ],
        estimate: Some(Estimate::new(-0.7145, -1.1084, -0.3206)),
        prediction: Some((0.136_f64.ln(), 1.763_f64.ln())),
        weight: Some(100.0),
        heterogeneity: Some(Heterogeneity {
            tau2: Some(0.3132),
            tau2_interval: Some((0.1197, 1.1115)),
            q: 152.2330,
            df: 12.0,
            p: 0.0,
            i2: Some(92.22),
        }),
        test: Some(TestResult {
            statistic: Statistic::T(-3.9522, 12.0),
            p: 0.0019,
        }),
        ..PooledRow::default()
    }
}

/// The BCG example whole.
pub(super) fn bcg() -> Forest {
    let frame = frame(
        "bcg",
        "Forest plot: tuberculosis, BCG vaccine versus control, 13 trials",
    );
    Forest {
        columns: vec![
            ColumnGroup::events("BCG vaccine", &frame),
            ColumnGroup::events("Control", &frame),
        ],
        frame,
        measure: "Risk ratio".into(),
        scale: Scale::Log,
        null: Some(0.0),
        subgroups: vec![Subgroup {
            studies: bcg_studies(),
            ..Subgroup::default()
        }],
        pooled: vec![bcg_pooled()],
        favours: Some(Favours {
            low: "BCG vaccine".into(),
            high: "control".into(),
        }),
        ..Forest::default()
    }
}

pub(super) fn rob2_domains() -> Vec<BiasDomain> {
    [
        ("D1", "Randomisation process"),
        ("D2", "Deviations from intended interventions"),
        ("D3", "Missing outcome data"),
        ("D4", "Measurement of the outcome"),
        ("D5", "Selection of the reported result"),
    ]
    .map(|(code, name)| BiasDomain::new(code, name))
    .to_vec()
}

/// A level that depends on two numbers only, so that samples are the same each time.
pub(super) fn some_level(i: usize, j: usize) -> Option<BiasLevel> {
    let words = Wording::english();
    let tones = [
        BiasTone::Low,
        BiasTone::Some,
        BiasTone::Low,
        BiasTone::High,
        BiasTone::NoInformation,
        BiasTone::Low,
        BiasTone::Critical,
    ];
    ((i * 5 + j * 3) % 17 != 16)
        .then(|| BiasLevel::rob2(tones[(i * 3 + j * 2) % tones.len()], &words))
}

/// BCG in three subgroups with risk-of-bias columns.
pub(super) fn bcg_subgroups() -> Forest {
    let mut forest = bcg();
    let mut studies = bcg_studies();
    let mut domains = rob2_domains();
    domains.push(BiasDomain::new("All", "overall judgement"));
    for (i, study) in studies.iter_mut().enumerate() {
        study.bias = (0..domains.len()).map(|j| some_level(i, j)).collect();
    }
    let pooled = |label: &str, k, (v, l, u): (f64, f64, f64)| {
        Some(PooledRow {
            label: label.into(),
            k,
            estimate: Some(Estimate::new(v, l, u)),
            heterogeneity: (k > 1).then_some(Heterogeneity {
                tau2: Some(0.39),
                q: 110.21,
                df: k as f64 - 1.0,
                p: 0.0,
                i2: Some(93.9),
                tau2_interval: None,
            }),
            ..PooledRow::default()
        })
    };
    let rest = studies.split_off(7);
    let (systematic, alternate) = rest.split_at(5);
    let group = |heading: &str, studies: &[StudyRow], pooled| Subgroup {
        heading: Some(heading.into()),
        studies: studies.to_vec(),
        pooled,
    };
    forest.subgroups = vec![
        group(
            "First seven trials",
            &studies,
            pooled("Subtotal (REML)", 7, (-0.97, -1.69, -0.25)),
        ),
        group(
            "Next five trials",
            systematic,
            pooled("Subtotal (REML)", 5, (-0.43, -0.97, 0.11)),
        ),
        group(
            "The last trial, a single study with a long subgroup heading that has to go somewhere",
            alternate,
            pooled("Subtotal", 1, (-0.0173, -0.541, 0.506)),
        ),
    ];
    forest.subgroup_test = Some((
        TestResult {
            statistic: Statistic::ChiSquared(1.86, 2.0),
            p: 0.39,
        },
        Some(0.0),
    ));
    forest.bias = Some(BiasColumns { domains });
    forest.frame.id = "bcg-sub".into();
    forest
}

const NAMES: [&str; 6] = [
    "Li 2019",
    "Kjeldmand & Holmström 2008 (general practitioners in Östergötland, cluster allocated)",
    "中国医科大学附属盛京医院巴林特小组干预研究：三级甲等医院重症监护病房护士职业倦怠随机对照试验二零二三年",
    "van der Bruggen-Wijnsma 2021 <b>&amp; \"co\"</b>",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "黄 Huang 2020",
];

/// `k` studies with effects around `centre` and spread `spread` on the analysis scale.
pub(super) fn generated(
    k: usize,
    scale: Scale,
    centre: f64,
    spread: f64,
    layout: ForestLayout,
) -> Forest {
    let frame = frame("gen", "Generated");
    let studies = (0..k)
        .map(|i| {
            let wobble = ((i * 37 % 19) as f64 / 9.5 - 1.0) * spread;
            let half = spread * (0.3 + (i * 13 % 7) as f64);
            let value = centre + wobble;
            StudyRow {
                label: NAMES[i % NAMES.len()].into(),
                cells: vec![
                    Cell::Number(23.25 + i as f64),
                    Cell::Marked(
                        4.5,
                        if i % 3 == 0 {
                            "†".into()
                        } else {
                            String::new()
                        },
                    ),
                    Cell::Count(40 + i as u64 * 1001),
                    Cell::Number(-25.0),
                    if i % 4 == 0 {
                        Cell::Empty
                    } else {
                        Cell::Number(0.5)
                    },
                    Cell::Count(40),
                ],
                estimate: (i % 9 != 8).then(|| Estimate::new(value, value - half, value + half)),
                weight: Some(100.0 / k as f64),
                bias: (0..5).map(|j| some_level(i, j)).collect(),
                break_before: (i == k / 2 && k > 3).then(|| "Update 2026".to_owned()),
                address: None,
            }
        })
        .collect();
    Forest {
        layout,
        measure: "Standardised mean difference (Hedges' g)".into(),
        scale,
        null: Some(0.0),
        columns: vec![ColumnGroup::mean_sd("Balint groups (intervention)", &frame), ColumnGroup::mean_sd("对照组", &frame)],
        frame,
        subgroups: vec![Subgroup { heading: None, studies, pooled: None }],
        pooled: vec![
            PooledRow { label: "Random effects (REML, Knapp-Hartung)".into(), k, estimate: Some(Estimate::new(centre, centre - spread / 2.0, centre + spread / 2.0)), prediction: Some((centre - spread * 3.0, centre + spread * 3.0)), weight: Some(100.0), ..PooledRow::default() },
            PooledRow { label: "Common effect".into(), k, reason: Some("The studies are too different to pool: I² above 90% and directions disagree, see the protocol.".into()), ..PooledRow::default() },
        ],
        favours: Some(Favours { low: "Balint groups or whatever this long arm is called".into(), high: "usual care".into() }),
        unimportant: Some((centre - spread / 10.0, centre + spread / 10.0)),
        bias: Some(BiasColumns { domains: rob2_domains() }),
        notes: vec!["† Standard deviation imputed from the median of the other studies of the same instrument.".into()],
        ..Forest::default()
    }
}

pub(super) fn traffic_light(k: usize) -> TrafficLight {
    TrafficLight {
        frame: frame("tl", "Risk of bias"),
        tool: "RoB 2".into(),
        domains: rob2_domains(),
        overall: true,
        rows: (0..k)
            .map(|i| BiasRow {
                label: NAMES[i % NAMES.len()].into(),
                judgements: (0..5).map(|j| some_level(i, j)).collect(),
                overall: some_level(i, 5),
                weight: Some(1.0 + (i % 5) as f64),
                address: None,
            })
            .collect(),
        notes: Vec::new(),
    }
}

pub(super) fn bias_summary(k: usize) -> BiasSummary {
    let light = traffic_light(k);
    BiasSummary {
        frame: frame("bs", "Risk of bias summary"),
        domains: light.domains,
        overall: true,
        rows: light.rows,
        notes: Vec::new(),
    }
}

pub(super) fn flow(template: FlowTemplate, reasons: usize) -> PrismaFlow {
    let update = matches!(template, FlowTemplate::U1 | FlowTemplate::U2);
    let other = matches!(template, FlowTemplate::N2 | FlowTemplate::U2);
    let list = |k: usize| {
        (0..k).map(|i| Count::new(format!("Reason {i}: wrong population, not health professionals, or no comparison group"), i as u64 * 3)).collect::<Vec<_>>()
    };
    PrismaFlow {
        frame: frame("flow", "PRISMA 2020 flow diagram"),
        previous: update.then_some(StudiesAndReports {
            studies: 7,
            reports: Some(9),
        }),
        databases: vec![
            Count::new("PubMed", 812),
            Count::new("Embase", 1204),
            Count::new("中国知网 (CNKI)", 96),
            Count::new("PsycINFO", 310),
        ],
        registers: vec![Count::new("ClinicalTrials.gov", 41)],
        removed: RemovedBeforeScreening {
            duplicates: 877,
            automation: 0,
            other: Vec::new(),
        },
        screened: 1586,
        excluded: 1490,
        excluded_by_automation: None,
        undecided_records: 3,
        sought: 93,
        not_retrieved: 4,
        assessed: 89,
        reports_excluded: list(reasons),
        undecided_reports: 0,
        other: other.then(|| OtherMethods {
            sources: vec![
                Count::new("Citation searching", 14),
                Count::new("Websites", 2),
                Count::new("Organisations", 0),
            ],
            sought: 12,
            not_retrieved: 1,
            assessed: 11,
            excluded: list(2),
        }),
        included: StudiesAndReports {
            studies: 7,
            reports: Some(8),
        },
        total: update.then_some(StudiesAndReports {
            studies: 14,
            reports: Some(17),
        }),
        in_meta_analysis: Some(StudiesAndReports {
            studies: 6,
            reports: None,
        }),
        links: vec![("B9".into(), "#excluded".into())],
        notes: Vec::new(),
    }
}

/// BCG as a funnel with metafor's Egger-type line (limit estimate −0.5104; slope from intercept and the test) and its filled study.
pub(super) fn funnel() -> Funnel {
    let mut points: Vec<FunnelPoint> = BCG
        .iter()
        .map(|&(label, e1, n1, e2, n2, _)| {
            let (value, vi) = log_risk_ratio(e1, n1, e2, n2);
            FunnelPoint {
                label: label.into(),
                value,
                standard_error: vi.sqrt(),
                ..FunnelPoint::default()
            }
        })
        .collect();
    points.push(FunnelPoint {
        label: "Filled 1".into(),
        value: 0.31,
        standard_error: 0.472,
        filled: true,
        address: None,
    });
    Funnel {
        frame: frame("funnel", "Funnel plot"),
        measure: "Risk ratio".into(),
        scale: Scale::Log,
        points,
        centre: Some(-0.4303),
        null: Some(0.0),
        asymmetry: Some(AsymmetryLine {
            intercept: -0.5104,
            slope: -0.78,
            label: "Regression on standard error, k = 13, P = 0.45".into(),
        }),
        notes: vec!["Pseudo limits are centred on the common-effect estimate.".into()],
        ..Funnel::default()
    }
}

pub(super) fn leave_one_out() -> LeaveOneOut {
    LeaveOneOut {
        frame: frame("loo", "Leave-one-out"),
        measure: "Risk ratio".into(),
        scale: Scale::Log,
        null: Some(0.0),
        rows: BCG
            .iter()
            .enumerate()
            .map(|(i, b)| WithoutStudy {
                study: b.0.into(),
                estimate: Some(Estimate::new(
                    -0.7 + 0.01 * i as f64,
                    -1.1,
                    -0.3 + 0.03 * i as f64,
                )),
                i2: Some(90.0 + 0.2 * i as f64),
                change: if i > 9 {
                    "crosses no effect".into()
                } else {
                    String::new()
                },
                address: None,
            })
            .collect(),
        all: bcg_pooled(),
        favours: Some(Favours {
            low: "BCG vaccine".into(),
            high: "control".into(),
        }),
        ..LeaveOneOut::default()
    }
}

pub(super) fn cumulative() -> Cumulative {
    Cumulative {
        frame: frame("cum", "Cumulative"),
        measure: "Risk ratio".into(),
        scale: Scale::Log,
        null: Some(0.0),
        steps: BCG
            .iter()
            .enumerate()
            .map(|(i, b)| CumulativeStep {
                study: b.0.into(),
                k: i + 1,
                estimate: Some(Estimate::new(
                    -0.7,
                    -0.7 - 2.0 / (i + 1) as f64,
                    -0.7 + 2.0 / (i + 1) as f64,
                )),
                break_before: (i == 9).then(|| "Update 2026".to_owned()),
                address: None,
            })
            .collect(),
        ..Cumulative::default()
    }
}

/// Absolute latitude of the BCG trials, and metafor's regression on it.
const LATITUDE: [f64; 13] = [
    44.0, 55.0, 42.0, 52.0, 13.0, 44.0, 19.0, 13.0, 27.0, 42.0, 18.0, 33.0, 33.0,
];

pub(super) fn bubble() -> Bubble {
    let points = BCG
        .iter()
        .zip(LATITUDE)
        .map(|(b, x)| BubblePoint {
            label: b.0.into(),
            x,
            value: log_risk_ratio(b.1, b.2, b.3, b.4).0,
            weight: Some(b.5),
            address: None,
        })
        .collect();
    let fit = (0..=40)
        .map(|i| {
            let x = 13.0 + 42.0 * f64::from(i) / 40.0;
            let value = 0.2515 - 0.0291 * x;
            let half = 0.2 + 0.00035 * (x - 33.0) * (x - 33.0);
            FittedEffect {
                x,
                estimate: Estimate::new(value, value - half, value + half),
                prediction: Some((value - half - 0.45, value + half + 0.45)),
            }
        })
        .collect();
    Bubble {
        frame: frame("bubble", "Meta-regression"),
        measure: "Risk ratio".into(),
        scale: Scale::Log,
        null: Some(0.0),
        covariate: "Absolute latitude".into(),
        points,
        fit,
        notes: vec!["Slope −0.029 (P = 0.005); R² = 76%.".into()],
        ..Bubble::default()
    }
}

pub(super) fn bubble_categories() -> Bubble {
    let mut plot = bubble();
    plot.categories = vec![
        "random".into(),
        "alternate allocation by day of admission".into(),
        "systematic".into(),
    ];
    plot.covariate = "Allocation".into();
    for (i, p) in plot.points.iter_mut().enumerate() {
        p.x = (i % 3) as f64;
    }
    plot.fit = (0..3)
        .map(|i| FittedEffect {
            x: f64::from(i),
            estimate: Estimate::new(-0.7, -1.0, -0.4),
            prediction: None,
        })
        .collect();
    plot
}

pub(super) fn baujat() -> Baujat {
    let points = BCG
        .iter()
        .enumerate()
        .map(|(i, b)| BaujatPoint {
            label: b.0.into(),
            heterogeneity: [
                0.02, 1.62, 0.57, 1.75, 0.70, 0.0, 1.6, 1.8, 0.1, 1.2, 0.43, 1.7, 1.3,
            ][i],
            influence: [
                0.001, 0.112, 0.024, 0.225, 0.066, 0.0, 0.108, 0.193, 0.018, 0.108, 0.049, 0.064,
                0.115,
            ][i],
            address: None,
        })
        .collect();
    Baujat {
        frame: frame("baujat", "Baujat plot"),
        points,
        ..Baujat::default()
    }
}

pub(super) fn labbe() -> Labbe {
    let points = BCG
        .iter()
        .map(|b| LabbePoint {
            label: b.0.into(),
            control: b.3 as f64 / b.4 as f64,
            experimental: b.1 as f64 / b.2 as f64,
            weight: Some(b.5),
            address: None,
        })
        .collect();
    Labbe {
        frame: frame("labbe", "L'Abbé plot"),
        control: "control".into(),
        experimental: "BCG vaccine".into(),
        points,
        pooled: Some((RiskCurve::RiskRatio(0.489), "Pooled risk ratio 0.49".into())),
        notes: Vec::new(),
    }
}

pub(super) fn radial() -> Radial {
    let points = BCG
        .iter()
        .map(|b| {
            let (value, vi) = log_risk_ratio(b.1, b.2, b.3, b.4);
            RadialPoint {
                label: b.0.into(),
                value,
                standard_error: vi.sqrt(),
                address: None,
            }
        })
        .collect();
    Radial {
        frame: frame("radial", "Radial plot"),
        measure: "Risk ratio".into(),
        scale: Scale::Log,
        points,
        centre: Some(-0.4303),
        notes: Vec::new(),
    }
}

/// `k` analyses over three choices.
pub(super) fn specification_curve(k: usize) -> SpecificationCurve {
    let choices = vec![
        Choice {
            name: "Model".into(),
            options: vec![
                "Random effects (REML)".into(),
                "Random effects (Paule-Mandel)".into(),
                "Common effect".into(),
            ],
        },
        Choice {
            name: "Correlation for change scores".into(),
            options: vec!["r = 0.5".into(), "r = 0.8".into()],
        },
        Choice {
            name: "Studies".into(),
            options: vec![
                "All".into(),
                "Without high risk of bias".into(),
                "仅随机对照试验".into(),
            ],
        },
    ];
    let specifications = (0..k)
        .map(|i| {
            let value = -0.4 + ((i * 29 % 17) as f64 - 8.0) * 0.03;
            Specification {
                taken: vec![Some(i % 3), (i % 5 != 4).then_some(i % 2), Some(i / 2 % 3)],
                estimate: Some(Estimate::new(
                    value,
                    value - 0.3 - 0.01 * (i % 4) as f64,
                    value + 0.3,
                )),
                main: i == 3,
                address: None,
            }
        })
        .collect();
    SpecificationCurve {
        frame: frame("spec", "Specification curve"),
        measure: "Standardised mean difference".into(),
        null: Some(0.0),
        choices,
        specifications,
        ..SpecificationCurve::default()
    }
}

/// The shipped pipeline's shape.
pub(super) fn graph() -> PipelineGraph {
    let node = |id: &str, detail: &str, tone| GraphNode {
        id: id.into(),
        detail: detail.into(),
        tone,
        link: Some(format!("#{id}")),
    };
    PipelineGraph {
        frame: frame("graph", "Pipeline"),
        nodes: vec![
            node("import", "fresh", NodeTone::Done),
            node("deduplicate", "fresh", NodeTone::Done),
            node("screen", "waits for 3 decisions", NodeTone::Waiting),
            node(
                "extract",
                "would run: data/extraction changed",
                NodeTone::Active,
            ),
            node("risk-of-bias", "failed", NodeTone::Failed),
            node("pool", "may run", NodeTone::Plain),
            node("grade", "may run", NodeTone::Plain),
            node("report", "may run", NodeTone::Plain),
            node("word", "", NodeTone::Plain),
        ],
        edges: vec![
            (0, 1),
            (1, 2),
            (2, 3),
            (2, 4),
            (3, 5),
            (4, 5),
            (5, 6),
            (4, 6),
            (0, 7),
            (1, 7),
            (2, 7),
            (3, 7),
            (4, 7),
            (5, 7),
            (6, 7),
            (7, 8),
            (8, 0),
            (3, 99),
        ],
        notes: Vec::new(),
    }
}

/// The BCG example in Chinese, with a name column to match.
pub(super) fn chinese() -> Forest {
    let mut forest = generated(5, Scale::Linear, -0.4, 0.5, ForestLayout::RevMan);
    forest.frame.wording = Wording::simplified_chinese();
    forest.measure = "标准化均数差（Hedges g）".into();
    forest.columns = vec![
        ColumnGroup::mean_sd("巴林特小组", &forest.frame),
        ColumnGroup::mean_sd("对照组", &forest.frame),
    ];
    forest.favours = Some(Favours {
        low: "巴林特小组".into(),
        high: "对照组".into(),
    });
    for (study, name) in forest.subgroups[0].studies.iter_mut().zip([
        "王等 2019",
        "李明 2020",
        "中国医科大学附属盛京医院巴林特小组干预研究重症监护病房护士",
        "Huang 2021",
        "张 2022",
    ]) {
        study.label = name.into();
    }
    forest
}

/// One of everything.
fn all() -> Vec<(&'static str, Figure)> {
    let mut jama = bcg_subgroups();
    jama.layout = ForestLayout::Jama;
    let mut one = bcg();
    one.subgroups[0].studies.truncate(1);
    one.pooled = vec![PooledRow {
        label: "One study".into(),
        k: 1,
        estimate: one.subgroups[0].studies[0].estimate,
        ..PooledRow::default()
    }];
    let mut two = bcg();
    two.subgroups[0].studies.truncate(2);
    two.pooled[0].k = 2;
    vec![
        ("forest-bcg", bcg().draw()),
        ("forest-subgroups", bcg_subgroups().draw()),
        ("forest-jama", jama.draw()),
        ("forest-chinese", chinese().draw()),
        ("forest-k1", one.draw()),
        ("forest-k2", two.draw()),
        (
            "forest-60",
            generated(60, Scale::Linear, -0.4, 0.5, ForestLayout::RevMan).draw(),
        ),
        (
            "forest-gen-jama",
            generated(8, Scale::Linear, -0.4, 0.5, ForestLayout::Jama).draw(),
        ),
        (
            "forest-1e4",
            generated(6, Scale::Log, 9.2, 0.3, ForestLayout::RevMan).draw(),
        ),
        ("funnel", funnel().draw()),
        ("bubble", bubble().draw()),
        ("bubble-categories", bubble_categories().draw()),
        ("baujat", baujat().draw()),
        ("labbe", labbe().draw()),
        ("radial", radial().draw()),
        ("specification-curve", specification_curve(36).draw()),
        ("graph", graph().draw()),
        ("leave-one-out", leave_one_out().draw()),
        ("cumulative", cumulative().draw()),
        ("traffic-light", traffic_light(9).draw()),
        ("bias-summary", bias_summary(9).draw()),
        ("bias-summary-3", bias_summary(3).draw()),
        ("flow-n1", flow(FlowTemplate::N1, 3).draw()),
        ("flow-n2", flow(FlowTemplate::N2, 3).draw()),
        ("flow-u1", flow(FlowTemplate::U1, 3).draw()),
        ("flow-u2", flow(FlowTemplate::U2, 9).draw()),
    ]
}

#[test]
fn equal_inputs_give_equal_bytes() {
    for ((name, first), (_, second)) in all().into_iter().zip(all()) {
        assert_eq!(first, second, "{name}");
    }
}

#[test]
fn every_sample_holds_its_layout() {
    for (name, figure) in all() {
        layout_check::check(name, &figure);
    }
}
