//! A form before it is filled in: its columns with what belongs in each, and the rows that are known beforehand.

/// What may stand in the cells of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choices {
    /// Anything.
    #[default]
    Any,
    /// One of these words and nothing else.
    Only(Vec<String>),
    /// These words, or others of the reviewers' own.
    Suggested(Vec<String>),
    /// One of the words that the row names.
    ByRow,
}

/// A column of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlankColumn {
    /// Name, as the reader of the form knows it.
    pub name: String,
    /// What belongs there, in a sentence or two.
    pub about: String,
    /// What may stand there.
    pub choices: Choices,
    /// Whether it holds numbers; all else is text, which a spreadsheet must leave as it is typed.
    pub number: bool,
    /// Width in characters.
    pub width: u8,
}

/// A row of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlankRow {
    /// A text a column; empty where people are to write.
    pub cells: Vec<String>,
    /// The words allowed in the column whose choices are [`Choices::ByRow`].
    pub choices: Vec<String>,
}

/// A form before it is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blank {
    /// Name of its sheet, and of its file without ending.
    pub name: String,
    /// What one row is, in a sentence.
    pub about: String,
    /// Columns in order.
    pub columns: Vec<BlankColumn>,
    /// Rows in order.
    pub rows: Vec<BlankRow>,
}

impl Blank {
    /// Names of the columns.
    pub fn header(&self) -> Vec<&str> {
        let columns = self.columns.iter();
        columns.map(|column| column.name.as_str()).collect()
    }

    /// The form as CSV with its header; lines end in LF.
    pub fn csv(&self) -> Vec<u8> {
        let mut text = line(&self.header(), ',');
        for row in &self.rows {
            text.push_str(&line(&row.cells, ','));
        }
        text.into_bytes()
    }

    /// The rows as lines to stand below those of a form that exists, whose columns are `header` in its own order.
    ///
    /// Cells of columns that the existing form does not have are left out, and those that it has beyond stay empty.
    pub fn lines_under(&self, header: &[String], separator: char) -> String {
        let position = |name: &String| self.columns.iter().position(|column| column.name == *name);
        let places: Vec<Option<usize>> = header.iter().map(position).collect();
        let lines = self.rows.iter().map(|row| {
            let cell = |place: &Option<usize>| place.map_or("", |place| row.cells[place].as_str());
            line(&places.iter().map(cell).collect::<Vec<_>>(), separator)
        });
        lines.collect()
    }
}

/// One line of a CSV file; a row without any text keeps its separators.
fn line<T: AsRef<str>>(cells: &[T], separator: char) -> String {
    let quoted = |cell: &T| {
        let cell = cell.as_ref();
        let plain = !cell.contains([separator, '"', '\n', '\r']) && cell.trim() == cell;
        if plain {
            cell.to_owned()
        } else {
            format!("\"{}\"", cell.replace('"', "\"\""))
        }
    };
    let cells: Vec<String> = cells.iter().map(quoted).collect();
    format!("{}\n", cells.join(&separator.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Blank {
        let column = |name: &str| BlankColumn {
            name: name.to_owned(),
            about: String::new(),
            choices: Choices::Any,
            number: false,
            width: 10,
        };
        Blank {
            name: "x".to_owned(),
            about: String::new(),
            columns: ["study", "label", "note"].map(column).to_vec(),
            rows: vec![BlankRow {
                cells: vec!["a".to_owned(), "A, \"B\"".to_owned(), String::new()],
                choices: Vec::new(),
            }],
        }
    }

    #[test]
    fn a_form_reads_back_with_its_commas_and_quotes() {
        let text = String::from_utf8(form().csv()).expect("text");
        assert_eq!(text, "study,label,note\na,\"A, \"\"B\"\"\",\n");
        assert_eq!(crate::table::split(&text).rows[1][1].text, "A, \"B\"");
    }

    #[test]
    fn rows_below_an_existing_form_keep_to_its_columns() {
        let header = ["own", "label", "study"].map(str::to_owned);
        assert_eq!(form().lines_under(&header, ';'), ";\"A, \"\"B\"\"\";a\n");
    }
}
