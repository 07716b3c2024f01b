//! Footnotes of a summary table, drafted from what the policy found. People may rewrite them.

use super::certainty::Domain;
use super::confirmation::RatedDomain;

/// Levels in words.
fn levels(count: u32) -> &'static str {
    match count {
        1 => "one level",
        2 => "two levels",
        _ => "three levels",
    }
}

/// The footnote for one domain; `None` when it moved nothing and nobody overrode it, and when it is held back.
///
/// An override is told with its reason, and a rating that nobody confirmed is called proposed.
pub fn draft(rated: &RatedDomain) -> Option<String> {
    let moved = |count: u32, domain: Domain| {
        let way = if domain.rates_up() { "up" } else { "down" };
        if count == 0 {
            format!("Not rated {way} for {}", domain.words())
        } else {
            format!("Rated {way} {} for {}", levels(count), domain.words())
        }
    };
    let overridden = rated.levels != rated.proposed;
    if rated.levels == 0 && (!overridden || rated.held_back > 0) {
        return None;
    }
    let why = if overridden {
        format!(
            "{} (the policy proposed {})",
            rated.reason.trim_end_matches('.'),
            proposed(rated.proposed)
        )
    } else {
        rated.because.clone()
    };
    let open = if rated.state.is_confirmed() {
        ""
    } else {
        " (proposed, not yet confirmed)"
    };
    Some(format!(
        "{}{open}: {why}.",
        moved(rated.levels, rated.domain)
    ))
}

fn proposed(count: u32) -> &'static str {
    match count {
        0 => "none",
        other => levels(other),
    }
}
