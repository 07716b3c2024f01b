//! What the version before had not, and what it had and this one has not.

use super::report::Work;
use super::reports_of;
use super::tables::NewsRow;
use crate::artefact::{Origin, key};
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
            work.frozen
                .table(name)
                .map(|(_, sheet)| sheet)
                .unwrap_or_default()
        };
        let (clusters, included, sources) =
            (table("clusters"), table("included"), table("sources"));
        let rows = &work.inputs.clusters;
        let (old, new): (Vec<_>, Vec<_>) = rows
            .iter()
            .partition(|row| clusters.rows.contains_key(&row.key));
        let known: BTreeSet<&str> = old.iter().map(|row| row.record.as_str()).collect();
        let fresh: BTreeSet<&str> = new
            .iter()
            .map(|row| row.record.as_str())
            .filter(|record| !known.contains(record))
            .collect();
        let mut news = Self {
            rows: Vec::new(),
            records: new.len() as u64,
            publications: fresh.len() as u64,
            studies: 0,
            new_studies: Vec::new(),
            left: 0,
            reports: 0,
        };
        for source in &work.inputs.sources {
            if !sources.rows.contains_key(&source.key) {
                news.add(NewsRow {
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
        let cell = |study: &str, column: &str| included.cell(study, column).unwrap_or_default();
        let before = |study: &str| -> BTreeSet<String> {
            cell(study, "records")
                .split("; ")
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let rounds = work.study_rounds();
        let mut studies: Vec<_> = work.inputs.case.inputs.studies.iter().collect();
        studies.sort_by(|a, b| (&a.label, &a.key).cmp(&(&b.label, &b.key)));
        for row in studies {
            let origin = Origin::of("new", work.row("studies", &row.key));
            let date = rounds
                .get(&row.study)
                .map(|round| round.name.clone())
                .unwrap_or_default();
            if included.rows.contains_key(&row.key) {
                let had = before(&row.key);
                let reports = reports_of(row)
                    .filter(|report| !had.contains(*report) && fresh.contains(report))
                    .count();
                if reports > 0 {
                    news.reports += reports as u64;
                    news.add(NewsRow {
                        kind: "report".to_owned(),
                        study: row.study.clone(),
                        label: row.label.clone(),
                        count: Some(reports as u64),
                        origin,
                        ..blank()
                    });
                }
                continue;
            }
            news.studies += 1;
            news.new_studies.push(row.study.clone());
            news.add(NewsRow {
                kind: "study".to_owned(),
                study: row.study.clone(),
                label: row.label.clone(),
                date,
                detail: analyses_with(work, &row.study),
                origin,
                ..blank()
            });
        }
        let now: BTreeSet<&str> = work
            .inputs
            .case
            .inputs
            .studies
            .iter()
            .map(|row| row.key.as_str())
            .collect();
        for study in included
            .rows
            .keys()
            .filter(|study| !now.contains(study.as_str()))
        {
            news.left += 1;
            news.add(NewsRow {
                kind: "left".to_owned(),
                study: study.clone(),
                label: cell(study, "label").to_owned(),
                origin: Origin::of("frozen", work.frozen_table("included")),
                ..blank()
            });
        }
        news
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
