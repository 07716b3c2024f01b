//! Which column of a file holds what a measure needs.

use super::table::Table;
use crate::effect::{Columns, Design, Refusal};
use crate::nearest::suggestion;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// A table's columns under metafor's argument names.
pub(super) struct FileColumns<'a> {
    table: &'a Table,
    design: Design,
    /// What the command line maps.
    mapped: &'a [(String, String)],
    /// Columns whose numbers were asked for.
    used: RefCell<BTreeSet<String>>,
}

impl<'a> FileColumns<'a> {
    /// The columns of a table for a design.
    pub(super) fn new(table: &'a Table, design: Design, mapped: &'a [(String, String)]) -> Self {
        Self {
            table,
            design,
            mapped,
            used: RefCell::default(),
        }
    }

    /// Columns whose numbers were asked for so far.
    pub(super) fn used(&self) -> BTreeSet<String> {
        self.used.borrow().clone()
    }

    /// The cells of the column that names studies.
    pub(super) fn studies(&self) -> Option<&'a [String]> {
        let name = self.mapped("study").unwrap_or("study");
        self.table.text(self.table.find(name)?).ok()
    }

    /// Why a row has no effect, in the words of the column that was read.
    pub(super) fn told(&self, row: usize, why: Refusal) -> Refusal {
        let Some(errors) = self
            .errors()
            .and_then(|column| self.table.numbers(&column).ok())
        else {
            return why;
        };
        let what = "the standard error";
        match why {
            Refusal::Negative { what: "vi", .. } => Refusal::Negative {
                what,
                value: errors[row],
            },
            Refusal::Missing { what: "vi" } => Refusal::Missing { what },
            other => other,
        }
    }

    fn mapped(&self, argument: &str) -> Option<&'a str> {
        let mut mapped = self.mapped.iter();
        mapped
            .find(|(mapped, _)| mapped == argument)
            .map(|(_, column)| column.as_str())
    }

    /// The column of standard errors, where it is read in place of variances: one that is mapped, or `sei` or `se` where the file has
    /// no `vi` and none is mapped.
    fn errors(&self) -> Option<String> {
        if self.design != Design::Generic || self.mapped("vi").is_some() {
            return None;
        }
        if let Some(column) = self.mapped("sei").or_else(|| self.mapped("se")) {
            return Some(column.to_owned());
        }
        if self.table.find("vi").is_some() {
            return None;
        }
        ["sei", "se"]
            .into_iter()
            .find_map(|name| self.table.find(name))
            .map(str::to_owned)
    }

    /// The numbers of an argument: of the column that is mapped, then of one by its usual name, then of one by the argument's own.
    fn numbers(&self, argument: &str, usual: Option<&str>) -> Result<&'a [f64], String> {
        if let Some(column) = self.mapped(argument) {
            return self.of(column, argument);
        }
        let found = usual
            .into_iter()
            .chain([argument])
            .find_map(|name| self.table.find(name));
        self.of(found.or(usual).unwrap_or(argument), argument)
    }

    fn of(&self, column: &str, argument: &str) -> Result<&'a [f64], String> {
        let Some(name) = self.table.find(column) else {
            let names: Vec<&str> = self.table.names().collect();
            return Err(format!(
                "no column `{column}` for `{argument}`; {}",
                suggestion("columns of the file", column, names.iter().copied())
            ));
        };
        self.used.borrow_mut().insert(name.to_owned());
        self.table.numbers(name)
    }
}

impl Columns for FileColumns<'_> {
    fn argument(&self, name: &str) -> Result<Cow<'_, [f64]>, String> {
        if name == "vi"
            && let Some(column) = self.errors()
        {
            // A negative standard error must not become a variance like any other.
            let squares = self.of(&column, "sei")?.iter().map(|se| se * se.abs());
            return Ok(squares.collect());
        }
        self.numbers(name, usual(self.design, name))
            .map(Cow::Borrowed)
    }

    fn arm_argument(&self, arm: usize, name: &str) -> Result<Cow<'_, [f64]>, String> {
        let usual = usual(Design::PrePost, name).unwrap_or(name);
        self.numbers(&format!("{name}{arm}"), Some(&format!("{usual}{arm}")))
            .map(Cow::Borrowed)
    }
}

/// The usual name of the column for an argument.
pub(super) fn usual(design: Design, argument: &str) -> Option<&'static str> {
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
