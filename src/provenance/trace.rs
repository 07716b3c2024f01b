//! The tree from a value to the files that people keep.
//!
//! A value's row says by which rule and from which addresses it was made; each of those is looked up in turn. Rows that
//! come from files have their place, and what the form says of the paper, in the stage's `places`. Nothing is known here
//! of any type: the walk reads every artefact as a [`Sheet`].

use super::places::Places;
use crate::artefact::{Address, Cells, Origin, Sheet};
use crate::nearest::suggestion;
use indexmap::IndexSet;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// Where the walk finds artefacts.
pub trait Library {
    /// An artefact as rows and columns; `settings` is an artefact of every stage.
    fn sheet(&self, stage: &str, artefact: &str) -> Option<Arc<Sheet>>;

    /// The files and artefacts that a stage read.
    fn read_by(&self, stage: &str) -> Vec<Address>;

    /// Every artefact there can be, as `stage/artefact`.
    fn artefacts(&self) -> Vec<String>;
}

/// Finds what an address of a row, a cell or an artefact names; an address of a file names itself.
///
/// # Errors
///
/// Which part of the address names nothing, and the nearest that would.
pub fn find(address: &Address, library: &dyn Library) -> Result<(), String> {
    let (stage, artefact, row) = match address {
        Address::File(_) => return Ok(()),
        Address::Artefact { stage, artefact } => (stage, artefact, None),
        Address::Row {
            stage,
            artefact,
            key,
        } => (stage, artefact, Some((key, None))),
        Address::Cell {
            stage,
            artefact,
            key,
            column,
        } => (stage, artefact, Some((key, Some(column)))),
    };
    let name = || format!("{stage}/{artefact}");
    let Some(sheet) = library.sheet(stage, artefact) else {
        let (known, name) = (library.artefacts(), name());
        return Err(if known.contains(&name) {
            format!("{name} has not been made yet; run `review run`")
        } else {
            let help = suggestion("artefacts", &name, &known);
            format!("there is no artefact {name}; {help}")
        });
    };
    let Some((key, column)) = row else {
        return Ok(());
    };
    if !sheet.rows.contains_key(key.as_str()) {
        let help = suggestion("rows", key, sheet.rows.keys());
        return Err(format!("{} has no row `{key}`; {help}", name()));
    }
    match column {
        Some(column) if !sheet.columns.iter().any(|one| one == column) => {
            let help = suggestion("columns", column, &sheet.columns);
            Err(format!("{} has no column `{column}`; {help}", name()))
        }
        _ => Ok(()),
    }
}

/// One step of the walk.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Node {
    /// Address of the value, row, artefact or place.
    pub address: String,
    /// The value, or the row in a few words.
    pub value: String,
    /// The rule that made it from what stands below.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// What the form says of the paper: source, quote, who, when.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Why the walk ends here, when it ends where it should not.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub broken: String,
    /// Whether what stands below was already told in this tree.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub told_above: bool,
    /// What it was made from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Node>,
}

impl Node {
    /// Whether every branch ends in a file that people keep.
    pub fn is_whole(&self) -> bool {
        self.broken.is_empty() && self.from.iter().all(Node::is_whole)
    }

    /// The number of leaves.
    pub fn leaves(&self) -> usize {
        if self.from.is_empty() {
            1
        } else {
            self.from.iter().map(Node::leaves).sum()
        }
    }
}

/// Walks from `address` to its leaves. An address already told is not told again.
pub fn trace(address: &Address, library: &dyn Library) -> Node {
    Walk::new(library).node(address)
}

/// What a clause of a row's origin says, its addresses by number.
#[derive(Clone, Debug)]
struct Made {
    column: Option<SmolStr>,
    rule: SmolStr,
    from: Rc<[usize]>,
}

/// One step from an address towards the files that people keep.
#[derive(Clone, Debug)]
pub struct Step {
    /// The value, or the row in a few words.
    pub value: String,
    /// The rule that made it; may be empty.
    pub rule: SmolStr,
    /// The places in files that it was read at, as leaves.
    pub places: Vec<Node>,
    /// What the rule read: addresses by number, see [`Walk::address`].
    pub from: Rc<[usize]>,
    /// Whether something has to stand behind it and nothing does.
    pub broken: bool,
}

impl Step {
    /// What is told where something has to stand behind a value and nothing does.
    pub const BROKEN: &'static str = "nothing says where this comes from";
}

/// A walk over many addresses that reads each row's origin once and tells each address once, whichever it was reached from.
pub struct Walk<'a> {
    library: &'a dyn Library,
    addresses: IndexSet<Address>,
    told: BTreeSet<usize>,
    /// What made each row, by the number of the row's address.
    made: BTreeMap<usize, Rc<[Made]>>,
    places: BTreeMap<String, Option<Places>>,
}

impl<'a> Walk<'a> {
    /// A walk that has told nothing yet.
    pub fn new(library: &'a dyn Library) -> Self {
        Self {
            library,
            addresses: IndexSet::new(),
            told: BTreeSet::new(),
            made: BTreeMap::new(),
            places: BTreeMap::new(),
        }
    }

    /// The number by which this walk knows an address.
    pub fn number(&mut self, address: &Address) -> usize {
        match self.addresses.get_index_of(address) {
            Some(number) => number,
            None => self.addresses.insert_full(address.clone()).0,
        }
    }

    /// The address of a number that this walk gave.
    ///
    /// # Panics
    ///
    /// For a number that another walk gave.
    pub fn address(&self, number: usize) -> &Address {
        &self.addresses[number]
    }

    /// The tree from an address; what an earlier tree of this walk told is marked so and not told again.
    pub fn node(&mut self, address: &Address) -> Node {
        let number = self.number(address);
        self.tree(number)
    }

    fn tree(&mut self, number: usize) -> Node {
        let address = self.address(number);
        let mut node = Node {
            address: address.to_string(),
            ..Node::default()
        };
        if let Address::File(_) = address {
            return node;
        }
        match self.step(number) {
            Err(said) => node.broken = said,
            Ok(step) => {
                (node.value, node.rule) = (step.value, step.rule.into());
                node.told_above = !self.told.insert(number);
                if !node.told_above {
                    node.from = step.places;
                    let below = step.from.iter().map(|number| self.tree(*number));
                    node.from.extend(below);
                    if step.broken {
                        Step::BROKEN.clone_into(&mut node.broken);
                    }
                }
            }
        }
        node
    }

    /// One step from an address of a row, a cell or an artefact; a file is where a walk ends.
    ///
    /// # Errors
    ///
    /// Which part of the address names nothing.
    pub fn step(&mut self, number: usize) -> Result<Step, String> {
        let address = self.address(number).clone();
        find(&address, self.library)?;
        Ok(match &address {
            Address::Cell {
                stage,
                artefact,
                key,
                column,
            } => self.row((stage, artefact, key), Some(column)),
            Address::Row {
                stage,
                artefact,
                key,
            } => self.row((stage, artefact, key), None),
            Address::Artefact { stage, artefact } => self.artefact(stage, artefact),
            Address::File(_) => Step {
                value: String::new(),
                rule: SmolStr::default(),
                places: Vec::new(),
                from: Rc::from([]),
                broken: false,
            },
        })
    }

    fn row(&mut self, (stage, artefact, key): (&str, &str, &str), column: Option<&str>) -> Step {
        let sheet = self.library.sheet(stage, artefact).unwrap_or_default();
        let value = if let Some(column) = column {
            sheet.cell(key, column).unwrap_or_default().to_owned()
        } else {
            let cells = sheet.rows.get(key);
            cells.map_or_else(String::new, |cells| in_words(&sheet.columns, cells))
        };
        let made = self.made(&sheet, Address::row(stage, artefact, key));
        let own = made
            .iter()
            .find(|clause| column.is_some() && clause.column.as_deref() == column);
        let clause = own.or_else(|| made.iter().find(|clause| clause.column.is_none()));
        let places = self.places(stage, artefact, key, column);
        let mut from = clause.map_or_else(|| Rc::from([]), |clause| Rc::clone(&clause.from));
        // What found nothing to name (a count of zero, an assessment without answers) and what a stage had to say rest on
        // all that the stage read.
        if places.is_empty() && from.is_empty() && (clause.is_some() || artefact == "problems") {
            from = self.read_by(stage);
        }
        Step {
            value,
            rule: clause.map(|clause| clause.rule.clone()).unwrap_or_default(),
            broken: places.is_empty() && from.is_empty(),
            places,
            from,
        }
    }

    /// What made a row of a sheet.
    fn made(&mut self, sheet: &Sheet, row: Address) -> Rc<[Made]> {
        let number = match self.addresses.get_index_of(&row) {
            Some(number) => number,
            None => self.addresses.insert_full(row).0,
        };
        if let Some(made) = self.made.get(&number) {
            return Rc::clone(made);
        }
        let Address::Row { key, .. } = self.address(number) else {
            return Rc::from([]);
        };
        let origin = sheet
            .cell(key, "origin")
            .and_then(|text| text.parse::<Origin>().ok())
            .unwrap_or_default();
        let clauses = origin.0.into_iter().map(|clause| Made {
            column: clause.column,
            rule: clause.rule,
            from: clause
                .from
                .iter()
                .map(|address| self.number(address))
                .collect(),
        });
        let made: Rc<[Made]> = clauses.collect();
        self.made.insert(number, Rc::clone(&made));
        made
    }

    /// All that a stage read.
    fn read_by(&mut self, stage: &str) -> Rc<[usize]> {
        let read = self.library.read_by(stage);
        read.iter().map(|address| self.number(address)).collect()
    }

    /// The places of a cell, else of its row.
    fn places(
        &mut self,
        stage: &str,
        artefact: &str,
        key: &str,
        column: Option<&str>,
    ) -> Vec<Node> {
        if !self.places.contains_key(stage) {
            let places = self.library.sheet(stage, "places").and_then(Places::of);
            self.places.insert(stage.to_owned(), places);
        }
        let places = self.places.get(stage).and_then(Option::as_ref);
        places.map_or_else(Vec::new, |places| places.at(artefact, key, column))
    }

    fn artefact(&mut self, stage: &str, artefact: &str) -> Step {
        let sheet = self.library.sheet(stage, artefact);
        Step {
            value: sheet.map_or_else(String::new, |sheet| format!("{} rows", sheet.rows.len())),
            rule: SmolStr::new_static("all-rows"),
            places: Vec::new(),
            from: self.read_by(stage),
            broken: false,
        }
    }
}

/// A row as `column: value` for the columns that hold something short.
fn in_words(columns: &[String], cells: Cells<'_>) -> String {
    let told = columns
        .iter()
        .zip(cells.iter())
        .skip(1)
        .filter(|(column, cell)| {
            !cell.is_empty()
                && !matches!(
                    column.as_str(),
                    "origin" | "abstract" | "tags" | "source" | "keywords"
                )
        });
    let words: Vec<String> = told
        .take(6)
        .map(|(column, cell)| format!("{column}: {}", cut(cell)))
        .collect();
    words.join(", ")
}

fn cut(text: &str) -> String {
    if text.chars().count() <= 60 {
        text.to_owned()
    } else {
        text.chars().take(59).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::test_shelf::Shelf;

    const SHELF: Shelf = Shelf(&[
        (
            "pool/pooled",
            "key,estimate,origin\nee,-0.4,reml(pool/effects#ee|A/yi; pool/settings#model/value)\n",
        ),
        (
            "pool/effects",
            "key,yi,origin\nee|A,-0.4,smd(extract/outcomes#A/mean)\n",
        ),
        ("pool/settings", "key,value\nmodel,REML\n"),
        (
            "pool/places",
            "key,artefact,row,column,place,source,quote,by,at\ns,settings,model,,pipeline.yaml:9,,,,\n",
        ),
        ("extract/outcomes", "key,mean\nA,25.3\n"),
        (
            "extract/places",
            "key,artefact,row,column,place,source,quote,by,at\np,outcomes,A,mean,data/extraction/outcomes.csv:5:7,Table 2,25.3 (5.1),reviewer-a,2026-06-20\n",
        ),
    ]);

    #[test]
    fn a_pooled_number_leads_to_the_cell_and_the_quote() {
        let tree = trace(
            &"pool/pooled#ee/estimate".parse().expect("an address"),
            &SHELF,
        );
        assert!(tree.is_whole(), "{tree:?}");
        let cell = &tree.from[0].from[0].from[0];
        assert_eq!(cell.address, "data/extraction/outcomes.csv:5:7");
        assert_eq!(
            cell.note,
            "Table 2, “25.3 (5.1)”, by reviewer-a, 2026-06-20"
        );
        assert_eq!(tree.from[1].from[0].address, "pipeline.yaml:9");
    }

    #[test]
    fn a_broken_link_is_said() {
        let tree = trace(
            &"pool/pooled#sa/estimate".parse().expect("an address"),
            &SHELF,
        );
        assert_eq!(tree.broken, "pool/pooled has no row `sa`; rows: `ee`");
        assert!(!tree.is_whole());
    }

    #[test]
    fn a_slip_in_an_address_is_met_with_the_nearest_name() {
        for (address, said) in [
            (
                "pool/poled#ee/estimate",
                "there is no artefact pool/poled; did you mean `pool/pooled`?",
            ),
            (
                "pool/pooled#ee/estimat",
                "pool/pooled has no column `estimat`; did you mean `estimate`?",
            ),
        ] {
            let address = address.parse().expect("an address");
            assert_eq!(find(&address, &SHELF), Err(said.to_owned()));
        }
    }
}
