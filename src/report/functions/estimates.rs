//! An estimate with its unit, its interval and the level of that.

use super::{Printed, column, given, limits, safe};
use crate::report::format::Form;
use crate::report::input::TableRow;
use crate::report::press::Press;
use tera::Kwargs;

/// The estimate of a row with its unit, its interval and level.
pub(super) fn estimate(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let of_study = row.table.sheet.columns.iter().any(|name| name == "yi");
    let value = column(
        &row,
        arguments,
        "col",
        if of_study { "yi" } else { "estimate" },
    )?;
    let (lower, upper) = (
        column(&row, arguments, "lower", "ci_lower")?,
        column(&row, arguments, "upper", "ci_upper")?,
    );
    let value = press.number(&row, &value, Form::Effect);
    let limits = limits(press, &row, &lower, &upper, Form::Effect);
    let level = level_text(press, &row);
    let unit = unit(press, &row);
    let value = match &*unit {
        "" => value,
        unit => press.say("in-unit", &[("value", &value), ("unit", unit)]),
    };
    let values = [("value", &*value), ("level", &level), ("interval", &limits)];
    safe(&press.say("estimate", &values))
}

/// The unit of the differences of the row's analysis, traced; empty where it has none.
fn unit(press: &Press, row: &TableRow<'_>) -> String {
    let analysis = press.analysis_of(row);
    analysis.map_or_else(String::new, |analysis| press.text(&analysis, "unit"))
}

fn level_text(press: &Press, row: &TableRow<'_>) -> String {
    press.analysis_of(row).map_or_else(String::new, |analysis| {
        press.number(&analysis, "level", Form::Level)
    })
}

/// The level of the row's analysis.
pub(super) fn level(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    safe(&level_text(press, &row))
}
