//! A person's word on each proposal: confirmed, overridden with a reason, or stale since its inputs changed.

use super::certainty::{Certainty, Domain};
use super::judgements::Row;
use super::proposal::{Proposal, rate_levels};
use crate::problem::{Problem, Problems};
use crate::table::When;
use serde::{Deserialize, Serialize};

/// Where a domain's rating stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has looked at the proposal.
    Proposed,
    /// A person agreed with the proposal.
    Confirmed,
    /// A person decided otherwise, with a reason.
    Overridden,
    /// A person decided on other inputs than today's; what they decided is kept and must be confirmed again.
    Stale,
}

impl State {
    /// Whether a person stands behind the rating as it is now.
    pub fn is_confirmed(self) -> bool {
        matches!(self, Self::Confirmed | Self::Overridden)
    }
}

/// A domain with the proposal and a person's word on it; one row of `certainty.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatedDomain {
    /// The analysis.
    pub analysis: String,
    /// The domain.
    pub domain: Domain,
    /// Levels proposed.
    pub proposed: u32,
    /// Levels in force: the person's, or the proposal's while nobody decided; none up where something is rated down.
    pub levels: u32,
    /// Levels up that are not in force, because something is rated down.
    #[serde(default)]
    pub held_back: u32,
    /// Where it stands.
    pub state: State,
    /// The rule of the policy.
    pub rule: String,
    /// What the policy found.
    pub because: String,
    /// The person's reason; empty while nobody decided.
    pub reason: String,
    /// Who decided.
    pub by: Option<String>,
    /// When.
    pub at: Option<When>,
    /// Identity of what was, or is to be, confirmed.
    pub basis: String,
}

/// A body of evidence rated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rated {
    /// The analysis.
    pub analysis: String,
    /// The policy that proposed.
    pub policy: String,
    /// Level at the start.
    pub start: Certainty,
    /// Level that the policy alone would reach.
    pub proposed: Certainty,
    /// Level with people's decisions in force.
    pub certainty: Certainty,
    /// Whether a person stands behind every domain that could rate down, and every one that rates up.
    pub confirmed: bool,
    /// The domains.
    pub domains: Vec<RatedDomain>,
}

impl Rated {
    /// The level in words, with "proposed" while it is not confirmed.
    pub fn printed(&self) -> String {
        if self.confirmed {
            self.certainty.to_string()
        } else {
            format!("{} (proposed)", self.certainty)
        }
    }
}

/// Brings a proposal and people's decisions on one analysis together; the latest decision on a domain counts.
///
/// Decisions on domains that the policy does not know, and decisions gone stale, are told.
pub fn confirm(analysis: &str, proposal: &Proposal, rows: &[Row]) -> (Rated, Problems) {
    let mut problems = Problems::new();
    let rows: Vec<&Row> = rows.iter().filter(|row| row.analysis == analysis).collect();
    for row in rows
        .iter()
        .filter(|row| proposal.domain(row.domain).is_none())
    {
        problems.push(
            Problem::warning(
                "grade::unused-judgement",
                format!("policy {} does not rate {}", proposal.policy, row.domain),
            )
            .at(row.place.clone())
            .help("remove the row, or choose a policy that rates this domain"),
        );
    }
    let domains: Vec<RatedDomain> = proposal
        .domains
        .iter()
        .map(|proposed| {
            let decided = rows
                .iter()
                .filter(|row| row.domain == proposed.domain)
                .max_by(|a, b| a.at.cmp(&b.at));
            let hash = proposal.evidence_hash(proposed.domain).unwrap_or_default();
            let state = decided.map_or(State::Proposed, |row| state(row, proposed.levels, &hash));
            if let (State::Stale, Some(row)) = (state, decided) {
                problems.push(stale(row, proposed.levels, &hash));
            }
            RatedDomain {
                analysis: analysis.to_owned(),
                domain: proposed.domain,
                proposed: proposed.levels,
                levels: decided.map_or(proposed.levels, |row| row.decided),
                held_back: 0,
                state,
                rule: proposed.rule.clone(),
                because: proposed.because.clone(),
                reason: decided.map(|row| row.reason.clone()).unwrap_or_default(),
                by: decided.map(|row| row.by.clone()),
                at: decided.map(|row| row.at.clone()),
                basis: hash,
            }
        })
        .collect();
    (rated(analysis, proposal, domains), problems)
}

fn rated(analysis: &str, proposal: &Proposal, mut domains: Vec<RatedDomain>) -> Rated {
    hold_back(proposal.start, &mut domains);
    let levels: Vec<(Domain, u32)> = domains
        .iter()
        .map(|rated| (rated.domain, rated.levels))
        .collect();
    let matters = |rated: &&RatedDomain| {
        !rated.domain.rates_up() || rated.proposed > 0 || rated.levels + rated.held_back > 0
    };
    Rated {
        analysis: analysis.to_owned(),
        policy: proposal.policy.clone(),
        start: proposal.start,
        proposed: proposal.certainty,
        certainty: rate_levels(proposal.start, &levels),
        confirmed: domains
            .iter()
            .filter(matters)
            .all(|rated| rated.state.is_confirmed()),
        domains,
    }
}

/// Takes out of force what would rate up and does not: a body is rated up only where it starts low and nothing is rated down.
fn hold_back(start: Certainty, domains: &mut [RatedDomain]) {
    let down = |rated: &RatedDomain| !rated.domain.rates_up() && rated.levels > 0;
    let why = if start != Certainty::Low {
        "what starts high is not rated up"
    } else if domains.iter().any(down) {
        "something is rated down, and then nothing is rated up"
    } else {
        return;
    };
    let up = domains.iter_mut().filter(|rated| rated.domain.rates_up());
    for rated in up.filter(|rated| rated.levels > 0) {
        rated.held_back = std::mem::take(&mut rated.levels);
        for said in [&mut rated.because, &mut rated.reason] {
            if !said.is_empty() {
                *said = format!("{}; not in force: {why}", said.trim_end_matches('.'));
            }
        }
    }
}

/// A decision without basis stands as long as the proposal it names is still made.
fn state(row: &Row, proposed: u32, hash: &str) -> State {
    let other_basis = row
        .basis
        .as_deref()
        .is_some_and(|basis| !same_hash(basis, hash));
    let other_proposal = row.proposed.is_some_and(|levels| levels != proposed);
    if other_basis || other_proposal {
        State::Stale
    } else if row.decided == proposed {
        State::Confirmed
    } else {
        State::Overridden
    }
}

/// Hashes may be shortened to eight digits or more.
fn same_hash(written: &str, hash: &str) -> bool {
    let written = written.to_lowercase();
    written.len() >= 8 && (hash.starts_with(&written) || written.starts_with(hash))
}

fn stale(row: &Row, proposed: u32, hash: &str) -> Problem {
    Problem::warning(
        "grade::stale-judgement",
        format!("the inputs of {} changed since {} decided", row.domain, row.by),
    )
    .at(row.place.clone())
    .help(format!(
        "look again; to keep the decision add a row with proposed {proposed}, a new date and basis {hash}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::evidence::Evidence;
    use crate::grade::{Policy, judgements};

    fn proposal(high: f64) -> Proposal {
        let evidence: Evidence = serde_json::from_value(serde_json::json!({
            "design": "rct", "k": 12, "n": 1400, "mid": 0.2, "ois": 786, "ci": [-0.62, -0.35],
            "rob_share": {"low": 1.0 - high, "high": high}
        }))
        .expect("evidence");
        Policy::Default1.propose(&evidence)
    }

    fn rows(lines: &[String]) -> Vec<Row> {
        let text = format!(
            "analysis,domain,proposed,final,reason,by,at,basis\n{}\n",
            lines.join("\n")
        );
        let (rows, problems) = judgements::read("judgements.csv", text.as_bytes());
        assert!(problems.is_empty(), "{problems:?}");
        rows
    }

    fn all_confirmed(first: &str) -> Vec<Row> {
        let others = [
            "inconsistency",
            "indirectness",
            "imprecision",
            "publication_bias",
        ];
        let lines: Vec<String> = std::iter::once(first.to_owned())
            .chain(
                others
                    .iter()
                    .map(|domain| format!("ee,{domain},0,0,,kim,2026-04-01,")),
            )
            .collect();
        rows(&lines)
    }

    #[test]
    fn nothing_is_confirmed_by_itself() {
        let (rated, _) = confirm("ee", &proposal(0.3), &[]);
        assert!(!rated.confirmed);
        assert_eq!(rated.printed(), "moderate (proposed)");
    }

    #[test]
    fn a_person_confirms_or_overrides_with_a_reason() {
        let (rated, problems) = confirm(
            "ee",
            &proposal(0.3),
            &all_confirmed("ee,risk_of_bias,1,1,,kim,2026-04-01,"),
        );
        assert!(problems.is_empty() && rated.confirmed);
        assert_eq!(rated.certainty, Certainty::Moderate);
        let (rated, _) = confirm(
            "ee",
            &proposal(0.3),
            &all_confirmed("ee,risk-of-bias,serious,not serious,only D5,kim,2026-04-01,"),
        );
        assert_eq!(
            (rated.certainty, rated.proposed),
            (Certainty::High, Certainty::Moderate)
        );
        assert_eq!(rated.domains[0].state, State::Overridden);
    }

    #[test]
    fn what_is_held_back_by_a_rating_down_is_not_called_rated_up() {
        let evidence: Evidence = serde_json::from_value(serde_json::json!({
            "design": "nrsi", "k": 12, "n": 1400, "mid": 0.2, "ois": 786, "ci": [-0.62, -0.1], "rob_share": {"weak": 0},
            "i2": 20, "tool": "nos", "rr": 0.4,
        }))
        .expect("evidence");
        let proposal = Policy::Default1.propose(&evidence);
        let large = |rated: &Rated| {
            let mut domains = rated.domains.iter();
            let found = domains.find(|one| one.domain == Domain::LargeEffect);
            found.expect("rated").clone()
        };
        let (rated, _) = confirm("ee", &proposal, &[]);
        let found = large(&rated);
        assert_eq!((found.proposed, found.levels, found.held_back), (1, 0, 1));
        assert!(
            found.because.ends_with("then nothing is rated up"),
            "{}",
            found.because
        );
        assert_eq!(crate::grade::footnote::draft(&found), None);
        assert_eq!(rated.certainty, Certainty::VeryLow);
        // The levels in force add up to the level that is printed.
        let lines = rows(&["ee,imprecision,1,0,wide enough,kim,2026-04-01,".to_owned()]);
        let (rated, _) = confirm("ee", &proposal, &lines);
        assert_eq!(
            (large(&rated).levels, rated.certainty),
            (1, Certainty::Moderate)
        );
    }

    #[test]
    fn changed_inputs_make_a_confirmation_stale_and_keep_it() {
        let hash = proposal(0.3)
            .evidence_hash(Domain::RiskOfBias)
            .expect("a domain of the policy");
        let line = format!("ee,risk_of_bias,1,1,,kim,2026-04-01,{hash}");
        let (same, _) = confirm("ee", &proposal(0.3), &all_confirmed(&line));
        assert!(same.confirmed);
        let (changed, problems) = confirm("ee", &proposal(0.35), &all_confirmed(&line));
        assert_eq!(changed.domains[0].state, State::Stale);
        assert!(!changed.confirmed);
        assert_eq!(problems.0[0].code, "grade::stale-judgement");
        assert_eq!(problems.0[0].places[0].0.to_string(), "judgements.csv:2");
    }

    #[test]
    fn an_override_without_reason_and_too_many_levels_are_told() {
        let text = "analysis,domain,proposed,final,reason,by,at\nee,imprecision,1,0,,kim,2026-04-01\nee,inconsistency,0,3,x,kim,2026-04-01\nee,imprecison,0,0,,kim,2026-04-01\n";
        let (rows, problems) = judgements::read("judgements.csv", text.as_bytes());
        assert!(rows.is_empty());
        let codes: Vec<&str> = problems
            .iter()
            .map(|problem| problem.code.as_ref())
            .collect();
        assert_eq!(
            codes,
            [
                "grade::override-without-reason",
                "grade::too-many-levels",
                "table::unknown-value"
            ]
        );
    }
}
