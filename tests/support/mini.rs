//! A small review of invented trials: one export, two reviewers, two studies.

use super::Review;

pub(crate) const PIPELINE: &str = "\
version: 1
review: { title: Evening walks for sleep, protocol: data/protocol.yaml }
stages:
  - { id: import, uses: import, in: { searches: data/searches/ } }
  - { id: deduplicate, uses: deduplicate, in: { records: import.records, sources: import.sources } }
  - id: screen
    uses: screen
    in:
      records: deduplicate.records
      clusters: deduplicate.clusters
      sources: import.sources
      decisions: data/screening/
      protocol: data/protocol.yaml
  - { id: extract, uses: extract, in: { studies: screen.included, forms: data/extraction/, protocol: data/protocol.yaml } }
  - { id: risk-of-bias, uses: risk-of-bias, in: { studies: screen.included, assessments: data/risk-of-bias/ } }
  - id: pool
    uses: pool
    in:
      studies: screen.included
      outcomes: extract.outcomes
      characteristics: extract.studies
      scales: extract.scales
      bias: risk-of-bias.overall
      protocol: data/protocol.yaml
    settings: stages/pool/settings.yaml
";

/// The stages from the pooled results to the report.
const TO_THE_REPORT: &str = r"
  - id: grade
    uses: grade
    in:
      analyses: pool.analyses
      pooled: pool.pooled
      effects: pool.effects
      small-study: pool.small-study
      bias: risk-of-bias.overall
      characteristics: extract.studies
      judgements: data/grade/
      protocol: data/protocol.yaml
  - id: report
    uses: report
    in:
      templates: stages/report/templates/
      protocol: data/protocol.yaml
      sources: import.sources
      clusters: deduplicate.clusters
      duplicates: deduplicate.duplicates
      queue: deduplicate.queue
      flow: screen.flow
      agreement: screen.agreement
      decisions: screen.decisions
      undecided: screen.undecided
      votes: screen.votes
      included: screen.included
      characteristics: extract.studies
      outcomes: extract.outcomes
      statistics: extract.statistics
      conversions: extract.conversions
      integrity: extract.integrity
      missing: extract.missing
      scales: extract.scales
      judgements: risk-of-bias.judgements
      overall: risk-of-bias.overall
      bias-agreement: risk-of-bias.agreement
      analyses: pool.analyses
      effects: pool.effects
      pooled: pool.pooled
      subgroup-tests: pool.subgroup-tests
      leave-one-out: pool.leave-one-out
      cumulative: pool.cumulative
      influence: pool.influence
      filled: pool.filled
      sensitivity: pool.sensitivity
      rejected: pool.rejected
      certainty: grade.certainty
      summary: grade.summary
      problems: [import.problems, deduplicate.problems, screen.problems, extract.problems, risk-of-bias.problems, pool.problems, grade.problems]
      places: [import.places, screen.places, extract.places, risk-of-bias.places, grade.places]
      records: [import.records, deduplicate.records]
    out:
      markdown: reports/report.md
      html: reports/report.html
      numbers: reports/provenance/numbers.json
      figures: reports/figures
      tables: reports/tables
";

/// The ids of the stages up to the pooled results, in the order of the graph.
pub(crate) const STAGES: &str = "import deduplicate screen extract risk-of-bias pool";

pub(crate) const SETTINGS: &str = "\
model:
  tau2: REML
  level: 95
correlation: 0.5
analyses:
  - { id: sleep, title: Sleep quality, outcome: sleep, designs: [rct], measure: MD, kind: post }
  - { id: falls, title: Falls, outcome: falls, designs: [rct], measure: RR }
";

pub(crate) const PROTOCOL: &str = "\
version: 1
title: Evening walks for sleep
eligibility:
  population: { id: adults }
  exclusion_reasons:
    ordered:
      - { code: wrong-intervention, text: no evening walk }
      - { code: wrong-design, text: no trial }
  populations:
    - { id: adults, text: adults, analyses: main }
outcomes:
  - { id: sleep, name: Sleep quality, role: primary, registered: true, direction: higher-is-better, preferred_scales: [psqi] }
  - { id: falls, name: Falls, role: secondary, registered: true, direction: lower-is-better }
reviewers:
  list:
    - { id: reviewer-a, who: invented }
    - { id: reviewer-b, who: invented }
";

/// The second and the fourth record are one report.
pub(crate) const EXPORT: &str = "\
TY  - JOUR
AU  - Adams, Ruth
PY  - 2011
TI  - Evening walks and the sleep of older adults: a randomised trial
JO  - Journal of Invented Sleep
VL  - 12
SP  - 34
EP  - 41
DO  - 10.5555/jis.2011.34
ER  - 

TY  - JOUR
AU  - Baker, Tom
PY  - 2014
TI  - Walking before bed improves sleep in adults with insomnia: a randomised trial
JO  - Invented Archives of Walking
VL  - 3
SP  - 101
EP  - 110
DO  - 10.5555/iaw.2014.101
ER  - 

TY  - JOUR
AU  - Clark, Ann
PY  - 2016
TI  - Morning light and mood: a survey of office workers
JO  - Journal of Invented Sleep
VL  - 17
SP  - 5
EP  - 9
DO  - 10.5555/jis.2016.5
ER  - 

TY  - JOUR
AU  - Baker, T.
PY  - 2014
TI  - Walking before bed improves sleep in adults with insomnia: a randomised trial
JO  - Invented Archives of Walking
VL  - 3
SP  - 101
DO  - https://doi.org/10.5555/IAW.2014.101
AN  - 370001
ER  - 
";

const SEARCHES: &str = "\
version: 1
round: \"2026-01-15\"
searches:
  - id: embase
    file: embase.ris
    format: ris
    database: Embase
    platform: Embase.com
    kind: database
    date: \"2026-01-15\"
    query: \"walk*:ti AND sleep:ti\"
    hits: 4
";

const VOTES: &str = "\
record,stage,decision,reason,at,note,doi
rec-e077d4427f9a1d61,title-abstract,include,,2026-01-20T09:00:00Z,,10.5555/jis.2011.34
rec-2a3aef92b93a4901,title-abstract,include,,2026-01-20T09:02:00Z,,10.5555/iaw.2014.101
rec-349701e0c8399598,title-abstract,exclude,wrong-intervention,2026-01-20T09:04:00Z,,10.5555/jis.2016.5
rec-e077d4427f9a1d61,full-text,include,,2026-01-21T09:00:00Z,,10.5555/jis.2011.34
rec-2a3aef92b93a4901,full-text,include,,2026-01-21T09:02:00Z,,10.5555/iaw.2014.101
";

/// The same an hour later: people agree, and not to the second.
const VOTES_OF_THE_OTHER: &str = "\
record,stage,decision,reason,at,note,doi
rec-e077d4427f9a1d61,title-abstract,include,,2026-01-20T10:00:30Z,,10.5555/jis.2011.34
rec-2a3aef92b93a4901,title-abstract,include,,2026-01-20T10:02:30Z,,10.5555/iaw.2014.101
rec-349701e0c8399598,title-abstract,exclude,wrong-intervention,2026-01-20T10:04:30Z,,10.5555/jis.2016.5
rec-e077d4427f9a1d61,full-text,include,,2026-01-21T10:00:30Z,,10.5555/jis.2011.34
rec-2a3aef92b93a4901,full-text,include,,2026-01-21T10:02:30Z,,10.5555/iaw.2014.101
";

const STUDIES: &str = "\
study,label,record,primary,basis,by,at,doi
adams-2011,Adams 2011,rec-e077d4427f9a1d61,yes,only report,reviewer-a,2026-01-22T09:00:00Z,10.5555/jis.2011.34
baker-2014,Baker 2014,rec-2a3aef92b93a4901,yes,only report,reviewer-a,2026-01-22T09:01:00Z,10.5555/iaw.2014.101
";

pub(crate) const OUTCOMES: &str = "\
study,outcome,scale,time,kind,arm,group,n,mean,sd,events,total,source,reported,extractor,at
adams-2011,sleep,psqi,end,post,walk,intervention,40,14.2,3.1,,,Table 2,14.2 (3.1),reviewer-a,2026-01-25T09:00:00Z
adams-2011,sleep,psqi,end,post,usual,control,38,12.9,3.4,,,Table 2,12.9 (3.4),reviewer-a,2026-01-25T09:01:00Z
adams-2011,falls,,end,post,walk,intervention,,,,3,40,Table 3,3/40,reviewer-a,2026-01-25T09:02:00Z
adams-2011,falls,,end,post,usual,control,,,,5,38,Table 3,5/38,reviewer-a,2026-01-25T09:03:00Z
baker-2014,sleep,psqi,end,post,walk,intervention,25,15.8,2.7,,,Table 1,15.8 (2.7),reviewer-a,2026-01-25T09:04:00Z
baker-2014,sleep,psqi,end,post,usual,control,27,13.1,2.9,,,Table 1,13.1 (2.9),reviewer-a,2026-01-25T09:05:00Z
";

const CHARACTERISTICS: &str = "\
study,label,design,country,population,n_randomised,extractor,at
adams-2011,Adams 2011,rct,Nowhere,adults,80,reviewer-a,2026-01-25T08:00:00Z
baker-2014,Baker 2014,rct,Elsewhere,adults,52,reviewer-a,2026-01-25T08:10:00Z
";

const SCALES: &str = "\
version: 1
scales:
  - id: psqi
    name: Invented sleep score
    outcome: sleep
    min: 0
    max: 21
    higher_means: better
    source: invented
";

const ANSWERS: &str = "\
study,result,tool,variant,question,answer,source,quote,at,note
adams-2011,sleep,rob2,parallel-assignment,1.1,Y,Methods,drawn by lot,2026-01-26T09:00:00Z,
adams-2011,sleep,rob2,parallel-assignment,1.2,Y,Methods,opened after consent,2026-01-26T09:01:00Z,
adams-2011,sleep,rob2,parallel-assignment,1.3,N,Table 1,,2026-01-26T09:02:00Z,
";

const JUDGEMENTS: &str = "analysis,domain,proposed,final,reason,by,at,basis\n";

/// A template of the author's own in place of the built-in one.
pub(crate) const TEMPLATE: &str = "## Discussion\n\nWalking is pleasant.\n";

/// The files of the review.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("pipeline.yaml", PIPELINE),
    ("stages/pool/settings.yaml", SETTINGS),
    ("data/protocol.yaml", PROTOCOL),
    ("data/searches/2026-01-15/embase.ris", EXPORT),
    ("data/searches/2026-01-15/searches.yaml", SEARCHES),
    ("data/screening/reviewer-a.csv", VOTES),
    ("data/screening/reviewer-b.csv", VOTES_OF_THE_OTHER),
    ("data/screening/studies.csv", STUDIES),
    ("data/extraction/outcomes.csv", OUTCOMES),
    ("data/extraction/studies.csv", CHARACTERISTICS),
    ("data/extraction/scales.yaml", SCALES),
    ("data/risk-of-bias/reviewer-a.csv", ANSWERS),
    ("data/grade/judgements.csv", JUDGEMENTS),
    ("stages/report/templates/discussion.md.tera", TEMPLATE),
];

/// The review up to the pooled results, not yet run.
pub(crate) fn review() -> Review {
    Review::of(FILES)
}

/// The same up to the report.
pub(crate) fn whole() -> Review {
    let review = review();
    review.write(
        "pipeline.yaml",
        &format!("{}{TO_THE_REPORT}", PIPELINE.trim_end()),
    );
    review
}
