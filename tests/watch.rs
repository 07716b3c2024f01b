//! `review watch`: a saved file is run, the page hears of it, and Ctrl-C ends it.

#![cfg(unix)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use support::{Review, mini, wait_until};

/// A watch with a page; ended when dropped.
struct Watch {
    child: Child,
    host: String,
    token: String,
}

impl Watch {
    fn start(review: &Review, more: &[&str]) -> Self {
        let mut command = review.review(&[&["watch", "--no-open", "--trust"], more].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let mut address = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        out.read_line(&mut address).expect("text");
        // What it tells of its runs is read on, so that it never waits for a reader.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let rest = address.trim().strip_prefix("http://").expect("an address");
        let (host, token) = rest.split_once('/').expect("a token");
        Self {
            host: host.to_owned(),
            token: token.trim_end_matches('/').to_owned(),
            child,
        }
    }

    fn send(&self, method: &str, path: &str, host: &str) -> (u16, String, String) {
        let mut socket = TcpStream::connect(&self.host).expect("it listens");
        write!(
            socket,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .expect("sent");
        let mut text = String::new();
        socket.read_to_string(&mut text).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        (
            head[9..12].parse().expect("a status"),
            head.to_owned(),
            body.to_owned(),
        )
    }

    fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.send("GET", &format!("/{}/{path}", self.token), &self.host);
        (status, body)
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

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
    let (status, head, body) = watch.send("GET", &format!("/{}/", watch.token), &watch.host);
    assert!(status == 200 && body.contains("<iframe"), "{head}");
    assert!(head.contains("Content-Security-Policy: default-src 'none'; script-src 'self'"));
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
    let own = format!("/{}/", watch.token);
    assert_eq!(watch.send("GET", "/guessed/", &watch.host).0, 404);
    assert_eq!(watch.send("GET", &own, "evil.example").0, 403);
    assert_eq!(watch.send("POST", &own, &watch.host).0, 405);
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
    let id = rustix::process::Pid::from_child(&watch.child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("sent");
    let ended = watch.child.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0));
    review.run().assert_nothing_happened();
}
