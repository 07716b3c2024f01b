//! `default-1`: a stricter house table in the manner of classic GRADE (GRADE 4-9, 18, 34).
//!
//! Rules of a domain are tried in order; the first that holds proposes. Shares are of the weight in the model.

use super::{JUDGE_FIRST, ONE_STUDY, indirectness, p_value, percent, upgrade, without_judgement};
use crate::grade::certainty::{Certainty, Domain};
use crate::grade::evidence::{Design, Evidence, TOLERANCE, Threshold, UNKNOWN, zone};
use crate::grade::proposal::{AnalysisSet, DomainProposal, Proposal, rate};

/// Whether a share reaches a limit, up to rounding noise.
fn reaches(share: f64, limit: f64) -> bool {
    share >= limit - TOLERANCE
}

pub(super) fn propose(evidence: &Evidence) -> Proposal {
    let start = match evidence.design {
        Design::Rct => Certainty::High,
        Design::Nrsi if evidence.robins_i() => Certainty::High,
        Design::Nrsi => Certainty::Low,
    };
    let domains = vec![
        risk_of_bias(evidence),
        inconsistency(evidence),
        indirectness(evidence),
        imprecision(evidence),
        publication_bias(evidence),
        upgrade::from_low_alone(start, upgrade::large_effect(evidence)),
        upgrade::from_low_alone(start, upgrade::dose_response(evidence)),
        upgrade::from_low_alone(start, upgrade::opposing_confounding(evidence)),
    ];
    Proposal {
        policy: "default-1".to_owned(),
        target: None,
        analysis_set: AnalysisSet::All,
        rate_subgroups_separately: false,
        start,
        certainty: rate(start, &domains),
        domains,
    }
}

fn risk_of_bias(evidence: &Evidence) -> DomainProposal {
    // That there is no control group is known before anybody judges a study.
    let found = if reaches(evidence.rob(UNKNOWN), 0.50) && !evidence.uncontrolled {
        unjudged(evidence)
    } else if evidence.robins_i() {
        robins_i(evidence)
    } else if evidence.tool_name().starts_with("rob") {
        rob2(evidence)
    } else {
        other_tools(evidence)
    };
    evidence
        .rob_share
        .iter()
        .fold(found, |found, (label, share)| found.with(&format!("weight {label}"), *share))
        .asking("Does leaving out the studies at high risk change the sign or the category of the effect?")
}

/// What nobody judged counts neither as high nor as low risk.
fn unjudged(evidence: &Evidence) -> DomainProposal {
    let unknown = evidence.rob(UNKNOWN);
    DomainProposal::new(
        Domain::RiskOfBias,
        0,
        "no judgements",
        without_judgement(unknown),
    )
    .asking(JUDGE_FIRST)
}

/// The worst words of every tool, which count where some results were judged with another.
const WORST: [&str; 6] = [
    "high",
    "serious",
    "critical",
    "no_information",
    "weak",
    "poor",
];

fn rob2(evidence: &Evidence) -> DomainProposal {
    let sum = |labels: &[&str]| labels.iter().map(|label| evidence.rob(label)).sum::<f64>();
    let high = sum(&WORST);
    let low = sum(&["low", "low_except_confounding", "strong", "good"]);
    let from_high = format!(
        "{} of the weight came from trials at high risk of bias",
        percent(high)
    );
    let new = |levels, rule: &str, because: String| {
        DomainProposal::new(Domain::RiskOfBias, levels, rule, because)
    };
    if reaches(high, 0.80) {
        new(2, "weight at high risk of at least 0.80", from_high)
    } else if reaches(high, 0.25) {
        new(1, "weight at high risk of at least 0.25", from_high)
    } else if low < 0.25 - TOLERANCE {
        let because = format!(
            "only {} of the weight came from trials at low risk of bias",
            percent(low)
        );
        new(1, "weight at low risk below 0.25", because)
            .asking("Do the concerns bear on this outcome?")
    } else {
        new(0, "little weight at high risk", from_high)
    }
}

/// ROBINS-I: the worst level at which the weight, summed from the worst end, reaches one half.
fn robins_i(evidence: &Evidence) -> DomainProposal {
    let levels: [(&[&str], u32, &str); 4] = [
        (&["critical"], 3, "critical"),
        (
            &["serious", "no_information", "high", "weak", "poor"],
            2,
            "serious",
        ),
        (&["moderate", "some_concerns", "fair"], 1, "moderate"),
        (
            &["low", "low_except_confounding", "strong", "good"],
            0,
            "low",
        ),
    ];
    let mut sum = 0.0;
    for (labels, down, word) in levels {
        sum += labels.iter().map(|label| evidence.rob(label)).sum::<f64>();
        if reaches(sum, 0.50) {
            let because = format!(
                "{} of the weight came from studies at {word} risk of bias or worse",
                percent(sum)
            );
            let rule = format!("half the weight is at {word} risk or worse");
            return DomainProposal::new(Domain::RiskOfBias, down, rule, because);
        }
    }
    DomainProposal::new(
        Domain::RiskOfBias,
        0,
        "no judgements",
        "no study was judged",
    )
    .asking(JUDGE_FIRST)
}

fn other_tools(evidence: &Evidence) -> DomainProposal {
    let weak: f64 = WORST.iter().map(|label| evidence.rob(label)).sum();
    let because = format!(
        "{} of the weight came from studies rated weak",
        percent(weak)
    );
    let new = |levels, rule: &str, because: String| {
        DomainProposal::new(Domain::RiskOfBias, levels, rule, because)
    };
    if reaches(weak, 0.50) {
        new(1, "weight rated weak or poor of at least 0.50", because)
    } else if evidence.uncontrolled {
        new(
            1,
            "no control group",
            "the studies have no control group".to_owned(),
        )
    } else {
        new(0, "little weight rated weak or poor", because)
    }
    .with_word("uncontrolled", evidence.uncontrolled.to_string())
}

fn inconsistency(evidence: &Evidence) -> DomainProposal {
    let i2 = evidence.i2.unwrap_or(0.0);
    let opposite = evidence.opposite_share.unwrap_or(0.0);
    let crosses = evidence.pi_crosses.unwrap_or(false);
    let because = if evidence.k < 2 {
        ONE_STUDY.to_owned()
    } else {
        format!(
            "I² was {i2:.0} %, {} of the weight lay on the other side of the threshold and {}",
            percent(opposite),
            match evidence.pi_crosses {
                Some(true) => "the prediction interval crossed it",
                Some(false) => "the prediction interval did not cross it",
                None => "there is no prediction interval",
            }
        )
    };
    let (levels, rule) = if evidence.k < 2 {
        (0, ONE_STUDY)
    } else if opposite <= TOLERANCE && !crosses {
        (
            0,
            "no weight on the other side and the prediction interval stays on one",
        )
    } else if i2 >= 75.0 && crosses && reaches(opposite, 0.25) {
        (
            2,
            "I² of at least 75, prediction interval crosses, at least 0.25 on the other side",
        )
    } else if i2 >= 50.0 && (crosses || reaches(opposite, 0.20)) {
        (
            1,
            "I² of at least 50 and the prediction interval crosses or at least 0.20 lies on the other side",
        )
    } else {
        (0, "differences are small")
    };
    DomainProposal::new(Domain::Inconsistency, levels, rule, because)
        .with("k", f64::from(evidence.k))
        .with("I²", i2)
        .with("opposite share", opposite)
        .with_word("prediction interval crosses", crosses.to_string())
        .asking("Look at the forest plot: do the intervals overlap, and does a subgroup explain the differences?")
}

fn indirectness(evidence: &Evidence) -> DomainProposal {
    let (serious, very) = evidence.indirect();
    let (levels, rule) = if reaches(very, 0.50) {
        (2, "weight with very serious indirectness of at least 0.50")
    } else if reaches(serious + very, 0.50) {
        (1, "weight with indirectness of at least 0.50")
    } else {
        (0, "little weight is indirect")
    };
    indirectness::proposed(evidence, levels, rule)
}

fn imprecision(evidence: &Evidence) -> DomainProposal {
    let [lower, upper] = evidence.ci;
    let span = span(evidence);
    let ois = evidence.ois.unwrap_or(0.0);
    let past_large = evidence
        .large
        .is_some_and(|large| lower < -large - TOLERANCE && upper > large + TOLERANCE);
    let small = format!(
        "{:.0} participants are fewer than the {ois:.0} of the optimal information size",
        evidence.n
    );
    let (levels, rule, because) = if past_large {
        (
            3,
            "interval reaches past a large effect both ways",
            "the interval holds large effects in both directions".to_owned(),
        )
    } else if span == 3 {
        (
            2,
            "interval spans three categories",
            "the interval holds important benefit and important harm".to_owned(),
        )
    } else if span == 2 {
        (
            1,
            "interval spans two categories",
            "the interval holds both an important and a trivial effect".to_owned(),
        )
    } else if evidence.n < 0.3 * ois - TOLERANCE {
        (2, "fewer than 30 % of the optimal information size", small)
    } else if evidence.n < ois - TOLERANCE {
        (1, "below the optimal information size", small)
    } else {
        (
            0,
            "interval within one category, information enough",
            "the interval stays within one category".to_owned(),
        )
    };
    let found = DomainProposal::new(Domain::Imprecision, levels, rule, because)
        .with("lower", lower)
        .with("upper", upper)
        .with("MID", evidence.mid)
        .with("n", evidence.n)
        .with("OIS", ois);
    let wide = evidence
        .ratio_ci
        .filter(|ratio| ratio[0] > 0.0)
        .map(|ratio| ratio[1] / ratio[0]);
    match wide {
        Some(wide) if wide > 2.5 => found.asking(format!(
            "The bounds are {wide:.1} times apart: is the sample far too small?"
        )),
        _ => found,
    }
}

/// Categories that the interval spans. Certainty about direction alone knows two, and a third when both MIDs lie inside.
fn span(evidence: &Evidence) -> u32 {
    let [lower, upper] = evidence.ci;
    let categories = |mid: f64| 1 + (zone(upper, mid) as u32).abs_diff(zone(lower, mid) as u32);
    match evidence.threshold {
        Threshold::Mid => categories(evidence.mid),
        Threshold::Null if categories(evidence.mid) == 3 => 3,
        Threshold::Null => categories(0.0).min(2),
    }
}

fn publication_bias(evidence: &Evidence) -> DomainProposal {
    let p = evidence.egger_p;
    let suspicious = p.is_some_and(|p| p < 0.10) && evidence.trimfill_changes_category;
    let (levels, rule) = if evidence.k < 10 {
        (0, "fewer than 10 studies: not assessable".to_owned())
    } else if suspicious {
        (
            1,
            "small-study test below 0.10 and trim and fill changes the category".to_owned(),
        )
    } else {
        (0, "no sign that changes the category".to_owned())
    };
    let because = match p {
        _ if evidence.k < 10 => format!("not assessable with k = {}", evidence.k),
        Some(p) if suspicious => format!(
            "the test for small-study effects gave {} and trim and fill moved the estimate to another category",
            p_value(p)
        ),
        Some(p) => format!("the test for small-study effects gave {}", p_value(p)),
        None => "no test for small-study effects was made".to_owned(),
    };
    let found = DomainProposal::new(Domain::PublicationBias, levels, rule, because)
        .with("k", f64::from(evidence.k))
        .with_word("trim and fill changes category", evidence.trimfill_changes_category.to_string())
        .asking("Are there registered trials without results, or only small or industry-funded studies?");
    match p {
        Some(p) => found.with("p", p),
        None => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// What is proposed for risk of bias: the levels, and why.
    fn proposed(design: &str, tool: Option<&str>, shares: &Value) -> (u32, String) {
        let evidence = json!({
            "design": design, "tool": tool, "k": 4, "n": 400.0, "ci": [-0.5, -0.3], "mid": 0.2, "rob_share": shares,
        });
        let evidence: Evidence = serde_json::from_value(evidence).expect("evidence");
        let found = risk_of_bias(&evidence);
        (found.levels, found.because)
    }

    #[test]
    fn weight_that_nobody_judged_is_called_so_whatever_the_design() {
        for (design, tool) in [
            ("rct", None),
            ("nrsi", Some("nos")),
            ("nrsi", Some("robins-i")),
        ] {
            let shares = json!({ "unknown": 0.6, "high": 0.4, "poor": 0.0 });
            let (levels, because) = proposed(design, tool, &shares);
            assert_eq!(levels, 0, "{tool:?}");
            assert_eq!(
                because,
                "60 % of the weight has no judgement of risk of bias"
            );
        }
        let some = json!({ "unknown": 0.4, "high": 0.6 });
        assert_eq!(proposed("rct", None, &some).0, 1);
    }

    #[test]
    fn the_worst_words_of_other_tools_count_for_every_tool() {
        for word in WORST {
            let shares = json!({ word: 0.7, "good": 0.3 });
            assert!(proposed("rct", Some("rob2"), &shares).0 > 0, "{word}");
            assert!(proposed("nrsi", Some("nos"), &shares).0 > 0, "{word}");
            assert!(proposed("nrsi", Some("robins-i"), &shares).0 > 0, "{word}");
        }
    }
}
