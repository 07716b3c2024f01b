//! An evidence profile in the columns of GRADEpro, one row an outcome.

use super::certainty::{Domain, seriousness};
use std::collections::{BTreeMap, BTreeSet};

/// One outcome of the profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileRow {
    /// The outcome in words.
    pub outcome: String,
    /// Studies.
    pub studies: String,
    /// Designs of the studies, in words.
    pub design: String,
    /// Levels by domain; none where nothing was rated.
    pub levels: Option<BTreeMap<Domain, u32>>,
    /// Domains that nobody judged and nothing measured, whose level 0 says nothing.
    pub unjudged: BTreeSet<Domain>,
    /// Participants of the intervention; with events, `events/total (per cent)`.
    pub intervention: String,
    /// Participants of the comparator, in the same way.
    pub comparator: String,
    /// The relative effect with its interval.
    pub relative: String,
    /// The absolute effect with its interval.
    pub absolute: String,
    /// Level of certainty, with circles.
    pub certainty: String,
}

/// The columns, as GRADEpro heads them, with the level of the intervals in per cent where all have one.
fn header(level: Option<f64>) -> [String; 15] {
    let interval = level.map_or("CI".to_owned(), |level| format!("{level}% CI"));
    HEADER.map(|name| name.replace("95% CI", &interval))
}

/// The columns for intervals of the usual level.
const HEADER: [&str; 15] = [
    "Outcome",
    "№ of studies",
    "Study design",
    "Risk of bias",
    "Inconsistency",
    "Indirectness",
    "Imprecision",
    "Publication bias",
    "Other considerations",
    "Intervention",
    "Comparison",
    "Relative (95% CI)",
    "Absolute (95% CI)",
    "Certainty",
    "Importance",
];

/// What stands for a domain that nobody judged: neither serious nor not.
const NOT_JUDGED: &str = "not judged";

/// The profile as CSV with a byte order mark, without which spreadsheets misread the circles.
///
/// `level` is that of the intervals in per cent; none where they differ in it. Importance is left empty: it is for the panel to say.
pub fn profile(rows: &[ProfileRow], level: Option<f64>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer
        .write_record(header(level))
        .expect("writing to memory cannot fail");
    for row in rows {
        let downs = [
            Domain::RiskOfBias,
            Domain::Inconsistency,
            Domain::Indirectness,
            Domain::Imprecision,
        ];
        let level = |domain: Domain| -> Option<u32> {
            let levels = row.levels.as_ref()?;
            Some(levels.get(&domain).copied().unwrap_or(0))
        };
        let [bias, inconsistency, indirectness, imprecision] =
            downs.map(|domain| match level(domain) {
                None => "",
                Some(_) if row.unjudged.contains(&domain) => NOT_JUDGED,
                Some(levels) => seriousness(levels),
            });
        let publication = match level(Domain::PublicationBias) {
            None => "",
            Some(_) if row.unjudged.contains(&Domain::PublicationBias) => NOT_JUDGED,
            Some(0) => "undetected",
            Some(_) => "strongly suspected",
        };
        writer
            .write_record([
                &row.outcome,
                &row.studies,
                &row.design,
                bias,
                inconsistency,
                indirectness,
                imprecision,
                publication,
                &others(row),
                &row.intervention,
                &row.comparator,
                &row.relative,
                &row.absolute,
                &row.certainty,
                "",
            ])
            .expect("writing to memory cannot fail");
    }
    writer.into_inner().expect("writing to memory cannot fail")
}

/// What rated the certainty up.
fn others(row: &ProfileRow) -> String {
    let Some(levels) = &row.levels else {
        return String::new();
    };
    let up = |domain: Domain| levels.get(&domain).copied().unwrap_or(0);
    let mut said = Vec::new();
    match up(Domain::LargeEffect) {
        0 => {}
        1 => said.push("strong association"),
        _ => said.push("very strong association"),
    }
    if up(Domain::DoseResponse) > 0 {
        said.push("dose response gradient");
    }
    if up(Domain::OpposingConfounding) > 0 {
        said.push("all plausible residual confounding would reduce the demonstrated effect");
    }
    if said.is_empty() {
        "none".to_owned()
    } else {
        said.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_stand_in_the_words_of_a_profile_and_importance_is_left_to_the_panel() {
        let row = ProfileRow {
            outcome: "Sleep".to_owned(),
            studies: "2".to_owned(),
            levels: Some(BTreeMap::from([
                (Domain::RiskOfBias, 2),
                (Domain::PublicationBias, 1),
                (Domain::LargeEffect, 1),
            ])),
            certainty: "⊕◯◯◯ very low".to_owned(),
            ..ProfileRow::default()
        };
        let text =
            String::from_utf8(profile(&[row, ProfileRow::default()], Some(95.0))).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[1],
            "Sleep,2,,very serious,not serious,not serious,not serious,strongly suspected,strong association,,,,,⊕◯◯◯ very low,"
        );
        assert_eq!(lines[2], ",,,,,,,,,,,,,,");
    }

    #[test]
    fn what_nobody_judged_is_not_called_harmless() {
        let row = ProfileRow {
            levels: Some(BTreeMap::from([(Domain::Imprecision, 1)])),
            unjudged: BTreeSet::from([Domain::RiskOfBias, Domain::PublicationBias]),
            ..ProfileRow::default()
        };
        let text = String::from_utf8(profile(&[row], Some(95.0))).expect("text");
        let line = text.lines().nth(1).expect("a row");
        assert_eq!(
            line,
            ",,,not judged,not serious,not serious,serious,not judged,none,,,,,,"
        );
    }

    #[test]
    fn the_header_names_the_level_of_the_intervals() {
        for (level, named) in [
            (Some(95.0), "Relative (95% CI),Absolute (95% CI)"),
            (Some(90.0), "Relative (90% CI),Absolute (90% CI)"),
            (None, "Relative (CI),Absolute (CI)"),
        ] {
            let text = String::from_utf8(profile(&[], level)).expect("text");
            assert!(text.contains(named), "{text}");
        }
    }
}
