//! What nobody told of the studies of a body of evidence.

use super::body::{Body, Study};
use crate::extraction::STUDY_DESIGNS;
use crate::grade::Domain;
use crate::grade::evidence::{TOLERANCE, UNJUDGED, UNKNOWN};
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

impl Body<'_> {
    /// Whether nobody judged, and nothing measured, what a domain looks at, so that it moves nothing for want of knowledge: most of the
    /// weight without a judgement of bias, or of directness; no test of small-study effects.
    pub(super) fn is_unjudged(&self, domain: Domain) -> bool {
        let evidence = self.evidence();
        let most = |shares: &BTreeMap<String, f64>, label: &str| {
            shares
                .get(label)
                .is_some_and(|share| *share >= 0.5 - TOLERANCE)
        };
        match domain {
            Domain::RiskOfBias => most(&evidence.rob_share, UNKNOWN),
            Domain::Indirectness => most(&evidence.indirect_share, UNJUDGED),
            Domain::PublicationBias => evidence.egger_p.is_none(),
            _ => false,
        }
    }

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
