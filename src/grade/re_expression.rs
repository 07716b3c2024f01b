//! A standardised mean difference on a scale that readers know (Handbook 15.5.3).

use serde::{Deserialize, Serialize};

/// 97.5th percentile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A difference on the reference scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReExpressed {
    /// Mean difference.
    pub md: f64,
    /// Its 95 % interval; the reference SD is taken as known.
    pub ci: [f64; 2],
}

/// SMD times a reference SD, with the interval from the standard error.
pub fn from_standard_error(smd: f64, se: f64, sd_reference: f64) -> ReExpressed {
    from_interval(smd, [smd - Z * se, smd + Z * se], sd_reference)
}

/// SMD and interval (any level and method) times a reference SD.
pub fn from_interval(smd: f64, ci: [f64; 2], sd_reference: f64) -> ReExpressed {
    ReExpressed {
        md: smd * sd_reference,
        ci: ci.map(|bound| bound * sd_reference),
    }
}

/// SD pooled over groups of (n, SD): √(Σ(nᵢ-1)SDᵢ² / Σ(nᵢ-1)); `None` without two people in any group.
pub fn pooled_sd(groups: &[(f64, f64)]) -> Option<f64> {
    let usable = groups.iter().filter(|(n, sd)| *n > 1.0 && *sd >= 0.0);
    let (squares, degrees) = usable.fold((0.0, 0.0), |(squares, degrees), (n, sd)| {
        (squares + (n - 1.0) * sd * sd, degrees + n - 1.0)
    });
    (degrees > 0.0).then(|| (squares / degrees).sqrt())
}

/// SMD as a log odds ratio: times π/√3 (Chinn 2000).
pub fn log_odds_ratio(smd: f64) -> f64 {
    smd * std::f64::consts::PI / 3f64.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smd_on_the_exhaustion_scale() {
        // reference/grade.md section 9: SMD -0.42, SE 0.15, SD 10.8 gives -4.54 (-7.71 to -1.36).
        let found = from_standard_error(-0.42, 0.15, 10.8);
        assert!((found.md + 4.536).abs() < 1e-9);
        assert!((found.ci[0] + 7.711_142).abs() < 1e-6 && (found.ci[1] + 1.360_858).abs() < 1e-6);
    }

    #[test]
    fn equal_sds_pool_to_themselves() {
        assert_eq!(pooled_sd(&[(10.0, 2.0), (30.0, 2.0)]), Some(2.0));
        assert_eq!(pooled_sd(&[(1.0, 2.0)]), None);
    }
}
