//! What was added because of zero cells, told study by study.

use super::args::Args;
use super::studies::Studies;
use crate::effect::{AddTo, Measure};
use crate::problem::{Problem, Problems};

/// Whether a study without events in either arm tells nothing on what the measure compares.
fn needs_events(measure: Measure) -> bool {
    measure.is_ratio() || matches!(measure, Measure::OddsRatioToSmd | Measure::YuleQ)
}

/// Studies that tell nothing on a ratio, by their index.
pub(super) fn double_zeros(studies: &Studies, measure: Measure) -> Vec<usize> {
    (0..studies.labels.len())
        .filter(|&i| needs_events(measure) && studies.corrections[i].double_zero)
        .collect()
}

/// Notes on every study to which something was added, and on those without events (or with only events) in both arms.
pub(super) fn tell(studies: &Studies, args: &Args, weights: &[f64], found: &mut Problems) {
    let double = double_zeros(studies, args.measure);
    let corrected: Vec<usize> = (0..studies.labels.len())
        .filter(|&i| studies.corrections[i].added > 0.0)
        .collect();
    let all = corrected.len() == studies.labels.len();
    if !corrected.is_empty() && all && (args.to == AddTo::All || corrected.len() > 1) {
        let added = studies.corrections[0].added;
        found.push(Problem::note(
            "pool::zero-cells",
            format!("{added} is added to the counts of every study"),
        ));
    } else {
        for i in corrected.into_iter().filter(|i| !double.contains(i)) {
            let title = format!(
                "{}: {} is added to each count, because one is 0",
                studies.labels[i], studies.corrections[i].added
            );
            found.push(Problem::note("pool::zero-cells", title).at(studies.place(studies.rows[i])));
        }
    }
    let Some(&first) = double.first() else { return };
    let names: Vec<&str> = double.iter().map(|&i| studies.labels[i].as_str()).collect();
    let weight: f64 = double.iter().map(|&i| weights[i]).sum();
    let title = format!(
        "{}: no events, or only events, in both arms, which tells nothing on a ratio; with {} added to each count {} {weight:.1} % of \
         the weight",
        names.join(", "),
        studies.corrections[first].added,
        if names.len() == 1 {
            "it has"
        } else {
            "they have"
        }
    );
    found.push(
        Problem::warning("pool::double-zero", title)
            .at(studies.place(studies.rows[first]))
            .help("--drop00 leaves them out, as a synthesis in a pipeline does; metafor keeps them unless told otherwise"),
    );
}
