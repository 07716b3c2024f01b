//! PubMed XML: `PubmedArticle`, `PubmedBookArticle`, or a bare `MedlineCitation`.
//!
//! Source: NLM, PubMed DTD (2025). DOIs of cited works (`ReferenceList`) are never the record's own.

use super::fields::{Draft, Field};
use super::reading::Reading;
use super::tags::Tags;
use super::xml;

const SHAPE: xml::Shape = xml::Shape {
    records: &["PubmedArticle", "PubmedBookArticle", "MedlineCitation"],
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
    let mut id_type = "";
    let mut label = "";
    let mut abstract_text = Abstract::default();
    let mut people = People::choose(tags);
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        let path = tag
            .name
            .strip_prefix("MedlineCitation/")
            .unwrap_or(tag.name);
        let path = path.strip_prefix("BookDocument/").unwrap_or(path);
        if people.take(path, value, line, draft) {
            continue;
        }
        match path {
            "PMID" => draft.offer_pmid(0, value, line),
            "Article/ArticleTitle" | "ArticleTitle" => draft.offer(Field::Title, 0, value, line),
            "Book/BookTitle" => {
                draft.offer(Field::Title, 1, value, line);
                draft.offer(Field::Journal, 5, value, line);
            }
            "Article/VernacularTitle" | "VernacularTitle" => {
                draft.offer(Field::Title, 2, value, line);
            }
            "Article/Journal/Title" => draft.offer(Field::Journal, 0, value, line),
            "Article/Journal/ISOAbbreviation" => draft.offer(Field::Journal, 1, value, line),
            "MedlineJournalInfo/MedlineTA" => draft.offer(Field::Journal, 2, value, line),
            "Article/Journal/ISSN" => draft.offer(Field::Issn, 0, value, line),
            "Article/Journal/JournalIssue/Volume" | "Book/Volume" => {
                draft.offer(Field::Volume, 0, value, line);
            }
            "Article/Journal/JournalIssue/Issue" => draft.offer(Field::Issue, 0, value, line),
            "Article/Journal/JournalIssue/PubDate/Year" | "Book/PubDate/Year" => {
                draft.offer_year(0, value, line);
            }
            "Article/Journal/JournalIssue/PubDate/MedlineDate" | "Book/PubDate/MedlineDate" => {
                draft.offer_year(1, value, line);
            }
            "Article/ArticleDate/Year" | "ContributionDate/Year" => {
                draft.offer_year(2, value, line);
            }
            "Article/Pagination/MedlinePgn" | "Pagination/MedlinePgn" => {
                draft.offer(Field::Pages, 0, value, line);
            }
            "Article/Pagination/StartPage" | "Pagination/StartPage" => {
                draft.start_page(0, value, line);
            }
            "Article/Pagination/EndPage" | "Pagination/EndPage" => draft.end_page(0, value, line),
            "Article/ELocationID" | "ELocationID" if id_type == "doi" => {
                draft.offer_doi(1, value, line);
            }
            "Article/ELocationID@EIdType"
            | "ELocationID@EIdType"
            | "PubmedData/ArticleIdList/ArticleId@IdType"
            | "PubmedBookData/ArticleIdList/ArticleId@IdType"
            | "ArticleIdList/ArticleId@IdType" => id_type = value,
            "PubmedData/ArticleIdList/ArticleId"
            | "PubmedBookData/ArticleIdList/ArticleId"
            | "ArticleIdList/ArticleId"
                if id_type == "doi" =>
            {
                draft.offer_doi(0, value, line);
            }
            "Article/Abstract/AbstractText@Label" | "Abstract/AbstractText@Label" => label = value,
            "Article/Abstract/AbstractText" | "Abstract/AbstractText" => {
                abstract_text.add(std::mem::take(&mut label), value, line);
            }
            "Article/PublicationTypeList/PublicationType" | "PublicationType" => {
                draft.offer(Field::Kind, 0, value, line);
            }
            "MeshHeadingList/MeshHeading/DescriptorName" | "KeywordList/Keyword" => {
                draft.keyword(value, line);
            }
            "Article/Language" | "Language" => draft.offer(Field::Language, 0, value, line),
            "Book/Isbn" => draft.offer(Field::Isbn, 0, value, line),
            "Article/DataBankList/DataBank/AccessionNumberList/AccessionNumber" => {
                if let Some(id) = super::trial_id::find(value) {
                    draft.offer(Field::TrialId, 0, id, line);
                }
            }
            _ => {}
        }
    }
    people.flush(draft);
    draft.offer_made(Field::Abstract, 0, abstract_text.text, abstract_text.line);
}

#[derive(Default)]
struct Abstract {
    text: String,
    line: u32,
}

impl Abstract {
    /// Sections are joined as PubMed prints them: `LABEL: text`.
    fn add(&mut self, label: &str, value: &str, line: u32) {
        if self.text.is_empty() {
            self.line = line;
        } else {
            self.text.push(' ');
        }
        if !label.is_empty() {
            self.text.push_str(label);
            self.text.push_str(": ");
        }
        self.text.push_str(value);
    }
}

/// Names put together from their parts.
struct People {
    /// Path of the list that holds the authors of this record.
    list: &'static str,
    last: String,
    fore: String,
    line: u32,
}

impl People {
    /// Authors of a chapter stand beside the book's own; the chapter's count.
    fn choose(tags: &Tags) -> Self {
        let list = [
            "Article/AuthorList/Author/",
            "AuthorList/Author/",
            "Book/AuthorList/Author/",
        ]
        .into_iter()
        .find(|list| {
            tags.iter().any(|tag| {
                let path = tag
                    .name
                    .strip_prefix("MedlineCitation/")
                    .unwrap_or(tag.name);
                path.strip_prefix("BookDocument/")
                    .unwrap_or(path)
                    .starts_with(list)
            })
        })
        .unwrap_or("Article/AuthorList/Author/");
        Self {
            list,
            last: String::new(),
            fore: String::new(),
            line: 0,
        }
    }

    fn take(&mut self, path: &str, value: &str, line: u32, draft: &mut Draft) -> bool {
        let Some(part) = path.strip_prefix(self.list) else {
            return false;
        };
        match part {
            "LastName" | "CollectiveName" => {
                self.flush(draft);
                value.clone_into(&mut self.last);
                self.line = line;
            }
            "ForeName" => value.clone_into(&mut self.fore),
            "FirstName" | "Initials" if self.fore.is_empty() => value.clone_into(&mut self.fore),
            _ => {}
        }
        true
    }

    fn flush(&mut self, draft: &mut Draft) {
        let mut name = std::mem::take(&mut self.last);
        let fore = std::mem::take(&mut self.fore);
        if !fore.is_empty() && !name.is_empty() {
            name.push_str(", ");
            name.push_str(&fore);
        }
        draft.author(&name, self.line);
    }
}
