//! Arm data as the JAMA layout prints it: one cell an arm.

use super::input::{Cell, ColumnGroup, ColumnKind, Forest, PooledRow};
use super::rows::column_decimals;
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
    let count = kinds.iter().map(|kind| kind.1).sum();
    let decimals: Vec<usize> = (0..count).map(|i| column_decimals(forest, i)).collect();
    out.columns = forest.columns.iter().map(joined_heading).collect();
    let join = |cells: &mut Vec<Cell>| *cells = joined_cells(cells, &kinds, &decimals, numbers);
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

fn joined_cells(
    cells: &[Cell],
    kinds: &[(ColumnKind, usize)],
    decimals: &[usize],
    numbers: NumberStyle,
) -> Vec<Cell> {
    let mut out = Vec::new();
    let mut at = 0;
    for &(kind, count) in kinds {
        let mut part: Vec<Cell> = cells.iter().skip(at).take(count).cloned().collect();
        part.resize(count, Cell::Empty);
        let text = |i: usize| plain(&part[i], decimals[at + i], numbers);
        match (kind, count) {
            (ColumnKind::Events, 2) => out.push(pair(text(0), text(1), "/", "")),
            (ColumnKind::MeanSd, 3) => {
                out.push(pair(text(0), text(1), " (", ")"));
                out.push(part[2].clone());
            }
            _ => out.extend(part),
        }
        at += count;
    }
    out
}

/// Two texts in one cell; a lone total of a pooled row stands alone.
fn pair(first: Option<String>, second: Option<String>, between: &str, after: &str) -> Cell {
    match (first, second) {
        (None, None) => Cell::Empty,
        (None, Some(only)) | (Some(only), None) => Cell::Text(only),
        (Some(first), Some(second)) => Cell::Text(format!("{first}{between}{second}{after}")),
    }
}

fn plain(cell: &Cell, decimals: usize, numbers: NumberStyle) -> Option<String> {
    match cell {
        Cell::Empty => None,
        Cell::Count(n) => Some(n.to_string()),
        Cell::Percent(v) => Some(format!("{}%", numbers.fixed(*v, 0))),
        Cell::Number(v) => Some(numbers.fixed(*v, decimals)),
        Cell::Marked(v, mark) => Some(format!("{}{mark}", numbers.fixed(*v, decimals))),
        Cell::Text(text) => Some(text.clone()),
    }
}
