//! Judgements that were made elsewhere: a table as robvis draws it, or the results of the RoB 2 workbook, one row a result.
//!
//! Such a table has a column for the study, one a domain, and `Overall`. It says nothing of the answers behind a judgement, so
//! that no path can be shown; the judgements stand as the file gives them, and are marked as imported.

use super::as_written::judgement_named;
use super::decisions::is_decisions;
use super::shipped;
use super::tool::{NOT_APPLICABLE, Tool};
use crate::ids::StudyId;
use crate::nearest::suggestion;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{Sheet, column_name, csv_rows, is_workbook, read_workbook, unknown_value};
use std::collections::BTreeMap;

/// The name of the judgement of all domains together.
pub const OVERALL: &str = "overall";

/// What stands for a name or a day that the file does not give.
pub const AS_GIVEN: &str = "as given by the file";

/// One judgement as a file gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The study.
    pub study: StudyId,
    /// The result judged; empty where the file names none.
    pub result: String,
    /// Name of the tool.
    pub tool: String,
    /// Variant of the tool.
    pub variant: String,
    /// The domain, or [`OVERALL`].
    pub domain: String,
    /// The judgement, as the tool names it.
    pub judgement: String,
    /// Who, or [`AS_GIVEN`].
    pub by: String,
    /// When, or [`AS_GIVEN`].
    pub at: String,
    /// Where it stands.
    pub place: Place,
}

/// A study that judgements may be about: id, and how it is cited.
pub type Citable = (String, String);

/// A table with the place of every cell.
type Grid = Vec<Vec<(String, Place)>>;

/// An outcome that judgements may be about: id, and name in the protocol.
pub type Judgeable = (String, String);

/// What judgements may be about.
#[derive(Clone, Copy, Debug)]
pub struct Subjects<'a> {
    /// Included studies.
    pub studies: &'a [Citable],
    /// Outcomes of the protocol; none where it is not known.
    pub outcomes: &'a [Judgeable],
}

/// Whether a file holds judgements, by the header of the file or of one of its sheets.
pub fn is_judgements(file: &str, bytes: &[u8]) -> bool {
    grids(file, bytes)
        .iter()
        .any(|grid| grid.holds() == Held::Judgements)
}

/// What is wrong with the text and the cells of tables of judgements, whatever they say: open quotes, days made of numbers.
pub fn faults(file: &str, bytes: &[u8]) -> Problems {
    let grids = grids(file, bytes).into_iter();
    let judged = grids.filter(|grid| grid.holds() == Held::Judgements);
    Problems(judged.flat_map(|grid| grid.problems).collect())
}

/// The sheets of a workbook of judgements that hold answers to questions.
pub fn answer_sheets(file: &str, bytes: &[u8]) -> Vec<String> {
    named_sheets(file, bytes, Held::Answers)
}

/// The sheets of a workbook of judgements that hold nothing known.
pub fn strange_sheets(file: &str, bytes: &[u8]) -> Vec<String> {
    named_sheets(file, bytes, Held::Nothing)
}

fn named_sheets(file: &str, bytes: &[u8], held: Held) -> Vec<String> {
    let grids = grids(file, bytes).into_iter();
    let wanted = grids.filter(|grid| !grid.rows.is_empty() && grid.holds() == held);
    wanted.filter_map(|grid| grid.sheet).collect()
}

/// Reads judgements. Rows of studies that nobody included, and cells that are no judgement, are told and left out.
///
/// The tool is told by a column `tool`, or by the name of the file, such as `rob2-robvis.csv`; `own` are a team's own tools.
pub fn read(
    file: &str,
    bytes: &[u8],
    own: &BTreeMap<String, Tool>,
    subjects: Subjects<'_>,
) -> (Vec<Imported>, Problems) {
    let mut reading = Reading {
        file,
        own,
        subjects,
        found: Vec::new(),
        problems: Problems::new(),
    };
    for grid in grids(file, bytes) {
        if grid.holds() == Held::Judgements
            && let Some(header) = Header::of(&grid.rows)
        {
            for row in &grid.rows[1..] {
                reading.row(&header, row);
            }
        }
    }
    (reading.found, reading.problems)
}

/// What a table is about, by its header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Judgements,
    Answers,
    /// Settled answers or changed judgements.
    Decisions,
    Nothing,
}

/// A CSV file, or one sheet of a workbook, with what is wrong with its cells; cells with a fault are empty.
struct Table {
    sheet: Option<String>,
    rows: Grid,
    problems: Problems,
}

impl Table {
    fn holds(&self) -> Held {
        if self.sheet.as_deref().is_some_and(is_decisions) {
            return Held::Decisions;
        }
        if Header::of(&self.rows).is_some() {
            return Held::Judgements;
        }
        let named = |wanted: &str| {
            let mut header = self.rows.iter().take(1).flatten();
            header.any(|(name, _)| column_name(name) == wanted)
        };
        if named("question") && named("answer") {
            Held::Answers
        } else {
            Held::Nothing
        }
    }
}

fn grids(file: &str, bytes: &[u8]) -> Vec<Table> {
    if is_workbook(file) {
        let sheets = read_workbook(file, bytes).unwrap_or_default().into_iter();
        return sheets.map(|sheet| of_sheet(file, sheet)).collect();
    }
    let mut problems = Problems::new();
    let rows = csv_rows(file, bytes, &mut problems);
    let rows = rows.into_iter().map(|row| {
        row.into_iter()
            .map(|cell| (cell.text, Place::column(file, cell.line, cell.column)))
            .collect()
    });
    vec![Table {
        sheet: None,
        rows: rows.collect(),
        problems,
    }]
}

fn of_sheet(file: &str, sheet: Sheet) -> Table {
    let mut problems = Problems::new();
    let header = sheet.rows.first().into_iter().flatten();
    let names: Vec<String> = header.map(|cell| column_name(&cell.text)).collect();
    let mut rows = Grid::new();
    for (at, row) in sheet.rows.into_iter().enumerate() {
        let mut cells = Vec::with_capacity(row.len());
        for (cell, name) in row.into_iter().zip(&names) {
            let place = cell.place(file, &sheet.name);
            let days = if name == "date" { "at" } else { name };
            let sound = at == 0 || name.is_empty() || cell.is_sound(days);
            if !sound {
                let then = "the cell counts as empty until then";
                problems.push(cell.problem(file, &sheet.name, name, then));
            }
            let text = if sound { cell.text } else { String::new() };
            cells.push((text, place));
        }
        rows.push(cells);
    }
    Table {
        sheet: Some(sheet.name),
        rows,
        problems,
    }
}

/// Beginnings of the titles under which the RoB 2 workbook lists its domains, in the order of the tool.
const TITLES: [&str; 5] = ["randomi", "deviation", "mis", "measurement", "selection"];

/// Which column holds what.
struct Header {
    study: usize,
    /// Columns of the domains in their order, from the first.
    domains: Vec<usize>,
    overall: usize,
    named: BTreeMap<&'static str, usize>,
    /// Whether domains stand under the titles of RoB 2.
    titled: bool,
}

impl Header {
    fn of(grid: &Grid) -> Option<Self> {
        let names: Vec<String> = grid
            .first()?
            .iter()
            .map(|(name, _)| column_name(name))
            .collect();
        let at = |wanted: &[&str]| {
            wanted
                .iter()
                .find_map(|wanted| names.iter().position(|name| name == wanted))
        };
        if at(&["question"]).is_some() {
            return None;
        }
        let numbered: Vec<usize> = (1..)
            .map_while(|number: u8| {
                let short = format!("d{number}");
                let long = format!("domain_{number}");
                let is = |name: &String| {
                    *name == short || *name == long || name.starts_with(&format!("{long}_"))
                };
                names.iter().position(is)
            })
            .collect();
        let titled: Vec<usize> = TITLES
            .iter()
            .map_while(|title| names.iter().position(|name| name.starts_with(title)))
            .collect();
        let by_title = numbered.len() < 2 && titled.len() == TITLES.len();
        let domains = if by_title { titled } else { numbered };
        let optional = [
            ("tool", &["tool"][..]),
            ("variant", &["variant"]),
            ("result", &["result", "outcome"]),
            ("by", &["assessor", "by", "reviewer"]),
            ("at", &["at", "date"]),
        ];
        let named = optional
            .into_iter()
            .filter_map(|(name, spelled)| Some((name, at(spelled)?)));
        let found = Self {
            study: at(&["study", "study_id", "unique_id"])?,
            overall: at(&[
                "overall",
                "overall_bias",
                "overall_judgement",
                "overall_risk_of_bias",
            ])?,
            named: named.collect(),
            titled: by_title,
            domains,
        };
        (found.domains.len() > 1).then_some(found)
    }
}

struct Reading<'a> {
    file: &'a str,
    own: &'a BTreeMap<String, Tool>,
    subjects: Subjects<'a>,
    found: Vec<Imported>,
    problems: Problems,
}

impl Reading<'_> {
    fn row(&mut self, header: &Header, row: &[(String, Place)]) {
        let text = |name: &str| {
            let at = header.named.get(name);
            at.and_then(|at| row.get(*at))
                .map_or("", |(text, _)| text.as_str())
        };
        let Some((written, place)) = row.get(header.study).filter(|(text, _)| !text.is_empty())
        else {
            return;
        };
        let Some((name, tool)) = self.tool(text("tool"), header.titled, place) else {
            return;
        };
        let Some((study, result)) = self.study(written, text("result"), place) else {
            return;
        };
        let beside = header.named.get("result").and_then(|at| row.get(*at));
        let stands = beside.filter(|(text, _)| !text.is_empty());
        let Some(result) = self.result(&result, stands.map_or(place, |(_, place)| place)) else {
            return;
        };
        let Some((variant, domains)) = variant(&tool, &name, text("variant"), header.domains.len())
        else {
            let title = format!("{name} has no variant of {} domains", header.domains.len());
            self.tell_once(
                Problem::error("rob::imported-domains", title)
                    .at(place.clone())
                    .help("name the variant in a column `variant`, or another tool in a column `tool`"),
            );
            return;
        };
        let given = |name: &str| {
            Some(text(name))
                .filter(|text| !text.is_empty())
                .unwrap_or(AS_GIVEN)
        };
        let (by, at) = (given("by").to_owned(), given("at").to_owned());
        let columns = domains.iter().zip(&header.domains);
        let columns = columns.filter_map(|(domain, at)| Some((domain.clone()?, *at)));
        for (domain, column) in columns.chain([(OVERALL.to_owned(), header.overall)]) {
            let Some((written, place)) = row.get(column).filter(|(text, _)| !text.is_empty())
            else {
                continue;
            };
            let read = judgement_read(&tool, written);
            let Some(judgement) = read.filter(|found| domain != OVERALL || found != NOT_APPLICABLE)
            else {
                let known: Vec<&str> = tool
                    .judgements
                    .values()
                    .map(|found| found.label.as_str())
                    .collect();
                let problem = unknown_value("judgement", written, &known, place.clone());
                self.problems.push(problem);
                continue;
            };
            self.found.push(Imported {
                study: StudyId::new(&study),
                result: result.clone(),
                tool: name.clone(),
                variant: variant.clone(),
                domain,
                judgement,
                by: by.clone(),
                at: at.clone(),
                place: place.clone(),
            });
        }
    }

    /// The tool that a row names, else the one whose name the file's holds, else RoB 2 where its titles stand.
    fn tool(&mut self, written: &str, titled: bool, place: &Place) -> Option<(String, Tool)> {
        let stem = super::answers::assessor_of(self.file).to_lowercase();
        let mut known: Vec<&str> = self.own.keys().map(String::as_str).collect();
        known.extend(shipped::names());
        let by_file = known
            .iter()
            .filter(|name| stem.contains(**name))
            .max_by_key(|name| name.len());
        let name = match (written, by_file) {
            ("", Some(name)) => (*name).to_owned(),
            ("", None) if titled => "rob2".to_owned(),
            (written, _) => written.to_lowercase(),
        };
        let tool = self
            .own
            .get(&name)
            .cloned()
            .or_else(|| shipped::tool(&name));
        if tool.is_none() {
            let problem = if name.is_empty() {
                Problem::error("rob::imported-tool", "nothing says with which tool these judgements were made")
                    .help(format!(
                        "name the file after the tool, such as rob2-robvis.csv, or add a column `tool`: {}",
                        known.join(", ")
                    ))
            } else {
                Problem::error("rob::imported-tool", format!("no tool is called `{name}`"))
                    .help(suggestion("tools", &name, &known))
            };
            self.tell_once(problem.at(place.clone()));
        }
        tool.map(|tool| (name, tool))
    }

    /// The study that a cell names by id or as it is cited, and the result, which may stand behind a colon.
    fn study(&mut self, written: &str, result: &str, place: &Place) -> Option<(String, String)> {
        let (mut found, mut result) = (self.named(written), result);
        if found.is_empty()
            && let Some((name, behind)) = written.rsplit_once(':')
        {
            found = self.named(name);
            if result.is_empty() {
                result = behind.trim();
            }
        }
        match found.as_slice() {
            [study] => return Some(((*study).to_owned(), result.to_owned())),
            [] => {}
            several => {
                let title = format!("{} studies are called `{written}`", several.len());
                let problem = Problem::error("rob::ambiguous-study", title)
                    .at(place.clone())
                    .help(format!(
                        "write the id of the one meant: {}",
                        several.join(", ")
                    ));
                self.problems.push(problem);
                return None;
            }
        }
        let labels: Vec<&str> = self
            .subjects
            .studies
            .iter()
            .map(|(_, label)| label.as_str())
            .collect();
        self.problems.push(
            Problem::error(
                "rob::unknown-study",
                format!("no included study is called `{written}`"),
            )
            .at(place.clone())
            .help(suggestion("included studies", written, &labels)),
        );
        None
    }

    /// The ids of the studies that a text names: the one with just that id, else all with such an id or citation.
    fn named(&self, name: &str) -> Vec<&str> {
        let studies = self.subjects.studies;
        if let Some((id, _)) = studies.iter().find(|(id, _)| id == name.trim()) {
            return vec![id];
        }
        let same = |text: &str| plain(text) == plain(name);
        let found = studies.iter().filter(|(id, label)| same(id) || same(label));
        found.map(|(id, _)| id.as_str()).collect()
    }

    /// The outcome that a result names by id or by its name in the protocol; as written where no protocol is known.
    fn result(&mut self, written: &str, place: &Place) -> Option<String> {
        let outcomes = self.subjects.outcomes;
        if written.is_empty() || outcomes.is_empty() {
            return Some(written.to_owned());
        }
        let same = |text: &str| plain(text) == plain(written);
        let by_id = outcomes.iter().find(|(id, _)| same(id));
        let found = by_id.or_else(|| outcomes.iter().find(|(_, name)| same(name)));
        if let Some((id, _)) = found {
            return Some(id.clone());
        }
        let known: Vec<&str> = outcomes.iter().map(|(id, _)| id.as_str()).collect();
        let title = format!("no outcome of the protocol is called `{written}`");
        let help = suggestion("outcomes", written, &known);
        let problem = Problem::error("rob::unknown-result", title);
        self.problems.push(problem.at(place.clone()).help(help));
        None
    }

    /// Tells what is wrong with the file as a whole at its first row alone.
    fn tell_once(&mut self, problem: Problem) {
        let told = self
            .problems
            .iter()
            .any(|other| other.code == problem.code && other.title == problem.title);
        if !told {
            self.problems.push(problem);
        }
    }
}

/// A name without what people spell differently.
fn plain(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '_'], "-")
}

/// The variant of that name, or the first with as many domains as the table has columns; with the domain of each column.
fn variant(
    tool: &Tool,
    name: &str,
    written: &str,
    columns: usize,
) -> Option<(String, Vec<Option<String>>)> {
    let names: Vec<&str> = tool.variants.keys().map(String::as_str).collect();
    let names = if names.is_empty() { vec![""] } else { names };
    let mut fitting = names
        .into_iter()
        .filter(|known| written.is_empty() || *known == written);
    fitting.find_map(|variant| {
        let domains = columns_of(tool, name, variant);
        (domains.len() == columns).then(|| (variant.to_owned(), domains))
    })
}

/// The domain of each of robvis' columns `D1`, `D2`, … for a variant of a tool.
///
/// The draft of ROBINS-I has six domains in another order than the seven columns that robvis draws; its own order is kept to
/// those, and the column for deviations, which it has no domain for, is none.
pub fn columns_of(tool: &Tool, name: &str, variant: &str) -> Vec<Option<String>> {
    let own = tool.domains_of(Some(variant)).unwrap_or_default();
    let own: Vec<Option<String>> = own.into_iter().map(|name| Some(name.to_owned())).collect();
    match own.as_slice() {
        [d1, d2, d3, d4, d5, d6] if name == "robins-i-v2" => {
            [d1, d3, d2, &None, d4, d5, d6].map(Clone::clone).to_vec()
        }
        _ => own,
    }
}

/// A judgement by its name or label, by `+` for the best, or by its first letter where that is one alone.
///
/// The other signs of traffic lights are none: `-` and `X` mean one judgement for one tool and another for the next.
fn judgement_read(tool: &Tool, written: &str) -> Option<String> {
    if let Some(found) = judgement_named(tool, written) {
        return Some(found);
    }
    let by_severity = |severity: u8| {
        let mut judgements = tool.judgements.iter();
        let found = judgements.find(|(_, judgement)| judgement.severity == Some(severity));
        found.map(|(name, _)| name.clone())
    };
    let plain = written.trim().to_lowercase();
    match plain.as_str() {
        "+" => return by_severity(0),
        "na" | "n/a" | "not applicable" => return Some(NOT_APPLICABLE.to_owned()),
        "ni" => return judgement_named(tool, "no information"),
        _ => {}
    }
    let words = plain
        .trim_end_matches(" risk of bias")
        .trim_end_matches(" risk");
    if let Some(found) = judgement_named(tool, words) {
        return Some(found);
    }
    let mut letters = plain.chars();
    let (first, None) = (letters.next()?, letters.next()) else {
        return None;
    };
    let begins = |label: &str| label.to_lowercase().starts_with(first);
    let judgements = tool.judgements.iter();
    let mut begun = judgements.filter(|(_, judgement)| begins(&judgement.label));
    match (begun.next(), begun.next()) {
        (Some((name, _)), None) => Some(name.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn studies() -> Vec<Citable> {
        let named = ["Adams 2011", "Baker 2014", "Cole 2015"];
        let mut all = named.map(|label| (plain(label), label.to_owned())).to_vec();
        all.push(("cole-2015b".to_owned(), "Cole 2015".to_owned()));
        all
    }

    fn found(file: &str, text: &str) -> (Vec<String>, Vec<String>) {
        assert!(is_judgements(file, text.as_bytes()));
        let outcomes = [("sleep", "Sleep quality"), ("falls", "Falls")];
        let outcomes = outcomes.map(|(id, name)| (id.to_owned(), name.to_owned()));
        let subjects = Subjects {
            studies: &studies(),
            outcomes: &outcomes,
        };
        let (found, problems) = read(file, text.as_bytes(), &BTreeMap::new(), subjects);
        let rows = found.iter().map(|row| {
            format!(
                "{} {} {} {}={} by {} {}",
                row.study, row.result, row.tool, row.domain, row.judgement, row.by, row.place
            )
        });
        let problems = problems.iter().map(|problem| {
            format!(
                "{problem} ({})",
                problem.help.as_deref().unwrap_or_default()
            )
        });
        (rows.collect(), problems.collect())
    }

    #[test]
    fn a_robvis_table_gives_judgements_and_tells_what_is_none() {
        let (rows, problems) = found(
            "data/robvis-rob2.csv",
            "Study,D1,D2,D3,D4,D5,Overall,Weight\nAdams 2011: sleep,Low,l,+,Some concerns,High,High,1\nBakker 2014,Low,Low,Low,Low,Low,Low,1\nbaker-2014,Lo,Low,Low,Low,Low,Low,1\n",
        );
        assert_eq!(rows.len(), 6 + 5, "{rows:#?}");
        assert_eq!(
            rows[1],
            "adams-2011 sleep rob2 D2a=low by as given by the file data/robvis-rob2.csv:2:23"
        );
        assert_eq!(
            rows[5],
            "adams-2011 sleep rob2 overall=high by as given by the file data/robvis-rob2.csv:2:46"
        );
        insta::assert_snapshot!(problems.join("\n"), @"
        data/robvis-rob2.csv:3:1: error[rob::unknown-study]: no included study is called `Bakker 2014` (did you mean `Baker 2014`?)
        data/robvis-rob2.csv:4:12: error[table::unknown-value]: `Lo` is no value of `judgement` (did you mean `Low`? Allowed are: Low, Some concerns, High)
        ");
    }

    #[test]
    fn the_results_of_the_rob_2_workbook_have_titles_outcomes_and_assessors() {
        let (rows, problems) = found(
            "data/results.csv",
            "Unique ID,Study ID,Assessor,Experimental,Comparator,Outcome,Weight,Randomization process,Deviations from intended interventions,Missing outcome data,Measurement of the outcome,Selection of the reported result,Overall Bias\n1,Adams 2011,kim,walk,usual,sleep,1,Low,Low,Low,Some concerns,Low,Some concerns\n",
        );
        assert_eq!(problems, [""; 0]);
        assert_eq!(rows.len(), 6);
        assert!(
            rows[3].starts_with("adams-2011 sleep rob2 D4=some_concerns by kim "),
            "{}",
            rows[3]
        );
    }

    #[test]
    fn a_sign_that_tools_read_differently_is_no_judgement_and_overall_is_never_without_one() {
        let (rows, problems) = found(
            "data/robvis-rob2.csv",
            "Study,D1,D2,D3,D4,D5,Overall\nAdams 2011,+,X,-,!,NA,NA\n",
        );
        assert_eq!(rows.len(), 2, "{rows:#?}");
        assert!(
            rows[0].contains("D1=low") && rows[1].contains("D5=not_applicable"),
            "{rows:#?}"
        );
        let at: Vec<&str> = problems
            .iter()
            .filter_map(|problem| problem.split_once(": error[table::unknown-value]"))
            .map(|(place, _)| place)
            .collect();
        let at_each = [14, 16, 18, 23].map(|column| format!("data/robvis-rob2.csv:2:{column}"));
        assert_eq!(at, at_each, "{problems:#?}");
    }

    #[test]
    fn a_table_of_no_known_tool_says_how_to_name_one() {
        let (rows, problems) = found(
            "data/all.csv",
            "Study,D1,D2,Overall\nAdams 2011,Low,Low,Low\n",
        );
        assert!(rows.is_empty());
        assert!(
            problems[0].contains("rob::imported-tool") && problems[0].contains("rob2-robvis.csv"),
            "{problems:?}"
        );
        let (_, problems) = found(
            "data/rob2.csv",
            "Study,D1,D2,Overall\nAdams 2011,Low,Low,Low\n",
        );
        assert!(
            problems[0].contains("rob2 has no variant of 2 domains"),
            "{problems:?}"
        );
    }

    #[test]
    fn results_are_known_by_id_or_name_and_a_label_of_two_studies_names_neither() {
        let (rows, problems) = found(
            "data/rob2.csv",
            "Study,D1,D2,D3,D4,D5,Overall\nAdams 2011: Sleep Quality,Low,Low,Low,Low,Low,Low\nAdams 2011: slep,Low,Low,Low,Low,Low,Low\nCole 2015,Low,Low,Low,Low,Low,Low\nBaker 2014,Low,Low,Low,Low,Low,Low\n",
        );
        assert_eq!(rows.len(), 6 + 6, "{rows:#?}");
        assert!(
            rows[0].starts_with("adams-2011 sleep rob2 D1="),
            "{rows:#?}"
        );
        insta::assert_snapshot!(problems.join("\n"), @"
        data/rob2.csv:3:1: error[rob::unknown-result]: no outcome of the protocol is called `slep` (did you mean `sleep`?)
        data/rob2.csv:4:1: error[rob::ambiguous-study]: 2 studies are called `Cole 2015` (write the id of the one meant: cole-2015, cole-2015b)
        ");
    }

    #[test]
    fn an_open_quote_and_bytes_of_another_encoding_are_told() {
        let text =
            b"Study,D1,D2,D3,D4,D5,Overall,Weight\nAd\xe4ms 2011,Low,Low,Low,Low,Low,Low,\"1\n";
        let found = faults("rob2.csv", text);
        let codes: Vec<&str> = found.iter().map(|problem| &*problem.code).collect();
        assert_eq!(codes, ["table::not-utf8", "table::open-quote"]);
    }

    #[test]
    fn answers_are_no_judgements() {
        assert!(!is_judgements("a.csv", b"study,tool,question,answer,at\n"));
        assert!(!is_judgements(
            "a.csv",
            b"study,result,tool,domain,judgement,reason,by,at\n"
        ));
    }
}
