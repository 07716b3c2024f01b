//! What a stated number must be before a formula takes it.

use crate::problem::Problem;

pub(super) fn refuse(title: String) -> Problem {
    Problem::error("conversion::out-of-range", title)
        .help("correct the number in the extraction sheet")
}

pub(super) fn positive(name: &str, value: f64) -> Result<f64, Problem> {
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(refuse(format!("{name} must be above 0, not {value}")))
    }
}

pub(super) fn finite(name: &str, value: f64) -> Result<f64, Problem> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(refuse(format!("{name} must be a number, not {value}")))
    }
}

pub(super) fn above(name: &str, value: f64, least: f64) -> Result<f64, Problem> {
    if value > least && value.is_finite() {
        Ok(value)
    } else {
        Err(refuse(format!("{name} must be above {least}, not {value}")))
    }
}

/// Upper tail area beyond the limit of a two-sided interval.
pub(super) fn half_alpha(level: f64) -> Result<f64, Problem> {
    if level > 0.0 && level < 100.0 {
        Ok((1.0 - level / 100.0) / 2.0)
    } else {
        Err(refuse(format!(
            "level must be between 0 and 100 percent, not {level}"
        )))
    }
}

pub(super) fn p_value(p: f64) -> Result<f64, Problem> {
    if p > 0.0 && p < 1.0 {
        Ok(p)
    } else {
        Err(refuse(format!("p must be between 0 and 1, not {p}")))
    }
}

pub(super) fn correlation(r: f64) -> Result<f64, Problem> {
    if (-1.0..=1.0).contains(&r) {
        Ok(r)
    } else {
        Err(refuse(format!("r must be between -1 and 1, not {r}")))
    }
}

pub(super) fn ordered(values: &[(&str, f64)]) -> Result<(), Problem> {
    for pair in values.windows(2) {
        // A missing number fails the comparison as well.
        if !matches!(
            pair[0].1.partial_cmp(&pair[1].1),
            Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal)
        ) {
            return Err(refuse(format!(
                "{} is {} but {} is {}: they must rise",
                pair[0].0, pair[0].1, pair[1].0, pair[1].1
            )));
        }
    }
    Ok(())
}
