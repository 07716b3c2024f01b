//! Says in words which fields of a pair agree and which do not, with their values.

use super::compare::Evidence;
use super::container::Relation;
use super::key::Key;
use super::locator::Match;
use super::rules::Points;
use crate::bib::Record;
use std::fmt::Write;

/// The fields of a pair: `name points: value` where both agree, `value | value` where they differ in writing.
///
/// Fields that one of the records lacks are left out. `text` is the share of the shorter abstract that stands in the longer.
pub(super) fn fields(a: &Record, b: &Record, points: &Points, text: Option<f64>) -> String {
    let mut out = String::with_capacity(400);
    let mut add = |name: &str, points: f64, left: &Option<String>, right: &Option<String>| {
        let (left, right) = (
            left.as_deref().unwrap_or(""),
            right.as_deref().unwrap_or(""),
        );
        field(&mut out, name, points, left.trim(), right.trim());
    };
    add("title", points.title, &a.title, &b.title);
    let people = |record: &Record| (!record.authors.is_empty()).then(|| record.authors.join("; "));
    add("authors", points.authors, &people(a), &people(b));
    let year = |record: &Record| record.year.map(|year| year.to_string());
    add("year", points.year, &year(a), &year(b));
    add("journal", points.container, &a.journal, &b.journal);
    add("volume", points.volume, &a.volume, &b.volume);
    add("issue", points.issue, &a.issue, &b.issue);
    add("pages", points.pages, &a.pages, &b.pages);
    add("doi", points.doi, &a.doi, &b.doi);
    add("pmid", points.pmid, &a.pmid, &b.pmid);
    if let Some(share) = text {
        out.push_str("; abstract ");
        weight(&mut out, points.text);
        let percent = (share * 100.0).round();
        let _ = write!(out, ": {percent}% in common");
    }
    out
}

fn field(text: &mut String, name: &str, points: f64, left: &str, right: &str) {
    if left.is_empty() || right.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push_str("; ");
    }
    text.push_str(name);
    text.push(' ');
    weight(text, points);
    text.push_str(": ");
    shown(text, left);
    if left != right {
        text.push_str(" | ");
        shown(text, right);
    }
}

/// Points with sign and one decimal.
#[expect(clippy::cast_possible_truncation, reason = "points are small numbers")]
fn weight(text: &mut String, points: f64) {
    let tenths = (points * 10.0).round() as i64;
    text.push(if tenths < 0 { '-' } else { '+' });
    let _ = write!(text, "{}.{}", tenths.abs() / 10, tenths.abs() % 10);
}

/// The start of a value, with single blanks.
fn shown(text: &mut String, value: &str) {
    const SHOWN: usize = 90;
    let mut left = SHOWN;
    let mut blank = false;
    for character in value.chars() {
        if character.is_whitespace() {
            blank = true;
            continue;
        }
        if left == 0 {
            text.push('…');
            return;
        }
        if blank {
            text.push(' ');
            left -= 1;
        }
        blank = false;
        text.push(character);
        left = left.saturating_sub(1);
    }
}

/// Why a pair is left to a person, in one line.
pub(super) fn doubt(a: &Key, b: &Key) -> String {
    let evidence = Evidence::between(a, b);
    let points = Points::of(a, b, &evidence);
    let mut for_it = Vec::new();
    let mut against = Vec::new();
    for (name, weight) in [
        ("title", points.title),
        ("authors", points.authors),
        ("year", points.year),
        ("journal", points.container),
        ("volume", points.volume),
        ("pages", points.pages),
        ("doi", points.doi),
        ("pmid", points.pmid),
        ("abstract", points.text),
    ] {
        if weight >= 1.0 {
            for_it.push(name);
        } else if weight < 0.0 {
            against.push(name);
        }
    }
    let unknown = unknown(&evidence);
    let list = |names: &[&str]| {
        if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(", ")
        }
    };
    format!(
        "for: {}; against: {}; not known: {}",
        list(&for_it),
        list(&against),
        list(&unknown)
    )
}

fn unknown(evidence: &Evidence) -> Vec<&'static str> {
    [
        ("title", evidence.title.is_none()),
        ("authors", evidence.authors.is_none()),
        ("year", evidence.years.is_none()),
        ("journal", evidence.container == Relation::Unknown),
        ("pages", evidence.pages == Match::Unknown),
        ("doi", evidence.doi == Match::Unknown),
    ]
    .into_iter()
    .filter_map(|(name, missing)| missing.then_some(name))
    .collect()
}
