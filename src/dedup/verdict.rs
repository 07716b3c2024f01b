//! People's verdicts on pairs: obeyed over every rule, undone by deleting the line.

use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::{Problem, Problems};

/// A person's word on two records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// One record.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
    /// Whether they are one publication.
    pub same: bool,
    /// Where the verdict stands.
    pub place: Place,
}

/// Reads `id1,id2,verdict` (further columns such as `by` and `note` are the people's own); `verdict` is `same` or `different`.
///
/// Lines that cannot be read are left out and reported, the others kept. `file` names the source in problems.
pub fn read(text: &str, file: &str) -> (Vec<Verdict>, Problems) {
    let mut problems = Problems::new();
    let mut verdicts = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(headers) => ["id1", "id2", "verdict"].map(|name| {
            headers
                .iter()
                .position(|header| header.eq_ignore_ascii_case(name))
        }),
        Err(error) => {
            problems.push(
                Problem::error("dedup::verdicts-unreadable", error.to_string())
                    .at(Place::file(file)),
            );
            return (verdicts, problems);
        }
    };
    let [Some(first), Some(second), Some(word)] = columns else {
        if !text.trim().is_empty() {
            problems.push(
                Problem::error(
                    "dedup::verdicts-columns",
                    "verdicts need the columns id1, id2 and verdict",
                )
                .at(Place::line(file, 1))
                .help("make the first line `id1,id2,verdict`"),
            );
        }
        return (verdicts, problems);
    };
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                problems.push(
                    Problem::error("dedup::verdicts-unreadable", error.to_string())
                        .at(Place::file(file)),
                );
                continue;
            }
        };
        let line = row.position().map_or(0, |position| {
            u32::try_from(position.line()).unwrap_or(u32::MAX)
        });
        let field = |at: usize| row.get(at).unwrap_or("");
        let same = match field(word).to_lowercase().as_str() {
            "same" | "duplicate" | "yes" => true,
            "different" | "distinct" | "no" => false,
            other => {
                problems.push(
                    Problem::error("dedup::verdict-word", format!("`{other}` is no verdict"))
                        .at(Place::line(file, line))
                        .help("write `same` or `different`"),
                );
                continue;
            }
        };
        verdicts.push(Verdict {
            a: RecordId::new(field(first)),
            b: RecordId::new(field(second)),
            same,
            place: Place::line(file, line),
        });
    }
    (verdicts, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_reported_and_good_ones_kept() {
        let (verdicts, problems) = read(
            "id1,id2,verdict,by\na,b,same,NS\nc,d,maybe,NS\ne,f,Different,NS\n",
            "v.csv",
        );
        assert_eq!(verdicts.len(), 2);
        assert!(verdicts[0].same && !verdicts[1].same);
        assert_eq!(
            problems.iter().next().unwrap().places[0].0,
            Place::line("v.csv", 3)
        );
    }
}
