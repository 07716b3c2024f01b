//! Meta-regressions as the report tells them.

use super::*;
use std::fmt::Write as _;

/// The small review with a meta-regression whose coefficients have these terms (term, characteristic, level, against).
fn with_terms(terms: &[[&str; 4]]) -> ReportInput {
    let mut input = input();
    let regressions = "key,analysis,formula,method,test,k,tau2,i2,r2,qm,qm_df,qm_df2,p,permutation_p,why,origin\n\
        m,ee-post,~ setting_kind,REML,knha,12,0.1,10,20,3,1,10,0.1,,,meta-regression(pool/effects)\n";
    let mut rows = "key,analysis,formula,term,characteristic,level,against,estimate,se,ci_lower,ci_upper,stat,df,p,origin\n".to_owned();
    for [term, characteristic, level, against] in terms {
        let _ = writeln!(
            rows,
            "{term},ee-post,~ setting_kind,{term},{characteristic},{level},{against},-4.65,1,-6.6,-2.7,-4.65,10,0.001,\
             meta-regression(pool/effects)"
        );
    }
    for (name, rows) in [("regressions", regressions), ("coefficients", &*rows)] {
        input.tables.push(table(name, "pool", name, rows));
    }
    input
}

#[test]
fn a_level_is_told_against_its_reference_and_only_numbers_have_units() {
    let level = ["setting_kindward", "setting_kind", "ward", "clinic"];
    let number = ["year", "year", "", ""];
    let product = [
        "setting_kindward:year",
        "setting_kind × year",
        "ward × ",
        "clinic × ",
    ];
    let told = report(with_terms(&[level])).markdown;
    assert!(
        told.contains("setting kind: ward against clinic −4.65 ("),
        "{told}"
    );
    assert!(told.contains("difference of the effect from that of the level"));
    assert!(!told.contains("by one unit"));
    let told = report(with_terms(&[number])).markdown;
    assert!(told.contains("year −4.65 (") && told.contains("by one unit"));
    assert!(!told.contains("of the level"));
    let told = report(with_terms(&[level, number, product])).markdown;
    assert!(
        told.contains("setting kind: ward against clinic × year −4.65 ("),
        "{told}"
    );
    let of_itself = ["setting_kindward", "setting_kind", "ward", ""];
    let told = report(with_terms(&[of_itself])).markdown;
    assert!(told.contains("setting kind: ward −4.65 (") && told.contains("stands against none"));
}
