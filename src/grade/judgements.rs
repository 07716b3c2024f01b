//! `data/grade/judgements.csv`: what people decided about each proposal.

use super::certainty::Domain;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{self, Columns, When, unknown_value};
use serde::{Deserialize, Serialize};

/// The columns of the file.
pub const COLUMNS: Columns = Columns {
    required: &[
        "analysis", "domain", "proposed", "final", "reason", "by", "at",
    ],
    optional: &["basis"],
};

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The analysis.
    pub analysis: String,
    /// The domain.
    pub domain: Domain,
    /// Levels that were proposed when the person decided; `None` when left empty.
    pub proposed: Option<u32>,
    /// Levels decided.
    #[serde(rename = "final")]
    pub decided: u32,
    /// The reason; must not be empty when `final` differs from `proposed`.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: When,
    /// Identity of the evidence decided on; empty on first confirmation.
    pub basis: Option<String>,
    /// Where the row stands.
    pub place: Place,
}

/// Reads the file. A row with a fault is left out and told; all others are kept.
pub fn read(file_name: &str, bytes: &[u8]) -> (Vec<Row>, Problems) {
    table::read_each(file_name, bytes, COLUMNS, decision)
}

fn decision(row: &table::Row, problems: &mut Problems) -> Option<Row> {
    let analysis = row.needed("analysis", problems);
    let domain = row.needed("domain", problems).and_then(|written| {
        let found = Domain::parse(&written);
        if found.is_none() {
            let known: Vec<&str> = Domain::ALL.iter().map(|domain| domain.key()).collect();
            problems.push(unknown_value(
                "domain",
                &written,
                &known,
                row.place("domain"),
            ));
        }
        found
    });
    let proposed = row
        .filled("proposed")
        .map(|written| levels(&written, "proposed", domain, row, problems));
    let decided = row
        .needed("final", problems)
        .and_then(|written| levels(&written, "final", domain, row, problems));
    let by = row.needed("by", problems);
    let at = row.when("at", problems);
    let reason = row.text("reason").to_owned();
    let proposed = match proposed {
        Some(None) => return None,
        Some(found) => found,
        None => None,
    };
    let decided = decided?;
    if reason.is_empty() && proposed != Some(decided) {
        problems.push(
            Problem::error(
                "grade::override-without-reason",
                "an override needs a reason",
            )
            .at(row.place("reason"))
            .help("write at least one sentence; the proposal stands until then"),
        );
        return None;
    }
    Some(Row {
        analysis: analysis?,
        domain: domain?,
        proposed,
        decided,
        reason,
        by: by?,
        at: at?,
        basis: row.filled("basis"),
        place: row.start(),
    })
}

/// Levels as a number (a sign says nothing more than the domain does) or in words.
fn levels(
    written: &str,
    column: &'static str,
    domain: Option<Domain>,
    row: &table::Row,
    problems: &mut Problems,
) -> Option<u32> {
    const WORDS: [(&str, u32); 5] = [
        ("not serious", 0),
        ("serious", 1),
        ("very serious", 2),
        ("extremely serious", 3),
        ("none", 0),
    ];
    let plain = written
        .to_lowercase()
        .replace(['_', '-', '\u{2212}', '+'], " ")
        .trim()
        .to_owned();
    let named = WORDS
        .iter()
        .find(|(word, _)| *word == plain)
        .map(|(_, count)| *count);
    let found = named.or_else(|| plain.parse::<u32>().ok());
    let most = domain.map_or(3, Domain::most);
    match found {
        Some(count) if count <= most => Some(count),
        Some(count) => {
            problems.push(
                Problem::error(
                    "grade::too-many-levels",
                    format!("{count} levels are more than the domain can move"),
                )
                .at(row.place(column))
                .help(format!("write a number from 0 to {most}")),
            );
            None
        }
        None => {
            let known = [
                "0",
                "1",
                "2",
                "3",
                "not serious",
                "serious",
                "very serious",
                "extremely serious",
            ];
            problems.push(unknown_value(column, written, &known, row.place(column)));
            None
        }
    }
}
