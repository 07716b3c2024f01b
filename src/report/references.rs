//! The references: publications as a CSL style writes them, numbered in the order in which the report lists them.

mod style;

use super::escape::{cleaned, markdown};
use super::input::{ReportInput, TableRow};
use super::words::Words;
use crate::bib::names;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use hayagriva::citationberg::json::Item;
use hayagriva::citationberg::{
    FontStyle, FontWeight, IndependentStyle, Locale, LocaleCode, LocaleFile, VerticalAlign,
};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, ElemChild,
    ElemChildren, Formatted,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The style's file among the templates.
pub(super) const STYLE: &str = "references.csl";

const ENGLISH: &str = include_str!("csl/locale-en.xml");
const CHINESE: &str = include_str!("csl/locale-zh.xml");

/// A publication as the style writes it, as Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Its number or what else the style sets before it; empty for styles that do not.
    pub label: String,
    /// The reference.
    pub text: String,
    /// How a sentence cites it, such as `[3]`.
    pub cited: String,
}

/// The publications of the report by the key of their decision, with their order.
#[derive(Clone, Debug, Default)]
pub(super) struct References {
    order: Vec<String>,
    written: BTreeMap<String, Reference>,
}

impl References {
    /// The included publications and after them the excluded ones, as the style among the templates or the built-in one writes them.
    ///
    /// # Errors
    ///
    /// `report::csl` where the style cannot be read or followed.
    pub(super) fn of(input: &ReportInput) -> Result<Self, Problems> {
        let style = style::style(input)?;
        let decided = |as_what: &'static str| {
            let rows = input.rows("decisions");
            rows.filter(move |row| row.text("full_text") == as_what)
        };
        let rows: Vec<TableRow<'_>> = decided("include").chain(decided("exclude")).collect();
        let items: Vec<Item> = rows.iter().map(|row| item(row, input)).collect();
        let place = style::place(input);
        Ok(caught(&place, || written(&style, &items, &input.words))?)
    }

    /// The reference of a decision.
    pub(super) fn get(&self, key: &str) -> Option<&Reference> {
        self.written.get(key)
    }

    /// Where a decision stands in the order of the style.
    pub(super) fn position(&self, key: &str) -> Option<usize> {
        self.order.iter().position(|known| known == key)
    }
}

/// What the writer of references makes; what it cannot make of an odd style ends no run.
fn caught<T>(place: &str, write: impl FnOnce() -> T) -> Result<T, Problem> {
    // Nothing that a panic may leave half done is looked at afterwards.
    catch_unwind(AssertUnwindSafe(write)).map_err(|_| {
        let title = format!("no references can be written with `{STYLE}`");
        Problem::error("report::csl", title)
            .at(Place::file(place))
            .help("take another style, or take out what the message above names")
    })
}

/// The words of styles in the languages built in, that of the report first.
fn locales(words: &Words) -> (Vec<Locale>, LocaleCode) {
    let read = |text: &str| -> Locale {
        LocaleFile::from_xml(text)
            .expect("the built-in words of styles are well formed")
            .into()
    };
    let code = if words.text("language").starts_with("zh") {
        "zh-CN"
    } else {
        "en-US"
    };
    (
        vec![read(ENGLISH), read(CHINESE)],
        LocaleCode(code.to_owned()),
    )
}

fn written(style: &IndependentStyle, items: &[Item], words: &Words) -> References {
    let (locales, language) = locales(words);
    // A style that is written in one language keeps it.
    let language = style.default_locale.clone().unwrap_or(language);
    let mut driver = BibliographyDriver::new();
    for item in items {
        let cited = vec![CitationItem::with_entry(item)];
        driver.citation(CitationRequest::new(
            cited,
            style,
            Some(language.clone()),
            &locales,
            None,
        ));
    }
    let rendered = driver.finish(BibliographyRequest::new(style, Some(language), &locales));
    let mut references = References::default();
    let cited = rendered
        .citations
        .iter()
        .map(|cited| cited_as(&cited.citation));
    let cited: BTreeMap<String, String> = items
        .iter()
        .filter_map(|item| Some(item.id()?.into_owned()))
        .zip(cited)
        .collect();
    for entry in rendered
        .bibliography
        .into_iter()
        .flat_map(|list| list.items)
    {
        let label = entry
            .first_field
            .map(|field| told(&ElemChildren(vec![field])));
        references.order.push(entry.key.clone());
        let reference = Reference {
            label: label.unwrap_or_default().trim().to_owned(),
            text: told(&entry.content).trim().to_owned(),
            cited: cited.get(&entry.key).cloned().unwrap_or_default(),
        };
        references.written.insert(entry.key, reference);
    }
    references
}

/// A citation: a raised number, which Markdown does not know, stands in brackets.
fn cited_as(citation: &ElemChildren) -> String {
    let text = told(citation);
    if raised(citation) && !text.is_empty() {
        format!("\\[{text}\\]")
    } else {
        text
    }
}

/// Whether all of a text is raised.
fn raised(children: &ElemChildren) -> bool {
    children.0.iter().all(|child| match child {
        ElemChild::Text(text) | ElemChild::Link { text, .. } => {
            text.formatting.vertical_align == VerticalAlign::Sup
        }
        ElemChild::Elem(inner) => raised(&inner.children),
        ElemChild::Markup(_) => false,
        ElemChild::Transparent { .. } => true,
    })
}

/// What a style made, as Markdown that means itself.
fn told(children: &ElemChildren) -> String {
    let mut out = String::new();
    for child in &children.0 {
        match child {
            ElemChild::Text(text) | ElemChild::Link { text, .. } => out.push_str(&set(text)),
            ElemChild::Elem(inner) => out.push_str(&told(&inner.children)),
            ElemChild::Markup(text) => out.push_str(&markdown(text)),
            ElemChild::Transparent { .. } => {}
        }
    }
    out
}

/// A text in italics or bold where the style wants it so.
fn set(text: &Formatted) -> String {
    let inner = text.text.trim();
    let mut marks = String::new();
    if text.formatting.font_weight == FontWeight::Bold {
        marks.push_str("**");
    }
    if text.formatting.font_style == FontStyle::Italic {
        marks.push('*');
    }
    if marks.is_empty() || inner.is_empty() {
        return markdown(&text.text);
    }
    // Marks that touch a blank are none.
    let (before, rest) = text
        .text
        .split_at(text.text.len() - text.text.trim_start().len());
    let after = &rest[rest.trim_end().len()..];
    format!("{before}{marks}{}{marks}{after}", markdown(inner))
}

/// A publication as CSL knows it.
fn item(row: &TableRow<'_>, input: &ReportInput) -> Item {
    let record = row.text("record");
    let tables: Vec<_> = input.named("records").collect();
    // The last of the tables wired has the records after deduplication.
    let record = tables.iter().rev().find_map(|table| {
        let row = table.sheet.rows.get_entry(record)?;
        Some(TableRow::new(table, row))
    });
    let of = |column: &str| record.as_ref().map_or("", |record| record.text(column));
    let mut item = Map::new();
    let mut put = |name: &str, value: &str| {
        let value = cleaned(value);
        let value = value.trim().trim_end_matches('.');
        if !value.is_empty() {
            item.insert(name.to_owned(), value.into());
        }
    };
    put("id", row.key);
    put("type", "article-journal");
    put("title", row.text("title"));
    put("container-title", row.text("journal"));
    put("volume", of("volume"));
    put("issue", of("issue"));
    put("page", of("pages"));
    put("DOI", row.text("doi"));
    put("PMID", row.text("pmid"));
    let authors: Vec<Value> = row
        .text("authors")
        .split("; ")
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(author)
        .collect();
    if !authors.is_empty() {
        item.insert("author".to_owned(), authors.into());
    }
    if let Ok(year) = row.text("year").parse::<i16>() {
        item.insert("issued".to_owned(), json!({ "date-parts": [[year]] }));
    }
    serde_json::from_value(Value::Object(item)).expect("texts, names and a year are an item")
}

/// A name in the parts of CSL, where the text tells them apart: `Huang, Lei`, `Shan Q.`, `West CP`; a group stays whole.
fn author(name: &str) -> Value {
    let name = cleaned(name);
    let parts = names::parse(&name, false);
    if parts.corporate || parts.given.is_empty() && parts.suffix.is_empty() {
        return json!({ "literal": name });
    }
    let mut author = Map::new();
    let mut put = |part: &str, value: &str| {
        if !value.is_empty() {
            author.insert(part.to_owned(), value.into());
        }
    };
    // Without a particle the writer of references looks for one itself, up to the last small word: `Costa e` of `Costa e Silva`.
    let (particle, family) = parts.family.rsplit_once(' ').unwrap_or(("", &parts.family));
    put("non-dropping-particle", particle);
    put("family", family);
    put("given", &apart(&parts.given));
    put("suffix", &parts.suffix);
    author.into()
}

/// Initials that are written together, each by itself, so that a style sees them all: `CP` and `C.P.` are `C. P.`, `J-M` is `J.-M.`
fn apart(given: &str) -> String {
    let word = |word: &str| {
        if !names::is_initials(word) {
            return word.to_owned();
        }
        let letters = word.split('-').map(|letters| {
            let letters = letters.chars().filter(|c| c.is_alphabetic());
            let apart: Vec<String> = letters.map(|letter| format!("{letter}.")).collect();
            apart.join(" ")
        });
        letters.collect::<Vec<String>>().join("-")
    };
    let words: Vec<String> = given.split_whitespace().map(word).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sections::built_in;

    /// The authors of a publication as the built-in style writes them.
    fn as_written(authors: &[&str]) -> String {
        let authors: Vec<Value> = authors.iter().map(|name| author(name)).collect();
        let item = json!({ "id": "a", "type": "article-journal", "author": authors });
        let items: Vec<Item> = vec![serde_json::from_value(item).expect("an item")];
        let style = style::style(&ReportInput::default()).expect("the built-in style");
        let written = written(&style, &items, &Words::default());
        written.get("a").expect("the first").text.clone()
    }

    #[test]
    fn authors_are_written_as_citing_medicine_has_them() {
        for (name, text) in [
            ("Huang, Lei", "Huang L."),
            ("West CP", "West CP."),
            ("O'Reilly M.", "O'Reilly M."),
            ("van de Mortel T.F.", "van de Mortel TF."),
            ("van der Berg, Jan, Jr.", "van der Berg J Jr."),
            ("King ML 3rd", "King ML 3rd."),
            ("Costa e Silva JA", "Costa e Silva JA."),
            ("Dupont J.-M.", "Dupont JM."),
            ("Huang, Jian-Ping P.J.", "Huang JPPJ."),
            ("王小明", "王小明."),
            ("Balint Study Group", "Balint Study Group."),
            ("Trial group for BCG UK", "Trial group for BCG UK."),
        ] {
            assert_eq!(as_written(&[name]), text);
        }
    }

    fn items() -> Vec<Item> {
        let text = r#"[
            {"id":"a","type":"article-journal","title":"A <b>trial</b> of *groups*","author":[{"family":"Huang","given":"Lei"},{"family":"Cui","given":"H. S."}],"container-title":"Front Psychiatry","volume":"10","issue":"2","page":"957-62","issued":{"date-parts":[[2020]]}},
            {"id":"b","type":"article-journal","title":"Another","author":[{"literal":"王小明"}],"issued":{"date-parts":[[2024]]}}
        ]"#;
        serde_json::from_str(text).expect("items")
    }

    #[test]
    fn the_built_in_style_numbers_publications_as_citing_medicine_has_them() {
        let style = style::style(&ReportInput::default()).expect("the built-in style");
        let written = written(&style, &items(), &Words::default());
        let first = written.get("a").expect("the first");
        assert_eq!(first.label, "1\\.");
        assert_eq!(first.cited, "\\[1\\]");
        assert_eq!(
            first.text,
            "Huang L, Cui HS. A \\<b\\>trial\\</b\\> of \\*groups\\*. Front Psychiatry. 2020;10(2):957–62."
        );
        let second = written.get("b").expect("the second");
        assert_eq!(
            (second.label.as_str(), second.text.as_str()),
            ("2\\.", "王小明. Another. 2024.")
        );
    }

    #[test]
    fn what_the_writer_of_references_cannot_make_is_told_with_the_style() {
        let problem = caught::<()>("own.csl", || panic!("odd")).expect_err("a panic");
        assert_eq!(problem.code, "report::csl");
        assert_eq!(problem.places[0].0.to_string(), "own.csl");
    }

    #[test]
    fn a_raised_number_is_cited_in_brackets() {
        let text = built_in(STYLE).expect("the built-in style");
        let raised = text.replace(
            "<layout prefix=\"[\" suffix=\"]\" delimiter=\",\">",
            "<layout vertical-align=\"sup\">",
        );
        assert_ne!(raised, text);
        let style = IndependentStyle::from_xml(&raised).expect("a style");
        let written = written(&style, &items(), &Words::default());
        assert_eq!(written.get("b").expect("the second").cited, "\\[2\\]");
    }
}
