//! `review` rebuilds a systematic review from its inputs.
//!
//! A pipeline of cached stages leads from search exports to a report. Stages are pure functions over typed artefacts, the
//! engine alone touches files, and every printed number can be walked back to the line or cell it came from. The design is
//! told in `docs/architecture.md`.
//!
//! Arrows point one way: `cli → engine → stage → domain → artefact, stats → ids, place, problem`.

pub mod artefact;
pub mod bib;
pub mod cli;
pub mod config;
pub mod dedup;
pub mod digest;
pub mod effect;
pub mod engine;
pub mod extraction;
pub mod grade;
pub mod graph;
pub mod ids;
mod markup;
pub mod meta;
pub mod nearest;
pub mod path;
pub mod place;
pub mod plot;
pub mod problem;
pub mod protocol;
pub mod provenance;
pub mod report;
pub mod rob;
pub mod screening;
pub mod stage;
pub mod stats;
pub mod synthesis;
pub mod table;
pub mod update;
