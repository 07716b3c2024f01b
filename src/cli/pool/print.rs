//! An analysis as a table for a statistician, or as JSON.

use super::analysis::Analysis;
use super::request::{number, numbers, optional};
use crate::meta::fit::Coefficient;
use crate::meta::leave_one_out::PartPooled;
use crate::meta::prediction_interval::Rule;
use crate::meta::trim_and_fill::Side;
use libm::{log10, sqrt};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Formats numbers of one scale: taken back from logarithms where people read ratios.
struct Scale<'a> {
    analysis: &'a Analysis,
    decimals: usize,
}

impl Scale<'_> {
    fn new(analysis: &Analysis) -> Scale<'_> {
        // Three digits of the standard error; ratios and proportions two decimals or more.
        let se = analysis.pooled.se;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 2..=12"
        )]
        let decimals = (2.0 - log10(se).floor()).clamp(2.0, 12.0) as usize;
        Scale {
            analysis,
            decimals: if analysis.measure.is_transformed() {
                decimals.clamp(2, 4)
            } else {
                decimals
            },
        }
    }

    fn show(&self, y: f64) -> String {
        let back = self.analysis.measure.back(y, &self.analysis.sizes);
        plain(back, self.decimals)
    }

    fn interval(&self, (low, high): (f64, f64)) -> String {
        format!("{} to {}", self.show(low), self.show(high))
    }
}

/// A number with fixed decimals; no minus before a zero.
fn plain(x: f64, decimals: usize) -> String {
    let text = format!("{x:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

/// A number with four significant digits, as variances need.
fn significant(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e7).contains(&x.abs()) {
        return format!("{x:.3e}");
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=8"
    )]
    let decimals = (3.0 - log10(x.abs()).floor()).clamp(0.0, 8.0) as usize;
    format!("{x:.decimals$}")
}

fn p_value(p: f64) -> String {
    if p < 0.001 {
        "p < 0.001".to_owned()
    } else {
        format!("p = {p:.3}")
    }
}

fn statistic(stat: f64, ddf: Option<f64>, p: f64) -> String {
    match ddf {
        Some(df) => format!("t({df}) = {stat:.2}, {}", p_value(p)),
        None => format!("z = {stat:.2}, {}", p_value(p)),
    }
}

/// The analysis in aligned columns.
pub(super) fn text(analysis: &Analysis) -> String {
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
    if let Some(prediction) = &analysis.prediction {
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
    if let Some(prediction) = &analysis.prediction {
        let rule = match (analysis.rule, prediction.ddf) {
            (Rule::AsTest, None) => "normal, as the test".to_owned(),
            (Rule::AsTest, Some(df)) => format!("t({df}), as the test"),
            (Rule::KMinusTwo, df) => format!("t({}), k - 2", df.unwrap_or(1.0)),
            (Rule::KMinusOne, df) => format!("t({}), k - 1", df.unwrap_or(1.0)),
        };
        let _ = writeln!(out, "Prediction interval: {rule}");
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
    let _ = writeln!(
        out,
        "Difference between groups: Q({}) = {:.2}, {} (each group with its own tau2)\n",
        subgroups.q_between_df,
        subgroups.q_between,
        p_value(subgroups.q_between_p)
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
        let each: Vec<String> = test.pval.iter().map(|&p| p_value(p)).collect();
        let _ = writeln!(
            out,
            "Permutation test ({} arrangements): {}\n",
            test.iterations,
            each.join(", ")
        );
    }
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
            "Regression on the standard error: slope {}, {}{limit}",
            significant(test.slope.beta),
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

/// The analysis as one JSON object; effects stay on the scale they were pooled on.
pub(super) fn json(analysis: &Analysis) -> Value {
    let pooled = &analysis.pooled;
    let studies: Value = analysis
        .labels
        .iter()
        .enumerate()
        .map(|(i, label)| {
            json!({"study": label, "yi": number(analysis.yi[i]), "vi": number(analysis.vi[i]), "weight": number(pooled.weights[i])})
        })
        .collect();
    let left_out: Value = analysis
        .left_out
        .iter()
        .map(|(label, why)| json!({"study": label, "why": why}))
        .collect();
    let mut result = Map::new();
    let mut put = |name: &str, value: Value| result.insert(name.to_owned(), value);
    put("measure", json!(analysis.measure.code()));
    put("is_log", json!(analysis.measure.is_ratio()));
    put("model", json!(pooled.model));
    put("studies", studies);
    put("left_out", left_out);
    put(
        "pooled",
        json!({
            "k": pooled.k, "beta": number(pooled.beta), "se": number(pooled.se), "stat": number(pooled.stat),
            "ddf": optional(pooled.ddf), "pval": number(pooled.pval), "ci": [number(pooled.ci.0), number(pooled.ci.1)],
        }),
    );
    put(
        "heterogeneity",
        json!({
            "tau2": number(pooled.tau2), "se_tau2": optional(pooled.se_tau2),
            "tau2_q_profile": analysis.tau2_interval.map(|i| json!({"low": number(i.low), "high": number(i.high), "empty": i.is_empty})),
            "i2": number(pooled.i2), "h2": number(pooled.h2), "q": number(pooled.q), "q_df": number(pooled.q_df), "q_p": number(pooled.q_p),
        }),
    );
    put(
        "prediction_interval",
        json!(analysis.prediction.map(|pi| json!({"low": number(pi.low), "high": number(pi.high), "ddf": optional(pi.ddf), "rule": analysis.rule}))),
    );
    parts_json(&mut result, analysis);
    small_study_json(&mut result, analysis);
    Value::Object(result)
}

fn parts_json(result: &mut Map<String, Value>, analysis: &Analysis) {
    let part = |label: &str, p: &PartPooled| {
        json!({"study": label, "beta": number(p.beta), "se": number(p.se), "pval": number(p.pval),
            "ci": [number(p.ci.0), number(p.ci.1)], "tau2": number(p.tau2), "i2": number(p.i2), "q": number(p.q)})
    };
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            result.insert(name.to_owned(), value);
        }
    };
    put(
        "subgroups",
        analysis.subgroups.as_ref().map(|s| {
            let groups: Value = s
                .groups
                .iter()
                .map(|g| json!({"level": g.level, "k": g.pooled.k, "beta": number(g.pooled.beta), "se": number(g.pooled.se),
                    "ci": [number(g.pooled.ci.0), number(g.pooled.ci.1)], "tau2": number(g.pooled.tau2), "i2": number(g.pooled.i2)}))
                .collect();
            json!({"groups": groups, "q_between": number(s.q_between), "df": number(s.q_between_df), "p": number(s.q_between_p)})
        }),
    );
    put(
        "regression",
        analysis.regression.as_ref().map(|r| {
            let coefficients: Value = r
                .names
                .iter()
                .zip(&r.fit.coefficients)
                .map(|(name, c)| coefficient(Some(name), c))
                .collect();
            json!({"k": r.fit.k, "coefficients": coefficients, "dropped": r.dropped, "tau2": number(r.fit.tau2), "i2": number(r.fit.i2),
                "r2": optional(r.r2), "qm": number(r.qm), "qm_df": [number(r.qm_df), optional(r.fit.ddf)], "qm_p": number(r.qm_p),
                "qe": number(r.fit.q), "qe_p": number(r.fit.q_p)})
        }),
    );
    put(
        "permutation",
        analysis.permutation.as_ref().map(|t| {
            json!({"arrangements": t.iterations, "stat": numbers(&t.stat), "pval": numbers(&t.pval), "qm_p": optional(t.qm_p)})
        }),
    );
    put(
        "leave_one_out",
        analysis.leave_one_out.as_ref().map(|parts| {
            analysis
                .labels
                .iter()
                .zip(parts)
                .map(|(l, p)| part(l, p))
                .collect()
        }),
    );
    put(
        "cumulative",
        analysis
            .cumulative
            .as_ref()
            .map(|parts| parts.iter().map(|(l, p)| part(l, p)).collect()),
    );
    put(
        "influence",
        analysis.influence.as_ref().map(|all| {
            analysis
                .labels
                .iter()
                .zip(all)
                .map(|(label, i)| json!({"study": label, "rstudent": number(i.rstudent), "dffits": number(i.dffits),
                    "cooks_distance": number(i.cooks_distance), "covariance_ratio": number(i.covariance_ratio), "hat": number(i.hat),
                    "influential": i.is_influential}))
                .collect()
        }),
    );
}

fn coefficient(name: Option<&str>, c: &Coefficient) -> Value {
    json!({"name": name, "beta": number(c.beta), "se": number(c.se), "stat": number(c.stat), "pval": number(c.pval),
        "ci": [number(c.ci_low), number(c.ci_high)]})
}

fn small_study_json(result: &mut Map<String, Value>, analysis: &Analysis) {
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            result.insert(name.to_owned(), value);
        }
    };
    put(
        "egger",
        analysis.egger.map(|t| {
            json!({"predictor": "standard error", "slope": coefficient(None, &t.slope), "ddf": optional(t.df),
                "limit": t.limit.map(|c| coefficient(None, &c))})
        }),
    );
    put(
        "rank_test",
        analysis
            .rank_test
            .map(|t| json!({"tau": number(t.tau), "pval": number(t.pval), "ties": t.ties})),
    );
    put(
        "trim_and_fill",
        analysis.trim_and_fill.as_ref().map(|f| {
            let filled: Value = f.filled.iter().map(|&(y, v)| json!([number(y), number(v)])).collect();
            json!({"side": f.side, "missing": f.missing, "se": number(f.se), "filled": filled, "beta": number(f.pooled.beta),
                "ci": [number(f.pooled.ci.0), number(f.pooled.ci.1)]})
        }),
    );
    put(
        "pet_peese",
        analysis.pet_peese.map(|(pet, peese)| {
            json!({"pet": coefficient(None, &pet.intercept), "peese": coefficient(None, &peese.intercept), "df": number(pet.df)})
        }),
    );
    put(
        "fail_safe_n",
        analysis
            .fail_safe_n
            .map(|s| json!({"rosenthal": number(s.number)})),
    );
}
