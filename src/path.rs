//! Paths of the project as people write them: relative, `/` between parts, never out of the project.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

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
}

/// Values by path, found by what lies above or below a path without a look at each of them; of two values for one path the first stays.
#[derive(Clone, Debug)]
pub struct PathMap<'p, V>(BTreeMap<&'p str, V>);

impl<'p, V> PathMap<'p, V> {
    /// Adds a value, unless its path has one.
    pub fn add(&mut self, path: &'p str, value: V) {
        self.0.entry(path).or_insert(value);
    }

    /// The values of the path itself and of the folders above it, the outermost first.
    pub fn above(&self, path: &str) -> impl Iterator<Item = &V> {
        let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
        folders.chain([path]).filter_map(|path| self.0.get(path))
    }

    /// The values of what lies inside a folder of that name.
    pub fn inside(&self, path: &str) -> impl Iterator<Item = &V> {
        let start = format!("{path}/");
        let rest = (Bound::Included(start.as_str()), Bound::Unbounded);
        let rest = self.0.range::<str, _>(rest);
        rest.take_while(move |(path, _)| path.starts_with(&start))
            .map(|(_, value)| value)
    }

    /// Whether no path has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the path or a folder above it has a value.
    pub fn covers(&self, path: &str) -> bool {
        self.above(path).next().is_some()
    }
}

impl<V> Default for PathMap<'_, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'p> FromIterator<&'p str> for PathMap<'p, ()> {
    fn from_iter<I: IntoIterator<Item = &'p str>>(paths: I) -> Self {
        Self(paths.into_iter().map(|path| (path, ())).collect())
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
    fn a_folder_is_above_what_lies_in_it_but_not_above_a_longer_name() {
        let mut map = PathMap::default();
        map.add("data", 1);
        map.add("data/a/b.csv", 2);
        map.add("data", 3);
        map.add("data-2/a.csv", 4);
        let above = |path| map.above(path).copied().collect::<Vec<_>>();
        let inside = |path| map.inside(path).copied().collect::<Vec<_>>();
        assert_eq!(above("data/a/b.csv"), [1, 2]);
        assert_eq!(above("data"), [1]);
        assert_eq!(above("database/a.csv"), [0; 0]);
        assert_eq!(inside("data"), [2]);
        assert_eq!(inside("data/a"), [2]);
        assert_eq!(inside("data/a/b.csv"), [0; 0]);
        assert!(map.covers("data/x") && !map.covers("data-2"));
    }
}
