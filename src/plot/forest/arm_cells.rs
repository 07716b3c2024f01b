//! Arm data as the JAMA layout prints it: one cell an arm.

use super::input::{Cell, ColumnGroup, ColumnKind, Forest, PooledRow};
use crate::plot::number::NumberStyle;

/// A copy of the plot in which events and totals are joined to `4/123`, means and SDs to `23.1 (4.5)`.
pub(super) fn joined(forest: &Forest) -> Forest {
    let mut out = forest.clone();
    let kinds: Vec<(ColumnKind, usize)> = forest
        .columns
        .iter()
        .map(|g| (g.kind, g.columns.len()))
        .collect();
    let numbers = forest.frame.numbers;
    out.columns = forest.columns.iter().map(joined_heading).collect();
    let join = |cells: &mut Vec<Cell>| *cells = joined_cells(cells, &kinds, &numbers);
    let join_pooled = |pooled: &mut PooledRow| join(&mut pooled.cells);
    for group in &mut out.subgroups {
        group
            .studies
            .iter_mut()
            .for_each(|study| join(&mut study.cells));
        group.pooled.iter_mut().for_each(join_pooled);
    }
    out.pooled.iter_mut().for_each(join_pooled);
    out
}

fn joined_heading(group: &ColumnGroup) -> ColumnGroup {
    let columns = match (group.kind, group.columns.as_slice()) {
        (ColumnKind::Events, [events, total]) => vec![format!("{events}/{total}")],
        (ColumnKind::MeanSd, [mean, sd, total]) => vec![format!("{mean} ({sd})"), total.clone()],
        _ => group.columns.clone(),
    };
    ColumnGroup {
        columns,
        ..group.clone()
    }
}

fn joined_cells(cells: &[Cell], kinds: &[(ColumnKind, usize)], numbers: &NumberStyle) -> Vec<Cell> {
    let mut out = Vec::new();
    let mut at = 0;
    for &(kind, count) in kinds {
        let mut part: Vec<Cell> = cells.iter().skip(at).take(count).cloned().collect();
        part.resize(count, Cell::Empty);
        at += count;
        match (kind, part.as_slice()) {
            (ColumnKind::Events, [events, total]) => {
                out.push(pair(events, total, "/", "", numbers))
            }
            (ColumnKind::MeanSd, [mean, sd, total]) => {
                out.push(pair(mean, sd, " (", ")", numbers));
                out.push(total.clone());
            }
            _ => out.extend(part),
        }
    }
    out
}

fn pair(first: &Cell, second: &Cell, between: &str, after: &str, numbers: &NumberStyle) -> Cell {
    match (plain(first, numbers), plain(second, numbers)) {
        (None, None) => Cell::Empty,
        (None, Some(only)) | (Some(only), None) => Cell::Text(only),
        (Some(first), Some(second)) => Cell::Text(format!("{first}{between}{second}{after}")),
    }
}

fn plain(cell: &Cell, numbers: &NumberStyle) -> Option<String> {
    match cell {
        Cell::Empty => None,
        Cell::Count(n) => Some(n.to_string()),
        Cell::Number(v) => Some(numbers.significant(*v, 3)),
        Cell::Marked(v, mark) => Some(format!("{}{mark}", numbers.significant(*v, 3))),
        Cell::Text(text) => Some(text.clone()),
    }
}
