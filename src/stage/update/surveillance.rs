//! Each source with its last search and its schedule, and what else makes a new version due.

use super::Settings;
use super::news::named;
use super::report::Work;
use super::tables::SurveillanceRow;
use crate::artefact::{Address, Origin, key};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::update::last_searches;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Days of `90d`, `12w` or `90`.
fn days(text: &str) -> Option<i64> {
    let (number, each) = match text.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (text.strip_suffix('d').unwrap_or(text), 1),
    };
    Some(i64::from(number.trim().parse::<u16>().ok()?) * each)
}

impl Work<'_> {
    /// The rows; a schedule that cannot be read, or that names no source, is told.
    pub(super) fn surveillance(
        &self,
        settings: &Settings,
        problems: &mut Problems,
    ) -> Vec<SurveillanceRow> {
        let sheet = |rows: &[crate::stage::import::SourceRow]| {
            crate::artefact::Sheet::read("sources.csv", &crate::artefact::write_rows(rows))
                .unwrap_or_default()
        };
        let now = last_searches(&sheet(&self.inputs.sources));
        let before = self
            .frozen_sheet("sources")
            .map(|(_, sheet)| last_searches(&sheet))
            .unwrap_or_default();
        check(
            settings,
            &now.iter().map(|search| search.database.as_str()).collect(),
            problems,
        );
        let mut rows = Vec::new();
        for search in &now {
            let every = settings
                .sources
                .get(&search.database)
                .or(settings.every.as_ref());
            let last = search
                .date
                .as_deref()
                .and_then(|date| date.parse::<Date>().ok());
            let due = last.zip(every.and_then(|every| days(every)));
            let known = before.iter().find(|known| {
                known.database == search.database
                    && known.platform == search.platform
                    && known.query == search.query
            });
            let known = known.or_else(|| {
                let mut same = before.iter();
                same.find(|known| {
                    known.database == search.database && known.platform == search.platform
                })
            });
            let order = rows.len() as u64;
            let mut sources = self.inputs.sources.iter();
            let row = sources.find(|row| {
                row.file.ends_with(&search.file) && Some(&row.date) == search.date.as_ref()
            });
            let origin = Origin::of(
                "last-search",
                row.and_then(|row| self.row("sources", &row.key)),
            )
            .with_cell(
                "schedule",
                "declared",
                [Address::artefact(self.stage, "settings")],
            )
            .with_cell(
                "due",
                "declared",
                [Address::artefact(self.stage, "settings")],
            )
            .with_cell("searched_before", "frozen", self.frozen_table("sources"));
            rows.push(SurveillanceRow {
                key: key(&["source", &format!("{order:04}")]),
                order,
                kind: "source".to_owned(),
                label: named(&search.database, &search.platform),
                searched: search.date.clone().unwrap_or_default(),
                searched_before: known
                    .and_then(|known| known.date.clone())
                    .unwrap_or_default(),
                schedule: every.cloned().unwrap_or_default(),
                due: due
                    .map(|(last, days)| last.saturating_add(days.days()).to_string())
                    .unwrap_or_default(),
                origin,
            });
        }
        for trigger in &settings.triggers {
            let order = rows.len() as u64;
            rows.push(SurveillanceRow {
                key: key(&["trigger", &format!("{order:04}")]),
                order,
                kind: "trigger".to_owned(),
                label: trigger.clone(),
                searched: String::new(),
                searched_before: String::new(),
                schedule: String::new(),
                due: String::new(),
                origin: Origin::of("declared", [Address::artefact(self.stage, "settings")]),
            });
        }
        rows
    }
}

fn check(settings: &Settings, databases: &BTreeSet<&str>, problems: &mut Problems) {
    let of = |name: &str| Place::setting(&format!("sources.{name}"));
    let every = settings.every.iter();
    let every = every.map(|text| (Place::setting("every"), text));
    let all = every.chain(settings.sources.iter().map(|(name, text)| (of(name), text)));
    for (place, text) in all.filter(|(_, text)| days(text).is_none()) {
        let title = format!("`{text}` is no schedule");
        let problem = Problem::warning("update::schedule", title).at(place);
        problems.push(problem.help("write 90d or 12w"));
    }
    for name in settings
        .sources
        .keys()
        .filter(|name| !databases.contains(name.as_str()))
    {
        let title = format!("the schedule names `{name}`, and no such database was searched");
        let help = crate::nearest::nearest(name, databases.iter().copied()).map_or_else(
            || "name it as searches.yaml does".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let problem = Problem::warning("update::schedule", title).at(of(name));
        problems.push(problem.help(help));
    }
}
