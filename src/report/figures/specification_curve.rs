//! Specification curves of analyses whose defensible choices were all combined.

use super::NamedFigure;
use super::analysis::{capitalised, estimate, frame, measure, of_analysis, scale};
use crate::plot::{Choice, Specification, SpecificationCurve};
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};
use crate::report::words::Words;

/// Columns of `specifications` that hold choices, with the keys of their names.
const CHOICES: [(&str, &str); 7] = [
    ("measure", "picture.measure"),
    ("kind", "picture.kind"),
    ("correlation", "picture.correlation"),
    ("without_bias", "picture.without-bias"),
    ("time", "picture.time"),
    ("tau2", "picture.tau2"),
    ("interval", "picture.interval"),
];

/// `specification-curve-<analysis>` where all combinations work on one measure, so that they can share an axis.
pub(super) fn draw(input: &ReportInput, analysis: &TableRow<'_>) -> Option<NamedFigure> {
    let words = &input.words;
    let id = analysis.text("analysis");
    let rows = of_analysis(input, "specifications", id);
    let measures = options(&rows, "measure");
    if rows.len() < 2 || measures.len() > 1 {
        return None;
    }
    let choices: Vec<(&str, &str, Vec<&str>)> = CHOICES
        .iter()
        .map(|&(column, title)| (column, title, options(&rows, column)))
        .filter(|(_, _, options)| options.len() > 1)
        .collect();
    let specifications = rows.iter().map(|row| Specification {
        taken: choices
            .iter()
            .map(|(column, _, options)| options.iter().position(|one| *one == row.text(column)))
            .collect(),
        estimate: estimate(row, "estimate"),
        main: row.text("main") == "true",
        address: Some(row.address("estimate").to_string()),
    });
    let name = format!("specification-curve-{}", slug(id));
    let plot = SpecificationCurve {
        frame: frame(words, &name, "picture.specification-curve", analysis),
        measure: measure(words, analysis),
        scale: scale(analysis),
        null: Some(0.0),
        specifications: specifications.collect(),
        choices: choices
            .iter()
            .map(|(column, title, options)| Choice {
                name: words.text(title).to_owned(),
                options: options
                    .iter()
                    .map(|one| option(words, column, one))
                    .collect(),
            })
            .collect(),
        notes: Vec::new(),
    };
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}

/// The distinct values of a column, in the order they are met.
fn options<'a>(rows: &[TableRow<'a>], column: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for row in rows {
        if !found.contains(&row.text(column)) {
            found.push(row.text(column));
        }
    }
    found
}

/// An option as the figure names it.
fn option(words: &Words, column: &str, text: &str) -> String {
    match (column, text) {
        ("without_bias", "") => words.text("picture.nothing").to_owned(),
        ("without_bias", judgement) => words.say(
            "picture.judged",
            &[("judgement", &words.spelled(judgement))],
        ),
        ("time", "") => words.text("picture.as-declared").to_owned(),
        ("tau2", code) => code.to_owned(),
        ("interval", code) if words.find(&format!("short.{code}")).is_some() => {
            words.text(&format!("short.{code}")).to_owned()
        }
        ("kind", code) => capitalised(&words.spelled(code)),
        (_, text) => capitalised(text),
    }
}
