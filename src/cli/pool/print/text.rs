//! An analysis in aligned columns, for a statistician.

use super::scale::{Scale, p_value, plain, significant, statistic};
use crate::cli::pool::analysis::Analysis;
use crate::effect::Correction;
use crate::meta::leave_one_out::PartPooled;
use crate::meta::prediction_interval::Rule;
use crate::meta::trim_and_fill::Side;
use libm::sqrt;
use std::fmt::Write;

/// The analysis in aligned columns.
pub(in crate::cli::pool) fn text(analysis: &Analysis) -> String {
    let scale = Scale::new(analysis);
    let mut out = String::new();
    heading(&mut out, analysis);
    studies(&mut out, analysis, &scale);
    heterogeneity(&mut out, analysis);
    groups(&mut out, analysis, &scale);
    regression(&mut out, analysis);
    sensitivity(&mut out, analysis, &scale);
    small_study_effects(&mut out, analysis, &scale);
    out
}

fn heading(out: &mut String, analysis: &Analysis) {
    let model = &analysis.pooled.model;
    let name = analysis.measure.name();
    let shown = if analysis.measure.is_ratio() {
        name.strip_prefix("log ").unwrap_or(name)
    } else {
        name
    };
    let how = if model.tau2.is_random() {
        format!("random effects, tau2 by {}", model.tau2)
    } else {
        "common effect".to_owned()
    };
    let k = analysis.pooled.k;
    let _ = writeln!(
        out,
        "{shown} ({}), {k} {}\n{how}; {} % intervals and tests by {}\n",
        analysis.measure,
        if k == 1 { "study" } else { "studies" },
        model.level,
        model.test
    );
}

/// Rows of cells, the first column to the left and the rest to the right.
fn table(out: &mut String, rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|j| {
            let width = |row: &Vec<String>| row.get(j).map_or(0, |cell| cell.chars().count());
            rows.iter().map(width).max().unwrap_or(0)
        })
        .collect();
    for row in rows {
        let mut line = String::new();
        for (j, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[j] - cell.chars().count());
            if j == 0 {
                line.push_str(cell);
                line.push_str(&pad);
            } else {
                let _ = write!(line, "   {pad}{cell}");
            }
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}

fn cells<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn studies(out: &mut String, analysis: &Analysis, scale: &Scale<'_>) {
    let pooled = &analysis.pooled;
    let half = crate::stats::normal::quantile_sf((100.0 - pooled.model.level) / 200.0);
    let interval = format!("{} % CI", pooled.model.level);
    let mut rows = vec![cells(["study", "effect", &interval, "weight %"])];
    for (i, label) in analysis.labels.iter().enumerate() {
        let (y, reach) = (analysis.yi[i], half * sqrt(analysis.vi[i]));
        rows.push(vec![
            label.clone(),
            scale.show(y),
            scale.interval((y - reach, y + reach)),
            format!("{:.1}", pooled.weights[i]),
        ]);
    }
    if pooled.k > 1 {
        rows.push(vec![
            "pooled".into(),
            scale.show(pooled.beta),
            scale.interval(pooled.ci),
            "100.0".into(),
        ]);
    }
    // Two studies do not tell how far effects differ; the numbers stay in the JSON.
    let prediction = analysis.prediction.filter(|_| pooled.k > 2);
    if let Some(prediction) = &prediction {
        rows.push(vec![
            "prediction interval".into(),
            String::new(),
            scale.interval((prediction.low, prediction.high)),
        ]);
    }
    table(out, &rows);
    let _ = writeln!(
        out,
        "Test of the mean: {}",
        statistic(pooled.stat, pooled.ddf, pooled.pval)
    );
    if let Some(prediction) = &prediction {
        let rule = match (analysis.rule, prediction.ddf) {
            (Rule::AsTest, None) => "normal, as the test".to_owned(),
            (Rule::AsTest, Some(df)) => format!("t({df}), as the test"),
            (Rule::KMinusTwo, df) => format!("t({}), k - 2", df.unwrap_or(1.0)),
            (Rule::KMinusOne, df) => format!("t({}), k - 1", df.unwrap_or(1.0)),
        };
        let _ = writeln!(out, "Prediction interval: {rule}");
    } else if analysis.prediction.is_some() {
        let _ = writeln!(
            out,
            "Prediction interval: none, because two studies do not tell how far effects differ"
        );
    }
    zero_cells(out, analysis);
}

/// Which studies were given a fraction because of a zero cell.
fn zero_cells(out: &mut String, analysis: &Analysis) {
    let labelled = || analysis.labels.iter().zip(&analysis.corrections);
    let named = |of: &dyn Fn(&Correction) -> bool| -> Vec<&str> {
        labelled()
            .filter(|(_, correction)| of(correction))
            .map(|(label, _)| label.as_str())
            .collect()
    };
    let corrected = named(&|correction| correction.added > 0.0);
    if let Some(added) = analysis
        .corrections
        .iter()
        .map(|c| c.added)
        .find(|&a| a > 0.0)
    {
        let who = if corrected.len() == analysis.labels.len() && corrected.len() > 1 {
            "every study".to_owned()
        } else {
            corrected.join(", ")
        };
        let _ = writeln!(out, "Zero cells: {added} added to each count of {who}");
    }
    let double = named(&|correction| correction.double_zero);
    if !double.is_empty() {
        let _ = writeln!(
            out,
            "No events, or only events, in both arms: {}",
            double.join(", ")
        );
    }
}

fn heterogeneity(out: &mut String, analysis: &Analysis) {
    let pooled = &analysis.pooled;
    if pooled.k < 2 {
        return;
    }
    let mut parts = Vec::new();
    if pooled.model.tau2.is_random() {
        let interval = match &analysis.tau2_interval {
            Some(interval) if interval.is_empty => {
                " (Q-profile interval empty: the studies agree better than chance would have it)"
                    .to_owned()
            }
            Some(interval) => format!(
                " ({} to {}, Q-profile)",
                significant(interval.low),
                significant(interval.high)
            ),
            None => String::new(),
        };
        parts.push(format!("tau2 = {}{interval}", significant(pooled.tau2)));
        parts.push(format!("tau = {}", significant(sqrt(pooled.tau2))));
    }
    let source = if pooled.model.tau2.is_random() {
        "tau2"
    } else {
        "Q"
    };
    parts.push(format!("I2 = {:.1} % (from {source})", pooled.i2));
    parts.push(format!("H2 = {:.2}", pooled.h2));
    parts.push(format!(
        "Q({}) = {:.2}, {}",
        pooled.q_df,
        pooled.q,
        p_value(pooled.q_p)
    ));
    let _ = writeln!(out, "Heterogeneity: {}\n", parts.join("; "));
}

fn groups(out: &mut String, analysis: &Analysis, scale: &Scale<'_>) {
    let Some(subgroups) = &analysis.subgroups else {
        return;
    };
    let mut rows = vec![cells(["group", "k", "effect", "CI", "tau2", "I2 %"])];
    for group in &subgroups.groups {
        rows.push(vec![
            group.level.clone(),
            group.pooled.k.to_string(),
            scale.show(group.pooled.beta),
            scale.interval(group.pooled.ci),
            significant(group.pooled.tau2),
            format!("{:.1}", group.pooled.i2),
        ]);
    }
    table(out, &rows);
    let between = match &subgroups.between {
        Ok(between) => between,
        Err(why) => {
            let _ = writeln!(
                out,
                "Difference between groups: not tested, because {why}\n"
            );
            return;
        }
    };
    let without = match subgroups.alone().as_slice() {
        [] => String::new(),
        alone => format!(", without {}", alone.join(", ")),
    };
    let how = if analysis.pooled.model.tau2.is_random() {
        " (each group with its own tau2)"
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "Difference between groups: Q({}) = {:.2}, {}{how}{without}\n",
        between.q_df,
        between.q,
        p_value(between.q_p)
    );
}

fn regression(out: &mut String, analysis: &Analysis) {
    if let Some(regression) = &analysis.regression {
        let fit = &regression.fit;
        let mut rows = vec![cells(["coefficient", "estimate", "se", "CI", "test"])];
        for (name, c) in regression.names.iter().zip(&fit.coefficients) {
            rows.push(vec![
                name.clone(),
                significant(c.beta),
                significant(c.se),
                format!("{} to {}", significant(c.ci_low), significant(c.ci_high)),
                statistic(c.stat, fit.ddf, c.pval),
            ]);
        }
        table(out, &rows);
        if let Some(scale) = pooled_scale(analysis) {
            let _ = writeln!(
                out,
                "Coefficients, their se and CI are on the scale of the {scale}."
            );
        }
        let test = match fit.ddf {
            Some(df) => format!("F({}, {df}) = {:.2}", regression.qm_df, regression.qm),
            None => format!("QM({}) = {:.2}", regression.qm_df, regression.qm),
        };
        let r2 = regression
            .r2
            .map_or(String::new(), |r2| format!("; R2 = {r2:.1} %"));
        let _ = writeln!(
            out,
            "Moderators ({} studies): {test}, {}; residual tau2 = {}, I2 = {:.1} %{r2}; QE({}) = {:.2}, {}\n",
            fit.k,
            p_value(regression.qm_p),
            significant(fit.tau2),
            fit.i2,
            fit.q_df,
            fit.q,
            p_value(fit.q_p)
        );
    }
    if let Some(test) = &analysis.permutation {
        let names = analysis.regression.as_ref().map(|r| r.names.as_slice());
        let named = |(i, &p): (usize, &f64)| match names.and_then(|names| names.get(i)) {
            Some(name) => format!("{name} {}", p_value(p)),
            None => format!("mean {}", p_value(p)),
        };
        let mut each: Vec<String> = test.pval.iter().enumerate().map(named).collect();
        each.extend(test.qm_p.map(|p| format!("all moderators {}", p_value(p))));
        let _ = writeln!(
            out,
            "Permutation test ({} arrangements): {}\n",
            test.iterations,
            each.join(", ")
        );
    }
}

/// The scale that effects are pooled on, where tables show another.
fn pooled_scale(analysis: &Analysis) -> Option<&'static str> {
    let measure = analysis.measure;
    measure.is_transformed().then(|| measure.name())
}

fn part_row(label: &str, part: &PartPooled, scale: &Scale<'_>) -> Vec<String> {
    vec![
        label.to_owned(),
        scale.show(part.beta),
        scale.interval(part.ci),
        p_value(part.pval),
        significant(part.tau2),
        format!("{:.1}", part.i2),
    ]
}

fn sensitivity(out: &mut String, analysis: &Analysis, scale: &Scale<'_>) {
    if let Some(parts) = &analysis.leave_one_out {
        let mut rows = vec![cells(["without", "effect", "CI", "test", "tau2", "I2 %"])];
        let labelled = analysis.labels.iter().zip(parts);
        rows.extend(labelled.map(|(label, part)| part_row(label, part, scale)));
        table(out, &rows);
    }
    if let Some(parts) = &analysis.cumulative {
        let mut rows = vec![cells(["adding", "effect", "CI", "test", "tau2", "I2 %"])];
        rows.extend(
            parts
                .iter()
                .map(|(label, part)| part_row(label, part, scale)),
        );
        table(out, &rows);
    }
    if let Some(all) = &analysis.influence {
        let head = [
            "study",
            "rstudent",
            "dffits",
            "Cook's D",
            "cov.r",
            "hat",
            "influential",
        ];
        let mut rows = vec![cells(head)];
        for (label, one) in analysis.labels.iter().zip(all) {
            rows.push(vec![
                label.clone(),
                plain(one.rstudent, 3),
                plain(one.dffits, 3),
                plain(one.cooks_distance, 3),
                plain(one.covariance_ratio, 3),
                plain(one.hat, 3),
                if one.is_influential { "yes" } else { "no" }.into(),
            ]);
        }
        table(out, &rows);
    }
}

fn small_study_effects(out: &mut String, analysis: &Analysis, scale: &Scale<'_>) {
    if let Some(test) = &analysis.egger {
        let limit = test.limit.map_or(String::new(), |c| {
            format!(
                "; limit {} ({})",
                scale.show(c.beta),
                scale.interval((c.ci_low, c.ci_high))
            )
        });
        let _ = writeln!(
            out,
            "Regression on the standard error: slope {}{}, {}{limit}",
            significant(test.slope.beta),
            pooled_scale(analysis).map_or(String::new(), |scale| format!(" ({scale} a unit)")),
            statistic(test.slope.stat, test.df, test.slope.pval)
        );
    }
    if let Some(test) = &analysis.rank_test {
        let _ = writeln!(
            out,
            "Rank test: Kendall's tau = {:.3}, {}",
            test.tau,
            p_value(test.pval)
        );
    }
    if let Some(filled) = &analysis.trim_and_fill {
        let side = match filled.side {
            Side::Left => "left",
            Side::Right => "right",
        };
        let _ = writeln!(
            out,
            "Trim and fill (L0): {} missing on the {side}; filled {} ({})",
            filled.missing,
            scale.show(filled.pooled.beta),
            scale.interval(filled.pooled.ci)
        );
    }
    if let Some((pet, peese)) = &analysis.pet_peese {
        for (name, line) in [("PET", pet), ("PEESE", peese)] {
            let c = &line.intercept;
            let _ = writeln!(
                out,
                "{name}: {} ({}), {}",
                scale.show(c.beta),
                scale.interval((c.ci_low, c.ci_high)),
                statistic(c.stat, Some(line.df), c.pval)
            );
        }
    }
    if let Some(safe) = &analysis.fail_safe_n {
        let _ = writeln!(out, "Fail-safe N (Rosenthal): {}", safe.number);
    }
}
