//! The models against published results and against laws that hold for any data.

use super::cumulative::cumulative;
use super::formula::{Formula, Moderator};
use super::permutation::{Arrangements, test_mean};
use super::prediction_interval::Rule;
use super::*;
use proptest::prelude::*;

/// The 13 trials of BCG vaccination: log risk ratios and variances by `escalc(measure="RR")` of metafor 3.8-1 on metadat's dat.bcg.
const BCG: [(f64, f64); 13] = [
    (-0.889_311_333_920_205_4, 0.325_584_765_003_961_3),
    (-1.585_388_657_201_430_6, 0.194_581_121_398_143_85),
    (-1.348_073_148_299_693_3, 0.415_367_965_367_965_4),
    (-1.441_551_190_021_305_4, 0.020_010_031_902_247_573),
    (-0.217_547_322_211_295_78, 0.051_210_172_169_630_86),
    (-0.786_115_585_818_864, 0.006_905_618_455_908_757_4),
    (-1.620_898_223_598_391_8, 0.223_017_247_572_315_17),
    (0.011_952_333_523_840_508, 0.003_961_579_297_817_729_5),
    (-0.469_417_648_738_149_4, 0.056_434_210_463_248_966),
    (-1.371_344_803_472_784_4, 0.073_024_793_613_028_91),
    (-0.339_358_828_338_390_6, 0.012_412_213_971_559_72),
    (0.445_913_400_571_378_74, 0.532_505_845_200_152_8),
    (-0.017_313_948_216_879_815, 0.071_404_659_683_986_3),
];

fn bcg() -> (Vec<f64>, Vec<f64>) {
    BCG.into_iter().unzip()
}

/// Pools effects that can be: finite, with positive variances.
fn pooled(yi: &[f64], vi: &[f64], model: &Model) -> Pooled {
    pool(yi, vi, model).expect("finite effects with positive variances pool")
}

fn model(tau2: Tau2Method) -> Model {
    Model {
        tau2,
        ..Model::default()
    }
}

#[test]
fn reml_pools_the_bcg_trials_as_metafor_does() {
    // Viechtbauer, J. Stat. Softw. 36(3) (2010), section 4.2: -0.7145 (0.1798), tau2 0.3132 (0.1664), Q(12) = 152.2330, I2 92.22 %.
    let (yi, vi) = bcg();
    let pooled = pooled(&yi, &vi, &Model::default());
    let close = |got: f64, want: f64| assert!((got - want).abs() < 6e-5, "{got} {want}");
    close(pooled.beta, -0.7145);
    close(pooled.se, 0.1798);
    close(pooled.tau2, 0.3132);
    close(
        pooled.se_tau2.expect("REML has a standard error of tau2"),
        0.1664,
    );
    close(pooled.q, 152.2330);
    close(pooled.i2 / 100.0, 0.9222);
    // The same paper: risk ratio of a new trial 0.1546 to 1.5487.
    let prediction = prediction_interval(&pooled, Rule::AsTest).expect("13 studies have one");
    close(libm::exp(prediction.low), 0.1546);
    assert!((libm::exp(prediction.high) - 1.5487).abs() < 2e-3);
}

#[test]
fn two_studies_that_agree_leave_an_empty_q_profile_set() {
    let interval = q_profile(&[0.3, 0.3, 0.3], &[0.1, 0.2, 0.3], 95.0)
        .expect("three studies have a Q profile");
    assert!(interval.is_empty);
    assert_eq!((interval.low, interval.high), (0.0, 0.0));
}

#[test]
fn equal_effects_have_no_spread_and_an_infinite_hartung_knapp_statistic() {
    let knha = Model {
        test: Test::Knha,
        ..Model::default()
    };
    let pooled = pooled(&[0.3, 0.3, 0.3], &[0.1, 0.2, 0.3], &knha);
    assert_eq!(pooled.se, 0.0);
    assert!(pooled.stat.is_infinite());
    assert_eq!(pooled.pval, 0.0);
}

#[test]
fn refusals_name_the_row() {
    let refused = |yi: &[f64], vi: &[f64]| pool(yi, vi, &Model::default()).expect_err("is refused");
    assert_eq!(refused(&[], &[]), Refusal::NoStudies);
    assert_eq!(
        refused(&[0.1, 0.2], &[0.1, 0.0]),
        Refusal::Variance { row: 1, value: 0.0 }
    );
    assert_eq!(
        refused(&[0.1, f64::NAN], &[0.1, 0.1]),
        Refusal::Effect { row: 1 }
    );
    let level = Model {
        level: 100.0,
        ..Model::default()
    };
    assert_eq!(
        pool(&[0.1], &[0.1], &level).expect_err("100 % is no level"),
        Refusal::Level { level: 100.0 }
    );
}

#[test]
fn a_moderator_with_one_value_is_dropped_by_name() {
    let (yi, vi) = bcg();
    let rows: Vec<usize> = (0..13).collect();
    let same = |_: &str| Some(Moderator::Numbers(vec![7.0; 13]));
    let design = Formula::parse("~ year")
        .expect("a formula")
        .design(&rows, same)
        .expect("its column is there");
    let fit = regression::fit(&yi, &vi, &design, &Model::default()).expect("an intercept is left");
    assert_eq!(fit.dropped, ["year"]);
    assert_eq!(fit.names, ["intrcpt"]);
}

#[test]
fn formulas_code_factors_and_products_as_r_does() {
    let rows = [0, 1, 2, 3];
    let lookup = |column: &str| match column {
        "x" => Some(Moderator::Numbers(vec![1.0, 2.0, 3.0, f64::NAN])),
        "g" => Some(Moderator::from_text(
            &["b", "a", "c", "a"].map(str::to_owned),
        )),
        _ => None,
    };
    let names = |text: &str| {
        Formula::parse(text)
            .and_then(|f| f.design(&rows, lookup))
            .map(|d| (d.names, d.rows))
            .expect("x and g are there")
    };
    assert_eq!(
        names("~ x*g").0,
        ["intrcpt", "x", "gb", "gc", "x:gb", "x:gc"]
    );
    assert_eq!(names("~ g - 1").0, ["ga", "gb", "gc"]);
    assert_eq!(names("~ factor(x)").1, [0, 1, 2]);
    assert!(Formula::parse("year").is_err());
    assert!(Formula::parse("~ log(x").is_err());
    assert!(
        Formula::parse("~ y")
            .expect("a formula")
            .design(&rows, lookup)
            .is_err()
    );
}

#[test]
fn sign_flips_of_equal_studies_give_the_binomial_p_value() {
    // Three equal effects: only +++ and --- are as far from 0, 2 of 8.
    let model = model(Tau2Method::Common);
    let test = test_mean(&[1.0; 3], &[0.1; 3], &model, Arrangements::Exact).expect("8 sign flips");
    assert_eq!((test.pval[0], test.iterations), (0.25, 8));
}

fn studies() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((-3.0..3.0_f64, 0.001..2.0_f64), 2..25)
}

proptest! {
    #[test]
    fn every_estimator_converges_and_keeps_the_mean_within_the_effects(data in studies()) {
        let (yi, vi): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let (low, high) = yi.iter().fold((f64::MAX, f64::MIN), |(l, h), y| (l.min(*y), h.max(*y)));
        for method in Tau2Method::all() {
            let pooled = pooled(&yi, &vi, &model(method));
            prop_assert!(pooled.tau2 >= 0.0 && pooled.tau2.is_finite());
            prop_assert!(pooled.beta >= low - 1e-9 && pooled.beta <= high + 1e-9);
            let total: f64 = pooled.weights.iter().sum();
            prop_assert!((total - 100.0).abs() < 1e-9);
        }
    }

    #[test]
    fn reml_is_where_its_likelihood_does_not_rise(data in studies()) {
        let (yi, vi): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let pooled = pooled(&yi, &vi, &Model::default());
        let studies = projection::Studies::new(&yi, &vi, None).expect("positive variances");
        let at = |t: f64| fit_statistics::log_likelihood_at(&studies, t, true).expect("tau2 is not negative");
        let here = at(pooled.tau2);
        for near in [pooled.tau2 * 1.001 + 1e-6, (pooled.tau2 * 0.999 - 1e-6).max(0.0)] {
            prop_assert!(at(near) <= here + 1e-9);
        }
    }

    #[test]
    fn scaling_effects_scales_the_answer(data in studies(), factor in 0.001..1000.0_f64) {
        let (yi, vi): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let ys: Vec<f64> = yi.iter().map(|y| y * factor).collect();
        let vs: Vec<f64> = vi.iter().map(|v| v * factor * factor).collect();
        let a = pooled(&yi, &vi, &model(Tau2Method::PauleMandel));
        let b = pooled(&ys, &vs, &model(Tau2Method::PauleMandel));
        prop_assert!((a.beta * factor - b.beta).abs() <= 1e-8 * factor);
        prop_assert!((a.tau2 * factor * factor - b.tau2).abs() <= 1e-8 * factor * factor * (1.0 + a.tau2));
    }

    #[test]
    fn an_intercept_as_a_design_fits_what_pooling_fits(data in studies()) {
        let (yi, vi): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let ones = crate::stats::matrix::Matrix::from_fn(yi.len(), 1, |_, _| 1.0);
        let studies = projection::Studies::new(&yi, &vi, Some(&ones)).expect("a column of full rank");
        for method in Tau2Method::all() {
            let general = fit::fit(&studies, &model(method)).expect("fits as pooling does");
            let pooled = pooled(&yi, &vi, &model(method));
            prop_assert!((general.tau2 - pooled.tau2).abs() <= 1e-7 * (1.0 + pooled.tau2));
            prop_assert!((general.coefficients[0].beta - pooled.beta).abs() <= 1e-7);
            prop_assert!((general.q - pooled.q).abs() <= 1e-8 * (1.0 + pooled.q));
        }
    }

    #[test]
    fn the_last_cumulative_step_is_the_whole(data in studies()) {
        let (yi, vi): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let order: Vec<usize> = (0..yi.len()).collect();
        let parts = cumulative(&yi, &vi, &order, &Model::default()).expect("every prefix pools");
        let pooled = pooled(&yi, &vi, &Model::default());
        prop_assert_eq!(parts.last().expect("at least two studies").beta, pooled.beta);
    }
}
