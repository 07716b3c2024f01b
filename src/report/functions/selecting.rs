//! Functions that choose rows of tables.

use super::{Printed, given, row_value};
use crate::report::input::TableRow;
use crate::report::press::Press;
use std::collections::BTreeMap;
use tera::Error;
use tera::Kwargs;
use tera::TeraResult;
use tera::Value;

/// The arguments that choose rows: a column, and what it must hold.
const FILTERS: [(&str, &str); 3] = [("col", "is"), ("col2", "is2"), ("col3", "is3")];

/// The rows that `rows` and `row` ask for, in the order of `order` where the table has it.
pub(super) fn matching<'a>(press: &'a Press, arguments: &Kwargs) -> TeraResult<Vec<TableRow<'a>>> {
    matching_from(press, arguments, &FILTERS)
}

fn matching_from<'a>(
    press: &'a Press,
    arguments: &Kwargs,
    filters: &[(&str, &str)],
) -> TeraResult<Vec<TableRow<'a>>> {
    let mut wanted: Vec<(String, String)> = Vec::new();
    for (column, is) in filters {
        if let Some(column) = arguments.get::<String>(column)? {
            wanted.push((column, arguments.must_get(is)?));
        }
    }
    select(press, arguments, &wanted)
}

fn select<'a>(
    press: &'a Press,
    arguments: &Kwargs,
    wanted: &[(String, String)],
) -> TeraResult<Vec<TableRow<'a>>> {
    let table: String = arguments.must_get("table")?;
    let mut rows = Vec::new();
    for table in press
        .input
        .tables
        .iter()
        .filter(|candidate| candidate.name == table)
    {
        for (column, _) in wanted {
            if !table.sheet.columns.contains(column) {
                return Err(Error::message(format!(
                    "the table `{}` has no column `{column}`; it has {}",
                    table.name,
                    table.sheet.columns.join(", ")
                )));
            }
        }
        let own = table.sheet.rows.iter();
        let all = own.map(|row| TableRow::new(table, row));
        rows.extend(all.filter(|row| wanted.iter().all(|(column, is)| row.text(column) == is)));
    }
    in_order(&mut rows);
    Ok(rows)
}

/// Sorts rows by `order`, where their table has it.
fn in_order(rows: &mut [TableRow<'_>]) {
    rows.sort_by(|a, b| {
        let order = |row: &TableRow<'_>| row.number("order").unwrap_or(f64::MAX);
        order(a).total_cmp(&order(b))
    });
}

/// The first row of each value of a column.
pub(super) fn distinct(press: &Press, arguments: &Kwargs) -> Printed {
    let column: String = arguments.must_get("col")?;
    let mut seen = Vec::new();
    let mut rows = Vec::new();
    for row in matching_from(press, arguments, &FILTERS[1..])? {
        let value = row.text(&column);
        if !seen.contains(&value) {
            seen.push(value);
            rows.push(row_value(&row));
        }
    }
    Ok(rows.into())
}

/// The ways in which analyses were pooled: a list of `pooled`, the declared result of the first that was pooled so, and `analyses`, all
/// of them. A way is the model with its estimator, the interval with its reason and level, and the rule for prediction.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every function of a template gives a result"
)]
pub(super) fn pooled_alike(press: &Press, _: &Kwargs) -> Printed {
    let mut ways: Vec<(Vec<String>, TableRow<'_>, Vec<TableRow<'_>>)> = Vec::new();
    let mut analyses: Vec<TableRow<'_>> = press.input.rows("analyses").collect();
    in_order(&mut analyses);
    for analysis in analyses {
        let mut pooled = press.input.rows("pooled");
        let main = pooled.find(|row| {
            row.text("analysis") == analysis.text("analysis")
                && row.text("subgroup").is_empty()
                && row.text("main") == "true"
        });
        let Some(main) = main else { continue };
        let of_main = ["model", "method", "test", "i2_rule"].map(|column| main.text(column));
        let declared = ["interval", "prediction", "level"].map(|column| analysis.text(column));
        let way: Vec<String> = of_main
            .iter()
            .chain(&declared)
            .map(|&it| it.into())
            .collect();
        match ways.iter_mut().find(|(known, ..)| *known == way) {
            Some((.., analyses)) => analyses.push(analysis),
            None => ways.push((way, main, vec![analysis])),
        }
    }
    let ways = ways.iter().map(|(_, main, analyses)| {
        let analyses: Vec<Value> = analyses.iter().map(row_value).collect();
        let way = BTreeMap::from([("pooled", row_value(main)), ("analyses", analyses.into())]);
        Value::from_serializable(&way)
    });
    Ok(ways.collect::<Vec<Value>>().into())
}

/// The rows that hold the same in a column, list by list in their order; rows that hold nothing there are left out.
pub(super) fn alike(_: &Press, arguments: &Kwargs) -> Printed {
    let rows: Vec<Value> = arguments.must_get("rows")?;
    let column: String = arguments.must_get("col")?;
    let mut lists: Vec<(String, Vec<Value>)> = Vec::new();
    for row in rows {
        let value = row.get_from_path(&column);
        let value = value.and_then(|value| value.as_str().map(str::to_owned));
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            continue;
        };
        match lists.iter_mut().find(|(known, _)| *known == value) {
            Some((_, rows)) => rows.push(row),
            None => lists.push((value, vec![row])),
        }
    }
    Ok(lists
        .into_iter()
        .map(|(_, rows)| rows.into())
        .collect::<Vec<Value>>()
        .into())
}

/// Whether a column of some of the rows holds anything but `except`, or the words in `holding`.
pub(super) fn any(_: &Press, arguments: &Kwargs) -> Printed {
    let rows: Vec<Value> = arguments.must_get("rows")?;
    let column: String = arguments.must_get("col")?;
    let holding = arguments.get::<String>("holding")?;
    let except: String = match &holding {
        Some(_) => String::new(),
        None => arguments.must_get("except")?,
    };
    let cell = |row: &Value| -> Option<String> {
        let value = row.get_from_path(&column)?;
        value.as_str().map(str::to_owned)
    };
    let fits = |value: String| match &holding {
        Some(words) => value.contains(words),
        None => value != except,
    };
    Ok(rows.iter().any(|row| cell(row).is_some_and(fits)).into())
}

/// The columns of a row that hold something, without those in `except` (names joined by commas).
pub(super) fn cells(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let except: String = arguments.must_get("except")?;
    let columns = row.table.sheet.columns.iter().filter(|column| {
        !row.text(column).is_empty() && !except.split(',').any(|other| other == *column)
    });
    Ok(columns.cloned().map(Value::from).collect::<Vec<_>>().into())
}
