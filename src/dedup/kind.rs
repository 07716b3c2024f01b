//! What a database says a record is, where it says more than "an item of a journal".

use super::notice::Notice;

/// The kind of an item as far as it tells two items of one title apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Not said, or a word such as `JOUR` that reference managers give to everything in a journal.
    #[default]
    Unknown,
    /// A paper.
    Article,
    /// A letter, comment or editorial.
    Letter,
    /// An abstract of a congress.
    Congress,
}

/// Reads the words of an export, which may name several types.
pub(super) fn read(kind: &str) -> (Kind, Notice) {
    let lower = super::normalise::head(kind, 300).to_lowercase();
    let parts: Vec<&str> = lower
        .split([';', '|', ',', '/'])
        .map(|part| part.trim().trim_end_matches('.'))
        .collect();
    let has = |names: &[&str]| parts.iter().any(|part| names.contains(part));
    let notice = if has(&[
        "published erratum",
        "erratum",
        "corrigendum",
        "correction",
        "author correction",
        "publisher correction",
    ]) {
        Notice::Correction
    } else if has(&[
        "retraction of publication",
        "retraction notice",
        "retraction",
        "withdrawal notice",
        "expression of concern",
    ]) {
        Notice::Retraction
    } else {
        Notice::None
    };
    let kind = if has(&[
        "conference abstract",
        "meeting abstract",
        "congress abstract",
        "journal: conference abstract",
    ]) {
        Kind::Congress
    } else if has(&[
        "letter",
        "letter to the editor",
        "comment",
        "editorial",
        "editorial material",
    ]) {
        Kind::Letter
    } else if has(&[
        "article",
        "journal article",
        "original article",
        "research article",
        "journal: article",
        "clinical trial",
        "randomized controlled trial",
    ]) {
        Kind::Article
    } else {
        Kind::Unknown
    };
    (kind, notice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_four_databases_are_read() {
        // PubMed, Web of Science, Embase, a reference manager.
        assert_eq!(
            read("Published Erratum"),
            (Kind::Unknown, Notice::Correction)
        );
        assert_eq!(
            read("Journal Article; Retracted Publication"),
            (Kind::Article, Notice::None)
        );
        assert_eq!(
            read("Letter; Comment; Journal Article"),
            (Kind::Letter, Notice::None)
        );
        assert_eq!(read("Meeting Abstract"), (Kind::Congress, Notice::None));
        assert_eq!(read("Journal: Conference Abstract").0, Kind::Congress);
        assert_eq!(read("Conference Paper").0, Kind::Unknown);
        assert_eq!(read("JOUR"), (Kind::Unknown, Notice::None));
    }
}
