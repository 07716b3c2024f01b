//! A mapping inside a larger file that can be read as typed values of its own.

use super::node::Node;
use super::typed::{Origin, typed};
use crate::place::Place;
use crate::problem::Problems;
use serde::de::DeserializeOwned;

/// A mapping cut out of a YAML file, such as settings written in `pipeline.yaml`.
///
/// Keeps its own text, so that typed reading reports places in the whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    /// The mapping with places.
    pub node: Node,
    file: String,
    text: String,
    /// Characters cut from the front of the first line.
    cut: u32,
}

impl Inline {
    /// Cuts `node` out of the text it was read from.
    pub(in crate::config) fn cut(file: &str, text: &str, node: &Node) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let part = text.get(node.bytes.clone()).unwrap_or_default();
        let indentation = node.column as usize - 1;
        // The indentation of a block is part of its meaning; before a bracket it means nothing.
        let (text, cut) = if part.starts_with('{') {
            (part.to_owned(), node.column - 1)
        } else {
            (" ".repeat(indentation) + part, 0)
        };
        Self {
            node: node.clone(),
            file: file.to_owned(),
            text,
            cut,
        }
    }

    /// The file that it stands in.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Where the mapping begins.
    pub fn place(&self) -> Place {
        self.node.place(&self.file)
    }

    /// Reads the mapping as `T`.
    ///
    /// # Errors
    /// When it does not have the shape of `T`, with the place in the whole file.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problems> {
        let origin = Origin {
            file: &self.file,
            first_line: self.node.line,
            cut: self.cut,
        };
        typed(&origin, &self.node, &self.text)
    }
}
