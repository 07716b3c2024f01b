//! What was searched, where and up to when, and the languages.
//!
//! A protocol names sources in its own words, and so does whoever searches: they are one where one's words stand within the
//! other's, or one is the initials of the other, in the name of the database or of its platform.

use super::{Planned, Table, is_within, text};
use crate::artefact::Address;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One search of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// Database, register, or what stands for another method.
    pub database: String,
    /// Platform it was searched on.
    pub platform: String,
    /// `database`, `register`, or the kind of another method.
    pub kind: String,
    /// Day of the search; empty where nobody said.
    pub date: String,
    /// Limits, in the searcher's words.
    pub limits: String,
    /// Anything else the searcher noted.
    pub note: String,
    /// The row that says so.
    pub address: Option<Address>,
}

/// Languages that limits of searches name.
const LANGUAGES: [&str; 20] = [
    "english",
    "chinese",
    "german",
    "french",
    "spanish",
    "portuguese",
    "italian",
    "japanese",
    "korean",
    "russian",
    "dutch",
    "polish",
    "turkish",
    "arabic",
    "persian",
    "danish",
    "swedish",
    "norwegian",
    "finnish",
    "greek",
];

/// Fields of a protocol that list sources.
const SOURCES: [&str; 3] = ["search.databases", "search.registers", "search.other"];

impl Searched {
    fn is_other_method(&self) -> bool {
        !matches!(self.kind.as_str(), "database" | "register")
    }

    fn is(&self, planned: &str) -> bool {
        same_source(planned, &self.database) || same_source(planned, &self.platform)
    }

    /// Whether its database is one of the sources that a protocol plans.
    fn is_planned(&self, field: &Value) -> bool {
        let lists = ["databases", "registers"].iter();
        let mut entries = lists.flat_map(|part| field[*part].as_array().into_iter().flatten());
        entries.any(|entry| name_of(entry).is_some_and(|name| same_source(&name, &self.database)))
    }
}

impl Table<'_> {
    pub(super) fn search(&mut self) {
        let Some(searches) = self.done.searches else {
            return;
        };
        let before = self.rows.len();
        let field = self.protocol.search.clone();
        let mut known = BTreeSet::new();
        for part in ["databases", "registers"] {
            for entry in field[part].as_array().into_iter().flatten() {
                known.extend(self.source(part, entry, &field, searches));
            }
        }
        self.other_methods(&field, searches);
        self.end(&field, searches);
        self.start(&field, searches);
        self.languages(searches);
        let declared = ["databases", "registers", "other"];
        if declared.iter().any(|part| field[*part].is_array()) {
            self.unplanned(&field, searches, &known);
        }
        // What an amendment changed is not as it was registered, though the names and days are the same. One of a list of sources
        // adds or takes away some of them: the others stay.
        let amended = self.protocol.amendments.iter();
        let amended = amended.map(|amendment| amendment.field.as_str());
        let amended: Vec<&str> = amended.filter(|field| !SOURCES.contains(field)).collect();
        for row in &mut self.rows[before..] {
            let is_amended = amended.iter().any(|field| is_within(&row.field, field));
            if row.status == "as-registered" && is_amended {
                "differs".clone_into(&mut row.status);
            }
        }
    }

    /// A source that the protocol names; gives the positions of its searches.
    fn source(
        &mut self,
        part: &str,
        entry: &Value,
        whole: &Value,
        searches: &[Searched],
    ) -> Vec<usize> {
        let Some(name) = name_of(entry) else {
            return Vec::new();
        };
        let said = if entry["registered"].is_boolean() {
            entry
        } else {
            whole
        };
        let planned = Planned::of(name.clone(), said);
        let those = |is: &dyn Fn(&Searched) -> bool| -> Vec<usize> {
            (0..searches.len())
                .filter(|at| is(&searches[*at]))
                .collect()
        };
        let mut found = those(&|search| same_source(&name, &search.database));
        // A platform answers for a source by databases that nobody planned by name, and for none where one of that name was searched.
        let by_platform = found.is_empty();
        if by_platform {
            found =
                those(&|search| same_source(&name, &search.platform) && !search.is_planned(whole));
        }
        let mine: Vec<&Searched> = found.iter().map(|at| &searches[*at]).collect();
        let (done, status) = match (mine.is_empty(), by_platform) {
            (true, _) => ("not searched".to_owned(), "missing"),
            (false, false) => (told(&mine), planned.kept()),
            (false, true) => {
                let databases: BTreeSet<&str> =
                    mine.iter().map(|search| search.database.as_str()).collect();
                let databases: Vec<&str> = databases.into_iter().collect();
                let done = format!("{}; the platform of {}", told(&mine), databases.join(", "));
                (done, planned.kept())
            }
        };
        let field = format!("search.{part}.{name}");
        self.push(&field, planned, done, status, rows(&mine));
        found
    }

    /// Methods beside databases and registers. A protocol seldom names their sources, so that any of them answers for it.
    fn other_methods(&mut self, field: &Value, searches: &[Searched]) {
        let used = searches.iter().filter(|search| search.is_other_method());
        let used: Vec<&Searched> = used.collect();
        for entry in field["other"].as_array().into_iter().flatten() {
            let Some(name) = name_of(entry) else { continue };
            let planned = Planned::of(name.clone(), field);
            let named: Vec<&Searched> = used.iter().copied().filter(|one| one.is(&name)).collect();
            let mine = if named.is_empty() {
                used.clone()
            } else {
                named
            };
            let (done, status) = if mine.is_empty() {
                ("no search by other methods".to_owned(), "missing")
            } else {
                (told(&mine), planned.kept())
            };
            self.push(
                &format!("search.other.{name}"),
                planned,
                done,
                status,
                rows(&mine),
            );
        }
    }

    /// The day up to which was to be searched: every database and register has a search of that day.
    fn end(&mut self, field: &Value, searches: &[Searched]) {
        let to = text(&field["to"]);
        if to.is_empty() {
            return;
        }
        let mut days: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for search in searches.iter().filter(|search| !search.is_other_method()) {
            days.entry(&search.database)
                .or_default()
                .insert(&search.date);
        }
        let all: BTreeSet<&str> = days.values().flatten().copied().collect();
        let planned = Planned::of(format!("up to {to}"), field);
        let (done, status) = if all.is_empty() {
            ("no database was searched".to_owned(), "missing")
        } else {
            let on = |days: &BTreeSet<&str>| days.contains(to.as_str());
            let kept = days.values().all(on);
            let status = if kept { planned.kept() } else { "differs" };
            let said = all.iter().map(|day| {
                if day.is_empty() {
                    "a day not told"
                } else {
                    day
                }
            });
            let said: Vec<&str> = said.collect();
            let late = days
                .iter()
                .filter(|(_, days)| !on(days))
                .map(|(name, _)| *name);
            let late: Vec<&str> = late.collect();
            let others = if kept || late.len() == days.len() {
                String::new()
            } else {
                format!("; not on that day: {}", late.join(", "))
            };
            (format!("searched on {}{others}", said.join(", ")), status)
        };
        let mine: Vec<&Searched> = searches.iter().collect();
        self.push("search.to", planned, done, status, rows(&mine));
    }

    /// The year or word from which was to be searched, held against the limits of every search.
    fn start(&mut self, field: &Value, searches: &[Searched]) {
        let from = field["from"].as_str().map(str::to_owned);
        let from = from.or_else(|| field["from"].as_i64().map(|year| year.to_string()));
        let Some(from) = from.filter(|from| !from.is_empty()) else {
            return;
        };
        let says = |search: &Searched| search.limits.to_lowercase().contains(&from.to_lowercase());
        self.limits(
            "search.from",
            Planned::of(format!("from {from}"), field),
            searches,
            says,
        );
    }

    /// Languages: a search may be wider than what is eligible, and is not to be narrower.
    fn languages(&mut self, searches: &[Searched]) {
        let field = self.protocol.eligibility.languages.clone();
        let planned: Vec<String> = match &field["limit"] {
            Value::String(one) if one != "none" => vec![one.to_lowercase()],
            Value::String(_) => Vec::new(),
            Value::Array(several) => several.iter().map(|one| text(one).to_lowercase()).collect(),
            _ => return,
        };
        let words = if planned.is_empty() {
            "no limit of language".to_owned()
        } else {
            planned.join(", ")
        };
        let fits = |search: &Searched| {
            let limits = search.limits.to_lowercase();
            let named = LANGUAGES
                .iter()
                .filter(|language| limits.contains(*language));
            let named: Vec<&str> = named.copied().collect();
            let all = planned
                .iter()
                .all(|language| named.contains(&language.as_str()));
            named.is_empty() || !planned.is_empty() && all
        };
        self.limits(
            "eligibility.languages",
            Planned::of(words, &field),
            searches,
            fits,
        );
    }

    /// A field that the limits of every search answer for.
    fn limits(
        &mut self,
        field: &str,
        planned: Planned,
        searches: &[Searched],
        fits: impl Fn(&Searched) -> bool,
    ) {
        let mine = searches.iter().filter(|search| !search.is_other_method());
        let mine: Vec<&Searched> = mine.collect();
        if mine.is_empty() {
            return;
        }
        let said: BTreeSet<&str> = mine
            .iter()
            .map(|search| match search.limits.as_str() {
                "" => "no limits told",
                limits => limits,
            })
            .collect();
        let said: Vec<&str> = said.into_iter().collect();
        let off = mine.iter().filter(|search| !fits(search));
        let off: Vec<&str> = off.map(|search| search.database.as_str()).collect();
        let (apart, status) = if off.is_empty() {
            (String::new(), planned.kept())
        } else {
            (format!("; otherwise in {}", off.join(", ")), "differs")
        };
        let done = format!("limits of the searches: {}{apart}", said.join("; "));
        self.push(field, planned, done, status, rows(&mine));
    }

    /// Sources that were searched and not planned.
    fn unplanned(&mut self, field: &Value, searches: &[Searched], known: &BTreeSet<usize>) {
        let others_planned = field["other"]
            .as_array()
            .is_some_and(|list| !list.is_empty());
        let mut sources: BTreeMap<&str, Vec<&Searched>> = BTreeMap::new();
        for (at, search) in searches.iter().enumerate() {
            if !(known.contains(&at) || others_planned && search.is_other_method()) {
                sources.entry(&search.database).or_default().push(search);
            }
        }
        for (name, mine) in sources {
            let planned = Planned {
                words: String::new(),
                registered: false,
                why: String::new(),
            };
            let field = format!("search.sources.{name}");
            self.push(&field, planned, told(&mine), "post-hoc", rows(&mine));
        }
    }
}

/// The name of a source: a text, or `name` beside more that is said of it.
fn name_of(entry: &Value) -> Option<String> {
    let name = entry.as_str().or_else(|| entry["name"].as_str())?;
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// The days of searches with what was noted of them.
fn told(searches: &[&Searched]) -> String {
    let said: BTreeSet<String> = searches
        .iter()
        .map(|search| {
            let day = match search.date.as_str() {
                "" => "searched on a day not told".to_owned(),
                date => format!("searched on {date}"),
            };
            if search.note.is_empty() {
                day
            } else {
                format!("{day} ({})", search.note)
            }
        })
        .collect();
    let said: Vec<String> = said.into_iter().collect();
    said.join("; ")
}

fn rows(searches: &[&Searched]) -> Vec<Address> {
    let rows = searches.iter().filter_map(|search| search.address.clone());
    rows.collect()
}

/// Whether two names mean one source.
fn same_source(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (one, other) = (words(one), words(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let within =
        |short: &[String], long: &[String]| long.windows(short.len()).any(|some| some == short);
    let initials = |short: &[String], long: &[String]| {
        let letters = long
            .iter()
            .filter(|word| !matches!(word.as_str(), "of" | "the" | "and" | "for"));
        let letters: String = letters.filter_map(|word| word.chars().next()).collect();
        short.len() == 1 && letters.chars().count() > 2 && short[0] == letters
    };
    within(&one, &other) || within(&other, &one) || initials(&one, &other) || initials(&other, &one)
}

#[cfg(test)]
mod tests {
    use super::same_source;

    #[test]
    fn sources_are_one_by_words_within_and_by_initials() {
        for (one, other) in [
            ("PsycINFO", "APA PsycInfo"),
            ("China National Knowledge Infrastructure", "CNKI"),
            ("Web of Science", "Web of Science (Clarivate)"),
            ("CENTRAL", "Cochrane Central Register of Controlled Trials"),
        ] {
            assert!(same_source(one, other) && same_source(other, one), "{one}");
        }
        for (one, other) in [
            ("MEDLINE", "Embase"),
            ("Web of Science", "ScienceDirect"),
            ("", "x"),
            ("ERIC", "Cinahl"),
        ] {
            assert!(!same_source(one, other), "{one}");
        }
    }
}
