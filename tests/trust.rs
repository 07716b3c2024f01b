//! Projects from somebody else: no program of theirs runs unasked, nothing of their cache is believed, nothing outside of the project
//! is touched.

mod support;

use support::{Called, Review, Run, mini};

const STAGE: &str = "  - { id: words, run: [sh, stages/words/count.sh, \"{in.a}\", \"{out.n}\"], in: { a: data/a.txt, script: stages/words/count.sh }, out: { n: reports/n.txt } }\n  \
                     - { id: below, run: [cp, \"{in.n}\", \"{out.m}\"], in: { n: words.n }, out: { m: reports/m.txt } }\n";

fn review() -> Review {
    let script = "wc -w < \"$1\" | tr -d ' ' > \"$2\"\n";
    Review::pipeline(
        STAGE,
        &[
            ("data/a.txt", "one two\n"),
            ("stages/words/count.sh", script),
        ],
    )
}

/// A run that nobody helps with `--trust`.
fn plain_run(review: &Review, more: &[&str]) -> Run {
    let mut command = review.review(&["run", "--json"]);
    Run::of(command.args(more).output().expect("it starts"))
}

fn trust(review: &Review, more: &[&str]) -> Called {
    review.call(&[&["trust"], more].concat())
}

#[test]
fn a_project_that_nobody_approved_runs_none_of_its_programs_and_says_so() {
    let review = review();
    let run = plain_run(&review, &[]);
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.with("skipped"), "words below");
    assert_eq!(run.reasons("words"), "not approved on this machine");
    assert_eq!(run.reasons("below"), "waits on words");
    let told = run.problem("engine::not-approved").to_string();
    assert!(
        told.contains("stages/words/count.sh") && told.contains("review trust"),
        "{told}"
    );
    assert_eq!(run.json["open_work"][0]["code"], "engine::not-approved");
    assert!(!review.exists("reports/n.txt"));
    assert_eq!(plain_run(&review, &["--require-complete"]).exit, 3);
}

#[test]
fn everything_built_in_runs_beside_a_program_that_may_not() {
    let stage = "  - { id: mine, run: [cp, \"{in.a}\", \"{out.b}\"], in: { a: pool.pooled }, out: { b: reports/b.csv } }\n";
    let review = mini::review();
    review.write("pipeline.yaml", &format!("{}{stage}", mini::PIPELINE));
    let run = plain_run(&review, &[]);
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), mini::STAGES);
    assert_eq!(run.with("skipped"), "mine");
    let status = review.call(&["status"]);
    assert!(
        status
            .out
            .contains("mine          skipped    not approved on this machine")
            && status.out.contains("open: the program of the stage `mine`"),
        "{}",
        status.out
    );
    assert_eq!(trust(&review, &[]).exit, 0);
    assert_eq!(plain_run(&review, &[]).ran(), "mine");
}

#[test]
fn trust_shows_what_would_run_and_its_approval_lets_it_run() {
    let review = review();
    let listed = trust(&review, &["--list"]);
    assert_eq!(listed.exit, 4, "{listed:#?}");
    assert!(
        listed.out.contains("words: not approved\n  runs      sh stages/words/count.sh {in.a} {out.n}\n  program   stages/words/count.sh ("),
        "{}",
        listed.out
    );
    assert_eq!(
        plain_run(&review, &[]).with("skipped"),
        "words below",
        "listing approves nothing"
    );
    let before = review.tree("");
    let approved = trust(&review, &[]);
    assert_eq!(approved.exit, 0, "{approved:#?}");
    assert!(
        review.tree("") == before,
        "the approval stands outside of the project"
    );
    assert_eq!(trust(&review, &["--list"]).exit, 0);
    assert_eq!(plain_run(&review, &[]).ran(), "words below");
    plain_run(&review, &[]).assert_nothing_happened();
}

#[test]
fn a_changed_program_or_command_asks_again_and_changed_data_do_not() {
    let review = review();
    trust(&review, &[]);
    plain_run(&review, &[]);
    review.write("data/a.txt", "one two three\n");
    assert_eq!(plain_run(&review, &[]).ran(), "words below");
    assert_eq!(review.text("reports/m.txt"), "3\n");

    review.write("stages/words/count.sh", "echo hostile > \"$2\"\n");
    let run = plain_run(&review, &[]);
    assert_eq!(run.with("skipped"), "words below");
    assert_eq!(
        run.reasons("words"),
        "changed since it was approved: stages/words/count.sh changed"
    );
    assert_eq!(
        review.text("reports/m.txt"),
        "3\n",
        "the last good output stays"
    );
    trust(&review, &[]);
    assert_eq!(plain_run(&review, &[]).ran(), "words below");

    review.replace("pipeline.yaml", "[cp, ", "[cp, -f, ");
    let run = plain_run(&review, &[]);
    assert_eq!(run.with("fresh"), "words");
    assert_eq!(
        run.reasons("below"),
        "changed since it was approved: the command changed"
    );
}

#[test]
fn a_script_among_the_data_is_a_program_where_it_is_run_as_one() {
    for words in [
        "sh, \"{in.script}\"",
        "sh, data/x.sh",
        "sh, -e, \"{in.script}\"",
    ] {
        let stage = format!(
            "  - {{ id: own, run: [{words}, \"{{out.n}}\"], in: {{ script: data/x.sh }}, out: {{ n: reports/n.txt }} }}\n"
        );
        let review = Review::pipeline(&stage, &[("data/x.sh", "echo 1 > \"$1\"\n")]);
        trust(&review, &[]);
        assert_eq!(plain_run(&review, &[]).ran(), "own", "{words}");
        review.write("data/x.sh", "echo 2 > \"$1\"\n");
        assert_eq!(plain_run(&review, &[]).with("skipped"), "own", "{words}");
    }
}

#[test]
fn an_approval_is_for_one_place_and_can_be_taken_back() {
    let review = review();
    trust(&review, &[]);
    // The same project elsewhere, by the same user.
    let elsewhere = tempfile::tempdir().expect("a folder");
    for (name, bytes) in review.tree("") {
        let path = elsewhere.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::File::create(path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, &bytes))
            .expect("written");
    }
    let mut command = review.review(&["run", "--json", "-C"]);
    let run = Run::of(command.arg(elsewhere.path()).output().expect("it starts"));
    assert_eq!(run.with("skipped"), "words below");

    assert_eq!(trust(&review, &["--revoke"]).exit, 0);
    assert_eq!(plain_run(&review, &[]).with("skipped"), "words below");
    assert_eq!(trust(&review, &["--revoke"]).out, "nothing was approved\n");
}

#[test]
fn trust_for_one_run_approves_nothing_for_the_next() {
    let review = review();
    assert_eq!(review.run().ran(), "words below");
    plain_run(&review, &[]).assert_nothing_happened();
    review.write("data/a.txt", "one\n");
    assert_eq!(plain_run(&review, &[]).with("skipped"), "words below");
}

#[test]
fn an_audit_that_rebuilds_runs_what_is_approved_and_nothing_else() {
    let review = review().built();
    let called = review.call(&["audit", "--recompute"]);
    assert_eq!(called.exit, 4, "{called:#?}");
    assert!(
        called.err.contains("engine::not-approved"),
        "{}",
        called.err
    );
    assert_eq!(review.call(&["audit", "--recompute", "--trust"]).exit, 0);
    trust(&review, &[]);
    assert_eq!(review.call(&["audit", "--recompute"]).exit, 0);
}

#[test]
fn a_cache_that_came_with_the_project_is_not_believed() {
    let review = review().built();
    let made = review.text("reports/n.txt");
    // Somebody else's `.review/`, in which the results name other bytes.
    let lie = "1000000\n";
    review.write(&Review::blob(lie.as_bytes()), lie);
    let honest = blake3::hash(made.as_bytes()).to_hex().to_string();
    let lying = blake3::hash(lie.as_bytes()).to_hex().to_string();
    for (name, bytes) in review.tree(".review/results") {
        let text = String::from_utf8(bytes).expect("text");
        review.write(&name, &text.replace(&honest, &lying));
    }
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "words below");
    assert_eq!(
        run.reasons("words"),
        "its result in the cache was kept by somebody else"
    );
    assert_eq!(review.text("reports/n.txt"), made);
}

#[test]
fn a_cache_of_another_user_is_passed_over() {
    let review = mini::review().built();
    let other = tempfile::tempdir().expect("a folder");
    let mut command = review.review(&["run", "--json"]);
    command.env("XDG_STATE_HOME", other.path());
    let run = Run::of(command.output().expect("it starts"));
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), mini::STAGES);
    assert!(run.written().is_empty());
}

#[test]
fn without_a_folder_of_the_users_own_the_cache_works_and_nothing_can_be_approved() {
    let review = review();
    let homeless = |arguments: &[&str]| {
        let mut command = review.review(arguments);
        command
            .env("XDG_STATE_HOME", "/proc/no-such-folder")
            .env("HOME", "/proc/no-such-folder");
        command.output().expect("it starts")
    };
    let run = || Run::of(homeless(&["run", "--json", "--trust"]));
    assert_eq!(run().ran(), "words below");
    run().assert_nothing_happened();
    let called = Called::of(homeless(&["trust"]));
    assert_eq!(called.exit, 2, "{called:#?}");
    assert!(called.err.contains("trust::system"), "{}", called.err);
}

#[cfg(unix)]
mod links {
    use super::{Review, mini};
    use std::io::Write as _;
    use std::os::unix::fs::symlink;

    /// A folder outside of the project with a file that nobody may touch.
    fn outside() -> tempfile::TempDir {
        let outside = tempfile::tempdir().expect("a folder");
        std::fs::File::create(outside.path().join("precious.txt")).expect("made");
        outside
    }

    fn untouched(outside: &tempfile::TempDir) {
        let names = std::fs::read_dir(outside.path()).expect("listed");
        let names: Vec<_> = names
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        assert_eq!(names, ["precious.txt"]);
    }

    #[test]
    fn a_cache_folder_that_is_a_link_is_refused_and_what_it_leads_to_untouched() {
        for link in [
            ".review",
            ".review/blobs",
            ".review/tmp",
            ".review/results",
            ".review/blobs/ab",
            ".review/last",
            ".review/checked",
            ".review/at",
            ".review/at/HEAD",
        ] {
            let outside = outside();
            let review = mini::review();
            let path = review.path(link);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            symlink(outside.path(), path).expect("linked");
            let run = review.run();
            assert_eq!(run.exit, 2, "{link}: {run:#?}");
            assert_eq!(run.codes(), ["engine::foreign-cache"], "{link}");
            untouched(&outside);
        }
    }

    #[test]
    fn a_lock_or_journal_that_is_a_link_overwrites_nothing() {
        for name in ["run.lock", "journal.jsonl", "stat"] {
            let outside = outside();
            let target = outside.path().join("precious.txt");
            let review = mini::review();
            std::fs::create_dir_all(review.path(".review")).expect("made");
            symlink(&target, review.path(".review").join(name)).expect("linked");
            let run = review.run();
            assert_eq!(run.codes(), ["engine::foreign-cache"], "{name}");
            assert_eq!(std::fs::metadata(&target).expect("there").len(), 0);
        }
    }

    #[test]
    fn no_page_and_no_rebuilt_state_is_written_through_a_link() {
        let states = [("at", "."), ("at/HEAD", ".")];
        let locks = ["bob", "adjudication", "duplicates"].map(|seat| format!("screen-{seat}.lock"));
        let locks = locks.iter().map(|lock| (lock.as_str(), "precious.txt"));
        for (name, to) in states.into_iter().chain(locks) {
            let outside = outside();
            let target = outside.path().join("precious.txt");
            let mut file = std::fs::File::create(&target).expect("made");
            file.write_all(b"precious text").expect("written");
            let review = mini::review();
            let link = review.path(".review").join(name);
            std::fs::create_dir_all(link.parent().expect("a folder")).expect("made");
            symlink(outside.path().join(to), link).expect("linked");
            for command in [
                ["screen", "--reviewer", "bob", "--no-open"],
                ["screen", "--adjudicate", "bob", "--no-open"],
                ["screen", "--duplicates", "bob", "--no-open"],
                ["run", "--at", "HEAD", "--json"],
            ] {
                let called = review.call(&command);
                assert_eq!(called.exit, 2, "{name}, {command:?}: {called:#?}");
                let told = format!("{}{}", called.out, called.err);
                assert!(told.contains("engine::foreign-cache"), "{name}: {told}");
            }
            assert_eq!(
                std::fs::metadata(&target).expect("there").len(),
                13,
                "{name}"
            );
            untouched(&outside);
        }
    }

    #[test]
    fn verdicts_on_pairs_are_not_written_through_a_link() {
        let outside = outside();
        let review = mini::review();
        assert_eq!(review.run().exit, 0);
        std::fs::create_dir_all(review.path("data/deduplication")).expect("made");
        let link = review.path("data/deduplication/verdicts.csv");
        symlink(outside.path().join("precious.txt"), link).expect("linked");
        let called = review.call(&["screen", "--duplicates", "bob", "--no-open"]);
        assert_eq!(called.exit, 2, "{called:#?}");
        assert!(called.err.contains("symbolic link"), "{}", called.err);
    }

    #[test]
    fn outputs_are_not_written_through_a_link() {
        let outside = outside();
        let review = mini::review();
        symlink(outside.path(), review.path("reports")).expect("linked");
        let run = review.run();
        assert_ne!(run.exit, 0, "{run:#?}");
        assert!(
            run.problem("engine::system")
                .to_string()
                .contains("symbolic link"),
            "{run:#?}"
        );
        untouched(&outside);
    }

    #[test]
    fn inputs_are_not_read_through_a_link() {
        for linked in ["data/searches", "data"] {
            let outside = outside();
            let review = mini::review();
            let path = review.path(linked);
            std::fs::rename(&path, outside.path().join("moved")).expect("moved");
            symlink(outside.path().join("moved"), &path).expect("linked");
            let run = review.run();
            assert_eq!(run.exit, 2, "{linked}: {run:#?}");
            let told = run.json["problems"].to_string();
            assert!(told.contains("symbolic link"), "{told}");
        }
    }

    #[test]
    fn an_output_that_a_program_made_a_link_or_a_pipe_is_refused() {
        for make in [
            "ln -s /etc/hostname {out.n}",
            "mkfifo {out.n}",
            "mkdir {out.n}",
        ] {
            let stage = format!(
                "  - {{ id: sly, run: [sh, -c, \"{make}\"], out: {{ n: reports/n.txt }} }}\n"
            );
            let run = Review::pipeline(&stage, &[]).run();
            assert_eq!(run.exit, 1, "{make}: {run:#?}");
            assert_eq!(run.codes(), ["engine::no-plain-output"], "{make}");
        }
    }
}
