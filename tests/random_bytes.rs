//! Every reader of foreign bytes takes whatever it is given: a bounded random run of the functions that `fuzz/` drives without end.
//!
//! `REVIEW_RANDOM_INPUTS` says how many inputs each reader gets (default 300); figures of long runs stand in `docs/robustness.md`.

#[path = "../fuzz/readers.rs"]
mod readers;

use std::time::{Duration, Instant};

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

/// Bytes that mean something to some reader.
const WORDS: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\u{feff}",
    "\t",
    ",",
    ";",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "&",
    "#",
    "|",
    ": ",
    "- ",
    "@",
    "\\",
    "\u{0}",
    "é",
    "中",
    "1e999",
    "-1",
    "NaN",
    "0",
    "18446744073709551616",
    "2026-02-30",
    "10.1000/x",
    "=",
    "(",
    ")",
    "\u{202e}",
    "\u{85}",
    "{{",
    "}}",
    "{%",
    "<![CDATA[",
    "-->",
];

/// One input: a seed changed here and there, two seeds joined, or nothing but noise.
fn input(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = if seeds.is_empty() || random.below(8) == 0 {
        (0..random.below(200))
            .map(|_| random.next().to_le_bytes()[0])
            .collect()
    } else {
        seeds[random.below(seeds.len())].clone()
    };
    if !seeds.is_empty() && random.below(6) == 0 {
        let other = &seeds[random.below(seeds.len())];
        let at = random.below(bytes.len() + 1);
        bytes.truncate(at);
        bytes.extend(&other[random.below(other.len() + 1)..]);
    }
    for _ in 0..random.below(8) {
        let at = random.below(bytes.len() + 1);
        match random.below(6) {
            0 => bytes.truncate(at),
            1 if !bytes.is_empty() => {
                let at = at.min(bytes.len() - 1);
                bytes[at] ^= 1 << random.below(8);
            }
            2 => {
                let end = (at + random.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => {
                let end = (at + random.below(40)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                for _ in 0..random.below(20) {
                    bytes.splice(at..at, piece.iter().copied());
                }
            }
            _ => {
                let word = WORDS[random.below(WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
        }
    }
    bytes
}

#[expect(
    clippy::disallowed_methods,
    reason = "the script asks for more inputs than CI has time for"
)]
fn wanted() -> u64 {
    let asked = std::env::var("REVIEW_RANDOM_INPUTS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(300)
}

#[expect(clippy::disallowed_methods, reason = "another seed for every long run")]
fn seed() -> u64 {
    let asked = std::env::var("REVIEW_RANDOM_SEED").ok();
    asked
        .and_then(|text| text.parse().ok())
        .unwrap_or(0x5eed_0b1b)
}

#[test]
fn every_reader_of_foreign_bytes_takes_whatever_it_is_given() {
    for (number, (name, read, seeds)) in (1..).zip(readers::READERS) {
        let seeds: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.to_vec()).collect();
        let mut random = Random(seed().wrapping_mul(2 * number + 1) | 1);
        let (start, mut bytes) = (Instant::now(), 0);
        for _ in 0..wanted() {
            let input = input(&seeds, &mut random);
            bytes += input.len();
            let clock = Instant::now();
            let ended = std::panic::catch_unwind(|| read(&input));
            let failed = ended.is_err() || clock.elapsed() > Duration::from_secs(10);
            if failed {
                let path = std::env::temp_dir().join(format!("review-random-{name}"));
                let kept = std::fs::File::create(&path)
                    .and_then(|mut file| std::io::Write::write_all(&mut file, &input));
                kept.expect("kept");
                panic!(
                    "{name} failed after {:?}; the input stands in {}",
                    clock.elapsed(),
                    path.display()
                );
            }
        }
        println!(
            "{name}: {} inputs, {bytes} bytes, {:.1} s",
            wanted(),
            start.elapsed().as_secs_f64()
        );
    }
}

#[test]
fn every_reader_has_a_target_for_cargo_fuzz() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let listed = std::fs::File::open(folder.join("Cargo.toml")).and_then(std::io::read_to_string);
    let listed = listed.expect("a manifest");
    for (name, _, seeds) in readers::READERS {
        assert!(!seeds.is_empty(), "{name}");
        assert!(
            folder.join(format!("fuzz_targets/{name}.rs")).is_file(),
            "{name}"
        );
        assert!(listed.contains(&format!("name = \"{name}\"")), "{name}");
    }
    let targets = std::fs::read_dir(folder.join("fuzz_targets")).expect("targets");
    assert_eq!(targets.count(), readers::READERS.len());
}
