//! Which column of a table of judgements holds what.

use super::tables::Grid;
use crate::table::column_name;
use std::collections::BTreeMap;

/// Beginnings of the titles under which the RoB 2 workbook lists its domains, in the order of the tool.
const TITLES: [&str; 5] = ["randomi", "deviation", "mis", "measurement", "selection"];

/// Which column holds what.
pub(super) struct Header {
    pub(super) study: usize,
    /// Columns of the domains in their order, from the first.
    pub(super) domains: Vec<usize>,
    pub(super) overall: usize,
    pub(super) named: BTreeMap<&'static str, usize>,
    /// Whether domains stand under the titles of RoB 2.
    pub(super) titled: bool,
}

impl Header {
    pub(super) fn of(grid: &Grid) -> Option<Self> {
        let names: Vec<String> = grid
            .first()?
            .iter()
            .map(|(name, _)| column_name(name))
            .collect();
        let at = |wanted: &[&str]| {
            wanted
                .iter()
                .find_map(|wanted| names.iter().position(|name| name == wanted))
        };
        if at(&["question"]).is_some() {
            return None;
        }
        let numbered: Vec<usize> = (1..)
            .map_while(|number: u8| {
                let short = format!("d{number}");
                let long = format!("domain_{number}");
                let is = |name: &String| {
                    *name == short || *name == long || name.starts_with(&format!("{long}_"))
                };
                names.iter().position(is)
            })
            .collect();
        let titled: Vec<usize> = TITLES
            .iter()
            .map_while(|title| names.iter().position(|name| name.starts_with(title)))
            .collect();
        let by_title = numbered.len() < 2 && titled.len() == TITLES.len();
        let domains = if by_title { titled } else { numbered };
        let optional = [
            ("tool", &["tool"][..]),
            ("variant", &["variant"]),
            ("result", &["result", "outcome"]),
            ("by", &["assessor", "by", "reviewer"]),
            ("at", &["at", "date"]),
        ];
        let named = optional
            .into_iter()
            .filter_map(|(name, spelled)| Some((name, at(spelled)?)));
        let found = Self {
            study: at(&["study", "study_id", "unique_id"])?,
            overall: at(&[
                "overall",
                "overall_bias",
                "overall_judgement",
                "overall_risk_of_bias",
            ])?,
            named: named.collect(),
            titled: by_title,
            domains,
        };
        (found.domains.len() > 1).then_some(found)
    }
}
