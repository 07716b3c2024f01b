//! What people took back, and what stands.

use super::adjudication::Adjudication;
use super::votes::{Decision, Stage, Vote};

/// A row that a later one of `withdrawn` can take back.
pub trait Said {
    /// Decision.
    fn decision(&self) -> Decision;
    /// What a row that takes this one back has in common with it.
    fn item(&self) -> (String, Stage, &str);
}

impl Said for Vote {
    fn decision(&self) -> Decision {
        self.decision
    }

    fn item(&self) -> (String, Stage, &str) {
        let who = self.reviewer.to_lowercase();
        (who, self.stage, self.record.name())
    }
}

impl Said for Adjudication {
    fn decision(&self) -> Decision {
        self.decision
    }

    /// Of whoever settled: a conflict has one outcome, not one a person.
    fn item(&self) -> (String, Stage, &str) {
        (String::new(), self.stage, self.record.name())
    }
}

/// The rows that nobody took back; `rows` are in the order of time.
///
/// `withdrawn` takes back what the same person said before on the record as that row names it. Where two records were merged,
/// what was said on the other one stands.
pub fn standing<'a, T: Said>(rows: impl IntoIterator<Item = &'a T>) -> Vec<&'a T> {
    let mut standing: Vec<&T> = Vec::new();
    for row in rows {
        if row.decision() == Decision::Withdrawn {
            let item = row.item();
            standing.retain(|said| said.item() != item);
        } else {
            standing.push(row);
        }
    }
    standing
}
