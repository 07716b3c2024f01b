//! Who screened, extracted and judged, as the data tell it: how many people read each thing, and who settled what was left open.

use super::input::{ReportInput, TableRow};
use std::collections::{BTreeMap, BTreeSet};

/// How a thing was done: on how many things so many people worked, who they were, and who settled what they left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Process {
    /// Things by the number of people who worked on each.
    pub(super) by_people: BTreeMap<usize, usize>,
    /// Everybody who did, by name.
    pub(super) who: BTreeSet<String>,
    /// What was settled, by who settled it.
    pub(super) settled: BTreeMap<String, usize>,
    /// Things on which people said what differs and nobody settled.
    pub(super) waiting: usize,
}

impl Process {
    /// The process in which these people worked on these things; `None` where there is no thing.
    fn of(things: BTreeMap<&str, BTreeSet<&str>>) -> Option<Self> {
        if things.is_empty() {
            return None;
        }
        let mut process = Self::default();
        for people in things.into_values() {
            *process.by_people.entry(people.len()).or_default() += 1;
            let named = people.into_iter().filter(|name| !name.is_empty());
            process.who.extend(named.map(str::to_owned));
        }
        Some(process)
    }

    fn settle(&mut self, by: &str) {
        let by = people(by).collect::<Vec<&str>>().join("; ");
        *self.settled.entry(by).or_default() += 1;
    }
}

/// The people in a cell that may name several.
fn people(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim)
}

/// How the records, or the reports, of a stage of screening were screened, by the votes and settlements that count.
pub(super) fn screened(input: &ReportInput, stage: &str) -> Option<Process> {
    let counting = |row: &TableRow<'_>| row.text("stage") == stage && row.text("counts") == "true";
    let rows: Vec<TableRow<'_>> = input.rows("votes").filter(counting).collect();
    let mut voters: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut said: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut settled: BTreeMap<&str, &str> = BTreeMap::new();
    for row in &rows {
        let record = row.text("record");
        let voted = voters.entry(record).or_default();
        if row.text("role") == "vote" {
            voted.insert(row.text("reviewer"));
            // `maybe` goes on to the full text, as `include` does.
            let decision = match row.text("decision") {
                "maybe" => "include",
                other => other,
            };
            said.entry(record).or_default().insert(decision);
        } else {
            settled.insert(record, row.text("reviewer"));
        }
    }
    let mut process = Process::of(voters)?;
    let differs =
        |(record, said): &(&str, BTreeSet<&str>)| said.len() > 1 && !settled.contains_key(record);
    process.waiting = said.into_iter().filter(differs).count();
    for by in settled.values() {
        process.settle(by);
    }
    Some(process)
}

/// Whether any vote or settlement of a stage of screening counts.
pub(super) fn is_screened(input: &ReportInput, stage: &str) -> bool {
    let mut rows = input.rows("votes");
    rows.any(|row| row.text("stage") == stage && row.text("counts") == "true")
}

/// How the rows of a table of extracted values were read, by the places where the readings stand.
pub(super) fn extracted(input: &ReportInput, table: &str) -> Option<Process> {
    let extracted = input.named(table).next()?;
    let places = input.named("places");
    let places = places.filter(|places| places.stage == extracted.stage);
    let rows = places.flat_map(|places| {
        let rows = places.sheet.rows.iter();
        rows.map(move |row| TableRow::new(places, row))
    });
    let rows: Vec<TableRow<'_>> = rows
        .filter(|row| row.text("artefact") == extracted.artefact)
        .collect();
    let mut readers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.text("column").is_empty()) {
        let read = readers.entry(row.text("row")).or_default();
        read.extend(people(row.text("by")));
    }
    let mut process = Process::of(readers)?;
    for row in rows.iter().filter(|row| is_settled_cell(row)) {
        process.settle(row.text("by"));
    }
    Some(process)
}

fn is_settled_cell(place: &TableRow<'_>) -> bool {
    !place.text("column").is_empty() && place.text("source") == "adjudication"
}

/// How risk of bias was judged with one tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    /// Assessments: a result of a study, or a study as a whole.
    pub(super) assessments: usize,
    /// Studies.
    pub(super) studies: usize,
    /// Versions and variants of the tool, as the judgements name them.
    pub(super) variants: BTreeSet<String>,
    /// Who answered its questions.
    pub(super) answered: Option<Process>,
    /// Whom files of judgements made elsewhere name.
    pub(super) imported: Option<Process>,
    /// Judgements that a person made otherwise than the tool.
    pub(super) overridden: usize,
}

/// How risk of bias was judged, by tool.
pub(super) fn judged(input: &ReportInput) -> BTreeMap<&str, Judged> {
    let mut tools: BTreeMap<&str, Judged> = BTreeMap::new();
    let mut assessments: BTreeSet<[&str; 3]> = BTreeSet::new();
    for row in input.rows("judgements") {
        let judged = tools.entry(row.text("tool")).or_default();
        let standing = ["version", "variant"].map(|column| row.text(column));
        let named = standing.into_iter().filter(|text| !text.is_empty());
        judged.variants.extend(named.map(str::to_owned));
        judged.overridden += usize::from(row.text("overridden") == "true");
        assessments.insert(["tool", "study", "result"].map(|column| row.text(column)));
    }
    for (tool, judged) in &mut tools {
        let of_tool = assessments.iter().filter(|[of, ..]| of == tool);
        judged.assessments = of_tool.clone().count();
        let studies: BTreeSet<&str> = of_tool.map(|[_, study, _]| *study).collect();
        judged.studies = studies.len();
        judged.answered = answered(input, tool, "answer");
        judged.imported = answered(input, tool, "imported");
    }
    tools
}

/// Who gave the answers of a role, an assessment at a time, and who settled those that differed.
fn answered(input: &ReportInput, tool: &str, role: &str) -> Option<Process> {
    let of_tool = |row: &TableRow<'_>| row.text("tool") == tool;
    let rows: Vec<TableRow<'_>> = input.rows("answers").filter(of_tool).collect();
    let of_role = rows.iter().filter(|row| row.text("role") == role);
    let assessments: BTreeMap<String, BTreeSet<&str>> =
        of_role.fold(BTreeMap::new(), |mut all, row| {
            let assessment = format!("{}|{}", row.text("study"), row.text("result"));
            let by: &mut BTreeSet<&str> = all.entry(assessment).or_default();
            by.extend(people(row.text("by")));
            all
        });
    let things = assessments.iter();
    let things = things.map(|(assessment, by)| (assessment.as_str(), by.clone()));
    let mut process = Process::of(things.collect())?;
    if role == "answer" {
        for row in rows.iter().filter(|row| row.text("role") == "adjudication") {
            process.settle(row.text("by"));
        }
    }
    Some(process)
}
