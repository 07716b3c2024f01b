//! An analysis as a table for a statistician, or as JSON.

mod json;
mod scale;
mod text;

pub(super) use json::json;
pub(super) use text::text;
