//! What a port is wired to: an artefact of another stage, or a path.

use super::reader::Reader;
use super::yaml::Node;
use crate::ids::StageId;
use crate::path::RelPath;
use crate::place::Place;
use crate::problem::Problem;
use std::fmt;

/// One entry of a stage's `in`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// What flows in.
    pub from: Input,
    /// Where `from` is written.
    pub place: Place,
    /// Where the name of the port is written.
    pub port_place: Place,
}

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// An artefact of another stage: `import.records`.
    Artefact {
        /// The stage that makes it.
        stage: StageId,
        /// Its name there.
        artefact: String,
    },
    /// A file or folder that people keep: `data/searches/`.
    Path(RelPath),
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Artefact { stage, artefact } => write!(f, "{stage}.{artefact}"),
            Self::Path(path) => write!(f, "{path}"),
        }
    }
}

/// Reads `stage.artefact`, or a path when there is a `/` (or `\`) in it.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, port: &str) -> Option<Input> {
    let text = reader.text(node, &format!("input `{port}`"))?;
    if text.contains(['/', '\\']) {
        return Some(Input::Path(reader.path(node, port)?.value));
    }
    if let Some((stage, artefact)) = text.split_once('.')
        && is_name(stage)
        && artefact.split('.').all(is_artefact)
    {
        return Some(Input::Artefact {
            stage: StageId::new(stage),
            artefact: artefact.to_owned(),
        });
    }
    let problem = Problem::error(
        "config::bad-edge",
        format!(
            "input `{port}` is neither `stage.artefact` nor a path: `{}`",
            *text
        ),
    )
    .at(text.place.clone())
    .help(format!(
        "write `import.records` for an artefact of a stage; a path has a `/` in it: `./{}`",
        text.trim()
    ));
    reader.report(problem);
    None
}

/// Artefacts may have companions (`records.places`), and a kind of stage may spell its names with `_`.
fn is_artefact(part: &str) -> bool {
    is_name(&part.replace('_', "-"))
}

/// Whether `text` is a name as stages, ports and outputs have them: lower-case letters, digits, single hyphens between.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
        && text
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}
