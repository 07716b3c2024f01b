//! The HTML page: one file that asks nothing of the network.

use super::escape::cleaned;
use super::figures::NamedFigure;
use super::html;
use super::input::ReportInput;
use super::panel::{Nodes, script_safe};
use super::span::Ledger;
use super::write::{raw_template, template_problem};
use crate::digest::sha256::base64_digest;
use crate::problem::Problems;
use serde_json::json;
use tera::{Context, Tera};

const PAGE: &str = "page.html.tera";

/// The whole page.
///
/// # Errors
///
/// When the page's template fails.
pub(super) fn page(
    marked: &str,
    ledger: &Ledger,
    figures: &[NamedFigure],
    input: &ReportInput,
) -> Result<String, Problems> {
    let (nodes, body) = rayon::join(
        || Nodes::of(marked, ledger, input),
        || html::body(marked, &input.words),
    );
    let text = html::with_spans(&body.html, ledger, figures, &input.words, &nodes.of_entry);
    let (style, script) = (
        raw_template("page.css", input),
        raw_template("page.js", input),
    );
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        base64_digest(&style),
        base64_digest(&script),
    );
    let mut context = Context::new();
    let title = input.protocol.value.get("title");
    let title = title.and_then(|title| title.as_str());
    context.insert("title", &cleaned(title.unwrap_or("Systematic review")));
    let words = input.words.below("page.");
    context.insert("language", input.words.text("language"));
    context.insert("page", &words);
    context.insert("words", &script_safe(&json!(words).to_string()));
    context.insert("policy", &policy);
    context.insert("style", &style);
    context.insert("script", &script);
    context.insert("contents", &body.contents);
    context.insert("body", &text);
    context.insert("nodes", &nodes.json);
    let mut tera = Tera::new();
    tera.autoescape_on([".html.tera"]);
    let rendered = tera
        .add_raw_template(PAGE, &raw_template(PAGE, input))
        .and_then(|()| tera.render(PAGE, &context));
    rendered.map_err(|error| template_problem(&error, input).into())
}
