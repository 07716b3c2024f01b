//! What the figures of an analysis share.

use crate::plot::{Estimate, Frame, Scale};
use crate::report::format::Scale as Shown;
use crate::report::input::{ReportInput, TableRow};
use crate::report::words::Words;

/// The analyses in the order of the report.
pub(super) fn in_order(input: &ReportInput) -> Vec<TableRow<'_>> {
    let mut analyses: Vec<TableRow<'_>> = input.rows("analyses").collect();
    analyses.sort_by(|a, b| {
        let order = |row: &TableRow<'_>| row.number("order").unwrap_or(f64::MAX);
        order(a).total_cmp(&order(b))
    });
    analyses
}

/// The rows of a table that belong to an analysis.
pub(super) fn of_analysis<'a>(
    input: &'a ReportInput,
    table: &'a str,
    analysis: &str,
) -> Vec<TableRow<'a>> {
    let analysis = analysis.to_owned();
    input
        .rows(table)
        .filter(move |row| row.text("analysis") == analysis)
        .collect()
}

/// A value with its limits.
pub(super) fn estimate(row: &TableRow<'_>, value: &str) -> Option<Estimate> {
    Some(Estimate::new(
        row.number(value)?,
        row.number("ci_lower")?,
        row.number("ci_upper")?,
    ))
}

/// The main result of all studies.
pub(super) fn main_result<'a>(input: &'a ReportInput, analysis: &str) -> Option<TableRow<'a>> {
    let mut pooled = of_analysis(input, "pooled", analysis).into_iter();
    pooled.find(|row| row.text("main") == "true" && row.text("subgroup").is_empty())
}

/// The scale on which the analysis works.
pub(super) fn scale(analysis: &TableRow<'_>) -> Scale {
    match Shown::of_measure(analysis.text("measure")) {
        Shown::Plain => Scale::Linear,
        Shown::Log => Scale::Log,
        Shown::Logit => Scale::Logit,
        Shown::FisherZ => Scale::FisherZ,
    }
}

/// Its effect measure in words, with the unit of its differences where there is one.
pub(super) fn measure(words: &Words, analysis: &TableRow<'_>) -> String {
    let measure = capitalised(&words.spelled(analysis.text("measure")));
    match analysis.text("unit") {
        "" => measure,
        unit => measure + &words.say("in-brackets", &[("what", unit)]),
    }
}

/// The frame of a figure of an analysis, whose title is told with the key.
pub(super) fn frame(words: &Words, name: &str, key: &str, analysis: &TableRow<'_>) -> Frame {
    let title = words.say(key, &[("title", analysis.text("title"))]);
    titled(words, name, title)
}

/// The frame of a figure with a title.
pub(super) fn titled(words: &Words, name: &str, title: String) -> Frame {
    Frame {
        id: name.to_owned(),
        title,
        wording: words.figures().clone(),
        ..Frame::default()
    }
}

/// A text with a capital at its beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// What to call an effect: its study, and which of the study's effects it is where there are several.
pub(super) fn effect_label(row: &TableRow<'_>) -> String {
    with_part(row.text("label"), row)
}

/// A name of a study, and which of its effects is meant where there are several.
pub(super) fn with_part(study: &str, row: &TableRow<'_>) -> String {
    match row.text("part") {
        "" => study.to_owned(),
        part => format!("{study}: {part}"),
    }
}
