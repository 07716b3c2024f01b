//! Screening decisions out of the exports of screening tools.
//!
//! [`read`] takes the bytes of one file and gives who decided what about which record, with reason and time where the tool kept
//! them. Decisions carry what the tool says of the record (DOI, PMID, title), so that it can be found again under other ids.

mod columns;
mod covidence;
pub(crate) mod own;
mod rayyan;
mod rayyan_log;
mod ris;
mod table;

use super::archive::{self, Container};
use super::encoding;
use crate::place::Place;
use crate::problem::{Problem, Problems};

/// What a reviewer decided.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// Goes on to the next stage.
    Include,
    /// Does not.
    Exclude,
    /// The reviewer was not sure.
    Maybe,
}

/// What a tool says of the record a decision is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RecordKey {
    /// The id this program gave the record, where the tool kept what was sent out with it.
    pub own: Option<String>,
    /// The tool's own number, such as `rayyan-902924676` or a Covidence number.
    pub id: Option<String>,
    /// Digital object identifier.
    pub doi: Option<String>,
    /// PubMed identifier.
    pub pmid: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Year.
    pub year: Option<i32>,
}

/// One decision of one reviewer about one record.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Decision {
    /// The reviewer as the tool names them; empty where the tool does not say.
    pub reviewer: String,
    /// The record.
    pub record: RecordKey,
    /// What was decided.
    pub decision: Choice,
    /// Whether it was decided on the full text; `None` where the tool does not say.
    pub full_text: Option<bool>,
    /// Reasons for exclusion, as the tool has them.
    pub reasons: Vec<String>,
    /// Labels that are no reasons.
    pub labels: Vec<String>,
    /// When, as the tool writes it.
    pub time: Option<String>,
    /// Line of the file it stands on.
    pub line: u32,
}

/// The decisions of one file.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// The tool, such as `rayyan` or `asreview`; empty where none was known.
    pub tool: &'static str,
    /// Decisions in file order.
    pub decisions: Vec<Decision>,
    /// What the tool says of every record it has a number for, decided or not.
    pub records: Vec<RecordKey>,
    /// Rows or records that were looked at.
    pub rows: usize,
    /// What was doubtful or left out.
    pub problems: Problems,
}

/// Reads the decisions in one file: Rayyan (articles as CSV, RIS; its log), Covidence, `ASReview` (CSV, RIS), Abstrackr,
/// EPPI-Reviewer, and tables with a column of decisions as `DistillerSR` and many others write. ZIP and gzip are opened: Rayyan
/// sends its articles and its log in one.
pub fn read(file: &str, bytes: &[u8]) -> Decisions {
    let mut found = open(file, bytes, 0);
    if found.decisions.is_empty() {
        found.problems.push(
            Problem::warning("bib::no-decisions", "no screening decisions in this file")
                .at(Place::file(file)),
        );
    }
    found
}

/// Archives inside archives that are opened.
const NESTED: u8 = 2;

fn open(file: &str, bytes: &[u8], depth: u8) -> Decisions {
    let refused = |name: String, why: String| {
        let mut none = Decisions::default();
        let problem = Problem::error("bib::archive", why).at(Place::file(name));
        none.problems.push(problem);
        none
    };
    match archive::container(bytes) {
        Some(Container::Gzip | Container::Zip) if depth >= NESTED => refused(
            file.to_owned(),
            format!("archives inside archives deeper than {NESTED}; not read"),
        ),
        Some(Container::Gzip) => match archive::gunzip(bytes) {
            Ok(content) => open(file, &content, depth + 1),
            Err(why) => refused(file.to_owned(), why),
        },
        Some(Container::Zip) => {
            let mut all = Decisions::default();
            for member in archive::unzip(bytes) {
                let name = format!("{file}/{}", member.name);
                all.join(match member.content {
                    Ok(content) => open(&name, &content, depth + 1),
                    Err(why) => refused(name, why),
                });
            }
            all
        }
        Some(Container::Workbook) => refused(
            file.to_owned(),
            "decisions in a workbook are not read; save the sheet as CSV".to_owned(),
        ),
        None => text(file, bytes),
    }
}

fn text(file: &str, bytes: &[u8]) -> Decisions {
    let decoded = encoding::decode(bytes);
    let text = decoded.text.trim_start_matches('\u{feff}');
    if super::ris::is_ris(text) {
        ris::read(file, text)
    } else if rayyan_log::is_log(text) {
        rayyan_log::read(file, text)
    } else {
        table::read(file, text)
    }
}

impl Decisions {
    /// Adds another file of the same archive.
    fn join(&mut self, other: Self) {
        if self.tool.is_empty() {
            self.tool = other.tool;
        }
        self.rows += other.rows;
        self.records.extend(other.records);
        self.problems.append(other.problems);
        self.decisions.extend(other.decisions);
    }
}

/// A decision by the words and signs tools use; `None` for no decision and for words that are not known.
pub fn choice(text: &str) -> Option<Choice> {
    match text.trim().to_lowercase().as_str() {
        "included" | "include" | "1" | "1.0" | "yes" | "y" | "i" | "in" | "relevant" | "accept"
        | "accepted" | "true" | "select" | "selected" | "eligible" | "纳入" => {
            Some(Choice::Include)
        }
        "excluded" | "exclude" | "0" | "0.0" | "-1" | "no" | "n" | "e" | "x" | "out"
        | "irrelevant" | "reject" | "rejected" | "false" | "not relevant" | "not eligible"
        | "ineligible" | "排除" => Some(Choice::Exclude),
        "maybe" | "unsure" | "unclear" | "undecided" | "?" | "conflict" | "can't tell"
        | "不确定" => Some(Choice::Maybe),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abstrackr_has_a_column_a_reviewer() {
        let text = "(internal) id,(source) id,pubmed id,title,consensus,labeled_at,Ann,labeled_at,Bob\n\
                    1,7,123,A title,1,2020-01-01,1,2020-01-02,-1\n2,8,0,Another,o,,0,,o\n";
        let found = read("a.csv", text.as_bytes());
        assert_eq!(found.tool, "abstrackr");
        let seen: Vec<_> = found
            .decisions
            .iter()
            .map(|d| (d.reviewer.as_str(), d.decision))
            .collect();
        assert_eq!(
            seen,
            [
                ("Ann", Choice::Include),
                ("Bob", Choice::Exclude),
                ("Ann", Choice::Maybe)
            ]
        );
        assert_eq!(found.decisions[0].record.pmid.as_deref(), Some("123"));
    }

    #[test]
    fn asreview_tables_and_ris_agree() {
        let csv = read(
            "a.csv",
            b"title,doi,included\nA,10.1000/1,1\nB,10.1000/2,0\nC,10.1000/3,\n",
        );
        let ris = read(
            "a.ris",
            b"TY  - JOUR\nTI  - A\nN1  - ASReview_relevant\nER  - \nTY  - JOUR\nTI  - B\nN1  - ASReview_irrelevant\nER  - \nTY  - JOUR\nTI  - C\nN1  - ASReview_not_seen\nER  - \n",
        );
        let choices = |found: &Decisions| {
            found
                .decisions
                .iter()
                .map(|d| d.decision)
                .collect::<Vec<_>>()
        };
        assert_eq!(choices(&csv), [Choice::Include, Choice::Exclude]);
        assert_eq!(choices(&ris), choices(&csv));
    }

    #[test]
    fn covidence_tags_and_eppi_marks_are_decisions() {
        let found = read(
            "a.csv",
            b"Title,Covidence #,Study,Notes,Tags\nA,#12,Smith 2020,,Excluded\n",
        );
        assert_eq!(
            (found.tool, found.decisions[0].decision),
            ("covidence", Choice::Exclude)
        );
        assert_eq!(found.decisions[0].record.id.as_deref(), Some("#12"));
        let found = read("a.csv", b"ItemId,Title,Included\n1,A,I\n2,B,E\n");
        assert_eq!(found.decisions.len(), 2);
        let found = read(
            "a.csv",
            b"Refid,Title,User,Decision,Exclusion reason\n4,A,Kim,Exclude,Wrong population\n",
        );
        assert_eq!(found.decisions[0].reviewer, "Kim");
        assert_eq!(found.decisions[0].reasons, ["Wrong population"]);
    }
}
