//! Requests in JSON Lines: one object a line in, one object a line out, whatever the line holds.

use super::{Exit, Terminal};
use serde_json::{Map, Value, json};
use std::io::Read;
use std::path::Path;

/// An answer, or why there is none.
pub(super) type Answer = Result<Value, String>;

/// Answers every line of a file (`-` is standard input) with `{"id", "result"}` or `{"id", "error"}`.
///
/// Done when every line got an answer, an error included, and how many errors is said to the terminal; wrong when the file cannot be
/// read.
pub(super) fn answer(
    path: &Path,
    terminal: &mut Terminal,
    each: impl Fn(&Value, &Map<String, Value>) -> Answer,
) -> Exit {
    let text = match read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(why) => {
            terminal.say(format_args!("error: cannot read {}: {why}", path.display()));
            return Exit::Wrong;
        }
    };
    let (mut asked, mut refused) = (0, 0);
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let (id, found) = match serde_json::from_str::<Value>(line) {
            Ok(Value::Object(request)) => {
                let id = request.get("id").cloned().unwrap_or(json!(number + 1));
                let found = each(&id, &request);
                (id, found)
            }
            Ok(_) => (
                json!(number + 1),
                Err("the line is no JSON object".to_owned()),
            ),
            Err(why) => (
                json!(number + 1),
                Err(format!("the line is no JSON: {why}")),
            ),
        };
        asked += 1;
        refused += usize::from(found.is_err());
        terminal.line(match found {
            Ok(result) => json!({"id": id, "result": result}),
            Err(why) => json!({"id": id, "error": why}),
        });
    }
    say_refused(refused, asked, terminal);
    Exit::Done
}

/// Says how many answers are errors; nothing where none is.
pub(super) fn say_refused(refused: usize, asked: usize, terminal: &mut Terminal) {
    if refused > 0 {
        terminal.say(format_args!(
            "{refused} of {asked} requests got no result; `error` in their answers says why"
        ));
    }
}

/// Reads a file, or standard input for `-`.
#[expect(
    clippy::disallowed_methods,
    reason = "the command line reads the files it is given"
)]
pub(super) fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path)
}
