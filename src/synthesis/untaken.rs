//! What people are told of candidates that gave no effect, and of a choice that a name alone decided.

use super::analysis::Analysis;
use super::gather::Gathered;
use super::refused::Refused;
use super::run::Given;
use super::select::{Candidate, Step};
use crate::place::Place;
use crate::problem::Problem;

impl Gathered {
    /// Notes a study of which a name decided.
    pub(super) fn note_by_name(&mut self, step: Step, study: &Given) {
        let studies = match step {
            Step::ScaleByName => &mut self.by_name.0,
            Step::TimeByName => &mut self.by_name.1,
            Step::Scale | Step::Time => return,
        };
        let name = format!("`{}`", study.study);
        if studies.last() != Some(&name) {
            studies.push(name);
        }
    }

    /// Names the scales whose direction is to be written down.
    pub(super) fn tell_undirected(&mut self, analysis: &Analysis) {
        for (scale, studies) in std::mem::take(&mut self.undirected) {
            let title = format!(
                "which way the scale `{scale}` points is not known; `{}` waits for it in {}",
                analysis.id,
                studies.join(", ")
            );
            self.problems.push(
                Problem::error("pool::unknown-direction", title).help(format!(
                    "add `{scale}` with `higher_means: worse` or `higher_means: better` to data/extraction/scales.yaml, under `scales:`; the stage `pool` reads it as `scales: extract.scales`"
                )),
            );
        }
    }

    /// Warns where a name decided, because no order is declared.
    pub(super) fn tell_by_name(&mut self, analysis: &Analysis) {
        let (scales, times) = std::mem::take(&mut self.by_name);
        for (studies, what, setting) in [
            (scales, "scales", "scales"),
            (times, "time points", "times"),
        ] {
            if studies.is_empty() {
                continue;
            }
            let title = format!(
                "`{}` takes the first by name of several {what} of {}",
                analysis.id,
                studies.join(", ")
            );
            self.problems.push(
                Problem::warning("pool::by-name", title)
                    .at(Place::setting(&format!("analyses.{}.{setting}", analysis.id)))
                    .help(format!(
                        "declare `{setting}` of `{}` in the order of preference; `rejected` lists what was not taken",
                        analysis.id
                    )),
            );
        }
    }
}

/// That a candidate gives no effect, and what comes of it.
pub(super) fn untaken(
    analysis: &Analysis,
    study: &Given,
    candidate: &Candidate<'_>,
    why: &Refused,
    (candidates, taken): (usize, Option<&Candidate<'_>>),
) -> String {
    let from = if candidates > 1 || candidate.is_an_arm() {
        format!(" from {}", candidate.words())
    } else {
        String::new()
    };
    let other = taken.filter(|_| !candidate.is_an_arm());
    let instead = other.map_or_else(String::new, |taken| format!("; {} is taken", taken.words()));
    format!(
        "`{}` gives no effect to `{}`{from}: {}{instead}",
        study.study, analysis.id, why.why
    )
}
