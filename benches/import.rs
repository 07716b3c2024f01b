//! How fast exports become typed records, and the whole `review import` JSON Lines, beside the crate biblib.
//!
//! Real exports of one format, one behind another and again until there are 100 MB, are read from memory on one thread; then the
//! program reads them from a file. `cargo bench --bench import` prints the median of the runs.
//! The aims: RIS 400 MB/s and nbib 300 MB/s to typed records, the program at least half of that and below 200 MB of memory.
//!
//! `-- --exports DIR` takes the exports from elsewhere; `-- --keep DIR` leaves the files there, for `scripts/bench-import`.

#![expect(
    clippy::disallowed_methods,
    reason = "a bench reads exports and the kernel's accounts, and writes its own files"
)]

use biblib::{CitationParser, PubMedParser, RisParser};
use review::bib::write::Output;
use review::bib::{self, Format, Options};
use review::problem::Severity;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 5;
/// Bytes of each file.
const SIZE: usize = 100_000_000;
/// Bytes of whole records taken from each export, so that no platform weighs much more than another.
const EACH: usize = 20_000;
/// Exports tried in turn; the second is always there.
const EXPORTS: [&str; 2] = ["../shared/corpus/exports", "data/searches"];
/// What nothing is said about is read as everybody would read it.
const SAID: [Severity; 2] = [Severity::Error, Severity::Warning];

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let keep = argument("--keep").map_or(folder.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&keep).expect("a folder");
    let exports = exports();
    for format in [Format::Ris, Format::Nbib] {
        let text = repeated(&exports, format);
        let path = keep.join(format!("repeated.{format}"));
        std::fs::write(&path, &text).expect("the file is written");
        of_format(format, &text, &path);
    }
}

fn of_format(format: Format, text: &str, path: &Path) {
    let typed = median(|| handed_on(text));
    report(format, "typed records, one by one", text, typed, "");
    let held = median(|| held(text));
    report(format, "typed records, all held", text, held, "");
    let lines = median(|| as_json_lines(text));
    report(format, "JSON Lines, one thread", text, lines, "");
    let peer = median(|| peer(format, text));
    report(format, "biblib", text, peer, "");
    for (what, one_core) in [("review import", false), ("review import, one core", true)] {
        if !one_core || has_taskset() {
            let runs: Vec<_> = (0..RUNS).map(|_| run(path, one_core)).collect();
            report(format, what, text, middle(&runs), &peak(&runs));
        }
    }
}

fn handed_on(text: &str) -> Duration {
    on_thread(|| {
        bib::read_each("a", text.as_bytes(), &Options::default(), &mut |record| {
            black_box(&record);
        })
    })
}

fn held(text: &str) -> Duration {
    on_thread(|| bib::read("a", text.as_bytes()))
}

fn as_json_lines(text: &str) -> Duration {
    on_thread(|| {
        let mut lines = String::new();
        bib::read_each("a", text.as_bytes(), &Options::default(), &mut |record| {
            lines.clear();
            Output::Jsonl.push(&mut lines, &record, false);
            black_box(&lines);
        })
    })
}

fn peer(format: Format, text: &str) -> Duration {
    on_thread(|| by_biblib(format, text).expect("biblib reads each export by itself"))
}

/// Time on this thread without what others took of the core; where the system does not say, time by the clock.
fn on_thread<T>(work: impl FnOnce() -> T) -> Duration {
    let (clock, before) = (Instant::now(), taken());
    black_box(work());
    match (before, taken()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => clock.elapsed(),
    }
}

/// Time that the kernel has given this thread.
fn taken() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = text.split(' ').next()?.parse().ok()?;
    (nanos > 0).then(|| Duration::from_nanos(nanos))
}

fn by_biblib(format: Format, text: &str) -> Option<Vec<biblib::Citation>> {
    match format {
        Format::Nbib => PubMedParser::new().parse(text).ok(),
        _ => RisParser::new().parse(text).ok(),
    }
}

/// Texts of all exports that can be found, in the order of their names.
fn exports() -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = argument("--exports").map(PathBuf::from).or_else(|| {
        let tried = EXPORTS.iter().map(|folder| here.join(folder));
        tried.into_iter().find(|folder| folder.is_dir())
    });
    let mut texts = Vec::new();
    collect(&folder.expect("a folder of exports"), &mut texts);
    texts
}

fn collect(folder: &Path, texts: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, texts);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            texts.push(text);
        }
    }
}

/// The first records of each export of one format that every reader takes, one behind another until there is enough.
fn repeated(exports: &[String], format: Format) -> String {
    let parts: Vec<_> = exports
        .iter()
        .filter_map(|text| head(text, format))
        .collect();
    assert!(!parts.is_empty(), "no export of the format {format}");
    let mut all = String::with_capacity(SIZE + (1 << 20));
    for part in parts.iter().cycle() {
        if all.len() >= SIZE {
            break;
        }
        all.push_str(part);
        all.push_str("\n\n");
    }
    let size = all.len() as f64 / 1e6;
    say(&format!(
        "{format}: {} exports, repeated to {size:.0} MB",
        parts.len()
    ));
    all
}

/// The first records of an export, where it is of the format and neither this program nor biblib stumbles over it.
fn head(text: &str, format: Format) -> Option<String> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let import = bib::read("a", text.as_bytes());
    let said = import
        .problems
        .iter()
        .any(|problem| SAID.contains(&problem.severity));
    if import.format != Some(format) || said || text.contains('\r') {
        return None;
    }
    let ends: Vec<_> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    let until = |line: u32| ends.get(line as usize - 1).copied().unwrap_or(text.len());
    let mut cuts = import
        .records
        .iter()
        .map(|record| until(record.source.end_line));
    let head = text[..cuts.find(|cut| *cut >= EACH).unwrap_or(text.len())].to_owned();
    let usual = head.len() < 10 * EACH;
    (usual && by_biblib(format, &head).is_some()).then_some(head)
}

/// Time and peak memory in kB of the program.
fn run(path: &Path, one_core: bool) -> (Duration, u64) {
    let program = env!("CARGO_BIN_EXE_review");
    let mut command = Command::new(if one_core { "taskset" } else { program });
    if one_core {
        command.args(["--cpu-list", "0", program]);
    }
    let clock = Instant::now();
    let mut child = command
        .arg("import")
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut most = 0;
    while child.try_wait().expect("the program runs").is_none() {
        most = most.max(memory(child.id()));
        std::thread::sleep(Duration::from_millis(2));
    }
    (clock.elapsed(), most)
}

/// The most memory a process has held, in kB; nothing where the system does not say.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

fn has_taskset() -> bool {
    Command::new("taskset")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok()
}

fn argument(name: &str) -> Option<String> {
    std::env::args()
        .skip_while(|argument| argument != name)
        .nth(1)
}

fn median(mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| work()).collect();
    times.sort();
    times[RUNS / 2]
}

fn middle(runs: &[(Duration, u64)]) -> Duration {
    let mut times: Vec<_> = runs.iter().map(|run| run.0).collect();
    times.sort();
    times[times.len() / 2]
}

fn peak(runs: &[(Duration, u64)]) -> String {
    let most = runs.iter().map(|run| run.1).max().unwrap_or(0);
    format!(", at most {} MB of memory", most / 1000)
}

fn report(format: Format, what: &str, text: &str, time: Duration, more: &str) {
    let speed = text.len() as f64 / 1e6 / time.as_secs_f64();
    say(&format!("{format:5} {what:26} {speed:6.0} MB/s{more}"));
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn say(text: &str) {
    println!("{text}");
}
