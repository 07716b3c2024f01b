//! EndNote XML: `xml/records/record`, values in runs of `<style>`.

use super::fields::{Draft, Field};
use super::reading::Reading;
use super::tags::Tags;
use super::xml;

const SHAPE: xml::Shape = xml::Shape {
    records: &["record"],
    inline: xml::is_markup,
};

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    xml::read(text, &SHAPE, out, &mut |out, element| {
        out.keep(element.tags, element.line, element.end_line);
    });
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    let database = tags.first("remote-database-name").unwrap_or_default();
    let pubmed = ["PubMed", "MEDLINE", "Medline", "Nlm", "NLM"]
        .iter()
        .any(|name| database.contains(name));
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "ref-type@name" => draft.offer(Field::Kind, 0, value, line),
            "titles/title" => draft.offer(Field::Title, 0, value, line),
            "contributors/authors/author" => draft.author(value, line),
            "titles/secondary-title" => draft.offer(Field::Journal, 0, value, line),
            "periodical/full-title" => draft.offer(Field::Journal, 1, value, line),
            "alt-periodical/full-title" => draft.offer(Field::Journal, 2, value, line),
            "periodical/abbr-1" => draft.offer(Field::Journal, 3, value, line),
            "dates/year" => draft.offer_year(0, value, line),
            "dates/pub-dates/date" => draft.offer_year(1, value, line),
            "volume" => draft.offer(Field::Volume, 0, value, line),
            "number" => draft.offer(Field::Issue, 0, value, line),
            "pages" => draft.offer(Field::Pages, 0, value, line),
            "electronic-resource-num" => draft.offer_doi(0, value, line),
            "accession-num" => {
                let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
                if pubmed && digits {
                    draft.offer_pmid(0, value, line);
                } else if !value.is_empty() && !value.starts_with("rayyan-") {
                    draft.accession = Some(value);
                }
            }
            "isbn" => draft.offer_serial(0, value, line),
            "abstract" => draft.offer(Field::Abstract, 0, value, line),
            "keywords/keyword" => draft.keywords_by(value, &['\n'], line),
            "language" => draft.offer(Field::Language, 0, value, line),
            "urls/related-urls/url" | "urls/web-urls/url" => {
                if super::doi::is_link(value) {
                    draft.offer_doi(1, value, line);
                }
                draft.offer(Field::Url, 0, value, line);
            }
            "urls/pdf-urls/url" => draft.offer(Field::Url, 2, value, line),
            "remote-database-name" => draft.offer(Field::Database, 0, value, line),
            _ => {}
        }
    }
}
