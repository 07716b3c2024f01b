//! `core-grade-2025`: the flowcharts of Core GRADE 2 to 5 (Guyatt et al., BMJ 2025;389: e081904, e081905, e083864, e083865).
//!
//! Where a flowchart asks for a look at a plot, a number stands in for it (80 % of estimates in one zone, 0.55 of the weight for
//! indirectness, an SMD of 0.8 as implausibly large); these numbers are this program's and the rule says so.

use super::{JUDGE_FIRST, ONE_STUDY, indirectness, p_value, percent, upgrade, without_judgement};
use crate::grade::certainty::{Certainty, Domain};
use crate::grade::evidence::{
    BiasDirection, Design, Evidence, Fold, OutcomeKind, TOLERANCE, Threshold, UNKNOWN,
};
use crate::grade::proposal::{AnalysisSet, DomainProposal, Proposal, Target, rate};

/// Weight at high risk from which it dominates.
const DOMINATING: f64 = 0.55;
/// The rule where high risk does not dominate and results are alike.
const NOT_DOMINATING: &str = "high risk does not dominate, results are alike";
/// The rule where nobody judged whether they are.
const NOT_COMPARED: &str =
    "high risk does not dominate; nobody judged whether results at low and at high risk differ";
/// I² below which differences are seldom serious, percent.
const SELDOM_SERIOUS: f64 = 30.0;
/// The rule where studies hardly differ.
const ALIKE: &str = "no important differences (I² below 30)";
/// The rule where studies lie on both sides.
const SPREAD: &str = "substantial shares of the estimates on both sides, no credible subgroup";
/// The rule where nobody judged whether a subgroup explains it.
const SPREAD_NOT_EXPLAINED: &str = "substantial shares of the estimates on both sides; nobody judged whether a subgroup explains it";
/// Stands in for "a majority of the estimates on one side".
const ONE_SIDE: f64 = 0.80;
/// Stands in for "implausibly large" on the scale of standard deviations.
const LARGE_SMD: f64 = 0.8;
/// The information size taken when none was worked out.
const USUAL_OIS: f64 = 800.0;

pub(super) fn propose(evidence: &Evidence) -> Proposal {
    let start = match evidence.design {
        Design::Rct => Certainty::High,
        Design::Nrsi => Certainty::Low,
    };
    let target = target(evidence);
    let (risk_of_bias, analysis_set) = risk_of_bias(evidence);
    let (inconsistency, rate_subgroups_separately) = inconsistency(evidence);
    let mut large_effect = upgrade::from_low_alone(start, upgrade::large_effect(evidence));
    if evidence.well_conducted != Some(true) && large_effect.levels > 0 {
        large_effect.levels = 0;
        "not called well conducted".clone_into(&mut large_effect.rule);
        large_effect = large_effect.asking("Are the studies well conducted?");
    }
    let domains = vec![
        risk_of_bias,
        inconsistency,
        indirectness(evidence),
        imprecision(evidence, target),
        publication_bias(evidence),
        large_effect,
    ];
    Proposal {
        policy: "core-grade-2025".to_owned(),
        target: Some(target),
        analysis_set,
        rate_subgroups_separately,
        start,
        certainty: rate(start, &domains),
        domains,
    }
}

/// Step 0, fixed before any domain (Core GRADE 2, Figure 2).
fn target(evidence: &Evidence) -> Target {
    let beyond = evidence.centre().abs() > evidence.mid + TOLERANCE;
    match (evidence.threshold, beyond) {
        (_, false) => Target::LittleToNoDifference,
        (Threshold::Mid, true) => Target::ImportantEffect,
        (Threshold::Null, true) => Target::NonNullEffect,
    }
}

/// Core GRADE 4, Figure 2.
fn risk_of_bias(evidence: &Evidence) -> (DomainProposal, AnalysisSet) {
    let high = high_share(evidence);
    let dominating = high >= DOMINATING - TOLERANCE;
    let unknown = evidence.rob(UNKNOWN);
    let unjudged = unknown >= 0.5 - TOLERANCE;
    let because = if unjudged {
        without_judgement(unknown)
    } else {
        format!(
            "{} of the weight came from studies at high risk of bias",
            percent(high)
        )
    };
    let (levels, rule, set) = match (dominating, evidence.bias_direction) {
        _ if unjudged => (0, "no judgements", AnalysisSet::All),
        (true, BiasDirection::Underestimates) => (
            0,
            "high risk dominates, and would make the effect look smaller",
            AnalysisSet::All,
        ),
        (true, BiasDirection::Explains) => (
            1,
            "high risk dominates (weight of at least 0.55) and could explain the result",
            AnalysisSet::All,
        ),
        (false, _) if evidence.low_high_differ == Some(true) => (
            0,
            "high risk does not dominate, results differ: rate the studies at low risk alone",
            AnalysisSet::LowRiskOnly,
        ),
        (false, _) if evidence.low_high_differ.is_none() => (0, NOT_COMPARED, AnalysisSet::All),
        (false, _) => (0, NOT_DOMINATING, AnalysisSet::All),
    };
    let found = evidence
        .rob_share
        .iter()
        .fold(
            DomainProposal::new(Domain::RiskOfBias, levels, rule, because),
            |found, (label, share)| found.with(&format!("weight {label}"), *share),
        )
        .with_judged("low and high differ", evidence.low_high_differ)
        .with_word(
            "middle counts as",
            if evidence.fold_some_concerns == Fold::High {
                "high"
            } else {
                "low"
            },
        );
    let found = if unjudged {
        found.asking(JUDGE_FIRST)
    } else if rule == NOT_COMPARED && high > 0.0 && evidence.k > 1 {
        found.first_worded(NOT_DOMINATING).asking(
            "Do results at low and at high risk of bias differ? A sensitivity analysis without high risk would show it.",
        )
    } else if rule == NOT_COMPARED {
        found.first_worded(NOT_DOMINATING)
    } else if dominating && high <= 0.65 {
        found.asking("The stricter reading wants more than 0.65 of the weight: does high risk really dominate?")
    } else {
        found
    };
    (found, set)
}

/// The share at high risk once studies are folded into low and high.
fn high_share(evidence: &Evidence) -> f64 {
    let sum = |labels: &[&str]| labels.iter().map(|label| evidence.rob(label)).sum::<f64>();
    let high = sum(&[
        "high",
        "serious",
        "critical",
        "weak",
        "poor",
        "no_information",
    ]);
    match evidence.fold_some_concerns {
        Fold::Low => high,
        Fold::High => high + sum(&["some_concerns", "moderate", "fair"]),
    }
}

/// Core GRADE 3, Figure 2; whether subgroups are to be rated separately is the second value.
fn inconsistency(evidence: &Evidence) -> (DomainProposal, bool) {
    let i2 = evidence.i2.unwrap_or(0.0);
    let one_side = evidence.largest_side_share.unwrap_or(1.0);
    let differ = evidence.k > 1 && i2 >= SELDOM_SERIOUS;
    let spread = differ && one_side < ONE_SIDE - TOLERANCE;
    let separately = spread && evidence.credible_subgroup == Some(true);
    let (levels, rule) = match (differ, spread, separately) {
        _ if evidence.k < 2 => (0, ONE_STUDY),
        (false, ..) => (0, ALIKE),
        (true, false, _) => (
            0,
            "estimates lie mostly on one side (at least 80 %, a limit of this program)",
        ),
        (true, true, true) => (
            0,
            "a credible subgroup explains the differences: rate subgroups separately",
        ),
        (true, true, false) if evidence.credible_subgroup.is_none() => (1, SPREAD_NOT_EXPLAINED),
        (true, true, false) => (1, SPREAD),
    };
    let because = if evidence.k < 2 {
        ONE_STUDY.to_owned()
    } else {
        format!(
            "I² was {i2:.0} % and {} of the estimates lay on one side of the threshold",
            percent(one_side)
        )
    };
    let found = DomainProposal::new(Domain::Inconsistency, levels, rule, because)
        .first_worded(match rule {
            _ if evidence.k < 2 => ALIKE,
            SPREAD_NOT_EXPLAINED => SPREAD,
            rule => rule,
        })
        .with("k", f64::from(evidence.k))
        .with("I²", i2)
        .with("largest side", one_side)
        .with_judged("credible subgroup", evidence.credible_subgroup);
    let found = if evidence.k < 2 {
        found
    } else {
        found.asking("Look at the forest plot; I² alone is no reason.")
    };
    let found = if rule == SPREAD_NOT_EXPLAINED {
        found.asking(
            "Does a credible subgroup explain the differences? Then rate subgroups separately.",
        )
    } else {
        found
    };
    (found, separately)
}

/// Core GRADE 5; the share of 0.55 stands in for "all or almost all".
fn indirectness(evidence: &Evidence) -> DomainProposal {
    let (serious, very) = evidence.indirect();
    let (levels, rule) = if very >= DOMINATING - TOLERANCE {
        (
            2,
            "very serious for at least 0.55 of the weight (a limit of this program)",
        )
    } else if serious + very >= DOMINATING - TOLERANCE {
        (
            1,
            "serious for at least 0.55 of the weight (a limit of this program)",
        )
    } else {
        (0, "little weight is indirect")
    };
    indirectness::proposed(evidence, levels, rule)
}

/// Core GRADE 2, Figure 4. Sample size counts only for an implausibly large effect.
fn imprecision(evidence: &Evidence, target: Target) -> DomainProposal {
    let [lower, upper] = evidence.ci;
    let crosses = |threshold: f64| lower < threshold - TOLERANCE && upper > threshold + TOLERANCE;
    let (below, above) = (crosses(-evidence.mid), crosses(evidence.mid));
    let once = match target {
        Target::NonNullEffect => crosses(0.0),
        Target::LittleToNoDifference => below || above,
        Target::ImportantEffect if evidence.centre() < 0.0 => below,
        Target::ImportantEffect => above,
    };
    let (levels, rule, because) = if below && above {
        (
            2,
            "interval crosses the MID on both sides",
            "the interval holds important benefit and important harm".to_owned(),
        )
    } else if once {
        (
            1,
            "interval crosses the threshold of the target once",
            format!("the interval crosses the threshold for {}", target.words()),
        )
    } else if implausibly_large(evidence) {
        large_effect_information(evidence)
    } else {
        (
            0,
            "interval crosses nothing",
            "the interval crosses no threshold".to_owned(),
        )
    };
    let found = DomainProposal::new(Domain::Imprecision, levels, rule, because)
        .with("lower", lower)
        .with("upper", upper)
        .with("MID", evidence.mid)
        .with_word("target", target.words())
        .with_word("implausibly large", implausibly_large(evidence).to_string());
    if once && levels == 1 {
        found.asking(
            "Does \"may\" describe the result better than \"likely\"? Then rate down two levels.",
        )
    } else {
        found
    }
}

/// As said, or an SMD of at least 0.8, or a relative reduction above 40 % (a risk ratio below 0.6, or its inverse).
fn implausibly_large(evidence: &Evidence) -> bool {
    evidence.large_effect.unwrap_or_else(|| {
        let size = evidence.centre().abs();
        match (evidence.kind, evidence.measure.as_deref()) {
            (OutcomeKind::Continuous, None | Some("SMD")) => size >= LARGE_SMD - TOLERANCE,
            (OutcomeKind::Binary, None | Some("RR")) => size > -0.6f64.ln() + TOLERANCE,
            _ => false,
        }
    })
}

fn large_effect_information(evidence: &Evidence) -> (u32, &'static str, String) {
    let ois = evidence.ois.unwrap_or(USUAL_OIS);
    let few = format!(
        "the effect is implausibly large and {:.0} participants are fewer than the {ois:.0} of the optimal information size",
        evidence.n
    );
    let apart = evidence
        .ratio_ci
        .filter(|ratio| ratio[0] > 0.0)
        .map(|ratio| ratio[1] / ratio[0]);
    let limit = if evidence.measure.as_deref() == Some("OR") {
        2.5
    } else {
        3.0
    };
    match (evidence.kind, apart) {
        (OutcomeKind::Binary, Some(apart)) if apart >= limit - TOLERANCE => (
            2,
            "implausibly large, bounds far apart",
            format!("the effect is implausibly large and its bounds are {apart:.1} times apart"),
        ),
        (OutcomeKind::Continuous, _) if evidence.n < 0.3 * ois - TOLERANCE => (
            2,
            "implausibly large, fewer than 30 % of the optimal information size",
            few,
        ),
        _ if evidence.n < ois - TOLERANCE => (
            1,
            "implausibly large, below the optimal information size",
            few,
        ),
        _ => (
            0,
            "implausibly large, information enough",
            "the sample is large enough for so large an effect".to_owned(),
        ),
    }
}

/// The rule where there are too few studies for a funnel.
const FEW: &str = "fewer than 10 studies, none documented as unpublished";
/// The rule where nobody judged whether some are unpublished.
const FEW_NOT_JUDGED: &str = "fewer than 10 studies; nobody judged whether others are unpublished";

/// Core GRADE 4, Figure 5.
fn publication_bias(evidence: &Evidence) -> DomainProposal {
    let (levels, rule, because) = if evidence.small_and_industry == Some(true) {
        (
            1,
            "small studies paid by industry",
            "most or all studies were small and paid by industry".to_owned(),
        )
    } else if evidence.k >= 10 && evidence.asymmetry_strong {
        (
            1,
            "at least 10 studies, strong asymmetry",
            "the asymmetry of the funnel strongly suggests missing results".to_owned(),
        )
    } else if evidence.k < 10 && evidence.unpublished_documented == Some(true) {
        (
            1,
            "fewer than 10 studies, unpublished ones documented",
            "unpublished studies are documented".to_owned(),
        )
    } else if evidence.k < 10 {
        (
            0,
            if evidence.unpublished_documented.is_none() {
                FEW_NOT_JUDGED
            } else {
                FEW
            },
            format!("asymmetry is not assessable with k = {}", evidence.k),
        )
    } else {
        (
            0,
            "no strong sign",
            "nothing strongly suggests missing results".to_owned(),
        )
    };
    let found = DomainProposal::new(Domain::PublicationBias, levels, rule, because)
        .first_worded(if rule == FEW_NOT_JUDGED { FEW } else { rule })
        .with("k", f64::from(evidence.k))
        .with_judged("small and industry", evidence.small_and_industry)
        .with_word("strong asymmetry", evidence.asymmetry_strong.to_string())
        .with_judged("unpublished documented", evidence.unpublished_documented)
        .asking("Are there registered trials without results?");
    let found = if evidence.small_and_industry.is_none() {
        found.asking("Are most studies small and paid by industry?")
    } else {
        found
    };
    match evidence.egger_p.filter(|_| evidence.k >= 10) {
        Some(p) => tested(found, p, evidence),
        None => found,
    }
}

/// The test of small-study effects beside the proposal. The flowchart names no p value: unless a protocol declares one, a low one is
/// only a question.
fn tested(found: DomainProposal, p: f64, evidence: &Evidence) -> DomainProposal {
    let found = found.with("p", p).with_word(
        "trim and fill changes category",
        evidence.trimfill_changes_category.to_string(),
    );
    if p < 0.10 && !evidence.asymmetry_strong {
        found.asking(format!(
            "The test for small-study effects gave {}: does the funnel plot strongly suggest missing results?",
            p_value(p)
        ))
    } else {
        found
    }
}
