//! Claims about the forest plot.

use crate::plot::layout_check::check;
use crate::plot::sample::{bcg, bcg_subgroups, generated};
use crate::plot::{ForestLayout, Scale};

#[test]
fn bcg_prints_the_numbers_of_metafor() {
    let figure = bcg().draw();
    let pooled = figure
        .table
        .rows
        .iter()
        .find(|r| r[0].contains("k = 13"))
        .expect("the 13 trials are pooled");
    assert_eq!(pooled[5..8], ["0.49", "0.33", "0.73"]);
    let prediction = figure.table.rows.last().expect("a table has rows");
    assert_eq!(prediction[5..8], ["", "0.14", "1.76"]);
    let first = &figure.table.rows[0];
    assert_eq!(
        first[1..],
        ["4", "123", "11", "139", "0.41", "0.13", "1.26", "5.1%"]
    );
    assert!(figure.description.contains("τ² = 0.31"));
    assert!(figure.description.contains("I² = 92%"));
    assert!(
        figure
            .description
            .contains("T = −3.95, df = 12 (P = 0.002)")
    );
    assert!(figure.svg.contains("0.49 (0.33 to 0.73)"));
}

#[test]
fn layout_holds_from_1_to_200_studies_in_both_layouts() {
    for layout in [ForestLayout::RevMan, ForestLayout::Jama] {
        for k in [1, 2, 3, 7, 20, 60, 200] {
            check(
                &format!("{layout:?} {k}"),
                &generated(k, Scale::Linear, -0.4, 0.5, layout).draw(),
            );
        }
    }
}

#[test]
fn layout_holds_for_tiny_and_huge_effects() {
    for scale in [Scale::Linear, Scale::Log] {
        for (centre, spread) in [
            (1e-3, 1e-4),
            (1e4, 300.0),
            (-6.9, 0.2),
            (9.2, 2.0),
            (0.0, 0.0),
            (-1e4, 1.0),
            (1e-9, 1e-12),
        ] {
            for layout in [ForestLayout::RevMan, ForestLayout::Jama] {
                check(
                    &format!("{scale:?} {centre} {spread}"),
                    &generated(6, scale, centre, spread, layout).draw(),
                );
            }
        }
    }
}

#[test]
fn subgroups_show_their_diamonds_lines_and_test() {
    let figure = bcg_subgroups().draw();
    assert!(
        figure
            .svg
            .contains("Test for subgroup differences: χ² = 1.86, df = 2 (P = 0.39); I² = 0%")
    );
    assert!(figure.svg.contains("Heterogeneity: not applicable"));
    assert_eq!(figure.table.rows[0][0], "First seven trials");
    assert_eq!(figure.table.header.len(), figure.table.rows[0].len());
}

#[test]
fn an_interval_beyond_the_axis_ends_in_an_arrowhead_and_keeps_its_numbers() {
    let mut forest = bcg();
    let wide = &mut forest.subgroups[0].studies[2];
    wide.estimate = Some(crate::plot::Estimate::new(0.5, -30.0, 40.0));
    let figure = forest.draw();
    let row = figure
        .svg
        .split("<g class=\"row\"")
        .nth(3)
        .expect("the third study has a row");
    assert_eq!(row.matches("<polygon").count(), 2, "{row}");
    assert!(
        figure.table.rows[2][7].contains("×10"),
        "{:?}",
        figure.table.rows[2]
    );
}

#[test]
fn not_finite_effects_are_said_not_drawn() {
    let mut forest = bcg();
    forest.subgroups[0].studies[0].estimate =
        Some(crate::plot::Estimate::new(f64::NAN, 0.0, f64::INFINITY));
    forest.pooled[0].estimate = None;
    forest.pooled[0].prediction = Some((f64::NAN, 1.0));
    let figure = forest.draw();
    check("not finite", &figure);
    assert!(figure.svg.contains("Not estimable"));
    assert!(figure.svg.contains("Not pooled"));
}

#[test]
fn hostile_names_stay_inert() {
    let mut forest = bcg();
    for (i, name) in [
        "<script>alert(1)</script>",
        "]](javascript:alert(1))",
        "=cmd|' /C calc'!A0",
        "\u{202E}txt.exe\u{0}",
    ]
    .into_iter()
    .enumerate()
    {
        forest.subgroups[0].studies[i].label = name.into();
        forest.subgroups[0].studies[i].address = Some(format!("x\" onload=\"{name}"));
    }
    forest.subgroups[0].studies[5].label = "word ".repeat(2000);
    forest.measure = "<svg onload=x>".repeat(9);
    let figure = forest.draw();
    check("hostile", &figure);
    assert!(
        !figure.svg.contains("<script")
            && !figure.svg.contains("<svg onload")
            && !figure.svg.contains("\" onload")
    );
    assert!(!figure.svg.contains(['\u{202E}', '\u{0}']));
}
