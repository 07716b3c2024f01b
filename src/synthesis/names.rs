//! Names in the settings and in scales.yaml that nothing in the data has.

use super::analysis::{Analysis, Choices, Settings};
use super::gather::Evidence;
use super::measures;
use super::run::Given;
use super::terms::{Adjusted, Arms, Body, EffectsTaken, Reported};
use crate::extraction::STUDY_DESIGNS;
use crate::meta::formula::Formula;
use crate::nearest::suggestion;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::rob::shipped;
use std::collections::{BTreeMap, BTreeSet};

/// A warning for every name that means nothing, with the one that was probably meant.
pub(super) fn that_mean_nothing(settings: &Settings, evidence: &Evidence<'_>) -> Problems {
    let mut names = Names {
        evidence,
        problems: Problems::new(),
    };
    for analysis in &settings.analyses {
        names.analysis(analysis);
        names.without_effect(analysis);
    }
    let all = |analysis: &Analysis| analysis.effects == EffectsTaken::All;
    if settings.model.dependence.is_some() && !settings.analyses.iter().any(all) {
        names.idle("model.dependence", "no analysis takes `effects: all`");
    }
    names.judgements(settings);
    names.multiverse(settings);
    names.directions();
    names.designs(settings);
    names.problems
}

/// Scale and time of every extracted number of the outcomes, of arms and as reported.
fn scales_and_times<'a>(
    evidence: &Evidence<'a>,
    of: impl Fn(&str) -> bool,
) -> Vec<(&'a str, &'a str)> {
    let arms = evidence.outcomes.iter().filter(|row| of(&row.outcome));
    let reported = evidence.reported.iter().filter(|row| of(&row.outcome));
    arms.map(|row| (row.scale.as_str(), row.time.as_str()))
        .chain(reported.map(|row| (row.scale.as_str(), row.time.as_str())))
        .collect()
}

struct Names<'a> {
    evidence: &'a Evidence<'a>,
    problems: Problems,
}

impl Names<'_> {
    /// Tells of a name in the settings that is not known. `what` is one of the things, `all` their plural.
    fn check(&mut self, path: &str, name: &str, what: (&str, &str), known: &BTreeSet<&str>) {
        let problem = unknown(path, name, what, known);
        self.problems
            .extend(problem.map(|it| it.at(Place::setting(path))));
    }

    /// Tells of a setting that changes nothing as the others are.
    fn idle(&mut self, path: &str, why: &str) {
        self.idle_part(path, &format!("`{path}`"), why);
    }

    /// Tells of a part of a setting that changes nothing.
    fn idle_part(&mut self, path: &str, part: &str, why: &str) {
        let title = format!("{part} changes nothing: {why}");
        let problem = Problem::warning("pool::idle-setting", title).at(Place::setting(path));
        self.problems
            .push(problem.help("take the line out, or change the other"));
    }

    fn without_effect(&mut self, analysis: &Analysis) {
        let path = |name: &str| format!("analyses.{}.{name}", analysis.id);
        let model = analysis.model.as_ref();
        let all = analysis.effects == EffectsTaken::All;
        if !all && model.is_some_and(|it| it.dependence.is_some()) {
            self.idle(&path("model.dependence"), "it takes one effect a study");
        }
        let reml = "the model of dependent effects has one estimator and one interval";
        if all && model.is_some_and(|it| it.tau2.is_some()) {
            self.idle(&path("model.tau2"), reml);
        }
        if all && model.is_some_and(|it| it.interval.is_some()) {
            self.idle(&path("model.interval"), reml);
        }
        let takes = analysis.takes_reported();
        if takes == Reported::Never && analysis.adjusted != Adjusted::First {
            self.idle(&path("adjusted"), "it takes no effect as reported");
        }
        if takes == Reported::Only && analysis.arms == Arms::Apart {
            self.idle(&path("arms"), "it computes no effect from arms");
        }
        if takes != Reported::Never && self.evidence.names.reported.0.is_empty() {
            let title = format!(
                "`{}` takes effects as reported, and the stage is given none",
                analysis.id
            );
            self.problems.push(
                Problem::warning("pool::no-reported", title)
                    .at(Place::setting(&path("measure")))
                    .help("write `reported: extract.effects` under `in:` of the stage in pipeline.yaml; people fill them in as effects.csv beside outcomes.csv"),
            );
        }
        if analysis.arms == Arms::Apart && analysis.body == Body::Within {
            let why = "within a group there is no comparator to share out";
            self.idle(&path("arms"), why);
        }
    }

    fn analysis(&mut self, analysis: &Analysis) {
        let evidence = self.evidence;
        let path = |name: &str| format!("analyses.{}.{name}", analysis.id);
        if let Some(protocol) = evidence.protocol {
            let outcomes = protocol.outcomes.iter();
            let outcomes = outcomes.map(|outcome| outcome.id.as_str()).collect();
            let what = ("outcome of the protocol", "outcomes");
            self.check(&path("outcome"), &analysis.outcome, what, &outcomes);
            if !analysis.population.is_empty() {
                let known = protocol.eligibility.populations.iter();
                let known = known.map(|population| population.id.as_str()).collect();
                let what = ("population of the protocol", "populations");
                self.check(&path("population"), &analysis.population, what, &known);
            }
        }
        let designs = evidence.studies.iter().map(|study| study.design.as_str());
        let designs = designs.chain(STUDY_DESIGNS).collect();
        for design in &analysis.designs {
            self.check(
                &path("designs"),
                design,
                ("design of a study", "designs"),
                &designs,
            );
        }
        self.characteristics(analysis);
        let rows = scales_and_times(evidence, |outcome| outcome == analysis.outcome);
        if rows.is_empty() {
            return; // nothing was extracted yet that a scale or time could be of
        }
        let scales: BTreeSet<&str> = rows.iter().map(|(scale, _)| *scale).collect();
        let scales = scales.into_iter().chain(evidence.scales.names()).collect();
        for scale in &analysis.scales {
            self.check(&path("scales"), scale, ("known scale", "scales"), &scales);
        }
        let times = rows.iter().map(|(_, time)| *time).collect();
        for time in &analysis.times {
            let what = ("time of the outcome", "times");
            self.check(&path("times"), time, what, &times);
        }
    }

    /// The subgroup and the moderators of an analysis.
    fn characteristics(&mut self, analysis: &Analysis) {
        let studies = self.evidence.studies.iter();
        let known: BTreeSet<&str> = studies
            .flat_map(|study| study.characteristics.keys().map(String::as_str))
            .collect();
        if self.evidence.studies.is_empty() {
            return;
        }
        let what = ("characteristic of the studies", "characteristics");
        if let Some(subgroup) = &analysis.subgroup {
            let path = format!("analyses.{}.subgroup", analysis.id);
            self.check(&path, subgroup, what, &known);
        }
        let path = format!("analyses.{}.moderators", analysis.id);
        for formula in &analysis.moderators {
            match Formula::parse(formula) {
                Ok(formula) => {
                    for column in formula.columns() {
                        self.check(&path, column, what, &known);
                    }
                }
                Err(refusal) => self.problems.push(
                    Problem::warning("pool::formula", format!("`{path}`: {refusal}"))
                        .at(Place::setting(&path))
                        .help("write characteristics of the studies, as in `~ year + factor(setting)`"),
                ),
            }
        }
    }

    /// Judgements that are left out somewhere.
    fn judgements(&mut self, settings: &Settings) {
        let choices = settings.multiverse.iter();
        let chosen = choices.flat_map(|choices| &choices.without_bias);
        let chosen: Vec<(String, &String)> = settings
            .sensitivity
            .iter()
            .filter_map(|variant| Some((&variant.id, variant.without_bias.as_ref()?)))
            .map(|(id, judgement)| (format!("sensitivity.{id}.without_bias"), judgement))
            .chain(chosen.map(|judgement| ("multiverse.without_bias".to_owned(), judgement)))
            .filter(|(_, judgement)| *judgement != "none")
            .collect();
        if chosen.is_empty() {
            return;
        }
        let studies = self.evidence.studies.iter();
        let mut known: BTreeSet<&str> = studies
            .flat_map(|study| study.bias.values())
            .map(String::as_str)
            .collect();
        if chosen
            .iter()
            .all(|(_, judgement)| known.contains(judgement.as_str()))
        {
            return;
        }
        let tools: Vec<_> = shipped::names()
            .into_iter()
            .filter_map(shipped::tool)
            .collect();
        let shipped = tools.iter().flat_map(|tool| tool.judgements.keys());
        known.extend(shipped.map(String::as_str));
        let what = ("judgement of risk of bias", "judgements");
        for (path, judgement) in chosen {
            self.check(&path, judgement, what, &known);
        }
    }

    fn multiverse(&mut self, settings: &Settings) {
        let Some(choices) = &settings.multiverse else {
            return;
        };
        let analyses = settings.analyses.iter();
        let known = analyses.map(|analysis| analysis.id.as_str()).collect();
        for id in &choices.analyses {
            self.check("multiverse.analyses", id, ("analysis", "analyses"), &known);
        }
        self.measures(settings, choices);
        let all = scales_and_times(self.evidence, |_| true);
        let times: BTreeSet<&str> = all.into_iter().map(|(_, time)| time).collect();
        for time in choices.time.iter().filter(|_| !times.is_empty()) {
            self.check(
                "multiverse.time",
                time,
                ("time of an outcome", "times"),
                &times,
            );
        }
    }

    /// Measures that the multiverse names, and that analyses have no numbers for.
    fn measures(&mut self, settings: &Settings, choices: &Choices) {
        for measure in &choices.measure {
            let analyses = settings.analyses.iter().filter(|one| choices.takes(one));
            let without = |one: &&Analysis| !measures::alike(one.body, one.measure.0, measure.0);
            let (without, with): (Vec<_>, Vec<_>) = analyses.partition(without);
            let measure = measure.0;
            if with.is_empty() {
                let path = "multiverse.measure";
                let part = format!("`{measure}` of `{path}`");
                self.idle_part(path, &part, "no analysis has numbers for it");
            } else if !without.is_empty() {
                let without: Vec<String> =
                    without.iter().map(|one| format!("`{}`", one.id)).collect();
                let title = format!(
                    "`{measure}` of `multiverse.measure` is no choice for {}",
                    without.join(", ")
                );
                self.problems.push(
                    Problem::note("pool::other-measure", title)
                        .at(Place::setting("multiverse.measure"))
                        .help("they keep their own measure, and the choices that can act on them"),
                );
            }
        }
    }

    /// Studies that scales.yaml gives a direction for.
    fn directions(&mut self) {
        let studies = self.evidence.studies.iter();
        let known: BTreeSet<&str> = studies.map(|study| study.study.as_str()).collect();
        for (scale, study) in self.evidence.scales.confirmed_in() {
            let path = format!("{scale}.direction_in");
            let problem = unknown(&path, study, ("included study", "studies"), &known);
            self.problems.extend(problem);
        }
    }

    /// Studies with numbers on an outcome whose design lets them into none of its analyses.
    fn designs(&mut self, settings: &Settings) {
        for study in self.evidence.studies {
            let arms = self.evidence.outcomes.iter();
            let arms = arms.filter(|row| row.study == study.study);
            let reported = self.evidence.reported.iter();
            let reported = reported.filter(|row| row.study == study.study);
            let outcomes: BTreeSet<&str> = arms
                .map(|row| row.outcome.as_str())
                .chain(reported.map(|row| row.outcome.as_str()))
                .collect();
            let mut lost: BTreeMap<BTreeSet<&str>, Vec<&str>> = BTreeMap::new();
            for outcome in outcomes {
                let analyses = settings.analyses.iter();
                let of_outcome: Vec<&Analysis> = analyses
                    .filter(|analysis| analysis.outcome == outcome)
                    .collect();
                let takes =
                    |one: &&Analysis| one.designs.is_empty() || one.designs.contains(&study.design);
                if !of_outcome.is_empty() && !of_outcome.iter().any(takes) {
                    let named = of_outcome.iter().flat_map(|one| &one.designs);
                    let named = named.map(String::as_str).collect();
                    lost.entry(named).or_default().push(outcome);
                }
            }
            for (designs, outcomes) in lost {
                self.shut_out(study, &designs, &outcomes);
            }
        }
    }

    fn shut_out(&mut self, study: &Given, designs: &BTreeSet<&str>, outcomes: &[&str]) {
        let outcomes: Vec<String> = outcomes.iter().map(|one| format!("`{one}`")).collect();
        let outcomes = outcomes.join(", ");
        let (why, help) = if study.design.is_empty() {
            let why = "its design is not written down".to_owned();
            (why, "write its `design` in studies.csv".to_owned())
        } else {
            let why = format!("none takes the design `{}`", study.design);
            let help = suggestion("designs", &study.design, designs.iter().copied());
            (why, help)
        };
        let title = format!("`{}` enters no analysis of {outcomes}: {why}", study.study);
        self.problems
            .push(Problem::warning("pool::no-analysis", title).help(help));
    }
}

/// The warning about a name that is not known, with the nearest that is.
fn unknown(
    path: &str,
    name: &str,
    (what, all): (&str, &str),
    known: &BTreeSet<&str>,
) -> Option<Problem> {
    let title = format!("`{path}` names `{name}`, which is no {what}");
    let problem = Problem::warning("pool::unknown-name", title);
    let help = suggestion(all, name, known.iter().copied());
    (!known.contains(name)).then(|| problem.help(help))
}
