//! Which parts of a title are the title: its forms in several languages, remarks about it, rubrics instead of one.

use super::title::READ;
use crate::dedup::normalise::fold;
use crate::dedup::tongue::Tongue;
use crate::dedup::tongue::tongue;

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
pub(super) fn forms(text: &str) -> (Vec<&str>, bool) {
    let mut text = without_remark(text).trim_end_matches(['.', ' ']);
    let mut translated = false;
    if let Some((before, after)) = language_mark(text) {
        let after = after.trim_matches(['.', ' ', ':']);
        // What follows is the original title, or nothing; `Part 1` belongs to the title.
        if after.is_empty() {
            return (vec![before], true);
        }
        // What goes on in English is no original title: the word is part of the sentence.
        if after.len() >= 12 && tongue(&fold(after, READ)) != Tongue::English {
            return (vec![before, after], true);
        }
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
    if !text.contains(". ") {
        return None;
    }
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
    if !text.contains('[') {
        return text;
    }
    let lower = text.to_ascii_lowercase();
    let at = REMARKS
        .iter()
        .filter_map(|remark| lower.find(remark))
        .filter(|at| *at > 10)
        .min();
    at.map_or(text, |at| &text[..at])
}

/// Headings that journals print over many items: all words are words of such headings.
pub(super) fn rubric(title: &str) -> bool {
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
