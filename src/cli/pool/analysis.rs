//! Runs what the command line asks for over the studies of a file.

use super::args::Args;
use super::cell::Cell;
use super::studies::Studies;
use super::{corrections, moderators};
use crate::effect::{Correction, Measure};
use crate::meta::cumulative::{cumulative, order_by};
use crate::meta::egger::{self, Asymmetry, Predictor};
use crate::meta::fail_safe_n::{self, FailSafeN};
use crate::meta::heterogeneity::Tau2Interval;
use crate::meta::influence::{self, Influence};
use crate::meta::leave_one_out::PartPooled;
use crate::meta::permutation::{self, Permutation};
use crate::meta::pet_peese::{Variant, WeightedLine, pet_peese};
use crate::meta::prediction_interval::{PredictionInterval, Rule};
use crate::meta::rank_test::{RankTest, rank_test};
use crate::meta::regression::Regression;
use crate::meta::subgroup::{self, Group};
use crate::meta::trim_and_fill::{self, Refit, TrimAndFill};
use crate::meta::{self, Model, Pooled, Refusal, Test};
use crate::nearest::suggestion;
use crate::place::Place;
use crate::problem::{Problem, Problems};

/// Everything that was asked, answered.
pub(super) struct Analysis {
    pub(super) measure: Measure,
    pub(super) labels: Vec<String>,
    pub(super) yi: Vec<f64>,
    pub(super) vi: Vec<f64>,
    pub(super) sizes: Vec<f64>,
    /// What was added to each study because of a zero cell.
    pub(super) corrections: Vec<Correction>,
    pub(super) left_out: Vec<(String, String)>,
    pub(super) pooled: Pooled,
    pub(super) tau2_interval: Option<Tau2Interval>,
    pub(super) rule: Rule,
    pub(super) prediction: Option<PredictionInterval>,
    pub(super) subgroups: Option<Groups>,
    pub(super) regression: Option<Regression>,
    pub(super) permutation: Option<Permutation>,
    pub(super) leave_one_out: Option<Vec<PartPooled>>,
    pub(super) cumulative: Option<Vec<(String, PartPooled)>>,
    pub(super) influence: Option<Vec<Influence>>,
    pub(super) egger: Option<Asymmetry>,
    pub(super) rank_test: Option<RankTest>,
    pub(super) trim_and_fill: Option<TrimAndFill>,
    pub(super) pet_peese: Option<(WeightedLine, WeightedLine)>,
    pub(super) fail_safe_n: Option<FailSafeN>,
}

/// Groups of studies, and their difference.
pub(super) struct Groups {
    pub(super) groups: Vec<Group>,
    /// The test of groups of two or more studies, or why there is none.
    pub(super) between: Result<Pooled, String>,
}

impl Groups {
    /// The groups of one study, which are not tested.
    pub(super) fn alone(&self) -> Vec<&str> {
        let groups = self.groups.iter().filter(|group| group.pooled.k == 1);
        groups.map(|group| group.level.as_str()).collect()
    }
}

/// Answers; `None` when not even the pooled effect could be had. A part that fails is a problem of its own.
pub(super) fn run(studies: &Studies, args: &Args, found: &mut Problems) -> Option<Analysis> {
    let (yi, vi) = (&studies.yi, &studies.vi);
    let model = Model {
        tau2: args.method,
        // One study leaves nothing to estimate a scale from, whatever test is asked for.
        test: if yi.len() == 1 { Test::Z } else { args.test },
        level: args.level,
    };
    let mut tried = Tried { studies, found };
    let pooled = tried.keep("pool", meta::pool(yi, vi, &model))?;
    tried.notes(&pooled, args);
    corrections::tell(studies, args, &pooled.weights, tried.found);
    let random = model.tau2.is_random() && pooled.k > 1;
    let (regression, permutation) = match &args.moderators {
        Some(formula) => moderators::regress(formula, args, &model, &mut tried),
        None => (
            None,
            args.permutations.and_then(|n| {
                let test =
                    permutation::test_mean(yi, vi, &model, moderators::arrangements(n, args.seed));
                tried.keep("permutations", test)
            }),
        ),
    };
    Some(Analysis {
        measure: args.measure,
        labels: studies.labels.clone(),
        yi: yi.clone(),
        vi: vi.clone(),
        sizes: studies.sizes.clone(),
        corrections: studies.corrections.clone(),
        left_out: studies.left_out.clone(),
        tau2_interval: random
            .then(|| tried.keep("tau2", meta::q_profile(yi, vi, model.level)))
            .flatten(),
        rule: args.prediction,
        prediction: random
            .then(|| meta::prediction_interval(&pooled, args.prediction).ok())
            .flatten(),
        subgroups: args
            .subgroup
            .as_ref()
            .and_then(|c| subgroups(c, &model, &mut tried)),
        regression,
        permutation,
        leave_one_out: args
            .leave_one_out
            .then(|| tried.keep("leave-one-out", meta::leave_one_out(yi, vi, &model)))
            .flatten(),
        cumulative: args
            .cumulative
            .as_ref()
            .and_then(|c| in_order(c, &model, &mut tried)),
        influence: args
            .influence
            .then(|| tried.keep("influence", influence::influence(yi, vi, &model)))
            .flatten(),
        egger: args.egger.then(|| tried.egger(&model)).flatten(),
        rank_test: args
            .rank_test
            .then(|| tried.keep("rank-test", rank_test(yi, vi)))
            .flatten(),
        trim_and_fill: args
            .trim_and_fill
            .then(|| {
                let estimator = trim_and_fill::Estimator::L0;
                let filled =
                    trim_and_fill::trim_and_fill(yi, vi, &model, None, estimator, Refit::Exact);
                tried.keep("trim-and-fill", filled)
            })
            .flatten(),
        pet_peese: args
            .pet_peese
            .then(|| {
                let line = |variant| pet_peese(yi, vi, variant, model.level);
                tried.keep(
                    "pet-peese",
                    line(Variant::Pet).and_then(|pet| Ok((pet, line(Variant::Peese)?))),
                )
            })
            .flatten(),
        fail_safe_n: args
            .fail_safe_n
            .then(|| {
                let approach = fail_safe_n::Approach::Rosenthal { alpha: 0.05 };
                tried.keep("fail-safe-n", fail_safe_n::fail_safe_n(yi, vi, approach))
            })
            .flatten(),
        pooled,
    })
}

/// The studies, and what is found to be wrong while they are analysed.
pub(super) struct Tried<'a> {
    pub(super) studies: &'a Studies,
    pub(super) found: &'a mut Problems,
}

impl Tried<'_> {
    /// The result, or a problem that names the row where there is one.
    pub(super) fn keep<T>(&mut self, what: &str, result: Result<T, Refusal>) -> Option<T> {
        result
            .map_err(|why| {
                let place = match why {
                    Refusal::Effect { row } | Refusal::Variance { row, .. } => {
                        self.studies.place(self.studies.rows[row])
                    }
                    _ => Place::file(&self.studies.file),
                };
                self.found
                    .push(Problem::error("pool::refused", format!("{what}: {why}")).at(place));
            })
            .ok()
    }

    fn note(&mut self, code: &'static str, title: &str) {
        self.found.push(Problem::note(code, title));
    }

    fn notes(&mut self, pooled: &Pooled, args: &Args) {
        if pooled.k == 1 && args.test != Test::Z {
            let title = format!("with one study the test is z, not {}", args.test);
            self.note("pool::one-study-test", &title);
        }
        if pooled.k == 1 {
            self.note(
                "pool::one-study",
                "one study is shown as it is; nothing was pooled",
            );
        }
        if pooled.k == 2 && pooled.ddf.is_some() {
            self.note(
                "pool::two-studies",
                "with two studies the t interval has one degree of freedom and is hardly usable; compare --test z",
            );
        }
        if pooled.k == 2 && pooled.model.tau2.is_random() {
            self.note(
                "pool::few-for-prediction",
                "two studies do not tell how far effects differ: the table has no prediction interval",
            );
        }
        let weights = self.studies.vi.iter().map(|vi| 1.0 / (vi + pooled.tau2));
        let wald = 1.0 / libm::sqrt(weights.sum());
        if pooled.k > 1 && pooled.model.test == Test::Knha && pooled.se <= 1e-7 * wald {
            self.found.push(
                Problem::warning(
                    "pool::no-width",
                    "all effects are equal, so the Hartung-Knapp interval has no width and tests nothing",
                )
                .at(Place::file(&self.studies.file))
                .help("compare --test adhoc, which is never narrower than z"),
            );
        }
    }

    fn egger(&mut self, model: &Model) -> Option<Asymmetry> {
        if self.studies.yi.len() < 10 {
            self.note(
                "pool::few-for-asymmetry",
                "with fewer than 10 studies a test for funnel asymmetry has next to no power",
            );
        }
        let regression = egger::Regression::Meta(*model);
        let test = egger::asymmetry(
            &self.studies.yi,
            &self.studies.vi,
            &[],
            Predictor::StandardError,
            &regression,
        );
        self.keep("egger", test)
    }

    /// Names a column that the file does not have.
    pub(super) fn no_column(&mut self, column: &str) {
        let names: Vec<&str> = self.studies.table.names().collect();
        self.found.push(
            Problem::error("pool::column", format!("the file has no column `{column}`"))
                .at(Place::line(&self.studies.file, 1))
                .help(suggestion("columns", column, names.iter().copied())),
        );
    }
}

fn subgroups(column: &str, model: &Model, tried: &mut Tried<'_>) -> Option<Groups> {
    let studies = tried.studies;
    let table = &studies.table;
    let Some(text) = table.find(column).and_then(|name| table.text(name).ok()) else {
        tried.no_column(column);
        return None;
    };
    let mut group = Vec::new();
    for (label, &row) in studies.labels.iter().zip(&studies.rows) {
        let missing = Cell::read(&text[row], table.marks()) == Cell::Missing;
        if missing {
            let title = format!("{label} is left out of the groups: `{column}` is empty");
            tried
                .found
                .push(Problem::warning("pool::group-missing", title).at(studies.place(row)));
        }
        group.push((!missing).then(|| text[row].clone()));
    }
    let groups = subgroup::groups(&studies.yi, &studies.vi, &group, model);
    let groups = tried.keep("subgroups", groups)?;
    let several = groups.iter().filter(|group| group.pooled.k > 1);
    let means: Vec<_> = several.map(Group::mean).collect();
    let between = if means.len() < 2 {
        Err("fewer than two groups have 2 studies".to_owned())
    } else {
        let found = subgroup::between(&means);
        let why = found.as_ref().err().map(ToString::to_string);
        let found = tried.keep("subgroups", found);
        found.ok_or_else(|| why.unwrap_or_default())
    };
    let found = Groups { groups, between };
    let alone = found.alone();
    if !alone.is_empty() {
        let title = format!(
            "one study alone makes the group {}, which is shown and not tested against others",
            alone.join(", ")
        );
        tried.note("pool::group-of-one", &title);
    }
    Some(found)
}

fn in_order(
    column: &str,
    model: &Model,
    tried: &mut Tried<'_>,
) -> Option<Vec<(String, PartPooled)>> {
    let studies = tried.studies;
    let table = &studies.table;
    let Some((numbers, name)) = table
        .find(column)
        .and_then(|name| Some((table.numbers(name).ok()?, name)))
    else {
        tried.no_column(column);
        return None;
    };
    let key: Vec<f64> = studies.rows.iter().map(|&row| numbers[row]).collect();
    let mut readable = true;
    for ((label, &row), key) in studies.labels.iter().zip(&studies.rows).zip(&key) {
        let place = studies.place(row);
        if table.unreadable(name).contains(&row) {
            readable = false;
            let cell = table.text(name).map_or("", |text| text[row].as_str());
            let title = format!(
                "{label}: `{cell}` in column `{column}` is no number, so it has no place in an order"
            );
            tried.found.push(
                Problem::error("pool::no-number", title)
                    .at(place)
                    .help("studies are added by a number, such as the year"),
            );
        } else if key.is_nan() {
            let title = format!("{label} is added last: its `{column}` is missing");
            tried
                .found
                .push(Problem::warning("pool::order-missing", title).at(place));
        }
    }
    if !readable {
        return None;
    }
    let order = order_by(&key);
    let parts = tried.keep(
        "cumulative",
        cumulative(&studies.yi, &studies.vi, &order, model),
    )?;
    Some(
        order
            .into_iter()
            .map(|i| studies.labels[i].clone())
            .zip(parts)
            .collect(),
    )
}
