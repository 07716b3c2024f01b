//! What the two arms of a study count: a 2×2 table with its margins, or events over person-time.

use crate::problem::Problem;

/// A 2×2 table: events and sizes of the treated and the control arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Table {
    /// Events among the treated.
    pub a: f64,
    /// Non-events among the treated.
    pub b: f64,
    /// Events among the controls.
    pub c: f64,
    /// Non-events among the controls.
    pub d: f64,
}

impl Table {
    /// From events and arm sizes.
    ///
    /// # Errors
    /// When a count is negative or events exceed the arm.
    pub fn new(events1: f64, n1: f64, events2: f64, n2: f64) -> Result<Self, Problem> {
        let table = Self {
            a: events1,
            b: n1 - events1,
            c: events2,
            d: n2 - events2,
        };
        if [table.a, table.b, table.c, table.d]
            .iter()
            .all(|&cell| cell >= 0.0)
        {
            Ok(table)
        } else {
            Err(Problem::error(
                "pool::events-above-n",
                format!("{events1} of {n1} and {events2} of {n2} is not a 2×2 table"),
            )
            .help("events must be between 0 and the size of the arm"))
        }
    }

    /// Size of the treated arm.
    pub(super) fn n1(&self) -> f64 {
        self.a + self.b
    }

    /// Size of the control arm.
    pub(super) fn n2(&self) -> f64 {
        self.c + self.d
    }

    /// Size of both arms.
    pub(super) fn n(&self) -> f64 {
        self.n1() + self.n2()
    }

    /// Events of both arms.
    pub(super) fn events(&self) -> f64 {
        self.a + self.c
    }

    /// Non-events of both arms.
    pub(super) fn others(&self) -> f64 {
        self.b + self.d
    }

    /// With a constant added to every cell.
    pub(super) fn plus(&self, add: f64) -> Self {
        Self {
            a: self.a + add,
            b: self.b + add,
            c: self.c + add,
            d: self.d + add,
        }
    }

    /// Whether any cell is empty.
    pub(super) fn has_zero(&self) -> bool {
        [self.a, self.b, self.c, self.d].contains(&0.0)
    }

    /// Whether nobody, or everybody, had an event.
    pub(super) fn one_sided(&self) -> bool {
        self.events() == 0.0 || self.others() == 0.0
    }
}

/// Events and person-time of the treated and the control arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonTime {
    /// Events among the treated.
    pub x1: f64,
    /// Person-time of the treated.
    pub t1: f64,
    /// Events among the controls.
    pub x2: f64,
    /// Person-time of the controls.
    pub t2: f64,
}

/// Sum over tables in their order.
pub(super) fn total(tables: &[Table], each: impl Fn(&Table) -> f64) -> f64 {
    tables.iter().map(each).sum()
}
