//! Reported statistics: tests, p values, differences with their limits, effect sizes, each as its place in the paper prints it.

use super::agreement::Agreed;
use super::cell::{number, unknown_word};
use super::form::Layout;
use super::printed::Printed;
use super::span::Span;
use crate::artefact::{Address, Origin, key, rows};
use crate::problem::{Problem, Problems};

/// Columns of `statistics.csv`.
pub const STATISTICS: Layout = Layout {
    name: "statistics",
    ids: &[
        "study",
        "outcome",
        "scale",
        "time",
        "contrast",
        "arm",
        "statistic",
        "source",
    ],
    required: &["value", "p", "extractor"],
    one_of: &[],
    values: &["df1", "df2", "estimate", "ci_lower", "ci_upper", "level"],
    about: &["extractor", "at", "reported", "note", "page"],
    aliases: &[
        ("study_id", "study"),
        ("reader", "extractor"),
        ("date", "at"),
        ("quote", "reported"),
        ("df", "df1"),
        ("p_value", "p"),
        ("lower", "ci_lower"),
        ("upper", "ci_upper"),
        ("time_point", "time"),
    ],
    open: false,
    prefilled: &["extractor"],
};

/// Columns of a statistic that hold numbers.
pub(super) const NUMBERS: [&str; 8] = [
    "value", "df1", "df2", "p", "estimate", "ci_lower", "ci_upper", "level",
];

/// What is compared.
pub(super) const CONTRASTS: [&str; 7] = [
    "baseline",
    "between-post",
    "between-change",
    "within",
    "group-effect",
    "time-effect",
    "interaction",
];

/// Statistics that are understood; `none` is an estimate with limits alone.
pub(super) const KINDS: [&str; 8] = ["t", "F", "z", "chi2", "fisher", "d", "eta2", "none"];

rows! {
    /// One statistic at one place of a paper.
    pub StatisticRow: "statistics" {
        /// Study id.
        study: String,
        /// Outcome of the protocol.
        outcome: String,
        /// Scale.
        scale: String,
        /// Time point.
        time: String,
        /// What is compared: `baseline`, `between-post`, `between-change`, `within`, `group-effect`, `time-effect`, `interaction`.
        contrast: String,
        /// The arm, where the comparison lies within one.
        arm: String,
        /// `t`, `F`, `z`, `chi2`, `fisher`, `d`, `eta2`, or `none` for an estimate with limits alone.
        statistic: String,
        /// Table or section of the paper.
        source: String,
        /// Value of the statistic.
        value: Option<f64>,
        /// Degrees of freedom; of the numerator for F.
        df1: Option<f64>,
        /// Degrees of freedom of the denominator.
        df2: Option<f64>,
        /// p value, two-sided.
        p: Option<f64>,
        /// Empty, `<` or `>`: whether `p` is a bound.
        p_bound: String,
        /// Difference or ratio.
        estimate: Option<f64>,
        /// Its lower confidence limit.
        ci_lower: Option<f64>,
        /// Its upper confidence limit.
        ci_upper: Option<f64>,
        /// Level of the limits in percent; 95 where nothing is said.
        level: Option<f64>,
        /// Where it came from.
        origin: Origin,
    }
}

/// A p value as printed: a number, or a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PValue {
    /// The number printed.
    pub number: Printed,
    /// `Less`: the p value is below it; `Greater`: above; `Equal`: it is the p value.
    pub bound: std::cmp::Ordering,
}

impl PValue {
    /// Every p value that is printed so.
    pub fn span(self) -> Span {
        let span = self.number.span();
        match self.bound {
            // A p value printed as 0.000 is one that rounds to it.
            std::cmp::Ordering::Equal => span,
            std::cmp::Ordering::Less => Span {
                low: 0.0,
                high: span.high,
            },
            std::cmp::Ordering::Greater => Span {
                low: span.low,
                high: 1.0,
            },
        }
    }

    /// Empty, `<` or `>`.
    pub(super) fn sign(self) -> &'static str {
        match self.bound {
            std::cmp::Ordering::Equal => "",
            std::cmp::Ordering::Less => "<",
            std::cmp::Ordering::Greater => ">",
        }
    }
}

/// One statistic with its numbers as printed.
#[derive(Clone, Debug)]
pub struct Statistic<'a> {
    /// The row as the artefact has it.
    pub row: StatisticRow,
    /// Value as printed.
    pub value: Option<Printed>,
    /// p as printed.
    pub p: Option<PValue>,
    /// Estimate as printed.
    pub estimate: Option<Printed>,
    /// Lower limit as printed.
    pub ci_lower: Option<Printed>,
    /// Upper limit as printed.
    pub ci_upper: Option<Printed>,
    /// What the form says.
    pub from: Agreed<'a>,
}

impl Statistic<'_> {
    /// Address of one of its cells in the stage `own`.
    pub fn cell(&self, own: &str, column: &str) -> Address {
        Address::cell(own, "statistics", &self.row.key, column)
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
pub(super) fn read<'a>(from: Agreed<'a>, study_row: &Address) -> Result<Statistic<'a>, Problems> {
    let mut problems = Problems::new();
    let contrast = word(&from, "contrast", &CONTRASTS, &mut problems);
    let statistic = word(&from, "statistic", &KINDS, &mut problems);
    let p = p_value(&from, &mut problems);
    let mut printed = |column: &str| number(&from, column, &mut problems);
    let (value, df1, df2) = (printed("value"), printed("df1"), printed("df2"));
    let (estimate, ci_lower, ci_upper) = (
        printed("estimate"),
        printed("ci_lower"),
        printed("ci_upper"),
    );
    let level = printed("level");
    let plain = |number: Option<Printed>| number.map(|number| number.value);
    let ids = from.ids(&STATISTICS);
    let row = StatisticRow {
        key: key(&ids),
        study: ids[0].to_owned(),
        outcome: ids[1].to_owned(),
        scale: ids[2].to_owned(),
        time: ids[3].to_owned(),
        contrast,
        arm: ids[5].to_owned(),
        statistic,
        source: ids[7].to_owned(),
        value: plain(value),
        df1: plain(df1),
        df2: plain(df2),
        p: p.map(|p| p.number.value),
        p_bound: p.map_or("", PValue::sign).to_owned(),
        estimate: plain(estimate),
        ci_lower: plain(ci_lower),
        ci_upper: plain(ci_upper),
        level: plain(level),
        origin: from.origin(study_row),
    };
    impossible(&row, &from, &mut problems);
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(Statistic {
        row,
        value,
        p,
        estimate,
        ci_lower,
        ci_upper,
        from,
    })
}

/// One of the known words in any case, as it is known.
pub(super) fn word(
    from: &Agreed<'_>,
    column: &str,
    known: &[&str],
    problems: &mut Problems,
) -> String {
    let text = from.text(column);
    if let Some(word) = known.iter().find(|word| word.eq_ignore_ascii_case(text)) {
        return (*word).to_owned();
    }
    problems.push(unknown_word(from, column, known));
    String::new()
}

/// Reads the p value of a row: a number, or a bound.
pub(super) fn p_value(from: &Agreed<'_>, problems: &mut Problems) -> Option<PValue> {
    use std::cmp::Ordering;
    let text = from.text("p").trim_start_matches(['p', 'P', '=', ' ']);
    let (bound, digits) = match text.chars().next() {
        Some('<' | '≤') => (Ordering::Less, text.trim_start_matches(['<', '≤', '='])),
        Some('>' | '≥') => (Ordering::Greater, text.trim_start_matches(['>', '≥', '='])),
        _ => (Ordering::Equal, text),
    };
    match Printed::read(digits) {
        Ok(Some(number)) => Some(PValue {
            number: number.sharpened_by(from.text("reported")),
            bound,
        }),
        Ok(None) => None,
        // The cell is read again as a plain number, for its message.
        Err(_) => number(from, "p", problems).map(|number| PValue { number, bound }),
    }
}

fn impossible(row: &StatisticRow, from: &Agreed<'_>, problems: &mut Problems) {
    let mut wrong = |column: &str, why: &str| {
        problems.push(
            Problem::error(
                "extraction::impossible-statistic",
                format!("`{column}` is `{}`, {why}", from.text(column)),
            )
            .at(from.place(column))
            .help("check the cell against the paper; keep what it prints in `reported`"),
        );
    };
    if row.p.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
        wrong("p", "outside 0 to 1");
    }
    for (column, df) in [("df1", row.df1), ("df2", row.df2)] {
        if df.is_some_and(|df| df <= 0.0) {
            wrong(column, "and has to be above 0");
        }
    }
    if matches!(row.statistic.as_str(), "F" | "chi2" | "eta2")
        && row.value.is_some_and(|value| value < 0.0)
    {
        wrong("value", "and cannot be below 0");
    }
    if row
        .level
        .is_some_and(|level| !(level > 0.0 && level < 100.0))
    {
        wrong("level", "outside 0 to 100 percent");
    } else if row.level.is_some_and(|level| level < 1.0) {
        // A spreadsheet keeps a cell shown as 95% as 0.95.
        problems.push(level_is_a_fraction(from));
    }
}

/// The problem of a level such as 0.95.
pub(super) fn level_is_a_fraction(from: &Agreed<'_>) -> Problem {
    Problem::error(
        "extraction::level-is-a-fraction",
        format!(
            "`level` is `{}`, and levels are in percent",
            from.text("level")
        ),
    )
    .at(from.place("level"))
    .help("write 95, not 0.95; in a spreadsheet format the cell as text first")
}
