//! Where the settings of a stage stand today: stages name them by path alone, since a file may be written anew without a change of
//! what it says.

use super::files;
use crate::config::{Settings, StageDecl, yaml};
use crate::place::Place;
use crate::problem::Problems;
use std::path::Path;

/// The text that the settings of a stage come from, with the place of each.
pub(super) struct SettingPlaces<'a> {
    decl: &'a StageDecl,
    file: Option<(String, yaml::Node)>,
}

impl<'a> SettingPlaces<'a> {
    /// Those of a stage. Settings that cannot be read have the place of the stage.
    pub(super) fn of(root: &Path, decl: &'a StageDecl) -> Self {
        let file = match &decl.settings {
            Settings::File(path) => files::read_text(&root.join(path.as_str()))
                .ok()
                .and_then(|text| yaml::parse(path.as_str(), &text).ok())
                .map(|node| (path.as_str().to_owned(), node)),
            Settings::Inline(inline) => Some((inline.file().to_owned(), inline.node.clone())),
            Settings::None => None,
        };
        Self { decl, file }
    }

    /// The place of a path such as `analyses.ee-change.measure` or `analyses[2].measure`, or of the nearest part of it that exists.
    pub(super) fn of_path(&self, path: &str) -> Place {
        match &self.file {
            Some((file, node)) => place_of(node, path, file),
            None => self.decl.place.clone(),
        }
    }
}

/// Puts the places of today where problems name settings of a stage.
pub(super) fn locate(problems: &mut Problems, root: &Path, decl: &StageDecl) {
    let mut places = None;
    let named = problems.0.iter_mut().flat_map(|it| &mut it.places);
    for (place, _) in named {
        if let Some(path) = place.setting_path() {
            let known = places.get_or_insert_with(|| SettingPlaces::of(root, decl));
            *place = known.of_path(path);
        }
    }
}

fn place_of(root: &yaml::Node, path: &str, file: &str) -> Place {
    let mut node = root;
    let mut place = node.place(file);
    for part in path.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
        let next = match &node.value {
            yaml::Value::Mapping(map) => map
                .get(part)
                .map(|entry| (&entry.value, Place::column(file, entry.line, entry.column))),
            yaml::Value::Sequence(items) => item(items, part).map(|node| (node, node.place(file))),
            yaml::Value::Scalar(_) => None,
        };
        let Some((below, at)) = next else { break };
        node = below;
        place = at;
    }
    place
}

/// The item of a list by position, or by its `id`.
fn item<'a>(items: &'a [yaml::Node], part: &str) -> Option<&'a yaml::Node> {
    if let Ok(position) = part.parse::<usize>() {
        return items.get(position);
    }
    items.iter().find(|node| match &node.value {
        yaml::Value::Mapping(map) => map.get("id").is_some_and(
            |entry| matches!(&entry.value.value, yaml::Value::Scalar(id) if id.text == part),
        ),
        _ => false,
    })
}
