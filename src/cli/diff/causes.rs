//! Why the pooled estimates of two states differ, in text and as JSON.

use super::Side;
use super::print::value;
use crate::effect::Measure;
use crate::path::RelPath;
use crate::stage::{Attributed, Found, Frozen, ORDER, why};
use crate::update::Difference;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The parts of every change, or why they cannot be told.
pub(super) fn of(old: &Side, new: &Side) -> Result<Vec<Attributed>, &'static str> {
    let (before, after) = (|path: &str| old.read(path), |path: &str| new.read(path));
    let (then, now) = (
        |folder: &RelPath| Some(old.names(folder)),
        |folder: &RelPath| Some(new.names(folder)),
    );
    let states = Frozen::open(&before, &then).zip(Frozen::open(&after, &now));
    let (before, after) = states.ok_or("a state has no pipeline that can be read")?;
    why(&before, &after)
}

/// As JSON: the order, and each analysis with its parts on the scale it is pooled on.
pub(super) fn json(why: &Result<Vec<Attributed>, &'static str>) -> Value {
    match why {
        Ok(analyses) => json!({ "order": ORDER, "analyses": analyses }),
        Err(said) => json!({ "order": ORDER, "not_told": said }),
    }
}

/// As text; of each analysis the first `shown` parts, and nothing where no estimate changed.
pub(super) fn text(
    why: &Result<Vec<Attributed>, &'static str>,
    found: &Difference,
    shown: usize,
) -> String {
    let mut text = String::new();
    let pooled = ["pooled", "effects"]
        .iter()
        .any(|table| found.table(table).is_some());
    let analyses = match why {
        Ok(analyses) if analyses.is_empty() => return text,
        Ok(analyses) => analyses,
        Err(said) if pooled => {
            line(
                &mut text,
                format_args!("\nWhy the pooled estimates changed: not told, for {said}"),
            );
            return text;
        }
        Err(_) => return text,
    };
    line(
        &mut text,
        format_args!("\nWhy the pooled estimates changed\n  ({ORDER})"),
    );
    let stages: BTreeSet<&str> = analyses.iter().map(|one| one.stage.as_str()).collect();
    for one in analyses {
        let mut named = found.conclusion.analyses.iter();
        let title = named
            .find(|named| named.analysis == one.analysis)
            .map_or(one.analysis.as_str(), |named| named.title.as_str());
        if stages.len() > 1 {
            line(&mut text, format_args!("  {title} (stage {})", one.stage));
        } else {
            line(&mut text, format_args!("  {title}"));
        }
        let ratio = is_ratio(found, &one.analysis);
        for part in one.parts.iter().take(shown) {
            line(
                &mut text,
                format_args!(
                    "    {}: {}\n      {} → {}{}",
                    part.cause.word(),
                    part.what,
                    told(part.from.as_ref(), ratio),
                    told(part.to.as_ref(), ratio),
                    made(part.from.as_ref(), part.to.as_ref(), ratio),
                ),
            );
        }
        if one.parts.len() > shown {
            line(
                &mut text,
                format_args!("    and {} more; --all tells them", one.parts.len() - shown),
            );
        }
    }
    text
}

/// Whether the analysis is shown back from logarithms: its effects in the conclusion are.
fn is_ratio(found: &Difference, analysis: &str) -> bool {
    let mut all = found.conclusion.analyses.iter();
    let one = all.find(|one| one.analysis == analysis);
    one.is_some_and(|one| one.measure.parse().is_ok_and(Measure::is_ratio))
}

fn told(found: Option<&Found>, ratio: bool) -> String {
    let Some(found) = found else {
        return "no evidence".to_owned();
    };
    let shown = |number: f64| value(&decimal(if ratio { number.exp() } else { number }));
    format!(
        "{} ({} to {}, k = {})",
        shown(found.estimate),
        shown(found.ci_lower),
        shown(found.ci_upper),
        found.k
    )
}

fn made(from: Option<&Found>, to: Option<&Found>, ratio: bool) -> String {
    let Some((from, to)) = from.zip(to) else {
        return String::new();
    };
    let part = to.estimate - from.estimate;
    if ratio {
        format!("; a factor of {}", value(&decimal(part.exp())))
    } else {
        let sign = if part < 0.0 { "" } else { "+" };
        format!("; {sign}{}", value(&decimal(part)))
    }
}

/// With a point, so that it is rounded as a number.
fn decimal(number: f64) -> String {
    format!("{number:?}")
}

fn line(text: &mut String, said: std::fmt::Arguments<'_>) {
    writeln!(text, "{said}").expect("writing to a string cannot fail");
}
