//! The stage `import`: what the searches file and the settings say, and what reaches the report.

mod support;

use support::mini;

const TABLE: &str = "Nr;Paper;Who;When;Where found\n1;A title of its own;Smith, J.;2020;10.5555/x.1\n2;Another title;Jones, A.;2021;\n";

#[test]
fn columns_of_a_table_can_be_named_in_the_settings() {
    let review = mini::review();
    review.write("data/searches/2026-01-15/hand.csv", TABLE);
    review.replace(
        "pipeline.yaml",
        "in: { searches: data/searches/ } }",
        "in: { searches: data/searches/ }, settings: { columns: { hand.csv: { Paper: title, Who: authors, When: year, Where found: doi } } } }",
    );
    review.run();
    let records = review.text("reports/stages/import/records.jsonl");
    for part in [
        "\"title\":\"A title of its own\",\"authors\":[\"Smith, J.\"],\"year\":2020",
        "\"doi\":\"10.5555/x.1\"",
        "\"title\":\"Another title\"",
    ] {
        assert!(records.contains(part), "{part} in {records}");
    }
    let places = review.text("reports/stages/import/places.csv");
    assert!(places.contains("hand.csv:2"), "{places}");
}

#[test]
fn a_wrong_name_in_the_settings_stops_before_anything_is_read() {
    let review = mini::review();
    review.replace(
        "pipeline.yaml",
        "in: { searches: data/searches/ } }",
        "in: { searches: data/searches/ }, settings: { columns: { embase.csv: { Paper: titel } } } }",
    );
    let run = review.run();
    assert_eq!(run.exit, 2, "{run:#?}");
    let said = format!("{run:#?}");
    for part in ["import::mapped-file", "import::mapped-field", "title"] {
        assert!(said.contains(part), "{part} in {said}");
    }
}

#[test]
fn hits_and_the_items_of_the_search_reach_the_report() {
    let review = mini::whole();
    review.replace(
        "data/searches/2026-01-15/searches.yaml",
        "    hits: 4\n",
        "    limits: \"from inception; English\"\n    hits: 5\n",
    );
    review.run();
    let report = review.text("reports/report.md");
    for part in [
        "Embase.com",
        "2026-01-15",
        "walk\\*:ti AND sleep:ti",
        "from inception; English",
        "| 5 | 4 | 4 |",
        "Embase stated 5 hits, and data/searches/2026-01-15/embase.ris holds 4 records",
    ] {
        assert!(report.contains(part), "{part} in {report}");
    }
}

#[test]
fn a_listed_format_that_the_content_contradicts_is_told() {
    let review = mini::review();
    review.replace(
        "data/searches/2026-01-15/searches.yaml",
        "format: ris",
        "format: nbib",
    );
    review.run();
    let said = review.text("reports/stages/import/problems.csv");
    assert!(said.contains("import::format"), "{said}");
}

#[test]
fn an_unlisted_export_of_several_databases_is_counted_under_all_their_names() {
    let review = mini::whole();
    let record = |title: &str, database: &str| {
        format!("TY  - JOUR\nTI  - {title}\nAU  - Moth, A.\nPY  - 2020\nDB  - {database}\nER  - \n")
    };
    let export = [
        record("On the wings of moths", "PubMed"),
        record("On the legs of beetles", "Scopus"),
        record("On the eyes of flies", "Scopus"),
    ];
    review.write("data/searches/2026-01-15/library.ris", &export.join("\n"));
    review.run();
    let sources = review.text("reports/stages/import/sources.csv");
    assert!(sources.contains("PubMed + Scopus"), "{sources}");
    let said = review.text("reports/stages/import/problems.csv");
    for part in ["import::several-databases", "PubMed 1, Scopus 2"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let flow = review.text("reports/stages/screen/flow.csv");
    let line = flow.lines().find(|line| line.contains("PubMed + Scopus"));
    assert!(line.is_some_and(|line| line.contains(",3,")), "{flow}");
}

#[test]
fn a_file_whose_name_only_ends_like_the_list_is_an_export() {
    let review = mini::review();
    review.write(
        "data/searches/2026-01-15/old-searches.yaml",
        "TY  - JOUR\nTI  - On the wings of moths\nER  - \n",
    );
    review.run();
    let records = review.text("reports/stages/import/records.jsonl");
    assert!(records.contains("On the wings of moths"), "{records}");
}

#[test]
fn numbers_in_the_id_columns_of_two_tables_join_no_records() {
    let review = mini::review();
    for (name, title) in [("one.csv", "First of one"), ("two.csv", "First of two")] {
        let text = format!("id,title,year\n1,{title},2020\n2,{title} again,2021\n");
        review.write(&format!("data/searches/2026-01-15/{name}"), &text);
    }
    review.run();
    let ids = |review: &support::Review| -> Vec<String> {
        review
            .text("reports/stages/import/records.jsonl")
            .lines()
            .filter(|line| line.contains("First of"))
            .map(|line| line.chars().skip(7).take(20).collect())
            .collect()
    };
    let both = ids(&review);
    assert_eq!(both.len(), 4);
    assert!(both.iter().all(|id| id.starts_with("rec-")), "{both:?}");
    review.delete("data/searches/2026-01-15/one.csv");
    review.run();
    let left = ids(&review);
    assert!(
        left.iter().all(|id| both.contains(id)),
        "ids do not move with the files: {left:?} {both:?}"
    );
}

/// A review of one round with these exports, listed with their hits.
fn of_exports(exports: &[(&str, &str)], searches: &str) -> support::Review {
    let review = mini::review();
    for (name, text) in exports {
        review.write(&format!("data/searches/2026-01-15/{name}"), text);
    }
    let list = review.text("data/searches/2026-01-15/searches.yaml");
    review.write(
        "data/searches/2026-01-15/searches.yaml",
        &format!("{}\n{searches}", list.trim_end()),
    );
    review
}

/// One search as a line of the list.
fn listed(file: &str, hits: &str) -> String {
    let file = if file.is_empty() {
        String::new()
    } else {
        format!("file: {file}, ")
    };
    format!(
        "  - {{ id: more, {file}database: CINAHL, platform: EBSCOhost, kind: database, date: \"2026-01-15\", query: moth, {hits} }}\n"
    )
}

#[test]
fn a_search_without_hits_needs_no_records_and_no_file() {
    let nothing = [
        ("", &[][..]),
        ("none.ris", &[][..]),
        ("none.ris", &[("none.ris", "")][..]),
        ("none.csv", &[("none.csv", "Title,Authors,Year\n")][..]),
    ];
    for (file, exports) in nothing {
        let review = of_exports(exports, &listed(file, "hits: 0"));
        let run = review.run();
        assert_eq!(run.exit, 0, "{file} {run:#?}");
        let sources = review.text("reports/stages/import/sources.csv");
        let row = sources.lines().find(|line| line.contains("CINAHL"));
        assert!(
            row.is_some_and(|row| row.contains(",0,0,0,0,")),
            "{sources}"
        );
        let said = review.text("reports/stages/import/problems.csv");
        assert!(!said.contains("error"), "{said}");
        let unsaid = of_exports(exports, &listed(file, "hits: 3"));
        assert_eq!(unsaid.run().exit, 2, "{file}");
    }
}

#[test]
fn a_note_that_names_the_records_explains_a_difference_in_hits() {
    let review = mini::review();
    let list = "data/searches/2026-01-15/searches.yaml";
    review.replace(
        list,
        "    hits: 4\n",
        "    hits: 5\n    note: \"the platform exports 4\"\n",
    );
    review.run();
    let said = review.text("reports/stages/import/problems.csv");
    assert!(
        said.contains("note") && said.contains("the platform exports 4"),
        "{said}"
    );
    review.replace(list, "exports 4", "exports less");
    review.run();
    let said = review.text("reports/stages/import/problems.csv");
    assert!(said.contains("warning"), "{said}");
}

#[test]
fn a_listed_format_decides_where_the_content_says_none() {
    let lost = "AU  - Moth, A.\nAB  - one line\n";
    let review = of_exports(
        &[("odd.txt", lost)],
        &listed("odd.txt", "format: ris, hits: 1"),
    );
    review.run();
    let said = review.text("reports/stages/import/problems.csv");
    assert!(!said.contains("bib::unknown-format"), "{said}");
    let sources = review.text("reports/stages/import/sources.csv");
    assert!(sources.contains("odd.txt,ris,"), "{sources}");
}

#[test]
fn votes_stay_with_their_papers_where_an_export_of_the_same_doi_is_added() {
    let paper = |title: &str| {
        format!("TY  - JOUR\nTI  - {title}\nPY  - 2019\nDO  - 10.1000/supp\nER  - \n")
    };
    let (cycling, walking) = (
        "Cycling at noon and knee function",
        "Walking for low back pain",
    );
    let review = of_exports(&[("z.ris", &paper(cycling))], &listed("z.ris", "hits: 1"));
    review.run();
    let records = review.text("reports/stages/import/records.jsonl");
    let line = records
        .lines()
        .find(|line| line.contains(cycling))
        .expect("it was read");
    let id = line.split('"').nth(3).expect("its id").to_owned();
    let votes = review.text("data/screening/reviewer-a.csv");
    let header = "record,stage,decision,reason,at,note,doi,pmid,title\n";
    assert!(votes.starts_with("record,stage,decision"), "{votes}");
    let vote =
        format!("{header}{id},title-abstract,include,,2026-02-01,,10.1000/supp,,{cycling}\n");
    review.write("data/screening/late/reviewer-a.csv", &vote);
    review.write("data/searches/2026-01-15/a.ris", &paper(walking));
    review.run();
    let votes = review.text("reports/stages/screen/votes.csv");
    let records = review.text("reports/stages/import/records.jsonl");
    let id_of = |title: &str| {
        let line = records
            .lines()
            .find(|line| line.contains(title))
            .expect("it was read");
        line.split('"').nth(3).expect("its id").to_owned()
    };
    assert!(votes.contains(&id_of(cycling)), "{votes}");
    assert!(!votes.contains(&id_of(walking)), "{votes}");
    assert_ne!(id_of(walking), id);
}
