//! One HTTP/1.1 request a connection, bounded in length and in time; the crate `httparse` reads its head.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// More than a browser sends before the body.
const LONGEST_HEAD: usize = 16 << 10;
/// More than any note that a person types.
const LONGEST_BODY: u64 = 64 << 10;
/// What a browser on the same machine never needs.
const PATIENCE: Duration = Duration::from_secs(10);

const WRITES: &str = "writing to a string cannot fail";

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// An answer with this status and body.
    pub(super) fn new(status: u16, kind: &str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", kind.to_owned())],
            body,
        }
    }

    /// A line of text.
    pub(super) fn plain(status: u16, said: &str) -> Self {
        let text = format!("{said}\n");
        Self::new(status, "text/plain; charset=utf-8", text.into_bytes())
    }

    /// With a header more; the text is of one line.
    pub(super) fn with(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.headers.push((name, text.into()));
        self
    }

    /// The body as text.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn bytes(&self) -> Vec<u8> {
        let said = match self.status {
            200 => "OK",
            303 => "See Other",
            _ => "Refused",
        };
        let mut text = format!("HTTP/1.1 {} {said}\r\n", self.status);
        for (name, value) in &self.headers {
            write!(text, "{name}: {value}\r\n").expect(WRITES);
        }
        let length = self.body.len();
        write!(
            text,
            "Content-Length: {length}\r\nConnection: close\r\n\r\n"
        )
        .expect(WRITES);
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// What stands before the body of a request.
#[derive(Debug)]
pub(super) struct Head {
    /// Method, in capitals.
    pub(super) method: String,
    /// Path with query.
    pub(super) url: String,
    headers: Vec<(String, String)>,
    /// Bytes of the body; 0 without one.
    length: u64,
}

impl Head {
    /// A header; empty where it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        let found = headers.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map_or("", |(_, text)| text)
    }

    /// Reads a head and tells its length; `None` where it goes on.
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Reply> {
        let odd = || Reply::plain(400, "this is no request");
        let mut room = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut room);
        let end = match request.parse(bytes) {
            Ok(httparse::Status::Complete(end)) => end,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(odd()),
        };
        let (Some(method), Some(url)) = (request.method, request.path) else {
            return Err(odd());
        };
        if !url.starts_with('/') {
            return Err(odd());
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = request.headers.iter();
        let headers = headers.map(|header| (header.name.to_owned(), text(header.value)));
        let mut head = Self {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: headers.collect(),
            length: 0,
        };
        head.check()?;
        Ok(Some((head, end)))
    }

    /// Settles the length of the body, or says why it is refused.
    fn check(&mut self) -> Result<(), Reply> {
        let odd = || Reply::plain(400, "this is no request");
        let times = |name: &str| {
            let same = |(field, _): &&(String, String)| field.eq_ignore_ascii_case(name);
            self.headers.iter().filter(same).count()
        };
        if times("Content-Length") > 1 || times("Host") > 1 {
            return Err(odd());
        }
        if times("Transfer-Encoding") > 0 {
            return Err(Reply::plain(411, "say the length of the form"));
        }
        let length = match self.get("Content-Length") {
            "" => 0,
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().unwrap_or(u64::MAX)
            }
            _ => return Err(odd()),
        };
        if length > LONGEST_BODY {
            return Err(Reply::plain(
                413,
                "the form is longer than 64 KiB; nothing was written",
            ));
        }
        self.length = length;
        Ok(())
    }
}

/// A connection with one request.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    until: Instant,
    /// What was read behind the head.
    rest: Vec<u8>,
}

impl Connection {
    /// The request is to be through within ten seconds from now.
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            until: Instant::now() + PATIENCE,
            rest: Vec::new(),
        }
    }

    /// Reads up to the body; `None` when nothing was asked, `Err` is what to answer.
    pub(super) fn head(&mut self) -> Option<Result<Head, Reply>> {
        let mut read: Vec<u8> = Vec::new();
        loop {
            match Head::parse(&read) {
                Ok(Some((head, end))) => {
                    self.rest = read.split_off(end);
                    return Some(Ok(head));
                }
                Ok(None) => {}
                Err(reply) => return Some(Err(reply)),
            }
            if read.len() > LONGEST_HEAD {
                return Some(Err(Reply::plain(431, "the request is too long")));
            }
            match self.more() {
                Ok(more) if !more.is_empty() => read.extend(more),
                _ if read.is_empty() => return None,
                _ => return Some(Err(Reply::plain(408, "the request stopped half way"))),
            }
        }
    }

    /// Reads the body whole; `Err` is what to answer.
    pub(super) fn body(&mut self, head: &Head) -> Result<String, Reply> {
        let length = usize::try_from(head.length).unwrap_or(usize::MAX);
        let mut body = std::mem::take(&mut self.rest);
        while body.len() < length {
            match self.more() {
                Ok(more) if !more.is_empty() => body.extend(more),
                _ => {
                    return Err(Reply::plain(
                        408,
                        "the form stopped half way; nothing was written",
                    ));
                }
            }
        }
        body.truncate(length);
        String::from_utf8(body).map_err(|_| Reply::plain(400, "the form is not UTF-8"))
    }

    /// Answers and hangs up.
    ///
    /// Head and body go in one write: in two, the second waits 40 ms for the first to be acknowledged. What the other side still
    /// sends is read for a moment, for a socket closed over unread bytes takes its answer back.
    pub(super) fn answer(mut self, reply: &Reply) -> io::Result<()> {
        self.stream.set_write_timeout(Some(PATIENCE))?;
        self.stream.write_all(&reply.bytes())?;
        self.stream.shutdown(Shutdown::Write)?;
        self.until = Instant::now() + Duration::from_secs(1);
        while !self.more()?.is_empty() {}
        Ok(())
    }

    /// What comes next; empty at the end.
    fn more(&mut self) -> io::Result<Vec<u8>> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        let mut bytes = [0; 4096];
        let count = self.stream.read(&mut bytes)?;
        Ok(bytes[..count].to_vec())
    }
}

/// What a part of an address means, where `%E2` stands for a byte.
pub(super) fn without_percents(encoded: &str) -> String {
    let bytes = encoded.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let two = bytes.get(at + 1..at + 3);
        let two = two.filter(|two| two.iter().all(u8::is_ascii_hexdigit));
        let two = two.and_then(|two| std::str::from_utf8(two).ok());
        let byte = two.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (bytes[at], byte) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                at += 2;
            }
            (other, _) => plain.push(other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_request_or_too_long_is_refused_by_its_head() {
        let status = |text: &str| match Head::parse(format!("{text}\r\n\r\n").as_bytes()) {
            Ok(Some(_)) => 200,
            Ok(None) => 0,
            Err(reply) => reply.status,
        };
        assert_eq!(status("GET / HTTP/1.1\r\nHost: x"), 200);
        for (length, expected) in [
            ("65536", 200),
            ("65537", 413),
            ("18446744073709551615", 413),
            ("99999999999999999999999", 413),
            ("-1", 400),
        ] {
            let text = format!("POST /x HTTP/1.1\r\nContent-Length: {length}");
            assert_eq!(status(&text), expected, "{length}");
        }
        for odd in [
            "GET /",
            "GET / HTTP/2",
            "GET http://evil/ HTTP/1.1",
            "GET / HTTP/1.1\r\nno header",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
        ] {
            assert_eq!(status(odd), 400, "{odd}");
        }
        assert_eq!(status("POST / HTTP/1.1\r\nTransfer-Encoding: chunked"), 411);
    }
}
