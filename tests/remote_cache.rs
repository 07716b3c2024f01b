//! Results shared through a server: one that knows `WebDAV` and one that speaks S3, both started here. What comes is looked at as if an
//! enemy had sent it.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use support::{Called, Review, Run};

const KEY: &str = "a text of a team that nobody else knows";

const STAGES: &str = "  - { id: one, run: [sh, -c, \"sort {in.a} > {out.b}\"], in: { a: data/a.txt }, out: { b: reports/b.txt } }\n  \
                     - { id: two, run: [sh, -c, \"wc -l < {in.b} > {out.c}\"], in: { b: one.b }, out: { c: reports/c.txt } }\n";

fn project() -> Review {
    Review::pipeline(STAGES, &[("data/a.txt", "b\na\n")])
}

/// A server that keeps what is put, in memory.
#[derive(Clone, Default)]
struct Server {
    host: String,
    /// What stands at each path.
    held: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    /// The methods asked for, and the requests that bore a signature of Amazon's.
    asked: Arc<Mutex<BTreeMap<String, usize>>>,
    folders: Arc<Mutex<BTreeSet<String>>>,
    /// Whether folders are to be made before files are put into them.
    webdav: bool,
}

impl Server {
    fn start(webdav: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self {
            host: listener.local_addr().expect("an address").to_string(),
            webdav,
            ..Self::default()
        };
        server
            .folders
            .lock()
            .expect("held")
            .insert("/cache".to_owned());
        let all = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = all.clone();
                std::thread::spawn(move || server.meet(stream));
            }
        });
        server
    }

    fn meet(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                break;
            }
            head.push(line.trim_end().to_owned());
        }
        let Some((method, rest)) = head.first().and_then(|line| line.split_once(' ')) else {
            return;
        };
        let path = rest.split([' ', '?']).next().unwrap_or_default().to_owned();
        let header = |name: &str| {
            let mut all = head.iter().filter_map(|line| line.split_once(": "));
            all.find(|(field, _)| field.eq_ignore_ascii_case(name))
                .map(|(_, text)| text.to_owned())
        };
        let length = header("content-length")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("the body");
        let signed = header("authorization").is_some_and(|text| text.starts_with("AWS4-HMAC"));
        let mut asked = self.asked.lock().expect("held");
        *asked.entry(method.to_owned()).or_default() += 1;
        *asked.entry("signed".to_owned()).or_default() += usize::from(signed);
        drop(asked);
        let (status, body) = self.answer(method, &path, body);
        let length = body.len();
        let date = "Sun, 22 Nov 2026 10:00:00 GMT";
        let head = format!(
            "HTTP/1.1 {status} x\r\nContent-Length: {length}\r\nETag: \"1\"\r\nLast-Modified: {date}\r\nConnection: close\r\n\r\n"
        );
        let _ = stream.write_all(head.as_bytes());
        if method != "HEAD" {
            let _ = stream.write_all(&body);
        }
    }

    fn answer(&self, method: &str, path: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        let mut folders = self.folders.lock().expect("held");
        let mut held = self.held.lock().expect("held");
        let above = path
            .trim_end_matches('/')
            .rsplit_once('/')
            .map_or("", |(above, _)| above);
        let misses = self.webdav && !folders.contains(above);
        match method {
            "GET" | "HEAD" => held
                .get(path)
                .map_or((404, Vec::new()), |bytes| (200, bytes.clone())),
            "PUT" | "MKCOL" if misses => (409, Vec::new()),
            "PUT" => {
                held.insert(path.to_owned(), body);
                (201, Vec::new())
            }
            "MKCOL" if folders.insert(path.trim_end_matches('/').to_owned()) => (201, Vec::new()),
            "MKCOL" => (405, Vec::new()),
            _ => (501, Vec::new()),
        }
    }

    fn count(&self, what: &str) -> usize {
        self.asked
            .lock()
            .expect("held")
            .get(what)
            .copied()
            .unwrap_or(0)
    }
}

/// A place with the variables that lead there.
struct Place {
    address: String,
    variables: Vec<(&'static str, String)>,
}

impl Place {
    fn http(server: &Server) -> Self {
        Self {
            address: format!("http://{}/cache", server.host),
            variables: Vec::new(),
        }
    }

    fn s3(server: &Server) -> Self {
        let variables = [
            ("AWS_ENDPOINT", format!("http://{}", server.host)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_REGION", "eu-central-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "invented".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "invented too".to_owned()),
        ];
        Self {
            address: "s3://lab/below/it".to_owned(),
            variables: variables.into(),
        }
    }

    fn call(&self, review: &Review, arguments: &[&str]) -> std::process::Output {
        let mut command = review.review(arguments);
        let variables = self
            .variables
            .iter()
            .map(|(name, text)| (*name, text.as_str()));
        command.envs(variables).env("REVIEW_CACHE_KEY", KEY);
        command.output().expect("it starts")
    }

    fn cache(&self, review: &Review, what: &str) -> Called {
        Called::of(self.call(review, &["cache", what, &self.address]))
    }

    fn run(&self, review: &Review) -> Run {
        let arguments = ["run", "--json", "--trust", "--cache-dir", &self.address];
        Run::of(self.call(review, &arguments))
    }
}

fn goes_there_and_back(server: &Server, place: &Place) {
    let (one, other) = (project().built(), project());
    let pushed = place.cache(&one, "push");
    assert_eq!(pushed.exit, 0, "{pushed:#?}");
    assert!(pushed.out.starts_with("4 files left in "), "{}", pushed.out);
    let puts = server.count("PUT");
    let again = place.cache(&one, "push");
    assert!(again.out.starts_with("0 files left in "), "{}", again.out);
    assert_eq!(server.count("PUT"), puts, "what is there is not sent again");
    let pulled = place.cache(&other, "pull");
    assert!(pulled.out.contains("everything is here"), "{pulled:#?}");
    let run = other.run();
    assert_eq!(
        (run.with("fresh").as_str(), run.written().len()),
        ("one two", 2)
    );
    assert_eq!(other.tree("reports"), one.tree("reports"));
}

#[test]
fn results_go_through_a_webdav_server_that_wants_its_folders_made() {
    let server = Server::start(true);
    goes_there_and_back(&server, &Place::http(&server));
    assert!(server.count("MKCOL") > 0);
}

#[test]
fn results_go_through_a_server_that_knows_get_and_put_alone() {
    let server = Server::start(false);
    goes_there_and_back(&server, &Place::http(&server));
    assert_eq!(server.count("MKCOL"), 0);
}

#[test]
fn results_go_through_a_store_that_speaks_s3() {
    let server = Server::start(false);
    goes_there_and_back(&server, &Place::s3(&server));
    assert!(server.count("signed") > 8);
    let held = server.held.lock().expect("held");
    assert!(
        held.keys()
            .all(|path| path.starts_with("/lab/below/it/v1/")),
        "{:?}",
        held.keys()
    );
}

#[test]
fn a_run_takes_from_a_server_and_leaves_there_what_it_made() {
    let server = Server::start(true);
    let place = Place::http(&server);
    assert_eq!(place.run(&project()).ran(), "one two");
    let other = project();
    assert_eq!(place.run(&other).with("fresh"), "one two");
    other.write("data/a.txt", "c\nb\n");
    assert_eq!(place.run(&other).ran(), "one two");
    assert_eq!(place.run(&other).with("fresh"), "one two");
}

#[test]
fn any_byte_that_a_server_changes_is_found() {
    let server = Server::start(false);
    let place = Place::http(&server);
    let first = project();
    place.run(&first);
    let honest = server.held.lock().expect("held").clone();
    for (path, bytes) in &honest {
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            server
                .held
                .lock()
                .expect("held")
                .insert(path.clone(), changed);
            let other = project();
            let run = place.run(&other);
            assert_eq!(run.exit, 0, "{path}, byte {at}: {run:#?}");
            assert_eq!(
                other.tree("reports"),
                first.tree("reports"),
                "{path}, byte {at}"
            );
            server.held.lock().expect("held").clone_from(&honest);
        }
    }
}

#[test]
fn a_server_that_is_away_is_told_once_and_fails_no_run() {
    let gone = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address");
    let place = Place {
        address: format!("http://{gone}/cache"),
        variables: Vec::new(),
    };
    let run = place.run(&project());
    assert_eq!((run.exit, run.ran().as_str()), (0, "one two"), "{run:#?}");
    assert_eq!(run.engine_codes(), ["engine::shared-cache"]);
    let pushed = place.cache(&project().built(), "push");
    assert_eq!(pushed.exit, 2, "{pushed:#?}");
}
