//! Risk of bias beside the studies of a forest plot.

use super::bias::level;
use crate::plot::{BiasColumns, BiasDomain, BiasLevel};
use crate::report::input::{ReportInput, TableRow};

/// The columns of an analysis: one tool, its domains, and the overall judgement where the tool has one.
pub(super) struct Judged<'a> {
    input: &'a ReportInput,
    outcome: &'a str,
    tool: &'a str,
    domains: Vec<(&'a str, &'a str)>,
    overall: bool,
}

impl<'a> Judged<'a> {
    /// The columns for the tool by which most of the studies were judged, the first of equals; none where nobody judged one.
    pub(super) fn of(
        input: &'a ReportInput,
        analysis: &TableRow<'a>,
        effects: &[TableRow<'a>],
    ) -> Option<Self> {
        let outcome = analysis.text("outcome");
        let judged = |tool: &str, study: &str| {
            let mut rows = input.rows("judgements");
            rows.any(|row| {
                row.text("tool") == tool && row.text("study") == study && concerns(&row, outcome)
            })
        };
        let mut tools: Vec<&str> = Vec::new();
        for row in input.rows("judgements") {
            if !tools.contains(&row.text("tool")) {
                tools.push(row.text("tool"));
            }
        }
        let count = |tool: &str| {
            effects
                .iter()
                .filter(|row| judged(tool, row.text("study")))
                .count()
        };
        let most = tools
            .iter()
            .map(|tool| count(tool))
            .max()
            .filter(|most| *most > 0)?;
        let tool = tools.into_iter().find(|tool| count(tool) == most)?;
        let mut domains: Vec<(&str, &str)> = Vec::new();
        for row in input
            .rows("judgements")
            .filter(|row| row.text("tool") == tool)
        {
            if !domains
                .iter()
                .any(|(domain, _)| *domain == row.text("domain"))
            {
                domains.push((row.text("domain"), row.text("title")));
            }
        }
        domains.sort_unstable();
        Some(Self {
            input,
            outcome,
            tool,
            domains,
            overall: input.rows("overall").any(|row| row.text("tool") == tool),
        })
    }

    /// The heads of the columns, with what each code stands for.
    pub(super) fn columns(&self) -> BiasColumns {
        let words = &self.input.words;
        let domains = self.domains.iter().enumerate();
        let mut domains: Vec<BiasDomain> = domains
            .map(|(at, (_, title))| BiasDomain::new(format!("D{}", at + 1), words.said(title)))
            .collect();
        if self.overall {
            let overall = words.figures().overall.to_string();
            domains.push(BiasDomain::new(overall.clone(), overall));
        }
        BiasColumns { domains }
    }

    /// The judgements of a study, one a column.
    pub(super) fn levels(&self, study: &str) -> Vec<Option<BiasLevel>> {
        let words = &self.input.words;
        let of = |table: &str, domain: Option<&str>, column: &str| {
            let rows = self.input.rows(table).filter(|row| {
                row.text("tool") == self.tool
                    && row.text("study") == study
                    && concerns(row, self.outcome)
                    && domain.is_none_or(|domain| row.text("domain") == domain)
            });
            // A judgement of the result itself goes before one of the study as a whole.
            let row = rows.min_by_key(|row| row.text("result") != self.outcome)?;
            level(words, row.text(column))
        };
        let domains = self
            .domains
            .iter()
            .map(|(domain, _)| of("judgements", Some(domain), "final"));
        let mut levels: Vec<_> = domains.collect();
        if self.overall {
            levels.push(of("overall", None, "judgement"));
        }
        levels
    }
}

/// Whether a judgement is of the outcome, or of the study as a whole.
fn concerns(row: &TableRow<'_>, outcome: &str) -> bool {
    let result = row.text("result");
    result == outcome || result == "*" || result.is_empty()
}
