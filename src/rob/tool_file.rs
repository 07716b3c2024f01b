//! A tool read from its YAML: keys and positions, then shape, then the check of everything it says.

use super::check;
use super::positions::positions;
use super::tool::{FORMAT, Tool};
use crate::place::Place;
use crate::problem::{Problem, Problems};

impl Tool {
    /// Reads and checks a tool.
    ///
    /// # Errors
    /// All faults found: text that is no YAML, keys that stand twice or are unknown, questions, steps, judgements or options
    /// that do not exist, answers that lead nowhere, loops, and steps, rules or judgements that cannot be reached.
    ///
    /// # Examples
    /// ```
    /// use review::rob::Tool;
    /// let problems = Tool::read("my-tool.yaml", "tool: mine\n").unwrap_err();
    /// assert!(problems.has_errors());
    /// ```
    pub fn read(file: &str, text: &str) -> Result<Self, Problems> {
        let (places, problems) = positions(file, text);
        if problems.has_errors() {
            return Err(problems);
        }
        let tool = Self::unchecked(text).map_err(|error| shape(file, &error))?;
        let problems = check::check(&tool, &places);
        if problems.has_errors() {
            return Err(problems);
        }
        Ok(tool)
    }

    /// Reads a tool whose text is known to be in order.
    ///
    /// # Errors
    /// A text that does not have the shape of a tool.
    pub(super) fn unchecked(text: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(text)
    }
}

/// The problem of a file whose shape is wrong.
fn shape(file: &str, error: &serde_yaml::Error) -> Problems {
    let place = error.location().map_or_else(
        || Place::file(file),
        |at| {
            let narrow = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            Place::column(file, narrow(at.line()), narrow(at.column()))
        },
    );
    let mut said = error.to_string();
    if let Some(end) = said.find(" at line ") {
        said.truncate(end);
    }
    Problem::error(
        "rob::bad-tool",
        format!("not a tool of format {FORMAT}: {said}"),
    )
    .at(place)
    .help("compare the keys with those of `src/rob/tools/rob2.yaml`")
    .into()
}
