//! Where the boxes stand and how they are drawn.

use super::PrismaFlow;
use super::boxes::{FlowBox, Item, Place};
use crate::plot::legend;
use crate::plot::palette::{AXIS, INK, PAGE};
use crate::plot::svg::{Anchor, Drawing, Paint, Stroke, TextStyle};
use crate::plot::text_width::wrap;

const MARGIN: f64 = 16.0;
const BAND: f64 = 28.0;
const BOX: f64 = 250.0;
const PADDING: f64 = 9.0;
const GAP_X: f64 = 34.0;
const GAP_Y: f64 = 26.0;
const FONT: f64 = 12.0;
const LINE: f64 = 16.0;

/// Header of the streams of this review.
const NEW_HEAD: &str = "#ffe3a3";
/// Header of previous studies and other methods.
const OTHER_HEAD: &str = "#e3e6ea";
/// Bands at the left.
const BAND_FILL: &str = "#cfe0ef";
const TITLE_LINES: usize = 4;

/// A box with its lines and its rectangle.
struct Drawn<'a> {
    source: &'a FlowBox,
    lines: Vec<(f64, String)>,
    x: f64,
    y: f64,
    height: f64,
}

impl Drawn<'_> {
    fn middle_x(&self) -> f64 {
        self.x + BOX / 2.0
    }
    fn middle_y(&self) -> f64 {
        self.y + self.height / 2.0
    }
    fn bottom(&self) -> f64 {
        self.y + self.height
    }
}

/// A header over one or two columns.
struct Head {
    x: f64,
    width: f64,
    lines: Vec<String>,
    fill: &'static str,
}

/// Draws the whole diagram; gives its size.
pub(super) fn draw(flow: &PrismaFlow, boxes: &[FlowBox]) -> (Drawing, f64, f64) {
    let mut drawing = Drawing::new(&flow.frame.id);
    let heads = heads(flow);
    let head_height = heads.iter().map(|h| h.lines.len()).max().unwrap_or(1) as f64 * LINE + 12.0;
    let top = MARGIN + head_height + 18.0;
    let (drawn, ends) = place(flow, boxes, top);
    let width = last_column(flow) + BOX + MARGIN;
    for head in &heads {
        draw_head(&mut drawing, head, head_height);
    }
    bands(flow, &mut drawing, top, &ends);
    arrows(&mut drawing, &drawn);
    for flow_box in &drawn {
        draw_box(flow, &mut drawing, flow_box);
    }
    let bottom = ends.last().copied().unwrap_or(top) + 14.0;
    let bottom = legend::notes(
        &mut drawing,
        &flow.notes,
        MARGIN,
        bottom,
        width - 2.0 * MARGIN,
    );
    (drawing, width, bottom + MARGIN - 8.0)
}

/// Left edge of a column.
fn column_x(flow: &PrismaFlow, place: Place) -> f64 {
    let first = MARGIN + BAND + 18.0;
    let before = usize::from(flow.previous.is_some());
    let index = match place {
        Place::Previous => 0,
        Place::Main => before,
        Place::MainOut => before + 1,
        Place::Other => before + 2,
        Place::OtherOut => before + 3,
    };
    first + index as f64 * (BOX + GAP_X)
}

fn last_column(flow: &PrismaFlow) -> f64 {
    let place = if flow.other.is_some() {
        Place::OtherOut
    } else {
        Place::MainOut
    };
    column_x(flow, place)
}

fn heads(flow: &PrismaFlow) -> Vec<Head> {
    let words = &flow.frame.wording;
    let double = 2.0 * BOX + GAP_X;
    let make = |place, width: f64, text: &str, fill| Head {
        x: column_x(flow, place),
        width,
        lines: wrap(text, FONT, true, width - 2.0 * PADDING, TITLE_LINES),
        fill,
    };
    let update = flow.previous.is_some();
    let main = if update {
        &words.new_via_databases
    } else {
        &words.via_databases
    };
    let mut heads = vec![make(Place::Main, double, main, NEW_HEAD)];
    if update {
        heads.push(make(
            Place::Previous,
            BOX,
            &words.previous_studies,
            OTHER_HEAD,
        ));
    }
    if flow.other.is_some() {
        let other = if update {
            &words.new_via_other
        } else {
            &words.via_other
        };
        heads.push(make(Place::Other, double, other, OTHER_HEAD));
    }
    heads
}

fn draw_head(drawing: &mut Drawing, head: &Head, height: f64) {
    let outline = Stroke::solid(AXIS, 1.0);
    drawing.rounded_rect(
        head.x,
        MARGIN,
        head.width,
        height,
        6.0,
        &Paint::outlined(head.fill, outline),
    );
    let style = TextStyle::plain(FONT).bold().anchored(Anchor::Middle);
    let first = MARGIN + (height - head.lines.len() as f64 * LINE) / 2.0 + 12.0;
    for (i, line) in head.lines.iter().enumerate() {
        drawing.text(
            head.x + head.width / 2.0,
            first + i as f64 * LINE,
            &style,
            line,
        );
    }
}

/// Places boxes row by row, each row as high as its tallest box; gives the lower edge of the three bands.
fn place<'a>(flow: &PrismaFlow, boxes: &'a [FlowBox], top: f64) -> (Vec<Drawn<'a>>, [f64; 3]) {
    let mut drawn = Vec::new();
    let mut y = top;
    let mut ends = [top; 3];
    for row in 0..7 {
        let start = drawn.len();
        let mut tallest = 0.0_f64;
        for source in boxes.iter().filter(|b| b.row == row) {
            let lines = box_lines(&source.items);
            let height = lines.len() as f64 * LINE + 2.0 * PADDING - 2.0;
            tallest = tallest.max(height);
            let x = column_x(flow, source.place);
            drawn.push(Drawn {
                source,
                lines,
                x,
                y,
                height,
            });
        }
        if drawn.len() == start {
            continue;
        }
        let band = match row {
            0 => 0,
            1..=3 => 1,
            _ => 2,
        };
        // A stream's box and what leaves it share their height's middle, so that the arrow is level.
        for flow_box in &mut drawn[start..] {
            let stream = matches!(flow_box.source.place, Place::Main | Place::Other);
            flow_box.height = if stream && row < 4 {
                tallest.min(flow_box.height.max(48.0))
            } else {
                flow_box.height
            };
            flow_box.y = y + (tallest - flow_box.height) / 2.0;
        }
        y += tallest + GAP_Y;
        ends[band] = y - GAP_Y;
    }
    (drawn, ends)
}

/// The lines of a box with their indents: text, then `(n = 12)`.
fn box_lines(items: &[Item]) -> Vec<(f64, String)> {
    let mut out = Vec::new();
    for item in items {
        let indent = f64::from(item.indent) * 11.0;
        let text = crate::plot::svg::shorten(&crate::plot::svg::clean(&item.text), 240);
        let text = match item.n {
            // Non-breaking spaces keep the number in one piece.
            Some(n) => format!("{text} (n\u{a0}=\u{a0}{n})"),
            None => text,
        };
        for (i, line) in wrap(&text, FONT, false, BOX - 2.0 * PADDING - indent - 8.0, 8)
            .into_iter()
            .enumerate()
        {
            out.push((indent + if i > 0 { 8.0 } else { 0.0 }, line));
        }
    }
    out
}

fn draw_box(flow: &PrismaFlow, drawing: &mut Drawing, flow_box: &Drawn<'_>) {
    let link = flow
        .links
        .iter()
        .find(|(code, _)| code == flow_box.source.code);
    drawing.open_link(link.map(|(_, target)| target.as_str()));
    let outline = Stroke::solid(INK, 1.4);
    drawing.rounded_rect(
        flow_box.x,
        flow_box.y,
        BOX,
        flow_box.height,
        3.0,
        &Paint::outlined(PAGE, outline),
    );
    let first = flow_box.y + (flow_box.height - flow_box.lines.len() as f64 * LINE) / 2.0 + 12.0;
    for (i, (indent, line)) in flow_box.lines.iter().enumerate() {
        let x = flow_box.x + PADDING + indent;
        drawing.text(x, first + i as f64 * LINE, &TextStyle::plain(FONT), line);
    }
    drawing.close();
}

fn bands(flow: &PrismaFlow, drawing: &mut Drawing, top: f64, ends: &[f64; 3]) {
    let words = &flow.frame.wording;
    let names = [&words.identification, &words.screening, &words.included];
    let mut from = top;
    for (name, &end) in names.into_iter().zip(ends) {
        let outline = Stroke::solid(AXIS, 1.0);
        let height = end - from;
        if height > 0.0 {
            drawing.rounded_rect(
                MARGIN,
                from,
                BAND,
                height,
                6.0,
                &Paint::outlined(BAND_FILL, outline),
            );
            let style = TextStyle::plain(FONT)
                .bold()
                .anchored(Anchor::Middle)
                .upwards();
            let text = wrap(name, FONT, true, height - 4.0, 1).concat();
            drawing.text(
                MARGIN + BAND / 2.0 + 4.4,
                from + height / 2.0,
                &style,
                &text,
            );
        }
        from = end + GAP_Y;
    }
}

fn arrows(drawing: &mut Drawing, drawn: &[Drawn<'_>]) {
    let find = |code: &str| drawn.iter().find(|d| d.source.code == code);
    for (from, to) in [
        ("B2", "B4"),
        ("B4", "B6"),
        ("B6", "B8"),
        ("B8", "B10"),
        ("B11", "B12"),
        ("B12", "B14"),
    ] {
        if let (Some(a), Some(b)) = (find(from), find(to)) {
            down(drawing, a, b);
        }
    }
    for (from, to) in [
        ("B2", "B3"),
        ("B4", "B5"),
        ("B6", "B7"),
        ("B8", "B9"),
        ("B12", "B13"),
        ("B14", "B15"),
    ] {
        if let (Some(a), Some(b)) = (find(from), find(to)) {
            across(drawing, a, b);
        }
    }
    let included = find("B10");
    if let (Some(a), Some(b)) = (find("B14"), included) {
        bend(drawing, a, b.x + BOX, b.middle_y());
    }
    let after: Vec<&Drawn<'_>> = ["B10", "B16", "B17"]
        .iter()
        .filter_map(|code| find(code))
        .collect();
    for pair in after.windows(2) {
        down(drawing, pair[0], pair[1]);
    }
    if let (Some(a), Some(b)) = (find("B1"), find("B16").or(included)) {
        bend(drawing, a, b.x, b.middle_y());
    }
}

const ARROW: Stroke = Stroke::solid(INK, 1.6);

fn down(drawing: &mut Drawing, from: &Drawn<'_>, to: &Drawn<'_>) {
    let x = from.middle_x();
    drawing.line(x, from.bottom(), x, to.y - 6.0, &ARROW);
    let tip = to.y;
    drawing.polygon(
        &[(x, tip), (x - 4.5, tip - 8.0), (x + 4.5, tip - 8.0)],
        &Paint::fill(INK),
    );
}

fn across(drawing: &mut Drawing, from: &Drawn<'_>, to: &Drawn<'_>) {
    let y = from.middle_y();
    drawing.line(from.x + BOX, y, to.x - 6.0, y, &ARROW);
    drawing.polygon(
        &[(to.x, y), (to.x - 8.0, y - 4.5), (to.x - 8.0, y + 4.5)],
        &Paint::fill(INK),
    );
}

/// Down from a box, then level to the edge of another.
fn bend(drawing: &mut Drawing, from: &Drawn<'_>, x: f64, y: f64) {
    let middle = from.middle_x();
    let side = if x > middle { -1.0 } else { 1.0 };
    drawing.polyline(
        &[(middle, from.bottom()), (middle, y), (x + side * 6.0, y)],
        &ARROW,
    );
    drawing.polygon(
        &[(x, y), (x + side * 8.0, y - 4.5), (x + side * 8.0, y + 4.5)],
        &Paint::fill(INK),
    );
}
