//! `review watch`: a saved file is run, the page hears of it, and Ctrl-C ends it.

#![cfg(unix)]

mod support;

use support::served::Served;
use support::{Review, mini, wait_until};

/// A watch with a page.
struct Watch(Served);

impl Watch {
    fn start(review: &Review, more: &[&str]) -> Self {
        let arguments = [&["watch", "--no-open", "--trust"], more].concat();
        Self(Served::start(review.review(&arguments)))
    }

    fn get(&self, path: &str) -> (u16, String) {
        let answer = self.0.get(path);
        (answer.status, answer.body)
    }

    fn state(&self, query: &str) -> serde_json::Value {
        let (status, body) = self.get(&format!("state{query}"));
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).expect("JSON")
    }

    /// The news behind a version.
    fn after(&self, version: u64) -> serde_json::Value {
        let mut state = self.state("");
        wait_until("a run", || {
            state = self.state(&format!("?since={version}"));
            state["version"].as_u64() > Some(version)
        });
        state
    }
}

const REPORT: &str = "files/reports/report.html";

/// The cell of the small review that is edited, as it stands and as it is then.
const CELL: (&str, &str) = ("14.2", "11.9");

fn edit(review: &Review) {
    let path = "data/extraction/outcomes.csv";
    let text = review.text(path);
    assert!(text.contains(CELL.0), "{text}");
    review.write(path, &text.replace(CELL.0, CELL.1));
}

fn shows_a_saved_cell(more: &[&str]) {
    let review = mini::whole();
    let watch = Watch::start(&review, more);
    let first = watch.after(0);
    assert_eq!(first["failed"], false, "{first}");
    let old = watch.get(REPORT);
    assert_eq!(old.0, 200);
    assert_eq!(old.1, review.text("reports/report.html"));

    edit(&review);
    let next = watch.after(first["version"].as_u64().expect("a number"));
    assert_eq!(next["failed"], false, "{next}");
    assert_ne!(next["reports"][0]["digest"], first["reports"][0]["digest"]);
    let new = watch.get(REPORT);
    assert_ne!(new.1, old.1);
    assert_eq!(new.1, review.text("reports/report.html"));
}

#[test]
fn a_saved_cell_is_in_the_report_that_the_page_then_loads() {
    shows_a_saved_cell(&[]);
}

#[test]
fn a_folder_that_another_took_the_place_of_is_watched_on() {
    let review = mini::whole();
    let watch = Watch::start(&review, &[]);
    let mut state = watch.after(0);
    let (data, old) = (review.path("data"), review.path(".old"));
    std::fs::rename(&data, &old).expect("moved");
    state = watch.after(state["version"].as_u64().expect("a number"));
    assert_eq!(state["failed"], true, "{state}");
    std::fs::rename(&old, &data).expect("moved back");
    state = watch.after(state["version"].as_u64().expect("a number"));
    assert_eq!(state["failed"], false, "{state}");
    edit(&review);
    state = watch.after(state["version"].as_u64().expect("a number"));
    assert_eq!(
        watch.get(REPORT).1,
        review.text("reports/report.html"),
        "{state}"
    );
}

#[test]
fn the_same_where_the_system_tells_of_no_changes() {
    shows_a_saved_cell(&["--poll"]);
}

#[test]
fn a_broken_file_is_told_the_last_report_stays_and_mending_goes_on() {
    let review = mini::whole();
    let watch = Watch::start(&review, &[]);
    let first = watch.after(0);
    let (good, shown) = (review.text("pipeline.yaml"), watch.get(REPORT));
    review.write("pipeline.yaml", "version: [\n");
    let broken = watch.after(first["version"].as_u64().expect("a number"));
    assert_eq!(broken["failed"], true);
    assert_eq!(watch.get(REPORT), shown);
    review.write("pipeline.yaml", &good);
    let mended = watch.after(broken["version"].as_u64().expect("a number"));
    assert_eq!(mended["failed"], false, "{mended}");
}

#[test]
fn the_page_is_for_whoever_has_its_address_and_gives_what_runs_showed() {
    let review = mini::whole();
    let watch = Watch::start(&review, &[]);
    watch.after(0);
    let page = watch.0.get("");
    assert!(
        page.status == 200 && page.body.contains("<iframe"),
        "{}",
        page.head
    );
    let policy = page.header("Content-Security-Policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
    for path in ["script.js", "style.css"] {
        assert_eq!(watch.get(path).0, 200, "{path}");
    }
    for path in [
        "files/pipeline.yaml",
        "files/reports/../pipeline.yaml",
        "files//etc/passwd",
        "files/data/protocol.yaml",
        "elsewhere",
    ] {
        assert_eq!(watch.get(path).0, 404, "{path}");
    }
    let (own, host) = (format!("/{}/", watch.0.token), watch.0.own_host());
    let status = |method, path, host| watch.0.send(method, path, host, "").status;
    assert_eq!(status("GET", "/guessed/", &host), 404);
    assert_eq!(status("GET", &own, "Host: evil.example\r\n"), 403);
    assert_eq!(status("POST", &own, &host), 405);
}

#[test]
fn an_unchanged_project_stays_quiet_and_ctrl_c_ends_with_exit_code_0() {
    let review = mini::whole();
    let mut watch = Watch::start(&review, &[]);
    let first = watch.after(0);
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert_eq!(
        watch.state("")["version"],
        first["version"],
        "its own files wake nobody"
    );
    let id = rustix::process::Pid::from_child(&watch.0.child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("sent");
    let ended = watch.0.child.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0));
    review.run().assert_nothing_happened();
}
