//! The PRISMA 2020 flow diagram in its four templates.
//!
//! Counts come in and are printed as given; whether they add up is checked where they are counted. Layout after Page et al. 2021
//! (BMJ 372:n71): three bands; previous studies left, databases and registers in the middle, other methods right.

mod boxes;
mod page;

use super::figure::{DataTable, Figure, Frame, finish};

/// A number with its name: a database, a register, a website, a reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Name or reason.
    pub name: String,
    /// How many.
    pub n: u64,
}

impl Count {
    /// A named number.
    pub fn new(name: impl Into<String>, n: u64) -> Self {
        Self {
            name: name.into(),
            n,
        }
    }
}

/// Studies with the reports that describe them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StudiesAndReports {
    /// Studies.
    pub studies: u64,
    /// Reports; `None` leaves the line out.
    pub reports: Option<u64>,
}

/// Box B3.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemovedBeforeScreening {
    /// Duplicate records removed.
    pub duplicates: u64,
    /// Marked as ineligible by automation tools.
    pub automation: u64,
    /// Other reasons with their counts; empty is printed as one line with zero.
    pub other: Vec<Count>,
}

/// The stream of other methods, boxes B11 to B15.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherMethods {
    /// Websites, organisations, citation searching, …
    pub sources: Vec<Count>,
    /// Reports sought for retrieval.
    pub sought: u64,
    /// Reports not retrieved.
    pub not_retrieved: u64,
    /// Reports assessed.
    pub assessed: u64,
    /// Reports excluded by reason, in the order to print.
    pub excluded: Vec<Count>,
}

/// Everything a flow diagram shows.
#[derive(Clone, Debug, Default)]
pub struct PrismaFlow {
    /// Id, title, language.
    pub frame: Frame,
    /// Previous studies (box B1): makes it an update template.
    pub previous: Option<StudiesAndReports>,
    /// Records by database (box B2).
    pub databases: Vec<Count>,
    /// Records by register (box B2).
    pub registers: Vec<Count>,
    /// Records of the version before that count anew, with what to call them (box B2, beside databases and registers).
    pub carried: Option<Count>,
    /// Box B3.
    pub removed: RemovedBeforeScreening,
    /// Box B4.
    pub screened: u64,
    /// Box B5: excluded by people.
    pub excluded: u64,
    /// Box B5: excluded by a tool; `None` prints one number only.
    pub excluded_by_automation: Option<u64>,
    /// Records screened but not yet decided; 0 prints nothing.
    pub undecided_records: u64,
    /// Box B6.
    pub sought: u64,
    /// Box B7.
    pub not_retrieved: u64,
    /// Box B8.
    pub assessed: u64,
    /// Box B9, in the order to print.
    pub reports_excluded: Vec<Count>,
    /// Reports assessed but not yet decided (awaiting classification); 0 prints nothing.
    pub undecided_reports: u64,
    /// Boxes B11 to B15: makes it a template with other methods.
    pub other: Option<OtherMethods>,
    /// Box B10.
    pub included: StudiesAndReports,
    /// Box B16, for updates.
    pub total: Option<StudiesAndReports>,
    /// Box B17.
    pub in_meta_analysis: Option<StudiesAndReports>,
    /// Links by box, such as `("B9", "#excluded")`, within the page or the report.
    pub links: Vec<(String, String)>,
    /// Footnotes.
    pub notes: Vec<String>,
}

/// The four templates of PRISMA 2020.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowTemplate {
    /// New review, databases and registers only.
    N1,
    /// New review, also other methods.
    N2,
    /// Update, databases and registers only.
    U1,
    /// Update, also other methods.
    U2,
}

impl PrismaFlow {
    /// The template that the given boxes make.
    pub fn template(&self) -> FlowTemplate {
        match (self.previous.is_some(), self.other.is_some()) {
            (false, false) => FlowTemplate::N1,
            (false, true) => FlowTemplate::N2,
            (true, false) => FlowTemplate::U1,
            (true, true) => FlowTemplate::U2,
        }
    }

    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let boxes = boxes::boxes(self);
        let words = &self.frame.wording;
        let mut table = DataTable::new(&[&words.flow_box, &words.item, &"n".into()]);
        for flow_box in &boxes {
            for item in &flow_box.items {
                let n = item.n.map_or(String::new(), |n| n.to_string());
                table.push(&[flow_box.code.to_owned(), item.text.clone(), n]);
            }
        }
        let description = boxes::description(self, &boxes);
        let (drawing, width, height) = page::draw(self, &boxes);
        finish(drawing, &self.frame, (width, height), &description, table)
    }
}

#[cfg(test)]
mod tests;
