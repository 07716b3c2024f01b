//! What the report says of who rated the certainty of evidence.

use super::{Printed, given};
use crate::report::press::Press;
use tera::{Kwargs, Value};

/// Whether the level of the row's unconfirmed analysis (of any, where no row is given) is in part a person's, who judged a domain
/// otherwise than the policy.
pub(super) fn judged_otherwise(press: &Press, arguments: &Kwargs) -> Printed {
    let mut wanted = Vec::new();
    if arguments.get::<Value>("row")?.is_some() {
        wanted.push(given(press, arguments)?.text("analysis"));
    } else {
        let open = press.input.rows("summary");
        let open = open.filter(|row| row.text("status") != "confirmed");
        wanted.extend(open.map(|row| row.text("analysis")));
    }
    let mut domains = press.input.rows("certainty");
    let otherwise = domains.any(|domain| {
        wanted.contains(&domain.text("analysis"))
            && match domain.text("status") {
                "overridden" => true,
                // What a person decided stays in force until somebody looks again.
                "stale" => domain.text("final") != domain.text("proposed"),
                _ => false,
            }
    });
    Ok(otherwise.into())
}
