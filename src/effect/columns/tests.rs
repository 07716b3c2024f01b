//! Which variances change which measure.

use super::*;

/// Two rows of plausible numbers under every argument.
struct Plausible;

impl Columns for Plausible {
    fn argument(&self, name: &str) -> Result<Cow<'_, [f64]>, String> {
        Ok(Cow::Borrowed(match name {
            "n1i" | "ni" => &[20.0, 31.0],
            "n2i" | "t1i" | "t2i" => &[25.0, 40.0],
            "ri" | "vi" => &[0.3, 0.5],
            "m2i" => &[2.0, 5.0],
            "sd1i" => &[1.5, 2.5],
            "sd2i" => &[2.0, 1.0],
            _ => &[3.0, 7.0],
        }))
    }

    fn arm_argument(&self, arm: usize, name: &str) -> Result<Cow<'_, [f64]>, String> {
        let columns = self.argument(name)?;
        Ok(columns.iter().map(|x| x + 0.1 * arm as f64).collect())
    }
}

#[test]
fn a_measure_lists_the_variances_that_change_it_and_no_other() {
    let all = [
        VarianceType::LargeSample,
        VarianceType::LargeSampleCorrected,
        VarianceType::Unbiased,
        VarianceType::Average,
        VarianceType::Homoscedastic,
    ];
    for measure in Measure::all() {
        let of = |variance| {
            let settings = Settings {
                variance,
                ..Settings::default()
            };
            escalc(measure, &settings, &Plausible).expect("all columns are there")
        };
        let plain = of(VarianceType::LargeSample);
        for variance in all.into_iter().skip(1) {
            assert_eq!(
                of(variance) != plain,
                VarianceType::of(measure).contains(&variance),
                "{measure} {}",
                variance.code()
            );
        }
    }
}
