//! SinoMed text: fields in lenticular brackets (`【标题】`, `【作者】`, `【出处】`), one record after another.
//!
//! No specification is published; labels are those of the site's text export (2023). Unknown ones are kept as tags.

use super::fields::{Draft, Field};
use super::reading::Reading;
use super::tags::Tags;
use super::{cssci, cssci::bracketed};

const STARTS: [&str; 5] = ["流水号", "标题", "题名", "中文标题", "篇名"];

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    cssci::read_bracketed(text, &STARTS, out);
}

/// Whether a line is one that only this format has.
pub(crate) fn is_mark(line: &str) -> bool {
    bracketed(line).is_some_and(|(name, _)| {
        STARTS.contains(&name.as_str())
            || matches!(name.as_str(), "作者" | "出处" | "作者单位" | "摘要")
    })
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "流水号" if !value.is_empty() => draft.accession = Some(value),
            "标题" | "题名" | "中文标题" | "篇名" => {
                draft.offer(Field::Title, 0, value, line);
            }
            "英文标题" | "英文题名" => draft.offer(Field::Title, 1, value, line),
            "作者" => {
                for name in value.split([';', '；', ',', '，']) {
                    for name in han_names(name) {
                        draft.author(name, line);
                    }
                }
            }
            "刊名" | "期刊" | "期刊名称" => source(value, 0, line, draft),
            "出处" => source(value, 1, line, draft),
            "年代卷期" => cssci::issue(value, line, draft),
            "年" | "出版年" | "年份" => draft.offer_year(0, value, line),
            "卷" => draft.offer(Field::Volume, 0, value, line),
            "期" => draft.offer(Field::Issue, 0, value, line),
            "页" | "页码" => draft.offer(Field::Pages, 0, value, line),
            "摘要" | "中文摘要" | "文摘" => draft.offer(Field::Abstract, 0, value, line),
            "英文摘要" => draft.offer(Field::Abstract, 1, value, line),
            "关键词" | "主题词" | "中文关键词" => {
                draft.keywords_by(value, &[';', '；', ',', '，'], line);
            }
            "ISSN" => draft.offer(Field::Issn, 0, value, line),
            "DOI" | "DOI号" => draft.offer_doi(0, value, line),
            "语种" => draft.offer(Field::Language, 0, value, line),
            "文献类型" => draft.offer(Field::Kind, 0, value, line),
            "链接" | "网址" => draft.offer(Field::Url, 0, value, line),
            _ => {}
        }
    }
}

/// The names in a part: CQVIP and Wanfang put a blank between names in Han letters.
fn han_names(part: &str) -> Vec<&str> {
    let words: Vec<&str> = part.split_whitespace().collect();
    if words.len() > 1 && words.iter().all(|word| super::names::is_han(word)) {
        return words;
    }
    vec![part]
}

/// `中国杂志 2016;24(8):1213-1216`, `中国杂志.2016,24(8).-1213-1216`, or a journal alone: what stands before the year is the journal.
fn source<'t>(value: &'t str, rank: u8, line: u32, draft: &mut Draft<'t>) {
    let year = value
        .match_indices(|c: char| c.is_ascii_digit())
        .map(|(at, _)| at)
        .find(|at| *at > 0 && year_starts(&value[*at..]));
    let Some(at) = year else {
        draft.offer(Field::Journal, rank, value, line);
        return;
    };
    let journal = value[..at].trim_end_matches([' ', '.', ',', '，', '。', '\u{3000}', '(', '（']);
    draft.offer(Field::Journal, rank, journal, line);
    draft.offer_year(1, &value[at..], line);
    let behind = value[at + 4..].trim_start_matches([')', '）', ' ', ';', '；', ',', '，', '.']);
    let (numbers, pages) = behind
        .split_once([':', '：'])
        .or_else(|| behind.split_once(".-"))
        .unwrap_or((behind, ""));
    let (volume, issue) = numbers.split_once(['(', '（']).unwrap_or((numbers, ""));
    let digits = |text: &'t str| text.trim_matches([' ', '.', ',', ';', ')', '）', '(']);
    draft.offer(Field::Volume, 1, digits(volume), line);
    draft.offer(Field::Issue, 1, digits(issue), line);
    draft.offer(Field::Pages, 1, pages.trim_end_matches(['.', '。']), line);
}

/// Whether a year stands here, with no further digit behind it.
fn year_starts(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && super::fields::year_in(&text[..4]).is_some()
}

#[cfg(test)]
mod tests {
    use crate::bib::read;

    #[test]
    fn the_source_of_each_site_comes_apart() {
        for (source, want) in [
            (
                "中国杂志 2016;24(8):1213-1216",
                ("中国杂志", Some("24"), Some("8"), Some("1213-1216")),
            ),
            (
                "中国杂志.2016(8).-1213-1216",
                ("中国杂志", None, Some("8"), Some("1213-1216")),
            ),
            ("中国杂志", ("中国杂志", None, None, None)),
        ] {
            let text = format!("【题 名】巴林特小组\n【作 者】江文杰 韩超\n【刊 名】{source}\n");
            let import = read("a.txt", text.as_bytes());
            let record = &import.records[0];
            let got = (
                record.journal.as_deref().unwrap_or_default(),
                record.volume.as_deref(),
                record.issue.as_deref(),
                record.pages.as_deref(),
            );
            assert_eq!(got, want);
            assert_eq!(record.authors, ["江文杰", "韩超"]);
        }
    }
}
