//! The tables of the report as files: every cell with full precision, and no cell that a spreadsheet would run.

use super::escape::spreadsheet;
use super::input::{ReportInput, Table};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Tables that are not copied; records and places stay where they are.
const LEFT_OUT: [&str; 2] = ["records", "places"];

/// The tables that are copied, in the order wired.
pub(super) fn copied(input: &ReportInput) -> impl Iterator<Item = &Table> {
    let tables = input.tables.iter();
    tables.filter(|table| !LEFT_OUT.contains(&table.name.as_str()))
}

/// The name of a table's file. Tables of the same name from several stages are told apart by the stage.
pub(super) fn file_name(input: &ReportInput, table: &Table) -> String {
    if input.named(&table.name).count() > 1 {
        format!("{}-{}.csv", table.name, table.stage)
    } else {
        format!("{}.csv", table.name)
    }
}

fn write<'a>(writer: &mut csv::Writer<Vec<u8>>, mut cells: impl Iterator<Item = &'a str>) {
    cells
        .try_for_each(|cell| writer.write_field(spreadsheet(cell).as_bytes()))
        .and_then(|()| writer.write_record(None::<&[u8]>))
        .expect("writing to memory cannot fail");
}

/// CSV files by name.
pub(super) fn tables(input: &ReportInput) -> BTreeMap<String, Vec<u8>> {
    let tables: Vec<&Table> = copied(input).collect();
    let files = tables.into_par_iter();
    files
        .map(|table| (file_name(input, table), file(table)))
        .collect()
}

fn file(table: &Table) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let columns = table.sheet.columns.iter().map(String::as_str);
    write(&mut writer, columns);
    for row in table.sheet.rows.values() {
        write(&mut writer, row.iter());
    }
    writer.into_inner().expect("writing to memory cannot fail")
}
