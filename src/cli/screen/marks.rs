//! The protocol's terms, found in titles and abstracts.

use serde::Serialize;
use serde_json::Value;

/// A piece of text; `group` is 0 outside the terms, else the number of the term's group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Part {
    group: usize,
    text: String,
}

/// The terms by group.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Names of the groups, in the protocol's order.
    pub(super) groups: Vec<String>,
    /// Terms in lower case with their group from 1, the longest first.
    terms: Vec<(Vec<char>, usize)>,
}

impl Marks {
    /// Reads `highlight_terms`: lists of words by group. What is no list of words marks nothing.
    pub(super) fn of(declared: &Value) -> Self {
        let mut marks = Self::default();
        for (name, terms) in declared.as_object().into_iter().flatten() {
            marks.groups.push(name.clone());
            let words = terms.as_array().into_iter().flatten();
            for term in words.filter_map(Value::as_str) {
                let term: Vec<char> = term.trim().chars().map(lower).collect();
                if !term.is_empty() {
                    marks.terms.push((term, marks.groups.len()));
                }
            }
        }
        marks.terms.sort_by_key(|(term, _)| usize::MAX - term.len());
        marks
    }

    /// Cuts a text into pieces inside and outside the terms. Whole words alone are found, except in scripts without blanks.
    pub(super) fn cut(&self, text: &str) -> Vec<Part> {
        let written: Vec<char> = text.chars().collect();
        let small: Vec<char> = written.iter().copied().map(lower).collect();
        let mut parts: Vec<Part> = Vec::new();
        let mut at = 0;
        while at < small.len() {
            let (length, group) = self.term_at(&small, at).unwrap_or((1, 0));
            let piece: String = written[at..at + length].iter().collect();
            match parts
                .last_mut()
                .filter(|part| group == 0 && part.group == 0)
            {
                Some(part) => part.text.push_str(&piece),
                None => parts.push(Part { group, text: piece }),
            }
            at += length;
        }
        parts
    }

    fn term_at(&self, text: &[char], at: usize) -> Option<(usize, usize)> {
        let found = self.terms.iter().find(|(term, _)| {
            text[at..].starts_with(term)
                && !joined(at.checked_sub(1).and_then(|i| text.get(i)), term.first())
                && !joined(term.last(), text.get(at + term.len()))
        });
        found.map(|(term, group)| (term.len(), *group))
    }
}

/// One character for one, so that places in the text stay.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Whether two neighbours belong to one word of a script that parts words by blanks.
fn joined(left: Option<&char>, right: Option<&char>) -> bool {
    let in_word = |c: Option<&char>| {
        c.is_some_and(|&c| c.is_alphanumeric() && !('\u{2e80}'..='\u{d7af}').contains(&c))
    };
    in_word(left) && in_word(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_term_is_marked_in_whole_words_and_without_blanks_in_chinese() {
        let marks = Marks::of(&serde_json::json!({
            "intervention": ["balint", "Balint group", "巴林特"],
            "population": ["GP"],
        }));
        let parts = marks.cut("A BALINT group for GPs, a GP; 用巴林特小组");
        let marked: Vec<(usize, &str)> = parts
            .iter()
            .filter(|part| part.group > 0)
            .map(|part| (part.group, part.text.as_str()))
            .collect();
        assert_eq!(marked, [(1, "BALINT group"), (2, "GP"), (1, "巴林特")]);
        let whole: String = parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(whole, "A BALINT group for GPs, a GP; 用巴林特小组");
    }
}
