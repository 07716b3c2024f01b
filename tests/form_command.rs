//! Forms are written with what is known, filled in, and read as if they had been written by hand.

mod support;

use std::collections::BTreeMap;
use support::{Review, mini};

/// The small review of which nobody extracted or judged anything yet, run up to the included studies.
fn unread() -> Review {
    let review = mini::review();
    for path in [
        "data/extraction/outcomes.csv",
        "data/extraction/studies.csv",
        "data/risk-of-bias/reviewer-a.csv",
    ] {
        review.delete(path);
    }
    review.write(
        "data/risk-of-bias/overrides.csv",
        "study,result,tool,domain,judgement,reason,by,at\n",
    );
    let run = review.run_with(&["screen"]);
    assert_eq!(run.exit, 0, "{run:#?}");
    review
}

/// The rows of a CSV text as maps from column to text.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    rows.map(|row| row.expect("a row")).collect()
}

/// Writes the rows of a table into a form of more columns.
fn fill(review: &Review, form: &str, table: &str) {
    let text = review.text(form);
    let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("memory");
    for row in rows(table) {
        let cells = header
            .iter()
            .map(|name| row.get(*name).map_or("", String::as_str));
        writer.write_record(cells).expect("memory");
    }
    let bytes = writer.into_inner().expect("memory");
    review.write(form, &String::from_utf8(bytes).expect("text"));
}

#[test]
fn before_screening_the_command_to_run_is_named() {
    let called = mini::review().call(&["form", "extraction"]);
    assert_eq!(called.exit, 2, "{called:#?}");
    insta::assert_snapshot!(called.err, @"error: nothing is known of the included studies yet; `review run screen` first");
}

#[test]
fn blank_forms_name_studies_and_outcomes_and_a_run_reads_nothing_in_them() {
    let review = unread();
    let called = review.call(&["form", "extraction"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    insta::assert_snapshot!(called.out, @"
    data/extraction/studies.csv
    data/extraction/outcomes.csv
    data/extraction/statistics.csv
    data/extraction/effects.csv
    ");
    insta::assert_snapshot!(called.err, @"
      new: 2 studies (2 rows)
      new: 2 studies (8 rows)
      new: 2 studies (4 rows)
      new: 2 studies (4 rows)
    fill in, then `review run extract`; rows without a number are not read
    ");
    let outcomes = rows(&review.text("data/extraction/outcomes.csv"));
    let first = &outcomes[0];
    let known = ["study", "outcome", "scale", "kind", "group"].map(|name| first[name].as_str());
    assert_eq!(
        known,
        ["adams-2011", "sleep", "psqi", "post", "intervention"]
    );
    let run = review.run_with(&["extract"]);
    assert_eq!(run.exit, 0, "{run:#?}");
    assert!(
        run.json["problems"].as_array().is_some_and(Vec::is_empty),
        "{run:#?}"
    );
    assert_eq!(
        rows(&review.text("reports/stages/extract/outcomes.csv")).len(),
        0
    );
}

#[test]
fn a_second_call_adds_nothing_and_leaves_every_byte() {
    let review = unread();
    review.call(&["form", "extraction"]);
    let before = review.tree("data");
    let called = review.call(&["form", "extraction"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert_eq!(before, review.tree("data"));
    insta::assert_snapshot!(called.err, @"
      left as it is: nothing to add, 2 studies there already
      left as it is: nothing to add, 2 studies there already
      left as it is: nothing to add, 2 studies there already
      left as it is: nothing to add, 2 studies there already
    fill in, then `review run extract`; rows without a number are not read
    ");
}

#[test]
fn a_form_filled_in_gives_what_the_same_table_by_hand_gives() {
    let by_hand = mini::review();
    assert_eq!(by_hand.run_with(&["extract"]).exit, 0);
    let review = unread();
    review.call(&["form", "extraction"]);
    fill(&review, "data/extraction/outcomes.csv", mini::OUTCOMES);
    let run = review.run_with(&["extract"]);
    assert_eq!(run.exit, 0, "{run:#?}");
    for table in ["outcomes", "missing", "integrity"] {
        let path = format!("reports/stages/extract/{table}.csv");
        assert_eq!(review.text(&path), by_hand.text(&path), "{table}");
    }
}

#[test]
fn new_studies_are_added_below_the_bytes_of_a_form_in_its_own_columns() {
    let review = unread();
    let old = "\u{feff}Group;study;outcome;scale;time;kind;arm;n;mean;sd;extractor;mood\r\nintervention;adams-2011;sleep;psqi;end;post;walk;40;14.2;3.1;anna;fine";
    review.write("data/extraction/outcomes.csv", old);
    let called = review.call(&["form", "extraction"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    assert!(
        called.err.contains("added below the rows that were there: 1 study (4 rows); 1 study left out, there already"),
        "{}",
        called.err
    );
    let new = review.text("data/extraction/outcomes.csv");
    let added = new
        .strip_prefix(old)
        .expect("what was there stays byte for byte");
    assert_eq!(
        added,
        "\r\nintervention;baker-2014;sleep;psqi;;post;;;;;;\r\ncontrol;baker-2014;sleep;psqi;;post;;;;;;\r\nintervention;baker-2014;falls;;;post;;;;;;\r\ncontrol;baker-2014;falls;;;post;;;;;;\r\n"
    );
    let run = review.run_with(&["extract"]);
    assert_eq!(run.exit, 0, "{run:#?}");
}

#[test]
fn a_form_that_cannot_be_kept_whole_is_not_written_anew_nor_added_to() {
    let review = unread();
    let path = "data/extraction/outcomes.csv";
    let header = "study,outcome,scale,time,kind,group,arm,participants,mean,sd,extractor";
    let row = "adams-2011,sleep,psqi,end,post,intervention,walk,40,14.2,3.1,anna";
    let force = ["form", "extraction", "--force"];
    let add = ["form", "extraction"];
    let ragged = format!("{header}\n{}\n", row.replace("14.2", "14,2"));
    let nameless = format!("{header},\n{row},mine\n");
    let twice = format!("{header},n\n{row},40\n");
    let carriage = format!("{header}\r{row}\r");
    let open = format!("{header}\n\"{row}\n");
    for (text, code, calls) in [
        (ragged, "form::no-column-name", &[&force[..]][..]),
        (nameless, "form::no-column-name", &[&force]),
        (twice, "form::duplicate-column", &[&force]),
        (carriage, "form::line-ends", &[&force, &add]),
        (open, "table::open-quote", &[&force, &add]),
    ] {
        for call in calls {
            review.write(path, &text);
            let called = review.call(call);
            assert_ne!(called.exit, 0, "{code} {called:#?}");
            assert!(
                called.err.contains(code) || called.err.contains("twice"),
                "{code} {}",
                called.err
            );
            assert_eq!(review.text(path), text);
        }
    }
    review.write(path, &format!("{header}\n{row}\n"));
    assert_eq!(review.call(&force).exit, 0);
    let anew = rows(&review.text(path));
    assert_eq!((&*anew[0]["n"], anew[0].get("participants")), ("40", None));
}

#[test]
fn a_form_that_is_refused_leaves_the_other_tables_of_the_call_unwritten() {
    let review = unread();
    let header = "study,outcome,scale,time,kind,group,arm,n,mean,sd,extractor";
    let open =
        format!("{header}\n\"adams-2011,sleep,psqi,end,post,control,usual,40,14.2,3.1,anna\n");
    review.write("data/extraction/outcomes.csv", &open);
    let before = review.tree("data");
    let called = review.call(&["form", "extraction"]);
    assert_eq!(called.exit, 2, "{called:#?}");
    assert!(called.err.contains("table::open-quote"), "{}", called.err);
    assert_eq!(called.out, "");
    assert_eq!(before, review.tree("data"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "bytes that are no text")]
fn a_form_in_another_encoding_is_not_written_anew() {
    let review = unread();
    let path = "data/extraction/studies.csv";
    let bytes = b"study,label,design,extractor\nadams-2011,Ad\xe4ms 2011,rct,anna\n";
    std::fs::write(review.path(path), bytes).expect("written");
    for call in [
        &["form", "extraction", "--force"][..],
        &["form", "extraction"],
    ] {
        let called = review.call(call);
        assert_eq!(called.exit, 2, "{called:#?}");
        assert!(
            called.err.contains("error[table::not-utf8]")
                && called.err.contains("studies.csv:2:14"),
            "{}",
            called.err
        );
        assert_eq!(review.bytes(path), bytes);
    }
}

#[test]
fn a_level_that_a_spreadsheet_made_a_fraction_of_is_refused_in_its_cell() {
    let review = mini::review();
    review.write(
        "data/extraction/statistics.csv",
        "study,outcome,scale,time,contrast,arm,statistic,source,value,p,estimate,ci_lower,ci_upper,level,extractor\nadams-2011,sleep,psqi,end,between-post,,none,T2,,,1.3,-0.16,2.76,0.95,anna\n",
    );
    let run = review.call(&["run", "extract"]);
    assert!(
        run.err.contains("extraction::level-is-a-fraction")
            && run.err.contains("data/extraction/statistics.csv:2:")
            && run.err.contains("write 95, not 0.95"),
        "{run:#?}"
    );
}

#[test]
fn a_level_written_with_its_sign_is_no_number() {
    let review = mini::review();
    review.write(
        "data/extraction/statistics.csv",
        "study,outcome,scale,time,contrast,arm,statistic,source,value,p,estimate,ci_lower,ci_upper,level,extractor\nadams-2011,sleep,psqi,end,between-post,,none,T2,,,1.3,-0.16,2.76,95%,anna\n",
    );
    let run = review.call(&["run", "extract"]);
    assert!(
        run.err.contains(
            "error[extraction::not-a-number]: text stands where a number belongs: `level` is `95%`"
        ) && run.err.contains("data/extraction/statistics.csv:2:"),
        "{run:#?}"
    );
}

#[test]
fn each_extractor_gets_all_studies_and_both_forms_are_compared() {
    let review = unread();
    for name in ["anna", "ben"] {
        let folder = format!("data/extraction/{name}");
        let called = review.call(&["form", "extraction", "--extractor", name, "-o", &folder]);
        assert_eq!(called.exit, 0, "{called:#?}");
        let table = mini::OUTCOMES.replace("reviewer-a", name);
        let table = if name == "ben" {
            table
                .replace("12.9", "12.8")
                .replace("12.8 (3.4)", "12.9 (3.4)")
        } else {
            table
        };
        fill(&review, &format!("{folder}/outcomes.csv"), &table);
    }
    let run = review.run_with(&["extract"]);
    let open = run.json["open_work"].to_string();
    assert!(
        open.contains("`mean` is 12.9 by anna (data/extraction/anna/outcomes.csv:3:")
            && open.contains("12.8 by ben (data/extraction/ben/outcomes.csv:3:"),
        "{open}"
    );
}

#[test]
fn risk_of_bias_forms_wait_for_results_and_then_have_a_row_a_question() {
    let review = unread();
    let call = |arguments: &[&str]| {
        let all = [&["form", "risk-of-bias", "--tool"], arguments].concat();
        review.call(&all)
    };
    let called = call(&["rob2", "--assessor", "anna"]);
    assert_eq!(called.exit, 2, "{called:#?}");
    insta::assert_snapshot!(called.err, @"error: nothing is extracted yet, and a result is judged once it is known: fill in the forms of `review form extraction`, then `review run extract`");
    review.write("data/extraction/outcomes.csv", mini::OUTCOMES);
    review.run_with(&["extract"]);
    let called = call(&["rob2"]);
    assert_eq!(called.exit, 0, "{called:#?}");
    insta::assert_snapshot!(called.out, @"
    data/risk-of-bias/reviewer-a.csv
    data/risk-of-bias/reviewer-b.csv
    ");
    insta::assert_snapshot!(called.err, @"
      new: 3 results
      new: 3 results
    variant parallel-assignment (individually randomized, effect of assignment); --variant takes also: parallel-adherence, cluster-assignment
    answer, give each answer its day in `at`, then `review run risk-of-bias`; rows without an answer are not read
    ");
    let blank = rows(&review.text("data/risk-of-bias/reviewer-a.csv"));
    assert_eq!(blank.len(), 3 * 22);
    let targets: Vec<(&str, &str)> = blank
        .iter()
        .map(|row| (row["study"].as_str(), row["result"].as_str()))
        .collect();
    let mut once = targets.clone();
    once.dedup();
    assert_eq!(
        once,
        [
            ("adams-2011", "sleep"),
            ("adams-2011", "falls"),
            ("baker-2014", "sleep")
        ]
    );
    assert_eq!(review.run_with(&["risk-of-bias"]).exit, 0);
    assert_eq!(
        rows(&review.text("reports/stages/risk-of-bias/overall.csv")).len(),
        0
    );
    // Everything answered so that the path is the shortest, judged as low.
    for name in ["reviewer-a", "reviewer-b"] {
        let path = format!("data/risk-of-bias/{name}.csv");
        let good = [
            ("1.1", "Y"),
            ("1.2", "Y"),
            ("1.3", "N"),
            ("2a.1", "N"),
            ("2a.2", "N"),
            ("2a.6", "Y"),
            ("3.1", "Y"),
            ("4.1", "N"),
            ("4.2", "N"),
            ("4.3", "N"),
            ("5.1", "Y"),
            ("5.2", "N"),
            ("5.3", "N"),
        ];
        let lines = review.text(&path);
        let filled: Vec<String> = lines
            .lines()
            .map(|line| {
                let found = good
                    .iter()
                    .find(|(question, _)| line.contains(&format!(",{question},")));
                found.map_or_else(
                    || line.to_owned(),
                    |(_, answer)| line.replace(",,,,,", &format!(",{answer},,,2026-02-01,")),
                )
            })
            .collect();
        review.write(&path, &filled.join("\n"));
    }
    let run = review.run_with(&["risk-of-bias"]);
    assert_eq!(run.exit, 0, "{run:#?}");
    let overall = rows(&review.text("reports/stages/risk-of-bias/overall.csv"));
    let judged: Vec<&str> = overall
        .iter()
        .map(|row| row["judgement"].as_str())
        .collect();
    assert_eq!(judged, ["low", "low", "low"]);
    let called = call(&["rob2"]);
    assert!(
        called
            .err
            .starts_with("  left as it is: nothing to add, 3 results there already\n"),
        "{}",
        called.err
    );
}

#[test]
fn a_tool_that_judges_studies_needs_no_result() {
    let review = unread();
    let called = review.call(&[
        "form",
        "risk-of-bias",
        "--tool",
        "ephpp",
        "--assessor",
        "anna",
    ]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let blank = rows(&review.text("data/risk-of-bias/anna.csv"));
    assert!(blank.iter().all(|row| row["result"].is_empty()));
    assert!(
        called.err.starts_with("  new: 2 studies\n"),
        "{}",
        called.err
    );
}

#[test]
fn slips_of_the_call_are_met_with_the_right_word() {
    let review = unread();
    let said = |arguments: &[&str]| {
        let called = review.call(&[&["form"], arguments].concat());
        assert_eq!(called.exit, 2, "{called:#?}");
        called.err.lines().next().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(said(&["risk-of-bias", "--tool", "robb2"]), @"error: no tool is called `robb2`; did you mean `rob2`?");
    insta::assert_snapshot!(said(&["risk-of-bias", "--tool", "nos", "--variant", "cohrt"]), @"error: nos has no variant `cohrt`; did you mean `cohort`?");
    insta::assert_snapshot!(said(&["risk-of-bias", "--tool", "ephpp", "--assessor", "anna", "-o", "ben.xlsx"]), @"error: the name of the file is the name of the assessor: name it anna.xlsx, or leave out --assessor");
    insta::assert_snapshot!(said(&["extraction", "-o", "forms.csv"]), @"error: extraction has four tables: name a folder for the CSV files, or a workbook (.xlsx)");
    insta::assert_snapshot!(said(&["extraction", "-o", "forms.ods"]), @"error: forms.ods: of workbooks only .xlsx is written; all kinds are read");
    review.write("own/outcomes.csv", "a,b\n1,2\n");
    let called = review.call(&["form", "extraction", "-o", "own"]);
    assert_eq!(
        (called.exit, review.text("own/outcomes.csv")),
        (2, "a,b\n1,2\n".to_owned()),
        "{called:#?}"
    );
}

#[test]
fn help_shows_examples() {
    for form in ["extraction", "risk-of-bias"] {
        let called = mini::review().call(&["form", form, "--help"]);
        assert!(
            called.out.contains("Examples:\n  review form "),
            "{}",
            called.out
        );
    }
}
