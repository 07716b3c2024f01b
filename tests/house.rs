//! The house rules that no lint knows: arrows between modules point one way, only the engine and the command line touch the
//! world, and nothing is left unfinished.

#![expect(
    clippy::disallowed_methods,
    reason = "the test reads the program's own sources"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The floors of the house from the top; a module uses modules of its own floor and of those below.
const FLOORS: &[&[&str]] = &[
    &["cli"],
    &["engine"],
    &["stage", "graph"],
    &[
        "bib",
        "dedup",
        "effect",
        "extraction",
        "grade",
        "meta",
        "plot",
        "protocol",
        "provenance",
        "report",
        "rob",
        "screening",
        "synthesis",
        "update",
    ],
    &["artefact", "config", "stats", "table"],
    &[
        "digest", "ids", "markup", "nearest", "path", "place", "problem",
    ],
];

/// A file of the program, without comments, strings of doc lines and test modules.
struct Source {
    /// Path below `src`, with `/`.
    path: String,
    /// Its lines of code with their numbers.
    lines: Vec<(usize, String)>,
}

impl Source {
    /// The module below the crate's root that the file belongs to.
    fn module(&self) -> &str {
        let name = self.path.split('/').next().unwrap_or_default();
        name.trim_end_matches(".rs")
    }

    /// Where this word stands.
    fn uses(&self, word: &str) -> Vec<String> {
        let lines = self.lines.iter().filter(|(_, line)| line.contains(word));
        lines
            .map(|(number, line)| format!("src/{}:{number}: {}", self.path, line.trim()))
            .collect()
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let texts: BTreeMap<PathBuf, String> = files
        .into_iter()
        .map(|path| (path.clone(), std::fs::read_to_string(path).expect("text")))
        .collect();
    let tests: BTreeSet<PathBuf> = texts
        .iter()
        .flat_map(|(path, text)| test_files(path, text))
        .collect();
    let kept = texts.iter().filter(|(path, _)| !tests.contains(*path));
    kept.map(|(path, text)| Source {
        path: path
            .strip_prefix(&root)
            .expect("below src")
            .to_string_lossy()
            .replace('\\', "/"),
        lines: code(text),
    })
    .collect()
}

/// The files that a file declares as modules for tests alone.
fn test_files(path: &Path, text: &str) -> Vec<PathBuf> {
    let name = path.file_name().expect("a file").to_string_lossy();
    let folder = if matches!(&*name, "mod.rs" | "lib.rs" | "main.rs") {
        path.parent().expect("a folder").to_owned()
    } else {
        path.with_extension("")
    };
    let mut for_tests = false;
    let mut files = Vec::new();
    for line in text.lines().map(str::trim) {
        if line == "#[cfg(test)]" {
            for_tests = true;
        } else if !line.starts_with("#[") {
            let declared = line
                .trim_start_matches("pub(crate) ")
                .strip_prefix("mod ")
                .and_then(|rest| rest.strip_suffix(';'));
            if let (true, Some(module)) = (for_tests, declared) {
                files.push(folder.join(format!("{module}.rs")));
            }
            for_tests = false;
        }
    }
    files
}

/// The lines that are neither comments nor in a test module at the end of the file.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut all = (1..).zip(text.lines()).peekable();
    while let Some((number, line)) = all.next() {
        let next = all.peek().map_or("", |(_, line)| line.trim());
        if line == "#[cfg(test)]" && next.starts_with("mod ") && next.ends_with('{') {
            break;
        }
        if !line.trim_start().starts_with("//") {
            lines.push((number, line.to_owned()));
        }
    }
    lines
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// The modules that a line names behind `crate::`.
fn named(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, found) in line.match_indices("crate::") {
        let rest = &line[at + found.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let parts = group.split(['}', ',']).map(str::trim);
            names.extend(parts.filter_map(first_word));
        } else {
            names.extend(first_word(rest));
        }
    }
    names
}

/// The name of a module at the beginning of a path; types and macros are none.
fn first_word(path: &str) -> Option<String> {
    let end = path.find(|c: char| !c.is_ascii_lowercase() && c != '_');
    let word = &path[..end.unwrap_or(path.len())];
    (!word.is_empty() && floor(word).is_some()).then(|| word.to_owned())
}

#[test]
fn every_module_has_a_floor() {
    let sources = sources();
    let modules: BTreeSet<&str> = sources.iter().map(Source::module).collect();
    let homeless: Vec<&&str> = modules
        .iter()
        .filter(|module| floor(module).is_none() && !matches!(**module, "lib" | "main"))
        .collect();
    assert!(
        homeless.is_empty(),
        "give them a floor in this test: {homeless:?}"
    );
    let known = FLOORS.iter().copied().flatten();
    let gone: Vec<_> = known.filter(|module| !modules.contains(**module)).collect();
    assert!(gone.is_empty(), "no such modules any more: {gone:?}");
}

#[test]
fn arrows_between_modules_point_down() {
    let mut turned = Vec::new();
    for source in sources() {
        let Some(own) = floor(source.module()) else {
            continue;
        };
        for (number, line) in &source.lines {
            let above = named(line)
                .into_iter()
                .filter(|module| floor(module) < Some(own));
            turned.extend(above.map(|module| {
                format!(
                    "src/{}:{number}: `{}` uses `{module}` above it",
                    source.path,
                    source.module()
                )
            }));
        }
    }
    assert!(turned.is_empty(), "{}", turned.join("\n"));
}

#[test]
fn no_two_modules_use_each_other_even_through_others() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources() {
        let below = uses.entry(source.module().to_owned()).or_default();
        let all = source.lines.iter().flat_map(|(_, line)| named(line));
        below.extend(all.filter(|module| module != source.module()));
    }
    // A module that uses nothing left is taken away, until none is left or those left go round.
    loop {
        let free: Vec<String> = uses
            .iter()
            .filter(|(_, below)| below.is_empty())
            .map(|(module, _)| module.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        for module in &free {
            uses.remove(module);
            for below in uses.values_mut() {
                below.remove(module);
            }
        }
    }
    assert!(
        uses.is_empty(),
        "a ring of modules is among these: {uses:?}"
    );
}

#[test]
fn only_the_engine_and_the_command_line_touch_the_world() {
    let words = [
        "std::fs",
        "File::open",
        "File::create",
        "std::env",
        "std::process",
        "std::net",
        "SystemTime",
        "Instant",
        "thread_rng",
        "println!",
        "print!(",
        "stdin()",
    ];
    let mut touching = Vec::new();
    for source in sources() {
        if !matches!(source.module(), "engine" | "cli" | "main") {
            touching.extend(words.iter().flat_map(|word| source.uses(word)));
        }
    }
    assert!(touching.is_empty(), "{}", touching.join("\n"));
}

#[test]
fn nothing_is_left_unfinished() {
    // Spelled apart, so that a search for them finds no test.
    let words = ["todo", "unimplemented", "dbg"].map(|word| format!("{word}!("));
    let mut left = Vec::new();
    for source in sources() {
        left.extend(words.iter().flat_map(|word| source.uses(word)));
    }
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[test]
fn the_rules_see_what_they_look_for() {
    assert_eq!(
        named("use crate::{engine::files, meta, Thing};"),
        ["engine", "meta"]
    );
    assert_eq!(
        named("let x = crate::nearest::nearest(a) + crate::cli::b();"),
        ["nearest", "cli"]
    );
    let file = "use crate::a;\n// todo!()\n#[cfg(test)]\nmod tests {\n    use crate::cli;\n}\n";
    assert_eq!(code(file), [(1, "use crate::a;".to_owned())]);
    let declared = test_files(
        Path::new("src/rob/mod.rs"),
        "mod a;\n#[cfg(test)]\nmod b;\nmod c;\n",
    );
    assert_eq!(declared, [Path::new("src/rob/b.rs")]);
    assert!(sources().len() > 100);
}
