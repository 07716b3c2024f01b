//! Several search rounds: going back to each of them, and what is said when a round, an export or a baseline is not what it should be.

mod support;

use std::fs;
use support::{Called, Review, mini};

/// The folder and the export of each further round: day of the search, window, PubMed number, title.
const ROUNDS: [(&str, &str, u32, &str); 3] = [
    (
        "2026-07-01",
        "2025-10-17",
        30_000_001,
        "Stair climbing and afternoon alertness of nurses",
    ),
    (
        "2026-12-01",
        "2026-04-02",
        30_000_002,
        "Lullabies for shift workers: a cohort",
    ),
    (
        "2027-06-01",
        "2026-09-02",
        30_000_003,
        "Warm milk and dreams: a case series",
    ),
];

/// The export of a round: one record, entered on a day.
fn export(number: u32, title: &str, entered: &str) -> String {
    format!(
        "PMID- {number}\nPT  - Journal Article\nTI  - {title}\nFAU - Dorn, Eva\nDP  - {}\nTA  - Invented Archives\nPG  - {}-99\nEDAT- {}\n\n",
        &entered[..4],
        number % 100,
        entered.replace('-', "/"),
    )
}

fn searches(round: &str, date: &str, limits: &str) -> String {
    format!(
        "version: 1\nround: \"{round}\"\nsearches:\n  - {{ id: a, file: pubmed.nbib, database: MEDLINE, platform: PubMed, kind: database, date: \"{date}\", query: walk, limits: \"{limits}\" }}\n"
    )
}

/// Starts a round and puts its export and what was searched there.
fn begin(review: &Review, (round, from, number, title): (&str, &str, u32, &str)) {
    let started = review.call(&["update", "start", "--date", round]);
    assert_eq!(started.exit, 0, "{started:#?}");
    let folder = format!("data/searches/{round}/");
    let limits = format!("entry date [edat], {from} to {round}");
    review.write(
        &format!("{folder}searches.yaml"),
        &searches(round, round, &limits),
    );
    review.write(
        &format!("{folder}pubmed.nbib"),
        &export(number, title, round),
    );
}

/// The small review with one baseline and a second round.
fn with_a_round() -> Review {
    let review = mini::whole().built();
    begin(&review, ROUNDS[0]);
    review.built()
}

fn went_back(review: &Review, tag: &str) -> Called {
    let called = review.call(&["run", "--at", tag]);
    assert_eq!(called.exit, 0, "{called:#?}");
    called
}

#[test]
fn going_back_to_any_of_several_rounds_gives_its_bytes_and_touches_nothing() {
    let review = mini::whole().built();
    let mut kept = Vec::new();
    for (round, name) in ROUNDS
        .into_iter()
        .zip(["2026-01-15", "2026-07-01", "2026-12-01"])
    {
        kept.push((name, review.tree("reports"), review.bytes("pipeline.lock")));
        begin(&review, round);
        let previous = format!(
            "      decisions: data/screening/\n      previous: baselines/{name}/reports/stages/\n"
        );
        let text = review.text("pipeline.yaml");
        let before = kept.len().checked_sub(2).map(|before| kept[before].0);
        let old = before.map_or("      decisions: data/screening/\n".to_owned(), |before| {
            format!("      decisions: data/screening/\n      previous: baselines/{before}/reports/stages/\n")
        });
        assert!(text.contains(&old), "{text}");
        review.write("pipeline.yaml", &text.replace(&old, &previous));
        // Each round reads a number of an old study otherwise.
        let now = format!("40,14.{},3.1,", kept.len() + 2);
        let was = format!("40,14.{},3.1,", kept.len() + 1);
        review.replace("data/extraction/outcomes.csv", &was, &now);
        assert_eq!(review.run().exit, 0);
    }
    let now = review.tree("reports");
    let baselines = review.tree("baselines");
    for (name, reports, lock) in &kept {
        let called = went_back(&review, name);
        let there = format!(".review/at/{name}");
        assert!(called.out.contains(&there), "{called:#?}");
        for (path, bytes) in reports {
            assert_eq!(
                &review.bytes(&format!("{there}/{path}")),
                bytes,
                "{name}: {path}"
            );
        }
        assert_eq!(
            review.tree(&format!("{there}/reports")).len(),
            reports.len(),
            "{name}"
        );
        assert_eq!(
            &review.bytes(&format!("{there}/pipeline.lock")),
            lock,
            "{name}"
        );
    }
    // Twice gives the same, and a folder of one's own is not written over.
    went_back(&review, "baselines/2026-07-01/");
    let own = review.call(&["run", "--at", "2026-07-01", "--to", "old", "--json"]);
    assert_eq!(
        (own.exit, own.json()["same"].as_u64()),
        (0, own.json()["outputs"].as_u64()),
        "{own:#?}"
    );
    let over = review.call(&["run", "--at", "2026-07-01", "--to", "old"]);
    assert!(
        over.exit == 2 && over.err.contains("update::exists"),
        "{over:#?}"
    );
    assert_eq!(review.tree("reports"), now);
    assert_eq!(review.tree("baselines"), baselines);
    review.run().assert_nothing_happened();
}

#[test]
fn going_back_to_a_git_revision_gives_its_bytes_and_leaves_repository_and_work_tree_alone() {
    let review = mini::whole().built();
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.arg("-C").arg(review.root()).args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
        ]);
        let made = command.args(arguments).output().expect("git is there");
        assert!(made.status.success(), "{arguments:?}");
        String::from_utf8_lossy(&made.stdout).into_owned()
    };
    review.write(".gitignore", ".review/\n");
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "one"]);
    git(&["tag", "v1"]);
    let first = review.tree("reports");
    review.replace(
        "data/extraction/outcomes.csv",
        "40,14.2,3.1,",
        "40,11.2,3.1,",
    );
    review.run();
    let now = review.tree("reports");
    let status = git(&["status", "--porcelain"]);
    went_back(&review, "v1");
    for (path, bytes) in &first {
        assert_eq!(
            &review.bytes(&format!(".review/at/v1/{path}")),
            bytes,
            "{path}"
        );
    }
    assert_eq!(review.tree("reports"), now);
    assert_eq!(git(&["status", "--porcelain"]), status);
    let unknown = review.call(&["run", "--at", "v7"]);
    assert!(
        unknown.exit == 2 && unknown.err.contains("update::no-state"),
        "{unknown:#?}"
    );
}

#[test]
fn a_baseline_that_was_edited_is_told_with_the_way_back_and_is_not_gone_back_to() {
    let review = with_a_round();
    review.replace(
        "pipeline.yaml",
        "      decisions: data/screening/\n",
        "      decisions: data/screening/\n      previous: baselines/2026-01-15/reports/stages/\n",
    );
    assert_eq!(review.run().exit, 0);
    let votes = "baselines/2026-01-15/data/screening/reviewer-a.csv";
    review.replace(votes, "wrong-intervention", "wrong-design");
    let back = review.call(&["run", "--at", "2026-01-15"]);
    assert_eq!(back.exit, 4, "{back:#?}");
    for part in [
        "update::edited-baseline",
        votes,
        "cp 'data/screening/reviewer-a.csv'",
    ] {
        assert!(back.err.contains(part), "{part}: {back:#?}");
    }
    let compared = review.call(&["diff"]);
    assert!(
        compared.exit == 2 && compared.err.contains("update::edited-baseline"),
        "{compared:#?}"
    );
    fs::copy(
        review.path("data/screening/reviewer-a.csv"),
        review.path(votes),
    )
    .expect("copied");
    went_back(&review, "2026-01-15");

    // One of the tables that the flow of the update reads; the same bytes are still in the cache.
    let table = "baselines/2026-01-15/reports/stages/screen/included.csv";
    let whole = review.text(table);
    review.write(table, &whole.replace("Adams 2011", "Adams 2012"));
    let run = review.run();
    assert_eq!(run.exit, 2, "{run:#?}");
    let told = run.problem("update::edited-baseline");
    assert!(told.to_string().contains(table), "{told:#?}");
    fs::remove_file(review.path(table)).expect("removed");
    let run = review.run();
    let told = run.problem("update::edited-baseline").to_string();
    assert!(told.contains("is gone"), "{told}");
    review.write(table, &whole);
    assert_eq!(review.run().exit, 0);
}

#[test]
fn an_old_export_that_is_deleted_or_replaced_is_told_with_the_way_back() {
    let review = with_a_round();
    let path = "data/searches/2026-01-15/embase.ris";
    let bytes = review.text(path);
    let listed = "data/searches/2026-01-15/searches.yaml";
    let list = review.text(listed);
    fs::remove_file(review.path(path)).expect("removed");
    fs::remove_file(review.path(listed)).expect("removed");
    let run = review.run();
    assert_eq!(run.exit, 2, "{run:#?}");
    let told = run.problem("update::export-gone").to_string();
    assert!(told.contains("cp 'baselines/2026-01-15/data/searches/2026-01-15/embase.ris' 'data/searches/2026-01-15/embase.ris'"), "{told}");
    let stopped = review.call(&["update", "start", "--date", "2026-12-01"]);
    assert!(
        stopped.exit == 2 && stopped.err.contains("update::export-gone"),
        "{stopped:#?}"
    );

    // An export of a later search, saved over the old one.
    review.write(listed, &list);
    review.write(path, &bytes.replace("Morning light", "Evening light"));
    let run = review.run();
    let told = run.problem("update::export-changed").to_string();
    assert!(told.contains("folder of its own round"), "{told}");

    // The way back; a renamed export is the same export.
    fs::copy(
        review.path(&format!("baselines/2026-01-15/{path}")),
        review.path("data/searches/2026-01-15/other.ris"),
    )
    .expect("copied");
    fs::remove_file(review.path(path)).expect("removed");
    review.write(listed, &list.replace("embase.ris", "other.ris"));
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
}

#[test]
fn an_export_of_the_wrong_window_is_told() {
    let review = with_a_round();
    let folder = "data/searches/2026-07-01/";
    review.write(
        &format!("{folder}pubmed.nbib"),
        &export(30_000_009, "An older title", "2025-03-04"),
    );
    let run = review.run();
    let told = run.problem("import::outside-window").to_string();
    assert!(
        told.contains("1 of 1 records") && told.contains("2025-03-04"),
        "{told}"
    );
    assert!(told.contains("export again with the window"), "{told}");
    // The window of a second round begins after the search of the first: days are lost.
    begin(
        &review,
        ("2026-12-01", "2026-09-02", 30_000_002, "A later title"),
    );
    let run = review.run();
    let told = run.problem("import::window-gap").to_string();
    assert!(
        told.contains("63 days after its last search of 2026-07-01"),
        "{told}"
    );
}

#[test]
fn an_export_dropped_on_the_wrong_round_is_told() {
    let review = with_a_round();
    // The export of the second round once more, as that of a third.
    begin(&review, ROUNDS[1]);
    let second = review.text("data/searches/2026-07-01/pubmed.nbib");
    review.write("data/searches/2026-12-01/pubmed.nbib", &second);
    let run = review.run();
    assert_eq!(run.exit, 2, "{run:#?}");
    let told = run.problem("import::same-export").to_string();
    assert!(
        told.contains("2026-12-01") && told.contains("2026-07-01"),
        "{told}"
    );
    // The export of the third round on the folder of the second.
    review.write(
        "data/searches/2026-12-01/pubmed.nbib",
        &export(30_000_003, "Another title", "2026-11-21"),
    );
    review.write(
        "data/searches/2026-07-01/pubmed.nbib",
        &export(30_000_002, "Lullabies", "2026-11-20"),
    );
    let run = review.run();
    let told = run.problem("update::export-changed").to_string();
    assert!(
        told.contains("data/searches/2026-07-01/pubmed.nbib"),
        "{told}"
    );
    assert!(run.codes().contains(&"import::outside-window"), "{run:#?}");
}

#[test]
fn a_schedule_is_written_once_and_names_no_host_but_the_public_one() {
    let review = mini::review();
    let path = ".github/workflows/review-update.yml";
    let called = review.call(&["update", "schedule", "--max-age", "30d"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let text = review.text(path);
    for part in [
        "cron:",
        "review run --rehash",
        "review update status --max-age 30d",
        "--require-complete",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("@MAX_AGE@"), "{text}");
    assert!(!text.contains("http"), "{text}");
    assert_eq!(
        review.call(&["update", "schedule"]).exit,
        2,
        "nothing is written over"
    );
    assert_eq!(review.text(path), text);
    let printed = review.call(&["update", "schedule", "--print", "--max-age", "30d"]);
    assert_eq!(printed.out.trim_end(), text.trim_end());
    assert_eq!(
        review
            .call(&["update", "schedule", "--max-age", "often"])
            .exit,
        2
    );
    // The steps do what they say: a review that is not due, and one that is.
    review.run();
    let due = |day: &str| {
        review
            .call(&["update", "status", "--max-age", "30d", "--today", day])
            .exit
    };
    assert_eq!((due("2026-02-01"), due("2026-03-01")), (0, 3));
}
