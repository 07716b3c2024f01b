//! Whether the exports of a search round fit its days: the window that was declared, the rounds before, the days on which a
//! database entered the records.

use crate::digest::Digest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// An export with what was said of its search.
#[derive(Clone, Debug)]
pub struct RoundExport<'a> {
    /// Its path.
    pub path: &'a str,
    /// Where its search is listed.
    pub place: Place,
    /// Its round.
    pub round: &'a str,
    /// The place of its round among all.
    pub rank: u32,
    /// Database.
    pub database: &'a str,
    /// Platform.
    pub platform: &'a str,
    /// The strategy.
    pub query: &'a str,
    /// Day of the search as written.
    pub date: &'a str,
    /// Limits as written.
    pub limits: &'a str,
    /// Digest of the export's bytes; `None` where nothing stands in it, as in that of any search without hits.
    pub digest: Option<Digest>,
    /// Days on which the database entered its records, by [`entered`]; of records that tell none, nothing.
    pub entered: Vec<Date>,
    /// Years of publication of its records.
    pub years: Vec<i32>,
}

/// Fewest records from which their years of publication are held against a window.
const ENOUGH: usize = 5;

/// Years between entry and publication that are common: records indexed late.
const LATE: i16 = 2;

/// The day on which the database entered a record, by its tags; `limits` tells which of them the window was set by.
pub fn entered<'a>(limits: &str, tags: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Date> {
    let limits = limits.to_lowercase();
    let wanted: &[&str] = if limits.contains("crdt") {
        &["CRDT"]
    } else if limits.contains("(dt)") {
        &["DT", "Create Date"]
    } else if limits.contains("(dc)") {
        &["DC", "Date Created"]
    } else if limits.contains("(up)") {
        &["UP", "Update Code"]
    } else if limits.contains("(em)") {
        &["EM", "Entry Date"]
    } else {
        &["EDAT"]
    };
    let mut tags = tags;
    tags.find_map(|(name, value)| wanted.contains(&name).then(|| day(value)).flatten())
}

/// A day at the beginning of a text: `2026/05/31 06:00`, `2026-05-31`, `20260531`.
fn day(text: &str) -> Option<Date> {
    let digits: String = text
        .chars()
        .take_while(|c| c.is_ascii_digit() || "/-".contains(*c))
        .filter(char::is_ascii_digit)
        .collect();
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    (digits.len() == 8)
        .then(|| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok())
        .flatten()
}

/// The window that a limit names: the first two days in it with `to` between.
fn window(limits: &str) -> Option<(Date, Date)> {
    let words: Vec<&str> = limits
        .split(|c: char| c.is_whitespace() || ",;()".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(3).find_map(|three| {
        let (from, to) = (three[0].parse().ok()?, three[2].parse().ok()?);
        (three[1] == "to" && from <= to).then_some((from, to))
    })
}

/// What does not fit, export by export, in their order.
pub fn round_faults(exports: &[RoundExport<'_>]) -> Problems {
    let mut problems = Problems::new();
    let mut seen: BTreeMap<Digest, &RoundExport<'_>> = BTreeMap::new();
    for export in exports {
        if let Some(digest) = export.digest {
            let first = *seen.entry(digest).or_insert(export);
            if first.round != export.round {
                problems.push(same_export(first, export));
                continue;
            }
        }
        let date: Option<Date> = export.date.parse().ok();
        let before = before(exports, export);
        let window = window(export.limits);
        problems.extend(order(export, date, before));
        problems.extend(window.and_then(|window| gap(export, window, before)));
        problems.extend(window.and_then(|window| outside(export, window)));
        problems.extend(later(export, date, window));
    }
    problems
}

/// The last search of the same strategy in an earlier round; of the same database where no strategy is the same.
fn before<'a>(exports: &'a [RoundExport<'_>], of: &RoundExport<'_>) -> Option<(&'a str, Date)> {
    let earlier = exports.iter().filter(|one| {
        one.rank < of.rank && one.database == of.database && one.platform == of.platform
    });
    let latest = |same: bool| {
        let chosen = earlier.clone().filter(|one| !same || one.query == of.query);
        let dated = chosen.filter_map(|one| Some((one.date.parse::<Date>().ok()?, one.path)));
        dated.max().map(|(date, path)| (path, date))
    };
    latest(true).or_else(|| latest(false))
}

fn same_export(first: &RoundExport<'_>, again: &RoundExport<'_>) -> Problem {
    let title = format!(
        "the export of round {} is, byte for byte, that of round {}",
        again.round, first.round
    );
    Problem::error("import::same-export", title)
        .labelled(Place::file(again.path), "the same bytes as")
        .labelled(Place::file(first.path), "this export")
        .help(format!(
            "one of them is in the wrong folder: put the export of {} in place of {}, or take it and its search out of the list",
            again.round, again.path
        ))
}

fn order(
    export: &RoundExport<'_>,
    date: Option<Date>,
    before: Option<(&str, Date)>,
) -> Option<Problem> {
    let ((path, last), date) = (before?, date?);
    let title = format!(
        "{} was searched on {date} for round {}, which is not after its search of {last} in an earlier round",
        export.database, export.round
    );
    (date <= last).then(|| {
        Problem::warning("import::search-order", title)
            .labelled(export.place.clone(), "this search")
            .labelled(Place::file(path), "the earlier one")
            .help("correct `date`, or move the export to the folder of its own round")
    })
}

fn gap(
    export: &RoundExport<'_>,
    (from, to): (Date, Date),
    before: Option<(&str, Date)>,
) -> Option<Problem> {
    let (_, last) = before?;
    if from > last {
        let days = (from - last).get_days();
        let title = format!(
            "the window of {} begins {from}, {days} days after its last search of {last}: what was entered between is searched by no round",
            export.path
        );
        return Some(
            Problem::warning("import::window-gap", title)
                .at(export.place.clone())
                .help(format!(
                    "search again from {last} or earlier (`review update start` prints the limit), and export again"
                )),
        );
    }
    let title = format!(
        "the window of {} ends {to}, and its last search of {last} covered it: nothing new can be in it",
        export.path
    );
    (to <= last).then(|| {
        Problem::warning("import::window-before", title)
            .at(export.place.clone())
            .help("correct `limits`, or export with the window of this round")
    })
}

fn outside(export: &RoundExport<'_>, (from, to): (Date, Date)) -> Option<Problem> {
    let all = export.entered.len();
    // A day more at the end: databases and searchers live in different time zones.
    let end = to.saturating_add(1.day());
    let out = export
        .entered
        .iter()
        .filter(|day| **day < from || **day > end);
    let out = out.count();
    if out > 0 {
        let (first, last) = (export.entered.iter().min()?, export.entered.iter().max()?);
        let title = format!(
            "{out} of {all} records of {} were entered outside the window {from} to {to}: they were entered {first} to {last}",
            export.path
        );
        return Some(
            Problem::warning("import::outside-window", title)
                .labelled(Place::file(export.path), "this export")
                .labelled(export.place.clone(), "its window")
                .help("it is the export of another search: export again with the window, or correct `limits` to what was done"),
        );
    }
    let newest = *export.years.iter().max()?;
    let title = format!(
        "no record of {} is newer than {newest}, and its window begins {from}",
        export.path
    );
    let old = export.entered.is_empty()
        && export.years.len() >= ENOUGH
        && newest < i32::from(from.year() - LATE);
    old.then(|| {
        Problem::warning("import::outside-window", title)
            .labelled(Place::file(export.path), "this export")
            .labelled(export.place.clone(), "its window")
            .help("look whether it is the export of another search; export again with the window, or correct `limits`")
    })
}

fn later(
    export: &RoundExport<'_>,
    date: Option<Date>,
    window: Option<(Date, Date)>,
) -> Option<Problem> {
    let date = date.filter(|_| window.is_none())?;
    let end = date.saturating_add(1.day());
    let out = export.entered.iter().filter(|day| **day > end).count();
    let title = format!(
        "{out} of {} records of {} were entered after {date}, the day of its search",
        export.entered.len(),
        export.path
    );
    (out > 0).then(|| {
        Problem::warning("import::outside-window", title)
            .labelled(Place::file(export.path), "this export")
            .labelled(export.place.clone(), "its day")
            .help("it belongs to a later round: move it to the folder of that round, and bring the export of this one back")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export<'a>(path: &'a str, rank: u32, date: &'a str, limits: &'a str) -> RoundExport<'a> {
        RoundExport {
            path,
            place: Place::line("searches.yaml", 4),
            round: path.split('/').next().expect("a round"),
            rank,
            database: "MEDLINE",
            platform: "PubMed",
            query: "walk",
            date,
            limits,
            digest: Some(Digest::of(path.as_bytes())),
            entered: Vec::new(),
            years: Vec::new(),
        }
    }

    fn codes(exports: &[RoundExport<'_>]) -> Vec<String> {
        let found = round_faults(exports);
        found
            .iter()
            .map(|problem| problem.code.to_string())
            .collect()
    }

    fn days(days: &[&str]) -> Vec<Date> {
        days.iter().map(|day| day.parse().expect("a day")).collect()
    }

    const WINDOW: &str = "entry date [edat], 2025-10-03 to 2026-07-01 (overlaps the search of 2026-01-01 by 90 days)";

    #[test]
    fn a_round_that_follows_its_window_has_no_fault() {
        let mut second = export("b/x.nbib", 1, "2026-07-01", WINDOW);
        second.entered = days(&["2025-10-03", "2026-07-02"]);
        assert_eq!(
            codes(&[export("a/x.nbib", 0, "2026-01-01", ""), second]),
            [""; 0]
        );
    }

    #[test]
    fn a_window_that_leaves_days_out_or_ends_too_early_is_told() {
        let first = export("a/x.nbib", 0, "2026-01-01", "");
        let gap = export(
            "b/x.nbib",
            1,
            "2026-07-01",
            "entry date, 2026-02-01 to 2026-07-01",
        );
        assert_eq!(codes(&[first.clone(), gap]), ["import::window-gap"]);
        let early = export(
            "b/x.nbib",
            1,
            "2026-07-01",
            "entry date, 2025-02-01 to 2025-07-01",
        );
        assert_eq!(codes(&[first, early]), ["import::window-before"]);
    }

    #[test]
    fn records_entered_outside_the_window_or_after_the_search_are_told() {
        let first = export("a/x.nbib", 0, "2026-01-01", "");
        let mut second = export("b/x.nbib", 1, "2026-07-01", WINDOW);
        second.entered = days(&["2025-10-02", "2026-02-01"]);
        assert_eq!(codes(&[first.clone(), second]), ["import::outside-window"]);
        let mut dropped = first;
        dropped.entered = days(&["2026-05-01"]);
        assert_eq!(codes(&[dropped]), ["import::outside-window"]);
    }

    #[test]
    fn an_export_whose_records_are_all_too_old_for_its_window_is_told() {
        let first = export("a/x.nbib", 0, "2026-01-01", "");
        let mut second = export("b/x.nbib", 1, "2026-07-01", WINDOW);
        second.years = vec![2019; 5];
        assert_eq!(
            codes(&[first.clone(), second.clone()]),
            ["import::outside-window"]
        );
        second.years.push(2025);
        assert_eq!(codes(&[first, second]), [""; 0]);
    }

    #[test]
    fn the_same_bytes_in_two_rounds_and_days_out_of_order_are_told() {
        let first = export("a/x.nbib", 0, "2026-01-01", "");
        let mut copy = export("b/x.nbib", 1, "2026-07-01", WINDOW);
        copy.digest = first.digest;
        assert_eq!(codes(&[first.clone(), copy]), ["import::same-export"]);
        let early = export("b/x.nbib", 1, "2025-12-01", "");
        assert_eq!(codes(&[first, early]), ["import::search-order"]);
    }

    #[test]
    fn the_day_of_entry_is_read_from_the_tag_of_the_window() {
        let tags = [
            ("CRDT", "2026/05/30 06:00"),
            ("EDAT", "2026/05/31 06:00"),
            ("DT", "20260529"),
        ];
        let of = |limits: &str| entered(limits, tags.into_iter()).map(|day| day.to_string());
        assert_eq!(of("").as_deref(), Some("2026-05-31"));
        assert_eq!(of("create date [crdt]").as_deref(), Some("2026-05-30"));
        assert_eq!(of("create date (dt), x").as_deref(), Some("2026-05-29"));
        assert_eq!(entered("(dt)", [("DT", "Article")].into_iter()), None);
    }
}
