//! What the pages are about: records of the last run, votes and protocol as they stand on the disk.

use crate::bib::Record;
use crate::dedup::verdict;
use crate::engine::{Project, ReadyStage, Shelf, Source, Work, files};
use crate::ids::RecordId;
use crate::problem::{Problem, Problems, Severity};
use crate::protocol::Protocol;
use crate::screening::matching::Index;
use crate::screening::votes::reviewer_of;
use crate::screening::{self, Identification, Input, Screening, Settings};
use crate::stage::{ClusterRow, Entered, InFile, QueueRow, records_in, with_protocol};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where verdicts are kept when the pipeline names no place.
const VERDICTS: &str = "data/deduplication/verdicts.csv";

/// What is screened.
pub(super) struct Material {
    pub(super) records: Vec<Record>,
    pub(super) index: Index,
    pub(super) settings: Settings,
    pub(super) protocol: Option<Protocol>,
    pub(super) entered: Entered,
    /// What is wrong with what was entered.
    problems: Problems,
    root: PathBuf,
    /// The folder of decisions.
    folder: PathBuf,
    /// Its files.
    files: Vec<InFile>,
}

impl Material {
    /// Reads what the stage `screen` of the project reads.
    pub(super) fn read(project: &Project) -> Result<Self, String> {
        let stage = stage_of(project, "screen")?;
        let shelf = Shelf::of(project);
        let records = records(project, &shelf, stage)?;
        let (path, bytes) = artefact(project, &shelf, stage, "clusters")?;
        let clusters: Vec<ClusterRow> = crate::artefact::read_rows(&path, &bytes)
            .map_err(|_| format!("{path} cannot be read; run `review run`"))?;
        let merged: BTreeMap<RecordId, RecordId> = clusters
            .iter()
            .filter(|row| row.member != row.record)
            .map(|row| (RecordId::new(&row.member), RecordId::new(&row.record)))
            .collect();
        let protocol = protocol(project, stage)?;
        let settings: Settings = serde_json::from_value(stage.settings.clone())
            .map_err(|error| format!("the settings of `{}`: {error}", stage.decl.id))?;
        let settings = with_protocol(&settings, protocol.as_ref());
        let folder = path_of(stage, "decisions").ok_or("the stage `screen` reads no decisions")?;
        let folder = project.root.join(folder);
        let files = files_below(&project.root, &folder)?;
        let (entered, problems) = Entered::read(&files, &settings);
        Ok(Self {
            index: Index::new(&records, &merged)
                .with_members(clusters.iter().filter_map(ClusterRow::said)),
            records,
            settings,
            protocol,
            entered,
            problems,
            root: project.root.clone(),
            folder,
            files,
        })
    }

    /// The file that a reviewer's votes at a stage go to: the one they were read from, or a new one.
    ///
    /// # Errors
    ///
    /// When two files hold votes of the reviewer, when votes at the stage come out of an export, and when the reader left out
    /// anything of the reviewer's file or of the adjudications: what is written behind a fault could be lost.
    pub(super) fn file_of(&self, who: &str, stage: screening::Stage) -> Result<PathBuf, String> {
        let (name, who) = (who, who.to_lowercase());
        let own = |file: &&InFile| {
            Entered::is_votes(file) && reviewer_of(&file.path).to_lowercase() == who
        };
        let own: Vec<&str> = self.files.iter().filter(own).map(path_in).collect();
        let path = only(&own, "votes of one reviewer")?;
        let theirs = self.entered.votes.iter();
        let mut elsewhere = theirs.filter(|vote| {
            vote.reviewer.to_lowercase() == who && vote.stage == stage && path.is_none()
        });
        if let Some(vote) = elsewhere.next() {
            return Err(format!(
                "the votes of {} at {stage} stand in {}, an export of a tool; vote on in the tool, and put its new export there",
                vote.reviewer, vote.place.file
            ));
        }
        self.sound(path)?;
        self.sound(self.adjudications()?)?;
        Ok(path.map_or_else(
            || self.folder.join(format!("{name}.csv")),
            |path| self.root.join(path),
        ))
    }

    /// The file of adjudications: the one that was read, or a new one.
    ///
    /// # Errors
    ///
    /// When there are two, and when the reader left out anything of it.
    pub(super) fn file_of_adjudications(&self) -> Result<PathBuf, String> {
        let path = self.adjudications()?;
        self.sound(path)?;
        Ok(path.map_or_else(
            || self.folder.join("adjudication.csv"),
            |path| self.root.join(path),
        ))
    }

    fn adjudications(&self) -> Result<Option<&str>, String> {
        let named = |file: &&InFile| file.path.rsplit('/').next() == Some("adjudication.csv");
        let found: Vec<&str> = self.files.iter().filter(named).map(path_in).collect();
        only(&found, "adjudications")
    }

    /// Refuses a file of which the reader left out anything; one without a byte has nothing to lose.
    fn sound(&self, path: Option<&str>) -> Result<(), String> {
        let Some(path) = path else { return Ok(()) };
        let empty = |file: &InFile| file.path == path && file.bytes.is_empty();
        if self.files.iter().any(empty) {
            return Ok(());
        }
        let about = |problem: &&Problem| {
            let mut places = problem.places.iter();
            problem.severity == Severity::Error && places.any(|(place, _)| place.file == path)
        };
        refused(path, self.problems.iter().filter(about))
    }

    /// Where every record stands by all that was entered; with `settled`, conflicts that were settled are none.
    pub(super) fn screening(&self, settled: bool) -> Screening<'_> {
        let adjudications = if settled {
            self.entered.adjudications.as_slice()
        } else {
            &[]
        };
        let input = Input {
            records: &self.records,
            index: &self.index,
            votes: &self.entered.votes,
            adjudications,
            links: &[],
            settings: &self.settings,
            identification: &Identification::default(),
        };
        screening::screen(input).0
    }

    /// Positions of the records that went on to full text.
    pub(super) fn at_full_text(&self) -> Vec<usize> {
        let screening = self.screening(true);
        let first = screening::Stage::TitleAbstract;
        let excluded = screening.excluded.iter();
        let excluded = excluded
            .filter(|row| row.stage == first)
            .map(|row| &row.record);
        let waiting = screening.undecided.iter();
        let waiting = waiting
            .filter(|row| row.stage == first)
            .map(|row| &row.record);
        let gone: BTreeSet<&RecordId> = excluded.chain(waiting).collect();
        (0..self.records.len())
            .filter(|&position| !gone.contains(&self.records[position].id))
            .collect()
    }

    /// What the protocol asks, in lines of a name and a text.
    pub(super) fn criteria(&self) -> Vec<(String, String)> {
        let Some(protocol) = &self.protocol else {
            return Vec::new();
        };
        let question = &protocol.question;
        let mut lines = vec![
            ("Population", question.population.text.clone()),
            ("Intervention", question.intervention.text.clone()),
            ("Comparator", question.comparator.text.clone()),
            ("Outcomes", question.outcomes.text.clone()),
        ];
        let word = |value: &serde_json::Value, name: &str| {
            value
                .get(name)
                .and_then(|text| text.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let eligibility = &protocol.eligibility;
        let designs = eligibility
            .designs
            .get("include")
            .and_then(|list| list.as_array());
        let designs = designs
            .into_iter()
            .flatten()
            .filter_map(|design| design.as_str());
        lines.push(("Who counts", word(&eligibility.population, "reading")));
        lines.push(("Designs", designs.collect::<Vec<_>>().join(", ")));
        lines
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.to_owned(), text))
            .collect()
    }

    /// Reasons for exclusion: code and words.
    pub(super) fn reasons(&self) -> Vec<(String, String)> {
        let declared = self.protocol.iter();
        let declared: BTreeMap<&str, &str> = declared
            .flat_map(|protocol| &protocol.eligibility.exclusion_reasons.ordered)
            .map(|reason| (reason.code.as_str(), reason.text.as_str()))
            .collect();
        let codes = self.settings.reasons.iter();
        codes
            .map(|code| {
                (
                    code.clone(),
                    declared.get(code.as_str()).unwrap_or(&"").to_string(),
                )
            })
            .collect()
    }
}

/// The pairs that deduplication leaves to a person.
pub(super) struct Unsure {
    pub(super) pairs: Vec<QueueRow>,
    pub(super) records: BTreeMap<String, Record>,
    /// Pairs with a verdict, the smaller id first.
    pub(super) answered: BTreeMap<(String, String), bool>,
    pub(super) file: PathBuf,
    /// What to write into the pipeline so that verdicts are read.
    pub(super) unread: Option<String>,
}

impl Unsure {
    /// Reads the queue of the stage `deduplicate` of the project.
    pub(super) fn read(project: &Project) -> Result<Self, String> {
        let stage = stage_of(project, "deduplicate")?;
        let shelf = Shelf::of(project);
        let id = stage.decl.id.as_str();
        let (path, bytes) = shelf.bytes(id, "queue").ok_or_else(not_run)?;
        let pairs: Vec<QueueRow> = crate::artefact::read_rows(&path, &bytes)
            .map_err(|_| format!("{path} cannot be read; run `review run`"))?;
        let wanted: BTreeSet<&str> = pairs
            .iter()
            .flat_map(|pair| [pair.id1.as_str(), pair.id2.as_str()])
            .collect();
        let records = records(project, &shelf, stage)?
            .into_iter()
            .filter(|record| wanted.contains(record.id.as_str()))
            .map(|record| (record.id.to_string(), record))
            .collect();
        let declared = path_of(stage, "verdicts");
        let unread = declared.is_none().then(|| {
            format!("the pipeline reads no verdicts yet: add `verdicts: data/deduplication/` to `in` of `{id}`")
        });
        let place = declared.unwrap_or(VERDICTS);
        let path = if place.ends_with(".csv") {
            place.to_owned()
        } else {
            format!("{}/verdicts.csv", place.trim_end_matches('/'))
        };
        let file = files::inside(&project.root, &path).map_err(|error| error.to_string())?;
        let text = match files::read_text(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("{}: {error}", file.display()));
            }
            text => text.unwrap_or_default(),
        };
        let (answered, problems) = verdict::read(place, text.as_bytes());
        let errors = problems.iter();
        refused(
            place,
            errors.filter(|problem| problem.severity == Severity::Error),
        )?;
        let answered = answered.into_iter().map(|said| {
            let (a, b) = (said.a.to_string(), said.b.to_string());
            (if a <= b { (a, b) } else { (b, a) }, said.same)
        });
        Ok(Self {
            answered: answered.collect(),
            pairs,
            records,
            file,
            unread,
        })
    }
}

/// Tells what has to be mended in a file before it is written to.
fn refused<'p>(path: &str, errors: impl Iterator<Item = &'p Problem>) -> Result<(), String> {
    let told: Vec<String> = errors
        .map(|error| {
            let help = error.help.iter().map(|help| format!("\n  {help}"));
            format!("{error}{}", help.collect::<String>())
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let told = told.join("\n");
    Err(format!(
        "{told}\nmend {path} first: not all of it counts, and what is written behind a fault may not either"
    ))
}

/// The only one of some files; none where there is none.
fn only<'p>(paths: &[&'p str], what: &str) -> Result<Option<&'p str>, String> {
    match paths {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => Err(format!(
            "{} files hold {what}: {}; bring them together in one",
            several.len(),
            several.join(", ")
        )),
    }
}

fn path_in(file: &InFile) -> &str {
    &file.path
}

fn not_run() -> String {
    "there are no records yet; run `review run` first".to_owned()
}

/// The first stage of a kind.
fn stage_of<'p, 'r>(project: &'p Project<'r>, kind: &str) -> Result<&'p ReadyStage<'r>, String> {
    let found = project
        .stages
        .iter()
        .find(|stage| matches!(&stage.work, Work::BuiltIn(work) if work.signature().kind == kind));
    found.ok_or_else(|| format!("the pipeline has no stage that uses `{kind}`"))
}

/// What flows into a port from another stage: path and bytes.
fn artefact(
    project: &Project,
    shelf: &Shelf,
    stage: &ReadyStage,
    port: &str,
) -> Result<(String, Vec<u8>), String> {
    let sources = stage.inputs.iter().filter(|(name, _)| name == port);
    let above = sources
        .flat_map(|(_, sources)| sources)
        .find_map(|source| match source {
            Source::Stage(at, artefact) => Some((project.stages[*at].decl.id.as_str(), artefact)),
            Source::Path(_) => None,
        });
    let (above, artefact) = above.ok_or_else(|| format!("nothing flows into `{port}`"))?;
    shelf.bytes(above, artefact).ok_or_else(not_run)
}

fn records(project: &Project, shelf: &Shelf, stage: &ReadyStage) -> Result<Vec<Record>, String> {
    let (path, bytes) = artefact(project, shelf, stage, "records")?;
    let mut records = records_in([(path.as_str(), bytes.as_slice())])
        .map_err(|_| format!("{path} cannot be read; run `review run`"))?;
    for record in &mut records {
        record.tags = crate::bib::Tags::new();
    }
    Ok(records)
}

/// The file or folder on a port.
fn path_of<'s>(stage: &'s ReadyStage, port: &str) -> Option<&'s str> {
    stage
        .paths()
        .find(|(name, _)| *name == port)
        .map(|(_, path)| path.as_str())
}

fn protocol(project: &Project, stage: &ReadyStage) -> Result<Option<Protocol>, String> {
    let Some(path) = path_of(stage, "protocol") else {
        return Ok(None);
    };
    let text = files::read_text(&project.root.join(path)).map_err(|e| format!("{path}: {e}"))?;
    let read = crate::config::yaml::from_str(path, &text);
    read.map(Some)
        .map_err(|_| format!("{path} cannot be read; `review check` says why"))
}

fn files_below(root: &Path, folder: &Path) -> Result<Vec<InFile>, String> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let paths = files::list(root, folder).map_err(said)?;
    let read = paths.into_iter().map(|path| {
        let bytes = files::read(&root.join(&path)).map_err(said)?;
        Ok(InFile { path, bytes })
    });
    read.collect()
}
