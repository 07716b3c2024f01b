//! `foreach:`, which makes one declared stage many: one for each word of a list, or for each file or folder that a pattern such as
//! `data/trials/*.csv` fits, with `{each}` replaced.

use super::edge::is_name;
use super::placed::Placed;
use super::reader::Reader;
use super::stage_decl::bad_name;
use super::yaml::{Node, Value};
use crate::path::{RelPath, is_noise};
use crate::problem::Problem;
use rayon::prelude::*;
use std::borrow::Cow;

/// What stands for the word in every text of the stage; `{{each}}` is the literal text.
const EACH: &str = "{each}";

/// Fewer stages are not worth a second thread.
pub(super) const MANY: usize = 256;

/// What stands in a folder of the project, sorted; `None` where no folder is known.
pub type Names<'a> = dyn Fn(&RelPath) -> Option<Vec<String>> + 'a;

/// A `foreach` that goes over the files or folders that a path with one `*` fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// As written, with its place.
    pub written: Placed<String>,
    /// The paths that it fits, sorted.
    pub fits: Vec<RelPath>,
    folder: RelPath,
    before: String,
    after: String,
}

impl Pattern {
    /// Whether something at this path changes what the pattern fits: it is fitted itself, holds the folder, or stands in what is fitted.
    pub(super) fn is_changed_by(&self, path: &RelPath) -> bool {
        let (path, folder) = (path.as_str(), self.folder.as_str());
        if folder == path || folder.starts_with(&format!("{path}/")) {
            return true;
        }
        let below = path.strip_prefix(folder);
        let below = below.and_then(|rest| rest.strip_prefix('/'));
        below.is_some_and(|rest| {
            let name = rest.split('/').next().unwrap_or(rest);
            name.strip_prefix(self.before.as_str())
                .is_some_and(|rest| rest.ends_with(&self.after))
        })
    }

    /// Whether it goes over a hidden folder, such as `.review/`.
    pub(super) fn is_hidden(&self) -> bool {
        self.folder.as_str().split('/').any(is_noise)
    }
}

/// A stage as written, or the stages that its `foreach` makes of it.
pub(super) struct Expanded<'n> {
    /// The id as written, where there is a `foreach`: edges from it mean every one of the stages.
    pub(super) group: Option<String>,
    /// What its `foreach` goes over, where that is no list.
    pub(super) pattern: Option<Pattern>,
    /// The stages.
    pub(super) stages: Vec<Cow<'n, Node>>,
}

/// Makes of a stage what its `foreach` says; everything wrong with it is reported to `reader`.
///
/// `names` lists what stands in a folder; `None` where no folder is known, and then a pattern is an error.
pub(super) fn expand<'n>(
    reader: &mut Reader<'_>,
    stage: &'n Node,
    names: &Names<'_>,
) -> Expanded<'n> {
    let plain = || Expanded {
        group: None,
        pattern: None,
        stages: vec![Cow::Borrowed(stage)],
    };
    let Some(entry) = stage.as_mapping().and_then(|fields| fields.get("foreach")) else {
        return plain();
    };
    let (words, pattern) = match &entry.value.value {
        Value::Scalar(pattern) => fitting(reader, &entry.value, &pattern.text, names),
        _ => (words(reader, &entry.value), None),
    };
    let fields = stage.as_mapping();
    if let Some(settings) = fields.and_then(|fields| fields.get("settings"))
        && let Value::Mapping(_) = &settings.value.value
        && mentions(&settings.value)
    {
        let problem = Problem::error(
            "config::each-in-settings",
            "`{each}` is not replaced in settings that stand in the pipeline",
        )
        .at(reader.place(&settings.value))
        .help("give each its file: `settings: stages/{each}/settings.yaml`");
        reader.report(problem);
    }
    let id = fields.and_then(|fields| match &fields.get("id")?.value.value {
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        _ => None,
    });
    let stages = words.par_iter().with_min_len(MANY);
    let stages = stages.map(|word| Cow::Owned(with(stage, word))).collect();
    Expanded {
        group: id,
        pattern,
        stages,
    }
}

/// The words of the list; each is a name and stands there once.
fn words(reader: &mut Reader<'_>, node: &Node) -> Vec<String> {
    let expected = "a list of names, such as `[sleep, falls]`";
    let mut words: Vec<String> = Vec::new();
    let items = reader.list(node, "`foreach`", expected).unwrap_or_default();
    if items.is_empty() && matches!(node.value, Value::Sequence(_)) {
        let problem = Problem::error("config::each-of-nothing", "`foreach` names nothing")
            .at(reader.place(node))
            .help("name at least one, or take the stage out");
        reader.report(problem);
    }
    for item in items {
        let Some(word) = reader.text(item, "a word of `foreach`") else {
            continue;
        };
        if !is_name(&word) {
            let problem = bad_name("a word of `foreach`", &word).at(word.place);
            reader.report(problem);
        } else if words.contains(&word) {
            let title = format!("`{}` stands twice in `foreach`", *word);
            reader.report(Problem::error("config::each-twice", title).at(word.place));
        } else {
            words.push(word.value);
        }
    }
    words
}

/// What stands for the `*` of a pattern in each name that it fits, and the pattern.
fn fitting(
    reader: &mut Reader<'_>,
    node: &Node,
    pattern: &str,
    names: &Names<'_>,
) -> (Vec<String>, Option<Pattern>) {
    let Some((folder, before, after)) = parts(pattern) else {
        let said = "a list of names, such as `[sleep, falls]`, or a path with one `*` in its last part, such as `data/trials/*.csv`";
        reader.wrong(node, "`foreach`", said);
        return (Vec::new(), None);
    };
    let Some(names) = names(&folder) else {
        let title = format!("what fits `foreach: {pattern}` is not known without its folder");
        let problem = Problem::error("config::each-unknown", title)
            .at(reader.place(node))
            .help("read the pipeline in its project, or write a list of names");
        reader.report(problem);
        return (Vec::new(), None);
    };
    let mut words = Vec::new();
    let mut fits = Vec::new();
    for name in names.iter().filter(|name| !is_noise(name)) {
        let word = name
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after));
        match word {
            Some(word) if is_name(word) => {
                words.push(word.to_owned());
                fits.extend(RelPath::parse(&format!("{folder}/{name}")));
            }
            Some(word) => {
                let title = format!("`{folder}/{name}` fits `foreach`, and `{word}` is no name");
                let problem = Problem::error("config::bad-name", title)
                    .at(reader.place(node))
                    .help("rename it with lower-case letters, digits and `-` alone, a letter first, or move it elsewhere");
                reader.report(problem);
            }
            None => {}
        }
    }
    if words.is_empty() {
        let problem = Problem::error(
            "config::each-of-nothing",
            format!("nothing fits `foreach: {pattern}`"),
        )
        .at(reader.place(node))
        .help(format!("put a file into `{folder}`, or take the stage out"));
        reader.report(problem);
    }
    let pattern = Pattern {
        written: Placed {
            value: pattern.to_owned(),
            place: reader.place(node),
        },
        fits,
        before: before.to_owned(),
        after: after.to_owned(),
        folder,
    };
    (words, Some(pattern))
}

/// The folder of a pattern, and what stands before and after its `*`.
fn parts(pattern: &str) -> Option<(RelPath, &str, &str)> {
    let (folder, last) = pattern.trim_end_matches('/').rsplit_once('/')?;
    let (before, after) = last.split_once('*')?;
    let plain = |text: &str| !text.contains(['*', '?', '[', '{']);
    let folder = RelPath::parse(folder).ok()?;
    (plain(folder.as_str()) && plain(before) && plain(after)).then_some((folder, before, after))
}

/// The stage for one word.
fn with(stage: &Node, word: &str) -> Node {
    let mut stage = stage.clone();
    if let Value::Mapping(fields) = &mut stage.value {
        fields.shift_remove("foreach");
        if let Some(id) = fields.get_mut("id")
            && let Value::Scalar(scalar) = &mut id.value.value
        {
            scalar.text = format!("{}-{word}", scalar.text);
        }
    }
    replace(&mut stage, word);
    stage
}

fn replace(node: &mut Node, word: &str) {
    match &mut node.value {
        Value::Scalar(scalar) if !scalar.text.contains('{') => {}
        Value::Scalar(scalar) => scalar.text = filled(&scalar.text, word),
        Value::Sequence(items) => items.iter_mut().for_each(|item| replace(item, word)),
        Value::Mapping(fields) => fields
            .values_mut()
            .for_each(|entry| replace(&mut entry.value, word)),
    }
}

/// The text with the word in its places.
fn filled(text: &str, word: &str) -> String {
    let mut filled = String::with_capacity(text.len() + word.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let (put, after) = if let Some(after) = from.strip_prefix("{{each}}") {
            (EACH, after)
        } else if let Some(after) = from.strip_prefix(EACH) {
            (word, after)
        } else {
            from.split_at(1)
        };
        filled.push_str(put);
        rest = after;
    }
    filled + rest
}

fn mentions(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.contains(EACH),
        Value::Sequence(items) => items.iter().any(mentions),
        Value::Mapping(fields) => fields.values().any(|entry| mentions(&entry.value)),
    }
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn each_stands_for_the_word_and_in_double_braces_for_itself() {
        for (text, made) in [
            ("data/{each}.csv", "data/x.csv"),
            ("{each}-{each}", "x-x"),
            ("{{each}}", "{each}"),
            ("{{{each}}}", "{{each}}"),
            ("{{each} {in.a} {", "{x {in.a} {"),
            ("plain", "plain"),
        ] {
            assert_eq!(filled(text, "x"), made, "{text}");
        }
    }
}
