//! How texts, lines and shapes look.

use crate::plot::palette;

/// Where the x of a text lies on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plot) enum Anchor {
    /// At its beginning.
    Start,
    /// At its middle.
    Middle,
    /// At its end.
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(in crate::plot) struct TextStyle {
    /// Font size in pixels.
    pub size: f64,
    /// Bold weight.
    pub bold: bool,
    /// Which point of the text x means.
    pub anchor: Anchor,
    /// Fill colour.
    pub fill: &'static str,
    /// Turned a quarter against the clock around (x, y).
    pub upright: bool,
    /// Outlined in the page's colour, so that it stays legible over lines and bands.
    pub halo: bool,
}

impl TextStyle {
    /// Plain dark text of `size` pixels, beginning at x.
    pub(in crate::plot) const fn plain(size: f64) -> Self {
        Self {
            size,
            bold: false,
            anchor: Anchor::Start,
            fill: palette::INK,
            upright: false,
            halo: false,
        }
    }

    /// The same in bold.
    pub(in crate::plot) const fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    /// The same with another anchor.
    pub(in crate::plot) const fn anchored(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    /// The same in another colour.
    pub(in crate::plot) const fn coloured(mut self, fill: &'static str) -> Self {
        self.fill = fill;
        self
    }

    /// The same with an outline in the page's colour.
    pub(in crate::plot) const fn with_halo(mut self) -> Self {
        self.halo = true;
        self
    }

    /// The same, reading upwards.
    pub(in crate::plot) const fn upwards(mut self) -> Self {
        self.upright = true;
        self
    }
}

/// A drawn line.
#[derive(Clone, Copy, Debug)]
pub(in crate::plot) struct Stroke {
    /// Colour.
    pub color: &'static str,
    /// Width in pixels.
    pub width: f64,
    /// Dash pattern as SVG wants it; empty for a solid line.
    pub dash: &'static str,
}

impl Stroke {
    /// A solid line.
    pub(in crate::plot) const fn solid(color: &'static str, width: f64) -> Self {
        Self {
            color,
            width,
            dash: "",
        }
    }

    /// A dashed line.
    pub(in crate::plot) const fn dashed(
        color: &'static str,
        width: f64,
        dash: &'static str,
    ) -> Self {
        Self { color, width, dash }
    }
}

/// A filled shape, perhaps with an outline.
#[derive(Clone, Copy, Debug)]
pub(in crate::plot) struct Paint {
    /// Fill colour, or `none`.
    pub fill: &'static str,
    /// Outline.
    pub stroke: Option<Stroke>,
}

impl Paint {
    /// A fill without outline.
    pub(in crate::plot) const fn fill(fill: &'static str) -> Self {
        Self { fill, stroke: None }
    }

    /// A fill with an outline.
    pub(in crate::plot) const fn outlined(fill: &'static str, stroke: Stroke) -> Self {
        Self {
            fill,
            stroke: Some(stroke),
        }
    }
}
