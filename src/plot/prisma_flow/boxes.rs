//! What the boxes say.

use std::fmt::Write as _;

use super::{Count, OtherMethods, PrismaFlow, StudiesAndReports};

/// A line of a box: a text, and a number unless it is a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Text without the number.
    pub text: String,
    /// Number.
    pub n: Option<u64>,
    /// Levels of indent.
    pub indent: u8,
}

/// Which column of the diagram a box stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Previous studies.
    Previous,
    /// The stream of databases and registers.
    Main,
    /// What leaves that stream.
    MainOut,
    /// The stream of other methods.
    Other,
    /// What leaves that stream.
    OtherOut,
}

/// A box with its place: column, and row from 0 (identification) to 6.
#[derive(Clone, Debug)]
pub(super) struct FlowBox {
    /// Code in the PRISMA statement, B1 to B17.
    pub code: &'static str,
    /// Column.
    pub place: Place,
    /// Row: 0 identified, 1 screened, 2 sought, 3 assessed, 4 included, 5 total, 6 in meta-analysis.
    pub row: usize,
    /// Lines.
    pub items: Vec<Item>,
}

impl FlowBox {
    fn new(code: &'static str, place: Place, row: usize, items: Vec<Item>) -> Self {
        Self {
            code,
            place,
            row,
            items,
        }
    }
}

fn line(text: &str, n: u64) -> Item {
    Item {
        text: text.to_owned(),
        n: Some(n),
        indent: 0,
    }
}

fn heading(text: &str) -> Item {
    Item {
        text: text.to_owned(),
        n: None,
        indent: 0,
    }
}

fn indented(mut item: Item, indent: u8) -> Item {
    item.indent = indent;
    item
}

fn list(counts: &[Count], indent: u8) -> impl Iterator<Item = Item> + '_ {
    counts
        .iter()
        .map(move |count| indented(line(&count.name, count.n), indent))
}

fn sum(counts: &[Count]) -> u64 {
    counts
        .iter()
        .fold(0, |total, count| total.saturating_add(count.n))
}

/// All boxes of the diagram's template, in reading order.
pub(super) fn boxes(flow: &PrismaFlow) -> Vec<FlowBox> {
    let words = &flow.frame.wording;
    let mut out = Vec::new();
    if let Some(old) = &flow.previous {
        let items = pair(old, &words.previous_in_version, &words.previous_reports);
        out.push(FlowBox::new("B1", Place::Previous, 0, items));
    }
    out.extend(database_stream(flow));
    if let Some(other) = &flow.other {
        out.extend(other_stream(flow, other));
    }
    let (studies, reports) = if flow.previous.is_some() {
        (&words.new_studies, &words.new_reports)
    } else {
        (&words.studies_included, &words.reports_included)
    };
    let items = pair(&flow.included, studies, reports);
    out.push(FlowBox::new("B10", Place::Main, 4, items));
    if let Some(total) = &flow.total {
        let items = pair(total, &words.total_studies, &words.total_reports);
        out.push(FlowBox::new("B16", Place::Main, 5, items));
    }
    if let Some(pooled) = &flow.in_meta_analysis {
        let reports = &words.reports_in_meta_analysis;
        let items = pair(pooled, &words.in_meta_analysis, reports);
        out.push(FlowBox::new("B17", Place::Main, 6, items));
    }
    out
}

fn database_stream(flow: &PrismaFlow) -> [FlowBox; 8] {
    use Place::{Main, MainOut};
    let words = &flow.frame.wording;
    let one = |text: &str, n| vec![line(text, n)];
    let excluded = excluded_reports(flow, &flow.reports_excluded, flow.undecided_reports);
    let missing = one(&words.reports_not_retrieved, flow.not_retrieved);
    [
        FlowBox::new("B2", Main, 0, identified(flow)),
        FlowBox::new("B3", MainOut, 0, removed(flow)),
        FlowBox::new("B4", Main, 1, one(&words.records_screened, flow.screened)),
        FlowBox::new("B5", MainOut, 1, excluded_records(flow)),
        FlowBox::new("B6", Main, 2, one(&words.reports_sought, flow.sought)),
        FlowBox::new("B7", MainOut, 2, missing),
        FlowBox::new("B8", Main, 3, one(&words.reports_assessed, flow.assessed)),
        FlowBox::new("B9", MainOut, 3, excluded),
    ]
}

fn other_stream(flow: &PrismaFlow, other: &OtherMethods) -> [FlowBox; 5] {
    use Place::{Other, OtherOut};
    let words = &flow.frame.wording;
    let one = |text: &str, n| vec![line(text, n)];
    let mut sources = vec![heading(&words.records_identified)];
    sources.extend(list(&other.sources, 1));
    let missing = one(&words.reports_not_retrieved, other.not_retrieved);
    [
        FlowBox::new("B11", Other, 0, sources),
        FlowBox::new("B12", Other, 2, one(&words.reports_sought, other.sought)),
        FlowBox::new("B13", OtherOut, 2, missing),
        FlowBox::new(
            "B14",
            Other,
            3,
            one(&words.reports_assessed, other.assessed),
        ),
        FlowBox::new(
            "B15",
            OtherOut,
            3,
            excluded_reports(flow, &other.excluded, 0),
        ),
    ]
}

fn pair(counts: &StudiesAndReports, studies: &str, reports: &str) -> Vec<Item> {
    let mut items = vec![line(studies, counts.studies)];
    items.extend(counts.reports.map(|n| line(reports, n)));
    items
}

fn identified(flow: &PrismaFlow) -> Vec<Item> {
    let words = &flow.frame.wording;
    let mut items = vec![heading(&words.records_identified)];
    items.push(indented(line(&words.databases, sum(&flow.databases)), 1));
    items.extend(list(&flow.databases, 2));
    items.push(indented(line(&words.registers, sum(&flow.registers)), 1));
    items.extend(list(&flow.registers, 2));
    let carried = flow.carried.iter();
    items.extend(carried.map(|carried| indented(line(&carried.name, carried.n), 1)));
    items
}

fn removed(flow: &PrismaFlow) -> Vec<Item> {
    let words = &flow.frame.wording;
    let mut items = vec![heading(&words.removed_before)];
    items.push(indented(
        line(&words.duplicates, flow.removed.duplicates),
        1,
    ));
    items.push(indented(
        line(&words.automation, flow.removed.automation),
        1,
    ));
    items.push(indented(
        line(&words.other_reasons, sum(&flow.removed.other)),
        1,
    ));
    items.extend(list(&flow.removed.other, 2));
    items
}

fn excluded_records(flow: &PrismaFlow) -> Vec<Item> {
    let words = &flow.frame.wording;
    let automation = flow.excluded_by_automation.unwrap_or(0);
    let total = flow.excluded.saturating_add(automation);
    let mut items = vec![line(&words.records_excluded, total)];
    if flow.excluded_by_automation.is_some() {
        items.push(indented(line(&words.by_human, flow.excluded), 1));
        items.push(indented(line(&words.by_automation, automation), 1));
    }
    if flow.undecided_records > 0 {
        items.push(line(&words.undecided_records, flow.undecided_records));
    }
    items
}

fn excluded_reports(flow: &PrismaFlow, reasons: &[Count], undecided: u64) -> Vec<Item> {
    let words = &flow.frame.wording;
    let title = words.reports_excluded.trim_end_matches([':', '：']);
    let mut items = vec![line(title, sum(reasons))];
    items.extend(list(reasons, 1));
    if undecided > 0 {
        items.push(line(&words.undecided_records, undecided));
    }
    items
}

/// Every box in words, in reading order.
pub(super) fn description(flow: &PrismaFlow, boxes: &[FlowBox]) -> String {
    let mut text = flow.frame.wording.flow_description.to_string();
    for flow_box in boxes {
        let items: Vec<String> = flow_box
            .items
            .iter()
            .filter_map(|item| item.n.map(|n| format!("{}: {n}", item.text)))
            .collect();
        let _ = write!(text, " {}.", items.join("; "));
    }
    text
}
