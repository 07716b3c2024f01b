//! Whether every decision says who took it and when.

use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{When, column_name, split};
use std::collections::BTreeSet;

/// Columns that hold a person's name.
const NAMES: &[&str] = &["by", "extractor", "reviewer", "assessor"];

/// Columns that hold what was decided; a row without any is a decision that nobody has taken yet.
const DECIDED: &[&str] = &["decision", "answer", "final", "judgement"];

/// Decisions counted, and those that lack a name or a date.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// How many rows hold a decision.
    pub count: usize,
    /// Those without a name or a date.
    pub problems: Problems,
}

impl Decisions {
    /// Takes the decisions of another table.
    pub fn append(&mut self, other: Self) {
        self.count += other.count;
        self.problems.append(other.problems);
    }
}

/// The decisions in a CSV file that people keep: every row of a table with the column `at`, or with a column for names.
///
/// A table without a column for names is one person's own, and its file's name is the name. One with names and no column
/// `at` has no date at all, which is told once.
pub fn decisions_in(file: &str, text: &str) -> Decisions {
    let mut found = Decisions::default();
    let mut rows = split(text).rows.into_iter();
    let Some(header) = rows.next() else {
        return found;
    };
    let names: Vec<String> = header.iter().map(|cell| column_name(&cell.text)).collect();
    let dated = names.iter().any(|name| name == "at");
    let named = names.iter().any(|name| NAMES.contains(&name.as_str()));
    if !dated && !named {
        return found;
    }
    for row in rows {
        let cell = |name: &str| {
            let at = names.iter().position(|known| known == name)?;
            row.get(at).map(|cell| cell.text.as_str())
        };
        let line = row.first().map_or(1, |cell| cell.line);
        if is_taken(&cell) {
            found.count += 1;
            let place = Place::line(file, line);
            found.problems.extend(nameless(&cell, &place));
            if dated {
                found.problems.extend(dateless(&cell, &place));
            }
        }
    }
    if !dated && found.count > 0 {
        let title = format!("no column `at`, so {} decisions have no date", found.count);
        found.problems.push(
            Problem::error("audit::dateless", title)
                .at(Place::line(file, 1))
                .help("add the column `at` with the day of each, such as 2026-01-31"),
        );
    }
    found
}

/// Who decided in a file, and when the last of it was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deciders {
    /// Their names, as the table has them.
    pub names: BTreeSet<String>,
    /// The latest date or time of a decision.
    pub last: Option<When>,
}

/// Who took the decisions in a CSV file that people keep; nobody in a table without the column `at`.
pub fn deciders_in(file: &str, text: &str) -> Deciders {
    let mut found = Deciders::default();
    let mut rows = split(text).rows.into_iter();
    let header = rows.next().unwrap_or_default();
    let names: Vec<String> = header.iter().map(|cell| column_name(&cell.text)).collect();
    let position = |wanted: &str| names.iter().position(|known| known == wanted);
    let Some(at) = position("at") else {
        return found;
    };
    let by = NAMES.iter().find_map(|name| position(name));
    let file_name = file.rsplit('/').next().unwrap_or(file);
    let own = file_name.strip_suffix(".csv").unwrap_or(file_name);
    for row in rows {
        let cell = |name: &str| Some(row.get(position(name)?)?.text.as_str());
        if !is_taken(&cell) {
            continue;
        }
        let text = |column: usize| row.get(column).map_or("", |cell| cell.text.as_str());
        let who = by.map_or(own, text).split(';').map(str::trim);
        let named = who.filter(|name| !name.is_empty()).map(str::to_owned);
        found.names.extend(named);
        let last = text(at).split(';').filter_map(When::parse).max();
        found.last = found.last.max(last);
    }
    found
}

fn is_taken<'a>(cell: &impl Fn(&str) -> Option<&'a str>) -> bool {
    let mut decided = DECIDED.iter().filter_map(|name| cell(name)).peekable();
    decided.peek().is_none() || decided.any(|text| !text.is_empty())
}

fn nameless<'a>(cell: &impl Fn(&str) -> Option<&'a str>, place: &Place) -> Option<Problem> {
    let (column, name) = NAMES.iter().find_map(|name| Some((*name, cell(name)?)))?;
    let nobody = name.split(';').all(|part| part.trim().is_empty());
    nobody.then(|| {
        Problem::error("audit::nameless", "a decision without a name")
            .at(place.clone())
            .help(format!("say in the column `{column}` who took it"))
    })
}

fn dateless<'a>(cell: &impl Fn(&str) -> Option<&'a str>, place: &Place) -> Option<Problem> {
    let at = cell("at").unwrap_or_default();
    if at.split(';').all(|part| When::parse(part).is_some()) {
        return None;
    }
    let title = if at.is_empty() {
        "a decision without a date".to_owned()
    } else {
        format!("a decision dated `{at}`, which is no date")
    };
    Some(
        Problem::error("audit::dateless", title)
            .at(place.clone())
            .help("say in the column `at` when it was taken, such as 2026-03-04"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> (usize, Vec<String>) {
        let found = decisions_in("data/a.csv", text);
        let codes = found
            .problems
            .iter()
            .map(|problem| problem.code.to_string());
        (found.count, codes.collect())
    }

    #[test]
    fn a_decision_needs_a_name_and_a_date() {
        let (count, found) =
            codes("record,decision,by,at\nr1,include,,2026-01-01\nr2,exclude,a,soon\nr3,,,\n");
        assert_eq!(count, 2, "the third is still open");
        assert_eq!(found, ["audit::nameless", "audit::dateless"]);
    }

    #[test]
    fn a_persons_own_file_needs_dates_alone_and_other_tables_nothing() {
        assert_eq!(
            codes("record,decision,at\nr1,include,2026-01-01T09:00:00Z\n"),
            (1, vec![])
        );
        assert_eq!(codes("title,year\nx,2011\n"), (0, vec![]));
    }

    #[test]
    fn a_table_of_named_decisions_without_a_column_for_dates_is_told_once() {
        assert_eq!(
            codes("study,mean,extractor\na,1,jo\nb,2,jo\n"),
            (2, vec!["audit::dateless".to_owned()])
        );
        assert_eq!(codes("study,extractor\n"), (0, vec![]));
    }
}
