//! Results shared by several projects through one folder: what one made the other takes, and whoever writes there can take away,
//! never put in.

mod support;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use support::{Called, Review, Run};

const KEY: &str = "a text of a team that nobody else knows";

/// A built-in stage would do as well; these note outside of the project that they ran.
const STAGES: &str = "  - { id: one, run: [sh, -c, \"sort {in.a} > {out.b}\"], in: { a: data/a.txt }, out: { b: reports/b.txt } }\n  \
                     - { id: two, run: [sh, -c, \"wc -l < {in.b} > {out.c}\"], in: { b: one.b }, out: { c: reports/c.txt } }\n";

fn project() -> Review {
    Review::pipeline(STAGES, &[("data/a.txt", "b\na\n")])
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn run_as(review: &Review, key: &str, cache: &Path, more: &[&str]) -> Run {
    let mut command = review.review(&["run", "--json", "--trust"]);
    command.arg("--cache-dir").arg(cache).args(more);
    Run::of(
        command
            .env("REVIEW_CACHE_KEY", key)
            .output()
            .expect("it starts"),
    )
}

fn run(review: &Review, cache: &Path) -> Run {
    run_as(review, KEY, cache, &[])
}

fn call(review: &Review, arguments: &[&str]) -> Called {
    let mut command = review.review(arguments);
    Called::of(
        command
            .env("REVIEW_CACHE_KEY", KEY)
            .output()
            .expect("it starts"),
    )
}

/// The files of a shared cache.
fn files(cache: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(cache).sort_by_file_name().into_iter();
    let files = walk.map(|entry| entry.expect("an entry"));
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

fn blob(cache: &Path, bytes: &[u8]) -> PathBuf {
    let hex = blake3::hash(bytes).to_hex().to_string();
    cache.join("v1/blobs").join(&hex[..2]).join(&hex[2..])
}

/// Flips the lowest bit of a byte in the middle.
fn flip(path: &Path) {
    let mut bytes = bytes_of(path);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    write(path, &bytes);
}

#[expect(clippy::disallowed_methods, reason = "the test is another machine")]
fn bytes_of(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("read")
}

#[expect(clippy::disallowed_methods, reason = "the test is another machine")]
fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("written");
}

#[test]
fn what_one_project_made_another_takes_and_shows() {
    let cache = folder();
    let (one, other) = (project(), project());
    assert_eq!(run(&one, cache.path()).ran(), "one two");
    let taken = run(&other, cache.path());
    assert_eq!(taken.with("fresh"), "one two", "{taken:#?}");
    assert_eq!(taken.reasons("two"), "taken from the shared cache");
    assert_eq!(other.tree("reports"), one.tree("reports"));
    assert_eq!(other.text("pipeline.lock"), one.text("pipeline.lock"));
    // From now on it stands in the project's own cache.
    drop(cache);
    other.run().assert_nothing_happened();
}

#[test]
fn without_a_teams_key_only_the_users_own_results_count() {
    let cache = folder();
    let (one, other) = (project(), project());
    let plain = |review: &Review, state: &Path| {
        let mut command = review.review(&["run", "--json", "--trust", "--cache-dir"]);
        command.arg(cache.path()).env("XDG_STATE_HOME", state);
        Run::of(
            command
                .env_remove("REVIEW_CACHE_KEY")
                .output()
                .expect("it starts"),
        )
    };
    let (me, you) = (folder(), folder());
    assert_eq!(plain(&one, me.path()).ran(), "one two");
    assert_eq!(plain(&other, you.path()).ran(), "one two");
    for whose in [&me, &you] {
        let again = plain(&project(), whose.path());
        assert_eq!(again.with("fresh"), "one two", "neither is in the way");
    }
}

#[test]
fn a_result_of_somebody_without_the_key_is_useless() {
    let cache = folder();
    let (hostile, review) = (project(), project());
    hostile.replace("pipeline.yaml", "sort {in.a}", "sort {in.a}");
    assert_eq!(
        run_as(&hostile, &KEY.replace('a', "b"), cache.path(), &[]).ran(),
        "one two"
    );
    // They also put a name of their own under a result that was honest, and keep the seal.
    let mine = run(&review, cache.path());
    assert_eq!(mine.ran(), "one two");
    for path in files(cache.path()) {
        if path.extension().is_some_and(|ending| ending == "json") {
            let (good, bad) = (blake3::hash(b"a\nb\n"), blake3::hash(b"evil\n"));
            let text = String::from_utf8(bytes_of(&path)).expect("text");
            write(
                &path,
                text.replace(good.to_hex().as_str(), bad.to_hex().as_str())
                    .as_bytes(),
            );
        }
    }
    let evil = blob(cache.path(), b"evil\n");
    std::fs::create_dir_all(evil.parent().expect("a folder")).expect("made");
    write(&evil, b"evil\n");
    let other = project();
    assert_eq!(run(&other, cache.path()).ran(), "one");
    assert_eq!(other.text("reports/b.txt"), "a\nb\n");
}

#[test]
fn a_flipped_bit_is_found_made_again_and_mended() {
    let cache = folder();
    run(&project(), cache.path());
    let damaged = blob(cache.path(), b"a\nb\n");
    flip(&damaged);
    let other = project();
    let found = run(&other, cache.path());
    assert_eq!((found.exit, found.ran().as_str()), (0, "one"), "{found:#?}");
    assert_eq!(found.engine_codes(), ["engine::damaged-cache"]);
    assert_eq!(other.text("reports/b.txt"), "a\nb\n");
    assert_eq!(
        bytes_of(&damaged),
        b"a\nb\n",
        "and the next need not make it"
    );
    assert_eq!(run(&project(), cache.path()).with("fresh"), "one two");
}

#[test]
fn any_file_of_the_folder_may_go_or_hold_anything() {
    let whole = folder();
    let first = project();
    run(&first, whole.path());
    let all = files(whole.path());
    assert!(all.len() >= 4, "{all:?}");
    for (at, path) in all.iter().enumerate() {
        let old = bytes_of(path);
        match at % 3 {
            0 => std::fs::remove_file(path).expect("removed"),
            1 => write(path, b""),
            _ => write(path, b"\xff{\"version\": 1}\0"),
        }
        let other = project();
        let run = run(&other, whole.path());
        assert_eq!(run.exit, 0, "{}: {run:#?}", path.display());
        assert_eq!(
            other.tree("reports"),
            first.tree("reports"),
            "{}",
            path.display()
        );
        write(path, &old);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_still_serves_and_one_that_is_gone_fails_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let cache = folder();
    run(&project(), cache.path());
    let close = |mode: u32| {
        let walk = walkdir::WalkDir::new(cache.path()).contents_first(true);
        for entry in walk.into_iter().map(|entry| entry.expect("an entry")) {
            if entry.file_type().is_dir() {
                std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(mode))
                    .expect("set");
            }
        }
    };
    close(0o555);
    let rights_count = std::fs::create_dir(cache.path().join("x")).is_err();
    let other = project();
    assert_eq!(run(&other, cache.path()).with("fresh"), "one two");
    other.write("data/a.txt", "c\n");
    let more = run(&other, cache.path());
    assert_eq!(
        (more.exit, more.ran().as_str()),
        (0, "one two"),
        "{more:#?}"
    );
    // Whoever is root may write anywhere.
    if rights_count {
        assert_eq!(more.engine_codes(), ["engine::shared-cache"], "told once");
    }
    close(0o755);

    let third = project();
    write(&cache.path().join("file"), b"");
    let run = run(&third, &cache.path().join("file/below"));
    assert_eq!(run.exit, 2, "a place that cannot be is told: {run:#?}");
    assert_eq!(run.codes(), ["engine::shared-cache"]);
}

#[test]
fn runs_at_once_of_several_projects_leave_whole_files() {
    let cache = folder();
    let projects: Vec<Review> = (0..6).map(|_| project()).collect();
    let started: Vec<_> = projects
        .iter()
        .map(|review| {
            let mut command = review.review(&["run", "--json", "--trust", "--cache-dir"]);
            command.arg(cache.path()).env("REVIEW_CACHE_KEY", KEY);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("it starts")
        })
        .collect();
    for child in started {
        let run = Run::of(child.wait_with_output().expect("it ends"));
        assert_eq!((run.exit, run.engine_codes()), (0, Vec::new()), "{run:#?}");
    }
    assert!(
        projects
            .iter()
            .all(|review| review.tree("reports") == projects[0].tree("reports"))
    );
    let mut names = files(cache.path()).into_iter();
    let half = names.find(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
    });
    assert_eq!(half, None);
    assert_eq!(run(&project(), cache.path()).with("fresh"), "one two");
}

#[test]
fn a_run_killed_while_it_leaves_its_results_leaves_nothing_half() {
    let whole = project();
    run(&whole, folder().path());
    for step in 12..40 {
        let cache = folder();
        let mut command = project().review(&["run", "--trust", "--cache-dir"]);
        command.arg(cache.path()).env("REVIEW_CACHE_KEY", KEY);
        let _ = command.env("REVIEW_FAULT", format!("kill:{step}")).output();
        let other = project();
        let next = run(&other, cache.path());
        assert_eq!(
            (next.exit, next.engine_codes()),
            (0, Vec::new()),
            "{step}: {next:#?}"
        );
        assert_eq!(other.tree("reports"), whole.tree("reports"), "{step}");
    }
}

#[test]
fn variables_that_a_stage_may_see_do_not_go_out() {
    let cache = folder();
    let review = project();
    review.replace(
        "pipeline.yaml",
        "in: { a: data/a.txt }",
        "env: [TOKEN], in: { a: data/a.txt }",
    );
    let mut command = review.review(&["run", "--json", "--trust", "--cache-dir"]);
    command.arg(cache.path()).env("REVIEW_CACHE_KEY", KEY);
    let run = Run::of(
        command
            .env("TOKEN", "hush-hush")
            .output()
            .expect("it starts"),
    );
    assert_eq!(run.ran(), "one two");
    for path in files(cache.path()) {
        let text = String::from_utf8_lossy(&bytes_of(&path)).into_owned();
        assert!(!text.contains("hush-hush"), "{}", path.display());
    }
}

#[test]
fn push_leaves_results_and_pull_takes_them_without_running_anything() {
    let cache = folder();
    let place = cache.path().to_string_lossy().into_owned();
    let (one, other) = (project().built(), project());
    let pushed = call(&one, &["cache", "push", &place]);
    assert_eq!(pushed.exit, 0, "{pushed:#?}");
    assert!(pushed.out.starts_with("4 files left in "), "{}", pushed.out);
    let again = call(&one, &["cache", "push", &place, "--json"]);
    assert_eq!(again.json()["sent"], 0);
    let pulled = call(&other, &["cache", "pull", &place]);
    assert_eq!(pulled.exit, 0, "{pulled:#?}");
    assert!(
        pulled
            .out
            .ends_with("everything is here; `review run` shows it\n"),
        "{}",
        pulled.out
    );
    assert!(!other.exists("reports"), "nothing is shown");
    let run = other.run();
    assert_eq!(
        (run.with("fresh").as_str(), run.written().len()),
        ("one two", 2)
    );
}

#[test]
fn what_was_pulled_and_not_yet_shown_is_not_what_the_review_says() {
    let cache = folder();
    let place = cache.path().to_string_lossy().into_owned();
    let edit = |review: &Review| {
        review.replace(
            "data/extraction/outcomes.csv",
            "40,14.2,3.1,",
            "40,11.2,3.1,",
        );
    };
    let (one, other) = (support::mini::review(), support::mini::review().built());
    edit(&one);
    assert_eq!(call(&one.built(), &["cache", "push", &place]).exit, 0);
    let trace = || other.call(&["trace", "pool/pooled#sleep|/estimate"]).out;
    let before = trace();
    edit(&other);
    let pulled = call(&other, &["cache", "pull", &place]);
    assert!(pulled.out.contains("everything is here"), "{pulled:#?}");
    assert_eq!(trace(), before);
    let run = other.run();
    assert_eq!(run.ran(), "", "{run:#?}");
    assert_ne!(trace(), before);
}

#[test]
fn pull_makes_no_folder_and_leaves_out_what_is_skipped_here() {
    let cache = folder();
    let place = cache.path().join("cahce").to_string_lossy().into_owned();
    let review = project();
    review.write(
        "pipeline.yaml",
        &(review.text("pipeline.yaml")
            + "  - { id: word, run: [no-such-program-anywhere], optional: true, in: { b: one.b }, out: { d: reports/d.txt } }\n"),
    );
    let mistyped = call(&review, &["cache", "pull", &place]);
    assert_eq!(mistyped.exit, 2, "{mistyped:#?}");
    assert!(!cache.path().join("cahce").exists());
    let review = review.built();
    assert_eq!(call(&review, &["cache", "push", &place]).exit, 0);
    let pulled = call(&review, &["cache", "pull", &place]);
    let left = "everything is here but what is skipped (1 of 3 stages)";
    assert!(pulled.out.contains(left), "{pulled:#?}");
    let pulled = call(&support::mini::review(), &["cache", "pull", &place]);
    assert!(
        pulled.out.contains("6 stages are still to run"),
        "{pulled:#?}"
    );
}

#[test]
fn a_result_that_the_own_cache_lost_is_no_fault_of_the_shared_one() {
    let cache = folder();
    let review = project().built();
    review.delete(&Review::blob(b"a\nb\n"));
    let pushed = call(&review, &["cache", "push", &cache.path().to_string_lossy()]);
    assert_eq!(pushed.exit, 2, "{pushed:#?}");
    assert!(
        pushed.err.contains("the project's own cache"),
        "{pushed:#?}"
    );
    assert!(
        pushed.err.contains("`review run` makes it again"),
        "{pushed:#?}"
    );
}

#[test]
fn a_short_key_is_refused_and_a_new_one_is_long() {
    let cache = folder();
    let refused = run_as(&project(), "secret", cache.path(), &[]);
    assert_eq!(
        (refused.exit, refused.codes()),
        (2, vec!["engine::cache-key"])
    );
    let key = call(&project(), &["cache", "key"]).out;
    assert_eq!(key.trim().len(), 64);
    assert_ne!(call(&project(), &["cache", "key"]).out, key);
}

#[test]
fn without_any_key_that_others_cannot_make_nothing_is_shared() {
    let cache = folder();
    let review = project();
    let file = tempfile::NamedTempFile::new().expect("a file");
    let mut command = review.review(&["run", "--json", "--trust", "--cache-dir"]);
    command.arg(cache.path()).env_remove("REVIEW_CACHE_KEY");
    command.env("XDG_STATE_HOME", file.path().join("below"));
    let run = Run::of(command.output().expect("it starts"));
    assert_eq!((run.exit, run.codes()), (2, vec!["engine::cache-key"]));
    assert!(files(cache.path()).is_empty());
    assert!(
        run.problem("engine::cache-key")
            .to_string()
            .contains("review cache key")
    );
}

/// Each of the two stages ends once the other has begun, so they have to be at work together.
#[test]
fn runs_apart_go_on_at_once() {
    let (cache, meet) = (folder(), folder());
    let stage = |own: &str, other: &str| {
        let place = meet.path().display();
        format!(
            "  - {{ id: {own}, run: [sh, -c, \"touch {place}/{own}; for i in $(seq 200); do [ -e {place}/{other} ] && break; sleep 0.1; done; test -e {place}/{other} && echo {own} > {{out.x}}\"], out: {{ x: reports/{own}.txt }} }}\n"
        )
    };
    let review = Review::pipeline(&(stage("a", "b") + &stage("b", "a")), &[]);
    let start = |stage: &str| {
        let mut command = review.review(&["run", stage, "--apart", "--json", "--trust"]);
        command.arg("--cache-dir").arg(cache.path());
        command.env("REVIEW_CACHE_KEY", KEY);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("it starts")
    };
    for child in ["a", "b"].map(start) {
        let run = Run::of(child.wait_with_output().expect("it ends"));
        assert_eq!(run.exit, 0, "{run:#?}");
        assert!(run.written().is_empty(), "{run:#?}");
    }
    assert_eq!(run(&review, cache.path()).with("fresh"), "a b");
}

#[test]
fn a_run_apart_says_where_its_results_are_and_not_that_files_were_written() {
    let cache = folder();
    let place = cache.path().to_string_lossy().into_owned();
    let apart = ["run", "--trust", "--apart", "--cache-dir", &place];
    let told = call(&project(), &apart);
    assert_eq!(told.exit, 0, "{told:#?}");
    let end = format!("2 stages: 2 ran; no file changed\nkept in {place}\n");
    assert!(told.out.ends_with(&end), "{}", told.out);
    let at = call(&project(), &["run", "--apart", "--at", "HEAD"]);
    assert_eq!(at.exit, 2);
    assert!(at.err.contains("cannot be used with"), "{}", at.err);
}

#[test]
fn runs_apart_leave_the_project_alone() {
    let cache = folder();
    let review = project();
    let apart = run_as(&review, KEY, cache.path(), &["--apart", "one"]);
    assert_eq!(apart.ran(), "one", "{apart:#?}");
    assert!(
        !review.exists("reports") && !review.exists(".review") && !review.exists("pipeline.lock")
    );
    let apart = run_as(&review, KEY, cache.path(), &["--apart", "two"]);
    assert_eq!(
        (apart.ran().as_str(), apart.with("fresh").as_str()),
        ("two", "one")
    );
    let run = run(&review, cache.path());
    assert_eq!(
        (run.with("fresh").as_str(), run.written().len()),
        ("one two", 2)
    );
    let mut lonely = review.review(&["run", "--json", "--trust", "--apart"]);
    let lonely = Run::of(
        lonely
            .env_remove("REVIEW_CACHE_DIR")
            .output()
            .expect("it starts"),
    );
    assert_eq!((lonely.exit, lonely.codes()), (2, vec!["engine::apart"]));
}

#[test]
fn the_snakefile_has_a_rule_for_each_stage_with_what_it_reads() {
    let review = project();
    let exported = review.call(&[
        "export",
        "snakemake",
        "-o",
        &review.path("Snakefile").to_string_lossy(),
    ]);
    assert_eq!(exported.exit, 0, "{exported:#?}");
    let text = review.text("Snakefile");
    let rules = text
        .split_once("\n\n\nrule review:")
        .map_or("", |(_, rules)| rules);
    assert_eq!(
        rules,
        r#"
    input: lambda _: done("one", "two")
    output: touch(".review/snakemake-all")
    shell: "{REVIEW} run --cache-dir {CACHE:q} {OPTIONS}"


rule stage_one:
    input: lambda _: files("data/a.txt", "pipeline.yaml")
    output: touch(".review/snakemake/one")
    shell: "{REVIEW} run one --apart --cache-dir {CACHE:q} {OPTIONS}"


rule stage_two:
    input: lambda _: files("pipeline.yaml") + done("one")
    output: touch(".review/snakemake/two")
    shell: "{REVIEW} run two --apart --cache-dir {CACHE:q} {OPTIONS}"
"#
    );
}
