//! Estimates for whole columns of studies.

use super::binary::{self, TwoByTwo};
use super::continuous::{self, Arm};
use super::person_time::{self, Rates};
use super::pre_post::{self, PrePost};
use super::proportion::{self, Proportion};
use super::{Design, Estimate, Measure, Refusal, ZeroCells, correlation};
use std::borrow::Cow;
use std::str::FromStr;

type Row = Result<Estimate, Refusal>;

/// Which sampling variance, where a measure has several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VarianceType {
    /// Large-sample.
    #[default]
    LargeSample,
    /// Large-sample with the correction applied to it (SMD).
    LargeSampleCorrected,
    /// Unbiased (SMD).
    Unbiased,
    /// With the size-weighted mean effect in place of the study's own (SMD, COR).
    Average,
    /// One variance for both arms (MD, ROM).
    Homoscedastic,
}

impl FromStr for VarianceType {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "LS" => Self::LargeSample,
            "LS2" => Self::LargeSampleCorrected,
            "UB" => Self::Unbiased,
            "AV" => Self::Average,
            "HO" => Self::Homoscedastic,
            other => return Err(format!("`{other}` is none of LS, LS2, UB, AV, HO")),
        })
    }
}

impl VarianceType {
    /// The variances that a measure has; the first is the usual one.
    pub fn of(measure: Measure) -> &'static [Self] {
        use Measure as M;
        use VarianceType as V;
        match measure {
            M::MeanDifference | M::RatioOfMeans => &[V::LargeSample, V::Homoscedastic],
            M::StandardizedMeanDifference => &[
                V::LargeSample,
                V::LargeSampleCorrected,
                V::Unbiased,
                V::Average,
            ],
            M::Correlation => &[V::LargeSample, V::Average],
            M::StandardizedChange | M::StandardizedChangeRaw => {
                &[V::LargeSample, V::LargeSampleCorrected]
            }
            _ => &[V::LargeSample],
        }
    }

    /// The code that metafor uses.
    pub fn code(self) -> &'static str {
        match self {
            Self::LargeSample => "LS",
            Self::LargeSampleCorrected => "LS2",
            Self::Unbiased => "UB",
            Self::Average => "AV",
            Self::Homoscedastic => "HO",
        }
    }
}

/// How effects are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// Which sampling variance.
    pub variance: VarianceType,
    /// What to do with zero cells.
    pub zero_cells: ZeroCells,
    /// The mean effect that [`VarianceType::Average`] uses; by default that of the rows at hand.
    pub centre: Option<f64>,
    /// Whether a study with an arm of nobody is refused; metafor adds its fraction to such an arm too and goes on.
    pub refuse_empty_arms: bool,
}

/// Columns by metafor's argument names: `n1i m1i sd1i n2i m2i sd2i`, `ai n1i ci n2i`, `x1i t1i x2i t2i`, `ri ni`, `xi ni`,
/// `m1i m2i sd1i sd2i ni ri` (after, before), `yi vi`.
pub trait Columns {
    /// The column for an argument; NaN where missing.
    ///
    /// # Errors
    /// When there is no such column.
    fn argument(&self, name: &str) -> Result<Cow<'_, [f64]>, String>;

    /// The column for an argument of arm 1 or 2 of a controlled pre-post design.
    ///
    /// # Errors
    /// When there is no such column.
    fn arm_argument(&self, arm: usize, name: &str) -> Result<Cow<'_, [f64]>, String>;
}

/// Computes the measure for every row; a row that has none says why.
///
/// # Errors
/// When a column that the measure needs does not exist.
pub fn escalc(
    measure: Measure,
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<Vec<Row>, String> {
    match measure.design() {
        Design::Continuous => continuous_rows(measure, settings, columns),
        Design::Binary => binary_rows(measure, settings, columns),
        Design::PersonTime => person_time_rows(measure, settings, columns),
        Design::Correlation => correlation_rows(measure, settings, columns),
        Design::Proportion => proportion_rows(measure, settings, columns),
        Design::PrePost => Ok(pre_posts(measure, |name| columns.argument(name))?
            .into_iter()
            .map(|group| pre_post_row(measure, settings.variance, group))
            .collect()),
        Design::PrePostControlled => {
            let raw = Measure::StandardizedChangeRaw;
            let treated = pre_posts(raw, |name| columns.arm_argument(1, name))?;
            let control = pre_posts(raw, |name| columns.arm_argument(2, name))?;
            Ok(treated
                .into_iter()
                .zip(control)
                .map(|(t, c)| pre_post::smcr_difference(t, c))
                .collect())
        }
        Design::Generic => {
            let (yi, vi) = (columns.argument("yi")?, columns.argument("vi")?);
            Ok(yi
                .iter()
                .zip(vi.iter())
                .map(|(&y, &v)| generic(y, v))
                .collect())
        }
    }
}

fn generic(yi: f64, vi: f64) -> Row {
    super::refusal::present("yi", yi)?;
    super::refusal::not_negative("vi", vi)?;
    Estimate::new(yi, vi)
}

/// The mean of estimates weighted by study size.
fn size_weighted_mean(rows: &[Row], sizes: &[f64]) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (row, n) in rows.iter().zip(sizes) {
        if let Ok(estimate) = row {
            sum += n * estimate.yi;
            total += n;
        }
    }
    sum / total
}

fn continuous_rows(
    measure: Measure,
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<Vec<Row>, String> {
    let n1 = columns.argument("n1i")?;
    // A variability ratio has no use for means; 1 stands in.
    let mean = |name: &str| {
        if measure == Measure::VariabilityRatio {
            Ok(Cow::Owned(vec![1.0; n1.len()]))
        } else {
            columns.argument(name)
        }
    };
    let (m1, m2) = (mean("m1i")?, mean("m2i")?);
    let (sd1, n2, sd2) = (
        columns.argument("sd1i")?,
        columns.argument("n2i")?,
        columns.argument("sd2i")?,
    );
    let arms: Vec<(Arm, Arm)> = (0..n1.len())
        .map(|i| {
            let arm = |n, mean, sd| Arm { n, mean, sd };
            (arm(n1[i], m1[i], sd1[i]), arm(n2[i], m2[i], sd2[i]))
        })
        .collect();
    let centre = if let Some(centre) = settings.centre {
        centre
    } else if settings.variance == VarianceType::Average {
        let plain: Vec<Row> = arms.iter().map(|&(a, b)| continuous::smd(a, b)).collect();
        let sizes: Vec<f64> = arms.iter().map(|(a, b)| a.n + b.n).collect();
        size_weighted_mean(&plain, &sizes)
    } else {
        f64::NAN
    };
    let one = |a: Arm, b: Arm| match (measure, settings.variance) {
        (Measure::MeanDifference, VarianceType::Homoscedastic) => continuous::md_pooled(a, b),
        (Measure::MeanDifference, _) => continuous::md(a, b),
        (Measure::StandardizedMeanDifference, variance) => match variance {
            VarianceType::LargeSampleCorrected => continuous::smd_corrected_variance(a, b),
            VarianceType::Unbiased => continuous::smd_unbiased_variance(a, b),
            VarianceType::Average => continuous::smd_average_variance(a, b, centre),
            VarianceType::LargeSample | VarianceType::Homoscedastic => continuous::smd(a, b),
        },
        (Measure::StandardizedMeanDifferenceHeteroscedastic, _) => continuous::smdh(a, b),
        (Measure::GlassDelta, _) => continuous::smd1(a, b),
        (Measure::RatioOfMeans, VarianceType::Homoscedastic) => continuous::rom_pooled(a, b),
        (Measure::RatioOfMeans, _) => continuous::rom(a, b),
        (Measure::CoefficientOfVariationRatio, _) => continuous::cvr(a, b),
        _ => continuous::vr(a, b),
    };
    Ok(arms.into_iter().map(|(a, b)| one(a, b)).collect())
}

fn binary_rows(
    measure: Measure,
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<Vec<Row>, String> {
    let zero_cells = settings.zero_cells;
    let tables = tables(settings, columns)?;
    let any_zero = tables.iter().flatten().any(TwoByTwo::has_zero);
    let effect = match measure {
        Measure::RiskRatio => binary::rr,
        Measure::OddsRatio => binary::or,
        Measure::RiskDifference => binary::rd,
        Measure::PetoOddsRatio => binary::peto,
        Measure::ArcsineDifference => binary::arcsine,
        Measure::Phi => binary::phi,
        Measure::YuleQ => binary::yule_q,
        _ => binary::or_to_smd,
    };
    Ok(tables
        .into_iter()
        .map(|table| {
            let table = table?;
            effect(table.plus(zero_cells.for_study(measure, table.has_zero(), any_zero)))
        })
        .collect())
}

/// The table of every row.
pub(super) fn tables(
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<Vec<Result<TwoByTwo, Refusal>>, String> {
    let (a, n1, c, n2) = (
        columns.argument("ai")?,
        columns.argument("n1i")?,
        columns.argument("ci")?,
        columns.argument("n2i")?,
    );
    let one = |i: usize| {
        let mut table = TwoByTwo::new(a[i], n1[i], c[i], n2[i])?;
        if settings.refuse_empty_arms {
            table = table.peopled()?;
        }
        if settings.zero_cells.drop_double_zero && table.is_double_zero() {
            return Err(Refusal::DoubleZero);
        }
        Ok(table)
    };
    Ok((0..a.len()).map(one).collect())
}

fn person_time_rows(
    measure: Measure,
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<Vec<Row>, String> {
    let zero_cells = settings.zero_cells;
    let rates = rates(settings, columns)?;
    let any_zero = rates.iter().flatten().any(Rates::has_zero);
    let effect = match measure {
        Measure::RateRatio => person_time::irr,
        Measure::RateDifference => person_time::ird,
        _ => person_time::irsd,
    };
    Ok(rates
        .into_iter()
        .map(|rates| {
            let rates = rates?;
            effect(rates.plus(zero_cells.for_study(measure, rates.has_zero(), any_zero)))
        })
        .collect())
}

/// The rates of every row.
pub(super) fn rates(
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<Vec<Result<Rates, Refusal>>, String> {
    let (x1, t1, x2, t2) = (
        columns.argument("x1i")?,
        columns.argument("t1i")?,
        columns.argument("x2i")?,
        columns.argument("t2i")?,
    );
    let one = |i: usize| {
        let rates = Rates::new(x1[i], t1[i], x2[i], t2[i])?;
        if settings.zero_cells.drop_double_zero && rates.is_double_zero() {
            return Err(Refusal::DoubleZero);
        }
        Ok(rates)
    };
    Ok((0..x1.len()).map(one).collect())
}

fn correlation_rows(
    measure: Measure,
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<Vec<Row>, String> {
    let (r, n) = (columns.argument("ri")?, columns.argument("ni")?);
    let each = |effect: &dyn Fn(f64, f64) -> Row| -> Vec<Row> {
        r.iter()
            .zip(n.iter())
            .map(|(&r, &n)| effect(r, n))
            .collect()
    };
    Ok(match (measure, settings.variance) {
        (Measure::FisherZ, _) => each(&correlation::fisher_z),
        (Measure::UnbiasedCorrelation, _) => each(&correlation::unbiased),
        (_, VarianceType::Average) => {
            let centre = settings
                .centre
                .unwrap_or_else(|| size_weighted_mean(&each(&correlation::raw), &n));
            each(&|r, n| correlation::raw_about(r, n, centre))
        }
        _ => each(&correlation::raw),
    })
}

fn proportion_rows(
    measure: Measure,
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<Vec<Row>, String> {
    let groups = groups(columns)?;
    let any_zero = groups.iter().flatten().any(Proportion::has_zero);
    let effect = match measure {
        Measure::LogitProportion => proportion::logit,
        Measure::FreemanTukeyProportion => proportion::freeman_tukey,
        Measure::ArcsineProportion => proportion::arcsine,
        Measure::Proportion => proportion::raw,
        _ => proportion::log_proportion,
    };
    Ok(groups
        .into_iter()
        .map(|group| {
            let group = group?;
            effect(
                group.plus(
                    settings
                        .zero_cells
                        .for_study(measure, group.has_zero(), any_zero),
                ),
            )
        })
        .collect())
}

/// The group of every row.
pub(super) fn groups(columns: &dyn Columns) -> Result<Vec<Result<Proportion, Refusal>>, String> {
    let (x, n) = (columns.argument("xi")?, columns.argument("ni")?);
    let one = |(&x, &n): (&f64, &f64)| Proportion::new(x, n);
    Ok(x.iter().zip(n.iter()).map(one).collect())
}

fn pre_posts<'a>(
    measure: Measure,
    column: impl Fn(&str) -> Result<Cow<'a, [f64]>, String>,
) -> Result<Vec<PrePost>, String> {
    let (after, before, sd1, n, r) = (
        column("m1i")?,
        column("m2i")?,
        column("sd1i")?,
        column("ni")?,
        column("ri")?,
    );
    // The raw-score measure does not look at the second standard deviation.
    let sd2 = if measure == Measure::StandardizedChangeRaw {
        sd1.clone()
    } else {
        column("sd2i")?
    };
    Ok((0..n.len())
        .map(|i| PrePost {
            n: n[i],
            after: after[i],
            before: before[i],
            sd1: sd1[i],
            sd2: sd2[i],
            r: r[i],
        })
        .collect())
}

fn pre_post_row(measure: Measure, variance: VarianceType, group: PrePost) -> Row {
    let corrected = variance == VarianceType::LargeSampleCorrected;
    match measure {
        Measure::MeanChange => pre_post::mean_change(group),
        Measure::StandardizedChange if corrected => pre_post::smcc_corrected_variance(group),
        Measure::StandardizedChange => pre_post::smcc(group),
        Measure::StandardizedChangeRawHeteroscedastic => pre_post::smcrh(group),
        _ if corrected => pre_post::smcr_corrected_variance(group),
        _ => pre_post::smcr(group),
    }
}

/// Columns with a number wherever one is missing.
struct Filled<'a> {
    columns: &'a dyn Columns,
    second: bool,
}

impl Filled<'_> {
    fn fill<'c>(&self, name: &str, column: Cow<'c, [f64]>) -> Cow<'c, [f64]> {
        let (first, second) = match name.as_bytes().first() {
            Some(b's') => (1.0, 1.25),
            Some(b'm') => (3.0, 5.0),
            Some(b'r') => (0.25, 0.375),
            Some(b'n' | b't') => (90.0, 110.0),
            _ => (5.0, 7.0),
        };
        let value = if self.second { second } else { first };
        column
            .iter()
            .map(|&x| if x.is_nan() { value } else { x })
            .collect()
    }
}

impl Columns for Filled<'_> {
    fn argument(&self, name: &str) -> Result<Cow<'_, [f64]>, String> {
        Ok(self.fill(name, self.columns.argument(name)?))
    }

    fn arm_argument(&self, arm: usize, name: &str) -> Result<Cow<'_, [f64]>, String> {
        Ok(self.fill(name, self.columns.arm_argument(arm, name)?))
    }
}

/// Effects and variances of every row, each NaN where it is not known; a mean difference is known without standard deviations, say.
///
/// A part of an incomplete row counts as known when it comes out the same whichever number stands in for the missing ones.
///
/// # Errors
/// As [`escalc`].
pub fn known_parts(
    measure: Measure,
    settings: &Settings,
    columns: &dyn Columns,
) -> Result<(Vec<f64>, Vec<f64>), String> {
    let rows = escalc(measure, settings, columns)?;
    let mut settings = *settings;
    if settings.variance == VarianceType::Average && settings.centre.is_none() {
        settings.centre = Some(centre_of(&rows, measure, columns)?);
    }
    let filled = |second| escalc(measure, &settings, &Filled { columns, second });
    let (first, second) = (filled(false)?, filled(true)?);
    let agreed = |i: usize, part: fn(&Estimate) -> f64| match (&first[i], &second[i]) {
        (Ok(a), Ok(b)) if part(a) == part(b) => part(a),
        _ => f64::NAN,
    };
    Ok(rows
        .iter()
        .enumerate()
        .map(|(i, row)| match row {
            Ok(estimate) => (estimate.yi, estimate.vi),
            Err(Refusal::Missing { .. }) => (agreed(i, |e| e.yi), agreed(i, |e| e.vi)),
            Err(_) => (f64::NAN, f64::NAN),
        })
        .unzip())
}

fn centre_of(rows: &[Row], measure: Measure, columns: &dyn Columns) -> Result<f64, String> {
    let sizes: Vec<f64> = if measure.design() == Design::Correlation {
        columns.argument("ni")?.to_vec()
    } else {
        let (n1, n2) = (columns.argument("n1i")?, columns.argument("n2i")?);
        n1.iter().zip(n2.iter()).map(|(a, b)| a + b).collect()
    };
    Ok(size_weighted_mean(rows, &sizes))
}

#[cfg(test)]
mod tests;
