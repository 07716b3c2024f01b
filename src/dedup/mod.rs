//! Finds records of the same publication, explains every decision, and merges without losing one.
//!
//! Records become comparison keys ([`key`]), keys give candidate pairs ([`blocking`]), every pair is decided on its own fields
//! alone ([`rules`], [`veto`]), and the pairs that are one publication are joined to clusters ([`clusters`]). Nothing here depends
//! on the order of the input: records are first put in the order of their identifiers and contents.

mod abbreviation;
mod abstracts;
mod authors;
mod blocking;
mod clusters;
mod compare;
mod container;
mod contrast;
mod deduplication;
mod description;
mod explain;
mod identifiers;
mod item_notice;
mod key;
mod kind;
mod lacking;
mod library;
mod locator;
pub mod merge;
mod natural_order;
mod near_word;
mod normalise;
mod notice;
mod queue;
mod rules;
pub mod settings;
mod subtitle;
mod title;
mod title_difference;
mod title_forms;
mod tongue;
pub mod verdict;
mod veto;
mod why;
mod words;

pub use deduplication::{Cluster, Deduplication, Pair, Unsure, deduplicate, deduplicate_rounds};
pub use description::Description;
pub use item_notice::{ItemNotice, item_notice};
pub use merge::{Member, Merged, merged_records};
pub use settings::{Policy, Settings};
pub use verdict::Verdict;
pub use why::{Why, why};
