//! How the standard statements stand in the report.

use super::*;

#[test]
fn a_statement_that_begins_with_a_common_noun_begins_its_sentence_with_a_capital() {
    for (with, told) in [
        ("acupuncture", "better. Acupuncture may"),
        ("mRNA vaccines", "better. mRNA vaccines may"),
    ] {
        let mut input = input();
        for table in &mut input.tables {
            if table.name == "summary" {
                let sheet = Arc::make_mut(&mut table.sheet);
                let columns = &sheet.columns;
                let at = columns.iter().position(|column| column == "statement");
                let at = at.expect("a column");
                sheet.rows = sheet
                    .rows
                    .edited(|row| row[at] = row[at].replace("Balint groups", with));
            }
        }
        let markdown = report(input).markdown;
        assert!(!markdown.contains(&format!(". {with}")) || with == "mRNA vaccines");
        let sentence = told.split_once(". ").expect("two sentences").1;
        assert!(markdown.contains(&format!(". {sentence}")), "{markdown}");
        assert!(markdown.contains(&format!("| {sentence}")), "{markdown}");
    }
}
