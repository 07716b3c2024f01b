//! Paths of the project as people write them: relative, `/` between parts, never out of the project.

use std::fmt;

/// A path relative to the project, such as `data/searches/pubmed.nbib`.
///
/// Parts are joined by one `/`; `./` at the front, `.` parts and a `/` at the end are dropped on reading. The path never is
/// absolute, never holds `..`, a backslash or a control character, and never is empty, so that it means the same on every machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct RelPath(String);

/// Why a text is no [`RelPath`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing is left of the text.
    #[error("the path is empty")]
    Empty,
    /// `/home/…`, `C:/…`, `~/…`.
    #[error("the path is absolute")]
    Absolute,
    /// A part is `..`.
    #[error("the path holds `..`")]
    Parent,
    /// Parts are joined by `\`.
    #[error("the path holds a backslash")]
    Backslash,
    /// A line break, tab or other control character.
    #[error("the path holds a control character")]
    Control,
}

impl PathError {
    /// What to write instead.
    pub fn help(self) -> &'static str {
        match self {
            Self::Empty => "write a path relative to the project, such as `data/protocol.yaml`",
            Self::Absolute => {
                "copy the file into the project and write its path from there, such as `data/protocol.yaml`: \
                 others do not have your folders"
            }
            Self::Parent => {
                "keep the file inside the project and write its path from the project's folder"
            }
            Self::Backslash => "write `/` between the parts, on Windows too",
            Self::Control => {
                "rename the file without line breaks, tabs or other invisible characters"
            }
        }
    }
}

impl RelPath {
    /// Reads a path as a person wrote it.
    ///
    /// # Errors
    /// When the path is empty, absolute, or holds `..`, a backslash or a control character.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(PathError::Control);
        }
        if is_absolute(text) {
            return Err(PathError::Absolute);
        }
        if text.contains('\\') {
            return Err(PathError::Backslash);
        }
        let parts: Vec<&str> = text
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        if parts.contains(&"..") {
            return Err(PathError::Parent);
        }
        if parts.is_empty() {
            return Err(PathError::Empty);
        }
        Ok(Self(parts.join("/")))
    }

    /// The path as text, without a `/` at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn name(&self) -> &str {
        self.0
            .rsplit_once('/')
            .map_or(self.0.as_str(), |(_, name)| name)
    }

    /// The folder that holds it; `None` for something in the project's own folder.
    pub fn parent(&self) -> Option<Self> {
        self.0
            .rsplit_once('/')
            .map(|(folder, _)| Self(folder.to_owned()))
    }

    /// Whether both are the same path or one lies inside the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        let inside = |outer: &str, inner: &str| {
            inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        inside(&self.0, &other.0) || inside(&other.0, &self.0)
    }
}

/// Whether no stage reads files of this name: hidden ones, and what editors leave behind.
pub fn is_noise(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || name.starts_with("~$")
}

fn is_absolute(text: &str) -> bool {
    let drive = matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    drive || text.starts_with(['/', '~']) || text.starts_with("\\\\")
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl std::str::FromStr for RelPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl<'de> serde::Deserialize<'de> for RelPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_path_written_differently_is_one_path() {
        for text in [
            "data/searches",
            "./data/searches/",
            "data//searches",
            " data/./searches ",
        ] {
            assert_eq!(RelPath::parse(text).unwrap().as_str(), "data/searches");
        }
    }

    #[test]
    fn paths_that_leave_the_project_are_refused() {
        for (text, error) in [
            ("", PathError::Empty),
            ("./", PathError::Empty),
            ("/etc/passwd", PathError::Absolute),
            ("C:/Users", PathError::Absolute),
            ("C:\\Users", PathError::Absolute),
            ("\\\\server\\share", PathError::Absolute),
            ("~/data", PathError::Absolute),
            ("data/../../x", PathError::Parent),
            ("data\\x", PathError::Backslash),
            ("data/a\nb", PathError::Control),
        ] {
            assert_eq!(RelPath::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn a_folder_overlaps_what_lies_in_it_but_not_a_longer_name() {
        let path = |text: &str| RelPath::parse(text).unwrap();
        assert!(path("data").overlaps(&path("data/a.csv")));
        assert!(path("data/a.csv").overlaps(&path("data")));
        assert!(!path("data").overlaps(&path("database/a.csv")));
    }
}
