//! Records written for other tools: RIS, CSV, JSON Lines, CSL-JSON. What is written reads back as the same records.
//!
//! No exchange format holds everything: RIS has no place for a second kind of type, a cell cannot tell one keyword with a
//! semicolon from two. So each record is read back as it is written, and what came out otherwise stands beside it as JSON, where
//! other tools pass it over: in RIS as `C1  - review:{…}`, in CSV in the column `review`, in CSL-JSON under `custom`.

use super::jsonl;
use super::names;
use super::record::Record;
use super::{Format, Options, read_each};
use crate::ids::RecordId;
use serde_json::{Map, Value, json};
use std::fmt;

/// A form of output that takes records one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// JSON Lines, everything kept.
    Jsonl,
    /// A table with a header.
    Csv,
    /// RIS.
    Ris,
    /// CSL-JSON, one list.
    CslJson,
}

impl Output {
    /// The form a file name asks for by its extension.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "ris" => Some(Self::Ris),
            "json" => Some(Self::CslJson),
            _ => None,
        }
    }

    /// What stands before the first record.
    pub fn begin(self) -> &'static str {
        match self {
            Self::Jsonl | Self::Ris => "",
            Self::Csv => HEADER,
            Self::CslJson => "[",
        }
    }

    /// Adds one record; `first` says whether none stands before it.
    pub fn push(self, text: &mut String, record: &Record, first: bool) {
        match self {
            Self::Jsonl => jsonl::push(text, record),
            Self::Csv => corrected(text, record, Format::Csv, csv_row),
            Self::Ris => corrected(text, record, Format::Ris, ris_record),
            Self::CslJson => {
                text.push_str(if first { "\n" } else { ",\n" });
                corrected(text, record, Format::CslJson, csl_object);
            }
        }
    }

    /// Writes one record, as [`Output::push`] adds it; JSON Lines come a piece at a time, however long the record is.
    ///
    /// # Errors
    ///
    /// Where `out` takes no more.
    pub fn write(self, out: &mut impl fmt::Write, record: &Record, first: bool) -> fmt::Result {
        if self == Self::Jsonl {
            return jsonl::write(out, record);
        }
        let mut text = String::new();
        self.push(&mut text, record, first);
        out.write_str(&text)
    }

    /// What stands behind the last record.
    pub fn end(self) -> &'static str {
        match self {
            Self::Jsonl | Self::Csv | Self::Ris => "",
            Self::CslJson => "\n]\n",
        }
    }

    fn all(self, records: &[Record]) -> String {
        let mut text = self.begin().to_owned();
        for (at, record) in records.iter().enumerate() {
            self.push(&mut text, record, at == 0);
        }
        text.push_str(self.end());
        text
    }
}

/// JSON Lines, one record a line, everything in it.
pub fn jsonl(records: &[Record]) -> String {
    Output::Jsonl.all(records)
}

/// A table of all typed fields, authors and keywords joined by `; `.
pub fn csv(records: &[Record]) -> String {
    Output::Csv.all(records)
}

/// RIS, as reference managers and screening tools import it.
pub fn ris(records: &[Record]) -> String {
    Output::Ris.all(records)
}

/// CSL-JSON, one list.
pub fn csl_json(records: &[Record]) -> String {
    Output::CslJson.all(records)
}

const HEADER: &str = "id,type,title,authors,year,journal,volume,issue,pages,doi,pmid,issn,isbn,abstract,keywords,language,url,trial_id,database,review\n";

/// Writes a record, reads it back, and writes it again with what came out otherwise.
fn corrected(
    text: &mut String,
    record: &Record,
    format: Format,
    write: fn(&mut String, &Record, Option<&str>),
) {
    let start = text.len();
    write(text, record, None);
    let framed = match format {
        Format::Csv => format!("{HEADER}{}", &text[start..]),
        _ => text[start..].to_owned(),
    };
    let mut back = Vec::new();
    let options = Options {
        format: Some(format),
        ..Options::default()
    };
    read_each("", framed.as_bytes(), &options, &mut |record| {
        back.push(record);
    });
    let want = typed(record);
    let differences: Map<String, Value> = match back.as_slice() {
        [back] => {
            let got = typed(back);
            want.into_iter()
                .filter(|(name, value)| got.get(name) != Some(value))
                .collect()
        }
        _ => want,
    };
    if !differences.is_empty() {
        text.truncate(start);
        write(text, record, Some(&Value::Object(differences).to_string()));
    }
}

/// Typed fields as JSON.
fn typed(record: &Record) -> Map<String, Value> {
    let value = json!({
        "id": record.id, "type": record.kind, "title": record.title, "authors": record.authors, "year": record.year,
        "journal": record.journal, "volume": record.volume, "issue": record.issue, "pages": record.pages,
        "doi": record.doi, "pmid": record.pmid, "issn": record.issn, "isbn": record.isbn,
        "abstract": record.abstract_text, "keywords": record.keywords, "language": record.language, "url": record.url,
        "trial_id": record.trial_id, "database": record.database,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The id among corrections.
pub(crate) fn corrected_id(json: &str) -> Option<RecordId> {
    let map: Map<String, Value> = serde_json::from_str(json).ok()?;
    map.get("id")?.as_str().map(RecordId::new)
}

/// Puts corrections into a record; anything that is not of the right type is passed over.
pub(crate) fn correct(record: &mut Record, json: &str) {
    let Ok(map) = serde_json::from_str::<Map<String, Value>>(json) else {
        return;
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let list = |value: &Value| {
        value
            .as_array()
            .map(|list| {
                list.iter()
                    .filter_map(|item| item.as_str().map(str::to_owned))
                    .collect()
            })
            .unwrap_or_default()
    };
    for (name, value) in &map {
        match name.as_str() {
            "id" => record.id = RecordId::new(value.as_str().unwrap_or_default()),
            "type" => record.kind = text(value),
            "title" => record.title = text(value),
            "authors" => record.authors = list(value),
            "year" => record.year = value.as_i64().and_then(|year| i32::try_from(year).ok()),
            "journal" => record.journal = text(value),
            "volume" => record.volume = text(value),
            "issue" => record.issue = text(value),
            "pages" => record.pages = text(value),
            "doi" => record.doi = text(value),
            "pmid" => record.pmid = text(value),
            "issn" => record.issn = text(value),
            "isbn" => record.isbn = text(value),
            "abstract" => record.abstract_text = text(value),
            "keywords" => record.keywords = list(value),
            "language" => record.language = text(value),
            "url" => record.url = text(value),
            "trial_id" => record.trial_id = text(value),
            "database" => record.database = text(value),
            _ => {}
        }
    }
}

pub(super) fn ris_record(text: &mut String, record: &Record, corrections: Option<&str>) {
    let mut line = |tag: &str, value: &str| {
        text.push_str(tag);
        text.push_str("  - ");
        text.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c }));
        text.push('\n');
    };
    line("TY", ris_type(record.kind.as_deref().unwrap_or_default()));
    line("ID", record.id.as_str());
    let mut one = |tag: &str, value: &Option<String>| {
        if let Some(value) = value {
            line(tag, value);
        }
    };
    one("TI", &record.title);
    for name in &record.authors {
        one("AU", &Some(name.clone()));
    }
    one("PY", &record.year.map(|year| year.to_string()));
    one("T2", &record.journal);
    one("VL", &record.volume);
    one("IS", &record.issue);
    match record
        .pages
        .as_deref()
        .and_then(|pages| pages.split_once('-'))
    {
        Some((start, end)) if !end.contains('-') && !start.is_empty() && !end.is_empty() => {
            one("SP", &Some(start.to_owned()));
            one("EP", &Some(end.to_owned()));
        }
        _ => one("SP", &record.pages),
    }
    one("DO", &record.doi);
    one(
        "AN",
        &record.pmid.as_ref().map(|pmid| format!("PMID:{pmid}")),
    );
    one("SN", &record.issn);
    one("SN", &record.isbn);
    one("AB", &record.abstract_text);
    for word in &record.keywords {
        one("KW", &Some(word.clone()));
    }
    one("LA", &record.language);
    one("UR", &record.url);
    one("C8", &record.trial_id);
    one("DB", &record.database);
    one("C1", &corrections.map(|json| format!("review:{json}")));
    text.push_str("ER  - \n\n");
}

/// The RIS type nearest to a type in any words.
fn ris_type(kind: &str) -> &str {
    if (3..=7).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_uppercase()) {
        return kind;
    }
    // Web of Science has letters.
    match kind {
        "J" => return "JOUR",
        "B" => return "BOOK",
        "S" => return "SER",
        "P" => return "PAT",
        _ => {}
    }
    let kind = kind.to_lowercase();
    let nearest = [
        ("chapter", "CHAP"),
        ("inbook", "CHAP"),
        ("thesis", "THES"),
        ("dissertation", "THES"),
        ("proceeding", "CPAPER"),
        ("conference", "CPAPER"),
        ("report", "RPRT"),
        ("patent", "PAT"),
        ("preprint", "UNPB"),
        ("journal", "JOUR"),
        ("article", "JOUR"),
        ("review", "JOUR"),
        ("trial", "JOUR"),
        ("book", "BOOK"),
        ("web", "ELEC"),
    ];
    nearest
        .iter()
        .find(|(word, _)| kind.contains(word))
        .map_or("GEN", |(_, tag)| tag)
}

fn csv_row(text: &mut String, record: &Record, corrections: Option<&str>) {
    let year = record.year.map(|year| year.to_string());
    let (authors, keywords) = (record.authors.join("; "), record.keywords.join("; "));
    let cells = [
        Some(record.id.as_str()),
        record.kind.as_deref(),
        record.title.as_deref(),
        Some(authors.as_str()),
        year.as_deref(),
        record.journal.as_deref(),
        record.volume.as_deref(),
        record.issue.as_deref(),
        record.pages.as_deref(),
        record.doi.as_deref(),
        record.pmid.as_deref(),
        record.issn.as_deref(),
        record.isbn.as_deref(),
        record.abstract_text.as_deref(),
        Some(keywords.as_str()),
        record.language.as_deref(),
        record.url.as_deref(),
        record.trial_id.as_deref(),
        record.database.as_deref(),
        corrections,
    ]
    .map(Option::unwrap_or_default);
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push('\n');
}

fn csl_object(text: &mut String, record: &Record, corrections: Option<&str>) {
    let authors: Vec<Value> = record.authors.iter().map(|name| csl_name(name)).collect();
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            object.insert(name.to_owned(), value);
        }
    };
    put("id", json!(record.id));
    put(
        "type",
        json!(csl_type(record.kind.as_deref().unwrap_or_default())),
    );
    put("title", json!(record.title));
    if !authors.is_empty() {
        put("author", Value::Array(authors));
    }
    if let Some(year) = record.year {
        put("issued", json!({ "date-parts": [[year]] }));
    }
    put("container-title", json!(record.journal));
    put("volume", json!(record.volume));
    put("issue", json!(record.issue));
    put("page", json!(record.pages));
    put("DOI", json!(record.doi));
    put("PMID", json!(record.pmid));
    put("ISSN", json!(record.issn));
    put("ISBN", json!(record.isbn));
    put("abstract", json!(record.abstract_text));
    if !record.keywords.is_empty() {
        put("keyword", json!(record.keywords.join("; ")));
    }
    put("language", json!(record.language));
    put("URL", json!(record.url));
    put("source", json!(record.database));
    if let Some(json) = corrections {
        put("custom", json!({ "review": json }));
    }
    text.push_str(&Value::Object(object).to_string());
}

fn csl_name(text: &str) -> Value {
    let name = names::parse(text, false);
    if name.given.is_empty() || !text.contains(',') {
        return json!({ "literal": text });
    }
    if name.suffix.is_empty() {
        json!({ "family": name.family, "given": name.given })
    } else {
        json!({ "family": name.family, "given": name.given, "suffix": name.suffix })
    }
}

fn csl_type(kind: &str) -> &'static str {
    match ris_type(kind) {
        "JOUR" | "MGZN" | "EJOUR" => "article-journal",
        "BOOK" | "EBOOK" | "EDBOOK" => "book",
        "CHAP" | "ECHAP" => "chapter",
        "THES" => "thesis",
        "CPAPER" | "CONF" => "paper-conference",
        "RPRT" => "report",
        "PAT" => "patent",
        "ELEC" | "WEB" => "webpage",
        "UNPB" => "article",
        _ => "document",
    }
}
