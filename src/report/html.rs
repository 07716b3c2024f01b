//! The marked Markdown as HTML: escaped throughout, with captions, scopes, identifiers and figures.

mod rewriting;

use super::figures::NamedFigure;
use super::span::{Entry, Ledger, Piece, pieces};
use super::words::Words;
use crate::markup::escaped;
use pulldown_cmark::{Event, Options, Parser};
use rewriting::Rewriting;
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
    /// HTML, with the marks of the text.
    pub html: String,
    /// Second and third level headings.
    pub contents: Vec<Heading>,
}

/// The body of the page, without figures and numbers that open.
pub(super) fn body(marked: &str, words: &Words) -> Body {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let events: Vec<Event<'_>> = Parser::new_ext(marked, options).collect();
    let mut rewriting = Rewriting::new(words);
    let events = rewriting.all(events);
    let mut html = String::with_capacity(marked.len() * 3);
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    Body {
        html,
        contents: rewriting.contents,
    }
}

/// Turns marks into elements; `nodes` names the panel's node of each entry of the ledger.
pub(super) fn with_spans(
    html: &str,
    ledger: &Ledger,
    figures: &[NamedFigure],
    words: &Words,
    nodes: &[usize],
) -> String {
    let mut out = Glued::with_capacity(html.len() * 2);
    let mut open = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => out.text(text),
            Piece::Open(index) => match ledger.0.get(index) {
                Some(Entry::Traced { value, .. }) => {
                    let (start, end) = trigger(value);
                    out.open(&format!("{start} data-n=\"{}\">", nodes[index]));
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
        ("<button class=\"n\"", "</button>")
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
