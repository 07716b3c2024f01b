//! The tables of an update out of both states.

use super::attribution::{Attributed, Cause, Found, ORDER, PoolCase};
use super::frozen::Frozen;
use super::news::News;
use super::tables::{CauseRow, ChangeRow, VersionRow};
use super::{Inputs, Outputs, Settings};
use crate::artefact::{Address, Origin, Sheet, key};
use crate::problem::Problems;
use crate::update::{AnalysisConclusion, Conclusion, Proposal, RULE, State};

/// The version that a review has which was never updated.
const FIRST: &str = "1.0";

/// Both states, and why the estimates changed.
pub(super) struct Work<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) frozen: &'a Frozen<'a>,
    pub(super) old: &'a PoolCase,
    pub(super) stage: &'a str,
    pub(super) parts: Vec<Attributed>,
}

impl Work<'_> {
    /// All tables.
    pub(super) fn outputs(&self, settings: &Settings, problems: &mut Problems) -> Outputs {
        let conclusion = Conclusion::between(&self.state_before(), &self.inputs.state);
        let news = News::of(self);
        let rounds = self.rounds();
        Outputs {
            version: vec![self.version(&conclusion, &news)],
            surveillance: self.surveillance(settings, problems),
            changes: conclusion
                .analyses
                .iter()
                .map(|found| self.change(found))
                .collect(),
            causes: self
                .parts
                .iter()
                .flat_map(|parts| self.causes(parts))
                .collect(),
            news: news.rows,
            rounds,
        }
    }

    /// The path of a file of the baseline in the project.
    pub(super) fn frozen_at(&self, path: &str) -> Address {
        let folder = self.inputs.previous.path.trim_end_matches('/');
        Address::file(&format!("{folder}/{path}"))
    }

    /// The row of a table that is wired to a port.
    pub(super) fn row(&self, port: &str, key: &str) -> Option<Address> {
        let (stage, artefact) = self.inputs.at.get(port)?;
        Some(Address::row(stage, artefact, key))
    }

    /// A table that is wired to a port.
    pub(super) fn artefact(&self, port: &str) -> Option<Address> {
        let (stage, artefact) = self.inputs.at.get(port)?;
        Some(Address::artefact(stage, artefact))
    }

    /// The frozen table of a type, of the stage whose table of today is wired where there are several.
    pub(super) fn frozen_sheet(&self, artefact_type: &str) -> Option<(String, Sheet)> {
        let port = match artefact_type {
            "included" => "studies",
            "summary-of-findings" => "summary",
            other => other,
        };
        let wired = self.inputs.at.get(port).map(|(stage, _)| stage.as_str());
        self.frozen
            .table(artefact_type, wired.unwrap_or(self.stage))
    }

    /// The address of [`Self::frozen_sheet`].
    pub(super) fn frozen_table(&self, artefact_type: &str) -> Option<Address> {
        let (path, _) = self.frozen_sheet(artefact_type)?;
        Some(self.frozen_at(&path))
    }

    fn state_before(&self) -> State {
        let mut state = State::default();
        for name in ["analyses", "effects", "pooled", "summary-of-findings"] {
            if let Some((_, sheet)) = self.frozen_sheet(name) {
                state.add(name, sheet);
            }
        }
        state
    }

    fn change(&self, found: &AnalysisConclusion) -> ChangeRow {
        let analysis = &found.analysis;
        let was = self.old.shown.get(analysis);
        let is = self.inputs.case.shown.get(analysis);
        let told = |rated: &Option<crate::update::Rated>,
                    what: fn(&crate::update::Rated) -> &String| {
            rated
                .as_ref()
                .map(|rated| what(rated).clone())
                .unwrap_or_default()
        };
        let mut because = found.because.clone();
        if because.is_empty() && found.proposal == Proposal::NotChanged && more_precise(was, is) {
            because.push(
                "the interval is narrower, and the statement stands in the same cell".to_owned(),
            );
        }
        let listed = self
            .inputs
            .analyses
            .iter()
            .find(|row| row.analysis == *analysis);
        ChangeRow {
            key: key(&[analysis]),
            analysis: analysis.clone(),
            order: listed.map_or(u64::MAX, |row| row.order),
            title: found.title.clone(),
            role: if found.main { "main" } else { "supplementary" }.to_owned(),
            k_old: told(&found.old, |rated| &rated.k),
            k_new: told(&found.new, |rated| &rated.k),
            estimate_old: was.map(|found| found.estimate),
            ci_lower_old: was.map(|found| found.ci_lower),
            ci_upper_old: was.map(|found| found.ci_upper),
            estimate_new: is.map(|found| found.estimate),
            ci_lower_new: is.map(|found| found.ci_lower),
            ci_upper_new: is.map(|found| found.ci_upper),
            tau2_old: was.and_then(|found| found.tau2),
            tau2_new: is.and_then(|found| found.tau2),
            certainty_old: told(&found.old, |rated| &rated.certainty),
            certainty_new: told(&found.new, |rated| &rated.certainty),
            statement_old: told(&found.old, |rated| &rated.statement),
            statement_new: told(&found.new, |rated| &rated.statement),
            proposal: word(found.proposal).to_owned(),
            because: because.join("; "),
            not_compared: found.not_compared.join("; "),
            origin: self.change_origin(analysis),
        }
    }

    fn change_origin(&self, analysis: &str) -> Origin {
        let now: Vec<Address> = self.result_now(analysis).into_iter().collect();
        let frozen: Vec<Address> = ["pooled", "effects"]
            .into_iter()
            .filter_map(|name| self.frozen_table(name))
            .collect();
        let mut origin = Origin::of("compared", frozen.iter().chain(&now).cloned());
        for column in ["estimate_old", "ci_lower_old", "ci_upper_old", "tau2_old"] {
            origin = origin.with_cell(column, "frozen", frozen.clone());
        }
        for column in ["estimate_new", "ci_lower_new", "ci_upper_new", "tau2_new"] {
            origin = origin.with_cell(column, "copied", now.clone());
        }
        let summary = self.row("summary", &key(&[analysis]));
        for (old, new) in [
            ("certainty_old", "certainty_new"),
            ("statement_old", "statement_new"),
        ] {
            origin = origin
                .with_cell(old, "frozen", self.frozen_table("summary-of-findings"))
                .with_cell(new, "copied", summary.clone());
        }
        origin
            .with_cell("k_old", "frozen", self.frozen_table("analyses"))
            .with_cell("k_new", "copied", self.row("analyses", &key(&[analysis])))
    }

    /// The row that holds the main result of an analysis.
    pub(super) fn result_now(&self, analysis: &str) -> Option<Address> {
        let mut pooled = self.inputs.pooled.iter();
        let main =
            pooled.find(|row| row.analysis == analysis && row.main && row.subgroup.is_empty());
        if let Some(row) = main {
            return self.row("pooled", &row.key);
        }
        let mut effects = self
            .inputs
            .effects
            .iter()
            .filter(|row| row.analysis == analysis);
        self.row("effects", &effects.next()?.key)
    }

    fn causes(&self, found: &Attributed) -> Vec<CauseRow> {
        let analysis = &found.analysis;
        let parts = (0_u64..).zip(&found.parts);
        let row = |(order, part): (u64, &super::Part)| {
            let (from, to) = (part.from, part.to);
            let made = from.zip(to).map(|(from, to)| to.estimate - from.estimate);
            let mut addresses: Vec<Address> = self.frozen_table("outcomes").into_iter().collect();
            addresses.extend(match part.cause {
                Cause::Methods => self.artefact("analyses"),
                _ if part.study.is_empty() => self.artefact("outcomes"),
                _ => self
                    .row("studies", &key(&[&part.study]))
                    .filter(|_| part.cause != Cause::StudyLeft),
            });
            addresses.extend(self.result_now(analysis));
            CauseRow {
                key: key(&[analysis, &format!("{order:04}")]),
                analysis: analysis.clone(),
                order,
                cause: part.cause.word().to_owned(),
                study: part.study.clone(),
                what: part.what.clone(),
                k: to.map(|found| found.k),
                estimate_old: from.map(|found| found.estimate),
                estimate_new: to.map(|found| found.estimate),
                ci_lower_new: to.map(|found| found.ci_lower),
                ci_upper_new: to.map(|found| found.ci_upper),
                part: made,
                origin: Origin::of("rerun-with-one-change", addresses),
            }
        };
        parts.map(row).collect()
    }

    fn version(&self, conclusion: &Conclusion, news: &News) -> VersionRow {
        let inputs = self.inputs;
        let before = self.frozen_sheet("version").and_then(|(_, sheet)| {
            let key = sheet.rows.keys().next()?;
            sheet.cell(key, "version").map(str::to_owned)
        });
        let previous = before.unwrap_or_else(|| FIRST.to_owned());
        let changed = news.studies > 0 || news.left > 0 || conclusion.proposal == Proposal::Changed;
        let waiting = inputs.waiting.unwrap_or(0) as u64;
        let latest = |days: Vec<String>| days.into_iter().max().unwrap_or_default();
        let searched = inputs.sources.iter().map(|row| row.date.clone()).collect();
        let frozen = self
            .frozen_sheet("sources")
            .map(|(_, sheet)| sheet)
            .unwrap_or_default();
        let days = frozen
            .rows
            .keys()
            .filter_map(|key| frozen.cell(key, "date"));
        let mut methods: Vec<&str> = Vec::new();
        for part in self.parts.iter().flat_map(|found| &found.parts) {
            if part.cause == Cause::Methods && !methods.contains(&part.what.as_str()) {
                methods.push(&part.what);
            }
        }
        let folder = inputs.previous.path.trim_end_matches('/');
        let counted = |port: &str| {
            self.artefact(port)
                .into_iter()
                .chain(self.frozen_table(match port {
                    "studies" => "included",
                    other => other,
                }))
        };
        VersionRow {
            key: key(&["version"]),
            version: next(&previous, changed),
            previous,
            baseline: folder.rsplit('/').next().unwrap_or(folder).to_owned(),
            searched: latest(searched),
            searched_before: latest(days.map(str::to_owned).collect()),
            state: self.state(news, waiting).to_owned(),
            event: event(news, conclusion.proposal),
            proposal: word(conclusion.proposal).to_owned(),
            rule: RULE.to_owned(),
            order: ORDER.to_owned(),
            new_records: news.records,
            new_publications: news.publications,
            new_studies: news.studies,
            studies_left: news.left,
            new_reports: news.reports,
            waiting,
            methods: methods.join("; "),
            origin: Origin::of(
                "compared",
                self.artefact("sources")
                    .into_iter()
                    .chain(self.frozen_table("sources")),
            )
            .with_cell(
                "version",
                "next-version",
                self.artefact("studies")
                    .into_iter()
                    .chain([Address::artefact(self.stage, "changes")]),
            )
            .with_cell("previous", "frozen", [self.frozen_at("pipeline.yaml")])
            .with_cell("new_records", "counted", counted("clusters"))
            .with_cell("new_publications", "counted", counted("clusters"))
            .with_cell("new_studies", "counted", counted("studies"))
            .with_cell("studies_left", "counted", counted("studies"))
            .with_cell("new_reports", "counted", counted("studies"))
            .with_cell("waiting", "counted", self.artefact("undecided"))
            .with_cell("methods", "compared", [self.frozen_at("pipeline.yaml")])
            .with_cell(
                "proposal",
                "proposed",
                [Address::artefact(self.stage, "changes")],
            ),
        }
    }

    /// What became of the evidence, after Cochrane's guidance on living reviews (2019).
    fn state(&self, news: &News, waiting: u64) -> &'static str {
        let entered = |study: &String| self.inputs.effects.iter().any(|row| row.study == *study);
        if waiting > 0 {
            "new evidence awaits decisions"
        } else if news.new_studies.is_empty() && news.reports == 0 && news.left == 0 {
            "no new evidence"
        } else if news.new_studies.iter().any(entered) || news.new_studies.is_empty() {
            "new evidence is incorporated"
        } else {
            "new evidence is listed and enters no analysis yet"
        }
    }
}

fn more_precise(was: Option<&Found>, is: Option<&Found>) -> bool {
    let width = |found: &Found| found.ci_upper - found.ci_lower;
    was.zip(is).is_some_and(|(was, is)| width(is) < width(was))
}

fn word(proposal: Proposal) -> &'static str {
    match proposal {
        Proposal::Changed => "changed",
        Proposal::NotChanged => "not changed",
        Proposal::NotComparable => "not comparable",
    }
}

fn event(news: &News, proposal: Proposal) -> String {
    let studies = if news.studies > 0 {
        "new studies are included"
    } else {
        "no new study is included"
    };
    let conclusions = match proposal {
        Proposal::Changed => "conclusions changed",
        Proposal::NotChanged => "conclusions not changed",
        Proposal::NotComparable => "conclusions cannot be compared",
    };
    format!("a new search was run; {studies}; {conclusions}")
}

/// The version after one: the first number counts studies or conclusions that changed, the second searches alone.
fn next(previous: &str, changed: bool) -> String {
    let (major, minor) = previous.split_once('.').unwrap_or((previous, "0"));
    let number = |text: &str| text.parse::<u64>().unwrap_or(1);
    if changed {
        format!("{}.0", number(major) + 1)
    } else {
        format!(
            "{}.{}",
            number(major),
            minor.parse::<u64>().unwrap_or(0) + 1
        )
    }
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn a_version_counts_changes_before_the_point_and_searches_behind_it() {
        assert_eq!(next("1.0", true), "2.0");
        assert_eq!(next("2.0", false), "2.1");
        assert_eq!(next("2.9", false), "2.10");
        assert_eq!(next("2.10", true), "3.0");
    }
}
