//! The report: one Markdown text from replaceable templates, the same text as one HTML page, and a list of every number in it.
//!
//! Templates print values only through functions that take a value with its address ([`functions`]). What they print is wrapped in
//! marks from the Unicode private use area ([`span`]), so that after rendering every number is known with its line and column, and
//! any digit outside a mark is an error ([`guard`]): no template and no author can type a result by hand. The marks are taken out
//! of the Markdown and become buttons in the HTML, which open the tree of the number. Templates hold no words of their own: they ask for them by
//! key, and a language is one file of them ([`words`]).

mod doubts;
mod escape;
mod figures;
mod format;
mod functions;
mod guard;
mod html;
mod input;
mod page;
mod panel;
mod phrases;
mod press;
mod process;
mod reads_as;
mod references;
mod sections;
mod span;
mod table_files;
mod words;
mod workbook;
mod write;

#[cfg(test)]
mod hostile_test;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use input::{ForestStyle, ProtocolText, ReportInput, Table, TextFile};
pub use reads_as::{is_read_as, reads_as};
pub use sections::built_in_templates;
pub use words::Words;
pub use write::{Report, write};
