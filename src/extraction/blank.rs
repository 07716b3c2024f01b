//! The forms before they are filled in: the included studies that no form holds yet, with the outcomes of the protocol.

use super::columns::{Column, TABLES, Table};
use super::form::Form;
use super::forms::Forms;
use super::studies::IncludedStudy;
use crate::table::{Blank, BlankColumn, BlankRow, Choices};
use std::collections::BTreeSet;

/// An outcome that rows are handed out for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormOutcome {
    /// Id, as the protocol has it.
    pub id: String,
    /// The scale, where the protocol prefers one alone.
    pub scale: String,
}

/// What is known before anybody read a paper.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Studies that screening let in.
    pub included: &'a [IncludedStudy],
    /// Outcomes that the review asks for.
    pub outcomes: &'a [FormOutcome],
    /// Ids of all scales.
    pub scales: &'a [String],
    /// Whom the form is for; empty for anybody.
    pub extractor: &'a str,
}

/// A form with the studies it leaves out because a form has them already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The form.
    pub blank: Blank,
    /// Included studies that the form that exists holds already.
    pub there: usize,
    /// Included studies that are new in this one.
    pub new: usize,
}

/// The forms `studies`, `outcomes`, `statistics` and `effects`, with rows for every included study that `forms` do not hold yet.
///
/// A study counts as held by a table once one row of it names the study, filled in or not; where the forms are for one
/// extractor, once one row of that extractor does.
pub fn blank_forms(known: Known<'_>, forms: &Forms) -> Vec<Handed> {
    let held = [
        &forms.studies,
        &forms.outcomes,
        &forms.statistics,
        &forms.effects,
    ];
    let tables = TABLES.iter().zip(held);
    tables
        .map(|(table, form)| blank_form(table, known, &studies_in(form, known.extractor)))
        .collect()
}

/// The studies that a table names.
fn studies_in<'f>(form: &'f Form, extractor: &str) -> BTreeSet<&'f str> {
    let (Some(study), by) = (form.position("study"), form.position("extractor")) else {
        return BTreeSet::new();
    };
    let rows = form.rows.iter().chain(&form.waiting);
    rows.filter(|row| {
        let own = by.is_some_and(|by| row.cells[by].text == extractor);
        extractor.is_empty() || own
    })
    .map(|row| row.cells[study].text.as_str())
    .collect()
}

fn blank_form(table: &Table, known: Known<'_>, held: &BTreeSet<&str>) -> Handed {
    let (there, new): (Vec<_>, Vec<_>) = known
        .included
        .iter()
        .partition(|study| held.contains(study.study.as_str()));
    let columns = table.columns.iter();
    Handed {
        blank: Blank {
            name: table.layout.name.to_owned(),
            about: table.about.to_owned(),
            columns: columns.map(|column| described(column, known)).collect(),
            rows: new
                .iter()
                .flat_map(|study| rows_of(table, study, known))
                .collect(),
        },
        there: there.len(),
        new: new.len(),
    }
}

fn described(column: &Column, known: Known<'_>) -> BlankColumn {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let choices = match column.name {
        "study" => Choices::Only(
            known
                .included
                .iter()
                .map(|study| study.study.clone())
                .collect(),
        ),
        "outcome" => Choices::Suggested(
            known
                .outcomes
                .iter()
                .map(|outcome| outcome.id.clone())
                .collect(),
        ),
        "scale" => Choices::Suggested(known.scales.to_vec()),
        _ if !column.only.is_empty() => Choices::Only(words(column.only)),
        _ => Choices::Suggested(words(column.suggested)),
    };
    BlankColumn {
        name: column.name.to_owned(),
        about: column.about.to_owned(),
        choices: match choices {
            Choices::Suggested(words) if words.is_empty() => Choices::Any,
            choices => choices,
        },
        number: column.number,
        width: column.width,
    }
}

/// The rows of one study: one for its characteristics, one an outcome and group for arms, one an outcome for statistics and reported effects.
fn rows_of(table: &Table, study: &IncludedStudy, known: Known<'_>) -> Vec<BlankRow> {
    let row = |outcome: Option<&FormOutcome>, group: &str| {
        let cell = |column: &Column| match column.name {
            "study" => study.study.clone(),
            "label" => study.label.clone(),
            "extractor" => known.extractor.to_owned(),
            "outcome" => outcome
                .map(|outcome| outcome.id.clone())
                .unwrap_or_default(),
            "scale" => outcome
                .map(|outcome| outcome.scale.clone())
                .unwrap_or_default(),
            "group" => group.to_owned(),
            "kind" if !group.is_empty() => "post".to_owned(),
            _ => String::new(),
        };
        BlankRow {
            cells: table.columns.iter().map(cell).collect(),
            choices: Vec::new(),
        }
    };
    let each: Vec<Option<&FormOutcome>> = if known.outcomes.is_empty() {
        vec![None]
    } else {
        known.outcomes.iter().map(Some).collect()
    };
    match table.layout.name {
        "studies" => vec![row(None, "")],
        "outcomes" => each
            .into_iter()
            .flat_map(|outcome| [row(outcome, "intervention"), row(outcome, "control")])
            .collect(),
        _ => each.into_iter().map(|outcome| row(outcome, "")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn included(study: &str) -> IncludedStudy {
        IncludedStudy {
            study: study.to_owned(),
            label: study.to_uppercase(),
            admission: "protocol".to_owned(),
        }
    }

    fn handed(extractor: &str, files: &[(&str, &str)]) -> Vec<Handed> {
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(path, text)| (*path, text.as_bytes()))
            .collect();
        let (forms, problems) = Forms::read("data", &files).expect("forms");
        assert!(problems.is_empty(), "{problems:?}");
        let known = Known {
            included: &[included("a"), included("b")],
            outcomes: &[FormOutcome {
                id: "sleep".to_owned(),
                scale: "psqi".to_owned(),
            }],
            scales: &["psqi".to_owned()],
            extractor,
        };
        blank_forms(known, &forms)
    }

    #[test]
    fn every_study_gets_its_rows_and_what_was_handed_out_says_nothing() {
        let all = handed("anna", &[]);
        let rows: Vec<usize> = all.iter().map(|form| form.blank.rows.len()).collect();
        assert_eq!(rows, [2, 4, 2, 2]);
        for form in &all {
            let path = format!("data/{}.csv", form.blank.name);
            let csv = form.blank.csv();
            let (read, problems) =
                Forms::read("data", &[(path.as_str(), &csv)]).expect("a form that is read");
            assert!(problems.is_empty(), "{problems:?}");
            let tables = [read.studies, read.outcomes, read.statistics, read.effects];
            assert!(tables.iter().all(|table| table.rows.is_empty()));
            let waiting: usize = tables.iter().map(|table| table.waiting.len()).sum();
            assert_eq!(waiting, form.blank.rows.len());
        }
    }

    #[test]
    fn a_study_that_a_form_holds_is_left_out_by_reader() {
        let files = [(
            "data/outcomes.csv",
            "study,outcome,scale,time,kind,arm,group,n,mean,extractor\na,sleep,psqi,end,post,walk,intervention,4,2,ben\n",
        )];
        let outcomes = |extractor: &str| {
            let form = handed(extractor, &files).swap_remove(1);
            (form.there, form.new, form.blank.rows.len())
        };
        assert_eq!(outcomes(""), (1, 1, 2));
        assert_eq!(outcomes("ben"), (1, 1, 2));
        assert_eq!(outcomes("anna"), (0, 2, 4));
    }
}
