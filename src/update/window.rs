//! The date window of a new search: by the day a database entered the record, with an overlap.
//!
//! A limit by day of publication would lose records that were indexed late or ahead of print; an overlap costs nothing but
//! duplicates. Fields after the databases' own help pages.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

/// From when on a database is searched again, and how to say so there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The first day, as `2026-03-02`.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Days between the first day and the search before.
    pub overlap_days: i64,
    /// What to add to the strategy; `None` where no syntax is known.
    pub clause: Option<String>,
    /// The limit in words, as it goes under `limits`.
    pub words: String,
}

impl Window {
    /// The window from `overlap_days` before the last search, by names of database and platform.
    pub fn of(
        database: &str,
        platform: &str,
        kind: &str,
        last: Date,
        to: Date,
        overlap_days: i64,
    ) -> Self {
        let from = last.saturating_sub(overlap_days.days());
        let (clause, field) = field(database, platform, kind, from, to);
        Self {
            from: from.to_string(),
            to: to.to_string(),
            overlap_days,
            words: format!(
                "{field}, {from} to {to} (overlaps the search of {last} by {overlap_days} days)"
            ),
            clause,
        }
    }
}

/// The clause, and the name of the field.
fn field(
    database: &str,
    platform: &str,
    kind: &str,
    from: Date,
    to: Date,
) -> (Option<String>, &'static str) {
    let (base, host) = (database.to_lowercase(), platform.to_lowercase());
    let has = |name: &str| base.contains(name) || host.contains(name);
    let plain = |date: Date| date.strftime("%Y%m%d").to_string();
    let (first, last) = (plain(from), plain(to));
    let slashed = |date: Date| date.strftime("%Y/%m/%d").to_string();
    if host.contains("ovid") {
        return match base.as_str() {
            base if base.contains("embase") => (
                Some(format!("limit to dc={first}-{last}")),
                "date created (dc)",
            ),
            base if base.contains("medline") => (
                Some(format!("limit to dt={first}-{last}")),
                "create date (dt)",
            ),
            _ => (
                Some(format!("limit to up={first}-{last}")),
                "update code (up)",
            ),
        };
    }
    if has("pubmed") {
        let clause = format!(
            "AND (\"{}\"[edat] : \"{}\"[edat])",
            slashed(from),
            slashed(to)
        );
        return (Some(clause), "entry date [edat]");
    }
    if has("embase") {
        let day = from.strftime("%d-%m-%Y");
        return (
            Some(format!("AND [{day}]/sd")),
            "date added to Embase (/sd)",
        );
    }
    if has("web of science") {
        return (Some(format!("AND LD=({from}/{to})")), "index date (LD)");
    }
    if has("ebsco") || has("cinahl") {
        return (Some(format!("AND EM {first}-{last}")), "entry date (EM)");
    }
    if has("scopus") {
        // `AFT` leaves the day itself out.
        let before = from.yesterday().unwrap_or(from).strftime("%Y%m%d");
        return (
            Some(format!("AND ORIG-LOAD-DATE AFT {before}")),
            "load date",
        );
    }
    if has("cochrane") || has("central") {
        return (None, "custom range of the date added to CENTRAL");
    }
    if kind == "register" {
        return (None, "first posted or last updated");
    }
    (
        None,
        "the day the database added the record, or no limit of date where it has none",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(database: &str, platform: &str) -> Window {
        let day = |text: &str| text.parse::<Date>().expect("a date");
        Window::of(
            database,
            platform,
            "database",
            day("2026-05-31"),
            day("2026-11-21"),
            90,
        )
    }

    #[test]
    fn the_window_begins_before_the_last_search_and_is_by_entry_not_by_publication() {
        let found = window("MEDLINE", "PubMed");
        assert_eq!(
            (found.from.as_str(), found.to.as_str()),
            ("2026-03-02", "2026-11-21")
        );
        assert_eq!(
            found.clause.as_deref(),
            Some("AND (\"2026/03/02\"[edat] : \"2026/11/21\"[edat])")
        );
        assert!(
            found
                .words
                .contains("overlaps the search of 2026-05-31 by 90 days")
        );
    }

    #[test]
    fn the_platform_decides_the_syntax() {
        assert_eq!(
            window("MEDLINE", "Ovid").clause.as_deref(),
            Some("limit to dt=20260302-20261121")
        );
        assert_eq!(
            window("Scopus", "Scopus").clause.as_deref(),
            Some("AND ORIG-LOAD-DATE AFT 20260301"),
            "`AFT` begins on the day after"
        );
        assert_eq!(
            window("Embase", "Embase.com").clause.as_deref(),
            Some("AND [02-03-2026]/sd")
        );
        assert_eq!(window("Wanfang Data", "Wanfang").clause, None);
    }
}
