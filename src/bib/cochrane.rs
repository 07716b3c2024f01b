//! Cochrane Library text: `Record #n of N`, then `AU: value` lines.

use super::fields::{Draft, Field};
use super::lines::Lines;
use super::reading::Reading;
use super::tags::Tags;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut open: Option<(Tags, u32, u32)> = None;
    for (number, line) in Lines::of(text) {
        if is_start(line) {
            if let Some((tags, first, last)) = open.take() {
                out.keep(tags, first, last);
            }
            open = Some((Tags::with_capacity(4096, 30), number, number));
            continue;
        }
        let Some((tags, _, last)) = &mut open else {
            continue;
        };
        if let Some((name, value)) = tagged(line) {
            tags.push(name, value, number);
            *last = number;
        } else if !super::fold::trim(line).is_empty() {
            tags.continue_last(super::fold::trim(line));
            *last = number;
        }
    }
    if let Some((tags, first, last)) = open {
        out.keep(tags, first, last);
    }
}

/// `Record #3 of 18`.
pub(crate) fn is_start(line: &str) -> bool {
    let Some(rest) = line.trim_start_matches('\u{feff}').strip_prefix("Record #") else {
        return false;
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && rest[digits..].starts_with(" of ")
}

/// Splits `AU: value`; names are two to four capitals.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    ((2..=4).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase()))
        .then(|| (name, super::fold::trim(value)))
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "ID" if !value.is_empty() => draft.accession = Some(value),
            "AU" => {
                for name in value.split(';') {
                    draft.author(name, line);
                }
            }
            "TI" => draft.offer(Field::Title, 0, value, line),
            "SO" => draft.offer(Field::Journal, 0, value, line),
            "YR" => draft.offer_year(0, value, line),
            "VL" => draft.offer(Field::Volume, 0, value, line),
            "NO" => draft.offer(Field::Issue, 0, value, line),
            "PG" => draft.offer(Field::Pages, 0, value, line),
            "PM" => {
                if let Some(pmid) = super::pmid::marked(value) {
                    draft.offer_pmid(0, pmid, line);
                }
            }
            "PT" => draft.offer(Field::Kind, 0, value, line),
            "DOI" => draft.offer_doi(0, value, line),
            "AB" => draft.offer(Field::Abstract, 0, value, line),
            "US" => draft.offer(Field::Url, 0, value, line),
            "KY" => draft.keywords_by(value, &[';'], line),
            "XR" => {
                if let Some(id) = super::trial_id::find(value) {
                    draft.offer(Field::TrialId, 0, id, line);
                }
            }
            _ => {}
        }
    }
    super::ris_fields::trial_as_author(tags, draft);
}

#[cfg(test)]
mod tests {
    use crate::bib::read;

    #[test]
    fn a_registration_named_as_the_author_is_the_trial() {
        let text = "Record #1 of 1\nID: CN-1\nAU: NCT01234567\nTI: A trial\nYR: 2020\nPM: PUBMED 31000001\n";
        let import = read("a.txt", text.as_bytes());
        let record = &import.records[0];
        assert_eq!(record.trial_id.as_deref(), Some("NCT01234567"));
        assert_eq!(record.pmid.as_deref(), Some("31000001"));
    }
}
