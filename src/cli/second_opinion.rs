//! What metafor makes of the same effects: the script of `review export r`, run in a temporary folder.

use super::export::pooled;
use crate::engine::{Project, Shelf, files};
use crate::problem::{Problem, Problems};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What R said of one stage that pools.
#[derive(Debug, Default, serde::Serialize)]
pub(super) struct Opinion {
    /// The last line of the script: how many numbers, which metafor, how far apart.
    pub(super) summary: String,
    /// How many numbers were compared.
    numbers: usize,
    /// The largest difference, of the value, or absolute below 1.
    largest: f64,
    #[serde(skip)]
    pub(super) problems: Problems,
}

/// Differences above this are told; the script has the same.
const TOLERANCE: f64 = 1e-6;

/// Runs the scripts of all stages that pool; that R is missing, or ends early, is a problem and no agreement.
pub(super) fn asked<'p, 'r>(project: &'p Project<'r>, shelf: &Shelf<'p, 'r>) -> Vec<Opinion> {
    match scripts(project, shelf) {
        Ok((_folder, scripts)) => scripts
            .iter()
            .map(|script| opinion(script).unwrap_or_else(Opinion::none))
            .collect(),
        Err(problem) => vec![Opinion::none(problem)],
    }
}

/// The scripts, written to a folder that goes with the value.
fn scripts<'p, 'r>(
    project: &'p Project<'r>,
    shelf: &Shelf<'p, 'r>,
) -> Result<(tempfile::TempDir, Vec<PathBuf>), Problem> {
    let system = |error: std::io::Error| {
        Problem::error("audit::system", format!("no temporary folder: {error}"))
    };
    let folder = tempfile::tempdir().map_err(system)?;
    let all = pooled::r(project, shelf, folder.path())
        .map_err(|said| Problem::error("audit::no-results", said))?;
    for (path, bytes) in &all {
        files::write(path, bytes, false).map_err(system)?;
    }
    let mut scripts: Vec<PathBuf> = all.into_iter().map(|(path, _)| path).collect();
    scripts.retain(|path| path.extension().is_some_and(|ending| ending == "R"));
    Ok((folder, scripts))
}

fn opinion(script: &Path) -> Result<Opinion, Problem> {
    let output = Command::new("Rscript")
        .arg("--vanilla")
        .arg(script)
        .output()
        .map_err(no_r)?;
    let out = String::from_utf8_lossy(&output.stdout);
    let table = files::read(&script.with_file_name("agreement.csv"));
    let Ok(table) = table else {
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<&str> = said.lines().map(str::trim).collect();
        let title = format!("R did not come to its end: {}", said.join(" "));
        return Err(Problem::error("audit::r-failed", title)
            .help("`review export r -o check` writes the script; run it with Rscript to see where it stops"));
    };
    let mut opinion = Opinion {
        summary: out.lines().last().unwrap_or_default().to_owned(),
        ..Opinion::default()
    };
    opinion.read(&table);
    Ok(opinion)
}

fn no_r(error: std::io::Error) -> Problem {
    let title = if error.kind() == ErrorKind::NotFound {
        "there is no program `Rscript`, so nothing was compared with metafor".to_owned()
    } else {
        format!("Rscript cannot be run: {error}")
    };
    Problem::error("audit::no-r", title)
        .help("install R with the package metafor (Debian: r-cran-metafor), or leave out --with-r")
}

impl Opinion {
    /// That there is none, and why.
    fn none(problem: Problem) -> Self {
        Self {
            problems: problem.into(),
            ..Self::default()
        }
    }

    /// Takes the script's table: result, number, review, metafor, difference.
    fn read(&mut self, table: &[u8]) {
        for row in csv::Reader::from_reader(table).records().flatten() {
            let cell = |column: usize| row.get(column).unwrap_or_default();
            // What R could not compute is as far apart as can be.
            let difference: f64 = cell(4).parse().unwrap_or(f64::INFINITY);
            self.numbers += 1;
            self.largest = self.largest.max(difference);
            if difference > TOLERANCE {
                let title = format!(
                    "{} of {} is {} here and {} in metafor",
                    cell(1),
                    cell(0),
                    cell(2),
                    cell(3)
                );
                self.problems.push(
                    Problem::error("audit::r-differs", title)
                        .help("`review export r -o check` writes the script and its data"),
                );
            }
        }
        if self.numbers == 0 {
            self.problems.push(Problem::error(
                "audit::r-failed",
                "R compared no number: nothing is pooled, or its table is empty",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_that_differs_or_that_r_lacks_is_told_and_others_are_counted() {
        let mut opinion = Opinion::default();
        opinion.read(
            b"\"result\",\"number\",\"review\",\"metafor\",\"difference\"\n\"sleep|\",\"k\",3,3,0\n\
            \"sleep|\",\"estimate\",0.5,0.6,0.1\n\"sleep|\",\"p\",0.01,NA,Inf\n",
        );
        assert_eq!(opinion.numbers, 3);
        let said: Vec<&str> = opinion
            .problems
            .0
            .iter()
            .map(|p| p.title.as_str())
            .collect();
        assert_eq!(
            said,
            [
                "estimate of sleep| is 0.5 here and 0.6 in metafor",
                "p of sleep| is 0.01 here and NA in metafor"
            ]
        );
    }

    #[test]
    fn an_empty_table_is_no_agreement() {
        let mut opinion = Opinion::default();
        opinion.read(b"\"result\"\n");
        assert_eq!(opinion.problems.0.len(), 1);
    }
}
