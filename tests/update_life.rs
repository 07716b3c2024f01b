//! The life of a review: five search rounds whose truth is known, each built step by step and from scratch.
//!
//! Small here; `SIMULATE=full` makes it 20 000 records with 100 studies (`SIMULATE=100x10` any other size), and `REVIEW_BIN` names another build of the program
//! (`scripts/simulate-updates` sets both). Everything is invented.

#![expect(
    clippy::disallowed_methods,
    reason = "the size of the simulation is asked of the environment"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Instant;
use support::{Review, mini};

/// The days of the rounds.
const DAYS: [&str; 5] = [
    "2022-01-10",
    "2023-01-10",
    "2024-01-10",
    "2025-01-10",
    "2026-01-10",
];

/// The first day of each round's window: 90 days before the search before.
const FROM: [&str; 5] = ["", "2021-10-12", "2022-10-12", "2023-10-12", "2024-10-12"];

/// The days on which databases entered what is new in each round; within 90 days before its search.
const ENTERED: [&str; 5] = [
    "2021/12/20",
    "2022/12/20",
    "2023/12/20",
    "2024/12/20",
    "2025/12/20",
];

/// How large the life is.
#[derive(Clone, Copy)]
struct Size {
    /// Publications.
    works: usize,
    /// Studies among them.
    studies: usize,
}

impl Size {
    /// Small when nothing is asked; `full`; or as `WORKSxSTUDIES`, to look for a size that fails.
    fn asked(text: Option<&str>) -> Self {
        let (works, studies) = match text {
            None => (150, 15),
            Some("full") => (13_000, 100),
            Some(text) => text
                .split_once('x')
                .and_then(|(works, studies)| Some((works.parse().ok()?, studies.parse().ok()?)))
                .expect("`full`, or a size as `100x10`"),
        };
        Self { works, studies }
    }
}

/// A number out of two, always the same, spread over all bits (after Steele 2014, `SplitMix64`).
fn mixed(a: usize, b: usize) -> u64 {
    let mut z = (a as u64) << 20 ^ (b as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// An invented word.
fn word(seed: u64) -> String {
    const PARTS: [&str; 32] = [
        "ba", "cor", "del", "fin", "gro", "hal", "jun", "kel", "lim", "mor", "nat", "pol", "qui",
        "ros", "sil", "tam", "ula", "ven", "wor", "xan", "yel", "zim", "bri", "cal", "dur", "eno",
        "fal", "gim", "hor", "ist", "kan", "lor",
    ];
    let part = |shift: u32| PARTS[(seed >> shift & 31) as usize];
    let long = if seed & 1 << 40 == 0 { part(15) } else { "" };
    format!("{}{}{}{long}", part(0), part(5), part(10))
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// A publication.
struct Work {
    number: usize,
    /// Round in which a database has it first.
    round: usize,
    /// Its study, when it is a report of one.
    study: Option<usize>,
    /// The round in which a journal has what is a preprint at first.
    published: Option<usize>,
    /// Whether it is a further report of a study that is known by then.
    further: bool,
    title: String,
    authors: Vec<(String, String)>,
    doi: String,
}

impl Work {
    fn new(number: usize, round: usize, study: Option<usize>) -> Self {
        let say = |at: usize| word(mixed(number, at));
        let title = format!(
            "{} {} {} of {} in {} {}: the {} {} trial",
            capital(&say(1)),
            say(2),
            say(3),
            say(4),
            say(5),
            say(6),
            say(7),
            say(8)
        );
        let authors =
            (0..2 + number % 3).map(|at| (capital(&say(20 + at)), capital(&say(30 + at))));
        Self {
            number,
            round,
            study,
            published: None,
            further: false,
            title,
            authors: authors.collect(),
            doi: format!("10.5555/life.{number}"),
        }
    }

    /// The round in which a journal has it.
    fn printed(&self) -> usize {
        self.published.unwrap_or(self.round)
    }

    /// The year of the journal.
    fn year(&self) -> usize {
        2021 + self.printed()
    }

    /// The DOI that a preprint server gave.
    fn preprint_doi(&self) -> String {
        format!(
            "10.1101/{}.01.01.{}",
            2021 + self.round,
            20_000_000 + self.number
        )
    }

    fn journal(&self) -> String {
        format!(
            "Journal of {} Studies",
            capital(&word(mixed(self.number % 40, 77)))
        )
    }

    /// Volume and pages, once it is in print.
    fn place(&self) -> (usize, usize) {
        (10 + self.number % 40, 1 + 7 * (self.number % 400))
    }

    fn in_embase(&self) -> bool {
        self.number % 10 < 7
    }

    fn in_pubmed(&self, again: bool) -> bool {
        self.number % 10 < 4 || self.number % 10 > 6 || again
    }

    /// As Embase has it; at first some are online without a place.
    fn ris(&self, again: bool) -> String {
        let mut text = String::from("TY  - JOUR\n");
        for (family, given) in &self.authors {
            writeln!(text, "AU  - {family}, {}.", &given[..1]).expect("a string");
        }
        writeln!(
            text,
            "PY  - {}\nTI  - {}\nJO  - {}",
            self.year(),
            self.title,
            self.journal()
        )
        .expect("a string");
        let (volume, page) = self.place();
        if again || self.number % 4 != 1 {
            writeln!(text, "VL  - {volume}\nSP  - {page}\nEP  - {}", page + 6).expect("a string");
        }
        writeln!(text, "DO  - {}\nER  - \n", self.doi).expect("a string");
        text
    }

    /// As PubMed has it; where Embase has it too, some lack the DOI.
    fn nbib(&self, again: bool) -> String {
        let (volume, page) = self.place();
        let mut text = format!(
            "PMID- {}\nPT  - Journal Article\nTI  - {}.\n",
            40_000_000 + self.number,
            self.title
        );
        for (family, given) in &self.authors {
            writeln!(text, "FAU - {family}, {given}").expect("a string");
        }
        writeln!(
            text,
            "DP  - {}\nTA  - {}\nVI  - {volume}\nPG  - {page}-{}",
            self.year(),
            self.journal(),
            page + 6
        )
        .expect("a string");
        if again || !self.in_embase() || !self.number.is_multiple_of(3) {
            writeln!(text, "LID - {} [doi]", self.doi).expect("a string");
        }
        writeln!(text, "EDAT- {} 06:00\n", ENTERED[self.printed()]).expect("a string");
        text
    }

    /// As a preprint server has it.
    fn preprint(&self) -> String {
        let mut text = String::from("TY  - JOUR\n");
        for (family, given) in &self.authors {
            writeln!(text, "AU  - {family}, {given}").expect("a string");
        }
        writeln!(
            text,
            "PY  - {}\nTI  - {}\nJO  - medRxiv\nDO  - {}\nER  - \n",
            2021 + self.round,
            self.title,
            self.preprint_doi()
        )
        .expect("a string");
        text
    }
}

/// All publications: six tenths in the first round, a tenth in each later one; each later round has the article of a preprint of
/// the round before, which is the same publication, and a further report of that study, which is another.
fn works(size: Size) -> Vec<Work> {
    let every = size.works / size.studies;
    let mut works: Vec<Work> = (0..size.works)
        .map(|number| {
            let round = (number * 10 / size.works).saturating_sub(5).min(4);
            let study = number
                .is_multiple_of(every)
                .then_some(number / every)
                .filter(|study| *study < size.studies);
            Work::new(number, round, study)
        })
        .collect();
    for round in 0..4 {
        let preprint = works
            .iter_mut()
            .rfind(|work| work.round == round && work.study.is_some() && !work.further)
            .expect("a study in each round");
        preprint.published = Some(round + 1);
        let study = preprint.study;
        let mut further = Work::new(works.len(), round + 1, study);
        further.further = true;
        works.push(further);
    }
    works
}

/// What people know of a work: the decision at each stage.
fn decision(work: &Work, stage: &str) -> (&'static str, &'static str) {
    match (stage, work.study) {
        (_, Some(_)) => ("include", ""),
        ("title-abstract", None) if work.number % 50 == 7 => ("include", ""),
        ("title-abstract", None) => ("exclude", "wrong-intervention"),
        _ => ("exclude", "wrong-design"),
    }
}

/// The numbers of a study: n, mean and SD of both arms.
fn numbers(study: usize, corrected: bool) -> [(u64, f64, f64); 2] {
    let part = |at: usize, of: u64| mixed(study + 1000, at) % of;
    let tenth = |whole: u64| f64::from(u32::try_from(whole).expect("small")) / 10.0;
    let better = if corrected { 9 } else { 0 };
    [
        (
            20 + part(1, 60),
            tenth(130 + part(2, 40) + better),
            tenth(25 + part(3, 15)),
        ),
        (
            20 + part(4, 60),
            tenth(120 + part(5, 40)),
            tenth(25 + part(6, 15)),
        ),
    ]
}

/// The common effect by inverse variance, and the number of studies: computed here, beside the program.
fn truth(studies: &BTreeSet<usize>, corrected: Option<usize>) -> (f64, usize) {
    let (mut sum, mut weights) = (0.0, 0.0);
    for study in studies {
        let [(n1, m1, s1), (n2, m2, s2)] = numbers(*study, corrected == Some(*study));
        let share = |n: u64, s: f64| s * s / f64::from(u32::try_from(n).expect("small"));
        let weight = 1.0 / (share(n1, s1) + share(n2, s2));
        sum += weight * (m1 - m2);
        weights += weight;
    }
    (sum / weights, studies.len())
}

/// A table of the review as it is shown.
fn sheet(review: &Review, path: &str) -> review::artefact::Sheet {
    let path = format!("reports/stages/{path}");
    review::artefact::Sheet::read(&path, &review.bytes(&path)).expect("a table")
}

fn column(sheet: &review::artefact::Sheet, name: &str) -> BTreeMap<String, String> {
    let keys = sheet.rows.keys();
    keys.map(|key| {
        (
            key.to_owned(),
            sheet.cell(key, name).expect("a column").to_owned(),
        )
    })
    .collect()
}

const VOTES: &str = "record,stage,decision,reason,at,note,doi\n";

/// The life so far.
struct Life {
    review: Review,
    works: Vec<Work>,
    /// By the DOI that a merged record shows.
    by_doi: BTreeMap<String, usize>,
    asked: BTreeSet<(usize, String)>,
    votes: String,
    links: String,
    characteristics: String,
    studies: BTreeSet<usize>,
    corrected: Option<usize>,
    records: usize,
    /// Where each record ended, and of which work it is.
    decided: BTreeMap<String, (String, String)>,
}

impl Life {
    fn begin(size: Size) -> Self {
        let review = mini::whole();
        for path in [
            "data/searches/2026-01-15/embase.ris",
            "data/searches/2026-01-15/searches.yaml",
        ] {
            review.delete(path);
        }
        review.replace(
            "stages/pool/settings.yaml",
            "  - { id: falls, title: Falls, outcome: falls, designs: [rct], measure: RR }\n",
            "",
        );
        let answers = review.text("data/risk-of-bias/reviewer-a.csv");
        let head = answers.lines().next().expect("a header");
        review.write("data/risk-of-bias/reviewer-a.csv", &format!("{head}\n"));
        let works = works(size);
        let by_doi = works
            .iter()
            .flat_map(|work| [work.doi.clone(), work.preprint_doi()].map(|doi| (doi, work.number)))
            .collect();
        Self {
            review,
            works,
            by_doi,
            asked: BTreeSet::new(),
            votes: String::new(),
            links: String::new(),
            characteristics: String::new(),
            studies: BTreeSet::new(),
            corrected: None,
            records: 0,
            decided: BTreeMap::new(),
        }
    }

    /// Puts the exports of a round there: what is new, and of the round before what the overlap finds again.
    fn search(&mut self, round: usize) {
        let (mut ris, mut nbib, mut preprints) = (String::new(), String::new(), String::new());
        let mut counts = [0; 3];
        for work in &self.works {
            if work.published.is_some() && work.round == round {
                preprints += &work.preprint();
                counts[2] += 1;
            }
            let again = work.printed() + 1 == round && work.number.is_multiple_of(10);
            if work.printed() != round && !again {
                continue;
            }
            if work.in_embase() {
                ris += &work.ris(again);
                counts[0] += 1;
            }
            if work.in_pubmed(again) {
                nbib += &work.nbib(again);
                counts[1] += 1;
            }
        }
        if round == 3 {
            let study = self
                .works
                .iter()
                .find(|work| work.study == Some(0))
                .expect("the first study");
            writeln!(
                nbib,
                "PMID- 49000000\nPT  - Retraction Notice\nTI  - Retraction: {}\nDP  - 2025\nTA  - {}\nPG  - 1\nEDAT- {}\n",
                study.title, study.journal(), ENTERED[round]
            )
            .expect("a string");
            counts[1] += 1;
        }
        self.records += counts.iter().sum::<usize>();
        let day = DAYS[round];
        let limits = if round == 0 {
            String::new()
        } else {
            format!("entry date [edat], {} to {day}", FROM[round])
        };
        let mut list = format!("version: 1\nround: \"{day}\"\nsearches:\n");
        for (file, database, text, count) in [
            ("embase.ris", "Embase", &ris, counts[0]),
            ("pubmed.nbib", "MEDLINE", &nbib, counts[1]),
            ("preprints.ris", "medRxiv", &preprints, counts[2]),
        ] {
            if count > 0 {
                writeln!(list, "  - {{ id: {}, file: {file}, database: {database}, platform: {database}, kind: database, date: \"{day}\", query: walk, limits: \"{limits}\", hits: {count} }}", &file[..5]).expect("a string");
                self.review
                    .write(&format!("data/searches/{day}/{file}"), text);
            }
        }
        self.review
            .write(&format!("data/searches/{day}/searches.yaml"), &list);
    }

    /// The work of a record, by its DOI; the notice of retraction is none.
    fn work_of(&self, doi: &str) -> Option<usize> {
        self.by_doi.get(doi).copied()
    }

    /// Votes on all that waits, until nothing does; nothing may be asked a second time.
    fn screen(&mut self) {
        loop {
            let waiting = sheet(&self.review, "screen/undecided.csv");
            if waiting.rows.is_empty() {
                return;
            }
            let dois = column(&sheet(&self.review, "screen/decisions.csv"), "doi");
            for key in waiting.rows.keys() {
                let cell = |name: &str| waiting.cell(key, name).expect("a column").to_owned();
                let (record, stage) = (cell("record"), cell("stage"));
                let found = self.work_of(&dois[&record]);
                let (decision, reason) = match found {
                    Some(number) => decision(&self.works[number], &stage),
                    None => ("exclude", "wrong-design"),
                };
                let number = found.unwrap_or(usize::MAX);
                assert!(
                    self.asked.insert((number, stage.clone())),
                    "asked twice: work {number}, {stage}"
                );
                writeln!(
                    self.votes,
                    "{record},{stage},{decision},{reason},2026-02-01T09:00:00Z,,{}",
                    dois[&record]
                )
                .expect("a string");
                if stage == "full-text"
                    && let Some(study) = found.and_then(|number| self.works[number].study)
                {
                    self.link(&record, study, &dois[&record]);
                }
            }
            for reviewer in ["reviewer-a", "reviewer-b"] {
                self.review.write(
                    &format!("data/screening/{reviewer}.csv"),
                    &format!("{VOTES}{}", self.votes),
                );
            }
            self.keep_forms();
            self.review.run();
        }
    }

    fn link(&mut self, record: &str, study: usize, doi: &str) {
        let primary = if self.studies.insert(study) {
            "yes"
        } else {
            "no"
        };
        writeln!(self.links, "study-{study:04},Study {study:04},{record},{primary},by name,reviewer-a,2026-01-22T09:00:00Z,{doi}").expect("a string");
        if primary == "yes" {
            writeln!(self.characteristics, "study-{study:04},Study {study:04},rct,Nowhere,adults,100,reviewer-a,2026-01-25T08:00:00Z").expect("a string");
        }
    }

    /// Writes what people link and extract.
    fn keep_forms(&self) {
        let with_head = |path: &str, rows: &str| {
            let text = self.review.text(path);
            self.review.write(
                path,
                &format!("{}\n{rows}", text.lines().next().expect("a header")),
            );
        };
        with_head("data/screening/studies.csv", &self.links);
        with_head("data/extraction/studies.csv", &self.characteristics);
        let mut outcomes = String::new();
        for study in &self.studies {
            let arms = numbers(*study, self.corrected == Some(*study));
            for ((n, mean, sd), (arm, group)) in arms
                .into_iter()
                .zip([("walk", "intervention"), ("usual", "control")])
            {
                writeln!(outcomes, "study-{study:04},sleep,psqi,end,post,{arm},{group},{n},{mean},{sd},,,Table 2,{mean} ({sd}),reviewer-a,2026-01-25T09:00:00Z").expect("a string");
            }
        }
        with_head("data/extraction/outcomes.csv", &outcomes);
    }

    /// Holds what a round gave against the truth.
    fn check(&mut self, round: usize) {
        let decisions = sheet(&self.review, "screen/decisions.csv");
        let known =
            self.works.iter().filter(|work| work.round <= round).count() + usize::from(round >= 3);
        let shown: BTreeSet<usize> = column(&decisions, "doi")
            .values()
            .filter_map(|doi| self.work_of(doi))
            .collect();
        let lost: Vec<_> = (self.works.iter())
            .filter(|work| work.round <= round && !shown.contains(&work.number))
            .map(|work| (work.number, work.study, work.published, &work.title))
            .collect();
        assert_eq!(
            decisions.rows.len(),
            known,
            "round {round}: one record a publication; without one: {lost:?}"
        );
        let (ends, texts) = (
            column(&decisions, "title_abstract"),
            column(&decisions, "full_text"),
        );
        for (record, (end, text)) in &self.decided {
            assert_eq!(
                (&ends[record], &texts[record]),
                (end, text),
                "round {round}: {record}"
            );
        }
        self.decided = ends
            .into_iter()
            .map(|(record, end)| (record.clone(), (end, texts[&record].clone())))
            .collect();
        let votes = column(&sheet(&self.review, "screen/votes.csv"), "counts");
        assert_eq!(
            votes.len(),
            2 * self.asked.len(),
            "round {round}: every vote finds its record"
        );
        assert!(
            votes.values().all(|counts| counts == "true"),
            "round {round}"
        );
        let studies: BTreeSet<usize> = self
            .works
            .iter()
            .filter(|work| work.round <= round)
            .filter_map(|work| work.study)
            .collect();
        let included = sheet(&self.review, "screen/included.csv");
        let names: BTreeSet<String> = studies
            .iter()
            .map(|study| format!("study-{study:04}"))
            .collect();
        assert_eq!(
            included
                .rows
                .keys()
                .map(str::to_owned)
                .collect::<BTreeSet<_>>(),
            names,
            "round {round}"
        );
        let pooled = sheet(&self.review, "pool/pooled.csv");
        let common = pooled
            .rows
            .keys()
            .find(|key| pooled.cell(key, "method") == Some("CE"))
            .expect("a common effect");
        let number = |name: &str| {
            pooled
                .cell(common, name)
                .and_then(|text| text.parse::<f64>().ok())
                .expect("a number")
        };
        let (effect, k) = truth(&studies, self.corrected);
        assert!(
            (number("estimate") - effect).abs() < 1e-9 * effect.abs(),
            "round {round}: {} for {effect}",
            number("estimate")
        );
        assert_eq!(
            pooled.cell(common, "k"),
            Some(k.to_string().as_str()),
            "round {round}"
        );
        if round > 0 {
            self.check_news(round);
        }
    }

    fn check_news(&self, round: usize) {
        let version = sheet(&self.review, "update/version.csv");
        let cell = |name: &str| version.cell("version", name).expect("a column").to_owned();
        let new = || self.works.iter().filter(|work| work.round == round);
        let publications = new().count() + usize::from(round == 3);
        let studies = new()
            .filter(|work| work.study.is_some() && !work.further)
            .count();
        let reports = new().filter(|work| work.further).count();
        assert_eq!(
            cell("new_publications"),
            publications.to_string(),
            "round {round}"
        );
        assert_eq!(cell("new_studies"), studies.to_string(), "round {round}");
        assert_eq!(cell("new_reports"), reports.to_string(), "round {round}");
        assert_eq!(
            (cell("waiting"), cell("version")),
            ("0".to_owned(), format!("{}.0", round + 1)),
            "round {round}"
        );
        let causes = sheet(&self.review, "update/causes.csv");
        let told: BTreeSet<String> = column(&causes, "cause").into_values().collect();
        let mut wanted = BTreeSet::from(["new study".to_owned()]);
        if round == 2 {
            wanted.insert("corrected data".to_owned());
        }
        if round == 4 {
            wanted.insert("methods".to_owned());
        }
        assert_eq!(told, wanted, "round {round}");
        let rounds = sheet(&self.review, "update/rounds.csv");
        assert_eq!(rounds.rows.len(), round + 1, "a result for each round");
        let flow = column(&sheet(&self.review, "screen/flow.csv"), "count");
        let before = self.studies.len() - studies;
        let counts = ["previous-studies", "studies-included", "total-studies"]
            .map(|name| flow[name].clone());
        assert_eq!(
            counts,
            [before, studies, self.studies.len()].map(|count| count.to_string()),
            "round {round}"
        );
    }

    /// The same from scratch: everything that people keep, and nothing else.
    fn check_from_scratch(&self, round: usize) {
        let scratch = Review::of::<&str>(&[]);
        for folder in ["data", "stages", "baselines"] {
            for (path, bytes) in self.review.tree(folder) {
                scratch.write_bytes(&path, &bytes);
            }
        }
        scratch.write("pipeline.yaml", &self.review.text("pipeline.yaml"));
        scratch.run();
        let (made, kept) = (scratch.tree("reports"), self.review.tree("reports"));
        let differ: Vec<&String> = made
            .keys()
            .chain(kept.keys())
            .filter(|path| made.get(*path) != kept.get(*path))
            .collect();
        assert!(
            differ.is_empty(),
            "round {round}: incremental and from scratch differ in {differ:?}"
        );
        assert_eq!(
            scratch.bytes("pipeline.lock"),
            self.review.bytes("pipeline.lock"),
            "round {round}"
        );
    }

    /// Freezes the state, starts the round, and makes the review an update of what was frozen.
    fn start(&self, round: usize) {
        let started = self
            .review
            .call(&["update", "start", "--date", DAYS[round]]);
        assert_eq!(started.exit, 0, "{started:#?}");
        let baseline = format!("baselines/{}/", DAYS[round - 1]);
        let pipeline = self.review.text("pipeline.yaml");
        if round > 1 {
            let old = format!("baselines/{}/", DAYS[round - 2]);
            self.review
                .write("pipeline.yaml", &pipeline.replace(&old, &baseline));
            return;
        }
        let block = |from: &str, until: &str| {
            let (_, rest) = started.out.split_once(from).expect("it is told");
            let text = rest.split_once(until).map_or(rest, |(text, _)| text);
            format!("{}\n", text.trim_matches('\n'))
        };
        let (stage, wires) = (
            block("add this stage before `report`:", "and add to"),
            block("and add to `in:` of `report`:", "\0"),
        );
        let pipeline = pipeline
            .replace("  - id: report\n", &format!("{stage}  - id: report\n"))
            .replace(
                "      summary: grade.summary\n      problems:",
                &format!("      summary: grade.summary\n{wires}      problems:"),
            )
            .replace(
                "      decisions: data/screening/\n",
                &format!(
                    "      decisions: data/screening/\n      previous: {baseline}reports/stages/\n"
                ),
            );
        self.review.write("pipeline.yaml", &pipeline);
    }
}

#[test]
fn five_rounds_lose_no_decision_ask_nothing_twice_and_come_again_from_scratch() {
    let asked = std::env::var("SIMULATE").ok();
    let full = asked.is_some();
    let size = Size::asked(asked.as_deref());
    let clock = Instant::now();
    let mut life = Life::begin(size);
    for round in 0..DAYS.len() {
        if round > 0 {
            life.start(round);
        }
        life.search(round);
        let run = life.review.run();
        if round == 3 {
            let told = run.problem("screening::standing").to_string();
            assert!(told.contains("Study 0000 is retracted"), "{told}");
        }
        life.screen();
        if round == 2 {
            // An old study turns out to be misread: what depends on it runs again, and nothing else.
            life.corrected = Some(1);
            life.keep_forms();
            let run = life.review.run();
            assert_eq!(run.ran(), "extract pool grade update report", "{run:#?}");
        }
        if round == 4 {
            life.review
                .replace("stages/pool/settings.yaml", "tau2: REML", "tau2: DL");
            let run = life.review.run();
            assert_eq!(run.ran(), "pool grade update report", "{run:#?}");
        }
        life.check(round);
        life.check_from_scratch(round);
        if full {
            println!(
                "round {}: {} records, {} publications, {} studies, {:.0} s",
                round + 1,
                life.records,
                life.decided.len(),
                life.studies.len(),
                clock.elapsed().as_secs_f64()
            );
        }
    }
    life.review.run().assert_nothing_happened();
    // Back to every round; the small life only to the first and the last, for `update_rounds` goes back to all of its own.
    let back = if full {
        &DAYS[..4]
    } else {
        &[DAYS[0], DAYS[3]][..]
    };
    for day in back {
        let called = life.review.call(&["run", "--at", day]);
        assert_eq!(called.exit, 0, "{called:#?}");
    }
    let audit = life.review.call(&["audit"]);
    assert_eq!(audit.exit, 0, "every number is traced: {audit:#?}");
    if full {
        println!("{:.0} s in all", clock.elapsed().as_secs_f64());
    }
}
