//! What the methods tell of the people who screened, extracted and judged, and what the checklist makes of it.

use super::*;

const VOTES: &str = "key,record,stage,reviewer,role,decision,reason,at,counts,found_by
1,r1,title-abstract,ann,vote,include,,2026-06-01,true,id
2,r1,title-abstract,ben,vote,maybe,,2026-06-01,true,id
3,r2,title-abstract,ann,vote,include,,2026-06-01,true,id
4,r2,title-abstract,ben,vote,exclude,,2026-06-01,true,id
5,r2,title-abstract,ben;cleo,adjudication,include,,2026-06-02,true,id
6,r3,title-abstract,ann,vote,exclude,,2026-06-01,false,id
7,r3,title-abstract,ann,vote,include,,2026-06-02,true,id
8,r1,full-text,ann,vote,include,,2026-06-03,true,id
9,r1,full-text,ben,vote,exclude,,2026-06-03,true,id
";

const PLACES: &str = "key,artefact,row,column,place,source,quote,by,at
p1,outcomes,huang|ee|balint,,data/extraction/outcomes.csv:4,Table 4,,ann,2026-07-02
p2,outcomes,huang|ee|balint,,data/extraction/outcomes.csv:5,Table 4,,ben,2026-07-02
p3,outcomes,huang|ee|balint,mean,data/extraction/adjudication.csv:2,adjudication,a misprint,ann;ben,2026-07-02
p4,outcomes,lee|ee|balint,,data/extraction/outcomes.csv:6,Table 2,,ann,2026-07-02
p5,outcomes,lee|ee|balint,mean,data/extraction/outcomes.csv:6,Table 2,,ann,2026-07-02
";

const ANSWERS: &str = "key,study,result,tool,question,by,role,answer,reason,at
1,huang-2020,emotional-exhaustion,rob2,1.1,ann,answer,Y,,2026-07-02
2,huang-2020,emotional-exhaustion,rob2,1.1,ben,answer,N,,2026-07-02
3,huang-2020,emotional-exhaustion,rob2,1.1,ann;ben,adjudication,Y,it says so,2026-07-03
4,lee-2018,emotional-exhaustion,rob2,d1,,imported,high,,2026-07-02
";

/// The small review with these tables in the place of its own.
fn with(tables: &[(&str, &str, &str)]) -> ReportInput {
    let mut input = input();
    for (name, stage, text) in tables {
        input.tables.retain(|table| table.name != *name);
        input.tables.push(table(name, stage, name, text));
    }
    input
}

fn done_by_people() -> ReportInput {
    with(&[
        ("votes", "screen", VOTES),
        ("places", "extract", PLACES),
        ("answers", "risk-of-bias", ANSWERS),
    ])
}

#[test]
fn the_methods_tell_how_many_people_did_each_step_and_who_settled_what_was_open() {
    let told = report(done_by_people()).markdown;
    for words in [
        "- Titles and abstracts were screened by two people each (2 records), one person (1 record): ann, ben. \
         What that left open was settled by ben, cleo (1 record).",
        "- Full texts were screened by two people each (1 report): ann, ben. \
         The votes on 1 report differ, and nobody has settled them yet.",
        "- Numbers of the outcomes were extracted by two people each (1 row), one person (1 row): ann, ben. \
         What that left open was settled by ann, ben (1 cell).",
        "- Risk of bias was judged with RoB 2, on 2 results of 2 studies. Its questions were answered by two people each (1 result): ann, \
         ben, and its rules made the judgements of the answers. What that left open was settled by ann, ben (1 answer). The judgements \
         were made elsewhere and read from files, which name no assessor. People overrode 1 judgement, each with a reason.",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
}

#[test]
fn the_checklist_calls_an_item_filled_only_where_the_methods_say_it() {
    let told = report(done_by_people());
    for item in ["8", "9", "11"] {
        assert_eq!(status_of(&told, item), "filled from the project", "{item}");
    }
    // A team alone says nothing of who did what.
    let bare = with(&[("places", "extract", "key,artefact,row,column,by\n")]);
    let mut bare = bare;
    bare.tables.retain(|table| table.name != "judgements");
    let told = report(bare);
    for item in ["8", "9", "11"] {
        assert_eq!(status_of(&told, item), "missing", "{item}");
    }
}

#[test]
fn strategies_are_not_called_full_where_no_source_tells_its_query() {
    assert_eq!(status_of(&report(input()), "7"), "filled from the project");
    let mut without = input();
    for table in &mut without.tables {
        if table.name == "sources" {
            let sheet = Arc::make_mut(&mut table.sheet);
            let query = sheet.columns.iter().position(|column| column == "query");
            let query = query.expect("a column");
            sheet.rows = sheet.rows.edited(|row| row[query].clear());
        }
    }
    assert_eq!(status_of(&report(without), "7"), "missing");
}

#[test]
fn the_version_of_the_program_stands_in_the_methods_and_beside_the_data() {
    let told = report(input()).markdown;
    let version = format!("version {}.", env!("CARGO_PKG_VERSION"));
    assert_eq!(told.matches(&version).count(), 2, "{told}");
}

#[test]
fn who_did_each_step_is_told_in_chinese() {
    let mut input = done_by_people();
    input.words = Arc::new(Words::of("zh", &BTreeMap::new()).expect("built in"));
    let told = report(input).markdown;
    let words = "- 题名与摘要由每项 2 人（2 条记录），每项 1 人（1 条记录）筛选：ann，ben。";
    assert!(told.contains(words), "{told}");
}

#[test]
fn combinations_that_nobody_rated_beside_a_rated_main_result_are_told_with_the_wires_that_lack() {
    const MULTIVERSE: &str = "key,analysis,combinations,specifications,pooled,same_direction,share_direction,same_answer,share_answer,origin
ee-post,ee-post,4,4,4,4,100,4,100,
";
    let told = |input: ReportInput| -> Vec<String> {
        let warnings = report(input).warnings;
        let codes = warnings.iter().map(|problem| problem.code.to_string());
        codes.collect()
    };
    let combined = with(&[("multiverse", "pool", MULTIVERSE)]);
    let problem = report(combined.clone()).warnings.0.remove(0);
    assert_eq!(problem.code, "report::unrated-combinations");
    assert!(
        problem.title.ends_with(": `ee-post`")
            && problem
                .help
                .as_deref()
                .unwrap_or_default()
                .contains("`multiverse-certainty: grade.multiverse`"),
        "{problem}"
    );
    let mut rated = combined.clone();
    let counted =
        "key,analysis,certainty,rated,same,share,origin\nee-post,ee-post,very-low,4,4,100,\n";
    let counted = table("multiverse-certainty", "grade", "multiverse", counted);
    rated.tables.push(counted);
    assert_eq!(told(rated), [""; 0]);
    // A review that rates nothing owes no rating of combinations.
    let mut unrated = combined;
    unrated.tables.retain(|table| table.name != "certainty");
    assert_eq!(told(unrated), [""; 0]);
}

#[test]
fn the_table_of_studies_has_the_columns_that_the_review_filled_in() {
    const STUDIES: &str = "key,study,label,admission,design,country,dose,career_stage,n_randomised,funding,origin
huang-2020,huang-2020,Huang 2020,protocol,rct,China,10,,1200,A grant of a foundation that has a name which is much too long to stand in a column of a table,
lee-2018,lee-2018,Lee 2018,protocol,rct,Korea,20,,60,none,
";
    let mut input = with(&[("characteristics", "extract", STUDIES)]);
    for table in &mut input.tables {
        if table.name == "included" {
            let sheet = Arc::make_mut(&mut table.sheet);
            sheet.rows = sheet.rows.edited(|row| "protocol".clone_into(&mut row[3]));
        }
    }
    let told = report(input).markdown;
    for words in [
        "| Study | Design | Country | Dose | Randomised |",
        "| --- | --- | --- | ---: | ---: |",
        "| randomised trial | China | 10 | 1200 |",
        "**Huang 2020.** Funding: A grant",
        "**Lee 2018.** Funding: none.",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
}
