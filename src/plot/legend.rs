//! Lines of legend and notes below a figure, and the mark of a risk-of-bias level.

use super::figure::Frame;
use super::palette::{BiasPalette, SOFT_INK};
use super::svg::{Anchor, Drawing, TextStyle};
use super::text_width::{text_width, wrap};
use super::traffic_light::{BiasDomain, BiasLevel};

/// Font size of legends.
const SIZE: f64 = 12.0;
/// Distance between lines.
const LINE: f64 = 17.0;

/// Draws a level's mark: a coloured disc with a glyph.
pub(super) fn bias_mark(
    drawing: &mut Drawing,
    level: &BiasLevel,
    x: f64,
    y: f64,
    radius: f64,
    palette: BiasPalette,
) {
    drawing.circle(x, y, radius, &level.tone.paint(palette));
    let glyph = super::svg::shorten(&super::svg::clean(&level.glyph), 2);
    let size = if radius < 9.0 { 12.0 } else { 14.0 };
    let style = TextStyle::plain(size)
        .bold()
        .anchored(Anchor::Middle)
        .coloured(level.tone.colours(palette).1);
    drawing.text(x, y + size * 0.36, &style, &glyph);
}

/// Writes wrapped paragraphs from `y` down; gives the y below them.
pub(super) fn notes<S: AsRef<str>>(
    drawing: &mut Drawing,
    texts: &[S],
    x: f64,
    y: f64,
    width: f64,
) -> f64 {
    let style = TextStyle::plain(SIZE).coloured(SOFT_INK);
    let mut y = y;
    for text in texts {
        for line in wrap(text.as_ref(), SIZE, false, width, 8) {
            drawing.text(x, y + 12.0, &style, &line);
            y += LINE;
        }
    }
    y
}

/// The legend of levels, each with its mark, over as many lines as it needs; gives the y below it.
pub(super) fn levels(
    drawing: &mut Drawing,
    levels: &[BiasLevel],
    frame: &Frame,
    x: f64,
    y: f64,
    width: f64,
) -> f64 {
    let (mut at, mut y) = (x, y);
    for level in levels {
        let name = wrap(&level.name, SIZE, false, (width - 30.0).max(60.0), 1).concat();
        let wide = 22.0 + text_width(&name, SIZE, false) + 18.0;
        if at > x && at + wide > x + width {
            at = x;
            y += LINE + 3.0;
        }
        bias_mark(drawing, level, at + 8.0, y + 8.0, 7.5, frame.bias_palette);
        drawing.text(at + 22.0, y + 12.4, &TextStyle::plain(SIZE), &name);
        at += wide;
    }
    if levels.is_empty() { y } else { y + LINE + 5.0 }
}

/// `D1: Randomisation process`, one domain after the other, wrapped between domains; gives the y below.
pub(super) fn domains(
    drawing: &mut Drawing,
    domains: &[BiasDomain],
    x: f64,
    y: f64,
    width: f64,
) -> f64 {
    let (mut at, mut y) = (x, y);
    let mut any = false;
    for domain in domains
        .iter()
        .filter(|d| !d.name.trim().is_empty() && d.name != d.code)
    {
        any = true;
        let text = format!("{}: {}", domain.code, domain.name);
        let lines = wrap(&text, SIZE, false, width, 4);
        let wide = lines
            .iter()
            .map(|l| text_width(l, SIZE, false))
            .fold(0.0, f64::max)
            + 20.0;
        if at > x && (at + wide > x + width + 20.0 || lines.len() > 1) {
            at = x;
            y += LINE;
        }
        for (i, line) in lines.iter().enumerate() {
            y += if i > 0 { LINE } else { 0.0 };
            drawing.text(at, y + 12.0, &TextStyle::plain(SIZE), line);
        }
        at += if lines.len() > 1 { width } else { wide };
    }
    if any { y + LINE + 5.0 } else { y }
}

/// The distinct levels among judgements, mildest first, in the order of their tone and name.
pub(super) fn distinct_levels<'a>(
    judgements: impl Iterator<Item = &'a BiasLevel>,
) -> Vec<BiasLevel> {
    let mut levels: Vec<BiasLevel> = judgements.cloned().collect();
    levels.sort();
    levels.dedup();
    levels
}
