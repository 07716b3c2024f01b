//! `review run`.

mod at;

use super::project::{self, Here};
use super::{Exit, Terminal, problems};
use crate::engine::{
    self, Cancel, Listener, Project, RunOptions, RunReport, Shared, StageRun, Status, Trust, Wait,
};
use crate::problem::{Problem, Problems, Severity};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Brings the review up to date: runs what changed, and nothing else.
///
/// Each stage is said to have run, with the reason, or to be fresh. Outputs stand in reports/; what people still owe and
/// what went wrong is said last.
///
/// With `--at`, a frozen baseline or a git revision is rebuilt instead: from its own inputs, in a folder of its own
/// (`.review/at/TAG/`, or `--to DIR`), never over the work tree. Every output is compared with the lock of that state; exit
/// code 4 when a byte differs, or when the baseline is not as it was frozen.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review run                     everything
  review run pool                up to the stage `pool`
  review run --dry-run           what would run, and why, touching nothing
  review run --force pool        `pool` again, though nothing changed
  review run --require-complete  for CI: exit code 3 while people's work is open
  review run --trust             with the programs of command stages, which nobody approved here
  review run --at 2026-05-31     the review as it was frozen in baselines/2026-05-31/, rebuilt beside this one
  review run --at v1.0 --to old  a git revision, rebuilt in old/
  review run --cache-dir /mnt/lab/review-cache
                                 takes results from there that other projects, machines or people kept, and leaves what it runs

What a shared cache holds is believed only if its bytes have their digests and its results bear the seal of your team's key: set
REVIEW_CACHE_KEY to the same text on every machine (`review cache key` prints one). Without it, only your own results count.

Ctrl-C ends the programs of command stages and keeps what was done; the next run goes on from there.")]
pub(super) struct Args {
    /// Stages to bring up to date, with all that they read (default: all)
    stages: Vec<String>,
    /// Threads to use (default: one a core); the result is the same with any number
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// Run the named stages (default: all) even where nothing changed
    #[arg(long)]
    force: bool,
    /// Say what would run, and touch nothing
    #[arg(long)]
    dry_run: bool,
    /// Fail at once when another run holds the project
    #[arg(long)]
    no_wait: bool,
    /// Digest every file again instead of trusting size and times
    #[arg(long)]
    rehash: bool,
    /// Run the programs of command stages this once, whether or not they are approved on this machine
    #[arg(long)]
    trust: bool,
    /// Exit with code 3 when people's work is still open
    #[arg(long)]
    require_complete: bool,
    /// Rebuild a baseline or a git revision in a folder of its own, and compare its bytes
    #[arg(long, value_name = "TAG", conflicts_with_all = ["stages", "force", "dry_run", "require_complete"])]
    at: Option<String>,
    /// The empty folder to rebuild in
    #[arg(long, value_name = "DIR", requires = "at")]
    to: Option<PathBuf>,
    /// Share results through this folder with other projects and machines (default: that of `REVIEW_CACHE_DIR`, if set)
    #[arg(long, value_name = "DIR", conflicts_with = "at")]
    cache_dir: Option<String>,
    /// Run in a copy of the inputs, so that several runs go on at once; the results go to the shared cache alone
    #[arg(long, conflicts_with_all = ["dry_run", "at"])]
    apart: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs.unwrap_or(0));
    let Ok(pool) = pool.build() else {
        terminal.say("the threads could not be started");
        return Exit::StageFailed;
    };
    if let Some(tag) = &args.at {
        let to = args.to.as_deref();
        let gone = pool.install(|| at::back_to(tag, to, here));
        return at::tell(tag, gone, args.json, here, terminal);
    }
    here.work(args.json, terminal, |project, terminal| {
        let options = options(args, project)?;
        let kept_in = options.shared.clone().filter(|_| args.apart);
        let watcher = Watcher::new(project.stages.len(), terminal.progress && !args.json);
        let outcome = pool.install(|| {
            if args.apart {
                engine::run_apart(project, options, &watcher)
            } else {
                engine::run(project, &options, &watcher)
            }
        });
        watcher.bar.finish_and_clear();
        let report = outcome?;
        if args.json {
            terminal.line(to_json(&report));
        } else {
            tell(&report, here, terminal);
            if let Some(shared) = kept_in {
                terminal.line(format!("kept in {}", shared.place()));
            }
        }
        Ok(exit_of(&report, args.require_complete))
    })
}

fn options(args: &Args, project: &Project<'_>) -> Result<RunOptions, Problem> {
    let shared = cache_place(args.cache_dir.as_deref()).filter(|_| !args.dry_run);
    let shared = shared.map(|place| Shared::open(&place, &project.root));
    Ok(RunOptions {
        only: args.stages.clone(),
        force: args.force,
        dry: args.dry_run,
        wait: if args.no_wait { Wait::No } else { Wait::Yes },
        rehash: args.rehash || super::terminal::in_ci(),
        trust: if args.trust {
            Trust::Given
        } else {
            Trust::Approved
        },
        cancel: stop_on_signals(),
        shared: shared.transpose()?.map(Arc::new),
    })
}

/// The shared cache that was named, or that the environment names.
pub(super) fn cache_place(named: Option<&str>) -> Option<String> {
    let named = named.map(str::to_owned);
    named.or_else(|| super::terminal::variable("REVIEW_CACHE_DIR"))
}

/// The wish to stop that Ctrl-C or a signal to end utters; a second one ends the program at once, which is safe too.
fn stop_on_signals() -> Cancel {
    let cancel = Cancel::default();
    let asked = cancel.clone();
    #[expect(clippy::exit, reason = "asked twice, the user wants no more waiting")]
    let on_signal = move || {
        if asked.ask() {
            std::process::exit(130);
        }
    };
    // Without a handler the system's own way holds: the program ends at once.
    let _ = ctrlc::set_handler(on_signal);
    cancel
}

fn exit_of(report: &RunReport, require_complete: bool) -> Exit {
    if report.failed() {
        Exit::StageFailed
    } else if report.problems().has_errors() {
        Exit::Wrong
    } else if require_complete && !report.open_work().is_empty() {
        Exit::Incomplete
    } else {
        Exit::Done
    }
}

/// Shows progress on a terminal while stages work.
struct Watcher {
    bar: ProgressBar,
    working: Mutex<Vec<String>>,
}

impl Watcher {
    fn new(stages: usize, visible: bool) -> Self {
        let bar = if visible {
            ProgressBar::new(stages as u64)
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}");
        bar.set_style(style.expect("the template is fixed and valid"));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            working: Mutex::new(Vec::new()),
        }
    }

    fn show(&self, change: impl FnOnce(&mut Vec<String>)) {
        let mut working = self.working.lock().expect("no thread panicked");
        change(&mut working);
        self.bar.set_message(working.join(", "));
    }
}

impl Listener for Watcher {
    fn waiting(&self, holder: &str) {
        let said = format!("waiting for another run ({holder})");
        if self.bar.is_hidden() {
            let _ = writeln!(io::stderr(), "{said}");
        } else {
            self.bar.set_message(said);
        }
    }

    fn started(&self, id: &str) {
        self.show(|working| working.push(id.to_owned()));
    }

    fn finished(&self, stage: &StageRun) {
        self.show(|working| working.retain(|id| *id != stage.id));
        self.bar.inc(1);
    }
}

/// One line a stage, then problems, open work and a summary.
fn tell(report: &RunReport, here: &Here, terminal: &mut Terminal) {
    let width = report
        .stages
        .iter()
        .map(|stage| stage.id.chars().count())
        .max();
    for stage in &report.stages {
        terminal.line(stage_line(stage, width.unwrap_or(0)));
    }
    let (notes, rest): (Vec<_>, Vec<_>) = report
        .problems()
        .0
        .into_iter()
        .partition(|problem| problem.severity == Severity::Note);
    project::print_problems(&Problems(rest), here, terminal);
    if !notes.is_empty() {
        let of: Vec<&str> = with_notes(report).collect();
        terminal.say(format!(
            "notes: {} from {}; `review run --json` has them",
            notes.len(),
            of.join(", ")
        ));
    }
    for work in report.open_work() {
        terminal.say(format!(
            "open: {} ({}); {}",
            work.what, work.count, work.how
        ));
    }
    terminal.line(summary(report));
}

/// The stages that have something to note.
fn with_notes(report: &RunReport) -> impl Iterator<Item = &str> {
    let stages = report.stages.iter();
    let noting = stages.filter(|stage| {
        let mut problems = stage.problems.iter();
        problems.any(|problem| problem.severity == Severity::Note)
    });
    noting.map(|stage| stage.id.as_str())
}

/// `pool  ran    0.02 s  data/extraction/outcomes.csv changed`.
pub(super) fn stage_line(stage: &StageRun, width: usize) -> String {
    let word = word(stage.status);
    let time = if stage.status == Status::Ran {
        format!("{:.2} s  ", stage.seconds)
    } else {
        String::new()
    };
    let line = format!(
        "{:width$}  {word:9}  {time}{}",
        stage.id,
        reasons(&stage.reasons)
    );
    line.trim_end().to_owned()
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Ran => "ran",
        Status::Fresh => "fresh",
        Status::Failed => "failed",
        Status::Blocked => "blocked",
        Status::Skipped => "skipped",
        Status::WouldRun => "would run",
        Status::MayRun => "may run",
    }
}

fn reasons(reasons: &[String]) -> String {
    match reasons {
        [] => String::new(),
        few if few.len() <= 3 => few.join("; "),
        many => format!("{}; and {} more", many[..3].join("; "), many.len() - 3),
    }
}

/// `8 stages: 2 ran, 6 fresh; 3 files written`.
pub(super) fn summary(report: &RunReport) -> String {
    let all = [
        Status::Ran,
        Status::Fresh,
        Status::WouldRun,
        Status::MayRun,
        Status::Skipped,
        Status::Failed,
        Status::Blocked,
    ];
    let counts: Vec<String> = all
        .into_iter()
        .filter_map(|status| {
            let stages = report.stages.iter();
            let count = stages.filter(|stage| stage.status == status).count();
            (count > 0).then(|| format!("{count} {}", word(status)))
        })
        .collect();
    let written: usize = report.stages.iter().map(|stage| stage.written.len()).sum();
    let files = match written {
        0 => "no file changed".to_owned(),
        1 => "1 file written".to_owned(),
        many => format!("{many} files written"),
    };
    format!(
        "{} stages: {}; {files}",
        report.stages.len(),
        counts.join(", ")
    )
}

/// The contract of `--json`.
pub(super) fn to_json(report: &RunReport) -> Value {
    let stages: Vec<Value> = report
        .stages
        .iter()
        .map(|stage| {
            json!({
                "id": stage.id,
                "status": stage.status,
                "reasons": stage.reasons,
                "seconds": stage.seconds,
                "written": stage.written,
            })
        })
        .collect();
    json!({
        "stages": stages,
        "open_work": report.open_work(),
        "problems": problems::json(&report.problems()),
    })
}
