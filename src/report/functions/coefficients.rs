//! Functions that tell the coefficients of a meta-regression.

use super::{Printed, given, safe};
use crate::report::escape::markdown;
use crate::report::input::TableRow;
use crate::report::press::Press;
use tera::Kwargs;

/// What stands between the parts of a product.
const TIMES: &str = " × ";

/// The parts that a column tells of the row's term, one a characteristic.
fn parts<'a>(row: &TableRow<'a>, column: &str, many: usize) -> Vec<&'a str> {
    let parts: Vec<&str> = row.text(column).split(TIMES).collect();
    if parts.len() == many {
        parts
    } else {
        vec![""; many]
    }
}

/// A term as people read it: `setting kind: ward against clinic`, `year`, or the product of such.
pub(super) fn term(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let traced = |column: &str, text: &str| {
        press.traced(row.address(column), row.text(column), &markdown(text))
    };
    if row.text("characteristic").is_empty() {
        return safe(&traced("term", &press.words().spelled(row.text("term"))));
    }
    let characteristics: Vec<&str> = row.text("characteristic").split(TIMES).collect();
    let levels = parts(&row, "level", characteristics.len());
    let others = parts(&row, "against", characteristics.len());
    let told = characteristics.iter().zip(levels).zip(others);
    let told = told.map(|((characteristic, level), against)| {
        let of = traced("characteristic", &press.words().spelled(characteristic));
        if level.is_empty() {
            return of;
        }
        let level = traced("level", level);
        if against.is_empty() {
            return press.say("regression.level", &[("of", &of), ("level", &level)]);
        }
        let against = traced("against", against);
        let values = [("of", &*of), ("level", &*level), ("against", &*against)];
        press.say("regression.level-against", &values)
    });
    safe(&told.collect::<Vec<String>>().join(TIMES))
}

/// What the coefficients of the row's regression mean: of numbers, of levels against another, of levels that stand for themselves.
pub(super) fn coefficients_mean(press: &Press, arguments: &Kwargs) -> Printed {
    let regression = given(press, arguments)?;
    let same = |row: &TableRow<'_>, column| row.text(column) == regression.text(column);
    let rows = press.input.rows("coefficients");
    let rows: Vec<TableRow<'_>> = rows
        .filter(|row| same(row, "analysis") && same(row, "formula"))
        .filter(|row| row.text("term") != "intrcpt")
        .collect();
    let any = |of: fn(&TableRow<'_>) -> bool| rows.iter().any(of);
    let meanings = [
        ("regression.means", any(|row| row.text("level").is_empty())),
        (
            "regression.means-against",
            any(|row| !row.text("against").is_empty()),
        ),
        (
            "regression.means-level",
            any(|row| !row.text("level").is_empty() && row.text("against").is_empty()),
        ),
    ];
    let told = meanings.iter().filter(|(_, told)| *told);
    let told: Vec<String> = told
        .map(|(key, _)| *key)
        .chain(["regression.studies"])
        .map(|key| press.say(key, &[]))
        .collect();
    safe(&told.join(&press.say("gap", &[])))
}
