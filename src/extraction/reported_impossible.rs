//! What a reported effect cannot be, whatever the paper says.

use super::agreement::Agreed;
use super::printed::Printed;
use super::reported_error::Given;
use super::statistics::level_is_a_fraction;
use crate::effect::Measure;
use crate::problem::{Problem, Problems};

const PAPER: &str = "check the cell against the paper";

/// Tells every cell that cannot be.
pub(super) fn impossible(
    measure: Measure,
    given: &Given,
    from: &Agreed<'_>,
    problems: &mut Problems,
) {
    if !given.is_ratio && (given.logged || given.se_of_log) {
        problems.push(wrong(
            from,
            "log",
            &format!("and {measure} is no ratio that has a logarithm"),
            "leave `log` empty, or name the ratio in `measure`",
        ));
    }
    let rd = measure == Measure::RiskDifference;
    for (column, value) in [
        ("estimate", Some(given.estimate)),
        ("ci_lower", given.ci_lower),
        ("ci_upper", given.ci_upper),
    ] {
        let Some(value) = value.map(|number| number.value) else {
            continue;
        };
        if given.is_ratio && !given.logged && value <= 0.0 {
            problems.push(wrong(
                from,
                column,
                "and a ratio is above 0",
                "check the cell against the paper; where it prints logarithms, write `yes` in `log`",
            ));
        } else if rd && value.abs() > 1.0 {
            problems.push(wrong(
                from,
                column,
                "outside -1 to 1",
                "write risks as parts of 1: 0.12 for 12 %",
            ));
        }
    }
    of_the_error(given, from, problems);
    if let (Some(lower), Some(upper)) = (given.ci_lower, given.ci_upper) {
        problems.extend(outside(given.estimate, lower, upper, from));
    }
}

/// What standard error, p and level cannot be.
fn of_the_error(given: &Given, from: &Agreed<'_>, problems: &mut Problems) {
    if given.se.is_some_and(|se| se.value <= 0.0) {
        problems.push(wrong(from, "se", "and has to be above 0", PAPER));
    }
    let p = given.p.map(|p| p.number.value);
    if p.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
        problems.push(wrong(from, "p", "outside 0 to 1", PAPER));
    }
    match given.level.map(|level| level.value) {
        Some(level) if !(level > 0.0 && level < 100.0) => {
            problems.push(wrong(from, "level", "outside 0 to 100 percent", PAPER));
        }
        Some(level) if level < 1.0 => problems.push(level_is_a_fraction(from)),
        _ => {}
    }
}

/// Limits that do not rise, or do not hold the estimate, whatever rounding hides.
fn outside(
    estimate: Printed,
    lower: Printed,
    upper: Printed,
    from: &Agreed<'_>,
) -> Option<Problem> {
    if lower.value >= upper.value {
        return Some(wrong(
            from,
            "ci_lower",
            &format!("and `ci_upper` is {upper}"),
            "the limits have to rise: check them against the paper",
        ));
    }
    let span = estimate.span();
    (span.high < lower.span().low || span.low > upper.span().high).then(|| {
        wrong(
            from,
            "estimate",
            &format!("outside its interval, {lower} to {upper}"),
            "check the estimate and both limits against the paper, signs first; where they are logarithms and the estimate is not, write all on one scale",
        )
    })
}

fn wrong(from: &Agreed<'_>, column: &str, why: &str, help: &str) -> Problem {
    Problem::error(
        "extraction::impossible-effect",
        format!("`{column}` is `{}`, {why}", from.text(column)),
    )
    .at(from.place(column))
    .help(help)
}
