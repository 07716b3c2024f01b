//! Effects that papers report with their error alone: a hazard ratio with its interval, an adjusted odds ratio, a log rate ratio
//! with its standard error. One row an effect, taken to the scale it is pooled on.

use super::agreement::Agreed;
use super::cell::{count, number};
use super::convert::ConversionRow;
use super::form::Layout;
use super::outcomes::GROUPS;
use super::printed::{Printed, is_blank};
use super::reported_error::{self, Error, Given};
use super::reported_impossible::impossible;
use super::statistics::{PValue, p_value, word};
use crate::artefact::{Address, Origin, key, rows};
use crate::effect::Measure;
use crate::problem::{Problem, Problems};

/// Columns of `effects.csv`.
pub const EFFECTS: Layout = Layout {
    name: "effects",
    ids: &[
        "study", "outcome", "scale", "time", "measure", "arm", "against", "adjusted",
    ],
    required: &["group", "estimate", "extractor"],
    one_of: &["se", "ci_lower", "p"],
    values: &["ci_upper", "level", "log", "n"],
    about: &[
        "adjusted_for",
        "extractor",
        "at",
        "source",
        "reported",
        "note",
        "page",
    ],
    aliases: &[
        ("study_id", "study"),
        ("reader", "extractor"),
        ("date", "at"),
        ("quote", "reported"),
        ("p_value", "p"),
        ("std_err", "se"),
        ("lower", "ci_lower"),
        ("upper", "ci_upper"),
        ("ci_low", "ci_lower"),
        ("ci_high", "ci_upper"),
        ("time_point", "time"),
        ("participants", "n"),
        ("comparator", "against"),
        ("covariates", "adjusted_for"),
    ],
    open: false,
    prefilled: &["extractor"],
};

/// Columns whose cells are shown where they stand.
pub(super) const PLACED: [&str; 9] = [
    "estimate", "se", "ci_lower", "ci_upper", "level", "p", "n", "group", "log",
];

/// Measures that a paper may report.
pub(super) const MEASURES: [&str; 10] = [
    "HR", "IRR", "OR", "RR", "PETO", "RD", "MD", "SMD", "ROM", "GEN",
];

/// On which scale the numbers of a ratio stand.
pub(super) const LOGS: [&str; 3] = ["no", "yes", "se"];

/// Whether the effect was adjusted for other things than the comparison.
pub(super) const ADJUSTED: [&str; 2] = ["yes", "no"];

rows! {
    /// One effect as a paper reports it, and on the scale it is pooled on.
    pub ReportedRow: "reported-effects" {
        /// Study id.
        study: String,
        /// Outcome of the protocol.
        outcome: String,
        /// Scale; empty for events.
        scale: String,
        /// Time point in the reviewers' words.
        time: String,
        /// `HR`, `IRR`, `OR`, `RR`, `PETO`, `RD`, `MD`, `SMD`, `ROM`, or `GEN` for an effect of another kind.
        measure: String,
        /// The arm that is compared.
        arm: String,
        /// The arm it is compared with.
        against: String,
        /// `yes` or `no`: whether other things were adjusted for.
        adjusted: String,
        /// What was adjusted for, in the reviewers' words.
        adjusted_for: String,
        /// What `arm` is: `intervention` or `control`.
        group: String,
        /// `yes` where all numbers are logarithms, `se` where the standard error alone is one of the logarithm; else `no`.
        log: String,
        /// The effect as reported.
        estimate: f64,
        /// Its standard error as reported.
        se: Option<f64>,
        /// Its lower confidence limit as reported.
        ci_lower: Option<f64>,
        /// Its upper confidence limit as reported.
        ci_upper: Option<f64>,
        /// Level of the limits in percent; 95 where nothing is said.
        level: Option<f64>,
        /// p value as reported, two-sided.
        p: Option<f64>,
        /// Empty, `<` or `>`: whether `p` is a bound.
        p_bound: String,
        /// Participants analysed, both arms.
        n: Option<u32>,
        /// The effect of the intervention against the comparator, on the scale it is pooled on (ratios as logarithms).
        yi: f64,
        /// Its standard error.
        sei: f64,
        /// Where it came from.
        origin: Origin,
    }
}

/// One reported effect with its numbers as printed.
#[derive(Clone, Debug)]
pub struct Reported<'a> {
    /// The row as the artefact has it.
    pub row: ReportedRow,
    /// What was printed.
    pub(super) given: Given,
    /// How its standard error was made, and from which columns.
    pub(super) error: Error,
    /// What the form says.
    pub from: Agreed<'a>,
}

impl Reported<'_> {
    /// Address of one of its cells in the stage `own`.
    pub fn cell(&self, own: &str, column: &str) -> Address {
        Address::cell(own, "effects", &self.row.key, column)
    }

    /// The paper's text.
    pub fn reported(&self) -> &str {
        self.from.text("reported")
    }

    /// Table or section of the paper.
    pub fn source(&self) -> &str {
        self.from.text("source")
    }

    /// What was computed to bring it to the scale it is pooled on; nothing where the paper prints it so.
    pub(super) fn conversions(&self, own: &str) -> Vec<ConversionRow> {
        let row = &self.row;
        let number = |column: &str| match column {
            "estimate" => Some(row.estimate),
            "se" => row.se,
            "ci_lower" => row.ci_lower,
            "ci_upper" => row.ci_upper,
            "level" => row.level,
            _ => row.p,
        };
        let conversion = |column: &str, value: f64, read: &[&str], source: &str| {
            let clause = row.origin.of_cell(column)?;
            let inputs = read
                .iter()
                .filter_map(|name| Some(format!("{name} = {}", number(name)?)));
            Some(ConversionRow {
                key: conversion_key(&row.key, column),
                study: row.study.clone(),
                row: row.key.clone(),
                column: column.to_owned(),
                rule: clause.rule.to_string(),
                inputs: inputs.collect::<Vec<_>>().join("; "),
                value,
                source: source.to_owned(),
                origin: Origin::of(
                    clause.rule.clone(),
                    read.iter().map(|column| self.cell(own, column)),
                ),
            })
        };
        let read: &[&str] = if row.group == "control" {
            &["estimate", "group"]
        } else {
            &["estimate"]
        };
        let yi = conversion("yi", row.yi, read, "Cochrane Handbook 6.3.2");
        let sei = conversion("sei", row.sei, self.error.columns, self.error.source);
        let mut found: Vec<ConversionRow> = yi.into_iter().chain(sei).collect();
        found.retain(|done| done.rule != "copied");
        found
    }
}

/// Key of the conversion that made a cell of a row.
fn conversion_key(row: &str, column: &str) -> String {
    format!("{row}|{column}")
}

/// Reads one agreed row; `study_row` is the address of its study, `own` the stage that extracts.
///
/// # Errors
/// Every cell of the row that cannot be what its column says, and an effect without an error; the row is then left out.
pub(super) fn read<'a>(
    from: Agreed<'a>,
    study_row: &Address,
    own: &str,
) -> Result<Reported<'a>, Problems> {
    let mut problems = Problems::new();
    let known = words(&from, &mut problems);
    let given = given(&from, &known, &mut problems);
    let n = count(&from, "n", 1, &mut problems);
    let (Some(measure), Some(given)) = (known.measure, given) else {
        return Err(problems);
    };
    let before = problems.0.len();
    impossible(measure, &given, &from, &mut problems);
    let error = reported_error::error(&given);
    if let Err((column, problem)) = &error
        && problems.0.len() == before
        && !problems.iter().any(|problem| problem.code == HALF)
    {
        problems.push(problem.clone().at(from.place(column)));
    }
    let (Ok(error), false) = (error, problems.has_errors()) else {
        return Err(problems);
    };
    let ids = from.ids(&EFFECTS);
    let plain = |number: Option<Printed>| number.map(|number| number.value);
    let turned = known.group == "control";
    let on_scale = if given.is_ratio && !given.logged {
        libm::log(given.estimate.value)
    } else {
        given.estimate.value
    };
    let mut row = ReportedRow {
        key: key(&ids),
        study: ids[0].to_owned(),
        outcome: ids[1].to_owned(),
        scale: ids[2].to_owned(),
        time: ids[3].to_owned(),
        measure: measure.code().to_owned(),
        arm: ids[5].to_owned(),
        against: ids[6].to_owned(),
        adjusted: known.adjusted,
        adjusted_for: from.text("adjusted_for").to_owned(),
        group: known.group,
        log: known.log,
        estimate: given.estimate.value,
        se: plain(given.se),
        ci_lower: plain(given.ci_lower),
        ci_upper: plain(given.ci_upper),
        level: plain(given.level),
        p: given.p.map(|p| p.number.value),
        p_bound: given.p.map_or("", PValue::sign).to_owned(),
        n,
        yi: if turned { 0.0 - on_scale } else { on_scale },
        sei: error.value,
        origin: from.origin(study_row),
    };
    let rule = match (given.is_ratio && !given.logged, turned) {
        (true, false) => "log",
        (true, true) => "log-turned",
        (false, false) => "copied",
        (false, true) => "turned",
    };
    for (column, rule, printed) in [("yi", rule, "estimate"), ("sei", error.rule, "se")] {
        let from = if rule == "copied" {
            Address::cell(own, "effects", &row.key, printed)
        } else {
            Address::cell(
                own,
                "conversions",
                &conversion_key(&row.key, column),
                "value",
            )
        };
        row.origin = std::mem::take(&mut row.origin).with_cell(column, rule, [from]);
    }
    Ok(Reported {
        row,
        given,
        error,
        from,
    })
}

/// Code of the problem of one limit without the other.
const HALF: &str = "extraction::half-an-interval";

/// The words of a row.
struct Words {
    measure: Option<Measure>,
    adjusted: String,
    group: String,
    log: String,
}

fn words(from: &Agreed<'_>, problems: &mut Problems) -> Words {
    let measure = word(from, "measure", &MEASURES, problems);
    Words {
        measure: measure.parse().ok(),
        adjusted: word(from, "adjusted", &ADJUSTED, problems),
        group: word(from, "group", &GROUPS, problems),
        log: if is_blank(from.text("log")) {
            "no".to_owned()
        } else {
            word(from, "log", &LOGS, problems)
        },
    }
}

/// The numbers of a row; nothing without an estimate.
fn given(from: &Agreed<'_>, known: &Words, problems: &mut Problems) -> Option<Given> {
    let p = p_value(from, problems);
    let mut printed = |column: &str| number(from, column, problems);
    let estimate = printed("estimate");
    let [se, ci_lower, ci_upper, level] = ["se", "ci_lower", "ci_upper", "level"].map(printed);
    if estimate.is_none() && is_blank(from.text("estimate")) {
        problems.push(
            Problem::error("extraction::no-estimate", "an effect without its estimate")
                .at(from.place("estimate"))
                .help("write the effect that the paper prints, or delete the row; a test alone goes into statistics.csv"),
        );
    }
    let limits = [
        ("ci_lower", ci_lower, "ci_upper"),
        ("ci_upper", ci_upper, "ci_lower"),
    ];
    for (one, value, other) in limits {
        if value.is_some() && is_blank(from.text(other)) {
            problems.push(
                Problem::error(HALF, format!("`{one}` stands without `{other}`"))
                    .at(from.place(one))
                    .help("write both limits, or neither and the standard error or p"),
            );
        }
    }
    let is_ratio = known.measure.is_some_and(Measure::is_ratio);
    Some(Given {
        is_ratio,
        logged: known.log == "yes",
        log_is_said: !is_blank(from.text("log")),
        se_of_log: known.log == "se",
        estimate: estimate?,
        se,
        ci_lower,
        ci_upper,
        level,
        p,
    })
}
