//! The flow diagram in its four templates.

use super::frame;
use crate::plot::{
    Count, FlowTemplate, OtherMethods, PrismaFlow, RemovedBeforeScreening, StudiesAndReports,
};

pub(in crate::plot) fn flow(template: FlowTemplate, reasons: usize) -> PrismaFlow {
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
        carried: None,
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
