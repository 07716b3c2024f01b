//! The folder of forms: which file is which table.

use super::agreement::{ADJUDICATION, duplicates};
use super::form::{Form, Layout, read_csv};
use super::integrity::ACCEPTED;
use super::outcomes::OUTCOMES;
use super::statistics::STATISTICS;
use super::studies::STUDIES;
use crate::nearest::suggestion;
use crate::place::Place;
use crate::problem::{Problem, Problems};

/// A file by its name: path relative to the project, and bytes.
pub type NamedBytes<'a> = (&'a str, &'a [u8]);

/// A table of the folder, told by the beginning of its file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `outcomes.csv`.
    Outcomes,
    /// `statistics.csv`.
    Statistics,
    /// `studies.csv`.
    Studies,
    /// `adjudication.csv`.
    Adjudication,
    /// `accepted.csv`.
    Accepted,
    /// `scales.yaml`, read by the stage.
    Scales,
}

const NAMES: [(&str, Kind); 6] = [
    ("outcomes.csv", Kind::Outcomes),
    ("statistics.csv", Kind::Statistics),
    ("studies.csv", Kind::Studies),
    ("adjudication.csv", Kind::Adjudication),
    ("accepted.csv", Kind::Accepted),
    ("scales.yaml", Kind::Scales),
];

impl Kind {
    /// The table that a file holds, by its name.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
    }

    fn layout(self) -> Option<&'static Layout> {
        match self {
            Self::Outcomes => Some(&OUTCOMES),
            Self::Statistics => Some(&STATISTICS),
            Self::Studies => Some(&STUDIES),
            Self::Adjudication => Some(&ADJUDICATION),
            Self::Accepted => Some(&ACCEPTED),
            Self::Scales => None,
        }
    }
}

/// All tables of the folder, read.
#[derive(Clone, Debug)]
pub struct Forms {
    /// Arms.
    pub outcomes: Form,
    /// Reported statistics.
    pub statistics: Form,
    /// Characteristics.
    pub studies: Form,
    /// What two readers settled.
    pub adjudication: Form,
    /// Findings that somebody looked into.
    pub accepted: Form,
}

impl Forms {
    /// Reads the tables of a folder; one that is not there is empty.
    ///
    /// # Errors
    /// What is wrong in structure, in all files: missing columns, a column named twice, a row that one reader wrote twice.
    /// Beside forms that can be used stand the problems of single rows.
    pub fn read(folder: &str, files: &[NamedBytes<'_>]) -> Result<(Self, Problems), Problems> {
        let absent = |name: &str| Form::absent(&format!("{}/{name}", folder.trim_end_matches('/')));
        let mut forms = Self {
            outcomes: absent("outcomes.csv"),
            statistics: absent("statistics.csv"),
            studies: absent("studies.csv"),
            adjudication: absent("adjudication.csv"),
            accepted: absent("accepted.csv"),
        };
        let (mut problems, mut structure) = (Problems::new(), Problems::new());
        for (path, bytes) in files {
            let Some(kind) = Kind::of(path) else {
                problems.append(stranger(path).into());
                continue;
            };
            let Some(layout) = kind.layout() else {
                continue;
            };
            match read_csv(path, bytes, layout) {
                Ok((form, found)) => {
                    problems.append(found);
                    if !matches!(kind, Kind::Adjudication | Kind::Accepted) {
                        structure.append(duplicates(&form, layout));
                    }
                    *forms.slot(kind) = form;
                }
                Err(found) => structure.append(found),
            }
        }
        if structure.has_errors() {
            Err(structure)
        } else {
            Ok((forms, problems))
        }
    }

    fn slot(&mut self, kind: Kind) -> &mut Form {
        match kind {
            Kind::Outcomes | Kind::Scales => &mut self.outcomes,
            Kind::Statistics => &mut self.statistics,
            Kind::Studies => &mut self.studies,
            Kind::Adjudication => &mut self.adjudication,
            Kind::Accepted => &mut self.accepted,
        }
    }
}

fn stranger(path: &str) -> Problem {
    let name = path.rsplit('/').next().unwrap_or(path);
    let known = NAMES.map(|(name, _)| name);
    Problem::warning(
        "extraction::unknown-file",
        format!("`{name}` is no form that is read"),
    )
    .at(Place::file(path))
    .help(suggestion("forms", name, &known))
}
