//! What a batch request asks, and how its columns and options are fetched.

use super::table::Table;
use crate::effect::{self, Columns, Estimate, Measure, Refusal, Settings};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// A result object, or why there is none.
pub(super) type Answer = Result<Value, String>;

/// One line of a batch.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Request {
    /// The sender's name for the request, given back with the answer.
    pub(super) id: Value,
    /// Path of a CSV file.
    #[serde(default)]
    pub(super) data: Option<String>,
    /// Which family of result.
    pub(super) kind: String,
    /// Effect measure by its metafor code.
    #[serde(default)]
    pub(super) measure: Option<String>,
    /// metafor argument → column of the file (or → object of such, for two arms).
    #[serde(default)]
    pub(super) columns: Option<Value>,
    /// Method, test, level and whatever else the kind takes.
    #[serde(default)]
    pub(super) options: Map<String, Value>,
}

impl Request {
    /// An option that is present and not null.
    pub(super) fn option(&self, name: &str) -> Option<&Value> {
        self.options.get(name).filter(|value| !value.is_null())
    }

    /// A text option.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.option(name)?.as_str()
    }

    /// A number option.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.option(name)?.as_f64()
    }

    /// A yes-or-no option.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.option(name)?.as_bool()
    }

    /// The effect measure's code, `GEN` when none is named.
    pub(super) fn measure(&self) -> &str {
        self.measure.as_deref().unwrap_or("GEN")
    }
}

/// A request with its data at hand.
#[derive(Debug)]
pub(super) struct Question<'a> {
    /// What was asked.
    pub(super) request: &'a Request,
    /// The data; empty when the request names none.
    pub(super) table: Arc<Table>,
}

impl Question<'_> {
    /// The column that stands for a metafor argument (`ai`, `n1i`, `yi` …); `None` when the request maps none.
    pub(super) fn column_of(&self, argument: &str) -> Option<&str> {
        self.request.columns.as_ref()?.get(argument)?.as_str()
    }

    /// The numbers for a metafor argument, NaN where missing.
    ///
    /// # Errors
    /// When the request maps no column or the file lacks it.
    pub(super) fn argument(&self, argument: &str) -> Result<&[f64], String> {
        let column = self
            .column_of(argument)
            .ok_or_else(|| format!("no column is given for `{argument}`"))?;
        self.table.numbers(column)
    }

    /// The numbers for an argument of one arm of a two-arm mapping (`arm1`, `arm2`).
    ///
    /// # Errors
    /// When the request maps no column or the file lacks it.
    pub(super) fn arm_argument(&self, arm: &str, argument: &str) -> Result<&[f64], String> {
        let column = self
            .request
            .columns
            .as_ref()
            .and_then(|columns| columns.get(arm)?.get(argument)?.as_str())
            .ok_or_else(|| format!("no column is given for `{arm}.{argument}`"))?;
        self.table.numbers(column)
    }

    /// Effects of every row, by the request's measure and options; a row without one says why.
    ///
    /// # Errors
    /// An unknown measure or option, a column that does not exist.
    pub(super) fn estimates(&self) -> Result<Vec<Result<Estimate, Refusal>>, String> {
        effect::escalc(self.measure()?, &self.effect_settings()?, self)
    }

    /// The request's measure.
    ///
    /// # Errors
    /// When there is no such measure.
    pub(super) fn measure(&self) -> Result<Measure, String> {
        self.request.measure().parse().map_err(said)
    }

    /// How effects are computed.
    ///
    /// # Errors
    /// An unknown option value.
    pub(super) fn effect_settings(&self) -> Result<Settings, String> {
        let mut settings = Settings::default();
        if let Some(variance) = self.request.text("vtype") {
            settings.variance = variance.parse()?;
        }
        if let Some(add) = self.request.number("add") {
            settings.zero_cells.add = Some(add);
        }
        if let Some(to) = self.request.text("to") {
            settings.zero_cells.to = to.parse()?;
        }
        if let Some(drop) = self.request.flag("drop00") {
            settings.zero_cells.drop_double_zero = drop;
        }
        Ok(settings)
    }
}

impl Columns for Question<'_> {
    fn argument(&self, argument: &str) -> Result<Cow<'_, [f64]>, String> {
        Question::argument(self, argument).map(Cow::Borrowed)
    }

    fn arm_argument(&self, arm: usize, argument: &str) -> Result<Cow<'_, [f64]>, String> {
        Question::arm_argument(self, &format!("arm{arm}"), argument).map(Cow::Borrowed)
    }
}

/// An error in its own words.
pub(super) fn said(why: impl std::fmt::Display) -> String {
    why.to_string()
}

/// A number as the protocol writes it: null for NaN, strings for infinities.
pub(super) fn number(value: f64) -> Value {
    if value.is_nan() {
        Value::Null
    } else if value.is_infinite() {
        Value::from(if value > 0.0 { "Inf" } else { "-Inf" })
    } else {
        Value::from(value)
    }
}

/// An optional number: null when absent.
pub(super) fn optional(value: Option<f64>) -> Value {
    value.map_or(Value::Null, number)
}

/// A list of numbers.
pub(super) fn numbers(values: &[f64]) -> Value {
    values.iter().map(|&value| number(value)).collect()
}
