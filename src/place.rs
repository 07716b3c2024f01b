//! Where something stands in a file that people keep: line and column, or sheet and cell.
//!
//! Takes nothing and reads nothing; every layer uses these values to say where a problem or a value is.

use smol_str::SmolStr;
use std::fmt;

/// A place in a file, as printed in messages and in `*.places.csv`.
///
/// Prints as `file`, `file:12`, `file:12:7` or `file!Sheet!F14`. Lines and columns count from 1; columns count characters,
/// not bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path relative to the project, with `/` between parts.
    pub file: SmolStr,
    /// The spot inside the file.
    pub at: At,
}

/// The spot inside a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// The file as a whole.
    File,
    /// A line, counted from 1.
    Line(u32),
    /// A line and a column in characters, both counted from 1.
    Column(u32, u32),
    /// A cell of a workbook, such as `F14` on sheet `Huang2020`.
    Cell {
        /// Name of the sheet.
        sheet: SmolStr,
        /// The cell in letters and digits.
        cell: SmolStr,
    },
}

/// What the name of a setting without a file begins with.
const SETTINGS: &str = "settings#";

impl Place {
    /// The file as a whole.
    pub fn file(file: impl Into<SmolStr>) -> Self {
        Self {
            file: file.into(),
            at: At::File,
        }
    }

    /// A line of a file, counted from 1.
    pub fn line(file: impl Into<SmolStr>, line: u32) -> Self {
        Self {
            file: file.into(),
            at: At::Line(line),
        }
    }

    /// A line and column (in characters) of a file, both counted from 1.
    pub fn column(file: impl Into<SmolStr>, line: u32, column: u32) -> Self {
        Self {
            file: file.into(),
            at: At::Column(line, column),
        }
    }

    /// A cell of a workbook.
    pub fn cell(
        file: impl Into<SmolStr>,
        sheet: impl Into<SmolStr>,
        cell: impl Into<SmolStr>,
    ) -> Self {
        Self {
            file: file.into(),
            at: At::Cell {
                sheet: sheet.into(),
                cell: cell.into(),
            },
        }
    }

    /// A setting of the stage that speaks, by its path: `analyses.ee-change.measure`. The engine knows its file and line.
    pub fn setting(path: &str) -> Self {
        Self::file(format!("{SETTINGS}{path}"))
    }

    /// The path of a [`setting`](Self::setting).
    pub fn setting_path(&self) -> Option<&str> {
        self.file.strip_prefix(SETTINGS)
    }

    /// The line, where the place has one.
    pub fn line_number(&self) -> Option<u32> {
        match self.at {
            At::Line(line) | At::Column(line, _) => Some(line),
            At::File | At::Cell { .. } => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            At::File => write!(f, "{}", self.file),
            At::Line(line) => write!(f, "{}:{line}", self.file),
            At::Column(line, column) => write!(f, "{}:{line}:{column}", self.file),
            At::Cell { sheet, cell } => write!(f, "{}!{sheet}!{cell}", self.file),
        }
    }
}

impl std::str::FromStr for Place {
    type Err = std::convert::Infallible;

    /// Reads what [`fmt::Display`] wrote. Text without a line or cell is a file.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((head, cell)) = text.rsplit_once('!')
            && let Some((file, sheet)) = head.split_once('!')
        {
            return Ok(Self::cell(file, sheet, cell));
        }
        let mut parts = text.rsplitn(3, ':');
        let last = parts.next().and_then(|part| part.parse::<u32>().ok());
        let middle = parts.next();
        let first = parts.next();
        Ok(
            match (
                first,
                middle.and_then(|part| part.parse::<u32>().ok()),
                middle,
                last,
            ) {
                (Some(file), Some(line), _, Some(column)) => Self::column(file, line, column),
                (Some(file), None, Some(rest), Some(line)) => {
                    Self::line(format!("{file}:{rest}"), line)
                }
                (None, _, Some(file), Some(line)) => Self::line(file, line),
                _ => Self::file(text),
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_reads_back() {
        for place in [
            Place::file("data/a b.csv"),
            Place::line("data/a.csv", 12),
            Place::column("data/a.csv", 12, 7),
            Place::cell("data/outcomes.xlsx", "Huang 2020", "F14"),
        ] {
            assert_eq!(place.to_string().parse::<Place>(), Ok(place));
        }
    }
}
