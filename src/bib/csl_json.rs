//! CSL-JSON, and CrossRef's answers, which are nearly that.
//!
//! Source: CSL 1.0.2 input data schema; CrossRef REST API, works (2024).

use super::fields::{Draft, Field};
use super::tags::Tags;

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    let mut person = Person::default();
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        let mut parts = tag.name.split('/');
        let head = parts.next().unwrap_or_default();
        let rest = tag.name.get(head.len() + 1..).unwrap_or_default();
        match head {
            "author" => person.take(rest, value, line, draft),
            "type" => draft.offer(Field::Kind, 0, value, line),
            "title" => draft.offer(Field::Title, 0, value, line),
            "container-title" => draft.offer(Field::Journal, 0, value, line),
            "container-title-short" | "short-container-title" | "journalAbbreviation" => {
                draft.offer(Field::Journal, 2, value, line);
            }
            "issued" if is_year(rest) => draft.offer_year(0, value, line),
            "published-print" | "published" | "published-online" if is_year(rest) => {
                draft.offer_year(1, value, line);
            }
            "created" if rest == "date-parts/0/0" => draft.offer_year(3, value, line),
            "volume" => draft.offer(Field::Volume, 0, value, line),
            "issue" => draft.offer(Field::Issue, 0, value, line),
            "page" => draft.offer(Field::Pages, 0, value, line),
            "number" | "article-number" => draft.start_page(2, value, line),
            "DOI" => draft.offer_doi(0, value, line),
            "PMID" => draft.offer_pmid(0, value, line),
            "ISSN" => draft.offer(Field::Issn, 0, value, line),
            "ISBN" => draft.offer(Field::Isbn, 0, value, line),
            "abstract" => draft.offer(Field::Abstract, 0, value, line),
            "keyword" => draft.keywords_by(value, &[';', ','], line),
            "subject" | "categories" => draft.keyword(value, line),
            "language" => draft.offer(Field::Language, 0, value, line),
            "URL" => {
                if super::doi::is_link(value) {
                    draft.offer_doi(1, value, line);
                }
                draft.offer(Field::Url, 0, value, line);
            }
            "source" | "archive" => draft.offer(Field::Database, 0, value, line),
            "note" => note(value, line, draft),
            "custom" if rest == "review" => draft.corrections = Some(value),
            "id" if value.starts_with("rec-") => draft.own_id = Some(value),
            _ => {}
        }
    }
    person.flush(draft);
}

fn is_year(rest: &str) -> bool {
    matches!(
        rest,
        "" | "date-parts/0/0" | "literal" | "raw" | "date-time" | "year"
    )
}

/// Zotero puts what CSL has no name for into the note, one a line: `PMID: 123`.
fn note<'t>(value: &'t str, line: u32, draft: &mut Draft<'t>) {
    draft.offer_noted_pmid(1, value, line);
    for part in value.split(['\n', ';']) {
        if let Some(rest) = part.trim().strip_prefix("DOI: ") {
            draft.offer_doi(1, rest, line);
        }
    }
}

/// A name put together from its parts.
#[derive(Default)]
struct Person {
    index: String,
    particle: String,
    family: String,
    given: String,
    suffix: String,
    line: u32,
}

impl Person {
    fn take(&mut self, rest: &str, value: &str, line: u32, draft: &mut Draft) {
        let (index, part) = rest.split_once('/').unwrap_or((rest, "literal"));
        if index != self.index {
            self.flush(draft);
            index.clone_into(&mut self.index);
            self.line = line;
        }
        match part {
            "family" | "literal" | "name" => value.clone_into(&mut self.family),
            "given" => value.clone_into(&mut self.given),
            "suffix" => value.clone_into(&mut self.suffix),
            "non-dropping-particle" => value.clone_into(&mut self.particle),
            _ => {}
        }
    }

    fn flush(&mut self, draft: &mut Draft) {
        let person = std::mem::take(self);
        let mut name = person.particle;
        for (separator, part) in [
            (" ", person.family),
            (", ", person.given),
            (", ", person.suffix),
        ] {
            if !part.is_empty() {
                if !name.is_empty() {
                    name.push_str(separator);
                }
                name.push_str(&part);
            }
        }
        draft.author(&name, person.line);
    }
}
