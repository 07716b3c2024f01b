//! ClinicalTrials.gov studies as JSON.
//!
//! Source: ClinicalTrials.gov API 2.0, study data structure (2024). The year is that of the start.

use super::fields::{Draft, Field};
use super::tags::Tags;

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        let Some(path) = tag.name.strip_prefix("protocolSection/") else {
            continue;
        };
        match path {
            "identificationModule/nctId" => {
                draft.offer(Field::TrialId, 0, value, line);
                draft.accession = Some(value);
            }
            "identificationModule/officialTitle" => draft.offer(Field::Title, 0, value, line),
            "identificationModule/briefTitle" => draft.offer(Field::Title, 1, value, line),
            "statusModule/startDateStruct/date" => draft.offer_year(0, value, line),
            "statusModule/studyFirstSubmitDate" => draft.offer_year(1, value, line),
            "descriptionModule/briefSummary" => draft.offer(Field::Abstract, 0, value, line),
            "designModule/studyType" => draft.offer(Field::Kind, 0, value, line),
            path if path.starts_with("conditionsModule/conditions/")
                || path.starts_with("conditionsModule/keywords/") =>
            {
                draft.keyword(value, line);
            }
            _ => {}
        }
    }
}
