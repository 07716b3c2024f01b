//! Checks a tool before anybody uses it: every answer leads somewhere, no path turns in a circle, nothing is out of reach.

mod combinations;
mod faults;
mod form;
mod path;

use super::positions::Positions;
use super::tool::Tool;
use crate::problem::Problems;
use faults::Faults;
use std::collections::BTreeSet;

/// All faults of a tool whose shape is right.
pub(super) fn check(tool: &Tool, places: &Positions) -> Problems {
    let mut check = Faults {
        tool,
        places,
        problems: Problems::new(),
        ends: BTreeSet::new(),
    };
    check.head();
    check.questions();
    if let Some(preliminary) = &tool.preliminary {
        check.graph("preliminary/steps", &preliminary.steps, &[], true);
    }
    for (name, domain) in &tool.domains {
        check.domain(name, domain);
    }
    check.variants();
    check.overall();
    check.judgements();
    check.problems
}
