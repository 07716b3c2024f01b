//! The pipeline as a picture: stages in layers, top to bottom, edges between them.
//!
//! A stage stands one layer below the furthest stage it needs. Edges over several layers pass through places of their own, so
//! that no edge runs through a box. The order in a layer follows the middle of the neighbours in the layer before (Sugiyama et
//! al. 1981), with ties left as given.

use super::figure::{DataTable, Figure, Frame, finish};
use super::legend;
use super::palette::{AXIS, INK, PAGE, SOFT_INK};
use super::svg::{Drawing, Paint, Stroke, TextStyle};
use super::text_width::wrap;

/// How a stage stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeTone {
    /// Nothing special.
    #[default]
    Plain,
    /// Up to date.
    Done,
    /// Will run or has just run.
    Active,
    /// Waits for people.
    Waiting,
    /// Failed or blocked.
    Failed,
}

impl NodeTone {
    fn fill(self) -> &'static str {
        match self {
            Self::Plain => PAGE,
            Self::Done => "#dcefe7",
            Self::Active => "#d6e4f2",
            Self::Waiting => "#fbe8c6",
            Self::Failed => "#f3d3cb",
        }
    }

    fn outline(self) -> Stroke {
        match self {
            Self::Waiting => Stroke::dashed(INK, 1.4, "5 3"),
            Self::Failed => Stroke::solid(INK, 2.6),
            _ => Stroke::solid(INK, 1.2),
        }
    }
}

/// A stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphNode {
    /// Name, unique.
    pub id: String,
    /// A second line: its state or its kind in words.
    pub detail: String,
    /// Colour and outline; the state must also stand in `detail`.
    pub tone: NodeTone,
    /// Link within the page or the report.
    pub link: Option<String>,
}

/// A pipeline.
#[derive(Clone, Debug, Default)]
pub struct PipelineGraph {
    /// Id, title, language.
    pub frame: Frame,
    /// Stages, in the order of the pipeline file.
    pub nodes: Vec<GraphNode>,
    /// Edges as indices into `nodes`, from the stage needed to the one that needs it; an index out of range or an edge that closes a
    /// circle is left out.
    pub edges: Vec<(usize, usize)>,
    /// Footnotes.
    pub notes: Vec<String>,
}

const MARGIN: f64 = 16.0;
const BOX: f64 = 150.0;
const GAP_X: f64 = 22.0;
const GAP_Y: f64 = 44.0;
const NARROW: f64 = 14.0;
const LINE: f64 = 15.0;

/// A box, or the place where a long edge passes a layer.
struct Slot {
    /// The node, or none for a passing edge.
    node: Option<usize>,
    /// Slots of the layer before that lead here.
    before: Vec<usize>,
    x: f64,
    y: f64,
    height: f64,
}

impl Slot {
    fn width(&self) -> f64 {
        if self.node.is_some() { BOX } else { NARROW }
    }

    fn middle(&self) -> f64 {
        self.x + self.width() / 2.0
    }
}

/// Slots with their order in every layer, and edges as chains of slots.
struct Layers {
    slots: Vec<Slot>,
    order: Vec<Vec<usize>>,
    chains: Vec<Vec<usize>>,
}

impl PipelineGraph {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let mut drawing = Drawing::new(&self.frame.id);
        let edges = self.forward_edges();
        let mut layers = self.layers(&edges);
        layers.sort();
        let (width, bottom) = layers.stack();
        for chain in &layers.chains {
            draw_edge(&mut drawing, &layers, chain);
        }
        for slot in &layers.slots {
            if let Some(node) = slot.node {
                Self::draw_node(&mut drawing, &self.nodes[node], slot);
            }
        }
        let width = width.max(260.0);
        let room = width - 2.0 * MARGIN;
        let y = legend::notes(&mut drawing, &self.notes, MARGIN, bottom + 10.0, room);
        let size = (width, y + MARGIN - 10.0);
        finish(
            drawing,
            &self.frame,
            size,
            &self.description(),
            self.table(&edges),
        )
    }

    /// Edges between known stages, without repeats and without those that would close a circle.
    fn forward_edges(&self) -> Vec<(usize, usize)> {
        let known = |i: usize| i < self.nodes.len();
        let mut kept: Vec<(usize, usize)> = Vec::new();
        for &(from, to) in &self.edges {
            let fresh = known(from) && known(to) && from != to && !kept.contains(&(from, to));
            if fresh && !reaches(&kept, to, from) {
                kept.push((from, to));
            }
        }
        kept
    }

    fn layers(&self, edges: &[(usize, usize)]) -> Layers {
        let mut depth = vec![0_usize; self.nodes.len()];
        // A path is at most as long as there are nodes, so that many sweeps settle every depth.
        for _ in 0..self.nodes.len() {
            for &(from, to) in edges {
                depth[to] = depth[to].max(depth[from] + 1);
            }
        }
        let mut layers = Layers {
            slots: Vec::new(),
            order: vec![Vec::new(); depth.iter().max().map_or(0, |d| d + 1)],
            chains: Vec::new(),
        };
        for (i, node) in self.nodes.iter().enumerate() {
            layers.add(Some(i), depth[i], node_height(node));
        }
        for &(from, to) in edges {
            let mut chain = vec![from];
            for layer in depth[from] + 1..depth[to] {
                let slot = layers.add(None, layer, 0.0);
                chain.push(slot);
            }
            chain.push(to);
            for pair in chain.windows(2) {
                layers.slots[pair[1]].before.push(pair[0]);
            }
            layers.chains.push(chain);
        }
        layers
    }

    fn draw_node(drawing: &mut Drawing, node: &GraphNode, slot: &Slot) {
        let x = slot.x;
        drawing.open_link(node.link.as_deref());
        drawing.rounded_rect(
            x,
            slot.y,
            BOX,
            slot.height,
            6.0,
            &Paint::outlined(node.tone.fill(), node.tone.outline()),
        );
        let (name, detail) = node_lines(node);
        let mut y = slot.y + 8.0 + 11.0;
        for line in &name {
            drawing.text(x + 10.0, y, &TextStyle::plain(12.5).bold(), line);
            y += LINE;
        }
        for line in &detail {
            drawing.text(
                x + 10.0,
                y,
                &TextStyle::plain(12.0).coloured(SOFT_INK),
                line,
            );
            y += LINE;
        }
        drawing.close();
    }

    fn description(&self) -> String {
        let words = &self.frame.wording;
        let nodes: Vec<String> = self
            .nodes
            .iter()
            .map(|n| {
                if n.detail.is_empty() {
                    n.id.clone()
                } else {
                    format!("{} ({})", n.id, n.detail)
                }
            })
            .collect();
        format!("{}: {}.", words.stage, nodes.join(", "))
    }

    fn table(&self, edges: &[(usize, usize)]) -> DataTable {
        let words = &self.frame.wording;
        let mut table = DataTable::new(&[&words.stage, &words.state, &words.inputs]);
        for (i, node) in self.nodes.iter().enumerate() {
            let needs: Vec<&str> = edges
                .iter()
                .filter(|e| e.1 == i)
                .map(|e| self.nodes[e.0].id.as_str())
                .collect();
            table.push(&[node.id.clone(), node.detail.clone(), needs.join(", ")]);
        }
        table
    }
}

/// Whether a path leads from one node to another.
fn reaches(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(&node) = seen.get(next) {
        if node == to {
            return true;
        }
        for edge in edges.iter().filter(|e| e.0 == node) {
            if !seen.contains(&edge.1) {
                seen.push(edge.1);
            }
        }
        next += 1;
    }
    false
}

fn node_lines(node: &GraphNode) -> (Vec<String>, Vec<String>) {
    let name = wrap(&node.id, 12.5, true, BOX - 20.0, 3);
    let detail = if node.detail.trim().is_empty() {
        Vec::new()
    } else {
        wrap(&node.detail, 12.0, false, BOX - 20.0, 4)
    };
    (name, detail)
}

fn node_height(node: &GraphNode) -> f64 {
    let (name, detail) = node_lines(node);
    (name.len() + detail.len()) as f64 * LINE + 14.0
}

impl Layers {
    fn add(&mut self, node: Option<usize>, layer: usize, height: f64) -> usize {
        let index = self.slots.len();
        self.slots.push(Slot {
            node,
            before: Vec::new(),
            x: 0.0,
            y: 0.0,
            height,
        });
        self.order[layer].push(index);
        index
    }

    /// Orders each layer by the mean place of what leads to it, from the top.
    fn sort(&mut self) {
        let mut place = vec![0.0_f64; self.slots.len()];
        for layer in &mut self.order {
            for (i, &slot) in layer.iter().enumerate() {
                let before = &self.slots[slot].before;
                let mean =
                    before.iter().map(|&b| place[b]).sum::<f64>() / before.len().max(1) as f64;
                place[slot] = if before.is_empty() { i as f64 } else { mean };
            }
            layer.sort_by(|a, b| place[*a].total_cmp(&place[*b]));
            let count = layer.len() as f64;
            for (i, &slot) in layer.iter().enumerate() {
                place[slot] = i as f64 - count / 2.0;
            }
        }
    }

    /// Gives every slot its place, layers centred below each other; gives the width and the lowest edge.
    fn stack(&mut self) -> (f64, f64) {
        let width = |layer: &[usize], slots: &[Slot]| -> f64 {
            let gaps = GAP_X * layer.len().saturating_sub(1) as f64;
            layer.iter().map(|&s| slots[s].width()).sum::<f64>() + gaps
        };
        let widest = self
            .order
            .iter()
            .map(|l| width(l, &self.slots))
            .fold(0.0, f64::max);
        let mut y = MARGIN;
        let mut bottom = MARGIN;
        for layer in &self.order {
            let mut x = MARGIN + (widest - width(layer, &self.slots)) / 2.0;
            let tallest = layer
                .iter()
                .map(|&s| self.slots[s].height)
                .fold(0.0, f64::max);
            for &slot in layer {
                let slot = &mut self.slots[slot];
                (slot.x, slot.y) = (x, y);
                slot.height = tallest;
                x += slot.width() + GAP_X;
            }
            bottom = y + tallest;
            y = bottom + GAP_Y;
        }
        (widest + 2.0 * MARGIN, bottom)
    }
}

/// A smooth line through the slots of a chain, ending in an arrowhead.
fn draw_edge(drawing: &mut Drawing, layers: &Layers, chain: &[usize]) {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for pair in chain.windows(2) {
        let (a, b) = (&layers.slots[pair[0]], &layers.slots[pair[1]]);
        let from = (a.middle(), a.y + a.height);
        let head = if b.node.is_some() { 7.0 } else { 0.0 };
        let until = (b.middle(), b.y - head);
        points.extend((0..=16).map(|i| ease(from, until, f64::from(i) / 16.0)));
    }
    drawing.polyline(&points, &Stroke::solid(AXIS, 1.4));
    if let Some(&(x, y)) = points.last() {
        let head = [(x, y + 7.0), (x - 4.0, y - 1.0), (x + 4.0, y - 1.0)];
        drawing.polygon(&head, &Paint::fill(AXIS));
    }
}

/// From one point down to another, upright at both ends.
fn ease(from: (f64, f64), until: (f64, f64), t: f64) -> (f64, f64) {
    let s = t * t * (3.0 - 2.0 * t);
    (
        from.0 + (until.0 - from.0) * s,
        from.1 + (until.1 - from.1) * t,
    )
}
