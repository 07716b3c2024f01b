//! Studies that an analysis takes as something they are not quite: clusters as people, a crossover as two groups, two designs as one.

use super::analysis::Settings;
use super::clusters::ADJUSTED;
use super::gather::Evidence;
use super::run::Given;
use super::tables::EffectRow;
use super::terms::Body;
use crate::extraction::{OutcomeRow, is_randomised};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;

/// What the effect of a study in clusters says of itself where nothing was taken off for them.
pub(super) const CLUSTERS: &str =
    "people came in clusters, and count as if each had been allotted alone";

/// What the effect of a crossover trial says of itself.
pub(super) const CROSSOVER: &str =
    "a crossover trial taken as two groups, which leaves out that they are the same people";

/// Whether a study's people came in clusters, as far as is told, and nothing says that its numbers allow for them.
pub(super) fn in_clusters(study: &Given) -> bool {
    let cell = |name: &str| study.characteristics.get(name).map_or("", String::as_str);
    let size = cell("cluster_size");
    let alone = size.parse().is_ok_and(|size: f64| size <= 1.0);
    let told = study.design == "cluster-rct" || !size.is_empty();
    told && !alone && cell("clustered") != ADJUSTED
}

/// Whether each person was in both groups of a study.
pub(super) fn crosses_over(study: &Given) -> bool {
    study.design == "crossover-rct"
}

/// How many people gave the rows of a crossover trial: those of its largest row, because each group holds all of them.
///
/// Groups that together are no more than were randomised hold different people, as where the first period alone was extracted.
pub(super) fn people_who_cross_over(study: &Given, rows: &[&OutcomeRow]) -> u64 {
    let sizes = rows.iter().filter_map(|row| row.total.or(row.n));
    let sizes: Vec<u64> = sizes.map(u64::from).collect();
    let together = sizes.iter().sum::<u64>();
    let randomised = study.characteristics.get("n_randomised");
    let randomised = randomised.and_then(|cell| cell.parse::<f64>().ok());
    match randomised {
        Some(randomised) if together as f64 <= randomised => together,
        _ => sizes.into_iter().max().unwrap_or_default(),
    }
}

/// Whether the groups of an effect hold the same people: they are fewer than its groups together.
pub(super) fn of_the_same_people(effect: &EffectRow) -> bool {
    effect.n as f64 + 0.5 < in_groups(effect)
}

/// The sizes of the groups of an effect together; its people where it is reported without groups.
pub(super) fn in_groups(effect: &EffectRow) -> f64 {
    let sizes = [effect.n1, effect.n2, effect.total1, effect.total2];
    if sizes.iter().all(Option::is_none) {
        return effect.n as f64;
    }
    sizes.into_iter().flatten().sum()
}

/// What is told of a study that is taken as what it is not quite: the words of its note, a code, what is said of it (`{study}`,
/// `{analyses}`), and how to mend it.
const CAUTIONS: [(&str, &str, &str, &str); 2] = [
    (
        CLUSTERS,
        "pool::clusters",
        "the people of {study} came in clusters, and count as if each had been allotted alone in {analyses}",
        "write the mean size of a cluster as `cluster_size` in studies.csv, and the `icc` assumed in the settings of the stage; or `adjusted` in `clustered`, where the paper's own analysis allowed for clusters; until then the study weighs too much",
    ),
    (
        CROSSOVER,
        "pool::crossover",
        "{study} is a crossover trial, and counts as two groups in {analyses}",
        "its interval is too wide where the same people were in both groups; say so in the report, or leave the design out of `designs`",
    ),
];

/// A warning for each study so taken, and a note for each analysis that mixes designs.
pub(super) fn told(
    settings: &Settings,
    evidence: &Evidence<'_>,
    effects: &[EffectRow],
) -> Problems {
    let mut problems = Problems::new();
    for study in evidence.studies {
        for (note, code, title, help) in CAUTIONS {
            let noted = effects.iter().filter(|effect| {
                effect.study == study.study && effect.note.split("; ").any(|one| one == note)
            });
            let mut analyses: Vec<String> = noted
                .map(|effect| format!("`{}`", effect.analysis))
                .collect();
            analyses.dedup();
            if !analyses.is_empty() {
                let title = title
                    .replace("{study}", &format!("`{}`", study.study))
                    .replace("{analyses}", &analyses.join(", "));
                problems.push(Problem::warning(code, title).help(help));
            }
        }
    }
    for analysis in &settings.analyses {
        problems.extend(uncounted(&analysis.id, effects));
        if analysis.body == Body::Between {
            problems.extend(mixed(&analysis.id, evidence, effects));
        }
    }
    problems
}

/// That an analysis counts fewer people than it has, because papers' own effects stand without their number.
fn uncounted(analysis: &str, effects: &[EffectRow]) -> Option<Problem> {
    let mine = effects.iter();
    let mut without: Vec<String> = mine
        .filter(|effect| effect.analysis == analysis && effect.n == 0)
        .map(|effect| format!("`{}`", effect.study))
        .collect();
    without.dedup();
    (!without.is_empty()).then(|| {
        let title = format!(
            "`{analysis}` counts no participants of {}",
            without.join(", ")
        );
        Problem::warning("pool::uncounted", title)
            .help("write `n`, the participants of both arms, beside the effect in effects.csv")
    })
}

/// That an analysis takes randomised and other studies together.
fn mixed(analysis: &str, evidence: &Evidence<'_>, effects: &[EffectRow]) -> Option<Problem> {
    let mut studies: BTreeMap<&str, Option<bool>> = BTreeMap::new();
    for effect in effects.iter().filter(|effect| effect.analysis == analysis) {
        let study = evidence
            .studies
            .iter()
            .find(|one| one.study == effect.study)?;
        studies.insert(&study.study, is_randomised(&study.design));
    }
    let count = |randomised| {
        studies
            .values()
            .filter(|one| **one == Some(randomised))
            .count()
    };
    let (randomised, others) = (count(true), count(false));
    (randomised > 0 && others > 0).then(|| {
        let title = format!(
            "`{analysis}` takes {randomised} randomised and {others} other {} together",
            if others == 1 { "study" } else { "studies" }
        );
        Problem::note("pool::mixed-designs", title)
            .at(Place::setting(&format!("analyses.{analysis}.designs")))
            .help(
                "name `designs` in the analysis to take one kind, or make the design its subgroup",
            )
    })
}
