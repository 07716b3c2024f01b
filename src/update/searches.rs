//! The searches of a review: when each database was asked last, and what to ask it again.

use super::window::Window;
use crate::artefact::Sheet;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The last run of one strategy in one database on one platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastSearch {
    /// Database.
    pub database: String,
    /// Platform.
    pub platform: String,
    /// `database`, `register` or `other`.
    pub kind: String,
    /// Day of the search; `None` where nobody wrote one that is a date.
    pub date: Option<String>,
    /// Name of the export.
    pub file: String,
    /// Format of the export.
    pub format: String,
    /// The strategy as run.
    pub query: String,
    /// Its limits.
    pub limits: String,
    /// Whether it cannot be told if this strategy replaced another one of the database, or was replaced by it: both are kept.
    pub doubtful: bool,
    #[serde(skip)]
    place: (String, u64),
    /// Whether the round that is followed ran it.
    #[serde(skip)]
    again: bool,
}

/// A database to be asked again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DueSearch {
    /// The search before.
    pub last: LastSearch,
    /// From when on; `None` where the day of the last search is not known.
    pub window: Option<Window>,
}

/// The last run of each strategy, in the order of the searches, from the table `sources`. A search without hits counts; one whose
/// export gave no record though the database stated some does not.
///
/// From round to round a strategy is known by database, platform and text. One that was edited replaces the one it was edited
/// from where each round has but one that the other has not; where there are more, all are kept, and marked as doubtful.
pub fn last_searches(sources: &Sheet) -> Vec<LastSearch> {
    let mut rounds: BTreeMap<String, Vec<LastSearch>> = BTreeMap::new();
    for key in sources.rows.keys().filter(|key| was_run(sources, key)) {
        let search = search(sources, key);
        let known = rounds.entry(search.place.0.clone()).or_default();
        match known.iter_mut().find(|known| known.asks_as(&search)) {
            // Parts of one export.
            Some(part) if search.is_after(part) => *part = search,
            Some(_) => {}
            None => known.push(search),
        }
    }
    let mut rounds: Vec<(String, Vec<LastSearch>)> = rounds.into_iter().collect();
    let day = |searches: &[LastSearch]| searches.iter().filter_map(|one| one.date.clone()).max();
    rounds.sort_by_key(|(name, searches)| (day(searches), name.clone()));
    let mut found: Vec<LastSearch> = Vec::new();
    for (_, searches) in rounds {
        follow(&mut found, searches);
    }
    found.sort_by(|a, b| (a.place.1, &a.database).cmp(&(b.place.1, &b.database)));
    found
}

/// Follows a round with its searches.
fn follow(found: &mut Vec<LastSearch>, searches: Vec<LastSearch>) {
    let (again, mut other): (Vec<_>, Vec<_>) = searches
        .into_iter()
        .partition(|search| found.iter().any(|known| known.asks_as(search)));
    for known in &mut *found {
        known.again = false;
    }
    for search in again {
        let known = found.iter_mut().find(|known| known.asks_as(&search));
        if let Some(known) = known {
            let latest = if search.is_after(known) {
                LastSearch {
                    doubtful: known.doubtful,
                    ..search
                }
            } else {
                known.clone()
            };
            *known = LastSearch {
                again: true,
                ..latest
            };
        }
    }
    let before = found.len();
    while !other.is_empty() {
        let (database, platform) = (other[0].database.clone(), other[0].platform.clone());
        let here = |search: &LastSearch| search.database == database && search.platform == platform;
        let (mut new, rest): (Vec<_>, Vec<_>) = other.into_iter().partition(here);
        other = rest;
        let mut left: Vec<&mut LastSearch> = found[..before]
            .iter_mut()
            .filter(|known| here(known) && !known.again)
            .collect();
        match (left.as_mut_slice(), new.as_slice()) {
            ([], _) => {}
            ([known], [edited]) => {
                if edited.is_after(known) {
                    **known = edited.clone();
                }
                continue;
            }
            (left, _) => {
                left.iter_mut().for_each(|known| known.doubtful = true);
                new.iter_mut().for_each(|search| search.doubtful = true);
            }
        }
        found.append(&mut new);
    }
}

fn search(sources: &Sheet, key: &str) -> LastSearch {
    let cell = |column: &str| sources.cell(key, column).unwrap_or_default().to_owned();
    let date = cell("date")
        .parse::<Date>()
        .ok()
        .map(|date| date.to_string());
    let path = cell("file");
    let file = match path.rsplit('/').next().unwrap_or(&path) {
        "" => format!("{}.ris", plain_name(&cell("database"))),
        name => name.to_owned(),
    };
    LastSearch {
        database: cell("database"),
        platform: cell("platform"),
        kind: cell("kind"),
        file,
        format: cell("format"),
        query: cell("query"),
        limits: cell("limits"),
        doubtful: false,
        place: (cell("round"), cell("order").parse().unwrap_or(u64::MAX)),
        again: false,
        date,
    }
}

/// A database's name as that of a file, for a search that had no export.
fn plain_name(database: &str) -> String {
    let words = database.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

/// Whether the search is known to have been run: an export without a record in it, though the database stated some, may be one that
/// could not be read.
fn was_run(sources: &Sheet, key: &str) -> bool {
    let number = |column: &str| {
        sources
            .cell(key, column)
            .and_then(|cell| cell.parse::<u64>().ok())
    };
    number("kept") != Some(0) || number("hits") == Some(0)
}

impl LastSearch {
    fn asks_as(&self, other: &Self) -> bool {
        self.database == other.database
            && self.platform == other.platform
            && self.query == other.query
    }

    fn is_after(&self, other: &Self) -> bool {
        (&self.date, &self.place) > (&other.date, &other.place)
    }
}

/// What to search up to the day `to`, each into a file of its own.
pub fn due_searches(last: Vec<LastSearch>, to: Date, overlap_days: i64) -> Vec<DueSearch> {
    let mut taken = BTreeSet::new();
    let due = last.into_iter().map(|mut last| {
        last.file = own_name(&last.file, &mut taken);
        let day = last.date.as_deref().and_then(|date| date.parse().ok());
        let window = day.map(|day| {
            Window::of(
                &last.database,
                &last.platform,
                &last.kind,
                day,
                to,
                overlap_days,
            )
        });
        DueSearch { last, window }
    });
    due.collect()
}

/// The name, or the name with a number, such that what stands before its first dot is not taken yet.
fn own_name(file: &str, taken: &mut BTreeSet<String>) -> String {
    let (stem, ending) = file.split_at(file.find('.').unwrap_or(file.len()));
    let mut name = stem.to_owned();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{stem}-{number}");
        number += 1;
    }
    format!("{name}{ending}")
}

/// A `searches.yaml` of a new round: the stored strategies, with the window as limit and the hits left to be filled in.
pub fn skeleton(round: Date, due: &[DueSearch]) -> String {
    let mut text = format!(
        "# The searches of {round}. Run each strategy with its limit, put the export beside this file under the name that `file`\n\
         # says, and fill in `hits`. Correct what was done otherwise: this file says what was done.\n\
         version: 1\nround: {}\nsearches:\n",
        quoted(&round.to_string())
    );
    for search in due {
        let last = &search.last;
        let id = last.file.split('.').next().unwrap_or(&last.file);
        let mut line = |name: &str, value: &str| {
            writeln!(text, "    {name}: {value}").expect("writing to a string cannot fail");
        };
        line("id", &quoted(id));
        line("file", &quoted(&last.file));
        line("database", &quoted(&last.database));
        line("platform", &quoted(&last.platform));
        line("kind", &quoted(&last.kind));
        line("date", &quoted(&round.to_string()));
        line("query", &block(&last.query));
        let limits = search.window.as_ref().map_or(String::new(), |window| {
            let clause = window.clause.as_ref().map(|clause| format!("; {clause}"));
            format!("{}{}", window.words, clause.unwrap_or_default())
        });
        line("limits", &quoted(&limits));
        line("note", &quoted(&said_before(&last.limits)));
        text = text.replace("\n    id: ", "\n  - id: ");
    }
    text
}

fn said_before(limits: &str) -> String {
    if limits.is_empty() {
        String::new()
    } else {
        format!("limits of the search before: {limits}")
    }
}

/// A text in double quotes; JSON's escapes are YAML's too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A strategy as a block, so that it is copied as it stands; in quotes where a block could not hold it.
fn block(text: &str) -> String {
    let holds = |line: &str| {
        !line.starts_with(' ') && !line.chars().any(char::is_control) && line.trim_end() == line
    };
    if text.is_empty() || text.ends_with('\n') || !text.lines().all(holds) {
        return quoted(text);
    }
    let lines: Vec<String> = text.lines().map(|line| format!("\n      {line}")).collect();
    format!("|-{}", lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: &str = "\
key,round,order,file,format,database,platform,kind,date,query,limits
a,2025-01-01,0,s/2025-01-01/pubmed.nbib,nbib,MEDLINE,PubMed,database,2025-01-01,old,from inception
b,2026-01-01,0,s/2026-01-01/pubmed.nbib,nbib,MEDLINE,PubMed,database,2026-01-01,\"walk \"\"fast\"\"\",since 2024
c,2025-01-01,1,s/2025-01-01/x.ris,ris,Embase,Embase.com,database,,q,
";

    fn due() -> Vec<DueSearch> {
        let sheet = Sheet::read("x.csv", SOURCES.as_bytes()).expect("a table");
        let to = "2026-11-21".parse().expect("a date");
        due_searches(last_searches(&sheet), to, 90)
    }

    #[test]
    fn the_last_search_of_each_database_counts() {
        let due = due();
        let dates: Vec<_> = due.iter().map(|due| due.last.date.as_deref()).collect();
        assert_eq!(dates, [Some("2026-01-01"), None]);
        assert_eq!(due[1].window, None);
    }

    /// Strategies of one database in rounds: round, file, query.
    fn asked(rows: &[(&str, &str, &str)]) -> Vec<DueSearch> {
        let mut text =
            String::from("key,round,order,file,format,database,platform,kind,date,query,limits\n");
        for (order, (round, file, query)) in rows.iter().enumerate() {
            writeln!(
                text,
                "{order},{round},{order},s/{round}/{file},ris,Embase,Embase.com,database,{round},{query},"
            )
            .expect("writing to a string cannot fail");
        }
        let sheet = Sheet::read("x.csv", text.as_bytes()).expect("a table");
        let to = "2026-11-21".parse().expect("a date");
        due_searches(last_searches(&sheet), to, 90)
    }

    /// Day, file and strategy of each search that is due, with a `?` where it is doubtful.
    fn told(due: &[DueSearch]) -> Vec<String> {
        let one = |due: &DueSearch| {
            let last = &due.last;
            let mark = if last.doubtful { "?" } else { "" };
            let date = last.date.as_deref().unwrap_or_default();
            format!("{} {} {}{mark}", &date[..4], last.file, last.query)
        };
        due.iter().map(one).collect()
    }

    #[test]
    fn of_two_strategies_the_one_that_was_not_run_again_stays() {
        let due = asked(&[
            ("2025-01-01", "main.ris", "A"),
            ("2025-01-01", "extra.ris", "B"),
            ("2026-01-01", "extra.ris", "B"),
        ]);
        assert_eq!(told(&due), ["2025 main.ris A", "2026 extra.ris B"]);
    }

    #[test]
    fn an_edited_strategy_replaces_the_only_one_it_can_come_from() {
        let due = asked(&[
            ("2025-01-01", "main.ris", "A"),
            ("2025-01-01", "extra.ris", "B"),
            ("2026-01-01", "main.ris", "A"),
            ("2026-01-01", "extra.ris", "B or C"),
        ]);
        assert_eq!(told(&due), ["2026 main.ris A", "2026 extra.ris B or C"]);
    }

    #[test]
    fn where_more_than_one_was_edited_all_are_kept_marked_and_named_apart() {
        let due = asked(&[
            ("2025-01-01", "main.ris", "A"),
            ("2025-01-01", "extra.ris", "B"),
            ("2026-01-01", "main.ris", "D"),
        ]);
        assert_eq!(
            told(&due),
            [
                "2025 main.ris A?",
                "2025 extra.ris B?",
                "2026 main-2.ris D?"
            ]
        );
        let text = skeleton("2026-11-21".parse().expect("a date"), &due);
        assert!(text.contains("- id: \"main-2\""), "{text}");
    }

    #[test]
    fn a_skeleton_reads_back_with_the_stored_strategies() {
        let text = skeleton("2026-11-21".parse().expect("a date"), &due());
        let read: serde_json::Value =
            crate::config::yaml::from_str("searches.yaml", &text).expect("it is YAML");
        assert_eq!(read["searches"][0]["query"], "walk \"fast\"");
        assert_eq!(read["searches"][0]["date"], "2026-11-21");
        assert_eq!(read["searches"][1]["file"], "x.ris");
        let limits = read["searches"][0]["limits"].as_str().expect("text");
        assert!(limits.contains("2025-10-03 to 2026-11-21"), "{limits}");
    }
}
