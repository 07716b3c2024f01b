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
                    draft.author(name, line);
                }
            }
            "刊名" | "期刊" | "期刊名称" => draft.offer(Field::Journal, 0, value, line),
            "出处" => {
                let journal = value
                    .split(['.', ',', '，', '。', ' '])
                    .next()
                    .unwrap_or(value);
                draft.offer(Field::Journal, 1, journal, line);
                draft.offer_year(1, value, line);
                if let Some((_, pages)) = value.rsplit_once(':') {
                    draft.offer(Field::Pages, 1, pages.trim_end_matches('.'), line);
                }
            }
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
