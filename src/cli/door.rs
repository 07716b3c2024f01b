//! A page on 127.0.0.1 for whoever has its address: the socket, the token in the address, and who is let in.

use super::http::{Connection, Head, Reply};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A socket with the token that opens it.
pub(super) struct Door {
    listener: TcpListener,
    at: SocketAddr,
    keeper: Keeper,
}

/// Who is let in.
struct Keeper {
    token: String,
    hosts: [String; 2],
    /// The command that printed the address.
    printed_by: &'static str,
}

/// A request that was let in.
pub(super) struct Visit {
    /// Its head.
    pub(super) head: Head,
    /// What stands behind the token, without the query.
    pub(super) path: String,
    /// The query, without `?`.
    pub(super) query: String,
}

impl Door {
    /// Listens on 127.0.0.1; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// When the port cannot be had.
    pub(super) fn open(port: u16, printed_by: &'static str) -> Result<Self, String> {
        let refused =
            |error: std::io::Error| format!("no page can be served on port {port}: {error}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refused)?;
        let at = listener.local_addr().map_err(refused)?;
        let port = at.port();
        let mut secret = [0_u8; 16];
        getrandom::fill(&mut secret).map_err(|error| format!("no random token: {error}"))?;
        let token = format!("{:032x}", u128::from_le_bytes(secret));
        let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        let keeper = Keeper {
            token,
            hosts,
            printed_by,
        };
        Ok(Self {
            listener,
            at,
            keeper,
        })
    }

    /// Where it listens; a connection there wakes [`Door::serve`].
    pub(super) fn at(&self) -> SocketAddr {
        self.at
    }

    /// What to open in a browser.
    pub(super) fn address(&self) -> String {
        format!("http://{}/{}/", self.at, self.keeper.token)
    }

    /// Answers until `ended`; `answer` gets who was let in, or the refusal.
    ///
    /// Each connection has a thread of its own, so that one which stays silent keeps nobody else waiting.
    pub(super) fn serve(
        self,
        ended: &AtomicBool,
        answer: impl Fn(Result<Visit, Reply>, &mut Connection) -> Reply + Send + Sync + 'static,
    ) {
        let (keeper, answer) = (Arc::new(self.keeper), Arc::new(answer));
        for stream in self.listener.incoming() {
            if ended.load(Ordering::SeqCst) {
                break;
            }
            let Ok(stream) = stream else {
                // As a rule too many open sockets: some will be closed soon.
                std::thread::sleep(Duration::from_millis(50));
                continue;
            };
            let (keeper, answer) = (Arc::clone(&keeper), Arc::clone(&answer));
            // Without a thread the connection is dropped, and the browser asks again.
            let _ = std::thread::Builder::new().spawn(move || {
                let mut connection = Connection::new(stream);
                if let Some(head) = connection.head() {
                    let visit = head.and_then(|head| keeper.let_in(head));
                    let reply = answer(visit, &mut connection);
                    // A browser that went away has nothing to hear.
                    let _ = connection.answer(&reply);
                }
            });
        }
    }
}

/// Wakes a door, so that it looks whether it is to end.
pub(super) fn wake(at: SocketAddr) {
    let _ = TcpStream::connect(at);
}

impl Keeper {
    /// Lets in or refuses by the head, before anything of a body is read.
    fn let_in(&self, head: Head) -> Result<Visit, Reply> {
        let host = head.get("Host");
        if !self.hosts.iter().any(|own| own == host) {
            return Err(Reply::plain(403, "this page is served to 127.0.0.1 alone"));
        }
        let (path, query) = head.url.split_once('?').unwrap_or((&head.url, ""));
        let Some(path) = self.below_token(path) else {
            let said = format!("open the address that `{}` printed", self.printed_by);
            return Err(Reply::plain(404, &said));
        };
        let origin = head.get("Origin");
        let own = |own: &String| origin == format!("http://{own}");
        if head.method == "POST" && !origin.is_empty() && !self.hosts.iter().any(own) {
            return Err(Reply::plain(403, "another page asks; it is not answered"));
        }
        Ok(Visit {
            path: path.to_owned(),
            query: query.to_owned(),
            head,
        })
    }

    /// What stands behind the token; compared by digest, whose comparison takes the same time for every guess.
    fn below_token<'p>(&self, path: &'p str) -> Option<&'p str> {
        let (given, rest) = path.strip_prefix('/')?.split_once('/')?;
        let same = blake3::hash(given.as_bytes()) == blake3::hash(self.token.as_bytes());
        same.then_some(rest)
    }
}

/// The headers of every answer save its policy. Without a referrer at all, browsers would send forms with `Origin: null`.
pub(super) fn own(reply: Reply) -> Reply {
    let headers = [
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

/// Hands the address to the system's opener.
pub(super) fn open_browser(address: &str) -> bool {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    std::process::Command::new(opener)
        .arg(address)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .is_ok()
}
