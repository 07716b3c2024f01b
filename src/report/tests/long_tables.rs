//! What is told of a table that is longer than a sheet of the workbook.

use super::*;
use crate::artefact::Sheet;
use crate::report::Table;
use crate::report::write::texts;

#[test]
fn a_table_that_is_longer_than_a_sheet_is_told_in_the_report() {
    let mut long = input();
    let told = |input: &ReportInput| {
        let text = texts(&Arc::new(input.clone())).expect("a report").markdown;
        text.contains("have the rest in the folder `tables` alone: `votes.csv`")
    };
    assert!(!told(&long));
    let votes = Table {
        name: "votes".to_owned(),
        stage: "screen".to_owned(),
        artefact: "votes".to_owned(),
        sheet: Arc::new(Sheet::read("votes.csv", b"key\n").expect("a table")),
    };
    long.tables.retain(|table| table.name != "votes");
    long.tables.push(votes);
    assert!(!told(&long));
    let keys: Vec<String> = (0..1_048_576).map(|row| row.to_string()).collect();
    let rows = keys.iter().map(|key| std::iter::once(key.as_str()));
    let table = long.tables.last_mut().expect("just added");
    Arc::make_mut(&mut table.sheet).rows = Rows::of(1, rows);
    assert!(told(&long));
}
