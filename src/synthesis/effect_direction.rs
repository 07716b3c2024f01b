//! Which way the effects of studies point where nothing was pooled: synthesis without meta-analysis.
//!
//! Sources: Campbell et al. 2020, BMJ 368:l6890 (SWiM, items 3 and 7); Boon and Thomson 2021, Res Synth Methods 12:29 (the
//! effect-direction plot); Cochrane Handbook 12.2.1.3 (vote counting by direction, with a sign test and never by significance).

use super::tables::{AnalysisRow, EffectRow};
use crate::artefact::{Address, Origin, key, rows};

rows! {
    /// The direction of one study's effect, or with an empty study how many of an analysis point to a benefit.
    pub DirectionRow: "effect-directions" {
        /// The analysis.
        analysis: String,
        /// The outcome.
        outcome: String,
        /// `between` or `within`.
        body: String,
        /// The study; empty in the row that sums up its analysis.
        study: String,
        /// What to call it.
        label: String,
        /// `benefit`, `harm` or `none`, empty where nothing says which end is better; in a row that sums up, where most studies point, or `both` where they are as many.
        direction: String,
        /// `▲` for benefit, `▼` for harm, `◄►` for neither or both, `?` where it is not known.
        symbol: String,
        /// Whether the interval leaves out no difference: `yes` or `no`; empty in a row that sums up.
        interval_excludes_none: String,
        /// How the result was judged for risk of bias; empty where nobody did.
        bias: String,
        /// Participants.
        n: u64,
        /// Studies that point to a benefit; in rows that sum up.
        benefit: Option<u64>,
        /// Studies that point anywhere; in rows that sum up.
        pointing: Option<u64>,
        /// Two-sided p of the sign test on them; in rows that sum up, from two studies on.
        p: Option<f64>,
        /// The effects.
        origin: Origin,
    }
}

/// The directions of analyses that were not pooled; `bias` says how a study's result was judged.
pub fn directions(
    analyses: &[AnalysisRow],
    effects: &[EffectRow],
    stage: &str,
    bias: impl Fn(&str, &str) -> String,
) -> Vec<DirectionRow> {
    let mut rows = Vec::new();
    for analysis in analyses.iter().filter(|row| row.status != "pooled") {
        let mine: Vec<&EffectRow> = effects
            .iter()
            .filter(|effect| effect.analysis == analysis.analysis)
            .collect();
        for effect in &mine {
            rows.push(of_study(
                analysis,
                effect,
                stage,
                bias(&effect.study, &effect.result),
            ));
        }
        rows.extend(summed_up(analysis, &mine, stage));
    }
    rows
}

/// Where an effect points, by its sign and the better end; empty where nothing says which end that is.
fn points(effect: &EffectRow) -> &'static str {
    match (effect.yi < 0.0, effect.better.as_str()) {
        (_, "") => "",
        _ if effect.yi == 0.0 => "none",
        (true, "lower") | (false, "higher") => "benefit",
        _ => "harm",
    }
}

fn symbol(direction: &str) -> &'static str {
    match direction {
        "benefit" => "▲",
        "harm" => "▼",
        "" => "?",
        _ => "◄►",
    }
}

fn of_study(analysis: &AnalysisRow, effect: &EffectRow, stage: &str, bias: String) -> DirectionRow {
    let direction = points(effect);
    let excludes = effect.ci_lower > 0.0 || effect.ci_upper < 0.0;
    let cells = ["yi", "ci_lower", "ci_upper"]
        .map(|column| Address::cell(stage, "effects", &effect.key, column));
    DirectionRow {
        key: key(&[&analysis.analysis, &effect.study, &effect.part]),
        analysis: analysis.analysis.clone(),
        outcome: analysis.outcome.clone(),
        body: analysis.body.clone(),
        study: effect.study.clone(),
        label: effect.label.clone(),
        direction: direction.to_owned(),
        symbol: symbol(direction).to_owned(),
        interval_excludes_none: if excludes { "yes" } else { "no" }.to_owned(),
        bias,
        n: effect.n,
        benefit: None,
        pointing: None,
        p: None,
        origin: Origin::of("direction", cells).with_cell(
            "n",
            "copied",
            [Address::cell(stage, "effects", &effect.key, "n")],
        ),
    }
}

/// The row that sums up an analysis; none where a study gave several effects, which are no votes of their own, and where it is not
/// known of each effect which way is better.
fn summed_up(analysis: &AnalysisRow, effects: &[&EffectRow], stage: &str) -> Option<DirectionRow> {
    let is_no_vote = |effect: &&EffectRow| !effect.part.is_empty() || effect.better.is_empty();
    if effects.is_empty() || effects.iter().any(is_no_vote) {
        return None;
    }
    let count = |wanted: &str| {
        let votes = effects.iter();
        votes.filter(|effect| points(effect) == wanted).count() as u64
    };
    let (benefit, harm) = (count("benefit"), count("harm"));
    let direction = match benefit.cmp(&harm) {
        std::cmp::Ordering::Greater => "benefit",
        std::cmp::Ordering::Less => "harm",
        std::cmp::Ordering::Equal => "both",
    };
    let pointing = benefit + harm;
    Some(DirectionRow {
        key: key(&[analysis.analysis.as_str(), "", ""]),
        analysis: analysis.analysis.clone(),
        outcome: analysis.outcome.clone(),
        body: analysis.body.clone(),
        study: String::new(),
        label: String::new(),
        direction: direction.to_owned(),
        symbol: symbol(direction).to_owned(),
        interval_excludes_none: String::new(),
        bias: String::new(),
        n: effects.iter().map(|effect| effect.n).sum(),
        benefit: Some(benefit),
        pointing: Some(pointing),
        p: (pointing > 1).then(|| sign_test(benefit, pointing)),
        origin: Origin::of(
            "vote-count",
            effects
                .iter()
                .map(|effect| Address::cell(stage, "effects", &effect.key, "yi")),
        ),
    })
}

/// Two-sided p of the exact sign test: of `all` studies, `some` point one way.
fn sign_test(some: u64, all: u64) -> f64 {
    let fewer = some.min(all - some);
    let n = all as f64;
    let log_half = n * 0.5f64.ln();
    let choose = |k: f64| libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
    let tail: f64 = (0..=fewer)
        .map(|k| libm::exp(choose(k as f64) + log_half))
        .sum();
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_test_is_exact() {
        // Binomial, n = 10, p = 1/2: P(X <= 1) = 11 / 1024; n = 2: P(X <= 0) = 1 / 4; the middle gives 1.
        assert!((sign_test(9, 10) - 22.0 / 1024.0).abs() < 1e-12);
        assert!((sign_test(0, 2) - 0.5).abs() < 1e-12);
        assert!((sign_test(2, 4) - 1.0).abs() < 1e-12);
    }
}
