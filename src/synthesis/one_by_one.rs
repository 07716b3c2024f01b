//! The pooled effect as studies are added by year, and how much each study moves it, where each study gave one effect.

use super::ModelSettings;
use super::pooling::{Fitted, Named, by_rule, columns, studies};
use super::tables::{CumulativeRow, EffectRow, InfluenceRow};
use crate::artefact::{Origin, key};
use crate::meta::cumulative::{cumulative, order_by};
use crate::meta::{Model, leave_one_out};

/// The pooled effect of the first study, the first two, and so on, by the year in their labels, each by the interval that the rule
/// comes to for so many; none where a label has no year, and where effects depend on each other. A study's arms are added together.
pub(super) fn added(
    named: Named<'_>,
    effects: &[&EffectRow],
    settings: &ModelSettings,
) -> Vec<CumulativeRow> {
    if settings.dependence.is_some() {
        return Vec::new();
    }
    let years: Option<Vec<f64>> = effects.iter().map(|row| year(&row.label)).collect();
    let Some(years) = years else {
        return Vec::new();
    };
    let order = order_by(&years);
    let (yi, vi) = columns(effects);
    let ordered: Vec<&EffectRow> = order.iter().map(|&index| effects[index]).collect();
    let studies: Vec<usize> = (1..=ordered.len())
        .map(|many| studies(&ordered[..many]))
        .collect();
    let pool = |model: &Model| cumulative(&yi, &vi, &order, model);
    let Some(parts) = by_rule(settings, &studies, pool) else {
        return Vec::new();
    };
    let is_last_of_study = |at: &usize| studies.get(at + 1) != Some(&studies[*at]);
    let rows = (0..ordered.len()).filter(is_last_of_study).map(|at| {
        let (so_far, row, part) = (&ordered[..=at], ordered[at], &parts[at]);
        CumulativeRow {
            key: key(&[named.analysis, &row.study]),
            analysis: named.analysis.to_owned(),
            order: studies[at] as u64,
            added: row.study.clone(),
            label: row.label.clone(),
            k: studies[at] as u64,
            estimate: part.beta,
            ci_lower: part.ci.0,
            ci_upper: part.ci.1,
            tau2: settings.has_variance().then_some(part.tau2),
            i2: part.i2,
            origin: Origin::of("added-one-by-one", named.effects(so_far)),
        }
    });
    rows.collect()
}

/// The last year from 1900 to 2099 that stands in a label as a number of its own.
fn year(label: &str) -> Option<f64> {
    let numbers = label.split(|c: char| !c.is_ascii_digit());
    let mut years = numbers
        .filter(|text| text.len() == 4 && (text.starts_with("19") || text.starts_with("20")));
    years.next_back()?.parse().ok()
}

/// What each study adds to the heterogeneity, and how far it moves the pooled effect.
///
/// Source: Baujat et al., Stat. Med. 21 (2002) 2641, for any model: the squared Pearson residual, and the squared change of the
/// pooled effect over the variance of the effect without the study.
pub(super) fn influence(
    named: Named<'_>,
    effects: &[&EffectRow],
    fitted: &Fitted,
) -> Vec<InfluenceRow> {
    let (yi, vi) = columns(effects);
    let Some(all) = fitted.independent() else {
        return Vec::new();
    };
    let Ok(parts) = leave_one_out(&yi, &vi, &all.model) else {
        return Vec::new();
    };
    let rows = effects.iter().zip(parts).map(|(row, without)| {
        let residual = row.yi - all.beta;
        let change = all.beta - without.beta;
        let mut of = vec![named.analysis, &row.study];
        of.extend(Some(row.part.as_str()).filter(|part| !part.is_empty()));
        InfluenceRow {
            key: key(&of),
            analysis: named.analysis.to_owned(),
            study: row.study.clone(),
            label: if row.part.is_empty() {
                row.label.clone()
            } else {
                format!("{}, {}", row.label, row.part)
            },
            residual: residual * residual / (all.tau2 + row.vi),
            influence: change * change / (without.se * without.se),
            origin: Origin::of("influence", named.effects(effects)),
        }
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_a_number_of_its_own() {
        assert_eq!(year("Huang 2020"), Some(2020.0));
        assert_eq!(year("Comstock & Webster 1969b"), Some(1969.0));
        assert_eq!(year("Trial 12019"), None);
        assert_eq!(year("1948 cohort, 2003"), Some(2003.0));
        assert_eq!(year("Madras"), None);
    }
}
