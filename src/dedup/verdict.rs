//! People's verdicts on pairs: obeyed over every rule, undone by deleting the line.

use super::description::Description;
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{self, Columns, Row};

/// The columns of the file. `doi1` to `title2` may say what the two records are, so that a wrong identifier shows.
pub const COLUMNS: Columns = Columns {
    required: &["id1", "id2", "verdict"],
    optional: &[
        "by", "at", "note", "doi1", "pmid1", "title1", "doi2", "pmid2", "title2",
    ],
};

/// A person's word on two records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// One record.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
    /// Whether they are one publication.
    pub same: bool,
    /// What the line says of the two.
    pub described: [Description; 2],
    /// Where the verdict stands.
    pub place: Place,
}

/// Reads `id1,id2,verdict` (further columns such as `by` and `note` are the people's own); `verdict` is `same` or `different`.
///
/// Rows that cannot be read are left out and reported, the others kept; rows without any of the three are no verdicts. `file` names
/// the source in problems.
pub fn read(file: &str, bytes: &[u8]) -> (Vec<Verdict>, Problems) {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return (Vec::new(), Problems::new());
    }
    table::read_each(file, bytes, COLUMNS, verdict)
}

fn verdict(row: &Row, problems: &mut Problems) -> Option<Verdict> {
    if COLUMNS
        .required
        .iter()
        .all(|name| row.text(name).is_empty())
    {
        return None;
    }
    let (a, b) = (row.needed("id1", problems), row.needed("id2", problems));
    let same = match row.needed("verdict", problems)?.to_lowercase().as_str() {
        "same" | "duplicate" | "yes" => true,
        "different" | "distinct" | "no" => false,
        other => {
            problems.push(
                Problem::error("dedup::verdict-word", format!("`{other}` is no verdict"))
                    .at(row.place("verdict"))
                    .help("write `same` or `different`"),
            );
            return None;
        }
    };
    Some(Verdict {
        a: RecordId::new(a?),
        b: RecordId::new(b?),
        same,
        described: [
            Description::of(
                row.filled("doi1"),
                row.filled("pmid1"),
                row.filled("title1"),
            ),
            Description::of(
                row.filled("doi2"),
                row.filled("pmid2"),
                row.filled("title2"),
            ),
        ],
        place: row.start(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_reported_and_good_ones_kept() {
        let (verdicts, problems) = read(
            "v.csv",
            b"id1;id2;verdict;by\na;b;same;NS\nc;d;maybe;NS\n;;;\ne;f;Different;NS\ng;;same;NS\n",
        );
        assert_eq!(verdicts.len(), 2);
        assert!(verdicts[0].same && !verdicts[1].same);
        let places: Vec<Place> = problems.iter().map(|one| one.places[0].0.clone()).collect();
        assert_eq!(
            places,
            [Place::column("v.csv", 3, 5), Place::column("v.csv", 6, 3)]
        );
    }
}
