//! `review form risk-of-bias`.

use super::extraction::{in_words, left_out, may_be_form};
use super::material::{File, Material};
use super::target;
use super::workbook::{Guide, Page};
use super::{Stopped, Target, Terminal};
use crate::engine::Project;
use crate::extraction::IncludedStudy;
use crate::rob::blank::{Judged, answer_words, blank_form};
use crate::rob::tool::Unit;
use crate::rob::{AssessmentFile, Tool, answers, shipped};
use std::collections::{BTreeMap, BTreeSet};

/// Writes the risk-of-bias forms: a row a result and question, with the answers that it allows.
///
/// Tools that judge results (rob2, robins-i) get a row for every outcome that was extracted of a study; tools that judge studies
/// (ephpp, nos) one a study. The name of the file is the name of the assessor. Results that the assessor's form holds already
/// are left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review form risk-of-bias --tool rob2                       a CSV form for each reviewer of the protocol
  review form risk-of-bias --tool rob2 --assessor anna       data/risk-of-bias/anna.csv
  review form risk-of-bias --tool rob2 -o data/risk-of-bias/anna.xlsx
  review form risk-of-bias --tool rob2 --variant cluster-assignment --assessor anna
  review form risk-of-bias --tool ephpp --assessor ben")]
pub(super) struct Args {
    /// A tool that comes with the program (rob2, robins-i, robins-i-v2, ephpp, nos) or a team's own beside the answers
    #[arg(long, value_name = "TOOL")]
    tool: String,
    /// Who assesses [default: every reviewer of the protocol]
    #[arg(long, value_name = "NAME")]
    assessor: Option<String>,
    /// Form of the tool, by design and effect of interest [default: the first that the tool names]
    #[arg(long, value_name = "VARIANT")]
    variant: Option<String>,
    #[command(flatten)]
    target: Target,
}

pub(super) fn run(
    args: &Args,
    project: &Project<'_>,
    terminal: &mut Terminal,
) -> Result<(), Stopped> {
    let material = Material::of(project, "risk-of-bias")?;
    let folder = material.folder("assessments")?;
    let files = material.files("assessments")?;
    let (name, tool) = tool(&args.tool, &files)?;
    let variant = variant(args.variant.as_deref(), &name, &tool)?;
    let included = material.included()?;
    let results = match tool.unit {
        Unit::Study => included
            .into_iter()
            .map(|study| (study.study, String::new()))
            .collect(),
        Unit::Result => results(&material, &included)?,
    };
    let (mut plans, mut told) = (Vec::new(), Vec::new());
    for (assessor, out) in targets(args, &material, &folder)? {
        let held = held(&material, &files, &assessor, &out, &name)?;
        let new: Vec<Judged> = results
            .iter()
            .filter(|result| !held.contains(*result))
            .cloned()
            .collect();
        let blank = blank_form(&tool, &name, &variant, &new);
        let plan = if target::is_xlsx(&out)? {
            let pages = [Page { blank }];
            target::xlsx(
                &project.root,
                &out,
                &pages,
                &guide(&tool, &assessor),
                args.target.force,
            )
        } else {
            target::csv(&project.root, &out, &blank, args.target.force)
        };
        let count = counted(&tool, new.len(), results.len() - new.len());
        plans.push(plan);
        told.push((out, count));
    }
    for (plan, (out, count)) in target::all(plans)?.iter().zip(told) {
        plan.write(&project.root)?;
        terminal.line(&out);
        terminal.say(format!("  {}: {count}", in_words(plan.done)));
        if !out.starts_with(&folder) {
            terminal.say(format!("  put it into {folder} once it is filled in"));
        }
    }
    if !tool.variants.is_empty() {
        let others = tool.variants.keys().filter(|other| **other != variant);
        let others: Vec<&str> = others.map(String::as_str).collect();
        terminal.say(format!(
            "variant {variant} ({}); --variant takes also: {}",
            tool.variants[&variant].title,
            others.join(", ")
        ));
    }
    terminal.say("answer, give each answer its day in `at`, then `review run risk-of-bias`; rows without an answer are not read");
    Ok(())
}

/// The tool by name: a team's own, or one that comes with the program; with the name that answers use.
fn tool(wanted: &str, files: &[File]) -> Result<(String, Tool), Stopped> {
    let mut own = BTreeMap::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".yaml")) {
        let tool = Tool::read(path, &String::from_utf8_lossy(bytes))?;
        own.insert(tool.tool.clone(), tool);
    }
    if let Some(tool) = own.remove(wanted) {
        return Ok((wanted.to_owned(), tool));
    }
    if let Some(tool) = shipped::tool(wanted) {
        let lower = wanted.to_lowercase();
        let name = shipped::names().into_iter().find(|name| *name == lower);
        return Ok((name.map_or_else(|| wanted.to_owned(), str::to_owned), tool));
    }
    let known: Vec<&str> = own
        .keys()
        .map(String::as_str)
        .chain(shipped::names())
        .collect();
    let near = crate::nearest::suggestion("tools", wanted, &known);
    Err(format!("no tool is called `{wanted}`; {near}").into())
}

fn variant(wanted: Option<&str>, name: &str, tool: &Tool) -> Result<String, Stopped> {
    let known: Vec<&str> = tool.variants.keys().map(String::as_str).collect();
    match wanted {
        None => Ok(known.first().copied().unwrap_or_default().to_owned()),
        Some(wanted) if known.contains(&wanted) => Ok(wanted.to_owned()),
        Some(_) if known.is_empty() => {
            Err(format!("{name} has no variants; leave out --variant").into())
        }
        Some(wanted) => {
            let near = crate::nearest::suggestion("variants", wanted, &known);
            Err(format!("{name} has no variant `{wanted}`; {near}").into())
        }
    }
}

/// The results that were extracted: study and outcome, with numbers, tests or reported effects of the time after the start.
fn results(
    material: &Material<'_, '_>,
    included: &[IncludedStudy],
) -> Result<Vec<Judged>, Stopped> {
    let extract = Material::of(material.project, "extract")?;
    let own = extract.stage.decl.id.as_str();
    let not_run = || {
        format!(
            "nothing is extracted yet, and a result is judged once it is known: fill in the forms of `review form extraction`, then `review run {own}`"
        )
    };
    let outcomes = extract.sheet(own, "outcomes").ok_or_else(not_run)?;
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    let tests = extract.sheet(own, "statistics");
    let effects = extract.sheet(own, "effects");
    let sheets = [
        (Some(outcomes), "kind"),
        (tests, "contrast"),
        (effects, "measure"),
    ];
    for (sheet, column) in sheets {
        let Some(sheet) = sheet else { continue };
        for key in sheet.rows.keys() {
            let cell = |column: &str| sheet.cell(key, column).unwrap_or_default().to_owned();
            if !matches!(cell(column).as_str(), "baseline" | "characteristic") {
                found.insert((cell("study"), cell("outcome")));
            }
        }
    }
    let protocol = material.protocol()?;
    let order = |outcome: &str| {
        let outcomes = protocol.iter().flat_map(|protocol| &protocol.outcomes);
        outcomes
            .map(|known| &known.id)
            .position(|id| id == outcome)
            .unwrap_or(usize::MAX)
    };
    let mut results: Vec<Judged> = found.into_iter().collect();
    let at = |study: &str| included.iter().position(|known| known.study == study);
    results.retain(|(study, _)| at(study).is_some());
    results.sort_by_key(|(study, outcome)| (at(study), order(outcome), outcome.clone()));
    if results.is_empty() {
        return Err(not_run().into());
    }
    Ok(results)
}

/// Who assesses, and the file of each.
fn targets(
    args: &Args,
    material: &Material<'_, '_>,
    folder: &str,
) -> Result<Vec<(String, String)>, Stopped> {
    if let Some(out) = &args.target.out {
        if !may_be_form(out) {
            return Err(format!("{out}: name a .csv or .xlsx file").into());
        }
        let stem = answers::assessor_of(out).to_owned();
        return match &args.assessor {
            Some(assessor) if *assessor != stem => Err(format!(
                "the name of the file is the name of the assessor: name it {assessor}{}, or leave out --assessor",
                &out[out.rfind('.').unwrap_or(out.len())..]
            )
            .into()),
            _ => Ok(vec![(stem, out.clone())]),
        };
    }
    let names = if let Some(assessor) = &args.assessor {
        vec![assessor.clone()]
    } else {
        let protocol = material.protocol()?;
        let list = protocol.map(|protocol| protocol.reviewers.list);
        let list = list.unwrap_or_default().into_iter();
        list.map(|reviewer| reviewer.id).collect()
    };
    if names.is_empty() {
        return Err(
            "the protocol names no reviewer; say who assesses: --assessor NAME"
                .to_owned()
                .into(),
        );
    }
    let bad = names.iter().find(|name| {
        name.contains(['/', '\\'])
            || name.trim().is_empty()
            || matches!(name.as_str(), "adjudication" | "overrides")
    });
    if let Some(bad) = bad {
        return Err(format!("`{bad}` cannot be the name of an assessor's file").into());
    }
    let file = |name: String| {
        let path = format!("{folder}{name}.csv");
        (name, path)
    };
    Ok(names.into_iter().map(file).collect())
}

/// The results that this assessor's forms hold already for the tool.
fn held(
    material: &Material<'_, '_>,
    files: &[File],
    assessor: &str,
    out: &str,
    tool: &str,
) -> Result<BTreeSet<Judged>, Stopped> {
    let mut own: Vec<File> = files
        .iter()
        .filter(|(path, _)| may_be_form(path) && answers::assessor_of(path) == assessor)
        .cloned()
        .collect();
    let full = material.project.root.join(out);
    if !own.iter().any(|(path, _)| path == out) && full.is_file() {
        let bytes = crate::engine::files::read(&full)
            .map_err(|error| format!("{out} cannot be read: {error}"))?;
        own.push((out.to_owned(), bytes));
    }
    let mut held = BTreeSet::new();
    for (path, bytes) in own {
        let (found, problems) = answers::handed_out(&AssessmentFile::of(&path, &bytes), tool);
        let structural = crate::stage::structural(problems);
        if structural.has_errors() {
            return Err(structural.into());
        }
        held.extend(found);
    }
    Ok(held)
}

fn guide(tool: &Tool, assessor: &str) -> Guide {
    Guide {
        title: format!("{}, assessed by {assessor}", tool.title),
        before: vec![
            "Questions stand here in this program's own short words. Read the tool's guidance before answering.".to_owned(),
            format!("Source of the tool: {}", tool.source),
            "Answer from top to bottom; leave out what the answers before make void. The program follows the tool's decision path and proposes judgements.".to_owned(),
            "Give the place in the paper and its words with each answer, and the day in `at`.".to_owned(),
            "To set another judgement than the path gives, write a row with a reason into overrides.csv beside this file.".to_owned(),
        ],
        words: answer_words(tool),
    }
}

fn counted(tool: &Tool, new: usize, there: usize) -> String {
    let what = |count: usize| match (tool.unit, count) {
        (Unit::Result, 1) => "1 result".to_owned(),
        (Unit::Result, count) => format!("{count} results"),
        (Unit::Study, 1) => "1 study".to_owned(),
        (Unit::Study, count) => format!("{count} studies"),
    };
    left_out(new, &what(new), there, &what(there))
}
