//! `review graph`.

use super::project::Here;
use super::{Exit, Terminal};
use crate::engine::{self, Project, RunOptions, Status};
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

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(
        args.format == Format::Json,
        terminal,
        |project, terminal| {
            terminal.line(drawn(args.format, project).trim_end());
            Ok(Exit::Done)
        },
    )
}

/// The pipeline in a form.
fn drawn(format: Format, project: &Project<'_>) -> String {
    let states: BTreeMap<String, Status> = engine::run(project, &RunOptions::look(), &())
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
    match format {
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
    }
}
