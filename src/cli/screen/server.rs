//! HTTP on 127.0.0.1, for whoever has the address.

use super::desk::{Desk, Form};
use super::page::{Flash, Page, next_open};
use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tiny_http::{HTTPVersion, Header, Method, Request, Response};

/// Nothing from elsewhere, nothing inline, no frame around it, no form to elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// More than any note that a person types.
const LONGEST_FORM: u64 = 64 << 10;

type Reply = Response<Cursor<Vec<u8>>>;

/// A socket with the token that opens it.
pub(super) struct Server {
    http: Arc<tiny_http::Server>,
    token: String,
    hosts: [String; 2],
    address: String,
}

impl Server {
    /// Listens on 127.0.0.1.
    pub(super) fn open(port: u16) -> Result<Self, String> {
        let http = tiny_http::Server::http(("127.0.0.1", port))
            .map_err(|error| format!("no page can be served on port {port}: {error}"))?;
        let port = http.server_addr().to_ip().map_or(port, |ip| ip.port());
        let mut secret = [0_u8; 16];
        getrandom::fill(&mut secret).map_err(|error| format!("no random token: {error}"))?;
        let token = format!("{:032x}", u128::from_le_bytes(secret));
        Ok(Self {
            http: Arc::new(http),
            address: format!("http://127.0.0.1:{port}/{token}/"),
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
            token,
        })
    }

    /// What to open in a browser.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Answers one request after the other until Ctrl-C, and gives the desk back.
    pub(super) fn run(&self, desk: Box<dyn Desk>, page: &Page) -> Result<Box<dyn Desk>, String> {
        let ended = Arc::new(AtomicBool::new(false));
        let (end, http) = (Arc::clone(&ended), Arc::clone(&self.http));
        ctrlc::set_handler(move || {
            end.store(true, Ordering::SeqCst);
            http.unblock();
        })
        .map_err(|error| error.to_string())?;
        let mut room = Room {
            desk,
            page,
            flash: Flash::default(),
        };
        while !ended.load(Ordering::SeqCst) {
            let Ok(mut request) = self.http.recv() else {
                continue;
            };
            let reply = self.answer(&mut request, &mut room);
            // A browser that went away has nothing to hear.
            let _ = send(request, reply);
        }
        Ok(room.desk)
    }

    fn answer(&self, request: &mut Request, room: &mut Room) -> Reply {
        let host = header(request, "Host");
        if !self.hosts.contains(&host) {
            return plain(403, "this page is served to 127.0.0.1 alone");
        }
        let url = request.url().to_owned();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let Some(path) = self.below_token(path) else {
            return plain(404, "open the address that `review screen` printed");
        };
        let origin = header(request, "Origin");
        let own = self
            .hosts
            .iter()
            .any(|own| origin == format!("http://{own}"));
        match (request.method(), path) {
            (Method::Get, "") => room.page(&Form::decode(query)),
            (Method::Get, "style.css") => file("text/css", include_bytes!("page.css")),
            (Method::Get, "script.js") => file("text/javascript", include_bytes!("page.js")),
            (Method::Post, "answer" | "undo") if !origin.is_empty() && !own => {
                plain(403, "another page asks; it is not answered")
            }
            (Method::Post, "answer") => match body(request) {
                Ok(text) => room.answer(&Form::decode(&text)),
                Err(said) => plain(400, &said),
            },
            (Method::Post, "undo") => room.undo(),
            _ => plain(404, "no such page"),
        }
    }

    /// What stands behind the token; compared by digest, whose comparison takes the same time for every guess.
    fn below_token<'p>(&self, path: &'p str) -> Option<&'p str> {
        let (given, rest) = path.strip_prefix('/')?.split_once('/')?;
        let same = blake3::hash(given.as_bytes()) == blake3::hash(self.token.as_bytes());
        same.then_some(rest)
    }
}

/// The desk with its page.
struct Room<'p> {
    desk: Box<dyn Desk>,
    page: &'p Page,
    flash: Flash,
}

impl Room<'_> {
    fn page(&mut self, query: &Form) -> Reply {
        let at = match query.get("at").parse::<usize>() {
            Ok(number) => number.saturating_sub(1).min(self.desk.len()),
            Err(_) => next_open(&*self.desk, 0),
        };
        let flash = std::mem::take(&mut self.flash);
        match self.page.render(&*self.desk, at, &flash) {
            Ok(html) => reply(200, "text/html; charset=utf-8", html.into_bytes()),
            Err(said) => plain(500, &said),
        }
    }

    fn answer(&mut self, form: &Form) -> Reply {
        let Some(at) = self.desk.find(form.get("item")) else {
            return plain(404, "no such record in this queue");
        };
        let answered = self.desk.answer(at, form);
        let next = match &answered {
            Ok(_) => next_open(&*self.desk, at + 1),
            Err(_) => at,
        };
        let done = format!("{} of {} answered", self.desk.done(), self.desk.len());
        self.tell(answered.map(|said| format!("{said}. {done}.")));
        see(next)
    }

    fn undo(&mut self) -> Reply {
        let undone = self.desk.undo();
        let at = match &undone {
            Ok((at, _)) => *at,
            Err(_) => next_open(&*self.desk, 0),
        };
        self.tell(undone.map(|(_, said)| format!("{said}.")));
        see(at)
    }

    fn tell(&mut self, said: Result<String, String>) {
        self.flash = match said {
            Ok(text) => Flash { text, wrong: false },
            Err(said) => Flash {
                text: format!("Not written: {said}"),
                wrong: true,
            },
        };
    }
}

/// Sends head and body in one write: in two, the second waits 40 ms for the first to be acknowledged.
fn send(request: Request, reply: Reply) -> io::Result<()> {
    let mut bytes = Vec::new();
    reply.raw_print(
        &mut bytes,
        HTTPVersion(1, 1),
        request.headers(),
        false,
        None,
    )?;
    let mut socket = request.into_writer();
    socket.write_all(&bytes)?;
    socket.flush()
}

/// Sends the browser to a question, counted from 0.
fn see(at: usize) -> Reply {
    let to = format!("./?at={}", at + 1);
    let there = Header::from_bytes("Location", to).expect("digits fit a header");
    reply(303, "text/plain", Vec::new()).with_header(there)
}

fn plain(status: u16, said: &str) -> Reply {
    let text = format!("{said}\n");
    reply(status, "text/plain; charset=utf-8", text.into_bytes())
}

fn file(kind: &str, bytes: &[u8]) -> Reply {
    reply(200, &format!("{kind}; charset=utf-8"), bytes.to_vec())
}

fn reply(status: u16, kind: &str, bytes: Vec<u8>) -> Reply {
    let headers = [
        ("Content-Type", kind),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];
    let reply = Response::from_data(bytes).with_status_code(status);
    headers.into_iter().fold(reply, |reply, (name, text)| {
        reply.with_header(Header::from_bytes(name, text).expect("plain ASCII"))
    })
}

fn header(request: &Request, name: &'static str) -> String {
    let mut headers = request.headers().iter();
    let found = headers.find(|header| header.field.equiv(name));
    found.map_or_else(String::new, |header| header.value.as_str().to_owned())
}

fn body(request: &mut Request) -> Result<String, String> {
    let mut text = String::new();
    let mut reader = request.as_reader().take(LONGEST_FORM);
    match reader.read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(error.to_string()),
    }
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    fn decode(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let fields = pairs.map(|pair| {
            let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
            (plain_text(name), plain_text(text))
        });
        Self(fields.collect())
    }
}

fn plain_text(encoded: &str) -> String {
    let bytes = encoded.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let two = bytes
            .get(at + 1..at + 3)
            .and_then(|two| std::str::from_utf8(two).ok());
        let byte = two.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (bytes[at], byte) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                at += 2;
            }
            (b'+', _) => plain.push(b' '),
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
    fn forms_are_decoded_as_browsers_send_them() {
        let form = Form::decode(
            "item=rec-1&answer=exclude%3Awrong-design&note=50%25+of+%E5%8C%BB&odd=%zz",
        );
        assert_eq!(form.get("answer"), "exclude:wrong-design");
        assert_eq!(form.get("note"), "50% of 医");
        assert_eq!(form.get("odd"), "%zz");
        assert_eq!(form.get("missing"), "");
    }
}
