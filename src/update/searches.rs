//! The searches of a review: when each database was asked last, and what to ask it again.

use super::window::Window;
use crate::artefact::Sheet;
use jiff::civil::Date;
use serde::Serialize;
use std::fmt::Write;

/// The last search of one database on one platform.
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
    #[serde(skip)]
    place: (String, u64),
}

/// A database to be asked again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DueSearch {
    /// The search before.
    pub last: LastSearch,
    /// From when on; `None` where the day of the last search is not known.
    pub window: Option<Window>,
}

/// The last search of each database and platform, in the order of the searches, from the table `sources`.
pub fn last_searches(sources: &Sheet) -> Vec<LastSearch> {
    let mut found: Vec<LastSearch> = Vec::new();
    for key in sources.rows.keys() {
        let cell = |column: &str| sources.cell(key, column).unwrap_or_default().to_owned();
        let date = cell("date")
            .parse::<Date>()
            .ok()
            .map(|date| date.to_string());
        let path = cell("file");
        let search = LastSearch {
            database: cell("database"),
            platform: cell("platform"),
            kind: cell("kind"),
            file: path.rsplit('/').next().unwrap_or(&path).to_owned(),
            format: cell("format"),
            query: cell("query"),
            limits: cell("limits"),
            place: (cell("round"), cell("order").parse().unwrap_or(u64::MAX)),
            date,
        };
        let known = found.iter_mut().find(|known| {
            known.database == search.database
                && known.platform == search.platform
                && (known.query == search.query || known.place.0 != search.place.0)
        });
        match known {
            Some(known) if (&search.date, &search.place) > (&known.date, &known.place) => {
                *known = search;
            }
            Some(_) => {}
            None => found.push(search),
        }
    }
    found.sort_by(|a, b| (a.place.1, &a.database).cmp(&(b.place.1, &b.database)));
    found
}

/// What to search up to the day `to`.
pub fn due_searches(last: Vec<LastSearch>, to: Date, overlap_days: i64) -> Vec<DueSearch> {
    let due = last.into_iter().map(|last| {
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
