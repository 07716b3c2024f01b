//! The list of everything that was not simply read: conversions, imputations, overrides, accepted findings.

use super::Library;
use crate::artefact::{Address, Origin, Sheet};

/// One thing that a reader should know of, with the address at which it is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Declared {
    /// `conversion`, `imputation`, `override` or `accepted finding`.
    pub kind: &'static str,
    /// Its row.
    pub address: String,
    /// What was done, in a few words.
    pub what: String,
}

/// Everything declared in the artefacts, by kind in the order of the road, then in the order of the artefacts.
pub fn declared(library: &dyn Library) -> Vec<Declared> {
    let mut found = Vec::new();
    for name in library.artefacts() {
        let Some((stage, artefact)) = name.split_once('/') else {
            continue;
        };
        let Some(sheet) = library.sheet(stage, artefact) else {
            continue;
        };
        for key in sheet.rows.keys() {
            if let Some((kind, what)) = of_row(artefact, &sheet, key) {
                found.push(Declared {
                    kind,
                    address: Address::row(stage, artefact, key).to_string(),
                    what,
                });
            }
        }
    }
    found.sort_by_key(|declared| KINDS.iter().position(|kind| *kind == declared.kind));
    found
}

const KINDS: [&str; 4] = ["conversion", "imputation", "override", "accepted finding"];

fn of_row(artefact: &str, sheet: &Sheet, key: &str) -> Option<(&'static str, String)> {
    let cell = |column: &str| sheet.cell(key, column).unwrap_or_default();
    match artefact {
        "conversions" => {
            let what = format!(
                "{} = {} by {} ({})",
                cell("column"),
                cell("value"),
                cell("rule"),
                cell("inputs")
            );
            Some((KINDS[0], what))
        }
        "judgements" if cell("overridden") == "true" => {
            let what = format!(
                "{} instead of {}: {}",
                cell("final"),
                cell("algorithm"),
                cell("reason")
            );
            Some((KINDS[2], what))
        }
        "certainty" if cell("status") == "overridden" => {
            let what = format!(
                "{} instead of {} by {}, {}: {}",
                cell("final"),
                cell("proposed"),
                cell("by"),
                cell("at"),
                cell("reason")
            );
            Some((KINDS[2], what))
        }
        "integrity" if !cell("accepted_by").is_empty() => {
            let what = format!(
                "{}, accepted by {}",
                cell("recomputed"),
                cell("accepted_by")
            );
            Some((KINDS[3], what))
        }
        _ => {
            let origin: Origin = cell("origin").parse().ok()?;
            let clause = origin
                .0
                .iter()
                .find(|clause| clause.rule.contains("imputed"))?;
            let what = match &clause.column {
                Some(column) => format!("{column} = {} by {}", cell(column), clause.rule),
                None => clause.rule.to_string(),
            };
            Some((KINDS[1], what))
        }
    }
}
