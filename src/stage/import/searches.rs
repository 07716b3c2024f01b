//! `searches.yaml`: what was searched where, how and when, after the items of PRISMA-S (Rethlefsen 2021).

use crate::config::yaml;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::When;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The name of the file that tells, in each round's folder, what was searched.
pub(super) const SEARCHES: &str = "searches.yaml";

/// `searches.yaml`: what was searched, and how, in one round.
#[expect(clippy::struct_field_names, reason = "the file's own key")]
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Searches {
    version: u32,
    round: String,
    note: String,
    searches: Vec<Search>,
    not_searched: Vec<NotSearched>,
}

/// A source that was not searched though somebody may look for it.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NotSearched {
    source: String,
    reason: String,
}

/// One search, after the items of PRISMA-S (Rethlefsen 2021).
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Search {
    pub(super) id: String,
    pub(super) file: String,
    pub(super) format: Option<String>,
    pub(super) database: String,
    pub(super) platform: String,
    pub(super) kind: Kind,
    pub(super) date: String,
    pub(super) query: String,
    pub(super) limits: String,
    pub(super) hits: Option<u64>,
    pub(super) note: String,
}

/// What was searched; all but databases and registers are the flow diagram's other methods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    #[default]
    Database,
    Register,
    Website,
    Organisation,
    Citation,
    Other,
}

impl Kind {
    /// As `sources` has it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Register => "register",
            Self::Website => "website",
            Self::Organisation => "organisation",
            Self::Citation => "citation",
            Self::Other => "other",
        }
    }

    /// What the records came from, where the list names no database.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Database | Self::Register => "",
            Self::Website => "Websites",
            Self::Organisation => "Organisations",
            Self::Citation => "Citation searching",
            Self::Other => "Other methods",
        }
    }
}

impl Search {
    /// The database, or what stands for it.
    pub(super) fn named(&self) -> &str {
        match self.database.as_str() {
            "" => self.kind.name(),
            database => database,
        }
    }
}

/// Files of the folder that speak about the searches and are no exports.
pub(super) fn is_about(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    folder_of_searches(path).is_some() || name.eq_ignore_ascii_case("readme.md")
}

/// The folder, with the slash behind it, of a path whose file has the name [`SEARCHES`] and no other that ends so.
fn folder_of_searches(path: &str) -> Option<&str> {
    let folder = path.strip_suffix(SEARCHES)?;
    (folder.is_empty() || folder.ends_with('/')).then_some(folder)
}

/// A search with its place and its position in the list.
pub(super) struct Listed {
    pub(super) place: Place,
    pub(super) position: usize,
    pub(super) search: Search,
}

/// Every search by the path of its export, with its place.
pub(super) fn read_searches(
    files: &[crate::stage::InFile],
    problems: &mut Problems,
) -> BTreeMap<String, Listed> {
    let mut found = BTreeMap::new();
    for file in files {
        let Some(folder) = folder_of_searches(&file.path) else {
            continue;
        };
        let text = String::from_utf8_lossy(&file.bytes);
        match yaml::from_str::<Searches>(&file.path, &text) {
            Ok(searches) => {
                let places = yaml::parse(&file.path, &text).ok();
                let place = |list: &str, position: usize| {
                    let root = places.as_ref();
                    root.and_then(|root| item_place(root, list, position, &file.path))
                        .unwrap_or_else(|| Place::file(&file.path))
                };
                problems.append(head_faults(&searches, folder, &file.path));
                for (position, source) in searches.not_searched.iter().enumerate() {
                    problems.push(not_searched(source, place("not_searched", position)));
                }
                for (position, search) in searches.searches.into_iter().enumerate() {
                    let place = place("searches", position);
                    problems.extend(no_date(&search.date, &place));
                    problems.extend(far_date(&search.date, round_name(folder), &place));
                    let path = match (search.file.as_str(), search.id.as_str()) {
                        ("", "") => format!("{folder}search {}", position + 1),
                        ("", id) => format!("{folder}{id}"),
                        (name, _) => format!("{folder}{name}"),
                    };
                    let listed = Listed {
                        place: place.clone(),
                        position,
                        search,
                    };
                    if let Some(earlier) = found.insert(path.clone(), listed) {
                        let title = format!("{path} is listed twice");
                        problems.push(
                            Problem::error("import::search-twice", title)
                                .labelled(place, "again here")
                                .labelled(earlier.place, "first here"),
                        );
                    }
                }
            }
            Err(wrong) => problems.append(wrong),
        }
    }
    found
}

/// That the day of a search is none: the window of the next search is counted from it.
fn no_date(date: &str, place: &Place) -> Option<Problem> {
    if date.is_empty() || When::parse(date).is_some() {
        return None;
    }
    let title = format!("`date` is `{date}`, and no day");
    let problem = Problem::warning("import::search-date", title).at(place.clone());
    Some(problem.help("write the day of the search as 2026-05-31"))
}

/// That a search was a year or more before or after the day that its folder is named by: a year mistyped would never be due.
fn far_date(date: &str, round: &str, place: &Place) -> Option<Problem> {
    let (day, of): (Date, Date) = (date.parse().ok()?, round.parse().ok()?);
    let days = (day - of).get_days().abs();
    let title = format!("`date` is {day}, {days} days from the day of its round, {of}");
    (days > 366).then(|| {
        Problem::warning("import::search-date", title)
            .at(place.clone())
            .help("correct `date`, or name the folder by the day of its searches")
    })
}

/// What the head of a file says of its form and its round, where that is not so.
fn head_faults(searches: &Searches, folder: &str, file: &str) -> Problems {
    let mut problems = Problems::new();
    if searches.version > 1 {
        let title = format!("the list of searches has version {}", searches.version);
        problems.push(
            Problem::error("import::searches-version", title)
                .at(Place::file(file))
                .help("write `version: 1`, or use a newer `review`"),
        );
    }
    let round = round_name(folder);
    if !searches.round.is_empty() && searches.round != round {
        let title = format!("`round` is {}, and the folder is {round}", searches.round);
        problems.push(
            Problem::warning("import::round", title)
                .at(Place::file(file))
                .help("the folder counts; correct `round`, or put the file into the folder of its round"),
        );
    }
    problems
}

/// A source that was left out stands with the problems, where readers of the searches look.
fn not_searched(source: &NotSearched, place: Place) -> Problem {
    let why = match source.reason.as_str() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    let title = format!("{} was not searched{why}", source.source);
    let problem = Problem::note("import::not-searched", title).at(place);
    if source.reason.is_empty() {
        return problem.help("say why in `reason`");
    }
    problem
}

/// The round that a folder is for.
fn round_name(folder: &str) -> &str {
    let folder = folder.trim_end_matches('/');
    folder.rsplit('/').next().unwrap_or(folder)
}

fn item_place(root: &yaml::Node, list: &str, position: usize, file: &str) -> Option<Place> {
    let searches = root.as_mapping()?.get(list)?;
    match &searches.value.value {
        yaml::Value::Sequence(items) => items.get(position).map(|node| node.place(file)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a list of searches.
    fn told(text: &str) -> Vec<String> {
        let file = crate::stage::InFile {
            path: "data/searches/2026-05-31/searches.yaml".into(),
            bytes: text.as_bytes().to_vec(),
        };
        let mut problems = Problems::new();
        read_searches(&[file], &mut problems);
        let all = problems.into_iter();
        all.map(|problem| {
            problem
                .to_string()
                .split_once(": ")
                .expect("a place")
                .1
                .to_owned()
        })
        .collect()
    }

    #[test]
    fn what_a_list_says_of_itself_is_held_against_its_folder_and_form() {
        assert_eq!(
            told(
                "version: 99\nround: \"1999-01-01\"\nsearches:\n  - { id: a, file: a.ris, date: \"2062-05-31\" }\n  - { id: b, file: b.ris, date: \"2025-12-31\" }\nnot_searched:\n  - { source: grey literature, reason: no time }\n"
            ),
            [
                "error[import::searches-version]: the list of searches has version 99",
                "warning[import::round]: `round` is 1999-01-01, and the folder is 2026-05-31",
                "note[import::not-searched]: grey literature was not searched: no time",
                "warning[import::search-date]: `date` is 2062-05-31, 13149 days from the day of its round, 2026-05-31",
            ]
        );
    }

    #[test]
    fn a_day_that_is_none_is_told_at_its_search() {
        let text = "version: 1\nsearches:\n  - { id: a, file: a.ris, date: \"2026-05-31\" }\n  - { id: b, file: b.ris, date: \"2026-13-01\" }\n  - { id: c, file: c.ris, date: last week }\n";
        let file = crate::stage::InFile {
            path: "data/searches/2026-05-31/searches.yaml".into(),
            bytes: text.as_bytes().to_vec(),
        };
        let mut problems = Problems::new();
        let found = read_searches(&[file], &mut problems);
        assert_eq!(found.len(), 3);
        let told: Vec<String> = problems
            .into_iter()
            .map(|problem| problem.to_string())
            .collect();
        assert_eq!(
            told,
            [
                "data/searches/2026-05-31/searches.yaml:4:5: warning[import::search-date]: `date` is `2026-13-01`, and no day",
                "data/searches/2026-05-31/searches.yaml:5:5: warning[import::search-date]: `date` is `last week`, and no day",
            ]
        );
    }
}
