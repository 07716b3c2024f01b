//! Titles: what is compared, what a title says about the kind of item, and how two titles differ.

use super::normalise::{decode_entities, fingerprint, fold, head};
use super::notice::{Notice, announced, set_off, without_citation};
use super::title_forms::{forms, rubric};
use super::tongue::{Tongue, is_greek_sign, tongue};

/// One wording of a title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Form {
    /// Folded words, a blank between.
    pub(super) text: Box<str>,
    /// A hash of each word.
    pub(super) words: Box<[u32]>,
}

impl Form {
    fn new(text: String) -> Self {
        let words = text
            .split(' ')
            .map(|word| (fingerprint(word.as_bytes()) >> 32) as u32)
            .collect();
        Self {
            text: text.into_boxed_str(),
            words,
        }
    }
}

/// A title in comparable form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Title {
    /// Folded title; the original and the translated one where a record carries both. Empty where no title is known.
    pub(super) forms: Vec<Form>,
    /// What the title announces.
    pub(super) notice: Notice,
    /// Whether the export cut the title short.
    pub(super) cut: bool,
    /// Whether the title is marked as translated.
    pub(super) translated: bool,
    /// Language told by its commonest words.
    tongue: Tongue,
    /// Whether it is a heading that journals print over many items.
    pub(super) rubric: bool,
}

/// Bytes of a title that are read.
pub(super) const READ: usize = 1500;

impl Title {
    /// Reads a title; text such as `#NAME?` or `[No title available]` is none.
    pub(super) fn read(text: &str) -> Self {
        let text = decode_entities(head(text.trim(), READ));
        let text = text.trim();
        if missing(text) {
            return Self::default();
        }
        let cut = text.ends_with('…') || text.ends_with("...");
        let (mut notice, text) = set_off(text).unwrap_or((Notice::None, text));
        let (texts, translated) = forms(text);
        let mut folded = Vec::with_capacity(texts.len());
        for text in texts {
            let (text, cited) = without_citation(text);
            let (kind, form) = announced(&fold(text, READ));
            let kind = if cited {
                kind.max(Notice::Correction)
            } else {
                kind
            };
            if form.is_empty() {
                continue;
            }
            notice = notice.max(kind);
            let form = Form::new(form);
            if !folded.contains(&form) {
                folded.push(form);
            }
        }
        let tongue = if text.is_ascii() {
            tongue(folded.first().map_or("", |form: &Form| &form.text))
        } else if text.chars().any(|c| u32::from(c) > 0x2E80) {
            Tongue::Ideographs
        } else if text.chars().any(|c| {
            (0x370..0x600).contains(&u32::from(c)) && c.is_alphabetic() && !is_greek_sign(c)
        }) {
            Tongue::OtherScript
        } else {
            tongue(folded.first().map_or("", |form: &Form| &form.text))
        };
        let rubric = folded.first().is_some_and(|form| rubric(&form.text));
        Self {
            forms: folded,
            notice,
            cut,
            translated,
            tongue,
            rubric,
        }
    }

    /// Whether the two titles may say one thing in two languages, so that other words mean nothing.
    pub(super) fn foreign(&self, other: &Self) -> bool {
        let known = self.tongue != Tongue::Unknown && other.tongue != Tongue::Unknown;
        self.translated || other.translated || known && self.tongue != other.tongue
    }

    /// Whether fewer than a third of the words of the shorter title stand in the other, both being in one wording.
    pub(super) fn far_from(&self, other: &Self) -> bool {
        let ([a], [b]) = (&*self.forms, &*other.forms) else {
            return false;
        };
        let (short, long) = if a.words.len() <= b.words.len() {
            (a, b)
        } else {
            (b, a)
        };
        let held = short
            .words
            .iter()
            .filter(|word| long.words.contains(word))
            .count();
        short.words.len() >= 4 && held * 3 < short.words.len() && !self.foreign(other)
    }

    /// Whether there is nothing to compare.
    pub(super) fn is_missing(&self) -> bool {
        self.forms.is_empty()
    }

    /// The form that is compared first; empty where there is none.
    pub(super) fn main(&self) -> &str {
        self.forms.first().map_or("", |form| &form.text)
    }
}

fn missing(text: &str) -> bool {
    const LONGEST: usize = 60;
    if text.len() > LONGEST {
        return false;
    }
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
    text.starts_with('#') && text.ends_with(['?', '!'])
        || matches!(
            bare,
            "" | "#name"
                | "unknown"
                | "untitled"
                | "no title"
                | "title not available"
                | "no title available"
                | "not available"
                | "n/a"
                | "na"
                | "null"
                | "none"
                | "#n/a"
                | "#value"
                | "#ref"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::title_difference::compare;

    fn differences(a: &str, b: &str) -> (f64, usize, usize) {
        let (a, b) = (Title::read(a), Title::read(b));
        let difference = compare(&a, &b).expect("both titles are known");
        (
            difference.similarity,
            difference.left.len(),
            difference.right.len(),
        )
    }

    #[test]
    fn spelling_is_no_difference() {
        for (a, b) in [
            (
                "Meta-analysis of tumour randomised trials",
                "Metaanalysis of tumor randomized trials.",
            ),
            (
                "[Efficacy of batroxobin for dementia]",
                "Efficacy of batroxobin for dementia. [Chinese]",
            ),
            (
                "Behandlung der Depression [Treatment of severe depression]",
                "[Treatment of severe depression]",
            ),
        ] {
            assert!(differences(a, b).0 > 0.999, "{a} / {b}");
        }
    }

    #[test]
    fn a_changed_group_or_number_is_a_difference_on_both_sides() {
        for (a, b) in [
            ("Aspirin for stroke in men", "Aspirin for stroke in women"),
            ("Effects in type 1 diabetes", "Effects in type 2 diabetes"),
            ("Care of hypertension", "Care of hypotension"),
            ("The kidney. Part I", "The kidney. Part II"),
        ] {
            let (_, left, right) = differences(a, b);
            assert!(left > 0 && right > 0, "{a} / {b}");
        }
    }

    #[test]
    fn notices_are_told_from_the_items_they_are_about() {
        for (text, notice) in [
            ("Erratum: Care of the kidney in old age", Notice::Correction),
            (
                "Care of the kidney in old age (vol 33, pg 151, 2018)",
                Notice::Correction,
            ),
            ("Author's response to: Care of the kidney", Notice::Reply),
            ("Correction of severe anaemia in patients", Notice::None),
            ("Reply of neurons to light in the eye", Notice::None),
            ("The immune response", Notice::None),
            ("RETRACTED ARTICLE: Care of the kidney", Notice::None),
            ("WITHDRAWN: Care of the kidney", Notice::None),
            (
                "\"Care of the kidney\": Correction to Lee et al. (2014)",
                Notice::Correction,
            ),
            ("Corrgiendum to: Care of the old kidney", Notice::Correction),
            // Web of Science and PubMed put the announcement behind the title, Embase in brackets.
            ("Care of the kidney - erratum", Notice::Correction),
            ("Care of the kidney (erratum)", Notice::Correction),
            ("Care of the kidney [Erratum].", Notice::Correction),
            ("Care of the kidney - Reply", Notice::Reply),
            ("CARE OF THE OLD KIDNEY REPLY", Notice::Reply),
            ("Care of the kidney: response", Notice::Reply),
            (
                "Care of the kidney (Retraction of vol 12, pg 3, 2010)",
                Notice::Retraction,
            ),
            ("Published Erratum: Care of the kidney", Notice::Correction),
            (
                "Notice of correction: Care of the kidney",
                Notice::Correction,
            ),
            ("Withdrawal notice: Care of the kidney", Notice::Retraction),
            ("Removal notice to: Care of the kidney", Notice::Retraction),
            (
                "Editorial Expression of Concern: Care of the kidney",
                Notice::Retraction,
            ),
            ("Invited commentary: Care of the kidney", Notice::Comment),
            ("Invited commentary on Care of the kidney", Notice::Comment),
            ("Comment: Care of the kidney", Notice::Comment),
            ("Editorial: Care of the kidney", Notice::Comment),
            ("Response: Care of the kidney", Notice::Reply),
            ("Letter to the editor: Care of the kidney", Notice::Comment),
            // Types that databases put behind the item itself, and ordinary words.
            ("Care of the kidney [letter]", Notice::None),
            ("Care of the kidney (editorial)", Notice::None),
            ("Care of the kidney and the immune response", Notice::None),
            ("Editorial policies of journals on care", Notice::None),
            ("Response of the kidney to care", Notice::None),
            ("Corrections of anaemia in old age", Notice::None),
            ("Responses to light in the eye", Notice::None),
        ] {
            assert_eq!(Title::read(text).notice, notice, "{text}");
        }
    }

    #[test]
    fn lost_titles_are_missing() {
        for text in ["#NAME?", "", "  ", "[No title available]", "#REF!"] {
            assert!(Title::read(text).is_missing(), "{text}");
        }
    }
}
