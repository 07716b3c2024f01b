//! Scenarios of screening: who may say what, and what is told of those who should not have.

use super::screen_test::{Case, codes, votes_of};
use super::*;
use crate::problem::Problems;

const INCLUDE: &str = "r1,title-abstract,include,,2026-06-03T09:05:00Z,";
const EXCLUDE: &str = "r1,title-abstract,exclude,,2026-06-03T09:05:00Z,";

/// What is told of a settlement (decision, method, by, at) of `r1` at title and abstract, where `a` and `b` voted like this.
fn told(a: &[&str], b: &[&str], settled: &str) -> Problems {
    let mut case = Case::of(&["r1"], a, b);
    case.settings.reviewers = ["a", "b", "c"].map(str::to_owned).into();
    let text = format!("record,stage,decision,method,by,at\nr1,title-abstract,{settled}\n");
    let (rows, problems) = adjudication::read("adjudication.csv", text.as_bytes());
    assert!(problems.is_empty(), "{problems:?}");
    case.adjudications = rows;
    let (screening, problems) = case.run();
    assert_eq!(screening.settled.len(), 1, "the settlement counts");
    problems
}

#[test]
fn a_settlement_of_a_conflict_raises_no_doubt() {
    for settled in [
        "exclude,third,c,2026-06-04",
        "exclude,third,C,2026-06-03",
        "include,consensus,a;b,2026-06-03T09:05:00Z",
        "include,consensus,\"a, b\",2026-06-05",
        "include,policy,unclear titles go on,2026-06-05",
    ] {
        let problems = told(&[INCLUDE], &[EXCLUDE], settled);
        assert!(problems.is_empty(), "{settled}: {problems:?}");
    }
}

#[test]
fn a_settlement_against_people_who_agree_is_told_with_their_votes() {
    let problems = told(&[INCLUDE], &[INCLUDE], "exclude,third,c,2026-06-04");
    assert_eq!(codes(&problems), ["screening::settles-agreement"]);
    let places = problems.0[0].places.iter();
    let places: Vec<String> = places.map(|(place, _)| place.to_string()).collect();
    assert_eq!(places, ["adjudication.csv:2", "a.csv:2", "b.csv:2"]);
    let same = told(&[INCLUDE], &[INCLUDE], "include,consensus,a;b,2026-06-04");
    assert!(same.is_empty(), "{same:?}");
}

#[test]
fn a_settlement_that_stands_in_for_the_second_vote_is_told() {
    let problems = told(&[INCLUDE], &[], "include,third,c,2026-06-04");
    assert_eq!(codes(&problems), ["screening::one-vote-settled"]);
    let by_rule = told(&[INCLUDE], &[], "include,policy,one is enough,2026-06-04");
    assert!(by_rule.is_empty(), "{by_rule:?}");
}

#[test]
fn a_third_person_who_voted_is_told() {
    let problems = told(&[INCLUDE], &[EXCLUDE], "include,third,A,2026-06-04");
    assert_eq!(codes(&problems), ["screening::third-person-voted"]);
}

#[test]
fn a_settlement_before_the_votes_is_told() {
    let problems = told(&[INCLUDE], &[EXCLUDE], "include,third,c,2026-06-02");
    assert_eq!(codes(&problems), ["screening::settled-before-the-votes"]);
}

#[test]
fn who_settles_is_held_against_the_team() {
    let problems = told(&[INCLUDE], &[EXCLUDE], "include,third,zed,2026-06-04");
    assert_eq!(codes(&problems), ["screening::unknown-reviewer"]);
    let problems = told(&[INCLUDE], &[EXCLUDE], "include,consensus,a;bb,2026-06-04");
    assert_eq!(codes(&problems), ["screening::unknown-reviewer"]);
}

#[test]
fn votes_of_people_outside_a_declared_team_are_kept_and_not_counted() {
    let mut case = Case::of(
        &["r1"],
        &[INCLUDE],
        &[INCLUDE.replace(":00Z", ":01Z").as_str()],
    );
    assert!(case.run().0.undecided[0].stage == Stage::FullText);
    case.settings.reviewers = vec!["a".to_owned()];
    let (screening, problems) = case.run();
    assert_eq!(codes(&problems), ["screening::unknown-reviewer"]);
    assert_eq!(screening.undecided[0].state, state::State::OneVote);
    let counted: Vec<bool> = screening.votes.iter().map(|vote| vote.counts).collect();
    assert_eq!(counted, [true, false]);
    assert!(screening.agreement.is_empty());
}

/// What is told where two files hold these votes.
fn of_files(one: (&str, &[&str]), other: (&str, &[&str])) -> Problems {
    let mut case = Case::of(&["r1", "r2"], &[], &[]);
    for (name, rows) in [one, other] {
        case.votes.extend(votes_of(name, rows));
    }
    case.run().1
}

#[test]
fn one_person_may_have_several_files_but_no_record_in_two_of_them() {
    let of_two = |second: &str| {
        let mut case = Case::of(&["r1", "r2"], &[], &[]);
        for (file, row) in [("included", INCLUDE), ("excluded", second)] {
            let votes = votes_of(file, &[row]).into_iter();
            case.votes.extend(votes.map(|vote| Vote {
                reviewer: "ann".to_owned(),
                ..vote
            }));
        }
        let problems = case.run().1;
        problems
            .iter()
            .any(|one| one.code == "screening::two-files")
    };
    assert!(!of_two("r2,title-abstract,exclude,,2026-06-03T09:06:00Z,"));
    assert!(of_two("r1,title-abstract,exclude,,2026-06-03T09:06:00Z,"));
}

#[test]
fn a_copy_of_one_persons_file_is_told() {
    let second = "r2,title-abstract,exclude,,2026-06-03T09:06:00Z,";
    let day = "r1,title-abstract,include,,2026-06-03,";
    let error = |problems: Problems| {
        let found = problems
            .iter()
            .find(|problem| problem.code == "screening::copied-votes");
        found.map(|problem| problem.severity == crate::problem::Severity::Error)
    };
    let two = &[INCLUDE, second][..];
    assert_eq!(error(of_files(("ann", two), ("ann (1)", two))), Some(true));
    assert_eq!(
        error(of_files(("ann", two), ("ann (1)", &[INCLUDE]))),
        Some(true),
        "an older copy"
    );
    assert_eq!(
        error(of_files(("ann", &[day]), ("ann - Kopie", &[day]))),
        Some(true)
    );
    assert_eq!(error(of_files(("ann", two), ("bob", two))), Some(false));
    assert_eq!(error(of_files(("ann", &[day]), ("bob", &[day]))), None);
    assert_eq!(error(of_files(("ann", two), ("bob", &[INCLUDE]))), None);
    assert_eq!(
        error(of_files(("ann", two), ("ann (1)", &[second, INCLUDE]))),
        None
    );
}
