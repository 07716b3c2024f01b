//! `review update status`.

use super::super::{Exit, Terminal, project::Here};
use super::{day, days, errors_of_searches, sources};
use crate::engine::Project;
use crate::problem::{Problem, Problems};
use crate::update::{LastSearch, last_searches};
use jiff::civil::Date;
use serde_json::json;

/// Says when each database was searched last, and whether a new search is due.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review update status
  review update status --max-age 90d    exit code 3 when a search is due
  review update status --today 2027-01-31 --json")]
pub(super) struct Args {
    /// A search older than this is due (90d, 12w): exit code 3
    #[arg(long, value_name = "DAYS", value_parser = days)]
    max_age: Option<i64>,
    /// The day to count from (default: today)
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(args.json, terminal, |project, terminal| {
        told(args, project, terminal)
    })
}

fn told(args: &Args, project: &Project<'_>, terminal: &mut Terminal) -> Result<Exit, Problems> {
    let Some(sheet) = sources(project) else {
        terminal.say("no searches are shown yet; `review run` first");
        return Ok(Exit::Wrong);
    };
    let today = args.today.unwrap_or_else(today);
    let open = errors_of_searches(project);
    if open > 0 {
        terminal.say(format_args!(
            "{open} error(s) stand open in the exports, so that what is said of their searches is not sure: `review run` tells them"
        ));
    }
    let searches = last_searches(&sheet);
    let ahead = searches
        .iter()
        .filter(|search| age(search, today).is_some_and(|days| days < 0));
    let ahead: Vec<Problem> = ahead.map(|search| not_yet(search, today)).collect();
    if !ahead.is_empty() {
        return Err(Problems(ahead));
    }
    let due = |search: &LastSearch| {
        args.max_age
            .is_some_and(|most| age(search, today).is_none_or(|days| days > most))
    };
    if args.json {
        let rows: Vec<_> = searches
            .iter()
            .map(|search| {
                json!({
                    "database": search.database,
                    "platform": search.platform,
                    "date": search.date,
                    "age_days": age(search, today),
                    "due": due(search),
                })
            })
            .collect();
        terminal.line(json!({ "today": today.to_string(), "searches": rows }));
    } else {
        for search in &searches {
            terminal.line(line(search, today, due(search)));
        }
        let waiting = searches.iter().filter(|search| due(search)).count();
        match (args.max_age, waiting) {
            (Some(_), 0) => terminal.line("no search is due"),
            (Some(_), _) => terminal.line(format!(
                "{waiting} of {} searches are due: `review update start --date {today}`",
                searches.len()
            )),
            (None, _) => {}
        }
    }
    if searches.iter().any(due) {
        Ok(Exit::Incomplete)
    } else if open > 0 {
        Ok(Exit::Wrong)
    } else {
        Ok(Exit::Done)
    }
}

fn line(search: &LastSearch, today: Date, due: bool) -> String {
    let when = match (&search.date, age(search, today)) {
        (Some(date), Some(days)) => format!("searched {date}, {days} days ago"),
        _ => "the day of its search is not known".to_owned(),
    };
    let mark = if due { "; due" } else { "" };
    format!("{} ({}): {when}{mark}", search.database, search.platform)
}

/// A search of a day to come would never be due.
fn not_yet(search: &LastSearch, today: Date) -> Problem {
    let date = search.date.as_deref().unwrap_or_default();
    let title = format!(
        "{} ({}) was searched on {date}, which is after {today}",
        search.database, search.platform
    );
    Problem::error("update::search-to-come", title)
        .help("correct `date` in the searches.yaml of its round, `review run`, then ask again")
}

/// Days since the search; `None` where its day is not known.
fn age(search: &LastSearch, today: Date) -> Option<i64> {
    let date: Date = search.date.as_ref()?.parse().ok()?;
    let second = |date: Date| {
        let midnight = date.to_datetime(jiff::civil::Time::midnight());
        let zoned = midnight.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(zoned.timestamp().as_second())
    };
    Some((second(today)? - second(date)?) / 86_400)
}

/// The day by the clock, in universal time.
fn today() -> Date {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}
