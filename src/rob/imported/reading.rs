//! Rows of a table of judgements: tool, study, result and the judgements themselves.

use super::super::answers::assessor_of;
use super::super::shipped;
use super::super::tool::{NOT_APPLICABLE, Tool};
use super::answered::{to_domain, unasked};
use super::columns::{Fitting, effect, fitting};
use super::header::Header;
use super::words::judgement_read;
use super::{AS_GIVEN, Imported, OVERALL, Subjects};
use crate::ids::StudyId;
use crate::nearest::suggestion;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::unknown_value;
use std::collections::BTreeMap;

/// The judgements found so far in a file.
pub(super) struct Reading<'a> {
    pub(super) file: &'a str,
    pub(super) own: &'a BTreeMap<String, Tool>,
    pub(super) subjects: Subjects<'a>,
    pub(super) found: Vec<Imported>,
    pub(super) problems: Problems,
}

impl Reading<'_> {
    pub(super) fn row(&mut self, header: &Header, row: &[(String, Place)]) {
        let text = |name: &str| {
            let at = header.named.get(name);
            at.and_then(|at| row.get(*at))
                .map_or("", |(text, _)| text.as_str())
        };
        let Some((written, place)) = row.get(header.study).filter(|(text, _)| !text.is_empty())
        else {
            return;
        };
        let Some((name, tool)) = self.tool(text("tool"), header.is_rob2(), place) else {
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
        if header.is_by_assessor() && result.is_empty() {
            self.tell_no_result(place);
        }
        let aim = effect(text("aim"));
        let written = text("variant");
        let Some(fit) = self.variant(&tool, &name, (written, aim), header, place) else {
            return;
        };
        self.tell_unasked(&tool, &fit, header, row);
        let given = |name: &str| {
            Some(text(name))
                .filter(|text| !text.is_empty())
                .unwrap_or(AS_GIVEN)
        };
        let (by, at) = (given("by").to_owned(), given("at").to_owned());
        let columns = fit.domains.iter().zip(&header.domains);
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
            let answers = to_domain(&tool, &domain, header, row, &mut self.problems);
            self.found.push(Imported {
                answers,
                study: StudyId::new(&study),
                result: result.clone(),
                tool: name.clone(),
                variant: fit.variant.clone(),
                domain,
                judgement,
                by: by.clone(),
                at: at.clone(),
                place: place.clone(),
            });
        }
    }

    /// Tells of columns of the RoB 2 workbook that nothing is known of.
    pub(super) fn tell_strange_columns(&mut self, header: &Header) {
        for (written, place) in &header.strange {
            let title = format!("nothing is known of the column `{written}`, and it is not read");
            let problem = Problem::note("rob::imported-column", title)
                .at(place.clone())
                .help("name it `Outcome` if it says which result was judged");
            self.problems.push(problem);
        }
    }

    /// Tells that nothing says which result a row of the RoB 2 workbook judges.
    fn tell_no_result(&mut self, place: &Place) {
        let title = "nothing says which result was judged, so that the judgements count for every outcome of the study";
        let problem = Problem::warning("rob::imported-result", title)
            .at(place.clone())
            .help(
                "add a column `Outcome`, or write the outcome behind a colon: `Huang 2020: sleep`",
            );
        self.tell_once(problem);
    }

    /// Tells of answers to questions that the variant does not ask.
    fn tell_unasked(
        &mut self,
        tool: &Tool,
        fit: &Fitting,
        header: &Header,
        row: &[(String, Place)],
    ) {
        for (number, column) in unasked(tool, fit, header) {
            let answered = row.get(*column);
            let Some((written, place)) =
                answered.filter(|(text, _)| !text.is_empty() && !text.eq_ignore_ascii_case("NA"))
            else {
                continue;
            };
            let title = format!(
                "{number} is answered with {written}, and {} does not ask it",
                fit.variant
            );
            let problem = Problem::warning("rob::imported-not-asked", title).at(place.clone());
            self.problems.push(
                problem.help(
                    "the answer is not used; look whether `Aim` says the effect that was meant",
                ),
            );
        }
    }

    /// The variant of a table; where several fit and nothing says which, the first, and that is told.
    fn variant(
        &mut self,
        tool: &Tool,
        name: &str,
        (written, aim): (&str, Option<&str>),
        header: &Header,
        place: &Place,
    ) -> Option<Fitting> {
        let columns = header.domains.len();
        let mut found = fitting(tool, name, written, aim, columns).into_iter();
        let first = found.next();
        let others: Vec<String> = found.map(|fit| fit.variant).collect();
        let Some(first) = first else {
            self.tell_once(
                Problem::error(
                    "rob::imported-domains",
                    format!("{name} has no variant of {columns} domains"),
                )
                .at(place.clone())
                .help("name the variant in a column `variant`, or another tool in a column `tool`"),
            );
            return None;
        };
        if !others.is_empty() {
            let title = format!(
                "nothing says of which variant of {name} the judgements are; {} is taken",
                first.variant
            );
            self.tell_once(
                Problem::warning("rob::imported-variant", title)
                    .at(place.clone())
                    .help(format!(
                        "name it in a column `variant`: {}, {}",
                        first.variant,
                        others.join(", ")
                    )),
            );
        }
        Some(first)
    }

    /// The tool that a row names, else the one whose name the file's holds, else RoB 2 where its titles stand.
    fn tool(&mut self, written: &str, titled: bool, place: &Place) -> Option<(String, Tool)> {
        let stem = assessor_of(self.file).to_lowercase();
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
pub(super) fn plain(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '_'], "-")
}
