//! p values held against the statistic printed beside them, and against the means.

use super::{Evidence, Finding, shown};
use crate::extraction::outcomes::Arm;
use crate::extraction::span::Span;
use crate::extraction::statistics::{PValue, Statistic};
use crate::problem::Severity;
use crate::stats::{chi2, f, normal, t};

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for test in evidence.statistics {
        if let Some(p) = test.p {
            findings
                .extend(by_statistic(evidence, test, p).or_else(|| by_means(evidence, test, p)));
        }
    }
    findings
}

/// A reading of the printed statistic: its name, the p values it gives, and whether it is the usual one.
struct Reading {
    name: String,
    p: Span,
}

fn by_statistic(evidence: &Evidence<'_, '_>, test: &Statistic<'_>, p: PValue) -> Option<Finding> {
    let readings = readings(evidence, test);
    let first = readings.first()?;
    let printed = p.span();
    if readings.iter().any(|reading| reading.p.meets(printed)) {
        return welch_alone(evidence, test, &readings, printed);
    }
    let one_sided = |reading: &&Reading| reading.p.times(0.5).meets(printed);
    let way = if let Some(reading) = readings.iter().find(one_sided) {
        format!("it fits one-sided, from {}", reading.name)
    } else {
        elsewhere(evidence, test, first.p)
            .or_else(|| the_means(evidence, test, printed))
            .unwrap_or_default()
    };
    Some(
        Finding::on_statistic(
            "p-value",
            Severity::Warning,
            test,
            evidence.own,
            &["value", "p"],
        )
        .saying(
            format!("p = {} from {}", shown(first.p.middle()), first.name),
            way,
        ),
    )
}

/// Whether the p value fits the test that the means give: then the statistic is the misprint.
fn the_means(evidence: &Evidence<'_, '_>, test: &Statistic<'_>, printed: Span) -> Option<String> {
    let pooled = evidence.compared(test)?.pooled(false)?;
    let size = pooled.t.size();
    let p = Span::around([
        t::two_sided(size.low, pooled.df),
        t::two_sided(size.high, pooled.df),
    ]);
    p.meets(printed).then(|| {
        format!(
            "it fits t = {} from the means: the statistic is the misprint",
            shown(pooled.value.abs())
        )
    })
}

/// p fits, but not by the first reading (one variance for both groups): worth knowing, because the test was another.
fn welch_alone(
    evidence: &Evidence<'_, '_>,
    test: &Statistic<'_>,
    readings: &[Reading],
    printed: Span,
) -> Option<Finding> {
    let welch = readings
        .iter()
        .find(|reading| reading.name.contains("Welch"))?;
    if readings[0].p.meets(printed) || !welch.p.meets(printed) {
        return None;
    }
    let groups = evidence.compared(test)?;
    Some(
        Finding::on_statistic("welch", Severity::Note, test, evidence.own, &["value", "p"])
            .reading(&groups.arms(), evidence.own, &["n", "sd"])
            .saying(
                format!(
                    "p = {} from {}",
                    shown(readings[0].p.middle()),
                    readings[0].name
                ),
                format!("it fits {}: variances were not taken as equal", welch.name),
            ),
    )
}

/// Where the study prints the p value that follows.
fn elsewhere(evidence: &Evidence<'_, '_>, test: &Statistic<'_>, follows: Span) -> Option<String> {
    let other = evidence.statistics.iter().find(|other| {
        let same = |a: &str, b: &str| a == b;
        same(&other.row.study, &test.row.study)
            && same(&other.row.outcome, &test.row.outcome)
            && same(&other.row.contrast, &test.row.contrast)
            && same(&other.row.arm, &test.row.arm)
            && same(&other.row.time, &test.row.time)
            && other.row.source != test.row.source
            && other.p.is_some_and(|p| p.span().meets(follows))
    })?;
    Some(format!(
        "{} prints p = {}",
        other.row.source, other.p?.number
    ))
}

/// All readings of the printed statistic that its design allows, the usual one first.
fn readings(evidence: &Evidence<'_, '_>, test: &Statistic<'_>) -> Vec<Reading> {
    let Some(value) = test.value else {
        return Vec::new();
    };
    let span = value.span().size();
    match test.row.statistic.as_str() {
        "t" => degrees_of_t(evidence, test)
            .into_iter()
            .map(|(name, df)| Reading {
                name: format!("{name} t = {value} with {} degrees of freedom", trimmed(df)),
                p: Span::around([t::two_sided(span.low, df), t::two_sided(span.high, df)]),
            })
            .collect(),
        "F" => of_f(evidence, test, span).into_iter().collect(),
        "z" => vec![Reading {
            name: format!("z = {value}"),
            p: Span::around([normal::two_sided(span.low), normal::two_sided(span.high)]),
        }],
        "chi2" => test
            .row
            .df1
            .map(|df| Reading {
                name: format!("χ² = {value} with {} degrees of freedom", trimmed(df)),
                p: Span::around([chi2::sf(span.low, df), chi2::sf(span.high, df)]),
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

fn degrees_of_t(evidence: &Evidence<'_, '_>, test: &Statistic<'_>) -> Vec<(&'static str, f64)> {
    if let Some(df) = test.row.df1 {
        return vec![("the printed", df)];
    }
    if test.row.contrast == "within" {
        let arm = ["change", "post", "baseline"]
            .iter()
            .find_map(|kind| evidence.within(test, kind));
        return arm
            .and_then(Arm::n)
            .filter(|n| *n > 1.0)
            .map(|n| ("a paired", n - 1.0))
            .into_iter()
            .collect();
    }
    let Some(groups) = evidence.compared(test) else {
        return Vec::new();
    };
    let Some((n1, n2)) = groups.sizes() else {
        return Vec::new();
    };
    let mut degrees = vec![("Student's", n1 + n2 - 2.0)];
    degrees.extend(groups.welch().map(|welch| ("Welch's", welch.df)));
    degrees
}

/// F with its printed degrees of freedom; where those of the error are not printed, with all that the numbers of people allow.
fn of_f(evidence: &Evidence<'_, '_>, test: &Statistic<'_>, value: Span) -> Option<Reading> {
    let df1 = test.row.df1.unwrap_or(1.0);
    let printed = test.value?;
    let (least, most) = match test.row.df2 {
        Some(df2) => (df2, df2),
        None => error_degrees(evidence, test)?,
    };
    let p = [
        (value.low, least),
        (value.low, most),
        (value.high, least),
        (value.high, most),
    ];
    Some(Reading {
        name: if (least - most).abs() < 0.5 {
            format!(
                "F = {printed} with {} and {} degrees of freedom",
                trimmed(df1),
                trimmed(least)
            )
        } else {
            format!(
                "F = {printed} with {} and {} to {} degrees of freedom",
                trimmed(df1),
                trimmed(least),
                trimmed(most)
            )
        },
        p: Span::around(p.map(|(value, df2)| f::sf(value, df1, df2))),
    })
}

/// From all analysed less a handful of parameters, to twice all randomised (two times in one model).
pub(super) fn error_degrees(
    evidence: &Evidence<'_, '_>,
    test: &Statistic<'_>,
) -> Option<(f64, f64)> {
    let arms = ["post", "change", "baseline"]
        .iter()
        .map(|kind| evidence.arms_of(test, kind))
        .find(|arms| !arms.is_empty())?;
    let analysed = arms.iter().map(|arm| arm.n()).sum::<Option<f64>>()?;
    let randomised = evidence
        .randomised
        .get(test.row.study.as_str())
        .copied()
        .unwrap_or(analysed);
    Some(((analysed - 6.0).max(1.0), 2.0 * randomised.max(analysed)))
}

/// p held against the means, where no statistic is printed beside it.
fn by_means(evidence: &Evidence<'_, '_>, test: &Statistic<'_>, p: PValue) -> Option<Finding> {
    if test.value.is_some() || !matches!(test.row.statistic.as_str(), "t" | "none") {
        return None;
    }
    let groups = evidence.compared(test)?;
    let (pooled, welch) = (groups.pooled(false)?, groups.welch()?);
    let of = |test: &super::two_groups::Test| {
        let size = test.t.size();
        Span::around([
            t::two_sided(size.low, test.df),
            t::two_sided(size.high, test.df),
        ])
    };
    if p.span().meets(of(&pooled)) || p.span().meets(of(&welch)) {
        return None;
    }
    Some(
        Finding::on_statistic("p-value", Severity::Warning, test, evidence.own, &["p"])
            .reading(&groups.arms(), evidence.own, &["n", "mean", "sd"])
            .saying(
                format!(
                    "p = {} from means, standard deviations and numbers",
                    shown(t::two_sided(pooled.value, pooled.df))
                ),
                "",
            ),
    )
}

fn trimmed(df: f64) -> String {
    if df.fract() == 0.0 {
        format!("{df}")
    } else {
        format!("{df:.1}")
    }
}
