//! What the command line may say of a measure: arguments of `--columns`, variances, zero cells.

use super::args::Args;
use super::columns::usual;
use crate::effect::{AddTo, Design, Measure, VarianceType};
use crate::nearest::suggestion;
use crate::problem::{Problem, Problems};

/// metafor's names of what a design needs.
fn needed(design: Design) -> &'static [&'static str] {
    match design {
        Design::Continuous => &["n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i"],
        Design::Binary => &["ai", "n1i", "ci", "n2i"],
        Design::PersonTime => &["x1i", "t1i", "x2i", "t2i"],
        Design::Correlation => &["ri", "ni"],
        Design::Proportion => &["xi", "ni"],
        Design::PrePost | Design::PrePostControlled => &["m1i", "m2i", "sd1i", "sd2i", "ni", "ri"],
        Design::Generic => &["yi", "vi", "sei", "se"],
    }
}

/// The arguments that `--columns` may map for a measure.
fn known(measure: Measure) -> Vec<String> {
    let design = measure.design();
    let names = needed(design).iter();
    let mut known: Vec<String> = if design == Design::PrePostControlled {
        names
            .flat_map(|name| [1, 2].map(|arm| format!("{name}{arm}")))
            .collect()
    } else {
        names.map(|name| (*name).to_owned()).collect()
    };
    known.push("study".to_owned());
    known
}

/// Names every option that would have no effect.
pub(super) fn check(args: &Args, found: &mut Problems) {
    columns(args, found);
    let measure = args.measure;
    let variances = VarianceType::of(measure);
    if !variances.contains(&args.vtype) {
        let codes: Vec<&str> = variances.iter().map(|variance| variance.code()).collect();
        found.push(refused(
            format!("{measure} has no sampling variance {}", args.vtype.code()),
            match codes.as_slice() {
                [_] => "leave out --vtype: the measure has one variance".to_owned(),
                _ => format!("it has {}", codes.join(", ")),
            },
        ));
    }
    let counted = matches!(
        measure.design(),
        Design::Binary | Design::PersonTime | Design::Proportion
    );
    let two_arms = counted && measure.design() != Design::Proportion;
    for (given, option, holds) in [
        (args.add.is_some(), "--add", counted),
        (args.to != AddTo::OnlyZero, "--to", counted),
        (args.drop00, "--drop00", two_arms),
    ] {
        if given && !holds {
            found.push(refused(
                format!("{option} has no effect on {measure}"),
                format!(
                    "leave it out, or name a measure of counts{} with --measure",
                    if option == "--drop00" {
                        " in two arms"
                    } else {
                        ""
                    }
                ),
            ));
        }
    }
}

fn refused(title: String, help: String) -> Problem {
    Problem::error("pool::option", title).help(help)
}

fn columns(args: &Args, found: &mut Problems) {
    let known = known(args.measure);
    for (at, (argument, column)) in args.columns.iter().enumerate() {
        if !known.contains(argument) {
            let meant = known.iter().find(|known| {
                usual(args.measure.design(), known)
                    .is_some_and(|usual| usual.eq_ignore_ascii_case(argument))
            });
            found.push(refused(
                format!(
                    "--columns names `{argument}`, which is no argument of {}",
                    args.measure
                ),
                match meant {
                    Some(known) => format!("write {known}={column}"),
                    None => suggestion("arguments", argument, known.iter()),
                },
            ));
        }
        if args.columns[..at]
            .iter()
            .any(|(earlier, _)| earlier == argument)
        {
            found.push(refused(
                format!("--columns maps `{argument}` twice"),
                "keep one of them".to_owned(),
            ));
        }
    }
    let spreads = ["vi", "sei", "se"]
        .into_iter()
        .filter(|spread| args.columns.iter().any(|(argument, _)| argument == spread));
    let spreads: Vec<&str> = spreads.collect();
    if args.measure.design() == Design::Generic && spreads.len() > 1 {
        found.push(refused(
            format!("--columns maps {}", spreads.join(" and ")),
            "map the variance (vi) or the standard error (sei), not both".to_owned(),
        ));
    }
}
