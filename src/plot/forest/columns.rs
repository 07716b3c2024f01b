//! Where the columns of a forest plot stand.

use super::input::{Forest, ForestLayout};
use super::rows::{EffectCell, Row};
use crate::plot::number::Bracket;
use crate::plot::text_width::{text_width, widest, wrap};
use crate::plot::wording::fill;

/// Space around the figure.
pub(super) const MARGIN: f64 = 16.0;
/// Space between columns.
pub(super) const GUTTER: f64 = 16.0;
/// Widest label column; longer labels wrap.
const LABEL_CAP: f64 = 260.0;
/// Font size of rows and heads.
pub(super) const FONT: f64 = 12.5;
/// Font size of smaller lines.
pub(super) const SMALL: f64 = 12.0;
/// Height of a further line of text in one row.
pub(super) const LINE: f64 = 15.0;
/// Most lines a label may take.
pub(super) const LABEL_LINES: usize = 6;
/// Parts of the effect text stand nearer than the widest font would need; the gaps between them take what it is wider.
const TIGHT: f64 = 0.9;
/// The width a figure aims at: a page of HTML.
const AIM: f64 = 960.0;

/// A column of text.
#[derive(Clone, Debug, Default)]
pub(super) struct TextColumn {
    /// Left edge.
    pub x: f64,
    /// Width.
    pub width: f64,
    /// Wrapped heading.
    pub heading: Vec<String>,
    /// Where numbers end (right aligned), from the left edge.
    pub number_end: f64,
    /// Whether cells are numbers, aligned at their end.
    pub numeric: bool,
}

/// A heading over several columns.
#[derive(Clone, Debug)]
pub(super) struct GroupHeading {
    /// Left edge.
    pub x: f64,
    /// Width.
    pub width: f64,
    /// Wrapped text.
    pub lines: Vec<String>,
    /// Lines of the tallest column heading below it.
    pub below: usize,
}

/// Where the parts of an effect text end or begin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EffectPlaces {
    /// Right edge of the estimate.
    pub value_end: f64,
    /// Right edge of the lower limit with its bracket.
    pub lower_end: f64,
    /// Middle of "to" where limits are aligned one by one; unused with square brackets.
    pub to_middle: f64,
    /// Left edge of "to 0.73)", written in one where all upper limits are equally long.
    pub rest_start: Option<f64>,
    /// Right edge of the upper limit with its bracket.
    pub upper_end: f64,
}

/// All columns of one plot.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    /// Study labels.
    pub label: TextColumn,
    /// Arm data.
    pub data: Vec<TextColumn>,
    /// Headings over arm data and risk of bias.
    pub groups: Vec<GroupHeading>,
    /// Weight, if any row has one.
    pub weight: Option<TextColumn>,
    /// Effect text.
    pub effect: TextColumn,
    /// Parts of the effect text.
    pub places: EffectPlaces,
    /// Left edge of the plot.
    pub plot_x: f64,
    /// Width of the plot.
    pub plot_width: f64,
    /// Risk-of-bias columns.
    pub bias: Vec<TextColumn>,
    /// Width of the figure.
    pub total: f64,
}

impl Columns {
    /// Measures every text and places the columns from left to right.
    pub(super) fn new(forest: &Forest, rows: &[Row<'_>]) -> Self {
        let mut columns = Self {
            label: label_column(forest, rows),
            data: data_columns(forest, rows),
            weight: weight_column(forest, rows),
            bias: bias_columns(forest),
            ..Self::default()
        };
        let (effect, places) = effect_column(forest, rows);
        columns.effect = effect;
        columns.places = places;
        columns.fit_plot(forest);
        columns.place(forest);
        columns
    }

    /// Gives the plot what is left of the aimed width, within 260 to 320 px.
    fn fit_plot(&mut self, forest: &Forest) {
        let texts = self.label.width + self.effect.width + 2.0 * GUTTER;
        let data: f64 = self.data.iter().map(|c| c.width + GUTTER).sum();
        let weight = self.weight.as_ref().map_or(0.0, |c| c.width + GUTTER);
        let bias: f64 = self.bias.iter().map(|c| c.width).sum();
        let bias = if forest.bias.is_some() {
            bias + GUTTER
        } else {
            bias
        };
        let left = AIM - 2.0 * MARGIN - 3.0 * GUTTER - texts - data - weight - bias;
        self.plot_width = left.clamp(260.0, 320.0);
    }

    fn place(&mut self, forest: &Forest) {
        let mut x = MARGIN;
        put(&mut self.label, &mut x);
        self.place_data(forest, &mut x);
        if forest.layout == ForestLayout::RevMan
            && let Some(weight) = &mut self.weight
        {
            put(weight, &mut x);
        }
        put(&mut self.effect, &mut x);
        let inset = (self.effect.width - self.places.upper_end).max(0.0) / 2.0 + self.effect.x;
        self.places.value_end += inset;
        self.places.lower_end += inset;
        self.places.to_middle += inset;
        self.places.rest_start = self.places.rest_start.map(|x| x + inset);
        self.places.upper_end += inset;
        // Half a tick label may stand out on either side of the plot.
        x += GUTTER / 2.0;
        self.plot_x = x;
        x += self.plot_width + 1.5 * GUTTER;
        if forest.layout == ForestLayout::Jama
            && let Some(weight) = &mut self.weight
        {
            put(weight, &mut x);
        }
        self.place_bias(forest, &mut x);
        self.total = x - GUTTER + MARGIN;
    }

    fn place_data(&mut self, forest: &Forest, x: &mut f64) {
        let mut next = 0;
        for group in &forest.columns {
            let count = group.columns.len();
            let members = &mut self.data[next..next + count];
            next += count;
            if members.is_empty() {
                continue;
            }
            let own: f64 =
                members.iter().map(|c| c.width).sum::<f64>() + GUTTER * (count - 1) as f64;
            let lines = wrap(&group.heading, FONT, true, own.max(110.0), 3);
            let wanted = widest(&lines, FONT, true);
            let pad = (wanted - own).max(0.0) / count as f64;
            let start = *x;
            for column in members.iter_mut() {
                column.width += pad;
                column.number_end += pad / 2.0;
                put(column, x);
            }
            if !group.heading.trim().is_empty() {
                let width = *x - GUTTER - start;
                let below = tallest(members);
                self.groups.push(GroupHeading {
                    x: start,
                    width,
                    lines,
                    below,
                });
            }
        }
    }

    fn place_bias(&mut self, forest: &Forest, x: &mut f64) {
        if self.bias.is_empty() {
            return;
        }
        let lines = wrap(&forest.frame.wording.risk_of_bias, FONT, true, 200.0, 3);
        let own: f64 = self.bias.iter().map(|c| c.width).sum();
        let pad = (widest(&lines, FONT, true) - own).max(0.0) / self.bias.len() as f64;
        let start = *x;
        for column in &mut self.bias {
            column.width += pad;
            column.x = *x;
            *x += column.width;
        }
        let width = *x - start;
        let below = tallest(&self.bias);
        self.groups.push(GroupHeading {
            x: start,
            width,
            lines,
            below,
        });
        *x += GUTTER;
    }

    /// Room for lines of text left of the plot.
    pub(super) fn text_room(&self) -> f64 {
        self.plot_x - GUTTER - MARGIN
    }
}

/// Lines of the tallest heading.
fn tallest(columns: &[TextColumn]) -> usize {
    columns.iter().map(|c| c.heading.len()).max().unwrap_or(0)
}

fn put(column: &mut TextColumn, x: &mut f64) {
    column.x = *x;
    *x += column.width + GUTTER;
}

fn label_column(forest: &Forest, rows: &[Row<'_>]) -> TextColumn {
    use super::rows::RowKind::{Pooled, Prediction, Study, SubgroupPooled};
    let title = if forest.study_heading.trim().is_empty() {
        forest.frame.wording.study.to_string()
    } else {
        forest.study_heading.clone()
    };
    let heading = wrap(&title, FONT, true, LABEL_CAP, 3);
    let labels = rows
        .iter()
        .filter(|row| matches!(row.kind, Study | Pooled | SubgroupPooled | Prediction))
        .map(|row| {
            let lines = wrap(&row.label, FONT, row.is_bold(), LABEL_CAP, LABEL_LINES);
            widest(&lines, FONT, row.is_bold())
        })
        .fold(widest(&heading, FONT, true), f64::max);
    TextColumn {
        width: labels.max(90.0),
        heading,
        ..TextColumn::default()
    }
}

/// A column as wide as its heading and its widest text, numbers as a block in its middle.
fn text_column(heading: &str, texts: &[(String, String)], numeric: bool) -> TextColumn {
    let heading = wrap(heading, FONT, true, 92.0, 4);
    let numbers = texts
        .iter()
        .map(|t| text_width(&t.0, FONT, true))
        .fold(0.0, f64::max);
    let marks = texts
        .iter()
        .map(|t| text_width(&t.1, FONT, true))
        .fold(0.0, f64::max);
    let content = numbers + marks;
    let width = content.max(widest(&heading, FONT, true));
    TextColumn {
        x: 0.0,
        width,
        heading,
        number_end: (width - content) / 2.0 + numbers,
        numeric,
    }
}

fn data_columns(forest: &Forest, rows: &[Row<'_>]) -> Vec<TextColumn> {
    let headings = forest.columns.iter().flat_map(|group| &group.columns);
    headings
        .enumerate()
        .map(|(i, heading)| {
            let cells: Vec<(String, String)> = rows
                .iter()
                .filter_map(|row| row.cells.get(i).map(|c| (c.0.clone(), c.1.clone())))
                .collect();
            let numeric = rows.iter().filter_map(|row| row.cells.get(i)).all(|c| c.2);
            text_column(heading, &cells, numeric)
        })
        .collect()
}

fn weight_column(forest: &Forest, rows: &[Row<'_>]) -> Option<TextColumn> {
    let texts: Vec<(String, String)> = rows
        .iter()
        .filter(|row| !row.weight.is_empty())
        .map(|row| (row.weight.clone(), String::new()))
        .collect();
    (!texts.is_empty()).then(|| text_column(&forest.frame.wording.weight, &texts, true))
}

fn bias_columns(forest: &Forest) -> Vec<TextColumn> {
    let domains = forest.bias.iter().flat_map(|bias| &bias.domains);
    domains
        .map(|domain| {
            let heading = wrap(&domain.code, SMALL, true, 70.0, 2);
            TextColumn {
                width: (widest(&heading, SMALL, true) + 6.0).max(24.0),
                heading,
                ..TextColumn::default()
            }
        })
        .collect()
}

fn effect_column(forest: &Forest, rows: &[Row<'_>]) -> (TextColumn, EffectPlaces) {
    let mut widths = [0.0_f64; 3];
    let mut message = 0.0_f64;
    for row in rows {
        match &row.effect {
            EffectCell::Empty => {}
            EffectCell::Message(text) => message = message.max(text_width(text, FONT, true)),
            EffectCell::Numbers(parts) => {
                let shown = bracketed(forest, parts);
                for (width, part) in widths.iter_mut().zip(&shown) {
                    *width = width.max(text_width(part, FONT, true));
                }
            }
        }
    }
    let widths = widths.map(|width| width * TIGHT);
    let to = match forest.frame.numbers.bracket {
        Bracket::RoundTo => text_width(&forest.frame.wording.to, FONT, true) + 14.0,
        Bracket::SquareComma => 10.0,
    };
    let lower_end = widths[0] + 11.0 + widths[1];
    let places = EffectPlaces {
        value_end: widths[0],
        lower_end,
        to_middle: lower_end + to / 2.0 - 1.0,
        rest_start: equally_long(rows).then_some(lower_end + 4.0),
        upper_end: lower_end + to + widths[2],
    };
    let content = places.upper_end.max(message);
    let mut heading = wrap(&forest.measure, FONT, true, content.max(120.0), 3);
    heading.push(format!(
        "({})",
        fill(
            &forest.frame.wording.confidence,
            &[("level", &forest.level_text())]
        )
    ));
    let width = content.max(widest(&heading, FONT, true));
    let column = TextColumn {
        width,
        heading,
        ..TextColumn::default()
    };
    (column, places)
}

/// Whether every upper limit has the same number of characters, sign included.
fn equally_long(rows: &[Row<'_>]) -> bool {
    let mut lengths = rows.iter().filter_map(|row| match &row.effect {
        EffectCell::Numbers(parts) => Some((parts[2].chars().count(), parts[2].starts_with('−'))),
        _ => None,
    });
    let first = lengths.next();
    lengths.all(|length| Some(length) == first)
}

/// Estimate, lower limit and upper limit with their brackets.
pub(super) fn bracketed(forest: &Forest, parts: &[String; 3]) -> [String; 3] {
    let [value, lower, upper] = parts;
    match forest.frame.numbers.bracket {
        Bracket::RoundTo => [value.clone(), format!("({lower}"), format!("{upper})")],
        Bracket::SquareComma => [value.clone(), format!("[{lower},"), format!("{upper}]")],
    }
}
