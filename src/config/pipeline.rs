//! `pipeline.yaml` as typed values: the review, and its stages in the order written.

use super::edge::{Edge, Input, is_name};
use super::foreach::{self, Names, Pattern};
use super::placed::Placed;
use super::reader::Reader;
use super::stage_decl::{self, Output, Settings, StageDecl, bad_name};
use super::yaml::{self, Entry, Mapping, Node};
use crate::ids::StageId;
use crate::path::{PathMap, RelPath};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the file format that this program reads.
pub const VERSION: u32 = 1;

/// Where built-in stages show what has no place in `out`.
const UNPLACED: &str = "reports/stages";

/// Most stages a pipeline has.
pub const MAX_STAGES: usize = 20_000;

/// A pipeline as declared. It is not yet known whether its kinds and ports exist: see [`check`](super::check()).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// The file it was read from, as given.
    pub file: String,
    /// Version of the file format.
    pub version: u32,
    /// What is reviewed.
    pub review: ReviewInfo,
    /// The stages in the order written; ids are unique.
    pub stages: Vec<StageDecl>,
    /// The stages that a `foreach` made, by the id as written, in the order of its words.
    pub groups: BTreeMap<StageId, Vec<StageId>>,
    /// What a `foreach` goes over, where it is a pattern.
    pub patterns: Vec<Pattern>,
    /// Stages that were declared but could not be read, so that edges from them are not reported too.
    pub(super) unread: BTreeSet<StageId>,
}

/// What is reviewed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewInfo {
    /// Title of the review.
    pub title: String,
    /// Where and as what it is registered.
    pub registration: Option<String>,
    /// Its protocol.
    pub protocol: Option<Placed<RelPath>>,
}

impl Pipeline {
    /// Reads the text of `pipeline.yaml`, collecting everything wrong with it.
    ///
    /// `file` is only used for places. The pipeline holds what could be read, so that its wiring can be checked and reported
    /// in the same go; it must not be run when [`Problems::has_errors`].
    ///
    /// # Examples
    /// ```
    /// use review::config::{Input, Pipeline};
    ///
    /// let text = "\
    /// version: 1
    /// review: { title: Balint groups }
    /// stages:
    ///   - { id: import, uses: import, in: { searches: data/searches/ } }
    ///   - { id: deduplicate, uses: deduplicate, in: { records: import.records } }
    /// ";
    /// let (pipeline, problems) = Pipeline::parse("pipeline.yaml", text);
    /// assert!(problems.is_empty());
    /// let pipeline = pipeline.expect("a pipeline without problems is read");
    /// let edge = &pipeline.stages[1].inputs["records"][0];
    /// assert_eq!(edge.from.to_string(), "import.records");
    /// assert_eq!(edge.place.to_string(), "pipeline.yaml:5:58");
    /// ```
    pub fn parse(file: &str, text: &str) -> (Option<Self>, Problems) {
        Self::parse_in(file, text, &|_| None)
    }

    /// The same where the folders of the project are known: `names` lists what stands in one, sorted, for `foreach` with a pattern.
    ///
    /// Where they are not, such a stage makes none, and that is an error.
    pub fn parse_in(file: &str, text: &str, names: &Names<'_>) -> (Option<Self>, Problems) {
        let root = match yaml::parse(file, text) {
            Ok(root) => root,
            Err(problems) => return (None, problems),
        };
        let mut reader = Reader::new(file, text);
        let pipeline = read(&mut reader, file, &root, names);
        (pipeline, reader.problems)
    }

    /// The stage of that name.
    pub fn stage(&self, id: &StageId) -> Option<&StageDecl> {
        self.stages.iter().find(|stage| stage.id == *id)
    }
}

fn read(reader: &mut Reader<'_>, file: &str, root: &Node, names: &Names<'_>) -> Option<Pipeline> {
    let fields = reader.mapping(root, "the pipeline")?;
    let version = version(reader, root, fields)?;
    let fields = reader.fields(root, "the pipeline", &["version", "review", "stages"])?;
    let review = review(reader, root, fields);
    let mut pipeline = Pipeline {
        file: file.to_owned(),
        version,
        review,
        stages: Vec::new(),
        groups: BTreeMap::new(),
        patterns: Vec::new(),
        unread: BTreeSet::new(),
    };
    match fields.get("stages") {
        Some(entry) => stages(reader, &mut pipeline, &entry.value, names),
        None => missing(
            reader,
            root,
            "stages",
            "add `stages:` with a list of stages",
        ),
    }
    spread_edges(&mut pipeline);
    check_outputs(reader, &pipeline);
    check_patterns(reader, &pipeline);
    Some(pipeline)
}

fn missing(reader: &mut Reader<'_>, root: &Node, key: &str, help: &str) {
    let problem = Problem::error(
        "config::missing-key",
        format!("the pipeline has no `{key}`"),
    )
    .at(reader.place(root))
    .help(help);
    reader.report(problem);
}

/// `None` when the file is of another version, whose keys may mean something else.
fn version(reader: &mut Reader<'_>, root: &Node, fields: &Mapping) -> Option<u32> {
    let Some(entry) = fields.get("version") else {
        missing(
            reader,
            root,
            "version",
            "add `version: 1` as the first line",
        );
        return Some(VERSION);
    };
    let text = reader.text(&entry.value, "`version`")?;
    match text.parse::<u32>() {
        Ok(VERSION) => Some(VERSION),
        Ok(later) if later > VERSION => {
            let problem = Problem::error(
                "config::version",
                format!(
                    "the pipeline is of version {later}, and this program reads version {VERSION}"
                ),
            )
            .at(text.place)
            .help("use a newer `review`");
            reader.report(problem);
            None
        }
        _ => {
            reader.wrong(&entry.value, "`version`", "`1`");
            Some(VERSION)
        }
    }
}

fn review(reader: &mut Reader<'_>, root: &Node, fields: &Mapping) -> ReviewInfo {
    let Some(entry) = fields.get("review") else {
        missing(reader, root, "review", "add `review: { title: \"…\" }`");
        return ReviewInfo::default();
    };
    let keys = ["title", "registration", "protocol"];
    let Some(fields) = reader.fields(&entry.value, "`review`", &keys) else {
        return ReviewInfo::default();
    };
    if !fields.contains_key("title") {
        let problem = Problem::error("config::missing-key", "the review has no `title`")
            .at(reader.place(&entry.value))
            .help("add `title: \"…\"`");
        reader.report(problem);
    }
    let given = |key: &str| fields.get(key).map(|entry: &Entry| &entry.value);
    ReviewInfo {
        title: given("title")
            .and_then(|node| reader.text(node, "`title`"))
            .map_or_else(String::new, |text| text.value),
        registration: given("registration")
            .filter(|node| !node.is_null())
            .and_then(|node| reader.text(node, "`registration`"))
            .map(|text| text.value),
        protocol: given("protocol")
            .filter(|node| !node.is_null())
            .and_then(|node| reader.path(node, "`protocol`")),
    }
}

fn stages(reader: &mut Reader<'_>, pipeline: &mut Pipeline, node: &Node, names: &Names<'_>) {
    let Some(items) = reader.list(node, "`stages`", "a list (`- { id: …, uses: … }`)") else {
        return;
    };
    if items.is_empty() {
        reader.wrong(node, "`stages`", "a list with at least one stage");
    }
    if items.len() > MAX_STAGES {
        let problem = Problem::error(
            "config::too-many-stages",
            format!(
                "the pipeline has {} stages; at most {MAX_STAGES} are read",
                items.len()
            ),
        )
        .at(reader.place(&items[MAX_STAGES]));
        reader.report(problem);
    }
    let mut first: BTreeMap<StageId, Place> = BTreeMap::new();
    let mut declared: Vec<(Cow<'_, Node>, Option<StageId>)> = Vec::new();
    for item in items.iter().take(MAX_STAGES) {
        let expanded = foreach::expand(reader, item, names);
        let group = expanded.group.map(StageId::new);
        pipeline.patterns.extend(expanded.pattern);
        if declared.len() + expanded.stages.len() > MAX_STAGES {
            let title = format!("`foreach` makes more than {MAX_STAGES} stages");
            let problem = Problem::error("config::too-many-stages", title).at(reader.place(item));
            reader.report(problem);
            break;
        }
        if let Some(group) = &group {
            pipeline.groups.entry(group.clone()).or_default();
            first.insert(group.clone(), reader.place(item));
        }
        let stages = expanded.stages.into_iter();
        declared.extend(stages.map(|stage| (stage, group.clone())));
    }
    let read = declared.into_par_iter().with_min_len(foreach::MANY);
    let read: Vec<_> = read
        .map(|(item, group)| (group, stage(reader.another(), &item)))
        .collect();
    for (group, (name, stage, problems)) in read {
        reader.problems.append(problems);
        let Some((name, place)) = name else { continue };
        if let Some(earlier) = first.get(&name) {
            let problem = Problem::error(
                "config::duplicate-stage",
                format!("two stages have the id `{name}`"),
            )
            .labelled(place, "given again here")
            .labelled(earlier.clone(), "first given here")
            .help("give one of them another id");
            reader.report(problem);
            continue;
        }
        first.insert(name.clone(), place);
        if let Some(made) = group
            .as_ref()
            .and_then(|group| pipeline.groups.get_mut(group))
        {
            made.push(name.clone());
        }
        match stage {
            Some(stage) => pipeline.stages.push(stage),
            None => {
                pipeline.unread.insert(name);
            }
        }
    }
}

/// A stage and its id with its place, as far as they can be read, and what is wrong with them.
fn stage(
    mut reader: Reader<'_>,
    item: &Node,
) -> (Option<(StageId, Place)>, Option<StageDecl>, Problems) {
    let id = id(&mut reader, item);
    let name = id
        .as_ref()
        .map(|id| (StageId::new(&**id), id.place.clone()));
    let stage = stage_decl::read(&mut reader, item, id);
    (name, stage, reader.problems)
}

/// Turns an edge from the id of a `foreach` into one from each of the stages that it made.
fn spread_edges(pipeline: &mut Pipeline) {
    if pipeline.groups.is_empty() {
        return;
    }
    for stage in &mut pipeline.stages {
        for edges in stage.inputs.values_mut() {
            let spread = edges.iter().flat_map(|edge| match &edge.from {
                Input::Artefact { stage, artefact } if pipeline.groups.contains_key(stage) => {
                    let made = pipeline.groups[stage].iter();
                    let from = made.map(|stage| Input::Artefact {
                        stage: stage.clone(),
                        artefact: artefact.clone(),
                    });
                    from.map(|from| Edge {
                        from,
                        ..edge.clone()
                    })
                    .collect()
                }
                _ => vec![edge.clone()],
            });
            *edges = spread.collect();
        }
    }
}

/// The id of a stage; one that is written badly is reported and still used, so that edges find it.
fn id(reader: &mut Reader<'_>, stage: &Node) -> Option<Placed<String>> {
    let fields = stage.as_mapping()?;
    let Some(entry) = fields.get("id") else {
        let problem = Problem::error("config::missing-key", "a stage has no `id`")
            .at(reader.place(stage))
            .help("add `id: <name>`, such as `id: pool`");
        reader.report(problem);
        return None;
    };
    let id = reader.text(&entry.value, "`id`")?;
    if !is_name(&id) {
        let problem = bad_name("a stage", &id).at(id.place.clone());
        reader.report(problem);
    }
    Some(id)
}

/// No `foreach` goes over what stages write, for every run would then find others, nor over what the program keeps.
fn check_patterns(reader: &mut Reader<'_>, pipeline: &Pipeline) {
    let unplaced = RelPath::parse(UNPLACED).expect("a plain path");
    for pattern in &pipeline.patterns {
        let written = &pattern.written;
        let mut outputs = pipeline.stages.iter().flat_map(|stage| stage.out.values());
        let output = outputs.find(|output| pattern.is_changed_by(&output.path));
        let (code, what) = if pattern.is_hidden() {
            ("config::each-hidden", "a hidden folder")
        } else if output.is_some() || pattern.is_changed_by(&unplaced) {
            ("config::each-of-outputs", "what stages write")
        } else {
            continue;
        };
        let title = format!("`foreach: {}` goes over {what}", **written);
        let mut problem = Problem::error(code, title)
            .at(written.place.clone())
            .help("let it go over files that people keep, such as those below `data/`");
        if let Some(output) = output {
            problem = problem.labelled(output.place.clone(), "written here");
        }
        reader.report(problem);
    }
}

/// Whether a path is the pipeline, its lock, or hidden, such as `.review/` and `.git/`.
fn is_programs_own(path: &RelPath) -> bool {
    let path = path.as_str();
    matches!(path, "pipeline.yaml" | "pipeline.lock")
        || path.split('/').any(|part| part.starts_with('.'))
}

/// Where paths are written in the pipeline, in the order of reading.
#[derive(Default)]
struct Standing<'p> {
    places: PathMap<'p, (usize, &'p Place)>,
    count: usize,
}

impl<'p> Standing<'p> {
    fn add(&mut self, path: &'p RelPath, place: &'p Place) {
        self.places.add(path.as_str(), (self.count, place));
        self.count += 1;
    }

    /// The first of those before `end` that is the same path, or lies inside of it or around it.
    fn clash(&self, path: &RelPath, end: usize) -> Option<&'p Place> {
        let around = self.places.above(path.as_str());
        let all = around.chain(self.places.inside(path.as_str()));
        let before = all.filter(|(order, _)| *order < end);
        before
            .min_by_key(|(order, _)| *order)
            .map(|(_, place)| *place)
    }
}

/// Two stages never write one file, and no stage writes over what people keep.
fn check_outputs(reader: &mut Reader<'_>, pipeline: &Pipeline) {
    let mut kept = Standing::default();
    for stage in &pipeline.stages {
        for (_, edge) in stage.edges() {
            if let Input::Path(path) = &edge.from {
                kept.add(path, &edge.place);
            }
        }
        if let Settings::File(file) = &stage.settings {
            kept.add(&file.value, &file.place);
        }
    }
    if let Some(protocol) = &pipeline.review.protocol {
        kept.add(&protocol.value, &protocol.place);
    }
    let outputs = pipeline.stages.iter().flat_map(|stage| stage.out.values());
    let outputs: Vec<&Output> = outputs.collect();
    let mut written = Standing::default();
    for output in &outputs {
        written.add(&output.path, &output.place);
    }
    let clashes = outputs.par_iter().with_min_len(foreach::MANY).enumerate();
    let clashes: Vec<_> = clashes
        .map(|(at, output)| {
            let path = &output.path;
            (kept.clash(path, usize::MAX), written.clash(path, at))
        })
        .collect();
    for (output, (over, twice)) in outputs.into_iter().zip(clashes) {
        let path = &output.path;
        if is_programs_own(path) {
            let problem = Problem::error(
                "config::output-of-the-program",
                format!("no output may stand at `{path}`, where the program or others keep their own things"),
            )
            .at(output.place.clone())
            .help("write it below `reports/`");
            reader.report(problem);
        }
        if let Some(place) = over {
            let problem = Problem::error(
                "config::output-over-input",
                format!("output `{path}` would be written over an input"),
            )
            .labelled(output.place.clone(), "written here")
            .labelled(place.clone(), "read here")
            .help("write it below `reports/`");
            reader.report(problem);
        }
        if let Some(place) = twice {
            let help = if *place == output.place {
                "`foreach` makes several of them: write `{each}` into the path"
            } else {
                "give one of them another path"
            };
            let problem = Problem::error(
                "config::output-twice",
                format!("two outputs would be written to `{path}`"),
            )
            .labelled(output.place.clone(), "written here")
            .labelled(place.clone(), "and here")
            .help(help);
            reader.report(problem);
        }
    }
}
