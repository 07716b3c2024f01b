//! A printed standardised effect that its means cannot give, and the other statistic that it is.

use super::{Evidence, Finding, shown};
use crate::extraction::printed::Printed;
use crate::extraction::span::Span;
use crate::extraction::statistics::Statistic;
use crate::problem::Severity;

pub(super) fn check(evidence: &Evidence<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for test in evidence
        .statistics
        .iter()
        .filter(|test| test.row.statistic == "d")
    {
        findings.extend(
            test.value
                .and_then(|value| standardised(evidence, test, value)),
        );
    }
    findings
}

fn standardised(
    evidence: &Evidence<'_, '_>,
    test: &Statistic<'_>,
    value: Printed,
) -> Option<Finding> {
    let groups = evidence.compared(test)?;
    let d = groups.difference()?.over(groups.pooled_sd(false)?);
    let (n1, n2) = groups.sizes()?;
    // Hedges' correction makes it smaller by some percent; which of the two was printed is seldom said.
    let correction = 1.0 - 3.0 / (4.0 * (n1 + n2 - 2.0) - 1.0);
    let printed = value.span().size();
    let other_sds = [groups.a.sd?, groups.b.sd?].map(|sd| {
        groups
            .difference()
            .map(|difference| difference.over(sd.span()).size())
    });
    let readings = [Some(d.size()), Some(d.size().times(correction))]
        .into_iter()
        .chain(other_sds)
        .flatten();
    if readings.into_iter().any(|reading| reading.meets(printed)) {
        return None;
    }
    let (severity, way) = match eta_squared(evidence, test, printed) {
        Some(way) => (Severity::Error, way),
        None => (Severity::Warning, String::new()),
    };
    Some(
        Finding::on_statistic("effect-size", severity, test, evidence.own, &["value"])
            .reading(&groups.arms(), evidence.own, &["n", "mean", "sd"])
            .saying(
                format!(
                    "d = {} from means and standard deviations",
                    shown(groups.pooled(false)?.value * (1.0 / n1 + 1.0 / n2).sqrt())
                ),
                way,
            ),
    )
}

/// Whether the value is partial η², `F df₁ / (F df₁ + df₂)`, of an F printed for the same outcome.
fn eta_squared(evidence: &Evidence<'_, '_>, test: &Statistic<'_>, printed: Span) -> Option<String> {
    evidence.statistics.iter().find_map(|other| {
        let row = &other.row;
        let same = row.study == test.row.study && row.outcome == test.row.outcome && row.scale == test.row.scale;
        let (f, df1) = (other.value.filter(|_| same && row.statistic == "F")?, row.df1.unwrap_or(1.0));
        let df2 = row.df2.or_else(|| {
            let analysed: Option<f64> = evidence.arms_of(test, "post").iter().map(|arm| arm.n()).sum();
            analysed.map(|n| n - 2.0).filter(|df| *df > 0.0)
        })?;
        let eta = |f: f64| f * df1 / (f * df1 + df2);
        let span = Span { low: eta(f.span().low), high: eta(f.span().high) };
        span.meets(printed).then(|| {
            format!(
                "it is partial η² = F·df1/(F·df1 + df2) = {} of F = {f} with {df1} and {df2} degrees of freedom, no difference in standard deviations",
                shown(eta(f.value))
            )
        })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn eta_of_a_printed_f() {
        // 9.598 / (9.598 + 71) = 0.11908
        assert!((9.598f64 / (9.598 + 71.0) - 0.119_08).abs() < 1e-5);
    }
}
