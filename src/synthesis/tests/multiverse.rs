//! Combinations of choices.

use super::*;

fn of(choices: &serde_json::Value) -> Synthesis {
    let settings = settings(&serde_json::json!({ "multiverse": choices }));
    analyse(&settings, &scales(false, ""), &protocol("lower-is-better")).0
}

#[test]
fn combinations_that_come_to_the_same_are_one_specification() {
    let found = of(&serde_json::json!({
        "tau2": ["CE", "REML"], "interval": ["auto", "wald", "hksj"], "kind": ["post"],
        "correlation": [0.3, 0.7], "time": ["end", "later"], "without_bias": ["none", "critical"],
    }));
    let names: Vec<(&str, &str, &str, u64, bool)> = found
        .specifications
        .iter()
        .map(|row| {
            let (tau2, interval, time) = (&row.tau2, &row.interval, &row.time);
            (
                tau2.as_str(),
                interval.as_str(),
                time.as_str(),
                row.combinations,
                row.main,
            )
        })
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(names.iter().map(|row| row.3).sum::<u64>(), 2 * 3 * 2 * 2);
    assert_eq!(names.iter().filter(|row| row.4).count(), 1);
    assert_eq!(names[0].0, "CE");
    let sum = &found.multiverse[0];
    assert_eq!(
        (sum.combinations, sum.specifications, sum.pooled),
        (24, 3, 3)
    );
}

#[test]
fn the_declared_one_is_marked_once_however_it_is_named() {
    let found = of(&serde_json::json!({ "interval": ["auto", "wald", "hksj"] }));
    let main: Vec<_> = found.specifications.iter().filter(|row| row.main).collect();
    let [main] = main[..] else {
        panic!("{:?}", found.specifications)
    };
    let pooled = found
        .pooled
        .iter()
        .find(|row| row.main)
        .expect("a main result");
    assert_eq!(main.ci_lower, Some(pooled.ci_lower));
    assert_eq!(main.combinations, 2, "auto, and what auto comes to");
    let found = of(&serde_json::json!({ "tau2": ["DL", "PM"] }));
    assert!(found.specifications.iter().all(|row| !row.main));
}

#[test]
fn what_a_specification_cannot_do_is_told() {
    let found = of(&serde_json::json!({ "measure": ["SMD", "MD"], "kind": ["post", "change"] }));
    let why: Vec<(&str, &str, &str)> = found
        .specifications
        .iter()
        .map(|row| (row.measure.as_str(), row.kind.as_str(), row.why.as_str()))
        .collect();
    assert_eq!(why[0], ("SMD", "post", ""));
    let lost = "fewer than two studies are left; `a`, `b`, `c`, `d`: scores at the end, and the analysis takes change from baseline";
    assert_eq!(why[1], ("SMD", "change", lost));
    assert!(why[2].2.contains("use SMD"), "{why:?}");
    assert_eq!(found.multiverse[0].pooled, 1);
}

#[test]
fn the_weight_of_an_effect_in_a_specification_says_what_it_rests_on() {
    let found = of(&serde_json::json!({ "tau2": ["CE", "REML"] }));
    let effect = &found.specification_effects[0];
    let clause = effect.origin.of_cell("weight").expect("an origin");
    assert_eq!(clause.rule, "inverse-variance");
    let from: Vec<String> = clause.from.iter().map(ToString::to_string).collect();
    assert_eq!(
        from,
        [
            format!("pool/specification-effects#{}/vi", effect.key),
            format!("pool/specifications#{}/tau2", effect.analysis),
        ]
    );
}

#[test]
fn a_measure_that_needs_other_numbers_destroys_no_multiverse() {
    let choices = serde_json::json!({ "measure": ["RR", "OR"], "tau2": ["REML", "DL"] });
    let settings = settings(&serde_json::json!({ "multiverse": choices }));
    let (found, problems) = analyse(&settings, &scales(false, ""), &protocol("lower-is-better"));
    let sum = &found.multiverse[0];
    assert!(
        sum.pooled > 0 && sum.pooled == sum.specifications,
        "{sum:?}"
    );
    assert!(found.specifications.iter().all(|row| row.measure == "SMD"));
    assert!(found.specifications.iter().any(|row| row.main));
    let said = told(&problems);
    let idle = "`RR` of `multiverse.measure` changes nothing: no analysis has numbers for it";
    assert!(said.iter().any(|line| line.contains(idle)), "{said:?}");
    // One of its own kind is a choice, and the declared one stays.
    let found =
        of(&serde_json::json!({ "measure": ["MD", "RR"], "without_bias": ["none", "high"] }));
    let measures: Vec<&str> = found
        .specifications
        .iter()
        .map(|row| row.measure.as_str())
        .collect();
    assert!(
        measures.contains(&"SMD") && measures.contains(&"MD"),
        "{measures:?}"
    );
    assert!(!measures.contains(&"RR"));
}
