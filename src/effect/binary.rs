//! Two arms with events and people.

use super::{Estimate, Refusal};
use libm::{asin, log, sqrt};

/// A table of events and non-events in two arms; cells may carry an added fraction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoByTwo {
    /// Events in arm 1.
    pub a: f64,
    /// Non-events in arm 1.
    pub b: f64,
    /// Events in arm 2.
    pub c: f64,
    /// Non-events in arm 2.
    pub d: f64,
}

impl TwoByTwo {
    /// A table from events and sizes.
    ///
    /// # Errors
    /// A missing or negative number, more events than people.
    pub fn new(events1: f64, n1: f64, events2: f64, n2: f64) -> Result<Self, Refusal> {
        let rest = |events_name, n_name, events: f64, n: f64| {
            super::refusal::not_negative(events_name, events)?;
            super::refusal::not_negative(n_name, n)?;
            if events > n {
                Err(Refusal::EventsAboveN { events, n })
            } else {
                Ok(n - events)
            }
        };
        Ok(Self {
            a: events1,
            b: rest("events of arm 1", "n of arm 1", events1, n1)?,
            c: events2,
            d: rest("events of arm 2", "n of arm 2", events2, n2)?,
        })
    }

    /// The table, if there are people in both arms. Without this check a fraction added to each cell makes an effect out of an arm
    /// of nobody.
    ///
    /// # Errors
    /// [`Refusal::Nobody`] for an arm of size 0.
    pub fn peopled(self) -> Result<Self, Refusal> {
        let arms = [("n of arm 1", self.n1()), ("n of arm 2", self.n2())];
        match arms.into_iter().find(|(_, n)| *n <= 0.0) {
            Some((what, _)) => Err(Refusal::Nobody { what }),
            None => Ok(self),
        }
    }

    /// Whether some cell is 0.
    pub fn has_zero(&self) -> bool {
        [self.a, self.b, self.c, self.d].contains(&0.0)
    }

    /// Whether neither arm has an event, or both have only events: no information on a ratio.
    pub fn is_double_zero(&self) -> bool {
        (self.a == 0.0 && self.c == 0.0) || (self.b == 0.0 && self.d == 0.0)
    }

    /// The table with `x` added to each cell.
    #[must_use]
    pub fn plus(self, x: f64) -> Self {
        Self {
            a: self.a + x,
            b: self.b + x,
            c: self.c + x,
            d: self.d + x,
        }
    }

    fn n1(&self) -> f64 {
        self.a + self.b
    }

    fn n2(&self) -> f64 {
        self.c + self.d
    }

    fn p1(&self) -> f64 {
        self.a / self.n1()
    }

    fn p2(&self) -> f64 {
        self.c / self.n2()
    }
}

/// Logarithm of the risk ratio.
///
/// # Errors
/// [`Refusal::NotEstimable`] for an arm without events.
pub fn rr(t: TwoByTwo) -> Result<Estimate, Refusal> {
    Estimate::new(
        log(t.p1()) - log(t.p2()),
        1.0 / t.a - 1.0 / t.n1() + 1.0 / t.c - 1.0 / t.n2(),
    )
}

/// Logarithm of the odds ratio, variance by Woolf (1955).
///
/// # Errors
/// [`Refusal::NotEstimable`] for a zero cell.
pub fn or(t: TwoByTwo) -> Result<Estimate, Refusal> {
    let yi = log(t.a / t.b) - log(t.c / t.d);
    Estimate::new(yi, 1.0 / t.a + 1.0 / t.b + 1.0 / t.c + 1.0 / t.d)
}

/// Risk difference.
///
/// # Errors
/// [`Refusal::NotEstimable`] for an empty arm.
pub fn rd(t: TwoByTwo) -> Result<Estimate, Refusal> {
    let (p1, p2) = (t.p1(), t.p2());
    let vi = p1 * (1.0 - p1) / t.n1() + p2 * (1.0 - p2) / t.n2();
    Estimate::new(p1 - p2, vi)
}

/// Difference of arcsine-transformed risks (Rücker et al. 2009).
///
/// # Errors
/// [`Refusal::NotEstimable`] for an empty arm.
pub fn arcsine(t: TwoByTwo) -> Result<Estimate, Refusal> {
    let yi = asin(sqrt(t.p1())) - asin(sqrt(t.p2()));
    Estimate::new(yi, 0.25 / t.n1() + 0.25 / t.n2())
}

/// Peto's logarithm of the odds ratio: observed less expected over the hypergeometric variance (Yusuf et al. 1985).
///
/// # Errors
/// [`Refusal::NotEstimable`] when no table has events and non-events.
pub fn peto(t: TwoByTwo) -> Result<Estimate, Refusal> {
    let n = t.n1() + t.n2();
    let (events, rest) = (t.a + t.c, t.b + t.d);
    let expected = events * t.n1() / n;
    let variance = events * rest * (t.n1() / n) * (t.n2() / n) / (n - 1.0);
    Estimate::new((t.a - expected) / variance, 1.0 / variance)
}

/// φ coefficient; variance for one sample of people cross-classified (Yule 1912, p. 603).
///
/// # Errors
/// [`Refusal::NotEstimable`] when a margin is 0.
pub fn phi(t: TwoByTwo) -> Result<Estimate, Refusal> {
    let n = t.n1() + t.n2();
    let (row1, row2) = (t.n1() / n, t.n2() / n);
    let (column1, column2) = ((t.a + t.c) / n, (t.b + t.d) / n);
    let (rows, columns) = (row1 * row2, column1 * column2);
    let (row_gap, column_gap) = (row1 - row2, column1 - column2);
    let phi = (t.a * t.d - t.b * t.c) / (n * n * sqrt(rows * columns));
    let square = phi * phi;
    let skew = phi * (1.0 + 0.5 * square) * row_gap * column_gap / sqrt(rows * columns);
    let gaps = row_gap * row_gap / rows + column_gap * column_gap / columns;
    Estimate::new(phi, (1.0 - square + skew - 0.75 * square * gaps) / n)
}

/// Yule's Q, (OR − 1)/(OR + 1).
///
/// # Errors
/// [`Refusal::NotEstimable`] for a zero cell.
pub fn yule_q(t: TwoByTwo) -> Result<Estimate, Refusal> {
    let (ad, bc) = (t.a * t.d, t.b * t.c);
    let q = (ad - bc) / (ad + bc);
    let spread = 1.0 - q * q;
    let of_or = 1.0 / t.a + 1.0 / t.b + 1.0 / t.c + 1.0 / t.d;
    Estimate::new(q, 0.25 * spread * spread * of_or)
}

/// Odds ratio as a standardized mean difference under a normal latent outcome: ln OR / 1.65 (Cox & Snell 1989).
///
/// # Errors
/// As [`or`].
pub fn or_to_smd(t: TwoByTwo) -> Result<Estimate, Refusal> {
    let ratio = or(t)?;
    Estimate::new(ratio.yi / 1.65, ratio.vi / (1.65 * 1.65))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arm_of_nobody_has_an_effect_only_where_nobody_asks_for_people() {
        let table = TwoByTwo::new(0.0, 0.0, 2.0, 20.0).expect("counts");
        // escalc("RR", ai=0, n1i=0, ci=2, n2i=20) of metafor 3.8-1.
        let estimate = rr(table.plus(0.5)).expect("an effect");
        assert!((estimate.yi - 1.4351).abs() < 5e-5 && (estimate.vi - 1.3524).abs() < 5e-5);
        assert_eq!(table.peopled(), Err(Refusal::Nobody { what: "n of arm 1" }));
    }
}
