//! The domains that the columns of a table stand for.

use super::super::tool::Tool;

/// The variant of that name, or the first with as many domains as the table has columns; with the domain of each column.
pub(super) fn variant(
    tool: &Tool,
    name: &str,
    written: &str,
    columns: usize,
) -> Option<(String, Vec<Option<String>>)> {
    let names: Vec<&str> = tool.variants.keys().map(String::as_str).collect();
    let names = if names.is_empty() { vec![""] } else { names };
    let mut fitting = names
        .into_iter()
        .filter(|known| written.is_empty() || *known == written);
    fitting.find_map(|variant| {
        let domains = columns_of(tool, name, variant);
        (domains.len() == columns).then(|| (variant.to_owned(), domains))
    })
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
