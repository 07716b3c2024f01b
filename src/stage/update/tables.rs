//! The tables of an update.

use crate::artefact::{Origin, rows};

rows! {
    /// What an update came to, in one row.
    pub(crate) VersionRow: "version" {
        /// `major.minor`: studies or conclusion changed, or only the searches.
        version: String,
        /// The version before.
        previous: String,
        /// The baseline that holds it.
        baseline: String,
        /// Day of the latest search.
        searched: String,
        /// Day of the latest search before.
        searched_before: String,
        /// What became of the evidence, after Cochrane's states of living reviews.
        state: String,
        /// New search; new studies; whether the conclusion changed.
        event: String,
        /// Whether the conclusion changed: a proposal.
        proposal: String,
        /// Its rule.
        rule: String,
        /// In which order changes were taken apart.
        order: String,
        /// Records of exports that the version before had not.
        new_records: u64,
        /// Publications among them that it had not.
        new_publications: u64,
        /// Studies that it had not.
        new_studies: u64,
        /// Studies that it had and this one has not.
        studies_left: u64,
        /// New reports of studies that it had.
        new_reports: u64,
        /// What waits for a decision.
        waiting: u64,
        /// The methods that changed, in words; empty for none.
        methods: String,
        /// Where each came from.
        origin: Origin,
    }

    /// A source that is searched again, or what else makes a new version due.
    pub(crate) SurveillanceRow: "surveillance" {
        /// Order in the report.
        order: u64,
        /// `source` or `trigger`.
        kind: String,
        /// The database and its platform, or the trigger in words.
        label: String,
        /// Day of its last search.
        searched: String,
        /// Day of the search before, in the version before.
        searched_before: String,
        /// How often it is searched, as declared.
        schedule: String,
        /// The day on which it is due by that.
        due: String,
        /// The search, or the settings.
        origin: Origin,
    }

    /// Something that the version before had not, or that this one has no more.
    pub(crate) NewsRow: "news" {
        /// Order in the report.
        order: u64,
        /// `search`, `study`, `report` or `left`.
        kind: String,
        /// The study; empty for a search.
        study: String,
        /// What to call it.
        label: String,
        /// Day of the search, or the round in which a study was found.
        date: String,
        /// Records of a search, new reports of a study.
        count: Option<u64>,
        /// Limits of a search; analyses of a study.
        detail: String,
        /// Where it stands.
        origin: Origin,
    }

    /// An analysis before and now, on the scale it is pooled on.
    pub(crate) ChangeRow: "changes" {
        /// The analysis.
        analysis: String,
        /// Order in the report.
        order: u64,
        /// Title.
        title: String,
        /// `main` or `supplementary`.
        role: String,
        /// Studies before.
        k_old: String,
        /// Studies now.
        k_new: String,
        /// Estimate before.
        estimate_old: Option<f64>,
        /// Lower limit before.
        ci_lower_old: Option<f64>,
        /// Upper limit before.
        ci_upper_old: Option<f64>,
        /// Estimate now.
        estimate_new: Option<f64>,
        /// Lower limit now.
        ci_lower_new: Option<f64>,
        /// Upper limit now.
        ci_upper_new: Option<f64>,
        /// Variance between studies before.
        tau2_old: Option<f64>,
        /// Variance between studies now.
        tau2_new: Option<f64>,
        /// Certainty before.
        certainty_old: String,
        /// Certainty now.
        certainty_new: String,
        /// Statement before.
        statement_old: String,
        /// Statement now.
        statement_new: String,
        /// `changed`, `not changed` or `not comparable`: a proposal.
        proposal: String,
        /// Why.
        because: String,
        /// What was not compared.
        not_compared: String,
        /// The frozen table and the one of today.
        origin: Origin,
    }

    /// A part of the change of an estimate.
    pub(crate) CauseRow: "causes" {
        /// The analysis.
        analysis: String,
        /// Which step it was.
        order: u64,
        /// `program`, `corrected data`, `study left`, `new study` or `methods`.
        cause: String,
        /// The study; empty for others.
        study: String,
        /// The study, setting or file, in words.
        what: String,
        /// Studies after the step.
        k: Option<u64>,
        /// Estimate before the step.
        estimate_old: Option<f64>,
        /// Estimate after it.
        estimate_new: Option<f64>,
        /// Lower limit after it.
        ci_lower_new: Option<f64>,
        /// Upper limit after it.
        ci_upper_new: Option<f64>,
        /// What it made of the estimate.
        part: Option<f64>,
        /// Both states.
        origin: Origin,
    }

    /// An analysis with the studies that were found up to a round.
    pub(crate) RoundRow: "rounds" {
        /// The analysis.
        analysis: String,
        /// The round's place among all.
        order: u64,
        /// The round.
        round: String,
        /// Day of its latest search.
        date: String,
        /// Whether the version before had it.
        before: bool,
        /// Studies so far.
        k: u64,
        /// Estimate.
        estimate: f64,
        /// Lower limit.
        ci_lower: f64,
        /// Upper limit.
        ci_upper: f64,
        /// Variance between studies.
        tau2: Option<f64>,
        /// The effects of these studies.
        origin: Origin,
    }
}
