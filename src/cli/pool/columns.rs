//! Which column of a file holds what a measure needs.

use super::table::Table;
use crate::effect::{Columns, Design};
use std::borrow::Cow;

/// A table's columns under metafor's argument names.
pub(super) struct FileColumns<'a> {
    pub(super) table: &'a Table,
    pub(super) design: Design,
    /// What the command line maps.
    pub(super) mapped: &'a [(String, String)],
}

impl FileColumns<'_> {
    /// The column for an argument: as mapped, then by its usual name, then by the argument's own.
    fn column(&self, argument: &str) -> Option<String> {
        if let Some((_, column)) = self.mapped.iter().find(|(mapped, _)| mapped == argument) {
            return Some(column.clone());
        }
        usual(self.design, argument)
            .into_iter()
            .chain([argument])
            .find(|name| self.table.has(name))
            .map(str::to_owned)
    }

    fn numbers(&self, argument: &str, wanted: &str) -> Result<Cow<'_, [f64]>, String> {
        let column = self.column(argument).ok_or_else(|| {
            let has: Vec<&str> = self.table.names().collect();
            format!(
                "no column `{wanted}` for `{argument}`; the file has {}",
                has.join(", ")
            )
        })?;
        self.table.numbers(&column).map(Cow::Borrowed)
    }
}

impl Columns for FileColumns<'_> {
    fn argument(&self, name: &str) -> Result<Cow<'_, [f64]>, String> {
        if name == "vi" && self.column("vi").is_none() {
            let error = ["sei", "se"]
                .into_iter()
                .find(|column| self.table.has(column));
            if let Some(column) = error {
                let errors = self.table.numbers(column)?;
                return Ok(errors.iter().map(|se| se * se).collect());
            }
        }
        self.numbers(name, usual(self.design, name).unwrap_or(name))
    }

    fn arm_argument(&self, arm: usize, name: &str) -> Result<Cow<'_, [f64]>, String> {
        let usual = usual(Design::PrePost, name).unwrap_or(name);
        let wanted = format!("{usual}{arm}");
        let column = self
            .mapped
            .iter()
            .find(|(mapped, _)| *mapped == format!("{name}{arm}"))
            .map_or(wanted, |(_, column)| column.clone());
        self.table.numbers(&column).map(Cow::Borrowed)
    }
}

/// The usual name of the column for an argument.
fn usual(design: Design, argument: &str) -> Option<&'static str> {
    let names: &[(&str, &str)] = match design {
        Design::Continuous => &[
            ("n1i", "n1"),
            ("m1i", "mean1"),
            ("sd1i", "sd1"),
            ("n2i", "n2"),
            ("m2i", "mean2"),
            ("sd2i", "sd2"),
        ],
        Design::Binary => &[
            ("ai", "events1"),
            ("n1i", "n1"),
            ("ci", "events2"),
            ("n2i", "n2"),
        ],
        Design::PersonTime => &[
            ("x1i", "events1"),
            ("t1i", "time1"),
            ("x2i", "events2"),
            ("t2i", "time2"),
        ],
        Design::Correlation => &[("ri", "r"), ("ni", "n")],
        Design::Proportion => &[("xi", "events"), ("ni", "n")],
        Design::PrePost | Design::PrePostControlled => &[
            ("m1i", "mean_post"),
            ("m2i", "mean_pre"),
            ("sd1i", "sd_pre"),
            ("sd2i", "sd_post"),
            ("ni", "n"),
            ("ri", "r"),
        ],
        Design::Generic => &[("yi", "yi"), ("vi", "vi")],
    };
    names
        .iter()
        .find(|(known, _)| *known == argument)
        .map(|&(_, column)| column)
}
