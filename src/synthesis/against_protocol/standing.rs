//! Whether an analysis was registered, by its author and by the protocol.

use super::{is_registered, measures, text};
use crate::protocol::Protocol;

/// Whether an analysis was registered, in words: the author's, unless the protocol says otherwise.
///
/// An analysis of an outcome that the protocol does not register, of a population that an amendment admits, or by a registered
/// measure or score's other, is post hoc whatever its settings say.
pub(in crate::synthesis) fn standing(
    said: &str,
    of: &Claimed<'_>,
    protocol: Option<&Protocol>,
) -> String {
    match said.strip_prefix("no") {
        Some(why) if why.is_empty() || why.starts_with(':') => format!("post hoc{why}"),
        _ if !said.is_empty() && said != "yes" => said.to_owned(),
        _ => match protocol.and_then(|protocol| contradicted(of, protocol)) {
            Some(why) => format!("post hoc: {why}"),
            None if said.is_empty() => "not stated".to_owned(),
            None => said.to_owned(),
        },
    }
}

/// What of an analysis a protocol can contradict.
pub(in crate::synthesis) struct Claimed<'a> {
    pub(in crate::synthesis) outcome: &'a str,
    pub(in crate::synthesis) population: &'a str,
    pub(in crate::synthesis) measure: &'a str,
    pub(in crate::synthesis) body: &'a str,
    /// `change`, `post`, or empty for events.
    pub(in crate::synthesis) kind: &'a str,
}

fn contradicted(of: &Claimed<'_>, protocol: &Protocol) -> Option<String> {
    if protocol.outcomes.is_empty() {
        return None;
    }
    match protocol.outcome(of.outcome) {
        None => return Some("the protocol does not name the outcome".to_owned()),
        Some(outcome) if !outcome.registered => {
            return Some("the outcome is not registered".to_owned());
        }
        Some(_) => {}
    }
    let mut populations = protocol.eligibility.populations.iter();
    let population = populations.find(|known| known.id == of.population);
    if let Some(amendment) = population.and_then(|known| known.admitted_by.as_ref()) {
        return Some(format!("amendment {amendment}"));
    }
    let measures = measures(protocol, of.body);
    if is_registered(&protocol.synthesis["effect_measures"])
        && !measures.is_empty()
        && !measures.contains(of.measure)
    {
        let list: Vec<&str> = measures.iter().map(String::as_str).collect();
        return Some(format!("the registered measures are {}", list.join(", ")));
    }
    let scores = &protocol.synthesis["scores"];
    let main = text(&scores["main"]);
    let scored = of.body == "between" && !of.kind.is_empty();
    if is_registered(scores) && scored && !main.is_empty() && main != of.kind {
        return Some(format!("the registered scores are those of {main}"));
    }
    None
}
