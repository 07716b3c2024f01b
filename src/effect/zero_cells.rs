//! What to do with tables that have a zero cell.

use super::Measure;
use std::str::FromStr;

/// To which studies the constant is added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddTo {
    /// Studies with a zero cell.
    #[default]
    OnlyZero,
    /// Every study.
    All,
    /// Every study as soon as one has a zero cell.
    IfAnyZero,
    /// No study.
    None,
}

impl FromStr for AddTo {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "only0" => Self::OnlyZero,
            "all" => Self::All,
            "if0all" => Self::IfAnyZero,
            "none" => Self::None,
            other => return Err(format!("`{other}` is none of only0, all, if0all, none")),
        })
    }
}

/// How zero cells are handled.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ZeroCells {
    /// Constant added to each cell; by default ½, or 0 for measures that need none (AS, PHI, IRSD, PAS, PFT).
    pub add: Option<f64>,
    /// To which studies.
    pub to: AddTo,
    /// Whether studies without events (or only with events) in both arms are refused.
    pub drop_double_zero: bool,
}

impl ZeroCells {
    /// The constant for one study.
    pub(super) fn for_study(&self, measure: Measure, has_zero: bool, any_zero: bool) -> f64 {
        let applies = match self.to {
            AddTo::OnlyZero => has_zero,
            AddTo::All => true,
            AddTo::IfAnyZero => any_zero,
            AddTo::None => false,
        };
        if !applies {
            return 0.0;
        }
        self.add.unwrap_or(match measure {
            Measure::ArcsineDifference
            | Measure::Phi
            | Measure::RootRateDifference
            | Measure::ArcsineProportion
            | Measure::FreemanTukeyProportion => 0.0,
            _ => 0.5,
        })
    }
}
