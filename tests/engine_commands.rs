//! Command stages: what they see, what is kept of them, and what happens when they fail, hang, die or meet another run.

mod support;

use std::process::Child;
use support::{Review, Run, wait_until};

/// `count` counts lines, `tell` prints the count, `aside` reads nothing of either.
const ROAD: &str = r#"
  - { id: count, run: [sh, -c, "wc -l < data/a.txt | tr -d ' ' > {out.n}"], in: { a: data/a.txt }, out: { n: reports/n.txt } }
  - { id: tell, run: [sh, -c, "echo lines: $(cat {in.n}) > {out.t}"], in: { n: count.n }, out: { t: reports/t.txt } }
  - { id: aside, run: [sh, -c, "cat {in.b} > {out.c}"], in: { b: data/b.txt }, out: { c: reports/c.txt } }
"#;

fn road() -> Review {
    Review::pipeline(ROAD, &[("data/a.txt", "one\ntwo\n"), ("data/b.txt", "b\n")])
}

#[test]
fn commands_run_once_and_then_are_fresh() {
    let review = road();
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "aside count tell");
    assert_eq!(review.text("reports/t.txt"), "lines: 2\n");
    review.run().assert_nothing_happened();
}

#[test]
fn a_stage_that_reran_to_the_same_bytes_leaves_those_below_fresh() {
    let review = road().built();
    review.write("data/a.txt", "one\nthree\n");
    let run = review.run();
    assert_eq!(run.ran(), "count");
    assert_eq!(run.with("fresh"), "aside tell");
    assert_eq!(run.reasons("count"), "data/a.txt changed");
}

#[test]
fn a_changed_argument_reruns_its_stage_and_is_named() {
    let review = road().built();
    review.replace("pipeline.yaml", "echo lines:", "echo rows:");
    let run = review.run();
    assert_eq!(run.ran(), "tell");
    assert!(run.reasons("tell").contains("echo rows:"), "{run:#?}");
    assert_eq!(review.text("reports/t.txt"), "rows: 2\n");
}

#[test]
fn reordered_stages_rerun_nothing() {
    let review = road().built();
    let mut lines: Vec<&str> = ROAD.trim_matches('\n').lines().collect();
    lines.reverse();
    let stages = format!("  # The other way round.\n{}\n", lines.join("\n"));
    review.write("pipeline.yaml", &support::pipeline(&stages));
    review.run().assert_nothing_happened();
}

#[test]
fn a_stage_that_fails_after_writing_shows_nothing_and_blocks_those_below() {
    let stages = ROAD.replace("> {out.n}\"", "> {out.n}; echo no paper left >&2; exit 3\"");
    let review = Review::pipeline(&stages, &[("data/a.txt", "one\n"), ("data/b.txt", "b\n")]);
    for _ in 0..2 {
        let run = review.run();
        assert_eq!(run.exit, 1, "{run:#?}");
        assert_eq!(run.with("failed"), "count");
        assert_eq!(run.with("blocked"), "tell");
        assert_eq!(run.reasons("tell"), "waits on count");
        let told = run.problem("engine::command-failed").to_string();
        assert!(
            told.contains("no paper left") && told.contains("exit status: 3"),
            "{told}"
        );
        assert!(!review.exists("reports/n.txt") && !review.exists("reports/t.txt"));
        assert_eq!(review.text("reports/c.txt"), "b\n");
    }
    assert!(!review.text("pipeline.lock").contains("reports/n.txt"));
}

#[test]
fn a_failure_leaves_the_outputs_of_the_last_good_run() {
    let review = road().built();
    review.replace("pipeline.yaml", "> {out.n}\"", "> {out.n}; exit 1\"");
    let run = review.run();
    assert_eq!(run.exit, 1, "{run:#?}");
    assert_eq!(review.text("reports/n.txt"), "2\n");
    assert_eq!(review.text("reports/t.txt"), "lines: 2\n");
    review.replace("pipeline.yaml", "; exit 1\"", "\"");
    review.run().assert_nothing_happened();
}

#[test]
fn outputs_of_a_stage_taken_out_go_with_it_unless_a_person_changed_them() {
    let review = road().built();
    let lines: Vec<&str> = ROAD.trim_matches('\n').lines().collect();
    review.write("pipeline.yaml", &support::pipeline(lines[0]));
    review.write("reports/c.txt", "mine\n");
    assert_eq!(review.run().with("fresh"), "count");
    assert!(!review.exists("reports/t.txt"));
    assert_eq!(review.text("reports/c.txt"), "mine\n");
    assert!(!review.text("pipeline.lock").contains("tell"));
}

#[test]
fn an_output_that_another_stage_gives_now_stays() {
    let review = road().built();
    for _ in 0..2 {
        review.replace("pipeline.yaml", "c: reports/c.txt", "c: reports/was-t.txt");
        review.replace("pipeline.yaml", "t: reports/t.txt", "t: reports/c.txt");
        review.replace("pipeline.yaml", "c: reports/was-t.txt", "c: reports/t.txt");
        let run = review.run();
        assert_eq!(run.exit, 0, "{run:#?}");
        assert!(review.exists("reports/c.txt") && review.exists("reports/t.txt"));
        review.run().assert_nothing_happened();
        review.write("pipeline.yaml", &support::pipeline(ROAD));
        assert_eq!(review.run().with("fresh"), "aside count tell");
        assert_eq!(review.text("reports/t.txt"), "lines: 2\n");
        assert_eq!(review.text("reports/c.txt"), "b\n");
    }
    review.replace("pipeline.yaml", "id: aside", "id: renamed");
    let run = review.run();
    assert_eq!(run.ran(), "renamed");
    assert_eq!(review.text("reports/c.txt"), "b\n");
}

#[test]
fn an_output_not_written_is_told() {
    let stages = "  - { id: lazy, run: [sh, -c, \"true {out.x}\"], out: { x: reports/x.txt } }\n";
    let run = Review::pipeline(stages, &[]).run();
    assert_eq!(run.exit, 1, "{run:#?}");
    assert_eq!(run.codes(), ["engine::missing-output"]);
}

#[test]
fn an_undeclared_input_is_not_there_and_the_error_says_to_declare_it() {
    let stages = "  - { id: count, run: [sh, -c, \"cat data/a.txt data/hidden.txt > {out.n}\"], in: { a: data/a.txt }, out: { n: reports/n.txt } }\n";
    let review = Review::pipeline(stages, &[("data/a.txt", "a\n"), ("data/hidden.txt", "1\n")]);
    for change in ["2\n", "3\n"] {
        let run = review.run();
        assert_eq!(run.exit, 1, "{run:#?}");
        assert_eq!(run.with("failed"), "count");
        let problem = run.problem("engine::command-failed");
        let help = problem["help"].as_str().expect("help");
        assert!(
            help.contains("`data/hidden.txt`") && help.contains("in:"),
            "{help}"
        );
        review.write("data/hidden.txt", change);
    }
    review.replace(
        "pipeline.yaml",
        "a: data/a.txt",
        "a: data/a.txt, h: data/hidden.txt",
    );
    assert_eq!(review.run().ran(), "count");
    assert_eq!(review.text("reports/n.txt"), "a\n3\n");
    review.write("data/hidden.txt", "4\n");
    assert_eq!(review.run().reasons("count"), "data/hidden.txt changed");
}

#[test]
fn a_command_cannot_write_into_its_inputs() {
    let stages = "  - { id: spoil, run: [sh, -c, \"echo spoilt >> {in.a}; cat {in.a} > {out.n}\"], in: { a: data/a.txt }, out: { n: reports/n.txt } }\n";
    let review = Review::pipeline(stages, &[("data/a.txt", "a\n")]);
    review.run();
    assert_eq!(review.text("data/a.txt"), "a\n");
}

#[test]
fn a_command_sees_only_the_variables_that_are_allowed() {
    let stages = "  - { id: env, run: [sh, -c, \"echo $SEEN-$HIDDEN > {out.n}\"], env: [SEEN], out: { n: reports/n.txt } }\n";
    let review = Review::pipeline(stages, &[]);
    let run = |seen: &str, hidden: &str| {
        let mut command = review.review(&["run", "--json", "--trust"]);
        command.env("SEEN", seen).env("HIDDEN", hidden);
        Run::of(command.output().expect("it starts"))
    };
    assert_eq!(run("1", "1").ran(), "env");
    assert_eq!(review.text("reports/n.txt"), "1-\n");
    run("1", "2").assert_nothing_happened();
    let changed = run("2", "2");
    assert_eq!(changed.ran(), "env");
    assert_eq!(changed.reasons("env"), "command variable SEEN: 1 → 2");
}

#[test]
fn a_command_that_takes_too_long_is_ended() {
    let stages = "  - { id: slow, run: [sh, -c, \"echo half > {out.n}; sleep 30\"], timeout: 1s, out: { n: reports/n.txt } }\n";
    let review = Review::pipeline(stages, &[]);
    let start = std::time::Instant::now();
    let run = review.run();
    assert_eq!(run.exit, 1, "{run:#?}");
    assert!(start.elapsed().as_secs() < 20);
    assert_eq!(run.codes(), ["engine::timeout"]);
    assert!(!review.exists("reports/n.txt"));
}

#[test]
fn an_optional_program_that_is_not_installed_is_skipped_and_another_is_not() {
    let stage = "  - { id: word, run: [no-such-program-here], out: { n: reports/n.txt } }\n";
    let run = Review::pipeline(stage, &[]).run();
    assert_eq!(run.exit, 1, "{run:#?}");
    assert_eq!(run.codes(), ["engine::not-installed"]);
    let optional = stage.replace("out:", "optional: true, out:");
    let run = Review::pipeline(&optional, &[]).run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.with("skipped"), "word");
}

/// A stage that says in a file outside the project that it works, and goes on when another file is there.
struct Slow {
    review: Review,
    flags: tempfile::TempDir,
}

impl Slow {
    fn new() -> Self {
        let flags = tempfile::tempdir().expect("a folder");
        let at = flags.path().display();
        let stages = format!(
            "  - {{ id: first, run: [sh, -c, \"cat {{in.b}} > {{out.f}}\"], in: {{ b: data/b.txt }}, out: {{ f: reports/f.txt }} }}\n  \
             - {{ id: slow, run: [sh, -c, \"echo half > {{out.n}}; touch {at}/works; while [ -e {at}/works ] && [ ! -e {at}/go ]; do sleep 0.02; done; \
             cat {{in.a}} {{in.f}} > {{out.n}}\"], in: {{ a: data/a.txt, f: first.f }}, out: {{ n: reports/n.txt }} }}\n  \
             - {{ id: below, run: [sh, -c, \"cat {{in.n}} > {{out.m}}\"], in: {{ n: slow.n }}, out: {{ m: reports/m.txt }} }}\n"
        );
        let review = Review::pipeline(&stages, &[("data/a.txt", "a\n"), ("data/b.txt", "b\n")]);
        Self { review, flags }
    }

    /// Starts a run and waits until the slow stage works.
    fn start(&self) -> Child {
        let child = self.review.start(&[]);
        let works = self.flags.path().join("works");
        wait_until("the slow stage", || works.exists());
        child
    }

    /// Lets the slow stage go on.
    fn go(&self) {
        std::fs::File::create(self.flags.path().join("go")).expect("made");
    }
}

fn end(child: Child) -> Run {
    Run::of(child.wait_with_output().expect("it ends"))
}

#[test]
fn a_run_killed_in_the_middle_of_a_stage_is_finished_by_the_next() {
    let slow = Slow::new();
    let mut child = slow.start();
    child.kill().expect("killed");
    child.wait().expect("dead");
    let review = &slow.review;
    assert!(!review.exists("reports/n.txt"), "no half output is shown");
    slow.go();
    let run = review.run_with(&["--no-wait"]);
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "slow below");
    assert_eq!(run.with("fresh"), "first");
    assert_eq!(review.text("reports/m.txt"), "a\nb\n");
    let left = review.tree(".review/tmp");
    assert!(left.is_empty(), "{:?}", left.keys());
    review.run().assert_nothing_happened();
    let names: Vec<String> = review.tree("").into_keys().collect();
    assert!(
        !names.iter().any(|name| name.ends_with(".tmp")),
        "{names:?}"
    );
}

#[test]
fn a_second_run_fails_at_once_when_it_may_not_wait() {
    let slow = Slow::new();
    let first = slow.start();
    let second = slow.review.run_with(&["--no-wait"]);
    assert_eq!(second.exit, 1, "{second:#?}");
    let problem = second.problem("engine::busy").to_string();
    assert!(
        problem.contains(&format!("process {}", first.id())),
        "{problem}"
    );
    slow.go();
    assert_eq!(end(first).exit, 0);
}

#[test]
fn a_second_run_waits_says_for_whom_and_then_has_nothing_to_do() {
    let slow = Slow::new();
    let first = slow.start();
    let mut second = slow.review.start(&[]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(second.try_wait().expect("asked").is_none(), "it waits");
    slow.go();
    let holder = format!("process {}", first.id());
    let first = end(first);
    assert_eq!(first.exit, 0, "{first:#?}");
    let second = end(second);
    second.assert_nothing_happened();
    assert!(second.err.contains(&holder), "{second:#?}");
}

#[test]
fn readers_never_wait() {
    let slow = Slow::new();
    let first = slow.start();
    let status = slow.review.call(&["status", "--json"]);
    assert_eq!(status.exit, 0, "{status:#?}");
    let graph = slow.review.call(&["graph"]);
    assert_eq!(graph.exit, 0, "{graph:#?}");
    slow.go();
    assert_eq!(end(first).exit, 0);
}

#[test]
fn an_input_that_changes_while_its_stage_runs_leaves_it_unfinished() {
    let slow = Slow::new();
    let first = slow.start();
    slow.review.write("data/a.txt", "new\n");
    slow.go();
    let first = end(first);
    assert_eq!(first.exit, 1, "{first:#?}");
    assert_eq!(first.with("failed"), "slow");
    assert_eq!(first.with("blocked"), "below");
    assert_eq!(first.codes(), ["engine::moved-input"]);
    assert!(!slow.review.exists("reports/n.txt"));
    let next = slow.review.run();
    assert_eq!(next.exit, 0, "{next:#?}");
    assert_eq!(next.ran(), "slow below");
    assert_eq!(slow.review.text("reports/m.txt"), "new\nb\n");
}

#[test]
fn an_input_that_changed_before_its_stage_began_is_told_the_same_way() {
    let slow = Slow::new();
    let pipeline = slow.review.text("pipeline.yaml");
    let late = "  - { id: late, run: [sh, -c, \"cat {in.m} {in.c} > {out.l}\"], in: { m: below.m, c: data/c.txt }, out: { l: reports/l.txt } }\n";
    slow.review
        .write("pipeline.yaml", &format!("{pipeline}{late}"));
    slow.review.write("data/c.txt", "c\n");
    let first = slow.start();
    slow.review.write("data/c.txt", "other\n");
    slow.go();
    let first = end(first);
    assert_eq!(first.exit, 1, "{first:#?}");
    assert_eq!(first.with("failed"), "late");
    assert_eq!(first.codes(), ["engine::moved-input"]);
    assert_eq!(slow.review.run().ran(), "late");
    assert_eq!(slow.review.text("reports/l.txt"), "a\nb\nother\n");
}

/// Sends a signal to a process, as a terminal or a service manager does.
#[cfg(unix)]
fn signal(name: &str, child: &Child) {
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args([name, &id])
        .status();
    assert!(sent.expect("it starts").success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_program_keeps_what_was_done_and_the_next_run_goes_on() {
    for name in ["-INT", "-TERM", "-HUP"] {
        let slow = Slow::new();
        let first = slow.start();
        let start = std::time::Instant::now();
        signal(name, &first);
        let first = end(first);
        assert!(start.elapsed().as_secs() < 5, "{name}");
        assert_eq!(first.exit, 1, "{name}: {first:#?}");
        assert_eq!(first.codes(), ["engine::stopped"]);
        assert_eq!(first.ran(), "first");
        assert_eq!(first.with("blocked"), "slow below");
        assert!(!slow.review.exists("reports/n.txt"));
        assert!(slow.review.tree(".review/tmp").is_empty());
        slow.go();
        let next = slow.review.run_with(&["--no-wait"]);
        assert_eq!(next.ran(), "slow below", "{name}: {next:#?}");
        assert_eq!(next.with("fresh"), "first");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_heard_while_waiting_for_another_run() {
    let slow = Slow::new();
    let first = slow.start();
    let second = slow.review.start(&[]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal("-INT", &second);
    let second = end(second);
    assert_eq!(second.exit, 1, "{second:#?}");
    slow.go();
    assert_eq!(end(first).exit, 0);
}

#[cfg(unix)]
#[test]
fn what_a_program_started_ends_with_its_time() {
    let flags = tempfile::tempdir().expect("a folder");
    let late = flags.path().join("late");
    let stages = format!(
        "  - {{ id: slow, run: [sh, -c, \"(sleep 3; touch {}) & sleep 30\"], timeout: 1s, out: {{ n: reports/n.txt }} }}\n",
        late.display()
    );
    let run = Review::pipeline(&stages, &[]).run();
    assert_eq!(run.codes(), ["engine::timeout"]);
    std::thread::sleep(std::time::Duration::from_millis(2500));
    assert!(!late.exists());
}

/// The last line of the journal.
fn noted(review: &Review) -> serde_json::Value {
    let journal = review.text(".review/journal.jsonl");
    serde_json::from_str(journal.lines().last().expect("a line")).expect("JSON")
}

#[cfg(target_os = "linux")]
#[test]
fn the_network_is_off_unless_a_stage_says_that_it_needs_it() {
    let stage = "  - { id: net, run: [sh, -c, \"tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | sort > {out.n}\"], out: { n: reports/n.txt } }\n";
    let review = Review::pipeline(stage, &[]);
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    let said = noted(&review)["network"].to_string();
    if said.contains("off unless") {
        assert_eq!(review.text("reports/n.txt"), "lo\n", "no other way out");
    } else {
        assert!(said.contains("not fenced off"), "{said}");
    }
    let open = Review::pipeline(&stage.replace("out:", "network: true, out:"), &[]);
    assert_eq!(open.run().exit, 0);
    let here = std::fs::File::open("/proc/net/dev").and_then(std::io::read_to_string);
    let here = here.expect("read").lines().skip(2).count();
    assert_eq!(open.text("reports/n.txt").lines().count(), here);
}

#[test]
fn what_a_program_prints_is_kept_in_the_journal() {
    let stage = "  - { id: talk, run: [sh, -c, \"echo to out; echo to err >&2; echo x > {out.n}\"], out: { n: reports/n.txt } }\n";
    let review = Review::pipeline(stage, &[]).built();
    assert_eq!(noted(&review)["stages"][0]["printed"], "to out\nto err\n");
    review.run();
    assert_eq!(
        noted(&review)["stages"][0]["printed"],
        serde_json::Value::Null
    );
}

const MANY: &str = r#"
  - { id: count, foreach: [a, b], run: [sh, -c, "echo {each}: $(wc -l < {in.x}) > {out.n}"], in: { x: "data/{each}.txt" }, out: { n: "reports/{each}.txt" } }
  - { id: all, run: [sh, -c, "cat {in.n} > {out.t}"], in: { n: count.n }, out: { t: reports/t.txt } }
"#;

#[test]
fn foreach_makes_one_stage_many_and_an_edge_from_it_means_them_all() {
    let review = Review::pipeline(MANY, &[("data/a.txt", "1\n"), ("data/b.txt", "1\n2\n")]);
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(run.ran(), "count-a count-b all");
    assert_eq!(review.text("reports/t.txt"), "a: 1\nb: 2\n");
    review.run().assert_nothing_happened();
    review.write("data/b.txt", "1\n");
    let run = review.run();
    assert_eq!(run.ran(), "count-b all", "one piece reruns alone");
    review.replace("pipeline.yaml", "foreach: [a, b]", "foreach: [b]");
    let run = review.run();
    assert_eq!(run.ran(), "all");
    assert!(
        !review.exists("reports/a.txt"),
        "the output of a piece taken out goes with it"
    );
    assert_eq!(review.text("reports/t.txt"), "b: 1\n");
}

#[test]
fn the_stages_of_a_foreach_are_asked_for_together_or_one_by_one() {
    let files = [("data/a.txt", "1\n"), ("data/b.txt", "1\n")];
    let review = Review::pipeline(MANY, &files);
    assert_eq!(review.run_with(&["count-b"]).ran(), "count-b");
    assert_eq!(review.run_with(&["count"]).ran(), "count-a");
}

const FILES_STAGES: &str = r#"
  - { id: count, foreach: "data/trials/*.txt", run: [sh, -c, "wc -l < {in.x} > {out.n}"], in: { x: "data/trials/{each}.txt" }, out: { n: "reports/{each}.txt" } }
  - { id: sum, run: [sh, -c, "cat {in.n} > {out.s}"], in: { n: count.n }, out: { s: reports/sum.txt } }
"#;

#[test]
fn foreach_of_a_pattern_makes_a_stage_of_each_file_as_they_come_and_go() {
    let review = Review::pipeline(
        FILES_STAGES,
        &[
            ("data/trials/b.txt", "1\n2\n"),
            ("data/trials/a.txt", "1\n"),
            ("data/trials/notes.md", "no trial\n"),
        ],
    );
    assert_eq!(review.run().ran(), "count-a count-b sum");
    assert_eq!(review.text("reports/sum.txt"), "1\n2\n");
    review.write("data/trials/c-2.txt", "1\n2\n3\n");
    assert_eq!(review.run().ran(), "count-c-2 sum");
    assert_eq!(review.text("reports/sum.txt"), "1\n2\n3\n");
    review.delete("data/trials/b.txt");
    assert_eq!(review.run().ran(), "sum");
    assert!(!review.exists("reports/b.txt"), "its output goes with it");
    review.run().assert_nothing_happened();
}

#[test]
fn what_a_pattern_fits_is_an_input_though_no_stage_reads_it() {
    let stages = r#"
  - { id: say, foreach: "trials/*.txt", run: [sh, -c, "echo {each} > {out.n}"], out: { n: "reports/{each}.txt" } }
"#;
    let review = Review::pipeline(stages, &[("trials/a.txt", "1\n"), ("trials/b.txt", "2\n")]);
    let review = review.built();
    let lock = review.text("pipeline.lock");
    assert!(lock.contains(" trials/a.txt\n"), "{lock}");
    let audit = review.call(&["audit", "--recompute", "--trust"]);
    assert_eq!(audit.exit, 0, "{audit:#?}");
    let archive = review.path("all.zip").to_string_lossy().into_owned();
    let bundled = review.call(&["bundle", "-o", &archive]);
    assert_eq!(bundled.exit, 0, "{bundled:#?}");
    let audit = review.call(&["audit", &archive]);
    assert_eq!(audit.exit, 0, "{audit:#?}");
}

#[test]
fn a_pattern_that_goes_over_what_stages_write_or_over_a_hidden_folder_is_refused() {
    let refused = |pattern: &str, out: &str| {
        let stage = format!(
            "  - {{ id: grow, foreach: \"{pattern}\", run: [sh, -c, \"echo 1 > {{out.n}}\"], out: {{ n: \"{out}\" }} }}\n"
        );
        let files = [("reports/x/a", ""), ("data/x/a.txt", ""), (".own/a", "")];
        let run = Review::pipeline(&stage, &files).run();
        run.codes().first().map(ToString::to_string)
    };
    let outputs = Some("config::each-of-outputs".to_owned());
    assert_eq!(refused("reports/x/*", "reports/x/{each}b"), outputs);
    assert_eq!(refused("reports/x/*", "reports/{each}"), None);
    assert_eq!(refused("data/*/", "data/x/{each}.svg"), outputs);
    assert_eq!(refused("data/x/*.txt", "data/x/{each}.svg"), None);
    assert_eq!(
        refused("reports/*", "own/{each}"),
        outputs,
        "of built-in stages"
    );
    let hidden = Some("config::each-hidden".to_owned());
    assert_eq!(refused(".own/*", "reports/{each}"), hidden);
}

#[test]
fn a_file_that_fits_a_pattern_and_gives_no_name_is_told_and_so_is_one_that_nothing_fits() {
    let review = Review::pipeline(FILES_STAGES, &[("data/trials/Huang 2020.txt", "1\n")]);
    let run = review.run();
    assert_eq!(run.exit, 2);
    assert_eq!(
        run.codes()[..2],
        ["config::bad-name", "config::each-of-nothing"],
        "{run:#?}"
    );
    let told = run.problem("config::bad-name").to_string();
    assert!(told.contains("data/trials/Huang 2020.txt"), "{told}");
}
