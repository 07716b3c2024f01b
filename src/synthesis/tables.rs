//! The tables of pooled results.

mod variants;

use crate::artefact::{Origin, rows};
pub use variants::{MultiverseRow, SensitivityRow, SpecificationRow};

rows! {
    /// A declared analysis and what came of it.
    pub AnalysisRow: "analyses" {
        /// The analysis.
        analysis: String,
        /// Order in the report.
        order: u64,
        /// Title.
        title: String,
        /// Outcome of the protocol.
        outcome: String,
        /// The outcome in words.
        outcome_name: String,
        /// `main` or `supplementary`.
        role: String,
        /// `between` or `within`.
        body: String,
        /// Population of the protocol.
        population: String,
        /// Effect measure, in metafor's code.
        measure: String,
        /// The unit of its differences, as the scale that all effects are on declares it; empty for points and other measures.
        unit: Option<String>,
        /// `post`, `change`, or empty for events.
        kind: String,
        /// Estimator of the variance between studies.
        model: String,
        /// How the interval was made, in words.
        interval: String,
        /// How a prediction interval is made, in words; empty where the model has no variance between studies.
        prediction: Option<String>,
        /// Level in per cent.
        level: f64,
        /// Correlation assumed between effects of one study, where all of them are taken.
        dependence: Option<f64>,
        /// Correlation of before and after that was assumed where a study tells none; empty where no effect needed it.
        correlation: Option<f64>,
        /// Correlation within clusters by which groups were divided; empty where none was.
        icc: Option<f64>,
        /// Added to each cell of a two-by-two table that has a 0 (for a risk difference: for its variance, where that would be 0);
        /// empty where none needed it.
        added: Option<f64>,
        /// Studies whose effects are taken as their papers report them; empty where none is.
        reported: Option<u64>,
        /// `lower` or `higher`: which end of the effect is better.
        better: String,
        /// Whether it was registered.
        registered: String,
        /// `pooled`, `single-study`, `no-study` or `not-pooled`.
        status: String,
        /// Why nothing more was done, in words.
        why: String,
        /// Studies.
        k: u64,
        /// Participants.
        n: u64,
        /// Studies beside them in which nobody, or everybody, had the event, and which so tell nothing on a ratio.
        without_events: u64,
        /// The declaration, and for `k` and `n` the effects.
        origin: Origin,
    }

    /// One study's effect in one analysis.
    pub EffectRow: "effects" {
        /// The analysis.
        analysis: String,
        /// The study.
        study: String,
        /// What to call it.
        label: String,
        /// The outcome, as risk of bias was judged for.
        result: String,
        /// Scale.
        scale: String,
        /// Time point.
        time: String,
        /// Which of several effects of the study; empty where it gave one.
        part: String,
        /// Participants, intervention (or the one group).
        n1: Option<f64>,
        /// Mean, intervention (or after).
        mean1: Option<f64>,
        /// Standard deviation, intervention (or after).
        sd1: Option<f64>,
        /// Participants, control.
        n2: Option<f64>,
        /// Mean, control (or before).
        mean2: Option<f64>,
        /// Standard deviation, control (or before).
        sd2: Option<f64>,
        /// Events, intervention.
        events1: Option<f64>,
        /// Participants the events are counted among, intervention.
        total1: Option<f64>,
        /// Events, control.
        events2: Option<f64>,
        /// Participants the events are counted among, control.
        total2: Option<f64>,
        /// Correlation of before and after that was used.
        r: Option<f64>,
        /// Effect, on the scale it is pooled on (ratios as logarithms).
        yi: f64,
        /// Sampling variance.
        vi: f64,
        /// Standard error.
        se: f64,
        /// Lower limit, normal.
        ci_lower: f64,
        /// Upper limit, normal.
        ci_upper: f64,
        /// Share in the main model's mean, in per cent; empty where nothing was pooled.
        weight: Option<f64>,
        /// Participants in all.
        n: u64,
        /// What they count for, where they came in clusters.
        effective: Option<f64>,
        /// Which way is better: `lower` or `higher`, by the protocol's outcome, else by the scale; empty where nothing says so.
        better: String,
        /// Group of a subgroup analysis.
        subgroup: String,
        /// What a reader must know: imputed, combined, converted.
        note: String,
        /// The cells it was made from.
        origin: Origin,
    }

    /// A pooled effect.
    pub PooledRow: "pooled" {
        /// The analysis.
        analysis: String,
        /// Group; empty for all studies.
        subgroup: String,
        /// `random`, `common`, `multilevel` or `correlated`.
        model: String,
        /// Estimator of the variance between studies.
        method: String,
        /// `z`, `t`, `knha` or `adhoc`; `CR2` with Satterthwaite's degrees of freedom.
        test: String,
        /// Studies.
        k: u64,
        /// Effects; more than studies where these gave several.
        effects: u64,
        /// Participants.
        n: u64,
        /// The pooled effect.
        estimate: f64,
        /// Its standard error.
        se: f64,
        /// Lower limit.
        ci_lower: f64,
        /// Upper limit.
        ci_upper: f64,
        /// Test statistic.
        stat: f64,
        /// Degrees of freedom; empty for the normal.
        df: Option<f64>,
        /// Two-sided p.
        p: f64,
        /// Variance between studies; empty for a common effect.
        tau2: Option<f64>,
        /// Lower limit by Q-profile.
        tau2_lower: Option<f64>,
        /// Upper limit by Q-profile.
        tau2_upper: Option<f64>,
        /// Variance within studies, in a model of dependent effects.
        tau2_within: Option<f64>,
        /// I² in per cent.
        i2: f64,
        /// What I² was computed from.
        i2_rule: String,
        /// H².
        h2: Option<f64>,
        /// Cochran's Q; empty for a model that has none.
        q: Option<f64>,
        /// Its degrees of freedom.
        q_df: Option<f64>,
        /// Its p.
        q_p: Option<f64>,
        /// Lower limit of the prediction interval.
        pi_lower: Option<f64>,
        /// Upper limit.
        pi_upper: Option<f64>,
        /// Its distribution.
        pi_rule: String,
        /// Why the declared model has no prediction interval here, in words.
        pi_why: Option<String>,
        /// Whether this is the declared model.
        main: bool,
        /// The effects and the settings.
        origin: Origin,
    }

    /// The test of a difference between subgroups.
    pub SubgroupTestRow: "subgroup-tests" {
        /// The analysis.
        analysis: String,
        /// Characteristic.
        variable: String,
        /// Studies in the groups compared.
        k: u64,
        /// Which test it is, in words; empty when it was not tested.
        test: String,
        /// Q between groups, or F; empty when it was not tested.
        q: Option<f64>,
        /// Degrees of freedom.
        df: Option<f64>,
        /// Second degrees of freedom, where the test is F.
        df2: Option<f64>,
        /// p.
        p: Option<f64>,
        /// Variance between studies within the groups, where the test has one for all.
        tau2: Option<f64>,
        /// Why it was not tested, and what of the studies it leaves out.
        why: String,
        /// The groups.
        origin: Origin,
    }

    /// The pooled effect without one study.
    pub LeaveOneOutRow: "leave-one-out" {
        /// The analysis.
        analysis: String,
        /// The study left out.
        omitted: String,
        /// What to call it.
        label: String,
        /// The pooled effect.
        estimate: f64,
        /// Lower limit.
        ci_lower: f64,
        /// Upper limit.
        ci_upper: f64,
        /// Variance between studies; empty for a common effect.
        tau2: Option<f64>,
        /// I² in per cent.
        i2: f64,
        /// The remaining effects.
        origin: Origin,
    }

    /// The pooled effect as studies are added.
    pub CumulativeRow: "cumulative" {
        /// The analysis.
        analysis: String,
        /// Place in the order.
        order: u64,
        /// The study added.
        added: String,
        /// What to call it.
        label: String,
        /// Studies so far.
        k: u64,
        /// The pooled effect so far.
        estimate: f64,
        /// Lower limit.
        ci_lower: f64,
        /// Upper limit.
        ci_upper: f64,
        /// Variance between studies; empty for a common effect.
        tau2: Option<f64>,
        /// I² in per cent.
        i2: f64,
        /// The effects so far.
        origin: Origin,
    }

    /// How much a study adds to the heterogeneity and moves the result.
    pub InfluenceRow: "influence" {
        /// The analysis.
        analysis: String,
        /// The study.
        study: String,
        /// What to call it.
        label: String,
        /// Squared Pearson residual.
        residual: f64,
        /// Squared change of the pooled effect without it, over the variance of the effect without it.
        influence: f64,
        /// All effects.
        origin: Origin,
    }

    /// A study that trim and fill adds to a funnel.
    pub FilledRow: "filled" {
        /// The analysis.
        analysis: String,
        /// The side on which studies are missing: `left` or `right`.
        side: String,
        /// Effect.
        yi: f64,
        /// Standard error.
        se: f64,
        /// The effects of which it is a mirror image.
        origin: Origin,
    }

    /// A meta-regression.
    pub RegressionRow: "regressions" {
        /// The analysis.
        analysis: String,
        /// Formula over characteristics of the studies.
        formula: String,
        /// Estimator of the variance between studies.
        method: String,
        /// `knha` or `z`.
        test: String,
        /// Studies that tell what it asks.
        k: u64,
        /// Variance between studies that the moderators leave; empty for a common effect.
        tau2: Option<f64>,
        /// I² that they leave, in per cent.
        i2: Option<f64>,
        /// Share of τ² that they explain, in per cent.
        r2: Option<f64>,
        /// Test of all coefficients but the intercept.
        qm: Option<f64>,
        /// Coefficients tested.
        qm_df: Option<f64>,
        /// Second degrees of freedom, where the test is F.
        qm_df2: Option<f64>,
        /// Its p.
        p: Option<f64>,
        /// Its p by 1,000 random arrangements, where there are fewer than 20 studies.
        permutation_p: Option<f64>,
        /// Why it was not done, or what was left out.
        why: String,
        /// The effects and the characteristics.
        origin: Origin,
    }

    /// A coefficient of a meta-regression.
    pub CoefficientRow: "coefficients" {
        /// The analysis.
        analysis: String,
        /// Formula.
        formula: String,
        /// The term; `intrcpt` is the intercept.
        term: String,
        /// The characteristics it is a product of, joined by ` × `.
        characteristic: Option<String>,
        /// The level of each that it marks, joined so; empty for numbers.
        level: Option<String>,
        /// The level that each is held against; empty for numbers, and where a level stands for itself.
        against: Option<String>,
        /// Change of the effect by one unit, or its difference between two levels.
        estimate: f64,
        /// Its standard error.
        se: f64,
        /// Lower limit.
        ci_lower: f64,
        /// Upper limit.
        ci_upper: f64,
        /// Test statistic.
        stat: f64,
        /// Degrees of freedom; empty for the normal.
        df: Option<f64>,
        /// Two-sided p.
        p: f64,
        /// The effects and the characteristics.
        origin: Origin,
    }

    /// The fitted effect at one value of the one number that a meta-regression has.
    pub LineRow: "regression-line" {
        /// The analysis.
        analysis: String,
        /// Formula.
        formula: String,
        /// Value of the moderator.
        x: f64,
        /// Fitted effect.
        estimate: f64,
        /// Lower limit.
        ci_lower: f64,
        /// Upper limit.
        ci_upper: f64,
        /// The coefficients.
        origin: Origin,
    }

    /// Whether small studies differ from large ones.
    pub SmallStudyRow: "small-study" {
        /// The analysis.
        analysis: String,
        /// On what effects were regressed.
        predictor: String,
        /// Estimator of the variance between studies that the regression allows for.
        method: Option<String>,
        /// How the slope was tested: `z`, `knha` or `adhoc`.
        test: Option<String>,
        /// Studies.
        k: u64,
        /// Effect of a study without sampling error.
        intercept: Option<f64>,
        /// Change of the effect by one unit of the predictor.
        slope: Option<f64>,
        /// Its standard error.
        se: Option<f64>,
        /// Test statistic.
        stat: Option<f64>,
        /// Degrees of freedom; empty for the normal.
        df: Option<f64>,
        /// Two-sided p.
        p: Option<f64>,
        /// Studies that trim and fill adds; empty where it was not done.
        filled: Option<u64>,
        /// Pooled effect with them.
        filled_estimate: Option<f64>,
        /// Lower limit of it.
        filled_ci_lower: Option<f64>,
        /// Upper limit of it.
        filled_ci_upper: Option<f64>,
        /// Why it was not tested.
        why: String,
        /// The effects.
        origin: Origin,
    }

    /// A candidate that was not taken, and the step that decided.
    pub RejectedRow: "rejected" {
        /// The analysis.
        analysis: String,
        /// The study.
        study: String,
        /// Scale, time and kind of the candidate.
        candidate: String,
        /// Why.
        step: String,
        /// The candidate.
        origin: Origin,
    }
}
