//! The page of `review watch`: the report in a frame, which a script loads again when a run has changed it.

use crate::cli::door::{Visit, own};
use crate::cli::http::{Reply, without_percents};
use crate::digest::Digest;
use crate::engine::{RunReport, files};
use crate::problem::Problems;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// The frame and its script, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// A report may hold its own style and pictures, and no script of its own is let in from elsewhere; it says more of itself.
const REPORT: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    form-action 'none'; frame-ancestors 'self'";

/// How long a page that asks for news is kept waiting; less than a connection lives.
const NEWS: Duration = Duration::from_secs(8);

/// What is shown, and who waits for more.
pub(super) struct Pages {
    root: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Counts the runs that were told.
    version: u64,
    /// What the last run came to, in a line.
    said: String,
    failed: bool,
    /// The files that runs showed, by path, with what they hold.
    files: BTreeMap<String, Digest>,
    closed: bool,
}

impl Pages {
    /// Of the project at `root`.
    pub(super) fn of(root: &Path) -> Self {
        let state = State {
            said: "the first run goes on".to_owned(),
            ..State::default()
        };
        Self {
            root: root.to_owned(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// Takes in what a run came to.
    pub(super) fn tell(&self, outcome: &Result<RunReport, Problems>, said: &str) {
        let mut state = self.state();
        state.version += 1;
        said.clone_into(&mut state.said);
        state.failed = !matches!(outcome, Ok(report) if !report.failed());
        if let Ok(report) = outcome {
            let outputs = report.stages.iter().flat_map(|stage| &stage.outputs);
            let shown = outputs.flat_map(crate::engine::StoredOutput::each_file);
            state.files.extend(shown);
        }
        self.changed.notify_all();
    }

    /// Lets everybody go who waits.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panicked")
    }

    /// Answers a request.
    pub(super) fn answer(&self, visit: Result<Visit, Reply>) -> Reply {
        let policy =
            |reply: Reply, policy: &str| own(reply).with("Content-Security-Policy", policy);
        let visit = match visit {
            Ok(visit) => visit,
            Err(refused) => return policy(refused, POLICY),
        };
        if visit.head.method != "GET" {
            return policy(Reply::plain(405, "this page only reads"), POLICY);
        }
        let text = |kind: &str, text: &str| Reply::new(200, kind, text.as_bytes().to_vec());
        let reply = match visit.path.as_str() {
            "" => text("text/html; charset=utf-8", include_str!("page.html")),
            "style.css" => text("text/css; charset=utf-8", include_str!("page.css")),
            "script.js" => text("text/javascript; charset=utf-8", include_str!("page.js")),
            "state" => self.news(&visit.query),
            path => match path.strip_prefix("files/") {
                Some(path) => return policy(self.file(path), REPORT),
                None => Reply::plain(404, "no such page"),
            },
        };
        policy(reply, POLICY)
    }

    /// What is to be shown, once it is another than the one that the page knows.
    fn news(&self, query: &str) -> Reply {
        let known = query
            .strip_prefix("since=")
            .and_then(|text| text.parse().ok());
        let waits = |state: &mut State| known == Some(state.version) && !state.closed;
        let state = self.changed.wait_timeout_while(self.state(), NEWS, waits);
        let (state, _) = state.expect("no thread panicked");
        let reports = state.files.iter();
        let reports: Vec<_> = reports
            .filter(|(path, _)| path.ends_with(".html"))
            .map(|(path, digest)| json!({"path": path, "digest": digest}))
            .collect();
        let news = json!({
            "version": state.version,
            "said": state.said,
            "failed": state.failed,
            "closed": state.closed,
            "reports": reports,
        });
        Reply::new(200, "application/json", news.to_string().into_bytes())
    }

    /// A file that a run showed, and none else.
    fn file(&self, path: &str) -> Reply {
        let path = without_percents(path);
        let path = path.as_str();
        if !self.state().files.contains_key(path) {
            return Reply::plain(404, "no run showed such a file");
        }
        let kind = match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "html" => "text/html; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "css" => "text/css; charset=utf-8",
            "json" => "application/json",
            _ => "text/plain; charset=utf-8",
        };
        match files::read(&self.root.join(path)) {
            Ok(bytes) => Reply::new(200, kind, bytes),
            Err(error) => Reply::plain(404, &format!("{path} cannot be read: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_found_by_the_address_that_a_browser_makes_of_its_path() {
        let root = tempfile::tempdir().expect("a folder");
        let path = "reports/报告 50%+1.html";
        files::write(&root.path().join(path), b"here", false).expect("written");
        let pages = Pages::of(root.path());
        let digest = Digest::of(b"here");
        pages.state().files.insert(path.to_owned(), digest);
        let found = pages.file("reports/%E6%8A%A5%E5%91%8A%2050%25%2B1.html");
        assert_eq!(found.text(), "here");
        assert!(
            pages
                .file("reports/../pipeline.yaml")
                .text()
                .contains("no run showed")
        );
    }
}
