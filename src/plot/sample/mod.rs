//! Inputs for the tests: the BCG trials with metafor's numbers, and generated cases of every size.

mod bcg;
mod bias;
mod curve_and_graph;
mod generated;
mod prisma_flow;
mod scatter;

pub(super) use bcg::{bcg, bcg_subgroups, cumulative, leave_one_out};
pub(super) use bias::{bias_summary, rob2_domains, some_level, traffic_light};
pub(super) use curve_and_graph::{graph, specification_curve};
pub(super) use generated::{chinese, generated};
pub(super) use prisma_flow::flow;
pub(super) use scatter::{baujat, bubble, bubble_categories, funnel, labbe, radial};

use super::{Figure, FlowTemplate, ForestLayout, Frame, PooledRow, Scale, layout_check};

const NAMES: [&str; 6] = [
    "Li 2019",
    "Kjeldmand & Holmström 2008 (general practitioners in Östergötland, cluster allocated)",
    "中国医科大学附属盛京医院巴林特小组干预研究：三级甲等医院重症监护病房护士职业倦怠随机对照试验二零二三年",
    "van der Bruggen-Wijnsma 2021 <b>&amp; \"co\"</b>",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "黄 Huang 2020",
];

pub(super) fn frame(id: &str, title: &str) -> Frame {
    Frame {
        id: id.to_owned(),
        title: title.to_owned(),
        ..Frame::default()
    }
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
