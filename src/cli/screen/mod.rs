//! `review screen`.

mod conflicts;
mod decisions;
mod desk;
mod language;
mod ledger;
mod marks;
mod material;
mod page;
mod pairs;
mod seat;
mod server;
mod uncertainty;
mod voting;

use super::project::Here;
use super::{Exit, Terminal, door};
use crate::engine::Project;
use crate::screening::Stage;
use conflicts::Conflicts;
use desk::Desk;
use material::{Material, Unsure};
use page::Page;
use pairs::Pairs;
use seat::Seat;
use server::Server;
use voting::Voting;

/// Opens a local page to vote on, one record after the other, by single keys.
///
/// Every vote is in the reviewer's own file before the next record is shown, and on the disk too unless that is slow; what it could not
/// keep is told with the next answer or at the end. The page is served to this machine alone, and only to who has the address.
/// Press `?` on it for its keys, Ctrl-C here to end.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "\
Examples:
  review screen --reviewer reviewer-a                      title and abstract
  review screen --reviewer reviewer-a --stage full-text    the reports that went on
  review screen --adjudicate reviewer-c                    conflicts; both votes are shown here alone
  review screen --duplicates reviewer-a                    pairs that deduplication is unsure of",
    group = clap::ArgGroup::new("task").required(true)
)]
pub(super) struct Args {
    /// Vote as this reviewer, in data/screening/NAME.csv
    #[arg(long, value_name = "NAME", group = "task", value_parser = person)]
    reviewer: Option<String>,
    /// Settle conflicts as this person, in adjudication.csv
    #[arg(long, value_name = "NAME", group = "task", value_parser = person)]
    adjudicate: Option<String>,
    /// Answer deduplication's unsure pairs as this person, in verdicts.csv
    #[arg(long, value_name = "NAME", group = "task", value_parser = person)]
    duplicates: Option<String>,
    /// What is voted on
    #[arg(long, value_enum, default_value_t, requires = "reviewer")]
    stage: StageName,
    /// Order of the queue; `uncertainty` learns from your own votes alone, once, at the start
    #[arg(long, value_enum, default_value_t, requires = "reviewer")]
    order: Order,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Print the address and open no browser
    #[arg(long)]
    no_open: bool,
}

/// A stage of screening, as written on the command line.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub(super) enum StageName {
    /// By title and abstract
    #[default]
    TitleAbstract,
    /// By full text
    FullText,
}

impl StageName {
    /// The stage.
    pub(super) fn stage(self) -> Stage {
        match self {
            Self::TitleAbstract => Stage::TitleAbstract,
            Self::FullText => Stage::FullText,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Order {
    #[default]
    Record,
    Uncertainty,
}

/// A name that can be a file's.
fn person(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || text.starts_with('.') || !text.chars().all(fits) {
        return Err(
            "a name has letters, digits, `-`, `_` and `.`, as the file of the votes".into(),
        );
    }
    if matches!(text.to_lowercase().as_str(), "adjudication" | "studies") {
        return Err("the folder of votes has another file of that name".into());
    }
    Ok(text.to_owned())
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(false, terminal, |project, terminal| {
        Ok(match serve(args, project, terminal) {
            Ok(()) => Exit::Done,
            Err(said) => {
                terminal.say(said);
                Exit::Wrong
            }
        })
    })
}

fn serve(args: &Args, project: &Project, terminal: &mut Terminal) -> Result<(), String> {
    let seat = match (&args.reviewer, &args.adjudicate) {
        (Some(name), _) => name.as_str(),
        (None, Some(_)) => "adjudication",
        (None, None) => "duplicates",
    };
    let mut seat = Seat::take(&project.root, seat)?;
    seat.sign().map_err(|error| error.to_string())?;
    let (desk, page) = desk(args, project, terminal)?;
    let server = Server::open(args.port)?;
    let (total, before) = (desk.len(), desk.done());
    terminal.say(format_args!(
        "{} for {}: {} of {total} answered. Ctrl-C ends; nothing is left unsaved.",
        desk.title(),
        desk.who(),
        before
    ));
    terminal.line(server.address());
    terminal.say("");
    if !args.no_open && !door::open_browser(&server.address()) {
        terminal.say("no browser could be opened; open the address above in one");
    }
    let done = server.run(desk, page)?;
    terminal.say(format_args!("ended: {done} of {total} answered"));
    if done != before {
        terminal.say("`review run` takes up what was said");
    }
    Ok(())
}

/// What is asked, and the page that asks it.
fn desk(
    args: &Args,
    project: &Project,
    terminal: &mut Terminal,
) -> Result<(Box<dyn Desk + Send>, Page), String> {
    if let Some(who) = &args.duplicates {
        let pairs = Pairs::new(Unsure::read(project)?, who);
        if let Some(unread) = pairs.unread() {
            terminal.say(unread);
        }
        return Ok((Box::new(pairs), Page::new(Vec::new(), Vec::new())?));
    }
    let material = Material::read(project)?;
    let page = Page::new(material.criteria(), voting::marks_of(&material).groups)?;
    let Some(who) = &args.reviewer else {
        let who = args.adjudicate.as_deref().unwrap_or_default();
        return Ok((Box::new(Conflicts::new(material, who)?), page));
    };
    let stage = args.stage.stage();
    let voting = Voting::new(material, who, stage, args.order == Order::Uncertainty)?;
    if voting.learned == Some(false) {
        terminal.say("the order stays as it is until you have both included and excluded a record");
    }
    Ok((Box::new(voting), page))
}
