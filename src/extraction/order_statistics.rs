//! Mean and standard deviation from a median with quartiles, range or both.

use super::convert::{Done, Input};
use super::outcomes::Arm;
use crate::effect::conversion::{
    FiveNumbers, Moments, luo_s1, luo_s2, luo_s3, wan_s1, wan_s2, wan_s3,
};
use crate::problem::Problem;

/// Mean (Luo 2018) and standard deviation (Wan 2014) from a median with quartiles, range or both.
pub(super) fn from_order(
    arm: &Arm<'_>,
    n: f64,
    median: f64,
    own: &str,
) -> Vec<Result<Done, Problem>> {
    let row = &arm.row;
    let Some(order) = Order::of(arm, median) else {
        return Vec::new();
    };
    let named = order.inputs(median, n);
    let inputs: Vec<Input> = named
        .into_iter()
        .map(|(name, value)| (name, value, arm.cell(own, name)))
        .collect();
    let mut done = Vec::new();
    if row.mean.is_none() {
        done.push(order.mean(n, median).map(|value| Done {
            column: "mean",
            rule: order.rules()[0],
            source: "Luo 2018",
            value,
            inputs: inputs.clone(),
        }));
    }
    if row.sd.is_none() {
        done.push(order.sd(n, median).map(|sd| Done {
            column: "sd",
            rule: order.rules()[1],
            source: "Wan 2014",
            value: sd.sd,
            inputs,
        }));
    }
    done
}

/// What a paper gives about a median.
#[derive(Clone, Copy)]
enum Order {
    /// Quartiles and range.
    Five(FiveNumbers),
    /// First and third quartile.
    Quartiles(f64, f64),
    /// Least and greatest value.
    Range(f64, f64),
}

impl Order {
    fn of(arm: &Arm<'_>, median: f64) -> Option<Self> {
        let row = &arm.row;
        match (row.q1.zip(row.q3), row.min.zip(row.max)) {
            (Some((q1, q3)), Some((min, max))) => Some(Self::Five(FiveNumbers {
                min,
                q1,
                median,
                q3,
                max,
            })),
            (Some((q1, q3)), None) => Some(Self::Quartiles(q1, q3)),
            (None, Some((min, max))) => Some(Self::Range(min, max)),
            (None, None) => None,
        }
    }

    fn mean(self, n: f64, median: f64) -> Result<f64, Problem> {
        match self {
            Self::Five(five) => luo_s3(n, five),
            Self::Quartiles(q1, q3) => luo_s2(n, q1, median, q3),
            Self::Range(min, max) => luo_s1(n, min, median, max),
        }
    }

    fn sd(self, n: f64, median: f64) -> Result<Moments, Problem> {
        match self {
            Self::Five(five) => wan_s3(n, five),
            Self::Quartiles(q1, q3) => wan_s2(n, q1, median, q3),
            Self::Range(min, max) => wan_s1(n, min, median, max),
        }
    }

    /// The numbers that go in, with their columns.
    fn inputs(self, median: f64, n: f64) -> Vec<(&'static str, f64)> {
        let median = ("median", median);
        let mut named = match self {
            Self::Five(five) => vec![
                ("min", five.min),
                ("q1", five.q1),
                median,
                ("q3", five.q3),
                ("max", five.max),
            ],
            Self::Quartiles(q1, q3) => vec![("q1", q1), median, ("q3", q3)],
            Self::Range(min, max) => vec![("min", min), median, ("max", max)],
        };
        named.push(("n", n));
        named
    }

    /// Names of the rules for mean and standard deviation.
    fn rules(self) -> [&'static str; 2] {
        match self {
            Self::Five(_) => ["mean-from-five-numbers", "sd-from-five-numbers"],
            Self::Quartiles(..) => ["mean-from-quartiles", "sd-from-quartiles"],
            Self::Range(..) => ["mean-from-range", "sd-from-range"],
        }
    }
}
