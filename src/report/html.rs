//! The marked Markdown as HTML: escaped throughout, with captions, scopes, identifiers and figures.

use super::figures::NamedFigure;
use super::guard::without_marks;
use super::span::{Entry, Ledger, Piece, pieces};
use super::words::Words;
use super::write::heading_id;
use pulldown_cmark::{
    Alignment, BlockQuoteKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd,
};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A heading of the contents.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct Heading {
    /// 2 or 3.
    pub level: u8,
    /// Its identifier.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// The body of the page and its contents.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    /// HTML.
    pub html: String,
    /// Second and third level headings.
    pub contents: Vec<Heading>,
}

/// Text within HTML, attributes included.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}

/// The body of the page. `node` gives the panel's node of a ledger entry.
pub(super) fn body(
    marked: &str,
    ledger: &Ledger,
    figures: &[NamedFigure],
    words: &Words,
    node: &mut dyn FnMut(usize) -> usize,
) -> Body {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let events: Vec<Event<'_>> = Parser::new_ext(marked, options).collect();
    let mut rewriting = Rewriting::new(words);
    let events = rewriting.all(events);
    let mut html = String::with_capacity(marked.len() * 3);
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    Body {
        html: with_spans(&html, ledger, figures, words, node),
        contents: rewriting.contents,
    }
}

/// Turns marks into elements.
fn with_spans(
    html: &str,
    ledger: &Ledger,
    figures: &[NamedFigure],
    words: &Words,
    node: &mut dyn FnMut(usize) -> usize,
) -> String {
    let mut out = Glued::with_capacity(html.len() * 2);
    let mut open = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => out.text(text),
            Piece::Open(index) => match ledger.0.get(index) {
                Some(Entry::Traced { value, .. }) => {
                    let (start, end) = trigger(value);
                    out.open(&format!("{start} data-n=\"{}\">", node(index)));
                    open.push(end);
                }
                _ => open.push(""),
            },
            Piece::Close => out.close(open.pop().unwrap_or_default()),
            Piece::Figure(index) => {
                if let Some(figure) = figures.get(index) {
                    out.text(&figure_html(figure, words));
                }
            }
            Piece::Free | Piece::Guarded => {}
        }
    }
    // A figure alone in its paragraph is no paragraph.
    out.finished()
        .replace("<p><figure", "<figure")
        .replace("</figure></p>", "</figure>")
}

/// Text in which a button keeps the bracket before it and the signs after it on its line: a browser may break a line on either side of
/// a button, where it would never break one between a number and its bracket.
struct Glued {
    out: String,
    /// A button that is being written or has just ended, with what it must stay together with.
    held: Option<String>,
    ended: bool,
}

impl Glued {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
            held: None,
            ended: false,
        }
    }

    fn text(&mut self, text: &str) {
        match &mut self.held {
            Some(held) if !self.ended => held.push_str(text),
            _ => {
                let signs = text.len()
                    - text
                        .trim_start_matches([
                            ')', ',', '.', ';', ':', '%', '）', '，', '。', '；', '：',
                        ])
                        .len();
                self.let_go(&text[..signs]);
                self.out.push_str(&text[signs..]);
            }
        }
    }

    fn open(&mut self, start: &str) {
        if self.ended {
            self.let_go("");
        }
        match &mut self.held {
            Some(held) => held.push_str(start),
            None if start.starts_with("<button") => self.held = Some(start.to_owned()),
            None => self.out.push_str(start),
        }
    }

    fn close(&mut self, end: &str) {
        match &mut self.held {
            Some(held) if !self.ended => {
                held.push_str(end);
                self.ended = end == "</button>";
            }
            _ => {
                self.let_go("");
                self.out.push_str(end);
            }
        }
    }

    /// Writes the button that is held, if any, and `signs`.
    fn let_go(&mut self, signs: &str) {
        self.ended = false;
        let Some(held) = self.held.take() else {
            self.out.push_str(signs);
            return;
        };
        let bracket = if self.out.ends_with(['(', '（']) {
            self.out.pop()
        } else {
            None
        };
        if bracket.is_none() && signs.is_empty() {
            self.out.push_str(&held);
            return;
        }
        self.out.push_str("<span class=\"k\">");
        self.out.extend(bracket);
        self.out.push_str(&held);
        self.out.push_str(signs);
        self.out.push_str("</span>");
    }

    fn finished(mut self) -> String {
        self.let_go("");
        self.out
    }
}

/// The element that opens the tree of a value: a button for a number; for a text, which must wrap as text does, a span that acts as one.
fn trigger(value: &str) -> (&'static str, &'static str) {
    if value.trim().parse::<f64>().is_ok() {
        ("<button type=\"button\" class=\"n\"", "</button>")
    } else {
        (
            "<span role=\"button\" tabindex=\"0\" class=\"n t\"",
            "</span>",
        )
    }
}

/// A figure with its drawing, its description and its numbers as a table.
fn figure_html(named: &NamedFigure, words: &Words) -> String {
    let figure = &named.figure;
    let size = format!(
        "<svg width=\"{:.0}\" height=\"{:.0}\"",
        figure.width, figure.height
    );
    let svg = figure.svg.replacen("<svg", &size, 1);
    let mut out = format!(
        "<figure id=\"figure-{name}\"><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\">{svg}</div><figcaption>{title}</figcaption>",
        name = escaped(&named.name),
        title = escaped(&figure.title),
    );
    let _ = write!(
        out,
        "<details><summary>{}</summary><p>{}</p><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table><caption>{}</caption><thead><tr>",
        escaped(words.text("page.in-words")),
        escaped(&figure.description),
        escaped(words.text("page.data")),
        escaped(&words.say("page.data-of", &[("title", &figure.title)])),
    );
    for name in &figure.table.header {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(name));
    }
    out.push_str("</tr></thead><tbody>");
    for row in &figure.table.rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", escaped(cell));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div></details></figure>");
    out
}

/// Rewrites the events of the parser.
struct Rewriting<'w> {
    words: &'w Words,
    /// What a paragraph begins with that is the caption of the table below it.
    caption: String,
    contents: Vec<Heading>,
    ids: BTreeSet<String>,
    tables: usize,
    /// For each open block quote, whether it is a plain one.
    quotes: Vec<bool>,
    /// For each open link, whether it is kept.
    links: Vec<bool>,
}

type Events<'a> = std::iter::Peekable<std::vec::IntoIter<Event<'a>>>;

impl<'w> Rewriting<'w> {
    fn new(words: &'w Words) -> Self {
        Self {
            words,
            caption: words.text("table").trim_matches('*').to_owned(),
            contents: Vec::new(),
            ids: BTreeSet::new(),
            tables: 0,
            quotes: Vec::new(),
            links: Vec::new(),
        }
    }

    fn all<'a>(&mut self, events: Vec<Event<'a>>) -> Vec<Event<'a>> {
        let mut out = Vec::with_capacity(events.len() + 64);
        let mut events = events.into_iter().peekable();
        while let Some(event) = events.next() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let inside = until(&mut events, |end| matches!(end, TagEnd::Heading(_)));
                    self.heading(level, inside, &mut out);
                }
                Event::Start(Tag::Paragraph) => {
                    let inside = until(&mut events, |end| matches!(end, TagEnd::Paragraph));
                    if !is_caption(&inside, &self.caption)
                        || !self.captioned(&inside, &mut events, &mut out)
                    {
                        out.push(Event::Start(Tag::Paragraph));
                        out.extend(self.inert(inside));
                        out.push(Event::End(TagEnd::Paragraph));
                    }
                }
                Event::Start(Tag::Table(alignments)) => {
                    let rows = until(&mut events, |end| matches!(end, TagEnd::Table));
                    self.table(&alignments, &[], rows, &mut out);
                }
                Event::Start(Tag::BlockQuote(kind)) => {
                    self.quotes.push(kind.is_none());
                    out.push(Event::Html(notice(kind, self.words).into()));
                }
                Event::End(TagEnd::BlockQuote(_)) => {
                    let plain = self.quotes.pop().unwrap_or(true);
                    let end = if plain { "</blockquote>\n" } else { "</div>\n" };
                    out.push(Event::Html(end.into()));
                }
                other => out.extend(self.inert(vec![other])),
            }
        }
        out
    }

    /// The table that follows a caption; false where none follows.
    fn captioned<'a>(
        &mut self,
        caption: &[Event<'a>],
        events: &mut Events<'a>,
        out: &mut Vec<Event<'a>>,
    ) -> bool {
        let Some(Event::Start(Tag::Table(alignments))) = events.peek().cloned() else {
            return false;
        };
        events.next();
        let rows = until(events, |end| matches!(end, TagEnd::Table));
        self.table(&alignments, caption, rows, out);
        true
    }

    fn heading<'a>(
        &mut self,
        level: HeadingLevel,
        inside: Vec<Event<'a>>,
        out: &mut Vec<Event<'a>>,
    ) {
        let text: String = inside.iter().filter_map(text_of).collect();
        let text = without_marks(&text);
        let level = level as u8;
        let mut id = heading_id(&text);
        while !self.ids.insert(id.clone()) {
            id.push_str("-x");
        }
        out.push(Event::Html(
            format!("<h{level} id=\"{}\">", escaped(&id)).into(),
        ));
        out.extend(self.inert(inside));
        out.push(Event::Html(format!("</h{level}>\n").into()));
        if level == 2 || level == 3 {
            self.contents.push(Heading { level, id, text });
        }
    }

    fn table<'a>(
        &mut self,
        alignments: &[Alignment],
        caption: &[Event<'a>],
        rows: Vec<Event<'a>>,
        out: &mut Vec<Event<'a>>,
    ) {
        self.tables += 1;
        let label = format!("table-{}", self.tables);
        let named = if caption.is_empty() {
            format!("aria-label=\"{}\"", escaped(self.words.text("page.table")))
        } else {
            format!("aria-labelledby=\"{label}\"")
        };
        let open = format!("<div class=\"scroll\" tabindex=\"0\" role=\"group\" {named}><table>");
        out.push(Event::Html(open.into()));
        if !caption.is_empty() {
            out.push(Event::Html(format!("<caption id=\"{label}\">").into()));
            let rest = caption.iter().skip(3).cloned().collect();
            out.extend(self.inert(rest));
            out.push(Event::Html("</caption>".into()));
        }
        let (mut head, mut cell) = (false, 0usize);
        for event in rows {
            let html = match &event {
                Event::Start(Tag::TableHead) => {
                    (head, cell) = (true, 0);
                    "<thead><tr>".to_owned()
                }
                Event::End(TagEnd::TableHead) => {
                    head = false;
                    "</tr></thead><tbody>".to_owned()
                }
                Event::Start(Tag::TableRow) => {
                    cell = 0;
                    "<tr>".to_owned()
                }
                Event::End(TagEnd::TableRow) => "</tr>".to_owned(),
                Event::Start(Tag::TableCell) => cell_open(head, cell, alignments.get(cell)),
                Event::End(TagEnd::TableCell) => {
                    cell += 1;
                    if head || cell == 1 { "</th>" } else { "</td>" }.to_owned()
                }
                _ => {
                    out.extend(self.inert(vec![event]));
                    continue;
                }
            };
            out.push(Event::Html(html.into()));
        }
        out.push(Event::Html("</tbody></table></div>\n".into()));
    }

    /// Events of an author or a title made harmless: HTML is text, images are their words, links lead only to the web or into the page.
    fn inert<'a>(&mut self, events: Vec<Event<'a>>) -> Vec<Event<'a>> {
        let mut out = Vec::with_capacity(events.len());
        for event in events {
            match event {
                Event::Html(text) | Event::InlineHtml(text) => out.push(Event::Text(text)),
                Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
                Event::Start(Tag::Link { ref dest_url, .. }) => {
                    let kept = is_safe(dest_url);
                    self.links.push(kept);
                    if kept {
                        out.push(event);
                    }
                }
                Event::End(TagEnd::Link) => {
                    if self.links.pop() == Some(true) {
                        out.push(event);
                    }
                }
                other => out.push(other),
            }
        }
        out
    }
}

/// Whether a link leads to the web, to a mail address, or to a place in the page.
fn is_safe(link: &str) -> bool {
    let link = link.trim().to_ascii_lowercase();
    let known = ["https://", "http://", "mailto:", "#"];
    known.iter().any(|start| link.starts_with(start))
}

/// The events up to an end, which is taken too.
fn until<'a>(events: &mut Events<'a>, is_end: fn(&TagEnd) -> bool) -> Vec<Event<'a>> {
    let mut inside = Vec::new();
    for event in events.by_ref() {
        if matches!(&event, Event::End(end) if is_end(end)) {
            break;
        }
        inside.push(event);
    }
    inside
}

/// Whether a paragraph begins with **Table.**, which makes it the caption of the table below it.
fn is_caption(inside: &[Event<'_>], caption: &str) -> bool {
    matches!(
        inside,
        [Event::Start(Tag::Strong), Event::Text(word), Event::End(TagEnd::Strong), ..] if &**word == caption
    )
}

fn text_of<'a>(event: &'a Event<'_>) -> Option<&'a str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        _ => None,
    }
}

fn cell_open(head: bool, cell: usize, alignment: Option<&Alignment>) -> String {
    let class = match alignment {
        Some(Alignment::Right) => " class=\"right\"",
        Some(Alignment::Center) => " class=\"center\"",
        _ => "",
    };
    match (head, cell) {
        (true, _) => format!("<th scope=\"col\"{class}>"),
        (false, 0) => format!("<th scope=\"row\"{class}>"),
        (false, _) => format!("<td{class}>"),
    }
}

/// The start of a block quote: plain, or a notice with its kind in words, so that colour is not the only sign.
fn notice(kind: Option<BlockQuoteKind>, words: &Words) -> String {
    let (class, word) = match kind {
        None => return "<blockquote>".to_owned(),
        Some(BlockQuoteKind::Note) => ("note", "page.note"),
        Some(BlockQuoteKind::Tip) => ("tip", "page.tip"),
        Some(BlockQuoteKind::Important) => ("important", "page.important"),
        Some(BlockQuoteKind::Warning) => ("warning", "page.warning"),
        Some(BlockQuoteKind::Caution) => ("caution", "page.caution"),
    };
    format!(
        "<div class=\"notice {class}\" role=\"note\"><p class=\"kind\">{}</p>\n",
        escaped(words.text(word))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_keeps_its_bracket_and_the_signs_behind_it_on_its_line() {
        let mut out = Glued::with_capacity(0);
        for part in [
            "0.41", " (", "0.13", " to ", "1.26", "), on ", "12", " degrees",
        ] {
            if part.starts_with(|c: char| c.is_ascii_digit()) {
                out.open("<button>");
                out.text(part);
                out.close("</button>");
            } else {
                out.text(part);
            }
        }
        assert_eq!(
            out.finished(),
            "<button>0.41</button> <span class=\"k\">(<button>0.13</button></span> to \
             <span class=\"k\"><button>1.26</button>),</span> on <button>12</button> degrees"
        );
    }
}
