//! Rows on one record at one stage: their order, what people took back, and what stands.

use super::adjudication::Adjudication;
use super::matching::{FoundBy, Reference};
use super::votes::{Decision, Stage, Vote};
use crate::place::Place;
use crate::problem::Problem;
use crate::table::When;

/// A decision as a row of a file says it.
pub trait Said {
    /// How the row names its record.
    fn record(&self) -> &Reference;
    /// Stage.
    fn stage(&self) -> Stage;
    /// Decision.
    fn decision(&self) -> Decision;
    /// When.
    fn at(&self) -> &When;
    /// Where the row stands.
    fn place(&self) -> &Place;
}

impl Said for Vote {
    fn record(&self) -> &Reference {
        &self.record
    }

    fn stage(&self) -> Stage {
        self.stage
    }

    fn decision(&self) -> Decision {
        self.decision
    }

    fn at(&self) -> &When {
        &self.at
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

impl Said for Adjudication {
    fn record(&self) -> &Reference {
        &self.record
    }

    fn stage(&self) -> Stage {
        self.stage
    }

    fn decision(&self) -> Decision {
        self.decision
    }

    fn at(&self) -> &When {
        &self.at
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

/// A row that found its record.
#[derive(Debug)]
pub struct Found<'a, T> {
    /// The row.
    pub row: &'a T,
    /// Position of its record.
    pub position: usize,
    /// What the record was found by.
    pub found_by: FoundBy,
}

impl<T> Clone for Found<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Found<'_, T> {}

impl<'a, T: Said> Found<'a, T> {
    /// The record and the stage it is on.
    pub fn on(&self) -> (usize, Stage) {
        (self.position, self.row.stage())
    }

    /// When, and for rows at one moment where.
    pub(super) fn turn(&self) -> (&'a When, &'a Place) {
        (self.row.at(), self.row.place())
    }

    /// The id of the record that was merged into the one found, where the row names that.
    fn merged(&self) -> Option<&'a str> {
        (self.found_by == FoundBy::Merge).then(|| self.row.record().id.as_str())
    }

    /// Whether `withdrawn` in this row takes back what the other says of the same record at the same stage.
    ///
    /// What was said of one of two merged records by its id is taken back by that id, or by what describes both.
    fn takes_back(&self, other: &Self) -> bool {
        let described = !matches!(self.found_by, FoundBy::Id | FoundBy::Merge);
        described || self.merged() == other.merged()
    }
}

/// Puts rows on one item, of one person or all of adjudications, in the order of time.
///
/// Of rows at one moment the later in the file comes last. A day without a time may be any time of that day: such a row comes after
/// those of the day that stand before it in its file.
pub(super) fn in_order<R: Copy>(rows: &mut [R], turn: impl Fn(&R) -> (&When, &Place)) {
    rows.sort_by(|a, b| turn(a).cmp(&turn(b)));
    let days = rows.iter().filter(|row| turn(row).0.is_day()).count();
    if days == 0 || days == rows.len() {
        return;
    }
    let moment = |row| {
        let (at, place): (&When, &Place) = turn(row);
        let before = rows.iter().map(&turn).filter(|(time, other)| {
            at.is_day()
                && !time.is_day()
                && at.may_be_one_with(time)
                && other.file == place.file
                && *other < place
        });
        (before.map(|(time, _)| time).max().unwrap_or(at), place)
    };
    let mut ordered: Vec<(&When, &Place, usize)> = (0..)
        .zip(rows.iter())
        .map(|(index, row)| {
            let (at, place) = moment(row);
            (at, place, index)
        })
        .collect();
    ordered.sort();
    let ordered: Vec<R> = ordered.iter().map(|(_, _, index)| rows[*index]).collect();
    rows.copy_from_slice(&ordered);
}

/// The last of these rows, and another of which nothing says that it came before: in another file, at the same moment or on the same
/// day, and with another decision; `rows` are on one item and in order.
pub(super) fn unclear<'r, R, T: Said + 'r>(
    rows: &'r [R],
    said: impl Fn(&'r R) -> &'r T,
) -> Option<(&'r T, &'r T)> {
    let (last, before) = rows.split_last()?;
    let last = said(last);
    let before = before.iter().map(said);
    let mut before = before.filter(|other| {
        other.place().file != last.place().file
            && other.decision() != last.decision()
            && other.at().may_be_one_with(last.at())
    });
    before.next_back().map(|other| (last, other))
}

/// The rows that nobody took back; `rows` are on one item, of one person or all of adjudications, and in order.
///
/// `withdrawn` takes back what was said before on the record as that row names it. Where two records were merged, what was said on
/// the other one stands.
pub(super) fn standing<'a, T: Said>(
    rows: impl IntoIterator<Item = Found<'a, T>>,
) -> Vec<Found<'a, T>> {
    withdrawing(rows, |_| ())
}

/// Of such rows those of `withdrawn` that take nothing back.
pub(super) fn idle<'a, T: Said>(rows: impl IntoIterator<Item = Found<'a, T>>) -> Vec<Found<'a, T>> {
    let mut idle = Vec::new();
    withdrawing(rows, |row| idle.push(row));
    idle
}

fn withdrawing<'a, T: Said>(
    rows: impl IntoIterator<Item = Found<'a, T>>,
    mut idle: impl FnMut(Found<'a, T>),
) -> Vec<Found<'a, T>> {
    let mut standing: Vec<Found<'a, T>> = Vec::new();
    for row in rows {
        if row.row.decision() == Decision::Withdrawn {
            let before = standing.len();
            standing.retain(|said| !row.takes_back(said));
            if standing.len() == before {
                idle(row);
            }
        } else {
            standing.push(row);
        }
    }
    standing
}

/// The problem of a row of `withdrawn` that takes nothing back.
pub(super) fn nothing_to_withdraw<T: Said>(row: &T) -> Problem {
    let title = format!(
        "`withdrawn` takes nothing back: no row before it is on `{}` at {}",
        row.record().name(),
        row.stage()
    );
    Problem::warning("screening::nothing-to-withdraw", title)
        .at(row.place().clone())
        .help("name the record as the row that is to go names it, and give a later time; or delete this row")
}

/// The problem of two rows that differ, of which nothing says that the one that counts is the later.
pub(super) fn order_unclear<T: Said>(last: &T, other: &T) -> Problem {
    let title = format!(
        "two files differ on `{}` at {}, and nothing says which is later",
        last.record().name(),
        last.stage()
    );
    Problem::warning("screening::unclear-order", title)
        .labelled(
            last.place().clone(),
            format!("`{}`, which counts", last.decision()),
        )
        .labelled(other.place().clone(), format!("`{}`", other.decision()))
        .help("write the time of one of them, such as 2026-06-03T09:05:00Z")
}

/// Of rows of one person, or of all adjudications, those that nobody took back: item by item, in the order of time.
pub fn that_stand<T: Said>(mut rows: Vec<Found<'_, T>>) -> Vec<Found<'_, T>> {
    rows.sort_by_key(Found::on);
    let items = rows.chunk_by_mut(|a, b| a.on() == b.on());
    let standing = items.flat_map(|rows| {
        in_order(rows, |found| found.turn());
        standing(rows.iter().copied())
    });
    standing.collect()
}
