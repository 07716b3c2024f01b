//! `review update status`.

use super::super::{Exit, Terminal, project::Here};
use super::{day, days, sources};
use crate::engine::Project;
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
        Ok(told(args, project, terminal))
    })
}

fn told(args: &Args, project: &Project<'_>, terminal: &mut Terminal) -> Exit {
    let Some(sheet) = sources(project) else {
        terminal.say("no searches are shown yet; `review run` first");
        return Exit::Wrong;
    };
    let today = args.today.unwrap_or_else(today);
    let searches = last_searches(&sheet);
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
        Exit::Incomplete
    } else {
        Exit::Done
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
