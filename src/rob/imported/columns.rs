//! The domains that the columns of a table stand for.

use super::super::tool::Tool;

/// A variant that a table may be of, with the domain of each of its columns.
pub(super) struct Fitting {
    pub(super) variant: String,
    pub(super) domains: Vec<Option<String>>,
}

/// The variants that have as many domains as the table has columns, in the tool's order: the one of that name, or those whose name
/// says the `effect` that the assessors aimed at.
pub(super) fn fitting(
    tool: &Tool,
    name: &str,
    written: &str,
    effect: Option<&str>,
    columns: usize,
) -> Vec<Fitting> {
    let names: Vec<&str> = tool.variants.keys().map(String::as_str).collect();
    let names = if names.is_empty() { vec![""] } else { names };
    let meant = |known: &&str| match effect {
        _ if !written.is_empty() => *known == written,
        Some(effect) => known.contains(effect),
        None => true,
    };
    let found = names.into_iter().filter(meant).map(|variant| Fitting {
        variant: variant.to_owned(),
        domains: columns_of(tool, name, variant),
    });
    found
        .filter(|found| found.domains.len() == columns)
        .collect()
}

/// The effect in the names of variants that the RoB 2 workbook states as its aim.
pub(super) fn effect(aim: &str) -> Option<&'static str> {
    let aim = aim.to_lowercase();
    let says = |words: [&str; 2]| words.iter().any(|word| aim.contains(word));
    if says(["intention-to-treat", "assignment"]) {
        Some("assignment")
    } else if says(["per-protocol", "adher"]) {
        Some("adherence")
    } else {
        None
    }
}

/// The domain of each of robvis' columns `D1`, `D2`, … for a variant of a tool.
///
/// The draft of ROBINS-I has six domains in another order than the seven columns that robvis draws; its own order is kept to
/// those, and the column for deviations, which it has no domain for, is none.
pub fn columns_of(tool: &Tool, name: &str, variant: &str) -> Vec<Option<String>> {
    let own = tool.domains_of(Some(variant)).unwrap_or_default();
    let own: Vec<Option<String>> = own.into_iter().map(|name| Some(name.to_owned())).collect();
    match own.as_slice() {
        [d1, d2, d3, d4, d5, d6] if name == "robins-i-v2" => {
            [d1, d3, d2, &None, d4, d5, d6].map(Clone::clone).to_vec()
        }
        _ => own,
    }
}
