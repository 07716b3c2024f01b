//! `review schema`.

use super::{Exit, Terminal};
use crate::engine;
use crate::stage::Registry;

/// Prints the JSON Schema of pipeline.yaml, or of the settings of a kind of stage, for editors that complete and check.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review schema > pipeline.schema.json
  review schema --stage pool > pool.schema.json")]
pub(super) struct Args {
    /// The settings of this kind of stage instead
    #[arg(long, value_name = "KIND")]
    stage: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    let registry = Registry::built_in();
    let schema = match &args.stage {
        None => engine::schema(&registry),
        Some(kind) => {
            if let Some(stage) = registry.get(kind) {
                stage.settings_schema()
            } else {
                let signatures = registry.signatures();
                let names = signatures.iter().map(|signature| signature.kind);
                let near = crate::nearest::suggestion("kinds", kind, names);
                terminal.say(format!("there is no kind of stage `{kind}`: {near}"));
                return Exit::Wrong;
            }
        }
    };
    terminal.line(serde_json::to_string_pretty(&schema).expect("a schema is plain data"));
    Exit::Done
}
