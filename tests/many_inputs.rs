//! A program that reads many files sees them as copies would have shown them, whether or not they are copied: exactly what is declared,
//! and nothing that it does reaches the project.

mod support;

use std::process::Child;
use support::{Review, Run, wait_until};

/// More than are copied where the system can lay a layer over them.
const FILES: usize = 400;

fn path(at: usize) -> String {
    format!("data/in/{at:04}.txt")
}

/// One stage that reads the folder with these words of a shell.
fn reading(script: &str) -> Review {
    let stages = format!(
        "  - {{ id: many, run: [sh, -c, \"{script}\"], in: {{ in: data/in/ }}, out: {{ n: reports/n.txt }} }}\n"
    );
    let review = Review::pipeline(&stages, &[]);
    (0..FILES).for_each(|at| review.write(&path(at), &format!("{at}\n")));
    review
}

#[test]
fn what_a_program_does_to_many_inputs_stays_with_it() {
    let script = "echo spoilt >> data/in/0001.txt; rm -f data/in/0002.txt; echo own > data/in/own.txt; mv data/in/0003.txt data/in/x; \
                  chmod 600 data/in/0004.txt; cat data/in/0005.txt > {out.n}";
    let review = reading(script);
    let before = review.tree("data");
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert_eq!(review.text("reports/n.txt"), "5\n");
    assert_eq!(review.tree("data"), before);
    review.run().assert_nothing_happened();
    assert!(review.tree(".review/tmp").is_empty());
}

#[test]
fn hidden_files_and_leftovers_among_many_inputs_are_not_seen() {
    let review = reading("ls -A data/in | wc -l > {out.n}");
    for name in [
        "",
        "data/in/.hidden",
        "data/in/0001.txt~",
        "data/in/below/.hidden",
    ] {
        if !name.is_empty() {
            review.write(name, "undeclared\n");
            review.write(&path(0), &format!("changed for {name}\n"));
        }
        let run = review.run();
        assert_eq!(run.exit, 0, "{run:#?}");
        assert_eq!(review.text("reports/n.txt").trim(), FILES.to_string());
    }
}

#[test]
fn one_of_many_inputs_that_changed_is_seen_as_it_is_now() {
    let review = reading("cat data/in/0007.txt data/in/sub/*.txt > {out.n}");
    review.write("data/in/sub/a b.txt", "deep\n");
    for text in ["one\n", "two\n", "six\n"] {
        review.write(&path(7), text);
        let run = review.run();
        assert_eq!(run.exit, 0, "{run:#?}");
        assert_eq!(review.text("reports/n.txt"), format!("{text}deep\n"));
    }
}

#[test]
fn the_user_is_the_same_for_a_program_that_reads_many_inputs() {
    let review = reading("{ id -u; id -g; } > {out.n}");
    review.run();
    let id = |what| {
        let output = std::process::Command::new("id").arg(what).output();
        String::from_utf8(output.expect("it starts").stdout).expect("text")
    };
    assert_eq!(
        review.text("reports/n.txt"),
        format!("{}{}", id("-u"), id("-g"))
    );
}

/// A stage that reads one of many files twice, and waits between.
struct Twice {
    review: Review,
    flags: tempfile::TempDir,
}

impl Twice {
    fn new() -> Self {
        let flags = tempfile::tempdir().expect("a folder");
        let at = flags.path().display();
        let review = reading(&format!(
            "cat data/in/0001.txt > {{out.n}}; echo $$ > {at}/pid; touch {at}/works; while [ -e {at}/works ] && [ ! -e {at}/go ]; \
             do sleep 0.02; done; cat data/in/0001.txt >> {{out.n}}; touch {at}/ended"
        ));
        Self { review, flags }
    }

    fn start(&self) -> Child {
        let child = self.review.start(&[]);
        let works = self.flags.path().join("works");
        wait_until("the stage", || works.exists());
        child
    }

    fn end(&self, child: Child) -> Run {
        std::fs::File::create(self.flags.path().join("go")).expect("made");
        Run::of(child.wait_with_output().expect("it ends"))
    }
}

#[test]
fn one_of_many_inputs_that_changes_and_changes_back_gives_nothing_wrong() {
    let twice = Twice::new();
    let child = twice.start();
    twice.review.write(&path(1), "2\n");
    std::thread::sleep(std::time::Duration::from_millis(100));
    let back = |text: &str| twice.review.write(&path(1), text);
    // The program reads between the two.
    std::fs::File::create(twice.flags.path().join("go")).expect("made");
    let ended = twice.flags.path().join("ended");
    wait_until("the program", || ended.exists());
    back("1\n");
    let run = twice.end(child);
    if run.exit == 0 {
        assert_eq!(twice.review.text("reports/n.txt"), "1\n1\n");
    } else {
        assert_eq!(run.codes(), ["engine::moved-input"], "{run:#?}");
        assert!(!twice.review.exists("reports/n.txt"));
    }
    assert_eq!(twice.review.run().exit, 0);
    assert_eq!(twice.review.text("reports/n.txt"), "1\n1\n");
}

#[test]
fn a_file_that_comes_among_many_inputs_while_their_stage_runs_gives_nothing_wrong() {
    let twice = Twice::new();
    let child = twice.start();
    twice.review.write("data/in/new.txt", "new\n");
    let run = twice.end(child);
    assert!(
        run.exit == 0 || run.codes() == ["engine::moved-input"],
        "{run:#?}"
    );
    assert_eq!(twice.review.run().ran(), "many");
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_reads_many_inputs_dies_with_a_killed_run_and_leaves_nothing() {
    let twice = Twice::new();
    let mut child = twice.start();
    child.kill().expect("killed");
    child.wait().expect("dead");
    std::thread::sleep(std::time::Duration::from_millis(300));
    std::fs::File::create(twice.flags.path().join("go")).expect("made");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(!twice.flags.path().join("ended").exists(), "it lives on");
    let run = twice.review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert!(twice.review.tree(".review/tmp").is_empty());
}
