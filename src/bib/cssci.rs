//! CSSCI text: fields in lenticular brackets, `【来源篇名】` first in each record, a rule of hyphens between records.

use super::fields::{Draft, Field};
use super::lines::Lines;
use super::reading::Reading;
use super::tags::Tags;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    read_bracketed(text, &["来源篇名"], out);
}

/// Reads records of bracketed fields; one of `starts` begins each.
pub(crate) fn read_bracketed(text: &str, starts: &[&str], out: &mut Reading) {
    let mut tags = Tags::new();
    let (mut first, mut last) = (0, 0);
    for (number, line) in Lines::of(text) {
        if let Some((name, value)) = bracketed(line) {
            if starts.contains(&name.as_str()) && tags.iter().any(|tag| tag.name == name) {
                out.keep(std::mem::take(&mut tags), first, last);
            }
            if tags.is_empty() {
                first = number;
            }
            tags.push(&name, value, number);
            last = number;
        } else if is_rule(line) {
            if !tags.is_empty() {
                out.keep(std::mem::take(&mut tags), first, last);
            }
        } else if !super::fold::trim(line).is_empty() && !tags.is_empty() {
            tags.continue_last(super::fold::trim(line));
            last = number;
        }
    }
    if !tags.is_empty() {
        out.keep(tags, first, last);
    }
}

/// Splits `【期　　刊】value`; blanks inside the brackets only pad.
pub(crate) fn bracketed(line: &str) -> Option<(String, &str)> {
    let rest = line
        .trim_start_matches([' ', '\u{3000}', '\u{feff}'])
        .strip_prefix('【')?;
    let (name, value) = rest.split_once('】')?;
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    (name.chars().count() <= 12).then(|| {
        (
            name,
            super::fold::trim(value.trim_start_matches([':', '：'])),
        )
    })
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 5 && line.bytes().all(|b| matches!(b, b'-' | b'=' | b'_'))
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "来源篇名" => draft.offer(Field::Title, 0, value, line),
            "英文篇名" => draft.offer(Field::Title, 1, value, line),
            "来源作者" => {
                for name in value.split(['/', ';', '；']) {
                    draft.author(name, line);
                }
            }
            "期刊" | "来源期刊" => draft.offer(Field::Journal, 0, value, line),
            "年代卷期" => issue(value, line, draft),
            "关键词" => draft.keywords_by(value, &['/', ';', '；'], line),
            "DOI" => draft.offer_doi(0, value, line),
            "文献类型" => draft.offer(Field::Kind, 0, value, line),
            _ => {}
        }
    }
}

/// `2019,38(040):132-137`: year, volume, issue, pages.
pub(crate) fn issue<'t>(value: &'t str, line: u32, draft: &mut Draft<'t>) {
    draft.offer_year(0, value, line);
    let (numbers, pages) = value.split_once([':', '：']).unwrap_or((value, ""));
    draft.offer(Field::Pages, 0, pages, line);
    let behind = numbers
        .split_once([',', '，', ';', '；'])
        .map_or("", |(_, rest)| rest);
    let (volume, issue) = behind.split_once(['(', '（']).unwrap_or((behind, ""));
    draft.offer(Field::Volume, 0, volume, line);
    draft.offer(
        Field::Issue,
        0,
        issue.trim_end_matches([')', '）', ' ']),
        line,
    );
}
