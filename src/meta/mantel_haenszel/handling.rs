//! Where a constant is added to cells, and which studies are left out.

use super::arms::{PersonTime, Table};

/// Where a constant is added to the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddTo {
    /// To tables with an empty cell.
    OnlyZero,
    /// To all tables.
    All,
    /// To all tables when any has an empty cell.
    AllIfAnyZero,
    /// To none.
    Nowhere,
}

/// How the single effects (for heterogeneity) and the tables (for pooling) are treated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handling {
    /// Constant added to the cells.
    pub add: f64,
    /// Where it is added.
    pub to: AddTo,
    /// Whether tables without events, or with only events, are left out.
    pub drop00: bool,
}

impl Handling {
    /// What metafor does to the single effects: ½ to tables with an empty cell, one-sided tables left out.
    pub const SINGLE: Self = Self {
        add: 0.5,
        to: AddTo::OnlyZero,
        drop00: true,
    };
    /// What metafor does to the tables before pooling: nothing.
    pub const POOLED: Self = Self {
        add: 0.0,
        to: AddTo::Nowhere,
        drop00: false,
    };

    fn adds(&self, zeros: &[bool]) -> Vec<bool> {
        let any = zeros.contains(&true);
        zeros
            .iter()
            .map(|&zero| match self.to {
                AddTo::OnlyZero => zero,
                AddTo::All => true,
                AddTo::AllIfAnyZero => any,
                AddTo::Nowhere => false,
            })
            .collect()
    }

    /// The tables that are left, with the constant where it is added.
    pub(super) fn tables(&self, tables: &[Table]) -> Vec<Table> {
        let kept: Vec<Table> = tables
            .iter()
            .filter(|table| !(self.drop00 && table.one_sided()))
            .copied()
            .collect();
        let zeros: Vec<bool> = kept.iter().map(Table::has_zero).collect();
        let adds = self.adds(&zeros);
        kept.iter()
            .zip(adds)
            .map(|(table, add)| if add { table.plus(self.add) } else { *table })
            .collect()
    }

    /// The rows that are left, with the constant added to the events.
    pub(super) fn rates(&self, rows: &[PersonTime]) -> Vec<PersonTime> {
        let kept: Vec<PersonTime> = rows
            .iter()
            .filter(|row| !(self.drop00 && row.x1 == 0.0 && row.x2 == 0.0))
            .copied()
            .collect();
        let zeros: Vec<bool> = kept.iter().map(|r| r.x1 == 0.0 || r.x2 == 0.0).collect();
        let adds = self.adds(&zeros);
        kept.iter()
            .zip(adds)
            .map(|(row, add)| {
                let add = if add { self.add } else { 0.0 };
                PersonTime {
                    x1: row.x1 + add,
                    x2: row.x2 + add,
                    ..*row
                }
            })
            .collect()
    }
}
