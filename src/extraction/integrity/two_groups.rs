//! Two independent groups by their sizes, means and standard deviations, and the tests that follow.

use crate::extraction::outcomes::Arm;
use crate::extraction::span::Span;

/// Two groups; `a` is the intervention.
#[derive(Clone, Copy)]
pub(super) struct TwoGroups<'a, 'f> {
    pub(super) a: &'a Arm<'f>,
    pub(super) b: &'a Arm<'f>,
}

/// What a t test would be, for every number that rounding leaves open.
#[derive(Clone, Copy)]
pub(super) struct Test {
    /// Difference over standard error.
    pub(super) t: Span,
    /// The t of the printed numbers themselves.
    pub(super) value: f64,
    /// Degrees of freedom.
    pub(super) df: f64,
    /// Standard error.
    pub(super) se: Span,
}

impl<'a, 'f> TwoGroups<'a, 'f> {
    pub(super) fn arms(&self) -> [&'a Arm<'f>; 2] {
        [self.a, self.b]
    }

    pub(super) fn sizes(&self) -> Option<(f64, f64)> {
        Some((self.a.n()?, self.b.n()?)).filter(|(n1, n2)| *n1 > 1.0 && *n2 > 1.0)
    }

    /// Difference of the printed means.
    pub(super) fn difference(&self) -> Option<Span> {
        Some(self.a.mean?.span().minus(self.b.mean?.span()))
    }

    fn exact_difference(&self) -> Option<f64> {
        Some(self.a.mean?.value - self.b.mean?.value)
    }

    /// Printed standard deviations, or these read as standard errors.
    fn deviations(&self, as_errors: bool) -> Option<(Span, Span)> {
        let (n1, n2) = self.sizes()?;
        let (s1, s2) = (self.a.sd?.span(), self.b.sd?.span());
        Some(if as_errors {
            (s1.times(n1.sqrt()), s2.times(n2.sqrt()))
        } else {
            (s1, s2)
        })
    }

    /// Standard deviation pooled over both groups.
    pub(super) fn pooled_sd(&self, as_errors: bool) -> Option<Span> {
        let (n1, n2) = self.sizes()?;
        let (s1, s2) = self.deviations(as_errors)?;
        let sum = s1
            .squared()
            .times(n1 - 1.0)
            .plus(s2.squared().times(n2 - 1.0));
        Some(sum.times(1.0 / (n1 + n2 - 2.0)).root())
    }

    /// Student's test with one variance for both groups.
    pub(super) fn pooled(&self, as_errors: bool) -> Option<Test> {
        let (n1, n2) = self.sizes()?;
        let se = self
            .pooled_sd(as_errors)?
            .times((1.0 / n1 + 1.0 / n2).sqrt());
        let (s1, s2) = (self.a.sd?.value, self.b.sd?.value);
        let (s1, s2) = if as_errors {
            (s1 * n1.sqrt(), s2 * n2.sqrt())
        } else {
            (s1, s2)
        };
        let variance = ((n1 - 1.0) * s1 * s1 + (n2 - 1.0) * s2 * s2) / (n1 + n2 - 2.0);
        let value = self.exact_difference()? / (variance * (1.0 / n1 + 1.0 / n2)).sqrt();
        Some(Test {
            t: self.difference()?.over(se),
            value,
            df: n1 + n2 - 2.0,
            se,
        })
    }

    /// Welch's test with a variance a group (Welch 1947; degrees of freedom by Satterthwaite 1946).
    pub(super) fn welch(&self) -> Option<Test> {
        let (n1, n2) = self.sizes()?;
        let (s1, s2) = self.deviations(false)?;
        let (v1, v2) = (s1.squared().times(1.0 / n1), s2.squared().times(1.0 / n2));
        let se = v1.plus(v2).root();
        let (s1, s2) = (self.a.sd?.value, self.b.sd?.value);
        let (w1, w2) = (s1 * s1 / n1, s2 * s2 / n2);
        let df = (w1 + w2) * (w1 + w2) / (w1 * w1 / (n1 - 1.0) + w2 * w2 / (n2 - 1.0));
        let value = self.exact_difference()? / (w1 + w2).sqrt();
        Some(Test {
            t: self.difference()?.over(se),
            value,
            df,
            se,
        })
    }
}
