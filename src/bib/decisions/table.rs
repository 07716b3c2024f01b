//! Decision tables: Rayyan's articles, Covidence, `ASReview`, Abstrackr, EPPI-Reviewer, `DistillerSR` and the like.

use super::columns::{Role, role};
use super::{Choice, Decision, Decisions, RecordKey, choice, covidence, own, rayyan};
use crate::bib::delimited::{Row, Rows};
use crate::bib::{doi, fields, pmid, table};
use crate::place::Place;
use crate::problem::Problem;

/// Columns of a decision table.
struct Columns {
    tool: &'static str,
    roles: Vec<Option<(Role, u8)>>,
    /// Abstrackr: a column a reviewer.
    reviewers: Vec<(usize, String)>,
}

/// Reads all rows below the header.
pub(super) fn read(file: &str, text: &str) -> Decisions {
    let mut found = Decisions::default();
    let Some((delimiter, header)) = header(text) else {
        found.problems.push(
            Problem::error("bib::no-header", "no row names a record and a decision")
                .at(Place::line(file, 1))
                .help("give the table columns such as `title`, `doi`, `reviewer`, `decision`"),
        );
        return found;
    };
    let mut rows = Rows::new(text, delimiter);
    let Some(head) = rows.nth(header) else {
        return found;
    };
    rows.width = head.cells.len();
    let columns = Columns::of(&head);
    found.tool = columns.tool;
    let shared = (columns.tool == "covidence")
        .then(|| covidence::of_name(file))
        .flatten();
    for row in rows {
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        found.rows += 1;
        columns.take(file, &row, shared, &mut found);
    }
    found
}

/// Separator and row of the header: it names a record, and a decision, a note or reviewers.
fn header(text: &str) -> Option<(u8, usize)> {
    [b',', b';', b'\t'].into_iter().find_map(|delimiter| {
        let at = Rows::new(text, delimiter).take(30).position(|row| {
            let roles: Vec<_> = row
                .cells
                .iter()
                .filter_map(|cell| role(cell))
                .map(|(role, _)| role)
                .collect();
            let has = |role| roles.contains(&role);
            let record = has(Role::Title) || has(Role::Doi) || has(Role::Pmid) || has(Role::Id);
            let decided = has(Role::Choice)
                || has(Role::Note)
                || row
                    .cells
                    .iter()
                    .any(|cell| matches!(cell.trim(), "consensus" | "Covidence #"));
            record && decided
        })?;
        Some((delimiter, at))
    })
}

impl Columns {
    fn of(head: &Row) -> Self {
        let names: Vec<&str> = head.cells.iter().map(|cell| cell.trim()).collect();
        let has = |name: &str| names.contains(&name);
        let abstrackr = has("(internal) id") && has("consensus");
        let mut reviewers = Vec::new();
        if abstrackr {
            let from = names
                .iter()
                .position(|name| *name == "consensus")
                .map_or(0, |at| at + 1);
            for (at, name) in names.iter().enumerate().skip(from) {
                if *name != "labeled_at" && !name.contains("notes (") && !name.is_empty() {
                    reviewers.push((at, (*name).to_owned()));
                }
            }
        }
        let tool = if abstrackr {
            "abstrackr"
        } else if has("Covidence #") {
            "covidence"
        } else if has("asreview_label") || has("label_included") || has("included") {
            "asreview"
        } else if has("ItemId") || names.iter().any(|name| name.contains("EPPI")) {
            "eppi-reviewer"
        } else if has("Refid") || has("RefID") {
            "distillersr"
        } else {
            ""
        };
        Self {
            tool,
            roles: head.cells.iter().map(|cell| role(cell)).collect(),
            reviewers,
        }
    }

    /// The best filled cell of a role.
    fn cell<'r>(&self, row: &'r Row, wanted: Role) -> Option<&'r str> {
        self.roles
            .iter()
            .zip(&row.cells)
            .filter_map(|(role, cell)| match role {
                Some((role, rank)) if *role == wanted => {
                    Some((*rank, table::unguarded(cell.trim())))
                }
                _ => None,
            })
            .filter(|(_, cell)| !cell.is_empty())
            .min_by_key(|(rank, _)| *rank)
            .map(|(_, cell)| cell)
    }

    fn key(&self, row: &Row) -> RecordKey {
        let owned = |role| self.cell(row, role).map(str::to_owned);
        RecordKey {
            own: row
                .cells
                .iter()
                .find_map(|cell| own::id_in(cell))
                .map(str::to_owned),
            id: owned(Role::Id),
            doi: self.cell(row, Role::Doi).and_then(doi::normalise),
            pmid: self
                .cell(row, Role::Pmid)
                .and_then(pmid::find)
                .map(str::to_owned),
            title: owned(Role::Title),
            year: self.cell(row, Role::Year).and_then(fields::year_in),
        }
    }

    fn take(&self, file: &str, row: &Row, shared: Option<(Choice, bool)>, found: &mut Decisions) {
        let key = self.key(row);
        if key.id.is_some() {
            found.records.push(key.clone());
        }
        let note = self.cell(row, Role::Note).unwrap_or_default();
        if rayyan::is_note(note) {
            found.tool = "rayyan";
            found
                .decisions
                .extend(rayyan::decisions(note, &key, row.line));
            return;
        }
        if !self.reviewers.is_empty() {
            self.take_reviewers(row, &key, found);
            return;
        }
        let list = |role| -> Vec<String> {
            let cell = self.cell(row, role).unwrap_or_default();
            let parts = cell.split([';', '|']).map(|part| part.trim().to_owned());
            parts.filter(|part| !part.is_empty()).collect()
        };
        let of_cell = match self.cell(row, Role::Choice) {
            None => None,
            Some(cell) => match cell.split([';', ',', '|']).find_map(choice) {
                // Tags of a list that is decided by its name are labels.
                None if shared.is_none() && !is_unseen(cell) => {
                    let title = format!("`{cell}` is no decision that is known");
                    let problem = Problem::warning("bib::odd-decision", title);
                    found.problems.push(problem.at(Place::line(file, row.line)));
                    None
                }
                known => known,
            },
        };
        let Some(decision) = of_cell.or(shared.map(|(choice, _)| choice)) else {
            return;
        };
        let mut reasons = list(Role::Reason);
        reasons.extend(covidence::reasons(note));
        let reviewer = self.cell(row, Role::Reviewer).unwrap_or_default();
        let by_cell = self.cell(row, Role::Stage).and_then(is_full_text);
        found.decisions.push(Decision {
            reviewer: reviewer.to_owned(),
            record: key,
            decision,
            full_text: by_cell.or(shared.map(|(_, full)| full)),
            reasons,
            labels: list(Role::Label),
            time: self.cell(row, Role::Time).map(str::to_owned),
            line: row.line,
        });
    }

    /// Abstrackr writes 1, -1, 0 (maybe) and `o` (not seen); the time stands in the column before.
    fn take_reviewers(&self, row: &Row, key: &RecordKey, found: &mut Decisions) {
        for (at, reviewer) in &self.reviewers {
            let decision = match row.cells.get(*at).map(|cell| cell.trim()) {
                Some("1" | "1.0") => Choice::Include,
                Some("-1" | "-1.0") => Choice::Exclude,
                Some("0" | "0.0") => Choice::Maybe,
                _ => continue,
            };
            let time = at
                .checked_sub(1)
                .and_then(|before| row.cells.get(before))
                .map(|cell| cell.trim().to_owned())
                .filter(|time| time.len() >= 8);
            found.decisions.push(Decision {
                reviewer: reviewer.clone(),
                record: key.clone(),
                decision,
                full_text: None,
                reasons: Vec::new(),
                labels: Vec::new(),
                time,
                line: row.line,
            });
        }
    }
}

/// What tools write for a record nobody decided.
fn is_unseen(cell: &str) -> bool {
    matches!(
        cell.trim().to_lowercase().as_str(),
        "" | "nan"
            | "na"
            | "n/a"
            | "none"
            | "unreviewed"
            | "unscreened"
            | "not seen"
            | "pending"
            | "o"
    )
}

/// `title/abstract`, `level 1`, `full text`, `2`: whether it is the full text.
fn is_full_text(cell: &str) -> Option<bool> {
    let cell = cell.to_lowercase();
    if cell.contains("full") || cell.contains('2') {
        Some(true)
    } else if cell.contains("title") || cell.contains("abstract") || cell.contains('1') {
        Some(false)
    } else {
        None
    }
}
