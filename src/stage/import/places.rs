//! Where every record and every field of it stood, as the table of places.
//!
//! A million records have eleven million places: they are told record by record and never stand in memory as rows.

use crate::artefact::{PlaceRow, Row, gathered, key, written};
use crate::bib::{self, Record};
use crate::place::Place;
use rayon::prelude::*;

/// Records that one thread writes at a time.
const CHUNK: usize = 512;
/// The artefact that the places are about.
const ARTEFACT: &str = "records";

/// The places of records whose ids differ, as [`write_rows`](crate::artefact::write_rows) writes them.
pub(super) fn write(records: &[Record]) -> Vec<u8> {
    let mut sorted: Vec<(String, &Record)> = records
        .par_iter()
        .map(|record| (key(&[ARTEFACT, record.id.as_str()]) + "|", record))
        .collect();
    // No key of a record begins with that of another, since each ends with what none has within.
    sorted.par_sort_by(|one, other| one.0.cmp(&other.0));
    let header = written(|writer| writer.write_record(PlaceRow::COLUMNS));
    let piece = |records: &[(String, &Record)]| {
        written(|writer| {
            let mut records = records.iter();
            records.try_for_each(|(begins, record)| write_one(writer, begins, record))
        })
    };
    gathered(&sorted, CHUNK, header, piece)
}

fn write_one(writer: &mut csv::Writer<Vec<u8>>, begins: &str, record: &Record) -> csv::Result<()> {
    let file = &record.source.file;
    let fields = [("", record.source.line)];
    let mut rows: Vec<(String, &str, String)> = fields
        .into_iter()
        .chain(bib::lines(record))
        .map(|(field, line)| {
            let place = Place::line(file, line).to_string();
            (format!("{begins}{}", key(&[field, &place])), field, place)
        })
        .collect();
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    rows.iter().try_for_each(|(key, field, place)| {
        let said = [key.as_str(), ARTEFACT, record.id.as_str(), field, place];
        // Nothing is said of a paper.
        writer.write_record(said.into_iter().chain([""; 4]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::write_rows;

    #[test]
    fn places_are_written_as_rows_of_places_are() {
        let ris = b"TY  - JOUR\nTI  - One\nAB  - Long\nPY  - 2020\nER  - \nTY  - JOUR\nTI  - Two\nER  - \n";
        let mut records = bib::read("data/a, \"b\".ris", ris).records;
        records.extend(bib::read("data/b.ris", ris).records);
        for (record, id) in records
            .iter_mut()
            .zip(["rec-1", "rec-1a", "rec-1|0", "rec-0"])
        {
            record.id = crate::ids::RecordId::new(id);
        }
        let mut rows = Vec::new();
        for record in &records {
            let at = |line| Place::line(&record.source.file, line);
            let id = record.id.as_str();
            rows.push(PlaceRow::new(ARTEFACT, id, "", at(record.source.line)));
            for (field, line) in bib::lines(record) {
                rows.push(PlaceRow::new(ARTEFACT, id, field, at(line)));
            }
        }
        assert!(rows.len() > 8);
        let (made, wanted) = (write(&records), write_rows(&rows));
        assert_eq!(String::from_utf8(made), String::from_utf8(wanted));
    }
}
