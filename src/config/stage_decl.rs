//! One stage as declared in `pipeline.yaml`.

use super::argument::{Argument, Slot};
use super::edge::{self, Edge, is_name};
use super::placed::Placed;
use super::reader::Reader;
use super::yaml::{Inline, Mapping, Node, Value};
use crate::ids::StageId;
use crate::nearest::suggestion;
use crate::path::RelPath;
use crate::place::Place;
use crate::problem::Problem;
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::time::Duration;

/// Keys of a stage.
pub(super) const KEYS: [&str; 11] = [
    "id", "uses", "run", "foreach", "in", "out", "settings", "env", "timeout", "network",
    "optional",
];

/// Keys that only a stage with `run` has.
const COMMAND_KEYS: [&str; 4] = ["env", "timeout", "network", "optional"];

/// A stage of the pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageDecl {
    /// Its name, unique in the pipeline.
    pub id: StageId,
    /// Where the name is written.
    pub place: Place,
    /// What it runs.
    pub uses: Use,
    /// What flows into each port, in the order written; several edges where a port takes a list.
    pub inputs: IndexMap<String, Vec<Edge>>,
    /// Its settings.
    pub settings: Settings,
    /// Files a command stage makes, by name, in the order written; for a built-in kind, where its artefacts are put instead of
    /// `reports/stages/<id>/`.
    pub out: IndexMap<String, Output>,
    /// Ports whose edge could not be read, so that they are not reported as missing too.
    pub(super) unread_ports: BTreeSet<String>,
}

impl StageDecl {
    /// Every edge with the name of its port, in the order written.
    pub fn edges(&self) -> impl Iterator<Item = (&str, &Edge)> {
        self.inputs
            .iter()
            .flat_map(|(port, edges)| edges.iter().map(move |edge| (port.as_str(), edge)))
    }
}

/// What a stage runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// `uses: pool`: a kind that the program has built in.
    BuiltIn {
        /// The kind as written; [`check`](super::check()) says whether it exists.
        kind: String,
        /// Where it is written.
        place: Place,
    },
    /// `run: […]`: a program of the user's own.
    Command(Command),
}

/// A program of the user's own, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Program and arguments; never empty, no shell reads them.
    pub run: Vec<Argument>,
    /// Names of the environment variables it may see.
    pub env: Vec<String>,
    /// How long it may take; without one, as long as it wants.
    pub timeout: Option<Duration>,
    /// Whether it says that it needs the network.
    pub network: bool,
    /// Whether the run goes on without it, when its program is not installed.
    pub optional: bool,
    /// Where `run` is written.
    pub place: Place,
}

/// A file that a command stage makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where it is put.
    pub path: RelPath,
    /// The artefact type that the file claims to be, such as `effects`; without one it is just a file.
    pub artefact_type: Option<String>,
    /// Where the path is written.
    pub place: Place,
}

/// The settings of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settings {
    /// None given: defaults.
    None,
    /// Written in `pipeline.yaml`; [`Inline::read`] gives them typed.
    Inline(Inline),
    /// In a file of their own; [`from_str`](super::yaml::from_str) gives them typed.
    File(Placed<RelPath>),
}

/// Reads one stage; `None` when it has no usable name or nothing to run. Everything wrong is reported to `reader`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    id: Option<Placed<String>>,
) -> Option<StageDecl> {
    let what = id
        .as_ref()
        .map_or_else(|| "a stage".to_owned(), |id| format!("stage `{}`", **id));
    let fields = reader.fields(node, &what, &KEYS)?;
    let mut unread_ports = BTreeSet::new();
    let inputs = inputs(reader, fields, &mut unread_ports);
    let out = outputs(reader, fields);
    let settings = settings(reader, fields, &what);
    let uses = uses(reader, node, fields, &what);
    if let Some(Use::Command(command)) = &uses {
        check_slots(reader, command, fields);
    }
    let id = id?;
    Some(StageDecl {
        id: StageId::new(&*id),
        place: id.place,
        uses: uses?,
        inputs,
        settings,
        out,
        unread_ports,
    })
}

fn uses(reader: &mut Reader<'_>, node: &Node, fields: &Mapping, what: &str) -> Option<Use> {
    match (fields.get("uses"), fields.get("run")) {
        (Some(uses), Some(run)) => {
            let problem = Problem::error(
                "config::uses-and-run",
                format!("{what} has both `uses` and `run`"),
            )
            .labelled(reader.key_place(run), "a program of your own")
            .labelled(reader.key_place(uses), "a built-in kind")
            .help("keep one of the two");
            reader.report(problem);
            None
        }
        (Some(uses), None) => {
            refuse_command_keys(reader, fields, what);
            let kind = reader.text(&uses.value, "`uses`")?;
            Some(Use::BuiltIn {
                kind: kind.value,
                place: kind.place,
            })
        }
        (None, Some(run)) => {
            let command = command(reader, fields, &run.value)?;
            Some(Use::Command(command))
        }
        (None, None) => {
            let problem = Problem::error(
                "config::missing-key",
                format!("{what} has neither `uses` nor `run`"),
            )
            .at(reader.place(node))
            .help("add `uses: <kind>` for a built-in kind, or `run: [program, argument]`");
            reader.report(problem);
            None
        }
    }
}

fn refuse_command_keys(reader: &mut Reader<'_>, fields: &Mapping, what: &str) {
    for key in COMMAND_KEYS {
        if let Some(entry) = fields.get(key) {
            let problem = Problem::error(
                "config::command-only",
                format!("`{key}` is only for stages with `run`, and {what} has `uses`"),
            )
            .at(reader.key_place(entry))
            .help(format!("remove `{key}`"));
            reader.report(problem);
        }
    }
}

fn command(reader: &mut Reader<'_>, fields: &Mapping, run: &Node) -> Option<Command> {
    let env = fields.get("env").and_then(|entry| {
        words(
            reader,
            &entry.value,
            "`env`",
            "a list of names of environment variables",
        )
    });
    let timeout = fields
        .get("timeout")
        .and_then(|entry| timeout(reader, &entry.value));
    let mut truth = |key: &str| {
        fields
            .get(key)
            .and_then(|entry| reader.truth(&entry.value, &format!("`{key}`")))
            .unwrap_or(false)
    };
    let (network, optional) = (truth("network"), truth("optional"));
    let run_words = words(
        reader,
        run,
        "`run`",
        "a list of program and arguments, such as `[pandoc, \"{in.report}\"]`",
    )?;
    if run_words.is_empty() {
        reader.wrong(run, "`run`", "a list that begins with a program");
        return None;
    }
    Some(Command {
        network,
        optional,
        run: run_words
            .into_iter()
            .map(|word| Argument::parse(&word.value, word.place))
            .collect(),
        env: env
            .unwrap_or_default()
            .into_iter()
            .map(|name| name.value)
            .collect(),
        timeout,
        place: reader.place(run),
    })
}

fn words(
    reader: &mut Reader<'_>,
    node: &Node,
    what: &str,
    expected: &str,
) -> Option<Vec<Placed<String>>> {
    let items = reader.list(node, what, expected)?;
    let words = items.iter().filter_map(|item| match &item.value {
        // An empty word is a word of a command line, so `text` is too strict here.
        Value::Scalar(scalar) => Some(Placed {
            value: scalar.text.clone(),
            place: reader.place(item),
        }),
        Value::Sequence(_) | Value::Mapping(_) => {
            reader.wrong(item, &format!("a word of {what}"), "text");
            None
        }
    });
    Some(words.collect())
}

/// `90s`, `10m` or `2h`.
fn timeout(reader: &mut Reader<'_>, node: &Node) -> Option<Duration> {
    let text = reader.text(node, "`timeout`")?;
    let duration = text
        .char_indices()
        .last()
        .and_then(|(at, unit)| {
            let seconds = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                _ => return None,
            };
            text[..at].parse::<u64>().ok()?.checked_mul(seconds)
        })
        .filter(|seconds| *seconds > 0)
        .map(Duration::from_secs);
    if duration.is_none() {
        reader.wrong(
            node,
            "`timeout`",
            "a whole number with a unit, such as `90s`, `10m` or `2h`",
        );
    }
    duration
}

fn inputs(
    reader: &mut Reader<'_>,
    fields: &Mapping,
    unread: &mut BTreeSet<String>,
) -> IndexMap<String, Vec<Edge>> {
    let mut inputs = IndexMap::new();
    let Some(ports) = fields
        .get("in")
        .filter(|entry| !entry.value.is_null())
        .and_then(|entry| reader.mapping(&entry.value, "`in`"))
    else {
        return inputs;
    };
    for (port, entry) in ports {
        let single = std::slice::from_ref(&entry.value);
        let nodes = match &entry.value.value {
            Value::Sequence(items) => items.as_slice(),
            _ => single,
        };
        let mut edges = Vec::new();
        for node in nodes {
            match edge::read(reader, node, port) {
                Some(from) => edges.push(Edge {
                    from,
                    place: reader.place(node),
                    port_place: reader.key_place(entry),
                }),
                None => {
                    unread.insert(port.clone());
                }
            }
        }
        inputs.insert(port.clone(), edges);
    }
    inputs
}

fn outputs(reader: &mut Reader<'_>, fields: &Mapping) -> IndexMap<String, Output> {
    let mut out = IndexMap::new();
    let Some(names) = fields
        .get("out")
        .and_then(|entry| reader.mapping(&entry.value, "`out`"))
    else {
        return out;
    };
    for (name, entry) in names {
        if !is_name(name) {
            let problem = bad_name("an output", name).at(reader.key_place(entry));
            reader.report(problem);
        }
        if let Some(output) = output(reader, name, &entry.value) {
            out.insert(name.clone(), output);
        }
    }
    out
}

/// A path, or `{ path: …, type: … }`.
fn output(reader: &mut Reader<'_>, name: &str, node: &Node) -> Option<Output> {
    let what = format!("output `{name}`");
    let Value::Mapping(_) = &node.value else {
        let path = reader.path(node, &what)?;
        return Some(Output {
            path: path.value,
            artefact_type: None,
            place: path.place,
        });
    };
    let fields = reader.fields(node, &what, &["path", "type"])?;
    let artefact_type = fields
        .get("type")
        .and_then(|entry| reader.text(&entry.value, "`type`"))
        .map(|text| text.value);
    let Some(path) = fields.get("path") else {
        let problem = Problem::error("config::missing-key", format!("{what} has no `path`"))
            .at(reader.place(node))
            .help("add `path: reports/…`");
        reader.report(problem);
        return None;
    };
    let path = reader.path(&path.value, &what)?;
    Some(Output {
        path: path.value,
        artefact_type,
        place: path.place,
    })
}

fn settings(reader: &mut Reader<'_>, fields: &Mapping, what: &str) -> Settings {
    let Some(entry) = fields.get("settings") else {
        return Settings::None;
    };
    match &entry.value.value {
        Value::Mapping(_) => Settings::Inline(reader.inline(&entry.value)),
        Value::Scalar(scalar) if scalar.is_null() => Settings::None,
        Value::Scalar(_) => reader
            .path(&entry.value, "`settings`")
            .map_or(Settings::None, Settings::File),
        Value::Sequence(_) => {
            let what = format!("`settings` of {what}");
            reader.wrong(&entry.value, &what, "a mapping or the path of a file");
            Settings::None
        }
    }
}

/// Reports slots that name no port or output.
fn check_slots(reader: &mut Reader<'_>, command: &Command, fields: &Mapping) {
    let names = |key: &str| -> Vec<&str> {
        fields
            .get(key)
            .and_then(|entry| entry.value.as_mapping())
            .map(|mapping| mapping.keys().map(String::as_str).collect())
            .unwrap_or_default()
    };
    let (ports, outputs) = (names("in"), names("out"));
    for argument in &command.run {
        for slot in argument.slots() {
            let (what, plural, name, known) = match slot {
                Slot::In(name) => ("input", "inputs", name, &ports),
                Slot::Out(name) => ("output", "outputs", name, &outputs),
            };
            if !known.contains(&name.as_str()) {
                let title = format!("`{slot}` names no {what} of this stage");
                let problem = Problem::error("config::unknown-slot", title)
                    .at(argument.place.clone())
                    .help(suggestion(plural, name, known.iter().copied()));
                reader.report(problem);
            }
        }
    }
}

/// A name with other characters than names have.
pub(super) fn bad_name(what: &str, name: &str) -> Problem {
    let wanted: String = name
        .trim()
        .to_lowercase()
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let wanted: Vec<&str> = wanted.split('-').filter(|part| !part.is_empty()).collect();
    let wanted = wanted.join("-");
    let problem = Problem::error(
        "config::bad-name",
        format!("`{name}` is not a name for {what}"),
    );
    if is_name(&wanted) {
        problem.help(format!(
            "lower-case letters, digits and hyphens: `{wanted}`"
        ))
    } else {
        problem.help(
            "a name begins with a lower-case letter and goes on with letters, digits and hyphens",
        )
    }
}
