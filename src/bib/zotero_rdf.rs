//! Zotero RDF: every child of `rdf:RDF` that is not an attachment, note, collection or a container others point to.

use super::fields::{Draft, Field};
use super::reading::Reading;
use super::tags::Tags;
use super::xml;
use std::collections::BTreeMap;

const SHAPE: xml::Shape = xml::Shape {
    records: &[],
    inline: |_| false,
};

struct Item {
    name: String,
    tags: Tags,
    line: u32,
    end_line: u32,
}

/// Reads all items of `text`.
///
/// A container that stands apart (`isPartOf` with `rdf:resource`) is added to the tags of each item that points to it.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut items = Vec::new();
    xml::read(text, &SHAPE, out, &mut |_, element| {
        items.push(Item {
            name: element.name.to_owned(),
            tags: element.tags,
            line: element.line,
            end_line: element.end_line,
        });
    });
    let containers: BTreeMap<String, usize> = items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| Some((item.tags.first("@rdf:about")?.to_owned(), at)))
        .collect();
    for at in 0..items.len() {
        if !is_publication(&items[at]) {
            continue;
        }
        let mut tags = items[at].tags.clone();
        let parent = items[at]
            .tags
            .first("dcterms:isPartOf@rdf:resource")
            .and_then(|about| containers.get(about));
        if let Some(parent) = parent {
            let parent = &items[*parent];
            for tag in parent.tags.iter().filter(|tag| !tag.name.starts_with('@')) {
                let name = format!("dcterms:isPartOf/{}/{}", parent.name, tag.name);
                tags.push(&name, tag.value, tag.line);
            }
        }
        tags.push("rdf:type", &items[at].name, items[at].line);
        out.keep(tags, items[at].line, items[at].end_line);
    }
}

fn is_publication(item: &Item) -> bool {
    match item.tags.first("z:itemType") {
        Some(kind) => !matches!(kind, "attachment" | "note" | "annotation"),
        None => !matches!(
            item.name.as_str(),
            "z:Attachment"
                | "bib:Memo"
                | "z:Collection"
                | "bib:Journal"
                | "bib:Periodical"
                | "rdf:Seq"
                | "bib:Series"
                | "z:UserItem"
                | "z:Annotation"
        ),
    }
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    let (mut surname, mut at) = ("", 0);
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "z:itemType" => draft.offer(Field::Kind, 0, value, line),
            "rdf:type" => draft.offer(Field::Kind, 1, value, line),
            "dc:title" => draft.offer(Field::Title, 0, value, line),
            "bib:authors/rdf:Seq/rdf:li/foaf:Person/foaf:surname" => {
                draft.author(surname, at);
                (surname, at) = (value, line);
            }
            "bib:authors/rdf:Seq/rdf:li/foaf:Person/foaf:givenName"
            | "bib:authors/rdf:Seq/rdf:li/foaf:Person/foaf:givenname" => {
                draft.author(&format!("{surname}, {value}"), at.max(1));
                surname = "";
            }
            "dc:date" => draft.offer_year(0, value, line),
            "bib:pages" => draft.offer(Field::Pages, 0, value, line),
            "dcterms:abstract" => draft.offer(Field::Abstract, 0, value, line),
            "z:language" => draft.offer(Field::Language, 0, value, line),
            "dc:identifier/dcterms:URI/rdf:value" => {
                if super::doi::is_link(value) {
                    draft.offer_doi(1, value, line);
                }
                draft.offer(Field::Url, 0, value, line);
            }
            "dc:identifier" => identifier(value, line, draft),
            "dc:subject" | "dc:subject/z:AutomaticTag/rdf:value" => draft.keyword(value, line),
            "dc:description" => draft.offer_noted_pmid(1, value, line),
            "prism:volume" => draft.offer(Field::Volume, 0, value, line),
            "prism:number" => draft.offer(Field::Issue, 0, value, line),
            "z:libraryCatalog" => draft.offer(Field::Database, 0, value, line),
            name => container(name, value, line, draft),
        }
    }
    draft.author(surname, at);
}

/// Fields of the journal, book or series the item is part of.
fn container<'t>(name: &str, value: &'t str, line: u32, draft: &mut Draft<'t>) {
    let Some(rest) = name.strip_prefix("dcterms:isPartOf/") else {
        return;
    };
    match rest.split_once('/').map(|(_, field)| field) {
        Some("dc:title") => draft.offer(Field::Journal, 0, value, line),
        Some("dcterms:alternative") => draft.offer(Field::Journal, 1, value, line),
        Some("prism:volume") => draft.offer(Field::Volume, 0, value, line),
        Some("prism:number") => draft.offer(Field::Issue, 0, value, line),
        Some("dc:identifier") => identifier(value, line, draft),
        _ => {}
    }
}

/// `DOI 10.…`, `ISSN 1234-5678`, `ISBN …`.
fn identifier<'t>(value: &'t str, line: u32, draft: &mut Draft<'t>) {
    if let Some(rest) = value.strip_prefix("ISSN ") {
        draft.offer(Field::Issn, 0, rest, line);
    } else if let Some(rest) = value.strip_prefix("ISBN ") {
        draft.offer(Field::Isbn, 0, rest, line);
    } else {
        draft.offer_doi(0, value, line);
    }
}
