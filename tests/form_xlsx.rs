//! Forms come back from workbooks as they do from CSV: the same numbers, each led back to its sheet and cell.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests are the person who fills in the workbooks"
)]

mod support;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};
use support::{Review, mini};

/// A sheet as text: name, rows.
type Sheet = (String, Vec<Vec<String>>);

/// What stands in the sheets of a workbook.
fn sheets(bytes: &[u8]) -> Vec<Sheet> {
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).expect("a sheet");
            let text = |cell: &Data| cell.to_string();
            let rows = range.rows().map(|row| row.iter().map(text).collect());
            (name, rows.collect())
        })
        .collect()
}

/// A workbook of sheets whose numbers are numbers.
fn workbook(sheets: &[Sheet]) -> Workbook {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(name).expect("a name");
        for (row, cells) in (0u32..).zip(rows) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell.parse::<f64>() {
                    _ if cell.is_empty() => {}
                    Ok(number) => {
                        sheet.write(row, column, number).expect("written");
                    }
                    Err(_) => {
                        sheet.write(row, column, cell.as_str()).expect("written");
                    }
                }
            }
        }
    }
    book
}

fn save(review: &Review, path: &str, mut book: Workbook) {
    let bytes = book.save_to_buffer().expect("a workbook");
    std::fs::write(review.path(path), bytes).expect("written");
}

fn table(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records();
    rows.map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect()
}

/// The rows of a CSV table under the header of a form.
fn under(form: &[Vec<String>], text: &str) -> Vec<Vec<String>> {
    let rows = table(text);
    let header = &form[0];
    let body = rows[1..].iter().map(|row| {
        let cell = |name: &String| {
            rows[0]
                .iter()
                .position(|known| known == name)
                .map_or(String::new(), |at| row[at].clone())
        };
        header.iter().map(cell).collect()
    });
    std::iter::once(header.clone()).chain(body).collect()
}

/// The whole mini review whose outcomes stand in a workbook of the program's own, filled in.
fn in_a_workbook() -> Review {
    let review = mini::whole();
    review.delete("data/extraction/outcomes.csv");
    assert_eq!(review.run_with(&["screen"]).exit, 0);
    let path = "data/extraction/anna.xlsx";
    let called = review.call(&["form", "extraction", "-o", path]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let filled: Vec<Sheet> = sheets(&review.bytes(path))
        .into_iter()
        .map(|(name, rows)| match name.as_str() {
            "outcomes" => {
                let rows = under(&rows, mini::OUTCOMES);
                (name, rows)
            }
            _ => (name, rows),
        })
        .collect();
    save(&review, path, workbook(&filled));
    review
}

fn stderr_of(review: &Review, arguments: &[&str]) -> String {
    review.call(arguments).err
}

#[test]
fn a_workbook_has_its_sheets_lists_notes_and_a_guide() {
    let review = mini::review();
    review.run_with(&["screen"]);
    let path = "data/extraction/anna.xlsx";
    let called = review.call(&["form", "extraction", "--extractor", "anna", "-o", path]);
    insta::assert_snapshot!(called.err, @"
      new
      studies: 2 studies (2 rows)
      outcomes: 2 studies (8 rows)
      statistics: 2 studies (4 rows)
      effects: 2 studies (4 rows)
    fill in, then `review run extract`; rows without a number are not read
    ");
    let bytes = review.bytes(path);
    let all = sheets(&bytes);
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "studies",
            "outcomes",
            "statistics",
            "effects",
            "Guide",
            "Lists"
        ]
    );
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a ZIP archive");
    let mut part = |name: &str| {
        let mut text = String::new();
        zip.by_name(name)
            .expect("a part")
            .read_to_string(&mut text)
            .expect("text");
        text
    };
    let outcomes = part("xl/worksheets/sheet2.xml");
    assert!(outcomes.contains("state=\"frozen\""));
    // study, outcome, scale, kind, group.
    assert_eq!(outcomes.matches("<dataValidation ").count(), 5);
    assert!(part("xl/comments2.xml").contains("Participants analysed in the arm"));
    assert!(
        part("xl/styles.xml").contains("numFmtId=\"49\""),
        "text columns are text"
    );
    assert!(part("docProps/core.xml").contains("2000-01-01"));
    let guide = &all[4].1;
    let told = |column: &str| {
        guide
            .iter()
            .any(|row| row.get(1).is_some_and(|cell| cell == column))
    };
    for (_, rows) in &all[..4] {
        for column in &rows[0] {
            assert!(told(column), "{column}");
        }
    }
}

#[test]
fn the_same_form_has_the_same_bytes_at_another_moment() {
    let review = mini::review();
    review.run_with(&["screen"]);
    review.call(&["form", "extraction", "-o", "one.xlsx"]);
    // A ZIP archive counts in steps of two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    review.call(&["form", "extraction", "-o", "two.xlsx"]);
    assert!(review.bytes("one.xlsx") == review.bytes("two.xlsx"));
}

#[test]
fn a_workbook_that_exists_is_refused_or_carried_over_with_every_row() {
    let review = in_a_workbook();
    let path = "data/extraction/anna.xlsx";
    let before = review.bytes(path);
    let called = review.call(&["form", "extraction", "-o", path]);
    assert_eq!(called.exit, 2, "{called:#?}");
    assert!(
        called
            .err
            .contains("is there already, and nothing was written"),
        "{}",
        called.err
    );
    assert!(before == review.bytes(path));
    let called = review.call(&["form", "extraction", "-o", path, "--force"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert!(
        called.err.contains("written anew, 14 rows carried over"),
        "{}",
        called.err
    );
    let outcomes = |bytes: &[u8]| {
        let found = sheets(bytes)
            .into_iter()
            .find(|(name, _)| name == "outcomes");
        found.expect("a sheet").1
    };
    assert_eq!(outcomes(&before), outcomes(&review.bytes(path)));
}

#[test]
fn a_workbook_whose_cells_are_not_what_was_typed_is_not_written_anew() {
    let review = in_a_workbook();
    let path = "data/extraction/anna.xlsx";
    let all = sheets(&review.bytes(path));
    let kept: Vec<Sheet> = all
        .into_iter()
        .filter(|(name, _)| name == "outcomes")
        .collect();
    let width = u16::try_from(kept[0].1[0].len()).expect("a width");
    let mut book = workbook(&kept);
    let sheet = book.worksheet_from_index(0).expect("a sheet");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let typed = ExcelDateTime::from_ymd(2026, 5, 3).expect("a day");
    sheet
        .write_with_format(1, 3, &typed, &day)
        .expect("written");
    sheet.write(2, width, "checked by ben").expect("written");
    save(&review, path, book);
    let before = review.bytes(path);
    let said = stderr_of(&review, &["form", "extraction", "-o", path, "--force"]);
    for part in [
        "table::spreadsheet-date",
        "outcomes!D2",
        "form::no-column-name",
        "checked by ben",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(before == review.bytes(path));
}

#[test]
fn a_workbook_gives_the_numbers_that_the_same_csv_gives() {
    let csv = mini::whole().built();
    let review = in_a_workbook().built();
    for path in [
        "reports/stages/extract/outcomes.csv",
        "reports/stages/extract/studies.csv",
        "reports/stages/pool/pooled.csv",
        "reports/stages/pool/effects.csv",
        "reports/stages/grade/summary.csv",
    ] {
        assert_eq!(csv.text(path), review.text(path), "{path}");
    }
}

#[test]
fn trace_ends_at_the_sheet_and_the_cell_and_leads_back_from_there() {
    let review = in_a_workbook().built();
    let called = review.call(&["trace", "pool/pooled#sleep|/estimate"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let leaf = "data/extraction/anna.xlsx!outcomes!I2  Table 2, “14.2 (3.1)”, by reviewer-a, 2026-01-25T09:00:00Z";
    assert!(called.out.contains(leaf), "{}", called.out);
    let called = review.call(&["trace", "--uses", "data/extraction/anna.xlsx!outcomes!I2"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert!(
        called.out.contains("pool/effects#sleep|adams-2011"),
        "{}",
        called.out
    );
}

#[test]
fn audit_looks_at_the_workbook_and_names_it_when_a_cell_changed() {
    let review = in_a_workbook().built();
    let called = review.call(&["audit"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let path = "data/extraction/anna.xlsx";
    let mut all = sheets(&review.bytes(path));
    all[1].1[1][8] = "14.3".to_owned();
    save(&review, path, workbook(&all));
    let called = review.call(&["audit"]);
    assert_eq!(called.exit, 4, "{called:#?}");
    let said = format!("{}{}", called.out, called.err);
    assert!(said.contains("rest on data/extraction/anna.xlsx"), "{said}");
}

#[test]
fn risk_of_bias_answers_come_back_from_a_workbook_with_decisions_beside_them() {
    let review = mini::review();
    review.run_with(&["extract"]);
    let path = "data/risk-of-bias/anna.xlsx";
    let called = review.call(&["form", "risk-of-bias", "--tool", "rob2", "-o", path]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let mut all = sheets(&review.bytes(path));
    let answers = &mut all[0].1;
    assert_eq!(answers.len(), 1 + 3 * 22);
    for row in answers.iter_mut().skip(1).take(3) {
        row[7] = if row[5] == "1.3" { "N" } else { "Y" }.to_owned();
        row[10] = "2026-02-01".to_owned();
    }
    let overrides = "study,result,tool,domain,judgement,reason,by,at\nadams-2011,sleep,rob2,D1,high,the lot was drawn in public,anna,2026-02-03\n";
    all.push(("overrides".to_owned(), table(overrides)));
    save(&review, path, workbook(&all));
    let run = review.run_with(&["risk-of-bias"]);
    assert_eq!(run.exit, 0, "{run:#?}");
    let judgements = review.text("reports/stages/risk-of-bias/judgements.csv");
    assert!(judgements.contains("adams-2011,sleep,rob2,2019-08-22,parallel-assignment,D1,Randomization,low,high,High,true,overridden"), "{judgements}");
    let places = review.text("reports/stages/risk-of-bias/places.csv");
    assert!(
        places.contains("data/risk-of-bias/anna.xlsx!answers!H2"),
        "{places}"
    );
    assert!(
        places.contains("data/risk-of-bias/anna.xlsx!overrides!E2"),
        "{places}"
    );
}

#[test]
fn a_sheet_of_judgements_beside_answers_takes_nothing_from_them_and_a_strange_sheet_is_told() {
    let review = mini::review();
    review.delete("data/risk-of-bias/reviewer-a.csv");
    let answers = "study,result,tool,variant,question,answer,at\nbaker-2014,sleep,rob2,parallel-assignment,1.1,N,2026-01-26\n";
    let summary = "Study,D1,D2,D3,D4,D5,Overall\nAdams 2011: sleep,Low,Low,Low,Low,Low,Low\n";
    let sheets = [
        ("answers".to_owned(), table(answers)),
        ("Summary".to_owned(), table(summary)),
        ("Notes".to_owned(), table("what,who\nchecked,ben\n")),
    ];
    save(
        &review,
        "data/risk-of-bias/rob2-anna.xlsx",
        workbook(&sheets),
    );
    let said = stderr_of(&review, &["run", "risk-of-bias"]);
    assert!(
        said.contains("warning[rob::unread-sheet]: nothing reads the sheet `Notes`"),
        "{said}"
    );
    let read = review.text("reports/stages/risk-of-bias/answers.csv");
    assert!(
        read.contains("baker-2014,sleep,rob2,1.1,rob2-anna"),
        "{read}"
    );
    assert!(read.contains("adams-2011,sleep,rob2,overall"), "{read}");
}

/// The workbook with the values of formulas taken out, as programs leave it that write formulas and never compute them.
fn without_values(bytes: &[u8]) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP archive");
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let mut part = old.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("read");
        if name.starts_with("xl/worksheets/sheet") {
            let text = String::from_utf8(content).expect("text");
            content = text.replace("</f><v>0</v>", "</f>").into_bytes();
        }
        new.start_file(name, zip::write::SimpleFileOptions::default())
            .expect("a part");
        new.write_all(&content).expect("written");
    }
    new.finish().expect("whole").into_inner()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one sheet with every fault in it")]
fn what_a_spreadsheet_does_to_cells_is_told_by_cell_and_the_rest_is_used() {
    let review = mini::review();
    let rows = table(mini::OUTCOMES);
    let mut book = workbook(&[("outcomes".to_owned(), rows)]);
    {
        let sheet = book.worksheet_from_index(0).expect("a sheet");
        let day = Format::new().set_num_format("d mmm");
        let date = ExcelDateTime::from_ymd(2026, 5, 1).expect("a day");
        // The mean of a row, a standard deviation, an n, and a mean written with a comma.
        sheet.write_with_format(1, 8, &date, &day).expect("written");
        sheet
            .write_formula(2, 9, Formula::new("=J2*2"))
            .expect("written");
        sheet
            .write_formula(5, 7, Formula::new("=FOO(1)").set_result("#NAME?"))
            .expect("written");
        sheet.write(6, 8, "13,1").expect("written");
        // Two rows more: an arm of a study that nobody included, and one named in two groups.
        let more = [
            [
                "clark-2016",
                "sleep",
                "psqi",
                "end",
                "post",
                "walk",
                "intervention",
                "20",
                "14",
                "3",
            ],
            [
                "baker-2014",
                "sleep",
                "psqi",
                "later",
                "post",
                "walk",
                "intervention",
                "20",
                "14",
                "3",
            ],
            [
                "baker-2014",
                "sleep",
                "psqi",
                "later",
                "post",
                "usual",
                "intervention",
                "20",
                "13",
                "3",
            ],
            [
                "baker-2014",
                "sleep",
                "psqi",
                "last",
                "post",
                "usual",
                "control",
                "20",
                "13",
                "3",
            ],
        ];
        for (row, cells) in (7u32..).zip(more) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write(row, column, number).expect("written"),
                    Err(_) => sheet.write(row, column, cell).expect("written"),
                };
            }
            sheet.write(row, 14, "reviewer-a").expect("written");
        }
        // A day is no fault where a day belongs; in the source it is, and the row stays.
        sheet
            .write_with_format(3, 15, &date, &day)
            .expect("written");
        sheet
            .write_with_format(4, 12, &date, &day)
            .expect("written");
        sheet
            .merge_range(11, 0, 12, 0, "baker-2014", &Format::new())
            .expect("merged");
        for (column, cell) in
            (1u16..).zip(["sleep", "psqi", "merged", "post", "walk", "intervention"])
        {
            sheet.write(11, column, cell).expect("written");
            sheet
                .write(
                    12,
                    column,
                    cell.replace("walk", "usual")
                        .replace("intervention", "control"),
                )
                .expect("written");
        }
        for row in [11, 12] {
            for (column, number) in [(7u16, 20.0), (8, 13.0), (9, 3.0)] {
                sheet.write(row, column, number).expect("written");
            }
            sheet.write(row, 14, "reviewer-a").expect("written");
        }
    }
    review.delete("data/extraction/outcomes.csv");
    let bytes = without_values(&book.save_to_buffer().expect("a workbook"));
    std::fs::write(review.path("data/extraction/anna.xlsx"), bytes).expect("written");
    insta::assert_snapshot!(stderr_of(&review, &["run", "extract"]), @"
    error[table::spreadsheet-date]: `mean` is the day 2026-05-01, which the spreadsheet made of what was typed; the row is left out until then
    --> data/extraction/anna.xlsx!outcomes!I2
     = help: format the cell as text and type it again as the paper prints it

    error[table::formula-without-value]: `sd` is the formula `=J2*2` without a value; the row is left out until then
    --> data/extraction/anna.xlsx!outcomes!J3
     = help: open the file in a spreadsheet program and save it, or type the value in place of the formula

    error[table::spreadsheet-date]: `source` is the day 2026-05-01, which the spreadsheet made of what was typed; the cell counts as empty until then
    --> data/extraction/anna.xlsx!outcomes!M5
     = help: format the cell as text and type it again as the paper prints it

    error[table::error-cell]: `n` shows #NAME?; the row is left out until then
    --> data/extraction/anna.xlsx!outcomes!H6
     = help: mend the formula, or type its value in place of it

    error[table::merged-cells]: `study` lies in the merged cells A12:A13, which hold one value for all; the row is left out until then
    --> data/extraction/anna.xlsx!outcomes!A13
     = help: unmerge them and fill in each

    error[extraction::not-included]: nobody included the study `clark-2016`
    --> data/extraction/anna.xlsx!outcomes!A8 (its row was left out)
     = help: include it when screening full texts, or take its rows out of data/extraction/anna.xlsx

    error[extraction::comma]: a comma stands where a number has a point: `mean` is `13,1`
    --> data/extraction/anna.xlsx!outcomes!I7
     = help: write `13.1` if the comma is a decimal one, `131` if it separates thousands

    warning[extraction::two-roles]: the arm `usual` of baker-2014 is named twice, in two groups
    --> data/extraction/anna.xlsx!outcomes!G11 (control)
    ::: data/extraction/anna.xlsx!outcomes!G10 (intervention)
     = help: give an arm one `group` in all its rows, or another name
    7 errors, 1 warning
    open: rows of the outcomes that one person alone read (8); add the second person's rows to data/extraction/outcomes.csv
    ");
    let read: BTreeSet<String> = table(&review.text("reports/stages/extract/outcomes.csv"))
        .into_iter()
        .skip(1)
        .map(|row| row[0].clone())
        .collect();
    let read: Vec<&str> = read.iter().map(String::as_str).collect();
    assert_eq!(
        read,
        [
            "adams-2011|falls||end|post|usual",
            "adams-2011|falls||end|post|walk",
            "baker-2014|sleep|psqi|last|post|usual",
            "baker-2014|sleep|psqi|later|post|usual",
            "baker-2014|sleep|psqi|later|post|walk",
            "baker-2014|sleep|psqi|merged|post|walk",
        ]
    );
}

#[test]
fn a_file_that_is_no_workbook_and_a_sheet_without_its_columns_stop_the_run_with_their_place() {
    let review = mini::review();
    review.write("data/extraction/anna.xlsx", "no workbook\n");
    review.write("data/risk-of-bias/anna.xlsx", "no workbook\n");
    save(
        &review,
        "data/extraction/ben.xlsx",
        workbook(&[(
            "statistics".to_owned(),
            table(
                "study,outcom,scale,time,contrast,arm,statistic,source,value,extractor\na,b,,,,,,,,\n",
            ),
        )]),
    );
    let called = review.call(&["run"]);
    assert_eq!(called.exit, 2, "{called:#?}");
    insta::assert_snapshot!(called.err, @"
    error[table::not-a-workbook]: the workbook cannot be read: Cannot detect file format
    --> data/extraction/anna.xlsx
     = help: open it in a spreadsheet program and save it again as .xlsx, without a password

    error[extraction::missing-column]: the statistics have no column `outcome`
    --> data/extraction/ben.xlsx!statistics!B1
     = help: rename `outcom` to `outcome`

    error[extraction::missing-column]: the statistics have no column `p`
    --> data/extraction/ben.xlsx!statistics!A1
     = help: add the column `p` to the header

    error[table::not-a-workbook]: the workbook cannot be read: Cannot detect file format
    --> data/risk-of-bias/anna.xlsx
     = help: open it in a spreadsheet program and save it again as .xlsx, without a password
    4 errors
    ");
}
