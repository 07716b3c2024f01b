//! JSON Lines as `review import` writes them: each line one record, taken as it is.

use super::lines::Lines;
use super::reading::Reading;
use super::record::Record;
use crate::problem::Problem;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    for (number, line) in Lines::of(text) {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Record>(line) {
            Ok(record) => out.keep_record(record),
            Err(why) => {
                let column = u32::try_from(why.column()).unwrap_or(u32::MAX);
                let problem = Problem::error(
                    "bib::malformed",
                    format!("not a record as `review import` writes it: {why}"),
                )
                .at(out.place((number, column)));
                out.reject(problem, "bib::malformed");
            }
        }
    }
}
