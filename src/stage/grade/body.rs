//! One analysis as a body of evidence: the numbers of the very model reported, and where each stood.

use super::limits::{self, Limits};
use super::{Inputs, Settings};
use crate::artefact::{Address, key};
use crate::effect::Measure;
use crate::grade::evidence::{
    self, BiasDirection, Evidence, Fold, OutcomeKind, Threshold, UNJUDGED, UNKNOWN, leaves_zone,
    zone,
};
use crate::grade::indirectness::{Element, Level, Row as Indirectness, of_result, worst};
use crate::grade::{Domain, information_size};
use crate::stage::risk_of_bias::OverallRow;
use crate::synthesis::{AnalysisRow, EffectRow, PooledRow, SmallStudyRow, SpecificationRow};
use std::collections::{BTreeMap, BTreeSet};

/// The relative reduction of risk that a single adequate trial would be planned for (GRADE 6).
const REDUCTION: f64 = 0.25;

/// A study of a body.
pub(super) struct Study<'a> {
    pub(super) effect: &'a EffectRow,
    /// Share in the mean, in per cent; 100 where it stands alone.
    weight: f64,
    /// How its result was judged; none where nobody did.
    pub(super) bias: Option<&'a OverallRow>,
    /// Its design, where it is known.
    pub(super) design: Option<String>,
    /// How directly it answers the question, as people judged it.
    indirect: Vec<&'a Indirectness>,
}

/// What of a pooled effect is rated.
#[derive(Clone, Copy)]
pub(super) struct Mean<'a> {
    /// Its row.
    key: &'a str,
    estimate: f64,
    ci: [f64; 2],
    prediction: Option<[f64; 2]>,
    i2: f64,
}

impl<'a> From<&'a PooledRow> for Mean<'a> {
    fn from(row: &'a PooledRow) -> Self {
        Self {
            key: &row.key,
            estimate: row.estimate,
            ci: [row.ci_lower, row.ci_upper],
            prediction: row.pi_lower.zip(row.pi_upper).map(<[f64; 2]>::from),
            i2: row.i2,
        }
    }
}

impl<'a> Mean<'a> {
    /// What a specification was pooled to; `None` where it was not.
    fn of_specification(row: &'a SpecificationRow) -> Option<Self> {
        Some(Self {
            key: &row.key,
            estimate: row.estimate?,
            ci: [row.ci_lower?, row.ci_upper?],
            prediction: row.pi_lower.zip(row.pi_upper).map(<[f64; 2]>::from),
            i2: row.i2?,
        })
    }
}

/// A body of evidence with a result that can be rated.
pub(super) struct Body<'a> {
    pub(super) analysis: &'a AnalysisRow,
    pub(super) measure: Measure,
    pub(super) studies: Vec<Study<'a>>,
    pub(super) limits: Limits,
    /// The test of small-study effects, with what trim and fill came to.
    small_study: Option<&'a SmallStudyRow>,
    /// The p value below which asymmetry counts as strong, where somebody declared one.
    asymmetry_p: Option<f64>,
    /// Whether trim and fill moves the reported effect to another category.
    filled_elsewhere: bool,
    pooled: Option<Mean<'a>>,
    inputs: &'a Inputs,
    stage: &'a str,
}

impl<'a> Body<'a> {
    /// The body of an analysis that was pooled or holds a single study; `None` for others, for unknown measures, and where no
    /// threshold can be had.
    pub(super) fn of(
        analysis: &'a AnalysisRow,
        inputs: &'a Inputs,
        settings: &Settings,
        stage: &'a str,
    ) -> Option<Self> {
        let measure: Measure = analysis.measure.parse().ok()?;
        let effects: Vec<&EffectRow> = inputs
            .effects
            .iter()
            .filter(|effect| effect.analysis == analysis.analysis)
            .collect();
        let pooled = inputs
            .pooled
            .iter()
            .find(|row| row.analysis == analysis.analysis && row.main && row.subgroup.is_empty());
        let pooled = match analysis.status.as_str() {
            "pooled" => Some(Mean::from(pooled?)),
            "single-study" if effects.len() == 1 => None,
            _ => return None,
        };
        let cell = |row: &str, column: &str| inputs.names.effects.cell(row, column);
        let named = inputs.names.analyses.cell(&analysis.key, "measure");
        let limits = Limits::declared(settings, analysis, measure, stage)
            .or_else(|| Limits::fallback(measure, &effects, named, cell))?;
        let mut tests = inputs.small_study.iter();
        let small_study = tests.find(|row| row.analysis == analysis.analysis);
        let filled = small_study.and_then(|row| row.filled_estimate);
        let mid = limits.mid;
        Some(Self {
            small_study,
            asymmetry_p: settings.asymmetry_p,
            filled_elsewhere: pooled
                .zip(filled)
                .is_some_and(|(mean, filled)| zone(filled, mid) != zone(mean.estimate, mid)),
            analysis,
            measure,
            studies: studies(effects, analysis, inputs),
            limits,
            pooled,
            inputs,
            stage,
        })
    }

    /// The body as a specification has it: `analysis` with its key, measure and counts.
    ///
    /// In another measure than the main result's, the limits are those of the outcome or the measure; `None` where none can be had.
    pub(super) fn of_specification(
        &self,
        analysis: &'a AnalysisRow,
        row: &'a SpecificationRow,
        settings: &Settings,
    ) -> Option<Self> {
        let measure: Measure = row.measure.parse().ok()?;
        let effects = self.inputs.specification_effects.iter();
        let effects: Vec<&EffectRow> = effects
            .filter(|effect| effect.analysis == row.key)
            .collect();
        let cell = |row: &str, column: &str| self.inputs.names.effects.cell(row, column);
        let limits = if measure == self.measure {
            Some(self.limits.clone())
        } else {
            let named = self.inputs.names.specifications.cell(&row.key, "measure");
            Limits::of_measure(settings, &analysis.outcome, measure, self.stage)
                .or_else(|| Limits::fallback(measure, &effects, named, cell))
        };
        Some(Self {
            // The test is made of the main result alone, and stands for the combinations beside it.
            small_study: self.small_study,
            asymmetry_p: self.asymmetry_p,
            filled_elsewhere: self.filled_elsewhere,
            analysis,
            measure,
            studies: studies(effects, analysis, self.inputs),
            limits: limits?,
            pooled: Some(Mean::of_specification(row)?),
            inputs: self.inputs,
            stage: self.stage,
        })
    }

    /// The effect reported, on the scale it is pooled on.
    pub(super) fn estimate(&self) -> f64 {
        self.pooled
            .map_or_else(|| self.studies[0].effect.yi, |row| row.estimate)
    }

    /// Its interval.
    pub(super) fn ci(&self) -> [f64; 2] {
        self.pooled.map_or_else(
            || {
                let alone = self.studies[0].effect;
                [alone.ci_lower, alone.ci_upper]
            },
            |mean| mean.ci,
        )
    }

    /// The cells of the effect and its interval.
    pub(super) fn effect_cells(&self) -> [Address; 3] {
        match self.pooled {
            Some(row) => ["estimate", "ci_lower", "ci_upper"]
                .map(|column| self.inputs.names.pooled.cell(row.key, column)),
            None => ["yi", "ci_lower", "ci_upper"].map(|column| {
                let alone = self.studies[0].effect;
                self.inputs.names.effects.cell(&alone.key, column)
            }),
        }
    }

    /// An effect as people read it: ratios not as logarithms, proportions and correlations not transformed.
    pub(super) fn printed(&self, value: f64) -> f64 {
        let rows = self.studies.iter().map(|study| study.effect);
        let sizes: Vec<f64> = rows.filter_map(|row| row.total1.or(row.n1)).collect();
        self.measure.back(value, &sizes)
    }

    /// A limit as it was declared: for ratios a ratio, for all others a difference on the scale they are pooled on.
    pub(super) fn limit(&self, value: f64) -> f64 {
        if self.measure.is_ratio() {
            value.exp()
        } else {
            value
        }
    }

    /// The tool behind most of the weight; of equals the first by name.
    fn tool(&self) -> Option<String> {
        let judged = self.studies.iter();
        let judged = judged.filter_map(|study| Some((study.bias?.tool.as_str(), study.weight)));
        let shares = evidence::shares(judged);
        let most = shares.into_iter().rev();
        most.max_by(|(_, a), (_, b)| a.total_cmp(b))
            .map(|(tool, _)| tool)
    }

    /// Weight by judgement.
    fn bias_share(&self) -> BTreeMap<String, f64> {
        evidence::shares(self.studies.iter().map(|study| {
            let label = study.bias.map_or(UNKNOWN, |row| row.judgement.as_str());
            (label, study.weight)
        }))
    }

    /// Weight by the worst that people judged of a study's directness.
    fn indirect_share(&self) -> BTreeMap<String, f64> {
        evidence::shares(self.studies.iter().map(|study| {
            let level = worst(&study.indirect);
            (level.map_or(UNJUDGED, Level::label), study.weight)
        }))
    }

    /// The elements in which studies differ from the question.
    fn indirect_elements(&self) -> Vec<String> {
        let rows = self.studies.iter().flat_map(|study| &study.indirect);
        let indirect = rows.filter(|row| row.level > Level::NotSerious);
        let elements: BTreeSet<Element> = indirect.map(|row| row.element).collect();
        elements.iter().map(Element::to_string).collect()
    }

    /// What the policy looks at.
    pub(super) fn evidence(&self) -> Evidence {
        let (estimate, ci, mid) = (self.estimate(), self.ci(), self.limits.mid);
        let effects: Vec<f64> = self.one_a_study().iter().map(|row| row.yi).collect();
        let weighted: Vec<(f64, f64)> = self
            .studies
            .iter()
            .map(|study| (study.effect.yi, study.weight))
            .collect();
        let prediction = self.pooled.and_then(|mean| mean.prediction);
        let binary = self.is_binary();
        let ratio = self.measure.is_ratio();
        Evidence {
            design: self.design(),
            tool: self.tool(),
            k: u32::try_from(self.analysis.k).unwrap_or(u32::MAX),
            n: self.analysis.n as f64,
            estimate: Some(estimate),
            ci,
            mid,
            threshold: Threshold::Mid,
            large: self.limits.large,
            ois: self.information_size().map(|people| people as f64),
            rob_share: self.bias_share(),
            fold_some_concerns: Fold::Low,
            bias_direction: BiasDirection::Explains,
            low_high_differ: None,
            i2: self
                .pooled
                .filter(|_| self.analysis.k > 1)
                .map(|mean| mean.i2),
            opposite_share: Some(evidence::opposite_share(&weighted, estimate, mid)),
            pi_crosses: prediction.map(|interval| leaves_zone(interval, estimate, mid)),
            largest_side_share: evidence::largest_side_share(&effects, mid),
            credible_subgroup: None,
            indirect_share: self.indirect_share(),
            indirect_elements: self.indirect_elements(),
            egger_p: self.small_study_p(),
            trimfill_changes_category: self.filled_elsewhere,
            asymmetry_strong: (self.small_study_p().zip(self.asymmetry_p))
                .is_some_and(|(p, limit)| p < limit),
            small_and_industry: None,
            unpublished_documented: None,
            kind: if binary {
                OutcomeKind::Binary
            } else {
                OutcomeKind::Continuous
            },
            measure: Some(self.analysis.measure.clone()),
            ratio_ci: ratio.then(|| ci.map(f64::exp)),
            large_effect: self.limits.large.map(|large| estimate.abs() >= large),
            rr: (self.measure == Measure::RiskRatio).then(|| estimate.exp()),
            dose_response: None,
            opposing_confounding: None,
            well_conducted: None,
            uncontrolled: self.analysis.body == "within",
        }
    }

    fn small_study_p(&self) -> Option<f64> {
        self.small_study.and_then(|row| row.p)
    }

    /// The cells of the test of small-study effects that are told.
    fn small_study_cells(&self) -> Vec<Address> {
        let Some(row) = self.small_study else {
            return Vec::new();
        };
        [("p", row.p), ("filled_estimate", row.filled_estimate)]
            .into_iter()
            .filter(|(_, value)| value.is_some())
            .map(|(column, _)| self.inputs.names.small_study.cell(&row.key, column))
            .collect()
    }

    /// The effects of each study's first scale and time: people who were measured again count once.
    fn one_a_study(&self) -> Vec<&'a EffectRow> {
        let mut first: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        let rows = self.studies.iter().map(|study| study.effect);
        rows.filter(|row| {
            let at = (row.scale.as_str(), row.time.as_str());
            *first.entry(row.study.as_str()).or_insert(at) == at
        })
        .collect()
    }

    fn is_binary(&self) -> bool {
        let mut studies = self.studies.iter();
        self.measure.is_of_events() || studies.any(|study| study.effect.events1.is_some())
    }

    /// The risk pooled over the comparator groups; `None` where one of them does not tell it.
    pub(super) fn control_risk(&self) -> Option<f64> {
        let sum = |of: fn(&EffectRow) -> Option<f64>| {
            let rows = self.one_a_study();
            rows.into_iter().map(of).sum::<Option<f64>>()
        };
        let (events, people) = (sum(|effect| effect.events2)?, sum(|effect| effect.total2)?);
        (people > 0.0).then(|| events / people)
    }

    /// The cells that [`Self::control_risk`] was summed from.
    pub(super) fn control_cells(&self) -> Vec<Address> {
        let rows = self.one_a_study().into_iter();
        rows.filter(|row| row.events2.is_some())
            .flat_map(|row| {
                ["events2", "total2"].map(|column| self.inputs.names.effects.cell(&row.key, column))
            })
            .collect()
    }

    /// The optimal information size of two groups; `None` where spread or risk is not known, or there is one group.
    fn information_size(&self) -> Option<u64> {
        let errors = information_size::Errors::default();
        let effects = self.one_a_study();
        if self.analysis.body == "within" {
            return None;
        }
        if self.is_binary() {
            return information_size::binary(self.control_risk()?, REDUCTION, errors);
        }
        if self.measure.is_ratio() {
            return None; // a ratio of means is no difference in points
        }
        let sd = if limits::is_standardised(self.measure) {
            1.0
        } else {
            limits::comparator_sd(&effects)?
        };
        information_size::continuous(self.limits.mid / sd, errors)
    }

    /// The cells that tell the designs of its studies.
    pub(super) fn design_cells(&self) -> Vec<Address> {
        let told = self.studies.iter().filter(|study| study.design.is_some());
        told.map(|study| {
            let row = key(&[&study.effect.study]);
            self.inputs.names.characteristics.cell(&row, "design")
        })
        .collect()
    }

    /// The cells that a domain was rated on.
    pub(super) fn from(&self, domain: Domain) -> Vec<Address> {
        let names = &self.inputs.names;
        let analysis = |column: &str| names.analyses.cell(&self.analysis.key, column);
        let effects = |column: &'static str| {
            self.studies
                .iter()
                .map(move |study| names.effects.cell(&study.effect.key, column))
        };
        let mut from = match domain {
            Domain::RiskOfBias => {
                let judged = self.studies.iter().filter_map(|study| study.bias);
                let mut from: Vec<Address> = judged
                    .map(|row| names.bias.cell(&row.key, "judgement"))
                    .collect();
                if self.pooled.is_some() {
                    from.extend(effects("weight"));
                }
                from
            }
            Domain::Inconsistency => {
                let mut from: Vec<Address> = self
                    .pooled
                    .iter()
                    .map(|row| names.pooled.cell(row.key, "i2"))
                    .collect();
                from.extend(effects("yi"));
                from.extend(self.limits.from());
                from
            }
            Domain::Imprecision => {
                let mut from = self.effect_cells().to_vec();
                from.push(analysis("n"));
                from.extend(self.limits.from());
                from
            }
            Domain::Indirectness => {
                let judged = self.studies.iter().flat_map(|study| &study.indirect);
                let mut from: Vec<Address> = judged
                    .map(|row| {
                        let key = super::tables::indirectness_key(row);
                        Address::cell(self.stage, "indirectness", &key, "level")
                    })
                    .collect();
                if from.is_empty() {
                    vec![analysis("population")]
                } else {
                    if self.pooled.is_some() {
                        from.extend(effects("weight"));
                    }
                    from
                }
            }
            Domain::PublicationBias => {
                let mut from = vec![analysis("k")];
                from.extend(self.small_study_cells());
                from
            }
            Domain::LargeEffect | Domain::DoseResponse | Domain::OpposingConfounding => {
                self.effect_cells()[..1].to_vec()
            }
        };
        from.push(Address::cell(
            self.stage,
            "settings",
            &key(&["policy"]),
            "value",
        ));
        from
    }
}

/// The studies behind effects, as they were judged.
fn studies<'a>(
    effects: Vec<&'a EffectRow>,
    analysis: &AnalysisRow,
    inputs: &'a Inputs,
) -> Vec<Study<'a>> {
    let studies = effects.into_iter().map(|effect| Study {
        effect,
        weight: effect.weight.unwrap_or(100.0),
        bias: judged(&inputs.bias, effect),
        design: inputs.design(&effect.study),
        indirect: of_result(
            &inputs.indirectness,
            &effect.study,
            [&effect.result, &analysis.outcome],
        ),
    });
    studies.collect()
}

/// The judgement of a study's result; tools that judge a study as a whole leave the result empty.
///
/// A judgement of the whole study does not stand in for one of the result that the same tool has begun and not ended.
fn judged<'a>(bias: &'a [OverallRow], effect: &EffectRow) -> Option<&'a OverallRow> {
    let of = |result| {
        bias.iter()
            .filter(move |row| row.study == effect.study && row.result == result)
    };
    let own = || of(effect.result.as_str());
    let is_judged = |row: &&OverallRow| !row.judgement.is_empty();
    own().find(is_judged).or_else(|| {
        of("")
            .filter(is_judged)
            .find(|row| !own().any(|begun| begun.tool == row.tool))
    })
}
