//! `review pool --batch`: many questions in, one answer a line out, in the order asked.

use super::super::requests::say_refused;
use super::request::{Answer, Question, Request};
use super::table::{Table, Tables};
use super::{Exit, Terminal, answer_models, answer_univariate};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

/// Reads all requests, answers them in parallel, writes the answers in order.
pub(super) fn run(path: &Path, terminal: &mut Terminal) -> Exit {
    let lines = match read_lines(path) {
        Ok(lines) => lines,
        Err(why) => {
            terminal.say(format_args!(
                "error[pool::batch-file]: cannot read {}: {why}",
                path.display()
            ));
            return Exit::Wrong;
        }
    };
    let tables = Tables::default();
    let answers: Vec<Value> = lines
        .par_iter()
        .map(|line| answer_line(line, &tables))
        .collect();
    let refused = answers
        .iter()
        .filter(|answer| answer.get("error").is_some());
    let (refused, asked) = (refused.count(), answers.len());
    for answer in answers {
        terminal.line(answer);
    }
    say_refused(refused, asked, terminal);
    Exit::Done
}

fn read_lines(path: &Path) -> io::Result<Vec<String>> {
    let reader: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(path)?))
    };
    reader
        .lines()
        .filter(|line| !matches!(line, Ok(text) if text.trim().is_empty()))
        .collect()
}

fn answer_line(line: &str, tables: &Tables) -> Value {
    let request: Request = match serde_json::from_str(line) {
        Ok(request) => request,
        Err(why) => {
            return json!({"id": id_of(line), "error": format!("not a request: {why}")});
        }
    };
    match answer(&request, tables) {
        Ok(result) => json!({"id": request.id, "result": result}),
        Err(why) => json!({"id": request.id, "error": why}),
    }
}

/// The id of a line that is not a whole request, so that its sender can still match the answer.
fn id_of(line: &str) -> Value {
    serde_json::from_str::<Value>(line)
        .ok()
        .and_then(|value| value.get("id").cloned())
        .unwrap_or(Value::Null)
}

fn answer(request: &Request, tables: &Tables) -> Answer {
    let table = match (&request.data, request.option("recipe")) {
        (Some(path), _) => tables.read(path)?,
        (None, Some(_)) => tables.draw(request)?,
        (None, None) => Arc::new(Table::default()),
    };
    let question = Question { request, table };
    answer_univariate::answer(&question)
        .or_else(|| answer_models::answer(&question))
        .unwrap_or_else(|| Err(format!("unknown kind `{}`", request.kind)))
}
