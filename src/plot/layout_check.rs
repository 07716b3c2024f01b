//! Reads a finished SVG back and checks what a reader would see: every text inside the page, no two texts on each other.
//!
//! Independent of the drawing code except for the width estimate.

use super::figure::Figure;
use super::text_width::text_width;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A text with its estimated box.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "`text` is read in the message of a failed check")]
pub(super) struct TextBox {
    pub text: String,
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    pub size: f64,
}

impl TextBox {
    fn overlaps(&self, other: &Self) -> bool {
        let slack = 0.06;
        self.left + slack < other.right
            && other.left + slack < self.right
            && self.top + slack < other.bottom
            && other.top + slack < self.bottom
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes()
        .map(|a| a.expect("attributes are well formed"))
        .find(|a| a.key.as_ref() == name)
        .map(|a| a.value.into_owned())
}

fn number(tag: &BytesStart<'_>, name: &str) -> f64 {
    attribute(tag, name).map_or(f64::NAN, |v| v.parse().expect("coordinates are numbers"))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn text_box(tag: &BytesStart<'_>, text: &str) -> TextBox {
    let (x, y, size) = (number(tag, "x"), number(tag, "y"), number(tag, "font-size"));
    let bold = attribute(tag, "font-weight").is_some();
    let width = text_width(text, size, bold);
    let before = match attribute(tag, "text-anchor").as_deref() {
        Some("middle") => width / 2.0,
        Some("end") => width,
        _ => 0.0,
    };
    let (up, down) = (0.74 * size, 0.22 * size);
    let turned = attribute(tag, "transform").is_some();
    let (left, top, right, bottom) = if turned {
        (x - up, y - width + before, x + down, y + before)
    } else {
        (x - before, y - up, x - before + width, y + down)
    };
    TextBox {
        text: text.to_owned(),
        left,
        top,
        right,
        bottom,
        size,
    }
}

/// All text boxes of an SVG, and its width and height. Panics when it is not well formed.
pub(super) fn text_boxes(svg: &str) -> (Vec<TextBox>, f64, f64) {
    let start = svg.find("viewBox=\"").expect("a view box") + 9;
    let view: Vec<f64> = svg[start..]
        .split('"')
        .next()
        .expect("a closing quote")
        .split(' ')
        .map(|v| v.parse().expect("numbers"))
        .collect();
    let mut reader = Reader::from_str(svg);
    let mut boxes = Vec::new();
    let mut depth = 0;
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) if tag.name().as_ref() == "text" => {
                let end = reader.read_text(tag.name()).expect("text ends");
                boxes.push(text_box(&tag, &unescaped(&end)));
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "every element is closed");
    (boxes, view[2], view[3])
}

/// Panics when a text leaves the page or lies on another one, is too small, or when the figure lacks its formal parts.
pub(super) fn check(name: &str, figure: &Figure) {
    let (boxes, width, height) = text_boxes(&figure.svg);
    assert!(!boxes.is_empty(), "{name}: no text");
    for b in &boxes {
        let inside = b.left >= -0.01
            && b.top >= -0.01
            && b.right <= width + 0.01
            && b.bottom <= height + 0.01;
        assert!(inside, "{name}: leaves the page {width}x{height}: {b:?}");
        assert!(b.size >= 12.0, "{name}: font below 12 px: {b:?}");
    }
    let mut order: Vec<&TextBox> = boxes.iter().collect();
    order.sort_by(|a, b| a.top.total_cmp(&b.top));
    for (i, a) in order.iter().enumerate() {
        for b in order[i + 1..].iter().take_while(|b| b.top < a.bottom) {
            assert!(!a.overlaps(b), "{name}: {a:?} lies on {b:?}");
        }
    }
    for part in [
        "role=\"img\"",
        "<title id=",
        "<desc id=",
        "fill=\"#ffffff\"",
        "aria-labelledby=",
    ] {
        assert!(figure.svg.contains(part), "{name}: {part} is missing");
    }
    assert!(
        !figure.svg.contains("<script") && !figure.svg.contains("<style"),
        "{name}"
    );
    let marks = figure.svg.replacen("http://www.w3.org/2000/svg", "", 1);
    let marks = marks
        .split('<')
        .filter(|t| !["text", "title", "desc"].iter().any(|n| t.starts_with(n)));
    for tag in marks {
        for forbidden in ["http:", "https:", "NaN", "=\"inf", "style=", "href=\"java"] {
            assert!(!tag.contains(forbidden), "{name}: {tag} holds {forbidden}");
        }
    }
    assert!((figure.width - width).abs() < 0.01 && (figure.height - height).abs() < 0.01);
    for row in &figure.table.rows {
        assert_eq!(row.len(), figure.table.header.len(), "{name}: {row:?}");
    }
}

#[test]
#[should_panic(expected = "lies on")]
fn two_texts_on_each_other_are_found() {
    use super::svg::{Drawing, TextStyle};
    let mut drawing = Drawing::new("f");
    drawing.text(10.0, 20.0, &TextStyle::plain(12.0), "first");
    drawing.text(20.0, 24.0, &TextStyle::plain(12.0), "second");
    let frame = super::figure::Frame::default();
    let table = super::figure::DataTable::default();
    check(
        "test",
        &super::figure::finish(drawing, &frame, (100.0, 100.0), "", table),
    );
}
