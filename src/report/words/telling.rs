//! The best translation that a language has of what a stage said.

use super::Words;
use super::said::{PARTED, Said, Told, Values};

impl Words {
    /// What a stage said in English, in this language as far as its file knows it.
    pub(in crate::report) fn said(&self, text: &str) -> String {
        self.best(text).text
    }

    /// The translation that leaves the least in English; the text itself where the file knows nothing of it.
    pub(super) fn best(&self, text: &str) -> Told {
        self.known(text).unwrap_or_else(|| Told::as_said(text))
    }

    /// A text of which the file knows something: the first of those that leave the least, of which a whole without several parts in a
    /// value goes before part by part, and that before a whole.
    fn known(&self, text: &str) -> Option<Told> {
        let has_parts = text.contains(PARTED);
        let close = self.said.iter().map(|said| (said, Values::Close));
        let any = self.said.iter().map(|said| (said, Values::Any));
        let told = |(said, holds): (&Said, Values)| said.told(text, holds, self);
        let part_by_part = std::iter::once_with(|| self.one_by_one(text));
        let candidates = close
            .filter_map(told)
            .chain(part_by_part.flatten())
            .chain(any.filter(|_| has_parts).filter_map(told));
        let mut best: Option<Told> = None;
        for candidate in candidates {
            if best.as_ref().is_none_or(|best| candidate.left < best.left) {
                best = Some(candidate);
            }
            if best.as_ref().is_some_and(|best| best.left == 0) {
                break;
            }
        }
        best
    }

    /// A text of several parts, of which the file knows at least one.
    fn one_by_one(&self, text: &str) -> Option<Told> {
        let parts: Vec<&str> = text.split(PARTED).collect();
        if parts.len() == 1 {
            return None;
        }
        let known: Vec<Option<Told>> = parts.iter().map(|part| self.known(part)).collect();
        if known.iter().all(Option::is_none) {
            return None;
        }
        let told = known.into_iter().zip(parts);
        let told = told.map(|(known, part)| known.unwrap_or_else(|| Told::as_said(part)));
        let told: Vec<Told> = told.collect();
        let texts: Vec<&str> = told.iter().map(|told| told.text.as_str()).collect();
        Some(Told {
            text: texts.join(self.text("semicolon")),
            left: told.iter().map(|told| told.left).sum(),
        })
    }
}
