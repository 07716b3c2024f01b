//! The stages of a pipeline as a directed graph without cycles.
//!
//! Takes a [`Pipeline`], gives the order to run in, what hangs on what, and the graph as text, Mermaid or DOT. Nothing here depends
//! on the order in which the stages are written.

use crate::config::{Edge, Input, Pipeline, StageDecl};
use crate::ids::StageId;
use crate::problem::{Problem, Problems};
use petgraph::Direction;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Bfs, EdgeRef, Reversed, Walker};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write;

/// The stages and what flows between them; never has a cycle.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Nodes in alphabetical order; an edge carries the names of the artefacts, sorted.
    flow: DiGraph<StageId, BTreeSet<String>>,
    nodes: BTreeMap<StageId, NodeIndex>,
    order: Vec<NodeIndex>,
}

impl Graph {
    /// The graph of a pipeline. Edges from stages that do not exist are left out: [`check`](crate::config::check()) reports them.
    ///
    /// # Errors
    /// One problem for each group of stages that wait for each other, with a shortest cycle through the first of them as a path,
    /// and the place of each of its edges.
    pub fn of(pipeline: &Pipeline) -> Result<Self, Problems> {
        let stages: BTreeMap<&StageId, &StageDecl> = pipeline
            .stages
            .iter()
            .map(|stage| (&stage.id, stage))
            .collect();
        let mut graph = DiGraph::new();
        let nodes: BTreeMap<StageId, NodeIndex> = stages
            .keys()
            .map(|id| ((*id).clone(), graph.add_node((*id).clone())))
            .collect();
        for (id, stage) in &stages {
            for (from, artefact) in artefacts(stage) {
                if let Some(&source) = nodes.get(from) {
                    connect(&mut graph, source, nodes[*id], artefact);
                }
            }
        }
        let order = order(&graph);
        if order.len() < graph.node_count() {
            return Err(cycles(&graph, &stages));
        }
        Ok(Self {
            flow: graph,
            nodes,
            order,
        })
    }

    /// The stages so that each comes after everything it takes from; of those that could come next, the first in alphabetical order.
    pub fn order(&self) -> impl DoubleEndedIterator<Item = &StageId> + ExactSizeIterator {
        self.order.iter().map(|&node| &self.flow[node])
    }

    /// The stages that `id` takes from directly, in alphabetical order; none for an unknown stage.
    pub fn parents(&self, id: &StageId) -> BTreeSet<&StageId> {
        self.neighbours(id, Direction::Incoming)
    }

    /// The stages that take from `id` directly, in alphabetical order; none for an unknown stage.
    pub fn children(&self, id: &StageId) -> BTreeSet<&StageId> {
        self.neighbours(id, Direction::Outgoing)
    }

    /// Every stage that `id` depends on, without itself; none for an unknown stage.
    pub fn ancestors(&self, id: &StageId) -> BTreeSet<&StageId> {
        self.nodes.get(id).map_or_else(BTreeSet::new, |&node| {
            let reversed = Reversed(&self.flow);
            let found = Bfs::new(reversed, node).iter(reversed);
            found.skip(1).map(|found| &self.flow[found]).collect()
        })
    }

    /// Every stage that depends on `id`, without itself; none for an unknown stage.
    pub fn descendants(&self, id: &StageId) -> BTreeSet<&StageId> {
        self.nodes.get(id).map_or_else(BTreeSet::new, |&node| {
            let found = Bfs::new(&self.flow, node).iter(&self.flow);
            found.skip(1).map(|found| &self.flow[found]).collect()
        })
    }

    /// One line a stage, in order: id, state, and what it takes from.
    pub fn to_text(&self, state: &dyn Fn(&StageId) -> String) -> String {
        let width = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max();
        let ids: Vec<String> = self.order().map(ToString::to_string).collect();
        let states: Vec<String> = self.order().map(state).collect();
        let (id_width, state_width) = (width(&ids).unwrap_or(0), width(&states).unwrap_or(0));
        let mut text = String::new();
        for ((id, state), stage) in ids.iter().zip(&states).zip(self.order()) {
            let parents: Vec<&str> = self
                .parents(stage)
                .into_iter()
                .map(StageId::as_str)
                .collect();
            let arrow = if parents.is_empty() { "" } else { "← " };
            let line = format!(
                "{id:id_width$}  {state:state_width$}  {arrow}{}",
                parents.join(", ")
            );
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// A Mermaid flow chart; artefacts stand on the arrows.
    pub fn to_mermaid(&self, state: &dyn Fn(&StageId) -> String) -> String {
        // A node named `end` would break the chart, hence the prefix; ids have no `_`, so none collide.
        let node = |id: &StageId| format!("stage_{}", id.as_str().replace('-', "_"));
        let quoted = |text: &str| {
            text.replace('&', "&amp;")
                .replace('"', "&quot;")
                .replace('<', "&lt;")
        };
        let mut text = "flowchart TD\n".to_owned();
        for id in self.order() {
            let state = quoted(&state(id));
            let gap = if state.is_empty() { "" } else { "<br/>" };
            let _ = writeln!(text, "  {}[\"{id}{gap}{state}\"]", node(id));
        }
        for (from, to, artefacts) in self.edges() {
            let _ = writeln!(text, "  {} -->|\"{artefacts}\"| {}", node(from), node(to));
        }
        text
    }

    /// A Graphviz graph; artefacts stand on the arrows.
    pub fn to_dot(&self, state: &dyn Fn(&StageId) -> String) -> String {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let mut text = "digraph review {\n  rankdir=TB;\n  node [shape=box];\n".to_owned();
        for id in self.order() {
            let state = quoted(&state(id));
            let gap = if state.is_empty() { "" } else { "\\n" };
            let _ = writeln!(text, "  \"{id}\" [label=\"{id}{gap}{state}\"];");
        }
        for (from, to, artefacts) in self.edges() {
            let _ = writeln!(text, "  \"{from}\" -> \"{to}\" [label=\"{artefacts}\"];");
        }
        text.push_str("}\n");
        text
    }

    fn neighbours(&self, id: &StageId, direction: Direction) -> BTreeSet<&StageId> {
        self.nodes.get(id).map_or_else(BTreeSet::new, |&node| {
            let found = self.flow.neighbors_directed(node, direction);
            found.map(|found| &self.flow[found]).collect()
        })
    }

    /// Edges in the order of the stages they lead from, then to.
    fn edges(&self) -> Vec<(&StageId, &StageId, String)> {
        let mut edges = Vec::new();
        for &source in &self.order {
            let mut targets: Vec<_> = self.flow.edges(source).collect();
            targets.sort_by_key(|edge| &self.flow[edge.target()]);
            for edge in targets {
                let artefacts: Vec<&str> = edge.weight().iter().map(String::as_str).collect();
                let (from, to) = (&self.flow[source], &self.flow[edge.target()]);
                edges.push((from, to, artefacts.join(", ")));
            }
        }
        edges
    }
}

/// The artefacts that a stage takes, with the stages that make them.
fn artefacts(stage: &StageDecl) -> impl Iterator<Item = (&StageId, &str)> {
    stage.edges().filter_map(|(_, edge)| match &edge.from {
        Input::Artefact { stage, artefact } => Some((stage, artefact.as_str())),
        Input::Path(_) => None,
    })
}

fn connect(
    graph: &mut DiGraph<StageId, BTreeSet<String>>,
    source: NodeIndex,
    target: NodeIndex,
    artefact: &str,
) {
    let edge = graph
        .find_edge(source, target)
        .unwrap_or_else(|| graph.add_edge(source, target, BTreeSet::new()));
    graph[edge].insert(artefact.to_owned());
}

/// Kahn's method; nodes are numbered in alphabetical order, and the lowest number goes first. Nodes in or behind a cycle are left out.
fn order(graph: &DiGraph<StageId, BTreeSet<String>>) -> Vec<NodeIndex> {
    let mut waits: Vec<usize> = graph
        .node_indices()
        .map(|node| graph.neighbors_directed(node, Direction::Incoming).count())
        .collect();
    let mut ready: BTreeSet<NodeIndex> = graph
        .node_indices()
        .filter(|node| waits[node.index()] == 0)
        .collect();
    let mut order = Vec::new();
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for child in graph.neighbors(node) {
            waits[child.index()] -= 1;
            if waits[child.index()] == 0 {
                ready.insert(child);
            }
        }
    }
    order
}

fn cycles(
    graph: &DiGraph<StageId, BTreeSet<String>>,
    stages: &BTreeMap<&StageId, &StageDecl>,
) -> Problems {
    let mut groups: Vec<BTreeSet<NodeIndex>> = tarjan_scc(graph)
        .into_iter()
        .map(BTreeSet::from_iter)
        .filter(|group: &BTreeSet<NodeIndex>| {
            group.len() > 1 || group.iter().any(|&node| graph.contains_edge(node, node))
        })
        .collect();
    groups.sort();
    let mut problems = Problems::new();
    for group in groups {
        if let Some(&start) = group.first() {
            let path = shortest_cycle(graph, start, &group);
            let ids: Vec<&StageId> = path.iter().map(|&node| &graph[node]).collect();
            problems.push(cycle(&ids, stages));
        }
    }
    problems
}

/// A shortest way from `start` back to it inside a group where every node reaches every other; begins and ends with `start`.
fn shortest_cycle(
    graph: &DiGraph<StageId, BTreeSet<String>>,
    start: NodeIndex,
    group: &BTreeSet<NodeIndex>,
) -> Vec<NodeIndex> {
    let mut came_from: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut children: Vec<NodeIndex> = graph.neighbors(node).collect();
        children.sort();
        for child in children.into_iter().filter(|child| group.contains(child)) {
            if came_from.contains_key(&child) {
                continue;
            }
            came_from.insert(child, node);
            queue.push_back(child);
        }
    }
    let mut path = vec![start];
    let mut node = start;
    while let Some(&before) = came_from.get(&node) {
        path.push(before);
        node = before;
        if node == start {
            break;
        }
    }
    path.reverse();
    path
}

fn cycle(path: &[&StageId], stages: &BTreeMap<&StageId, &StageDecl>) -> Problem {
    let names: Vec<&str> = path.iter().map(|id| id.as_str()).collect();
    let title = format!("stages wait for each other: {}", names.join(" → "));
    let mut problem = Problem::error("graph::cycle", title);
    for pair in path.windows(2) {
        if let Some(edge) = edge_from(stages[pair[1]], pair[0]) {
            let label = format!("`{}` takes from `{}`", pair[1], pair[0]);
            problem = problem.labelled(edge.place.clone(), label);
        }
    }
    problem.help("remove one of these inputs")
}

/// The edge by which `stage` takes from `source`.
fn edge_from<'a>(stage: &'a StageDecl, source: &StageId) -> Option<&'a Edge> {
    stage
        .edges()
        .map(|(_, edge)| edge)
        .find(|edge| match &edge.from {
            Input::Artefact { stage, .. } => stage == source,
            Input::Path(_) => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STAGES: [&str; 5] = [
        "- { id: import, uses: import }",
        "- { id: screen, uses: screen, in: { a: import.records, b: import.places } }",
        "- { id: bias, uses: bias, in: { a: screen.included } }",
        "- { id: pool, uses: pool, in: { a: screen.included, b: bias.overall } }",
        "- { id: all-else, uses: import }",
    ];

    fn graph(stages: &[&str]) -> Graph {
        let text = format!(
            "version: 1\nreview: {{ title: a }}\nstages:\n{}\n",
            stages.join("\n")
        );
        let (pipeline, problems) = Pipeline::parse("pipeline.yaml", &text);
        assert!(problems.is_empty(), "{problems:?}");
        Graph::of(&pipeline.unwrap()).unwrap()
    }

    fn names<'a>(ids: impl IntoIterator<Item = &'a StageId>) -> Vec<&'a str> {
        ids.into_iter().map(StageId::as_str).collect()
    }

    #[test]
    fn order_follows_edges_then_the_alphabet() {
        let graph = graph(&STAGES);
        assert_eq!(
            names(graph.order()),
            ["all-else", "import", "screen", "bias", "pool"]
        );
    }

    #[test]
    fn ancestors_and_descendants_leave_out_the_stage_itself() {
        let graph = graph(&STAGES);
        assert_eq!(
            names(graph.ancestors(&"pool".into())),
            ["bias", "import", "screen"]
        );
        assert_eq!(names(graph.parents(&"pool".into())), ["bias", "screen"]);
        assert_eq!(names(graph.descendants(&"screen".into())), ["bias", "pool"]);
        assert_eq!(names(graph.children(&"import".into())), ["screen"]);
        assert!(graph.ancestors(&"import".into()).is_empty());
        assert!(graph.descendants(&"unknown".into()).is_empty());
    }

    #[test]
    fn graph_is_drawn_as_text_mermaid_and_dot() {
        let graph = graph(&STAGES);
        let state = |id: &StageId| {
            if id.as_str() == "pool" {
                "\"stale\"".to_owned()
            } else {
                "fresh".to_owned()
            }
        };
        insta::assert_snapshot!(graph.to_text(&state), @r#"
all-else  fresh
import    fresh
screen    fresh    ← import
bias      fresh    ← screen
pool      "stale"  ← bias, screen
"#);
        insta::assert_snapshot!(graph.to_mermaid(&state), @r#"
flowchart TD
  stage_all_else["all-else<br/>fresh"]
  stage_import["import<br/>fresh"]
  stage_screen["screen<br/>fresh"]
  stage_bias["bias<br/>fresh"]
  stage_pool["pool<br/>&quot;stale&quot;"]
  stage_import -->|"places, records"| stage_screen
  stage_screen -->|"included"| stage_bias
  stage_screen -->|"included"| stage_pool
  stage_bias -->|"overall"| stage_pool
"#);
        insta::assert_snapshot!(graph.to_dot(&|_| String::new()), @r#"
digraph review {
  rankdir=TB;
  node [shape=box];
  "all-else" [label="all-else"];
  "import" [label="import"];
  "screen" [label="screen"];
  "bias" [label="bias"];
  "pool" [label="pool"];
  "import" -> "screen" [label="places, records"];
  "screen" -> "bias" [label="included"];
  "screen" -> "pool" [label="included"];
  "bias" -> "pool" [label="overall"];
}
"#);
    }

    proptest! {
        #[test]
        fn order_of_stages_in_the_file_changes_nothing(stages in Just(STAGES.to_vec()).prop_shuffle()) {
            let (shuffled, written) = (graph(&stages), graph(&STAGES));
            let state = |_: &StageId| String::new();
            prop_assert_eq!(names(shuffled.order()), names(written.order()));
            prop_assert_eq!(shuffled.to_mermaid(&state), written.to_mermaid(&state));
            prop_assert_eq!(shuffled.to_dot(&state), written.to_dot(&state));
        }

        #[test]
        fn every_stage_comes_after_its_ancestors(edges in prop::collection::vec((0_usize..12, 0_usize..12), 0..40)) {
            // Edges lead from lower to higher numbers, so there is no cycle; ids run the other way than the numbers.
            let id = |number: usize| format!("s{:02}", 99 - number);
            let stages: Vec<String> = (0..12)
                .map(|to| {
                    let from = edges.iter().filter(|(a, b)| a.max(b) == &to && a != b);
                    let ports: Vec<String> = from.enumerate().map(|(port, (a, b))| format!("p{port}: {}.x", id(*a.min(b)))).collect();
                    format!("- {{ id: {}, uses: x, in: {{ {} }} }}", id(to), ports.join(", "))
                })
                .collect();
            let stages: Vec<&str> = stages.iter().map(String::as_str).collect();
            let graph = graph(&stages);
            let order: Vec<&StageId> = graph.order().collect();
            prop_assert_eq!(order.len(), 12);
            for (at, stage) in order.iter().enumerate() {
                for ancestor in graph.ancestors(stage) {
                    prop_assert!(order[..at].contains(&ancestor));
                }
            }
        }
    }
}
