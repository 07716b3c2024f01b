//! The companion of the tables whose rows come from files that people keep: where each row, and each cell, stood.

use super::key;
use super::table::rows;
use crate::place::Place;

rows! {
    /// Where a row or a cell stood, and what the form says of the paper.
    ///
    /// Kept beside the values and not among them, so that a row that only moved reruns nothing that reads values.
    pub PlaceRow: "places" {
        /// Artefact of the same stage that the row belongs to.
        artefact: String,
        /// Key of the row in that artefact.
        row: String,
        /// Column of the cell; empty for the row as a whole.
        column: String,
        /// File and line, or sheet and cell.
        place: Place,
        /// Page, table or section of the paper.
        source: String,
        /// What the paper prints there.
        quote: String,
        /// Who read it, or decided it.
        by: String,
        /// When, as people wrote it.
        at: String,
    }
}

impl PlaceRow {
    /// The place of a row (`column` empty) or of a cell, with nothing said of a paper.
    pub fn new(artefact: &str, row: &str, column: &str, place: Place) -> Self {
        Self {
            key: key(&[artefact, row, column, &place.to_string()]),
            artefact: artefact.to_owned(),
            row: row.to_owned(),
            column: column.to_owned(),
            place,
            source: String::new(),
            quote: String::new(),
            by: String::new(),
            at: String::new(),
        }
    }
}
