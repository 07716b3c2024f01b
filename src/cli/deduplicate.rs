//! `review deduplicate`.

mod inputs;
mod results;

use super::{Exit, Terminal};
use crate::bib::Record;
use crate::dedup::{self, Settings, Verdict};
use crate::ids::RecordId;
use crate::problem::{Problem, Problems};
use inputs::{read_previous, read_records, read_settings, read_verdicts};
use results::write_all;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Finds records of the same publication in search exports or a table.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review deduplicate medline.ris embase.ris central.csv -o deduplicated
  review deduplicate searches/*.ris -o deduplicated --verdicts verdicts.csv
  review deduplicate new/*.ris -o round-2 --previous deduplicated/clusters.csv    keeps identifiers of clusters
  review deduplicate searches/*.ris --why 'medline:12,embase:7'    why two records are joined or not")]
pub(super) struct Args {
    /// Search exports, or tables whose column `id` names the records (gzip is opened).
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

/// What is deduplicated, and what people said of it.
struct Asked {
    records: Vec<Record>,
    settings: Settings,
    verdicts: Vec<Verdict>,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    let mut problems = Problems::new();
    let records = read_records(&args.files, &mut problems);
    let settings = optional(args.settings.as_ref(), |path| {
        read_settings(path, &mut problems)
    });
    let verdicts = optional(args.verdicts.as_ref(), |path| {
        read_verdicts(path, &mut problems)
    });
    let previous = optional(args.previous.as_ref(), |path| {
        read_previous(path, &records, &mut problems)
    });
    let (Some(settings), Some(verdicts), Some(previous)) = (settings, verdicts, previous) else {
        problems.iter().for_each(|problem| say(terminal, problem));
        return Exit::Wrong;
    };
    let asked = Asked {
        records,
        settings,
        verdicts,
    };
    let done = match &args.output {
        Some(output) => decide(output, &asked, &previous, &mut problems),
        None => Ok(answer(&args.why, &asked, &mut problems)),
    };
    problems.iter().for_each(|problem| say(terminal, problem));
    match (done, &args.output) {
        (Err(error), output) => {
            let output = output.as_deref().unwrap_or(Path::new("."));
            terminal.say(format_args!("{}: {error}", output.display()));
            return Exit::StageFailed;
        }
        (Ok(summary), Some(_)) => terminal.say(summary),
        (Ok(table), None) => terminal.line(table),
    }
    if problems.has_errors() {
        Exit::Wrong
    } else {
        Exit::Done
    }
}

/// What a file holds, where one is named; `None` where it cannot be used.
fn optional<T: Default>(
    path: Option<&PathBuf>,
    read: impl FnOnce(&Path) -> Option<T>,
) -> Option<T> {
    path.map_or_else(|| Some(T::default()), |path| read(path))
}

/// Writes the tables; says what they came to.
fn decide(
    output: &Path,
    asked: &Asked,
    previous: &BTreeMap<RecordId, RecordId>,
    problems: &mut Problems,
) -> std::io::Result<String> {
    let Asked {
        records,
        settings,
        verdicts,
    } = asked;
    let mut result = dedup::deduplicate(records, settings, verdicts);
    result.keep_ids(records, previous);
    problems.append(std::mem::take(&mut result.problems));
    write_all(output, records, &result, settings)?;
    let kept = if previous.is_empty() {
        String::new()
    } else {
        let former: BTreeSet<&RecordId> = previous.values().collect();
        let kept = result.clusters.iter();
        let kept = kept.filter(|cluster| former.contains(&cluster.id)).count();
        format!("; {kept} of {} former cluster ids kept", former.len())
    };
    Ok(format!(
        "{} records, {} publications, {} pairs to decide{kept}",
        records.len(),
        result.clusters.len(),
        result.queue.len()
    ))
}

/// `id1,id2,outcome,ground,score,fields` for every pair that was asked about.
fn answer(pairs: &[String], asked: &Asked, problems: &mut Problems) -> String {
    let find = |id: &str| {
        let mut records = asked.records.iter();
        records.find(|record| record.id.as_str() == id.trim())
    };
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut rows = vec![["id1", "id2", "outcome", "ground", "score", "fields"].map(str::to_owned)];
    for pair in pairs {
        let (left, right) = pair.split_once(',').unwrap_or((pair, ""));
        let (Some(a), Some(b)) = (find(left), find(right)) else {
            let unknown = if find(left).is_none() { left } else { right };
            problems.push(
                Problem::error("dedup::unknown-record", format!("no record `{unknown}`"))
                    .help("write --why ID1,ID2 with identifiers of the files given"),
            );
            continue;
        };
        let why = dedup::why(a, b, &asked.settings);
        let (outcome, ground, fields) = match verdict_on(&asked.verdicts, a, b) {
            Some(verdict) => {
                let outcome = if verdict.same { "same" } else { "different" };
                (
                    outcome,
                    "verdict",
                    format!("{}; {}", verdict.place, why.fields),
                )
            }
            None => (why.outcome, why.ground, why.fields),
        };
        rows.push([
            a.id.to_string(),
            b.id.to_string(),
            outcome.to_owned(),
            ground.to_owned(),
            format!("{:.4}", why.score),
            fields,
        ]);
    }
    for row in rows {
        out.write_record(row).expect("writing to memory succeeds");
    }
    let bytes = out.into_inner().expect("writing to memory succeeds");
    String::from_utf8_lossy(&bytes).trim_end().to_owned()
}

/// What a person said of two records; of two words, that they are different.
fn verdict_on<'v>(verdicts: &'v [Verdict], a: &Record, b: &Record) -> Option<&'v Verdict> {
    let on = |verdict: &&Verdict| {
        let pair = [&verdict.a, &verdict.b];
        pair == [&a.id, &b.id] || pair == [&b.id, &a.id]
    };
    verdicts
        .iter()
        .filter(on)
        .min_by_key(|verdict| verdict.same)
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
