//! One child process with all that it starts: fenced in where the system can, and ended as a whole.
//!
//! Where Linux namespaces are to be had, a program runs through `unshare`: without a network unless it may have one, and in a
//! process space of its own, so that nothing it started outlives it. `setpriv` lets it die with this program, however that ends.
//! Elsewhere it runs in a process group of its own, which is ended as a whole.

use super::cancel::Cancel;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How long a program that was asked to end may take before it is ended.
const GRACE: Duration = Duration::from_millis(300);

/// How a program ended.
pub(super) enum Ended {
    /// By itself.
    Itself(ExitStatus),
    /// Its time was over.
    TooSlow,
    /// The run was stopped.
    Cancelled,
}

/// What stands before a program's own words to fence it in.
#[derive(Debug, Default)]
pub(super) struct Fence {
    offline: Vec<&'static str>,
    online: Vec<&'static str>,
}

const WITH_PARENT: &[&str] = &["setpriv", "--pdeathsig", "KILL", "--"];
const SPACES: &[&str] = &[
    "unshare",
    "--user",
    "--map-current-user",
    "--pid",
    "--fork",
    "--kill-child",
];
const OLDER_SPACES: &[&str] = &["unshare", "--user", "--map-root-user"];

impl Fence {
    /// The fence that works on this machine, looked for once.
    pub(super) fn here() -> &'static Self {
        static HERE: OnceLock<Fence> = OnceLock::new();
        HERE.get_or_init(|| {
            if cfg!(target_os = "linux") {
                Self::found()
            } else {
                Self::default()
            }
        })
    }

    fn found() -> Self {
        let with = |parts: &[&[&'static str]], last: &[&'static str]| {
            let mut words: Vec<&'static str> = parts.concat();
            words.extend(last);
            words
        };
        for parts in [&[WITH_PARENT, SPACES][..], &[SPACES], &[OLDER_SPACES]] {
            let offline = with(parts, &["--net", "--"]);
            if works(&offline) {
                let online = with(parts, &["--"]);
                return Self { offline, online };
            }
        }
        let online = with(&[WITH_PARENT], &[]);
        Self {
            online: if works(&online) { online } else { Vec::new() },
            offline: Vec::new(),
        }
    }

    /// Whether a program can be kept from the network.
    pub(super) fn keeps_offline(&self) -> bool {
        !self.offline.is_empty()
    }

    /// In words, for the journal.
    pub(super) fn in_words(&self) -> &'static str {
        if self.keeps_offline() {
            "off unless `network: true`"
        } else {
            "not fenced off: this machine has no namespaces that `unshare` can make"
        }
    }

    /// A command of these words.
    pub(super) fn command(&self, network: bool, program: &str, arguments: &[String]) -> Command {
        let before = if network || !self.keeps_offline() {
            &self.online
        } else {
            &self.offline
        };
        let mut words = before.iter().copied().chain([program]);
        let mut command = Command::new(words.next().unwrap_or(program));
        command.args(words).args(arguments);
        command
    }

    /// The same for a program that sees folders beneath layers: what `mount` is told of each, options and place. `None` where the
    /// program could not be kept from taking a layer off.
    #[cfg(unix)]
    pub(super) fn command_over(
        &self,
        network: bool,
        layers: &[(String, PathBuf)],
        program: &str,
        arguments: &[String],
    ) -> Option<Command> {
        if !self.offline.starts_with(WITH_PARENT) {
            return None;
        }
        let spaces = [
            "--user",
            "--map-root-user",
            "--mount",
            "--",
            "sh",
            "-c",
            LAY,
            "sh",
        ];
        let (first, rest) = WITH_PARENT.split_first()?;
        let mut command = Command::new(first);
        command.args(rest).arg("unshare").args(spaces);
        for (options, place) in layers {
            command.arg(options).arg(place);
        }
        // Within spaces of its own it is the user again, who may not touch what was mounted outside of them.
        let user = rustix::process::getuid().as_raw();
        let group = rustix::process::getgid().as_raw();
        command.arg("--").args(WITH_PARENT).arg("unshare");
        command.arg(format!("--map-user={user}"));
        command.arg(format!("--map-group={group}"));
        command.args(["--pid", "--fork", "--kill-child"]);
        command.args((!network).then_some("--net"));
        command.arg("--").arg(program).args(arguments);
        Some(command)
    }

    #[cfg(not(unix))]
    pub(super) fn command_over(
        &self,
        _network: bool,
        _layers: &[(String, PathBuf)],
        _program: &str,
        _arguments: &[String],
    ) -> Option<Command> {
        None
    }
}

/// Lays the layers that it is told of (options, place, …, `--`) and becomes the program.
const LAY: &str = r#"while [ "$1" != -- ]; do mount -t overlay layer -o "$1" "$2" || exit 125; shift 2; done; shift; exec "$@""#;

/// Whether a fence stands on this machine.
fn works(words: &[&str]) -> bool {
    let Some((program, rest)) = words.split_first() else {
        return false;
    };
    let mut command = Command::new(program);
    command.args(rest).arg("true");
    command.stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether there is a program of this name: a path below `folder`, or a name in one of the folders of `path`.
pub(super) fn is_installed(program: &str, folder: &Path, path: &OsStr) -> bool {
    if program.contains(std::path::is_separator) {
        return folder.join(program).is_file();
    }
    let named = |folder: PathBuf| folder.join(program);
    let mut places = std::env::split_paths(path).map(named);
    places.any(|place| is_program(&place))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    let endings = ["", "exe", "bat", "cmd"];
    endings
        .iter()
        .any(|ending| path.is_file() || path.with_extension(ending).is_file())
}

/// Runs a command to its end, and ends it with all that it started when its time is over or the run is stopped.
///
/// # Errors
///
/// When it cannot be started.
pub(super) fn run(
    mut command: Command,
    timeout: Option<Duration>,
    cancel: &Cancel,
) -> io::Result<Ended> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    let start = Instant::now();
    let mut pause = Duration::from_micros(500);
    let why = loop {
        if has_ended(&mut child)? {
            // Whatever it left behind would write into a folder that is about to go.
            end_group(&child);
            return child.wait().map(Ended::Itself);
        }
        let over = timeout.is_some_and(|timeout| start.elapsed() >= timeout);
        if over || cancel.is_asked() {
            break if over {
                Ended::TooSlow
            } else {
                Ended::Cancelled
            };
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    ask_group(&child);
    let asked = Instant::now();
    while asked.elapsed() < GRACE && !has_ended(&mut child)? {
        std::thread::sleep(Duration::from_millis(5));
    }
    end_group(&child);
    // A child outside of its group is ended by itself; one that ended is no error.
    let _ = child.kill();
    child.wait()?;
    Ok(why)
}

/// Whether a child ended; it is not yet reaped, so that its number stays its own.
#[cfg(unix)]
fn has_ended(child: &mut Child) -> io::Result<bool> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    Ok(waitid(WaitId::Pid(Pid::from_child(child)), options)?.is_some())
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> io::Result<bool> {
    child.try_wait().map(|status| status.is_some())
}

#[cfg(unix)]
fn signal_group(child: &Child, signal: rustix::process::Signal) {
    // No such group: everything in it ended.
    let _ = rustix::process::kill_process_group(rustix::process::Pid::from_child(child), signal);
}

#[cfg(unix)]
fn ask_group(child: &Child) {
    signal_group(child, rustix::process::Signal::TERM);
}

#[cfg(unix)]
fn end_group(child: &Child) {
    signal_group(child, rustix::process::Signal::KILL);
}

#[cfg(not(unix))]
fn ask_group(_child: &Child) {}

#[cfg(not(unix))]
fn end_group(_child: &Child) {}

/// The folders that programs are looked for in.
#[expect(
    clippy::disallowed_methods,
    reason = "a program is found as the user's shell finds it; what it gives is keyed by its words and inputs"
)]
pub(super) fn search_path() -> OsString {
    std::env::var("PATH").map_or_else(|_| "/usr/bin:/bin".into(), OsString::from)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_a_program_started_ends_with_it_when_its_time_is_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let late = folder.path().join("late");
        let script = format!("(sleep 2; touch {}) & sleep 30", late.display());
        let start = Instant::now();
        let ended = run(
            shell(&script),
            Some(Duration::from_millis(200)),
            &Cancel::default(),
        );
        assert!(matches!(ended.expect("it starts"), Ended::TooSlow));
        assert!(start.elapsed() < Duration::from_secs(2));
        std::thread::sleep(Duration::from_millis(2300));
        assert!(!late.exists(), "the child of the child lives on");
    }

    #[test]
    fn a_program_that_left_another_behind_takes_it_along() {
        let folder = tempfile::tempdir().expect("a folder");
        let late = folder.path().join("late");
        let script = format!("(sleep 1; touch {}) & exit 3", late.display());
        let ended = run(shell(&script), None, &Cancel::default()).expect("it starts");
        assert!(matches!(ended, Ended::Itself(status) if status.code() == Some(3)));
        std::thread::sleep(Duration::from_millis(1300));
        assert!(!late.exists());
    }

    #[test]
    fn a_stop_ends_a_program_that_does_not_listen() {
        let cancel = Cancel::default();
        let stop = cancel.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            stop.ask();
        });
        let start = Instant::now();
        let ended = run(shell("trap '' TERM; sleep 30; sleep 30"), None, &cancel);
        assert!(matches!(ended.expect("it starts"), Ended::Cancelled));
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_program_is_found_by_name_or_by_path() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(is_installed("sh", folder.path(), &search_path()));
        assert!(!is_installed(
            "no-such-program-here",
            folder.path(),
            &search_path()
        ));
        assert!(!is_installed("./sh", folder.path(), &search_path()));
    }
}
