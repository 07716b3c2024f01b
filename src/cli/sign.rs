//! `review sign`, and the signatures that `review audit --verify` looks at.

use super::project::{self, Here};
use super::{Exit, Terminal};
use crate::engine::{self, Project, SIGNATURES, files};
use crate::path::RelPath;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Signs `pipeline.lock` with an SSH key, so that a person stands behind this state of the review.
///
/// The lock names every input and output by its digest, so the signature covers them all. It is written to
/// `signatures/NAME.sig`, in the form that git uses (`ssh-keygen -Y sign -n review`); a later run makes it void. OpenSSH
/// has to be installed. Exit code 4 when a file is not as the lock says: nobody should sign that.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review sign --key ~/.ssh/id_ed25519 jane@example.org
  review audit --verify allowed_signers     lines such as: jane@example.org ssh-ed25519 AAAA…")]
pub(super) struct Args {
    /// Who signs, as the list of allowed signers names them
    #[arg(value_name = "NAME")]
    name: String,
    /// The private key, or the public one of a key that an agent holds
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// What they sign.
const LOCK: &str = "pipeline.lock";

/// Runs the command.
pub(super) fn run(args: &Args, here: &Here, terminal: &mut Terminal) -> Exit {
    here.work(false, terminal, |project, terminal| {
        let path = format!("{SIGNATURES}/{}.sig", args.name);
        let plain = !args.name.contains('/') && !args.name.starts_with(['.', '-']);
        if !plain || RelPath::parse(&path).is_err() {
            terminal.say(format!(
                "{:?} cannot be the name of a file; write it as an address, jane@example.org",
                args.name
            ));
            return Ok(Exit::Wrong);
        }
        let compared = engine::compare(project);
        if !compared.problems.is_empty() {
            project::print_problems(&compared.problems, here, terminal);
            terminal.say(
                "the files are not those of the lock, and nothing was signed; `review run` first",
            );
            return Ok(Exit::Difference);
        }
        let lock = lock_of(project)?;
        let key = args.key.to_string_lossy();
        let output = ssh_keygen(&["-Y", "sign", "-n", "review", "-f", &key], &lock)?;
        if !output.status.success() {
            terminal.say(format!("nothing was signed: {}", said(&output)));
            return Ok(Exit::StageFailed);
        }
        files::write(&project.root.join(&path), &output.stdout, false).map_err(|error| {
            Problem::error("sign::system", format!("{path} cannot be written: {error}"))
        })?;
        terminal.line(path);
        Ok(Exit::Done)
    })
}

/// The names whose signatures hold, and what is wrong with others.
#[derive(Debug, Default)]
pub(super) struct Signed {
    pub(super) by: Vec<String>,
    pub(super) problems: Problems,
}

/// Looks at every signature of a project with a list of allowed signers.
pub(super) fn verified(project: &Project<'_>, allowed: &Path) -> Signed {
    let mut signed = Signed::default();
    if let Err(problems) = verify(project, allowed, &mut signed) {
        signed.problems.append(problems);
    }
    signed
}

fn verify(project: &Project<'_>, allowed: &Path, signed: &mut Signed) -> Result<(), Problems> {
    let shown = allowed.display().to_string();
    files::read(allowed).map_err(|error| {
        Problem::error(
            "audit::unreadable",
            format!("{shown} cannot be read: {error}"),
        )
        .at(Place::file(&shown))
    })?;
    let lock = lock_of(project)?;
    let folder = project.root.join(SIGNATURES);
    let listed = files::list(&project.root, &folder).unwrap_or_default();
    let signatures = listed.iter().filter(|path| path.ends_with(".sig"));
    for path in signatures {
        let name = path
            .rsplit('/')
            .next()
            .unwrap_or(path)
            .trim_end_matches(".sig");
        let file = project.root.join(path);
        let arguments = [
            "-Y",
            "verify",
            "-n",
            "review",
            "-f",
            &shown,
            "-I",
            name,
            "-s",
            &file.to_string_lossy(),
        ];
        let output = ssh_keygen(&arguments, &lock)?;
        if output.status.success() {
            signed.by.push(name.to_owned());
        } else {
            let title = format!(
                "the signature of {name} does not stand for this lock and list of signers: {}",
                said(&output)
            );
            signed.problems.push(
                Problem::error("audit::bad-signature", title)
                    .at(Place::file(path))
                    .help(
                        "whoever stands behind the present state signs it again with `review sign`",
                    ),
            );
        }
    }
    if signed.by.is_empty() && signed.problems.is_empty() {
        signed.problems.push(
            Problem::error("audit::unsigned", "nobody signed this state of the review")
                .at(Place::file(LOCK))
                .help("`review sign --key ~/.ssh/id_ed25519 NAME`"),
        );
    }
    Ok(())
}

fn lock_of(project: &Project<'_>) -> Result<Vec<u8>, Problem> {
    files::read(&project.root.join(LOCK)).map_err(|error| {
        Problem::error("sign::system", format!("{LOCK} cannot be read: {error}"))
            .at(Place::file(LOCK))
    })
}

/// Calls OpenSSH's program with the lock on its standard input.
fn ssh_keygen(arguments: &[&str], lock: &[u8]) -> Result<Output, Problem> {
    let failed = |error: std::io::Error| {
        let title = if error.kind() == ErrorKind::NotFound {
            "there is no program `ssh-keygen`, which makes and checks signatures".to_owned()
        } else {
            format!("ssh-keygen cannot be run: {error}")
        };
        Problem::error("sign::no-ssh-keygen", title)
            .help("install OpenSSH (Debian: openssh-client)")
    };
    let mut child = Command::new("ssh-keygen")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        // A program that ends before it read everything says why itself.
        let _ = input.write_all(lock);
    }
    child.wait_with_output().map_err(failed)
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("; ")
}
