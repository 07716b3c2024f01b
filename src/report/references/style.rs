//! The style of references: read, and held to what the writer of references can follow.
//!
//! The writer follows every macro where it stands, so a style that never ends would end the program. What it would follow is counted
//! first, from the text.

use super::STYLE;
use crate::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::report::input::ReportInput;
use crate::report::sections::built_in;
use hayagriva::citationberg::IndependentStyle;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// Elements inside one another, with macros in their places. The styles of journals stay far below.
const DEPTH: usize = 200;

/// Elements in all, with macros in their places.
const ELEMENTS: usize = 1_000_000;

/// The style that people keep, or the built-in one.
pub(super) fn style(input: &ReportInput) -> Result<IndependentStyle, Problems> {
    let own = input.templates.get(STYLE);
    let text = own.map_or_else(|| built_in(STYLE).unwrap_or_default(), |file| &file.text);
    let place = place(input);
    Outline::of(text).followed(&place)?;
    let independent = "take an independent CSL 1.0 style (one with a `bibliography` of its own, no `link rel=\"independent-parent\"`)";
    let wrong = |title: String| {
        Problem::error("report::csl", title)
            .at(Place::file(&place))
            .help(independent)
    };
    let style = IndependentStyle::from_xml(text)
        .map_err(|error| wrong(format!("`{STYLE}` is no style of references: {error}")))?;
    if style.bibliography.is_none() {
        return Err(wrong(format!(
            "`{STYLE}` has no `bibliography`, so it writes no list of references"
        ))
        .into());
    }
    Ok(style)
}

/// The file of the style.
pub(super) fn place(input: &ReportInput) -> String {
    let own = input.templates.get(STYLE);
    own.map_or_else(|| format!("built-in:{STYLE}"), |file| file.path.clone())
}

/// What a style says of its macros, without what they print.
#[derive(Default)]
struct Outline {
    /// Macros by name, and under the empty name all that stands outside of them.
    parts: BTreeMap<String, Part>,
    /// The line on which elements lie too deep.
    too_deep: Option<u32>,
}

/// A macro, or all that stands outside of macros.
#[derive(Default)]
struct Part {
    elements: usize,
    depth: usize,
    calls: Vec<Call>,
}

struct Call {
    name: String,
    /// How deep inside its part.
    depth: usize,
    line: u32,
}

/// How large a part is with macros in their places.
#[derive(Clone, Copy)]
struct Size {
    depth: usize,
    elements: usize,
}

impl Outline {
    /// Reads the text up to its end or to where it is no XML.
    fn of(text: &str) -> Self {
        let mut outline = Self::default();
        let mut reader = Reader::from_str(text);
        let (mut depth, mut line, mut counted) = (0, 1, 0);
        let mut within = None;
        while let Ok(event) = reader.read_event() {
            let at = usize::try_from(reader.buffer_position())
                .unwrap_or(usize::MAX)
                .min(text.len());
            line += text.as_bytes()[counted..at]
                .iter()
                .map(|&byte| u32::from(byte == b'\n'))
                .sum::<u32>();
            counted = at;
            match event {
                Event::Start(element) => {
                    depth += 1;
                    if element.name().as_ref() == "macro" {
                        within = Some((value(&element, "name").unwrap_or_default(), depth));
                    }
                    outline.note(&element, within.as_ref(), depth, line);
                }
                Event::Empty(element) => outline.note(&element, within.as_ref(), depth + 1, line),
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    within = within.filter(|(_, begun)| *begun <= depth);
                }
                Event::Eof => break,
                _ => {}
            }
            if depth > DEPTH {
                outline.too_deep = Some(line);
                break;
            }
        }
        outline
    }

    fn note(
        &mut self,
        element: &BytesStart<'_>,
        within: Option<&(String, usize)>,
        depth: usize,
        line: u32,
    ) {
        let (name, begun) = within.map_or(("", 0), |(name, begun)| (name, *begun));
        let part = self.parts.entry(name.to_owned()).or_default();
        let depth = depth - begun;
        part.elements += 1;
        part.depth = part.depth.max(depth);
        if let Some(name) = value(element, "macro") {
            part.calls.push(Call { name, depth, line });
        }
    }

    /// Follows every macro from where it is used, as the writer of references does.
    ///
    /// # Errors
    ///
    /// `report::csl` for each name of no macro, and where macros use each other without end or too often.
    fn followed(&self, place: &str) -> Result<(), Problems> {
        let wrong = |title: String, line: u32| {
            Problem::error("report::csl", title).at(Place::line(place, line))
        };
        let deep = |line: u32| {
            wrong(format!("`{STYLE}` has more than {DEPTH} elements inside one another, with macros in their places"), line)
                .help("take a style as journals publish them")
        };
        if let Some(line) = self.too_deep {
            return Err(deep(line).into());
        }
        let calls = self.parts.values().flat_map(|part| &part.calls);
        let unknown = calls.filter(|call| !self.parts.contains_key(&call.name));
        let unknown: Vec<Problem> = unknown
            .map(|call| {
                let known = self.parts.keys().map(String::as_str);
                let help = nearest::nearest(&call.name, known).map_or_else(
                    || "add the macro, or take the line away".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                wrong(format!("`{STYLE}` has no macro `{}`", call.name), call.line).help(help)
            })
            .collect();
        if !unknown.is_empty() {
            return Err(Problems(unknown));
        }
        let mut sizes = BTreeMap::new();
        for name in self.parts.keys() {
            self.size(name, &mut Vec::new(), &mut sizes).map_err(|endless| match endless {
                Endless::Circle(names, line) => wrong(
                    format!("macros of `{STYLE}` use each other without end: {names}"),
                    line,
                )
                .help("take one of these uses away"),
                Endless::Deep(line) => deep(line),
                Endless::Large => Problem::error("report::csl", format!("`{STYLE}` has more than {ELEMENTS} elements, with macros in their places"))
                    .at(Place::file(place))
                    .help("take a style as journals publish them"),
            })?;
        }
        Ok(())
    }

    /// The size of a part; `path` are the macros that led to it.
    fn size<'a>(
        &'a self,
        name: &'a str,
        path: &mut Vec<&'a str>,
        sizes: &mut BTreeMap<&'a str, Size>,
    ) -> Result<Size, Endless> {
        if let Some(size) = sizes.get(name) {
            return Ok(*size);
        }
        let part = &self.parts[name];
        let mut size = Size {
            depth: part.depth,
            elements: part.elements,
        };
        path.push(name);
        for call in &part.calls {
            if let Some(begin) = path.iter().position(|known| *known == call.name) {
                let mut circle = path[begin..].to_vec();
                circle.push(&call.name);
                return Err(Endless::Circle(circle.join(" → "), call.line));
            }
            // Each step is an element at least, so this ends before it is too deep itself.
            if path.len() > DEPTH {
                return Err(Endless::Deep(call.line));
            }
            let called = self.size(&call.name, path, sizes)?;
            size.depth = size.depth.max(call.depth + called.depth);
            size.elements = size.elements.saturating_add(called.elements);
            if size.depth > DEPTH {
                return Err(Endless::Deep(call.line));
            }
            if size.elements > ELEMENTS {
                return Err(Endless::Large);
            }
        }
        path.pop();
        sizes.insert(name, size);
        Ok(size)
    }
}

/// Why a style cannot be followed.
enum Endless {
    /// The macros on the way around, and a line of it.
    Circle(String, u32),
    /// The line from which it is too deep.
    Deep(u32),
    Large,
}

/// An attribute of an element.
fn value(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let attributes = attributes.with_checks(false).flatten();
    let mut found = attributes.filter(|attribute| attribute.key.as_ref() == name);
    let found = found.next()?;
    let value = quick_xml::escape::unescape(&found.value).ok()?;
    Some(value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::input::TextFile;
    use crate::report::words::Words;

    /// A style of numbers with these macros and this inside its list.
    fn of(macros: &str, inside: &str) -> String {
        format!(
            "<style xmlns=\"http://purl.org/net/xbiblio/csl\" class=\"in-text\" version=\"1.0\">\n\
             <info><title>t</title><id>t</id><updated>2026-01-01T00:00:00+00:00</updated></info>\n\
             {macros}\n\
             <citation><layout><text variable=\"citation-number\"/></layout></citation>\n\
             <bibliography><layout>{inside}</layout></bibliography>\n\
             </style>"
        )
    }

    fn read(text: String) -> Result<IndependentStyle, Problems> {
        let mut input = ReportInput::default();
        let path = format!("stages/report/templates/{STYLE}");
        input
            .templates
            .insert(STYLE.to_owned(), TextFile { path, text });
        style(&input)
    }

    fn told(text: String) -> String {
        let problems = read(text).expect_err("a style that cannot be followed");
        assert!(problems.iter().all(|problem| problem.code == "report::csl"));
        let told: Vec<String> = problems
            .iter()
            .map(|problem| format!("{} {}", problem.places[0].0, problem.title))
            .collect();
        told.join("\n")
    }

    fn nested(depth: usize) -> String {
        format!(
            "{}<text variable=\"title\"/>{}",
            "<group>".repeat(depth),
            "</group>".repeat(depth)
        )
    }

    #[test]
    fn a_style_that_cannot_be_read_is_told_with_its_file() {
        assert!(told("<style/>".to_owned()).starts_with("stages/report/templates/references.csl "));
    }

    #[test]
    fn macros_that_use_each_other_are_told() {
        let macros = "<macro name=\"a\"><text macro=\"b\"/></macro>\n<macro name=\"b\"><group><text macro=\"a\"/></group></macro>";
        insta::assert_snapshot!(told(of(macros, "<text macro=\"a\"/>")), @"stages/report/templates/references.csl:4 macros of `references.csl` use each other without end: a → b → a");
    }

    #[test]
    fn a_name_of_no_macro_is_told_with_its_line() {
        let macros = "<macro name=\"authors\"><text variable=\"title\"/></macro>";
        insta::assert_snapshot!(told(of(macros, "<text macro=\"autors\"/>")), @"stages/report/templates/references.csl:5 `references.csl` has no macro `autors`");
    }

    #[test]
    fn a_style_without_a_list_is_told() {
        let style = of("", "x");
        let (before, _) = style.split_once("<bibliography>").expect("a list");
        insta::assert_snapshot!(told(format!("{before}</style>")), @"stages/report/templates/references.csl `references.csl` has no `bibliography`, so it writes no list of references");
    }

    #[test]
    fn a_style_too_deep_to_follow_is_told() {
        insta::assert_snapshot!(told(of("", &nested(3000))), @"stages/report/templates/references.csl:5 `references.csl` has more than 200 elements inside one another, with macros in their places");
        let link = |at: usize| {
            format!(
                "<macro name=\"m{at}\"><text macro=\"m{}\"/></macro>",
                at + 1
            )
        };
        let mut chain: String = (0..3000).map(link).collect();
        chain.push_str("<macro name=\"m3000\"><text variable=\"title\"/></macro>");
        assert!(told(of(&chain, "<text macro=\"m0\"/>")).contains("inside one another"));
        let twice = |at: usize| {
            let next = format!("<text macro=\"m{}\"/>", at + 1);
            format!("<macro name=\"m{at}\">{next}{next}</macro>")
        };
        let mut doubled: String = (0..40).map(twice).collect();
        doubled.push_str("<macro name=\"m40\"><text variable=\"title\"/></macro>");
        assert!(told(of(&doubled, "<text macro=\"m0\"/>")).contains("elements"));
    }

    #[test]
    fn the_deepest_style_that_is_taken_can_be_followed() {
        let style = read(of("", &nested(DEPTH - 4))).expect("not too deep");
        let items = vec![
            serde_json::from_str(r#"{"id":"a","type":"article-journal","title":"Walks"}"#)
                .expect("an item"),
        ];
        let written = super::super::written(&style, &items, &Words::default());
        assert_eq!(written.get("a").expect("it").text, "Walks");
    }
}
