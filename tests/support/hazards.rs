//! A small review of four invented trials whose papers give a hazard ratio with its error alone, each in another way.

use super::{Review, mini};

const TRIALS: [(&str, &str, &str); 4] = [
    ("adams-2011", "Adams, Ruth", "2011"),
    ("baker-2014", "Baker, Tom", "2014"),
    ("clark-2016", "Clark, Ann", "2016"),
    ("drake-2019", "Drake, Lee", "2019"),
];

const TITLES: [&str; 4] = [
    "Evening walks and survival of older adults: a randomised trial",
    "Walking after heart failure: a long follow-up of a trial",
    "Time to death among walkers and others in nursing homes",
    "A pragmatic trial of step counters in primary care",
];

/// The form: log and standard error, interval, p value, and a comparison the other way about with an interval of 90 %.
pub(crate) const EFFECTS: &str = "\
study,outcome,scale,time,measure,arm,against,group,adjusted,adjusted_for,estimate,se,ci_lower,ci_upper,level,p,log,n,source,reported,extractor,at
adams-2011,death,,5-years,HR,walk,usual,intervention,yes,age; sex,-0.357,0.121,,,,,yes,640,Table 3,log HR -0.357 (SE 0.121),reviewer-a,2026-01-25T09:00:00Z
baker-2014,death,,5-years,HR,walk,usual,intervention,no,,0.83,,0.62,1.11,,,,310,Abstract,HR 0.83 (95% CI 0.62 to 1.11),reviewer-a,2026-01-25T09:01:00Z
clark-2016,death,,5-years,HR,walk,usual,intervention,yes,age,0.71,,,,,0.043,,205,p. 7,HR 0.71; P = 0.043,reviewer-a,2026-01-25T09:02:00Z
drake-2019,death,,5-years,HR,usual,walk,control,no,,1.22,,1.01,1.474,90,,,,Table 2,HR 1.22 (90% CI 1.01 to 1.474),reviewer-a,2026-01-25T09:03:00Z
";

pub(crate) const SETTINGS: &str = "\
analyses:
  - { id: death, title: Death from any cause, outcome: death, measure: HR, subgroup: country, moderators: [\"~ year\"] }
sensitivity:
  - { id: adjusted, title: Adjusted effects alone, adjusted: only }
  - { id: dl, title: DerSimonian-Laird estimator, tau2: DL }
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
    query: \"walk*:ti\"
    hits: 4
";

fn lines(head: &str, line: impl Fn(usize, &str, &str) -> String) -> String {
    let rows = TRIALS.iter().enumerate();
    rows.fold(head.to_owned(), |text, (at, (study, author, year))| {
        let doi = format!("10.5555/walk.{year}.{}", at + 1);
        let name = author.split(',').next().unwrap_or_default();
        let line = line(at, study, &doi);
        text + &line
            .replace("{author}", author)
            .replace("{name}", name)
            .replace("{year}", year)
    })
}

/// The review up to the report, not yet run; `effects` is the form.
pub(crate) fn review(effects: &str) -> Review {
    let review = mini::whole();
    let export = lines("", |at, _, doi| {
        format!(
            "TY  - JOUR\nAU  - {{author}}\nPY  - {{year}}\nTI  - {}\nJO  - Journal of Invented Walks\nVL  - {}\nSP  - {}\nDO  - {doi}\nER  - \n\n",
            TITLES[at],
            at + 3,
            10 * at + 1
        )
    });
    let votes = lines("record,stage,decision,reason,at,note,doi\n", |_, _, doi| {
        format!(
            ",title-abstract,include,,2026-01-20T09:00:00Z,,{doi}\n,full-text,include,,2026-01-21T09:00:00Z,,{doi}\n"
        )
    });
    let studies = lines(
        "study,label,record,primary,basis,by,at,doi\n",
        |_, study, doi| {
            format!(
                "{study},{{name}} {{year}},,yes,only report,reviewer-a,2026-01-22T09:00:00Z,{doi}\n"
            )
        },
    );
    let characteristics = lines(
        "study,label,design,country,year,extractor,at\n",
        |at, study, _| {
            let country = ["Nowhere", "Elsewhere"][at % 2];
            format!(
                "{study},{{name}} {{year}},rct,{country},{{year}},reviewer-a,2026-01-25T08:00:00Z\n"
            )
        },
    );
    let protocol = mini::PROTOCOL.replace(
        "  - { id: falls, name: Falls,",
        "  - { id: death, name: Death, role: primary, registered: true, direction: lower-is-better }\n  - { id: falls, name: Falls,",
    );
    for (path, text) in [
        ("data/protocol.yaml", protocol.as_str()),
        ("data/searches/2026-01-15/embase.ris", &export),
        ("data/searches/2026-01-15/searches.yaml", SEARCHES),
        ("data/screening/reviewer-a.csv", &votes),
        ("data/screening/reviewer-b.csv", &votes),
        ("data/screening/studies.csv", &studies),
        ("data/extraction/studies.csv", &characteristics),
        ("data/extraction/effects.csv", effects),
        ("stages/pool/settings.yaml", SETTINGS),
    ] {
        review.write(path, text);
    }
    review.delete("data/extraction/outcomes.csv");
    review.delete("data/risk-of-bias/reviewer-a.csv");
    review.write(
        "data/risk-of-bias/reviewer-a.csv",
        "study,result,tool,variant,question,answer,source,quote,at,note\nadams-2011,death,rob2,parallel-assignment,1.1,Y,Methods,drawn by lot,2026-01-26T09:00:00Z,\n",
    );
    review.replace(
        "pipeline.yaml",
        "assessments: data/risk-of-bias/ }",
        "assessments: data/risk-of-bias/, outcomes: extract.outcomes, reported: extract.effects }",
    );
    review.replace(
        "pipeline.yaml",
        "      scales: extract.scales\n      bias: risk-of-bias.overall\n",
        "      reported: extract.effects\n      scales: extract.scales\n      bias: risk-of-bias.overall\n",
    );
    review.replace(
        "pipeline.yaml",
        "      conversions: extract.conversions\n",
        "      conversions: extract.conversions\n      reported: extract.effects\n      regressions: pool.regressions\n",
    );
    review
}
