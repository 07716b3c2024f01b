//! How long the shipped review takes as a whole process: from nothing, and when nothing changed.
//!
//! Up to the report: the Word document is made by another program. `cargo bench` prints the median of the runs. The aims are 0.3 s and 10 ms.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 11;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["pipeline.yaml", "data", "stages"] {
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(name),
            &folder.path().join(name),
        );
    }
    let nothing = median(|| {
        for made in [".review", "reports", "pipeline.lock"] {
            let path = folder.path().join(made);
            let _ = std::fs::remove_dir_all(&path);
            let _ = std::fs::remove_file(&path);
        }
        run(folder.path())
    });
    run(folder.path());
    let unchanged = median(|| run(folder.path()));
    report("from nothing", nothing);
    report("nothing changed", unchanged);
}

fn run(folder: &Path) -> Duration {
    let clock = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_review"))
        .arg("-C")
        .arg(folder)
        .args(["run", "report"])
        .env_remove("CI")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.expect("the program starts").success());
    clock.elapsed()
}

fn median(mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| work()).collect();
    times.sort();
    times[RUNS / 2]
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn report(what: &str, time: Duration) {
    println!(
        "{what}: {:.1} ms (median of {RUNS})",
        time.as_secs_f64() * 1e3
    );
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        std::fs::create_dir_all(to).expect("a folder");
        for entry in std::fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        std::fs::copy(from, to).expect("a copy");
    }
}
