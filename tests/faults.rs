//! Whatever happens to a run, nothing wrong or half is shown, nothing of people is lost, and the next run finishes.
//!
//! Here every kind of fault strikes at points spread over a run; `scripts/faults` strikes at every point and for longer.

mod support;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use support::{Called, Review, Run, mini, wait_until};

type Tree = BTreeMap<String, Vec<u8>>;

/// Two stages of a built-in kind and two of a program, one for each word of a list.
const STAGES: &str = "  - { id: import, uses: import, in: { searches: data/searches/ } }\n  \
                      - { id: deduplicate, uses: deduplicate, in: { records: import.records, sources: import.sources } }\n  \
                      - { id: own, foreach: [a, b], run: [sh, -c, \"cat {in.x} > {out.y}\"], in: { x: \"data/{each}.txt\" }, out: { y: \"reports/{each}.txt\" } }\n  \
                      - { id: both, run: [sh, -c, \"cat {in.y} > {out.z}\"], in: { y: own.y }, out: { z: reports/z.txt } }\n";

const COUNT: &str = "import deduplicate own-a own-b both";

fn small() -> Review {
    let review = Review::pipeline(STAGES, &[("data/a.txt", "a\n"), ("data/b.txt", "b\n")]);
    for (path, text) in mini::FILES {
        if path.starts_with("data/searches/") {
            review.write(path, text);
        }
    }
    review
}

/// The same, built, and then with another text to be taken in.
fn changed() -> Review {
    let review = small().built();
    review.write("data/a.txt", "another\n");
    review
}

fn shown(review: &Review) -> Tree {
    let mut tree = review.tree("reports");
    tree.insert("pipeline.lock".to_owned(), review.bytes("pipeline.lock"));
    tree
}

/// Runs with a fault; whether it struck.
fn struck(review: &Review, fault: &str) -> bool {
    let mut command = review.review(&["run", "--trust"]);
    let output = command.env("REVIEW_FAULT", fault).output();
    !output.expect("it starts").status.success()
}

/// Points at which a fault strikes: as many as `REVIEW_FAULT_POINTS` says, or five, spread over a run of `steps` steps.
fn points(steps: u64) -> Vec<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the script asks for more points than CI has time for"
    )]
    let asked = std::env::var("REVIEW_FAULT_POINTS").ok();
    let most = asked.and_then(|text| text.parse().ok()).unwrap_or(5);
    let stride = (steps / most).max(1);
    // Another point in each stretch, so that no kind of step is always passed by.
    (0..steps.div_ceil(stride))
        .map(|i| (i * stride + i * 7 % stride + 1).min(steps))
        .collect()
}

/// How many steps a run has, found once for each kind of run.
fn steps(make: fn() -> Review) -> u64 {
    static FIRST: OnceLock<u64> = OnceLock::new();
    static LATER: OnceLock<u64> = OnceLock::new();
    let found = if std::ptr::fn_addr_eq(make, small as fn() -> Review) {
        &FIRST
    } else {
        &LATER
    };
    *found.get_or_init(|| count_steps(make))
}

fn count_steps(make: fn() -> Review) -> u64 {
    let (mut low, mut high) = (0, 4096);
    while low + 1 < high {
        let middle = u64::midpoint(low, high);
        if struck(&make(), &format!("kill:{middle}")) {
            low = middle;
        } else {
            high = middle;
        }
    }
    assert!(low > 20, "a run has more than {low} steps");
    low
}

/// Strikes at points of a run, and checks what is there then and after the next run.
#[expect(
    clippy::print_stdout,
    reason = "a long run says how many steps it struck at"
)]
fn strike(kind: &str, make: fn() -> Review, half_is_wrong: bool) {
    let before = make();
    let old = before.tree("reports");
    let kept = before.tree("data");
    let new = shown(&before.built());
    let points = points(steps(make));
    println!("{kind}: {} of {} steps", points.len(), steps(make));
    for point in points {
        let review = make();
        let fault = format!("{kind}:{point}");
        struck(&review, &fault);
        assert_eq!(review.tree("data"), kept, "{fault}");
        for (path, bytes) in review.tree("reports") {
            let whole = old.get(&path) == Some(&bytes) || new.get(&path) == Some(&bytes);
            let half = path.contains("/.review-");
            assert!(
                whole || half || !half_is_wrong,
                "{fault}: {path} is neither old nor new"
            );
        }
        let run = review.run();
        assert_eq!(run.exit, 0, "{fault}: {run:#?}");
        assert_eq!(shown(&review), new, "{fault}");
        review.run().assert_nothing_happened();
        let left: Vec<String> = review
            .tree("")
            .into_keys()
            .filter(|name| name.contains(".tmp") || name.contains("/tmp/"))
            .collect();
        assert!(left.is_empty(), "{fault}: {left:?}");
    }
}

#[test]
fn a_kill_at_any_step_of_a_first_run_is_made_good_by_the_next() {
    strike("kill", small, true);
}

#[test]
fn a_kill_at_any_step_of_a_later_run_is_made_good_by_the_next() {
    strike("kill", changed, true);
}

#[test]
fn a_disk_that_is_full_from_any_step_on_is_told_and_made_good() {
    strike("full", small, true);
    strike("full", changed, true);
}

#[test]
fn a_disk_that_is_full_at_one_step_is_told_and_made_good() {
    strike("once", changed, true);
}

#[test]
fn a_power_cut_that_loses_every_unsynced_byte_is_made_good() {
    strike("cut", small, false);
    strike("cut", changed, false);
}

#[test]
fn a_power_cut_that_loses_the_names_of_files_is_made_good() {
    strike("names", small, true);
    strike("names", changed, true);
}

#[test]
fn a_full_disk_is_said_and_ends_with_a_failure() {
    let review = small();
    let mut command = review.review(&["run", "--trust", "--json"]);
    let run = Run::of(
        command
            .env("REVIEW_FAULT", "full:30")
            .output()
            .expect("it starts"),
    );
    assert_eq!(run.exit, 1, "{run:#?}");
    assert!(
        run.json["problems"]
            .to_string()
            .contains("no storage space"),
        "{run:#?}"
    );
}

/// Numbers that look random and are the same in every run of the test.
fn random(seed: &mut u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[cfg(unix)]
#[test]
fn a_kill_at_random_moments_is_made_good() {
    let new = shown(&small().built());
    let mut seed = 12;
    for _ in 0..points(10_000).len() {
        let review = small();
        let mut child = review.start(&[]);
        std::thread::sleep(std::time::Duration::from_millis(random(&mut seed) % 60));
        child.kill().expect("killed");
        child.wait().expect("dead");
        let run = review.run();
        assert_eq!(run.exit, 0, "{run:#?}");
        assert_eq!(shown(&review), new);
    }
}

#[test]
fn any_bit_of_any_blob_or_result_may_flip() {
    let review = small().built();
    let new = shown(&review);
    let mut seed = 5;
    let kept: Vec<String> = [
        ".review/blobs",
        ".review/results",
        ".review/last",
        ".review/stat",
    ]
    .iter()
    .flat_map(|folder| {
        review
            .tree(folder)
            .into_keys()
            .chain(review.path(folder).is_file().then(|| (*folder).to_owned()))
    })
    .collect();
    assert!(kept.len() > 20, "{kept:?}");
    for _ in 0..points(10_000).len() * 2 {
        let path = &kept[usize::try_from(random(&mut seed)).expect("small") % kept.len()];
        let mut bytes = if review.exists(path) {
            review.bytes(path)
        } else {
            continue;
        };
        if bytes.is_empty() {
            continue;
        }
        let at = usize::try_from(random(&mut seed)).expect("small") % bytes.len();
        bytes[at] ^= 1 << (random(&mut seed) % 8);
        std::fs::File::create(review.path(path))
            .and_then(|mut file| std::io::Write::write_all(&mut file, &bytes))
            .expect("written");
        let run = review.run();
        assert_eq!(run.exit, 0, "{path}, byte {at}: {run:#?}");
        assert_eq!(shown(&review), new, "{path}, byte {at}");
    }
}

#[cfg(unix)]
#[test]
fn a_blob_that_rots_unseen_is_made_again_when_its_bytes_are_needed() {
    use std::os::unix::fs::MetadataExt;
    let review = small().built();
    let new = shown(&review);
    let blob = Review::blob(b"a\n");
    review.flip(&blob);
    // Rot leaves all times as they are, so the note of the blob is made to fit the file.
    let data = std::fs::metadata(review.path(&blob)).expect("there");
    let digest = blake3::hash(b"a\n").to_hex();
    let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    let note = format!(
        "{digest} {} {} {} {} {blob}",
        data.size(),
        nanos(data.mtime(), data.mtime_nsec()),
        nanos(data.ctime(), data.ctime_nsec()),
        data.ino()
    );
    let notes = review.text(".review/stat");
    let others = notes.lines().skip(1);
    let others = others.filter(|line| !line.ends_with(&blob));
    let notes: Vec<&str> = others.chain([note.as_str()]).collect();
    let notes = notes.join("\n") + "\n";
    let whole = blake3::hash(notes.as_bytes()).to_hex();
    // Files as young as the notes are never trusted.
    std::thread::sleep(std::time::Duration::from_millis(50));
    review.write(".review/stat", &format!("{whole}\n{notes}"));
    review.run().assert_nothing_happened();
    review.delete("reports/a.txt");
    let told = review.run();
    assert!(
        told.json["problems"].to_string().contains("run again"),
        "{told:#?}"
    );
    assert_eq!(review.run().ran(), "own-a");
    assert_eq!(shown(&review), new);
}

#[test]
fn a_clock_that_goes_back_hides_no_change() {
    let review = small().built();
    let text = review.text("data/a.txt");
    assert_eq!(text, "a\n");
    for (seconds, text) in [(1, "c\n"), (1_000_000_000, "d\n"), (4_000_000_000, "e\n")] {
        review.write("data/a.txt", text);
        let file = std::fs::File::options()
            .append(true)
            .open(review.path("data/a.txt"));
        let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        file.and_then(|file| file.set_modified(then)).expect("set");
        let run = review.run();
        assert_eq!(run.ran(), "own-a both", "{seconds}: {run:#?}");
        assert_eq!(review.text("reports/z.txt"), format!("{text}b\n"));
    }
    // Notes from the future are no reason to trust or to run.
    for path in [".review/stat", "data/b.txt"] {
        let file = std::fs::File::options()
            .append(true)
            .open(review.path(path));
        let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(5_000_000_000);
        file.and_then(|file| file.set_modified(then)).expect("set");
    }
    review.run().assert_nothing_happened();
    review.write("data/b.txt", "f\n");
    assert_eq!(review.run().ran(), "own-b both");
}

#[test]
fn runs_at_once_on_one_cache_do_the_work_once() {
    let review = small();
    let children: Vec<_> = (0..4).map(|_| review.start(&[])).collect();
    let runs: Vec<Run> = children
        .into_iter()
        .map(|child| Run::of(child.wait_with_output().expect("it ends")))
        .collect();
    assert!(runs.iter().all(|run| run.exit == 0), "{runs:#?}");
    let worked = runs.iter().filter(|run| run.ran() == COUNT).count();
    assert_eq!(worked, 1, "{runs:#?}");
}

#[test]
fn readers_during_a_run_always_see_something_whole() {
    let review = small();
    let mut run = review.start(&[]);
    let mut readers = Vec::new();
    for i in 0..100 {
        let arguments: &[&str] = match i % 3 {
            0 => &["status", "--json"],
            1 => &["graph", "--format", "json"],
            _ => &["check", "--json"],
        };
        let mut command = review.review(arguments);
        readers.push(
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it starts"),
        );
        if readers.len() == 10 {
            for reader in readers.drain(..) {
                let called = Called::of(reader.wait_with_output().expect("it ends"));
                assert_eq!(called.exit, 0, "{called:#?}");
                assert!(called.json().is_object());
            }
        }
    }
    assert!(run.wait().expect("it ends").success());
}

/// Runs a shell script with a folder that cannot be written to, in a space of its own; `None` where the machine allows no such thing.
#[cfg(target_os = "linux")]
fn with_read_only(review: &Review, folder: &str, arguments: &[&str]) -> Option<Called> {
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" || exit 99; shift; exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
    command.arg(review.path(folder));
    let inner = review.review(arguments);
    command.arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let called = Called::of(command.output().ok()?);
    (called.exit != 99 && !called.err.contains("unshare: ")).then_some(called)
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_told_and_later_made_good() {
    let new = shown(&small().built());
    for folder in ["", "reports", ".review", "data"] {
        let review = changed();
        review.write("data/a.txt", "a\n");
        review.run();
        review.write("data/b.txt", "other\n");
        let Some(called) = with_read_only(&review, folder, &["run", "--trust"]) else {
            return;
        };
        if folder == "data" {
            assert_eq!(called.exit, 0, "a run writes nothing there: {called:#?}");
        } else {
            assert_ne!(called.exit, 0, "{folder}: {called:#?}");
            assert!(
                called.err.to_lowercase().contains("read-only"),
                "{folder}: {}",
                called.err
            );
        }
        let status = with_read_only(&review, "", &["status"]).expect("as before");
        assert_eq!(
            status.exit, 0,
            "readers need no right to write: {status:#?}"
        );
        review.write("data/b.txt", "b\n");
        assert_eq!(review.run().exit, 0);
        assert_eq!(shown(&review), new, "{folder}");
    }
}

#[cfg(unix)]
#[test]
fn a_kill_takes_the_programs_of_the_run_along() {
    if !Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "true"])
        .status()
        .is_ok_and(|status| status.success())
    {
        return;
    }
    let flags = tempfile::tempdir().expect("a folder");
    let at = flags.path().display();
    let stage = format!(
        "  - {{ id: slow, run: [sh, -c, \"touch {at}/works; sleep 2; touch {at}/late; cp {at}/works {{out.n}}\"], out: {{ n: reports/n.txt }} }}\n"
    );
    let review = Review::pipeline(&stage, &[]);
    let mut child = review.start(&[]);
    wait_until("the stage", || flags.path().join("works").exists());
    child.kill().expect("killed");
    child.wait().expect("dead");
    std::thread::sleep(std::time::Duration::from_millis(2500));
    assert!(!flags.path().join("late").exists());
}
