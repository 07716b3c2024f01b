//! Precision-effect tests: the effect that a study without sampling error would show.

pub use super::weighted_line::WeightedLine;
use super::weighted_line::weighted_line;
use super::{Model, Refusal};
use libm::sqrt;

/// On what the effect is regressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The standard error.
    Pet,
    /// The variance.
    Peese,
}

/// Regresses effects on their standard errors (PET) or variances (PEESE) with weights 1/v; the intercept is the corrected effect.
///
/// # Errors
/// [`Refusal`] for fewer than 3 studies, equal variances, and for what [`super::pool`] refuses.
///
/// Source: Stanley & Doucouliagos, Res. Synth. Methods 5 (2014) 60.
pub fn pet_peese(
    yi: &[f64],
    vi: &[f64],
    variant: Variant,
    level: f64,
) -> Result<WeightedLine, Refusal> {
    let predictor: Vec<f64> = match variant {
        Variant::Pet => vi.iter().map(|&v| sqrt(v)).collect(),
        Variant::Peese => vi.to_vec(),
    };
    let model = Model {
        level,
        ..Model::default()
    };
    weighted_line(yi, vi, &predictor, model.alpha()?)
}
