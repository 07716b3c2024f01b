//! Claims about the flow diagram.

use super::{Count, FlowTemplate};
use crate::plot::layout_check::check;
use crate::plot::sample::flow;

const ALL: [FlowTemplate; 4] = [
    FlowTemplate::N1,
    FlowTemplate::N2,
    FlowTemplate::U1,
    FlowTemplate::U2,
];

#[test]
fn template_follows_from_the_boxes_given() {
    for template in ALL {
        assert_eq!(flow(template, 1).template(), template);
    }
}

#[test]
fn layout_holds_in_all_templates_and_boxes_grow_with_reasons() {
    for template in ALL {
        let mut before = 0.0;
        for reasons in [0, 1, 5, 40] {
            let figure = flow(template, reasons).draw();
            check(&format!("{template:?} {reasons}"), &figure);
            assert!(figure.height >= before);
            before = figure.height;
        }
    }
}

#[test]
fn databases_and_reasons_are_summed() {
    let figure = flow(FlowTemplate::N1, 3).draw();
    assert!(
        figure.svg.contains("Databases (n\u{a0}=\u{a0}2422)"),
        "{}",
        figure.svg
    );
    let excluded = figure
        .table
        .rows
        .iter()
        .find(|r| r[0] == "B9")
        .expect("B9 is in every template");
    assert_eq!(excluded[2], "9");
    assert!(
        !figure
            .table
            .rows
            .iter()
            .any(|r| r[0] == "B1" || r[0] == "B11" || r[0] == "B16")
    );
}

#[test]
fn records_of_the_version_before_stand_beside_the_databases_and_not_among_them() {
    let mut update = flow(FlowTemplate::U1, 3);
    update.carried = Some(Count::new("Counted anew", 5));
    let svg = update.draw().svg;
    for line in [
        "Databases (n\u{a0}=\u{a0}2422)",
        "Counted anew (n\u{a0}=\u{a0}5)",
    ] {
        assert!(svg.contains(line), "{line} in {svg}");
    }
}

#[test]
fn only_inner_links_are_written() {
    let mut with_links = flow(FlowTemplate::N1, 3);
    with_links
        .links
        .push(("B4".into(), "javascript:alert(1)".into()));
    let svg = with_links.draw().svg;
    assert!(svg.contains("<a href=\"#excluded\">"));
    assert!(!svg.contains("javascript"));
}
