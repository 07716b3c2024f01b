//! Forest plots of the analyses.

use super::analysis::{
    capitalised, effect_label, estimate, frame, measure, of_analysis, scale, with_part,
};
use super::bias_columns::Judged;
use super::{NamedFigure, update};
use crate::plot::{
    Cell, ColumnGroup, Favours, Forest, Heterogeneity, PooledRow, Statistic, StudyMark, StudyRow,
    Subgroup, TestResult,
};
use crate::report::doubts::behind;
use crate::report::escape::slug;
use crate::report::input::{ReportInput, TableRow};
use crate::report::words::Words;

/// `forest-<analysis>` where there is an effect, and `leave-one-out-<analysis>` where studies were left out in turn.
pub(super) fn draw(input: &ReportInput, analysis: &TableRow<'_>) -> Vec<NamedFigure> {
    let figures = [forest(input, analysis), leave_one_out(input, analysis)];
    figures.into_iter().flatten().collect()
}

/// What all plots of an analysis share.
pub(super) fn plain(
    input: &ReportInput,
    analysis: &TableRow<'_>,
    name: &str,
    title: &str,
) -> Forest {
    let words = &input.words;
    let mut frame = frame(words, name, title, analysis);
    if analysis.text("body") == "within" {
        // Within a group the ends of the axis are what happened, and nobody whom they favour.
        frame.wording.set("favours", "{arm}");
    }
    Forest {
        frame,
        measure: measure(words, analysis),
        scale: scale(analysis),
        level: level(analysis),
        null: Some(0.0),
        favours: favours(input, analysis),
        ..Forest::default()
    }
}

/// The level of its intervals in per cent.
pub(super) fn level(analysis: &TableRow<'_>) -> f64 {
    analysis.number("level").unwrap_or(95.0)
}

/// Whom low and high values favour; nothing where it is not known which end is better.
pub(super) fn favours(input: &ReportInput, analysis: &TableRow<'_>) -> Option<Favours> {
    let words = &input.words;
    let lower_is_better = match analysis.text("better") {
        "lower" => true,
        "higher" => false,
        _ => return None,
    };
    let (good, bad) = if analysis.text("body") == "within" {
        let end = |key| capitalised(words.text(key));
        (end("picture.improvement"), end("picture.worsening"))
    } else {
        let named = input.protocol.value.pointer("/question/intervention/text");
        let named = named.and_then(|name| name.as_str());
        let usual = || words.text("picture.intervention-favoured");
        (
            named.unwrap_or_else(usual).to_owned(),
            words.text("picture.comparator-favoured").to_owned(),
        )
    };
    let (low, high) = if lower_is_better {
        (good, bad)
    } else {
        (bad, good)
    };
    Some(Favours { low, high })
}

fn forest(input: &ReportInput, analysis: &TableRow<'_>) -> Option<NamedFigure> {
    let effects = of_analysis(input, "effects", analysis.text("analysis"));
    if effects.is_empty() {
        return None;
    }
    let pooled = of_analysis(input, "pooled", analysis.text("analysis"));
    let name = format!("forest-{}", slug(analysis.text("analysis")));
    let words = &input.words;
    let mut plot = plain(input, analysis, &name, "picture.forest");
    let binary = effects.iter().any(|row| row.number("events1").is_some());
    let continuous = effects.iter().any(|row| row.number("mean1").is_some());
    let arms = arms(&effects);
    plot.layout = input.forest.layout;
    let show_arms = input.forest.arms && (binary || continuous);
    if show_arms {
        let group = |arm: &str| {
            if binary {
                ColumnGroup::events(arm, &plot.frame)
            } else {
                ColumnGroup::mean_sd(arm, &plot.frame)
            }
        };
        plot.columns = arms.iter().map(|(arm, _)| group(words.text(arm))).collect();
    }
    let show_people = input.forest.arms && !show_arms && effects.iter().any(has_people);
    if show_people {
        plot.columns = vec![ColumnGroup::single(words.text("head.participants"))];
    }
    let cells = |row: &TableRow<'_>| -> Vec<Cell> {
        let columns: &[&str] = match (binary, continuous) {
            (true, _) => &["events", "total"],
            (_, true) => &["mean", "sd", "n"],
            _ => &[],
        };
        if show_people {
            return vec![if has_people(row) {
                cell(row, "n")
            } else {
                Cell::Empty
            }];
        }
        if !show_arms {
            return Vec::new();
        }
        let all = arms.iter().flat_map(|(_, arm)| {
            columns.iter().map(move |column| match *column {
                "n" if !two_groups(row) => "n1".to_owned(),
                column => format!("{column}{arm}"),
            })
        });
        all.map(|column| cell(row, &column)).collect()
    };
    let judged = Judged::of(input, analysis, &effects).filter(|_| input.forest.bias);
    plot.bias = judged.as_ref().map(Judged::columns);
    let levels = |row: &TableRow<'_>| {
        judged
            .as_ref()
            .map_or_else(Vec::new, |judged| judged.levels(row.text("study")))
    };
    let headings = headings(&effects);
    let grouped = headings.len() > 1;
    for heading in headings {
        let studies = effects.iter().filter(|row| row.text("subgroup") == heading);
        plot.subgroups.push(Subgroup {
            heading: grouped.then(|| match heading {
                "" => words.text("picture.no-level").to_owned(),
                heading => capitalised(heading),
            }),
            studies: studies
                .map(|row| StudyRow {
                    bias: levels(row),
                    ..study(input, row, cells(row))
                })
                .collect(),
            pooled: pooled
                .iter()
                .filter(|_| grouped && !heading.is_empty())
                .find(|row| row.text("subgroup") == heading && row.text("main") == "true")
                .map(|row| pooled_row(words, row)),
        });
    }
    let main = |row: &&TableRow<'_>| row.text("subgroup").is_empty();
    let mut overall: Vec<&TableRow<'_>> = pooled.iter().filter(main).collect();
    overall.sort_by_key(|row| row.text("main") != "true");
    plot.pooled = overall
        .into_iter()
        .map(|row| pooled_row(words, row))
        .collect();
    plot.subgroup_test = subgroup_test(input, analysis).filter(|_| grouped);
    plot.notes = notes(words, &effects);
    plot.notes.extend(doubted(input, &effects));
    plot.notes.extend(update::note(input, &effects));
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}

/// The groups of the effects in their order; the effects of no group come last.
fn headings<'a>(effects: &[TableRow<'a>]) -> Vec<&'a str> {
    let mut headings: Vec<&str> = Vec::new();
    for row in effects {
        if !headings.contains(&row.text("subgroup")) {
            headings.push(row.text("subgroup"));
        }
    }
    headings.sort_by_key(|heading| heading.is_empty());
    headings
}

/// The test of the difference between subgroups, where it was made.
fn subgroup_test(
    input: &ReportInput,
    analysis: &TableRow<'_>,
) -> Option<(TestResult, Option<f64>)> {
    let tests = of_analysis(input, "subgroup-tests", analysis.text("analysis"));
    let test = tests.first()?;
    let (q, df, p) = (test.number("q")?, test.number("df")?, test.number("p")?);
    let statistic = match test.number("df2") {
        Some(df2) => Statistic::F(q, df, df2),
        None => Statistic::ChiSquared(q, df),
    };
    Some((TestResult { statistic, p }, None))
}

/// Whether it is told of how many people an effect is.
fn has_people(effect: &TableRow<'_>) -> bool {
    effect.number("n").is_some_and(|n| n > 0.0)
}

/// Whether an effect is between two groups; else both its means are of the same people.
fn two_groups(effect: &TableRow<'_>) -> bool {
    effect.number("n2").is_some() || effect.number("total2").is_some()
}

/// Heading and suffix of the columns of each group: two arms, or one group before and after.
fn arms(effects: &[TableRow<'_>]) -> &'static [(&'static str, &'static str)] {
    if effects.iter().any(two_groups) {
        &[("picture.intervention", "1"), ("picture.comparator", "2")]
    } else if effects.iter().any(|row| row.number("mean2").is_some()) {
        &[("picture.before", "2"), ("picture.after", "1")]
    } else {
        &[("picture.group", "1")]
    }
}

fn notes(words: &Words, effects: &[TableRow<'_>]) -> Vec<String> {
    let noted = effects.iter().filter(|row| !row.text("note").is_empty());
    noted
        .map(|row| {
            let note = words.said(row.text("note"));
            words.say(
                "picture.note",
                &[("study", &effect_label(row)), ("note", &note)],
            )
        })
        .collect()
}

/// The studies with a number that cannot be as it is extracted.
fn doubted(input: &ReportInput, effects: &[TableRow<'_>]) -> Vec<String> {
    let words = &input.words;
    let doubted = effects.iter().filter_map(|effect| {
        let found = behind(input, std::slice::from_ref(effect));
        let found = words.said(found.first()?.text("recomputed"));
        let note = words.say("picture.doubt", &[("found", &found)]);
        Some(words.say(
            "picture.note",
            &[("study", &effect_label(effect)), ("note", &note)],
        ))
    });
    doubted.collect()
}

fn cell(row: &TableRow<'_>, column: &str) -> Cell {
    match row.number(column) {
        None => Cell::Empty,
        Some(value) if !column.starts_with(['m', 's']) && value >= 0.0 && value.fract() == 0.0 => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number that is not negative"
            )]
            let count = value as u64;
            Cell::Count(count)
        }
        Some(value) => Cell::Number(value),
    }
}

fn study(input: &ReportInput, row: &TableRow<'_>, cells: Vec<Cell>) -> StudyRow {
    StudyRow {
        label: with_part(&update::marked(input, row), row),
        cells,
        estimate: estimate(row, "yi"),
        weight: row.number("weight"),
        address: Some(row.address("yi").to_string()),
        ..StudyRow::default()
    }
}

fn pooled_row(words: &Words, row: &TableRow<'_>) -> PooledRow {
    let k = row.number("k").unwrap_or_default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of studies"
    )]
    let k = k.max(0.0) as usize;
    let interval = |lower: &str, upper: &str| Some((row.number(lower)?, row.number(upper)?));
    let q = || {
        Some(Heterogeneity {
            tau2: row.number("tau2").filter(|_| row.text("model") != "common"),
            tau2_interval: interval("tau2_lower", "tau2_upper"),
            q: row.number("q")?,
            df: row.number("q_df")?,
            p: row.number("q_p")?,
            i2: row.number("i2"),
        })
    };
    let test = || {
        let (stat, p) = (row.number("stat")?, row.number("p")?);
        let statistic = match row.number("df") {
            Some(df) if df.is_finite() && df > 0.0 => Statistic::T(stat, df),
            _ => Statistic::Z(stat),
        };
        Some(TestResult { statistic, p })
    };
    let model = capitalised(&words.spelled(row.text("model")));
    let methods = [
        short(words, row.text("method")),
        short(words, row.text("test")),
    ];
    let methods: Vec<&str> = methods
        .iter()
        .map(String::as_str)
        .filter(|method| !method.is_empty())
        .collect();
    PooledRow {
        label: words.say(
            "picture.model",
            &[
                ("model", &model),
                ("methods", &methods.join(words.text("comma"))),
            ],
        ),
        k,
        estimate: estimate(row, "estimate"),
        prediction: interval("pi_lower", "pi_upper"),
        heterogeneity: q().filter(|_| k > 1),
        test: test(),
        address: Some(row.address("estimate").to_string()),
        ..PooledRow::default()
    }
}

/// A method in a word, as it stands beside a diamond.
fn short(words: &Words, method: &str) -> String {
    let found = words.find(&format!("short.{}", method.to_ascii_lowercase()));
    found.map_or_else(|| method.to_uppercase(), str::to_owned)
}

fn leave_one_out(input: &ReportInput, analysis: &TableRow<'_>) -> Option<NamedFigure> {
    let rows = of_analysis(input, "leave-one-out", analysis.text("analysis"));
    if rows.len() < 3 {
        return None;
    }
    let name = format!("leave-one-out-{}", slug(analysis.text("analysis")));
    let mut plot = plain(input, analysis, &name, "picture.leave-one-out");
    let heading = input.words.text("picture.without");
    heading.clone_into(&mut plot.study_heading);
    plot.mark = StudyMark::Equal;
    plot.reference = of_analysis(input, "pooled", analysis.text("analysis"))
        .iter()
        .find(|row| row.text("main") == "true" && row.text("subgroup").is_empty())
        .and_then(|row| row.number("estimate"));
    plot.subgroups = vec![Subgroup {
        studies: rows
            .iter()
            .map(|row| StudyRow {
                label: row.text("label").to_owned(),
                estimate: estimate(row, "estimate"),
                address: Some(row.address("estimate").to_string()),
                ..StudyRow::default()
            })
            .collect(),
        ..Subgroup::default()
    }];
    Some(NamedFigure {
        name,
        figure: plot.draw(),
    })
}
