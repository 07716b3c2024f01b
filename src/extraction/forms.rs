//! The folder of forms: which file is which table.

use super::agreement::{ADJUDICATION, duplicates};
use super::form::{Form, Layout};
use super::form_reader::{read_csv, read_sheet};
use super::integrity::ACCEPTED;
use super::outcomes::OUTCOMES;
use super::reported::EFFECTS;
use super::statistics::STATISTICS;
use super::studies::STUDIES;
use crate::nearest::suggestion;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{Sheet, is_workbook, read_workbook};

/// A file by its name: path relative to the project, and bytes.
pub type NamedBytes<'a> = (&'a str, &'a [u8]);

/// A table of the folder, told by the beginning of its file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `outcomes.csv`, and files such as `outcomes-anna.csv`.
    Outcomes,
    /// `statistics.csv`.
    Statistics,
    /// `effects.csv`.
    Effects,
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
    ("outcomes", Kind::Outcomes),
    ("statistics", Kind::Statistics),
    ("effects", Kind::Effects),
    ("studies", Kind::Studies),
    ("adjudication", Kind::Adjudication),
    ("accepted", Kind::Accepted),
];

/// The files of a folder by their plain names.
const FILES: [&str; 7] = [
    "outcomes.csv",
    "statistics.csv",
    "effects.csv",
    "studies.csv",
    "adjudication.csv",
    "accepted.csv",
    "scales.yaml",
];

impl Kind {
    /// The table that a file holds, by its name: `outcomes.csv`, or a part of it such as `outcomes-anna.csv`.
    pub fn of(path: &str) -> Option<Self> {
        match path.rsplit('/').next()?.rsplit_once('.')? {
            ("scales", "yaml") => Some(Self::Scales),
            (stem, "csv") => Self::named(stem),
            _ => None,
        }
    }

    /// The table whose name a name is, or begins with before `-`, `_`, `.` or a blank; case does not count.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let found = NAMES.iter().find(|(known, _)| {
            let rest = name.strip_prefix(known);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.', ' ']))
        });
        found.map(|(_, kind)| *kind)
    }

    fn layout(self) -> Option<&'static Layout> {
        match self {
            Self::Outcomes => Some(&OUTCOMES),
            Self::Statistics => Some(&STATISTICS),
            Self::Effects => Some(&EFFECTS),
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
    /// Reported effects with their errors.
    pub effects: Form,
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
            effects: absent("effects.csv"),
            studies: absent("studies.csv"),
            adjudication: absent("adjudication.csv"),
            accepted: absent("accepted.csv"),
        };
        let (mut problems, mut structure) = (Problems::new(), Problems::new());
        for (path, bytes) in files {
            if is_workbook(path) {
                forms.take_workbook(path, bytes, &mut problems, &mut structure);
                continue;
            }
            let Some(kind) = Kind::of(path) else {
                problems.append(stranger(path).into());
                continue;
            };
            if let Some(layout) = kind.layout() {
                forms.take(
                    kind,
                    read_csv(path, bytes, layout),
                    &mut problems,
                    &mut structure,
                );
            }
        }
        structure.append(duplicates(&forms.studies, &STUDIES));
        structure.append(duplicates(&forms.outcomes, &OUTCOMES));
        structure.append(duplicates(&forms.statistics, &STATISTICS));
        structure.append(duplicates(&forms.effects, &EFFECTS));
        if structure.has_errors() {
            Err(structure)
        } else {
            Ok((forms, problems))
        }
    }

    /// Adds what was read of one table.
    fn take(
        &mut self,
        kind: Kind,
        read: Result<(Form, Problems), Problems>,
        problems: &mut Problems,
        structure: &mut Problems,
    ) {
        match read {
            Ok((form, found)) => {
                problems.append(found);
                self.slot(kind).join(form);
            }
            Err(found) => structure.append(found),
        }
    }

    /// Adds the sheets of a workbook, each told by its name; the name of the file tells a sheet that stands alone.
    fn take_workbook(
        &mut self,
        path: &str,
        bytes: &[u8],
        problems: &mut Problems,
        structure: &mut Problems,
    ) {
        let sheets = match read_workbook(path, bytes) {
            Ok(sheets) => sheets,
            Err(problem) => return structure.push(problem),
        };
        let stem = path.rsplit('/').next().unwrap_or(path);
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let filled: Vec<Sheet> = sheets
            .into_iter()
            .filter(|sheet| !sheet.rows.is_empty())
            .collect();
        let alone = filled.len() == 1;
        for sheet in filled {
            let by_file = || alone.then(|| Kind::named(stem)).flatten();
            let kind = Kind::named(&sheet.name).or_else(by_file);
            match kind.and_then(|kind| Some((kind, kind.layout()?))) {
                Some((kind, layout)) => {
                    problems.extend(sheet.hidden_note(path));
                    self.take(kind, read_sheet(path, sheet, layout), problems, structure);
                }
                None => problems.push(strange_sheet(path, &sheet.name)),
            }
        }
    }

    fn slot(&mut self, kind: Kind) -> &mut Form {
        match kind {
            Kind::Outcomes | Kind::Scales => &mut self.outcomes,
            Kind::Statistics => &mut self.statistics,
            Kind::Effects => &mut self.effects,
            Kind::Studies => &mut self.studies,
            Kind::Adjudication => &mut self.adjudication,
            Kind::Accepted => &mut self.accepted,
        }
    }
}

fn strange_sheet(path: &str, sheet: &str) -> Problem {
    let known = NAMES.map(|(name, _)| name);
    Problem::warning(
        "extraction::unknown-sheet",
        format!("the sheet `{sheet}` is no form that is read"),
    )
    .at(Place::cell(path, sheet, "A1"))
    .help(suggestion("sheets", sheet, &known))
}

fn stranger(path: &str) -> Problem {
    let name = path.rsplit('/').next().unwrap_or(path);
    Problem::warning(
        "extraction::unknown-file",
        format!("`{name}` is no form that is read"),
    )
    .at(Place::file(path))
    .help(suggestion("forms", name, &FILES))
}
