//! The exports of all rounds in their order, read; with those of searches that found nothing, which need no file.

use super::accounting::format_called;
use super::searches::Listed;
use super::{Settings, round_of};
use crate::bib::{self, Import, Naming, Options, Record};
use crate::digest::Digest;
use crate::problem::{Problem, Problems};
use crate::stage::{InFile, rounds};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// One export, or the place of one that a search without hits does not have.
pub(super) struct Export<'a> {
    pub(super) path: &'a str,
    /// Whether there is a file.
    pub(super) is_there: bool,
    pub(super) search: Option<&'a Listed>,
    /// The place of its round among all.
    pub(super) rank: u32,
    /// The digest of its bytes, unless nothing stands in it.
    pub(super) digest: Option<Digest>,
    pub(super) import: Import,
}

/// Reads all exports, the earliest round first, and names their records.
pub(super) fn read<'a>(
    files: Vec<&'a InFile>,
    searches: &'a BTreeMap<String, Listed>,
    settings: &Settings,
    problems: &mut Problems,
) -> Vec<Export<'a>> {
    let listed = searches.iter();
    let without: Vec<(&str, &Listed)> = listed
        .filter(|(path, _)| !files.iter().any(|file| file.path == **path))
        .filter_map(|(path, listed)| {
            if listed.search.hits == Some(0) {
                return Some((path.as_str(), listed));
            }
            problems.push(missing(path, listed));
            None
        })
        .collect();
    let paths = files.iter().map(|file| file.path.as_str());
    let paths: Vec<&str> = paths.chain(without.iter().map(|(path, _)| *path)).collect();
    let days = paths.iter().map(|path| {
        let day = searches.get(*path).map(|one| one.search.date.as_str());
        (round_of(path), day.unwrap_or_default())
    });
    let ranks = rounds::ranks(days.collect::<Vec<_>>());
    let read = files.into_par_iter().map(|file| {
        let search = searches.get(&file.path);
        let import = read_one(file, search, settings);
        Export {
            path: &file.path,
            is_there: true,
            search,
            rank: ranks[round_of(&file.path)],
            digest: (!import.is_blank()).then(|| Digest::of(&file.bytes)),
            import,
        }
    });
    let mut exports: Vec<Export> = read.collect();
    exports.extend(without.into_iter().map(|(path, listed)| Export {
        path,
        is_there: false,
        search: Some(listed),
        rank: ranks[round_of(path)],
        digest: None,
        import: Import::of_nothing(),
    }));
    // Of two copies the one of the earlier round has the plain id, so that a new round renames none.
    exports.sort_by_key(|export| (export.rank, export.path));
    name(&mut exports);
    exports
}

/// Reads one export: by its content, and where that says nothing, as its search says. Nothing is what a search without hits gives.
fn read_one(file: &InFile, search: Option<&Listed>, settings: &Settings) -> Import {
    let mut options = Options {
        mapping: settings.mapping(&file.path),
        ..Options::default()
    };
    let mut import = bib::read_as(&file.path, &file.bytes, &options);
    let unknown = |problem: &Problem| problem.code == "bib::unknown-format";
    let called = search.and_then(|listed| listed.search.format.as_deref());
    if import.problems.iter().any(unknown)
        && let Some(format) = called.and_then(format_called)
    {
        options.format = Some(format);
        import = bib::read_as(&file.path, &file.bytes, &options);
    }
    if import.is_blank() && search.is_some_and(|listed| listed.search.hits == Some(0)) {
        return Import {
            format: import.format,
            encoding: import.encoding,
            ..Import::of_nothing()
        };
    }
    import
}

fn missing(path: &str, listed: &Listed) -> Problem {
    let search = &listed.search;
    let (title, help) = if search.file.is_empty() {
        let title = format!("the search of {} names no file", search.named());
        (title, "write `file`, or `hits: 0` where it found nothing")
    } else {
        let title = format!("{path} is listed as searched, but there is no such file");
        (
            title,
            "put the export there; a search that found nothing has `hits: 0` and needs none",
        )
    };
    Problem::error("import::missing-export", title)
        .at(listed.place.clone())
        .help(help)
}

/// Names the records of all exports, which stand in the order of their rounds.
fn name(exports: &mut [Export]) {
    let mut naming = Naming::default();
    for round in exports.chunk_by_mut(|one, next| one.rank == next.rank) {
        let records = round.iter_mut();
        let records = records.map(|export| export.import.records.as_mut_slice());
        naming.round(&mut records.collect::<Vec<&mut [Record]>>());
    }
}
