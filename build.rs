//! Notes in released programs which sources they were built from, for `review --version`.
//!
//! Development builds say only that they are such, so that a commit rebuilds nothing.

use std::process::Command;

/// What the program is built from.
const BUILT_FROM: [&str; 4] = ["src", "Cargo.toml", "Cargo.lock", "build.rs"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=REVIEW_SOURCE={}", source());
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells build scripts the profile in no other way"
)]
fn source() -> String {
    if std::env::var("PROFILE").as_deref() != Ok("release") {
        return "development build".to_owned();
    }
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo::rerun-if-changed={log}");
    }
    for path in BUILT_FROM {
        println!("cargo::rerun-if-changed={path}");
    }
    let mut status = vec!["status", "--porcelain", "--"];
    status.extend(BUILT_FROM);
    let changed = if git(&status).is_some() {
        ", with changes since"
    } else {
        ""
    };
    let (commit, tree) = (git(&["rev-parse", "HEAD"]), git(&["rev-parse", "HEAD:./"]));
    match (commit, tree) {
        (Some(commit), Some(tree)) => {
            format!("commit {commit}, digest of its files (git tree) {tree}{changed}")
        }
        _ => "built outside a checkout".to_owned(),
    }
}

/// What git prints; nothing without git or a checkout.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
