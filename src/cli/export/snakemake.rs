//! The pipeline as a Snakefile: a rule a stage, each calling this program on a shared cache.

use crate::config::Settings;
use crate::engine::{PIPELINE, Project, ReadyStage, Source};
use std::collections::BTreeSet;
use std::fmt::Write;

const WRITES: &str = "writing to a string cannot fail";

const HEAD: &str = r#"# The graph of this review for Snakemake, written by `review export snakemake`; write it again when pipeline.yaml gets other stages or
# wires. To be run in the folder of pipeline.yaml, on disks that all machines share:
#
#   snakemake --cores 8
#   snakemake --cores 8 --config cache=/mnt/lab/review-cache options=--trust
#
# Each rule brings one stage up to date in a folder of its own (`--apart`) and leaves the result in the shared cache, so that stages
# run at once on several machines; the last takes everything from there and shows it. What really has to work is decided by content,
# by `review`: a rule that Snakemake starts for a newer time alone ends at once.
import os

REVIEW = config.get("review", "review")
CACHE = config.get("cache", os.environ.get("REVIEW_CACHE_DIR", ".review/shared"))
OPTIONS = config.get("options", "")


def files(*paths):
    """The files at these paths and in these folders, without hidden ones."""
    found = []
    for path in paths:
        if not os.path.isdir(path):
            found.append(path)
        for folder, folders, names in os.walk(path):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found += [os.path.join(folder, name) for name in names if not name.startswith(".")]
    return sorted(found)


def done(*stages):
    """What the rules of these stages leave behind."""
    return [".review/snakemake/" + stage for stage in stages]
"#;

/// The Snakefile of a project; it depends on its pipeline alone.
pub(super) fn snakefile(project: &Project<'_>) -> String {
    let mut text = HEAD.to_owned();
    let all: Vec<&str> = project.stages.iter().map(|stage| id(stage)).collect();
    let rule = |name: &str, input: &str, output: &str, run: &str| {
        format!(
            "\n\nrule {name}:\n    input: lambda _: {input}\n    output: touch({output})\n    shell: {run}\n"
        )
    };
    text += &rule(
        "review",
        &format!("done({})", list(all.iter().copied())),
        &literal(".review/snakemake-all"),
        &literal("{REVIEW} run --cache-dir {CACHE:q} {OPTIONS}"),
    );
    let mut taken = BTreeSet::from(["review".to_owned()]);
    for stage in &project.stages {
        let mut input = format!("files({})", list(read(stage).iter().map(String::as_str)));
        let above: BTreeSet<&str> = stage.upstream().map(|at| id(&project.stages[at])).collect();
        if !above.is_empty() {
            write!(input, " + done({})", list(above.into_iter())).expect(WRITES);
        }
        let run = format!(
            "{{REVIEW}} run {} --apart --cache-dir {{CACHE:q}} {{OPTIONS}}",
            id(stage)
        );
        let output = literal(&format!(".review/snakemake/{}", id(stage)));
        text += &rule(
            &rule_name(id(stage), &mut taken),
            &input,
            &output,
            &literal(&run),
        );
    }
    text
}

fn id<'a>(stage: &'a ReadyStage<'_>) -> &'a str {
    stage.decl.id.as_str()
}

/// The files and folders that a stage reads, and the pipeline that says what it does.
fn read(stage: &ReadyStage<'_>) -> Vec<String> {
    let sources = stage.inputs.iter().flat_map(|(_, sources)| sources);
    let kept = sources.filter_map(|source| match source {
        Source::Path(path) => Some(path.as_str().to_owned()),
        Source::Stage(..) => None,
    });
    let mut all: BTreeSet<String> = kept.collect();
    all.insert(PIPELINE.to_owned());
    if let Settings::File(path) = &stage.decl.settings {
        all.insert(path.as_str().to_owned());
    }
    all.into_iter().collect()
}

/// A name that Python takes, and that no rule has yet.
fn rule_name(stage: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = stage.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let mut name = format!("stage_{plain}");
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    name
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(literal).collect::<Vec<_>>().join(", ")
}

/// A text as Python writes it; JSON's form of a string means the same there, save for characters beyond U+FFFF, which stand as they are.
fn literal(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_rules_are_pythons_and_differ() {
        let mut taken = BTreeSet::new();
        assert_eq!(rule_name("risk-of-bias", &mut taken), "stage_risk_of_bias");
        assert_eq!(rule_name("risk_of-bias", &mut taken), "stage_risk_of_bias_");
    }
}
