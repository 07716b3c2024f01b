//! The marks of one figure, written one by one.

use super::style::{Anchor, Paint, Stroke, TextStyle};
use super::text::{clean, is_inner_link, safe_id, shorten};
use crate::markup::escaped;
use crate::plot::palette;
use std::fmt::Write as _;

/// Fonts asked for, most common first, ending in the generic family.
const FONT_FAMILY: &str = "Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

/// Longest text put into a `<title>` of a mark or an attribute; what is longer ends in an ellipsis.
const LONGEST_TOOLTIP: usize = 600;

/// The marks of one figure, in drawing order.
#[derive(Debug)]
pub(in crate::plot) struct Drawing {
    id: String,
    defs: String,
    body: String,
    open: Vec<&'static str>,
}

impl Drawing {
    /// An empty figure; `id` becomes the prefix of every id in it.
    pub(in crate::plot) fn new(id: &str) -> Self {
        Self {
            id: safe_id(id),
            defs: String::new(),
            body: String::new(),
            open: Vec::new(),
        }
    }

    /// Writes a straight line.
    pub(in crate::plot) fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64, stroke: &Stroke) {
        let (x1, y1, x2, y2) = (number(x1), number(y1), number(x2), number(y2));
        self.put(&format!(
            "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{}/>",
            stroke_attributes(stroke)
        ));
    }

    /// Writes a rectangle; a negative size is drawn as zero.
    pub(in crate::plot) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, paint: &Paint) {
        self.rounded_rect(x, y, width, height, 0.0, paint);
    }

    /// Writes a rectangle with round corners.
    pub(in crate::plot) fn rounded_rect(
        &mut self,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        radius: f64,
        paint: &Paint,
    ) {
        let corner = if radius > 0.0 {
            format!(" rx=\"{}\"", number(radius))
        } else {
            String::new()
        };
        self.put(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{corner}{}/>",
            number(x),
            number(y),
            number(width.max(0.0)),
            number(height.max(0.0)),
            paint_attributes(paint)
        ));
    }

    /// Writes a circle.
    pub(in crate::plot) fn circle(&mut self, x: f64, y: f64, radius: f64, paint: &Paint) {
        self.put(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
            number(x),
            number(y),
            number(radius.max(0.0)),
            paint_attributes(paint)
        ));
    }

    /// Writes a closed shape through `points`.
    pub(in crate::plot) fn polygon(&mut self, points: &[(f64, f64)], paint: &Paint) {
        self.put(&format!(
            "<polygon points=\"{}\"{}/>",
            point_list(points),
            paint_attributes(paint)
        ));
    }

    /// Writes an open line through `points`.
    pub(in crate::plot) fn polyline(&mut self, points: &[(f64, f64)], stroke: &Stroke) {
        self.put(&format!(
            "<polyline points=\"{}\" fill=\"none\"{}/>",
            point_list(points),
            stroke_attributes(stroke)
        ));
    }

    /// Writes one line of text; y is the baseline. Text that is empty after cleaning is left out.
    pub(in crate::plot) fn text(&mut self, x: f64, y: f64, style: &TextStyle, text: &str) {
        let shown = clean(text);
        if shown.is_empty() {
            return;
        }
        let (x, y) = (number(x), number(y));
        let mut attributes = format!(" x=\"{x}\" y=\"{y}\" font-size=\"{}\"", number(style.size));
        match style.anchor {
            Anchor::Start => {}
            Anchor::Middle => attributes.push_str(" text-anchor=\"middle\""),
            Anchor::End => attributes.push_str(" text-anchor=\"end\""),
        }
        if style.bold {
            attributes.push_str(" font-weight=\"bold\"");
        }
        if style.fill != palette::INK {
            let _ = write!(attributes, " fill=\"{}\"", style.fill);
        }
        if style.halo {
            let page = palette::PAGE;
            let _ = write!(
                attributes,
                " stroke=\"{page}\" stroke-width=\"3.00\" stroke-linejoin=\"round\" paint-order=\"stroke\""
            );
        }
        if style.upright {
            let _ = write!(attributes, " transform=\"rotate(-90 {x} {y})\"");
        }
        self.put(&format!("<text{attributes}>{}</text>", escaped(&shown)));
    }

    /// Opens a group: a row, a box, a layer. `tooltip` becomes its `<title>`; `address` its `data-address`.
    pub(in crate::plot) fn open_group(
        &mut self,
        class: &'static str,
        tooltip: Option<&str>,
        address: Option<&str>,
    ) {
        let mut tag = format!("<g class=\"{class}\"");
        if let Some(address) = address {
            let _ = write!(tag, " data-address=\"{}\"", escaped(&clean(address)));
        }
        tag.push('>');
        self.put(&tag);
        self.open.push("g");
        if let Some(tooltip) = tooltip {
            let text = shorten(&clean(tooltip), LONGEST_TOOLTIP);
            self.put(&format!("<title>{}</title>", escaped(&text)));
        }
    }

    /// Opens a link around what follows; a target that is not within the page or the review opens a plain group instead.
    pub(in crate::plot) fn open_link(&mut self, target: Option<&str>) {
        if let Some(link) = target.filter(|link| is_inner_link(link)) {
            self.put(&format!("<a href=\"{}\">", escaped(&clean(link))));
            self.open.push("a");
        } else {
            self.put("<g>");
            self.open.push("g");
        }
    }

    /// Closes the group or link opened last.
    pub(in crate::plot) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.put(&format!("</{name}>"));
        }
    }

    /// Declares a clipping rectangle and opens a group cut by it.
    pub(in crate::plot) fn open_clip(
        &mut self,
        name: &str,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    ) {
        let id = format!("{}-{name}", self.id);
        let _ = writeln!(
            self.defs,
            "<clipPath id=\"{id}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
            number(x),
            number(y),
            number(width.max(0.0)),
            number(height.max(0.0))
        );
        self.put(&format!("<g clip-path=\"url(#{id})\">"));
        self.open.push("g");
    }

    /// Finishes the document: `width` by `height` pixels, with a short `title` and a long `description`.
    pub(in crate::plot) fn finish(
        mut self,
        width: f64,
        height: f64,
        title: &str,
        description: &str,
    ) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        let (id, width, height) = (&self.id, number(width), number(height));
        let defs = if self.defs.is_empty() {
            String::new()
        } else {
            format!("<defs>\n{}</defs>\n", self.defs)
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" role=\"img\" viewBox=\"0 0 {width} {height}\" \
             aria-labelledby=\"{id}-title {id}-desc\" font-family=\"{FONT_FAMILY}\" fill=\"{ink}\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n{defs}\
             <rect x=\"0.00\" y=\"0.00\" width=\"{width}\" height=\"{height}\" fill=\"{page}\"/>\n{body}</svg>\n",
            ink = palette::INK,
            page = palette::PAGE,
            title = escaped(&clean(title)),
            description = escaped(&clean(description)),
            body = self.body,
        )
    }

    fn put(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }
}

fn number(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.2}");
    if text == "-0.00" {
        "0.00".to_owned()
    } else {
        text
    }
}

fn point_list(points: &[(f64, f64)]) -> String {
    let pairs: Vec<String> = points
        .iter()
        .map(|&(x, y)| format!("{},{}", number(x), number(y)))
        .collect();
    pairs.join(" ")
}

fn stroke_attributes(stroke: &Stroke) -> String {
    let mut out = format!(
        " stroke=\"{}\" stroke-width=\"{}\"",
        stroke.color,
        number(stroke.width)
    );
    if !stroke.dash.is_empty() {
        let _ = write!(out, " stroke-dasharray=\"{}\"", stroke.dash);
    }
    out
}

fn paint_attributes(paint: &Paint) -> String {
    let outline = paint
        .stroke
        .as_ref()
        .map(stroke_attributes)
        .unwrap_or_default();
    format!(" fill=\"{}\"{outline}", paint.fill)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_text_stays_text() {
        let mut drawing = Drawing::new("f");
        drawing.text(
            1.0,
            2.0,
            &TextStyle::plain(12.0),
            "<script>alert('1')</script> & \"x\"",
        );
        let svg = drawing.finish(10.0, 10.0, "</title><script>", "d");
        assert!(!svg.contains("<script"));
        assert!(
            svg.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;")
        );
    }

    #[test]
    fn ids_are_prefixed_and_safe() {
        let mut drawing = Drawing::new("1 \"x");
        drawing.open_clip("plot", 0.0, 0.0, 1.0, 1.0);
        let svg = drawing.finish(1.0, 1.0, "t", "d");
        assert!(svg.contains("id=\"figure-1--x\""));
        assert!(svg.contains("clip-path=\"url(#figure-1--x-plot)\""));
        assert!(
            svg.contains("</g>\n</svg>"),
            "open groups are closed: {svg}"
        );
    }

    #[test]
    fn coordinates_have_two_decimals_and_no_negative_zero() {
        assert_eq!(number(-0.001), "0.00");
        assert_eq!(number(f64::NAN), "0.00");
        assert_eq!(number(1.005_1), "1.01");
    }
}
