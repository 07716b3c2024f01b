//! The tables of `grade`: a row a domain, and a row an outcome.

use super::body::Body;
use super::difference;
use crate::artefact::{Address, Origin, PlaceRow, key, rows};
use crate::grade::confirmation::{Rated, RatedDomain, State};
use crate::grade::evidence::Design;
use crate::grade::indirectness::Row as Indirectness;
use crate::grade::judgements::Row as Judgement;
use crate::grade::re_expression::from_interval;
use crate::grade::summary_of_findings::{Effect, Finding, Row as Summarised};
use crate::grade::wording;
use crate::grade::wording::Direction;
use crate::grade::{Certainty, Proposal, footnote};
use crate::stage::grade::Name;
use crate::synthesis::{AnalysisRow, NO_NUMBERS};

rows! {
    /// One domain of one body of evidence.
    pub(crate) CertaintyRow: "certainty" {
        /// The analysis.
        analysis: String,
        /// The domain.
        domain: String,
        /// Levels that the policy proposes, down or (for domains that rate up) up.
        proposed: u32,
        /// Levels in force: a person's, or the proposal's while nobody decided.
        r#final: u32,
        /// `proposed`, `confirmed`, `overridden` or `stale`.
        status: String,
        /// The person's reason; what the policy found while nobody gave one.
        reason: String,
        /// The rule of the policy.
        rule: String,
        /// What the rule looked at.
        inputs: String,
        /// What the policy leaves to people, who look at it before they confirm; several joined by ` Also: `.
        questions: String,
        /// What a summary of findings says below its table; empty where nothing moved.
        footnote: String,
        /// `true` where nobody judged, and nothing measured, what the rule looks at, so that it moves nothing for want of knowledge; else
        /// empty.
        unjudged: Option<bool>,
        /// Who decided.
        by: String,
        /// When.
        at: String,
        /// Identity of what was, or is to be, confirmed.
        basis: String,
        /// What the policy read.
        origin: Origin,
    }

    /// What a person judged of one element of one study.
    pub(crate) IndirectnessRow: "indirectness" {
        /// The study.
        study: String,
        /// The outcome; empty where it holds for every outcome of the study.
        outcome: String,
        /// `population`, `intervention`, `comparator` or `outcome`.
        element: String,
        /// `not_serious`, `serious` or `very_serious`.
        level: String,
        /// Why.
        reason: String,
        /// Who.
        by: String,
        /// When.
        at: String,
    }

    /// One outcome of the summary of findings.
    pub(crate) SummaryRow: "summary-of-findings" {
        /// The analysis.
        analysis: String,
        /// Order in the report.
        order: u64,
        /// Outcome of the protocol.
        outcome: String,
        /// The outcome in words.
        outcome_name: String,
        /// `main` or `supplementary`.
        role: String,
        /// Studies.
        k: u64,
        /// Participants.
        n: u64,
        /// Level at the start; empty where nothing was rated.
        start: String,
        /// Why it starts there.
        start_reason: String,
        /// Level in force; empty where nothing was rated.
        certainty: String,
        /// `proposed`, `confirmed` or `stale`; empty where nothing was rated.
        status: String,
        /// Circles.
        symbols: String,
        /// The standard statement.
        statement: String,
        /// What it says of size and direction, such as `small reduction`; empty where it says neither.
        size: String,
        /// The effect as a difference in words: points, standard deviations, or people in 1000.
        absolute: String,
        /// People in 1000 with the event under the comparator, from which `absolute` counts fewer or more: the events of all comparator
        /// groups over their people. Empty where it counts no people.
        comparator_risk: Option<f64>,
        /// The effect as people read it: ratios not as logarithms, proportions and correlations not transformed.
        estimate: Option<f64>,
        /// Lower limit.
        ci_lower: Option<f64>,
        /// Upper limit.
        ci_upper: Option<f64>,
        /// Effect measure.
        measure: String,
        /// The policy that proposed; empty where nothing was rated.
        policy: String,
        /// The least difference that matters, as it is declared.
        mid: Option<f64>,
        /// The least difference that is large, where one is declared.
        large: Option<f64>,
        /// Where the thresholds come from.
        basis: String,
        /// The domains, and the effect.
        origin: Origin,
    }
}

pub(super) fn indirectness(row: &Indirectness) -> IndirectnessRow {
    IndirectnessRow {
        key: indirectness_key(row),
        study: row.study.clone(),
        outcome: row.outcome.clone(),
        element: row.element.to_string(),
        level: row.level.label().to_owned(),
        reason: row.reason.clone(),
        by: row.by.clone(),
        at: row.at.to_string(),
    }
}

pub(super) fn indirectness_key(row: &Indirectness) -> String {
    key(&[&row.study, &row.outcome, &row.element.to_string()])
}

pub(super) fn indirectness_place(row: &Indirectness) -> PlaceRow {
    let mut place = PlaceRow::new(
        "indirectness",
        &indirectness_key(row),
        "",
        row.place.clone(),
    );
    place.by.clone_from(&row.by);
    place.at = row.at.to_string();
    place.quote.clone_from(&row.reason);
    place
}

fn status(state: State) -> &'static str {
    match state {
        State::Proposed => "proposed",
        State::Confirmed => "confirmed",
        State::Overridden => "overridden",
        State::Stale => "stale",
    }
}

fn row_key(rated: &RatedDomain) -> String {
    key(&[&rated.analysis, rated.domain.key()])
}

/// The domains of one body.
pub(super) fn certainty(body: &Body<'_>, proposal: &Proposal, rated: &Rated) -> Vec<CertaintyRow> {
    let rows = rated.domains.iter().map(|domain| {
        let proposed = proposal.domain(domain.domain);
        let inputs: Vec<String> = proposed
            .map(|proposed| proposed.inputs.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let reason = if domain.reason.is_empty() {
            &domain.because
        } else {
            &domain.reason
        };
        CertaintyRow {
            key: row_key(domain),
            analysis: domain.analysis.clone(),
            domain: domain.domain.key().to_owned(),
            proposed: domain.proposed,
            r#final: domain.levels,
            status: status(domain.state).to_owned(),
            reason: reason.clone(),
            rule: domain.rule.clone(),
            inputs: inputs.join("; "),
            questions: proposed.map_or_else(String::new, |found| found.questions.join(" Also: ")),
            footnote: footnote::draft(domain).unwrap_or_default(),
            unjudged: (domain.state == State::Proposed
                && domain.levels == 0
                && body.is_unjudged(domain.domain))
            .then_some(true),
            by: domain.by.clone().unwrap_or_default(),
            at: domain
                .at
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            basis: domain.basis.clone(),
            origin: Origin::of(rated.policy.clone(), body.from(domain.domain)),
        }
    });
    rows.collect()
}

/// Where people's word on a domain stands: the cells they wrote, each at the row of the file.
pub(super) fn places(rated: &Rated, judgements: &[Judgement]) -> Vec<PlaceRow> {
    let mut places = Vec::new();
    for domain in &rated.domains {
        let mine = judgements
            .iter()
            .filter(|row| row.analysis == domain.analysis && row.domain == domain.domain);
        for row in mine {
            for column in ["final", "status", "reason", "by", "at"] {
                let mut place =
                    PlaceRow::new("certainty", &row_key(domain), column, row.place.clone());
                place.by.clone_from(&row.by);
                place.at = row.at.to_string();
                place.quote.clone_from(&row.reason);
                places.push(place);
            }
        }
    }
    places
}

/// What the statement is made of.
pub(super) fn finding(
    analysis: &AnalysisRow,
    body: Option<&Body<'_>>,
    intervention: &str,
) -> Finding {
    let effect = body.map(|body| Effect {
        measure: analysis.measure.clone(),
        estimate: body.printed(body.estimate()),
        ci: body.ci().map(|bound| body.printed(bound)),
        size: body.limits.size(body.estimate()),
        direction: Direction::of(body.estimate()),
        absolute: None,
        re_expressed: body
            .limits
            .familiar
            .as_ref()
            .map(|(familiar, _)| from_interval(body.estimate(), body.ci(), familiar.sd)),
    });
    let design = match body.map(Body::design) {
        Some(Design::Rct) => "randomised trials",
        Some(Design::Nrsi) => "non-randomised studies",
        None => "",
    };
    Finding {
        analysis: analysis.analysis.clone(),
        outcome: within_a_sentence(&analysis.outcome_name),
        intervention: intervention.to_owned(),
        design: design.to_owned(),
        participants: analysis.n,
        studies: analysis.k,
        effect,
        narrative: Some(analysis.why.clone()).filter(|why| !why.is_empty() && why != NO_NUMBERS),
    }
}

/// A name as it stands within a sentence: a first capital is lowered unless the word is an abbreviation.
fn within_a_sentence(name: &str) -> String {
    let mut letters = name.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return name.to_owned();
    }
    first.to_lowercase().chain(letters).collect()
}

/// The row of one outcome.
pub(super) fn summary(
    analysis: &AnalysisRow,
    rated: Option<(&Body<'_>, &Rated)>,
    summarised: &Summarised,
    (stage, analyses): (&str, &Name),
) -> SummaryRow {
    let effect = &summarised.finding.effect;
    let source = |column: &str| analyses.cell(&analysis.key, column);
    let origin = match rated {
        Some((body, rated)) => rated_origin(body, rated, stage),
        None => Origin::of("not-rated", [source("status"), source("why")]),
    };
    let copied = [
        "order",
        "outcome",
        "outcome_name",
        "role",
        "k",
        "n",
        "measure",
    ];
    let origin = copied.into_iter().fold(origin, |origin, column| {
        origin.with_cell(column, "copied", [source(column)])
    });
    SummaryRow {
        key: key(&[&analysis.analysis]),
        analysis: analysis.analysis.clone(),
        order: analysis.order,
        outcome: analysis.outcome.clone(),
        outcome_name: analysis.outcome_name.clone(),
        role: analysis.role.clone(),
        k: analysis.k,
        n: analysis.n,
        start: rated.map_or_else(String::new, |(_, rated)| rated.start.to_string()),
        start_reason: rated.map_or_else(String::new, |(body, rated)| start_reason(body, rated)),
        certainty: rated.map_or_else(String::new, |(_, rated)| rated.certainty.to_string()),
        status: rated.map_or("", |(_, rated)| standing(rated)).to_owned(),
        symbols: summarised.symbol.clone(),
        statement: match (rated, analysis.k) {
            (None, 1..) => format!("Not rated: {}", not_rated(analysis)),
            _ => summarised.statement.clone(),
        },
        size: rated
            .zip(effect.as_ref())
            .map_or_else(String::new, |((_, rated), effect)| {
                wording::cell(rated.certainty, effect.size, effect.direction)
            }),
        absolute: rated.map_or_else(String::new, |(body, _)| difference::in_words(body)),
        comparator_risk: rated.and_then(|(body, _)| difference::comparator_risk(body)),
        estimate: effect.as_ref().map(|effect| effect.estimate),
        ci_lower: effect.as_ref().map(|effect| effect.ci[0]),
        ci_upper: effect.as_ref().map(|effect| effect.ci[1]),
        measure: analysis.measure.clone(),
        policy: rated.map_or_else(String::new, |(_, rated)| rated.policy.clone()),
        mid: rated.map(|(body, _)| body.limit(body.limits.mid)),
        large: rated.and_then(|(body, _)| Some(body.limit(body.limits.large?))),
        basis: rated.map_or_else(String::new, |(body, _)| body.limits.basis.clone()),
        origin,
    }
}

/// Why a body starts where it does: some policies start studies high that are not randomised.
fn start_reason(body: &Body<'_>, rated: &Rated) -> String {
    let why = body.started();
    if body.design() == Design::Nrsi && rated.start == Certainty::High {
        format!("{why}; the tool that judged them holds them against a trial")
    } else {
        why
    }
}

/// Why an analysis with studies has no certainty: it gave no effect, or nobody can say which effect matters.
fn not_rated(analysis: &AnalysisRow) -> &str {
    match analysis.status.as_str() {
        "pooled" | "single-study" => "no difference that matters is declared",
        _ => &analysis.why,
    }
}

fn standing(rated: &Rated) -> &'static str {
    let is_stale = |domain: &RatedDomain| domain.state == State::Stale;
    match (rated.confirmed, rated.domains.iter().any(is_stale)) {
        (true, _) => "confirmed",
        (false, true) => "stale",
        (false, false) => "proposed",
    }
}

fn rated_origin(body: &Body<'_>, rated: &Rated, stage: &str) -> Origin {
    let levels = rated
        .domains
        .iter()
        .map(|domain| Address::cell(stage, "certainty", &row_key(domain), "final"));
    let [estimate, lower, upper] = body.effect_cells();
    let how = match body.measure {
        measure if measure.is_ratio() => "exponential",
        measure if measure.is_transformed() => "transformed-back",
        _ => "copied",
    };
    let mut said: Vec<Address> = levels.clone().collect();
    said.push(estimate.clone());
    said.extend(body.limits.from());
    let comparators = body.control_cells();
    let mut absolute = body.effect_cells().to_vec();
    absolute.extend(comparators.iter().cloned());
    absolute.extend(body.limits.familiar.iter().map(|(_, cell)| cell.clone()));
    let origin = match body.design_cells() {
        designs if designs.is_empty() => Origin::of(rated.policy.clone(), levels),
        designs => Origin::of(rated.policy.clone(), levels)
            .with_cell("start", "by-design", designs.clone())
            .with_cell("start_reason", "by-design", designs),
    };
    origin
        .with_cell("statement", "standard-statement", said)
        .with_cell("absolute", "difference", absolute)
        .with_cell("comparator_risk", "pooled-comparator-risk", comparators)
        .with_cell("mid", "threshold", body.limits.from_mid.clone())
        .with_cell("large", "threshold", body.limits.from_large.clone())
        .with_cell("estimate", how, [estimate])
        .with_cell("ci_lower", how, [lower])
        .with_cell("ci_upper", how, [upper])
}
