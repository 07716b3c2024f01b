//! A page that a command serves on this machine, met over a socket with the address that was printed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A page that is served; ended when dropped.
pub(crate) struct Served {
    pub(crate) child: Child,
    /// Where it listens.
    pub(crate) host: String,
    /// What opens it.
    pub(crate) token: String,
}

/// What it answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// A header; empty where it was not sent.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines();
        let found = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap_or_default()
    }
}

impl Served {
    /// Starts a command that prints its address first.
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let mut address = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        out.read_line(&mut address).expect("text");
        // What else it tells is read on, so that it never waits for a reader.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let rest = address.trim().strip_prefix("http://").expect("an address");
        let (host, token) = rest.split_once('/').expect("a token");
        Self {
            host: host.to_owned(),
            token: token.trim_end_matches('/').to_owned(),
            child,
        }
    }

    /// Sends a request with these lines in its head.
    pub(crate) fn send(&self, method: &str, path: &str, more: &str, body: &str) -> Answer {
        let mut socket = TcpStream::connect(&self.host).expect("it listens");
        let length = body.len();
        write!(
            socket,
            "{method} {path} HTTP/1.1\r\n{more}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .expect("sent");
        let mut text = String::new();
        socket.read_to_string(&mut text).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        Answer {
            status: head[9..12].parse().expect("a status"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// The line of the head that a browser with its address sends.
    pub(crate) fn own_host(&self) -> String {
        format!("Host: {}\r\n", self.host)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let path = format!("/{}/{path}", self.token);
        self.send("GET", &path, &self.own_host(), "")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
