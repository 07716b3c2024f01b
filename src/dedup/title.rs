//! Titles: what is compared, what a title says about the kind of item, and how two titles differ.

use super::normalise::{decode_entities, fold, head};
use rapidfuzz::distance::osa;

/// The kind of item a title announces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Notice {
    /// A publication in its own right.
    #[default]
    None,
    /// Erratum, corrigendum, correction.
    Correction,
    /// Retraction notice, expression of concern.
    Retraction,
    /// Comment, commentary, editorial on another publication.
    Comment,
    /// Reply of the authors, response.
    Reply,
}

/// A language as far as titles need it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Tongue {
    #[default]
    Unknown,
    English,
    German,
    French,
    Spanish,
    Italian,
    Portuguese,
    /// Chinese, Japanese or Korean.
    Ideographs,
    /// Cyrillic, Greek, Hebrew, Arabic.
    OtherScript,
}

/// Greek letters alone are signs (`β-blocker`), not a language.
fn is_greek_sign(letter: char) -> bool {
    (0x370..0x400).contains(&u32::from(letter))
}

/// The language most of whose commonest words stand in the folded title; English wins a tie.
fn tongue(folded: &str) -> Tongue {
    const COMMON: [(Tongue, &[&str]); 6] = [
        (
            Tongue::English,
            &[
                "the", "of", "and", "in", "for", "with", "on", "to", "a", "by", "from", "an", "as",
                "at", "after",
            ],
        ),
        (
            Tongue::German,
            &[
                "der", "die", "das", "und", "fur", "von", "mit", "bei", "eine", "ein", "zum",
                "zur", "im", "des", "dem", "den", "durch", "nach",
            ],
        ),
        (
            Tongue::French,
            &[
                "le", "les", "des", "et", "une", "du", "dans", "chez", "sur", "la", "de", "en",
                "par", "un",
            ],
        ),
        (
            Tongue::Spanish,
            &[
                "el", "los", "las", "del", "en", "y", "una", "con", "para", "la", "de", "por", "un",
            ],
        ),
        (
            Tongue::Italian,
            &[
                "il", "della", "nel", "di", "per", "e", "dei", "delle", "nella", "con", "la", "un",
                "lo",
            ],
        ),
        (
            Tongue::Portuguese,
            &[
                "o", "os", "da", "do", "dos", "das", "em", "na", "no", "e", "com", "para", "uma",
                "de",
            ],
        ),
    ];
    let mut best = (Tongue::Unknown, 0);
    for (tongue, common) in COMMON {
        let count = folded
            .split(' ')
            .filter(|word| common.contains(word))
            .count();
        if count > best.1 {
            best = (tongue, count);
        }
    }
    best.0
}

/// A title in comparable form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Title {
    /// Folded title; the original and the translated one where a record carries both. Empty where no title is known.
    pub(super) forms: Vec<Box<str>>,
    /// What the title announces.
    pub(super) notice: Notice,
    /// Whether the export cut the title short.
    pub(super) cut: bool,
    /// Whether the title is marked as translated.
    pub(super) translated: bool,
    /// Language told by its commonest words.
    tongue: Tongue,
}

/// Bytes of a title that are read.
const READ: usize = 1500;

impl Title {
    /// Reads a title; text such as `#NAME?` or `[No title available]` is none.
    pub(super) fn read(text: &str) -> Self {
        let text = decode_entities(head(text.trim(), READ));
        let text = text.trim();
        if missing(text) {
            return Self::default();
        }
        let cut = text.ends_with('…') || text.ends_with("...");
        let (texts, translated) = forms(text);
        let mut notice = Notice::None;
        let mut folded = Vec::with_capacity(texts.len());
        for text in texts {
            let (text, cited) = without_citation(text);
            let (kind, form) = announced(&fold(text, READ));
            let kind = if cited {
                kind.max(Notice::Correction)
            } else {
                kind
            };
            if form.is_empty() {
                continue;
            }
            notice = notice.max(kind);
            let form = form.into_boxed_str();
            if !folded.contains(&form) {
                folded.push(form);
            }
        }
        let tongue = if text.chars().any(|c| u32::from(c) > 0x2E80) {
            Tongue::Ideographs
        } else if text.chars().any(|c| {
            (0x370..0x600).contains(&u32::from(c)) && c.is_alphabetic() && !is_greek_sign(c)
        }) {
            Tongue::OtherScript
        } else {
            tongue(folded.first().map_or("", |form: &Box<str>| form))
        };
        Self {
            forms: folded,
            notice,
            cut,
            translated,
            tongue,
        }
    }

    /// Whether the two titles may say one thing in two languages, so that other words mean nothing.
    pub(super) fn foreign(&self, other: &Self) -> bool {
        let known = self.tongue != Tongue::Unknown && other.tongue != Tongue::Unknown;
        self.translated || other.translated || known && self.tongue != other.tongue
    }

    /// Whether there is nothing to compare.
    pub(super) fn is_missing(&self) -> bool {
        self.forms.is_empty()
    }

    /// The form that is compared first; empty where there is none.
    pub(super) fn main(&self) -> &str {
        self.forms.first().map_or("", |form| form)
    }
}

fn missing(text: &str) -> bool {
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
    text.starts_with('#') && text.ends_with(['?', '!'])
        || matches!(
            bare,
            "" | "#name"
                | "unknown"
                | "untitled"
                | "no title"
                | "title not available"
                | "no title available"
                | "not available"
                | "n/a"
                | "na"
                | "null"
                | "none"
                | "#n/a"
                | "#value"
                | "#ref"
        )
}

const LANGUAGES: [&str; 30] = [
    "chinese",
    "german",
    "french",
    "spanish",
    "russian",
    "japanese",
    "italian",
    "polish",
    "portuguese",
    "korean",
    "turkish",
    "dutch",
    "hungarian",
    "czech",
    "danish",
    "swedish",
    "norwegian",
    "persian",
    "hebrew",
    "greek",
    "english",
    "serbian",
    "croatian",
    "ukrainian",
    "romanian",
    "finnish",
    "slovak",
    "bulgarian",
    "arabic",
    "slovene",
];

/// The texts to compare: brackets of translated titles opened, language tags and database remarks taken off.
fn forms(text: &str) -> (Vec<&str>, bool) {
    let mut text = without_remark(text).trim_end_matches(['.', ' ']);
    let mut translated = false;
    while let Some(open) = text
        .rfind(['[', '('])
        .filter(|_| text.ends_with([']', ')']))
    {
        let inner = text[open + 1..text.len() - 1].trim();
        let lower = inner.to_lowercase();
        let language = lower.contains(|c: char| c.is_alphabetic())
            && lower
                .split(|c: char| !c.is_alphabetic())
                .filter(|word| {
                    !word.is_empty()
                        && !matches!(*word, "article" | "in" | "and" | "original" | "text")
                })
                .all(|word| LANGUAGES.contains(&word));
        if open == 0 || !language {
            break;
        }
        translated |= language && !lower.contains("english");
        text = text[..open].trim_end_matches(['.', ' ']);
    }
    if let Some(inner) = text.strip_prefix('[')
        && let Some(inner) = inner.strip_suffix(']').filter(|inner| !inner.contains(']'))
    {
        return (vec![inner.trim_end_matches(['.', ' '])], true);
    }
    if let Some((before, inner)) = text
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['))
        && before.len() >= 8
        && inner.split_whitespace().count() >= 3
    {
        return (
            vec![
                before.trim_end_matches(['.', ' ']),
                inner.trim_end_matches(['.', ' ']),
            ],
            true,
        );
    }
    if let Some((before, after)) = text.split_once(" = ")
        && before.len() >= 20
        && after.len() >= 20
    {
        return (vec![before, after], true);
    }
    (vec![text], translated)
}

/// The title without a database's bracketed remark: `[Erratum appears in N Engl J Med …]`, `[see comment]`.
fn without_remark(text: &str) -> &str {
    const REMARKS: [&str; 8] = [
        "[erratum appears",
        "[published erratum",
        "[see comment",
        "[comment",
        "[corrected]",
        "[retracted",
        "[review]",
        "[abstract]",
    ];
    let lower = text.to_ascii_lowercase();
    let at = REMARKS
        .iter()
        .filter_map(|remark| lower.find(remark))
        .filter(|at| *at > 10)
        .min();
    at.map_or(text, |at| &text[..at])
}

/// Prefixes that announce an item about another item; each opens the title and is taken off before comparing.
const ANNOUNCED: [(&str, Notice); 44] = [
    ("erratum to ", Notice::Correction),
    ("erratum for ", Notice::Correction),
    ("erratum in ", Notice::Correction),
    ("erratum regarding ", Notice::Correction),
    ("errata ", Notice::Correction),
    ("erratum ", Notice::Correction),
    ("corrigendum to ", Notice::Correction),
    ("corrigendum for ", Notice::Correction),
    ("corrigendum ", Notice::Correction),
    ("corrigenda ", Notice::Correction),
    ("author correction ", Notice::Correction),
    ("publisher correction ", Notice::Correction),
    ("publishers correction ", Notice::Correction),
    ("publisher erratum ", Notice::Correction),
    ("correction to ", Notice::Correction),
    ("correction for ", Notice::Correction),
    ("correction notice ", Notice::Correction),
    ("correction ", Notice::Correction),
    ("addendum to ", Notice::Correction),
    ("addendum ", Notice::Correction),
    ("retraction note to ", Notice::Retraction),
    ("retraction note ", Notice::Retraction),
    ("retraction notice to ", Notice::Retraction),
    ("retraction notice ", Notice::Retraction),
    ("retraction of ", Notice::Retraction),
    ("retraction to ", Notice::Retraction),
    ("notice of retraction ", Notice::Retraction),
    ("expression of concern ", Notice::Retraction),
    ("comment on ", Notice::Comment),
    ("comments on ", Notice::Comment),
    ("commentary on ", Notice::Comment),
    ("commentary to ", Notice::Comment),
    ("re ", Notice::Comment),
    ("response to ", Notice::Reply),
    ("reply to ", Notice::Reply),
    ("in reply to ", Notice::Reply),
    ("authors reply to ", Notice::Reply),
    ("author reply to ", Notice::Reply),
    ("authors response to ", Notice::Reply),
    ("author s response to ", Notice::Reply),
    ("author s reply to ", Notice::Reply),
    ("authors response ", Notice::Reply),
    ("authors reply ", Notice::Reply),
    ("reply ", Notice::Reply),
];

/// Announcements at the end: `… reply`, `… (vol 12, pg 3, 2007)`, `… erratum`.
const ENDINGS: [(&str, Notice); 10] = [
    (" erratum", Notice::Correction),
    (" corrigendum", Notice::Correction),
    (" correction", Notice::Correction),
    (" reply", Notice::Reply),
    (" authors reply", Notice::Reply),
    (" author reply", Notice::Reply),
    (" response", Notice::Reply),
    (" the authors reply", Notice::Reply),
    (" comment", Notice::Comment),
    (" commentary", Notice::Comment),
];

/// Marks of the item itself that databases add or leave out: taken off, the item stays what it is.
const MARKS: [&str; 6] = [
    "withdrawn ",
    "retracted article ",
    "retracted ",
    "reprint of ",
    "republished ",
    "reprint ",
];

/// The title without the citation in brackets that databases put at the end of a correction's title:
/// `(vol 33, pg 151, 2018)`, `(N Engl J Med (2009) 360 (542-544))`; and whether there was one.
fn without_citation(text: &str) -> (&str, bool) {
    let text = text.trim_end_matches(['.', ' ']);
    if !text.ends_with(')') {
        return (text, false);
    }
    let mut depth = 0_i32;
    let open = text.char_indices().rev().find(|(_, c)| {
        depth += match c {
            ')' => 1,
            '(' => -1,
            _ => 0,
        };
        depth == 0
    });
    let Some((at, _)) = open.filter(|(at, _)| *at >= 10) else {
        return (text, false);
    };
    let numbers: Vec<&str> = text[at..]
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .collect();
    let year = numbers
        .iter()
        .any(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")));
    let lower = text[at + 1..].to_lowercase();
    let itself = ["reprint", "retract", "withdrawn", "see ", "republish"]
        .iter()
        .any(|start| lower.starts_with(start));
    let cited = year && numbers.len() >= 3;
    if itself {
        return (text[..at].trim_end(), false);
    }
    if cited {
        (text[..at].trim_end(), true)
    } else {
        (text, false)
    }
}

/// Words after a bare prefix such as `correction` or `reply` that show it to be part of an ordinary title.
const GOES_ON: [&str; 9] = [
    "of", "in", "with", "by", "and", "at", "after", "during", "rates",
];

/// What the folded title announces, and the title without that.
fn announced(folded: &str) -> (Notice, String) {
    let mut rest = folded;
    for mark in MARKS {
        rest = rest.strip_prefix(mark).unwrap_or(rest);
    }
    for (prefix, notice) in ANNOUNCED {
        if let Some(tail) = rest.strip_prefix(prefix) {
            let next = tail.split(' ').next().unwrap_or("");
            let bare = prefix.matches(' ').count() == 1;
            if bare && (GOES_ON.contains(&next) || tail.matches(' ').count() < 2) {
                continue;
            }
            return (notice, tail.to_owned());
        }
    }
    for (ending, notice) in ENDINGS {
        if let Some(tail) = rest.strip_suffix(ending)
            && tail.matches(' ').count() >= 3
            && !ends_open(tail)
        {
            return (notice, tail.to_owned());
        }
    }
    (Notice::None, rest.to_owned())
}

/// Whether the words before an ending show it to belong to the sentence (`immune response`).
fn ends_open(tail: &str) -> bool {
    let last = tail.rsplit(' ').next().unwrap_or("");
    last.len() < 20 && !matches!(last, "authors" | "author" | "s")
}

/// How two titles stand to each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    /// Share of letters in words that agree, from 0 to 1.
    pub(super) similarity: f64,
    /// Letters and digits of the shorter title: how much an agreement says.
    pub(super) length: usize,
    /// Words of the first title that the second lacks, spelling and filling words aside.
    pub(super) left: Vec<String>,
    /// Words of the second title that the first lacks.
    pub(super) right: Vec<String>,
    /// Whether one title is the start of the other.
    pub(super) start: bool,
}

/// Compares all forms of two titles and returns the closest; `None` where either is missing.
pub(super) fn compare(a: &Title, b: &Title) -> Option<Difference> {
    let mut best: Option<Difference> = None;
    for left in &a.forms {
        for right in &b.forms {
            let difference = compare_forms(left, right, a.cut, b.cut);
            if best
                .as_ref()
                .is_none_or(|best| difference.similarity > best.similarity)
            {
                best = Some(difference);
            }
        }
    }
    best
}

const STOP: [&str; 22] = [
    "the", "a", "an", "of", "in", "on", "and", "for", "with", "to", "by", "at", "from", "s", "or",
    "is", "as", "der", "die", "des", "et", "de",
];

fn letters(text: &str) -> usize {
    text.chars().filter(|c| *c != ' ').count()
}

fn compare_forms(a: &str, b: &str, a_cut: bool, b_cut: bool) -> Difference {
    let length = letters(a).min(letters(b));
    let equal = |start| Difference {
        similarity: 1.0,
        length,
        left: Vec::new(),
        right: Vec::new(),
        start,
    };
    if a == b {
        return equal(false);
    }
    if (a_cut && b.starts_with(a.trim_end())) || (b_cut && a.starts_with(b.trim_end())) {
        return equal(true);
    }
    let left: Vec<&str> = a.split(' ').collect();
    let right: Vec<&str> = b.split(' ').collect();
    let front = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let most = left.len().min(right.len()) - front;
    let back = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let left_middle = &left[front..left.len() - back];
    let right_middle = &right[front..right.len() - back];
    let start = back == 0 && (left_middle.is_empty() || right_middle.is_empty());
    if left_middle.concat() == right_middle.concat() {
        return equal(false);
    }
    let (left, right) = unmatched(left_middle, right_middle);
    let lost: usize = left.iter().chain(&right).map(String::len).sum();
    let total = letters(a) + letters(b);
    Difference {
        similarity: 1.0 - lost as f64 / total.max(1) as f64,
        length,
        left,
        right,
        start,
    }
}

/// Words that stand on one side only, once equal words, misspellings, joined words and filling words are set against each other.
fn unmatched(left: &[&str], right: &[&str]) -> (Vec<String>, Vec<String>) {
    const MANY: usize = 60;
    let mut right: Vec<&str> = right.iter().take(MANY).copied().collect();
    let mut rest = Vec::new();
    for word in left.iter().take(MANY) {
        match right.iter().position(|other| other == word) {
            Some(at) => {
                right.remove(at);
            }
            None => rest.push(*word),
        }
    }
    let mut left = Vec::new();
    for word in rest {
        match right.iter().position(|other| alike(word, other)) {
            Some(at) => {
                right.remove(at);
            }
            None => left.push(word),
        }
    }
    if left.concat() == right.concat() {
        return (Vec::new(), Vec::new());
    }
    join(&mut left, &mut right);
    join(&mut right, &mut left);
    let keep = |words: Vec<&str>| {
        words
            .into_iter()
            .filter(|word| !STOP.contains(word))
            .map(str::to_owned)
            .collect()
    };
    (keep(left), keep(right))
}

/// Sets two neighbouring words against their joined spelling (`meta analysis`, `metaanalysis`).
fn join(left: &mut Vec<&str>, right: &mut Vec<&str>) {
    let mut at = 0;
    while at + 1 < left.len() {
        let joined = format!("{}{}", left[at], left[at + 1]);
        if let Some(other) = right
            .iter()
            .position(|word| *word == joined || alike(word, &joined))
        {
            right.remove(other);
            left.drain(at..at + 2);
        } else {
            at += 1;
        }
    }
}

/// Whether two words are one: the same number, or a misspelling of a word long enough that this says something.
fn alike(a: &str, b: &str) -> bool {
    if let (Some(a), Some(b)) = (value(a), value(b)) {
        return a == b;
    }
    let short = a.len().min(b.len());
    if a.bytes().chain(b.bytes()).any(|byte| byte.is_ascii_digit()) || short < 4 || opposed(a, b) {
        return false;
    }
    let most = if short >= 9 { 2 } else { 1 };
    a.len().abs_diff(b.len()) <= most && osa::distance(a.chars(), b.chars()) <= most
}

/// Prefixes that turn a word into its counterpart, a letter or two apart.
const OPPOSED: [(&str, &str); 12] = [
    ("hyper", "hypo"),
    ("inter", "intra"),
    ("macro", "micro"),
    ("pre", "pro"),
    ("in", "de"),
    ("in", "un"),
    ("endo", "exo"),
    ("mono", "bi"),
    ("anti", "ante"),
    ("over", "under"),
    ("super", "sub"),
    ("ab", "ad"),
];

fn opposed(a: &str, b: &str) -> bool {
    OPPOSED.iter().any(|(one, other)| {
        let turned = |a: &str, b: &str| {
            a.strip_prefix(one)
                .is_some_and(|tail| b.strip_prefix(other) == Some(tail))
        };
        turned(a, b) || turned(b, a)
    })
}

/// The number a word stands for: digits, Roman numerals to twelve, number words to ten.
pub(super) fn value(word: &str) -> Option<u64> {
    if word.len() <= 18 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok();
    }
    let roman = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    ];
    let words = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    let order = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    roman
        .iter()
        .position(|other| *other == word)
        .or_else(|| words.iter().position(|other| *other == word))
        .or_else(|| order.iter().position(|other| *other == word))
        .map(|at| at as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(a: &str, b: &str) -> Difference {
        compare(&Title::read(a), &Title::read(b)).unwrap()
    }

    #[test]
    fn spelling_is_no_difference() {
        for (a, b) in [
            (
                "Meta-analysis of tumour randomised trials",
                "Metaanalysis of tumor randomized trials.",
            ),
            (
                "[Efficacy of batroxobin for dementia]",
                "Efficacy of batroxobin for dementia. [Chinese]",
            ),
            (
                "Behandlung der Depression [Treatment of severe depression]",
                "[Treatment of severe depression]",
            ),
        ] {
            assert!(between(a, b).similarity > 0.999, "{a} / {b}");
        }
    }

    #[test]
    fn a_changed_group_or_number_is_a_difference_on_both_sides() {
        for (a, b) in [
            ("Aspirin for stroke in men", "Aspirin for stroke in women"),
            ("Effects in type 1 diabetes", "Effects in type 2 diabetes"),
            ("Care of hypertension", "Care of hypotension"),
            ("The kidney. Part I", "The kidney. Part II"),
        ] {
            let difference = between(a, b);
            assert!(
                !difference.left.is_empty() && !difference.right.is_empty(),
                "{a} / {b}"
            );
        }
    }

    #[test]
    fn notices_are_told_from_the_items_they_are_about() {
        for (text, notice) in [
            ("Erratum: Care of the kidney in old age", Notice::Correction),
            (
                "Care of the kidney in old age (vol 33, pg 151, 2018)",
                Notice::Correction,
            ),
            ("Author's response to: Care of the kidney", Notice::Reply),
            ("Correction of severe anaemia in patients", Notice::None),
            ("Reply of neurons to light in the eye", Notice::None),
            ("The immune response", Notice::None),
            ("RETRACTED ARTICLE: Care of the kidney", Notice::None),
            ("WITHDRAWN: Care of the kidney", Notice::None),
        ] {
            assert_eq!(Title::read(text).notice, notice, "{text}");
        }
    }

    #[test]
    fn lost_titles_are_missing() {
        for text in ["#NAME?", "", "  ", "[No title available]", "#REF!"] {
            assert!(Title::read(text).is_missing(), "{text}");
        }
    }
}
