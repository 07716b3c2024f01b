//! The pipeline as the values of the report tell it: which stage read what of which.

use super::NamedFigure;
use super::analysis::titled;
use crate::artefact::{Address, Origin};
use crate::plot::{GraphNode, PipelineGraph};
use crate::report::input::ReportInput;
use indexmap::IndexSet;
use std::collections::BTreeSet;

/// Rows of a table whose sources are looked at; rows of one table come from the same stages.
const LOOKED_AT: usize = 100;

/// `pipeline`: the stages whose tables the report was given, an edge where a value of one names a value of another as its source, and
/// the report that reads them all.
pub(super) fn draw(input: &ReportInput) -> Option<NamedFigure> {
    let words = &input.words;
    let stages: IndexSet<&str> = input
        .tables
        .iter()
        .map(|table| table.stage.as_str())
        .collect();
    if stages.len() < 2 {
        return None;
    }
    let mut edges = BTreeSet::new();
    for table in &input.tables {
        let (Some(to), Some(column)) = (
            stages.get_index_of(table.stage.as_str()),
            table.sheet.columns.iter().position(|name| name == "origin"),
        ) else {
            continue;
        };
        let rows = table.sheet.rows.values().take(LOOKED_AT);
        for origin in rows.filter_map(|row| row.get(column)) {
            edges.extend(sources(origin, &stages).map(|from| (from, to)));
        }
    }
    edges.retain(|(from, to)| from != to);
    let report = stages.len();
    edges.extend((0..report).map(|stage| (stage, report)));
    let node = |id: &str, detail: String| GraphNode {
        id: id.to_owned(),
        detail,
        ..GraphNode::default()
    };
    let mut nodes: Vec<GraphNode> = stages
        .iter()
        .map(|stage| {
            let tables = input.tables.iter().filter(|table| table.stage == **stage);
            let rows: usize = tables.map(|table| table.sheet.rows.len()).sum();
            node(
                stage,
                words.say("picture.rows", &[("rows", &rows.to_string())]),
            )
        })
        .collect();
    nodes.push(node(words.text("picture.report"), String::new()));
    let plot = PipelineGraph {
        frame: titled(words, "pipeline", words.say("picture.pipeline", &[])),
        nodes,
        edges: edges.into_iter().collect(),
        notes: Vec::new(),
    };
    Some(NamedFigure {
        name: "pipeline".to_owned(),
        figure: plot.draw(),
    })
}

/// The stages that an origin names.
fn sources<'a>(origin: &'a str, stages: &'a IndexSet<&str>) -> impl Iterator<Item = usize> + 'a {
    let parsed: Option<Origin> = origin.parse().ok();
    let clauses = parsed.into_iter().flat_map(|origin| origin.0);
    let addresses = clauses.flat_map(|clause| clause.from.to_vec());
    addresses.filter_map(move |address| match address {
        Address::Cell { stage, .. }
        | Address::Row { stage, .. }
        | Address::Artefact { stage, .. } => stages.get_index_of(stage.as_str()),
        Address::File(_) => None,
    })
}
