//! Risk-of-bias judgements of any number of studies.

use super::{NAMES, frame};
use crate::plot::{BiasDomain, BiasLevel, BiasRow, BiasSummary, BiasTone, TrafficLight, Wording};

pub(in crate::plot) fn rob2_domains() -> Vec<BiasDomain> {
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
pub(in crate::plot) fn some_level(i: usize, j: usize) -> Option<BiasLevel> {
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

pub(in crate::plot) fn traffic_light(k: usize) -> TrafficLight {
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

pub(in crate::plot) fn bias_summary(k: usize) -> BiasSummary {
    let light = traffic_light(k);
    BiasSummary {
        frame: frame("bs", "Risk of bias summary"),
        domains: light.domains,
        overall: true,
        rows: light.rows,
        notes: Vec::new(),
    }
}
