//! What the rows of every artefact say they were made from, artefact by artefact.

use super::Library;
use crate::artefact::{Address, Origin, Sheet};
use crate::place::Place;
use std::collections::{BTreeMap, BTreeSet};

/// For each artefact (`stage/artefact`), the artefacts and files that its rows name: artefacts as [`Address::Artefact`], files as
/// [`Address::File`] without a line. What names nothing is not listed.
pub fn derivations(library: &dyn Library) -> BTreeMap<String, BTreeSet<Address>> {
    let mut all: BTreeMap<String, BTreeSet<Address>> = BTreeMap::new();
    for name in library.artefacts() {
        let Some((stage, artefact)) = name.split_once('/') else {
            continue;
        };
        let Some(sheet) = library.sheet(stage, artefact) else {
            continue;
        };
        for key in sheet.rows.keys() {
            if artefact == "places" {
                of_place(stage, &sheet, key, &mut all);
            } else if let Some(origin) = sheet
                .cell(key, "origin")
                .and_then(|text| text.parse::<Origin>().ok())
            {
                let from = origin
                    .0
                    .iter()
                    .flat_map(|clause| clause.from.iter())
                    .map(whole);
                all.entry(name.clone()).or_default().extend(from);
            }
        }
    }
    for (name, from) in &mut all {
        from.retain(|address| address.to_string() != *name);
    }
    all
}

/// A row of `places`: the table that it names was read from the file that it names.
fn of_place(stage: &str, places: &Sheet, key: &str, all: &mut BTreeMap<String, BTreeSet<Address>>) {
    let text = |column| places.cell(key, column).unwrap_or_default();
    // Places of settings are known without the artefact, and are no rows of it.
    if text("artefact") == "settings" {
        return;
    }
    let Ok(place) = text("place").parse::<Place>();
    for artefact in [text("artefact"), "places"] {
        let from = all.entry(format!("{stage}/{artefact}")).or_default();
        from.insert(Address::file(&place.file));
    }
}

/// The artefact or file that an address lies in.
fn whole(address: &Address) -> Address {
    match address {
        Address::File(place) => Address::file(&place.file),
        Address::Artefact { stage, artefact }
        | Address::Row {
            stage, artefact, ..
        }
        | Address::Cell {
            stage, artefact, ..
        } => Address::artefact(stage, artefact),
    }
}
