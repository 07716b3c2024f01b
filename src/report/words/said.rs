//! What stages say in English, told in another language.

use super::{Part, Words, join, parts};

/// One thing that stages say, and its translation.
#[derive(Clone, Debug)]
pub(super) struct Said {
    english: String,
    translation: String,
}

impl Said {
    pub(super) fn new(english: &str, translation: &str) -> Self {
        Self {
            english: english.to_owned(),
            translation: translation.to_owned(),
        }
    }

    /// The translation of a text that is this one; what varied in it is told in turn.
    pub(super) fn told(&self, text: &str, holds: Values, words: &Words) -> Option<Told> {
        let values = matched(&parts(&self.english), text)?;
        let is_close =
            |(name, value): &(&str, &str)| SENTENCES.contains(name) || !value.contains(PARTED);
        if holds == Values::Close && !values.iter().all(is_close) {
            return None;
        }
        let mut told = Told::default();
        for part in parts(&self.translation) {
            match part {
                Part::Text(text) | Part::Name(text) => join(&mut told.text, text),
                Part::Value(name) => {
                    let mut values = values.iter();
                    if let Some((_, value)) = values.find(|(known, _)| *known == name) {
                        let value = words.best(value);
                        join(&mut told.text, &value.text);
                        told.left += value.left;
                    }
                }
            }
        }
        Some(told)
    }
}

/// A text in another language, as far as its file knows it.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// The text.
    pub(super) text: String,
    /// Letters that stand in it as a stage said them.
    pub(super) left: usize,
}

impl Told {
    /// A text of which the file knows nothing.
    pub(super) fn as_said(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            left: text.chars().filter(|one| one.is_alphabetic()).count(),
        }
    }
}

/// What stands between the parts of a text of several parts.
pub(super) const PARTED: &str = "; ";

/// The values that are sentences of stages themselves, and may have several parts.
const SENTENCES: [&str; 4] = ["why", "rest", "before", "narrative"];

/// What a value may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// Several parts only where the value is a sentence: else "{k} of {n}" would swallow the part before it.
    Close,
    /// Anything.
    Any,
}

/// The value that is a number: else "all analyses" would be taken for "3 analyses".
const COUNT: &str = "count";

/// What stands for each value, where the text is as the parts say; a value holds at least one character, and as few as will do.
/// A value called `count` holds digits alone.
fn matched<'a>(parts: &[Part<'a>], text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let Some((part, rest)) = parts.split_first() else {
        return text.is_empty().then(Vec::new);
    };
    match part {
        Part::Text(fixed) | Part::Name(fixed) => matched(rest, text.strip_prefix(fixed)?),
        Part::Value(name) => {
            let next = match rest.first() {
                None => return fits(name, text).then(|| vec![(*name, text)]),
                Some(Part::Text(next) | Part::Name(next)) => next,
                Some(Part::Value(_)) => return None,
            };
            let ends = text
                .match_indices(next)
                .map(|(at, _)| at)
                .filter(|at| fits(name, &text[..*at]));
            ends.into_iter().find_map(|at| {
                let mut found = matched(rest, &text[at..])?;
                found.push((*name, &text[..at]));
                Some(found)
            })
        }
    }
}

fn fits(name: &str, value: &str) -> bool {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    !value.is_empty() && (name != COUNT || digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_value_takes_as_little_as_lets_the_rest_fit() {
        let found = matched(
            &parts("{a} may reduce {b} slightly"),
            "X may reduce Y slightly",
        );
        assert_eq!(found, Some(vec![("b", "Y"), ("a", "X")]));
        assert_eq!(
            matched(&parts("{a} may reduce {b} slightly"), "X may reduce Y"),
            None
        );
        assert_eq!(matched(&parts("{a} of"), " of"), None);
        assert_eq!(
            matched(&parts("{count} analyses"), "3 analyses"),
            Some(vec![("count", "3")])
        );
        assert_eq!(matched(&parts("{count} analyses"), "all analyses"), None);
    }

    #[test]
    fn what_stages_say_in_several_parts_is_told_part_by_part() {
        let words = Words::of("zh", &BTreeMap::new()).expect("built in");
        assert_eq!(
            words.said(
                "fewer than two groups have 2 studies; 1 of 5 studies tell no `setting_kind`; `ward` with one study each"
            ),
            "有 2 项研究的组不足两个；5 项研究中 1 项未说明 `setting_kind`；`ward` 各仅一项研究"
        );
        assert_eq!(
            words.said("correlation of before and after imputed as 0.5; own words of a team"),
            "前后相关系数假定为 0.5；own words of a team"
        );
        assert_eq!(words.said("own words; of a team"), "own words; of a team");
    }
}
