//! How rows that people keep name a record.

use crate::problem::{Problem, Problems};
use crate::table::Row;
use serde::{Deserialize, Serialize};

/// How a row that people keep names a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Identifier; may be empty when something else names the record.
    pub id: String,
    /// DOI.
    pub doi: Option<String>,
    /// PubMed identifier.
    pub pmid: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Year of publication.
    pub year: Option<i32>,
}

impl Reference {
    /// The reference in a row with the columns `record`, `doi`, `pmid`, `title`, `year`.
    pub(super) fn of(row: &Row, problems: &mut Problems) -> Option<Self> {
        let year = row.filled("year").map(|year| year.trim().parse::<i32>());
        let mut found = Self {
            id: row.text("record").to_owned(),
            doi: row.filled("doi"),
            pmid: row.filled("pmid"),
            title: row.filled("title"),
            year: year.clone().and_then(Result::ok),
        };
        if let Some(Err(_)) = year {
            problems.push(
                Problem::error(
                    "screening::year",
                    format!("`{}` is not a year", row.text("year")),
                )
                .at(row.place("year"))
                .help("write the year in digits, or leave the field empty; the row's title is not looked up"),
            );
            // A title without its year may be another publication's.
            found.title = None;
            if found.id.is_empty() && found.doi.is_none() && found.pmid.is_none() {
                return None;
            }
        }
        if found.id.is_empty()
            && found.doi.is_none()
            && found.pmid.is_none()
            && found.title.is_none()
        {
            problems.push(
                Problem::error("screening::nameless-row", "the row names no record")
                    .at(row.place("record"))
                    .help("fill in the record's id, or its DOI, PMID or title"),
            );
            return None;
        }
        Some(found)
    }

    /// What to call the record in a message.
    pub fn name(&self) -> &str {
        let named = [
            self.doi.as_deref(),
            self.pmid.as_deref(),
            self.title.as_deref(),
        ];
        if self.id.is_empty() {
            named.into_iter().flatten().next().unwrap_or("")
        } else {
            &self.id
        }
    }
}
