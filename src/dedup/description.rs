//! What a person's row says of a record beside its identifier, held against the record.

use crate::bib::{Record, doi, likeness::is_one_title};

/// DOI, PMID and title that stand beside an identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    doi: Option<String>,
    pmid: Option<String>,
    title: Option<String>,
}

impl Description {
    /// What three cells say.
    pub(super) fn of(doi: Option<String>, pmid: Option<String>, title: Option<String>) -> Self {
        Self { doi, pmid, title }
    }

    /// Whether everything that can be compared is another record's.
    pub(super) fn is_of_another(&self, record: &Record) -> bool {
        let plain = |text: &str| doi::normalise(text).map(|doi| doi.to_lowercase());
        let both =
            |own: &Option<String>, known: &Option<String>, agree: &dyn Fn(&str, &str) -> bool| {
                Some(agree(own.as_deref()?, known.as_deref()?))
            };
        let compared = [
            both(&self.doi, &record.doi, &|own, known| {
                plain(own) == plain(known)
            }),
            both(&self.pmid, &record.pmid, &|own, known| {
                own.trim() == known.trim()
            }),
            both(&self.title, &record.title, &is_one_title),
        ];
        compared.contains(&Some(false)) && !compared.contains(&Some(true))
    }
}
