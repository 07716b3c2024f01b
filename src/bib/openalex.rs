//! OpenAlex works: identifiers are addresses, the abstract is an index of words and places.
//!
//! Source: OpenAlex API, Work object (2024).

use super::fields::{Draft, Field};
use super::tags::Tags;

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut abstract_line = 0;
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "title" => draft.offer(Field::Title, 0, value, line),
            "display_name" => draft.offer(Field::Title, 1, value, line),
            "type" => draft.offer(Field::Kind, 0, value, line),
            "publication_year" => draft.offer_year(0, value, line),
            "publication_date" => draft.offer_year(1, value, line),
            "primary_location/source/display_name" | "host_venue/display_name" => {
                draft.offer(Field::Journal, 0, value, line);
            }
            "primary_location/source/issn_l" | "host_venue/issn_l" => {
                draft.offer(Field::Issn, 0, value, line);
            }
            "biblio/volume" => draft.offer(Field::Volume, 0, value, line),
            "biblio/issue" => draft.offer(Field::Issue, 0, value, line),
            "biblio/first_page" => draft.start_page(0, value, line),
            "biblio/last_page" => draft.end_page(0, value, line),
            "doi" => draft.offer_doi(0, value, line),
            "ids/doi" => draft.offer_doi(1, value, line),
            "ids/pmid" => draft.offer_pmid(0, value, line),
            "language" => draft.offer(Field::Language, 0, value, line),
            "primary_location/landing_page_url" => draft.offer(Field::Url, 0, value, line),
            "id" if !value.is_empty() => draft.accession = Some(value),
            name => {
                if let Some(rest) = name.strip_prefix("abstract_inverted_index/") {
                    if let (Some((word, _)), Ok(place)) = (rest.rsplit_once('/'), value.parse()) {
                        words.push((place, word));
                        abstract_line = if abstract_line == 0 {
                            line
                        } else {
                            abstract_line
                        };
                    }
                } else if name.starts_with("authorships/") && name.ends_with("/author/display_name")
                {
                    draft.author(value, line);
                } else if name.starts_with("keywords/") && name.ends_with("/display_name") {
                    draft.keyword(value, line);
                }
            }
        }
    }
    if !words.is_empty() {
        words.sort_by_key(|(place, _)| *place);
        let text: Vec<&str> = words.into_iter().map(|(_, word)| word).collect();
        draft.offer_made(Field::Abstract, 0, text.join(" "), abstract_line);
    }
}
