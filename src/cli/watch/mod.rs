//! `review watch`.

mod changes;
mod looking;
mod page;

use super::door::{self, Door, wake};
use super::project::{self, Here};
use super::{Exit, Terminal, run};
use crate::engine::{self, Cancel, RunOptions, RunReport, Shared, Status, Trust, Wait};
use crate::problem::{Problem, Problems, Severity};
use crate::stage::Registry;
use changes::{Changes, Woken};
use page::Pages;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs what a saved file changes, again and again, and shows the report in a browser that reloads it.
///
/// The page is served on 127.0.0.1 alone, to whoever has the address that is printed, and it only reads. A run that goes wrong is told
/// here and on the page, and the last good report stays. Ctrl-C ends; a run that is going on then stops as `review run` does.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review watch                 runs, opens the report, and runs again whenever a file is saved
  review watch pool --no-page  up to the stage `pool`, here in the terminal alone
  review watch --poll          where the system tells of no changes, as on many network disks")]
pub(super) struct Args {
    /// Stages to bring up to date, with all that they read (default: all)
    stages: Vec<String>,
    /// Port of the page (default: any that is free)
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    port: u16,
    /// Print the address and open no browser
    #[arg(long)]
    no_open: bool,
    /// Serve no page
    #[arg(long, conflicts_with_all = ["port", "no_open"])]
    no_page: bool,
    /// Look at the times of all files twice a second instead of asking the system to tell
    #[arg(long)]
    poll: bool,
    /// Run the programs of command stages this time, whether or not they are approved on this machine
    #[arg(long)]
    trust: bool,
    /// Share results through this folder (default: that of `REVIEW_CACHE_DIR`, if set)
    #[arg(long, value_name = "DIR")]
    cache_dir: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    match watch(args, here, terminal) {
        Ok(()) => Exit::Done,
        Err(problem) => {
            project::print_problems(&Problems::from(problem), here, terminal);
            Exit::Wrong
        }
    }
}

/// How a watch is asked to end.
#[derive(Clone, Default)]
struct End {
    asked: Arc<AtomicBool>,
    cancel: Cancel,
}

impl End {
    fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}

fn watch(args: &Args, here: &Here, terminal: &mut Terminal) -> Result<(), Problem> {
    let registry = Registry::built_in();
    // What is no review at all is not waited for.
    engine::files::read(&here.0.join(engine::PIPELINE)).map_err(|error| {
        let title = format!(
            "there is no pipeline.yaml to watch in {}: {error}",
            here.0.display()
        );
        Problem::error("engine::no-pipeline", title)
            .help("go to the folder of a review, or name it with `-C DIR`")
    })?;
    let end = End::default();
    let pages = Arc::new(Pages::of(&here.0));
    let door = open_door(args)?;
    let at = door.as_ref().map(Door::at);
    let mut changes = Changes::of(&here.0, args.poll)?;
    end_on_signals(&end, changes.waker(), at);
    let served = door.map(|door| serve(door, &end, &pages, args, terminal));
    loop {
        let outcome = bring_up_to_date(args, here, &registry, &end, &mut changes);
        if end.is_asked() {
            break;
        }
        pages.tell(&outcome, &tell(&outcome, here, terminal));
        if changes.wait() == Woken::ToEnd || end.is_asked() {
            break;
        }
    }
    pages.close();
    if let Some(served) = served {
        // The thread has nothing left but to end.
        let _ = served.join();
    }
    terminal.say("ended; what was done is kept");
    Ok(())
}

fn open_door(args: &Args) -> Result<Option<Door>, Problem> {
    if args.no_page {
        return Ok(None);
    }
    let door = Door::open(args.port, "review watch");
    door.map(Some)
        .map_err(|said| Problem::error("engine::system", said).help("name another `--port`"))
}

fn serve(
    door: Door,
    end: &End,
    pages: &Arc<Pages>,
    args: &Args,
    terminal: &mut Terminal,
) -> std::thread::JoinHandle<()> {
    let address = door.address();
    terminal.line(&address);
    terminal.say("Ctrl-C ends");
    let (asked, pages) = (Arc::clone(&end.asked), Arc::clone(pages));
    let served = std::thread::spawn(move || {
        door.serve(&asked, move |visit, _| pages.answer(visit));
    });
    if !args.no_open && !door::open_browser(&address) {
        terminal.say("no browser could be opened; open the address above in one");
    }
    served
}

/// Ends the watch on Ctrl-C and its like; asked twice, the program ends at once, which is safe too.
fn end_on_signals(end: &End, waker: changes::Waker, door: Option<std::net::SocketAddr>) {
    let end = end.clone();
    #[expect(clippy::exit, reason = "asked twice, the user wants no more waiting")]
    let on_signal = move || {
        if end.cancel.ask() {
            std::process::exit(130);
        }
        end.asked.store(true, Ordering::SeqCst);
        waker.end();
        door.into_iter().for_each(wake);
    };
    // Without a handler the system's own way holds: the program ends at once.
    let _ = ctrlc::set_handler(on_signal);
}

fn bring_up_to_date(
    args: &Args,
    here: &Here,
    registry: &Registry,
    end: &End,
    changes: &mut Changes,
) -> Result<RunReport, Problems> {
    let project = here.open(registry)?;
    let slots = project.stages.iter().flat_map(|stage| &stage.outputs);
    changes.leave_out(slots.map(|slot| slot.path.clone()));
    let place = run::cache_place(args.cache_dir.as_deref());
    let shared = place.map(|place| Shared::open(&place, &project.root));
    let options = RunOptions {
        only: args.stages.clone(),
        wait: Wait::Yes,
        trust: if args.trust {
            Trust::Given
        } else {
            Trust::Approved
        },
        cancel: end.cancel.clone(),
        shared: shared.transpose()?.map(Arc::new),
        ..RunOptions::default()
    };
    engine::run(&project, &options, &())
}

/// Says what a run did, shortly; the line that sums it up.
fn tell(outcome: &Result<RunReport, Problems>, here: &Here, terminal: &mut Terminal) -> String {
    let (problems, summary) = match outcome {
        Ok(report) => {
            let worked = report.stages.iter();
            for stage in worked.filter(|stage| stage.status != Status::Fresh) {
                terminal.line(run::stage_line(stage, 0));
            }
            (report.problems(), run::summary(report))
        }
        Err(problems) => (
            problems.clone(),
            "nothing ran: a file is wrong; see the terminal".to_owned(),
        ),
    };
    let errors = problems.0.into_iter();
    let errors = errors.filter(|problem| problem.severity == Severity::Error);
    project::print_problems(&Problems(errors.collect()), here, terminal);
    terminal.line(&summary);
    let _ = terminal.out.flush();
    summary
}
