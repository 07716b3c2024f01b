//! The page on 127.0.0.1, for whoever has the address.

use super::desk::{Desk, Form};
use super::http::{Connection, Head, Reply};
use super::page::{Flash, Page, next_open};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Nothing from elsewhere, nothing inline, no frame around it, no form to elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A socket with the token that opens it.
pub(super) struct Server {
    listener: TcpListener,
    door: Door,
    at: SocketAddr,
}

/// Who is let in.
struct Door {
    token: String,
    hosts: [String; 2],
}

impl Server {
    /// Listens on 127.0.0.1.
    pub(super) fn open(port: u16) -> Result<Self, String> {
        let refused =
            |error: std::io::Error| format!("no page can be served on port {port}: {error}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refused)?;
        let at = listener.local_addr().map_err(refused)?;
        let port = at.port();
        let mut secret = [0_u8; 16];
        getrandom::fill(&mut secret).map_err(|error| format!("no random token: {error}"))?;
        let token = format!("{:032x}", u128::from_le_bytes(secret));
        Ok(Self {
            listener,
            door: Door {
                hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
                token,
            },
            at,
        })
    }

    /// What to open in a browser.
    pub(super) fn address(&self) -> String {
        format!("http://{}/{}/", self.at, self.door.token)
    }

    /// Answers until Ctrl-C; how many questions are answered then.
    ///
    /// Each connection has a thread of its own, so that one which stays silent keeps nobody else waiting.
    pub(super) fn run(self, desk: Box<dyn Desk + Send>, page: Page) -> Result<usize, String> {
        let ended = Arc::new(AtomicBool::new(false));
        let (end, at) = (Arc::clone(&ended), self.at);
        ctrlc::set_handler(move || {
            end.store(true, Ordering::SeqCst);
            // Wakes the loop below, which looks whether it is to end.
            let _ = TcpStream::connect(at);
        })
        .map_err(|error| error.to_string())?;
        let door = Arc::new(self.door);
        let room = Arc::new(Mutex::new(Room {
            desk,
            page,
            flash: Flash::default(),
            closed: false,
        }));
        for stream in self.listener.incoming() {
            if ended.load(Ordering::SeqCst) {
                break;
            }
            let Ok(stream) = stream else {
                // As a rule too many open sockets: some will be closed soon.
                std::thread::sleep(Duration::from_millis(50));
                continue;
            };
            let (door, room) = (Arc::clone(&door), Arc::clone(&room));
            // Without a thread the connection is dropped, and the browser asks again.
            let _ = std::thread::Builder::new().spawn(move || {
                // A browser that went away has nothing to hear.
                let _ = door.meet(Connection::new(stream), &room);
            });
        }
        let mut room = room.lock().unwrap_or_else(PoisonError::into_inner);
        room.closed = true;
        room.desk.settle()?;
        Ok(room.desk.done())
    }
}

impl Door {
    /// Answers one request.
    fn meet(&self, mut connection: Connection, room: &Mutex<Room>) -> std::io::Result<()> {
        let Some(head) = connection.head() else {
            return Ok(());
        };
        let reply = head
            .and_then(|head| self.answer(&head, &mut connection, room))
            .unwrap_or_else(|refused| refused);
        connection.answer(&guarded(reply))
    }

    /// Lets in or refuses by the head, before anything of a body is read.
    fn answer(
        &self,
        head: &Head,
        connection: &mut Connection,
        room: &Mutex<Room>,
    ) -> Result<Reply, Reply> {
        let host = head.get("Host");
        if !self.hosts.iter().any(|own| own == host) {
            return Err(Reply::plain(403, "this page is served to 127.0.0.1 alone"));
        }
        let (path, query) = head.url.split_once('?').unwrap_or((&head.url, ""));
        let Some(path) = self.below_token(path) else {
            let said = "open the address that `review screen` printed";
            return Err(Reply::plain(404, said));
        };
        let origin = head.get("Origin");
        let own = |own: &String| origin == format!("http://{own}");
        if head.method == "POST" && !origin.is_empty() && !self.hosts.iter().any(own) {
            return Err(Reply::plain(403, "another page asks; it is not answered"));
        }
        let within = |act: &dyn Fn(&mut Room) -> Reply| match room.lock() {
            Ok(room) if room.closed => Reply::plain(503, "the page is served no more"),
            Ok(mut room) => act(&mut room),
            Err(_) => Reply::plain(
                500,
                "the program failed; end it with Ctrl-C and start again",
            ),
        };
        Ok(match (head.method.as_str(), path) {
            ("GET", "") => within(&|room| room.page(&Form::decode(query))),
            ("GET", "style.css") => file("text/css", include_bytes!("page.css")),
            ("GET", "script.js") => file("text/javascript", include_bytes!("page.js")),
            ("POST", "answer") => {
                let form = Form::decode(&connection.body(head)?);
                within(&|room| match room.answer(&form) {
                    Ok(next) => room.turn_to(next, head),
                    Err(refused) => refused,
                })
            }
            ("POST", "undo") => {
                connection.body(head)?;
                within(&|room| {
                    let next = room.undo();
                    room.turn_to(next, head)
                })
            }
            _ => return Err(Reply::plain(404, "no such page")),
        })
    }

    /// What stands behind the token; compared by digest, whose comparison takes the same time for every guess.
    fn below_token<'p>(&self, path: &'p str) -> Option<&'p str> {
        let (given, rest) = path.strip_prefix('/')?.split_once('/')?;
        let same = blake3::hash(given.as_bytes()) == blake3::hash(self.token.as_bytes());
        same.then_some(rest)
    }
}

/// The desk with its page.
struct Room {
    desk: Box<dyn Desk + Send>,
    page: Page,
    flash: Flash,
    /// Whether nothing is answered any more.
    closed: bool,
}

impl Room {
    fn page(&mut self, query: &Form) -> Reply {
        let at = match query.get("at").parse::<usize>() {
            Ok(number) => number.saturating_sub(1).min(self.desk.len()),
            Err(_) => next_open(&*self.desk, 0),
        };
        self.page_at(at)
    }

    fn page_at(&mut self, at: usize) -> Reply {
        let flash = std::mem::take(&mut self.flash);
        match self.page.render(&*self.desk, at, &flash) {
            Ok(html) => Reply::new(200, "text/html; charset=utf-8", html.into_bytes()),
            Err(said) => Reply::plain(500, &said),
        }
    }

    /// Shows a question after an answer: at once to a script that prefers it (RFC 7240), else by sending the browser there.
    fn turn_to(&mut self, at: usize, head: &Head) -> Reply {
        if head.get("Prefer") == "return=representation" {
            self.page_at(at).with("Content-Location", address_of(at))
        } else {
            Reply::new(303, "text/plain", Vec::new()).with("Location", address_of(at))
        }
    }

    /// Takes an answer: the question to show next.
    fn answer(&mut self, form: &Form) -> Result<usize, Reply> {
        let Some(at) = self.desk.find(form.get("item")) else {
            return Err(Reply::plain(404, "no such record in this queue"));
        };
        let answered = self.desk.answer(at, form);
        let next = match &answered {
            Ok(_) => next_open(&*self.desk, at + 1),
            Err(_) => at,
        };
        let done = format!("{} of {} answered", self.desk.done(), self.desk.len());
        let then = self.comes(next);
        self.tell(answered.map(|said| format!("{said}. {done}.{then}")));
        Ok(next)
    }

    /// What is shown next, for who hears the page.
    fn comes(&self, at: usize) -> String {
        if at < self.desk.len() {
            format!(" Next: {}.", at + 1)
        } else {
            String::new()
        }
    }

    /// Takes the last answer back: the question to show.
    fn undo(&mut self) -> usize {
        let undone = self.desk.undo();
        let at = match &undone {
            Ok((at, _)) => *at,
            Err(_) => next_open(&*self.desk, 0),
        };
        let then = self.comes(at);
        self.tell(undone.map(|(_, said)| format!("{said}.{then}")));
        at
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

/// The address of a question, counted from 0.
fn address_of(at: usize) -> String {
    format!("./?at={}", at + 1)
}

fn file(kind: &str, bytes: &[u8]) -> Reply {
    Reply::new(200, &format!("{kind}; charset=utf-8"), bytes.to_vec())
}

/// The headers of every answer. Without a referrer at all, browsers would send forms with `Origin: null`.
fn guarded(reply: Reply) -> Reply {
    let headers = [
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];
    headers
        .into_iter()
        .fold(reply, |reply, (name, text)| reply.with(name, text))
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
