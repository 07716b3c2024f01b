//! Arms in long form: one row a study, outcome, scale, time, kind and arm.

use super::agreement::Agreed;
use super::cell::{count, number, unknown_word};
use super::form::Layout;
use super::printed::Printed;
use crate::artefact::{Address, Origin, key, rows};
use crate::problem::{Problem, Problems};

/// Columns of `outcomes.csv`.
pub const OUTCOMES: Layout = Layout {
    name: "outcomes",
    ids: &["study", "outcome", "scale", "time", "kind", "arm"],
    required: &["group", "extractor"],
    one_of: &["mean", "median", "events"],
    values: &[
        "n", "sd", "se", "ci_lower", "ci_upper", "q1", "q3", "min", "max", "total", "r", "unit",
    ],
    about: &[
        "extractor",
        "at",
        "source",
        "reported",
        "n_source",
        "n_reported",
        "note",
        "page",
    ],
    aliases: &[
        ("study_id", "study"),
        ("reader", "extractor"),
        ("date", "at"),
        ("quote", "reported"),
        ("participants", "n"),
        ("std_dev", "sd"),
        ("stddev", "sd"),
        ("std_err", "se"),
        ("lower", "ci_lower"),
        ("upper", "ci_upper"),
        ("lower_quartile", "q1"),
        ("upper_quartile", "q3"),
        ("minimum", "min"),
        ("maximum", "max"),
        ("n_total", "total"),
        ("correlation", "r"),
        ("time_point", "time"),
        ("units", "unit"),
    ],
    open: false,
    prefilled: &["group", "extractor"],
};

/// Columns of an arm that hold numbers, in the order they are written.
pub(super) const NUMBERS: [&str; 14] = [
    "n", "mean", "sd", "se", "ci_lower", "ci_upper", "median", "q1", "q3", "min", "max", "events",
    "total", "r",
];

/// What the numbers of a row are: scores at a time, or the change between two.
pub(super) const KINDS: [&str; 4] = ["baseline", "post", "change", "characteristic"];

/// What an arm is to the comparison.
pub(super) const GROUPS: [&str; 2] = ["intervention", "control"];

rows! {
    /// The numbers of one arm at one time.
    pub OutcomeRow: "outcomes" {
        /// Study id.
        study: String,
        /// Outcome of the protocol.
        outcome: String,
        /// Scale; empty for events.
        scale: String,
        /// Time point in the reviewers' words.
        time: String,
        /// `baseline`, `post`, `change`, or `characteristic` (of the participants, never pooled).
        kind: String,
        /// The arm in the reviewers' words.
        arm: String,
        /// `intervention` or `control`.
        group: String,
        /// Participants analysed.
        n: Option<u32>,
        /// Mean, in points of the scale.
        mean: Option<f64>,
        /// Standard deviation; of the change where `kind` is `change`.
        sd: Option<f64>,
        /// Standard error of the mean.
        se: Option<f64>,
        /// Lower limit of the mean's 95 % confidence interval.
        ci_lower: Option<f64>,
        /// Upper limit of the mean's 95 % confidence interval.
        ci_upper: Option<f64>,
        /// Median.
        median: Option<f64>,
        /// Lower quartile.
        q1: Option<f64>,
        /// Upper quartile.
        q3: Option<f64>,
        /// Smallest value.
        min: Option<f64>,
        /// Largest value.
        max: Option<f64>,
        /// Participants with the event.
        events: Option<u32>,
        /// Participants the events are counted among.
        total: Option<u32>,
        /// Correlation of before and after.
        r: Option<f64>,
        /// Where it came from.
        origin: Origin,
    }
}

/// One arm with its numbers as printed.
#[derive(Clone, Debug)]
pub struct Arm<'a> {
    /// The row as the artefact has it.
    pub row: OutcomeRow,
    /// Mean as printed.
    pub mean: Option<Printed>,
    /// Standard deviation as printed.
    pub sd: Option<Printed>,
    /// Standard error as printed.
    pub se: Option<Printed>,
    /// Lower limit of the mean as printed.
    pub ci_lower: Option<Printed>,
    /// Upper limit of the mean as printed.
    pub ci_upper: Option<Printed>,
    /// What the form says.
    pub from: Agreed<'a>,
}

impl Arm<'_> {
    /// Address of one of its cells in the stage `own`.
    pub fn cell(&self, own: &str, column: &str) -> Address {
        Address::cell(own, "outcomes", &self.row.key, column)
    }

    /// Participants as a number.
    pub fn n(&self) -> Option<f64> {
        self.row.n.map(f64::from)
    }

    /// Table or section of the paper.
    pub fn source(&self) -> &str {
        self.from.text("source")
    }

    /// The paper's text.
    pub fn reported(&self) -> &str {
        self.from.text("reported")
    }
}

/// Reads one agreed row; `study_row` is the address of its study.
///
/// # Errors
/// Every cell of the row that cannot be what its column says; the row is then left out.
pub(super) fn read<'a>(from: Agreed<'a>, study_row: &Address) -> Result<Arm<'a>, Problems> {
    let mut problems = Problems::new();
    for (column, known) in [("kind", &KINDS[..]), ("group", &GROUPS[..])] {
        if !known.contains(&from.text(column)) {
            problems.push(unknown_word(&from, column, known));
        }
    }
    let found = &mut problems;
    let mut printed = |column: &str| number(&from, column, found);
    let (mean, sd, se) = (printed("mean"), printed("sd"), printed("se"));
    let (ci_lower, ci_upper) = (printed("ci_lower"), printed("ci_upper"));
    let [median, q1, q3, min, max, r] = ["median", "q1", "q3", "min", "max", "r"].map(printed);
    let value = |number: Option<Printed>| number.map(|number| number.value);
    let ids = from.ids(&OUTCOMES);
    let row = OutcomeRow {
        key: key(&ids),
        study: ids[0].to_owned(),
        outcome: ids[1].to_owned(),
        scale: ids[2].to_owned(),
        time: ids[3].to_owned(),
        kind: ids[4].to_owned(),
        arm: ids[5].to_owned(),
        group: from.text("group").to_owned(),
        n: count(&from, "n", 1, &mut problems),
        mean: value(mean),
        sd: value(sd),
        se: value(se),
        ci_lower: value(ci_lower),
        ci_upper: value(ci_upper),
        median: value(median),
        q1: value(q1),
        q3: value(q3),
        min: value(min),
        max: value(max),
        events: count(&from, "events", 0, &mut problems),
        total: count(&from, "total", 1, &mut problems),
        r: value(r),
        origin: from.origin(study_row),
    };
    impossible(&row, &from, &mut problems);
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(Arm {
        row,
        mean,
        sd,
        se,
        ci_lower,
        ci_upper,
        from,
    })
}

/// What cannot be, whatever the paper says.
fn impossible(row: &OutcomeRow, from: &Agreed<'_>, problems: &mut Problems) {
    if let (Some(events), Some(total)) = (row.events, row.total)
        && events > total
    {
        problems.push(
            Problem::error(
                "extraction::impossible-count",
                "more events than participants",
            )
            .labelled(from.place("events"), format!("{events} events"))
            .labelled(from.place("total"), format!("among {total} participants"))
            .help("check the row against the paper"),
        );
    }
    for (column, value) in [("sd", row.sd), ("se", row.se)] {
        if value.is_some_and(|value| value <= 0.0) {
            let title = format!(
                "`{column}` is `{}`, and has to be above 0",
                from.text(column)
            );
            problems.push(
                Problem::error("extraction::impossible-spread", title)
                    .at(from.place(column))
                    .help("leave the cell empty where the paper prints 0 by rounding, and say so in `note`"),
            );
        }
    }
    let spread = row.sd.is_some() || row.se.is_some();
    if row.n == Some(1) && spread {
        problems.push(
            Problem::error(
                "extraction::impossible-spread",
                "`n` is 1, and one person has no spread",
            )
            .at(from.place("n"))
            .help("check the row against the paper"),
        );
    }
    out_of_order(row, from, problems);
    if row.r.is_some_and(|r| r.abs() > 1.0) {
        problems.push(
            Problem::error(
                "extraction::impossible-correlation",
                format!("`r` is `{}`, outside -1 to 1", from.text("r")),
            )
            .at(from.place("r"))
            .help("check the cell against the paper"),
        );
    }
}

/// Numbers that have to rise and do not.
fn out_of_order(row: &OutcomeRow, from: &Agreed<'_>, problems: &mut Problems) {
    let rising = [
        ("min", row.min),
        ("q1", row.q1),
        ("median", row.median),
        ("q3", row.q3),
        ("max", row.max),
    ];
    let limits = [("ci_lower", row.ci_lower), ("ci_upper", row.ci_upper)];
    for run in [&rising[..], &limits[..]] {
        let given: Vec<(&str, f64)> = run
            .iter()
            .filter_map(|(name, value)| value.map(|value| (*name, value)))
            .collect();
        for pair in given.windows(2).filter(|pair| pair[0].1 > pair[1].1) {
            let title = format!(
                "`{}` is {} but `{}` is {}",
                pair[0].0, pair[0].1, pair[1].0, pair[1].1
            );
            problems.push(
                Problem::error("extraction::out-of-order", title)
                    .at(from.place(pair[0].0))
                    .at(from.place(pair[1].0))
                    .help("these numbers have to rise: check them against the paper"),
            );
        }
    }
}
