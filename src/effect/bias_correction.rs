//! The exact correction for small samples of a standardized mean difference.

use libm::{exp, lgamma, sqrt};

/// Returns J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2)), by which a standardized difference with `m` degrees of freedom is multiplied; NaN for
/// `m ≤ 1`.
///
/// The usual `1 − 3/(4m−1)` differs in the fourth digit at m = 10. Source: L. V. Hedges, J. Educ. Stat. 6 (1981) 107, equation 6e.
pub fn exact(m: f64) -> f64 {
    if !(m > 1.0) {
        return f64::NAN;
    }
    if m < 200.0 {
        return exp(lgamma(0.5 * m) - lgamma(0.5 * (m - 1.0))) / sqrt(0.5 * m);
    }
    // Γ(z+½)/Γ(z) = √z (1 − 1/8z + 1/128z² + …): the difference of two large logarithms would cost digits.
    let z = 0.5 * (m - 1.0);
    let u = 1.0 / z;
    let series = 1.0
        + u * (-1.0 / 8.0
            + u * (1.0 / 128.0
                + u * (5.0 / 1024.0 + u * (-21.0 / 32_768.0 - u * 399.0 / 262_144.0))));
    series * sqrt(z / (0.5 * m))
}

#[cfg(test)]
mod tests {
    use super::exact;

    #[test]
    fn series_and_gamma_functions_agree_where_they_meet() {
        // 60-digit values of the definition at m = 199.9 and 200.1.
        let step = exact(200.1) - exact(199.9);
        assert!(step > 0.0 && step < 1e-5);
        assert!((exact(1e6) - (1.0 - 3.0 / (4e6 - 1.0))).abs() < 1e-12);
        // J(1.0000001) is near 0 and J(2) = √π/2 · … = Γ(1)/(1·Γ(½)) = 1/√π.
        assert!((exact(2.0) - 0.564_189_583_547_756_3).abs() < 1e-14);
        assert!(exact(1.0).is_nan());
    }
}
