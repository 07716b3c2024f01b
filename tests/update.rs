//! A review over several search rounds: what is carried, what is new, what is asked.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use support::{Review, mini};

const NEXT: &str = "data/searches/2026-07-01/";

/// The searches file of a round with one export.
fn searches(round: &str, file: &str, database: &str) -> String {
    format!(
        "version: 1\nround: \"{round}\"\nsearches:\n  - {{ id: a, file: {file}, database: {database}, platform: {database}, kind: database, date: \"{round}\", query: walk }}\n"
    )
}

/// The small review with a second round: the second trial in print with a PMID, one new record, one retraction notice.
fn with_a_second_round() -> Review {
    let review = mini::whole().built();
    let export = "\
PMID- 30000001
PT  - Journal Article
TI  - Walking before bed improves sleep in adults with insomnia: a randomised trial
FAU - Baker, Tom
DP  - 2015
TA  - Invented Archives of Walking
VI  - 3
IP  - 2
PG  - 101-110
LID - 10.5555/iaw.2014.101 [doi]

PMID- 30000002
PT  - Journal Article
TI  - Stair climbing and afternoon alertness of nurses: a crossover study
FAU - Dorn, Eva
DP  - 2026
TA  - Invented Archives of Walking
PG  - 7-12

PMID- 30000003
PT  - Retraction Notice
TI  - Retraction: Evening walks and the sleep of older adults: a randomised trial
DP  - 2026
TA  - Journal of Invented Sleep
PG  - 1
";
    review.write(&format!("{NEXT}pubmed.nbib"), export);
    review.write(
        &format!("{NEXT}searches.yaml"),
        &searches("2026-07-01", "pubmed.nbib", "MEDLINE"),
    );
    review
}

/// The cells of a column of a shown table, by key.
fn column(review: &Review, path: &str, name: &str) -> BTreeMap<String, String> {
    let bytes = review.bytes(&format!("reports/stages/{path}"));
    let sheet = review::artefact::Sheet::read(path, &bytes).expect("a table");
    let cell = |key: &str| sheet.cell(key, name).unwrap_or_default().to_owned();
    sheet
        .rows
        .keys()
        .map(|key| (key.to_owned(), cell(key)))
        .collect()
}

#[test]
fn starting_an_update_freezes_the_state_and_writes_nothing_over() {
    let review = mini::whole().built();
    let shown = review.tree("reports");
    let called = review.call(&["update", "start", "--date", "2026-07-01"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    for (path, bytes) in &shown {
        assert_eq!(
            &review.bytes(&format!("baselines/2026-01-15/{path}")),
            bytes
        );
    }
    assert!(called.out.contains("walk*:ti AND sleep:ti"), "{called:#?}");
    assert!(called.out.contains("[17-10-2025]/sd"), "{called:#?}");
    let skeleton = review.text(&format!("{NEXT}searches.yaml"));
    assert!(skeleton.contains("walk*:ti AND sleep:ti"), "{skeleton}");
    let again = review.call(&["update", "start", "--date", "2026-07-01"]);
    assert_eq!(again.exit, 2, "{again:#?}");
    assert_eq!(review.text(&format!("{NEXT}searches.yaml")), skeleton);
    let checked = review.call(&["check"]);
    assert_eq!(checked.exit, 0, "the skeleton is sound: {checked:#?}");
}

#[test]
fn a_baseline_of_the_same_day_with_another_state_stays_and_the_new_one_has_a_number() {
    let review = mini::review().built();
    let start = |day: &str| review.call(&["update", "start", "--date", day]);
    let called = start("2026-07-01");
    assert_eq!(called.exit, 0, "{called:#?}");
    let first = review.tree("baselines/2026-01-15");
    std::fs::remove_dir_all(review.path("data/searches/2026-07-01")).expect("taken away");
    let again = start("2026-07-02");
    assert!(again.out.contains("holds this state already"), "{again:#?}");
    std::fs::remove_dir_all(review.path("data/searches/2026-07-02")).expect("taken away");
    review.replace(
        "data/extraction/outcomes.csv",
        "40,14.2,3.1,",
        "40,14.3,3.1,",
    );
    review.run();
    let other = start("2026-07-03");
    assert_eq!(other.exit, 0, "{other:#?}");
    assert!(
        other.out.contains("baselines/2026-01-15-2/reports"),
        "{other:#?}"
    );
    assert_eq!(review.tree("baselines/2026-01-15"), first);
    let second = review.tree("baselines/2026-01-15-2");
    assert_eq!(second.len(), first.len());
    let folders = std::fs::read_dir(review.path("baselines")).expect("a folder");
    assert_eq!(folders.count(), 2, "nothing temporary is left");
    std::fs::remove_dir_all(review.path("data/searches/2026-07-03")).expect("taken away");
    std::fs::create_dir(review.path("data/searches/2026-07-04")).expect("a folder");
    let same = start("2026-07-04");
    assert!(same.err.contains("another day with --date"), "{same:#?}");
}

#[test]
fn an_update_of_a_state_that_is_not_fresh_or_not_later_is_refused() {
    let review = mini::whole().built();
    let early = review.call(&["update", "start", "--date", "2026-01-15"]);
    assert_eq!(early.exit, 2, "{early:#?}");
    assert!(early.err.contains("update::not-after"), "{early:#?}");
    review.replace(
        "data/extraction/outcomes.csv",
        "40,14.2,3.1,",
        "40,14.3,3.1,",
    );
    let stale = review.call(&["update", "start", "--date", "2026-07-01"]);
    assert_eq!(stale.exit, 2, "{stale:#?}");
    assert!(stale.err.contains("update::stale"), "{stale:#?}");
    assert!(!review.exists("baselines") && !review.exists("data/searches/2026-07-01"));
}

#[test]
fn the_status_of_searches_has_an_exit_code_for_a_scheduler() {
    let review = mini::review().built();
    let on = |day: &str| review.call(&["update", "status", "--max-age", "90d", "--today", day]);
    let early = on("2026-04-15");
    assert_eq!(
        (early.exit, early.out.contains("90 days ago")),
        (0, true),
        "{early:#?}"
    );
    let late = on("2026-04-16");
    assert_eq!(
        (late.exit, late.out.contains("1 of 1 searches are due")),
        (3, true),
        "{late:#?}"
    );
    assert_eq!(
        review
            .call(&["update", "status", "--today", "2030-01-01"])
            .exit,
        0
    );
}

#[test]
fn a_search_of_a_day_to_come_is_an_error_and_not_due_for_ever() {
    let review = mini::review().built();
    let run = review.call(&[
        "update",
        "status",
        "--max-age",
        "90d",
        "--today",
        "2026-01-01",
    ]);
    assert_eq!(run.exit, 2, "{run:#?}");
    assert!(run.err.contains("update::search-to-come"), "{run:#?}");
}

#[test]
fn errors_that_stand_in_the_exports_are_told_with_the_searches() {
    let review = mini::review();
    let list = "data/searches/2026-01-15/searches.yaml";
    review.replace(list, "embase.ris", "gone.ris");
    review.run();
    let run = review.call(&["update", "status", "--today", "2026-02-01"]);
    assert_eq!(run.exit, 2, "{run:#?}");
    assert!(run.err.contains("stand open in the exports"), "{run:#?}");
}

#[test]
fn a_diff_says_what_is_new_what_changed_and_what_went() {
    let review = mini::whole().built();
    assert_eq!(review.call(&["diff"]).exit, 2, "there is no baseline yet");
    review.call(&["update", "start", "--date", "2026-07-01"]);
    std::fs::remove_dir_all(review.path("data/searches/2026-07-01")).expect("taken away");
    let same = review.call(&["diff", "--exit-code"]);
    assert_eq!(
        (same.exit, same.out.contains("nothing differs")),
        (0, true),
        "{same:#?}"
    );
    review.replace(
        "data/extraction/outcomes.csv",
        "40,14.2,3.1,",
        "40,11.2,3.1,",
    );
    assert_eq!(review.run().exit, 0);
    let found = review.call(&["diff", "2026-01-15"]);
    assert_eq!(found.exit, 0, "{found:#?}");
    for part in [
        "What changed",
        "mean: 14.2 → 11.2",
        "pooled estimates: ",
        "Proposal: the conclusion ",
    ] {
        assert!(found.out.contains(part), "{part} in {}", found.out);
    }
    assert!(!found.out.contains("What is new"), "{}", found.out);
    assert_eq!(review.call(&["diff", "--exit-code"]).exit, 4);
    let json = review.call(&["diff", "--json"]).json();
    let tables = json["tables"].as_array().expect("tables");
    let outcomes = tables
        .iter()
        .find(|table| table["table"] == "outcomes")
        .expect("outcomes");
    assert_eq!(outcomes["changed"][0]["cells"][0]["new"], "11.2");
    assert_eq!(json["conclusion"]["analyses"][0]["analysis"], "sleep");
}

/// Commits the project as it stands to a new git repository.
fn commit(review: &Review) {
    for arguments in [
        &["init", "-q"][..],
        &["add", "-A"],
        &["commit", "-qm", "one"],
    ] {
        let mut command = std::process::Command::new("git");
        command.arg("-C").arg(review.root()).args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
        ]);
        let made = command.args(arguments).output().expect("git is there");
        assert!(made.status.success(), "{made:#?}");
    }
}

#[test]
fn a_diff_reads_the_stages_that_a_pattern_makes_of_a_revision_and_of_a_baseline() {
    let review = mini::whole();
    review.replace(
        "pipeline.yaml",
        "  - id: pool\n    uses: pool\n",
        "  - id: pool\n    foreach: stages/pool/*.yaml\n    uses: pool\n",
    );
    let review = review.built();
    commit(&review);
    review.call(&["update", "start", "--date", "2026-07-01"]);
    std::fs::remove_dir_all(review.path("data/searches/2026-07-01")).expect("taken away");
    review.replace(
        "data/extraction/outcomes.csv",
        "40,14.2,3.1,",
        "40,11.2,3.1,",
    );
    review.run();
    for state in ["HEAD", "2026-01-15"] {
        let found = review.call(&["diff", state]);
        assert_eq!(found.exit, 0, "{state}: {found:#?}");
        for part in ["pooled estimates: ", "corrected data: Adams 2011"] {
            assert!(found.out.contains(part), "{state}: {part} in {}", found.out);
        }
        let told = !found.out.contains("not told") && !found.out.contains("cannot be");
        assert!(told, "{state}: {}", found.out);
    }
}

#[test]
fn two_git_revisions_are_compared_without_touching_the_work_tree() {
    let review = mini::whole();
    review.run();
    commit(&review);
    review.replace(
        "data/extraction/outcomes.csv",
        "40,14.2,3.1,",
        "40,11.2,3.1,",
    );
    review.run();
    let now = review.tree("reports");
    let found = review.call(&["diff", "HEAD"]);
    assert_eq!(found.exit, 0, "{found:#?}");
    assert!(found.out.contains("mean: 14.2 → 11.2"), "{}", found.out);
    assert_eq!(review.tree("reports"), now);
    let unknown = review.call(&["diff", "HEAD~7"]);
    assert_eq!(unknown.exit, 2, "{unknown:#?}");
}

#[test]
fn a_new_round_renames_no_record_and_only_its_new_records_wait() {
    let review = with_a_second_round();
    let decided = column(&review, "screen/decisions.csv", "full_text");
    let outcomes = review.bytes("reports/stages/extract/outcomes.csv");
    review.run();
    let now = column(&review, "screen/decisions.csv", "full_text");
    for (record, decision) in &decided {
        assert_eq!(now.get(record), Some(decision), "{record}");
    }
    let waiting = column(&review, "screen/undecided.csv", "state");
    assert_eq!(waiting.len(), 2, "{waiting:#?}");
    assert_eq!(
        review.bytes("reports/stages/extract/outcomes.csv"),
        outcomes
    );
    let pmids = column(&review, "screen/decisions.csv", "pmid");
    let baker = "rec-2a3aef92b93a4901";
    assert_eq!(
        pmids[baker], "30000001",
        "the old record took what the new one knows"
    );
}

#[test]
fn the_retraction_of_an_included_study_is_told_at_once() {
    let review = with_a_second_round();
    let run = review.run();
    let told = run.problem("screening::standing").to_string();
    assert!(told.contains("Adams 2011 is retracted"), "{told}");
    let report = review.text("reports/report.md");
    for part in [
        "Adams 2011 is among the included studies, and has been retracted",
        "Adams 2011, whose effect is taken here, has been retracted",
    ] {
        assert!(report.contains(part), "{part} in {report}");
    }
    // In the record itself, by a database that is not the first.
    let marked = mini::EXPORT.replacen("ER  - ", "N1  - Retracted Publication\nER  - ", 1);
    let other = mini::review();
    other.write("data/searches/2026-01-15/embase.ris", &marked);
    let told = other.run().problem("screening::standing").to_string();
    assert!(told.contains("Adams 2011 is retracted"), "{told}");
}

#[test]
fn the_flow_of_an_update_counts_previous_new_and_total() {
    let review = mini::whole().built();
    review.call(&["update", "start", "--date", "2026-07-01"]);
    std::fs::remove_dir_all(review.path("data/searches/2026-07-01")).expect("taken away");
    let second = with_a_second_round();
    for name in ["pubmed.nbib", "searches.yaml"] {
        review.write(
            &format!("{NEXT}{name}"),
            &second.text(&format!("{NEXT}{name}")),
        );
    }
    review.replace(
        "pipeline.yaml",
        "      decisions: data/screening/\n",
        "      decisions: data/screening/\n      previous: baselines/2026-01-15/reports/stages/\n",
    );
    let run = review.run();
    let flow = column(&review, "screen/flow.csv", "count");
    for (name, count) in [
        ("previous-studies", "2"),
        ("previous-reports", "2"),
        ("records-identified-databases", "3"),
        ("duplicates-removed", "1"),
        ("records-screened", "2"),
        ("records-undecided", "2"),
        ("studies-included", "0"),
        ("total-studies", "2"),
        ("total-reports", "2"),
    ] {
        assert_eq!(
            flow.get(name).map(String::as_str),
            Some(count),
            "{name}: {flow:#?} {run:#?}"
        );
    }
    let report = review.text("reports/report.md");
    for part in [
        "The searches since the previous version gave 3 records from databases",
        "no new studies are included, two in all.",
    ] {
        assert!(report.contains(part), "{part} in {report}");
    }
    let figure = review.text("reports/figures/flow.svg");
    assert!(
        figure.contains("revious"),
        "the figure has the box of previous studies"
    );
    let trace = review.call(&["trace", "screen/flow#previous-studies/count"]);
    assert_eq!(trace.exit, 0, "{trace:#?}");
}

/// A piece of research that the databases of the life below hold.
struct Work {
    title: String,
    author: String,
    year: usize,
    page: usize,
    doi: String,
}

fn work(number: usize) -> Work {
    const WHAT: [&str; 11] = [
        "Gardening",
        "Choir singing",
        "Night shifts",
        "Cold baths",
        "Chess lessons",
        "Dog walking",
        "Silent reading",
        "Rope skipping",
        "Bread baking",
        "Letter writing",
        "Sea swimming",
    ];
    const OF: [&str; 7] = [
        "attention of pilots",
        "grip strength in retired miners",
        "appetite of toddlers",
        "blood pressure among teachers",
        "loneliness of students abroad",
        "back pain in harvest workers",
        "vision of tailors",
    ];
    const WHO: [&str; 13] = [
        "Abel", "Brandt", "Cheng", "Duarte", "Eklund", "Ferrari", "Gupta", "Hansen", "Ito",
        "Jensen", "Kowalski", "Lopez", "Moreau",
    ];
    Work {
        title: format!(
            "{} and the {}: evidence from cohort {number}",
            WHAT[number % 11],
            OF[number % 7]
        ),
        author: WHO[number % 13].to_owned(),
        year: 1990 + number % 30,
        page: 100 + 17 * number,
        doi: format!("10.5555/life.{number}"),
    }
}

impl Work {
    /// As Embase has it: online first without a place, or in print.
    fn ris(&self, in_print: bool) -> String {
        let place = if in_print {
            format!("VL  - {}\nSP  - {}\n", self.year - 1980, self.page)
        } else {
            String::new()
        };
        format!(
            "TY  - JOUR\nAU  - {}, A.\nPY  - {}\nTI  - {}\nJO  - Annals of Invented Lives\n{place}DO  - {}\nER  - \n\n",
            self.author, self.year, self.title, self.doi
        )
    }

    /// As PubMed has it.
    fn nbib(&self) -> String {
        format!(
            "PMID- {}\nTI  - {}.\nFAU - {}, Anna\nDP  - {}\nTA  - Ann Inv Lives\nVI  - {}\nPG  - {}\nLID - {} [doi]\n\n",
            31_000_000 + self.page,
            self.title,
            self.author,
            self.year,
            self.year - 1980,
            self.page,
            self.doi
        )
    }
}

const ROAD: &str = r"  - { id: import, uses: import, in: { searches: data/searches/ } }
  - { id: deduplicate, uses: deduplicate, in: { records: import.records, sources: import.sources } }
  - id: screen
    uses: screen
    in: { records: deduplicate.records, clusters: deduplicate.clusters, sources: import.sources, decisions: data/screening/ }
";

const HEAD: &str = "record,stage,decision,reason,at,note,doi\n";

/// Asks both reviewers for all that waits, until nothing does; gives what was asked, by title and stage.
fn screen_all(
    review: &Review,
    asked: &mut BTreeSet<(String, String)>,
    votes: &mut String,
) -> usize {
    let mut count = 0;
    loop {
        let waiting = column(review, "screen/undecided.csv", "stage");
        if waiting.is_empty() {
            return count;
        }
        let titles = column(review, "screen/decisions.csv", "title");
        let records = column(review, "screen/undecided.csv", "record");
        for (key, stage) in waiting {
            let record = &records[&key];
            let title = titles[record].trim_end_matches('.').to_owned();
            let number: usize = title
                .rsplit(' ')
                .next()
                .and_then(|last| last.parse().ok())
                .expect("a number");
            let (decision, reason) = match (stage.as_str(), number % 3, number % 2) {
                ("title-abstract", 0, _) | ("full-text", _, 0) => ("include", ""),
                _ => ("exclude", "off-topic"),
            };
            assert!(
                asked.insert((title.clone(), stage.clone())),
                "asked twice: {title}, {stage}"
            );
            writeln!(
                votes,
                "{record},{stage},{decision},{reason},2026-02-01T09:00:00Z,,"
            )
            .expect("a string");
            count += 1;
        }
        for reviewer in ["reviewer-a", "reviewer-b"] {
            review.write(
                &format!("data/screening/{reviewer}.csv"),
                &format!("{HEAD}{votes}"),
            );
        }
        review.run();
    }
}

#[test]
fn a_life_of_three_rounds_loses_no_decision_and_asks_nothing_twice() {
    let review = Review::pipeline(
        ROAD,
        &[
            ("data/screening/reviewer-a.csv", HEAD),
            ("data/screening/reviewer-b.csv", HEAD),
        ],
    );
    let works: Vec<Work> = (0..60).map(work).collect();
    let all =
        |range: &[Work], form: fn(&Work) -> String| range.iter().map(form).collect::<String>();
    // Names that would sort the later rounds first, were they not told apart by their days.
    let rounds = [
        (
            "z-first",
            "2024-01-10",
            "embase.ris",
            all(&works[..24], |work| work.ris(false)),
        ),
        (
            "m-second",
            "2025-01-10",
            "pubmed.nbib",
            all(&works[8..42], Work::nbib),
        ),
        (
            "a-third",
            "2026-01-10",
            "embase.ris",
            all(&works, |work| work.ris(true)),
        ),
    ];
    let (mut asked, mut votes) = (BTreeSet::new(), String::new());
    let mut decided: BTreeMap<String, (String, String)> = BTreeMap::new();
    for ((name, day, file, export), known) in rounds.into_iter().zip([24, 42, 60]) {
        review.write(&format!("data/searches/{name}/{file}"), &export);
        let database = if file == "embase.ris" {
            "Embase"
        } else {
            "MEDLINE"
        };
        review.write(
            &format!("data/searches/{name}/searches.yaml"),
            &searches(day, file, database),
        );
        review.run();
        let before = decided.len();
        let fresh = column(&review, "screen/decisions.csv", "title");
        assert_eq!(fresh.len(), known, "{name}: one record a work");
        let waiting = column(&review, "screen/undecided.csv", "record");
        assert_eq!(
            waiting.len(),
            known - before,
            "{name}: only new records wait"
        );
        screen_all(&review, &mut asked, &mut votes);
        let ends = column(&review, "screen/decisions.csv", "title_abstract");
        let texts = column(&review, "screen/decisions.csv", "full_text");
        for (record, end) in &decided {
            assert_eq!(
                (&ends[record], &texts[record]),
                (&end.0, &end.1),
                "{name}: {record}"
            );
        }
        decided = ends
            .into_iter()
            .map(|(record, end)| (record.clone(), (end, texts[&record].clone())))
            .collect();
        let counted = column(&review, "screen/votes.csv", "counts");
        assert_eq!(
            counted.len(),
            2 * asked.len(),
            "{name}: every vote finds its record"
        );
        assert!(counted.values().all(|counts| counts == "true"), "{name}");

        let scratch = Review::of::<&str>(&[]);
        for (path, bytes) in review.tree("data") {
            scratch.write(&path, &String::from_utf8(bytes).expect("text"));
        }
        scratch.write("pipeline.yaml", &review.text("pipeline.yaml"));
        scratch.run();
        assert_eq!(
            scratch.tree("reports"),
            review.tree("reports"),
            "{name}: incremental and from scratch"
        );
        assert_eq!(
            scratch.bytes("pipeline.lock"),
            review.bytes("pipeline.lock"),
            "{name}"
        );
    }
}

/// The small review up to screening, with a baseline of what `votes` makes of it, read as the version before.
fn with_a_baseline(votes: impl Fn(String) -> String) -> Review {
    let review = mini::review();
    let (stages, _) = mini::PIPELINE
        .split_once("  - { id: extract")
        .expect("a stage after screening");
    review.write("pipeline.yaml", stages);
    let all = review.text("data/screening/reviewer-a.csv");
    vote(&review, &votes(all.clone()));
    review.run();
    let started = review.call(&["update", "start", "--date", "2026-07-01"]);
    assert_eq!(started.exit, 0, "{started:#?}");
    std::fs::remove_dir_all(review.path("data/searches/2026-07-01")).expect("taken away");
    review.replace(
        "pipeline.yaml",
        "      decisions: data/screening/\n",
        "      decisions: data/screening/\n      previous: baselines/2026-01-15/reports/stages/\n",
    );
    vote(&review, &all);
    review
}

fn vote(review: &Review, votes: &str) {
    for reviewer in ["reviewer-a", "reviewer-b"] {
        review.write(&format!("data/screening/{reviewer}.csv"), votes);
    }
}

/// Runs, holds the identities F1 to F4, F7 and F8 against the printed flow, and gives its counts.
fn flow_that_adds_up(review: &Review) -> BTreeMap<String, i64> {
    let run = review.run();
    assert!(!run.codes().contains(&"screening::flow"), "{run:#?}");
    let flow: BTreeMap<String, i64> = column(review, "screen/flow.csv", "count")
        .into_iter()
        .map(|(name, count)| (name, count.parse().expect("a count")))
        .collect();
    let n = |name: &str| flow.get(name).copied().unwrap_or(0);
    let identified = n("records-identified-databases")
        + n("records-identified-registers")
        + n("records-carried");
    let identities = [
        (
            "F1",
            n("records-screened"),
            identified - n("duplicates-removed"),
        ),
        (
            "F2",
            n("reports-sought"),
            n("records-screened") - n("records-excluded") - n("records-undecided"),
        ),
        (
            "F3",
            n("reports-assessed"),
            n("reports-sought") - n("reports-not-retrieved"),
        ),
        (
            "F4",
            n("reports-included") + n("new-reports-of-previous"),
            n("reports-assessed") - n("reports-excluded") - n("reports-undecided"),
        ),
        (
            "F7",
            n("total-studies"),
            n("previous-studies") + n("studies-included") - n("previous-removed"),
        ),
        (
            "F8",
            n("total-reports"),
            n("previous-reports") + n("reports-included") + n("new-reports-of-previous")
                - n("previous-reports-removed"),
        ),
    ];
    for (identity, found, wanted) in identities {
        assert_eq!(found, wanted, "{identity}: {flow:#?}");
    }
    flow
}

const ADAMS: &str = "rec-e077d4427f9a1d61";
const BAKER: &str = "rec-2a3aef92b93a4901";

#[test]
fn a_record_that_waited_in_the_baseline_and_was_decided_since_counts_as_new() {
    let review = with_a_baseline(|votes| {
        let lines = votes.lines();
        let kept = lines.filter(|line| !line.starts_with(&format!("{BAKER},full-text")));
        kept.chain([""]).collect::<Vec<_>>().join("\n")
    });
    let flow = flow_that_adds_up(&review);
    for (name, count) in [
        ("previous-studies", 1),
        ("records-identified-databases", 0),
        ("records-carried", 1),
        ("records-screened", 1),
        ("studies-included", 1),
        ("total-studies", 2),
    ] {
        assert_eq!(flow.get(name), Some(&count), "{name}: {flow:#?}");
    }
}

#[test]
fn a_record_taken_out_of_an_old_cluster_counts_as_one_of_the_previous_version() {
    let review = with_a_baseline(|votes| votes);
    review.write(
        "data/deduplication/verdicts.csv",
        &format!("id1,id2,verdict\nrec-037bd06774780b71,{BAKER},different\n"),
    );
    review.replace(
        "pipeline.yaml",
        "sources: import.sources } }",
        "sources: import.sources, verdicts: data/deduplication/ } }",
    );
    let flow = flow_that_adds_up(&review);
    for (name, count) in [
        ("records-carried", 1),
        ("duplicates-removed", 0),
        ("records-screened", 1),
        ("records-undecided", 1),
        ("studies-included", 0),
        ("total-studies", 2),
    ] {
        assert_eq!(flow.get(name), Some(&count), "{name}: {flow:#?}");
    }
}

#[test]
fn a_previous_study_that_is_dropped_leaves_with_its_report() {
    let review = with_a_baseline(|votes| votes);
    let votes = review.text("data/screening/reviewer-a.csv");
    let dropped = format!("{ADAMS},full-text,include,");
    assert!(votes.contains(&dropped));
    let excluded = format!("{ADAMS},full-text,exclude,wrong-design");
    vote(&review, &votes.replace(&dropped, &excluded));
    let flow = flow_that_adds_up(&review);
    for (name, count) in [
        ("previous-reports", 2),
        ("previous-removed", 1),
        ("previous-reports-removed", 1),
        ("records-screened", 0),
        ("total-studies", 1),
        ("total-reports", 1),
    ] {
        assert_eq!(flow.get(name), Some(&count), "{name}: {flow:#?}");
    }
}

#[test]
fn a_report_of_two_studies_is_one_report() {
    let review = with_a_baseline(|votes| votes);
    let path = "data/screening/studies.csv";
    let linked = review.text(path);
    review.write(
        path,
        &format!("{linked}extra,Extra 2011,{ADAMS},yes,also,reviewer-a,2026-01-22T09:00:00Z,\n"),
    );
    let flow = flow_that_adds_up(&review);
    for (name, count) in [
        ("studies-included", 1),
        ("reports-included", 0),
        ("total-studies", 3),
        ("total-reports", 2),
    ] {
        assert_eq!(flow.get(name), Some(&count), "{name}: {flow:#?}");
    }
    review.replace(
        "pipeline.yaml",
        "\n      previous: baselines/2026-01-15/reports/stages/",
        "",
    );
    let run = review.run();
    assert!(!run.codes().contains(&"screening::flow"), "{run:#?}");
    let flow = column(&review, "screen/flow.csv", "count");
    let counts = ["studies-included", "reports-included"].map(|name| flow[name].as_str());
    assert_eq!(counts, ["3", "2"]);
}

#[test]
fn a_folder_that_is_no_baseline_is_an_error_that_names_its_tables() {
    let review = with_a_baseline(|votes| votes);
    review.replace(
        "pipeline.yaml",
        "baselines/2026-01-15/reports/stages/",
        "baselines/2026-01-15/reports/stages/import/",
    );
    let run = review.run();
    let told = run.problem("screening::previous").to_string();
    assert!(
        told.contains("baselines/2026-01-15/reports/stages/import"),
        "{told}"
    );
    let missing = run
        .codes()
        .iter()
        .filter(|code| **code == "screening::previous")
        .count();
    assert_eq!(missing, 3, "{run:#?}");
}
