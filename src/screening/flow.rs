//! The PRISMA 2020 flow: counts of the four templates, and the identities they must keep.
//!
//! Units change on the way down: records, then reports, then studies. Source: Page et al. 2021 (BMJ 372:n71).

use serde::{Deserialize, Serialize};
use std::fmt;

/// Which of the four templates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Template {
    /// New review, databases and registers.
    #[default]
    N1,
    /// New review, other methods too.
    N2,
    /// Updated review, databases and registers.
    U1,
    /// Updated review, other methods too.
    U2,
}

impl Template {
    /// The template for a review.
    pub fn of(updated: bool, other_methods: bool) -> Self {
        match (updated, other_methods) {
            (false, false) => Self::N1,
            (false, true) => Self::N2,
            (true, false) => Self::U1,
            (true, true) => Self::U2,
        }
    }

    /// Whether earlier studies are counted.
    pub fn is_update(self) -> bool {
        matches!(self, Self::U1 | Self::U2)
    }

    /// Whether other methods have a stream of their own.
    pub fn has_other_methods(self) -> bool {
        matches!(self, Self::N2 | Self::U2)
    }
}

/// The counts of a flow diagram. `None` is a box that nobody counted; an identity that needs it is not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flow {
    /// Template.
    pub template: Template,
    /// Records by database.
    pub identified_databases: Vec<(String, i64)>,
    /// Records by register.
    pub identified_registers: Vec<(String, i64)>,
    /// Removed before screening: duplicates (records removed, not groups).
    pub removed_duplicates: i64,
    /// Removed before screening: marked ineligible by automation.
    pub removed_automation: i64,
    /// Removed before screening for other reasons.
    pub removed_other: i64,
    /// Records screened.
    pub screened: Option<i64>,
    /// Records excluded.
    pub records_excluded: Option<i64>,
    /// Reports sought.
    pub sought: Option<i64>,
    /// Reports not retrieved.
    pub not_retrieved: Option<i64>,
    /// Reports assessed.
    pub assessed: Option<i64>,
    /// Reports excluded, by reason.
    pub reports_excluded: Vec<(String, i64)>,
    /// Found by other methods, by method.
    pub other_identified: Vec<(String, i64)>,
    /// Other methods: reports sought.
    pub other_sought: Option<i64>,
    /// Other methods: reports not retrieved.
    pub other_not_retrieved: Option<i64>,
    /// Other methods: reports assessed.
    pub other_assessed: Option<i64>,
    /// Other methods: reports excluded, by reason.
    pub other_reports_excluded: Vec<(String, i64)>,
    /// New studies included.
    pub new_studies: Option<i64>,
    /// Reports of new studies.
    pub new_reports: Option<i64>,
    /// Studies of the previous version.
    pub previous_studies: Option<i64>,
    /// Reports of the previous version.
    pub previous_reports: Option<i64>,
    /// Studies of the previous version that were dropped.
    pub previous_removed: i64,
    /// New reports of studies included before.
    pub new_reports_of_previous: i64,
    /// Reports of the previous version that were dropped.
    pub previous_reports_removed: i64,
    /// How many times more new studies are told of than there are new reports: a report may tell of several studies.
    pub shared_reports: i64,
    /// Studies in all.
    pub total_studies: Option<i64>,
    /// Reports in all.
    pub total_reports: Option<i64>,
    /// Studies in the meta-analysis.
    pub total_studies_ma: Option<i64>,
    /// Reports in the meta-analysis.
    pub total_reports_ma: Option<i64>,
}

/// An identity of the diagram that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The identity, `F0` to `F11`.
    pub identity: String,
    /// What is wrong, with the numbers.
    pub said: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.identity, self.said)
    }
}

fn sum(counts: &[(String, i64)]) -> i64 {
    counts.iter().map(|(_, count)| count).sum()
}

impl Flow {
    /// Every count with its name, as boxes of the diagram; lists as `box/label`.
    pub fn counts(&self) -> Vec<(String, Option<i64>)> {
        let list = |name: &str, counts: &[(String, i64)]| {
            counts
                .iter()
                .map(|(label, count)| (format!("{name}/{label}"), Some(*count)))
                .collect::<Vec<_>>()
        };
        let mut found = list("identified_databases", &self.identified_databases);
        found.extend(list("identified_registers", &self.identified_registers));
        let single = |name: &str, count: Option<i64>| (name.to_owned(), count);
        found.extend([
            single("removed_duplicates", Some(self.removed_duplicates)),
            single("removed_automation", Some(self.removed_automation)),
            single("removed_other", Some(self.removed_other)),
            single("screened", self.screened),
            single("records_excluded", self.records_excluded),
            single("sought", self.sought),
            single("not_retrieved", self.not_retrieved),
            single("assessed", self.assessed),
        ]);
        found.extend(list("reports_excluded", &self.reports_excluded));
        found.extend(list("other_identified", &self.other_identified));
        found.extend([
            single("other_sought", self.other_sought),
            single("other_not_retrieved", self.other_not_retrieved),
            single("other_assessed", self.other_assessed),
        ]);
        found.extend(list("other_reports_excluded", &self.other_reports_excluded));
        found.extend([
            single("new_studies", self.new_studies),
            single("new_reports", self.new_reports),
            single("previous_studies", self.previous_studies),
            single("previous_reports", self.previous_reports),
            single("previous_removed", Some(self.previous_removed)),
            single(
                "new_reports_of_previous",
                Some(self.new_reports_of_previous),
            ),
            single(
                "previous_reports_removed",
                Some(self.previous_reports_removed),
            ),
            single("shared_reports", Some(self.shared_reports)),
            single("total_studies", self.total_studies),
            single("total_reports", self.total_reports),
            single("total_studies_ma", self.total_studies_ma),
            single("total_reports_ma", self.total_reports_ma),
        ]);
        found
    }

    /// The identities that do not hold, in the order of the diagram: F0 to F3, F5, F4, then F6 to F10.
    pub fn violations(&self) -> Vec<Violation> {
        let mut check = Identities::default();
        for (name, count) in self
            .counts()
            .iter()
            .filter(|(_, count)| count.is_some_and(|count| count < 0))
        {
            check.wrong("F0", format!("{name} is {}", count.unwrap_or_default()));
        }
        self.records(&mut check);
        self.reports(&mut check);
        self.studies(&mut check);
        check.0
    }

    fn records(&self, check: &mut Identities) {
        let identified = sum(&self.identified_databases) + sum(&self.identified_registers);
        let left =
            identified - self.removed_duplicates - self.removed_automation - self.removed_other;
        check.equal("F1", "records screened", self.screened, Some(left));
        check.equal(
            "F2",
            "reports sought",
            self.sought,
            minus(self.screened, self.records_excluded),
        );
        check.equal(
            "F3",
            "reports assessed",
            self.assessed,
            minus(self.sought, self.not_retrieved),
        );
    }

    fn reports(&self, check: &mut Identities) {
        let mut left = self
            .assessed
            .map(|assessed| assessed - sum(&self.reports_excluded));
        if self.template.has_other_methods() {
            let other = minus(self.other_sought, self.other_not_retrieved);
            check.equal(
                "F5",
                "reports assessed from other methods",
                self.other_assessed,
                other,
            );
            let assessed = self.other_assessed.unwrap_or(0);
            left = left.map(|left| left + assessed - sum(&self.other_reports_excluded));
        }
        let included = self
            .new_reports
            .map(|new| new + self.new_reports_of_previous);
        check.equal("F4", "reports included", included, left);
    }

    fn studies(&self, check: &mut Identities) {
        if let (Some(studies), Some(reports)) = (self.new_studies, self.new_reports)
            && studies > reports + self.shared_reports
        {
            check.wrong(
                "F6",
                format!("{studies} new studies have only {reports} reports"),
            );
        }
        let previous = |count: Option<i64>| {
            if self.template.is_update() {
                count.unwrap_or(0)
            } else {
                0
            }
        };
        let studies = self
            .new_studies
            .map(|new| previous(self.previous_studies) + new - self.previous_removed);
        check.equal("F7", "studies in all", self.total_studies, studies);
        let reports = self.new_reports.map(|new| {
            previous(self.previous_reports) + new + self.new_reports_of_previous
                - self.previous_reports_removed
        });
        check.equal("F8", "reports in all", self.total_reports, reports);
        if !self.template.is_update()
            && (self.previous_studies.is_some() || self.previous_reports.is_some())
        {
            check.wrong("F9", "a new review has no previous studies".to_owned());
        }
        if let (Some(pooled), Some(all)) = (
            self.total_studies_ma,
            self.total_studies.or(self.new_studies),
        ) && pooled > all
        {
            check.wrong(
                "F10",
                format!("{pooled} studies in the meta-analysis of {all} included"),
            );
        }
    }

    /// F11: counts that people typed and that differ from those recomputed from decisions.
    pub fn typed_differs(&self, typed: &Flow) -> Vec<Violation> {
        let recomputed = self.counts();
        let mut check = Identities::default();
        for (name, count) in typed.counts() {
            let found = recomputed
                .iter()
                .find(|(other, _)| *other == name)
                .and_then(|(_, count)| *count);
            if let Some(count) = count
                && count != found.unwrap_or(0)
            {
                check.wrong(
                    "F11",
                    format!(
                        "{name} is typed as {count}, the decisions give {}",
                        found.unwrap_or(0)
                    ),
                );
            }
        }
        check.0
    }

    /// Worth a look, without being wrong.
    pub fn warnings(&self) -> Vec<String> {
        let found = sum(&self.other_identified);
        match self.other_sought {
            Some(sought) if self.template.has_other_methods() && sought > found => {
                vec![format!(
                    "{sought} reports sought from other methods, which found {found}"
                )]
            }
            _ => Vec::new(),
        }
    }
}

fn minus(from: Option<i64>, less: Option<i64>) -> Option<i64> {
    Some(from? - less?)
}

#[derive(Default)]
struct Identities(Vec<Violation>);

impl Identities {
    fn wrong(&mut self, identity: &str, said: String) {
        if identity == "F0" && self.0.iter().any(|earlier| earlier.identity == "F0") {
            return;
        }
        self.0.push(Violation {
            identity: identity.to_owned(),
            said,
        });
    }

    fn equal(&mut self, identity: &str, what: &str, found: Option<i64>, wanted: Option<i64>) {
        if let (Some(found), Some(wanted)) = (found, wanted)
            && found != wanted
        {
            self.wrong(
                identity,
                format!("{what} are {found}, the boxes before give {wanted}"),
            );
        }
    }
}
