//! What belongs in each column of the extraction forms, in the words that a form carries as notes.

use super::form::Layout;
use super::outcomes::{GROUPS, KINDS, OUTCOMES};
use super::reported::{ADJUSTED, EFFECTS, LOGS, MEASURES};
use super::statistics::{self, CONTRASTS, STATISTICS};
use super::studies::STUDIES;
use super::study_design::STUDY_DESIGNS;

/// A column of a form and what belongs in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Name, as the reader knows it.
    pub(super) name: &'static str,
    /// What belongs there.
    pub(super) about: &'static str,
    /// The only words that may stand there.
    pub(super) only: &'static [&'static str],
    /// Words that later stages know, beside which others may stand.
    pub(super) suggested: &'static [&'static str],
    /// Whether it holds numbers.
    pub(super) number: bool,
    /// Width in characters.
    pub(super) width: u8,
}

/// A table of the forms with its columns in the order in which they are filled in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// How it is read.
    pub(super) layout: &'static Layout,
    /// What one row is.
    pub(super) about: &'static str,
    /// Its columns.
    pub(super) columns: &'static [Column],
}

const fn text(name: &'static str, width: u8, about: &'static str) -> Column {
    Column {
        name,
        about,
        only: &[],
        suggested: &[],
        number: false,
        width,
    }
}

const fn number(name: &'static str, about: &'static str) -> Column {
    Column {
        number: true,
        ..text(name, 9, about)
    }
}

const fn only(name: &'static str, only: &'static [&'static str], about: &'static str) -> Column {
    Column {
        only,
        ..text(name, 15, about)
    }
}

const STUDY: Column = text(
    "study",
    18,
    "Id of the study, as screening gave it. Leave as it is; copy it into rows that you add.",
);
const OUTCOME: Column = text(
    "outcome",
    24,
    "Id of the outcome in the protocol. Delete the row where the paper does not report it.",
);
const SCALE: Column = text(
    "scale",
    16,
    "Id of the instrument, as scales.yaml or the program knows it. Empty for counted events.",
);
const TIME: Column = text(
    "time",
    18,
    "Time point in your words, the same in every row about it: baseline, end-of-intervention, 6-months.",
);
const ARM: Column = text(
    "arm",
    16,
    "Name of the arm in your words, the same in every row about it: balint, waitlist.",
);
const SOURCE: Column = text(
    "source",
    22,
    "Table, figure or section of the paper that prints the numbers: Table 3.",
);
const PAGE: Column = text("page", 8, "Page of the paper, where known.");
const REPORTED: Column = text(
    "reported",
    26,
    "The paper's own text, letter for letter: 15.00 ± 5.111. It keeps zeros that a spreadsheet drops.",
);
const EXTRACTOR: Column = text(
    "extractor",
    14,
    "Who read the paper. Two people give two rows about the same; their cells are compared.",
);
const AT: Column = text(
    "at",
    22,
    "Day, or day and time, of reading: 2026-03-04 or 2026-03-04T10:15:00Z.",
);
const NOTE: Column = text(
    "note",
    30,
    "Anything else; never compared, never computed with.",
);

const OUTCOME_COLUMNS: &[Column] = &[
    STUDY,
    OUTCOME,
    SCALE,
    TIME,
    only(
        "kind",
        &KINDS,
        "What the numbers are: scores before (baseline), scores after (post), the change between, or a characteristic of the participants that is never pooled.",
    ),
    ARM,
    only("group", &GROUPS, "What the arm is to the comparison."),
    number("n", "Participants analysed in the arm at that time."),
    number(
        "mean",
        "Mean, in points of the scale; of the change where kind is change.",
    ),
    number(
        "sd",
        "Standard deviation. Take care that the paper does not mean the standard error.",
    ),
    number(
        "se",
        "Standard error of the mean, where the paper gives it in place of the SD.",
    ),
    number(
        "ci_lower",
        "Lower limit of the mean's 95 % confidence interval.",
    ),
    number(
        "ci_upper",
        "Upper limit of the mean's 95 % confidence interval.",
    ),
    number("median", "Median."),
    number("q1", "Lower quartile."),
    number("q3", "Upper quartile."),
    number("min", "Smallest value observed."),
    number("max", "Largest value observed."),
    number("events", "Participants with the event."),
    number("total", "Participants the events are counted among."),
    number("r", "Correlation of before and after, where reported."),
    text(
        "unit",
        10,
        "Unit of the numbers where the scale has one, such as mmol/L; empty for points.",
    ),
    SOURCE,
    PAGE,
    REPORTED,
    text(
        "n_source",
        18,
        "Where n stands, when elsewhere than the other numbers.",
    ),
    text("n_reported", 16, "The paper's own text about n."),
    EXTRACTOR,
    AT,
    NOTE,
];

const STATISTIC_COLUMNS: &[Column] = &[
    STUDY,
    OUTCOME,
    SCALE,
    TIME,
    only(
        "contrast",
        &CONTRASTS,
        "What is compared: groups before (baseline), groups after (between-post), their changes (between-change), one arm with itself (within), or a main effect or interaction of an analysis of variance.",
    ),
    text(
        "arm",
        16,
        "The arm, where the comparison lies within one; otherwise empty.",
    ),
    only(
        "statistic",
        &statistics::KINDS,
        "Which statistic it is; none for an estimate with limits alone.",
    ),
    number("value", "Value of the statistic, with its sign."),
    number("df1", "Degrees of freedom; of the numerator for F."),
    number("df2", "Degrees of freedom of the denominator, for F."),
    text("p", 9, "Two-sided p value as printed: 0.032, or <0.05."),
    number("estimate", "Difference or ratio that the paper gives."),
    number("ci_lower", "Its lower confidence limit."),
    number("ci_upper", "Its upper confidence limit."),
    text(
        "level",
        9,
        "Level of the limits in percent, such as 95; empty means 95.",
    ),
    SOURCE,
    PAGE,
    REPORTED,
    EXTRACTOR,
    AT,
    NOTE,
];

const EFFECT_COLUMNS: &[Column] = &[
    STUDY,
    OUTCOME,
    SCALE,
    TIME,
    only(
        "measure",
        &MEASURES,
        "What the effect is: hazard, rate, odds or risk ratio (PETO: Peto's odds ratio), risk difference, mean difference, standardised mean difference, ratio of means; GEN for any other, pooled as it is given.",
    ),
    text(
        "arm",
        16,
        "The arm whose effect the paper gives: the one above in a ratio, the first in a difference.",
    ),
    text(
        "against",
        16,
        "The arm it is compared with: the one below in a ratio, the reference.",
    ),
    only(
        "group",
        &GROUPS,
        "What arm is to the comparison. Write control where the paper compares the other way about: the effect is then turned round.",
    ),
    only(
        "adjusted",
        &ADJUSTED,
        "Whether the paper adjusted the effect for other things, such as age.",
    ),
    text(
        "adjusted_for",
        26,
        "What it was adjusted for; never compared.",
    ),
    number("estimate", "The effect as the paper prints it."),
    number("se", "Its standard error, where printed."),
    number("ci_lower", "Its lower confidence limit."),
    number("ci_upper", "Its upper confidence limit."),
    text(
        "level",
        9,
        "Level of the limits in percent, such as 95; empty means 95.",
    ),
    text(
        "p",
        9,
        "Exact two-sided p, used where neither standard error nor limits are printed: 0.032.",
    ),
    only(
        "log",
        &LOGS,
        "Of a ratio: yes where all numbers are logarithms, se where the standard error alone is that of the logarithm, no or empty where none is.",
    ),
    number("n", "Participants analysed, both arms together."),
    SOURCE,
    PAGE,
    REPORTED,
    EXTRACTOR,
    AT,
    NOTE,
];

const STUDY_COLUMNS: &[Column] = &[
    STUDY,
    text("label", 18, "How the study is cited: Huang 2020."),
    Column {
        suggested: &STUDY_DESIGNS,
        ..text(
            "design",
            15,
            "Design of the study: rct, cluster-rct or crossover-rct where people were allotted at random; else controlled, before-after, cohort, case-control, cross-sectional, interrupted-time-series, or non-randomised for any other.",
        )
    },
    text("country", 14, "Country or countries."),
    text("setting", 26, "Where the study took place."),
    text("population", 26, "Who took part."),
    number(
        "n_randomised",
        "Participants randomised; those who began, in a study without randomisation.",
    ),
    number("n_analysed", "Participants in the main analysis."),
    text(
        "intervention",
        30,
        "What was done, so that others could do it (TIDieR): content, materials, mode.",
    ),
    text("sessions", 12, "Number of sessions, and over how long."),
    text("session_length", 14, "Length of a session."),
    text("leader", 22, "Who led or delivered it, with what training."),
    text("attendance", 22, "How much of it participants took up."),
    text("comparator", 24, "What the others received."),
    text("follow_up", 18, "Length of follow-up after the start."),
    text(
        "measured",
        26,
        "Outcomes of the protocol that the paper or its registration says were measured, reported or not: their ids, separated by `;`.",
    ),
    text("funding", 24, "Who paid."),
    text("conflicts", 20, "Interests that the authors declare."),
    text("registration", 18, "Registration of the trial."),
    text("contact", 22, "Author to ask, and whether they were asked."),
    text("source", 22, "Sections of the paper that these come from."),
    EXTRACTOR,
    AT,
    NOTE,
];

/// The tables that people fill in, in the order in which one begins.
pub(super) const TABLES: [Table; 4] = [
    Table {
        layout: &STUDIES,
        about: "One row a study: what it is. Columns of your own (a subgroup, a moderator) may be added and are carried on.",
        columns: STUDY_COLUMNS,
    },
    Table {
        layout: &OUTCOMES,
        about: "One row an arm, outcome, scale and time: its numbers as the paper prints them. Add rows for further times, scales and arms; rows without a number are not read.",
        columns: OUTCOME_COLUMNS,
    },
    Table {
        layout: &STATISTICS,
        about: "One row a reported test, p value, interval or effect size; the means are checked against them. Rows without a number are not read.",
        columns: STATISTIC_COLUMNS,
    },
    Table {
        layout: &EFFECTS,
        about: "One row an effect that the paper gives with its error alone, such as a hazard ratio or an adjusted odds ratio, and no numbers of arms for. Rows without a number are not read; delete the others.",
        columns: EFFECT_COLUMNS,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extraction::outcomes::NUMBERS;

    #[test]
    fn every_column_that_the_reader_knows_is_in_the_form_and_no_other() {
        for table in TABLES {
            let layout = table.layout;
            let mut known = layout.columns();
            if layout.open {
                // `reported` speaks for numbers; characteristics are words of the paper themselves.
                known.retain(|column| *column != "reported");
            }
            let named: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            for column in &known {
                assert!(named.contains(column), "{}: no `{column}`", layout.name);
            }
            for column in named.iter().filter(|_| !layout.open) {
                assert!(known.contains(column), "{}: unread `{column}`", layout.name);
            }
        }
    }

    #[test]
    fn columns_of_numbers_are_those_that_are_read_as_numbers() {
        let [_, outcomes, statistics, effects] = TABLES;
        let numbers = |table: Table| -> Vec<&str> {
            let columns = table.columns.iter().filter(|column| column.number);
            columns.map(|column| column.name).collect()
        };
        let sorted = |mut names: Vec<&'static str>| {
            names.sort_unstable();
            names
        };
        assert_eq!(sorted(numbers(outcomes)), sorted(NUMBERS.to_vec()));
        // A p value may be a bound, and a level may be typed as 95%, which a spreadsheet would keep as 0.95.
        let tests = statistics::NUMBERS.into_iter();
        let tests = tests.filter(|name| !["p", "level"].contains(name));
        assert_eq!(sorted(numbers(statistics)), sorted(tests.collect()));
        let reported = crate::extraction::reported::PLACED.into_iter();
        let reported = reported.filter(|name| !["p", "level", "group", "log"].contains(name));
        assert_eq!(sorted(numbers(effects)), sorted(reported.collect()));
    }
}
