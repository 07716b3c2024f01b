//! Two states compared row by row, by the keys of their rows.

use super::conclusion::Conclusion;
use super::state::State;
use crate::artefact::Sheet;
use serde::Serialize;

/// A table that is compared: its artefact type, what its rows are, the columns that name a row and those that are compared.
struct Topic {
    table: &'static str,
    rows: &'static str,
    label: &'static [&'static str],
    /// Empty: all but `key` and `origin`.
    columns: &'static [&'static str],
    /// Whether new and gone rows are told; false where the rows are those of an earlier topic.
    whole_rows: bool,
}

/// What is compared, in the order of the road from searches to statements.
const TOPICS: &[Topic] = &[
    topic(
        "sources",
        "searches",
        &["database", "date"],
        &["query", "limits", "hits", "kept"],
        true,
    ),
    topic(
        "records",
        "publications",
        &["title"],
        &[
            "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid",
        ],
        true,
    ),
    topic(
        "decisions",
        "decisions",
        &["title"],
        &["title_abstract", "full_text", "reason", "study"],
        false,
    ),
    topic(
        "included",
        "studies",
        &["label"],
        &["label", "admission", "primary", "records"],
        true,
    ),
    topic(
        "characteristics",
        "characteristics of studies",
        &["label"],
        &[],
        false,
    ),
    topic("outcomes", "extracted rows", &["key"], &[], true),
    topic("statistics", "extracted statistics", &["key"], &[], true),
    topic("reported-effects", "reported effects", &["key"], &[], true),
    topic(
        "overall-bias",
        "judgements on risk of bias",
        &["key"],
        &["judgement", "standing"],
        true,
    ),
    topic(
        "effects",
        "effects",
        &["label", "part", "analysis"],
        &["scale", "time", "n", "yi", "vi"],
        true,
    ),
    topic(
        "analyses",
        "analyses",
        &["title"],
        &[
            "measure", "kind", "model", "interval", "level", "role", "status",
        ],
        true,
    ),
    topic(
        "pooled",
        "pooled estimates",
        &["key"],
        &[
            "method", "test", "k", "n", "estimate", "ci_lower", "ci_upper", "p", "pi_lower",
            "pi_upper", "tau2", "i2", "q",
        ],
        true,
    ),
    topic(
        "certainty",
        "domains of certainty",
        &["key"],
        &["proposed", "final", "status"],
        true,
    ),
    topic(
        "summary-of-findings",
        "findings",
        &["outcome_name", "analysis"],
        &["k", "n", "certainty", "status", "statement", "absolute"],
        true,
    ),
    topic(
        "flow",
        "counts of the flow diagram",
        &["label"],
        &["count"],
        false,
    ),
];

const fn topic(
    table: &'static str,
    rows: &'static str,
    label: &'static [&'static str],
    columns: &'static [&'static str],
    whole_rows: bool,
) -> Topic {
    Topic {
        table,
        rows,
        label,
        columns,
        whole_rows,
    }
}

/// A row by its key and in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Key of the row.
    pub key: String,
    /// What to call it.
    pub label: String,
}

/// A cell that is another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellChange {
    /// Column.
    pub column: String,
    /// Its text before, at full precision; empty for an empty cell.
    pub old: String,
    /// Its text now.
    pub new: String,
}

/// A row with the cells that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Key of the row.
    pub key: String,
    /// What to call it.
    pub label: String,
    /// The cells, in the order of the columns.
    pub cells: Vec<CellChange>,
}

/// The differences of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableDifference {
    /// Artefact type.
    pub table: &'static str,
    /// What its rows are, in words.
    pub rows: &'static str,
    /// Rows that only the later state has.
    pub new: Vec<Named>,
    /// Rows of both whose compared cells differ.
    pub changed: Vec<Change>,
    /// Rows that only the earlier state has.
    pub went: Vec<Named>,
}

impl TableDifference {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.went.is_empty()
    }
}

/// Everything that differs between two states.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Tables with a difference, from searches to statements.
    pub tables: Vec<TableDifference>,
    /// Whether the conclusion changed, as a proposal.
    pub conclusion: Conclusion,
}

impl Difference {
    /// Whether the states are the same in all that is compared.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The differences of a table.
    pub fn table(&self, name: &str) -> Option<&TableDifference> {
        self.tables.iter().find(|table| table.table == name)
    }
}

/// Compares two states like for like: rows of one key, cells of one column.
///
/// A column that only one state has counts as empty in the other, so that states of two versions of the program compare.
pub fn difference(old: &State, new: &State) -> Difference {
    let tables = TOPICS.iter().map(|topic| compare(topic, old, new));
    Difference {
        tables: tables.filter(|table| !table.is_empty()).collect(),
        conclusion: Conclusion::between(old, new),
    }
}

fn compare(topic: &Topic, old: &State, new: &State) -> TableDifference {
    let nothing = Sheet::default();
    let (old, new) = (
        old.table(topic.table).unwrap_or(&nothing),
        new.table(topic.table).unwrap_or(&nothing),
    );
    let columns = columns(topic, old, new);
    let only = |here: &Sheet, there: &Sheet| -> Vec<Named> {
        let rows = here.rows.keys().filter(|key| !there.rows.contains_key(key));
        rows.filter(|_| topic.whole_rows)
            .map(|key| Named {
                key: key.to_owned(),
                label: label(topic, here, key),
            })
            .collect()
    };
    let both = new.rows.keys().filter(|key| old.rows.contains_key(key));
    let changed = both.filter_map(|key| {
        let cells = columns.iter().filter_map(|column| {
            let (was, is) = (text(old, key, column), text(new, key, column));
            (was != is).then(|| CellChange {
                column: (*column).to_owned(),
                old: was.to_owned(),
                new: is.to_owned(),
            })
        });
        let cells: Vec<CellChange> = cells.collect();
        (!cells.is_empty()).then(|| Change {
            key: key.to_owned(),
            label: label(topic, new, key),
            cells,
        })
    });
    TableDifference {
        table: topic.table,
        rows: topic.rows,
        new: only(new, old),
        changed: changed.collect(),
        went: only(old, new),
    }
}

fn columns<'a>(topic: &Topic, old: &'a Sheet, new: &'a Sheet) -> Vec<&'a str> {
    let mut columns: Vec<&str> = Vec::new();
    for column in new.columns.iter().chain(&old.columns) {
        let wanted = if topic.columns.is_empty() {
            !matches!(column.as_str(), "key" | "origin")
        } else {
            topic.columns.contains(&column.as_str())
        };
        if wanted && !columns.contains(&column.as_str()) {
            columns.push(column);
        }
    }
    columns
}

fn text<'a>(sheet: &'a Sheet, key: &str, column: &str) -> &'a str {
    sheet.cell(key, column).unwrap_or_default()
}

/// The cells that name a row, or its key where they are empty.
fn label(topic: &Topic, sheet: &Sheet, key: &str) -> String {
    let parts: Vec<&str> = topic
        .label
        .iter()
        .map(|column| text(sheet, key, column))
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        key.to_owned()
    } else {
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(table: &str, csv: &str) -> State {
        let mut state = State::default();
        state.add(
            table,
            Sheet::read("x.csv", csv.as_bytes()).expect("a table"),
        );
        state
    }

    #[test]
    fn rows_are_told_by_key_wherever_they_stand() {
        let old = state("included", "key,label,primary\na,A 2001,r1\nb,B 2002,r2\n");
        let new = state("included", "key,label,primary\nc,C 2003,r3\nb,B 2002,r9\n");
        let found = difference(&old, &new);
        let table = found.table("included").expect("it differs");
        assert_eq!(table.new[0].label, "C 2003");
        assert_eq!(table.went[0].key, "a");
        assert_eq!(table.changed.len(), 1);
        assert_eq!(
            table.changed[0].cells[0],
            CellChange {
                column: "primary".into(),
                old: "r2".into(),
                new: "r9".into()
            }
        );
    }

    #[test]
    fn a_state_does_not_differ_from_itself_and_turning_sides_turns_new_and_gone() {
        let old = state("effects", "key,label,yi\nx,X,0.1\n");
        let new = state("effects", "key,label,yi\nx,X,0.2\ny,Y,1.0\n");
        assert!(difference(&old, &old).is_empty());
        let (there, back) = (difference(&old, &new), difference(&new, &old));
        assert_eq!(there.tables[0].new, back.tables[0].went);
        assert_eq!(
            there.tables[0].changed[0].cells[0].old,
            back.tables[0].changed[0].cells[0].new
        );
    }
}
