//! Whether every decision says who took it and when.

use crate::extraction::form::is_handed_out_alone;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::rob::AssessmentFile;
use crate::rob::answers::assessor_of;
use crate::table::{TableFile, When, column_name};
use std::collections::BTreeSet;

/// Columns that hold a person's name.
const NAMES: &[&str] = &["by", "extractor", "reviewer", "assessor"];

/// Columns that hold what was decided; a row without any is a decision that nobody has taken yet.
const DECIDED: &[&str] = &["decision", "answer", "final", "judgement"];

/// Decisions counted, and those that lack a name or a date.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// How many rows hold a decision.
    pub count: usize,
    /// Those without a name or a date.
    pub problems: Problems,
}

impl Decisions {
    /// Takes the decisions of another table.
    pub fn append(&mut self, other: Self) {
        self.count += other.count;
        self.problems.append(other.problems);
    }
}

/// The decisions in a table that people keep, CSV or workbook: every row of a table with the column `at`, or with a column for
/// names.
///
/// A table without a column for names is one person's own, and its file's name is the name. One with names and no column
/// `at` has no date at all, which is told once, save of judgements that another program wrote: those carry what it gave them.
pub fn decisions_in(file: &str, bytes: &[u8]) -> Decisions {
    let mut found = Decisions::default();
    for kept in kept_in(file, bytes) {
        if !kept.dated && (!kept.named || judged_elsewhere(file, bytes)) {
            continue;
        }
        let before = found.count;
        for row in &kept.rows {
            let cell = |name: &str| kept.cell(row, name);
            if is_taken(&cell) && !is_handed_out_alone(&kept.names, &row.cells) {
                found.count += 1;
                found.problems.extend(nameless(&cell, &row.place));
                if kept.dated {
                    found.problems.extend(dateless(&cell, &row.place));
                }
            }
        }
        let count = found.count - before;
        if !kept.dated && count > 0 {
            let title = match count {
                1 => "no column `at`, so one decision has no date".to_owned(),
                count => format!("no column `at`, so {count} decisions have no date"),
            };
            found.problems.push(
                Problem::error("audit::dateless", title)
                    .at(kept.top)
                    .help("add the column `at` with the day of each, such as 2026-01-31"),
            );
        }
    }
    found
}

/// Who decided in a file, and when the last of it was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deciders {
    /// Their names, as the table has them.
    pub names: BTreeSet<String>,
    /// The latest date or time of a decision.
    pub last: Option<When>,
}

/// Who took the decisions in a table that people keep, CSV or workbook; nobody in a table without the column `at`.
pub fn deciders_in(file: &str, bytes: &[u8]) -> Deciders {
    let mut found = Deciders::default();
    let own = assessor_of(file);
    for kept in kept_in(file, bytes).iter().filter(|kept| kept.dated) {
        for row in &kept.rows {
            let cell = |name: &str| kept.cell(row, name);
            if !is_taken(&cell) || is_handed_out_alone(&kept.names, &row.cells) {
                continue;
            }
            let by = NAMES.iter().find_map(|name| cell(name));
            let who = by.unwrap_or(if kept.named { "" } else { own });
            let named = who.split(';').map(str::trim);
            let named = named.filter(|name| !name.is_empty()).map(str::to_owned);
            found.names.extend(named);
            let days = cell("at").unwrap_or_default().split(';');
            found.last = found.last.max(days.filter_map(When::parse).max());
        }
    }
    found
}

/// Whether another program wrote the judgements of a file.
fn judged_elsewhere(file: &str, bytes: &[u8]) -> bool {
    AssessmentFile::of(file, bytes).is_judgements()
}

/// A CSV file, or a sheet of a workbook, with what its header says of names and days.
struct Kept {
    names: Vec<String>,
    dated: bool,
    named: bool,
    /// Where its header stands.
    top: Place,
    rows: Vec<KeptRow>,
}

struct KeptRow {
    place: Place,
    cells: Vec<String>,
}

impl Kept {
    fn of(mut rows: Vec<KeptRow>) -> Option<Self> {
        if rows.is_empty() {
            return None;
        }
        let header = rows.remove(0);
        let names: Vec<String> = header.cells.iter().map(|cell| column_name(cell)).collect();
        Some(Self {
            dated: names.iter().any(|name| name == "at"),
            named: names.iter().any(|name| NAMES.contains(&name.as_str())),
            names,
            top: header.place,
            rows,
        })
    }

    fn cell<'a>(&self, row: &'a KeptRow, name: &str) -> Option<&'a str> {
        let at = self.names.iter().position(|known| known == name)?;
        row.cells.get(at).map(String::as_str)
    }
}

/// The tables of a file; none of a workbook that cannot be read, which its stage tells.
fn kept_in(file: &str, bytes: &[u8]) -> Vec<Kept> {
    let read = TableFile::of(file, bytes);
    if let Some((rows, _)) = read.csv() {
        let rows = rows.iter().map(|row| KeptRow {
            place: Place::line(file, row.first().map_or(1, |cell| cell.line)),
            cells: row.iter().map(|cell| cell.text.clone()).collect(),
        });
        return Kept::of(rows.collect()).into_iter().collect();
    }
    let sheets = read.sheets().iter().filter_map(|sheet| {
        let rows = sheet.rows.iter().filter_map(|row| {
            Some(KeptRow {
                place: row.first()?.place(file, &sheet.name),
                cells: row.iter().map(|cell| cell.text.clone()).collect(),
            })
        });
        Kept::of(rows.collect())
    });
    sheets.collect()
}

fn is_taken<'a>(cell: &impl Fn(&str) -> Option<&'a str>) -> bool {
    let mut decided = DECIDED.iter().filter_map(|name| cell(name)).peekable();
    decided.peek().is_none() || decided.any(|text| !text.is_empty())
}

fn nameless<'a>(cell: &impl Fn(&str) -> Option<&'a str>, place: &Place) -> Option<Problem> {
    let (column, name) = NAMES.iter().find_map(|name| Some((*name, cell(name)?)))?;
    let nobody = name.split(';').all(|part| part.trim().is_empty());
    nobody.then(|| {
        Problem::error("audit::nameless", "a decision without a name")
            .at(place.clone())
            .help(format!("say in the column `{column}` who took it"))
    })
}

fn dateless<'a>(cell: &impl Fn(&str) -> Option<&'a str>, place: &Place) -> Option<Problem> {
    let at = cell("at").unwrap_or_default();
    if at.split(';').all(|part| When::parse(part).is_some()) {
        return None;
    }
    let title = if at.is_empty() {
        "a decision without a date".to_owned()
    } else {
        format!("a decision dated `{at}`, which is no date")
    };
    Some(
        Problem::error("audit::dateless", title)
            .at(place.clone())
            .help("say in the column `at` when it was taken, such as 2026-03-04"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> (usize, Vec<String>) {
        let found = decisions_in("data/a.csv", text.as_bytes());
        let codes = found
            .problems
            .iter()
            .map(|problem| problem.code.to_string());
        (found.count, codes.collect())
    }

    #[test]
    fn a_decision_needs_a_name_and_a_date() {
        let (count, found) =
            codes("record,decision,by,at\nr1,include,,2026-01-01\nr2,exclude,a,soon\nr3,,,\n");
        assert_eq!(count, 2, "the third is still open");
        assert_eq!(found, ["audit::nameless", "audit::dateless"]);
    }

    #[test]
    fn a_persons_own_file_needs_dates_alone_and_other_tables_nothing() {
        assert_eq!(
            codes("record,decision,at\nr1,include,2026-01-01T09:00:00Z\n"),
            (1, vec![])
        );
        assert_eq!(codes("title,year\nx,2011\n"), (0, vec![]));
    }

    #[test]
    fn a_row_of_a_form_in_which_nobody_wrote_is_no_decision() {
        let header = "study,outcome,scale,time,kind,arm,group,n,mean,extractor,at";
        let text = format!(
            "{header}\na,sleep,psqi,,post,,control,,,anna,\na,sleep,psqi,end,post,walk,control,3,4,anna,\n"
        );
        assert_eq!(codes(&text), (1, vec!["audit::dateless".to_owned()]));
    }

    #[test]
    fn judgements_that_another_program_wrote_owe_no_date() {
        let text = "Study,Assessor,D1,D2,Overall\nA,kim,Low,Low,Low\n";
        assert_eq!(codes(text), (0, vec![]));
    }

    #[test]
    fn a_workbook_is_held_to_names_and_dates_sheet_by_sheet() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let rows = [
            ["record", "decision", "by", "at"],
            ["r1", "include", "anna", "2026-01-01"],
            ["r2", "exclude", "", "2026-01-02"],
            ["r3", "exclude", "ben", ""],
        ];
        let sheet = book.add_worksheet().set_name("votes").expect("a name");
        for (row, cells) in (0u32..).zip(rows) {
            for (column, cell) in (0u16..).zip(cells) {
                sheet.write(row, column, cell).expect("a cell");
            }
        }
        let bytes = book.save_to_buffer().expect("a workbook");
        let found = decisions_in("data/votes.xlsx", &bytes);
        let told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
        assert_eq!(found.count, 3);
        assert_eq!(
            told,
            [
                "data/votes.xlsx!votes!A3: error[audit::nameless]: a decision without a name",
                "data/votes.xlsx!votes!A4: error[audit::dateless]: a decision without a date",
            ]
        );
        let who = deciders_in("data/votes.xlsx", &bytes);
        assert_eq!(
            who.names,
            BTreeSet::from(["anna".to_owned(), "ben".to_owned()])
        );
        assert_eq!(who.last, When::parse("2026-01-02"));
    }

    #[test]
    fn a_table_of_named_decisions_without_a_column_for_dates_is_told_once() {
        assert_eq!(
            codes("study,mean,extractor\na,1,jo\nb,2,jo\n"),
            (2, vec!["audit::dateless".to_owned()])
        );
        assert_eq!(codes("study,extractor\n"), (0, vec![]));
    }
}
