//! Judgements that were made elsewhere: a table as robvis draws it, or the results of the RoB 2 workbook, one row a result.
//!
//! Such a table has a column for the study, one a domain, and `Overall`. It says nothing of the answers behind a judgement, so
//! that no path can be shown; the judgements stand as the file gives them, and are marked as imported.

use super::as_written::judgement_named;
use super::shipped;
use super::tool::{NOT_APPLICABLE, Tool};
use crate::ids::StudyId;
use crate::nearest::suggestion;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{column_name, is_workbook, read_workbook, split, unknown_value};
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

/// Whether a file holds judgements and no answers, by its header.
pub fn is_judgements(file: &str, bytes: &[u8]) -> bool {
    grids(file, bytes)
        .iter()
        .any(|grid| Header::of(grid).is_some())
}

/// Reads judgements. Rows of studies that nobody included, and cells that are no judgement, are told and left out.
///
/// The tool is told by a column `tool`, or by the name of the file, such as `rob2-robvis.csv`; `own` are a team's own tools.
pub fn read(
    file: &str,
    bytes: &[u8],
    own: &BTreeMap<String, Tool>,
    studies: &[Citable],
) -> (Vec<Imported>, Problems) {
    let mut reading = Reading {
        file,
        own,
        studies,
        found: Vec::new(),
        problems: Problems::new(),
    };
    for grid in grids(file, bytes) {
        if let Some(header) = Header::of(&grid) {
            for row in &grid[1..] {
                reading.row(&header, row);
            }
        }
    }
    (reading.found, reading.problems)
}

fn grids(file: &str, bytes: &[u8]) -> Vec<Grid> {
    if is_workbook(file) {
        let sheets = read_workbook(file, bytes).unwrap_or_default().into_iter();
        return sheets
            .map(|sheet| {
                let rows = sheet.rows.iter();
                rows.map(|row| {
                    let cells = row.iter();
                    cells
                        .map(|cell| (cell.text.clone(), cell.place(file, &sheet.name)))
                        .collect()
                })
                .collect()
            })
            .collect();
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let rows = split(text).rows.into_iter().map(|row| {
        row.into_iter()
            .map(|cell| (cell.text, Place::column(file, cell.line, cell.column)))
            .collect()
    });
    vec![rows.collect()]
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
    studies: &'a [Citable],
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
        let plain = |text: &str| text.trim().to_lowercase().replace([' ', '_'], "-");
        let named = |name: &str| {
            let mut studies = self.studies.iter();
            let found =
                studies.find(|(id, label)| plain(id) == plain(name) || plain(label) == plain(name));
            found.map(|(id, _)| id.clone())
        };
        if let Some(study) = named(written) {
            return Some((study, result.to_owned()));
        }
        if let Some((name, behind)) = written.rsplit_once(':')
            && let Some(study) = named(name)
        {
            let behind = behind.trim();
            let result = if result.is_empty() { behind } else { result };
            return Some((study, result.to_owned()));
        }
        let labels: Vec<&str> = self
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
        ["Adams 2011", "Baker 2014"]
            .map(|label| (label.to_lowercase().replace(' ', "-"), label.to_owned()))
            .to_vec()
    }

    fn found(file: &str, text: &str) -> (Vec<String>, Vec<String>) {
        assert!(is_judgements(file, text.as_bytes()));
        let (found, problems) = read(file, text.as_bytes(), &BTreeMap::new(), &studies());
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
    fn answers_are_no_judgements() {
        assert!(!is_judgements("a.csv", b"study,tool,question,answer,at\n"));
        assert!(!is_judgements(
            "a.csv",
            b"study,result,tool,domain,judgement,reason,by,at\n"
        ));
    }
}
