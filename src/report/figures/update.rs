//! What an update adds to the figures: the mark of new studies, and the results by search round.

use super::NamedFigure;
use super::analysis::{estimate, of_analysis};
use super::forest::plain;
use crate::plot::{Cell, ColumnGroup, StudyMark, StudyRow, Subgroup};
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};

/// Stands behind the name of a study that is new; a mark and a word, so that no colour is needed.
const NEW: &str = "† new";

/// A study's name, marked where the study is new in this version.
pub(super) fn marked(input: &ReportInput, row: &TableRow<'_>) -> String {
    let label = row.text("label");
    if is_new(input, row.text("study")) {
        format!("{label} {NEW}")
    } else {
        label.to_owned()
    }
}

/// What the mark means; nothing where no study of the plot bears it.
pub(super) fn note(input: &ReportInput, effects: &[TableRow<'_>]) -> Option<String> {
    let mut rows = effects.iter();
    rows.any(|row| is_new(input, row.text("study"))).then(|| {
        let version = input.rows("version").next();
        let before = version.map_or(String::new(), |row| row.text("baseline").to_owned());
        format!("{NEW}: not in the version before (baseline {before})")
    })
}

fn is_new(input: &ReportInput, study: &str) -> bool {
    let mut rows = input.rows("news");
    !study.is_empty() && rows.any(|row| row.text("kind") == "study" && row.text("study") == study)
}

/// `rounds-<analysis>`: the result with the studies found up to each search round, where there are two rounds with one.
pub(super) fn draw(input: &ReportInput, analysis: &TableRow<'_>) -> Option<NamedFigure> {
    let mut rows = of_analysis(input, "rounds", analysis.text("analysis"));
    if rows.len() < 2 {
        return None;
    }
    rows.sort_by(|a, b| {
        a.number("order")
            .unwrap_or(0.0)
            .total_cmp(&b.number("order").unwrap_or(0.0))
    });
    let name = format!("rounds-{}", slug(analysis.text("analysis")));
    let title = input
        .words
        .say("picture.rounds", &[("title", analysis.text("title"))]);
    let mut plot = plain(input, analysis, &name, &title);
    let heading = input.words.text("picture.rounds-heading");
    heading.clone_into(&mut plot.study_heading);
    plot.columns = vec![ColumnGroup::single("k")];
    plot.mark = StudyMark::Equal;
    plot.reference = rows.last().and_then(|row| row.number("estimate"));
    let first_new = rows.iter().position(|row| row.text("before") != "true");
    let studies = rows.iter().enumerate().map(|(index, row)| StudyRow {
        label: row.text("round").to_owned(),
        cells: vec![row.number("k").map_or(Cell::Empty, |k| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a number of studies"
            )]
            let k = k.max(0.0) as u64;
            Cell::Count(k)
        })],
        estimate: estimate(row, "estimate"),
        break_before: (Some(index) == first_new && index > 0).then(String::new),
        address: Some(row.address("estimate").to_string()),
        ..StudyRow::default()
    });
    plot.subgroups = vec![Subgroup {
        studies: studies.collect(),
        ..Subgroup::default()
    }];
    plot.notes = vec![input.words.text("picture.rounds-note").to_owned()];
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}
