//! WHO ICTRP: `Trials_downloaded_from_ICTRP/Trial`, flat, values with trailing blanks and HTML as text.

use super::fields::{Draft, Field};
use super::reading::Reading;
use super::tags::Tags;
use super::xml;

const SHAPE: xml::Shape = xml::Shape {
    records: &["Trial"],
    inline: |_| false,
};

/// Reads all trials of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    xml::read(text, &SHAPE, out, &mut |out, element| {
        out.keep(element.tags, element.line, element.end_line);
    });
}

/// Typed fields; the number is the rank, lowest first. The year is that of registration.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "TrialID" => {
                draft.offer(Field::TrialId, 0, value, line);
                draft.accession = draft.accession.or(Some(value));
            }
            "Scientific_title" => draft.offer(Field::Title, 0, value, line),
            "Public_title" => draft.offer(Field::Title, 1, value, line),
            "Date_registration3" => draft.offer_year(0, value, line),
            "Date_registration" => draft.offer_year(1, value, line),
            "web_address" => draft.offer(Field::Url, 0, value, line),
            "Source_Register" => draft.offer(Field::Database, 0, value, line),
            "Study_type" => draft.offer(Field::Kind, 0, value, line),
            "Condition" | "Intervention" => draft.keywords_by(value, &[';', '\n'], line),
            _ => {}
        }
    }
}
