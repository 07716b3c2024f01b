//! Subgroups of an analysis, and the test of their difference.

use super::model_settings::ModelSettings;
use super::pooling::{self, Fitted, Named, fit, main_row};
use super::tables::{EffectRow, PooledRow, SubgroupTestRow};
use crate::artefact::{Address, Origin, key};
use crate::meta::subgroup::{between, with_common_tau2};
use crate::meta::{Model, Refusal, Test};
use std::collections::BTreeMap;

/// Fewest studies of a group that is tested against others.
const IN_A_GROUP: usize = 2;

/// Fewest studies of a group whose own τ² is used in the test.
const FOR_OWN_TAU2: usize = 5;

/// A group, its pooled result and its studies.
struct Group<'a> {
    level: &'a str,
    members: Vec<&'a EffectRow>,
    row: PooledRow,
}

/// Each group pooled with a τ² of its own, and the test of their difference where enough studies allow one.
///
/// `declared` is the declared model of all studies: where its interval is Hartung-Knapp's, groups are compared by F with one τ²
/// (Knapp & Hartung 2003); otherwise by Cochran's Q between the groups' means (Borenstein 2009, ch. 19), with one τ² where a group has
/// fewer than five studies. Groups of one study are shown and not tested.
pub(super) fn rows(
    named: Named<'_>,
    variable: &str,
    effects: &[&EffectRow],
    declared: &Fitted,
    settings: &ModelSettings,
) -> (Vec<PooledRow>, SubgroupTestRow) {
    let mut levels: BTreeMap<&str, Vec<&EffectRow>> = BTreeMap::new();
    for effect in effects.iter().filter(|row| !row.subgroup.is_empty()) {
        levels.entry(&effect.subgroup).or_default().push(effect);
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut not_pooled: Vec<String> = Vec::new();
    for (level, members) in levels {
        let named = Named {
            subgroup: level,
            ..named
        };
        match fit_group(&members, settings) {
            Ok(fitted) => groups.push(Group {
                level,
                row: main_row(named, &members, &fitted, settings),
                members,
            }),
            Err(why) => not_pooled.push(format!("`{level}` is not pooled: {why}")),
        }
    }
    let mut test = difference(named, variable, effects, &groups, declared, settings);
    let why = std::mem::take(&mut test.why);
    let why = std::iter::once(why).filter(|why| !why.is_empty());
    test.why = why.chain(not_pooled).collect::<Vec<_>>().join("; ");
    (groups.into_iter().map(|group| group.row).collect(), test)
}

/// The declared model of a group; the one effect of a single study is passed through by any model.
fn fit_group(members: &[&EffectRow], settings: &ModelSettings) -> Result<Fitted, String> {
    let settings = ModelSettings {
        dependence: settings.dependence.filter(|_| members.len() > 1),
        ..settings.clone()
    };
    fit(members, &settings)
}

fn difference(
    named: Named<'_>,
    variable: &str,
    effects: &[&EffectRow],
    groups: &[Group<'_>],
    declared: &Fitted,
    settings: &ModelSettings,
) -> SubgroupTestRow {
    let (tested, single): (Vec<&Group<'_>>, Vec<&Group<'_>>) = groups
        .iter()
        .partition(|group| pooling::studies(&group.members) >= IN_A_GROUP);
    let k: usize = tested
        .iter()
        .map(|group| pooling::studies(&group.members))
        .sum();
    let refused = match tested.len() {
        0 | 1 => Some(format!("fewer than two groups have {IN_A_GROUP} studies")),
        _ if k < settings.k_subgroup_test => Some(format!(
            "{k} studies in groups are fewer than the {} that a test of subgroups needs",
            settings.k_subgroup_test
        )),
        _ => None,
    };
    let from = tested
        .iter()
        .map(|group| Address::row(named.stage, "pooled", &group.row.key));
    let mut row = SubgroupTestRow {
        key: key(&[named.analysis, variable]),
        analysis: named.analysis.to_owned(),
        variable: variable.to_owned(),
        k: k as u64,
        test: String::new(),
        q: None,
        df: None,
        df2: None,
        p: None,
        tau2: None,
        why: String::new(),
        origin: Origin::of("between-groups", from),
    };
    let mut why: Vec<String> = Vec::new();
    if let Some(refused) = refused {
        why.push(refused);
    } else {
        match declared.test().map(|kind| test(&tested, kind, settings)) {
            Some(Ok(found)) => found.fill(&mut row),
            Some(Err(refusal)) => why.push(refusal.to_string()),
            None => why.push(pooling::DEPENDENT.to_owned()),
        }
    }
    why.extend(left_out(variable, effects, &single));
    row.why = why.join("; ");
    row
}

/// What the test leaves out.
fn left_out(variable: &str, effects: &[&EffectRow], single: &[&Group<'_>]) -> Vec<String> {
    let mut out = Vec::new();
    let unlabelled = effects
        .iter()
        .filter(|row| row.subgroup.is_empty())
        .copied();
    let unlabelled = pooling::studies(&unlabelled.collect::<Vec<_>>());
    if unlabelled > 0 {
        out.push(format!(
            "{unlabelled} of {} studies tell no `{variable}`",
            pooling::studies(effects)
        ));
    }
    if !single.is_empty() {
        let levels: Vec<String> = single
            .iter()
            .map(|group| format!("`{}`", group.level))
            .collect();
        out.push(format!("{} with one study each", levels.join(", ")));
    }
    out
}

/// A test between groups.
struct Difference {
    test: &'static str,
    q: f64,
    df: f64,
    df2: Option<f64>,
    p: f64,
    tau2: Option<f64>,
}

impl Difference {
    fn fill(&self, row: &mut SubgroupTestRow) {
        self.test.clone_into(&mut row.test);
        row.q = Some(self.q);
        row.df = Some(self.df);
        row.df2 = self.df2;
        row.p = Some(self.p);
        row.tau2 = self.tau2;
    }
}

fn test(
    groups: &[&Group<'_>],
    test: Test,
    settings: &ModelSettings,
) -> Result<Difference, Refusal> {
    let few = groups
        .iter()
        .any(|group| pooling::studies(&group.members) < FOR_OWN_TAU2);
    if settings.tau2.is_random() && (few || test != Test::Z) {
        one_tau2(groups, test, settings)
    } else {
        own_tau2(groups, settings)
    }
}

/// All groups in one model: χ², or F where the declared interval has degrees of freedom.
fn one_tau2(
    groups: &[&Group<'_>],
    test: Test,
    settings: &ModelSettings,
) -> Result<Difference, Refusal> {
    let members = || groups.iter().flat_map(|group| &group.members);
    let column = |of: fn(&EffectRow) -> f64| -> Vec<f64> { members().map(|row| of(row)).collect() };
    let levels: Vec<Option<String>> = members().map(|row| Some(row.subgroup.clone())).collect();
    let model = Model {
        tau2: settings.tau2,
        test,
        level: settings.level,
    };
    let found = with_common_tau2(
        &column(|row| row.yi),
        &column(|row| row.vi),
        &levels,
        &model,
    )?
    .differences;
    Ok(Difference {
        test: if found.fit.ddf.is_some() {
            "F with one τ² for all groups (Knapp & Hartung 2003)"
        } else {
            "χ² with one τ² for all groups"
        },
        q: found.qm,
        df: found.qm_df,
        df2: found.fit.ddf,
        p: found.qm_p,
        tau2: Some(found.fit.tau2),
    })
}

/// The groups' means compared by their variances.
fn own_tau2(groups: &[&Group<'_>], settings: &ModelSettings) -> Result<Difference, Refusal> {
    let means: Vec<(&str, f64, f64)> = groups
        .iter()
        .map(|group| (group.level, group.row.estimate, group.row.se * group.row.se))
        .collect();
    let between = between(&means)?;
    Ok(Difference {
        test: if settings.tau2.is_random() {
            "χ² with a τ² of each group"
        } else {
            "χ² of common effects"
        },
        q: between.q,
        df: between.q_df,
        df2: None,
        p: between.q_p,
        tau2: None,
    })
}
