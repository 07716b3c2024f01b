//! Effects reported with their error: limits that are not symmetric about the estimate on the scale of pooling, and standard
//! error, limits and p value that contradict each other.

use super::{Evidence, Finding, shown};
use crate::extraction::reported::Reported;
use crate::extraction::span::Span;
use crate::problem::Severity;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let own = evidence.own;
    let effects = evidence.effects.iter();
    effects
        .flat_map(|effect| [symmetry(effect, own), errors(effect, own)])
        .flatten()
        .collect()
}

fn finding(
    check: &'static str,
    effect: &Reported<'_>,
    own: &str,
    columns: &[&'static str],
) -> Finding {
    let row = &effect.row;
    let about = [
        &row.study,
        &row.outcome,
        &row.scale,
        &row.time,
        &row.measure,
        &row.arm,
        &row.against,
        &row.adjusted,
    ];
    Finding {
        check,
        severity: Severity::Warning,
        about: about.into_iter().cloned().collect(),
        place: effect.source().to_owned(),
        reported: effect.reported().to_owned(),
        recomputed: String::new(),
        reconciled: String::new(),
        from: columns
            .iter()
            .map(|column| effect.cell(own, column))
            .collect(),
    }
}

/// An interval whose middle is not the estimate, whatever rounding hides; limits by likelihood or by exact methods are so too.
fn symmetry(effect: &Reported<'_>, own: &str) -> Option<Finding> {
    let given = &effect.given;
    let (lower, upper) = (given.ci_lower?, given.ci_upper?);
    let middle = given.on_scale(lower).plus(given.on_scale(upper)).times(0.5);
    if middle.meets(given.on_scale(given.estimate)) {
        return None;
    }
    let logs = given.is_ratio && !given.logged;
    let said = if logs {
        format!(
            "on the scale of logarithms the middle of the limits is {}",
            shown(libm::exp(middle.middle()))
        )
    } else {
        format!("the middle of the limits is {}", shown(middle.middle()))
    };
    let lost = logs_as_they_stand(effect);
    Some(
        finding(
            "interval-symmetry",
            effect,
            own,
            &["estimate", "ci_lower", "ci_upper"],
        )
        .saying(said, lost.unwrap_or_default()),
    )
}

/// What would mend a crooked interval: numbers that are logarithms.
fn logs_as_they_stand(effect: &Reported<'_>) -> Option<String> {
    let given = &effect.given;
    let (lower, upper) = (given.ci_lower?, given.ci_upper?);
    let plain = lower.span().plus(upper.span()).times(0.5);
    (given.is_ratio && !given.logged && plain.meets(given.estimate.span())).then(|| {
        "the limits are symmetric as they stand: numbers that are logarithms want `yes` in `log`"
            .to_owned()
    })
}

/// Ways to the standard error that share no value.
fn errors(effect: &Reported<'_>, own: &str) -> Option<Finding> {
    let given = &effect.given;
    let ways: Vec<(&str, &[&'static str], Span)> = [
        ("as printed", &["se"][..], given.by_se()),
        (
            "by the limits",
            &["ci_lower", "ci_upper"][..],
            given.by_interval(),
        ),
        ("by p", &["p"][..], given.by_p()),
    ]
    .into_iter()
    .filter_map(|(words, columns, span)| Some((words, columns, span?)))
    .collect();
    let apart = ways.iter().enumerate().any(|(at, (.., one))| {
        // A normal quantile, t with few degrees of freedom and another test differ a little and are no contradiction.
        let wide = Span {
            low: one.low * (1.0 - SLACK),
            high: one.high * (1.0 + SLACK),
        };
        ways[at + 1..].iter().any(|(.., other)| !wide.meets(*other))
    });
    if !apart {
        return None;
    }
    let said: Vec<String> = ways
        .iter()
        .map(|(words, _, span)| format!("{words} {}", shown(span.middle())))
        .collect();
    let mut columns = vec!["estimate"];
    columns.extend(ways.iter().flat_map(|(_, columns, _)| columns.iter()));
    Some(finding("reported-error", effect, own, &columns).saying(
        format!("the standard errors differ: {}", said.join(", ")),
        format!(
            "the one {} is taken; another level of confidence, a slip, or an error of the ratio itself would explain it",
            ways[0].0
        ),
    ))
}

/// By how much standard errors may differ that were made with other quantiles or tests.
const SLACK: f64 = 0.1;
