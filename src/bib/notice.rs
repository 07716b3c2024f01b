//! What an export says of the standing of a publication: retracted, corrected, under concern.
//!
//! Databases tell it in a tag of the record itself (PubMed's `PT  - Retracted Publication`, `RIN`, `EIN`; Web of Science's `DT`),
//! or in front of the title (`RETRACTED:`, `WITHDRAWN:`).

use super::record::Record;

/// The standing of a publication that ought to be looked at before it is used, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Retracted or withdrawn.
    Retracted,
    /// An expression of concern was published.
    Concern,
    /// An erratum or correction was published.
    Corrected,
}

impl Standing {
    /// In a sentence: "is …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Retracted => "retracted",
            Self::Concern => "under an expression of concern",
            Self::Corrected => "corrected",
        }
    }
}

/// Names of tags that point from a publication to the notice on it.
const POINTERS: [(&str, Standing); 9] = [
    ("RIN", Standing::Retracted),
    ("RetractionIn", Standing::Retracted),
    ("ECI", Standing::Concern),
    ("ExpressionOfConcernIn", Standing::Concern),
    ("EIN", Standing::Corrected),
    ("ErratumIn", Standing::Corrected),
    ("CRI", Standing::Corrected),
    ("CorrectedandRepublishedIn", Standing::Corrected),
    ("RPI", Standing::Corrected),
];

/// The tags that tell of a publication's standing, name and value, in the order of the record.
pub fn told(record: &Record) -> impl Iterator<Item = (&str, &str)> {
    let tags = record.tags.iter();
    tags.filter(|tag| of_tag(tag.name, tag.value).is_some())
        .map(|tag| (tag.name, tag.value))
}

/// The gravest standing that a record tells, with the words of the export.
pub fn standing(record: &Record) -> Option<(Standing, String)> {
    let tags = record.tags.iter().filter_map(|tag| {
        let standing = of_tag(tag.name, tag.value)?;
        Some((standing, format!("{}: {}", tag.name, tag.value)))
    });
    let title = record.title.as_deref().and_then(|title| {
        let standing = of_title(title)?;
        Some((standing, title.to_owned()))
    });
    tags.chain(title).min()
}

fn of_tag(name: &str, value: &str) -> Option<Standing> {
    let last = name.rsplit(['/', '@', '=']).next().unwrap_or(name);
    if let Some((_, standing)) = POINTERS.iter().find(|(pointer, _)| *pointer == last) {
        return Some(*standing);
    }
    if last == "RefType"
        && let Some((_, standing)) = POINTERS.iter().find(|(pointer, _)| *pointer == value)
    {
        return Some(*standing);
    }
    // A type may stand in a list of types; elsewhere, as in an abstract, the words may be about others' papers.
    let lower = value.trim().to_ascii_lowercase();
    let retracted = matches!(
        lower.as_str(),
        "retracted publication" | "retracted article"
    ) || is_type(last) && lower.contains("retracted publication");
    if retracted {
        return Some(Standing::Retracted);
    }
    // A title may stand under any tag; only a text that begins so is one.
    of_title(value)
}

/// Whether a tag or column holds the type of a publication.
fn is_type(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    let name: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    matches!(
        name.as_str(),
        "pt" | "dt"
            | "ty"
            | "m"
            | "type"
            | "publicationtype"
            | "publicationtypes"
            | "documenttype"
            | "typeofwork"
    )
}

fn of_title(title: &str) -> Option<Standing> {
    let start: String = title
        .trim_start_matches(['[', '(', '*', ' '])
        .chars()
        .take(24)
        .collect();
    let lower = start.to_ascii_lowercase();
    let marked = [
        "retracted:",
        "retracted article:",
        "retracted]",
        "retracted)",
        "withdrawn:",
        "retracted.",
    ];
    let begins = marked.iter().any(|mark| lower.starts_with(mark));
    let shouted = start.starts_with("RETRACTED ") || start.starts_with("WITHDRAWN ");
    (begins || shouted).then_some(Standing::Retracted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bib::Source;

    fn record(title: &str, tags: &[(&str, &str)]) -> Record {
        let mut record = Record::empty(Source::default());
        record.title = Some(title.to_owned());
        for (name, value) in tags {
            record.tags.push(name, value, 0);
        }
        record
    }

    #[test]
    fn a_retraction_is_seen_in_tags_and_in_front_of_the_title() {
        for (title, tags) in [
            ("A trial", &[("PT", "Retracted Publication")][..]),
            ("A trial", &[("RIN", "J Sleep. 2020;3:1")]),
            ("A trial", &[("DT", "Article; Retracted Publication")]),
            ("RETRACTED: A trial", &[]),
            ("[Retracted] A trial", &[]),
        ] {
            let found = standing(&record(title, tags)).map(|(standing, _)| standing);
            assert_eq!(found, Some(Standing::Retracted), "{title} {tags:?}");
        }
    }

    #[test]
    fn an_abstract_on_retracted_publications_is_not_retracted() {
        for name in ["AB", "N2", "Abstract", "TI", "KW"] {
            let tags = [(name, "We compared retracted publications.")];
            assert_eq!(standing(&record("A trial", &tags)), None, "{name}");
        }
        let keyword = record("A trial", &[("KW", "Retracted Publication")]);
        assert!(standing(&keyword).is_some());
        let list = [(
            "Publication Types",
            "Journal Article; Retracted Publication",
        )];
        assert!(standing(&record("A trial", &list)).is_some());
    }

    #[test]
    fn an_erratum_is_less_than_a_retraction_and_a_title_on_withdrawal_is_none() {
        let both = record("A trial", &[("EIN", "x"), ("PT", "Retracted Publication")]);
        assert_eq!(
            standing(&both).map(|(standing, _)| standing),
            Some(Standing::Retracted)
        );
        let one = record("A trial", &[("EIN", "x")]);
        assert_eq!(
            standing(&one).map(|(standing, _)| standing),
            Some(Standing::Corrected)
        );
        for title in [
            "Retracted articles and what became of them",
            "Withdrawn patients in trials",
        ] {
            assert_eq!(standing(&record(title, &[])), None, "{title}");
        }
    }
}
