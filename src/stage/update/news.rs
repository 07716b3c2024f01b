//! What the version before had not, and what it had and this one has not.

use super::super::screen::IncludedRow;
use super::report::Work;
use super::reports_of;
use super::tables::NewsRow;
use crate::artefact::{Origin, Sheet, key};
use std::collections::BTreeSet;

/// What is new.
pub(super) struct News {
    pub(super) rows: Vec<NewsRow>,
    /// Records of exports.
    pub(super) records: u64,
    /// Publications among them that no earlier record stands for.
    pub(super) publications: u64,
    pub(super) studies: u64,
    pub(super) new_studies: Vec<String>,
    pub(super) left: u64,
    pub(super) reports: u64,
}

impl News {
    /// Finds it.
    pub(super) fn of(work: &Work<'_>) -> Self {
        let table = |name: &str| {
            let found = work.frozen_sheet(name);
            found.map(|(_, sheet)| sheet).unwrap_or_default()
        };
        let clusters = table("clusters");
        let rows = work.inputs.clusters.iter();
        let (old, new): (Vec<_>, Vec<_>) =
            rows.partition(|row| clusters.rows.contains_key(&row.key));
        let known: BTreeSet<&str> = old.iter().map(|row| row.record.as_str()).collect();
        let fresh = new.iter().map(|row| row.record.as_str());
        let fresh: BTreeSet<&str> = fresh.filter(|record| !known.contains(record)).collect();
        let mut news = Self {
            rows: Vec::new(),
            records: new.len() as u64,
            publications: fresh.len() as u64,
            studies: 0,
            new_studies: Vec::new(),
            left: 0,
            reports: 0,
        };
        news.searches(work, &table("sources"));
        news.studies(work, &table("included"), &fresh);
        news
    }

    fn searches(&mut self, work: &Work<'_>, before: &Sheet) {
        let sources = work.inputs.sources.iter();
        for source in sources.filter(|source| !before.rows.contains_key(&source.key)) {
            self.add(NewsRow {
                kind: "search".to_owned(),
                label: named(&source.database, &source.platform),
                date: source.date.clone(),
                count: Some(source.kept),
                detail: source.limits.clone(),
                origin: Origin::of("new", work.row("sources", &source.key)),
                ..blank()
            });
        }
    }

    /// Studies and reports against the table of studies of the version before; `fresh` are the new publications.
    fn studies(&mut self, work: &Work<'_>, before: &Sheet, fresh: &BTreeSet<&str>) {
        let rounds = work.study_rounds();
        let mut studies: Vec<&IncludedRow> = work.inputs.case.inputs.studies.iter().collect();
        studies.sort_by(|a, b| (&a.label, &a.key).cmp(&(&b.label, &b.key)));
        for row in &studies {
            if before.rows.contains_key(&row.key) {
                self.new_reports(work, before, row, fresh);
                continue;
            }
            let round = rounds.get(&row.study);
            self.studies += 1;
            self.new_studies.push(row.study.clone());
            self.add(NewsRow {
                kind: "study".to_owned(),
                study: row.study.clone(),
                label: row.label.clone(),
                date: round.map(|round| round.name.clone()).unwrap_or_default(),
                detail: analyses_with(work, &row.study),
                origin: Origin::of("new", work.row("studies", &row.key)),
                ..blank()
            });
        }
        let now: BTreeSet<&str> = studies.iter().map(|row| row.key.as_str()).collect();
        let gone = before.rows.keys().filter(|study| !now.contains(study));
        for study in gone {
            self.left += 1;
            self.add(NewsRow {
                kind: "left".to_owned(),
                study: study.to_owned(),
                label: before.cell(study, "label").unwrap_or_default().to_owned(),
                origin: Origin::of("frozen", work.frozen_table("included")),
                ..blank()
            });
        }
    }

    fn new_reports(
        &mut self,
        work: &Work<'_>,
        before: &Sheet,
        row: &IncludedRow,
        fresh: &BTreeSet<&str>,
    ) {
        let had = before.cell(&row.key, "records").unwrap_or_default();
        let had: BTreeSet<&str> = had.split("; ").collect();
        let reports =
            reports_of(row).filter(|report| !had.contains(report) && fresh.contains(report));
        let count = reports.count() as u64;
        if count > 0 {
            self.reports += count;
            self.add(NewsRow {
                kind: "report".to_owned(),
                study: row.study.clone(),
                label: row.label.clone(),
                count: Some(count),
                origin: Origin::of("new", work.row("studies", &row.key)),
                ..blank()
            });
        }
    }

    fn add(&mut self, row: NewsRow) {
        let order = self.rows.len() as u64;
        let name = if row.study.is_empty() {
            format!("{}|{}", row.label, row.date)
        } else {
            row.study.clone()
        };
        self.rows.push(NewsRow {
            key: key(&[&row.kind, &name, &format!("{order:05}")]),
            order,
            ..row
        });
    }
}

fn blank() -> NewsRow {
    NewsRow {
        key: String::new(),
        order: 0,
        kind: String::new(),
        study: String::new(),
        label: String::new(),
        date: String::new(),
        count: None,
        detail: String::new(),
        origin: Origin::default(),
    }
}

/// A database with its platform, once where both have one name.
pub(super) fn named(database: &str, platform: &str) -> String {
    if platform.is_empty() || platform == database {
        database.to_owned()
    } else {
        format!("{database} ({platform})")
    }
}

/// The titles of the analyses that hold an effect of a study.
fn analyses_with(work: &Work<'_>, study: &str) -> String {
    let inputs = work.inputs;
    let holds = |analysis: &str| {
        inputs
            .effects
            .iter()
            .any(|row| row.study == study && row.analysis == analysis)
    };
    let mut rows: Vec<_> = inputs
        .analyses
        .iter()
        .filter(|row| holds(&row.analysis))
        .collect();
    rows.sort_by_key(|row| row.order);
    let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
    titles.join("; ")
}
