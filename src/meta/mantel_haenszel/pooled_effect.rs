//! The pooled odds ratio, risk ratio and risk difference with their standard errors.

use super::arms::{Table, total};
use super::estimate::Pooled;
use libm::{log, sqrt};

pub(super) fn odds_ratio(tables: &[Table], level: f64) -> Option<Pooled> {
    let ri = |t: &Table| t.a / t.n() * t.d;
    let si = |t: &Table| t.b / t.n() * t.c;
    let pi = |t: &Table| t.a / t.n() + t.d / t.n();
    let qi = |t: &Table| t.b / t.n() + t.c / t.n();
    let (r, s) = (total(tables, ri), total(tables, si));
    if r == 0.0 || s == 0.0 {
        return None;
    }
    let pr = total(tables, |t| pi(t) * ri(t)) / (r * r);
    let mixed = total(tables, |t| pi(t) * si(t) + qi(t) * ri(t)) / (r * s);
    let qs = total(tables, |t| qi(t) * si(t)) / (s * s);
    Some(Pooled::new(
        log(r / s),
        sqrt(0.5 * (pr + mixed + qs)),
        level,
    ))
}

pub(super) fn risk_ratio(tables: &[Table], level: f64) -> Option<Pooled> {
    let r = total(tables, |t| t.a * (t.n2() / t.n()));
    let s = total(tables, |t| t.c * (t.n1() / t.n()));
    if r == 0.0 || s == 0.0 {
        return None;
    }
    let p = total(tables, |t| {
        t.n1() / t.n() * (t.n2() / t.n()) * t.events() - t.a / t.n() * t.c
    });
    Some(Pooled::new(log(r / s), sqrt(p / (r * s)), level))
}

pub(super) fn risk_difference(tables: &[Table], level: f64) -> Pooled {
    let weight = total(tables, |t| t.n1() * (t.n2() / t.n()));
    let beta = total(tables, |t| t.a * (t.n2() / t.n()) - t.c * (t.n1() / t.n())) / weight;
    let p = total(tables, |t| {
        let (f1, f2) = (t.n1() / t.n(), t.n2() / t.n());
        t.c * f1 * f1 - t.a * f2 * f2 + f1 * f2 * (t.n2() - t.n1()) / 2.0
    });
    let q = total(tables, |t| (t.a * t.d + t.c * t.b) / t.n()) / 2.0;
    Pooled::new(beta, sqrt((beta * p + q) / (weight * weight)), level)
}
