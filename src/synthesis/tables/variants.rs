//! The tables of an analysis done otherwise: every combination of choices, and one thing changed at a time.

use crate::artefact::{Origin, rows};

rows! {
    /// One combination of the declared choices, or several that come to the same.
    pub SpecificationRow: "specifications" {
        /// The analysis.
        analysis: String,
        /// Number in the order of the choices.
        specification: u64,
        /// Effect measure.
        measure: String,
        /// `post` or `change`.
        kind: String,
        /// Correlation of before and after; empty between groups.
        correlation: Option<f64>,
        /// Judgement left out; empty for none.
        without_bias: String,
        /// Time point preferred; empty for the analysis's own order.
        time: String,
        /// Estimator of the variance between studies.
        tau2: String,
        /// Rule for the interval.
        interval: String,
        /// Studies.
        k: u64,
        /// People in these studies.
        n: u64,
        /// Combinations of the choices that come to these effects, this model and this test.
        combinations: u64,
        /// The pooled effect; empty when it could not be pooled.
        estimate: Option<f64>,
        /// Lower limit.
        ci_lower: Option<f64>,
        /// Upper limit.
        ci_upper: Option<f64>,
        /// I², in per cent.
        i2: Option<f64>,
        /// Lower limit of the prediction interval, where the model and the studies allow one.
        pi_lower: Option<f64>,
        /// Upper limit of the prediction interval.
        pi_upper: Option<f64>,
        /// Whether the effect has the main result's sign.
        same_direction: Option<bool>,
        /// Whether, besides, the interval leaves out no difference as the main one does.
        same_answer: Option<bool>,
        /// Whether this is what the analysis declares.
        main: bool,
        /// Why it was not pooled, and which studies give no effect here that give one to the analysis.
        why: String,
        /// The effects and the choices.
        origin: Origin,
    }

    /// What the combinations of an analysis come to.
    pub MultiverseRow: "multiverse" {
        /// The analysis.
        analysis: String,
        /// Combinations of the declared choices.
        combinations: u64,
        /// Those that differ in effects, model or test; the counts and shares are of these.
        specifications: u64,
        /// Those that could be pooled.
        pooled: u64,
        /// Those with the main result's sign.
        same_direction: u64,
        /// Their share of the pooled, in per cent.
        share_direction: Option<f64>,
        /// Those that, besides, leave out no difference as the main result does.
        same_answer: u64,
        /// Their share of the pooled, in per cent.
        share_answer: Option<f64>,
        /// The combinations.
        origin: Origin,
    }

    /// A repetition with one thing changed.
    pub SensitivityRow: "sensitivity" {
        /// The analysis.
        analysis: String,
        /// The variant.
        variant: String,
        /// Title.
        title: String,
        /// Studies.
        k: u64,
        /// The pooled effect; empty when the variant leaves nothing to pool.
        estimate: Option<f64>,
        /// Lower limit.
        ci_lower: Option<f64>,
        /// Upper limit.
        ci_upper: Option<f64>,
        /// Variance between studies.
        tau2: Option<f64>,
        /// `yes` where the direction or the exclusion of no difference changed, `no`, that no study is affected, or why it was not done.
        changed: String,
        /// Studies without a judgement of risk of bias, which stay in; empty where no judgement decides.
        unjudged: Option<u64>,
        /// The effects and the variant's settings.
        origin: Origin,
    }
}
