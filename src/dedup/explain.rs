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
/// Fields that one of the records lacks are left out, unless they weigh.
pub(super) fn fields(a: (&Record, &Key), b: (&Record, &Key)) -> String {
    let evidence = Evidence::between(a.1, b.1);
    let points = Points::of(a.1, b.1, &evidence);
    let mut text = String::new();
    let value = |field: &Option<String>| field.as_deref().unwrap_or("").trim().to_owned();
    let year = |record: &Record| {
        record
            .year
            .map_or_else(String::new, |year| year.to_string())
    };
    let (x, y) = (a.0, b.0);
    let mut add = |name: &str, points: f64, left: String, right: String| {
        field(&mut text, name, points, &left, &right);
    };
    add("title", points.title, value(&x.title), value(&y.title));
    add(
        "authors",
        points.authors,
        x.authors.join("; "),
        y.authors.join("; "),
    );
    add("year", points.year, year(x), year(y));
    add(
        "journal",
        points.container,
        value(&x.journal),
        value(&y.journal),
    );
    add("volume", points.volume, value(&x.volume), value(&y.volume));
    add("issue", points.issue, value(&x.issue), value(&y.issue));
    add("pages", points.pages, value(&x.pages), value(&y.pages));
    add("doi", points.doi, value(&x.doi), value(&y.doi));
    add("pmid", points.pmid, value(&x.pmid), value(&y.pmid));
    if let Some(share) = evidence.sketch {
        let percent = (share * 100.0).round();
        let _ = write!(text, "; abstract {:+.1}: {percent}% in common", points.text);
    }
    text
}

fn field(text: &mut String, name: &str, points: f64, left: &str, right: &str) {
    const SHOWN: usize = 90;
    if left.is_empty() || right.is_empty() {
        return;
    }
    let short = |value: &str| {
        let folded: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
        match folded.char_indices().nth(SHOWN) {
            Some((at, _)) => format!("{}…", &folded[..at]),
            None => folded,
        }
    };
    let separator = if text.is_empty() { "" } else { "; " };
    let _ = if left == right {
        write!(text, "{separator}{name} {points:+.1}: {}", short(left))
    } else {
        write!(
            text,
            "{separator}{name} {points:+.1}: {} | {}",
            short(left),
            short(right)
        )
    };
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
