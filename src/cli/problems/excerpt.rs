//! The lines of a file that a problem is about, with the spots in them.

use super::{shown, visible};
use crate::place::{At, Place};
use annotate_snippets::{Annotation, AnnotationKind, Snippet};
use std::collections::BTreeMap;
use std::ops::Range;

/// Longest line that is shown whole, in characters.
const MAX_LINE: usize = 160;

/// Characters of a longer line that are shown before and after the spot.
const AROUND: usize = 60;

/// Lines with spots that are shown of one file.
const MAX_LINES: usize = 20;

/// Blank lines of a file are kept this near to a spot; farther ones are folded anyway.
const NEAR: usize = 2;

/// A place with its label, and how important it is: 0 is the spot with the carets.
type Ranked<'a> = (usize, &'a (Place, String));

/// Lines of a file and spots in them.
pub(super) struct Excerpt {
    first_line: usize,
    text: String,
    spots: Vec<(Range<usize>, String)>,
}

impl Excerpt {
    /// The lines of `places`, all in the file with this `source`; `None` when a place is beyond its end.
    pub(super) fn of(source: &str, places: &[&(Place, String)]) -> Option<Self> {
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let mut by_line: BTreeMap<usize, Vec<Ranked<'_>>> = BTreeMap::new();
        for (rank, place) in places.iter().enumerate().take(MAX_LINES) {
            let line = place.0.line_number()? as usize;
            by_line.entry(line).or_default().push((rank, *place));
        }
        let (&first, &last) = (by_line.keys().next()?, by_line.keys().next_back()?);
        let lines: Vec<&str> = source
            .split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
            .skip(first.checked_sub(1)?)
            .take(last - first + 1)
            .collect();
        if lines.len() <= last - first {
            return None;
        }
        let mut excerpt = Self {
            first_line: first,
            text: String::new(),
            spots: Vec::new(),
        };
        let mut spots = Vec::new();
        for number in first..=last {
            let line = lines[number - first];
            match by_line.get(&number) {
                Some(places) => spots.extend(excerpt.push_line(line, places)),
                None if near(&by_line, number) => excerpt.push_plain(line),
                None => {}
            }
            excerpt.text.push('\n');
        }
        spots.sort_by_key(|(rank, ..)| *rank);
        excerpt.spots = spots
            .into_iter()
            .map(|(_, range, label)| (range, label))
            .collect();
        Some(excerpt)
    }

    /// What the renderer takes; the first spot has carets, the others dashes.
    pub(super) fn into_snippet<'a>(self) -> Snippet<'a, Annotation<'a>> {
        let spots = self
            .spots
            .into_iter()
            .enumerate()
            .map(|(rank, (range, label))| {
                let kind = if rank == 0 {
                    AnnotationKind::Primary
                } else {
                    AnnotationKind::Context
                };
                let annotation = kind.span(range);
                if label.is_empty() {
                    annotation
                } else {
                    annotation.label(label)
                }
            });
        let spots: Vec<_> = spots.collect();
        Snippet::source(self.text)
            .line_start(self.first_line)
            .annotations(spots)
    }

    /// Adds a line with spots, cut to a window when long, and returns the spots as bytes of the excerpt.
    fn push_line(
        &mut self,
        line: &str,
        places: &[Ranked<'_>],
    ) -> Vec<(usize, Range<usize>, String)> {
        let letters: Vec<char> = line.chars().collect();
        let tokens: Vec<Range<usize>> = places
            .iter()
            .map(|(_, (place, _))| token(place, &letters))
            .collect();
        let window = window(&letters, &tokens);
        if window.start > 0 {
            self.text.push('…');
        }
        // Byte of every character of the window, and of its end.
        let mut offsets = Vec::with_capacity(window.len() + 1);
        for &letter in &letters[window.clone()] {
            offsets.push(self.text.len());
            self.text.push(safe(letter));
        }
        offsets.push(self.text.len());
        if window.end < letters.len() {
            self.text.push('…');
        }
        let byte = |at: usize| offsets[at.clamp(window.start, window.end) - window.start];
        places
            .iter()
            .zip(tokens)
            .map(|((rank, (_, label)), token)| {
                (*rank, byte(token.start)..byte(token.end), visible(label))
            })
            .collect()
    }

    fn push_plain(&mut self, line: &str) {
        self.text.extend(line.chars().take(MAX_LINE).map(safe));
    }
}

/// Tabs stay: the renderer sets them.
fn safe(letter: char) -> char {
    if letter == '\t' {
        letter
    } else {
        shown(letter)
    }
}

fn near(by_line: &BTreeMap<usize, Vec<Ranked<'_>>>, number: usize) -> bool {
    let around = number.saturating_sub(NEAR)..=number + NEAR;
    by_line.range(around).next().is_some()
}

/// The part of a line that is shown: all of it, or what lies around the first spot.
fn window(letters: &[char], tokens: &[Range<usize>]) -> Range<usize> {
    if letters.len() <= MAX_LINE {
        return 0..letters.len();
    }
    let spot = tokens
        .first()
        .map_or(0, |token| token.start)
        .min(letters.len());
    spot.saturating_sub(AROUND)..(spot + AROUND).min(letters.len())
}

/// The characters that a place means: the word at its column, the cell of a table, or the whole line.
fn token(place: &Place, letters: &[char]) -> Range<usize> {
    let At::Column(_, column) = place.at else {
        let blank = |letter: &&char| letter.is_whitespace();
        let start = letters.iter().take_while(blank).count();
        let end = letters.len() - letters.iter().rev().take_while(blank).count();
        return start.min(end)..end;
    };
    let start = (column as usize).saturating_sub(1).min(letters.len());
    let rest = &letters[start..];
    let length = match rest.first() {
        Some(&quote @ ('"' | '\'')) => quoted(rest, quote),
        _ if is_table(&place.file) => cell(rest),
        _ => word(rest),
    };
    start..(start + length.max(1)).min(letters.len().max(start))
}

fn is_table(file: &str) -> bool {
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["csv", "tsv"]
        .iter()
        .any(|table| extension.eq_ignore_ascii_case(table))
}

/// Length of the quoted text at the front, quotes included; the opening quote alone when it is never closed.
fn quoted(rest: &[char], quote: char) -> usize {
    let closing = rest.iter().skip(1).position(|&letter| letter == quote);
    closing.map_or(1, |at| at + 2)
}

fn cell(rest: &[char]) -> usize {
    let length = rest
        .iter()
        .take_while(|letter| !matches!(letter, ',' | ';' | '\t'))
        .count();
    let blanks = rest[..length]
        .iter()
        .rev()
        .take_while(|letter| letter.is_whitespace());
    length - blanks.count()
}

fn word(rest: &[char]) -> usize {
    let ends = |at: usize, letter: char| match letter {
        ',' | ';' | '"' | '\'' | '{' | '}' | '[' | ']' | '(' | ')' | '|' => true,
        // The colon after a key, but not one inside a word.
        ':' => rest.get(at + 1).is_none_or(|next| next.is_whitespace()),
        other => other.is_whitespace(),
    };
    rest.iter()
        .enumerate()
        .take_while(|&(at, &letter)| !ends(at, letter))
        .count()
}
