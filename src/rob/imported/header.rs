//! Which column of a table of judgements holds what.

use crate::place::Place;
use crate::problem::Problem;
use crate::table::column_name;
use std::collections::{BTreeMap, BTreeSet};

/// Beginnings of the titles under which the RoB 2 workbook draws its domains, in the order of the tool; it spells the third "Mising".
const TITLES: [&str; 5] = ["randomi", "deviation", "mis", "measurement", "selection"];

/// What the RoB 2 workbook calls the judgement that a person made, behind `1.0` to `5.0` for the domains.
const BY_ASSESSOR: &str = "assessor's_judgement";

/// The beginning of the columns of notes in the RoB 2 workbook.
const NOTE: &str = "note_for_";

/// Columns of the RoB 2 workbook that say nothing of a judgement.
const KNOWN: [&str; 10] = [
    "unique_id",
    "study_id",
    "ref_or_label",
    "experimental",
    "comparator",
    "source",
    "results",
    "weight",
    "aim",
    "assessor",
];

/// Which column holds what.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) study: usize,
    /// Columns of the domains in their order, from the first.
    pub(super) domains: Vec<usize>,
    pub(super) overall: usize,
    pub(super) named: BTreeMap<&'static str, usize>,
    /// How the table names its domains.
    naming: Naming,
    /// The row below the header, counted from 0.
    pub(super) first_row: usize,
    /// Printed number and column of each signalling question; the sheet of results of the RoB 2 workbook alone has them.
    pub(super) questions: Vec<(String, usize)>,
    /// Columns of that sheet that nothing is known of: as written, with their places.
    pub(super) strange: Vec<(String, Place)>,
    /// Columns of one name, of which none can be believed.
    pub(super) twice: Vec<Problem>,
    names: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Naming {
    /// `D1`, `D1b`, `Domain 2`.
    Numbered,
    /// `Randomization process`, and so on.
    Titled,
    /// `1.0 Assessor's Judgement`, and so on, beside what the workbook's algorithm proposes.
    ByAssessor,
}

impl Header {
    /// The header that a row is; none where it is no header of judgements.
    pub(super) fn of(row: &[(String, Place)], first_row: usize) -> Option<Self> {
        let names: Vec<String> = row.iter().map(|(name, _)| plain(name)).collect();
        let at = |wanted: &[&str]| {
            wanted
                .iter()
                .find_map(|wanted| names.iter().position(|name| name == wanted))
        };
        if at(&["question"]).is_some() {
            return None;
        }
        let (naming, domains, doubted) = domains(&names);
        let optional = [
            ("tool", &["tool"][..]),
            ("variant", &["variant"]),
            ("aim", &["aim"]),
            ("result", &["result", "outcome", "specify_which_outcome"]),
            ("by", &["assessor", "by", "reviewer"]),
            ("at", &["at", "date"]),
        ];
        let named = optional
            .into_iter()
            .filter_map(|(name, spelled)| Some((name, at(spelled)?)));
        let mut found = Self {
            study: at(&["study", "study_id", "unique_id"])?,
            overall: at(&[
                "assessor's_overall_judgement",
                "overall",
                "overall_bias",
                "overall_judgement",
                "overall_risk_of_bias",
            ])?,
            named: named.collect(),
            naming,
            domains,
            first_row,
            questions: Vec::new(),
            strange: Vec::new(),
            twice: Vec::new(),
            names,
        };
        if found.domains.len() < 2 {
            return None;
        }
        if found.is_by_assessor() {
            found.questions = questions(&found.names);
            found.strange = found.strange_columns(row);
        }
        found.twice = found.columns_twice(row, &doubted);
        Some(found)
    }

    /// Whether domains stand under names that RoB 2 alone has.
    pub(super) fn is_rob2(&self) -> bool {
        self.naming != Naming::Numbered
    }

    /// Whether the table is the sheet of results of the RoB 2 workbook.
    pub(super) fn is_by_assessor(&self) -> bool {
        self.naming == Naming::ByAssessor
    }

    /// The columns that are read, from left to right.
    pub(super) fn columns(&self) -> BTreeSet<usize> {
        let domains = self.domains.iter().chain(self.named.values());
        let questions = self.questions.iter().map(|(_, column)| column);
        let read = domains.chain(questions).copied();
        read.chain([self.study, self.overall]).collect()
    }

    /// The column of the note on a question: `Note for 1.3`, or `Note for 1.1&1.2` for two.
    pub(super) fn note_on(&self, number: &str) -> Option<usize> {
        let names = |name: &String| {
            name.strip_prefix(NOTE)
                .is_some_and(|of| of.split('&').any(|part| part.trim_matches('_') == number))
        };
        self.names.iter().position(names)
    }

    /// The columns that are neither read nor known to say something else.
    fn strange_columns(&self, row: &[(String, Place)]) -> Vec<(String, Place)> {
        let read = self.columns();
        let strange = self.names.iter().enumerate().filter(|(column, name)| {
            let known = name.is_empty()
                || KNOWN.contains(&name.as_str())
                || name.starts_with(NOTE)
                || name.ends_with("algorithm_result")
                || name.contains("overall_judgement");
            !known && !read.contains(column)
        });
        strange.map(|(column, _)| row[column].clone()).collect()
    }

    /// The name of a column.
    pub(super) fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    /// What to say of columns of one name among those that are read, and of several that one domain may mean.
    fn columns_twice(&self, row: &[(String, Place)], doubted: &[[usize; 2]]) -> Vec<Problem> {
        let same = self.columns().into_iter().flat_map(|first| {
            let later = first + 1..self.names.len();
            later
                .filter(move |other| self.names[*other] == self.names[first])
                .map(move |other| [first, other])
        });
        let pairs: BTreeSet<[usize; 2]> = same.chain(doubted.iter().copied()).collect();
        let told = pairs.into_iter().map(|[first, other]| {
            let title = format!(
                "two columns are read as `{}`, and the table is left out",
                row[first].0
            );
            Problem::error("table::duplicate-column", title)
                .at(row[other].1.clone())
                .labelled(row[first].1.clone(), "the first")
                .help("rename or remove one of them")
        });
        told.collect()
    }
}

/// A name as it is compared: without case, blanks as `_`, one kind of apostrophe.
fn plain(name: &str) -> String {
    column_name(name.trim()).replace(['\u{2019}', '\u{2018}', '`'], "'")
}

/// The columns named after a signalling question, such as `1.1`, with that number.
fn questions(names: &[String]) -> Vec<(String, usize)> {
    let is_question = |name: &str| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        name.split_once('.')
            .is_some_and(|(domain, number)| digits(domain) && digits(number) && number != "0")
    };
    let named = names.iter().enumerate();
    named
        .filter(|(_, name)| is_question(name))
        .map(|(column, name)| (name.clone(), column))
        .collect()
}

/// How domains are named, their columns in order, and pairs of columns that one domain may mean.
fn domains(names: &[String]) -> (Naming, Vec<usize>, Vec<[usize; 2]>) {
    let by_assessor: Vec<usize> = (1..)
        .map_while(|number: u8| {
            let wanted = format!("{number}.0_{BY_ASSESSOR}");
            names.iter().position(|name| *name == wanted)
        })
        .collect();
    if by_assessor.len() > 1 {
        return (Naming::ByAssessor, by_assessor, Vec::new());
    }
    let (numbered, doubted) = numbered(names);
    if numbered.len() > 1 {
        return (Naming::Numbered, numbered, doubted);
    }
    let titled: Vec<usize> = TITLES
        .iter()
        .map_while(|title| names.iter().position(|name| name.starts_with(title)))
        .collect();
    let whole = titled.len() == TITLES.len();
    let titled = if whole { titled } else { Vec::new() };
    (Naming::Titled, titled, Vec::new())
}

/// The columns `D1`, `D1b`, `Domain 2`, … up to the first number that is missing, in the order of number and letter.
///
/// Of several columns of one domain, such as its judgement and a note on it, the one that says so holds the judgement.
fn numbered(names: &[String]) -> (Vec<usize>, Vec<[usize; 2]>) {
    let mut found: BTreeMap<(u8, String), Vec<usize>> = BTreeMap::new();
    for (column, name) in names.iter().enumerate() {
        if let Some(domain) = domain_of(name) {
            found.entry(domain).or_default().push(column);
        }
    }
    let known: BTreeSet<u8> = found.keys().map(|(number, _)| *number).collect();
    let gap = (1..=u8::MAX).find(|number| !known.contains(number));
    let (mut columns, mut doubted) = (Vec::new(), Vec::new());
    for ((number, _), mut of_domain) in found {
        if gap.is_some_and(|gap| number > gap) || number == 0 {
            continue;
        }
        let judged: Vec<usize> = of_domain
            .iter()
            .copied()
            .filter(|column| names[*column].contains("judg"))
            .collect();
        if judged.len() == 1 {
            of_domain = judged;
        }
        if let [first, other, ..] = of_domain[..] {
            doubted.push([first, other]);
        }
        columns.push(of_domain[0]);
    }
    (columns, doubted)
}

/// The number and letter of a domain that a column is named after.
fn domain_of(name: &str) -> Option<(u8, String)> {
    let (rest, long) = match name.strip_prefix("domain_") {
        Some(rest) => (rest, true),
        None => (name.strip_prefix('d')?, false),
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = rest[..digits].parse().ok()?;
    let behind = &rest[digits..];
    let letters = behind.chars().take_while(char::is_ascii_lowercase).count();
    let more = &behind[letters..];
    let ends = more.is_empty() || long && more.starts_with(['_', ':', '.']);
    (letters < 2 && ends).then(|| (number, behind[..letters].to_owned()))
}
