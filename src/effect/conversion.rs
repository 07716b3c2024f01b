//! What a trial report states, turned into what an effect measure needs.
//!
//! Reports give a standard error where a standard deviation is wanted, a p value, a median with quartiles. Each conversion here
//! is one pure function with the source of its formula; [`Conversion`] names it, so that a number's provenance can say which was
//! used. Sources: Cochrane Handbook for Systematic Reviews of Interventions, version 6, chapter 6; Wan et al., BMC Med Res Methodol
//! 2014;14:135; Luo et al., Stat Methods Med Res 2018;27:1785; Shi et al., Res Synth Methods 2020;11:641; Hedges & Olkin 1985.

use crate::problem::Problem;
use crate::stats::gamma::ln_gamma;
use crate::stats::{normal, t as student};
use libm::{atanh, exp, log, pow};

/// The conversions by name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Conversion {
    /// [`sd_from_se`].
    SdFromSe,
    /// [`sd_from_ci_t`].
    SdFromCiT,
    /// [`sd_from_ci_z`].
    SdFromCiZ,
    /// [`md_sd_from_t`].
    MdSdFromT,
    /// [`md_sd_from_p`].
    MdSdFromP,
    /// [`md_sd_from_f`].
    MdSdFromF,
    /// [`md_sd_from_ci`].
    MdSdFromCi,
    /// [`smd_from_t`].
    SmdFromT,
    /// [`smd_from_f`].
    SmdFromF,
    /// [`smd_from_p`].
    SmdFromP,
    /// [`smd_from_d`].
    SmdFromD,
    /// [`r_from_t`].
    RFromT,
    /// [`logse_from_ratio_ci`].
    LogseFromRatioCi,
    /// [`logse_from_ratio_p`].
    LogseFromRatioP,
    /// [`hr_from_logrank`].
    HrFromLogrank,
    /// [`combine_arms`].
    CombineArms,
    /// [`sd_change_from_r`].
    SdChangeFromR,
    /// [`r_from_sd_change`].
    RFromSdChange,
    /// [`wan_s1`].
    WanS1,
    /// [`wan_s2`].
    WanS2,
    /// [`wan_s3`].
    WanS3,
    /// [`luo_s1`].
    LuoS1,
    /// [`luo_s2`].
    LuoS2,
    /// [`luo_s3`].
    LuoS3,
    /// [`shi_s3_sd`].
    ShiS3Sd,
    /// [`log_odds_from_smd`].
    LogOddsFromSmd,
    /// [`smd_from_log_odds`].
    SmdFromLogOdds,
    /// [`r_from_smd`].
    RFromSmd,
    /// [`smd_from_r`].
    SmdFromR,
}

impl Conversion {
    /// All conversions, in the order of the Handbook's sections.
    pub const ALL: [Self; 29] = [
        Self::SdFromSe,
        Self::SdFromCiT,
        Self::SdFromCiZ,
        Self::MdSdFromT,
        Self::MdSdFromP,
        Self::MdSdFromF,
        Self::MdSdFromCi,
        Self::SmdFromT,
        Self::SmdFromF,
        Self::SmdFromP,
        Self::SmdFromD,
        Self::RFromT,
        Self::LogseFromRatioCi,
        Self::LogseFromRatioP,
        Self::HrFromLogrank,
        Self::CombineArms,
        Self::SdChangeFromR,
        Self::RFromSdChange,
        Self::WanS1,
        Self::WanS2,
        Self::WanS3,
        Self::LuoS1,
        Self::LuoS2,
        Self::LuoS3,
        Self::ShiS3Sd,
        Self::LogOddsFromSmd,
        Self::SmdFromLogOdds,
        Self::RFromSmd,
        Self::SmdFromR,
    ];

    /// The name used in settings, requests and provenance.
    pub fn name(self) -> &'static str {
        match self {
            Self::SdFromSe => "sd_from_se",
            Self::SdFromCiT => "sd_from_ci_t",
            Self::SdFromCiZ => "sd_from_ci_z",
            Self::MdSdFromT => "md_sd_from_t",
            Self::MdSdFromP => "md_sd_from_p",
            Self::MdSdFromF => "md_sd_from_f",
            Self::MdSdFromCi => "md_sd_from_ci",
            Self::SmdFromT => "smd_from_t",
            Self::SmdFromF => "smd_from_f",
            Self::SmdFromP => "smd_from_p",
            Self::SmdFromD => "smd_from_d",
            Self::RFromT => "r_from_t",
            Self::LogseFromRatioCi => "logse_from_ratio_ci",
            Self::LogseFromRatioP => "logse_from_ratio_p",
            Self::HrFromLogrank => "hr_from_logrank",
            Self::CombineArms => "combine_arms",
            Self::SdChangeFromR => "sd_change_from_r",
            Self::RFromSdChange => "r_from_sd_change",
            Self::WanS1 => "wan_s1",
            Self::WanS2 => "wan_s2",
            Self::WanS3 => "wan_s3",
            Self::LuoS1 => "luo_s1",
            Self::LuoS2 => "luo_s2",
            Self::LuoS3 => "luo_s3",
            Self::ShiS3Sd => "shi_s3_sd",
            Self::LogOddsFromSmd => "log_odds_from_smd",
            Self::SmdFromLogOdds => "smd_from_log_odds",
            Self::RFromSmd => "r_from_smd",
            Self::SmdFromR => "smd_from_r",
        }
    }

    /// The conversion of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.name() == name)
    }

    /// Where the formula is printed.
    pub fn source(self) -> &'static str {
        match self {
            Self::SdFromSe | Self::SdFromCiT | Self::SdFromCiZ => "Cochrane Handbook 6.5.2.2",
            Self::MdSdFromT | Self::MdSdFromP | Self::MdSdFromF | Self::MdSdFromCi => {
                "Cochrane Handbook 6.5.2.3"
            }
            Self::SmdFromT | Self::SmdFromF | Self::SmdFromP | Self::SmdFromD => {
                "Hedges & Olkin 1985, chapter 5"
            }
            Self::RFromT => "Rosenthal 1994",
            Self::LogseFromRatioCi | Self::LogseFromRatioP => "Cochrane Handbook 6.3.2",
            Self::HrFromLogrank => "Cochrane Handbook 6.8.2",
            Self::CombineArms => "Cochrane Handbook 6.5.2.10",
            Self::SdChangeFromR | Self::RFromSdChange => "Cochrane Handbook 6.5.2.8",
            Self::WanS1 => "Wan 2014 scenario C1, equations 1 and 9",
            Self::WanS2 => "Wan 2014 scenario C3, equations 14 and 16",
            Self::WanS3 => "Wan 2014 scenario C2, equations 10 and 13",
            Self::LuoS1 => "Luo 2018 equation 7",
            Self::LuoS2 => "Luo 2018 equation 11",
            Self::LuoS3 => "Luo 2018 equation 15",
            Self::ShiS3Sd => "Shi 2020",
            Self::LogOddsFromSmd | Self::SmdFromLogOdds => "Hasselblad & Hedges 1995",
            Self::RFromSmd | Self::SmdFromR => "Borenstein 2009, chapter 7",
        }
    }
}

/// A standard error and the standard deviation it implies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The t statistic on the way, where there was one.
    pub t: Option<f64>,
    /// Standard error of the difference.
    pub se: f64,
    /// Standard deviation common to both arms.
    pub sd: f64,
}

/// A standardised mean difference with its large-sample variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardised {
    /// The t statistic on the way, where it had to be found.
    pub t: Option<f64>,
    /// Uncorrected difference in standard deviations (Cohen's d).
    pub d: f64,
    /// Difference after the exact small-sample correction (Hedges' g).
    pub yi: f64,
    /// Sampling variance of `yi`.
    pub vi: f64,
}

/// A mean and a standard deviation of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Size of the group.
    pub n: f64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// Order statistics that reports print; absent ones are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FiveNumbers {
    /// Smallest value.
    pub min: f64,
    /// First quartile.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q3: f64,
    /// Largest value.
    pub max: f64,
}

fn refuse(title: String) -> Problem {
    Problem::error("conversion::out-of-range", title)
        .help("correct the number in the extraction sheet")
}

fn positive(name: &str, value: f64) -> Result<f64, Problem> {
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(refuse(format!("{name} must be above 0, not {value}")))
    }
}

fn finite(name: &str, value: f64) -> Result<f64, Problem> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(refuse(format!("{name} must be a number, not {value}")))
    }
}

fn above(name: &str, value: f64, least: f64) -> Result<f64, Problem> {
    if value > least && value.is_finite() {
        Ok(value)
    } else {
        Err(refuse(format!("{name} must be above {least}, not {value}")))
    }
}

/// Upper tail area beyond the limit of a two-sided interval.
fn half_alpha(level: f64) -> Result<f64, Problem> {
    if level > 0.0 && level < 100.0 {
        Ok((1.0 - level / 100.0) / 2.0)
    } else {
        Err(refuse(format!(
            "level must be between 0 and 100 percent, not {level}"
        )))
    }
}

fn p_value(p: f64) -> Result<f64, Problem> {
    if p > 0.0 && p < 1.0 {
        Ok(p)
    } else {
        Err(refuse(format!("p must be between 0 and 1, not {p}")))
    }
}

fn ordered(values: &[(&str, f64)]) -> Result<(), Problem> {
    for pair in values.windows(2) {
        // A missing number fails the comparison as well.
        if !matches!(
            pair[0].1.partial_cmp(&pair[1].1),
            Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal)
        ) {
            return Err(refuse(format!(
                "{} is {} but {} is {}: they must rise",
                pair[0].0, pair[0].1, pair[1].0, pair[1].1
            )));
        }
    }
    Ok(())
}

/// Standard deviation of `n` values whose mean has standard error `se`: `se √n` (Handbook 6.5.2.2).
///
/// # Errors
/// When `n` or `se` is not above 0.
pub fn sd_from_se(n: f64, se: f64) -> Result<f64, Problem> {
    Ok(positive("se", se)? * positive("n", n)?.sqrt())
}

/// Standard deviation from the confidence interval of one mean, by t with `n - 1` degrees of freedom (Handbook 6.5.2.2).
///
/// # Errors
/// When `n` is not above 1, the limits do not rise, or `level` (percent) is outside 0 to 100.
pub fn sd_from_ci_t(n: f64, lower: f64, upper: f64, level: f64) -> Result<f64, Problem> {
    let df = above("n", n, 1.0)? - 1.0;
    let half = student::quantile_sf(half_alpha(level)?, df);
    Ok(n.sqrt() * positive("upper limit - lower limit", upper - lower)? / (2.0 * half))
}

/// Standard deviation from the confidence interval of one mean, by the normal distribution (Handbook 6.5.2.2, large samples).
///
/// # Errors
/// As [`sd_from_ci_t`].
pub fn sd_from_ci_z(n: f64, lower: f64, upper: f64, level: f64) -> Result<f64, Problem> {
    let half = normal::quantile_sf(half_alpha(level)?);
    Ok(
        positive("n", n)?.sqrt() * positive("upper limit - lower limit", upper - lower)?
            / (2.0 * half),
    )
}

fn spread(n1: f64, n2: f64, se: f64, t: Option<f64>) -> Result<Spread, Problem> {
    let scale = (1.0 / positive("n1", n1)? + 1.0 / positive("n2", n2)?).sqrt();
    let se = positive("standard error", se)?;
    Ok(Spread {
        t,
        se,
        sd: se / scale,
    })
}

/// Standard error and common standard deviation from a mean difference and its t statistic (Handbook 6.5.2.3).
///
/// # Errors
/// When a size is not above 0, or the difference or `t` is 0.
pub fn md_sd_from_t(n1: f64, n2: f64, md: f64, t: f64) -> Result<Spread, Problem> {
    spread(n1, n2, (md / t).abs(), None)
}

/// Standard error and common standard deviation from a mean difference and its two-sided p value (Handbook 6.5.2.3).
///
/// # Errors
/// As [`md_sd_from_t`], or when `p` is not between 0 and 1.
pub fn md_sd_from_p(n1: f64, n2: f64, md: f64, p: f64) -> Result<Spread, Problem> {
    let t = student::quantile_sf(p_value(p)? / 2.0, above("n1 + n2", n1 + n2, 2.0)? - 2.0);
    spread(n1, n2, md.abs() / t, Some(t))
}

/// Standard error and common standard deviation from a mean difference and an F with one numerator degree of freedom.
///
/// # Errors
/// As [`md_sd_from_t`].
pub fn md_sd_from_f(n1: f64, n2: f64, md: f64, f: f64) -> Result<Spread, Problem> {
    let t = positive("F", f)?.sqrt();
    spread(n1, n2, md.abs() / t, Some(t))
}

/// Standard error and common standard deviation from the confidence interval of a mean difference (Handbook 6.5.2.3).
///
/// # Errors
/// As [`sd_from_ci_t`].
pub fn md_sd_from_ci(
    n1: f64,
    n2: f64,
    lower: f64,
    upper: f64,
    level: f64,
) -> Result<Spread, Problem> {
    let df = above("n1 + n2", n1 + n2, 2.0)? - 2.0;
    let t = student::quantile_sf(half_alpha(level)?, df);
    spread(n1, n2, (upper - lower) / (2.0 * t), None)
}

/// Exact small-sample factor of Hedges (1981, equation 6e): `Γ(m/2) / (√(m/2) Γ((m-1)/2))`.
fn exact_factor(m: f64) -> f64 {
    exp(ln_gamma(m / 2.0) - ln_gamma((m - 1.0) / 2.0) - 0.5 * log(m / 2.0))
}

/// Standardised mean difference from Cohen's d, with the exact correction and the large-sample variance (Hedges & Olkin 1985).
///
/// # Errors
/// When `n1 + n2` is not above 3 or `d` is missing.
pub fn smd_from_d(n1: f64, n2: f64, d: f64) -> Result<Standardised, Problem> {
    let (n1, n2) = (positive("n1", n1)?, positive("n2", n2)?);
    let m = above("n1 + n2", n1 + n2, 3.0)? - 2.0;
    let yi = exact_factor(m) * finite("d", d)?;
    Ok(Standardised {
        t: None,
        d,
        yi,
        vi: 1.0 / n1 + 1.0 / n2 + yi * yi / (2.0 * (n1 + n2)),
    })
}

/// Standardised mean difference from an independent-samples t statistic: `d = t √(1/n1 + 1/n2)`.
///
/// # Errors
/// As [`smd_from_d`].
pub fn smd_from_t(n1: f64, n2: f64, t: f64) -> Result<Standardised, Problem> {
    let scale = (1.0 / positive("n1", n1)? + 1.0 / positive("n2", n2)?).sqrt();
    smd_from_d(n1, n2, finite("t", t)? * scale)
}

/// Standardised mean difference from an F with one numerator degree of freedom; `sign` gives the direction.
///
/// # Errors
/// As [`smd_from_d`], or when F is negative.
pub fn smd_from_f(n1: f64, n2: f64, f: f64, sign: f64) -> Result<Standardised, Problem> {
    if f < 0.0 {
        return Err(refuse(format!("F must not be below 0, not {f}")));
    }
    smd_from_t(n1, n2, sign.signum() * f.sqrt())
}

/// Standardised mean difference from the two-sided p value of a t test; `sign` gives the direction.
///
/// # Errors
/// As [`smd_from_d`], or when `p` is not between 0 and 1.
pub fn smd_from_p(n1: f64, n2: f64, p: f64, sign: f64) -> Result<Standardised, Problem> {
    let df = above("n1 + n2", n1 + n2, 3.0)? - 2.0;
    let t = sign.signum() * student::quantile_sf(p_value(p)? / 2.0, df);
    Ok(Standardised {
        t: Some(t),
        ..smd_from_t(n1, n2, t)?
    })
}

/// Correlation from its t statistic, `t / √(t² + n - 2)`, as `(r, z, variance of z)` with Fisher's z.
///
/// # Errors
/// When `n` is not above 3.
pub fn r_from_t(n: f64, t: f64) -> Result<(f64, f64, f64), Problem> {
    let n = above("n", n, 3.0)?;
    let r = finite("t", t)? / (t * t + n - 2.0).sqrt();
    Ok((r, atanh(r), 1.0 / (n - 3.0)))
}

/// Logarithm of a ratio and its standard error from the ratio's confidence interval (Handbook 6.3.2).
///
/// # Errors
/// When the estimate or a limit is not above 0, or the limits do not rise.
pub fn logse_from_ratio_ci(
    estimate: f64,
    lower: f64,
    upper: f64,
    level: f64,
) -> Result<(f64, f64), Problem> {
    let width = log(positive("upper limit", upper)?) - log(positive("lower limit", lower)?);
    let width = positive("upper limit - lower limit", width)?;
    Ok((
        log(positive("estimate", estimate)?),
        width / (2.0 * normal::quantile_sf(half_alpha(level)?)),
    ))
}

/// Logarithm of a ratio and its standard error from the two-sided p value (Handbook 6.3.2).
///
/// # Errors
/// When the estimate is not above 0 or equals 1, or `p` is not between 0 and 1.
pub fn logse_from_ratio_p(estimate: f64, p: f64) -> Result<(f64, f64), Problem> {
    let yi = log(positive("estimate", estimate)?);
    positive("|log estimate|", yi.abs())?;
    Ok((yi, yi.abs() / normal::quantile_sf(p_value(p)? / 2.0)))
}

/// Logarithm of a hazard ratio and its variance from a logrank `O - E` and `V`: `(O - E) / V`, `1 / V` (Handbook 6.8.2).
///
/// # Errors
/// When `v` is not above 0.
pub fn hr_from_logrank(o_minus_e: f64, v: f64) -> Result<(f64, f64), Problem> {
    let v = positive("v", v)?;
    Ok((finite("o_minus_e", o_minus_e)? / v, 1.0 / v))
}

/// Two arms taken together as one group (Handbook 6.5.2.10, table 6.5.a).
///
/// # Errors
/// When a size is not above 0 or a standard deviation is below 0.
pub fn combine_arms(a: Moments, b: Moments) -> Result<Moments, Problem> {
    let (n1, n2) = (positive("n1", a.n)?, positive("n2", b.n)?);
    let n = above("n1 + n2", n1 + n2, 1.0)?;
    let gap = a.mean - b.mean;
    let sum = (n1 - 1.0) * a.sd * a.sd + (n2 - 1.0) * b.sd * b.sd + n1 * n2 / n * gap * gap;
    Ok(Moments {
        n,
        mean: (n1 * a.mean + n2 * b.mean) / n,
        sd: (sum / (n - 1.0)).sqrt(),
    })
}

fn correlation(r: f64) -> Result<f64, Problem> {
    if (-1.0..=1.0).contains(&r) {
        Ok(r)
    } else {
        Err(refuse(format!("r must be between -1 and 1, not {r}")))
    }
}

/// Standard deviation of change from the two standard deviations and their correlation (Handbook 6.5.2.8).
///
/// # Errors
/// When a standard deviation is not above 0 or `r` is outside -1 to 1.
pub fn sd_change_from_r(sd_pre: f64, sd_post: f64, r: f64) -> Result<f64, Problem> {
    let (pre, post) = (positive("sd_pre", sd_pre)?, positive("sd_post", sd_post)?);
    let square = pre * pre + post * post - 2.0 * correlation(r)? * pre * post;
    Ok(square.max(0.0).sqrt())
}

/// Correlation of pre and post from the three standard deviations (Handbook 6.5.2.8); outside -1 to 1 when they contradict.
///
/// # Errors
/// When a standard deviation is not above 0.
pub fn r_from_sd_change(sd_pre: f64, sd_post: f64, sd_change: f64) -> Result<f64, Problem> {
    let (pre, post) = (positive("sd_pre", sd_pre)?, positive("sd_post", sd_post)?);
    let change = positive("sd_change", sd_change)?;
    Ok((pre * pre + post * post - change * change) / (2.0 * pre * post))
}

/// Range in standard deviations expected of `n` normal values (Wan 2014, equation 9, after Blom).
fn expected_range(n: f64) -> f64 {
    2.0 * normal::quantile((n - 0.375) / (n + 0.25))
}

/// Interquartile range in standard deviations expected of `n` normal values (Wan 2014, equation 16).
fn expected_quartile_range(n: f64) -> f64 {
    2.0 * normal::quantile((0.75 * n - 0.125) / (n + 0.25))
}

/// Mean and standard deviation from minimum, median and maximum (Wan 2014, scenario C1).
///
/// # Errors
/// When `n` is not above 1 or the numbers do not rise.
pub fn wan_s1(n: f64, min: f64, median: f64, max: f64) -> Result<Moments, Problem> {
    ordered(&[("min", min), ("median", median), ("max", max)])?;
    let n = above("n", n, 1.0)?;
    Ok(Moments {
        n,
        mean: (min + 2.0 * median + max) / 4.0,
        sd: (max - min) / expected_range(n),
    })
}

/// Mean and standard deviation from the quartiles and the median (Wan 2014, scenario C3).
///
/// # Errors
/// As [`wan_s1`].
pub fn wan_s2(n: f64, q1: f64, median: f64, q3: f64) -> Result<Moments, Problem> {
    ordered(&[("q1", q1), ("median", median), ("q3", q3)])?;
    let n = above("n", n, 1.0)?;
    Ok(Moments {
        n,
        mean: (q1 + median + q3) / 3.0,
        sd: (q3 - q1) / expected_quartile_range(n),
    })
}

fn rising(five: &FiveNumbers) -> Result<(), Problem> {
    ordered(&[
        ("min", five.min),
        ("q1", five.q1),
        ("median", five.median),
        ("q3", five.q3),
        ("max", five.max),
    ])
}

/// Mean and standard deviation from all five numbers (Wan 2014, scenario C2, equations 10 and 13).
///
/// # Errors
/// As [`wan_s1`].
pub fn wan_s3(n: f64, five: FiveNumbers) -> Result<Moments, Problem> {
    rising(&five)?;
    let n = above("n", n, 1.0)?;
    let sum = five.min + 2.0 * (five.q1 + five.median + five.q3) + five.max;
    let range = (five.max - five.min) / expected_range(n);
    let quartiles = (five.q3 - five.q1) / expected_quartile_range(n);
    Ok(Moments {
        n,
        mean: sum / 8.0,
        sd: f64::midpoint(range, quartiles),
    })
}

/// Optimal mean from minimum, median and maximum (Luo 2018, equation 7).
///
/// # Errors
/// As [`wan_s1`].
pub fn luo_s1(n: f64, min: f64, median: f64, max: f64) -> Result<f64, Problem> {
    ordered(&[("min", min), ("median", median), ("max", max)])?;
    let w = 4.0 / (4.0 + pow(positive("n", n)?, 0.75));
    Ok(w * (min + max) / 2.0 + (1.0 - w) * median)
}

/// Optimal mean from the quartiles and the median (Luo 2018, equation 11).
///
/// # Errors
/// As [`wan_s1`].
pub fn luo_s2(n: f64, q1: f64, median: f64, q3: f64) -> Result<f64, Problem> {
    ordered(&[("q1", q1), ("median", median), ("q3", q3)])?;
    let w = 0.7 + 0.39 / positive("n", n)?;
    Ok(w * (q1 + q3) / 2.0 + (1.0 - w) * median)
}

/// Optimal mean from all five numbers (Luo 2018, equation 15).
///
/// # Errors
/// As [`wan_s1`].
pub fn luo_s3(n: f64, five: FiveNumbers) -> Result<f64, Problem> {
    rising(&five)?;
    let n = positive("n", n)?;
    let w1 = 2.2 / (2.2 + pow(n, 0.75));
    let w2 = 0.7 - 0.72 / pow(n, 0.55);
    Ok(w1 * (five.min + five.max) / 2.0
        + w2 * (five.q1 + five.q3) / 2.0
        + (1.0 - w1 - w2) * five.median)
}

/// Optimal standard deviation from the range and the quartiles (Shi 2020); the median is not used.
///
/// # Errors
/// As [`wan_s1`].
pub fn shi_s3_sd(n: f64, min: f64, q1: f64, q3: f64, max: f64) -> Result<f64, Problem> {
    ordered(&[("min", min), ("q1", q1), ("q3", q3), ("max", max)])?;
    let n = above("n", n, 1.0)?;
    let w = 1.0 / (1.0 + 0.07 * pow(n, 0.6));
    Ok(w * (max - min) / expected_range(n) + (1.0 - w) * (q3 - q1) / expected_quartile_range(n))
}

/// Log odds ratio and variance from a standardised mean difference: `d π/√3` (Hasselblad & Hedges 1995).
///
/// # Errors
/// When the variance is not above 0.
pub fn log_odds_from_smd(d: f64, v: f64) -> Result<(f64, f64), Problem> {
    let scale = std::f64::consts::PI / 3f64.sqrt();
    Ok((
        finite("d", d)? * scale,
        positive("variance", v)? * scale * scale,
    ))
}

/// Standardised mean difference and variance from a log odds ratio: `lnOR √3/π` (Hasselblad & Hedges 1995).
///
/// # Errors
/// When the variance is not above 0.
pub fn smd_from_log_odds(log_odds: f64, v: f64) -> Result<(f64, f64), Problem> {
    let scale = 3f64.sqrt() / std::f64::consts::PI;
    Ok((
        finite("log odds ratio", log_odds)? * scale,
        positive("variance", v)? * scale * scale,
    ))
}

/// Correlation and variance from a standardised mean difference: `d / √(d² + (n1+n2)²/(n1 n2))` (Borenstein 2009, 7.5).
///
/// # Errors
/// When a size or the variance is not above 0.
pub fn r_from_smd(n1: f64, n2: f64, d: f64, v: f64) -> Result<(f64, f64), Problem> {
    let n = positive("n1", n1)? + positive("n2", n2)?;
    let a = n * n / (n1 * n2);
    let base = finite("d", d)? * d + a;
    Ok((
        d / base.sqrt(),
        a * a * positive("variance", v)? / (base * base * base),
    ))
}

/// Standardised mean difference and variance from a correlation: `2r / √(1 - r²)` (Borenstein 2009, 7.8).
///
/// # Errors
/// When `|r|` is 1 or more, or the variance is not above 0.
pub fn smd_from_r(r: f64, v: f64) -> Result<(f64, f64), Problem> {
    let rest = positive("1 - r²", 1.0 - r * r)?;
    Ok((
        2.0 * r / rest.sqrt(),
        4.0 * positive("variance", v)? / (rest * rest * rest),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_conversion() {
        for each in Conversion::ALL {
            assert_eq!(Conversion::from_name(each.name()), Some(each));
            assert!(!each.source().is_empty());
        }
    }

    #[test]
    fn change_and_correlation_are_inverse() {
        let sd = sd_change_from_r(5.9, 1.87, 0.51).expect("valid numbers");
        let r = r_from_sd_change(5.9, 1.87, sd).expect("valid numbers");
        assert!((r - 0.51).abs() < 1e-14);
    }

    #[test]
    fn odds_and_smd_are_inverse() {
        let (log_odds, v) = log_odds_from_smd(0.4, 0.03).expect("valid numbers");
        let (d, back) = smd_from_log_odds(log_odds, v).expect("valid numbers");
        assert!((d - 0.4).abs() < 1e-14 && (back - 0.03).abs() < 1e-14);
    }

    #[test]
    fn falling_quartiles_are_refused_with_both_numbers() {
        let problem = wan_s2(20.0, 5.0, 4.0, 6.0).expect_err("q1 above the median");
        assert!(problem.title.contains("q1 is 5 but median is 4"));
    }

    #[test]
    fn zero_standard_error_is_refused() {
        assert!(sd_from_se(10.0, 0.0).is_err());
        assert!(md_sd_from_t(10.0, 10.0, 0.0, 1.0).is_err());
    }
}
