//! What can be asked of `review pool`.

use crate::effect::{AddTo, Measure, VarianceType};
use crate::meta::prediction_interval::Rule;
use crate::meta::{Model, Tau2Method, Test};
use crate::nearest::suggestion;
use std::path::PathBuf;

/// Pools effects across studies.
///
/// Reads one study a row and prints effects, the pooled effect, and how far studies differ. Rows that miss a number are left out and
/// named; impossible numbers, and text where a number must be, stop the run.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Columns, unless --columns says otherwise:
  MD SMD SMDH SMD1 ROM CVR VR      n1 mean1 sd1 n2 mean2 sd2
  RR OR RD PETO AS PHI YUQ OR2DN   events1 n1 events2 n2
  IRR IRD IRSD                     events1 time1 events2 time2
  ZCOR COR UCOR                    r n
  PLO PFT PAS PR PLN               events n
  MC SMCC SMCR SMCRH               n mean_pre sd_pre mean_post sd_post r
  SMCR_DIFF                        the same, ending in 1 (treated) and 2 (control)
  GEN                              yi vi (or, without vi, yi sei or yi se)
Names of studies are read from `study`. Capital letters in names of columns do not matter.
A cell is missing when it is empty or says NA, N/A, NaN, NULL, `.` or `-`. Cells may be parted by commas,
semicolons or tabs; `0,5` is a half only where no comma parts cells and no number has a decimal point.

Examples:
  review pool trials.csv --measure SMD --test knha
  review pool bcg.csv --measure RR --moderators '~ ablat' --egger
  review pool trials.csv --measure MD --subgroup setting --json
  review pool effects.csv --columns yi=logor,sei=se_log,study=trial --leave-one-out
  review pool --batch requests.jsonl > answers.jsonl")]
pub(in crate::cli) struct Args {
    /// CSV file, one study a row; the first line names the columns.
    #[arg(value_name = "DATA.csv", conflicts_with = "batch")]
    pub(super) data: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(super) json: bool,
    /// Answer requests, one JSON object a line, from this file (`-` reads standard input).
    #[arg(long, value_name = "REQUESTS")]
    pub(super) batch: Option<PathBuf>,

    /// Effect measure, by metafor's code.
    #[arg(long, default_value = "GEN", value_parser = measure, help_heading = "Which effect")]
    pub(super) measure: Measure,
    /// Which columns hold what, as metafor's argument=column, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "ARG=COLUMN", value_parser = pair, help_heading = "Which effect")]
    pub(super) columns: Vec<(String, String)>,
    /// Sampling variance: LS, LS2, UB, AV or HO, where the measure has several.
    #[arg(
        long,
        value_name = "TYPE",
        default_value = "LS",
        help_heading = "Which effect"
    )]
    pub(super) vtype: VarianceType,
    /// Number added to the cells of a table with a zero [default: 0.5, or 0 where the measure needs none].
    #[arg(long, value_name = "NUMBER", value_parser = fraction, help_heading = "Which effect")]
    pub(super) add: Option<f64>,
    /// To which studies it is added: only0, all, if0all or none.
    #[arg(
        long,
        value_name = "WHICH",
        default_value = "only0",
        help_heading = "Which effect"
    )]
    pub(super) to: AddTo,
    /// Leave out studies without events (or with only events) in both arms.
    #[arg(long, help_heading = "Which effect")]
    pub(super) drop00: bool,

    /// Estimator of the variance between studies: REML, DL, PM, ML, EB, SJ, HE, HS, `HSk`; CE for one common effect.
    #[arg(long, default_value = "REML", help_heading = "Which model")]
    pub(super) method: Tau2Method,
    /// How the mean is tested: z (Wald), t, knha (Hartung-Knapp) or adhoc (never narrower than Wald).
    #[arg(long, default_value = "z", help_heading = "Which model")]
    pub(super) test: Test,
    /// Coverage of intervals in per cent.
    #[arg(long, default_value_t = 95.0, value_parser = level, help_heading = "Which model")]
    pub(super) level: f64,
    /// Degrees of freedom of the prediction interval: as-test, k-2 or k-1.
    #[arg(
        long,
        value_name = "RULE",
        default_value = "as-test",
        help_heading = "Which model"
    )]
    pub(super) prediction: Rule,
    /// Pool each group of this column and compare them.
    #[arg(long, value_name = "COLUMN", help_heading = "Which model")]
    pub(super) subgroup: Option<String>,
    /// Regress on moderators: '~ year', '~ factor(grade) + length', '~ a * b', '~ group - 1'.
    #[arg(long, value_name = "FORMULA", help_heading = "Which model")]
    pub(super) moderators: Option<String>,
    /// Permutation p values from this many arrangements (0 tries all).
    #[arg(long, value_name = "N", help_heading = "Which model")]
    pub(super) permutations: Option<usize>,
    /// Where random arrangements start.
    #[arg(long, default_value_t = 1, help_heading = "Which model")]
    pub(super) seed: u64,

    /// Pool again without each study in turn.
    #[arg(long, help_heading = "What if")]
    pub(super) leave_one_out: bool,
    /// Add studies one by one in the order of this column.
    #[arg(long, value_name = "COLUMN", help_heading = "What if")]
    pub(super) cumulative: Option<String>,
    /// How far each study moves the mean.
    #[arg(long, help_heading = "What if")]
    pub(super) influence: bool,
    /// Regression test for funnel asymmetry on the standard error.
    #[arg(long, help_heading = "What if")]
    pub(super) egger: bool,
    /// Rank test for funnel asymmetry.
    #[arg(long, help_heading = "What if")]
    pub(super) rank_test: bool,
    /// Fill in studies that seem to be missing.
    #[arg(long, help_heading = "What if")]
    pub(super) trim_and_fill: bool,
    /// Effect of a study without sampling error, by PET and PEESE.
    #[arg(long, help_heading = "What if")]
    pub(super) pet_peese: bool,
    /// How many null results would undo the finding (Rosenthal).
    #[arg(long, help_heading = "What if")]
    pub(super) fail_safe_n: bool,
}

fn measure(text: &str) -> Result<Measure, String> {
    text.parse().map_err(|why| {
        let codes: Vec<&str> = Measure::all().map(Measure::code).collect();
        format!(
            "{why}; {}",
            suggestion("measures", text, codes.iter().copied())
        )
    })
}

fn fraction(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    number
        .filter(|number: &f64| number.is_finite() && *number >= 0.0)
        .ok_or_else(|| "a number of at least 0 is added, such as 0.5".to_owned())
}

fn level(text: &str) -> Result<f64, String> {
    let level: f64 = text
        .trim_end_matches('%')
        .trim_end()
        .parse()
        .map_err(|_| "write a level in per cent, such as 95".to_owned())?;
    if Model::LEVELS.contains(&level) {
        return Ok(level);
    }
    let range = Model::LEVELS;
    let in_per_cent = (1000.0 * 100.0 * level).round() / 1000.0;
    let help = if Model::LEVELS.contains(&in_per_cent) {
        format!("; write {in_per_cent}")
    } else {
        String::new()
    };
    Err(format!(
        "a level is given in per cent, from {} to below {}{help}",
        range.start, range.end
    ))
}

fn pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(argument, column)| (argument.trim().to_owned(), column.trim().to_owned()))
        .ok_or_else(|| format!("`{text}` lacks a `=`; write yi=effect,vi=variance"))
}
