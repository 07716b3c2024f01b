//! Titles that announce an item about another item: errata, retractions, comments, replies.

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

/// Prefixes that announce an item about another item; each opens the title and is taken off before comparing.
const ANNOUNCED: [(&str, Notice); 45] = [
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
    ("retraction ", Notice::Retraction),
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
pub(super) fn without_citation(text: &str) -> (&str, bool) {
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
pub(super) fn announced(folded: &str) -> (Notice, String) {
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
    if let Some((notice, tail)) = misspelt(rest) {
        return (notice, tail.to_owned());
    }
    let rest = rest
        .strip_suffix(" book review")
        .filter(|rest| rest.len() > 12)
        .unwrap_or(rest);
    if let Some((notice, head)) = cited_at_the_end(rest) {
        return (notice, head.to_owned());
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

/// An announcement with a typing error: `corrgiendum to …`. Only words that open no ordinary title are looked for.
fn misspelt(folded: &str) -> Option<(Notice, &str)> {
    const WORDS: [(&str, Notice, usize); 4] = [
        ("corrigendum", Notice::Correction, 2),
        ("erratum", Notice::Correction, 1),
        ("correction", Notice::Correction, 1),
        ("retraction", Notice::Retraction, 1),
    ];
    let (first, rest) = folded.split_once(' ')?;
    let tail = ["to ", "for "]
        .iter()
        .find_map(|joint| rest.strip_prefix(joint))?;
    if !(6..=13).contains(&first.len()) || tail.matches(' ').count() < 2 {
        return None;
    }
    WORDS.iter().find_map(|(word, notice, edits)| {
        let near = first != *word
            && first.as_bytes()[0] == word.as_bytes()[0]
            && osa::distance(first.chars(), word.chars()) <= *edits;
        near.then_some((*notice, tail))
    })
}

/// `… correction to lee et al 2014`: the style in which psychology announces corrections, after the title they are about.
fn cited_at_the_end(folded: &str) -> Option<(Notice, &str)> {
    const MARKS: [(&str, Notice); 5] = [
        (" correction to ", Notice::Correction),
        (" corrigendum to ", Notice::Correction),
        (" erratum to ", Notice::Correction),
        (" erratum for ", Notice::Correction),
        (" retraction of ", Notice::Retraction),
    ];
    let digits = folded.bytes().rev().take_while(u8::is_ascii_digit).count();
    if digits != 4 {
        return None;
    }
    MARKS.iter().find_map(|(mark, notice)| {
        let at = folded.rfind(mark)?;
        let (head, tail) = (&folded[..at], &folded[at + mark.len()..]);
        let year = tail.rsplit(' ').next().unwrap_or("");
        let dated = year.len() == 4 && (year.starts_with("19") || year.starts_with("20"));
        (dated && tail.matches(' ').count() <= 8 && head.matches(' ').count() >= 2)
            .then_some((*notice, head))
    })
}

/// Whether the words before an ending show it to belong to the sentence (`immune response`).
fn ends_open(tail: &str) -> bool {
    let last = tail.rsplit(' ').next().unwrap_or("");
    last.len() < 20 && !matches!(last, "authors" | "author" | "s")
}
