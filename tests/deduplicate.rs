//! Laws of deduplication: what may change in the input without changing the result, and what must never be joined.

use proptest::prelude::*;
use review::bib::{Record, Source};
use review::dedup::{
    Deduplication, Policy, Settings, deduplicate, deduplicate_rounds, merged_records, verdict,
    why as dedup_why,
};
use review::ids::RecordId;
use std::collections::{BTreeMap, BTreeSet};

fn record(id: &str, title: &str, authors: &str, year: i32, place: (&str, &str, &str)) -> Record {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Record {
        id: RecordId::new(id),
        kind: None,
        title: text(title),
        authors: authors
            .split(';')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        year: (year > 0).then_some(year),
        journal: text(place.0),
        volume: text(place.1),
        issue: None,
        pages: text(place.2),
        doi: None,
        pmid: None,
        issn: None,
        isbn: None,
        abstract_text: None,
        keywords: Vec::new(),
        language: None,
        url: None,
        trial_id: None,
        database: None,
        source: Source {
            file: "records.csv".to_owned(),
            format: "csv".to_owned(),
            line: 1,
            end_line: 1,
        },
        tags: review::bib::Tags::new(),
    }
}

const TITLE: &str = "Mindfulness training for burnout among hospital nurses";

fn paper(id: &str) -> Record {
    record(
        id,
        TITLE,
        "Huang, Ling;Park, Jin;Weber, Anna",
        2019,
        ("Journal of Occupational Health", "61", "112-120"),
    )
}

fn partition(result: &Deduplication, records: &[Record]) -> BTreeSet<BTreeSet<String>> {
    result
        .clusters
        .iter()
        .map(|cluster| {
            cluster
                .members
                .iter()
                .map(|at| records[*at].id.to_string())
                .collect()
        })
        .collect()
}

fn clusters(records: &[Record], settings: &Settings) -> BTreeSet<BTreeSet<String>> {
    partition(&deduplicate(records, settings, &[]), records)
}

fn joined(records: &[Record]) -> bool {
    clusters(records, &Settings::default()).len() == 1
}

/// Variants of a small library: the same papers in other writing, and look-alikes.
fn library() -> impl Strategy<Value = Vec<Record>> {
    let one = (0..6_usize, 0..5_usize, 0..4_usize).prop_map(|(work, style, look)| {
        let titles = [
            TITLE,
            "Mindfulness training for burnout among hospital physicians",
            "Editorial",
            "Erratum: Mindfulness training for burnout among hospital nurses",
            "Sleep and shift work: a cohort study. Part 1",
            "Sleep and shift work: a cohort study. Part 2",
        ];
        let title = match style {
            0 => titles[work].to_uppercase(),
            1 => format!("{}.", titles[work]),
            _ => titles[work].to_owned(),
        };
        let authors = if style == 2 {
            "HUANG L;PARK J;WEBER A"
        } else {
            "Huang, Ling;Park, Jin;Weber, Anna"
        };
        let pages = ["112-120", "112-20", "", "e112"][look];
        let journal = if style == 3 {
            "J Occup Health"
        } else {
            "Journal of Occupational Health"
        };
        let mut record = record(
            "",
            &title,
            authors,
            2019,
            (journal, if look == 2 { "" } else { "61" }, pages),
        );
        record.doi = (style == 4).then(|| format!("10.1000/{work}"));
        record
    });
    proptest::collection::vec(one, 0..30).prop_map(|mut records| {
        for (at, record) in records.iter_mut().enumerate() {
            record.id = RecordId::new(format!("r{at}"));
        }
        records
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_of_input_changes_nothing(records in library(), seed in any::<u64>()) {
        let mut shuffled = records.clone();
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let settings = Settings::default();
        let (first, second) = (deduplicate(&records, &settings, &[]), deduplicate(&shuffled, &settings, &[]));
        prop_assert_eq!(partition(&first, &records), partition(&second, &shuffled));
        let ids = |result: &Deduplication| result.clusters.iter().map(|cluster| cluster.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(ids(&first), ids(&second));
        let pairs = |result: &Deduplication, records: &[Record]| {
            result.duplicates.iter().map(|pair| (records[pair.a].id.clone(), records[pair.b].id.clone(), pair.rule, pair.fields.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(pairs(&first, &records), pairs(&second, &shuffled));
    }

    #[test]
    fn threads_and_files_change_nothing(records in library(), pieces in 1..4_usize) {
        let settings = Settings::default();
        let whole = deduplicate(&records, &settings, &[]);
        let mut split = records.clone();
        for (at, record) in split.iter_mut().enumerate() {
            record.source.file = format!("part{}.csv", at % pieces);
            record.source.line = u32::try_from(at / pieces + 2).expect("few records");
        }
        prop_assert_eq!(partition(&deduplicate(&split, &settings, &[]), &split), partition(&whole, &records));
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
            prop_assert_eq!(&pool.install(|| deduplicate(&records, &settings, &[])), &whole);
        }
    }

    #[test]
    fn every_record_is_in_exactly_one_cluster(records in library()) {
        let result = deduplicate(&records, &Settings::default(), &[]);
        let mut seen: Vec<usize> = result.clusters.iter().flat_map(|cluster| cluster.members.clone()).collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..records.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_cluster_never_holds_an_article_and_its_erratum_or_two_parts(records in library()) {
        for cluster in deduplicate(&records, &Settings::default(), &[]).clusters {
            let kinds: BTreeSet<&str> = cluster.members.iter().map(|at| {
                let title = records[*at].title.as_deref().unwrap_or("").to_lowercase();
                if title.contains("erratum") { "erratum" } else if title.contains("part 1") { "1" } else if title.contains("part 2") { "2" } else { "paper" }
            }).collect();
            prop_assert!(kinds.len() == 1, "{:?}", kinds);
        }
    }

    #[test]
    fn a_later_round_takes_no_cluster_apart_and_renames_none(records in library(), first in 0..30_usize, second in 0..30_usize) {
        let settings = Settings::default();
        let (first, second) = (first.min(second).min(records.len()), first.max(second).min(records.len()));
        let rounds: Vec<u32> = (0..records.len()).map(|at| u32::from(at >= first) + u32::from(at >= second)).collect();
        let whole = deduplicate_rounds(&records, &rounds, &settings, &[]);
        for cut in [first, second] {
            let before = deduplicate_rounds(&records[..cut], &rounds[..cut], &settings, &[]);
            for cluster in &whole.clusters {
                let old: BTreeSet<usize> = cluster.members.iter().copied().filter(|at| *at < cut).collect();
                let former: Vec<_> = before.clusters.iter().filter(|former| former.members.iter().any(|at| old.contains(at))).collect();
                // Whole former clusters, and the name of one of them.
                prop_assert!(former.iter().all(|former| former.members.iter().all(|at| old.contains(at))), "{:?}", cluster);
                prop_assert!(former.is_empty() || former.iter().any(|former| former.id == cluster.id), "{:?}", cluster);
            }
        }
        // Rounds of one number are no rounds.
        let one = deduplicate_rounds(&records, &vec![0; records.len()], &settings, &[]);
        prop_assert_eq!(one.clusters, deduplicate(&records, &settings, &[]).clusters);
    }

    #[test]
    fn records_added_later_move_no_identifier(records in library(), cut in 0..30_usize) {
        let cut = cut.min(records.len());
        let settings = Settings::default();
        let before = deduplicate(&records[..cut], &settings, &[]);
        let previous: BTreeMap<RecordId, RecordId> = before.clusters.iter()
            .flat_map(|cluster| cluster.members.iter().map(|at| (records[*at].id.clone(), cluster.id.clone())))
            .collect();
        let batch = deduplicate(&records, &settings, &[]);
        let mut grown = batch.clone();
        grown.keep_ids(&records, &previous);
        prop_assert_eq!(partition(&grown, &records), partition(&batch, &records));
        for cluster in &grown.clusters {
            // Where a cluster fell apart, the name stays with the part that holds the record of that name.
            let here: BTreeSet<&RecordId> = cluster.members.iter().map(|at| &records[*at].id).collect();
            let former: BTreeSet<&RecordId> = here.iter().filter_map(|id| previous.get(*id)).filter(|id| here.contains(id)).collect();
            prop_assert!(former.is_empty() || former.contains(&cluster.id), "{:?}", cluster);
        }
    }
}

#[test]
fn exports_of_one_paper_are_one() {
    let mut abbreviated = record(
        "b",
        &format!("{}.", TITLE.to_uppercase()),
        "HUANG L;PARK J;WEBER A",
        2019,
        ("J Occup Health", "61", "112-20"),
    );
    abbreviated.doi = Some("https://doi.org/10.1000/JOH.112".to_owned());
    assert!(joined(&[paper("a"), abbreviated]));
}

#[test]
fn look_alikes_stay_apart() {
    let with = |change: &dyn Fn(&mut Record)| {
        let mut record = paper("b");
        change(&mut record);
        record
    };
    let title = |text: &str| Some(text.to_owned());
    let others: [(&str, Record); 8] = [
        (
            "erratum",
            with(&|r| r.title = title(&format!("Erratum: {TITLE}"))),
        ),
        (
            "reply",
            with(&|r| r.title = title(&format!("Authors' reply: {TITLE}"))),
        ),
        (
            "other group",
            with(&|r| {
                r.title = title("Mindfulness training for burnout among hospital doctors");
                r.pages = title("121-130");
            }),
        ),
        (
            "protocol",
            with(&|r| {
                r.title = title(&format!("{TITLE}: study protocol for a randomised trial"));
                r.pages = None;
            }),
        ),
        (
            "reprint",
            with(&|r| {
                r.journal = title("Nursing Research");
                r.volume = title("8");
                r.pages = title("1-9");
            }),
        ),
        (
            "congress abstract",
            with(&|r| {
                r.journal =
                    title("Proceedings of the International Conference on Occupational Health");
                r.pages = title("S12");
                r.volume = None;
            }),
        ),
        (
            "second page range",
            with(&|r| {
                r.pages = title("500-509");
                r.volume = title("62");
            }),
        ),
        (
            "shared heading",
            record(
                "b",
                "Editorial",
                "Huang, Ling",
                2019,
                ("Journal of Occupational Health", "61", ""),
            ),
        ),
    ];
    for (what, other) in others {
        assert!(!joined(&[paper("a"), other]), "{what}");
    }
}

#[test]
fn versions_of_a_cochrane_review_follow_the_setting() {
    let version = |id: &str, year: i32, doi: &str| {
        let mut record = record(
            id,
            "Interventions for burnout in nurses",
            "Huang L;Park J",
            year,
            ("Cochrane Database Syst Rev", "", ""),
        );
        record.doi = Some(doi.to_owned());
        record
    };
    let both = [
        version("a", 2009, "10.1002/14651858.CD001234.pub2"),
        version("b", 2016, "10.1002/14651858.CD001234.pub3"),
    ];
    assert_eq!(clusters(&both, &Settings::default()).len(), 1);
    let two = Settings {
        cochrane_versions: Policy::Two,
        ..Settings::default()
    };
    assert_eq!(clusters(&both, &two).len(), 2);
    let result = deduplicate(&both, &Settings::default(), &[]);
    assert_eq!(result.duplicates[0].rule, "cochrane-version");
    assert!(
        result.duplicates[0].fields.contains("pub2")
            && result.duplicates[0].fields.contains("pub3")
    );
}

#[test]
fn a_preprint_and_its_paper_follow_the_setting() {
    let mut preprint = record(
        "b",
        TITLE,
        "Huang, Ling;Park, Jin;Weber, Anna",
        2018,
        ("medRxiv", "", ""),
    );
    preprint.doi = Some("10.1101/2018.12.01.123456".to_owned());
    let mut published = paper("a");
    published.doi = Some("10.1000/joh.112".to_owned());
    let both = [published, preprint];
    assert_eq!(clusters(&both, &Settings::default()).len(), 1);
    let two = Settings {
        preprint: Policy::Two,
        ..Settings::default()
    };
    assert_eq!(clusters(&both, &two).len(), 2);
}

#[test]
fn verdicts_are_obeyed_and_undone_by_deleting_the_line() {
    let mut other = paper("b");
    other.pages = Some("500-509".to_owned());
    other.volume = Some("62".to_owned());
    let records = [paper("a"), other, paper("c")];
    let with = |text: &str| {
        let (verdicts, problems) = verdict::read(
            "verdicts.csv",
            format!("id1,id2,verdict\n{text}").as_bytes(),
        );
        assert!(problems.is_empty());
        partition(
            &deduplicate(&records, &Settings::default(), &verdicts),
            &records,
        )
        .len()
    };
    assert_eq!(with(""), 2);
    assert_eq!(with("a,b,same\n"), 1);
    assert_eq!(with("a,c,different\n"), 3);
}

#[test]
fn contradicting_verdicts_are_said_and_keep_records_apart() {
    let records = [paper("a"), paper("b")];
    let (verdicts, _) = verdict::read(
        "verdicts.csv",
        b"id1,id2,verdict\na,b,same\nb,a,different\nz,a,same\n",
    );
    let result = deduplicate(&records, &Settings::default(), &verdicts);
    assert_eq!(result.clusters.len(), 2);
    let codes: BTreeSet<&str> = result
        .problems
        .iter()
        .map(|problem| &*problem.code)
        .collect();
    assert_eq!(
        codes,
        BTreeSet::from([
            "dedup::verdict-unknown-record",
            "dedup::verdicts-contradict"
        ])
    );
}

#[test]
fn merged_record_keeps_every_member_and_follows_source_order() {
    let mut embase = paper("a");
    embase.database = Some("Embase".to_owned());
    embase.abstract_text = Some("From Embase".to_owned());
    let mut pubmed = paper("b");
    pubmed.database = Some("PubMed".to_owned());
    pubmed.title = Some(format!("{TITLE}."));
    let records = [embase, pubmed];
    let settings = Settings {
        source_order: vec!["PubMed".to_owned(), "Embase".to_owned()],
        ..Settings::default()
    };
    let merged = merged_records(&records, &deduplicate(&records, &settings, &[]), &settings);
    assert_eq!(merged.len(), 1);
    assert_eq!(
        merged[0].record.title.as_deref(),
        Some(&*format!("{TITLE}."))
    );
    assert_eq!(
        merged[0].record.abstract_text.as_deref(),
        Some("From Embase")
    );
    assert_eq!(merged[0].taken, vec![("abstract", RecordId::new("a"))]);
    let databases: Vec<_> = merged[0]
        .members
        .iter()
        .filter_map(|member| member.database.as_deref())
        .collect();
    assert_eq!(databases, ["PubMed", "Embase"]);
}

#[test]
fn records_without_anything_are_kept_apart_and_said() {
    let mut records: Vec<Record> = (0..300)
        .map(|at| record(&format!("r{at}"), "", "", 0, ("", "", "")))
        .collect();
    records.push(record("name", "#NAME?", "", 0, ("", "", "")));
    records.push(record("name", "#NAME?", "", 0, ("", "", "")));
    let result = deduplicate(&records, &Settings::default(), &[]);
    assert_eq!(result.clusters.len(), 302);
    let codes: BTreeSet<&str> = result
        .problems
        .iter()
        .map(|problem| &*problem.code)
        .collect();
    assert_eq!(
        codes,
        BTreeSet::from(["dedup::no-title", "dedup::repeated-id"])
    );
}

#[test]
fn megabyte_fields_are_compared_without_harm() {
    let mut long = paper("b");
    long.abstract_text = Some("word ".repeat(1_000_000));
    long.title = Some(format!("{TITLE} {}", "x".repeat(2_000_000)));
    long.authors = vec!["A".repeat(3_000_000)];
    long.pages = Some("1".repeat(1_000_000));
    let records = [
        paper("a"),
        long.clone(),
        Record {
            id: RecordId::new("c"),
            ..long
        },
    ];
    assert_eq!(
        deduplicate(&records, &Settings::default(), &[])
            .clusters
            .len(),
        2
    );
}

#[test]
fn one_title_for_all_gives_a_short_queue() {
    let records: Vec<Record> = (0..3000)
        .map(|at| {
            record(
                &format!("r{at}"),
                "Burnout among nurses in hospitals",
                "",
                2019,
                ("", "", ""),
            )
        })
        .collect();
    let result = deduplicate(&records, &Settings::default(), &[]);
    assert_eq!(result.clusters.len(), 3000);
    assert!(result.queue.len() <= 30, "{}", result.queue.len());
}

fn changed(id: &str, change: impl Fn(&mut Record)) -> Record {
    let mut record = paper(id);
    change(&mut record);
    record
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the fields of a record are optional"
)]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

const TRIAL: &str = "Open label controlled trial of eculizumab in adult patients with plasma therapy resistant disease";

#[test]
fn groups_that_exclude_each_other_are_not_even_asked_about() {
    let with = |id: &str, title: &str| {
        changed(id, |record| {
            record.title = some(title);
            record.pages = None;
            record.volume = None;
            record.abstract_text = some(
                &"This trial is ongoing but not recruiting participants at any site. ".repeat(5),
            );
        })
    };
    for other in [
        TRIAL.replace("adult", "adolescent"),
        TRIAL.replace("resistant", "sensitive"),
    ] {
        let records = [with("a", TRIAL), with("b", &other)];
        let result = deduplicate(&records, &Settings::default(), &[]);
        assert_eq!(
            (result.clusters.len(), result.queue.len()),
            (2, 0),
            "{other}"
        );
    }
}

#[test]
fn a_correction_announced_after_the_title_stays_apart() {
    let correction = changed("b", |record| {
        record.title = Some(format!("\"{TITLE}\": Correction to Huang et al. (2019)."));
        record.pages = some("120-120");
    });
    assert!(!joined(&[paper("a"), correction]));
}

#[test]
fn pages_that_became_a_date_are_told_back_where_one_reading_is_possible() {
    let at = |id: &str, pages: &str| {
        changed(id, |record| {
            record.pages = some(pages);
            record.authors.truncate(1);
        })
    };
    let rule = |pages: &str| {
        let records = [at("a", "1-8"), at("b", pages)];
        deduplicate(&records, &Settings::default(), &[]).duplicates[0].rule
    };
    assert_eq!(rule("01-Aug"), "identical-record");
    assert_eq!(rule("12-Mar"), "same-title-and-authors");
}

#[test]
fn a_lost_volume_moves_issue_and_pages_and_is_told() {
    let whole = changed("a", |record| record.issue = some("9"));
    let shifted = changed("b", |record| {
        record.volume = None;
        record.issue = some("61");
        record.pages = some("9");
    });
    assert!(joined(&[whole, shifted]));
}

#[test]
fn one_doi_on_one_range_of_pages_is_one_item_whatever_its_title() {
    let with = |id: &str, title: &str, pages: &str| {
        changed(id, |record| {
            record.title = some(title);
            record.pages = some(pages);
            record.doi = some("10.1000/joh.112");
        })
    };
    let other = "Relevance of mental exercises against exhaustion in clinics";
    assert!(joined(&[
        with("a", TITLE, "112-120"),
        with("b", other, "112-20")
    ]));
    assert!(
        !joined(&[with("a", TITLE, "S12"), with("b", other, "S12")]),
        "abstracts of one page share the supplement's DOI"
    );
}

#[test]
fn yearly_reports_of_one_body_do_not_chain() {
    let records: Vec<Record> = (0..40)
        .map(|at| {
            changed(&format!("r{at}"), |record| {
                record.year = Some(1980 + at);
                record.volume = None;
                record.pages = None;
            })
        })
        .collect();
    let result = deduplicate(&records, &Settings::default(), &[]);
    for cluster in &result.clusters {
        let years = cluster.members.iter().filter_map(|at| records[*at].year);
        let (first, last) = (years.clone().min(), years.max());
        assert!(
            last.zip(first)
                .is_some_and(|(last, first)| last - first <= 2),
            "{cluster:?}"
        );
    }
}

#[test]
fn records_that_agree_while_a_veto_parts_their_copies_are_queued() {
    let placed = |id: &str, volume: &str, pages: &str| {
        changed(id, |record| {
            record.volume = some(volume);
            record.pages = some(pages);
        })
    };
    let bare = changed("c", |record| {
        record.volume = None;
        record.pages = None;
    });
    let records = [
        placed("a", "61", "112-120"),
        placed("b", "64", "9-17"),
        bare,
    ];
    let result = deduplicate(&records, &Settings::default(), &[]);
    assert_eq!((result.clusters.len(), result.queue.len()), (2, 1));
}

#[test]
fn a_cut_title_without_a_place_is_left_to_a_person() {
    let cut = changed("b", |record| {
        record.title = some("Mindfulness training for burnout among …");
        record.volume = None;
        record.pages = None;
    });
    let result = deduplicate(&[paper("a"), cut], &Settings::default(), &[]);
    assert_eq!((result.clusters.len(), result.queue.len()), (2, 1));
}

#[test]
fn why_names_rule_or_veto() {
    let settings = Settings::default();
    let other = changed("b", |record| {
        record.title = Some(format!("Erratum: {TITLE}"));
    });
    let why = dedup_why(&paper("a"), &paper("b"), &settings);
    assert_eq!((why.outcome, why.ground), ("same", "same-place"));
    let apart = changed("c", |record| record.pages = some("300"));
    let notice = Record {
        pages: some("300"),
        ..other
    };
    assert_eq!(
        dedup_why(&paper("a"), &notice, &settings).ground,
        "notice-and-item"
    );
    assert_eq!(dedup_why(&paper("a"), &apart, &settings).outcome, "same");
}

#[test]
fn words_that_make_another_paper_of_one_team_and_year_are_left_to_a_person() {
    let team = "Huang, Ling;Park, Jin";
    let place = ("Journal of Occupational Health", "61", "");
    for (one, other) in [
        (
            "Walking for burnout in nurses: a randomised trial",
            "Walking for burnout in nurses: long-term follow-up of a randomised trial",
        ),
        (
            "Walking for burnout in nurses: a randomised trial",
            "Walking for burnout in nurses: secondary analysis of a randomised trial",
        ),
        (
            "Walking is effective for burnout in nurses of hospitals",
            "Walking is not effective for burnout in nurses of hospitals",
        ),
        (
            "Walking as a treatment of burnout in men",
            "Walking as a treatment of burnout in men and women",
        ),
        (
            "Walking as a treatment of burnout in nurses",
            "Walking as a treatment of burnout in nurses: a cost analysis",
        ),
    ] {
        let records = [
            record("a", one, team, 2019, place),
            record("b", other, team, 2019, place),
        ];
        let result = deduplicate(&records, &Settings::default(), &[]);
        assert_eq!(result.clusters.len(), 2, "{one} | {other}");
        assert_eq!(result.queue.len(), 1, "{one} | {other}");
    }
    // A subtitle that says how the study was done is dropped by databases.
    let short = "Walking as a treatment of burnout in nurses";
    let long = "Walking as a treatment of burnout in nurses: a randomised trial";
    assert!(joined(&[
        record("a", short, team, 2019, place),
        record("b", long, team, 2019, place),
    ]));
}

const TEAM: &str = "Huang, Ling;Park, Jin;Weber, Anna";

/// A record of which nothing is known but title, team, year and journal.
fn unplaced(id: &str, title: &str) -> Record {
    let mut record = record(
        id,
        title,
        TEAM,
        2019,
        ("Journal of Occupational Health", "", ""),
    );
    record.database = some(if id == "a" { "PubMed" } else { "Embase" });
    record
}

fn outcome(a: &Record, b: &Record) -> &'static str {
    dedup_why(a, b, &Settings::default()).outcome
}

/// One title with two words that could stand for each other.
fn titled(word: &str) -> String {
    format!("Outcome of {word} care in adults of four hospitals: a randomised trial")
}

#[test]
fn words_a_letter_or_two_apart_may_be_two_medicines_or_groups() {
    for (one, other) in [
        ("fluoxetine", "duloxetine"),
        ("sitagliptin", "saxagliptin"),
        ("citalopram", "escitalopram"),
        ("prednisone", "prednisolone"),
        ("symptomatic", "asymptomatic"),
        ("effective", "ineffective"),
        ("maternal", "paternal"),
        ("unilateral", "bilateral"),
        ("preoperative", "perioperative"),
        ("induction", "reduction"),
    ] {
        let (a, b) = (unplaced("a", &titled(one)), unplaced("b", &titled(other)));
        assert_ne!(outcome(&a, &b), "same", "{one} {other}");
        // One place holds one item, so that there the word is misspelt.
        let placed = |record: &Record| Record {
            volume: some("61"),
            pages: some("112-120"),
            ..record.clone()
        };
        if !(one == "effective" || one == "induction") {
            assert_eq!(outcome(&placed(&a), &placed(&b)), "same", "{one} {other}");
        }
    }
    for (one, other) in [
        ("paediatric", "pediatric"),
        ("architecture", "achitecture"),
        ("hospitalised", "hospitalized"),
    ] {
        let pair = (unplaced("a", &titled(one)), unplaced("b", &titled(other)));
        assert_eq!(outcome(&pair.0, &pair.1), "same", "{one} {other}");
    }
}

#[test]
fn abstracts_of_one_supplement_on_two_medicines_are_two() {
    let at = |id: &str, medicine: &str, pages: &str| {
        let mut record = record(
            id,
            &format!("{medicine} for depression in adults of four hospitals"),
            TEAM,
            2019,
            ("Journal of Occupational Health", "61", pages),
        );
        record.issue = some("Suppl 1");
        record
    };
    let pair = (at("a", "Fluoxetine", "S12"), at("b", "Duloxetine", "S13"));
    assert_ne!(outcome(&pair.0, &pair.1), "same");
}

#[test]
fn each_registration_number_is_a_trial_of_its_own() {
    let registered = |id: &str, number: &str| {
        let mut record = record(id, TITLE, TEAM, 2019, ("ClinicalTrials.gov", "", ""));
        record.trial_id = some(number);
        record
    };
    let (a, b) = (
        registered("a", "NCT02207231"),
        registered("b", "NCT02207244"),
    );
    let why = dedup_why(&a, &b, &Settings::default());
    assert_eq!(
        (why.outcome, why.ground),
        ("different", "other-registration")
    );
    assert_eq!(outcome(&a, &registered("c", "NCT02207231")), "same");
    // A paper may name several trials, of which each database keeps another.
    let paper = |id: &str, number: &str| {
        let mut record = unplaced(id, TITLE);
        record.volume = some("61");
        record.trial_id = some(number);
        record
    };
    let pair = (paper("a", "NCT02207231"), paper("b", "NCT02207244"));
    let why = dedup_why(&pair.0, &pair.1, &Settings::default());
    assert_eq!((why.outcome, why.ground), ("unsure", "same-registration"));
}

#[test]
fn words_in_one_title_alone_make_another_paper_unless_they_name_the_design() {
    for other in [
        format!("{TITLE}: final results"),
        format!("{TITLE}: five-year results"),
        format!("{TITLE}: process evaluation"),
        format!("{TITLE}: predictors of response"),
        format!("{TITLE}: open-label extension"),
        format!("{TITLE} in Japan"),
        format!("Nivolumab plus {TITLE}"),
        // A lone number behind a title is that of a part.
        format!("{TITLE} II"),
        format!("{TITLE} 2"),
    ] {
        let pair = (unplaced("a", TITLE), unplaced("b", &other));
        assert_ne!(outcome(&pair.0, &pair.1), "same", "{other}");
    }
    for other in [
        format!("{TITLE}: a randomised controlled trial"),
        format!("{TITLE}: systematic review and meta-analysis"),
        format!("{TITLE} (extended abstract)"),
    ] {
        let pair = (unplaced("a", TITLE), unplaced("b", &other));
        assert_eq!(outcome(&pair.0, &pair.1), "same", "{other}");
    }
}

#[test]
fn lettered_parts_are_papers_of_a_series() {
    for (one, other) in [("part A", "part B"), ("study A", "study B")] {
        let pair = (
            unplaced("a", &format!("{TITLE}: {one}")),
            unplaced("b", &format!("{TITLE}: {other}")),
        );
        assert_eq!(outcome(&pair.0, &pair.1), "different", "{one} {other}");
    }
}

#[test]
fn a_thesis_is_not_the_paper_written_from_it() {
    let mut thesis = record("a", TITLE, "Huang, Ling", 2018, ("", "", ""));
    thesis.kind = some("Dissertation/Thesis");
    let paper = record(
        "b",
        TITLE,
        "Huang, Ling",
        2019,
        ("Journal of Occupational Health", "61", "112-120"),
    );
    assert_ne!(outcome(&thesis, &paper), "same");
    let university = changed("a", |record| {
        record.kind = some("thesis");
        record.journal = some("University of Leeds");
        record.volume = None;
        record.pages = None;
    });
    assert_ne!(outcome(&university, &paper), "same");
    let index = record(
        "c",
        TITLE,
        "Huang, Ling",
        2018,
        ("Dissertation Abstracts International", "79", "1234"),
    );
    assert_eq!(outcome(&thesis, &index), "same");
}

#[test]
fn a_prefix_that_a_publisher_shares_makes_no_preprint() {
    // 10.1101 is Cold Spring Harbor's, for Genome Research as for bioRxiv; 10.12688 is F1000Research, a journal.
    for (journal, doi) in [
        ("Genome Research", "10.1101/gr.123456.111"),
        ("F1000Research", "10.12688/f1000research.12345.1"),
    ] {
        let placed = |id: &str, journal: &str, volume: &str, pages: &str| {
            record(id, TITLE, TEAM, 2019, (journal, volume, pages))
        };
        let mut one = placed("a", journal, "21", "100-110");
        one.doi = some(doi);
        let other = placed("b", "Journal of Occupational Health", "61", "112-120");
        assert_eq!(outcome(&one, &other), "different", "{journal}");
    }
}

#[test]
fn an_announcement_behind_a_title_is_an_item_of_its_own() {
    for end in [" - erratum", " (erratum)", " [Erratum]", " - Reply"] {
        let pair = (
            unplaced("a", TITLE),
            unplaced("b", &format!("{TITLE}{end}")),
        );
        assert_eq!(outcome(&pair.0, &pair.1), "different", "{end}");
    }
}

#[test]
fn the_type_tells_an_erratum_a_letter_and_a_congress_abstract_from_the_paper() {
    let typed = |id: &str, kind: &str, year: i32| {
        let mut record = unplaced(id, TITLE);
        record.kind = some(kind);
        record.year = Some(year);
        record
    };
    let paper = typed("a", "Journal Article", 2019);
    assert_eq!(
        outcome(&paper, &typed("b", "Published Erratum", 2019)),
        "different"
    );
    assert_eq!(outcome(&paper, &typed("b", "Letter", 2019)), "unsure");
    assert_eq!(
        outcome(&paper, &typed("b", "Conference Abstract", 2018)),
        "different"
    );
    assert_eq!(
        outcome(&paper, &typed("b", "Conference Abstract", 2019)),
        "unsure"
    );
    assert_eq!(outcome(&paper, &typed("b", "JOUR", 2019)), "same");
}

#[test]
fn two_ranges_of_pages_in_one_issue_are_two_articles() {
    let at = |id: &str, pages: &str| {
        changed(id, |record| {
            record.issue = some("3");
            record.pages = some(pages);
        })
    };
    let pair = (at("a", "123-130"), at("b", "131-140"));
    assert_eq!(outcome(&pair.0, &pair.1), "unsure");
}

#[test]
fn tables_of_contents_of_two_databases_shorten_titles() {
    let long = TITLE.replace("burnout among", "symptoms of burnout among");
    let pair = (unplaced("a", TITLE), unplaced("b", &long));
    assert_eq!(outcome(&pair.0, &pair.1), "same");
    // One database lists each paper once, so that two entries of it are two papers; nor is it known where no database is named.
    for database in [some("PubMed"), None] {
        let other = Record {
            database,
            ..pair.1.clone()
        };
        assert_ne!(outcome(&pair.0, &other), "same");
    }
}

#[test]
fn one_title_in_two_sister_journals_is_left_to_a_person() {
    let within = |id: &str, journal: &str| Record {
        journal: some(journal),
        ..unplaced(id, TITLE)
    };
    let pair = (
        within("a", "JACC: Heart Failure"),
        within("b", "JACC: Cardiovascular Imaging"),
    );
    let why = dedup_why(&pair.0, &pair.1, &Settings::default());
    assert_eq!((why.outcome, why.ground), ("unsure", "same-journal"));
}

#[test]
fn a_preprint_and_its_paper_alone_stand_in_two_places() {
    let at = |id: &str, journal: &str, doi: &str| {
        let mut record = record(id, TITLE, TEAM, 2020, (journal, "", ""));
        record.doi = some(doi);
        record
    };
    let server = at("a", "medRxiv", "10.1101/2020.03.12.20034567");
    let mut paper = at("b", "Journal of Occupational Health", "10.1000/joh.112");
    paper.volume = some("62");
    paper.pages = some("112-120");
    assert_eq!(outcome(&server, &paper), "same");
    let other_server = at("c", "arXiv", "10.48550/arxiv.2003.01234");
    assert_ne!(outcome(&server, &other_server), "same");
}
