//! Pooled effects by group and the test of their difference.

use super::formula::{Design, levels};
use super::pooled::{Pooled, pool};
use super::regression;
use super::{Model, Refusal, Tau2Method};
use crate::stats::matrix::Matrix;

/// One group's pooled effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The group's name.
    pub level: String,
    /// Its model.
    pub pooled: Pooled,
}

/// Groups pooled each with a τ² of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Subgroups {
    /// The groups in the order of their levels.
    pub groups: Vec<Group>,
    /// χ² for the difference between groups.
    pub q_between: f64,
    /// Its degrees of freedom.
    pub q_between_df: f64,
    /// Its p value.
    pub q_between_p: f64,
}

/// Pools each group with its own τ² and compares the means of all of them, of groups of one study too, as metafor does. A row without
/// a group (`None`) is left out.
///
/// # Errors
/// [`Refusal`] for fewer than 2 groups and for what [`pool`] refuses.
pub fn subgroup(
    yi: &[f64],
    vi: &[f64],
    group: &[Option<String>],
    model: &Model,
) -> Result<Subgroups, Refusal> {
    let groups = groups(yi, vi, group, model)?;
    let means: Vec<_> = groups.iter().map(Group::mean).collect();
    let between = between(&means)?;
    Ok(Subgroups {
        groups,
        q_between: between.q,
        q_between_df: between.q_df,
        q_between_p: between.q_p,
    })
}

impl Group {
    /// The group's name with its mean and the variance of that.
    pub fn mean(&self) -> (&str, f64, f64) {
        let pooled = &self.pooled;
        (&self.level, pooled.beta, pooled.se * pooled.se)
    }
}

/// Pools each group with its own τ², in the order of their levels. A row without a group is left out.
///
/// # Errors
/// As [`subgroup`].
pub fn groups(
    yi: &[f64],
    vi: &[f64],
    group: &[Option<String>],
    model: &Model,
) -> Result<Vec<Group>, Refusal> {
    let levels = several_levels(group)?.into_iter();
    let groups = levels.map(|level| {
        let rows: Vec<usize> = (0..yi.len())
            .filter(|&i| group[i].as_ref() == Some(&level))
            .collect();
        let pick = |x: &[f64]| -> Vec<f64> { rows.iter().map(|&i| x[i]).collect() };
        Ok(Group {
            pooled: pool(&pick(yi), &pick(vi), model)?,
            level,
        })
    });
    groups.collect()
}

/// Compares groups by their names, means and variances: Cochran's Q between the means (Borenstein 2009, ch. 19).
///
/// # Errors
/// [`Refusal::Group`] for a mean that no variance weighs, and what else [`pool`] refuses.
pub fn between(groups: &[(&str, f64, f64)]) -> Result<Pooled, Refusal> {
    let means: Vec<f64> = groups.iter().map(|(_, mean, _)| *mean).collect();
    let variances: Vec<f64> = groups.iter().map(|(.., variance)| *variance).collect();
    let common = Model {
        tau2: Tau2Method::Common,
        ..Model::default()
    };
    pool(&means, &variances, &common).map_err(|refusal| match refusal {
        Refusal::Variance { row, value } => Refusal::Group {
            level: groups[row].0.to_owned(),
            value,
        },
        other => other,
    })
}

/// Groups in one model with one τ².
#[derive(Clone, Debug, PartialEq)]
pub struct CommonTau2 {
    /// The groups' names, in the order of the coefficients of `means`.
    pub levels: Vec<String>,
    /// The model with one mean a group.
    pub means: regression::Regression,
    /// The same model as differences from the first group; its omnibus test compares the groups.
    pub differences: regression::Regression,
}

/// Fits all groups with one τ². A row without a group is left out.
///
/// # Errors
/// As [`subgroup`].
pub fn with_common_tau2(
    yi: &[f64],
    vi: &[f64],
    group: &[Option<String>],
    model: &Model,
) -> Result<CommonTau2, Refusal> {
    let levels = several_levels(group)?;
    let rows: Vec<usize> = (0..yi.len()).filter(|&i| group[i].is_some()).collect();
    let pick = |x: &[f64]| -> Vec<f64> { rows.iter().map(|&i| x[i]).collect() };
    let (ys, vs) = (pick(yi), pick(vi));
    let design = |has_intercept: bool| Design {
        matrix: Matrix::from_fn(rows.len(), levels.len(), |i, j| {
            let is_level = group[rows[i]].as_ref() == Some(&levels[j]);
            if is_level || (has_intercept && j == 0) {
                1.0
            } else {
                0.0
            }
        }),
        names: levels.clone(),
        terms: vec![Vec::new(); levels.len()],
        rows: rows.clone(),
        has_intercept,
    };
    Ok(CommonTau2 {
        means: regression::fit(&ys, &vs, &design(false), model)?,
        differences: regression::fit(&ys, &vs, &design(true), model)?,
        levels,
    })
}

fn several_levels(group: &[Option<String>]) -> Result<Vec<String>, Refusal> {
    let levels = levels(group);
    if levels.len() < 2 {
        return Err(Refusal::Undefined(
            "a subgroup analysis needs at least two groups",
        ));
    }
    Ok(levels)
}
