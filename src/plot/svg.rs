//! A small SVG writer: escaped text, fixed two-decimal coordinates, prefixed ids, an explicit white page.
//!
//! It takes finished positions and gives text. It knows nothing of axes or rows, and it writes no style sheet, script, link to
//! another host, time or random id, so that several figures can stand in one HTML page under a strict content policy.

use std::fmt::Write as _;

/// Fonts asked for, most common first, ending in the generic family.
const FONT_FAMILY: &str = "Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

/// Longest text put into a `<title>` of a mark or an attribute; what is longer ends in an ellipsis.
const LONGEST_TOOLTIP: usize = 600;

/// Where the x of a text lies on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// At its beginning.
    Start,
    /// At its middle.
    Middle,
    /// At its end.
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextStyle {
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
    pub(super) const fn plain(size: f64) -> Self {
        Self {
            size,
            bold: false,
            anchor: Anchor::Start,
            fill: super::palette::INK,
            upright: false,
            halo: false,
        }
    }

    /// The same in bold.
    pub(super) const fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    /// The same with another anchor.
    pub(super) const fn anchored(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    /// The same in another colour.
    pub(super) const fn coloured(mut self, fill: &'static str) -> Self {
        self.fill = fill;
        self
    }

    /// The same with an outline in the page's colour.
    pub(super) const fn with_halo(mut self) -> Self {
        self.halo = true;
        self
    }

    /// The same, reading upwards.
    pub(super) const fn upwards(mut self) -> Self {
        self.upright = true;
        self
    }
}

/// A drawn line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    /// Colour.
    pub color: &'static str,
    /// Width in pixels.
    pub width: f64,
    /// Dash pattern as SVG wants it; empty for a solid line.
    pub dash: &'static str,
}

impl Stroke {
    /// A solid line.
    pub(super) const fn solid(color: &'static str, width: f64) -> Self {
        Self {
            color,
            width,
            dash: "",
        }
    }

    /// A dashed line.
    pub(super) const fn dashed(color: &'static str, width: f64, dash: &'static str) -> Self {
        Self { color, width, dash }
    }
}

/// A filled shape, perhaps with an outline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    /// Fill colour, or `none`.
    pub fill: &'static str,
    /// Outline.
    pub stroke: Option<Stroke>,
}

impl Paint {
    /// A fill without outline.
    pub(super) const fn fill(fill: &'static str) -> Self {
        Self { fill, stroke: None }
    }

    /// A fill with an outline.
    pub(super) const fn outlined(fill: &'static str, stroke: Stroke) -> Self {
        Self {
            fill,
            stroke: Some(stroke),
        }
    }
}

/// The marks of one figure, in drawing order.
#[derive(Debug)]
pub(super) struct Drawing {
    id: String,
    defs: String,
    body: String,
    open: Vec<&'static str>,
}

impl Drawing {
    /// An empty figure; `id` becomes the prefix of every id in it.
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: safe_id(id),
            defs: String::new(),
            body: String::new(),
            open: Vec::new(),
        }
    }

    /// Writes a straight line.
    pub(super) fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64, stroke: &Stroke) {
        let (x1, y1, x2, y2) = (number(x1), number(y1), number(x2), number(y2));
        self.put(&format!(
            "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{}/>",
            stroke_attributes(stroke)
        ));
    }

    /// Writes a rectangle; a negative size is drawn as zero.
    pub(super) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, paint: &Paint) {
        self.rounded_rect(x, y, width, height, 0.0, paint);
    }

    /// Writes a rectangle with round corners.
    pub(super) fn rounded_rect(
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
    pub(super) fn circle(&mut self, x: f64, y: f64, radius: f64, paint: &Paint) {
        self.put(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
            number(x),
            number(y),
            number(radius.max(0.0)),
            paint_attributes(paint)
        ));
    }

    /// Writes a closed shape through `points`.
    pub(super) fn polygon(&mut self, points: &[(f64, f64)], paint: &Paint) {
        self.put(&format!(
            "<polygon points=\"{}\"{}/>",
            point_list(points),
            paint_attributes(paint)
        ));
    }

    /// Writes an open line through `points`.
    pub(super) fn polyline(&mut self, points: &[(f64, f64)], stroke: &Stroke) {
        self.put(&format!(
            "<polyline points=\"{}\" fill=\"none\"{}/>",
            point_list(points),
            stroke_attributes(stroke)
        ));
    }

    /// Writes one line of text; y is the baseline. Text that is empty after cleaning is left out.
    pub(super) fn text(&mut self, x: f64, y: f64, style: &TextStyle, text: &str) {
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
        if style.fill != super::palette::INK {
            let _ = write!(attributes, " fill=\"{}\"", style.fill);
        }
        if style.halo {
            let page = super::palette::PAGE;
            let _ = write!(
                attributes,
                " stroke=\"{page}\" stroke-width=\"3.00\" stroke-linejoin=\"round\" paint-order=\"stroke\""
            );
        }
        if style.upright {
            let _ = write!(attributes, " transform=\"rotate(-90 {x} {y})\"");
        }
        self.put(&format!("<text{attributes}>{}</text>", escape(&shown)));
    }

    /// Opens a group: a row, a box, a layer. `tooltip` becomes its `<title>`; `address` its `data-address`.
    pub(super) fn open_group(
        &mut self,
        class: &'static str,
        tooltip: Option<&str>,
        address: Option<&str>,
    ) {
        let mut tag = format!("<g class=\"{class}\"");
        if let Some(address) = address {
            let _ = write!(tag, " data-address=\"{}\"", escape(&clean(address)));
        }
        tag.push('>');
        self.put(&tag);
        self.open.push("g");
        if let Some(tooltip) = tooltip {
            let text = shorten(&clean(tooltip), LONGEST_TOOLTIP);
            self.put(&format!("<title>{}</title>", escape(&text)));
        }
    }

    /// Opens a link around what follows; a target that is not within the page or the review opens a plain group instead.
    pub(super) fn open_link(&mut self, target: Option<&str>) {
        if let Some(link) = target.filter(|link| is_inner_link(link)) {
            self.put(&format!("<a href=\"{}\">", escape(&clean(link))));
            self.open.push("a");
        } else {
            self.put("<g>");
            self.open.push("g");
        }
    }

    /// Closes the group or link opened last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.put(&format!("</{name}>"));
        }
    }

    /// Declares a clipping rectangle and opens a group cut by it.
    pub(super) fn open_clip(&mut self, name: &str, x: f64, y: f64, width: f64, height: f64) {
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
    pub(super) fn finish(
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
            ink = super::palette::INK,
            page = super::palette::PAGE,
            title = escape(&clean(title)),
            description = escape(&clean(description)),
            body = self.body,
        )
    }

    fn put(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }
}

/// Makes text harmless and single-lined: control characters and line ends become one space, characters that XML forbids become
/// U+FFFD, and marks that turn or hide text (bidirectional overrides, embeddings, isolates, zero-width characters) go.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() && c != '\u{a0}' && c != '\u{2007}' || c.is_control() {
            gap = true;
        } else if !is_invisible(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            let forbidden = matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF);
            out.push(if forbidden { '\u{FFFD}' } else { c });
        }
    }
    out
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{AD}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Cuts text to at most `longest` characters, the last of them an ellipsis.
pub(super) fn shorten(text: &str, longest: usize) -> String {
    if text.chars().nth(longest).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Only letters, digits, `-` and `_`, beginning with a letter.
fn safe_id(id: &str) -> String {
    let kept: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    if kept.starts_with(|c: char| c.is_ascii_alphabetic()) {
        kept
    } else {
        format!("figure-{kept}")
    }
}

/// A place in the page (`#…`) or a path below the report, never a scheme, another host or an absolute path.
fn is_inner_link(link: &str) -> bool {
    let before_path = link.split(['/', '#', '?']).next().unwrap_or_default();
    !link.is_empty()
        && !link.starts_with(['/', '\\'])
        && !before_path.contains(':')
        && clean(link) == link
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
    fn control_and_direction_marks_are_neutralised() {
        assert_eq!(clean("a\u{0}b\u{202E}c\u{2066}d\n e\u{7}"), "a bcd e");
        assert_eq!(clean("\u{FFFF}x"), "\u{FFFD}x");
    }

    #[test]
    fn links_with_a_scheme_or_a_host_are_refused() {
        for bad in [
            "javascript:alert(1)",
            "https://x.org",
            "//x.org",
            "/etc",
            "java\nscript:x",
            "",
        ] {
            assert!(!is_inner_link(bad), "{bad}");
        }
        for good in ["#box-1", "tables/excluded.csv", "a.html#x:y"] {
            assert!(is_inner_link(good), "{good}");
        }
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
