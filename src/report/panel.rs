//! The trees behind all numbers as one list of nodes, each told once.

use super::escape::cleaned;
use super::input::ReportInput;
use super::words::Words;
use crate::artefact::{Address, Sheet};
use crate::provenance::{Library, Node, Walk};
use indexmap::IndexSet;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Nodes of the panel, by index.
#[derive(Debug)]
pub(super) struct Panel<'a> {
    words: &'a Words,
    index: BTreeMap<(String, String), usize>,
    texts: Texts,
    sources: Sources,
    nodes: Columns,
}

/// The steps from numbers to their sources, a column each: what repeats stands once and is named by its index.
#[derive(Debug, Default, serde::Serialize)]
struct Columns {
    /// Address up to its last `/`, as an index of the texts.
    #[serde(rename = "h")]
    head: Vec<usize>,
    /// The rest of the address, likewise.
    #[serde(rename = "t")]
    tail: Vec<usize>,
    /// The value.
    #[serde(rename = "v")]
    value: Vec<String>,
    /// The rule, as an index of the texts.
    #[serde(rename = "r")]
    rule: Vec<usize>,
    /// What is said of it, likewise.
    #[serde(rename = "n")]
    note: Vec<usize>,
    /// What it was made from, as an index of the lists of nodes.
    #[serde(rename = "f")]
    from: Vec<usize>,
}

impl Columns {
    /// A node that is not told yet.
    fn push(&mut self) -> usize {
        self.value.push(String::new());
        for column in [
            &mut self.head,
            &mut self.tail,
            &mut self.rule,
            &mut self.note,
            &mut self.from,
        ] {
            column.push(0);
        }
        self.value.len() - 1
    }
}

/// Texts, each once; the first is empty.
#[derive(Debug)]
struct Texts(IndexSet<String>);

impl Texts {
    fn index(&mut self, text: &str) -> usize {
        let text = cleaned(text);
        match self.0.get_index_of(&text) {
            Some(index) => index,
            None => self.0.insert_full(text).0,
        }
    }
}

/// Lists of nodes, each once; the first is empty.
type Sources = IndexSet<Vec<usize>>;

impl<'a> Panel<'a> {
    /// A panel without nodes.
    pub(super) fn new(words: &'a Words) -> Self {
        Self {
            words,
            index: BTreeMap::new(),
            texts: Texts(IndexSet::from([String::new()])),
            sources: Sources::from([Vec::new()]),
            nodes: Columns::default(),
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
        let index = self.nodes.push();
        self.index.insert(key, index);
        let from: Vec<usize> = tree
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
        let (head, tail) = parted(&tree.address);
        self.nodes.head[index] = self.texts.index(head);
        self.nodes.tail[index] = self.texts.index(tail);
        self.nodes.value[index] = cleaned(&tree.value);
        self.nodes.rule[index] = self.texts.index(&tree.rule);
        self.nodes.note[index] = self.texts.index(&note);
        self.nodes.from[index] = match self.sources.get_index_of(&from) {
            Some(index) => index,
            None => self.sources.insert_full(from).0,
        };
        index
    }

    /// The nodes as JSON that can stand within a `script` element.
    pub(super) fn json(&self) -> String {
        let told = Told {
            texts: &self.texts.0,
            lists: &self.sources,
            nodes: &self.nodes,
        };
        script_safe(&serde_json::to_string(&told).expect("nodes are plain text"))
    }
}

/// What the page's script reads.
#[derive(serde::Serialize)]
struct Told<'a> {
    texts: &'a IndexSet<String>,
    lists: &'a Sources,
    nodes: &'a Columns,
}

/// An address up to its last `/`, which many share, and the rest.
fn parted(address: &str) -> (&str, &str) {
    address.split_at(address.rfind('/').map_or(0, |at| at + 1))
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
