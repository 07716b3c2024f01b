//! Moderator formulas: `~ year + factor(grade)`, `~ a * b`, `~ group - 1`.

use super::Refusal;
use crate::stats::matrix::Matrix;
use std::collections::BTreeSet;

/// A moderator's values, row by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Moderator {
    /// Numbers, NaN where missing.
    Numbers(Vec<f64>),
    /// Categories, `None` where missing.
    Categories(Vec<Option<String>>),
}

impl Moderator {
    /// Categories when `text` has a cell that is neither a number nor empty, numbers otherwise.
    pub fn from_text(text: &[String]) -> Self {
        let missing = |cell: &str| cell.is_empty() || cell == "NA";
        let numbers: Option<Vec<f64>> = text
            .iter()
            .map(|cell| {
                if missing(cell) {
                    Some(f64::NAN)
                } else {
                    cell.parse().ok()
                }
            })
            .collect();
        numbers.map_or_else(
            || {
                Self::Categories(
                    text.iter()
                        .map(|cell| (!missing(cell)).then(|| cell.clone()))
                        .collect(),
                )
            },
            Self::Numbers,
        )
    }

    fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Numbers(numbers) => !numbers[row].is_finite(),
            Self::Categories(categories) => categories[row].is_none(),
        }
    }

    fn into_categories(self) -> Vec<Option<String>> {
        match self {
            Self::Categories(categories) => categories,
            Self::Numbers(numbers) => numbers
                .iter()
                .map(|x| x.is_finite().then(|| format!("{x}")))
                .collect(),
        }
    }
}

/// The levels of a factor in the order R gives them: numbers by size, words by letter with case ignored first.
pub fn levels(categories: &[Option<String>]) -> Vec<String> {
    let distinct: BTreeSet<&String> = categories.iter().flatten().collect();
    let mut levels: Vec<String> = distinct.into_iter().cloned().collect();
    let numbers: Option<Vec<f64>> = levels.iter().map(|level| level.parse().ok()).collect();
    if numbers.is_some() {
        let number = |level: &String| level.parse::<f64>().unwrap_or(f64::NAN);
        levels.sort_by(|a, b| number(a).total_cmp(&number(b)));
    } else {
        levels.sort_by_key(|level| (level.to_lowercase(), level.clone()));
    }
    levels
}

/// One factor of a column of a design, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermPart {
    /// The column of the data.
    pub column: String,
    /// The level that the column marks; `None` for numbers.
    pub level: Option<String>,
    /// The level it is held against; `None` where there is none.
    pub against: Option<String>,
}

/// A column of a design: its name, its cells and what it is made of.
type Column = (String, Vec<f64>, Vec<TermPart>);

/// A design with named columns, over the rows that miss nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Rows by coefficients.
    pub matrix: Matrix,
    /// Names of the columns; the intercept is `intrcpt`.
    pub names: Vec<String>,
    /// What each column is a product of; empty for the intercept.
    pub terms: Vec<Vec<TermPart>>,
    /// The rows of the data that the design holds, ascending.
    pub rows: Vec<usize>,
    /// Whether the first column is the intercept.
    pub has_intercept: bool,
}

/// One factor of a term, as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Variable {
    column: String,
    as_factor: bool,
}

impl Variable {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let (column, as_factor) = match text.strip_prefix("factor(") {
            Some(inner) => (
                inner.strip_suffix(')').ok_or_else(|| {
                    Refusal::Formula(format!("`{text}` lacks its closing bracket"))
                })?,
                true,
            ),
            None => (text, false),
        };
        let column = column.trim();
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        if column.is_empty() || !column.chars().all(plain) {
            return Err(Refusal::Formula(format!(
                "cannot read `{text}`: a term is a column name, factor(name), a:b or a*b"
            )));
        }
        Ok(Self {
            column: column.to_owned(),
            as_factor,
        })
    }

    fn label(&self) -> String {
        if self.as_factor {
            format!("factor({})", self.column)
        } else {
            self.column.clone()
        }
    }
}

/// A parsed formula: terms by order of interaction, and whether there is an intercept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    terms: Vec<Vec<Variable>>,
    intercept: bool,
}

impl Formula {
    /// Parses `~ a + factor(b) + a:c + d*e - 1`.
    ///
    /// # Errors
    /// [`Refusal::Formula`] that names what cannot be read.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let body = text.trim().strip_prefix('~').ok_or_else(|| {
            Refusal::Formula(format!(
                "`{text}` is no formula: it starts with `~`, as in `~ year`"
            ))
        })?;
        let mut formula = Self {
            terms: Vec::new(),
            intercept: true,
        };
        let marked = body.replace('-', "+-");
        for piece in marked.split('+').map(str::trim).filter(|p| !p.is_empty()) {
            match piece.replace(' ', "").as_str() {
                "1" | "-0" => formula.intercept = true,
                "0" | "-1" => formula.intercept = false,
                term if term.starts_with('-') => {
                    return Err(Refusal::Formula(format!(
                        "cannot take away `{}`: only `- 1` is understood",
                        &term[1..]
                    )));
                }
                term => formula.add(term)?,
            }
        }
        formula.terms.sort_by_key(Vec::len);
        Ok(formula)
    }

    fn add(&mut self, term: &str) -> Result<(), Refusal> {
        let crossed: Vec<Vec<Variable>> = term
            .split('*')
            .map(|part| part.split(':').map(Variable::parse).collect())
            .collect::<Result<_, _>>()?;
        // a*b*c stands for every product of some of the three.
        for subset in 1..1_usize << crossed.len() {
            let mut product: Vec<Variable> = Vec::new();
            for (i, part) in crossed.iter().enumerate() {
                if subset & (1 << i) != 0 {
                    for variable in part {
                        if !product.contains(variable) {
                            product.push(variable.clone());
                        }
                    }
                }
            }
            if !self.terms.contains(&product) {
                self.terms.push(product);
            }
        }
        Ok(())
    }

    /// The columns that the formula names.
    pub fn columns(&self) -> BTreeSet<&str> {
        self.terms
            .iter()
            .flatten()
            .map(|variable| variable.column.as_str())
            .collect()
    }

    /// The columns that it takes as they are, not as a factor.
    pub fn plain_columns(&self) -> BTreeSet<&str> {
        let variables = self.terms.iter().flatten();
        let plain = variables.filter(|variable| !variable.as_factor);
        plain.map(|variable| variable.column.as_str()).collect()
    }

    /// Builds the design over the rows among `rows` that miss no moderator. `lookup` gives a column's values.
    ///
    /// Columns that follow from earlier ones are not dropped here; the fit names them.
    ///
    /// # Errors
    /// [`Refusal::Formula`] for a column that does not exist.
    pub fn design(
        &self,
        rows: &[usize],
        lookup: impl Fn(&str) -> Option<Moderator>,
    ) -> Result<Design, Refusal> {
        let mut values: Vec<(Variable, Moderator)> = Vec::new();
        for variable in self.terms.iter().flatten() {
            if values.iter().any(|(known, _)| known == variable) {
                continue;
            }
            let moderator = lookup(&variable.column).ok_or_else(|| {
                Refusal::Formula(format!("the data have no column `{}`", variable.column))
            })?;
            let moderator = if variable.as_factor {
                Moderator::Categories(moderator.into_categories())
            } else {
                moderator
            };
            values.push((variable.clone(), moderator));
        }
        let rows: Vec<usize> = rows
            .iter()
            .copied()
            .filter(|&row| {
                !values
                    .iter()
                    .any(|(_, moderator)| moderator.is_missing(row))
            })
            .collect();
        Ok(self.assemble(rows, &values))
    }

    fn assemble(&self, rows: Vec<usize>, values: &[(Variable, Moderator)]) -> Design {
        let mut columns: Vec<Column> = Vec::new();
        if self.intercept {
            columns.push(("intrcpt".to_owned(), vec![1.0; rows.len()], Vec::new()));
        }
        let mut full_coding = !self.intercept;
        for term in &self.terms {
            let mut product: Vec<Column> = vec![(String::new(), vec![1.0; rows.len()], Vec::new())];
            for variable in term {
                let moderator = values
                    .iter()
                    .find(|(known, _)| known == variable)
                    .map(|(_, moderator)| moderator);
                let Some(moderator) = moderator else { continue };
                let coded = code(variable, moderator, &rows, full_coding && term.len() == 1);
                if matches!(moderator, Moderator::Categories(_)) && term.len() == 1 {
                    full_coding = false;
                }
                product = coded
                    .iter()
                    .flat_map(|(name, column, part)| {
                        product.iter().map(move |(before, earlier, parts)| {
                            let name = if before.is_empty() {
                                name.clone()
                            } else {
                                format!("{before}:{name}")
                            };
                            let cells = earlier.iter().zip(column).map(|(a, b)| a * b).collect();
                            let parts = parts.iter().chain([part]).cloned().collect();
                            (name, cells, parts)
                        })
                    })
                    .collect();
            }
            columns.extend(product);
        }
        // A level that only dropped rows had leaves a column of zeros.
        columns.retain(|(_, column, _)| column.iter().any(|&cell| cell != 0.0));
        let matrix = Matrix::from_fn(rows.len(), columns.len(), |i, j| columns[j].1[i]);
        let named = columns.into_iter().map(|(name, _, parts)| (name, parts));
        let (names, terms) = named.unzip();
        Design {
            matrix,
            names,
            terms,
            has_intercept: self.intercept,
            rows,
        }
    }
}

/// A variable as columns: itself, or one column a level but (unless `full`) the first.
fn code(
    variable: &Variable,
    moderator: &Moderator,
    rows: &[usize],
    full: bool,
) -> Vec<(String, Vec<f64>, TermPart)> {
    let part = |level: Option<&String>, against: Option<&String>| TermPart {
        column: variable.column.clone(),
        level: level.cloned(),
        against: against.cloned(),
    };
    let categories = match moderator {
        Moderator::Numbers(numbers) => {
            let cells = rows.iter().map(|&row| numbers[row]).collect();
            return vec![(variable.label(), cells, part(None, None))];
        }
        Moderator::Categories(categories) => categories,
    };
    let has = |row: usize, level: &String| categories[row].as_ref() == Some(level);
    let levels = levels(categories);
    // A first level that only dropped rows had is nothing to hold others against.
    let first = levels.first().filter(|_| !full);
    let first = first.filter(|level| rows.iter().any(|&row| has(row, level)));
    let coded = levels.iter().skip(usize::from(!full)).map(|level| {
        let marked = |&row: &usize| if has(row, level) { 1.0 } else { 0.0 };
        let cells = rows.iter().map(marked).collect();
        let name = format!("{}{level}", variable.label());
        (name, cells, part(Some(level), first))
    });
    coded.collect()
}
