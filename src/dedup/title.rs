//! Titles: what is compared, what a title says about the kind of item, and how two titles differ.

use super::normalise::{decode_entities, fingerprint, fold, head};
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
    let mut counts = [0_u32; 6];
    for word in folded.split(' ').filter(|word| word.len() <= 5) {
        counts[0] += u32::from(matches!(
            word,
            "the"
                | "of"
                | "and"
                | "in"
                | "for"
                | "with"
                | "on"
                | "to"
                | "a"
                | "by"
                | "from"
                | "an"
                | "as"
                | "at"
                | "after"
        ));
        counts[1] += u32::from(matches!(
            word,
            "der"
                | "die"
                | "das"
                | "und"
                | "fur"
                | "von"
                | "mit"
                | "bei"
                | "eine"
                | "ein"
                | "zum"
                | "zur"
                | "im"
                | "des"
                | "dem"
                | "den"
                | "durch"
                | "nach"
        ));
        counts[2] += u32::from(matches!(
            word,
            "le" | "les"
                | "des"
                | "et"
                | "une"
                | "du"
                | "dans"
                | "chez"
                | "sur"
                | "la"
                | "de"
                | "en"
                | "par"
                | "un"
        ));
        counts[3] += u32::from(matches!(
            word,
            "el" | "los"
                | "las"
                | "del"
                | "en"
                | "y"
                | "una"
                | "con"
                | "para"
                | "la"
                | "de"
                | "por"
                | "un"
        ));
        counts[4] += u32::from(matches!(
            word,
            "il" | "della"
                | "nel"
                | "di"
                | "per"
                | "e"
                | "dei"
                | "delle"
                | "nella"
                | "con"
                | "la"
                | "un"
                | "lo"
        ));
        counts[5] += u32::from(matches!(
            word,
            "o" | "os"
                | "da"
                | "do"
                | "dos"
                | "das"
                | "em"
                | "na"
                | "no"
                | "e"
                | "com"
                | "para"
                | "uma"
                | "de"
        ));
    }
    let mut best = (Tongue::Unknown, 0);
    for (tongue, count) in [
        Tongue::English,
        Tongue::German,
        Tongue::French,
        Tongue::Spanish,
        Tongue::Italian,
        Tongue::Portuguese,
    ]
    .into_iter()
    .zip(counts)
    {
        if count > best.1 {
            best = (tongue, count);
        }
    }
    best.0
}

/// One wording of a title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Form {
    /// Folded words, a blank between.
    pub(super) text: Box<str>,
    /// A hash of each word.
    words: Box<[u32]>,
}

impl Form {
    fn new(text: String) -> Self {
        let words = text
            .split(' ')
            .map(|word| (fingerprint(word.as_bytes()) >> 32) as u32)
            .collect();
        Self {
            text: text.into_boxed_str(),
            words,
        }
    }
}

/// A title in comparable form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Title {
    /// Folded title; the original and the translated one where a record carries both. Empty where no title is known.
    pub(super) forms: Vec<Form>,
    /// What the title announces.
    pub(super) notice: Notice,
    /// Whether the export cut the title short.
    pub(super) cut: bool,
    /// Whether the title is marked as translated.
    pub(super) translated: bool,
    /// Language told by its commonest words.
    tongue: Tongue,
    /// Whether it is a heading that journals print over many items.
    pub(super) rubric: bool,
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
            let form = Form::new(form);
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
            tongue(folded.first().map_or("", |form: &Form| &form.text))
        };
        let rubric = folded.first().is_some_and(|form| rubric(&form.text));
        Self {
            forms: folded,
            notice,
            cut,
            translated,
            tongue,
            rubric,
        }
    }

    /// Whether the two titles may say one thing in two languages, so that other words mean nothing.
    pub(super) fn foreign(&self, other: &Self) -> bool {
        let known = self.tongue != Tongue::Unknown && other.tongue != Tongue::Unknown;
        self.translated || other.translated || known && self.tongue != other.tongue
    }

    /// Whether fewer than a third of the words of the shorter title stand in the other, both being in one wording.
    pub(super) fn far_from(&self, other: &Self) -> bool {
        let ([a], [b]) = (&*self.forms, &*other.forms) else {
            return false;
        };
        let (short, long) = if a.words.len() <= b.words.len() {
            (a, b)
        } else {
            (b, a)
        };
        let held = short
            .words
            .iter()
            .filter(|word| long.words.contains(word))
            .count();
        short.words.len() >= 4 && held * 3 < short.words.len() && !self.foreign(other)
    }

    /// Whether there is nothing to compare.
    pub(super) fn is_missing(&self) -> bool {
        self.forms.is_empty()
    }

    /// The form that is compared first; empty where there is none.
    pub(super) fn main(&self) -> &str {
        self.forms.first().map_or("", |form| &form.text)
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
    if let Some((before, after)) = language_mark(text) {
        let after = after.trim_matches(['.', ' ', ':']);
        let texts = if after.len() >= 8 {
            vec![before, after]
        } else {
            vec![before]
        };
        return (texts, true);
    }
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
        let kind = inner.len() <= 40
            && lower.contains(|c: char| c.is_alphabetic())
            && lower.split(|c: char| !c.is_alphabetic()).all(contribution);
        if open == 0 || !(language || kind) {
            break;
        }
        translated |= language && !kind && !lower.contains("english");
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

/// The texts before and after a language that Ovid writes into the title: `Title. Spanish Título`, `Title. German`.
fn language_mark(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    lower
        .match_indices(". ")
        .filter(|(at, _)| *at >= 12)
        .find_map(|(at, _)| {
            let after = &lower[at + 2..];
            let word = after
                .split(|c: char| !c.is_alphabetic())
                .next()
                .unwrap_or("");
            let whole = after.len() == word.len() || after[word.len()..].starts_with([' ', '.']);
            (whole && word != "english" && LANGUAGES.contains(&word))
                .then(|| (&text[..at], &text[at + 2 + word.len()..]))
        })
}

/// Words by which databases name the kind of contribution in brackets: `(abstract)`, `(panel session)`.
fn contribution(word: &str) -> bool {
    matches!(
        word,
        "" | "abstract"
            | "abstracts"
            | "panel"
            | "session"
            | "tutorial"
            | "demo"
            | "demonstration"
            | "experience"
            | "paper"
            | "extended"
            | "invited"
            | "talk"
            | "keynote"
            | "poster"
            | "industrial"
            | "review"
            | "description"
            | "summary"
    )
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
    let rest = rest
        .strip_suffix(" book review")
        .filter(|rest| rest.len() > 12)
        .unwrap_or(rest);
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

/// Headings that journals print over many items: all words are words of such headings.
fn rubric(title: &str) -> bool {
    title.len() < 10 || title.starts_with("abstracts of") || title.split(' ').all(heading_word)
}

fn heading_word(word: &str) -> bool {
    matches!(
        word,
        "a" | "abstract"
            | "abstracts"
            | "and"
            | "announcements"
            | "annual"
            | "author"
            | "authors"
            | "book"
            | "calendar"
            | "case"
            | "chair"
            | "chairs"
            | "column"
            | "comment"
            | "commentary"
            | "comments"
            | "contents"
            | "correspondence"
            | "editor"
            | "editorial"
            | "editors"
            | "erratum"
            | "events"
            | "foreword"
            | "from"
            | "guest"
            | "in"
            | "index"
            | "interview"
            | "introduction"
            | "issue"
            | "letter"
            | "letters"
            | "meeting"
            | "message"
            | "news"
            | "note"
            | "notes"
            | "obituary"
            | "of"
            | "on"
            | "opinion"
            | "overview"
            | "perspective"
            | "preface"
            | "president"
            | "presidents"
            | "profile"
            | "remarks"
            | "reply"
            | "report"
            | "reports"
            | "response"
            | "review"
            | "reviews"
            | "special"
            | "subject"
            | "table"
            | "the"
            | "this"
            | "to"
    )
}

/// How two titles stand to each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference<'a> {
    /// Share of letters in words that agree, from 0 to 1.
    pub(super) similarity: f64,
    /// Letters and digits of the shorter title: how much an agreement says.
    pub(super) length: usize,
    /// Words of the first title that the second lacks, spelling and filling words aside.
    pub(super) left: Vec<&'a str>,
    /// Words of the second title that the first lacks.
    pub(super) right: Vec<&'a str>,
    /// Whether one title is the start of the other.
    pub(super) start: bool,
}

/// Compares all forms of two titles and returns the closest; `None` where either is missing.
pub(super) fn compare<'a>(a: &'a Title, b: &'a Title) -> Option<Difference<'a>> {
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

/// Words that titles gain and lose between exports.
fn filling(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "a"
            | "an"
            | "of"
            | "in"
            | "on"
            | "and"
            | "for"
            | "with"
            | "to"
            | "by"
            | "at"
            | "from"
            | "s"
            | "or"
            | "is"
            | "as"
            | "der"
            | "die"
            | "des"
            | "et"
            | "de"
    )
}

fn letters(form: &Form) -> usize {
    form.text.len() + 1 - form.words.len()
}

fn compare_forms<'a>(a: &'a Form, b: &'a Form, a_cut: bool, b_cut: bool) -> Difference<'a> {
    let length = letters(a).min(letters(b));
    let equal = |start| Difference {
        similarity: 1.0,
        length,
        left: Vec::new(),
        right: Vec::new(),
        start,
    };
    if a.text == b.text {
        return equal(false);
    }
    if (a_cut && b.text.starts_with(&*a.text)) || (b_cut && a.text.starts_with(&*b.text)) {
        return equal(true);
    }
    let (x, y) = (&a.words, &b.words);
    let front = x.iter().zip(y).take_while(|(a, b)| a == b).count();
    let most = x.len().min(y.len()) - front;
    let back = x
        .iter()
        .rev()
        .zip(y.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let left = middle(a, front, back);
    let right = middle(b, front, back);
    let start = back == 0 && (left.is_empty() || right.is_empty());
    if left.concat() == right.concat() {
        return equal(false);
    }
    let (left, right) = unmatched(left, right);
    let lost: usize = left.iter().chain(&right).map(|word| word.len()).sum();
    let total = letters(a) + letters(b);
    Difference {
        similarity: 1.0 - lost as f64 / total.max(1) as f64,
        length,
        left,
        right,
        start,
    }
}

/// The words between the first `front` and the last `back`, no more than can matter.
fn middle(form: &Form, front: usize, back: usize) -> Vec<&str> {
    const MANY: usize = 60;
    let count = form.words.len() - front - back;
    if count == 0 {
        Vec::new()
    } else {
        form.text
            .split(' ')
            .skip(front)
            .take(count.min(MANY))
            .collect()
    }
}

/// Words that stand on one side only, once equal words, misspellings, joined words and filling words are set against each other.
fn unmatched<'a>(left: Vec<&'a str>, mut right: Vec<&'a str>) -> (Vec<&'a str>, Vec<&'a str>) {
    const FEW: usize = 8;
    let mut rest = left;
    rest.retain(|word| match right.iter().position(|other| other == word) {
        Some(at) => {
            right.remove(at);
            false
        }
        None => true,
    });
    if rest.len() > FEW && right.len() > FEW {
        // Titles this far apart stay different whatever their spelling.
        return (rest, right);
    }
    rest.retain(
        |word| match right.iter().position(|other| alike(word, other)) {
            Some(at) => {
                right.remove(at);
                false
            }
            None => true,
        },
    );
    if rest.concat() == right.concat() {
        return (Vec::new(), Vec::new());
    }
    join(&mut rest, &mut right);
    join(&mut right, &mut rest);
    rest.retain(|word| !filling(word));
    right.retain(|word| !filling(word));
    (rest, right)
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
    if a.len().min(b.len()) <= 7
        && let (Some(a), Some(b)) = (value(a), value(b))
    {
        return a == b;
    }
    let short = a.len().min(b.len());
    let most = if short >= 9 { 2 } else { 1 };
    if short < 4
        || a.len().abs_diff(b.len()) > most
        || !edges_agree(a.as_bytes(), b.as_bytes(), most)
    {
        return false;
    }
    let digits = a.bytes().chain(b.bytes()).any(|byte| byte.is_ascii_digit());
    !digits && !opposed(a, b) && osa::distance(a.chars(), b.chars()) <= most
}

/// A quick test that words within `most` edits pass: equal letters from both ends cover all but a few in the middle, or the words
/// are long and have two edits apart.
fn edges_agree(a: &[u8], b: &[u8], most: usize) -> bool {
    let front = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let back = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let reach = front + back;
    if most == 1 {
        reach + 2 >= a.len().min(b.len())
    } else {
        reach >= 3
    }
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
    Some(match word {
        "i" | "one" | "first" => 1,
        "ii" | "two" | "second" => 2,
        "iii" | "three" | "third" => 3,
        "iv" | "four" | "fourth" => 4,
        "v" | "five" | "fifth" => 5,
        "vi" | "six" | "sixth" => 6,
        "vii" | "seven" | "seventh" => 7,
        "viii" | "eight" | "eighth" => 8,
        "ix" | "nine" | "ninth" => 9,
        "x" | "ten" | "tenth" => 10,
        "xi" => 11,
        "xii" => 12,
        _ => return None,
    })
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
