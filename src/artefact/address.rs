//! Stable names for values: `<stage>/<artefact>#<row key>/<column>`.

use crate::place::{At, Place};
use smol_str::SmolStr;
use std::fmt;
use std::str::FromStr;

/// The name of a value, of a row, of a whole artefact, or of a place in a file that people keep.
///
/// An address never holds a row number, so it survives rows being added, moved or sorted. It prints as it is typed at
/// `review trace`, and [`FromStr`] reads back what [`fmt::Display`] wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// One value: `pool/pooled#ee-change/estimate`.
    Cell {
        /// Stage id.
        stage: SmolStr,
        /// Artefact of the stage.
        artefact: SmolStr,
        /// Key of the row, from [`key`].
        key: SmolStr,
        /// Name of the column.
        column: SmolStr,
    },
    /// One row: `screen/included#Huang2020`.
    Row {
        /// Stage id.
        stage: SmolStr,
        /// Artefact of the stage.
        artefact: SmolStr,
        /// Key of the row.
        key: SmolStr,
    },
    /// A whole artefact, as the source of a count: `import/records`.
    Artefact {
        /// Stage id.
        stage: SmolStr,
        /// Artefact of the stage.
        artefact: SmolStr,
    },
    /// A file that people keep, or a place in it: `data/searches/2026-05-31/pubmed.nbib:1841`.
    File(Place),
}

impl Address {
    /// The address of one value.
    pub fn cell(stage: &str, artefact: &str, key: &str, column: &str) -> Self {
        Self::Cell {
            stage: stage.into(),
            artefact: artefact.into(),
            key: key.into(),
            column: column.into(),
        }
    }

    /// The address of one row.
    pub fn row(stage: &str, artefact: &str, key: &str) -> Self {
        Self::Row {
            stage: stage.into(),
            artefact: artefact.into(),
            key: key.into(),
        }
    }

    /// The address of a whole artefact.
    pub fn artefact(stage: &str, artefact: &str) -> Self {
        Self::Artefact {
            stage: stage.into(),
            artefact: artefact.into(),
        }
    }

    /// The address of a file that people keep.
    pub fn file(path: &str) -> Self {
        Self::File(Place::file(path))
    }

    /// The stage, where the address names one.
    pub fn stage(&self) -> Option<&str> {
        match self {
            Self::Cell { stage, .. } | Self::Row { stage, .. } | Self::Artefact { stage, .. } => {
                Some(stage)
            }
            Self::File(_) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cell {
                stage,
                artefact,
                key,
                column,
            } => write!(f, "{stage}/{artefact}#{key}/{column}"),
            Self::Row {
                stage,
                artefact,
                key,
            } => write!(f, "{stage}/{artefact}#{key}/"),
            Self::Artefact { stage, artefact } => write!(f, "{stage}/{artefact}"),
            Self::File(place) => write!(f, "{place}"),
        }
    }
}

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address is `<stage>/<artefact>#<row key>/<column>`, `<stage>/<artefact>`, or a file")]
pub struct NotAnAddress;

impl FromStr for Address {
    type Err = NotAnAddress;

    /// Reads an address. `stage/artefact#key` without a column means the row.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((head, rest)) = text.split_once('#') {
            let (stage, artefact) = head.split_once('/').ok_or(NotAnAddress)?;
            if stage.is_empty() || artefact.is_empty() || artefact.contains('/') || rest.is_empty()
            {
                return Err(NotAnAddress);
            }
            return Ok(match rest.rsplit_once('/') {
                Some((key, "")) => Self::row(stage, artefact, key),
                Some((key, column)) => Self::cell(stage, artefact, key, column),
                None => Self::row(stage, artefact, rest),
            });
        }
        let place: Place = text.parse().map_err(|_| NotAnAddress)?;
        let last = place.file.rsplit('/').next().unwrap_or_default();
        if place.at == At::File && !last.contains('.') {
            let (stage, artefact) = text.split_once('/').ok_or(NotAnAddress)?;
            if !stage.is_empty() && !artefact.is_empty() && !artefact.contains('/') {
                return Ok(Self::artefact(stage, artefact));
            }
        }
        if text.is_empty() {
            Err(NotAnAddress)
        } else {
            Ok(Self::File(place))
        }
    }
}

/// Builds a row key from its parts: joined by `|`, with the characters that separate keys, addresses and origins escaped
/// as in a web address.
pub fn key<S: AsRef<str>>(parts: &[S]) -> String {
    let plain = parts.iter().map(|part| part.as_ref().len() + 1).sum();
    let mut key = String::with_capacity(plain);
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            key.push('|');
        }
        let mut rest = part.as_ref();
        while let Some(at) = rest
            .bytes()
            .position(|byte| MAY_SEPARATE[usize::from(byte)])
        {
            let (before, from) = rest.split_at(at);
            key.push_str(before);
            let mut characters = from.chars();
            match characters.next() {
                Some(character) if separates(character) => push_escaped(&mut key, character),
                other => key.extend(other),
            }
            rest = characters.as_str();
        }
        key.push_str(rest);
    }
    key
}

/// Whether a character means something in a key, an address or an origin.
fn separates(character: char) -> bool {
    matches!(character, '|' | ';' | '%' | '#' | '(' | ')' | '&' | '=') || character.is_control()
}

/// Whether a character that separates may start with a byte; control characters beyond ASCII start with 0xC2.
const MAY_SEPARATE: [bool; 256] = {
    let mut may = [false; 256];
    let mut byte: u8 = 0;
    loop {
        may[byte as usize] = matches!(byte, b'|' | b';' | b'%' | b'#' | b'(' | b')' | b'&' | b'=')
            || matches!(byte, 0..=0x1F | 0x7F | 0xC2);
        if byte == u8::MAX {
            break may;
        }
        byte += 1;
    }
};

fn push_escaped(key: &mut String, character: char) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        let digits = [byte >> 4, byte & 0xF].map(|digit| DIGITS[usize::from(digit)]);
        key.push('%');
        key.extend(digits.map(char::from));
    }
}

impl serde::Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cell_addresses_read_back_whatever_the_key_holds(parts in prop::collection::vec(".*", 1..4), column in "[a-z_.]+") {
            let address = Address::cell("pool", "effects", &key(&parts), &column);
            prop_assume!(!key(&parts).is_empty());
            prop_assert_eq!(address.to_string().parse::<Address>(), Ok(address));
        }

        #[test]
        fn different_parts_give_different_keys(a in prop::collection::vec(".*", 1..4), b in prop::collection::vec(".*", 1..4)) {
            prop_assert_eq!(a == b, key(&a) == key(&b));
        }
    }

    #[test]
    fn control_characters_are_escaped_and_other_letters_beside_them_are_not() {
        assert_eq!(key(&["¡\u{85}é\n", "a;b"]), "¡%C2%85é%0A|a%3Bb");
    }

    #[test]
    fn rows_artefacts_and_files_read_back() {
        for text in [
            "screen/included#Huang2020/",
            "import/records",
            "data/searches/2026-05-31/pubmed.nbib:1841:7",
            "pipeline.yaml",
        ] {
            assert_eq!(
                text.parse::<Address>().expect("an address").to_string(),
                text
            );
        }
        assert_eq!(
            "screen/included#Huang2020".parse::<Address>(),
            Ok(Address::row("screen", "included", "Huang2020"))
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "#", "pool#x/y", "pool/#x", "pool/effects#"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
