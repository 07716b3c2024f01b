//! The sections of the report in the order of PRISMA 2020, and the templates built in.

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("templates/", $name))),)+]
    };
}

/// Sections in the order they are printed; each is the template `<name>.md.tera`.
pub(super) const SECTIONS: &[&str] = &[
    "title",
    "problems",
    "summary",
    "update",
    "question",
    "methods",
    "search",
    "selection",
    "characteristics",
    "excluded",
    "risk-of-bias",
    "results",
    "not-pooled",
    "certainty",
    "discussion",
    "differences",
    "integrity",
    "checklist",
    "data",
    "references",
];

/// Texts that authors may add, by section; digits may stand in them except where `results` is in the name.
pub(super) const TEXTS: &[&str] = &[
    "abstract",
    "introduction",
    "methods",
    "results",
    "discussion",
    "limitations",
    "implications",
    "funding",
    "interests",
];

const BUILT_IN: &[(&str, &str)] = templates![
    "title.md.tera",
    "problems.md.tera",
    "summary.md.tera",
    "update.md.tera",
    "question.md.tera",
    "methods.md.tera",
    "search.md.tera",
    "selection.md.tera",
    "characteristics.md.tera",
    "excluded.md.tera",
    "risk-of-bias.md.tera",
    "results.md.tera",
    "outcome.md.tera",
    "analysis.md.tera",
    "not-pooled.md.tera",
    "certainty.md.tera",
    "discussion.md.tera",
    "differences.md.tera",
    "integrity.md.tera",
    "checklist.md.tera",
    "data.md.tera",
    "references.md.tera",
    "page.html.tera",
    "page.css",
    "page.js",
    "references.csl",
];

/// Name and text of every built-in template; a file of the same name beside the report's settings replaces it.
pub fn built_in_templates() -> &'static [(&'static str, &'static str)] {
    BUILT_IN
}

/// The built-in template of a name.
pub(super) fn built_in(name: &str) -> Option<&'static str> {
    let mut templates = BUILT_IN.iter();
    templates
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}
