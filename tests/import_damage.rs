//! Damaged exports: cuts and flips of the corpus that stands beside the checkout.
//!
//! No damage makes a parser panic or hang, accounts add up, and the number of records read stays within one of the record
//! starts that the damage left.

#![expect(
    clippy::disallowed_methods,
    reason = "the corpus is read, and its absence is said"
)]

use review::bib::{self, Format};
use review::problem::Severity;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/exports");
/// Damaged files.
const DAMAGES: usize = 1000;
/// Bytes of a file that are taken, so that the run stays short.
const TAKEN: usize = 24 << 10;
const SEED: u64 = 0x5eed_0b1b;

/// A small generator (Marsaglia 2003, xorshift64*), so that a failure comes again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).expect("48 bits") % end.max(1)
    }
}

/// Text exports of the corpus, by path.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut waiting: Vec<PathBuf> = vec![PathBuf::from(CORPUS)];
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).into_iter().flatten();
            waiting.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path
            .parent()
            .is_some_and(|folder| folder != Path::new(CORPUS))
        {
            let bytes = std::fs::read(&path).expect("a corpus file");
            files.push((path.to_string_lossy().into_owned(), bytes));
        }
    }
    files.sort();
    files
}

/// One change: the end cut off, a piece cut out, or some bytes turned into others.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) -> &'static str {
    match random.below(3) {
        0 => {
            bytes.truncate(random.below(bytes.len()));
            "end cut off"
        }
        1 => {
            let from = random.below(bytes.len());
            let to = (from + 1 + random.below(300)).min(bytes.len());
            bytes.drain(from..to);
            "piece cut out"
        }
        _ => {
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            "bits flipped"
        }
    }
}

/// Record starts of the formats that mark them by a line or an element.
fn starts(format: Format, text: &str) -> Option<usize> {
    let lines = || text.split(['\n', '\r']);
    let count = match format {
        Format::Ris => lines()
            .filter(|line| {
                let line = line.trim_start_matches('\u{feff}');
                let body = line.trim_start_matches(' ');
                line.len() - body.len() <= 2
                    && (body.starts_with("TY  -") || body.starts_with("TY - "))
            })
            .count(),
        Format::PubmedXml => {
            text.matches("<PubmedArticle>").count() + text.matches("<PubmedBookArticle>").count()
        }
        Format::EndnoteXml => text.matches("<record>").count(),
        Format::IctrpXml => text.matches("<Trial>").count(),
        Format::WosTagged => lines().filter(|line| line.starts_with("PT ")).count(),
        Format::Refworks => lines().filter(|line| line.starts_with("RT ")).count(),
        Format::CochraneText => lines().filter(|line| line.starts_with("Record #")).count(),
        Format::NoteExpress => lines()
            .filter(|line| line.starts_with("{Reference Type}"))
            .count(),
        _ => return None,
    };
    Some(count)
}

#[test]
fn a_thousand_cuts_and_flips_lose_no_more_than_they_hit() {
    let files = corpus();
    if files.is_empty() {
        eprintln!("skipped: the corpus does not stand beside the checkout ({CORPUS})");
        return;
    }
    let mut random = Random(SEED);
    let mut far = Vec::new();
    let mut compared = 0;
    for round in 0..DAMAGES {
        let (path, whole) = &files[random.below(files.len())];
        let mut bytes = whole[..whole.len().min(TAKEN)].to_vec();
        if bytes.is_empty() {
            continue;
        }
        let kind = damage(&mut bytes, &mut random);
        let name = format!(
            "{} ({kind}, round {round})",
            path.trim_start_matches(CORPUS)
        );
        let began = Instant::now();
        let import = bib::read("damaged", &bytes);
        let _ = bib::decisions::read("damaged", &bytes);
        assert!(began.elapsed() < Duration::from_secs(20), "{name} hangs");
        assert_eq!(import.read, import.kept + import.rejected, "{name}");
        assert_eq!(import.kept, import.records.len(), "{name}");
        let errors = import
            .problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count();
        assert!(
            import.kept > 0 || errors > 0,
            "{name}: nothing read, and nothing said"
        );
        let text = String::from_utf8_lossy(&bytes);
        let left = import
            .format
            .filter(|_| {
                matches!(
                    import.encoding.as_str(),
                    "ASCII" | "UTF-8" | "UTF-8 with BOM"
                )
            })
            .and_then(|format| starts(format, &text));
        if let Some(left) = left {
            compared += 1;
            if import.read.abs_diff(left) > 1 {
                far.push(format!("{name}: {} read, {left} starts left", import.read));
            }
        }
    }
    assert!(
        far.is_empty(),
        "{} of {compared}:\n{}",
        far.len(),
        far.join("\n")
    );
    assert!(compared > DAMAGES / 3, "only {compared} were compared");
}
