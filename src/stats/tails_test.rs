//! Every distribution against 60-digit values, and quantiles against their own tails.

use super::reference_values::CASES;
use super::{beta, chi2, f, gamma, normal, t};

fn both(name: &str, [x, a, b]: [f64; 3]) -> (f64, f64) {
    match name {
        "normal" => (normal::sf(x), normal::log_sf(x)),
        "chi2" => (chi2::sf(x, a), chi2::log_sf(x, a)),
        "t" => (t::sf(x, a), t::log_sf(x, a)),
        "f" => (f::sf(x, a, b), f::log_sf(x, a, b)),
        "beta" => (beta::sf(x, a, b), beta::log_sf(x, a, b)),
        "gamma" => (gamma::sf(x, a), gamma::log_sf(x, a)),
        other => panic!("no distribution {other}"),
    }
}

fn tolerance(name: &str) -> f64 {
    if matches!(name, "normal" | "t" | "chi2") {
        1e-12
    } else {
        1e-10
    }
}

#[test]
fn upper_tails_and_their_logarithms_match_60_digit_values() {
    let mut wrong = Vec::new();
    for &(name, arguments, tail, log_tail) in CASES {
        let (sf, log_sf) = both(name, arguments);
        let tol = tolerance(name);
        if tail > 1e-300 && (sf - tail).abs() > tol * tail {
            wrong.push(format!(
                "{name} {arguments:?}: {sf} for {tail}, off {:e}",
                sf / tail - 1.0
            ));
        }
        // Below 1e-50 the logarithm of a tail next to 1 is beyond the 60 digits of the reference.
        if (log_sf - log_tail).abs() > tol * log_tail.abs() + 1e-50 {
            wrong.push(format!(
                "ln {name} {arguments:?}: {log_sf} for {log_tail}, off {:e}",
                log_sf / log_tail - 1.0
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn quantiles_undo_the_tail_from_one_half_to_1e_200() {
    // The last bit of the point moves the tail by as many ulp as there are degrees of freedom.
    let near = |name: &str, p: f64, back: f64, df: f64| {
        let tolerance = 3e-12 + 1e-15 * df;
        assert!((back - p).abs() <= tolerance * p, "{name} {p:e}: {back:e}");
    };
    let close = |name: &str, p: f64, back: f64| near(name, p, back, 0.0);
    for p in [0.5, 0.4999, 0.3, 0.1, 0.025, 1e-3, 1e-8, 1e-50, 1e-200] {
        close("normal", p, normal::sf(normal::quantile_sf(p)));
        close("normal below", p, normal::cdf(normal::quantile(p)));
        for df in [1.0, 2.0, 3.7, 12.0, 999.0, 99_999.0] {
            near("t", p, t::sf(t::quantile_sf(p, df), df), df);
            near("chi2", p, chi2::sf(chi2::quantile_sf(p, df), df), df);
            let low = chi2::quantile(p, df);
            if low > 1e-290 {
                near("chi2 below", p, chi2::cdf(low, df), df);
            }
            let q = f::quantile(p, df, 7.0);
            if q > 1e-290 {
                near("f below", p, f::cdf(q, df, 7.0), df);
            }
        }
    }
}

#[test]
fn quantiles_match_published_values() {
    // R 4.2.2: qnorm(0.975), qt(0.975, 12), qchisq(0.95, 3), qf(0.95, 2, 9), qbeta(0.3, 2, 5).
    let close = |got: f64, want: f64| assert!((got / want - 1.0).abs() < 1e-13, "{got} {want}");
    close(normal::quantile(0.975), 1.959_963_984_540_054);
    close(t::quantile(0.975, 12.0), 2.178_812_829_667_229);
    close(chi2::quantile(0.95, 3.0), 7.814_727_903_251_178);
    close(f::quantile(0.95, 2.0, 9.0), 4.256_494_729_093_748);
    assert_eq!(normal::quantile(0.5), 0.0);
    assert!(t::quantile(0.5, 3.0).abs() < 1e-15);
    assert!(normal::quantile(1.5).is_nan());
}

#[test]
fn impossible_parameters_give_nan_and_never_panic() {
    for bad in [0.0, -1.0, f64::NAN] {
        assert!(t::sf(1.0, bad).is_nan());
        assert!(chi2::sf(1.0, bad).is_nan());
        assert!(f::sf(1.0, bad, 2.0).is_nan());
        assert!(beta::cdf(0.5, bad, 2.0).is_nan());
        assert!(t::quantile(0.9, bad).is_nan());
    }
}
