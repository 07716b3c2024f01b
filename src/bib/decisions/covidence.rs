//! Covidence: each list of a review is a file of its own, and the decision stands in the file's name.

use super::Choice;

/// The decision all rows of a list share, and whether it was made on the full text.
///
/// `review_12_irrelevant_csv_….csv` was excluded by title and abstract, `…_select_…` went on to full text, `…_excluded_…` was
/// excluded there, `…_included_…` and `…_extract_…` were included; `…_screen_…` and `…_all_…` are not decided.
pub(super) fn of_name(file: &str) -> Option<(Choice, bool)> {
    let name = file.rsplit('/').next().unwrap_or(file).to_lowercase();
    name.split(|c: char| !c.is_ascii_alphabetic())
        .find_map(|word| match word {
            "irrelevant" => Some((Choice::Exclude, false)),
            "select" => Some((Choice::Include, false)),
            "excluded" => Some((Choice::Exclude, true)),
            "included" | "extract" | "extraction" => Some((Choice::Include, true)),
            _ => None,
        })
}

/// The reasons in its notes: `Exclusion reason: Wrong population; `.
pub(super) fn reasons(notes: &str) -> Vec<String> {
    notes
        .split([';', '\n', '|'])
        .filter_map(|part| {
            let (name, reason) = part.split_once(':')?;
            let name = name.trim().to_lowercase();
            matches!(name.as_str(), "exclusion reason" | "reason for exclusion")
                .then(|| reason.trim().to_owned())
        })
        .filter(|reason| !reason.is_empty())
        .collect()
}
