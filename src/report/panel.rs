//! The trees behind all numbers as one list of nodes, each told once.

use super::escape::cleaned;
use super::input::ReportInput;
use super::words::Words;
use crate::artefact::{Address, Sheet};
use crate::provenance::{Library, Node, Walk};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Nodes of the panel, by index.
#[derive(Debug)]
pub(super) struct Panel<'a> {
    words: &'a Words,
    nodes: Vec<PanelNode>,
    index: BTreeMap<(String, String), usize>,
}

/// One step from a number to its source.
#[derive(Debug, Default, serde::Serialize)]
struct PanelNode {
    #[serde(rename = "a")]
    address: String,
    #[serde(rename = "v", skip_serializing_if = "String::is_empty")]
    value: String,
    #[serde(rename = "r", skip_serializing_if = "String::is_empty")]
    rule: String,
    #[serde(rename = "n", skip_serializing_if = "String::is_empty")]
    note: String,
    #[serde(rename = "f", skip_serializing_if = "Vec::is_empty")]
    from: Vec<usize>,
}

impl<'a> Panel<'a> {
    /// A panel without nodes.
    pub(super) fn new(words: &'a Words) -> Self {
        Self {
            words,
            nodes: Vec::new(),
            index: BTreeMap::new(),
        }
    }

    /// Index of the node of an address, walked to its leaves the first time.
    pub(super) fn node(
        &mut self,
        address: &Address,
        value: &str,
        walk: &mut Walk<'_>,
        shelf: &Shelf<'_>,
    ) -> usize {
        let key = (address.to_string(), String::new());
        if let Some(index) = self.index.get(&key) {
            return *index;
        }
        let mut tree = walk.node(address);
        if tree.value.is_empty() {
            value.clone_into(&mut tree.value);
        }
        self.keep(&tree, shelf)
    }

    fn keep(&mut self, tree: &Node, shelf: &Shelf<'_>) -> usize {
        let key = (tree.address.clone(), tree.note.clone());
        if let Some(index) = self.index.get(&key) {
            return *index;
        }
        let index = self.nodes.len();
        self.index.insert(key, index);
        self.nodes.push(PanelNode::default());
        let from = tree
            .from
            .iter()
            .map(|node| self.keep(node, shelf))
            .collect();
        let elsewhere = !tree.broken.is_empty() && !shelf.holds(&tree.address);
        let note = if elsewhere {
            self.words
                .say("page.elsewhere", &[("address", &tree.address)])
        } else if shelf.counted(&tree.address) {
            self.words.text("page.counted").to_owned()
        } else if tree.broken.is_empty() {
            tree.note.clone()
        } else {
            tree.broken.clone()
        };
        self.nodes[index] = PanelNode {
            address: cleaned(&tree.address),
            value: cleaned(&tree.value),
            rule: cleaned(&tree.rule),
            note: cleaned(&note),
            from,
        };
        index
    }

    /// The nodes as JSON that can stand within a `script` element.
    pub(super) fn json(&self) -> String {
        let text = serde_json::to_string(&self.nodes).expect("nodes are plain text");
        script_safe(&text)
    }
}

/// JSON that can stand within a `script` element.
pub(super) fn script_safe(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Sheets by stage and artefact, as far as somebody asked for them.
type Sheets = BTreeMap<(String, String), Option<Rc<Sheet>>>;

/// The artefacts that the report was given.
pub(super) struct Shelf<'a> {
    input: &'a ReportInput,
    sheets: RefCell<Sheets>,
}

impl<'a> Shelf<'a> {
    /// A shelf over an input.
    pub(super) fn new(input: &'a ReportInput) -> Self {
        Self {
            input,
            sheets: RefCell::default(),
        }
    }

    /// Whether an address is of what a stage said of itself, which nothing else stands behind.
    fn counted(&self, address: &str) -> bool {
        let Ok(Address::Cell {
            stage, artefact, ..
        }) = address.parse()
        else {
            return false;
        };
        let mut said = self.input.named("problems");
        said.any(|table| table.stage == stage && table.artefact == artefact)
    }

    /// Whether the artefact of an address is at hand.
    fn holds(&self, address: &str) -> bool {
        let artefact = match address.parse::<Address>() {
            Ok(
                Address::Cell {
                    stage, artefact, ..
                }
                | Address::Row {
                    stage, artefact, ..
                }
                | Address::Artefact { stage, artefact },
            ) => (stage, artefact),
            _ => return true,
        };
        let mut tables = self.input.tables.iter();
        tables.any(|table| table.stage == artefact.0 && table.artefact == artefact.1)
    }
}

impl Library for Shelf<'_> {
    fn sheet(&self, stage: &str, artefact: &str) -> Option<Rc<Sheet>> {
        let key = (stage.to_owned(), artefact.to_owned());
        if let Some(sheet) = self.sheets.borrow().get(&key) {
            return sheet.clone();
        }
        let mut tables = self.input.tables.iter();
        let table = tables.find(|table| table.stage == stage && table.artefact == artefact);
        let sheet = table.map(|table| Rc::new((*table.sheet).clone()));
        self.sheets.borrow_mut().insert(key, sheet.clone());
        sheet
    }

    fn read_by(&self, _stage: &str) -> Vec<Address> {
        Vec::new()
    }

    fn artefacts(&self) -> Vec<String> {
        let tables = self.input.tables.iter();
        tables
            .map(|table| format!("{}/{}", table.stage, table.artefact))
            .collect()
    }
}
