//! A forest plot in words and as a table.

use std::fmt::Write as _;

use super::input::Forest;
use super::rows::{EffectCell, Row, RowKind};
use crate::plot::figure::DataTable;
use crate::plot::svg;
use crate::plot::wording::fill;

/// What the plot shows, in sentences.
pub(super) fn description(forest: &Forest, rows: &[Row<'_>]) -> String {
    let words = &forest.frame.wording;
    let k = rows
        .iter()
        .filter(|row| row.kind == RowKind::Study)
        .count()
        .to_string();
    let mut text = fill(
        &words.forest_description,
        &[("k", &k), ("measure", &forest.measure)],
    );
    for row in rows {
        match row.kind {
            RowKind::Pooled | RowKind::SubgroupPooled | RowKind::Prediction => {
                let group = (row.kind == RowKind::SubgroupPooled)
                    .then(|| heading(forest, row))
                    .flatten()
                    .map_or(String::new(), |heading| format!("{heading}, "));
                let label = format!("{group}{}", row.label);
                let effect = row.effect_text(forest);
                text.push(' ');
                text.push_str(&fill(
                    &words.pooled_description,
                    &[("label", &label), ("effect", &effect)],
                ));
            }
            RowKind::Text => {
                let _ = write!(text, " {}.", row.label.trim_end_matches('.'));
            }
            _ => {}
        }
    }
    if let Some(favours) = &forest.favours {
        let low = fill(&words.favours, &[("arm", &favours.low)]);
        let high = fill(&words.favours, &[("arm", &favours.high)]);
        let _ = write!(text, " ← {low}; {high} →.");
    }
    svg::clean(&text)
}

/// The numbers of the plot, one row a study or pooled result.
pub(super) fn data_table(forest: &Forest, rows: &[Row<'_>]) -> DataTable {
    let grouped = forest.subgroups.iter().any(|g| g.heading.is_some());
    let mut table = DataTable::new(&table_header(forest, grouped));
    for row in rows {
        if matches!(
            row.kind,
            RowKind::Study | RowKind::Pooled | RowKind::SubgroupPooled | RowKind::Prediction
        ) {
            table.push(&table_cells(forest, row, grouped));
        }
    }
    table
}

fn table_header(forest: &Forest, grouped: bool) -> Vec<String> {
    let words = &forest.frame.wording;
    let mut header: Vec<String> = Vec::new();
    if grouped {
        header.push(words.subgroup.to_string());
    }
    header.push(if forest.study_heading.trim().is_empty() {
        words.study.to_string()
    } else {
        forest.study_heading.clone()
    });
    for group in &forest.columns {
        let names = group.columns.iter();
        header.extend(names.map(|c| format!("{} {c}", group.heading).trim().to_owned()));
    }
    header.extend(
        [&words.estimate, &words.lower, &words.upper, &words.weight].map(ToString::to_string),
    );
    let domains = forest.bias.iter().flat_map(|b| &b.domains);
    header.extend(domains.map(|d| d.code.clone()));
    header
}

fn table_cells(forest: &Forest, row: &Row<'_>, grouped: bool) -> Vec<String> {
    let mut cells = Vec::new();
    if grouped {
        cells.push(heading(forest, row).unwrap_or_default());
    }
    cells.push(row.label.clone());
    let data: usize = forest.columns.iter().map(|g| g.columns.len()).sum();
    cells.extend((0..data).map(|i| {
        row.cells
            .get(i)
            .map_or(String::new(), |c| format!("{}{}", c.0, c.1))
    }));
    match &row.effect {
        EffectCell::Empty => cells.extend([String::new(), String::new(), String::new()]),
        EffectCell::Message(text) => cells.extend([text.clone(), String::new(), String::new()]),
        EffectCell::Numbers(parts) => cells.extend(parts.clone()),
    }
    cells.push(row.weight.clone());
    let levels = row.bias.iter();
    cells.extend(levels.map(|level| level.as_ref().map_or(String::new(), |l| l.name.clone())));
    cells
}

/// Heading of the subgroup that a row stands in.
fn heading(forest: &Forest, row: &Row<'_>) -> Option<String> {
    let group = forest.subgroups.get(row.subgroup)?;
    group.heading.clone()
}
