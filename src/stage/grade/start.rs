//! The level at which a body of evidence starts: by whether people were allotted at random, study by study.

use super::body::{Body, Study};
use crate::extraction::is_randomised;
use crate::grade::evidence::Design;
use std::collections::{BTreeMap, BTreeSet};

impl Body<'_> {
    /// Randomised where every study is known to be; a study of unknown design counts as one that is not.
    pub(super) fn design(&self) -> Design {
        let allotted = self.allotted();
        if self.analysis.body != "within" && allotted.values().all(|one| *one == Some(true)) {
            Design::Rct
        } else {
            Design::Nrsi
        }
    }

    /// Why it starts as it does.
    pub(super) fn started(&self) -> String {
        if self.analysis.body == "within" {
            return "change within a group has no comparator".to_owned();
        }
        let allotted = self.allotted();
        let (of, studies) = (allotted.len(), plural(allotted.len()));
        let count = |what| allotted.values().filter(|one| **one == what).count();
        let (others, unknown) = (count(Some(false)), count(None));
        let mut why = Vec::new();
        if others > 0 {
            let verb = if others == 1 { "is" } else { "are" };
            why.push(format!("{others} of {of} {studies} {verb} not randomised"));
        }
        if unknown > 0 {
            why.push(format!(
                "the design of {unknown} of {of} {studies} is not known"
            ));
        }
        if why.is_empty() {
            "every study is randomised".to_owned()
        } else {
            why.join("; ")
        }
    }

    /// Its studies whose design nobody wrote in a word that is known.
    pub(super) fn of_unknown_design(&self) -> BTreeSet<&str> {
        let allotted = self.allotted().into_iter();
        let unknown = allotted.filter(|(_, randomised)| randomised.is_none());
        unknown
            .filter(|_| self.analysis.body != "within")
            .map(|(study, _)| study)
            .collect()
    }

    /// Whether people were allotted at random in each study.
    fn allotted(&self) -> BTreeMap<&str, Option<bool>> {
        let of = |study: &Study<'_>| study.design.as_deref().and_then(is_randomised);
        let studies = self.studies.iter();
        studies
            .map(|study| (study.effect.study.as_str(), of(study)))
            .collect()
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "study" } else { "studies" }
}
