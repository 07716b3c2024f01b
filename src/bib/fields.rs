//! Typed fields as a pure function of tags: which tag gives which field, by rank, and on which line it stood.

use super::fold::{fold, trim};
use super::{Format, doi, record::Record, tags::Tags};

macro_rules! fields {
    ($($variant:ident = $name:literal,)+) => {
        /// A typed field of a record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field { $(#[doc = concat!("`", $name, "`")] $variant,)+ }

        impl Field {
            /// Every field, in the order they are written.
            pub const ALL: &[Field] = &[$(Field::$variant,)+];

            /// The name as written in JSON and in tables.
            pub const fn name(self) -> &'static str {
                match self { $(Field::$variant => $name,)+ }
            }
        }
    };
}

fields! {
    Kind = "type",
    Title = "title",
    Authors = "authors",
    Year = "year",
    Journal = "journal",
    Volume = "volume",
    Issue = "issue",
    Pages = "pages",
    Doi = "doi",
    Pmid = "pmid",
    Issn = "issn",
    Isbn = "isbn",
    Abstract = "abstract",
    Keywords = "keywords",
    Language = "language",
    Url = "url",
    TrialId = "trial_id",
    Database = "database",
}

const COUNT: usize = Field::ALL.len();
/// A slot nothing was offered for.
const EMPTY: u8 = u8::MAX;

#[derive(Clone, Copy)]
struct Slot<'t> {
    rank: u8,
    line: u32,
    value: &'t str,
}

/// Candidates for each field while tags are walked; the lowest rank wins, the first of equals.
pub(crate) struct Draft<'t> {
    slots: [Slot<'t>; COUNT],
    start: Slot<'t>,
    end: Slot<'t>,
    pub(crate) authors: Vec<String>,
    pub(crate) keywords: Vec<String>,
    pub(crate) year: Option<i32>,
    doi: Option<String>,
    /// Text put together from several tags, by field: wins over the slot.
    made: Vec<(Field, String)>,
    /// The export's own accession number: database and number.
    pub(crate) accession: Option<&'t str>,
    /// An id this program gave before, kept in a file it wrote.
    pub(crate) own_id: Option<&'t str>,
    /// What a file this program wrote says beyond its format, as JSON; see `write`.
    pub(crate) corrections: Option<&'t str>,
}

impl<'t> Draft<'t> {
    pub(crate) fn new() -> Self {
        let empty = Slot {
            rank: EMPTY,
            line: 0,
            value: "",
        };
        Self {
            slots: [empty; COUNT],
            start: empty,
            end: empty,
            authors: Vec::new(),
            keywords: Vec::new(),
            year: None,
            doi: None,
            made: Vec::new(),
            accession: None,
            own_id: None,
            corrections: None,
        }
    }

    /// Offers a value for a field of one value. Empty values and `NA` are no values.
    #[inline]
    pub(crate) fn offer(&mut self, field: Field, rank: u8, value: &'t str, line: u32) {
        let slot = &mut self.slots[field as usize];
        if rank < slot.rank {
            let value = trim(value);
            if is_value(value) {
                *slot = Slot { rank, line, value };
            }
        }
    }

    /// Offers an abstract: of equal ranks the longer wins.
    pub(crate) fn offer_abstract(&mut self, rank: u8, value: &'t str, line: u32) {
        let slot = &mut self.slots[Field::Abstract as usize];
        let value = trim(value);
        if is_value(value)
            && (rank < slot.rank || (rank == slot.rank && value.len() > slot.value.len()))
        {
            *slot = Slot { rank, line, value };
        }
    }

    /// Offers a text put together from several tags.
    pub(crate) fn offer_made(&mut self, field: Field, rank: u8, value: String, line: u32) {
        let slot = &mut self.slots[field as usize];
        if rank < slot.rank && is_value(trim(&value)) {
            *slot = Slot {
                rank,
                line,
                value: "",
            };
            self.made.retain(|(other, _)| *other != field);
            self.made.push((field, value));
        }
    }

    /// Offers a date or year in any form: the first four digits between 1500 and 2099 count.
    #[inline]
    pub(crate) fn offer_year(&mut self, rank: u8, value: &str, line: u32) {
        let slot = &mut self.slots[Field::Year as usize];
        if rank < slot.rank
            && let Some(year) = year_in(value)
        {
            self.year = Some(year);
            *slot = Slot {
                rank,
                line,
                value: "",
            };
        }
    }

    /// Offers a text that holds a DOI.
    #[inline]
    pub(crate) fn offer_doi(&mut self, rank: u8, value: &str, line: u32) {
        let slot = &mut self.slots[Field::Doi as usize];
        if rank < slot.rank
            && let Some(doi) = doi::normalise(value)
        {
            self.doi = Some(doi);
            *slot = Slot {
                rank,
                line,
                value: "",
            };
        }
    }

    /// Offers a text that holds a PubMed identifier.
    pub(crate) fn offer_pmid(&mut self, rank: u8, value: &'t str, line: u32) {
        if let Some(pmid) = super::pmid::find(value) {
            self.offer(Field::Pmid, rank, pmid, line);
        }
    }

    /// Offers the value of a format's own tag for the PubMed identifier: one word that holds none stands as it is.
    pub(crate) fn offer_own_pmid(&mut self, rank: u8, value: &'t str, line: u32) {
        let word = trim(value).split(' ').next().unwrap_or_default();
        if let Some(pmid) = super::pmid::find(value) {
            self.offer(Field::Pmid, rank, pmid, line);
        } else if word.bytes().all(|b| b.is_ascii_alphanumeric()) && !word.starts_with("PMC") {
            self.offer(Field::Pmid, rank, word, line);
        }
    }

    /// Offers a note that may name the PubMed identifier in a part of its own.
    pub(crate) fn offer_noted_pmid(&mut self, rank: u8, note: &'t str, line: u32) {
        if let Some(pmid) = super::pmid::noted(note) {
            self.offer(Field::Pmid, rank, pmid, line);
        }
    }

    /// Offers a serial or book number; its count of digits tells which it is.
    #[inline]
    pub(crate) fn offer_serial(&mut self, rank: u8, value: &'t str, line: u32) {
        let field = match value
            .bytes()
            .take_while(|b| !matches!(b, b';' | b',' | b'('))
            .filter(u8::is_ascii_alphanumeric)
            .count()
        {
            10 | 13 => Field::Isbn,
            _ => Field::Issn,
        };
        self.offer(field, rank, value, line);
    }

    #[inline]
    pub(crate) fn start_page(&mut self, rank: u8, value: &'t str, line: u32) {
        if rank < self.start.rank && is_value(trim(value)) {
            self.start = Slot {
                rank,
                line,
                value: trim(value),
            };
        }
    }

    #[inline]
    pub(crate) fn end_page(&mut self, rank: u8, value: &'t str, line: u32) {
        if rank < self.end.rank && is_value(trim(value)) {
            self.end = Slot {
                rank,
                line,
                value: trim(value),
            };
        }
    }

    /// Adds an author as the file has the name.
    #[inline]
    pub(crate) fn author(&mut self, name: &str, line: u32) {
        let name = fold(name);
        if is_value(&name) {
            self.mark(Field::Authors, line);
            self.authors.push(name.into_owned());
        }
    }

    /// Adds a keyword.
    #[inline]
    pub(crate) fn keyword(&mut self, word: &str, line: u32) {
        let word = fold(word);
        if is_value(&word) {
            self.mark(Field::Keywords, line);
            self.keywords.push(word.into_owned());
        }
    }

    /// Adds each keyword of a value in which they stand side by side.
    pub(crate) fn keywords_by(&mut self, value: &str, separators: &[char], line: u32) {
        if !value.contains(separators) {
            self.keyword(value, line);
            return;
        }
        for word in value.split(separators) {
            self.keyword(word, line);
        }
    }

    pub(crate) fn mark(&mut self, field: Field, line: u32) {
        let slot = &mut self.slots[field as usize];
        if slot.rank == EMPTY {
            slot.rank = 0;
            slot.line = line;
        }
    }

    /// The value offered so far.
    pub(crate) fn peek(&self, field: Field) -> Option<&'t str> {
        let slot = self.slots[field as usize];
        (slot.rank != EMPTY).then_some(slot.value)
    }

    /// The line each filled field stood on, in the order of [`Field::ALL`].
    pub(crate) fn lines(&self) -> Vec<(&'static str, u32)> {
        Field::ALL
            .iter()
            .filter_map(|field| {
                let slot = self.slots[*field as usize];
                if slot.rank != EMPTY {
                    return Some((field.name(), slot.line));
                }
                let page = if self.start.rank == EMPTY {
                    self.end
                } else {
                    self.start
                };
                (*field == Field::Pages && page.rank != EMPTY).then_some((field.name(), page.line))
            })
            .collect()
    }

    fn take(&mut self, field: Field) -> Option<String> {
        if let Some(at) = self.made.iter().position(|(made, _)| *made == field) {
            return Some(fold(&self.made.swap_remove(at).1).into_owned());
        }
        let slot = self.slots[field as usize];
        (slot.rank != EMPTY).then(|| fold(slot.value).into_owned())
    }

    fn pages(&mut self) -> Option<String> {
        if self.slots[Field::Pages as usize].rank != EMPTY {
            return self.take(Field::Pages);
        }
        if self.start.rank == EMPTY {
            return (self.end.rank != EMPTY).then(|| fold(self.end.value).into_owned());
        }
        let (start, end) = (fold(self.start.value), fold(self.end.value));
        if end.is_empty() || start == end {
            return Some(start.into_owned());
        }
        // `123-130` and `130`: the start says all; `123-` says no more than `123`.
        let dashes = [
            '-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}',
        ];
        let start = start.trim_end_matches(dashes);
        if start.contains(dashes) && !end.contains(dashes) {
            return Some(start.to_owned());
        }
        if start == "No" && end == "Specified" {
            return None;
        }
        Some(format!("{start}-{end}"))
    }

    /// Fills a record's typed fields.
    pub(crate) fn fill(mut self, record: &mut Record) {
        record.kind = self.take(Field::Kind);
        record.title = self.take(Field::Title);
        record.year = self.year;
        record.journal = self.take(Field::Journal);
        record.volume = self.take(Field::Volume);
        record.issue = self.take(Field::Issue);
        record.pages = self.pages();
        record.pmid = self.take(Field::Pmid);
        record.issn = self.take(Field::Issn);
        record.isbn = self.take(Field::Isbn);
        record.abstract_text = self.take(Field::Abstract);
        record.language = self.take(Field::Language);
        record.url = self.take(Field::Url);
        record.trial_id = self.take(Field::TrialId);
        record.database = self.take(Field::Database);
        record.doi = self.doi;
        record.authors = self.authors;
        record.keywords = self.keywords;
        if let Some(json) = self.corrections {
            super::write::correct(record, json);
        }
    }
}

/// Fills the draft from tags as the format means them.
pub(crate) fn derive(format: Format, tags: &Tags) -> Draft<'_> {
    let mut draft = Draft::new();
    match format {
        Format::Ris => super::ris_fields::fields(tags, &mut draft),
        Format::Nbib => super::nbib::fields(tags, &mut draft),
        Format::PubmedXml => super::pubmed_xml::fields(tags, &mut draft),
        Format::PubmedSummary => super::pubmed_summary::fields(tags, &mut draft),
        Format::Ovid => super::ovid::fields(tags, &mut draft),
        Format::WosTagged => super::wos::fields(tags, false, &mut draft),
        Format::WosTab => super::wos::fields(tags, true, &mut draft),
        Format::EndnoteXml => super::endnote_xml::fields(tags, &mut draft),
        Format::Refer => super::refer::fields(tags, &mut draft),
        Format::Refworks => super::refworks::fields(tags, &mut draft),
        Format::NoteExpress => super::noteexpress::fields(tags, &mut draft),
        Format::CnkiKeyValue => super::cnki::fields(tags, &mut draft),
        Format::Gbt7714 => super::gbt7714::fields(tags, &mut draft),
        Format::Cssci => super::cssci::fields(tags, &mut draft),
        Format::Sinomed => super::sinomed::fields(tags, &mut draft),
        Format::CochraneText => super::cochrane::fields(tags, &mut draft),
        Format::Bibtex => super::bibtex::fields(tags, &mut draft),
        Format::CslJson => super::csl_json::fields(tags, &mut draft),
        Format::OpenAlexJson => super::openalex::fields(tags, &mut draft),
        Format::ZoteroRdf => super::zotero_rdf::fields(tags, &mut draft),
        Format::CtgovJson => super::ctgov::fields(tags, &mut draft),
        Format::IctrpXml => super::ictrp::fields(tags, &mut draft),
        Format::PubmedCsv
        | Format::CtgovCsv
        | Format::IctrpCsv
        | Format::Csv
        | Format::Tsv
        | Format::Xlsx => super::table::fields(format, tags, &mut draft),
        Format::ReviewJsonl => {}
    }
    draft
}

/// Empty text, `NA`, `NaN` and `null` are what tools write for nothing.
fn is_value(text: &str) -> bool {
    const NOTHING: [&str; 9] = [
        "NA",
        "N/A",
        "#N/A",
        "<NA>",
        "NaN",
        "nan",
        "null",
        "NULL",
        "undefined",
    ];
    !(text.is_empty() || text.len() < 10 && NOTHING.contains(&text))
}

/// The first four digits between 1500 and 2099 that no further digit touches; eight digits are a date `YYYYMMDD`.
pub(crate) fn year_in(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = bytes[at..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if matches!(digits, 4 | 6 | 8) {
            let year = bytes[at..at + 4]
                .iter()
                .fold(0, |year, digit| year * 10 + i32::from(digit - b'0'));
            if (1500..2100).contains(&year) {
                return Some(year);
            }
        }
        at += digits;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_that_holds_the_range_is_the_range() {
        for (start, end, want) in [
            ("123-130", "130", "123-130"),
            ("123\u{2013}130", "130", "123\u{2013}130"),
            ("123-", "130", "123-130"),
            ("123", "130", "123-130"),
            ("123", "", "123"),
            // Pages counted by section: neither is a range.
            ("7-12", "7-20", "7-12-7-20"),
        ] {
            let mut draft = Draft::new();
            draft.start_page(0, start, 1);
            draft.end_page(0, end, 2);
            assert_eq!(draft.pages().as_deref(), Some(want), "{start} {end}");
        }
    }

    #[test]
    fn what_tools_write_for_nothing_is_nothing() {
        for text in ["", "NA", "NaN", "nan", "N/A", "null"] {
            let mut draft = Draft::new();
            draft.offer(Field::Journal, 0, text, 1);
            assert_eq!(draft.peek(Field::Journal), None, "{text}");
        }
    }

    #[test]
    fn years_are_found_in_every_way_they_are_written() {
        for (text, want) in [
            ("2024", Some(2024)),
            ("2020//", Some(2020)),
            ("2015 Dec-2016 Jan", Some(2015)),
            ("Start date: 20170812", Some(2017)),
            ("12/31/1999", Some(1999)),
            ("in press", None),
            ("12345", None),
            ("0000", None),
        ] {
            assert_eq!(year_in(text), want, "{text}");
        }
    }
}
