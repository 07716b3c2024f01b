//! The words that figures print: in English here, in other languages as the report's files of words set them.

use std::borrow::Cow;

macro_rules! wording {
    ($($key:ident: $english:literal;)*) => {
        /// Every word a figure prints that does not come from data. `{…}` marks what is filled in.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Wording {
            $(
                #[doc = concat!("English: “", $english, "”.")]
                pub $key: Cow<'static, str>,
            )*
        }

        impl Wording {
            /// English.
            pub const fn english() -> Self {
                Self { $($key: Cow::Borrowed($english),)* }
            }

            /// Replaces one text by its key; false when no text has that key.
            pub fn set(&mut self, key: &str, text: impl Into<String>) -> bool {
                match key {
                    $(stringify!($key) => self.$key = Cow::Owned(text.into()),)*
                    _ => return false,
                }
                true
            }

            /// The keys [`Wording::set`] knows, in order.
            pub const fn keys() -> &'static [&'static str] {
                &[$(stringify!($key)),*]
            }
        }
    };
}

wording! {
    study: "Study";
    subgroup: "Subgroup";
    row: "Row";
    weight: "Weight";
    estimate: "Estimate";
    lower: "Lower limit";
    upper: "Upper limit";
    confidence: "{level}% CI";
    to: "to";
    events: "Events";
    total: "Total";
    mean: "Mean";
    sd: "SD";
    log_scale: "{measure} (log scale)";
    not_estimable: "Not estimable";
    not_pooled: "Not pooled";
    prediction: "{level}% prediction interval";
    heterogeneity: "Heterogeneity";
    not_applicable: "not applicable";
    overall_test: "Test for overall effect";
    subgroup_test: "Test for subgroup differences";
    favours: "Favours {arm}";
    risk_of_bias: "Risk of bias";
    overall: "Overall";
    not_assessed: "not assessed";
    low: "Low";
    some_concerns: "Some concerns";
    moderate: "Moderate";
    high: "High";
    serious: "Serious";
    critical: "Critical";
    no_information: "No information";
    domain: "Domain";
    judgement: "Judgement";
    studies: "Studies";
    assessments: "Assessments";
    studies_by_weight: "Studies, area by weight";
    pooled_effect: "Pooled effect";
    share: "Share";
    weighted: "Bars are weighted by each study's weight in the meta-analysis";
    unweighted: "Every judgement counts the same";
    forest_description: "Forest plot of {k} studies; {measure}.";
    pooled_description: "{label}: {effect}.";
    standard_error: "Standard error";
    filled: "Filled by trim and fill";
    egger: "Regression on standard error";
    pseudo_limits: "95% pseudo limits";
    pseudo_limits_around: "95% pseudo limits around {centre}";
    precision: "Precision (1 / standard error)";
    z_score: "Effect / standard error";
    residual: "Squared Pearson residual";
    influence: "Influence on the pooled effect";
    risk_in: "Risk in {arm}";
    no_effect: "No effect";
    without: "Without {study}";
    left_out: "Study left out";
    study_added: "Study added";
    category_change: "Change";
    up_to: "{study}";
    update_break: "Update";
    specification: "Specification";
    choices: "Choices";
    main_analysis: "Main analysis";
    confidence_band: "{level}% confidence band";
    prediction_band: "{level}% prediction band";
    stage: "Stage";
    state: "State";
    inputs: "Needs";
    identification: "Identification";
    screening: "Screening";
    included: "Included";
    previous_studies: "Previous studies";
    new_via_databases: "Identification of new studies via databases and registers";
    new_via_other: "Identification of new studies via other methods";
    via_databases: "Identification of studies via databases and registers";
    via_other: "Identification of studies via other methods";
    previous_in_version: "Studies included in previous version of review";
    previous_reports: "Reports of studies included in previous version of review";
    records_identified: "Records identified from:";
    databases: "Databases";
    registers: "Registers";
    removed_before: "Records removed before screening:";
    duplicates: "Duplicate records";
    automation: "Records marked as ineligible by automation tools";
    other_reasons: "Records removed for other reasons";
    records_screened: "Records screened";
    records_excluded: "Records excluded";
    by_human: "By people";
    by_automation: "By automation tools";
    undecided_records: "Not yet decided";
    reports_sought: "Reports sought for retrieval";
    reports_not_retrieved: "Reports not retrieved";
    reports_assessed: "Reports assessed for eligibility";
    reports_excluded: "Reports excluded:";
    new_studies: "New studies included in review";
    new_reports: "Reports of new included studies";
    studies_included: "Studies included in review";
    reports_included: "Reports of included studies";
    total_studies: "Total studies included in review";
    total_reports: "Reports of total included studies";
    in_meta_analysis: "Studies in meta-analysis";
    reports_in_meta_analysis: "Reports of studies in meta-analysis";
    flow_box: "Box";
    item: "Item";
    flow_description: "PRISMA 2020 flow diagram.";
}

impl Default for Wording {
    fn default() -> Self {
        Self::english()
    }
}

/// Fills `{name}` in a text.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = after.find('}') else {
            rest = after;
            break;
        };
        match values.iter().find(|(name, _)| *name == &after[1..close]) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&after[..=close]),
        }
        rest = &after[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Simplified Chinese, as the report's file has it.
#[cfg(test)]
pub(super) fn chinese() -> Wording {
    let mut wording = Wording::english();
    let lines = include_str!("../report/words/zh.txt").lines();
    for line in lines.filter_map(|line| line.strip_prefix("figure.")) {
        let (key, text) = line.split_once(" = ").expect("a key and its text");
        assert!(wording.set(key, text), "{key}");
    }
    wording
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filled_values_are_not_filled_again() {
        assert_eq!(fill("{a}-{b}{c}", &[("a", "{b}"), ("b", "2")]), "{b}-2{c}");
    }

    #[test]
    fn every_key_can_be_replaced_and_unknown_ones_are_refused() {
        let mut wording = Wording::english();
        for key in Wording::keys() {
            assert!(wording.set(key, *key));
        }
        assert_eq!(wording.to, "to");
        assert_eq!(wording.duplicates, "duplicates");
        assert!(!wording.set("no such key", ""));
    }
}
