//! Functions that say who screened, extracted and judged, and with which program.

use super::{Printed, safe};
use crate::report::escape::markdown;
use crate::report::format::{Form, Scale, printed};
use crate::report::phrases::tool_name;
use crate::report::press::Press;
use crate::report::process::{self, Judged, Process};
use tera::{Error, Kwargs};

/// Version of the program that writes the report.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Who did `of`: `title-abstract`, `full-text`, `characteristics`, `outcomes`, `statistics` or `risk-of-bias`. Nothing where the data do
/// not tell.
pub(super) fn process(press: &Press, arguments: &Kwargs) -> Printed {
    let of: String = arguments.must_get("of")?;
    let Some(told) = told(press, &of) else {
        let known =
            "title-abstract, full-text, characteristics, outcomes, statistics, risk-of-bias";
        return Err(Error::message(format!(
            "`{of}` is no process; there are {known}"
        )));
    };
    safe(&told.join(press.words().text("gap")))
}

/// The program and its version.
pub(super) fn program(press: &Press, _: &Kwargs) -> Printed {
    safe(&press.named(&markdown(VERSION)))
}

/// Whether the methods say who did something.
pub(in crate::report) fn is_told(press: &Press, of: &str) -> bool {
    match of {
        "title-abstract" | "full-text" => process::is_screened(&press.input, of),
        _ => told(press, of).is_some_and(|told| !told.is_empty()),
    }
}

/// The sentences on a process; `None` where there is no process of that name.
fn told(press: &Press, of: &str) -> Option<Vec<String>> {
    let input = &press.input;
    Some(match of {
        "title-abstract" => screening(press, of, "process.records"),
        "full-text" => screening(press, of, "process.reports"),
        "characteristics" | "outcomes" | "statistics" => {
            let process = process::extracted(input, of);
            process.map_or_else(Vec::new, |process| {
                let groups = groups(press, &process, "process.rows");
                let mut told = vec![done(press, &format!("methods.extracted-{of}"), &groups)];
                told.extend(settled(press, &process, "process.cells"));
                told
            })
        }
        "risk-of-bias" => {
            let tools = process::judged(input);
            let told = tools.iter().map(|(tool, how)| judged(press, tool, how));
            told.flatten().collect()
        }
        _ => return None,
    })
}

fn screening(press: &Press, stage: &str, unit: &str) -> Vec<String> {
    let Some(process) = process::screened(&press.input, stage) else {
        return Vec::new();
    };
    let groups = groups(press, &process, unit);
    let mut told = vec![done(press, &format!("methods.screened-{stage}"), &groups)];
    told.extend(settled(press, &process, unit));
    if process.waiting > 0 {
        let what = counted(press, unit, process.waiting);
        told.push(press.say("methods.waiting", &[("what", &what)]));
    } else if process.settled.is_empty() && process.by_people.keys().any(|people| *people > 1) {
        told.push(press.say("methods.none-differed", &[]));
    }
    told
}

fn judged(press: &Press, tool: &str, how: &Judged) -> Vec<String> {
    let named = press.named(&markdown(&tool_name(tool)));
    let comma = press.words().text("comma");
    let which = if how.variants.is_empty() {
        String::new()
    } else {
        let variants: Vec<&str> = how.variants.iter().map(String::as_str).collect();
        let listed = press.named(&markdown(&variants.join(comma)));
        press.say("in-brackets", &[("what", &listed)])
    };
    let results = counted(press, "process.results", how.assessments);
    let studies = counted(press, "process.studies", how.studies);
    let values = [
        ("tool", &*named),
        ("which", &which),
        ("results", &results),
        ("studies", &studies),
    ];
    let mut told = vec![press.say("methods.judged", &values)];
    if let Some(process) = &how.answered {
        let groups = groups(press, process, "process.results");
        told.push(done(press, "methods.answered", &groups));
        told.extend(settled(press, process, "process.answers"));
    }
    match &how.imported {
        Some(process) if process.who.is_empty() => {
            told.push(press.say("methods.imported-nobody", &[]));
        }
        Some(process) => {
            let groups = groups(press, process, "process.results");
            told.push(done(press, "methods.imported", &groups));
        }
        None => {}
    }
    if how.overridden > 0 {
        let what = counted(press, "process.judgements", how.overridden);
        told.push(press.say("methods.overridden", &[("what", &what)]));
    }
    told
}

/// A sentence that says by whom.
fn done(press: &Press, key: &str, (groups, who): &(String, String)) -> String {
    press.say(key, &[("groups", groups), ("who", who)])
}

/// `two people each (49 records)`, group by group, most people first; and `: ann, ben`.
fn groups(press: &Press, process: &Process, unit: &str) -> (String, String) {
    let groups = process.by_people.iter().rev().map(|(people, count)| {
        let people = match people {
            0 => press.say("process.nobody", &[]),
            people => counted(press, "process.people", *people),
        };
        let what = counted(press, unit, *count);
        let what = press.say("in-brackets", &[("what", &what)]);
        format!("{people}{what}")
    });
    let groups: Vec<String> = groups.collect();
    let names = process.who.iter().map(|name| press.named(&markdown(name)));
    let names: Vec<String> = names.collect();
    let words = press.words();
    let who = if names.is_empty() {
        String::new()
    } else {
        format!("{}{}", words.text("colon"), names.join(words.text("comma")))
    };
    (groups.join(words.text("comma")), who)
}

/// Who settled what was left open, if anybody did.
fn settled(press: &Press, process: &Process, unit: &str) -> Option<String> {
    let settlers = process.settled.iter().map(|(by, count)| {
        let by: Vec<String> = by
            .split("; ")
            .map(|one| press.named(&markdown(one)))
            .collect();
        let what = counted(press, unit, *count);
        let what = press.say("in-brackets", &[("what", &what)]);
        format!("{}{what}", by.join(press.words().text("comma")))
    });
    let settlers: Vec<String> = settlers.collect();
    let listed = settlers.join(press.words().text("semicolon"));
    (!settlers.is_empty()).then(|| press.say("methods.settled", &[("who", &listed)]))
}

/// A number with its unit. The report counted it itself, over rows that no one address names.
fn counted(press: &Press, key: &str, count: usize) -> String {
    let words = press.words();
    let one = format!("{key}.one");
    let key = if count == 1 && words.find(&one).is_some() {
        one.as_str()
    } else {
        key
    };
    let form = if words.is_english() && key.starts_with("process.people") {
        Form::Word
    } else {
        Form::Count
    };
    let text = printed(&count.to_string(), form, Scale::Plain, press.style);
    press.say(key, &[("n", &press.named(&text))])
}
