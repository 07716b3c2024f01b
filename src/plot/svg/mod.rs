//! A small SVG writer: escaped text, fixed two-decimal coordinates, prefixed ids, an explicit white page.
//!
//! It takes finished positions and gives text. It knows nothing of axes or rows, and it writes no style sheet, script, link to
//! another host, time or random id, so that several figures can stand in one HTML page under a strict content policy.

mod drawing;
mod style;
mod text;

pub(super) use drawing::Drawing;
pub(super) use style::{Anchor, Paint, Stroke, TextStyle};
pub(super) use text::{clean, shorten};
