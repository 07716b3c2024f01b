//! What a forest plot is given.

use crate::plot::axis::Scale;
use crate::plot::estimate::{Estimate, Heterogeneity, TestResult};
use crate::plot::figure::Frame;
use crate::plot::traffic_light::{BiasDomain, BiasLevel};

/// Which journal's habits the columns follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForestLayout {
    /// Study, arm data, weight, effect, plot, risk of bias; favours labels below the axis.
    #[default]
    RevMan,
    /// Study, arm data in one cell an arm, effect, plot, weight; favours labels above the plot.
    Jama,
}

/// How studies are marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StudyMark {
    /// Squares whose area is proportional to the weight.
    #[default]
    Weighted,
    /// Equal squares: rows that are results of their own (cumulative, leave-one-out).
    Equal,
}

/// Everything a forest plot shows. Effects are on the analysis scale (log for ratios).
#[derive(Clone, Debug, Default)]
pub struct Forest {
    /// Id, title, language.
    pub frame: Frame,
    /// Column order.
    pub layout: ForestLayout,
    /// Name of the effect measure, such as "Risk ratio".
    pub measure: String,
    /// Scale of all effects.
    pub scale: Scale,
    /// Confidence level, percent; 0 means 95.
    pub level: f64,
    /// Effect that means no difference (0 for differences and log ratios); `None` for single-group measures.
    pub null: Option<f64>,
    /// Heading of the label column; empty means the word for "Study".
    pub study_heading: String,
    /// Arm data columns; each study has as many cells as all groups have columns.
    pub columns: Vec<ColumnGroup>,
    /// Studies, in one or more subgroups.
    pub subgroups: Vec<Subgroup>,
    /// Pooled results over all studies, in order; the first one gets the dashed line.
    pub pooled: Vec<PooledRow>,
    /// Test for subgroup differences, and I² between subgroups in percent.
    pub subgroup_test: Option<(TestResult, Option<f64>)>,
    /// Whom low and high values favour.
    pub favours: Option<Favours>,
    /// Range of effects too small to matter, shaded.
    pub unimportant: Option<(f64, f64)>,
    /// Risk-of-bias columns at the right.
    pub bias: Option<BiasColumns>,
    /// How studies are marked.
    pub mark: StudyMark,
    /// A dashed line over all rows at this effect, where no pooled row gives one.
    pub reference: Option<f64>,
    /// Footnotes.
    pub notes: Vec<String>,
}

/// What an arm's columns hold, which decides how the JAMA layout joins them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnKind {
    /// Events and total.
    Events,
    /// Mean, SD and total.
    MeanSd,
    /// Anything else; never joined.
    #[default]
    Other,
}

/// Columns under one heading: an arm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnGroup {
    /// Heading over the group; may be empty.
    pub heading: String,
    /// Column headings.
    pub columns: Vec<String>,
    /// What the columns hold.
    pub kind: ColumnKind,
}

impl ColumnGroup {
    /// Events and total of one arm.
    pub fn events(arm: impl Into<String>, frame: &Frame) -> Self {
        let words = &frame.wording;
        Self {
            heading: arm.into(),
            columns: vec![words.events.to_string(), words.total.to_string()],
            kind: ColumnKind::Events,
        }
    }

    /// Mean, SD and total of one arm.
    pub fn mean_sd(arm: impl Into<String>, frame: &Frame) -> Self {
        let words = &frame.wording;
        Self {
            heading: arm.into(),
            columns: vec![
                words.mean.to_string(),
                words.sd.to_string(),
                words.total.to_string(),
            ],
            kind: ColumnKind::MeanSd,
        }
    }

    /// One column with its own heading.
    pub fn single(heading: impl Into<String>) -> Self {
        Self {
            heading: String::new(),
            columns: vec![heading.into()],
            kind: ColumnKind::Other,
        }
    }
}

/// One cell of the arm data.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing to show.
    #[default]
    Empty,
    /// A whole number.
    Count(u64),
    /// A number; the column's decimals are those its values need, at most two.
    Number(f64),
    /// A number with a footnote mark, such as an imputed correlation with a dagger.
    Marked(f64, String),
    /// A percentage, printed without decimals and with its sign.
    Percent(f64),
    /// Text.
    Text(String),
}

/// Studies under one heading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subgroup {
    /// Heading; `None` when the plot has no subgroups.
    pub heading: Option<String>,
    /// Studies, in the order to print.
    pub studies: Vec<StudyRow>,
    /// Pooled result of the subgroup.
    pub pooled: Option<PooledRow>,
}

/// One study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StudyRow {
    /// Name and year.
    pub label: String,
    /// Arm data, one cell a column.
    pub cells: Vec<Cell>,
    /// Effect; `None` is printed as "Not estimable".
    pub estimate: Option<Estimate>,
    /// Weight in percent.
    pub weight: Option<f64>,
    /// Risk of bias by domain; as long as [`BiasColumns::domains`].
    pub bias: Vec<Option<BiasLevel>>,
    /// A dashed rule with this text is drawn above the row, where an update begins; empty text means the word for "Update".
    pub break_before: Option<String>,
    /// Address of the effect, written as `data-address` on the row.
    pub address: Option<String>,
}

/// A pooled result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PooledRow {
    /// Model and methods: "Random effects (REML, Knapp-Hartung)". ", k = 13" is added.
    pub label: String,
    /// Number of studies pooled.
    pub k: usize,
    /// Totals, one cell a column.
    pub cells: Vec<Cell>,
    /// Pooled effect; `None` is printed as "Not pooled" with the reason.
    pub estimate: Option<Estimate>,
    /// Why nothing was pooled.
    pub reason: Option<String>,
    /// Prediction interval.
    pub prediction: Option<(f64, f64)>,
    /// Weight in percent.
    pub weight: Option<f64>,
    /// Heterogeneity.
    pub heterogeneity: Option<Heterogeneity>,
    /// Test of the pooled effect.
    pub test: Option<TestResult>,
    /// Address of the effect, written as `data-address` on the row.
    pub address: Option<String>,
}

/// Whom each direction favours: names of arms, already aligned with the sign of the effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Favours {
    /// Favoured by values below the null.
    pub low: String,
    /// Favoured by values above the null.
    pub high: String,
}

/// Risk-of-bias columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BiasColumns {
    /// Domains in order; a last one for the overall judgement if wanted.
    pub domains: Vec<BiasDomain>,
}
