//! Where a derived row comes from: rules with the addresses they read, as text in the same open file.

use super::Address;
use smol_str::SmolStr;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// What made a row: one clause for the row, and one for each cell that was made otherwise.
///
/// Written `rule(address; address)`, clauses joined by ` & `; a clause of one cell is written `column=rule(address)`.
/// The text says the same to a reader with a spreadsheet as to `review trace`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin(pub Vec<Clause>);

/// One rule and what it read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clause {
    /// The cell this clause is about; `None` for the row.
    pub column: Option<SmolStr>,
    /// Name of the rule: lower-case words joined by hyphens, such as `hedges-g` or `imputed-correlation`.
    pub rule: SmolStr,
    /// What the rule read, in the order it matters.
    pub from: Arc<[Address]>,
}

impl Origin {
    /// A row made by `rule` from `from`.
    pub fn of(rule: impl Into<SmolStr>, from: impl IntoIterator<Item = Address>) -> Self {
        Self(vec![Clause {
            column: None,
            rule: rule.into(),
            from: from.into_iter().collect(),
        }])
    }

    /// Adds that the cell in `column` was made by a rule of its own.
    #[must_use]
    pub fn with_cell(
        mut self,
        column: &str,
        rule: impl Into<SmolStr>,
        from: impl IntoIterator<Item = Address>,
    ) -> Self {
        self.0.push(Clause {
            column: Some(column.into()),
            rule: rule.into(),
            from: from.into_iter().collect(),
        });
        self
    }

    /// The clause that made a cell: its own, else the row's.
    pub fn of_cell(&self, column: &str) -> Option<&Clause> {
        let own = self
            .0
            .iter()
            .find(|clause| clause.column.as_deref() == Some(column));
        own.or_else(|| self.0.iter().find(|clause| clause.column.is_none()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, clause) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" & ")?;
            }
            if let Some(column) = &clause.column {
                write!(f, "{column}=")?;
            }
            write!(f, "{}(", clause.rule)?;
            for (j, address) in clause.from.iter().enumerate() {
                if j > 0 {
                    f.write_str("; ")?;
                }
                write!(f, "{address}")?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

/// Why a text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an origin: expected `rule(address; address)`")]
pub struct NotAnOrigin(String);

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rest = text;
        let mut clauses = Vec::new();
        while !rest.is_empty() {
            let wrong = || NotAnOrigin(text.to_owned());
            let (head, tail) = rest.split_once('(').ok_or_else(wrong)?;
            let (inside, tail) = tail.split_once(')').ok_or_else(wrong)?;
            let (column, rule) = match head.split_once('=') {
                Some((column, rule)) => (Some(column.into()), rule),
                None => (None, head),
            };
            let from = inside
                .split("; ")
                .filter(|part| !part.is_empty())
                .map(str::parse)
                .collect::<Result<_, _>>();
            clauses.push(Clause {
                column,
                rule: rule.into(),
                from: from.map_err(|_| wrong())?,
            });
            rest = match tail.strip_prefix(" & ") {
                Some(next) if !next.is_empty() => next,
                _ if tail.is_empty() => "",
                _ => return Err(wrong()),
            };
        }
        Ok(Self(clauses))
    }
}

impl serde::Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Origin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::key;
    use proptest::prelude::*;

    fn addresses() -> impl Strategy<Value = Address> {
        prop_oneof![
            (".+", "[a-z]+").prop_map(|(text, column)| Address::cell(
                "extract",
                "outcomes",
                &key(&[text]),
                &column
            )),
            Just(Address::artefact("import", "records")),
            Just(Address::file("data/protocol.yaml")),
        ]
    }

    proptest! {
        #[test]
        fn origins_read_back(
            clauses in prop::collection::vec((prop::option::of("[a-z_]+"), "[a-z-]+", prop::collection::vec(addresses(), 0..4)), 0..4)
        ) {
            let origin = Origin(clauses.into_iter().map(|(column, rule, from)| Clause { column: column.map(Into::into), rule: rule.into(), from: from.into() }).collect());
            prop_assert_eq!(origin.to_string().parse::<Origin>(), Ok(origin));
        }
    }

    #[test]
    fn a_cell_without_a_clause_has_the_rows() {
        let origin = Origin::of("smd", []).with_cell("vi", "imputed-correlation", []);
        assert_eq!(
            origin.of_cell("vi").map(|clause| clause.rule.as_str()),
            Some("imputed-correlation")
        );
        assert_eq!(
            origin.of_cell("yi").map(|clause| clause.rule.as_str()),
            Some("smd")
        );
    }
}
