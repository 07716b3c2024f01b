//! Effect measures: an estimate and its sampling variance for each study.

/// One study's effect on the scale it is pooled on (ratios and odds are logarithms).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Estimate {
    /// The effect.
    pub yi: f64,
    /// Its sampling variance.
    pub vi: f64,
}

pub mod conversion;
