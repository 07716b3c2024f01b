//! What every figure is given and what every figure gives.

use super::number::NumberStyle;
use super::palette::BiasPalette;
use super::wording::Wording;

/// What every figure needs besides its data.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Prefix of every id in the SVG; unique in a page. Characters other than letters, digits, `-`, `_` become `-`.
    pub id: String,
    /// Short title, such as "Forest plot: emotional exhaustion, Balint versus control, 7 trials".
    pub title: String,
    /// Language of the labels.
    pub wording: Wording,
    /// Decimal separator and bracket style.
    pub numbers: NumberStyle,
    /// Colours of risk-of-bias levels.
    pub bias_palette: BiasPalette,
}

/// A finished figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// A whole SVG document (no XML declaration), ready to stand alone or within HTML.
    pub svg: String,
    /// The short title, cleaned.
    pub title: String,
    /// What the figure shows, in sentences.
    pub description: String,
    /// The same numbers as rows.
    pub table: DataTable,
    /// Natural width in pixels at 96 dpi; the SVG itself only has a view box.
    pub width: f64,
    /// Natural height in pixels.
    pub height: f64,
}

/// The numbers of a figure as text, rounded as in the figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataTable {
    /// Column names.
    pub header: Vec<String>,
    /// One row a mark; as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl DataTable {
    /// A table with these column names and no rows.
    pub(super) fn new<S: AsRef<str>>(header: &[S]) -> Self {
        Self {
            header: header
                .iter()
                .map(|name| super::svg::clean(name.as_ref()))
                .collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; missing cells are empty, text is cleaned of control and direction marks.
    pub(super) fn push(&mut self, cells: &[String]) {
        let mut row: Vec<String> = cells.iter().map(|cell| super::svg::clean(cell)).collect();
        row.resize(self.header.len(), String::new());
        self.rows.push(row);
    }
}

/// Puts the parts of a figure together.
pub(super) fn finish(
    drawing: super::svg::Drawing,
    frame: &Frame,
    size: (f64, f64),
    description: &str,
    table: DataTable,
) -> Figure {
    let title = super::svg::shorten(&super::svg::clean(&frame.title), 400);
    let description = super::svg::clean(description);
    Figure {
        svg: drawing.finish(size.0, size.1, &title, &description),
        title,
        description,
        table,
        width: size.0,
        height: size.1,
    }
}
