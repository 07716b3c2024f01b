//! The summary of findings: one row an outcome, with effects, certainty, footnotes and a standard statement (GRADE 12, 13; Handbook 14.1).

use super::absolute::AbsoluteEffect;
use super::certainty::{Certainty, Domain, seriousness};
use super::confirmation::Rated;
use super::footnote;
use super::re_expression::ReExpressed;
use super::wording::{Direction, Size, statement};
use serde::{Deserialize, Serialize};

/// Rows beyond this many no longer summarise (GRADE 12).
pub const MOST_ROWS: usize = 7;

/// What is known of one outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The analysis, as ratings name it.
    pub analysis: String,
    /// The outcome with measure, range and time.
    pub outcome: String,
    /// The intervention, as statements name it.
    pub intervention: String,
    /// Design of the studies, in words.
    pub design: String,
    /// Participants.
    pub participants: u64,
    /// Studies.
    pub studies: u64,
    /// The effect; `None` when nothing was pooled.
    pub effect: Option<Effect>,
    /// In words, when there is no pooled effect.
    pub narrative: Option<String>,
}

/// A pooled effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Measure, such as `SMD`.
    pub measure: String,
    /// Estimate, as it is printed (ratios not as logarithms).
    pub estimate: f64,
    /// Interval.
    pub ci: [f64; 2],
    /// Size of the effect.
    pub size: Size,
    /// Its direction.
    pub direction: Direction,
    /// Per 1000 people.
    pub absolute: Option<AbsoluteEffect>,
    /// On a scale that readers know.
    pub re_expressed: Option<ReExpressed>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What is known.
    pub finding: Finding,
    /// Level of certainty; `None` when no study reported the outcome.
    pub certainty: Option<Certainty>,
    /// Level as printed, with "proposed" while nobody confirmed it.
    pub printed: String,
    /// Circles.
    pub symbol: String,
    /// Letters of footnotes, in order.
    pub letters: Vec<String>,
    /// How serious each domain is, for an evidence profile.
    pub profile: Vec<(Domain, String)>,
    /// The standard statement.
    pub statement: String,
}

/// The table with its footnotes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SummaryOfFindings {
    /// Rows in the order given.
    pub rows: Vec<Row>,
    /// Footnotes with their letters; equal notes share one.
    pub footnotes: Vec<(String, String)>,
}

/// Builds the table. An outcome without a rating keeps its row: no study reported it, or its narrative says why none entered.
pub fn summarise(findings: Vec<(Finding, Option<&Rated>)>) -> SummaryOfFindings {
    let mut table = SummaryOfFindings::default();
    for (finding, rated) in findings {
        let row = match rated {
            Some(rated) if finding.studies > 0 => rated_row(finding, rated, &mut table.footnotes),
            _ => empty_row(finding),
        };
        table.rows.push(row);
    }
    table
}

fn empty_row(finding: Finding) -> Row {
    Row {
        statement: match &finding.narrative {
            Some(narrative) => format!("Not pooled: {narrative}"),
            None => "No study reported this outcome".to_owned(),
        },
        certainty: None,
        printed: String::new(),
        symbol: String::new(),
        letters: Vec::new(),
        profile: Vec::new(),
        finding,
    }
}

fn rated_row(finding: Finding, rated: &Rated, footnotes: &mut Vec<(String, String)>) -> Row {
    let notes = rated.domains.iter().filter_map(footnote::draft);
    let letters = notes.map(|note| letter_of(note, footnotes)).collect();
    let profile = rated
        .domains
        .iter()
        .filter(|domain| !domain.domain.rates_up())
        .map(|domain| (domain.domain, seriousness(domain.levels).to_owned()))
        .collect();
    let said = match (&finding.effect, &finding.narrative) {
        (Some(effect), _) => statement(
            rated.certainty,
            effect.size,
            effect.direction,
            &finding.intervention,
            &finding.outcome,
        ),
        (None, Some(narrative)) => format!("Not pooled: {narrative}"),
        (None, None) => "Not pooled".to_owned(),
    };
    Row {
        certainty: Some(rated.certainty),
        printed: rated.printed(),
        symbol: rated.certainty.symbol().to_owned(),
        letters,
        profile,
        statement: said,
        finding,
    }
}

/// The letter of a footnote; a note that stands already keeps its letter.
fn letter_of(note: String, footnotes: &mut Vec<(String, String)>) -> String {
    if let Some((letter, _)) = footnotes.iter().find(|(_, other)| *other == note) {
        return letter.clone();
    }
    let letter = letter(footnotes.len());
    footnotes.push((letter.clone(), note));
    letter
}

/// a … z, aa, ab …
fn letter(mut number: usize) -> String {
    let mut letters = Vec::new();
    loop {
        let digit = u8::try_from(number % 26).unwrap_or(0);
        letters.push(char::from(b'a' + digit));
        if number < 26 {
            break;
        }
        number = number / 26 - 1;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::evidence::Evidence;
    use crate::grade::{Policy, confirmation};

    fn finding(studies: u64) -> Finding {
        Finding {
            analysis: "ee".into(),
            outcome: "emotional exhaustion".into(),
            intervention: "Balint group work".into(),
            design: "randomized trials".into(),
            participants: 310,
            studies,
            effect: Some(Effect {
                measure: "SMD".into(),
                estimate: -0.35,
                ci: [-0.71, 0.02],
                size: Size::of_smd(-0.35),
                direction: Direction::of(-0.35),
                absolute: None,
                re_expressed: None,
            }),
            narrative: None,
        }
    }

    #[test]
    fn footnotes_explain_every_level_and_unconfirmed_ratings_say_so() {
        let evidence: Evidence = serde_json::from_value(serde_json::json!({
            "design": "rct", "k": 5, "n": 310, "mid": 0.2, "ois": 786, "ci": [-0.71, 0.02],
            "rob_share": {"some_concerns": 0.6, "high": 0.4}, "i2": 40, "opposite_share": 0.1, "pi_crosses": true
        }))
        .expect("evidence");
        let (rated, _) = confirmation::confirm("ee", &Policy::Default1.propose(&evidence), &[]);
        let table = summarise(vec![(finding(5), Some(&rated)), (finding(0), None)]);
        assert_eq!(table.rows[0].printed, "low (proposed)");
        assert_eq!(table.rows[0].letters, ["a", "b"]);
        assert_eq!(
            table.footnotes[0].1,
            "Rated down one level for risk of bias (proposed, not yet confirmed): 40 % of the weight came from trials at high risk of bias."
        );
        assert_eq!(
            table.rows[0].statement,
            "Balint group work may reduce emotional exhaustion slightly"
        );
        assert_eq!(table.rows[1].statement, "No study reported this outcome");
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(
            (letter(0), letter(25), letter(26), letter(52)),
            ("a".into(), "z".into(), "aa".into(), "ba".into())
        );
    }
}
