//! Typed fields from the tags of a RIS record, and what platforms mean by tags that several use in different ways.

use super::fields::{Draft, Field};
use super::names;
use super::tags::Tags;

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    let mut names = 0;
    let mut only = None;
    let mut platform = Platform::default();
    let mut numbers = 0;
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name.as_bytes() {
            b"TY" => draft.offer(Field::Kind, 0, value, line),
            b"TI" => draft.offer(Field::Title, 0, value, line),
            b"T1" => draft.offer(Field::Title, 1, value, line),
            b"CT" => draft.offer(Field::Title, 2, value, line),
            b"BT" => draft.offer(Field::Title, 3, value, line),
            b"AU" | b"A1" => {
                names += 1;
                only = Some(tag);
                draft.author(value, line);
            }
            b"JF" => draft.offer(Field::Journal, 0, value, line),
            b"T2" => draft.offer(Field::Journal, 1, value, line),
            b"JO" => draft.offer(Field::Journal, 2, value, line),
            b"JA" => draft.offer(Field::Journal, 3, value, line),
            b"J2" => draft.offer(Field::Journal, 4, value, line),
            b"J1" => draft.offer(Field::Journal, 5, value, line),
            b"PY" => draft.offer_year(0, value, line),
            b"Y1" => draft.offer_year(1, value, line),
            b"DA" => draft.offer_year(2, value, line),
            b"VL" => draft.offer(Field::Volume, 0, value, line),
            b"IS" => draft.offer(Field::Issue, 0, value, line),
            b"CP" => draft.offer(Field::Issue, 1, value, line),
            b"SP" => draft.start_page(0, value, line),
            b"EP" => draft.end_page(0, value, line),
            b"C7" => draft.start_page(1, value, line),
            b"AB" | b"N2" => draft.offer_abstract(0, value, line),
            b"DO" | b"DI" => draft.offer_doi(0, value, line),
            b"L3" => draft.offer_doi(1, value, line),
            b"L2" | b"UR" => {
                platform.look(value);
                if is_pubmed_address(value) {
                    draft.offer_pmid(4, value, line);
                }
                if super::doi::is_link(value) {
                    draft.offer_doi(2, value, line);
                }
                if tag.name == "UR" {
                    draft.offer(Field::Url, 0, unglued(value), line);
                } else {
                    draft.offer(Field::Url, 2, value, line);
                }
            }
            b"LK" => draft.offer(Field::Url, 1, value, line),
            b"M3" if value.starts_with("10.") => draft.offer_doi(3, value, line),
            b"C5" | b"C2" if is_pmid(value) => {
                draft.offer_pmid(u8::from(tag.name == "C2"), value, line);
            }
            b"C3" => trial_and_pubmed(value, line, draft),
            b"N1" => draft.offer_noted_pmid(2, value, line),
            b"KW" if memchr::memchr2(b';', b'\n', value.as_bytes()).is_none() => {
                draft.keyword(value, line);
            }
            b"KW" => draft.keywords_by(value, &[';', '\n'], line),
            b"SN" => draft.offer_serial(0, value, line),
            b"LA" => draft.offer(Field::Language, 0, value, line),
            b"DB" => {
                platform.medline |= value.contains("MEDLINE") || value.contains("Medline");
                platform.pubmed |= value.eq_ignore_ascii_case("pubmed");
                draft.offer(Field::Database, 0, value, line);
            }
            b"DP" => {
                platform.pubmed |= value.eq_ignore_ascii_case("nlm");
                draft.offer(Field::Database, 1, value, line);
            }
            b"AN" => {
                numbers += 1;
                accession(value, line, draft);
            }
            b"ID" => numbers += 1,
            b"U2" => draft.accession = draft.accession.or(Some(value)),
            b"C1" if value.starts_with("review:{") => {
                draft.corrections = Some(&value["review:".len()..]);
            }
            b"C8" => draft.offer(Field::TrialId, 0, value, line),
            _ => {}
        }
    }
    if numbers > 0 {
        late(tags, draft, &platform);
    }
    trial_as_author(tags, draft);
    if names == 1
        && let Some(tag) = only
        // A list with commas stays as the export has it: whether a comma parts two names or one is for the reader of names.
        && tag.value.contains(';')
        && let Some(split) = names::split_joined(tag.value)
    {
        draft.authors.clear();
        for name in split {
            draft.author(name, tag.line);
        }
    }
}

/// What the marks of a platform make of tags that several use in different ways.
fn late<'t>(tags: &'t Tags, draft: &mut Draft<'t>, platform: &Platform) {
    for tag in tags.iter().filter(|tag| tag.name == "AN") {
        let known = platform.pubmed || platform.medline;
        if known && is_pmid(tag.value) || tag.value.starts_with("MEDLINE:") {
            draft.offer_pmid(3, tag.value, tag.line);
        }
    }
    for tag in tags.iter().filter(|tag| tag.name == "ID") {
        if tag.value.starts_with(super::identity::MARK) {
            draft.own_id = Some(tag.value);
        } else if platform.ovid {
            draft.accession = Some(tag.value);
        }
        if let Some(pmid) = tag.value.strip_prefix("MED/") {
            draft.offer_pmid(3, pmid, tag.line);
        }
        if platform.medline && is_pmid(tag.value) {
            draft.offer_pmid(3, tag.value, tag.line);
        }
    }
}

/// CENTRAL names the registration of a trial as its only author.
pub(super) fn trial_as_author(tags: &Tags, draft: &mut Draft) {
    let [name] = draft.authors.as_slice() else {
        return;
    };
    let name = name.trim_end_matches(',');
    if draft.peek(Field::TrialId).is_some() || !super::trial_id::is_whole(name) {
        return;
    }
    let name = name.to_owned();
    let line = tags
        .iter()
        .find(|tag| matches!(tag.name, "A1" | "AU"))
        .map_or(0, |tag| tag.line);
    draft.offer_made(Field::TrialId, 0, name, line);
}

#[derive(Default)]
struct Platform {
    ovid: bool,
    medline: bool,
    /// EndNote names the database, and keeps its number under `AN`.
    pubmed: bool,
}

impl Platform {
    /// Ovid's links name the segment of the database: `D=med…`, `D=ppez`, `D=prem` are MEDLINE.
    fn look(&mut self, link: &str) {
        if !link.contains("ovid") {
            return;
        }
        self.ovid = true;
        self.medline |= link
            .split(['&', '?'])
            .filter_map(|part| part.strip_prefix("D="))
            .any(|segment| {
                ["med", "ppez", "prem", "pmnm", "mesz"]
                    .iter()
                    .any(|known| segment.starts_with(known))
            });
    }
}

fn is_pmid(value: &str) -> bool {
    (4..=8).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit())
}

/// `https://pubmed.ncbi.nlm.nih.gov/31000001/`, `…/pubmed/31000001`, and nothing else that holds a number.
fn is_pubmed_address(value: &str) -> bool {
    // Most addresses are of others, and to find out whether is quicker than to find where.
    if !value.contains("ncbi.nlm.nih.gov/") && !value.contains("info:pmid/") {
        return false;
    }
    let rest = value
        .split_once("pubmed.ncbi.nlm.nih.gov/")
        .or_else(|| value.split_once("ncbi.nlm.nih.gov/pubmed/"));
    let rest = rest.or_else(|| value.split_once("info:pmid/"));
    rest.is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Rayyan can glue the next tag to an address with five blanks.
fn unglued(value: &str) -> &str {
    let at = memchr::memmem::find(value.as_bytes(), b"     ");
    at.map_or(value, |at| &value[..at])
}

/// Accession numbers; those of a screening tool name an upload, not a record.
fn accession<'t>(value: &'t str, line: u32, draft: &mut Draft<'t>) {
    if value.is_empty() || value == "NA" {
        return;
    }
    if value.starts_with("PMID") {
        draft.offer_pmid(2, value, line);
    } else if !value.starts_with("rayyan-") {
        draft.accession = Some(value);
    }
}

/// CENTRAL lists other databases' numbers as `PUBMED 123,EMBASE 456,CTgov NCT…`.
fn trial_and_pubmed<'t>(value: &'t str, line: u32, draft: &mut Draft<'t>) {
    for part in value.split(',') {
        if let Some(rest) = part.trim().strip_prefix("PUBMED ") {
            draft.offer_pmid(2, rest, line);
        }
        if let Some(id) = super::trial_id::find(part) {
            draft.offer(Field::TrialId, 1, id, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::bib::{Record, read};

    fn record(lines: &str) -> Record {
        let text = format!("TY  - JOUR\nTI  - A title\n{lines}\nER  - \n");
        let mut import = read("a.ris", text.as_bytes());
        assert_eq!(import.kept, 1, "{lines}");
        import.records.remove(0)
    }

    #[test]
    fn the_number_of_pubmed_is_found_wherever_platforms_put_it() {
        for lines in [
            "N1  - PMID: 31000001; PMCID: PMC7000001",
            "N1  - PMID: 31000001\nPMCID: PMC7000001",
            "N1  - PMCID: PMC7000001\nPMID: 31000001",
            "AN  - PMID: 31000001 [PubMed - indexed for MEDLINE]",
            "AN  - MEDLINE:31000001",
            "DP  - NLM\nAN  - 31000001",
            "DB  - Ovid MEDLINE(R)\nAN  - 31000001",
            "N1  - Accession Number: 123456789. Language: English. PMID: NLM31000001.",
            "UR  - https://pubmed.ncbi.nlm.nih.gov/31000001/",
            "L2  - http://x.org/?rft_id=info:doi/10.1000%2Fabc&rft_id=info:pmid/31000001",
        ] {
            assert_eq!(record(lines).pmid.as_deref(), Some("31000001"), "{lines}");
        }
        for lines in [
            "N1  - References: Smith J. A title. PMID: 31000001",
            "DB  - Embase\nAN  - 629000001",
            "N1  - PMCID: PMC7000001",
        ] {
            assert_eq!(record(lines).pmid, None, "{lines}");
        }
    }

    #[test]
    fn a_wrapped_line_of_prose_stays_in_the_abstract() {
        let found =
            record("AB  - Nurses of the\nUK - a country of the EU - were asked.\nPY  - 2020");
        let text = found.abstract_text.as_deref();
        assert_eq!(
            text,
            Some("Nurses of the UK - a country of the EU - were asked.")
        );
    }

    #[test]
    fn tabs_lose_no_field() {
        let found = record("T2\t-\tJ Sleep\nVL\t-\t12\nY1\t-\t2020\nUR\t-\thttps://example.org");
        assert_eq!(found.journal.as_deref(), Some("J Sleep"));
        assert_eq!(
            (found.volume.as_deref(), found.year),
            (Some("12"), Some(2020))
        );
        assert_eq!(found.url.as_deref(), Some("https://example.org"));
    }
}
