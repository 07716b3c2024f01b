//! `review graph`.

use super::project::Here;
use super::{Exit, Terminal, run};
use crate::engine::{self, Listener, RunOptions, Status, Wait};
use crate::ids::StageId;
use std::collections::BTreeMap;

/// Draws the pipeline: stages, what flows between them, and the state of each.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review graph                            a line a stage
  review graph --format mermaid           for a page that draws Mermaid
  review graph --format dot | dot -Tpng   through Graphviz")]
pub(super) struct Args {
    /// How to draw it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line a stage
    Text,
    /// A Mermaid flow chart
    Mermaid,
    /// A Graphviz graph
    Dot,
    /// A JSON object: stages with state and what they read
    Json,
}

struct Silent;

impl Listener for Silent {}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    let registry = crate::stage::Registry::built_in();
    let project = match here.open(&registry) {
        Ok(project) => project,
        Err(found) => return run::stopped(&found, false, here, terminal),
    };
    let options = RunOptions {
        only: Vec::new(),
        force: false,
        dry: true,
        wait: Wait::No,
        rehash: false,
    };
    let states: BTreeMap<String, Status> = engine::run(&project, &options, &Silent)
        .map(|report| {
            report
                .stages
                .into_iter()
                .map(|stage| (stage.id, stage.status))
                .collect()
        })
        .unwrap_or_default();
    let state = |id: &StageId| match states.get(id.as_str()) {
        Some(Status::Fresh) => "fresh".to_owned(),
        Some(Status::WouldRun) => "would run".to_owned(),
        Some(Status::MayRun) => "may run".to_owned(),
        Some(_) | None => "unknown".to_owned(),
    };
    let drawn = match args.format {
        Format::Text => project.graph.to_text(&state),
        Format::Mermaid => project.graph.to_mermaid(&state),
        Format::Dot => project.graph.to_dot(&state),
        Format::Json => {
            let stages: Vec<_> = project
                .graph
                .order()
                .map(|id| serde_json::json!({"id": id, "state": state(id), "reads": project.graph.parents(id)}))
                .collect();
            serde_json::json!({ "stages": stages }).to_string()
        }
    };
    terminal.line(drawn.trim_end());
    Exit::Done
}
