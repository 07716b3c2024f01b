//! Tables of records: the header found, each row made tags by column, typed fields by what the columns mean.

use super::Format;
use super::author_cells::authors;
use super::columns::{self, Column};
use super::delimited::{Row, Rows};
use super::fields::{Draft, Field};
pub(crate) use super::headers::Headers;
use super::reading::Reading;
use super::tags::{Tag, Tags};
use std::borrow::Cow;

/// What a column is called beside its own name where it was said to name the records.
pub const ID: &str = "review:id";

/// Rows among which the header is looked for.
const HEAD: usize = 30;

/// Columns of a table named by the person who keeps it: header to field name.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Mapping {
    /// Header as in the file, to a field name as in the JSON of a record (`title`, `authors`, `year`, …), or `start_page`, `end_page`.
    pub columns: std::collections::BTreeMap<String, String>,
}

impl Mapping {
    /// Whether a column can be mapped to the field.
    pub fn knows(field: &str) -> bool {
        columns::by_field(field).is_some()
    }

    /// Names of all fields a column can be mapped to.
    pub fn fields() -> Vec<&'static str> {
        let typed = Field::ALL.iter().map(|field| field.name());
        typed
            .chain(["start_page", "end_page", "id", "accession"])
            .collect()
    }
}

/// What the head of a text says about its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) delimiter: u8,
    pub(crate) header: usize,
    known: usize,
}

/// Finds separator and header: the row with most known columns, at least two.
pub(crate) fn layout(text: &str, mapping: Option<&Mapping>) -> Option<Layout> {
    let mut best: Option<Layout> = None;
    for delimiter in [b',', b';', b'\t', b'|'] {
        for (header, row) in Rows::new(text, delimiter).take(HEAD).enumerate() {
            let known = recognised(&row.cells, mapping);
            let least = if mapping.is_some_and(|mapping| !mapping.columns.is_empty()) {
                1
            } else {
                2
            };
            if known >= least && best.is_none_or(|best| known > best.known) {
                best = Some(Layout {
                    delimiter,
                    header,
                    known,
                });
            }
        }
    }
    best.or_else(|| alone(text, mapping))
}

/// A list of titles, DOIs or numbers under a header of one column.
fn alone(text: &str, mapping: Option<&Mapping>) -> Option<Layout> {
    const NO_DELIMITER: u8 = 0x1f;
    let mut rows = Rows::new(text, NO_DELIMITER);
    let header = rows.next()?;
    let known = recognised(&header.cells, mapping);
    let names_record = columns::known(&header.cells[0])
        .is_none_or(|(column, _)| column != Column::One(Field::Abstract));
    let plain =
        names_record && header.cells.len() == 1 && !header.cells[0].contains([',', ';', '\t']);
    (known == 1 && plain && rows.next().is_some()).then_some(Layout {
        delimiter: NO_DELIMITER,
        header: 0,
        known,
    })
}

/// Number of different meanings among the cells of a row that is a header: headers are short.
pub(crate) fn recognised(cells: &[Cow<str>], mapping: Option<&Mapping>) -> usize {
    let mut seen: Vec<Column> = Vec::new();
    let mut mapped = 0;
    for cell in cells {
        if cell.len() > 80 {
            continue;
        }
        let cell = unguarded(super::fold::trim(cell));
        if mapping.is_some_and(|mapping| mapping.columns.contains_key(cell)) {
            mapped += 1;
        } else if let Some((column, _)) = columns::known(cell)
            && column != Column::Note
            && !seen.contains(&column)
        {
            seen.push(column);
        }
    }
    let titled = seen.iter().any(|column| {
        matches!(
            column,
            Column::One(Field::Title | Field::Abstract)
                | Column::Doi
                | Column::Pmid
                | Column::Trial
        )
    });
    mapped + if titled { seen.len() } else { 0 }
}

/// The format a header stands for.
pub(crate) fn format_of(headers: &[Cow<str>], delimiter: u8) -> Format {
    let has = |name: &str| {
        headers
            .iter()
            .any(|header| super::fold::trim(header) == name)
    };
    if has("PMID") && has("Journal/Book") {
        Format::PubmedCsv
    } else if has("NCT Number") {
        Format::CtgovCsv
    } else if has("TrialID")
        && (has("Public_title") || has("Scientific_title") || has("Public title"))
    {
        Format::IctrpCsv
    } else if delimiter == b'\t' && has("PT") && has("UT") {
        Format::WosTab
    } else if delimiter == b'\t' {
        Format::Tsv
    } else {
        Format::Csv
    }
}

/// Reads all rows of `text` below its header.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let Some(layout) = layout(text, out.mapping) else {
        out.error(
            "bib::no-header",
            "no row has two or more columns that are known",
            (1, 1),
        );
        return;
    };
    let mut rows = Rows::new(text, layout.delimiter);
    let mut header = None;
    for _ in 0..=layout.header {
        header = rows.next();
    }
    let Some(header) = header else { return };
    if let Some(line) = header.stray {
        out.warn(
            "bib::stray-quote",
            "a quote in the header is out of place",
            (header.line, line),
        );
    }
    rows.width = header.cells.len();
    let headers = Headers::new(&header.cells, header.line, out);
    for row in rows {
        let end = row.line
            + u32::try_from(
                row.cells
                    .iter()
                    .map(|cell| cell.matches('\n').count())
                    .sum::<usize>(),
            )
            .unwrap_or(0);
        keep(&headers, &row, end, out);
    }
}

/// Makes a row a record; a blank row is none.
pub(crate) fn keep(headers: &Headers, row: &Row, end: u32, out: &mut Reading) {
    let filled = row
        .cells
        .iter()
        .rposition(|cell| !super::fold::trim(cell).is_empty())
        .map_or(0, |at| at + 1);
    if filled == 0 || is_rule(row) {
        return;
    }
    if headers.are(row) {
        let title = "the header stands here again, as where tables were joined; passed over";
        out.note("bib::header-again", title, (row.line, 1));
        return;
    }
    if let Some(column) = row.stray {
        out.warn(
            "bib::stray-quote",
            "a quote is out of place; read as text",
            (row.line, column),
        );
    }
    if filled > headers.names.len() || row.cells.len() < headers.named {
        out.warn(
            "bib::ragged",
            format!(
                "{} cells for {} columns",
                row.cells.len(),
                headers.names.len()
            ),
            (row.line, 1),
        );
    }
    if let Some(at) = headers.id
        && row
            .cells
            .get(at)
            .is_none_or(|cell| super::fold::trim(cell).is_empty())
    {
        let title = "the row has no id; its record is named by what it says";
        out.warn("bib::no-id", title, (row.line, 1));
    }
    let size = row.cells.iter().map(|cell| cell.len() + 12).sum();
    let mut tags = Tags::with_capacity(size, row.cells.len());
    for (at, cell) in row.cells.iter().enumerate() {
        let name = headers.names.get(at).map_or("", String::as_str);
        if cell.is_empty() && name.is_empty() {
            continue;
        }
        tags.push(name, cell, row.line);
        if let Some(Some(field)) = headers.mapped.get(at) {
            tags.push(field, cell, row.line);
        }
    }
    out.keep(tags, row.line, end);
}

/// A row of hyphens is layout.
fn is_rule(row: &Row) -> bool {
    row.cells.len() == 1 && row.cells[0].len() > 3 && row.cells[0].bytes().all(|b| b == b'-')
}

/// Excel's guard against numbers: `="0123"` is `0123`.
pub(crate) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(cell)
}

/// Typed fields by what each column means.
pub(crate) fn fields<'t>(format: Format, tags: &'t Tags, draft: &mut Draft<'t>) {
    let mut names: Option<(u8, Tag<'t>)> = None;
    let mut accession = u8::MAX;
    let own = tags.iter().any(|tag| tag.name == "review");
    for tag in tags.iter() {
        let value = unguarded(super::fold::trim(tag.value));
        let Some((column, rank)) = columns::known(tag.name) else {
            continue;
        };
        if value.is_empty() || value == "0" && column.counts_from_one() {
            continue;
        }
        let line = tag.line;
        match column {
            Column::One(Field::Url) => {
                if super::doi::is_link(value) {
                    draft.offer_doi(9, value, line);
                }
                draft.offer(
                    Field::Url,
                    rank,
                    value.split("     ").next().unwrap_or(value),
                    line,
                );
            }
            // Where the journal stands under `container`, as in the tables of `review deduplicate`, the source is the database.
            Column::One(Field::Journal) if is_beside_container(tag, tags) => {
                draft.offer(Field::Database, rank, value, line);
            }
            // Embase's `Source` is a citation: `Lancet (2020) 395:1 (1-5)`.
            Column::One(Field::Journal) => {
                let cited = value.split_once(" (").filter(|(_, rest)| {
                    rest.split_once(')').is_some_and(|(year, _)| {
                        year.len() == 4 && super::fields::year_in(year).is_some()
                    })
                });
                let journal = cited.map_or(value, |(journal, _)| journal);
                draft.offer(Field::Journal, rank, journal, line);
            }
            Column::One(field) => draft.offer(field, rank, value, line),
            Column::Authors => {
                if names.is_none_or(|(best, _)| rank < best) {
                    names = Some((rank, Tag { value, ..tag }));
                }
            }
            Column::Year => draft.offer_year(rank, value, line),
            Column::Doi => draft.offer_doi(rank, value, line),
            Column::Pmid => draft.offer_pmid(rank, value, line),
            Column::Serial => draft.offer_serial(rank, value, line),
            Column::Note => draft.offer_noted_pmid(9, value, line),
            Column::Start => draft.start_page(rank, value, line),
            Column::End => draft.end_page(rank, value, line),
            Column::Keywords => draft.keywords_by(value, &[';', '|', '\n'], line),
            Column::Trial => {
                let id = super::trial_id::find(value).unwrap_or(value);
                draft.offer(Field::TrialId, rank, id, line);
                if rank == 1 {
                    draft.accession = draft.accession.or(Some(id));
                }
            }
            Column::Accession if rank < accession => {
                accession = rank;
                draft.accession = Some(value);
            }
            Column::Id if value.starts_with("http") => {
                draft.accession = draft.accession.or(Some(value));
            }
            // Numbers such as 1, 2, 3 stand in every table; only an id this program gave, or one the caller names, is an identity.
            Column::Id if own || value.starts_with("rec-") || tag.name.starts_with("review:") => {
                draft.own_id = draft.own_id.or(Some(value));
            }
            Column::Corrections if value.starts_with('{') => draft.corrections = Some(value),
            Column::Accession | Column::Corrections | Column::Id => {}
        }
    }
    if let Some((_, tag)) = names {
        authors(format, tag, draft);
    }
}

/// Whether a column is called `source` and another one `container`.
fn is_beside_container(tag: Tag, tags: &Tags) -> bool {
    let is = |tag: Tag, name: &str| columns::normal(tag.name) == name;
    is(tag, "source") && tags.iter().any(|other| is(other, "container"))
}

#[cfg(test)]
mod tests {
    use crate::bib::read;

    fn authors(cell: &str) -> Vec<String> {
        let text = format!("Title,Authors,Year\nA title,\"{cell}\",2020\n");
        let mut import = read("a.csv", text.as_bytes());
        import.records.remove(0).authors
    }

    #[test]
    fn cells_of_names_come_apart_as_people_write_them() {
        for (cell, want) in [
            (
                "Smith J, Jones M, and Lee K",
                &["Smith J", "Jones M", "Lee K"][..],
            ),
            (
                "Smith J, Jones M and Lee K",
                &["Smith J", "Jones M", "Lee K"],
            ),
            ("Smith J, Jones M & Lee K", &["Smith J", "Jones M", "Lee K"]),
            ("Smith J and Lee K", &["Smith J", "Lee K"]),
            ("Smith, J. and Jones, Mary", &["Smith, J.", "Jones, Mary"]),
            (
                "Smith, J., Jones, M., and Lee, K.",
                &["Smith, J.", "Jones, M.", "Lee, K."],
            ),
            ("Smith J, Jones M, et al.", &["Smith J", "Jones M"]),
            ("Smith, J.; Jones, M.; et al", &["Smith, J.", "Jones, M."]),
            ("Smith J et al.", &["Smith J"]),
            ("Smith, John et al.", &["Smith, John"]),
            ("张三, 李四, 等", &["张三", "李四"]),
            (
                "Ministry of Health and Welfare",
                &["Ministry of Health and Welfare"],
            ),
            ("Lee JR, A B", &["Lee JR, A B"]),
        ] {
            assert_eq!(authors(cell), want, "{cell}");
        }
    }

    #[test]
    fn a_note_can_name_the_number_of_pubmed_and_nought_is_no_page() {
        let text = "Title,Authors,Volume,StartPage,EndPage,Extra\nA title,J Smith,0,0,0,PMID: 31000001 PMCID: PMC7000001\n";
        let import = read("a.csv", text.as_bytes());
        let record = &import.records[0];
        assert_eq!(record.pmid.as_deref(), Some("31000001"));
        assert_eq!((&record.volume, &record.pages), (&None, &None));
    }

    #[test]
    fn numbers_of_pubmed_survive_a_spreadsheet() {
        for (cell, want) in [
            ("31000001.0", Some("31000001")),
            (
                "https://pubmed.ncbi.nlm.nih.gov/31000001/",
                Some("31000001"),
            ),
            ("PMC7000001", None),
            ("nan", None),
        ] {
            let text = format!("Title,PMID,Journal\nA title,{cell},NaN\n");
            let import = read("a.csv", text.as_bytes());
            assert_eq!(import.records[0].pmid.as_deref(), want, "{cell}");
            assert_eq!(import.records[0].journal, None);
        }
    }

    #[test]
    fn joined_tables_give_no_record_of_their_second_header() {
        let table = "Title,Authors,Year\nSleep in shift workers,Lee K,2019\n";
        let import = read("a.csv", format!("{table}\u{feff}{table}").as_bytes());
        assert_eq!(import.read, 2);
        assert_eq!(
            import.problems.0[0].to_string(),
            "a.csv:3:1: note[bib::header-again]: the header stands here again, as where tables were joined; passed over"
        );
    }

    #[test]
    fn a_column_that_stands_twice_is_told() {
        let import = read("a.csv", b"Title,Title,Year,DOI\n,Sleep,2019,10.1/a\n");
        assert_eq!(import.records[0].title.as_deref(), Some("Sleep"));
        assert_eq!(import.problems.0[0].code, "bib::doubled-column");
    }
}
