//! Orders identifiers as people do: `r9` before `r10`.

use std::cmp::Ordering;

/// Compares two texts with runs of digits taken as numbers; texts that differ only in leading zeros fall back to their bytes.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (left, right) = (a.as_bytes(), b.as_bytes());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if left[i].is_ascii_digit() && right[j].is_ascii_digit() {
            let (first, i_end) = run(left, i);
            let (second, j_end) = run(right, j);
            let order = first
                .len()
                .cmp(&second.len())
                .then_with(|| first.cmp(second));
            if order != Ordering::Equal {
                return order;
            }
            (i, j) = (i_end, j_end);
        } else if left[i] == right[j] {
            i += 1;
            j += 1;
        } else {
            return left[i].cmp(&right[j]);
        }
    }
    (left.len() - i)
        .cmp(&(right.len() - j))
        .then_with(|| a.cmp(b))
}

/// The digits from `start` without leading zeros, and where they end.
fn run(text: &[u8], start: usize) -> (&[u8], usize) {
    let end = start
        + text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
    let zeros = text[start..end]
        .iter()
        .take_while(|byte| **byte == b'0')
        .count();
    (&text[start + zeros..end], end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_by_value() {
        let mut ids = ["r10", "r9", "a", "r009", "r", "r9b"];
        ids.sort_by(|a, b| natural(a, b));
        assert_eq!(ids, ["a", "r", "r009", "r9", "r9b", "r10"]);
    }
}
