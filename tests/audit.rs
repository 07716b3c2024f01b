//! Anyone can check every number: whatever was tampered with is found and named, and looking changes nothing.

mod support;

use review::artefact::{Address, Origin, Sheet};
use std::collections::BTreeMap;
use support::{Called, Review, mini};

/// The whole mini review with a file that no stage reads.
fn kept() -> Review {
    let review = mini::whole();
    review.write("data/README.md", "Where the data come from.\n");
    review.built()
}

/// The whole mini review with combinations of choices, whose certainty is rated.
fn with_a_multiverse() -> Review {
    let review = mini::whole();
    for (after, wired) in [
        (
            "      small-study: pool.small-study\n",
            "      specifications: pool.specifications\n      specification-effects: pool.specification-effects\n",
        ),
        (
            "      rejected: pool.rejected\n",
            "      specifications: pool.specifications\n      multiverse: pool.multiverse\n      multiverse-certainty: grade.multiverse\n",
        ),
    ] {
        review.replace("pipeline.yaml", after, &format!("{after}{wired}"));
    }
    let settings = format!("{}multiverse: {{ tau2: [REML, DL, CE] }}\n", mini::SETTINGS);
    review.write("stages/pool/settings.yaml", &settings);
    review.built()
}

#[test]
fn a_review_whose_multiverse_is_rated_is_whole() {
    let review = with_a_multiverse();
    let rated = review.text("reports/stages/grade/multiverse.csv");
    assert!(rated.contains("\nsleep,"), "{rated}");
    let called = review.call(&["audit"]);
    assert_eq!(called.exit, 0, "{called:#?}");
}

#[test]
fn every_origin_of_every_stage_names_what_a_stage_gives() {
    let review = with_a_multiverse();
    let tree = review.tree("reports/stages");
    let sheets: BTreeMap<&str, Sheet> = tree
        .iter()
        .filter_map(|(path, bytes)| {
            let name = path.strip_prefix("reports/stages/")?.rsplit_once('.')?.0;
            Some((name, Sheet::read(path, bytes)?))
        })
        .collect();
    let (mut looked_at, mut broken) = (0, Vec::new());
    for (name, sheet) in &sheets {
        for key in sheet.rows.keys() {
            let origin = sheet.cell(key, "origin").unwrap_or_default();
            let origin: Origin = origin.parse().expect("an origin");
            for from in origin.0.iter().flat_map(|clause| clause.from.iter()) {
                looked_at += 1;
                let holds = match from {
                    Address::File(_) => true,
                    Address::Cell { artefact, .. } if artefact == "settings" => true,
                    Address::Artefact { stage, artefact } => {
                        sheets.contains_key(&*format!("{stage}/{artefact}"))
                    }
                    Address::Row {
                        stage,
                        artefact,
                        key,
                    } => sheets
                        .get(&*format!("{stage}/{artefact}"))
                        .is_some_and(|sheet| sheet.rows.contains_key(&*key)),
                    Address::Cell {
                        stage,
                        artefact,
                        key,
                        column,
                    } => sheets
                        .get(&*format!("{stage}/{artefact}"))
                        .is_some_and(|sheet| sheet.cell(key, column).is_some()),
                };
                if !holds {
                    broken.push(format!("{name}#{key}: {from}"));
                }
            }
        }
    }
    assert!(looked_at > 300, "{looked_at}");
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The codes of all differences, in order, each once.
fn codes(called: &Called) -> Vec<String> {
    let json = called.json();
    let problems = json["problems"].as_array().expect("a list");
    let codes = problems
        .iter()
        .filter_map(|problem| problem["code"].as_str());
    let mut codes: Vec<String> = codes.map(str::to_owned).collect();
    codes.dedup();
    codes
}

#[test]
fn an_untouched_review_is_whole_and_comes_again_from_its_inputs() {
    let review = kept();
    let called = review.call(&["audit", "--recompute", "--json"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let json = called.json();
    assert_eq!(json["whole"], true);
    assert!(json["numbers"]["all"].as_u64() > Some(100), "{json}");
    for part in ["numbers", "inputs", "outputs", "recomputed"] {
        let counts = json[part].as_object().expect("counts");
        let counts: Vec<u64> = counts
            .values()
            .filter_map(serde_json::Value::as_u64)
            .collect();
        assert_eq!(counts[0], counts[1], "{part}");
        assert!(counts[0] > 0, "{part}");
    }
    assert!(json["decisions"]["all"].as_u64() >= Some(20), "{json}");
}

#[test]
fn a_review_without_its_cache_is_audited_from_its_files_alone() {
    let review = kept();
    std::fs::remove_dir_all(review.path(".review")).expect("the cache goes");
    let called = review.call(&["audit"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert!(
        called.out.contains("numbers fully traced"),
        "{}",
        called.out
    );
    assert!(
        called.out.ends_with("whole: nothing differs\n"),
        "{}",
        called.out
    );
    assert!(!review.exists(".review"), "an audit leaves nothing behind");
}

#[test]
fn every_byte_that_was_tampered_with_is_found_and_its_file_named() {
    for (file, code) in [
        (
            "data/searches/2026-01-15/embase.ris",
            "audit::changed-input",
        ),
        ("data/screening/reviewer-b.csv", "audit::changed-input"),
        ("data/extraction/outcomes.csv", "audit::changed-input"),
        ("data/README.md", "audit::changed-input"),
        ("stages/pool/settings.yaml", "audit::changed-input"),
        ("reports/report.md", "audit::edited-output"),
        ("reports/report.html", "audit::edited-output"),
        ("reports/stages/pool/pooled.csv", "audit::edited-output"),
        ("reports/tables/effects.csv", "audit::edited-output"),
    ] {
        let review = kept();
        let text = review.text(file);
        review.write(file, &format!("{text}\n"));
        let called = review.call(&["audit", "--json"]);
        assert_eq!(called.exit, 4, "{file}: {called:#?}");
        assert_eq!(codes(&called)[0], code, "{file}");
        assert!(called.out.contains(file), "{}", called.out);
    }
}

#[test]
fn files_that_went_or_came_are_found() {
    let review = kept();
    review.delete("data/README.md");
    review.write("data/extraction/more.txt", "late\n");
    review.write("reports/tables/mine.csv", "key\n");
    review.delete("reports/tables/votes.csv");
    let called = review.call(&["audit", "--json"]);
    assert_eq!(called.exit, 4, "{called:#?}");
    assert_eq!(
        codes(&called),
        [
            "audit::changed-input",
            "audit::edited-output",
            "audit::unknown-input",
            "audit::unknown-output",
            // Numbers that count all that was extracted rest on the file that came.
            "audit::changed-leaf"
        ]
    );
}

#[test]
fn the_program_of_an_optional_stage_is_held_by_the_lock_and_its_output_by_none() {
    let stage = "  - { id: extra, run: [sh, \"{in.script}\", \"{out.n}\"], optional: true, in: { script: tools/x.sh }, out: { n: reports/n.txt } }\n";
    let review = Review::pipeline(stage, &[("tools/x.sh", "echo one > \"$1\"\n")]).built();
    let whole = review.call(&["audit", "--recompute"]);
    assert_eq!(whole.exit, 0, "{whole:#?}");
    review.write("reports/n.txt", "another machine\n");
    let whole = review.call(&["audit", "--recompute"]);
    assert_eq!(whole.exit, 0, "{whole:#?}");
    review.write("tools/x.sh", "echo two > \"$1\"\n");
    let called = review.call(&["audit", "--json"]);
    assert_eq!(called.exit, 4, "{called:#?}");
    assert_eq!(codes(&called), ["audit::changed-input"]);
}

/// Writes a file anew, and its digest in the lock.
fn rewrite_with_lock(review: &Review, file: &str, after: &str) {
    let hex = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
    let (before, lock) = (review.bytes(file), review.text("pipeline.lock"));
    review.write(file, after);
    let lock = lock.replace(&hex(&before), &hex(after.as_bytes()));
    review.write("pipeline.lock", &lock);
}

/// Takes the lines of a file out of the lock.
fn drop_from_lock(review: &Review, file: &str) {
    let lock = review.text("pipeline.lock");
    let lines = lock
        .lines()
        .filter(|line| !line.ends_with(&format!(" {file}")));
    let lines: Vec<&str> = lines.collect();
    review.write("pipeline.lock", &(lines.join("\n") + "\n"));
}

#[test]
fn an_output_whose_line_in_the_lock_is_gone_is_found() {
    for file in [
        "reports/report.md",
        "reports/report.html",
        "reports/provenance/numbers.json",
    ] {
        let review = kept();
        drop_from_lock(&review, file);
        let called = review.call(&["audit", "--json"]);
        assert_eq!(called.exit, 4, "{file}: {called:#?}");
        assert_eq!(codes(&called)[0], "audit::unknown-output", "{file}");
    }
    let review = kept();
    review.write("reports/extra.md", "mine\n");
    review.write("reports/stages/gone/x.csv", "key\n");
    let called = review.call(&["audit", "--json"]);
    for file in ["reports/extra.md", "reports/stages/gone/x.csv"] {
        assert!(called.out.contains(file), "{}", called.out);
    }
}

#[test]
fn a_report_without_any_listed_number_is_not_whole() {
    let review = kept();
    let list = "{\"version\":1,\"report\":\"reports/report.md\",\"numbers\":[]}\n";
    rewrite_with_lock(&review, "reports/provenance/numbers.json", list);
    let called = review.call(&["audit", "--json"]);
    assert_eq!(called.exit, 4, "{called:#?}");
    assert_eq!(codes(&called), ["audit::no-numbers"]);
}

#[test]
fn a_digit_added_behind_a_number_is_found() {
    let review = kept();
    let numbers = review.text("reports/provenance/numbers.json");
    let numbers: serde_json::Value = serde_json::from_str(&numbers).expect("JSON");
    let mut lines: Vec<String> = review
        .text("reports/report.md")
        .lines()
        .map(str::to_owned)
        .collect();
    // The last number of its line, so that no other number moves.
    let mut last = numbers["numbers"].as_array().expect("a list").iter().rev();
    let (line, end) = last
        .find_map(|number| {
            let at = |name: &str| usize::try_from(number[name].as_u64()?).ok();
            let text = number["text"].as_str()?;
            let end = at("column")? - 1 + text.chars().count();
            text.ends_with(|c: char| c.is_ascii_digit())
                .then_some((at("line")? - 1, end))
        })
        .expect("a number that ends with a digit");
    let byte = lines[line].char_indices().nth(end);
    let byte = byte.map_or(lines[line].len(), |(byte, _)| byte);
    lines[line].insert(byte, '9');
    rewrite_with_lock(&review, "reports/report.md", &(lines.join("\n") + "\n"));
    let called = review.call(&["audit", "--json"]);
    assert_eq!(called.exit, 4, "{called:#?}");
    assert_eq!(codes(&called), ["audit::not-printed"]);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a file outside of the project is written and read"
)]
fn a_lock_cannot_reach_out_of_the_project() {
    let review = kept();
    let mut name = review.root().file_name().expect("a name").to_owned();
    name.push("-victim.txt");
    let victim = review.root().with_file_name(&name);
    let name = name.to_str().expect("text");
    std::fs::write(&victim, "mine").expect("written");
    let lock = review.text("pipeline.lock");
    let digest = blake3::hash(b"mine").to_hex();
    let lines = format!("gone key {digest}\ngone output {digest} ../{name}\n");
    review.write("pipeline.lock", &(lock + &lines));
    review.run();
    let kept = std::fs::read(&victim).expect("the file outside is still there");
    assert_eq!(kept, b"mine");
    std::fs::remove_file(victim).expect("removed");
}

#[test]
fn a_number_that_was_rewritten_with_its_lock_is_still_no_way_to_print_its_value() {
    let review = kept();
    let numbers = review.text("reports/provenance/numbers.json");
    let numbers: serde_json::Value = serde_json::from_str(&numbers).expect("JSON");
    let estimate = numbers["numbers"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|number| number["address"] == "pool/pooled#sleep|/estimate")
        .expect("the pooled estimate is printed");
    let text = estimate["text"].as_str().expect("text");
    for file in ["reports/report.md", "reports/provenance/numbers.json"] {
        let after = review.text(file).replace(text, "9.99");
        rewrite_with_lock(&review, file, &after);
    }
    let called = review.call(&["audit", "--json"]);
    assert_eq!(called.exit, 4, "{called:#?}");
    // The words of the absolute effect repeat the number, and their address holds other words now.
    assert_eq!(codes(&called), ["audit::misprinted", "audit::other-value"]);
    let again = review.call(&["audit", "--recompute", "--json"]);
    assert!(
        codes(&again).contains(&"audit::other-bytes".to_owned()),
        "{again:#?}"
    );
}

#[test]
fn a_vote_without_a_name_or_a_date_is_found_and_its_line_named() {
    let review = kept();
    review.replace(
        "data/screening/studies.csv",
        "only report,reviewer-a,2026-01-22T09:01:00Z",
        "only report,,2026-01-22T09:01:00Z",
    );
    review.write(
        "data/screening/reviewer-b.csv",
        &review
            .text("data/screening/reviewer-b.csv")
            .replace("2026-01-21T10:00:30Z", ""),
    );
    let called = review.call(&["audit"]);
    assert_eq!(called.exit, 4, "{called:#?}");
    for said in [
        "error[audit::nameless]: a decision without a name",
        "data/screening/studies.csv:3",
        "error[audit::dateless]: a decision without a date",
        "data/screening/reviewer-b.csv:5",
    ] {
        assert!(
            called.err.contains(said),
            "{said} is not in\n{}",
            called.err
        );
    }
}

#[test]
fn a_cell_is_walked_up_to_the_numbers_that_rest_on_it() {
    let review = kept();
    let line = review.text("data/extraction/outcomes.csv");
    let column = line
        .lines()
        .nth(1)
        .expect("a row")
        .find("3.1")
        .expect("the sd")
        + 1;
    let place = format!("data/extraction/outcomes.csv:2:{column}");
    let called = review.call(&["trace", "--uses", &place]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert!(
        called.out.contains("  pool/pooled#sleep|/"),
        "{}",
        called.out
    );
    assert!(
        !called.out.contains("#falls|"),
        "another outcome does not rest on it: {}",
        called.out
    );
    let printed: Vec<&str> = called
        .out
        .lines()
        .filter(|line| {
            line.contains("reports/report.md:") && line.ends_with("pool/pooled#sleep|/estimate")
        })
        .collect();
    assert!(!printed.is_empty(), "{}", called.out);
    let wrong = review.call(&["trace", "--uses", "data/extraction/outcomes.csv:99:1"]);
    assert_eq!(wrong.exit, 2, "{wrong:#?}");
}

const SD: &str = "extract/outcomes#adams-2011|sleep|psqi|end|post|walk/sd";

#[test]
fn what_if_shows_every_result_that_moves_and_touches_nothing() {
    let review = kept();
    let before = review.tree("");
    let called = review.call(&["what-if", &format!("{SD}=6.2"), "--json"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert!(before == review.tree(""), "a file of the project changed");
    let json = called.json();
    let differences = json["differences"].as_array().expect("a list");
    let moved = |address: &str| {
        let mut all = differences.iter();
        all.any(|found| found["address"] == address && found["before"] != found["after"])
    };
    assert!(moved("pool/pooled#sleep|/estimate"), "{json}");
    assert!(moved("pool/effects#sleep|adams-2011/ci_lower"), "{json}");
    assert!(!called.out.contains("#falls|"), "{json}");
    assert_eq!(json["file"], "data/extraction/outcomes.csv");
    review.run().assert_nothing_happened();
}

#[test]
fn what_if_finds_its_row_in_the_form_as_it_is_now() {
    let review = kept();
    let before = review
        .call(&["what-if", &format!("{SD}=6.2"), "--json"])
        .json();
    let form = review.text("data/extraction/outcomes.csv");
    let mut rows: Vec<&str> = form.lines().collect();
    let first = rows.remove(1);
    rows.push(first);
    review.write("data/extraction/outcomes.csv", &(rows.join("\n") + "\n"));
    let moved = review
        .call(&["what-if", &format!("{SD}=6.2"), "--json"])
        .json();
    assert_eq!(moved["differences"], before["differences"]);
    assert_ne!(moved["lines"], before["lines"]);
}

#[test]
fn what_if_says_that_a_cell_cannot_hold_a_value() {
    let review = kept();
    let called = review.call(&["what-if", &format!("{SD}=abc")]);
    assert_eq!(called.exit, 2, "{called:#?}");
    assert!(called.err.contains("abc"), "{}", called.err);
}

#[test]
fn what_if_nothing_changed_nothing_moves_and_mistakes_are_met_with_help() {
    let review = kept();
    let same = review.call(&["what-if", &format!("{SD}=3.1")]);
    assert_eq!(same.exit, 0, "{same:#?}");
    assert!(same.out.contains("pool/pooled: 0 of "), "{}", same.out);
    for (change, said) in [
        (SD.to_owned(), "says no value"),
        (format!("{SD}x=3"), "no column `sdx`; did you mean `sd`?"),
        (
            "pool/pooled#sleep|/estimate=3".to_owned(),
            "it was computed",
        ),
    ] {
        let called = review.call(&["what-if", &change]);
        assert_eq!(called.exit, 2, "{called:#?}");
        assert!(called.err.contains(said), "{}", called.err);
    }
}

#[test]
fn the_script_for_r_stands_beside_its_data_and_writes_over_nothing() {
    let review = kept();
    let out = review.path("check");
    let out = out.to_str().expect("text");
    let called = review.call(&["export", "r", "-o", out]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert_eq!(
        review.bytes("check/pooled.csv"),
        review.bytes("reports/stages/pool/pooled.csv")
    );
    let script = review.text("check/recompute.R");
    let pooled = review.text("check/pooled.csv");
    let results = pooled.lines().count() - 1;
    assert_eq!(script.matches("\ncheck(\"").count(), results, "{script}");
    review.write("check/recompute.R", "mine");
    let again = review.call(&["export", "r", "-o", out]);
    assert_eq!(again.exit, 2, "{again:#?}");
    assert_eq!(review.text("check/recompute.R"), "mine");
}

#[test]
fn a_second_opinion_that_cannot_be_had_is_no_agreement() {
    let review = kept();
    let nowhere = review.path("nowhere");
    let nowhere = nowhere.to_str().expect("text");
    let mut audit = review.review(&["audit", "--with-r"]);
    audit.env("PATH", nowhere);
    let called = Called::of(audit.output().expect("the program starts"));
    assert_eq!(called.exit, 4, "{called:#?}");
    assert!(called.err.contains("error[audit::no-r]"), "{}", called.err);
    assert!(
        called.out.contains("not whole: 1 difference"),
        "{}",
        called.out
    );
}

#[test]
fn a_trace_is_a_page_and_the_publications_are_records_for_others() {
    let review = kept();
    let (page, ris) = (review.path("trace.html"), review.path("records.ris"));
    let (page, ris) = (page.to_str().expect("text"), ris.to_str().expect("text"));
    let called = review.call(&["trace", "pool/pooled#sleep|/estimate", "--html", page]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let text = review.text("trace.html");
    assert!(text.contains("data/extraction/outcomes.csv:2"), "{text}");
    let called = review.call(&["export", "ris", "-o", ris]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let text = review.text("records.ris");
    assert_eq!(text.matches("TY  - JOUR").count(), 3, "{text}");
}
