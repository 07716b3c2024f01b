//! The trees behind all numbers as one list of nodes, each told once.

use super::escape::cleaned;
use super::input::{ReportInput, Table};
use super::span::{Entry, Ledger, Piece, pieces};
use super::words::Words;
use crate::artefact::{Address, Sheet};
use crate::provenance::{Library, Step, Walk};
use indexmap::IndexSet;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Nodes of the panel, by index.
struct Panel<'a> {
    words: &'a Words,
    shelf: &'a Shelf<'a>,
    walk: Walk<'a>,
    /// Nodes of rows, cells and artefacts by the number that the walk gave their address.
    known: Vec<Option<usize>>,
    /// Nodes of places in files by address and note.
    leaves: BTreeMap<(String, String), usize>,
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
        match self.0.get_index_of(text.as_ref()) {
            Some(index) => index,
            None => self.0.insert_full(text.into_owned()).0,
        }
    }
}

/// Lists of nodes, each once; the first is empty.
type Sources = IndexSet<Vec<usize>>;

/// What the page's script reads, and which entry of the ledger opens which node.
pub(super) struct Nodes {
    /// By index of the entry; 0 for those that open nothing.
    pub(super) of_entry: Vec<usize>,
    /// JSON that can stand within a `script` element.
    pub(super) json: String,
}

impl Nodes {
    /// The nodes behind all numbers of a text, in the order in which they stand there.
    pub(super) fn of(marked: &str, ledger: &Ledger, input: &ReportInput) -> Self {
        let shelf = Shelf::new(input);
        let mut panel = Panel::new(&input.words, &shelf);
        let mut of_entry = vec![0; ledger.0.len()];
        for piece in pieces(marked) {
            if let Piece::Open(index) = piece
                && let Some(Entry::Traced { address, value }) = ledger.0.get(index)
            {
                of_entry[index] = panel.node(address, value);
            }
        }
        Self {
            of_entry,
            json: panel.json(),
        }
    }
}

impl<'a> Panel<'a> {
    /// A panel without nodes.
    fn new(words: &'a Words, shelf: &'a Shelf<'a>) -> Self {
        Self {
            words,
            shelf,
            walk: Walk::new(shelf),
            known: Vec::new(),
            leaves: BTreeMap::new(),
            texts: Texts(IndexSet::from([String::new()])),
            sources: Sources::from([Vec::new()]),
            nodes: Columns::default(),
        }
    }

    /// Index of the node of an address, walked to its leaves the first time; `value` is told where the address holds none.
    fn node(&mut self, address: &Address, value: &str) -> usize {
        let number = self.walk.number(address);
        self.keep(number, value)
    }

    fn keep(&mut self, number: usize, value: &str) -> usize {
        if let Some(Some(index)) = self.known.get(number) {
            return *index;
        }
        let address = self.walk.address(number).clone();
        if let Address::File(place) = &address {
            return self.leaf(place.to_string(), String::new(), value);
        }
        let index = self.nodes.push();
        self.known.resize(self.known.len().max(number + 1), None);
        self.known[number] = Some(index);
        let (step, note) = self.step(number, &address);
        let (text, rule, places, below) = step.map_or_else(Default::default, |step| {
            (step.value, step.rule, step.places, step.from.to_vec())
        });
        let mut from = Vec::with_capacity(places.len() + below.len());
        from.extend(
            places
                .into_iter()
                .map(|place| self.leaf(place.address, place.note, &place.value)),
        );
        for number in below {
            from.push(self.keep(number, ""));
        }
        self.tell(index, &address.to_string());
        self.nodes.value[index] = cleaned(if text.is_empty() { value } else { &text }).into_owned();
        self.nodes.rule[index] = self.texts.index(&rule);
        self.nodes.note[index] = self.texts.index(&note);
        self.nodes.from[index] = match self.sources.get_index_of(&from) {
            Some(index) => index,
            None => self.sources.insert_full(from).0,
        };
        index
    }

    /// A place in a file, where a walk ends.
    fn leaf(&mut self, address: String, note: String, value: &str) -> usize {
        let key = (address, note);
        if let Some(index) = self.leaves.get(&key) {
            return *index;
        }
        let index = self.nodes.push();
        self.tell(index, &key.0);
        self.nodes.value[index] = cleaned(value).into_owned();
        self.nodes.note[index] = self.texts.index(&key.1);
        self.leaves.insert(key, index);
        index
    }

    fn tell(&mut self, index: usize, address: &str) {
        let (head, tail) = parted(address);
        self.nodes.head[index] = self.texts.index(head);
        self.nodes.tail[index] = self.texts.index(tail);
    }

    /// One step from an address, and what is said of it: that it stands elsewhere, that a stage counted it, or why its walk ends
    /// where it should not.
    fn step(&mut self, number: usize, address: &Address) -> (Option<Step>, String) {
        if !self.shelf.holds(address) {
            let address = address.to_string();
            let note = self.words.say("page.elsewhere", &[("address", &address)]);
            return (None, note);
        }
        let (step, note) = match self.walk.step(number) {
            Ok(step) if step.broken => (Some(step), Step::BROKEN.to_owned()),
            Ok(step) => (Some(step), String::new()),
            Err(said) => (None, said),
        };
        if self.shelf.counted(address) {
            (step, self.words.text("page.counted").to_owned())
        } else {
            (step, note)
        }
    }

    fn json(&self) -> String {
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

/// The artefacts that the report was given.
pub(super) struct Shelf<'a> {
    input: &'a ReportInput,
    tables: BTreeMap<&'a str, BTreeMap<&'a str, &'a Table>>,
}

impl<'a> Shelf<'a> {
    /// A shelf over an input.
    pub(super) fn new(input: &'a ReportInput) -> Self {
        let mut tables: BTreeMap<&str, BTreeMap<&str, &Table>> = BTreeMap::new();
        for table in &input.tables {
            let of_stage = tables.entry(&*table.stage).or_default();
            of_stage.entry(&*table.artefact).or_insert(table);
        }
        Self { input, tables }
    }

    /// Whether an address is of what a stage said of itself, which nothing else stands behind.
    fn counted(&self, address: &Address) -> bool {
        let Address::Cell {
            stage, artefact, ..
        } = address
        else {
            return false;
        };
        let mut said = self.input.named("problems");
        said.any(|table| table.stage == *stage && table.artefact == *artefact)
    }

    /// Whether the artefact of an address is at hand.
    fn holds(&self, address: &Address) -> bool {
        match address {
            Address::Cell {
                stage, artefact, ..
            }
            | Address::Row {
                stage, artefact, ..
            }
            | Address::Artefact { stage, artefact } => self.table(stage, artefact).is_some(),
            Address::File(_) => true,
        }
    }

    fn table(&self, stage: &str, artefact: &str) -> Option<&Table> {
        Some(*self.tables.get(stage)?.get(artefact)?)
    }
}

impl Library for Shelf<'_> {
    fn sheet(&self, stage: &str, artefact: &str) -> Option<Arc<Sheet>> {
        self.table(stage, artefact)
            .map(|table| Arc::clone(&table.sheet))
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
