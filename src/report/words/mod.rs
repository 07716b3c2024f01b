//! The words of the report and of its figures: a language a file.
//!
//! A file has lines `key = text`. `{name}` in a text is filled in; `[[I²]]` is a name that holds digits; a text that begins or ends
//! with blanks stands in double quotes; a key that ends in `.one` is used where its count is one, and a language without such forms
//! leaves it out. Lines `> words of a stage = words of the language` (`=>` where the words hold ` = `) tell what stages say in English,
//! with `{name}` for what varies and `{count}` for a number.
//! A file is read whole: each missing key, unknown key and lost `{name}` is a problem with its place.

mod file;
mod said;

use super::input::TextFile;
use super::span::is_mark;
use crate::place::Place;
use crate::plot::Wording;
use crate::problem::{Problem, Problems};
use file::Entries;
use said::{PARTED, Said, Told, Values};
use std::collections::BTreeMap;

/// Languages built in: the name in the settings, and the file.
const BUILT_IN: [(&str, &str); 2] = [
    (ENGLISH, include_str!("en.txt")),
    ("zh", include_str!("zh.txt")),
];

/// The language in which stages speak, and whose keys every other one must have.
const ENGLISH: &str = "en";

/// The words of one language.
#[derive(Clone, Debug)]
pub struct Words {
    texts: BTreeMap<String, String>,
    said: Vec<Said>,
    figures: Wording,
}

impl Default for Words {
    fn default() -> Self {
        Self::from(Entries::built_in(ENGLISH))
    }
}

impl From<Entries> for Words {
    fn from(entries: Entries) -> Self {
        let mut figures = Wording::english();
        for (key, text) in &entries.texts {
            if let Some(key) = key.strip_prefix("figure.") {
                figures.set(key, text.clone());
            }
        }
        Self {
            texts: entries.texts,
            said: entries.said,
            figures,
        }
    }
}

impl Words {
    /// The words of a language: built in, from the file `words.<language>.txt` among the templates, or built in with what that file
    /// has otherwise.
    ///
    /// # Errors
    ///
    /// `report::language` for a language of which there is no file, `report::words` for each line that is wrong and for the keys that
    /// a file lacks.
    pub fn of(language: &str, templates: &BTreeMap<String, TextFile>) -> Result<Self, Problems> {
        let name = file_name(language);
        let built_in = BUILT_IN.iter().any(|(known, _)| *known == language);
        let Some(own) = templates.get(&name) else {
            if built_in {
                return Ok(Self::from(Entries::built_in(language)));
            }
            let known: Vec<&str> = BUILT_IN.iter().map(|(known, _)| *known).collect();
            let problem = Problem::error(
                "report::language",
                format!("there are no words for the language `{language}`"),
            );
            let help = format!(
                "there are {}; another language is one file `{name}` in the folder of templates",
                known.join(", ")
            );
            return Err(problem.help(help).into());
        };
        let (mut entries, mut problems) = Entries::read(own);
        if built_in {
            entries.add(Entries::built_in(language));
        }
        let missing = entries.missing(&Entries::built_in(ENGLISH));
        if !missing.is_empty() {
            let problem = Problem::error(
                "report::words",
                format!(
                    "the language `{language}` lacks {} words: {}",
                    missing.len(),
                    first(&missing)
                ),
            );
            problems.push(
                problem
                    .at(Place::file(&own.path))
                    .help("add a line `key = text` for each"),
            );
        }
        if problems.is_empty() {
            Ok(Self::from(entries))
        } else {
            Err(problems)
        }
    }

    /// The text of a key; the key itself where there is none, which the check on load rules out for keys of the program.
    pub(super) fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(key).unwrap_or(key)
    }

    /// The text of a key, if there is one.
    pub(super) fn find(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// The text of a key with its `{name}`s filled in, without marks of names.
    pub(super) fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut said = String::new();
        for part in parts(self.text(key)) {
            match part {
                Part::Text(text) | Part::Name(text) => join(&mut said, text),
                Part::Value(name) => {
                    let mut values = values.iter();
                    if let Some((_, value)) = values.find(|(known, _)| *known == name) {
                        join(&mut said, value);
                    }
                }
            }
        }
        said
    }

    /// Words for a code, or the code with blanks for hyphens.
    pub(super) fn spelled(&self, code: &str) -> String {
        let key = format!(
            "code.{}",
            code.to_ascii_lowercase().replace(['_', ' '], "-")
        );
        match self.find(&key) {
            Some(text) => text.to_owned(),
            None if code.contains(' ') => self.said(code),
            None => code.replace(['-', '_'], " "),
        }
    }

    /// What a stage said in English, in this language as far as its file knows it.
    pub(super) fn said(&self, text: &str) -> String {
        self.best(text).text
    }

    /// The translation that leaves the least in English; the text itself where the file knows nothing of it.
    fn best(&self, text: &str) -> Told {
        self.known(text).unwrap_or_else(|| Told::as_said(text))
    }

    /// A text of which the file knows something: the first of those that leave the least, of which a whole without several parts in a
    /// value goes before part by part, and that before a whole.
    fn known(&self, text: &str) -> Option<Told> {
        let has_parts = text.contains(PARTED);
        let close = self.said.iter().map(|said| (said, Values::Close));
        let any = self.said.iter().map(|said| (said, Values::Any));
        let told = |(said, holds): (&Said, Values)| said.told(text, holds, self);
        let part_by_part = std::iter::once_with(|| self.one_by_one(text));
        let candidates = close
            .filter_map(told)
            .chain(part_by_part.flatten())
            .chain(any.filter(|_| has_parts).filter_map(told));
        let mut best: Option<Told> = None;
        for candidate in candidates {
            if best.as_ref().is_none_or(|best| candidate.left < best.left) {
                best = Some(candidate);
            }
            if best.as_ref().is_some_and(|best| best.left == 0) {
                break;
            }
        }
        best
    }

    /// A text of several parts, of which the file knows at least one.
    fn one_by_one(&self, text: &str) -> Option<Told> {
        let parts: Vec<&str> = text.split(PARTED).collect();
        if parts.len() == 1 {
            return None;
        }
        let known: Vec<Option<Told>> = parts.iter().map(|part| self.known(part)).collect();
        if known.iter().all(Option::is_none) {
            return None;
        }
        let told = known.into_iter().zip(parts);
        let told = told.map(|(known, part)| known.unwrap_or_else(|| Told::as_said(part)));
        let told: Vec<Told> = told.collect();
        let texts: Vec<&str> = told.iter().map(|told| told.text.as_str()).collect();
        Some(Told {
            text: texts.join(self.text("semicolon")),
            left: told.iter().map(|told| told.left).sum(),
        })
    }

    /// The moderators of a formula, as people read them: `~ factor(setting) + year` is `setting + year`.
    pub(super) fn moderators(&self, formula: &str) -> String {
        let terms = formula.trim_start_matches('~').split('+');
        let plain = terms.map(|term| {
            let term = term.trim();
            let inner = term.strip_prefix("factor(");
            self.spelled(inner.map_or(term, |inner| inner.trim_end_matches(')')))
        });
        plain.collect::<Vec<_>>().join(" + ")
    }

    /// Whether this is the language in which stages speak.
    pub(super) fn is_english(&self) -> bool {
        self.text("language") == ENGLISH
    }

    /// The words of figures.
    pub(super) fn figures(&self) -> &Wording {
        &self.figures
    }

    /// The texts whose key begins with `start`, by the rest of the key.
    pub(super) fn below(&self, start: &str) -> BTreeMap<&str, &str> {
        let texts = self.texts.iter();
        let below = texts.filter_map(|(key, text)| Some((key.strip_prefix(start)?, text.as_str())));
        below.collect()
    }
}

/// The moderators of a formula as they are written in it, for names of files.
pub(super) fn plain_moderators(formula: &str) -> String {
    Words::default().moderators(formula)
}

/// The name of a language's file.
pub(super) fn file_name(language: &str) -> String {
    format!("words.{language}.txt")
}

/// Whether a file among the templates is one of words.
pub(super) fn is_file_name(name: &str) -> bool {
    let language = name
        .strip_prefix("words.")
        .and_then(|rest| rest.strip_suffix(".txt"));
    language.is_some_and(|language| !language.is_empty())
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// As it stands.
    Text(&'a str),
    /// `[[…]]`: a name that holds digits.
    Name(&'a str),
    /// `{…}`: a value.
    Value(&'a str),
}

/// A text in its parts.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '[']) {
        let is_value = rest[at..].starts_with('{');
        let (open, close) = if is_value { ("{", "}") } else { ("[[", "]]") };
        let inner = rest[at..]
            .strip_prefix(open)
            .and_then(|inner| inner.split_once(close));
        let Some((inner, after)) = inner else {
            parts.push(Part::Text(&rest[..=at]));
            rest = &rest[at + 1..];
            continue;
        };
        if at > 0 {
            parts.push(Part::Text(&rest[..at]));
        }
        parts.push(if is_value {
            Part::Value(inner)
        } else {
            Part::Name(inner)
        });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// Adds text to text, with a blank where a word in Latin letters or digits would touch a Chinese character.
pub(super) fn join(text: &mut String, next: &str) {
    let seen = |character: &char| !is_mark(*character);
    let (last, first) = (text.chars().rev().find(seen), next.chars().find(seen));
    if let (Some(last), Some(first)) = (last, first) {
        let touch = |latin: char, han: char| latin.is_ascii_alphanumeric() && is_han(han);
        if touch(last, first) || touch(first, last) {
            text.push(' ');
        }
    }
    text.push_str(next);
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The names of the values that a text holds, sorted.
fn values(text: &str) -> Vec<&str> {
    let values = parts(text).into_iter().filter_map(|part| match part {
        Part::Value(name) => Some(name),
        _ => None,
    });
    let mut values: Vec<&str> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// The first of many, joined.
fn first(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> BTreeMap<String, TextFile> {
        let file = TextFile {
            path: "stages/report/templates/words.fr.txt".to_owned(),
            text: text.to_owned(),
        };
        BTreeMap::from([("words.fr.txt".to_owned(), file)])
    }

    #[test]
    fn every_language_built_in_has_every_key_with_its_values() {
        let english = Entries::built_in(ENGLISH);
        for (language, _) in BUILT_IN {
            assert_eq!(
                Entries::built_in(language).missing(&english),
                [""; 0],
                "{language}"
            );
        }
    }

    #[test]
    fn what_stages_say_of_searches_and_of_what_was_left_out_is_told_in_chinese() {
        let words = Words::of("zh", &BTreeMap::new()).expect("built in");
        for (english, chinese) in [
            ("searched on 2026-05-31", "检索于 2026-05-31"),
            (
                "searched on 2026-05-31 (a note)",
                "检索于 2026-05-31（a note）",
            ),
            (
                "searched on 2026-01-31 (a note); searched on 2026-05-31",
                "检索于 2026-01-31（a note）；2026-05-31",
            ),
            (
                "searched on 2026-01-31; not on that day: APA PsycInfo",
                "检索于 2026-01-31；该日未检索：APA PsycInfo",
            ),
            ("searched on a day not told", "检索于 日期未说明"),
            ("no search by other methods", "未作其他途径的检索"),
            ("all its numbers", "其全部数据"),
            (
                "its design `rct` is none that the analysis takes",
                "其设计 `rct` 不在该分析所取之列",
            ),
            (
                "nobody declared one; Cohen's bands, 0.2 and 0.8",
                "无人声明；Cohen 界值 0.2 与 0.8",
            ),
        ] {
            assert_eq!(words.said(english), chinese);
        }
        assert_eq!(words.text("code.differs"), "与计划不同");
    }

    #[test]
    fn the_english_words_of_figures_are_those_of_the_figures() {
        let words = Words::default();
        for key in Wording::keys() {
            assert!(
                words.find(&format!("figure.{key}")).is_some(),
                "figure.{key}"
            );
        }
        assert_eq!(words.figures(), &Wording::english());
        let figures = words.below("figure.");
        assert!(figures.keys().all(|key| Wording::keys().contains(key)));
    }

    #[test]
    fn a_language_of_a_file_of_its_own_must_be_whole_and_is_told_what_it_lacks() {
        let english = BUILT_IN[0].1;
        let french = english.replace("gap = \" \"", "gap = \"  \"");
        assert_eq!(
            Words::of("fr", &own(&french)).expect("whole").text("gap"),
            "  "
        );
        let without: String = english
            .lines()
            .filter(|line| !line.starts_with("gap ="))
            .flat_map(|line| [line, "\n"])
            .collect();
        let problems = Words::of("fr", &own(&without)).expect_err("`gap` is missing");
        assert_eq!(problems.0[0].title, "the language `fr` lacks 1 words: gap");
        assert_eq!(
            Words::of("eo", &own(english)).expect_err("no file").0[0].code,
            "report::language"
        );
    }

    #[test]
    fn a_line_that_means_nothing_is_told_with_its_place() {
        let text = format!("{}gpa = x\nno line\ninterval = von bis\n", BUILT_IN[0].1);
        let problems = Words::of("fr", &own(&text)).expect_err("four mistakes");
        let lines = u32::try_from(BUILT_IN[0].1.lines().count()).expect("few lines");
        let told: Vec<String> = problems
            .0
            .iter()
            .map(|problem| {
                format!(
                    "{} {}",
                    problem.places[0]
                        .0
                        .to_string()
                        .rsplit(':')
                        .next()
                        .unwrap_or_default(),
                    problem.title
                )
            })
            .collect();
        assert_eq!(
            told[..4],
            [
                format!("{} `gpa` is no key of the words", lines + 1),
                format!("{} the line is no `key = text`", lines + 2),
                format!("{} `interval` stands here a second time", lines + 3),
                format!(
                    "{} `interval` has the values none, and needs lower, upper",
                    lines + 3
                ),
            ]
        );
    }

    #[test]
    fn texts_come_apart_into_what_stands_what_is_a_name_and_what_is_filled_in() {
        assert_eq!(
            parts("a [[I²]] {k} [x"),
            [
                Part::Text("a "),
                Part::Name("I²"),
                Part::Text(" "),
                Part::Value("k"),
                Part::Text(" ["),
                Part::Text("x")
            ]
        );
        assert_eq!(
            Words::default().say("interval", &[("lower", "1"), ("upper", "2")]),
            "1 to 2"
        );
    }

    /// The keys that the built-in templates ask for, and the beginnings of those that they put together.
    #[test]
    fn every_key_of_the_templates_is_there() {
        let words = Words::default();
        let mut asked = 0;
        for (name, text) in crate::report::built_in_templates() {
            for rest in text
                .split("key=\"")
                .skip(1)
                .filter(|_| name.ends_with(".md.tera"))
            {
                let (key, after) = rest.split_once('"').expect("a key ends");
                let found = if after.trim_start().starts_with('~') {
                    !words.below(key).is_empty()
                } else {
                    words.find(key).is_some()
                };
                let of_protocol = after.starts_with(", default");
                assert!(found || of_protocol, "{name}: {key}");
                asked += 1;
            }
        }
        assert!(asked > 200, "{asked}");
    }

    #[test]
    fn what_stages_say_is_told_in_chinese() {
        let words = Words::of("zh", &BTreeMap::new()).expect("built in");
        assert_eq!(
            words.said("2 studies are fewer than the 10 that a test of small-study effects needs"),
            "2 项研究少于小样本效应检验所需的 10 项"
        );
        assert_eq!(words.said("Huang 2020"), "Huang 2020");
        assert_eq!(words.spelled("very-low"), "极低");
    }
}
