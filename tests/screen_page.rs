//! `review screen` as a browser meets it: over a socket, with the address that was printed.

mod support;

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::Deref;
use support::served::{Answer, Served};
use support::{Review, mini, wait_until};

/// The records of the small review in the order of the queue.
const RECORDS: [&str; 3] = [
    "rec-2a3aef92b93a4901",
    "rec-349701e0c8399598",
    "rec-e077d4427f9a1d61",
];

/// A page of `review screen`.
struct Page(Served);

impl Deref for Page {
    type Target = Served;

    fn deref(&self) -> &Served {
        &self.0
    }
}

impl Page {
    fn open(review: &Review, arguments: &[&str]) -> Self {
        let arguments = [&["screen", "--no-open"], arguments].concat();
        Self(Served::start(review.review(&arguments)))
    }

    fn post(&self, path: &str, body: &str) -> Answer {
        let path = format!("/{}/{path}", self.token);
        let reply = self.send("POST", &path, &self.own_host(), body);
        assert_eq!(reply.status, 303, "{}", reply.body);
        reply
    }

    fn vote(&self, record: &str, answer: &str) -> Answer {
        self.post("answer", &format!("item={record}&answer={answer}"))
    }

    /// `kill -9`.
    fn kill(mut self) {
        self.0.child.kill().expect("killed");
        self.0.child.wait().expect("gone");
    }
}

/// The small review before anybody voted.
fn unvoted() -> Review {
    let review = mini::review();
    for reviewer in ["reviewer-a", "reviewer-b"] {
        review.write(
            &format!("data/screening/{reviewer}.csv"),
            "record,stage,decision,reason,at,note,doi\n",
        );
    }
    review.call(&["run"]);
    review
}

/// The rows of a reviewer's file without times: record, stage, decision, reason, note.
fn rows(review: &Review, reviewer: &str) -> Vec<String> {
    let text = review.text(&format!("data/screening/{reviewer}.csv"));
    let lines = text.lines().skip(1);
    let cells = lines.map(|line| line.split(',').collect::<Vec<_>>());
    cells
        .map(|cell| [cell[0], cell[1], cell[2], cell[3], cell[5]].join(" "))
        .collect()
}

#[test]
fn every_vote_is_a_row_at_once_and_survives_kill_9() {
    let review = unvoted();
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    assert_eq!(
        page.vote(RECORDS[0], "include").header("Location"),
        "./?at=2"
    );
    page.vote(RECORDS[1], "exclude%3Awrong-design");
    page.kill();
    let voted = [
        format!("{} title-abstract include  ", RECORDS[0]),
        format!("{} title-abstract exclude wrong-design ", RECORDS[1]),
    ];
    assert_eq!(rows(&review, "reviewer-a"), voted);
    let again = Page::open(&review, &["--reviewer", "reviewer-a"]);
    let shown = again.get("").body;
    assert!(shown.contains("2 of 3"), "{shown}");
    assert!(shown.contains(RECORDS[2]), "the third comes next: {shown}");
}

#[test]
fn a_script_gets_the_next_page_as_the_answer_to_its_form() {
    let review = unvoted();
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    let more = format!("{}Prefer: return=representation\r\n", page.own_host());
    let path = format!("/{}/answer", page.token);
    let body = format!("item={}&answer=include", RECORDS[0]);
    let reply = page.send("POST", &path, &more, &body);
    assert_eq!(
        (reply.status, reply.header("Content-Location")),
        (200, "./?at=2")
    );
    assert!(
        reply.body.contains("include. 1 of 3 answered. Next: 2."),
        "{}",
        reply.body
    );
    assert!(reply.body.contains("Record 2 of 3:"), "{}", reply.body);
    assert!(reply.body.contains(RECORDS[1]), "{}", reply.body);
    let said = format!("{} title-abstract include  ", RECORDS[0]);
    assert_eq!(rows(&review, "reviewer-a"), [said]);
    let undone = page.send("POST", &format!("/{}/undo", page.token), &more, "");
    assert_eq!(
        (undone.status, undone.header("Content-Location")),
        (200, "./?at=1")
    );
}

#[test]
fn an_undone_vote_is_a_row_more_and_the_stage_counts_it_no_more() {
    let review = unvoted();
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    page.vote(RECORDS[0], "include");
    page.vote(RECORDS[0], "maybe");
    page.vote(RECORDS[1], "include");
    assert_eq!(page.post("undo", "").header("Location"), "./?at=2");
    assert_eq!(page.post("undo", "").header("Location"), "./?at=1");
    let said: Vec<String> = rows(&review, "reviewer-a");
    let decisions: Vec<&str> = said.iter().map(|row| &row[36..]).collect();
    assert_eq!(
        decisions,
        [
            "include  ",
            "maybe  ",
            "include  ",
            "withdrawn  ",
            "include  "
        ]
    );
    page.kill();
    review.call(&["run"]);
    let votes = review.text("reports/stages/screen/votes.csv");
    let counted = votes.lines().filter(|line| line.contains(",true,")).count();
    assert_eq!(counted, 1, "{votes}");
    let undecided = review.text("reports/stages/screen/undecided.csv");
    let row = undecided.lines().find(|line| line.contains(RECORDS[1]));
    assert!(
        row.is_some_and(|row| row.contains("unscreened")),
        "{undecided}"
    );
}

#[test]
fn without_the_token_the_own_host_and_the_own_origin_nothing_is_shown_or_written() {
    let review = unvoted();
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    let own = page.own_host();
    let body = format!("item={}&answer=include", RECORDS[0]);
    let (open, wrong) = (format!("/{}/", page.token), format!("/{}/", "0".repeat(32)));
    let status = |method: &str, path: &str, more: &str| page.send(method, path, more, &body).status;
    assert_eq!(status("GET", "/", &own), 404);
    assert_eq!(status("GET", &wrong, &own), 404);
    assert_eq!(status("POST", &format!("{wrong}answer"), &own), 404);
    assert_eq!(status("GET", &open, "Host: evil.example\r\n"), 403);
    assert_eq!(
        status("POST", &format!("{open}answer"), "Host: evil.example\r\n"),
        403
    );
    let elsewhere = format!("{own}Origin: http://evil.example\r\n");
    assert_eq!(status("POST", &format!("{open}answer"), &elsewhere), 403);
    assert!(rows(&review, "reviewer-a").is_empty());
    assert_eq!(status("GET", &open, &own), 200);
}

#[test]
fn a_second_page_of_one_reviewer_is_refused_and_a_stranger_is_told_who_is_on_the_team() {
    let review = unvoted();
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    let second = review.call(&["screen", "--no-open", "--reviewer", "Reviewer-A"]);
    assert_eq!(second.exit, 2);
    assert!(
        second.err.contains(&format!("process {}", page.child.id())),
        "{second:?}"
    );
    let stranger = review.call(&["screen", "--no-open", "--reviewer", "reviewer-c"]);
    assert_eq!(stranger.exit, 2);
    assert!(stranger.err.contains("did you mean"), "{stranger:?}");
}

#[test]
fn two_people_vote_at_once_blind_to_each_other_and_a_third_settles() {
    let review = unvoted();
    let one = Page::open(&review, &["--reviewer", "reviewer-a"]);
    let two = Page::open(&review, &["--reviewer", "reviewer-b"]);
    std::thread::scope(|scope| {
        for (page, answers) in [
            (&one, ["include", "exclude%3Awrong-design", "include"]),
            (
                &two,
                [
                    "include",
                    "exclude%3Awrong-design",
                    "exclude%3Awrong-intervention",
                ],
            ),
        ] {
            scope.spawn(move || {
                for (record, answer) in RECORDS.iter().zip(answers) {
                    page.vote(record, answer);
                }
            });
        }
    });
    let blind = one.get("?at=3").body;
    assert!(blind.contains("Your answer: <b>include</b>"), "{blind}");
    assert!(!blind.contains("reviewer-b"), "{blind}");
    one.kill();
    two.kill();

    let third = Page::open(&review, &["--adjudicate", "reviewer-c"]);
    let shown = third.get("").body;
    for seen in [
        "reviewer-a",
        "reviewer-b",
        "exclude: wrong-intervention",
        "0 of 1",
    ] {
        assert!(shown.contains(seen), "{seen}: {shown}");
    }
    let item = format!("item={}%2Ftitle-abstract", RECORDS[2]);
    third.post(
        "answer",
        &format!("{item}&answer=include&method=third&note=by+title"),
    );
    let settled = review.text("data/screening/adjudication.csv");
    assert!(
        settled.contains(&format!(
            "{},title-abstract,include,,third,reviewer-c,",
            RECORDS[2]
        )),
        "{settled}"
    );
    third.kill();
    let next = Page::open(
        &review,
        &["--reviewer", "reviewer-a", "--stage", "full-text"],
    );
    let shown = next.get("").body;
    assert!(shown.contains("0 of 2"), "{shown}");
    let run = review.run();
    assert!(
        !run.codes().iter().any(|code| code.starts_with("table::")),
        "{run:?}"
    );
}

#[test]
fn markup_in_a_title_stays_text_and_the_policy_lets_no_inline_script_run() {
    let review = unvoted();
    let export = "data/searches/2026-01-15/embase.ris";
    let text = review.text(export);
    review.write(
        export,
        &text.replace("Morning light", "<script>alert(1)</script> Morning light"),
    );
    review.call(&["run"]);
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    let found = (1..=3).map(|at| page.get(&format!("?at={at}")));
    let found: Vec<Answer> = found
        .filter(|reply| reply.body.contains("alert(1)"))
        .collect();
    assert_eq!(found.len(), 1);
    assert!(
        !found[0].body.contains("<script>alert"),
        "{}",
        found[0].body
    );
    assert!(
        found[0]
            .header("Content-Security-Policy")
            .contains("default-src 'none'; script-src 'self'")
    );
    assert!(
        !found[0]
            .header("Content-Security-Policy")
            .contains("unsafe")
    );
    // With no referrer at all a form is sent with `Origin: null`, which is nobody's.
    assert_eq!(found[0].header("Referrer-Policy"), "same-origin");
}

#[test]
fn a_verdict_on_a_pair_is_kept_and_taken_back_by_deleting_its_line() {
    let review = unvoted();
    let export = "data/searches/2026-01-15/embase.ris";
    let mut text = review.text(export);
    text.push_str(UNSURE);
    review.write(export, &text);
    review.call(&["run"]);
    let queue = review.text("reports/stages/deduplicate/queue.csv");
    let key = queue
        .lines()
        .nth(1)
        .expect("an unsure pair")
        .split(',')
        .next()
        .expect("a key");
    let page = Page::open(&review, &["--duplicates", "reviewer-a"]);
    let item = key.replace('|', "%7C");
    page.post("answer", &format!("item={item}&answer=different"));
    let file = "data/deduplication/verdicts.csv";
    let verdict = review.text(file);
    assert!(verdict.contains(",different,reviewer-a,"));
    let said = "Evening walks and the sleep of older adults";
    assert!(
        verdict.contains(said),
        "which records were meant: {verdict}"
    );
    page.post("undo", "");
    wait_until("the line to go", || {
        !review.text(file).contains("different")
    });
    page.post("answer", &format!("item={item}&answer=same"));
    assert_eq!(review.text(file).lines().count(), 2);
}

/// Like the first record of the small review, with neither DOI nor pages and another journal's name.
const UNSURE: &str = "
TY  - JOUR
AU  - Adams, Ruth
PY  - 2011
TI  - Evening walks and the sleep of older adults
ER  - 
";

/// A review in which the reviewers differ on every record by title and abstract.
fn differing() -> Review {
    let review = mini::review();
    for (reviewer, decision) in [("reviewer-a", "include"), ("reviewer-b", "exclude")] {
        let mut text = String::from("record,stage,decision,reason,at,note,doi\n");
        for record in RECORDS {
            writeln!(
                text,
                "{record},title-abstract,{decision},,2026-01-20T09:00:00Z,,"
            )
            .expect("a string");
        }
        review.write(&format!("data/screening/{reviewer}.csv"), &text);
    }
    review.call(&["run"]);
    review
}

/// The rows of adjudications without times: decision, method, by, note.
fn settlements(review: &Review) -> Vec<String> {
    let text = review.text("data/screening/adjudication.csv");
    let cells = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>());
    cells
        .map(|cell| [cell[2], cell[4], cell[5], cell[7]].join(" "))
        .collect()
}

#[test]
fn a_settlement_taken_back_restores_method_people_and_note_of_the_row_before() {
    let review = differing();
    let item = format!("item={}%2Ftitle-abstract", RECORDS[0]);
    let settle = |who: &str, rest: &str, undo: usize| {
        let page = Page::open(&review, &["--adjudicate", who]);
        if !rest.is_empty() {
            page.post("answer", &format!("{item}&{rest}"));
        }
        for _ in 0..undo {
            page.post("undo", "");
        }
        let said = page.get("?at=1").body;
        page.kill();
        said
    };
    settle(
        "reviewer-a",
        "answer=include&method=consensus&note=talked",
        0,
    );
    settle("reviewer-c", "answer=exclude&method=third", 1);
    let agreed = "include consensus reviewer-a;reviewer-b entered by reviewer-a; talked";
    let rows = [agreed, "exclude third reviewer-c ", agreed];
    assert_eq!(settlements(&review), rows);
    settle("reviewer-d", "", 1);
    assert_eq!(settlements(&review), rows, "d takes back nothing of c");
    let other = format!("item={}%2Ftitle-abstract", RECORDS[1]);
    let page = Page::open(&review, &["--adjudicate", "reviewer-d"]);
    page.post("answer", &format!("{other}&answer=exclude&method=policy"));
    page.post("undo", "");
    page.kill();
    assert_eq!(
        settlements(&review)[3..],
        ["exclude policy reviewer-d ", "withdrawn policy reviewer-d "]
    );
}

#[test]
fn who_voted_is_no_third_person_and_no_method_is_chosen_for_them() {
    let review = differing();
    let item = format!("item={}%2Ftitle-abstract", RECORDS[0]);
    let page = Page::open(&review, &["--adjudicate", "Reviewer-A"]);
    let shown = page.get("").body;
    assert!(!shown.contains("value=\"third\""), "{shown}");
    assert!(!shown.contains(" checked"), "{shown}");
    for method in ["third", ""] {
        page.post("answer", &format!("{item}&answer=include&method={method}"));
        assert!(page.get("").body.contains("Not written: "));
    }
    assert!(!review.exists("data/screening/adjudication.csv"));
}

#[test]
fn a_note_that_says_undo_takes_nothing_back_and_an_undone_vote_keeps_its_note() {
    let review = unvoted();
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    let vote = |record: &str, answer: &str, note: &str| {
        page.post(
            "answer",
            &format!("item={record}&answer={answer}&note={note}"),
        );
    };
    vote(RECORDS[0], "include", "no+control+group");
    vote(RECORDS[1], "include", "undo");
    vote(RECORDS[0], "maybe", "");
    page.post("undo", "");
    page.post("undo", "");
    let said: Vec<String> = rows(&review, "reviewer-a");
    let [one, two] = [RECORDS[0], RECORDS[1]].map(|record| format!("{record} title-abstract"));
    assert_eq!(
        said,
        [
            format!("{one} include  no control group"),
            format!("{two} include  undo"),
            format!("{one} maybe  "),
            format!("{one} include  no control group"),
            format!("{two} withdrawn  "),
        ]
    );
}

#[test]
fn a_vote_of_an_earlier_session_is_not_taken_back() {
    let review = unvoted();
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    page.vote(RECORDS[0], "include");
    page.kill();
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    page.post("undo", "");
    assert!(page.get("").body.contains("no vote of this session"));
    assert_eq!(rows(&review, "reviewer-a").len(), 1);
}

/// Records more than the small review has, so that there is an order to learn.
const MORE: [&str; 6] = [
    "Evening walks and blood pressure of teachers",
    "Walking groups and sleep in late life: a randomised trial",
    "Night shifts and appetite: a survey",
    "Bright light and alertness of office workers",
    "Walking after supper: a randomised trial",
    "Choir singing and mood: a survey",
];

/// The record of each page, in the order of the queue.
fn order(page: &Page) -> Vec<String> {
    let pages = (1..).map(|at| page.get(&format!("?at={at}")).body);
    let record = |body: String| {
        let (_, rest) = body.split_once("<code>rec-")?;
        Some(format!("rec-{}", rest.split_once('<')?.0))
    };
    pages.map_while(record).collect()
}

#[test]
fn what_another_reviewer_voted_before_is_neither_shown_nor_counted_nor_learned_from() {
    let review = mini::review();
    let mut export = mini::EXPORT.to_owned();
    for (number, title) in MORE.iter().enumerate() {
        write!(
            export,
            "\nTY  - JOUR\nAU  - Other{number}, Ann\nPY  - {}\nTI  - {title}\nJO  - Journal {number}\nSP  - {number}7\nER  - \n",
            2000 + number
        )
        .expect("a string");
    }
    review.write("data/searches/2026-01-15/embase.ris", &export);
    let head = "record,stage,decision,reason,at,note,doi\n";
    let own = format!(
        "{head}{},title-abstract,include,,2026-01-20T09:00:00Z,,\n{},title-abstract,exclude,,2026-01-20T09:01:00Z,,\n",
        RECORDS[2], RECORDS[1]
    );
    review.write("data/screening/reviewer-a.csv", &own);
    review.write("data/screening/reviewer-b.csv", head);
    review.call(&["run"]);
    let learned = || {
        let arguments = ["--reviewer", "reviewer-a", "--order", "uncertainty"];
        order(&Page::open(&review, &arguments))
    };
    let before = learned();
    assert_eq!(before.len(), 9);
    let plain = order(&Page::open(&review, &["--reviewer", "reviewer-a"]));
    assert_ne!(before, plain, "the order is a learned one");

    let mut votes = head.to_owned();
    for (number, record) in plain.iter().enumerate() {
        let decision = ["exclude", "include"][number % 2];
        writeln!(
            votes,
            "{record},title-abstract,{decision},,2026-01-21T09:00:00Z,quite doubtful,"
        )
        .expect("a string");
    }
    review.write("data/screening/reviewer-b.csv", &votes);
    assert_eq!(learned(), before, "the other's votes teach nothing");
    review.write("data/screening/reviewer-a.csv", head);
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    assert_eq!(order(&page), plain);
    blind(&page, 9);
}

/// That a page shows nothing answered, and nothing of reviewer-b.
fn blind(page: &Page, records: usize) {
    for at in 0..=records + 1 {
        let shown = page.get(&format!("?at={at}")).body;
        assert!(shown.contains(&format!("0 of {records}")), "{shown}");
        for hidden in ["Your answer", "doubtful", "reviewer-b"] {
            assert!(!shown.contains(hidden), "{hidden}: {shown}");
        }
    }
}

#[test]
fn who_comes_second_sees_nothing_of_the_first_at_either_stage() {
    let review = unvoted();
    let page = Page::open(&review, &["--reviewer", "reviewer-b"]);
    for (record, answer) in RECORDS.iter().zip(["include", "maybe", "exclude"]) {
        let body = format!("item={record}&answer={answer}&note=quite+doubtful");
        page.post("answer", &body);
    }
    page.kill();
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    assert_eq!(order(&page), RECORDS);
    blind(&page, 3);
    for record in RECORDS {
        page.vote(record, "include");
    }
    page.kill();
    // A conflict by title and abstract goes on to full text.
    let stage = ["--stage", "full-text", "--reviewer"];
    let page = Page::open(&review, &[&stage[..], &["reviewer-b"]].concat());
    for record in RECORDS {
        let body = format!("item={record}&answer=exclude%3Awrong-design&note=quite+doubtful");
        page.post("answer", &body);
    }
    page.kill();
    let page = Page::open(&review, &[&stage[..], &["reviewer-a"]].concat());
    blind(&page, 3);
}

/// Sends the beginning of a request, and leaves the socket open.
fn begin(page: &Page, head: &str) -> TcpStream {
    let mut socket = TcpStream::connect(&page.host).expect("it listens");
    write!(socket, "{head}").expect("sent");
    socket
}

#[test]
fn who_has_no_token_can_neither_hang_the_page_nor_end_it() {
    let review = unvoted();
    let mut page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    let short = "POST /x HTTP/1.1\r\nHost: evil\r\nContent-Length: 5000\r\n\r\nab";
    let silent = [
        begin(&page, ""),
        begin(&page, "GET / HT"),
        begin(&page, short),
    ];
    let mut huge = begin(
        &page,
        "POST /x HTTP/1.1\r\nHost: evil\r\nContent-Length: 18446744073709551615\r\n\r\nab",
    );
    let mut told = String::new();
    huge.read_to_string(&mut told).expect("text");
    assert!(told.starts_with("HTTP/1.1 413"), "{told}");
    assert!(page.get("").body.contains("0 of 3"));
    let long = format!(
        "item={}&answer=include&note={}",
        RECORDS[0],
        "x".repeat(70_000)
    );
    let path = format!("/{}/answer", page.token);
    let reply = page.send("POST", &path, &page.own_host(), &long);
    assert_eq!(reply.status, 413, "{}", reply.body);
    assert!(rows(&review, "reviewer-a").is_empty());

    let id = page.child.id().to_string();
    let ended = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(ended.expect("kill is there").success());
    let child = &mut page.0.child;
    wait_until("Ctrl-C to end the program", || {
        child.try_wait().expect("a child").is_some()
    });
    drop(silent);
}

/// What a page says that is not opened.
fn refused(review: &Review, arguments: &[&str]) -> String {
    let called = review.call(&[&["screen", "--no-open"], arguments].concat());
    assert_eq!(called.exit, 2, "{called:?}");
    called.err
}

#[test]
fn a_file_that_the_reader_does_not_take_whole_is_not_written_behind() {
    let review = unvoted();
    let path = "data/screening/reviewer-a.csv";
    let torn = format!(
        "record,stage,decision,reason,at,note,doi,title\n{},title-abstract,include,,2026-01-20T09:00:00Z,,,\"Walking before",
        RECORDS[0]
    );
    let bare = "record,stage,decision,at\n".to_owned();
    let date = format!(
        "record,stage,decision,reason,at,note,doi\n{},title-abstract,include,,yesterday,,\n",
        RECORDS[0]
    );
    for (text, told) in [
        (torn, "table::open-quote"),
        (bare, "add `,reason,note` to the first line"),
        (date, "table::bad-date"),
    ] {
        review.write(path, &text);
        let said = refused(&review, &["--reviewer", "reviewer-a"]);
        assert!(said.contains(told), "{said}");
        assert_eq!(review.text(path), text);
    }
    // A fault in another's file is theirs.
    Page::open(&review, &["--reviewer", "reviewer-b"]).kill();
    let path = "data/screening/adjudication.csv";
    review.write(
        path,
        "record,stage,decision,reason,method,by,at,note\nr,full-text,include,,dice,c,2026-01-20,\n",
    );
    for who in [["--reviewer", "reviewer-b"], ["--adjudicate", "reviewer-c"]] {
        let said = refused(&review, &who);
        assert!(said.contains("`dice` is no value of `method`"), "{said}");
    }
}

#[test]
fn votes_go_on_in_the_file_that_they_were_read_from() {
    let review = unvoted();
    let text = review.text("data/screening/reviewer-a.csv");
    review.delete("data/screening/reviewer-a.csv");
    review.write("data/screening/first/Reviewer-A.csv", &text);
    let page = Page::open(&review, &["--reviewer", "reviewer-a"]);
    page.vote(RECORDS[0], "include");
    page.kill();
    assert!(!review.exists("data/screening/reviewer-a.csv"));
    let written = review.text("data/screening/first/Reviewer-A.csv");
    assert!(written.contains(RECORDS[0]), "{written}");

    review.delete("data/screening/first/Reviewer-A.csv");
    review.write(
        "data/screening/articles.csv",
        "key,title,year,doi,notes\nrayyan-7,Evening walks,2011,10.5555/jis.2011.34,\"RAYYAN-INCLUSION: {\"\"reviewer-a\"\"=>\"\"Included\"\"}\"\n",
    );
    review.replace(
        "pipeline.yaml",
        "      decisions: data/screening/\n      protocol: data/protocol.yaml\n",
        "      decisions: data/screening/\n      protocol: data/protocol.yaml\n    settings: { imports: { articles.csv: { at: 2026-01-20 } } }\n",
    );
    review.call(&["run"]);
    let said = refused(&review, &["--reviewer", "reviewer-a"]);
    assert!(said.contains("data/screening/articles.csv"), "{said}");
}
