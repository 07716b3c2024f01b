//! Answers to `conversion` requests.

use super::answer_models::reason;
use super::request::{Answer, Question, Request, number, optional};
use crate::effect::conversion::{self as convert, Conversion, FiveNumbers, Moments};
use crate::problem::Problem;
use serde_json::{Value, json};

/// The numbers of a request by name.
struct Given<'a>(&'a Request);

impl Given<'_> {
    fn get(&self, name: &str) -> Result<f64, Problem> {
        self.0.number(name).ok_or_else(|| {
            Problem::error("conversion::missing", format!("`{name}` is not given"))
                .help(format!("add \"{name}\" to the options"))
        })
    }

    /// A number with a default that the method's source sets.
    fn or(&self, name: &str, default: f64) -> f64 {
        self.0.number(name).unwrap_or(default)
    }

    fn two(&self) -> Result<(f64, f64), Problem> {
        Ok((self.get("n1")?, self.get("n2")?))
    }

    fn interval(&self) -> Result<(f64, f64, f64), Problem> {
        Ok((
            self.get("ci.lb")?,
            self.get("ci.ub")?,
            self.or("level", 95.0),
        ))
    }

    fn five(&self) -> Result<FiveNumbers, Problem> {
        Ok(FiveNumbers {
            min: self.get("min")?,
            q1: self.get("q1")?,
            median: self.get("median")?,
            q3: self.get("q3")?,
            max: self.get("max")?,
        })
    }
}

/// Converts the numbers of the request.
pub(super) fn answer(question: &Question<'_>) -> Answer {
    let name = question
        .request
        .text("conversion")
        .ok_or("`conversion` is not named")?;
    let which = Conversion::from_name(name).ok_or_else(|| format!("no conversion `{name}`"))?;
    let given = Given(question.request);
    one_group(which, &given)
        .or_else(|| two_groups(which, &given))
        .unwrap_or_else(|| effects(which, &given))
        .map_err(|problem| reason(&problem))
}

/// Conversions within one group.
fn one_group(which: Conversion, g: &Given<'_>) -> Option<Result<Value, Problem>> {
    use Conversion as C;
    let sd = |sd: f64| json!({"sd": number(sd)});
    let mean = |mean: f64| json!({"mean": number(mean)});
    let both = |m: Moments| json!({"mean": number(m.mean), "sd": number(m.sd)});
    let n = || g.get("n");
    let middle = |ends: [&str; 2]| Ok((g.get(ends[0])?, g.get("median")?, g.get(ends[1])?));
    let ranges = || middle(["min", "max"]);
    let quartiles = || middle(["q1", "q3"]);
    Some((|| match which {
        C::SdFromSe => convert::sd_from_se(n()?, g.get("se")?).map(sd),
        C::SdFromCiT => {
            let (lower, upper, level) = g.interval()?;
            convert::sd_from_ci_t(n()?, lower, upper, level).map(sd)
        }
        C::SdFromCiZ => {
            let (lower, upper, level) = g.interval()?;
            convert::sd_from_ci_z(n()?, lower, upper, level).map(sd)
        }
        C::SdChangeFromR => {
            convert::sd_change_from_r(g.get("sd_pre")?, g.get("sd_post")?, g.get("r")?)
                .map(|sd| json!({"sd_change": number(sd)}))
        }
        C::RFromSdChange => {
            convert::r_from_sd_change(g.get("sd_pre")?, g.get("sd_post")?, g.get("sd_change")?)
                .map(|r| json!({"r": number(r)}))
        }
        C::WanS1 => ranges().and_then(|(a, m, b)| convert::wan_s1(n()?, a, m, b).map(both)),
        C::WanS2 => quartiles().and_then(|(a, m, b)| convert::wan_s2(n()?, a, m, b).map(both)),
        C::WanS3 => convert::wan_s3(n()?, g.five()?).map(both),
        C::LuoS1 => ranges().and_then(|(a, m, b)| convert::luo_s1(n()?, a, m, b).map(mean)),
        C::LuoS2 => quartiles().and_then(|(a, m, b)| convert::luo_s2(n()?, a, m, b).map(mean)),
        C::LuoS3 => convert::luo_s3(n()?, g.five()?).map(mean),
        C::ShiS3Sd => {
            let (q1, q3) = (g.get("q1")?, g.get("q3")?);
            convert::shi_s3_sd(n()?, g.get("min")?, q1, q3, g.get("max")?).map(sd)
        }
        _ => Ok(Value::Null),
    })())
    .filter(|answer| !matches!(answer, Ok(Value::Null)))
}

/// Conversions of a comparison of two groups.
fn two_groups(which: Conversion, g: &Given<'_>) -> Option<Result<Value, Problem>> {
    use Conversion as C;
    let spread =
        |s: convert::Spread| json!({"t": optional(s.t), "se": number(s.se), "sd": number(s.sd)});
    let standardised = |s: convert::Standardised| json!({"t": optional(s.t), "d": number(s.d), "yi": number(s.yi), "vi": number(s.vi)});
    let md = || g.get("md");
    let sign = g.or("sign", 1.0);
    Some((|| match which {
        C::MdSdFromT => g
            .two()
            .and_then(|(a, b)| convert::md_sd_from_t(a, b, md()?, g.get("t")?).map(spread)),
        C::MdSdFromP => g.two().and_then(|(a, b)| {
            convert::md_sd_from_p(a, b, md()?, g.get("p_two_sided")?).map(spread)
        }),
        C::MdSdFromF => g
            .two()
            .and_then(|(a, b)| convert::md_sd_from_f(a, b, md()?, g.get("f")?).map(spread)),
        C::MdSdFromCi => {
            let ((n1, n2), (lower, upper, level)) = (g.two()?, g.interval()?);
            convert::md_sd_from_ci(n1, n2, lower, upper, level).map(spread)
        }
        C::SmdFromT => g
            .two()
            .and_then(|(a, b)| convert::smd_from_t(a, b, g.get("t")?).map(standardised)),
        C::SmdFromF => g
            .two()
            .and_then(|(a, b)| convert::smd_from_f(a, b, g.get("f")?, sign).map(standardised)),
        C::SmdFromP => g.two().and_then(|(a, b)| {
            convert::smd_from_p(a, b, g.get("p_two_sided")?, sign).map(standardised)
        }),
        C::SmdFromD => g
            .two()
            .and_then(|(a, b)| convert::smd_from_d(a, b, g.get("d")?).map(standardised)),
        C::CombineArms => {
            let arm = |i: u8| {
                Ok::<_, Problem>(Moments {
                    n: g.get(&format!("n{i}"))?,
                    mean: g.get(&format!("mean{i}"))?,
                    sd: g.get(&format!("sd{i}"))?,
                })
            };
            convert::combine_arms(arm(1)?, arm(2)?)
                .map(|m| json!({"n": number(m.n), "mean": number(m.mean), "sd": number(m.sd)}))
        }
        _ => Ok(Value::Null),
    })())
    .filter(|answer| !matches!(answer, Ok(Value::Null)))
}

/// Conversions of an effect that is already pooled over people.
fn effects(which: Conversion, g: &Given<'_>) -> Result<Value, Problem> {
    use Conversion as C;
    let with_variance = |(yi, vi): (f64, f64)| json!({"yi": number(yi), "vi": number(vi)});
    let ratio = |(yi, sei): (f64, f64)| json!({"yi": number(yi), "sei": number(sei), "vi": number(sei * sei)});
    match which {
        C::RFromT => convert::r_from_t(g.get("n")?, g.get("t")?)
            .map(|(r, yi, vi)| json!({"r": number(r), "yi": number(yi), "vi": number(vi)})),
        C::LogseFromRatioCi => {
            let (lower, upper, level) = g.interval()?;
            convert::logse_from_ratio_ci(g.get("estimate")?, lower, upper, level).map(ratio)
        }
        C::LogseFromRatioP => {
            convert::logse_from_ratio_p(g.get("estimate")?, g.get("p_two_sided")?).map(ratio)
        }
        C::HrFromLogrank => convert::hr_from_logrank(g.get("o_minus_e")?, g.get("v")?).map(
            |(yi, vi)| json!({"yi": number(yi), "vi": number(vi), "hr": number(libm::exp(yi))}),
        ),
        C::LogOddsFromSmd => {
            convert::log_odds_from_smd(g.get("d")?, g.get("v")?).map(with_variance)
        }
        C::SmdFromLogOdds => {
            convert::smd_from_log_odds(g.get("log_odds")?, g.get("v")?).map(with_variance)
        }
        C::RFromSmd => g
            .two()
            .and_then(|(a, b)| convert::r_from_smd(a, b, g.get("d")?, g.get("v")?))
            .map(with_variance),
        C::SmdFromR => convert::smd_from_r(g.get("r")?, g.get("v")?).map(with_variance),
        _ => Err(Problem::error(
            "conversion::unknown",
            format!("`{}` is not answered here", which.name()),
        )),
    }
}
