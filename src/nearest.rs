//! The name somebody probably meant, for "did you mean …?".

use rapidfuzz::distance::osa;

/// Returns the candidate nearest to `word` by optimal string alignment, when it is near enough to be a slip of the keyboard.
///
/// Case is ignored. Near enough is a distance of at most a third of the longer word's length (at least 1), or one word being the
/// beginning of the other (three characters or more). Of two equally near candidates the first in alphabetical order is
/// returned, so that the order of the candidates does not matter. A candidate equal to `word` is returned as it is.
pub fn nearest<'a, S: AsRef<str> + ?Sized + 'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a S>,
) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(AsRef::as_ref)
        .filter_map(|candidate| Some((distance(&word, &candidate.to_lowercase())?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

fn distance(word: &str, candidate: &str) -> Option<usize> {
    let length = |text: &str| text.chars().count();
    let (shorter, longer) = if length(word) <= length(candidate) {
        (word, candidate)
    } else {
        (candidate, word)
    };
    // A long hostile word is not compared letter by letter.
    if length(longer) > 200 {
        return None;
    }
    let steps = osa::distance(word.chars(), candidate.chars());
    let allowed = (length(longer) / 3).max(1);
    let begins = length(shorter) >= 3 && longer.starts_with(shorter);
    (steps <= allowed && steps < length(longer) || begins).then_some(steps)
}

/// The help text for a name that is not known: the nearest right one, or all of them.
///
/// `what` is the plural of the thing, such as `stages`. Candidates are listed in the order given; of more than twelve only the
/// first twelve are.
pub fn suggestion<'a, S: AsRef<str> + ?Sized + 'a>(
    what: &str,
    word: &str,
    candidates: impl IntoIterator<Item = &'a S> + Clone,
) -> String {
    if let Some(name) = nearest(word, candidates.clone()) {
        return format!("did you mean `{name}`?");
    }
    let names: Vec<String> = candidates
        .into_iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match names.len() {
        0 => format!("there are no {what}"),
        1..=12 => format!("{what}: {}", names.join(", ")),
        many => format!("{what}: {} and {} more", names[..12].join(", "), many - 12),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [&str; 4] = ["import", "deduplicate", "screen", "risk-of-bias"];

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        for (word, meant) in [
            ("imprt", Some("import")),
            ("Import", Some("import")),
            ("dedup", Some("deduplicate")),
            ("risk-of-bais", Some("risk-of-bias")),
            ("forest", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &KINDS), meant, "{word}");
        }
    }

    #[test]
    fn order_of_candidates_does_not_matter() {
        assert_eq!(nearest("bat", &["cat", "hat"]), Some("cat"));
        assert_eq!(nearest("bat", &["hat", "cat"]), Some("cat"));
    }

    #[test]
    fn without_a_near_name_all_are_listed() {
        assert_eq!(
            suggestion("kinds", "forest", &KINDS),
            "kinds: `import`, `deduplicate`, `screen`, `risk-of-bias`"
        );
        assert_eq!(
            suggestion("stages", "x", &[] as &[&str]),
            "there are no stages"
        );
    }
}
