//! A form as a workbook: a sheet a table, drop-down lists, notes on the columns, and a sheet that explains them.

use crate::table::{Blank, BlankColumn, Choices, cell_name};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};

/// Rows below those handed out that have the lists too, so that people can add their own.
const SPARE_ROWS: u32 = 500;

/// The format that spreadsheets call text, by its number.
const TEXT: u8 = 49;

/// A sheet of the workbook.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) blank: Blank,
}

/// What the sheet `Guide` says beside the columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Guide {
    pub(super) title: String,
    /// What to know before filling it in, a line each.
    pub(super) before: Vec<String>,
    /// Words that stand for answers, with their meaning.
    pub(super) words: Vec<(String, String)>,
}

/// The bytes of the workbook; equal forms give equal bytes.
pub(super) fn write(pages: &[Page], guide: &Guide) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The day of writing is no part of a form.
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let lists = Lists::of(pages);
    for page in pages {
        let sheet = book.add_worksheet().set_name(&page.blank.name)?;
        form(sheet, &page.blank, &lists)?;
    }
    explain(book.add_worksheet().set_name("Guide")?, pages, guide)?;
    lists.write(book.add_worksheet().set_name("Lists")?)?;
    book.save_to_buffer()
}

fn header() -> Format {
    Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(Color::RGB(0x1F_4E_5F))
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
        .set_num_format_index(TEXT)
}

/// Text stays as it is typed: `3-5` is no day, and `1.50` keeps its zero.
fn text() -> Format {
    Format::new()
        .set_num_format_index(TEXT)
        .set_align(FormatAlign::Top)
}

fn form(sheet: &mut Worksheet, blank: &Blank, lists: &Lists) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 1)?;
    sheet.set_row_height(0, 22)?;
    for (position, column) in (0u16..).zip(&blank.columns) {
        sheet.set_column_width(position, f64::from(column.width))?;
        if !column.number {
            sheet.set_column_format(position, &text())?;
        }
        sheet.write_with_format(0, position, column.name.as_str(), &header())?;
        let note = Note::new(column.about.as_str())
            .add_author_prefix(false)
            .set_width(260)
            .set_height(90);
        sheet.insert_note(0, position, &note)?;
    }
    for (at, row) in (1u32..).zip(&blank.rows) {
        for ((position, column), cell) in (0u16..).zip(&blank.columns).zip(&row.cells) {
            match cell.parse::<f64>() {
                _ if cell.is_empty() => {}
                Ok(value) if column.number && value.to_string() == *cell => {
                    sheet.write(at, position, value)?;
                }
                _ => {
                    sheet.write_with_format(at, position, cell.as_str(), &text())?;
                }
            }
        }
    }
    drop_downs(sheet, blank, lists)
}

fn drop_downs(sheet: &mut Worksheet, blank: &Blank, lists: &Lists) -> Result<(), XlsxError> {
    let rows = u32::try_from(blank.rows.len()).unwrap_or(u32::MAX);
    let last = rows.saturating_add(SPARE_ROWS).min(1_048_575);
    for (position, column) in (0u16..).zip(&blank.columns) {
        match &column.choices {
            Choices::Any => {}
            Choices::Only(words) => {
                let list = lists.validation(words, DataValidationErrorStyle::Stop, column)?;
                sheet.add_data_validation(1, position, last, position, &list)?;
            }
            Choices::Suggested(words) => {
                let list =
                    lists.validation(words, DataValidationErrorStyle::Information, column)?;
                sheet.add_data_validation(1, position, last, position, &list)?;
            }
            Choices::ByRow => {
                for (from, to, words) in runs(blank) {
                    let list = lists.validation(words, DataValidationErrorStyle::Stop, column)?;
                    sheet.add_data_validation(from, position, to, position, &list)?;
                }
            }
        }
    }
    Ok(())
}

/// Rows one below the other that allow the same words: first, last, words.
fn runs(blank: &Blank) -> Vec<(u32, u32, &[String])> {
    let mut runs: Vec<(u32, u32, &[String])> = Vec::new();
    for (at, row) in (1u32..).zip(&blank.rows) {
        match runs.last_mut() {
            Some((_, last, words)) if *last + 1 == at && *words == row.choices.as_slice() => {
                *last = at;
            }
            _ => runs.push((at, at, &row.choices)),
        }
    }
    runs.retain(|(_, _, words)| !words.is_empty());
    runs
}

/// The lists that cells choose from, each a column of the sheet `Lists`: a list within a cell may not be long.
struct Lists(Vec<(String, Vec<String>)>);

impl Lists {
    fn of(pages: &[Page]) -> Self {
        let mut lists = Self(Vec::new());
        for page in pages {
            for column in &page.blank.columns {
                match &column.choices {
                    Choices::Any => {}
                    Choices::Only(words) | Choices::Suggested(words) => {
                        lists.add(&column.name, words);
                    }
                    Choices::ByRow => {
                        for row in &page.blank.rows {
                            lists.add(&column.name, &row.choices);
                        }
                    }
                }
            }
        }
        lists
    }

    fn add(&mut self, name: &str, words: &[String]) {
        if !words.is_empty() && !self.0.iter().any(|(_, known)| known == words) {
            self.0.push((name.to_owned(), words.to_vec()));
        }
    }

    fn validation(
        &self,
        words: &[String],
        style: DataValidationErrorStyle,
        column: &BlankColumn,
    ) -> Result<DataValidation, XlsxError> {
        let found = self.0.iter().position(|(_, known)| known == words);
        let letter = cell_name(1, u32::try_from(found.unwrap_or(0) + 1).unwrap_or(1));
        let letter = letter.trim_end_matches('1');
        let range = format!("=Lists!${letter}$2:${letter}${}", words.len() + 1);
        let only = matches!(style, DataValidationErrorStyle::Stop);
        let said = if only {
            format!(
                "Choose one of the words that the list of `{}` offers.",
                column.name
            )
        } else {
            format!(
                "This word is not in the list of `{}`; it may stand, if you mean it.",
                column.name
            )
        };
        DataValidation::new()
            .allow_list_formula(Formula::new(range))
            .ignore_blank(true)
            .set_error_style(style)
            .set_error_title(if only {
                "Not in the list"
            } else {
                "A word of your own"
            })?
            .set_error_message(said)
    }

    fn write(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_freeze_panes(1, 0)?;
        for (position, (name, words)) in (0u16..).zip(&self.0) {
            sheet.set_column_width(position, 22)?;
            sheet.write_with_format(0, position, name.as_str(), &header())?;
            for (row, word) in (1u32..).zip(words) {
                sheet.write_with_format(row, position, word.as_str(), &text())?;
            }
        }
        Ok(())
    }
}

fn explain(sheet: &mut Worksheet, pages: &[Page], guide: &Guide) -> Result<(), XlsxError> {
    let (bold, wrapped) = (Format::new().set_bold(), text().set_text_wrap());
    for (position, width) in [(0u16, 18.0), (1, 16.0), (2, 80.0), (3, 40.0)] {
        sheet.set_column_width(position, width)?;
    }
    let title = Format::new().set_bold().set_font_size(14);
    sheet.write_with_format(0, 0, guide.title.as_str(), &title)?;
    let mut at = 1;
    for line in &guide.before {
        sheet.write(at, 0, line.as_str())?;
        at += 1;
    }
    at += 1;
    for page in pages {
        sheet.write_with_format(at, 0, page.blank.name.as_str(), &bold)?;
        sheet.write(at, 1, page.blank.about.as_str())?;
        at += 1;
        for (position, name) in (0u16..).zip([
            "sheet",
            "column",
            "what belongs there",
            "what may stand there",
        ]) {
            sheet.write_with_format(at, position, name, &header())?;
        }
        at += 1;
        for column in &page.blank.columns {
            let cells = [
                &page.blank.name,
                &column.name,
                &column.about,
                &allowed(column),
            ];
            for (position, cell) in (0u16..).zip(cells) {
                sheet.write_with_format(at, position, cell.as_str(), &wrapped)?;
            }
            at += 1;
        }
        at += 1;
    }
    if !guide.words.is_empty() {
        sheet.write_with_format(at, 0, "words", &header())?;
        sheet.write_with_format(at, 1, "stand for", &header())?;
        for (word, meaning) in &guide.words {
            at += 1;
            sheet.write_with_format(at, 0, word.as_str(), &text())?;
            sheet.write_with_format(at, 1, meaning.as_str(), &text())?;
        }
    }
    Ok(())
}

/// What may stand in a column, in words.
fn allowed(column: &BlankColumn) -> String {
    match &column.choices {
        Choices::Any if column.number => {
            "a number, with a point before decimals where it is typed as text".to_owned()
        }
        Choices::Any => "any text".to_owned(),
        Choices::Only(words) if column.name == "study" => {
            format!("one of the {} included studies", words.len())
        }
        Choices::Only(words) => words.join(", "),
        Choices::Suggested(words) if words.len() > 12 => {
            format!("one of the {} words of the list, or another", words.len())
        }
        Choices::Suggested(words) => format!("{}, or another", words.join(", ")),
        Choices::ByRow => "one of the answers of the row's list".to_owned(),
    }
}
