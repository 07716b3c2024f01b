//! Texts of others that try to be more than text, through the whole report and every form it has.

use super::Report;
use super::sample::{input, table};
use super::{ReportInput, Table, Words, write};
use calamine::{Reader as _, Xlsx};
use pulldown_cmark::{Event, Options, Parser, Tag};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

/// What a title, a label or a note may hold.
const HOSTILE: [&str; 12] = [
    "<script>alert(1)</script>",
    "]](javascript:alert(1))",
    "[x](javascript:alert(1))",
    "=cmd|' /C calc'!A0",
    "+HYPERLINK(\"https://evil.example\")",
    "@SUM(A1:A9)",
    "\u{202E}drawkcab\u{2066}\u{200F}",
    "![x](https://evil.example/x.png)<img src=x onerror=alert(1)>",
    "</text></svg><svg onload=alert(1)><![CDATA[ & ]]>",
    "a | b\n## c\r\n> [!NOTE]\n```",
    "{{ 7 * 7 }}{% raw %}\u{E000}\u{E010}\u{E001}7\u{0007}\u{FFFE}",
    "javascript:alert(1)//\u{2028}</script><script>alert(2)//",
];

/// Columns that hold what people and papers wrote.
const TEXTS: [&str; 30] = [
    "label",
    "title",
    "citation",
    "authors",
    "journal",
    "note",
    "query",
    "limits",
    "country",
    "setting",
    "population",
    "reason",
    "candidate",
    "step",
    "statement",
    "places",
    "help",
    "outcome_name",
    "database",
    "platform",
    "file",
    "format",
    "quote",
    "source",
    "registered",
    "why",
    "reconciled",
    "place",
    "accepted_by",
    "career_stage",
];

fn long() -> String {
    let piece = "<b>=x\u{202E}[l](javascript:a) ";
    piece.repeat(10_000 / piece.chars().count() + 1)
}

/// A table whose texts are hostile ones, in turn.
fn spoiled(whole: &Table, at: &mut usize) -> Table {
    let mut sheet = (*whole.sheet).clone();
    let columns: Vec<usize> = (1..sheet.columns.len())
        .filter(|&index| TEXTS.contains(&sheet.columns[index].as_str()))
        .collect();
    sheet.rows = sheet.rows.edited(|row| {
        for &index in &columns {
            let text = HOSTILE.get(*at % (HOSTILE.len() + 1));
            row[index] = text.map_or_else(long, |text| (*text).to_owned());
            *at += 1;
        }
    });
    Table {
        sheet: Arc::new(sheet),
        ..whole.clone()
    }
}

fn hostile(first: usize) -> ReportInput {
    let mut whole = input();
    let mut at = first;
    whole.tables = whole
        .tables
        .iter()
        .map(|table| spoiled(table, &mut at))
        .collect();
    whole.tables.push(table(
        "queue",
        "deduplicate",
        "queue",
        "key,title\n=1+1,x\n",
    ));
    for (index, text) in HOSTILE.iter().enumerate() {
        whole.protocol.value["outcomes"][index % 3]["name"] = (*text).into();
        whole.protocol.value["question"]["intervention"]["text"] = (*text).into();
    }
    whole.protocol.value["title"] = HOSTILE[first % HOSTILE.len()].into();
    whole.protocol.value["illustration"] = HOSTILE[(first + 1) % HOSTILE.len()].into();
    whole
}

/// Each text stands in each place of some report.
fn reports() -> Vec<Report> {
    let chinese = Arc::new(Words::of("zh", &BTreeMap::new()).expect("built in"));
    let mut inputs: Vec<ReportInput> = (0..=HOSTILE.len()).map(hostile).collect();
    inputs[0].words = chinese;
    inputs
        .into_iter()
        .map(|input| write(input).unwrap_or_else(|problems| panic!("{:?}", problems.0)))
        .collect()
}

/// Where a character stands that turns the direction of writing, that controls, or that is one of the report's own marks.
fn turning(text: &str) -> Option<&str> {
    let turns = [
        '\u{202E}', '\u{2066}', '\u{200F}', '\u{2028}', '\u{0007}', '\u{E000}', '\u{E001}',
    ];
    let at = text.find(turns)?;
    let from = text.floor_char_boundary(at.saturating_sub(120));
    Some(&text[from..at])
}

#[test]
fn what_others_wrote_is_text_in_every_form_of_the_report() {
    for report in reports() {
        html_is_inert(&report.html);
        markdown_is_inert(&report.markdown);
        for (name, svg) in &report.figures {
            svg_is_inert(name, svg);
        }
        for (name, csv) in &report.tables {
            csv_is_inert(name, csv);
        }
        workbook_is_inert(&report.workbook);
    }
}

fn html_is_inert(html: &str) {
    assert_eq!(html.matches("<script").count(), 3);
    assert_eq!(html.matches("</script").count(), 3);
    for wrong in ["<img", "<iframe", "href=\"javascript", "<b>", "<![CDATA["] {
        assert!(!html.contains(wrong), "{wrong}");
    }
    assert_eq!(turning(html), None);
    // Every tag is one that the report itself writes: attributes of events have no place in any.
    for tag in without_scripts(html)
        .split('<')
        .filter_map(|rest| Some(rest.split_once('>')?.0))
    {
        let outside: String = tag.split('"').step_by(2).collect();
        assert!(!outside.to_lowercase().contains(" on"), "{tag}");
    }
    let links = html
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    for link in links {
        assert!(
            link.starts_with('#') || link.starts_with("https://doi.org/"),
            "{link}"
        );
    }
}

/// The page without what stands in its script and style elements.
fn without_scripts(html: &str) -> String {
    let mut rest = html.to_owned();
    for (open, close) in [("<script", "</script>"), ("<style", "</style>")] {
        while let Some((before, after)) = rest.split_once(open) {
            let (_, behind) = after.split_once(close).expect("an end");
            rest = format!("{before}{behind}");
        }
    }
    rest
}

fn markdown_is_inert(markdown: &str) {
    assert_eq!(turning(markdown), None);
    for event in Parser::new_ext(
        markdown,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM,
    ) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => panic!("HTML in the Markdown: {text}"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(
                    dest_url.starts_with('#') || dest_url.starts_with("https://doi.org/"),
                    "{dest_url}"
                );
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                assert!(dest_url.starts_with("figures/"), "{dest_url}");
            }
            Event::Start(Tag::CodeBlock(_)) => panic!("a title opened a block of code"),
            _ => {}
        }
    }
}

fn svg_is_inert(name: &str, svg: &str) {
    assert_eq!(turning(svg), None, "{name}");
    let mut reader = quick_xml::Reader::from_str(svg);
    let mut drawn = false;
    loop {
        use quick_xml::events::Event as Xml;
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{name}: {error}"))
        {
            Xml::Start(start) | Xml::Empty(start) => {
                let element = start.name().as_ref().to_owned();
                drawn = element == "text" || element == "tspan";
                assert!(
                    !["script", "foreignObject", "image", "a", "use"].contains(&element.as_str()),
                    "{name}: {element}"
                );
                for attribute in start.attributes() {
                    let attribute = attribute.unwrap_or_else(|error| panic!("{name}: {error}"));
                    let key = attribute.key.as_ref().to_lowercase();
                    assert!(
                        !key.starts_with("on") && !key.ends_with("href"),
                        "{name}: {key}"
                    );
                }
            }
            Xml::Text(text) if drawn => {
                assert!(
                    text.len() < 2_000,
                    "{name}: a text of {} bytes is drawn",
                    text.len()
                );
            }
            Xml::CData(_) | Xml::PI(_) | Xml::DocType(_) => {
                panic!("{name}: more than elements and text")
            }
            Xml::Eof => break,
            _ => {}
        }
    }
}

fn csv_is_inert(name: &str, csv: &[u8]) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv);
    for record in reader.records() {
        for cell in &record.expect("CSV") {
            assert_eq!(turning(cell), None, "{name}");
            let formula = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
            assert!(!formula, "{name}: {cell}");
        }
    }
}

fn workbook_is_inert(bytes: &[u8]) {
    let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).expect("a sheet");
        assert!(formulas.used_cells().next().is_none(), "{name}");
        let range = book.worksheet_range(&name).expect("a sheet");
        assert!(
            range
                .used_cells()
                .all(|(_, _, cell)| turning(&cell.to_string()).is_none()),
            "{name}"
        );
    }
}
