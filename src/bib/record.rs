//! A bibliographic record: the typed fields, and every tag of the export as it stood.

use super::tags::Tags;
use crate::ids::RecordId;

/// One entry of a search export.
///
/// Typed fields hold the export's own words, decoded and with blanks folded, never guessed; `tags` keeps everything as it stood.
/// Serialised, it is one line of JSON Lines as `review import` prints it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Record {
    /// Identity from the export's own content; see `bib::identity`.
    pub id: RecordId,
    /// Type of publication in the export's words, such as `JOUR` or `Journal Article`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Authors as the file has them, in order.
    pub authors: Vec<String>,
    /// Year of publication.
    pub year: Option<i32>,
    /// Journal or other container.
    pub journal: Option<String>,
    /// Volume.
    pub volume: Option<String>,
    /// Issue.
    pub issue: Option<String>,
    /// Pages or article number.
    pub pages: Option<String>,
    /// Digital object identifier, without resolver address.
    pub doi: Option<String>,
    /// PubMed identifier.
    pub pmid: Option<String>,
    /// Serial number.
    pub issn: Option<String>,
    /// Book number.
    pub isbn: Option<String>,
    /// Abstract.
    #[serde(rename = "abstract")]
    pub abstract_text: Option<String>,
    /// Keywords, one each.
    pub keywords: Vec<String>,
    /// Language in the export's words.
    pub language: Option<String>,
    /// Address of the publication.
    pub url: Option<String>,
    /// Registration number of a trial.
    pub trial_id: Option<String>,
    /// Database the record was found in.
    pub database: Option<String>,
    /// File, format and lines it was read from.
    pub source: Source,
    /// Every tag of the export: name, value, line (counted from 1).
    pub tags: Tags,
}

impl Record {
    /// A record of which only its place is known; its id is empty until it is given one.
    pub fn empty(source: Source) -> Self {
        Self {
            id: RecordId::new(""),
            kind: None,
            title: None,
            authors: Vec::new(),
            year: None,
            journal: None,
            volume: None,
            issue: None,
            pages: None,
            doi: None,
            pmid: None,
            issn: None,
            isbn: None,
            abstract_text: None,
            keywords: Vec::new(),
            language: None,
            url: None,
            trial_id: None,
            database: None,
            source,
            tags: Tags::new(),
        }
    }
}

/// Where a record stood.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// Path of the export as given, with `/` between parts.
    pub file: String,
    /// Name of the format, such as `ris` or `nbib`.
    pub format: String,
    /// First line (or row), counted from 1.
    pub line: u32,
    /// Last line (or row).
    pub end_line: u32,
}
