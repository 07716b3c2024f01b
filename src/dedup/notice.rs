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
const ANNOUNCED: [(&str, Notice); 57] = [
    ("published erratum to ", Notice::Correction),
    ("published erratum ", Notice::Correction),
    ("notice of correction to ", Notice::Correction),
    ("notice of correction ", Notice::Correction),
    ("withdrawal notice to ", Notice::Retraction),
    ("withdrawal notice ", Notice::Retraction),
    ("removal notice to ", Notice::Retraction),
    ("removal notice ", Notice::Retraction),
    ("editorial expression of concern ", Notice::Retraction),
    ("invited commentary on ", Notice::Comment),
    ("letter to the editor regarding ", Notice::Comment),
    ("letter to the editor on ", Notice::Comment),
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

/// Words that announce an item when they end a title, whatever stands before them: no ordinary title ends so.
const ENDINGS: [(&str, Notice); 8] = [
    (" the authors reply", Notice::Reply),
    (" authors reply", Notice::Reply),
    (" author reply", Notice::Reply),
    (" authors response", Notice::Reply),
    (" author response", Notice::Reply),
    (" reply", Notice::Reply),
    (" erratum", Notice::Correction),
    (" corrigendum", Notice::Correction),
];

/// What words that punctuation sets off before or behind a title announce: `Editorial: …`, `… - Reply`, `… (erratum)`.
fn labelled(label: &str) -> Notice {
    let plain: String = label
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphabetic() || *c == ' ')
        .collect();
    let plain = plain.trim();
    let plain = [" to", " on", " regarding", " for", " about"]
        .iter()
        .find_map(|joint| plain.strip_suffix(joint))
        .unwrap_or(plain);
    match plain.strip_prefix("the ").unwrap_or(plain) {
        "published erratum"
        | "erratum"
        | "errata"
        | "corrigendum"
        | "corrigenda"
        | "correction"
        | "author correction"
        | "publisher correction"
        | "notice of correction"
        | "correction notice" => Notice::Correction,
        "retraction"
        | "retraction notice"
        | "retraction note"
        | "notice of retraction"
        | "withdrawal notice"
        | "removal notice"
        | "expression of concern"
        | "editorial expression of concern" => Notice::Retraction,
        "comment"
        | "comments"
        | "commentary"
        | "invited commentary"
        | "invited comment"
        | "editorial"
        | "editorial comment"
        | "editorial commentary"
        | "letter to the editor" => Notice::Comment,
        "reply"
        | "response"
        | "author reply"
        | "authors reply"
        | "author response"
        | "authors response"
        | "reply of the authors"
        | "response of the authors" => Notice::Reply,
        _ => Notice::None,
    }
}

/// The announcement that punctuation sets off before or behind a title of at least three words, and the title without it.
///
/// In brackets at the end, `(letter)` and `[editorial]` are types that databases add to the item itself and stay.
pub(super) fn set_off(text: &str) -> Option<(Notice, &str)> {
    const LONGEST: usize = 45;
    let long = |rest: &str| rest.split_whitespace().count() >= 3;
    let text = text.trim_end_matches(['.', ' ']);
    if text.ends_with([')', ']'])
        && let Some(open) = text.rfind(['(', '['])
    {
        let inner = text[open + 1..text.len() - 1].trim();
        let notice = if inner.to_lowercase().starts_with("retraction of ") {
            Notice::Retraction
        } else {
            labelled(inner)
        };
        let rest = text[..open].trim_end_matches([' ', '.', ',', ':', '-']);
        let other = !matches!(notice, Notice::None | Notice::Comment);
        return (other && long(rest)).then_some((notice, rest));
    }
    if let Some((label, rest)) = text.split_once(": ")
        && label.len() <= LONGEST
        && labelled(label) != Notice::None
        && long(rest)
    {
        return Some((labelled(label), rest.trim_start()));
    }
    let marks = [": ", " - ", " – ", " — ", " -- ", "--", "—", ". ", "; "];
    let (at, mark) = marks
        .iter()
        .filter_map(|mark| Some((text.rfind(mark)?, mark)))
        .max_by_key(|(at, mark)| at + mark.len())?;
    let (rest, label) = (&text[..at], &text[at + mark.len()..]);
    let notice = labelled(label);
    // A label that leads on to something (`response to`) ends no title.
    let whole = label.len() <= LONGEST && !label.trim_end().ends_with(" to");
    (whole && notice != Notice::None && long(rest)).then_some((notice, rest))
}

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
