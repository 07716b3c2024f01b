//! The artefacts of a project as the walk over addresses reads them.

use super::files;
use super::project::{Project, Source};
use super::setting_places::SettingPlaces;
use super::store::{Store, StoredResult};
use crate::artefact::{Address, PlaceRow, Rows, Sheet, key, write_rows};
use crate::place::Place;
use crate::provenance::Library;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The artefacts that the last run gave; the store's bytes first, the shown files where there is no store.
pub struct Shelf<'a, 'r> {
    project: &'a Project<'r>,
    store: Store,
    results: BTreeMap<String, StoredResult>,
    read: RefCell<BTreeMap<(String, String), Option<Arc<Sheet>>>>,
}

impl<'a, 'r> Shelf<'a, 'r> {
    /// The shelf of a project.
    pub fn of(project: &'a Project<'r>) -> Self {
        let store = Store::open(&project.root);
        let results = project.stages.iter().filter_map(|stage| {
            let id = stage.decl.id.to_string();
            Some((id.clone(), store.last(&id)?))
        });
        let results = results.collect();
        Self {
            project,
            store,
            results,
            read: RefCell::default(),
        }
    }

    /// The shelf of the files as they stand in the project, whatever the cache holds.
    pub fn shown(project: &'a Project<'r>) -> Self {
        Self {
            project,
            store: Store::open(&project.root),
            results: BTreeMap::new(),
            read: RefCell::default(),
        }
    }

    fn fetch(&self, stage: &str, artefact: &str) -> Option<Sheet> {
        let ready = self.project.stage(stage)?;
        if artefact == "settings" {
            return Some(settings_sheet(&ready.settings));
        }
        let made = self
            .bytes(stage, artefact)
            .and_then(|(path, bytes)| Sheet::read(&path, &bytes));
        if artefact != "places" {
            return made;
        }
        Some(self.with_setting_places(stage, made))
    }

    /// The path and the bytes of an artefact as the last run gave it; `None` where no run did.
    pub fn bytes(&self, stage: &str, artefact: &str) -> Option<(String, Vec<u8>)> {
        let ready = self.project.stage(stage)?;
        let slot = ready.outputs.iter().find(|slot| slot.port == artefact)?;
        let stored = self
            .results
            .get(stage)
            .and_then(|result| result.outputs.iter().find(|output| output.port == artefact));
        let bytes = match stored {
            Some(output) => self.store.get(output.digest)?,
            None => files::read(&self.project.root.join(&slot.path)).ok()?,
        };
        Some((slot.path.clone(), bytes))
    }

    /// The places of a stage with those of its settings.
    fn with_setting_places(&self, stage: &str, made: Option<Sheet>) -> Sheet {
        let places = self.setting_places(stage);
        let settings = Sheet::read("places.csv", &write_rows(&places)).unwrap_or_default();
        match made {
            Some(mut sheet) => {
                sheet.rows.extend(&settings.rows);
                sheet
            }
            None => settings,
        }
    }

    fn setting_places(&self, stage: &str) -> Vec<PlaceRow> {
        let Some(ready) = self.project.stage(stage) else {
            return Vec::new();
        };
        let places = SettingPlaces::of(&self.project.root, &ready.decl);
        let rows = leaves(&ready.settings)
            .into_iter()
            .map(|(path, _)| PlaceRow::new("settings", &key(&[&path]), "", places.of_path(&path)));
        rows.collect()
    }
}

impl Library for Shelf<'_, '_> {
    fn sheet(&self, stage: &str, artefact: &str) -> Option<Arc<Sheet>> {
        let name = (stage.to_owned(), artefact.to_owned());
        if let Some(sheet) = self.read.borrow().get(&name) {
            return sheet.clone();
        }
        let sheet = self.fetch(stage, artefact).map(Arc::new);
        self.read.borrow_mut().insert(name, sheet.clone());
        sheet
    }

    fn read_by(&self, stage: &str) -> Vec<Address> {
        let Some(ready) = self.project.stage(stage) else {
            return Vec::new();
        };
        let sources = ready.inputs.iter().flat_map(|(_, sources)| sources);
        sources
            .flat_map(|source| match source {
                Source::Stage(above, artefact) => {
                    vec![Address::artefact(
                        self.project.stages[*above].decl.id.as_str(),
                        artefact,
                    )]
                }
                Source::Path(path) => self.files_at(path.as_str()),
            })
            .collect()
    }

    fn artefacts(&self) -> Vec<String> {
        let stages = self.project.stages.iter();
        stages
            .flat_map(|stage| {
                let ports = stage.outputs.iter().map(|slot| slot.port.as_str());
                ports
                    .chain(["settings"])
                    .map(|artefact| format!("{}/{artefact}", stage.decl.id))
            })
            .collect()
    }
}

impl Shelf<'_, '_> {
    fn files_at(&self, path: &str) -> Vec<Address> {
        let full = self.project.root.join(path);
        let listed = if full.is_dir() {
            files::list(&self.project.root, &full).unwrap_or_default()
        } else {
            vec![path.to_owned()]
        };
        if listed.is_empty() {
            return vec![Address::File(Place::file(format!("{path}/.")))];
        }
        listed
            .into_iter()
            .map(|file| Address::File(Place::file(file)))
            .collect()
    }
}

/// The settings of a stage as a table: the path of each value, and the value.
fn settings_sheet(settings: &Value) -> Sheet {
    let rows = leaves(settings).into_iter().map(|(path, value)| {
        let text = value.as_str();
        [
            key(&[&path]),
            text.map_or_else(|| value.to_string(), str::to_owned),
        ]
    });
    let rows: Vec<[String; 2]> = rows.collect();
    let cells = rows.iter().map(|row| row.iter().map(String::as_str));
    Sheet {
        columns: vec!["key".to_owned(), "value".to_owned()],
        rows: Rows::of(2, cells),
    }
}

/// Every scalar with its path; items of lists go by `id` where they have one.
fn leaves(value: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    descend(String::new(), value, &mut found);
    found
}

fn descend<'v>(path: String, value: &'v Value, found: &mut Vec<(String, &'v Value)>) {
    let join = |part: &str| {
        if path.is_empty() {
            part.to_owned()
        } else {
            format!("{path}.{part}")
        }
    };
    match value {
        Value::Object(map) if !map.is_empty() => map
            .iter()
            .for_each(|(name, value)| descend(join(name), value, found)),
        Value::Array(items) if !items.is_empty() => {
            for (i, item) in items.iter().enumerate() {
                let id = item
                    .get("id")
                    .and_then(Value::as_str)
                    .map_or_else(|| i.to_string(), str::to_owned);
                descend(join(&id), item, found);
            }
        }
        scalar => found.push((path, scalar)),
    }
}
