//! The page, rendered whole for every request.

use super::desk::{Desk, Shown};
use serde::Serialize;
use tera::{Context, Tera};

const NAME: &str = "page.html";

/// The template with what stays the same on every page.
pub(super) struct Page {
    tera: Tera,
    criteria: Vec<(String, String)>,
    groups: Vec<String>,
}

/// What was said last, told once.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Flash {
    /// In words.
    pub(super) text: String,
    /// Whether something went wrong.
    pub(super) wrong: bool,
}

#[derive(Serialize)]
struct View<'a> {
    title: String,
    who: &'a str,
    total: usize,
    done: usize,
    /// Counted from 0; `total` when everything is answered.
    at: usize,
    key: String,
    shown: Option<Shown>,
    flash: &'a Flash,
    criteria: &'a [(String, String)],
    groups: &'a [String],
}

impl Page {
    /// A page with these criteria and groups of terms.
    pub(super) fn new(
        criteria: Vec<(String, String)>,
        groups: Vec<String>,
    ) -> Result<Self, String> {
        let mut tera = Tera::new();
        tera.autoescape_on([".html"]);
        tera.add_raw_template(NAME, include_str!("page.html"))
            .map_err(|error| error.to_string())?;
        Ok(Self {
            tera,
            criteria,
            groups,
        })
    }

    /// The page of the question at a position; beyond the last one, what remains to be done.
    pub(super) fn render(
        &self,
        desk: &dyn Desk,
        at: usize,
        flash: &Flash,
    ) -> Result<String, String> {
        let there = at < desk.len();
        let view = View {
            title: desk.title(),
            who: desk.who(),
            total: desk.len(),
            done: desk.done(),
            at,
            key: if there { desk.key(at) } else { String::new() },
            shown: there.then(|| desk.show(at)),
            flash,
            criteria: &self.criteria,
            groups: &self.groups,
        };
        let mut context = Context::new();
        context.insert("view", &view);
        self.tera
            .render(NAME, &context)
            .map_err(|error| error.to_string())
    }
}

/// The first question without an answer from `from` on, then from the beginning; the end when there is none.
pub(super) fn next_open(desk: &dyn Desk, from: usize) -> usize {
    let open = |at: &usize| !desk.is_answered(*at);
    if desk.done() == desk.len() {
        return desk.len();
    }
    let behind = (from..desk.len()).find(open);
    behind
        .or_else(|| (0..from.min(desk.len())).find(open))
        .unwrap_or(desk.len())
}
