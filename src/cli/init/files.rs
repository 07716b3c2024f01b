//! The files of new projects, built into the program.

/// A file of a new project: path, text.
pub(super) type File = (&'static str, &'static str);

macro_rules! files {
    ($folder:literal: $($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!($folder, "/", $path)))),+]
    };
}

/// A review with nothing in it yet.
pub(super) const EMPTY: &[File] = files!["empty":
    ".gitignore",
    "pipeline.yaml",
    "data/protocol.yaml",
    "data/searches/README.md",
    "data/screening/adjudication.csv",
    "data/screening/studies.csv",
    "data/extraction/studies.csv",
    "data/extraction/outcomes.csv",
    "data/extraction/statistics.csv",
    "data/extraction/effects.csv",
    "data/extraction/scales.yaml",
    "data/risk-of-bias/adjudication.csv",
    "data/risk-of-bias/overrides.csv",
    "data/grade/judgements.csv",
    "stages/pool/settings.yaml",
    "stages/grade/settings.yaml",
];

/// The 13 BCG trials.
pub(super) const BCG: &[File] = files!["bcg":
    "README.md",
    "pipeline.yaml",
    "data/protocol.yaml",
    "data/searches/1994-03-02/searches.yaml",
    "data/searches/1994-03-02/trials.csv",
    "data/screening/reviewer-a.csv",
    "data/screening/reviewer-b.csv",
    "data/screening/adjudication.csv",
    "data/screening/studies.csv",
    "data/extraction/studies.csv",
    "data/extraction/outcomes.csv",
    "stages/pool/settings.yaml",
];
