//! `review pool`.

mod analysis;
mod answer_bayes;
mod answer_clusters;
mod answer_conversion;
mod answer_counts;
mod answer_diagnostics;
mod answer_draw;
mod answer_glmm;
mod answer_models;
mod answer_moderators;
mod answer_multilevel;
mod answer_selection;
mod answer_univariate;
mod args;
mod arguments;
mod batch;
mod cell;
mod columns;
mod corrections;
mod effects;
mod moderators;
mod numbers;
mod print;
mod request;
mod studies;
mod table;

pub(super) use args::Args;

use super::{Exit, Terminal, problems};
use crate::problem::{Problem, Problems};

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    if let Some(path) = &args.batch {
        return batch::run(path, terminal);
    }
    let Some(path) = &args.data else {
        let problem = Problem::error("pool::no-data", "no file of studies is given")
            .help("try `review pool DATA.csv --measure SMD`, or `review pool --help`");
        say(&problem.into(), terminal);
        return Exit::Wrong;
    };
    let mut found = Problems::new();
    let analysis = studies::read(path, args, &mut found)
        .and_then(|studies| analysis::run(&studies, args, &mut found));
    say(&found, terminal);
    let Some(analysis) = analysis else {
        return Exit::Wrong;
    };
    if args.json {
        terminal.line(print::json(&analysis));
    } else {
        terminal.line(print::text(&analysis).trim_end());
    }
    if found.has_errors() {
        Exit::Wrong
    } else {
        Exit::Done
    }
}

fn say(found: &Problems, terminal: &mut Terminal) {
    if !found.is_empty() {
        #[expect(
            clippy::disallowed_methods,
            reason = "the cli reads files that it is asked to show"
        )]
        let source = |path: &str| std::fs::read_to_string(path).ok();
        let text = problems::render(found, &source, terminal.colour);
        terminal.say(text.trim_end());
    }
}
