//! Names that a member may have: paths that mean the same on every machine and never lead out of the folder.

use super::archive::Flaw;
use crate::path::RelPath;
use std::collections::BTreeMap;

/// What is wrong with a name, if anything.
pub(super) fn flaw_of(name: &str) -> Option<Flaw> {
    let wrong = |why: &str| Some(Flaw::new("bundle::unsafe-name", format!("{why}: {name:?}")));
    match RelPath::parse(name) {
        Err(error) => {
            return wrong(&format!(
                "a member's name would lead out of the folder or misread: {error}"
            ));
        }
        Ok(path) if path.as_str() != name => {
            return wrong(
                "a member's name is written in a way that other programs may read as another path",
            );
        }
        Ok(_) => {}
    }
    if name.split('/').any(|part| part.starts_with('.')) {
        return wrong("a member's name is hidden, and a bundle holds nothing hidden");
    }
    if name.split('/').count() > MOST_PARTS {
        return wrong("a member stands below more folders than any review has");
    }
    (name.len() > MOST_BYTES).then(|| {
        let shown: String = name.chars().take(60).collect();
        let title = format!("a member's name is longer than {MOST_BYTES} bytes: {shown}…");
        Flaw::new("bundle::unsafe-name", title)
    })
}

/// Most folders that a member stands below, and itself.
const MOST_PARTS: usize = 32;

/// Longest name, in bytes.
const MOST_BYTES: usize = 1024;

/// Names that some systems would unpack to one place: those that differ in case alone, and a file that is a folder of another.
pub(super) fn clashes<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Flaw> {
    let mut by_fold: BTreeMap<String, &str> = BTreeMap::new();
    let mut flaws = Vec::new();
    let mut clash = |one: &str, other: &str| {
        let title = format!("two members would be unpacked to one place: {one:?} and {other:?}");
        flaws.push(Flaw::new("bundle::name-clash", title));
    };
    for name in names {
        if let Some(other) = by_fold.insert(name.to_lowercase(), name) {
            clash(other, name);
        }
    }
    for (fold, name) in &by_fold {
        let folders = fold.match_indices('/').map(|(end, _)| &fold[..end]);
        for other in folders.filter_map(|folder| by_fold.get(folder)) {
            clash(other, name);
        }
    }
    flaws
}
