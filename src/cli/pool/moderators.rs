//! Regression on moderators of the file.

use super::analysis::Tried;
use super::args::Args;
use super::cell::{Cell, mend, plain};
use super::table::Table;
use crate::meta::formula::{Design, Formula, Moderator};
use crate::meta::permutation::{self, Arrangements, Permutation};
use crate::meta::regression::{self, Regression};
use crate::meta::{Model, Refusal};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The arrangements that a count stands for: 0 for all.
pub(super) fn arrangements(count: usize, seed: u64) -> Arrangements {
    if count == 0 {
        Arrangements::Exact
    } else {
        Arrangements::Random { count, seed }
    }
}

/// The regression of a formula, and its permutation test where one is asked for.
pub(super) fn regress(
    formula: &str,
    args: &Args,
    model: &Model,
    tried: &mut Tried<'_>,
) -> (Option<Regression>, Option<Permutation>) {
    let Some(design) = design(formula, tried) else {
        return (None, None);
    };
    let (yi, vi) = complete(&design, tried);
    let fit = tried.keep("moderators", regression::fit(&yi, &vi, &design, model));
    let Some(fit) = fit.filter(|fit| worth_showing(fit, tried)) else {
        return (None, None);
    };
    let permutation = args.permutations.and_then(|n| {
        let test =
            permutation::test_moderators(&yi, &vi, &design, model, arrangements(n, args.seed));
        tried.keep("permutations", test)
    });
    (Some(fit), permutation)
}

fn design(formula: &str, tried: &mut Tried<'_>) -> Option<Design> {
    let studies = tried.studies;
    let table = &studies.table;
    let used = RefCell::new(BTreeSet::new());
    let unknown = RefCell::new(BTreeSet::new());
    let lookup = |column: &str| {
        let Some(name) = table.find(column) else {
            unknown.borrow_mut().insert(column.to_owned());
            return None;
        };
        let text = table.text(name).ok()?;
        used.borrow_mut().insert(name.to_owned());
        let clean = |cell: &String| match Cell::read(cell, table.marks()) {
            Cell::Missing => String::new(),
            _ => plain(cell, table.marks()),
        };
        Some(Moderator::from_text(
            &text.iter().map(clean).collect::<Vec<_>>(),
        ))
    };
    let formula = tried.keep("moderators", Formula::parse(formula))?;
    let design = formula.design(&studies.rows, lookup);
    let unknown = unknown.into_inner();
    if !unknown.is_empty() {
        unknown.iter().for_each(|column| tried.no_column(column));
        return None;
    }
    let plain = formula.plain_columns();
    let plain: BTreeSet<&str> = plain
        .into_iter()
        .filter_map(|name| table.find(name))
        .collect();
    for column in used.into_inner() {
        if plain.contains(column.as_str()) {
            mixed(table, &column, &studies.file, tried.found);
        }
    }
    tried.keep("moderators", design)
}

/// Warns of a column that is a factor only because of some cells among numbers.
fn mixed(table: &Table, column: &str, file: &str, found: &mut Problems) {
    let (Ok(text), Ok(numbers)) = (table.text(column), table.numbers(column)) else {
        return;
    };
    let Some(&row) = table.unreadable(column).first() else {
        return;
    };
    if numbers.iter().any(|number| !number.is_nan()) {
        let title = format!(
            "`{column}` is taken for categories, because `{}` is no number",
            text[row]
        );
        found.push(
            Problem::warning("pool::mixed-moderator", title)
                .at(Place::line(file, table.line(row)))
                .help(format!(
                    "{}; write factor({column}) where categories are meant",
                    mend(&text[row])
                )),
        );
    }
}

/// Effects and variances of the rows of a design; the others are named.
fn complete(design: &Design, tried: &mut Tried<'_>) -> (Vec<f64>, Vec<f64>) {
    let studies = tried.studies;
    let (mut yi, mut vi) = (Vec::new(), Vec::new());
    for (i, row) in studies.rows.iter().enumerate() {
        if design.rows.binary_search(row).is_ok() {
            yi.push(studies.yi[i]);
            vi.push(studies.vi[i]);
        } else {
            let title = format!(
                "{} is left out of the regression: a moderator is missing",
                studies.labels[i]
            );
            tried
                .found
                .push(Problem::warning("pool::moderator-missing", title).at(studies.place(*row)));
        }
    }
    (yi, vi)
}

/// Whether a regression tells anything: a moderator is left, and more studies than coefficients.
fn worth_showing(fit: &Regression, tried: &mut Tried<'_>) -> bool {
    let place = || Place::line(&tried.studies.file, 1);
    for name in &fit.dropped {
        let why = Refusal::Redundant { name: name.clone() };
        tried
            .found
            .push(Problem::warning("pool::redundant", why.to_string()).at(place()));
    }
    let (k, p) = (fit.fit.k, fit.fit.p);
    let title = if fit.fit.q_df <= 0.0 {
        format!(
            "moderators: {k} {} and {p} {} leave nothing to judge them by",
            if k == 1 { "study" } else { "studies" },
            if p == 1 {
                "coefficient"
            } else {
                "coefficients"
            }
        )
    } else if !fit.dropped.is_empty() && fit.names == ["intrcpt"] {
        "moderators: none is left that differs between studies".to_owned()
    } else {
        return true;
    };
    tried
        .found
        .push(Problem::error("pool::refused", title).at(place()));
    false
}
