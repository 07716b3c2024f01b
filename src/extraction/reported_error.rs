//! The standard error of a reported effect: as printed, from its confidence limits, or from its p value.
//!
//! Sources: Cochrane Handbook 6.3.1 (differences) and 6.3.2 (ratios, on the log scale): the width of the interval over twice the
//! normal quantile; |effect| over the normal deviate of an exact p.

use super::printed::Printed;
use super::span::Span;
use super::statistics::PValue;
use crate::problem::Problem;
use crate::stats::normal;
use std::cmp::Ordering;

/// The numbers of one effect as printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    /// Whether it is a ratio, which is pooled as a logarithm.
    pub(super) is_ratio: bool,
    /// Whether all its numbers are logarithms.
    pub(super) logged: bool,
    /// Whether somebody wrote on which scale they stand.
    pub(super) log_is_said: bool,
    /// Whether the standard error alone is that of the logarithm.
    pub(super) se_of_log: bool,
    pub(super) estimate: Printed,
    pub(super) se: Option<Printed>,
    pub(super) ci_lower: Option<Printed>,
    pub(super) ci_upper: Option<Printed>,
    pub(super) level: Option<Printed>,
    pub(super) p: Option<PValue>,
}

/// A standard error on the scale that the effect is pooled on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Error {
    pub(super) value: f64,
    /// How it was made; `copied` where it is printed so.
    pub(super) rule: &'static str,
    /// The columns it was made from.
    pub(super) columns: &'static [&'static str],
    /// Where the rule is printed; empty for a copy.
    pub(super) source: &'static str,
}

impl Given {
    /// Every value on the scale of pooling that a printed number may stand for.
    pub(super) fn on_scale(&self, number: Printed) -> Span {
        let span = number.span();
        if !self.is_ratio || self.logged {
            return span;
        }
        // A ratio printed as 0.00 may be as near to 0 as rounding allows.
        let least = number.half_unit() * 1e-6;
        Span {
            low: libm::log(span.low.max(least)),
            high: libm::log(span.high.max(least)),
        }
    }

    /// The middle of that.
    fn point(&self, number: Printed) -> f64 {
        if self.is_ratio && !self.logged {
            libm::log(number.value)
        } else {
            number.value
        }
    }

    /// Twice the normal quantile that the limits are apart in standard errors.
    fn width(&self) -> f64 {
        let level = self.level.map_or(95.0, |level| level.value);
        2.0 * normal::quantile_sf((1.0 - level / 100.0) / 2.0)
    }

    /// Every standard error that the printed one allows; nothing where none is printed.
    pub(super) fn by_se(&self) -> Option<Span> {
        let se = self.se?.span();
        let of_ratio = self.is_ratio && !self.logged && !self.se_of_log;
        Some(if of_ratio {
            se.over(self.estimate.span())
        } else {
            se
        })
    }

    /// Every standard error that the limits allow.
    pub(super) fn by_interval(&self) -> Option<Span> {
        let (lower, upper) = (self.ci_lower?, self.ci_upper?);
        let apart = self.on_scale(upper).minus(self.on_scale(lower));
        Some(apart.times(1.0 / self.width()))
    }

    /// Every standard error that an exact p value allows.
    pub(super) fn by_p(&self) -> Option<Span> {
        let p = self.p.filter(|p| p.bound == Ordering::Equal)?.span();
        let deviate = |p: f64| normal::quantile_sf(p.clamp(1e-300, 1.0) / 2.0);
        let z = Span {
            low: deviate(p.high),
            high: deviate(p.low),
        };
        Some(self.on_scale(self.estimate).size().over(z))
    }
}

/// The standard error: the one printed, else that of the limits, else that of the p value.
///
/// # Errors
/// Where nothing of these tells it; with the column it is about.
pub(super) fn error(given: &Given) -> Result<Error, (&'static str, Problem)> {
    if let Some(se) = given.se {
        return printed(given, se);
    }
    if let (Some(lower), Some(upper)) = (given.ci_lower, given.ci_upper) {
        let (rule, source) = if given.is_ratio {
            ("log-se-from-interval", "Cochrane Handbook 6.3.2")
        } else {
            ("se-from-interval", "Cochrane Handbook 6.3.1")
        };
        return Ok(Error {
            value: (given.point(upper) - given.point(lower)) / given.width(),
            rule,
            columns: if given.level.is_some() {
                &["ci_lower", "ci_upper", "level"]
            } else {
                &["ci_lower", "ci_upper"]
            },
            source,
        });
    }
    from_p(given)
}

/// A printed standard error; that of a ratio itself is taken to the log scale by the delta method.
fn printed(given: &Given, se: Printed) -> Result<Error, (&'static str, Problem)> {
    if given.is_ratio && !given.log_is_said {
        return Err((
            "log",
            Problem::error(
                "extraction::unknown-scale-of-se",
                "a ratio has a standard error, and nothing says whether it is that of the logarithm",
            )
            .help("write in `log`: `yes` where estimate and standard error are logarithms, `se` where the standard error alone is, `no` where neither is"),
        ));
    }
    Ok(if given.is_ratio && !given.logged && !given.se_of_log {
        Error {
            value: se.value / given.estimate.value,
            rule: "log-se-from-se-of-ratio",
            columns: &["se", "estimate"],
            source: "delta method",
        }
    } else {
        Error {
            value: se.value,
            rule: "copied",
            columns: &["se"],
            source: "",
        }
    })
}

fn from_p(given: &Given) -> Result<Error, (&'static str, Problem)> {
    let refused = |title: &str, help: &str| {
        let code = "extraction::no-error";
        Err((
            "p",
            Problem::error(code, title.to_owned()).help(help.to_owned()),
        ))
    };
    let Some(p) = given.p else {
        return Err((
            "estimate",
            Problem::error(
                "extraction::no-error",
                "an effect without standard error, interval or p value",
            )
            .help("write `se`, or `ci_lower` and `ci_upper`, or an exact `p`; without one of them the effect has no weight"),
        ));
    };
    if p.bound != Ordering::Equal {
        return refused(
            "a p value that is only a bound gives no standard error",
            "look for the interval, the standard error or the exact p in the paper, or ask its authors",
        );
    }
    let (value, effect) = (p.number.value, given.point(given.estimate));
    if effect == 0.0 || value <= 0.0 || value >= 1.0 {
        return refused(
            "neither an effect of nothing nor a p value of 0 or 1 gives a standard error",
            "look for the interval or the standard error in the paper, or ask its authors",
        );
    }
    let (rule, source) = if given.is_ratio {
        ("log-se-from-p", "Cochrane Handbook 6.3.2")
    } else {
        ("se-from-p", "Cochrane Handbook 6.3.1")
    };
    Ok(Error {
        value: effect.abs() / normal::quantile_sf(value / 2.0),
        rule,
        columns: &["estimate", "p"],
        source,
    })
}
