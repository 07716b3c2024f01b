//! The BCG trials of Colditz et al. 1994 with metafor's numbers, in every figure that shows studies.

use super::bias::{rob2_domains, some_level};
use super::frame;
use crate::plot::{
    BiasColumns, BiasDomain, Cell, ColumnGroup, Cumulative, CumulativeStep, Estimate, Favours,
    Forest, Heterogeneity, LeaveOneOut, PooledRow, Scale, Statistic, StudyRow, Subgroup,
    TestResult, WithoutStudy,
};

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

/// Log risk ratio with its variance.
pub(in crate::plot) fn log_risk_ratio(events1: u64, n1: u64, events2: u64, n2: u64) -> (f64, f64) {
    let [a, n, c, m] = [events1, n1, events2, n2].map(|v| v as f64);
    (
        (a / n / (c / m)).ln(),
        1.0 / a - 1.0 / n + 1.0 / c - 1.0 / m,
    )
}

pub(in crate::plot) fn estimate(yi: f64, vi: f64) -> Estimate {
    let half = 1.959_963_984_540_054 * vi.sqrt();
    Estimate::new(yi, yi - half, yi + half)
}

pub(in crate::plot) fn bcg_studies() -> Vec<StudyRow> {
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

pub(in crate::plot) fn bcg_pooled() -> PooledRow {
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
pub(in crate::plot) fn bcg() -> Forest {
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

/// BCG in three subgroups with risk-of-bias columns.
pub(in crate::plot) fn bcg_subgroups() -> Forest {
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

pub(in crate::plot) fn leave_one_out() -> LeaveOneOut {
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

pub(in crate::plot) fn cumulative() -> Cumulative {
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
