//! What the methods tell of the analyses.

use super::*;
use std::fmt::Write as _;

/// The lines of a report that begin so.
fn lines<'a>(report: &'a Report, begin: &str) -> Vec<&'a str> {
    let lines = report.markdown.lines();
    lines.filter(|line| line.starts_with(begin)).collect()
}

/// The small review with these analyses (id, title, interval, prediction) and these pooled rows (analysis, subgroup, model, method, test).
fn pooled_by(analyses: &[[&str; 4]], pooled: &[[&str; 5]]) -> ReportInput {
    let mut input = input();
    input
        .tables
        .retain(|table| !matches!(table.name.as_str(), "analyses" | "pooled" | "sensitivity"));
    let mut rows = "key,analysis,order,title,outcome,outcome_name,role,body,population,measure,kind,model,interval,prediction,level,\
                    better,registered,status,why,k,n,origin\n"
        .to_owned();
    for (order, [id, title, interval, prediction]) in analyses.iter().enumerate() {
        let _ = writeln!(
            rows,
            "{id},{id},{order},{title},stress,Stress,main,between,physicians,MD,post,REML,\"{interval}\",{prediction},95,lower,yes,\
             pooled,,6,300,declared(pool/settings)"
        );
    }
    input
        .tables
        .push(table("analyses", "pool", "analyses", &rows));
    let mut rows = "key,analysis,subgroup,model,method,test,k,n,estimate,se,ci_lower,ci_upper,stat,df,p,tau2,tau2_lower,\
                    tau2_upper,i2,i2_rule,h2,q,q_df,q_p,pi_lower,pi_upper,pi_rule,pi_why,main,origin\n"
        .to_owned();
    for [id, subgroup, model, method, test] in pooled {
        let (tau2, prediction) = if *model == "common" {
            (
                "",
                ",,,a common-effect model has no variance between studies",
            )
        } else {
            ("0.1", "-2,0,t with 5 degrees of freedom,")
        };
        let _ = writeln!(
            rows,
            "{id}|{subgroup},{id},{subgroup},{model},{method},{test},6,300,-1,0.2,-1.4,-0.6,,,0.01,{tau2},,,10,from Q,,5,5,0.4,\
             {prediction},true,reml(pool/effects)"
        );
    }
    input.tables.push(table("pooled", "pool", "pooled", &rows));
    input
}

#[test]
fn the_methods_tell_every_model_once_with_its_analyses_and_the_rule_of_prediction() {
    const BY_K: &str = "t with k − 1 degrees of freedom";
    let wald = "Wald, because the variance between studies is estimated as 0";
    let analyses = [
        ["a", "First", "Hartung-Knapp-Sidik-Jonkman", BY_K],
        ["b", "Second", wald, BY_K],
        ["c", "Third", "Hartung-Knapp-Sidik-Jonkman", BY_K],
        ["d", "Fourth", "Wald (common effect)", ""],
        [
            "e",
            "Fifth",
            "Hartung-Knapp-Sidik-Jonkman",
            "t with k − 2 degrees of freedom",
        ],
    ];
    let pooled = [
        ["a", "", "random", "REML", "knha"],
        ["a", "ward", "random", "REML", "z"],
        ["b", "", "random", "DL", "z"],
        ["c", "", "random", "REML", "knha"],
        ["d", "", "common", "CE", "z"],
        ["e", "", "random", "REML", "knha"],
    ];
    let report = report(pooled_by(&analyses, &pooled));
    let told = lines(&report, "- ");
    let told: Vec<&str> = told
        .into_iter()
        .filter(|line| line.contains("confidence intervals"))
        .collect();
    let predicted =
        "Prediction intervals, where the studies are enough and τ² is above zero: t with k −";
    let reml =
        "random-effects model, between-study variance by restricted maximum likelihood (REML)";
    assert_eq!(
        told,
        [
            format!("- First; Third: {reml}; 95% confidence intervals: Hartung-Knapp-Sidik-Jonkman. {predicted} 1 degrees of freedom. I²: from Q."),
            format!("- Second: random-effects model, between-study variance by the DerSimonian–Laird moment estimator; 95% confidence intervals: {wald}. {predicted} 1 degrees of freedom. I²: from Q."),
            "- Fourth: common-effect model, inverse-variance weights; 95% confidence intervals: Wald (common effect). I²: from Q.".to_owned(),
            format!("- Fifth: {reml}; 95% confidence intervals: Hartung-Knapp-Sidik-Jonkman. {predicted} 2 degrees of freedom. I²: from Q."),
        ]
    );
}

/// The small review where some effects bear notes, and the analyses what they assumed.
fn noted() -> ReportInput {
    let mut input = input();
    for table in &mut input.tables {
        let sheet = Arc::make_mut(&mut table.sheet);
        let column = |name: &str| sheet.columns.iter().position(|column| column == name);
        if table.name == "effects" {
            let note = column("note").expect("effects have notes");
            sheet.rows = sheet.rows.edited(|row| {
                let what = match row[0].as_str() {
                    "ee-post|huang-2020" | "ee-post|shan-2024" => {
                        "0.5 added to each cell, because one is 0"
                    }
                    "ee-post|lee-2018" => {
                        "sign turned round: on `mbi` the other end is the better one"
                    }
                    _ => "",
                };
                what.clone_into(&mut row[note]);
            });
        }
        if table.name == "analyses" {
            let measure = column("measure").expect("analyses have a measure");
            sheet.rows = sheet.rows.edited(|row| {
                if row[0] == "ee-post" {
                    "RR".clone_into(&mut row[measure]);
                }
            });
            let assumed = [("correlation", "0.6"), ("icc", "0.05"), ("added", "0.5")];
            let columns = assumed.map(|(name, _)| name.to_owned());
            sheet.columns.extend(columns);
            let rows = sheet.rows.values().map(|cells| {
                let of = cells.key() == "ee-post";
                let more = assumed.map(|(_, value)| if of { value } else { "" });
                let own: Vec<&str> = cells.iter().chain(more).collect();
                own.into_iter()
            });
            let rows = Rows::of(sheet.columns.len(), rows);
            sheet.rows = rows;
        }
    }
    input
}

#[test]
fn what_was_assumed_is_told_in_the_methods_and_under_the_studies_it_was_assumed_of() {
    let told = report(noted());
    for words in [
        "Where a study told no correlation of before and after, 0.6 was assumed.",
        "with a correlation within clusters of 0.05",
        "Risk ratio: where a study's table of events held a zero, 0.5 was added to each of its cells.",
        "- 0.5 added to each cell, because one is 0: Huang 2020, Shan 2024",
        "- Sign turned round: on \\`mbi\\` the other end is the better one: Lee 2018",
    ] {
        assert!(told.markdown.contains(words), "{words}\n{}", told.markdown);
    }
    assert_eq!(status_of(&told, "13b"), "filled from the project");
    let plain = report(input());
    assert!(plain.markdown.contains("none needed an assumed value"));
    let mut without = input();
    without.tables.retain(|table| table.name != "effects");
    assert_eq!(status_of(&report(without), "13b"), "missing");
}

#[test]
fn a_common_effect_is_told_without_a_variance_and_with_the_reason_why_nothing_is_predicted() {
    let analyses = [["d", "Fourth", "Wald (common effect)", ""]];
    let told = report(pooled_by(&analyses, &[["d", "", "common", "CE", "z"]])).markdown;
    for words in [
        "Heterogeneity: I² = 10% (from Q), Q = 5.00 on 5 degrees of freedom",
        "No prediction interval was calculated, because a common-effect model has no variance between studies.",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    assert!(!told.contains("Heterogeneity: τ²"));
}
