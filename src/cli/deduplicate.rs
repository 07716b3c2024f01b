//! `review deduplicate`.

mod inputs;
mod records_table;
mod results;

use super::{Exit, Terminal};
use crate::bib::Record;
use crate::dedup::{self, Settings};
use crate::problem::{Problem, Problems};
use inputs::{read_previous, read_records, read_settings, read_verdicts};
use results::write_all;
use std::path::PathBuf;

/// Finds records of the same publication in search exports or a table.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review deduplicate medline.ris embase.ris central.csv -o deduplicated
  review deduplicate searches/*.ris -o deduplicated --verdicts verdicts.csv
  review deduplicate new/*.ris -o round-2 --previous deduplicated/clusters.csv    keeps identifiers of clusters
  review deduplicate searches/*.ris --why 'medline:12,embase:7'    why two records are joined or not")]
pub(super) struct Args {
    /// Search exports, or CSV tables with an `id` column (`.gz` is opened).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Folder to write clusters.csv, duplicates.csv, queue.csv and records.csv to.
    #[arg(short, long, value_name = "DIR", required_unless_present = "why")]
    output: Option<PathBuf>,
    /// Say why two records are joined, left to a person or kept apart, and write nothing.
    #[arg(long, value_name = "ID1,ID2", conflicts_with = "output")]
    why: Vec<String>,
    /// People's verdicts: id1,id2,verdict (same or different).
    #[arg(long, value_name = "FILE")]
    verdicts: Option<PathBuf>,
    /// Settings in YAML.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// clusters.csv of an earlier run, whose cluster identifiers are kept.
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    let mut problems = Problems::new();
    let mut records = Vec::new();
    for file in &args.files {
        match read_records(file) {
            Ok((read, found)) => {
                records.extend(read);
                problems.append(found);
            }
            Err(problem) => problems.push(*problem),
        }
    }
    let settings = match args.settings.as_deref().map(read_settings).transpose() {
        Ok(settings) => settings.unwrap_or_default(),
        Err(problem) => return fail(terminal, &problem),
    };
    let verdicts = match args.verdicts.as_deref().map(read_verdicts).transpose() {
        Ok(verdicts) => verdicts.unwrap_or_default(),
        Err(problem) => return fail(terminal, &problem),
    };
    problems.append(verdicts.1);
    let Some(output) = &args.output else {
        return answer(args, &records, &settings, terminal);
    };
    let mut result = dedup::deduplicate(&records, &settings, &verdicts.0);
    if let Some(previous) = &args.previous {
        match read_previous(previous) {
            Ok(previous) => result.keep_ids(&records, &previous),
            Err(problem) => return fail(terminal, &problem),
        }
    }
    problems.append(std::mem::take(&mut result.problems));
    let written = write_all(output, &records, &result, &settings);
    for problem in &problems {
        say(terminal, problem);
    }
    if let Err(error) = written {
        terminal.say(format_args!("{}: {error}", output.display()));
        return Exit::StageFailed;
    }
    terminal.say(format_args!(
        "{} records, {} publications, {} pairs to decide",
        records.len(),
        result.clusters.len(),
        result.queue.len()
    ));
    if problems.has_errors() {
        Exit::Wrong
    } else {
        Exit::Done
    }
}

/// Prints `id1,id2,outcome,ground,score,fields` for every pair that was asked about.
fn answer(args: &Args, records: &[Record], settings: &Settings, terminal: &mut Terminal) -> Exit {
    let find = |id: &str| {
        records
            .iter()
            .find(|record| record.id.as_str() == id.trim())
    };
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut exit = Exit::Done;
    let mut rows = vec![["id1", "id2", "outcome", "ground", "score", "fields"].map(str::to_owned)];
    for pair in &args.why {
        let (left, right) = pair.split_once(',').unwrap_or((pair, ""));
        let (Some(a), Some(b)) = (find(left), find(right)) else {
            let unknown = if find(left).is_none() { left } else { right };
            let problem = Problem::error("dedup::unknown-record", format!("no record `{unknown}`"))
                .help("write --why ID1,ID2 with identifiers of the files given");
            exit = fail(terminal, &problem);
            continue;
        };
        let why = dedup::why(a, b, settings);
        rows.push([
            a.id.to_string(),
            b.id.to_string(),
            why.outcome.to_owned(),
            why.ground.to_owned(),
            format!("{:.4}", why.score),
            why.fields,
        ]);
    }
    for row in rows {
        out.write_record(row).expect("writing to memory succeeds");
    }
    let bytes = out.into_inner().expect("writing to memory succeeds");
    terminal.line(String::from_utf8_lossy(&bytes).trim_end());
    exit
}

fn fail(terminal: &mut Terminal, problem: &Problem) -> Exit {
    say(terminal, problem);
    Exit::Wrong
}

fn say(terminal: &mut Terminal, problem: &Problem) {
    terminal.say(problem);
    for (place, label) in problem.places.iter().skip(1) {
        terminal.say(format_args!("  {place} {label}"));
    }
    if let Some(help) = &problem.help {
        terminal.say(format_args!("  = help: {help}"));
    }
}
