//! The table of included studies, and by what each was admitted.

use super::Maker;
use crate::artefact::{Address, Origin, key, rows};
use crate::bib::names;
use crate::ids::RecordId;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

rows! {
    /// A study, and by what it was admitted.
    pub(crate) IncludedRow: "included" {
        /// The study.
        study: String,
        /// What to call it.
        label: String,
        /// `protocol`, or `amendment:<id>` for a study that only a supplementary analysis holds.
        admission: String,
        /// Number of its reports.
        reports: u64,
        /// Its main report's record.
        primary: String,
        /// All its reports' records, joined by `; `.
        records: String,
        /// What exports say became of one of its reports: `retracted`, `under an expression of concern`, `corrected`; empty for most.
        #[serde(default)]
        standing: String,
        /// The decisions on its reports.
        origin: Origin,
    }
}

impl Maker<'_> {
    /// Included studies, and those that an amendment admits to a supplementary analysis.
    pub(in crate::stage::screen) fn included(&self) -> (Vec<IncludedRow>, Problems) {
        let names = self.names();
        let mut rows: Vec<IncludedRow> = self
            .screening
            .studies
            .iter()
            .map(|study| {
                let records: Vec<&str> = study.reports.iter().map(RecordId::as_str).collect();
                self.study_row(
                    study.study.as_str(),
                    names.get(study.primary.as_str()).unwrap_or(&study.label),
                    "protocol",
                    study.primary.as_str(),
                    &records,
                    Vec::new(),
                )
            })
            .collect();
        let mut problems = Problems::new();
        for amendment in self
            .inputs
            .protocol
            .iter()
            .flat_map(|protocol| &protocol.amendments)
        {
            let Some(admission) = &amendment.admits else {
                continue;
            };
            let links = self
                .entered
                .links
                .iter()
                .filter(|link| link.study.as_str() == admission.study);
            let linked: Vec<_> = links
                .filter_map(|link| Some((link, self.index.find(&link.record)?.0)))
                .collect();
            let Some((first, _)) = linked.first() else {
                let title = format!(
                    "amendment {} admits `{}`, which no report is linked to",
                    amendment.id, admission.study
                );
                problems.push(
                    Problem::error("screening::admitted-unknown", title)
                        .help("link its reports in data/screening/studies.csv"),
                );
                continue;
            };
            if rows.iter().any(|row| row.study == admission.study) {
                continue;
            }
            let ids: Vec<&str> = linked
                .iter()
                .map(|(_, at)| self.inputs.all()[*at].id.as_str())
                .collect();
            let primary = linked
                .iter()
                .find(|(link, _)| link.primary)
                .map_or(ids[0], |(_, at)| self.inputs.all()[*at].id.as_str());
            let admitted = format!("amendment:{}", amendment.id);
            let basis = vec![Address::file(&self.inputs.protocol_path)];
            rows.push(self.study_row(
                &admission.study,
                &first.label,
                &admitted,
                primary,
                &ids,
                basis,
            ));
        }
        told_apart(&mut rows);
        (rows, problems)
    }

    /// What to call the studies that people gave no name: the first author and the year of their main reports.
    fn names(&self) -> BTreeMap<&str, String> {
        let studies = self.screening.studies.iter();
        let nameless: BTreeSet<&RecordId> = studies
            .filter(|study| study.label == study.primary.as_str())
            .map(|study| &study.primary)
            .collect();
        let records = self.inputs.records.records.iter();
        let names = records.filter_map(|record| {
            let id = nameless.get(&record.id)?;
            Some((id.as_str(), author_and_year(&record.authors, record.year)?))
        });
        names.collect()
    }

    fn study_row(
        &self,
        study: &str,
        label: &str,
        admission: &str,
        primary: &str,
        records: &[&str],
        basis: Vec<Address>,
    ) -> IncludedRow {
        let decisions = records
            .iter()
            .map(|id| Address::row(self.stage, "decisions", &key(&[*id])));
        let rule = if admission == "protocol" {
            "included"
        } else {
            "admitted"
        };
        IncludedRow {
            key: key(&[study]),
            study: study.to_owned(),
            label: label.to_owned(),
            admission: admission.to_owned(),
            reports: records.len() as u64,
            primary: primary.to_owned(),
            records: records.join("; "),
            standing: String::new(),
            origin: Origin::of(rule, decisions.chain(basis)),
        }
    }
}

/// Adds the id of the study to every label that several studies bear.
fn told_apart(rows: &mut [IncludedRow]) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.iter() {
        *times.entry(row.label.clone()).or_default() += 1;
    }
    for row in rows.iter_mut().filter(|row| times[&row.label] > 1) {
        row.label = format!("{} ({})", row.label, row.study);
    }
}

/// The family name of the first author, or the group that the author is, and the year.
fn author_and_year(authors: &[String], year: Option<i32>) -> Option<String> {
    let author = names::parse(authors.first()?, true);
    Some(format!("{} {}", author.family, year?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn studies_under_one_label_are_told_apart_whoever_gave_it() {
        let row = |study: &str, label: &str| IncludedRow {
            key: key(&[study]),
            study: study.to_owned(),
            label: label.to_owned(),
            admission: "protocol".to_owned(),
            reports: 1,
            primary: study.to_owned(),
            records: study.to_owned(),
            standing: String::new(),
            origin: Origin::of("included", []),
        };
        let mut rows = [
            row("huang-2020", "Huang 2020"),
            row("rec-1", "Huang 2020"),
            row("lee-2018", "Lee 2018"),
        ];
        told_apart(&mut rows);
        let labels = rows.map(|row| row.label);
        assert_eq!(
            labels,
            ["Huang 2020 (huang-2020)", "Huang 2020 (rec-1)", "Lee 2018"]
        );
    }

    #[test]
    fn a_study_without_a_name_is_called_by_author_and_year() {
        for (author, name) in [
            ("Huang, Lu", "Huang 2020"),
            ("van der Berg AB", "van der Berg 2020"),
            ("Maria Popa-Velea", "Popa-Velea 2020"),
            ("黄璐", "黄璐 2020"),
            ("Dupont J.-M.", "Dupont 2020"),
            ("Smith J. P.", "Smith 2020"),
            ("Smith JP Jr", "Smith 2020"),
            ("King ML 3rd", "King 2020"),
            ("Balint Study Group", "Balint Study Group 2020"),
            (
                "World Health Organization",
                "World Health Organization 2020",
            ),
        ] {
            let found = author_and_year(&[author.to_owned()], Some(2020));
            assert_eq!(found.as_deref(), Some(name));
        }
        assert_eq!(author_and_year(&[], Some(2020)), None);
    }

    #[test]
    fn studies_frozen_before_retractions_were_told_are_read() {
        let frozen =
            "key,study,label,admission,reports,primary,records,origin\na,a,A,protocol,1,r,r,\n";
        let rows: Vec<IncludedRow> =
            crate::artefact::read_rows("included.csv", frozen.as_bytes()).expect("rows of before");
        assert_eq!((rows.len(), rows[0].standing.as_str()), (1, ""));
    }
}
