//! What to add to `pipeline.yaml` so that the next round is an update of a baseline.

use crate::config::{Settings, Use};
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
    let of = |kind: &str| project.stages.iter().find(|stage| is(stage, kind));
    let previous = format!("previous: {folder}/reports/stages/");
    if let Some(update) = of("update") {
        return format!(
            "In pipeline.yaml, let `previous:` name this baseline: `{previous}` in `screen`, `previous: {folder}/` in `{}`.",
            update.decl.id
        );
    }
    let mut text = format!(
        "For the flow of an updated review (previous, new, total), add to `in:` of `screen` in pipeline.yaml:\n      {previous}\n"
    );
    let (Some(pool), Some(report)) = (of("pool"), of("report")) else {
        return text;
    };
    let mut line =
        |said: String| writeln!(text, "{said}").expect("writing to a string cannot fail");
    line("For what is new, what changed and why, add this stage before `report`:".to_owned());
    line("  - id: update\n    uses: update\n    in:".to_owned());
    line(format!("      previous: {folder}/"));
    if let Settings::File(path) = &pool.decl.settings {
        line(format!("      methods: {}", path.as_str()));
    }
    for (port, edge) in pool.decl.edges() {
        line(format!("      {port}: {}", edge.from));
    }
    for (port, kind, artefact) in WIRES {
        if let Some(stage) = of(kind) {
            line(format!("      {port}: {}.{artefact}", stage.decl.id));
        }
    }
    line(format!("and add to `in:` of `{}`:", report.decl.id));
    for table in TABLES {
        line(format!("      {table}: update.{table}"));
    }
    text
}

fn is(stage: &ReadyStage<'_>, kind: &str) -> bool {
    matches!(&stage.decl.uses, Use::BuiltIn { kind: known, .. } if known == kind)
}
