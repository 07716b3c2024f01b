//! Identifiers as types of their own, so that a record cannot stand where a study is wanted.

use std::fmt;

macro_rules! identifier {
    ($(#[$doc:meta] $name:ident;)+) => {$(
        #[$doc]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text; surrounding blanks are not part of an identifier.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(text.as_ref().trim().to_owned())
            }

            /// The identifier as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    )+};
}

identifier! {
    /// A record: one entry of one search export, or the merged entry of a duplicate cluster.
    RecordId;
    /// A study: the investigation that one or more reports describe.
    StudyId;
    /// An outcome of the review's protocol, such as `emotional-exhaustion`.
    OutcomeId;
    /// A stage of the pipeline, as named in `pipeline.yaml`.
    StageId;
}
