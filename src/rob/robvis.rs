//! Judgements as the table that robvis draws: study, one column a domain, overall, weight.

use super::imported::columns_of;
use super::tool::Tool;
use std::collections::BTreeMap;

/// The judgements on one result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RobvisRow {
    /// How the study is cited, with the result where the tool judges results.
    pub study: String,
    /// Variant of the tool.
    pub variant: String,
    /// Judgements in words by domain.
    pub domains: BTreeMap<String, String>,
    /// The judgement of all together, in words.
    pub overall: String,
}

/// The table of one tool as CSV; every weight is 1, for bars that count results.
///
/// Words are written in full: robvis goes by the first letter and takes a bare `NI` for a missing value. A domain that is not
/// judged, or that the tool does not have, is `Not applicable` or empty. The rows of a variant with fewer domains end early.
pub fn robvis(name: &str, tool: Option<&Tool>, rows: &[RobvisRow]) -> Vec<u8> {
    let columns = |row: &RobvisRow| -> Vec<Option<String>> {
        let known = tool.map(|tool| columns_of(tool, name, &row.variant));
        known
            .filter(|columns| !columns.is_empty())
            .unwrap_or_else(|| row.domains.keys().cloned().map(Some).collect())
    };
    let width = rows.iter().map(|row| columns(row).len()).max().unwrap_or(0);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut header = vec!["Study".to_owned()];
    header.extend((1..=width).map(|number| format!("D{number}")));
    header.extend(["Overall".to_owned(), "Weight".to_owned()]);
    writer
        .write_record(&header)
        .expect("writing to memory cannot fail");
    for row in rows {
        let mut cells = vec![row.study.clone()];
        cells.extend(columns(row).into_iter().map(|domain| match domain {
            Some(domain) => row.domains.get(&domain).cloned().unwrap_or_default(),
            None => "Not applicable".to_owned(),
        }));
        cells.resize(width + 1, String::new());
        cells.extend([row.overall.clone(), "1".to_owned()]);
        writer
            .write_record(&cells)
            .expect("writing to memory cannot fail");
    }
    writer.into_inner().expect("writing to memory cannot fail")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rob::shipped;

    fn row(variant: &str, domains: &[&str]) -> RobvisRow {
        RobvisRow {
            study: "A 2020".to_owned(),
            variant: variant.to_owned(),
            domains: domains
                .iter()
                .map(|domain| ((*domain).to_owned(), format!("Low in {domain}")))
                .collect(),
            overall: "Low".to_owned(),
        }
    }

    #[test]
    fn the_draft_of_robins_i_is_put_into_the_columns_of_its_first_edition() {
        let tool = shipped::tool("robins-i-v2").expect("shipped");
        let rows = [row("itt", &["D1A", "D2", "D3", "D4", "D5", "D6"])];
        let text = String::from_utf8(robvis("robins-i-v2", Some(&tool), &rows)).expect("text");
        // risk-of-bias.md, section 3: V2 D1 to D6 go to D1, D3, D2, D5, D6, D7, and D4 is not applicable.
        assert_eq!(
            text,
            "Study,D1,D2,D3,D4,D5,D6,D7,Overall,Weight\nA 2020,Low in D1A,Low in D3,Low in D2,Not applicable,Low in D4,Low in D5,Low in D6,Low,1\n"
        );
    }

    #[test]
    fn variants_of_one_tool_share_their_columns() {
        let tool = shipped::tool("rob2").expect("shipped");
        let rows = [
            row("parallel-assignment", &["D1", "D2a", "D3", "D4", "D5"]),
            row("parallel-adherence", &["D1", "D2b", "D3", "D4", "D5"]),
        ];
        let text = String::from_utf8(robvis("rob2", Some(&tool), &rows)).expect("text");
        assert!(
            text.contains("Low in D2a,Low in D3") && text.contains("Low in D2b,Low in D3"),
            "{text}"
        );
        assert!(text.starts_with("Study,D1,D2,D3,D4,D5,Overall,Weight\n"));
    }
}
