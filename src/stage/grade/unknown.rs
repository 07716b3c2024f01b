//! What nobody told of the studies of a body of evidence.

use super::body::{Body, Study};
use crate::extraction::STUDY_DESIGNS;
use crate::problem::{Problem, Problems};
use std::collections::BTreeSet;

impl Body<'_> {
    /// What nobody told of its studies: how their results were judged, and how people were allotted.
    pub(super) fn unknown(&self) -> Problems {
        let named = |lacks: fn(&Study<'_>) -> bool| {
            let studies: BTreeSet<String> = self
                .studies
                .iter()
                .filter(|study| lacks(study))
                .map(|study| format!("`{}`", study.effect.study))
                .collect();
            studies.into_iter().collect::<Vec<_>>().join(", ")
        };
        let analysis = &self.analysis.analysis;
        let mut problems = Problems::new();
        let unjudged = named(|study| study.bias.is_none());
        if !unjudged.is_empty() {
            let title =
                format!("nobody judged the risk of bias of results in `{analysis}`: {unjudged}");
            problems.push(Problem::warning("grade::no-judgement", title).help(
                "assess them in data/risk-of-bias/; until then their weight counts as unknown, not as high risk",
            ));
        }
        let undesigned: Vec<String> = self
            .of_unknown_design()
            .into_iter()
            .map(|study| format!("`{study}`"))
            .collect();
        if !undesigned.is_empty() {
            let title = format!(
                "the design is not known of studies in `{analysis}`: {}",
                undesigned.join(", ")
            );
            problems.push(Problem::warning("grade::no-design", title).help(format!(
                "write it as `design` in studies.csv ({}), and wire the studies as `characteristics`; until then the body starts low, as if they were not randomised",
                STUDY_DESIGNS.join(", ")
            )));
        }
        let tools = self.studies.iter().filter_map(|study| study.bias);
        let tools: BTreeSet<&str> = tools.map(|row| row.tool.as_str()).collect();
        if tools.len() > 1 {
            let tools: Vec<String> = tools.into_iter().map(|tool| format!("`{tool}`")).collect();
            let title = format!(
                "the results in `{analysis}` were judged with several tools: {}",
                tools.join(", ")
            );
            problems.push(Problem::warning("grade::several-tools", title).help(
                "the policy has one rule for a body of evidence, and takes the words of the others at their worst; say in the judgement of risk of bias how you weighed them",
            ));
        }
        problems
    }
}
