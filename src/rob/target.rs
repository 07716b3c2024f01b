//! The two small notations of a path: where a step leads, and several answers in one text.

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// To another step.
    Step(&'a str),
    /// To a judgement (or another final word).
    End(&'a str),
    /// To the judgement that a declared option names.
    Option(&'a str),
}

/// Reads a target as written.
pub(super) fn target(text: &str) -> Target<'_> {
    match text.strip_prefix('=') {
        None => Target::Step(text),
        Some(end) => match end.strip_prefix("option:") {
            Some(option) => Target::Option(option),
            None => Target::End(end),
        },
    }
}

/// The answers in a text such as `"Y PY"`.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}
