//! The stage `report`: every table in, one report as Markdown and as a page out.

mod ports;

use super::{Context, Files, Stage};
use crate::config::yaml;
use crate::place::Place;
use crate::plot::ForestLayout;
use crate::problem::{Problem, Problems};
use crate::report::{self, ForestStyle, ProtocolText, ReportInput, TextFile};
use ports::{Inputs, Outputs};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Writes the report.
pub(super) struct Report;

/// What the author of a pipeline may set.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    /// Where the pipeline places the Markdown report, as `review trace FILE:LINE` names it.
    pub path: String,
    /// Language of the report and its figures: `en`, `zh`, or one whose words stand in `words.<language>.txt` among the templates.
    pub language: String,
    /// What forest plots show.
    pub forest: Forest,
}

/// What forest plots show beside effects.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Forest {
    /// Order of the columns: `revman` (weight and effect before the plot) or `jama` (an arm in one column, weight last).
    pub layout: Layout,
    /// Whether the numbers of the arms stand beside the effects.
    pub arms: bool,
    /// Whether risk of bias stands beside the effects.
    pub risk_of_bias: bool,
}

/// Order of the columns of a forest plot.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub(super) enum Layout {
    /// As RevMan has them.
    Revman,
    /// As JAMA has them.
    Jama,
}

impl Default for Forest {
    fn default() -> Self {
        Self {
            layout: Layout::Revman,
            arms: true,
            risk_of_bias: true,
        }
    }
}

impl From<Forest> for ForestStyle {
    fn from(forest: Forest) -> Self {
        Self {
            layout: match forest.layout {
                Layout::Revman => ForestLayout::RevMan,
                Layout::Jama => ForestLayout::Jama,
            },
            arms: forest.arms,
            bias: forest.risk_of_bias,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            path: "reports/report.md".to_owned(),
            language: "en".to_owned(),
            forest: Forest::default(),
        }
    }
}

impl Stage for Report {
    const KIND: &'static str = "report";
    const REVISION: u32 = 20;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(
        &self,
        settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let mut problems = Problems::new();
        let mut gather = |read: Result<_, Problems>| {
            read.unwrap_or_else(|found| {
                problems.append(found);
                BTreeMap::new()
            })
        };
        let texts = gather(texts(&inputs.text, ".md"));
        let templates = gather(texts_by_name(&inputs.templates));
        let protocol = protocol(&inputs.protocol).unwrap_or_else(|found| {
            problems.append(found);
            ProtocolText::default()
        });
        let words = report::Words::of(&settings.language, &templates).unwrap_or_else(|found| {
            problems.append(found);
            report::Words::default()
        });
        if problems.has_errors() {
            return Err(problems);
        }
        let report = report::write(ReportInput {
            forest: settings.forest.into(),
            words: Arc::new(words),
            tables: inputs.tables,
            protocol,
            texts,
            templates,
            path: settings.path.clone(),
        })?;
        cx.report_all(report.warnings.clone());
        Ok(Outputs(report))
    }
}

/// Files by their name without the ending.
fn texts(files: &Files, ending: &str) -> Result<BTreeMap<String, TextFile>, Problems> {
    let named = texts_by_name(files)?;
    let without = |name: String| {
        name.strip_suffix(ending)
            .map_or(name.clone(), str::to_owned)
    };
    Ok(named
        .into_iter()
        .map(|(name, file)| (without(name), file))
        .collect())
}

fn texts_by_name(files: &Files) -> Result<BTreeMap<String, TextFile>, Problems> {
    let mut found = BTreeMap::new();
    let mut problems = Problems::new();
    for file in files {
        match text(&file.path, &file.bytes) {
            Ok(text) => {
                let name = file.path.rsplit('/').next().unwrap_or(&file.path);
                found.insert(name.to_owned(), text);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(problems)
    }
}

fn text(path: &str, bytes: &[u8]) -> Result<TextFile, Problem> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }),
        Err(_) => Err(Problem::error("report::not-utf8", "the file is not UTF-8")
            .at(Place::file(path))
            .help("save it as UTF-8")),
    }
}

/// The protocol with the place of every value; an empty one where none is wired.
fn protocol(files: &Files) -> Result<ProtocolText, Problems> {
    let Some(file) = files.first() else {
        return Ok(ProtocolText {
            value: Value::Object(serde_json::Map::new()),
            ..ProtocolText::default()
        });
    };
    let text = text(&file.path, &file.bytes)?;
    let value = yaml::from_str(&text.path, &text.text)?;
    let mut places = BTreeMap::new();
    walk(
        &yaml::parse(&text.path, &text.text)?,
        &text.path,
        "",
        &mut places,
    );
    Ok(ProtocolText {
        path: text.path,
        value,
        places,
    })
}

fn walk(node: &yaml::Node, file: &str, path: &str, places: &mut BTreeMap<String, Place>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    places.insert(path.to_owned(), node.place(file));
    match &node.value {
        yaml::Value::Scalar(_) => {}
        yaml::Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, file, &below(&index.to_string()), places);
            }
        }
        yaml::Value::Mapping(mapping) => {
            for (name, entry) in mapping {
                walk(&entry.value, file, &below(name), places);
            }
        }
    }
}
