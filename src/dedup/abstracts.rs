//! A small sketch of an abstract, enough to say how much of one stands in another.

use super::normalise::{fold, mix};

/// Hashes of a fixed quarter of the abstract's word triples, sorted.
///
/// Sampling by hash value (Broder 1997, "modulo" sketch) keeps the same triples in every copy, so that the share held in common
/// also tells of an abstract that was cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Sketch(Box<[u32]>);

/// Bytes of an abstract that are read.
const READ: usize = 1200;
/// Fewer sampled triples than this say nothing.
const ENOUGH: usize = 5;

impl Sketch {
    /// The sketch of `text`; markup, case and punctuation do not count.
    pub(super) fn of(text: &str) -> Self {
        if text.len() < 80 {
            return Self::default();
        }
        let folded = fold(text, READ);
        let mut window = [0_u64; 2];
        let mut kept = Vec::new();
        for (at, word) in folded.split(' ').enumerate() {
            let hash = word_hash(word);
            let triple = mix(window[0].rotate_left(17) ^ window[1].rotate_left(7) ^ hash);
            if at >= 2 && triple.trailing_zeros() >= 2 {
                kept.push((triple >> 32) as u32);
            }
            window = [window[1], hash];
        }
        kept.sort_unstable();
        kept.dedup();
        Self(kept.into_boxed_slice())
    }

    /// Share of the shorter sketch that the longer holds, from 0 to 1; `None` where either is too short to tell.
    pub(super) fn overlap(&self, other: &Self) -> Option<f64> {
        let (short, long) = if self.0.len() <= other.0.len() {
            (&self.0, &other.0)
        } else {
            (&other.0, &self.0)
        };
        if short.len() < ENOUGH {
            return None;
        }
        let mut held = 0_usize;
        let mut at = 0;
        for hash in short {
            while at < long.len() && long[at] < *hash {
                at += 1;
            }
            if long.get(at) == Some(hash) {
                held += 1;
            }
        }
        Some(held as f64 / short.len() as f64)
    }

    /// The smallest two hashes: equal for most copies of one abstract.
    pub(super) fn signature(&self) -> Option<u64> {
        (self.0.len() >= ENOUGH).then(|| u64::from(self.0[0]) << 32 | u64::from(self.0[1]))
    }

    /// The largest two hashes, a second chance beside [`Self::signature`].
    pub(super) fn far_signature(&self) -> Option<u64> {
        let n = self.0.len();
        (n >= ENOUGH).then(|| u64::from(self.0[n - 1]) << 32 | u64::from(self.0[n - 2]))
    }
}

fn word_hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seed: u32) -> String {
        let words: Vec<String> = (0..150)
            .map(|at| format!("word{}", (at + 1) * (7919 + seed * 31) % 9973))
            .collect();
        words.join(" ")
    }

    #[test]
    fn a_cut_abstract_is_held_in_the_whole() {
        let whole = text(1);
        let cut = Sketch::of(&whole[..500]);
        let labelled = Sketch::of(&format!(
            "BACKGROUND: {} Copyright (C) 2008",
            whole.to_uppercase()
        ));
        assert!(cut.overlap(&Sketch::of(&whole)).unwrap() > 0.9);
        assert!(labelled.overlap(&Sketch::of(&whole)).unwrap() > 0.9);
    }

    #[test]
    fn other_text_is_not_held() {
        assert!(Sketch::of(&text(1)).overlap(&Sketch::of(&text(2))).unwrap() < 0.1);
    }

    #[test]
    fn a_line_says_nothing() {
        assert_eq!(
            Sketch::of("Not available").overlap(&Sketch::of("Not available")),
            None
        );
    }
}
