//! Figures of the analysis itself: the specification curve and the pipeline's graph.

use super::frame;
use crate::plot::{
    Choice, Estimate, GraphNode, NodeTone, PipelineGraph, Specification, SpecificationCurve,
};

/// `k` analyses over three choices.
pub(in crate::plot) fn specification_curve(k: usize) -> SpecificationCurve {
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
pub(in crate::plot) fn graph() -> PipelineGraph {
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
