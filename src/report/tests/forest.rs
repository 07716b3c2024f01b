//! Forest plots of the report.

use super::*;

/// The small review with its second analysis by subgroups: one group of two studies, one of one, or a study of no group.
fn by_subgroups(levels: [&str; 3]) -> ReportInput {
    let mut input = input();
    for table in &mut input.tables {
        let sheet = Arc::make_mut(&mut table.sheet);
        let column = |name: &str| sheet.columns.iter().position(|column| column == name);
        if table.name == "effects" {
            let subgroup = column("subgroup").expect("effects have groups");
            let studies = ["huang-2020", "lee-2018", "shan-2024"];
            sheet.rows = sheet.rows.edited(|row| {
                let of = |study: &&str| row[0] == format!("ee-post|{study}");
                if let Some(at) = studies.iter().position(of) {
                    levels[at].clone_into(&mut row[subgroup]);
                }
            });
        }
        if table.name == "pooled" {
            let at =
                ["subgroup", "k", "q", "q_df", "q_p"].map(|name| column(name).expect("a column"));
            for (level, k) in [("ward", "1"), ("clinic", "2")] {
                let df = if k == "1" { "0" } else { "1" };
                let group = sheet.rows.edited(|row| {
                    if row[0] == "ee-post||random|reml" {
                        row[0] = format!("ee-post|{level}");
                        for (at, cell) in at.iter().zip([level, k, "0.77", df, "0.9"]) {
                            cell.clone_into(&mut row[*at]);
                        }
                    }
                });
                sheet.rows.extend(&group);
            }
        }
    }
    let tests = "key,analysis,variable,k,test,q,df,df2,p,tau2,why,origin\n\
        ee-post|s,ee-post,setting_kind,3,F with one variance,4.11,1,8,0.03,0.1,,between-groups(pool/pooled)\n";
    let tests = table("subgroup-tests", "pool", "subgroup-tests", tests);
    input.tables.push(tests);
    input
}

#[test]
fn a_group_of_one_study_has_no_heterogeneity_and_the_test_between_groups_stands_last() {
    let told = report(by_subgroups(["clinic", "clinic", "ward"]));
    let svg = &told.figures["forest-ee-post.svg"];
    assert_eq!(svg.matches("df = 0").count(), 0, "{svg}");
    assert!(svg.contains("Heterogeneity: not applicable"), "{svg}");
    let at = |words: &str| {
        svg.rfind(words)
            .unwrap_or_else(|| panic!("{words} in {svg}"))
    };
    assert!(at("Test for subgroup differences: F") > at("Test for overall effect"));
}

#[test]
fn a_study_without_a_level_stands_under_words_that_say_so() {
    let told = report(by_subgroups(["", "clinic", "ward"]));
    let svg = &told.figures["forest-ee-post.svg"];
    let at = |words: &str| {
        svg.find(words)
            .unwrap_or_else(|| panic!("{words} in {svg}"))
    };
    assert!(at(">Ward<") < at(">Not stated<"));
    assert!(at(">Not stated<") < at(">Huang 2020<"));
}

#[test]
fn a_drawing_as_wide_as_any_fits_its_box_in_a_window_of_1200_pixels() {
    let page = report(input()).html;
    let (_, rule) = page.split_once("figure svg {").expect("a rule of drawings");
    let (_, least) = rule
        .split_once("max-width: max(100%, ")
        .expect("a least width");
    let (least, _) = least.split_once("rem").expect("in rem");
    // Window 75 rem: less 15 of contents, 2 between, and 1 at both sides, stands a box of 56 with its borders.
    assert!(least.parse::<f64>().expect("a number") <= 55.0, "{least}");
}
