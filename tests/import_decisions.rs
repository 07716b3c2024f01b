//! Records go out to screening tools, and the decisions that come back find them.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the corpus is read, and its absence is said"
)]

mod support;

use review::bib::decisions::{self, Choice};
use review::bib::tools::Tool;
use review::bib::{self, Record};
use support::{Review, mini};

const CORPUS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../shared/corpus/exports/decisions"
);

fn corpus(name: &str) -> Option<Vec<u8>> {
    let path = format!("{CORPUS}/{name}");
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("skipped: {path} does not stand beside the checkout");
    }
    bytes
}

fn records() -> Vec<Record> {
    bib::read("embase.ris", mini::EXPORT.as_bytes()).records
}

/// What a tool sends back when every second record was excluded: what went out, in the tool's own form.
fn sent_back(tool: Tool, sent: &str) -> String {
    let word = |at: usize, yes: &'static str, no: &'static str| {
        if at.is_multiple_of(2) { yes } else { no }
    };
    match tool {
        Tool::Rayyan => {
            let mut text = String::new();
            for (at, line) in sent.lines().enumerate() {
                let mark = "review-id:rec-";
                let line = match line.find(mark) {
                    None => line.to_owned(),
                    Some(from) => {
                        let to = from
                            + mark.len()
                            + line[from + mark.len()..].find(',').expect("a cell ends");
                        let note = format!(
                            "\"{} | RAYYAN-INCLUSION: {{\"\"Ann\"\"=>\"\"{}\"\"}}\"",
                            &line[from..to],
                            word(at - 1, "Included", "Excluded")
                        );
                        let (_, rest) = line[..from].split_once(',').expect("a key");
                        format!("rayyan-90{at},{rest}{note}{}", &line[to..])
                    }
                };
                text.push_str(&line);
                text.push('\n');
            }
            text
        }
        Tool::Asreview | Tool::Abstrackr => {
            let tab = tool == Tool::Abstrackr;
            let separator = if tab { "\t" } else { "," };
            let mut lines = sent.lines();
            let head = lines.next().expect("a header");
            let head = if tab {
                head.replacen("id\t", "(internal) id\t(source) id\t", 1)
                    + "\tconsensus\tlabeled_at\tAnn\n"
            } else {
                format!("record_id,{head},asreview_label\n")
            };
            let rows = lines.enumerate().map(|(at, line)| {
                if tab {
                    format!(
                        "9{at}\t{line}\to\t2026-02-01 10:00:00\t{}\n",
                        word(at, "1", "-1")
                    )
                } else {
                    format!("{at}{separator}{line}{separator}{}\n", word(at, "1", "0"))
                }
            });
            head + &rows.collect::<String>()
        }
        Tool::Covidence | Tool::EppiReviewer | Tool::Distillersr => {
            let found = bib::read("sent.ris", sent.as_bytes()).records;
            let note = |record: &Record| record.tags.first("N1").unwrap_or_default().to_owned();
            let (head, cell): (&str, fn(usize) -> &'static str) = match tool {
                Tool::Covidence => ("Covidence #,Title,DOI,Notes,Tags\n", |at| {
                    ["Included", "Excluded"][at % 2]
                }),
                Tool::EppiReviewer => ("ItemId,Title,DOI,Comments,Included\n", |at| {
                    ["I", "E"][at % 2]
                }),
                _ => ("Refid,Title,DOI,Notes,Decision\n", |at| {
                    ["Include", "Exclude"][at % 2]
                }),
            };
            let rows = found.iter().enumerate().map(|(at, record)| {
                format!(
                    "{},{},{},{},{}\n",
                    at + 7,
                    record.title.as_deref().unwrap_or_default(),
                    record.doi.as_deref().unwrap_or_default(),
                    note(record),
                    cell(at)
                )
            });
            head.to_owned() + &rows.collect::<String>()
        }
    }
}

#[test]
fn what_goes_out_to_a_tool_leads_its_decisions_back() {
    let records = records();
    for tool in Tool::ALL {
        let sent = tool.write(&records);
        let back = sent_back(tool, &sent);
        let found = decisions::read("back.csv", back.as_bytes());
        let ids: Vec<_> = found
            .decisions
            .iter()
            .map(|decision| decision.record.own.clone().unwrap_or_default())
            .collect();
        let want: Vec<_> = records.iter().map(|record| record.id.to_string()).collect();
        assert_eq!(ids, want, "{tool}\n{sent}\n{back}\n{:?}", found.problems);
        let choices: Vec<_> = found
            .decisions
            .iter()
            .map(|decision| decision.decision)
            .collect();
        let (yes, no) = (Choice::Include, Choice::Exclude);
        assert_eq!(choices, [yes, no, yes, no], "{tool}");
        assert_eq!(found.tool, tool.name(), "{back}");
    }
}

#[test]
fn the_records_still_to_screen_go_out_to_every_tool_and_no_others() {
    let review = mini::review();
    let voted = review.text("data/screening/reviewer-b.csv");
    let (head, rows) = voted.split_once('\n').expect("a header");
    let first = rows.lines().next().expect("a vote").split(',').next();
    let first = first.expect("an id").to_owned();
    let others = rows.lines().filter(|row| !row.starts_with(&first));
    let others = others.collect::<Vec<_>>().join("\n");
    review.write(
        "data/screening/reviewer-b.csv",
        &format!("{head}\n{others}"),
    );
    review.call(&["run"]);
    for tool in Tool::ALL {
        let out = format!("out.{}", tool.extension());
        let path = review.path(&out).display().to_string();
        let called = review.call(&["export", tool.name(), "-o", &path]);
        assert_eq!(called.exit, 0, "{}", called.err);
        let text = review.text(&out);
        assert_eq!(text.matches("review-id:").count(), 1, "{tool}: {text}");
        assert!(
            text.contains(&format!("review-id:{first}")),
            "{tool}: {text}"
        );
        std::fs::remove_file(review.path(&out)).expect("it was written");
    }
    let lists = review.path("lists").display().to_string();
    review.call(&["export", "csv", "-o", &lists]);
    let text = review.text("lists/records-title-abstract.csv");
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains(&first), "{text}");
}

#[test]
fn an_export_says_how_many_records_wait_and_writes_no_empty_file() {
    let review = mini::review();
    review.call(&["run"]);
    let called = review.call(&["export", "covidence", "-o", "none.ris"]);
    assert_eq!(called.exit, 0, "{}", called.err);
    assert!(called.err.contains("no record waits"), "{}", called.err);
    assert!(called.out.is_empty() && !review.path("none.ris").exists());
    let header = "record,stage,decision,reason,at,note,doi\n";
    review.write("data/screening/reviewer-b.csv", header);
    review.call(&["run"]);
    let some = review.path("some.ris").display().to_string();
    let called = review.call(&["export", "covidence", "-o", &some]);
    assert!(
        called
            .err
            .contains("records wait for votes at title-abstract")
    );
}

#[test]
fn an_export_refuses_a_stage_and_a_file_that_it_has_no_use_for() {
    let review = mini::review();
    for (arguments, told) in [
        ("ris -o a.ris --stage full-text", "--stage"),
        ("covidence -o x4.csv --stage full-text", "x4.ris"),
        ("gradepro -o sof.csv", "`sof`"),
        ("r -o check.csv", "`check`"),
    ] {
        let arguments: Vec<&str> = ["export"].into_iter().chain(arguments.split(' ')).collect();
        let called = review.call(&arguments);
        assert_eq!(called.exit, 2, "{arguments:?}: {called:#?}");
        assert!(called.err.contains(told), "{}", called.err);
    }
}

#[test]
fn what_goes_out_reads_back_as_the_same_publications() {
    let records = records();
    for tool in Tool::ALL {
        let sent = tool.write(&records);
        let name = format!("sent.{}", tool.extension());
        let back = bib::read(&name, sent.as_bytes());
        let titles = |records: &[Record]| -> Vec<_> {
            records
                .iter()
                .map(|record| (record.title.clone(), record.authors.clone()))
                .collect()
        };
        assert_eq!(titles(&back.records), titles(&records), "{tool}\n{sent}");
    }
}

#[test]
fn decisions_of_real_exports_are_counted_as_the_tools_count_them() {
    let count = |found: &decisions::Decisions, choice| {
        found
            .decisions
            .iter()
            .filter(|decision| decision.decision == choice)
            .count()
    };
    for (name, tool, include, maybe) in [
        ("rayyan-articles__lit-review.csv", "rayyan", 101, 13),
        ("rayyan-log__lit-review.csv", "rayyan", 101, 13),
    ] {
        let Some(bytes) = corpus(name) else { return };
        let found = decisions::read(name, &bytes);
        assert_eq!(
            (
                found.tool,
                count(&found, Choice::Include),
                count(&found, Choice::Maybe)
            ),
            (tool, include, maybe),
            "{name}"
        );
    }
}

/// The mini review with both reviewers' title and abstract votes out of a tool.
fn screened_with(name: &str, export: &str, settings: &str) -> Review {
    let review = mini::review();
    let votes = review.text("data/screening/reviewer-a.csv");
    let full_text: Vec<&str> = votes
        .lines()
        .filter(|line| !line.contains("title-abstract"))
        .chain([""])
        .collect();
    let full_text = full_text.join("\n");
    for reviewer in ["reviewer-a", "reviewer-b"] {
        review.write(&format!("data/screening/{reviewer}.csv"), &full_text);
    }
    review.write(&format!("data/screening/{name}"), export);
    review.replace(
        "pipeline.yaml",
        "      decisions: data/screening/\n      protocol: data/protocol.yaml\n",
        &format!("      decisions: data/screening/\n      protocol: data/protocol.yaml\n    settings: {settings}\n"),
    );
    review
}

/// Rayyan's articles: one by our id, one by DOI, one by title and year, one that nobody knows.
const ARTICLES: &str = r#"key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,doi,keywords,pubmed_id,pmc_id
rayyan-1,Evening walks and sleep of older adults: randomised trial,2011,,,,,,,,,,,,,,"review-id:rec-e077d4427f9a1d61 | RAYYAN-INCLUSION: {""Ann""=>""Included"", ""Bob""=>""Included""}",,,,
rayyan-2,,,,,,,,,,,,,,,,"RAYYAN-INCLUSION: {""Ann""=>""Included"", ""Bob""=>""Maybe""}",10.5555/IAW.2014.101,,,
rayyan-3,"Morning light and mood: a survey of office workers.",2016,,,,,,,,,,,,,,"RAYYAN-INCLUSION: {""Ann""=>""Excluded"", ""Bob""=>""Excluded""} | RAYYAN-EXCLUSION-REASONS: wrong intervention",,,,
rayyan-4,Morning light and mood: a survey of office workers,1999,,,,,,,,,,,,,,"RAYYAN-INCLUSION: {""Ann""=>""Included""}",,,,
"#;

const IMPORTS: &str = r#"{ imports: { rayyan.csv: { at: 2026-02-01, reviewers: { Ann: reviewer-a, Bob: reviewer-b }, reasons: { "wrong intervention": wrong-intervention } } } }"#;

#[test]
fn votes_out_of_rayyan_screen_the_review() {
    let review = screened_with("rayyan.csv", ARTICLES, IMPORTS);
    review.run();
    let rows = review.text("reports/stages/screen/decisions.csv");
    for (record, ends) in [
        ("rec-e077d4427f9a1d61", "include,include,,"),
        ("rec-2a3aef92b93a4901", "include,include,,"),
        ("rec-349701e0c8399598", "exclude,,wrong-intervention,"),
    ] {
        let row = rows
            .lines()
            .find(|row| row.starts_with(record))
            .expect(record);
        assert!(row.contains(ends), "{row}");
    }
    let votes = review.text("reports/stages/screen/votes.csv");
    assert_eq!(votes.matches(",2026-02-01,").count(), 6, "{votes}");
    assert_eq!(votes.matches(",doi\n").count(), 2, "{votes}");
    assert_eq!(votes.matches(",title\n").count(), 2, "{votes}");
    let said = review.text("reports/stages/screen/problems.csv");
    assert!(
        said.contains("screening::lost-row") && said.contains("rayyan-4"),
        "a record of another year is told, never guessed: {said}"
    );
    let places = review.text("reports/stages/screen/places.csv");
    assert!(places.contains("data/screening/rayyan.csv:2"), "{places}");
}

#[test]
fn a_decision_without_a_time_is_told_and_not_counted() {
    let review = screened_with(
        "rayyan.csv",
        ARTICLES,
        "{ imports: { rayyan.csv: { reviewers: { Ann: reviewer-a, Bob: reviewer-b } } } }",
    );
    review.run();
    let said = review.text("reports/stages/screen/problems.csv");
    assert!(
        said.contains("screening::no-time") && said.contains("7 decision"),
        "{said}"
    );
}

#[test]
fn the_log_of_rayyan_takes_its_records_from_the_articles() {
    let review = screened_with(
        "rayyan.csv",
        ARTICLES,
        "{ imports: { log.csv: { reviewers: { a@x.org: reviewer-a, b@x.org: reviewer-b } }, rayyan.csv: { reviewers: { Ann: reviewer-a, Bob: reviewer-b } } } }",
    );
    review.write(
        "data/screening/log.csv",
        "created_at,user_id,user_email,article_id,key,value\n\
         2026-02-01T10:00:00Z,1,a@x.org,1,included,1\n2026-02-01T10:00:00Z,2,b@x.org,1,included,1\n\
         2026-02-01T10:00:01Z,1,a@x.org,2,included,1\n2026-02-01T10:00:01Z,2,b@x.org,2,included,1\n\
         2026-02-01T10:00:02Z,1,a@x.org,3,included,-1\n2026-02-01T10:00:02Z,2,b@x.org,3,included,-1\n\
         2026-02-01T10:00:03Z,1,a@x.org,4,included,-1\n",
    );
    review.run();
    let votes = review.text("reports/stages/screen/votes.csv");
    assert_eq!(votes.matches(",2026-02-01T10:00:0").count(), 6, "{votes}");
    let said = review.text("reports/stages/screen/problems.csv");
    assert!(said.contains("screening::told-twice"), "{said}");
}

/// The log has Ann's decision on the first article alone; Bob's stands in the articles.
fn half_logged(settings: &str) -> (Review, String) {
    let review = screened_with("rayyan.csv", ARTICLES, settings);
    review.write(
        "data/screening/log.csv",
        "created_at,user_id,user_email,article_id,key,value\n\
         2026-02-01T10:00:00Z,1,a@x.org,1,included,1\n",
    );
    review.run();
    let votes = review.text("reports/stages/screen/votes.csv");
    (review, votes)
}

#[test]
fn a_decision_that_the_log_has_of_somebody_else_is_kept() {
    let (review, votes) = half_logged(
        "{ imports: { log.csv: { reviewers: { a@x.org: reviewer-a } }, rayyan.csv: { at: 2026-01-20, reviewers: { Ann: reviewer-a, Bob: reviewer-b } } } }",
    );
    let first = "rec-e077d4427f9a1d61|title-abstract|";
    let of = |who: &str| {
        let rows = votes.lines().filter(|row| row.contains(first));
        rows.filter(|row| row.contains(who)).count()
    };
    assert_eq!((of("reviewer-a"), of("reviewer-b")), (1, 1), "{votes}");
    let said = review.text("reports/stages/screen/problems.csv");
    assert!(!said.contains("unmatched-names"), "{said}");
}

#[test]
fn names_that_cannot_be_matched_are_an_error_and_drop_nothing() {
    let (review, votes) = half_logged(
        "{ imports: { rayyan.csv: { at: 2026-01-20, reviewers: { Ann: reviewer-a, Bob: reviewer-b } } } }",
    );
    let said = review.text("reports/stages/screen/problems.csv");
    assert!(
        said.contains("screening::unmatched-names") && said.contains("a@x.org"),
        "{said}"
    );
    assert_eq!(votes.matches(",2026-01-20,").count(), 6, "{votes}");
}

#[test]
fn lists_of_covidence_are_decided_by_their_names() {
    let list = "Title,Authors,Published Year,DOI,Ref,Covidence #,Study,Notes,Tags\nA,B,2020,10.5555/x,,#1,B 2020,\"Exclusion reason: Wrong design; \",later\n";
    let of = |name: &str| {
        let found = decisions::read(name, list.as_bytes());
        found
            .decisions
            .first()
            .map(|one| (one.decision, one.full_text, one.reasons.clone()))
    };
    let reason = vec!["Wrong design".to_owned()];
    assert_eq!(
        of("data/review_9_excluded_csv_2026.csv"),
        Some((Choice::Exclude, Some(true), reason.clone()))
    );
    assert_eq!(
        of("review_9_irrelevant_csv_2026.csv"),
        Some((Choice::Exclude, Some(false), reason))
    );
    assert_eq!(of("review_9_screen_csv_2026.csv"), None);
}
