//! The walk the other way: from a place in a file that people keep up to all that rests on it.

use super::{Library, Numbers, PrintedNumber};
use crate::artefact::{Address, Origin, Sheet};
use crate::place::{At, Place};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What of a row rests on the place: the row by its own rule, or cells that were made otherwise.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Touched {
    /// The row.
    pub address: String,
    /// Its cells that have a rule of their own, or were read themselves; empty for the row as a whole.
    pub columns: Vec<String>,
}

/// Everything that rests on a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Uses {
    /// Rows of artefacts, in the order of the artefacts.
    pub rows: Vec<Touched>,
    /// Printed numbers, in the order of the reports.
    pub numbers: Vec<Used>,
    /// How many more printed numbers only count or sum up a table that holds such a row.
    pub through_counts: usize,
}

/// A printed number, and the report it stands in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Used {
    /// The Markdown report.
    pub report: String,
    /// The number.
    #[serde(flatten)]
    pub number: PrintedNumber,
}

/// A row: stage, artefact, key.
type RowName = (SmolStr, SmolStr, SmolStr);

/// A row with the column of a cell; `None` for the row by its own rule.
type Item = (RowName, Option<SmolStr>);

/// Everything that rests on a place; empty when no artefact holds a value from there.
///
/// A place with a column is one cell, or the whole row where no value was read from that cell; a place with a line is all
/// that was read on it; a place without one is all that was read from the file.
pub fn uses(place: &Place, library: &dyn Library, reports: &[Numbers]) -> Uses {
    let index = Index::of(library);
    let start = index.read_at(place, library);
    let direct = index.above(&start, false);
    let wide = index.above(&start, true);
    let rests = |number: &&PrintedNumber, on: &Reached| match &number.address {
        Address::File(at) => covers(place, at),
        address => index.touches(address, on),
    };
    let mut found = Vec::new();
    let mut all = 0;
    for printed in reports {
        let numbers = printed.numbers.iter();
        all += numbers
            .clone()
            .filter(|number| rests(number, &wide))
            .count();
        let direct = numbers.filter(|number| rests(number, &direct));
        found.extend(direct.map(|number| Used {
            report: printed.report.clone(),
            number: number.clone(),
        }));
    }
    Uses {
        rows: index.told(&direct),
        through_counts: all - found.len(),
        numbers: found,
    }
}

/// Whether `place` names `at` or a part of the file around it.
fn covers(place: &Place, at: &Place) -> bool {
    let line = |place: &Place| match place.at {
        At::Line(line) | At::Column(line, _) => Some(line),
        At::File | At::Cell { .. } => None,
    };
    place.file == at.file
        && match place.at {
            At::File => true,
            At::Line(wanted) => line(at) == Some(wanted),
            At::Column(..) | At::Cell { .. } => place.at == at.at,
        }
}

/// What was reached: per row, the columns.
#[derive(Default)]
struct Reached(BTreeMap<RowName, BTreeSet<Option<SmolStr>>>);

/// The rows of all artefacts with what each clause read, turned round.
struct Index {
    sheets: BTreeMap<(SmolStr, SmolStr), (Arc<Sheet>, BTreeMap<String, Origin>)>,
    order: Vec<(SmolStr, SmolStr)>,
    /// By row: which clause reads it, and which cell of it (`None`: the whole row).
    readers: BTreeMap<RowName, Vec<(Item, Option<SmolStr>)>>,
    /// By artefact: clauses that read all of it.
    readers_of_all: BTreeMap<(SmolStr, SmolStr), Vec<Item>>,
}

impl Index {
    fn of(library: &dyn Library) -> Self {
        let mut index = Self {
            sheets: BTreeMap::new(),
            order: Vec::new(),
            readers: BTreeMap::new(),
            readers_of_all: BTreeMap::new(),
        };
        for name in library.artefacts() {
            if let Some((stage, artefact)) = name.split_once('/')
                && artefact != "places"
                && let Some(sheet) = library.sheet(stage, artefact)
            {
                index.take(stage, artefact, sheet);
            }
        }
        index
    }

    fn take(&mut self, stage: &str, artefact: &str, sheet: Arc<Sheet>) {
        let mut origins = BTreeMap::new();
        for key in sheet.rows.keys() {
            let text = sheet.cell(key, "origin").unwrap_or_default();
            let origin: Origin = text.parse().unwrap_or_default();
            for clause in &origin.0 {
                let name = (stage.into(), artefact.into(), SmolStr::from(key));
                for from in clause.from.iter() {
                    self.note((name.clone(), clause.column.clone()), from);
                }
            }
            origins.insert(key.to_owned(), origin);
        }
        let name = (SmolStr::from(stage), SmolStr::from(artefact));
        self.order.push(name.clone());
        self.sheets.insert(name, (sheet, origins));
    }

    fn note(&mut self, reader: Item, from: &Address) {
        let (stage, artefact, key, column) = match from {
            Address::Cell {
                stage,
                artefact,
                key,
                column,
            } => (stage, artefact, key, Some(column.clone())),
            Address::Row {
                stage,
                artefact,
                key,
            } => (stage, artefact, key, None),
            Address::Artefact { stage, artefact } => {
                let name = (stage.clone(), artefact.clone());
                self.readers_of_all.entry(name).or_default().push(reader);
                return;
            }
            Address::File(_) => return,
        };
        let name = (stage.clone(), artefact.clone(), key.clone());
        self.readers.entry(name).or_default().push((reader, column));
    }

    /// What was read at a place.
    fn read_at(&self, place: &Place, library: &dyn Library) -> Vec<Item> {
        let stages: BTreeSet<&str> = self.order.iter().map(|(stage, _)| stage.as_str()).collect();
        let mut found = Vec::new();
        for stage in stages {
            let Some(places) = library.sheet(stage, "places") else {
                continue;
            };
            for row in places.rows.keys() {
                let text = |column| places.cell(row, column).unwrap_or_default();
                let at = text("place").parse::<Address>();
                if let Ok(Address::File(at)) = at
                    && covers(place, &at)
                {
                    let name = (stage.into(), text("artefact").into(), text("row").into());
                    let column =
                        Some(text("column").into()).filter(|column: &SmolStr| !column.is_empty());
                    found.push((name, column));
                }
            }
        }
        found
    }

    /// All that rests on the items; with `through_all`, by rules that read whole artefacts too.
    fn above(&self, start: &[Item], through_all: bool) -> Reached {
        let mut reached = Reached::default();
        let mut waiting: Vec<Item> = start.to_vec();
        while let Some((row, column)) = waiting.pop() {
            let columns = reached.0.entry(row.clone()).or_default();
            if !columns.insert(column.clone()) {
                continue;
            }
            let readers = self.readers.get(&row).into_iter().flatten();
            let reading =
                readers.filter(|(_, read)| self.meets(&row, column.as_deref(), read.as_deref()));
            waiting.extend(reading.map(|(reader, _)| reader.clone()));
            if through_all {
                let all = self.readers_of_all.get(&(row.0, row.1));
                waiting.extend(all.into_iter().flatten().cloned());
            }
        }
        reached
    }

    /// Whether something reached in a row is what is read of it.
    fn meets(&self, row: &RowName, reached: Option<&str>, read: Option<&str>) -> bool {
        match (reached, read) {
            (_, None) => true,
            (Some(reached), Some(read)) => reached == read,
            (None, Some(read)) => !self.has_own_rule(row, read),
        }
    }

    fn has_own_rule(&self, row: &RowName, column: &str) -> bool {
        let sheet = self.sheets.get(&(row.0.clone(), row.1.clone()));
        let origin = sheet.and_then(|(_, origins)| origins.get(row.2.as_str()));
        origin.is_some_and(|origin| {
            let mut clauses = origin.0.iter();
            clauses.any(|clause| clause.column.as_deref() == Some(column))
        })
    }

    /// Whether a value at an address was reached.
    fn touches(&self, address: &Address, reached: &Reached) -> bool {
        let (stage, artefact, key, column) = match address {
            Address::Cell {
                stage,
                artefact,
                key,
                column,
            } => (stage, artefact, key, Some(column.as_str())),
            Address::Row {
                stage,
                artefact,
                key,
            } => (stage, artefact, key, None),
            Address::Artefact { .. } | Address::File(_) => return false,
        };
        let name = (stage.clone(), artefact.clone(), key.clone());
        reached.0.get(&name).is_some_and(|columns| {
            let mut columns = columns.iter();
            columns.any(|found| self.meets(&name, found.as_deref(), column))
        })
    }

    /// What was reached, in the order of the artefacts and their rows.
    fn told(&self, reached: &Reached) -> Vec<Touched> {
        let mut told = Vec::new();
        for (stage, artefact) in &self.order {
            let Some((sheet, _)) = self.sheets.get(&(stage.clone(), artefact.clone())) else {
                continue;
            };
            for key in sheet.rows.keys() {
                let name = (stage.clone(), artefact.clone(), SmolStr::from(key));
                if let Some(columns) = reached.0.get(&name) {
                    told.push(Touched {
                        address: Address::row(stage, artefact, key).to_string(),
                        columns: if columns.contains(&None) {
                            Vec::new()
                        } else {
                            columns.iter().flatten().map(SmolStr::to_string).collect()
                        },
                    });
                }
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::test_shelf::Shelf;

    const SHELF: Shelf = Shelf(&[
        ("extract/outcomes", "key,n,sd\nA,18,3\nB,20,4\n"),
        (
            "extract/places",
            "key,artefact,row,column,place,source,quote,by,at\np,outcomes,A,sd,data/o.csv:2:9,,,,\nq,outcomes,A,,data/o.csv:2,,,,\n",
        ),
        (
            "pool/effects",
            "key,yi,n,origin\nee|A,1,18,smd(extract/outcomes#A/sd) & n=copied(extract/outcomes#A/n)\nee|B,2,20,smd(extract/outcomes#B/sd)\n",
        ),
        (
            "pool/pooled",
            "key,estimate,k,origin\nee,1.5,2,reml(pool/effects#ee|A/; pool/effects#ee|B/) & k=counted(extract/outcomes)\n",
        ),
    ]);

    fn number(address: &str) -> PrintedNumber {
        PrintedNumber {
            address: address.parse().expect("an address"),
            value: String::new(),
            text: String::new(),
            line: 1,
            column: 1,
        }
    }

    #[test]
    fn a_cell_carries_what_was_computed_from_it_and_nothing_else() {
        let effects = Address::cell("pool", "effects", "ee|A", "n").to_string();
        let report = Numbers {
            report: "report.md".to_owned(),
            numbers: vec![
                number("pool/pooled#ee/estimate"),
                number("pool/pooled#ee/k"),
                number(&effects),
                number("extract/outcomes#B/sd"),
            ],
            ..Numbers::default()
        };
        let other = Numbers {
            report: "brief.md".to_owned(),
            numbers: vec![number("pool/pooled#ee/estimate")],
            ..Numbers::default()
        };
        let reports = [report, other];
        let found = uses(&Place::column("data/o.csv", 2, 9), &SHELF, &reports);
        let rows: Vec<(&str, usize)> = found
            .rows
            .iter()
            .map(|row| (row.address.as_str(), row.columns.len()))
            .collect();
        let effect = Address::row("pool", "effects", "ee|A").to_string();
        assert_eq!(
            rows,
            [
                ("extract/outcomes#A/", 1),
                (effect.as_str(), 0),
                ("pool/pooled#ee/", 0)
            ]
        );
        let used = found.numbers.iter();
        let used: Vec<(&str, &PrintedNumber)> = used
            .map(|used| (used.report.as_str(), &used.number))
            .collect();
        let estimate = number("pool/pooled#ee/estimate");
        assert_eq!(used, [("report.md", &estimate), ("brief.md", &estimate)]);
        assert_eq!(
            found.through_counts, 1,
            "the number of studies counts the table"
        );
        assert!(
            uses(&Place::column("data/o.csv", 9, 9), &SHELF, &reports)
                .rows
                .is_empty()
        );
    }
}
