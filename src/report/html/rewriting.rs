//! Markdown events as the page wants them: headings with ids, tables that scroll and sort, notices.

use super::Heading;
use crate::markup::escaped;
use crate::report::guard::without_marks;
use crate::report::words::Words;
use crate::report::write::heading_id;
use pulldown_cmark::Alignment;
use pulldown_cmark::BlockQuoteKind;
use pulldown_cmark::Event;
use pulldown_cmark::HeadingLevel;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;
use std::collections::BTreeSet;

/// Rewrites the events of the parser.
pub(super) struct Rewriting<'w> {
    words: &'w Words,
    /// What a paragraph begins with that is the caption of the table below it.
    caption: String,
    pub(super) contents: Vec<Heading>,
    ids: BTreeSet<String>,
    tables: usize,
    /// For each open block quote, whether it is a plain one.
    quotes: Vec<bool>,
    /// For each open link, whether it is kept.
    links: Vec<bool>,
}

type Events<'a> = std::iter::Peekable<std::vec::IntoIter<Event<'a>>>;

impl<'w> Rewriting<'w> {
    pub(super) fn new(words: &'w Words) -> Self {
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

    pub(super) fn all<'a>(&mut self, events: Vec<Event<'a>>) -> Vec<Event<'a>> {
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
    pub(super) fn captioned<'a>(
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

    pub(super) fn heading<'a>(
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

    pub(super) fn table<'a>(
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
    pub(super) fn inert<'a>(&mut self, events: Vec<Event<'a>>) -> Vec<Event<'a>> {
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
