//! What to add to `pipeline.yaml` so that the next round is an update of a baseline.

use crate::config::{Input, Settings, Use};
use crate::engine::{Project, ReadyStage};
use std::fmt::Write;

/// The artefacts of the stage `update` that the report reads.
const TABLES: [&str; 6] = [
    "version",
    "surveillance",
    "news",
    "changes",
    "causes",
    "rounds",
];

/// Ports of `update` and the stages that give them: port, kind, artefact.
const WIRES: [(&str, &str, &str); 8] = [
    ("sources", "import", "sources"),
    ("records", "import", "records"),
    ("clusters", "deduplicate", "clusters"),
    ("undecided", "screen", "undecided"),
    ("analyses", "pool", "analyses"),
    ("effects", "pool", "effects"),
    ("pooled", "pool", "pooled"),
    ("summary", "grade", "summary"),
];

/// The lines, for a baseline in `folder`; where the stage is there already, which lines to change.
pub(super) fn told(project: &Project<'_>, folder: &str) -> String {
    let previous = format!("previous: {folder}/reports/stages/");
    let updates: Vec<String> = of_kind(project, "update")
        .map(|update| format!("`{}`", update.decl.id))
        .collect();
    if !updates.is_empty() {
        return format!(
            "In pipeline.yaml, let `previous:` name this baseline: `{previous}` in `screen`, `previous: {folder}/` in {}.",
            updates.join(" and in ")
        );
    }
    let mut text = format!(
        "For the flow of an updated review (previous, new, total), add to `in:` of `screen` in pipeline.yaml:\n      {previous}\n"
    );
    let pools: Vec<&ReadyStage<'_>> = of_kind(project, "pool").collect();
    let Some(report) = of_kind(project, "report").next() else {
        return text;
    };
    let these = if pools.len() > 1 {
        "these stages"
    } else {
        "this stage"
    };
    let mut wires = String::new();
    let mut wired =
        |said: String| writeln!(wires, "{said}").expect("writing to a string cannot fail");
    let mut line =
        |said: String| writeln!(text, "{said}").expect("writing to a string cannot fail");
    line(format!(
        "For what is new, what changed and why, add {these} before `report`:"
    ));
    for (at, pool) in pools.iter().enumerate() {
        let id = match at {
            0 => "update".to_owned(),
            _ => format!("update-{}", pool.decl.id),
        };
        line(stage(project, pool, &id, folder));
        let pool_id = pool.decl.id.as_str();
        let readers = of_kind(project, "report").filter(|report| reads(report, pool_id));
        let mut readers: Vec<&ReadyStage<'_>> = readers.collect();
        if readers.is_empty() && pools.len() == 1 {
            readers.push(report);
        }
        for report in readers {
            wired(format!("and add to `in:` of `{}`:", report.decl.id));
            for table in TABLES {
                wired(format!("      {table}: {id}.{table}"));
            }
        }
    }
    text + &wires
}

/// The stage `update` of the analyses of one stage `pool`.
fn stage(project: &Project<'_>, pool: &ReadyStage<'_>, id: &str, folder: &str) -> String {
    let mut text = String::new();
    let mut line =
        |said: String| writeln!(text, "{said}").expect("writing to a string cannot fail");
    line(format!("  - id: {id}\n    uses: update\n    in:"));
    line(format!("      previous: {folder}/"));
    if let Settings::File(path) = &pool.decl.settings {
        line(format!("      methods: {}", path.as_str()));
    }
    for (port, edge) in pool.decl.edges() {
        line(format!("      {port}: {}", edge.from));
    }
    let given = |port: &str| pool.decl.edges().any(|(of_pool, _)| of_pool == port);
    for (port, kind, artefact) in WIRES.into_iter().filter(|(port, ..)| !given(port)) {
        let mut stages = of_kind(project, kind);
        let found = match kind {
            "pool" => Some(pool),
            "grade" => stages.find(|stage| reads(stage, pool.decl.id.as_str())),
            _ => stages.next(),
        };
        if let Some(stage) = found {
            line(format!("      {port}: {}.{artefact}", stage.decl.id));
        }
    }
    text.trim_end().to_owned()
}

fn of_kind<'a, 'b>(
    project: &'a Project<'b>,
    kind: &'a str,
) -> impl Iterator<Item = &'a ReadyStage<'b>> {
    let is = move |stage: &&ReadyStage<'_>| matches!(&stage.decl.uses, Use::BuiltIn { kind: known, .. } if known == kind);
    project.stages.iter().filter(is)
}

/// Whether a stage reads something of another.
fn reads(stage: &ReadyStage<'_>, other: &str) -> bool {
    let mut edges = stage.decl.edges();
    edges.any(
        |(_, edge)| matches!(&edge.from, Input::Artefact { stage, .. } if stage.as_str() == other),
    )
}
