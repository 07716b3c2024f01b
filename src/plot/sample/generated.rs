//! Forest plots of any number of studies, with names, arms and numbers that are hard to set.

use super::bias::{rob2_domains, some_level};
use super::{NAMES, frame};
use crate::plot::{
    BiasColumns, Cell, ColumnGroup, Estimate, Favours, Forest, ForestLayout, PooledRow, Scale,
    StudyRow, Subgroup,
};

/// `k` studies with effects around `centre` and spread `spread` on the analysis scale.
pub(in crate::plot) fn generated(
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

/// The BCG example in Chinese, with a name column to match.
pub(in crate::plot) fn chinese() -> Forest {
    let mut forest = generated(5, Scale::Linear, -0.4, 0.5, ForestLayout::RevMan);
    forest.frame.wording = crate::plot::wording::chinese();
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
