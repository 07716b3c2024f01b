//! The page on 127.0.0.1, for whoever has the address.

use super::desk::{Desk, Form};
use super::page::{Flash, Page, next_open};
use crate::cli::door::{Door, Visit, own, wake};
use crate::cli::http::{Connection, Head, Reply, without_percents};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Nothing from elsewhere, nothing inline, no frame around it, no form to elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The page behind its door.
pub(super) struct Server {
    door: Door,
}

impl Server {
    /// Listens on 127.0.0.1.
    pub(super) fn open(port: u16) -> Result<Self, String> {
        Ok(Self {
            door: Door::open(port, "review screen")?,
        })
    }

    /// What to open in a browser.
    pub(super) fn address(&self) -> String {
        self.door.address()
    }

    /// Answers until Ctrl-C; how many questions are answered then.
    pub(super) fn run(self, desk: Box<dyn Desk + Send>, page: Page) -> Result<usize, String> {
        let ended = Arc::new(AtomicBool::new(false));
        let (end, at) = (Arc::clone(&ended), self.door.at());
        ctrlc::set_handler(move || {
            end.store(true, Ordering::SeqCst);
            // Wakes the loop of the door, which looks whether it is to end.
            wake(at);
        })
        .map_err(|error| error.to_string())?;
        let room = Arc::new(Mutex::new(Room {
            desk,
            page,
            flash: Flash::default(),
            closed: false,
        }));
        let behind = Arc::clone(&room);
        self.door.serve(&ended, move |visit, connection| {
            guarded(answer(visit, connection, &behind).unwrap_or_else(|refused| refused))
        });
        let mut room = room.lock().unwrap_or_else(PoisonError::into_inner);
        room.closed = true;
        room.desk.settle()?;
        Ok(room.desk.done())
    }
}

/// Answers somebody who was let in.
fn answer(
    visit: Result<Visit, Reply>,
    connection: &mut Connection,
    room: &Mutex<Room>,
) -> Result<Reply, Reply> {
    let visit = visit?;
    let within = |act: &dyn Fn(&mut Room) -> Reply| match room.lock() {
        Ok(room) if room.closed => Reply::plain(503, "the page is served no more"),
        Ok(mut room) => act(&mut room),
        Err(_) => Reply::plain(
            500,
            "the program failed; end it with Ctrl-C and start again",
        ),
    };
    Ok(match (visit.head.method.as_str(), visit.path.as_str()) {
        ("GET", "") => within(&|room| room.page(&Form::decode(&visit.query))),
        ("GET", "style.css") => file("text/css", include_bytes!("page.css")),
        ("GET", "script.js") => file("text/javascript", include_bytes!("page.js")),
        ("POST", "answer") => {
            let form = Form::decode(&connection.body(&visit.head)?);
            within(&|room| match room.answer(&form) {
                Ok(next) => room.turn_to(next, &visit.head),
                Err(refused) => refused,
            })
        }
        ("POST", "undo") => {
            connection.body(&visit.head)?;
            within(&|room| {
                let next = room.undo();
                room.turn_to(next, &visit.head)
            })
        }
        _ => return Err(Reply::plain(404, "no such page")),
    })
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

    /// The page of a question; the page behind the last one says that the disk has every answer, and waits for it.
    fn page_at(&mut self, at: usize) -> Reply {
        if at >= self.desk.len()
            && let Err(said) = self.desk.settle()
        {
            self.tell(Err(said));
        }
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

/// The headers of every answer.
fn guarded(reply: Reply) -> Reply {
    own(reply).with("Content-Security-Policy", POLICY)
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
    without_percents(&encoded.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::super::desk::Shown;
    use super::*;

    /// One question with an answer, which the disk may not keep.
    struct OnePair {
        lost: bool,
    }

    impl Desk for OnePair {
        fn title(&self) -> String {
            "Pairs".to_owned()
        }
        fn who(&self) -> &'static str {
            "a"
        }
        fn len(&self) -> usize {
            1
        }
        fn done(&self) -> usize {
            1
        }
        fn is_answered(&self, _: usize) -> bool {
            true
        }
        fn key(&self, _: usize) -> String {
            String::new()
        }
        fn find(&self, _: &str) -> Option<usize> {
            None
        }
        fn show(&self, _: usize) -> Shown {
            Shown::default()
        }
        fn answer(&mut self, _: usize, _: &Form) -> Result<String, String> {
            Ok(String::new())
        }
        fn undo(&mut self) -> Result<(usize, String), String> {
            Ok((0, String::new()))
        }
        fn settle(&mut self) -> Result<(), String> {
            let said = "the disk did not keep a row";
            if self.lost {
                Err(said.to_owned())
            } else {
                Ok(())
            }
        }
    }

    #[test]
    fn the_last_page_says_that_all_is_on_the_disk_only_where_it_is() {
        for lost in [false, true] {
            let mut room = Room {
                desk: Box::new(OnePair { lost }),
                page: Page::new(Vec::new(), Vec::new()).expect("a template"),
                flash: Flash::default(),
                closed: false,
            };
            for _ in 0..2 {
                let page = format!("{:?}", room.page_at(1).text());
                assert_eq!(page.contains("Every answer is on the disk"), !lost);
                assert_eq!(page.contains("Not written: the disk did not keep"), lost);
            }
        }
    }

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
