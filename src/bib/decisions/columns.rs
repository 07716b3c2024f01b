//! Columns of decision tables by the headers tools give them.

use crate::bib::columns::normal;

/// What a column of a decision table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The tool's number of the record.
    Id,
    Doi,
    Pmid,
    Title,
    Year,
    /// A note that can hold Rayyan's marks.
    Note,
    /// The decision itself.
    Choice,
    Reviewer,
    Reason,
    Label,
    Time,
    /// Whether it is about title and abstract or about the full text.
    Stage,
}

/// The role of a header; the second value is lower for the better of two.
pub(super) fn role(header: &str) -> Option<(Role, u8)> {
    Some(match normal(header).as_str() {
        "covidence" | "internal id" | "key" | "refid" | "ref id" | "itemid" | "item id" | "id"
        | "record id" | "article id" => (Role::Id, 0),
        "source id" | "ref" => (Role::Id, 1),
        "doi" | "digital object identifier" => (Role::Doi, 0),
        "pmid" | "pubmed id" => (Role::Pmid, 0),
        "title" | "article title" | "primary title" | "document title" | "题名" => {
            (Role::Title, 0)
        }
        "year" | "published year" | "publication year" => (Role::Year, 0),
        "notes" | "note" | "n1" | "comments" => (Role::Note, 0),
        "decision" | "included" | "include" | "label included" | "asreview label"
        | "screening decision" | "final decision" | "status" | "inclusion" | "vote"
        | "final label" | "consensus decision" | "response" | "final included"
        | "included label" | "included final" | "final inclusion" | "inclusion decision"
        | "screening result" | "决定" => (Role::Choice, 0),
        "tags" => (Role::Choice, 5),
        "reviewer" | "user" | "screener" | "reviewer name" | "user name" | "username" | "rater"
        | "reviewed by" | "user email" | "reviewer email" | "screened by" => (Role::Reviewer, 0),
        "exclusion reason"
        | "reason"
        | "reason for exclusion"
        | "exclusion reasons"
        | "exclude reason" => (Role::Reason, 0),
        "labels" | "label" => (Role::Label, 0),
        "stage" | "level" | "phase" | "screening stage" | "review stage" | "screening level"
        | "screening phase" => (Role::Stage, 0),
        "time" | "date" | "decided at" | "timestamp" | "created at" | "labeled at"
        | "date decided" | "asreview time" | "submitted" | "date submitted" | "decision date" => {
            (Role::Time, 0)
        }
        _ => return None,
    })
}
