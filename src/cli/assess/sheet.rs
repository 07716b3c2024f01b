//! `review assess TOOL ANSWERS.csv`: one table of answers, judged.

use crate::cli::{Exit, Terminal, problems, requests};
use crate::problem::Problems;
use crate::rob::assessed::{Assessed, Input, JudgementRow};
use crate::rob::{AssessmentFile, Tool, answers, assess, shipped};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// Judges the answers; problems go to standard error, judgements to standard output.
pub(super) fn run(tool: &str, path: &Path, as_json: bool, terminal: &mut Terminal) -> Exit {
    let tool = match find(tool) {
        Ok(tool) => tool,
        Err(problems) => return tell(&problems, terminal),
    };
    let bytes = match requests::read(path) {
        Ok(bytes) => bytes,
        Err(why) => {
            terminal.say(format_args!("error: cannot read {}: {why}", path.display()));
            return Exit::Wrong;
        }
    };
    let (rows, mut problems) = answers::read(&AssessmentFile::of(&path.to_string_lossy(), &bytes));
    let tools = BTreeMap::from([(tool.0, tool.1)]);
    let (found, more) = assess(Input {
        tools: &tools,
        options: &BTreeMap::new(),
        answers: &rows,
        adjudications: &[],
        overrides: &[],
        imported: &[],
        studies: &[],
        extracted: None,
        assessors: 1,
    });
    problems.append(more);
    print(&found, as_json, terminal);
    for open in &found.open {
        terminal.say(format_args!(
            "open: {} {}: {}",
            open.study, open.result, open.what
        ));
    }
    tell(&problems, terminal)
}

/// A shipped tool by name, or a tool file; with the name that answers use.
fn find(name: &str) -> Result<(String, Tool), Problems> {
    if let Some(tool) = shipped::tool(name) {
        return Ok((name.to_owned(), tool));
    }
    let bytes = requests::read(Path::new(name)).map_err(|why| {
        let known = shipped::names().join(", ");
        Problems::from(
            crate::problem::Problem::error(
                "rob::no-tool",
                format!("no tool `{name}`, and no such file: {why}"),
            )
            .help(format!("shipped tools are {known}")),
        )
    })?;
    let tool = Tool::read(name, &String::from_utf8_lossy(&bytes))?;
    Ok((tool.tool.clone(), tool))
}

fn print(found: &Assessed, as_json: bool, terminal: &mut Terminal) {
    let mut rows: Vec<&JudgementRow> = found.judgements.iter().chain(&found.overall).collect();
    rows.sort_by(|a, b| (&a.study, &a.result).cmp(&(&b.study, &b.result)));
    if !as_json {
        terminal.line("study,result,domain,judgement,standing,path");
    }
    for row in rows {
        if as_json {
            terminal.line(json!(row));
            continue;
        }
        let standing = json!(row.standing);
        let judgement = row.judgement.as_deref().unwrap_or("");
        let cells = [
            row.study.as_str(),
            &row.result,
            &row.domain,
            judgement,
            standing.as_str().unwrap_or(""),
            &row.path,
        ];
        terminal.line(cells.map(quoted).join(","));
    }
}

/// A cell of a CSV line.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn tell(found: &Problems, terminal: &mut Terminal) -> Exit {
    let source = |file: &str| {
        let bytes = requests::read(Path::new(file)).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = problems::render(found, &source, terminal.colour);
    if !text.is_empty() {
        terminal.say(text.trim_end());
    }
    if found.has_errors() {
        Exit::Wrong
    } else {
        Exit::Done
    }
}
