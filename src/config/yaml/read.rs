//! The event pass: YAML text to a [`Node`] tree, refusing what would be read silently wrong.

use super::node::{Entry, Mapping, Node, Scalar, Value};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use indexmap::map::Entry as Slot;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput};

/// Largest file that is read, in bytes: 8 MiB.
pub const MAX_BYTES: usize = 8 << 20;

/// Deepest nest of lists and mappings that is read.
pub const MAX_DEPTH: usize = 64;

/// Problems after which reading a file stops; a file that has more is not helped by a longer list.
const MAX_PROBLEMS: usize = 200;

/// Reads one YAML document as a tree with places; an empty text is an empty scalar.
///
/// `file` is only used for places. A byte order mark at the front is skipped.
///
/// # Errors
/// Every duplicate key (both places), alias, anchor, merge key, tag, key that is not text, and second document; or the first place
/// where the text is no YAML, nests deeper than [`MAX_DEPTH`], or is larger than [`MAX_BYTES`].
pub fn parse(file: &str, text: &str) -> Result<Node, Problems> {
    if text.len() > MAX_BYTES {
        return Err(too_large(file, text.len()).into());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        file,
        parser: Parser::new_from_str(text),
        cursor: Cursor {
            text,
            characters: 0,
            bytes: 0,
        },
        problems: Problems::new(),
    };
    match reader.document() {
        Ok(node) if reader.problems.is_empty() => Ok(node),
        _ => {
            // A mapping is known to be complete after what stands in it; people read from the top.
            reader.problems.0.sort_by(|a, b| a.places.cmp(&b.places));
            Err(reader.problems)
        }
    }
}

fn too_large(file: &str, bytes: usize) -> Problem {
    Problem::error(
        "config::too-large",
        format!("the file has {bytes} bytes; at most {MAX_BYTES} are read"),
    )
    .at(Place::file(file))
    .help("keep data in CSV or workbooks and name them here by path")
}

/// Where a value begins.
struct Begin {
    line: u32,
    column: u32,
    byte: usize,
}

/// Reading cannot go on; the reason is among the problems.
struct Stop;

struct Reader<'text> {
    file: &'text str,
    parser: Parser<'text, StrInput<'text>>,
    cursor: Cursor<'text>,
    problems: Problems,
}

/// Turns the parser's positions in characters into bytes; quick because positions come nearly in order.
struct Cursor<'text> {
    text: &'text str,
    characters: usize,
    bytes: usize,
}

impl Cursor<'_> {
    fn offset(&mut self, mark: Marker) -> usize {
        if mark.index() < self.characters {
            let back = self.characters - mark.index();
            let before = self.text[..self.bytes].char_indices().rev();
            self.bytes = before.take(back).last().map_or(0, |(at, _)| at);
        } else {
            let ahead = mark.index() - self.characters;
            let rest = &self.text[self.bytes..];
            self.bytes += rest
                .char_indices()
                .nth(ahead)
                .map_or(rest.len(), |(at, _)| at);
        }
        self.characters = mark.index();
        self.bytes
    }
}

impl<'text> Reader<'text> {
    fn document(&mut self) -> Result<Node, Stop> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => {
                    let start = self.begin(span.start);
                    return Ok(root.unwrap_or_else(|| empty(&start)));
                }
                Event::DocumentStart(_) if root.is_some() => {
                    self.report(span.start, several_documents())?;
                    return Err(Stop);
                }
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
                other => root = Some(self.node(other, span, 1)?),
            }
        }
    }

    fn node(&mut self, event: Event<'text>, span: Span, depth: usize) -> Result<Node, Stop> {
        self.refuse_anchor_and_tag(&event, span.start)?;
        let start = self.begin(span.start);
        match event {
            Event::Alias(_) => {
                self.report(span.start, aliased())?;
                Ok(empty(&start))
            }
            Event::Scalar(text, style, _, _) => {
                let plain = style == ScalarStyle::Plain;
                let text = text.into_owned();
                let end = self.cursor.offset(span.end);
                Ok(at(&start, end, Value::Scalar(Scalar { text, plain })))
            }
            Event::SequenceStart(..) => {
                let depth = self.deeper(span.start, depth)?;
                self.sequence(&start, depth)
            }
            Event::MappingStart(..) => {
                let depth = self.deeper(span.start, depth)?;
                self.mapping(&start, depth)
            }
            _ => Ok(empty(&start)),
        }
    }

    fn refuse_anchor_and_tag(&mut self, event: &Event<'text>, mark: Marker) -> Result<(), Stop> {
        if let Event::Scalar(_, _, anchor, tag)
        | Event::SequenceStart(anchor, tag)
        | Event::MappingStart(anchor, tag) = event
        {
            if *anchor != 0 {
                self.report(mark, anchored())?;
            }
            if let Some(tag) = tag {
                let name = if tag.is_yaml_core_schema() {
                    format!("!!{}", tag.suffix)
                } else {
                    tag.to_string()
                };
                self.report(mark, tagged(&name))?;
            }
        }
        Ok(())
    }

    fn sequence(&mut self, start: &Begin, depth: usize) -> Result<Node, Stop> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                let end = self.cursor.offset(span.end);
                return Ok(at(start, end, Value::Sequence(items)));
            }
            items.push(self.node(event, span, depth)?);
        }
    }

    fn mapping(&mut self, start: &Begin, depth: usize) -> Result<Node, Stop> {
        let mut mapping = Mapping::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                let end = self.cursor.offset(span.end);
                return Ok(at(start, end, Value::Mapping(mapping)));
            }
            let key = self.node(event, span, depth)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth)?;
            self.insert(&mut mapping, key, value)?;
        }
    }

    fn begin(&mut self, mark: Marker) -> Begin {
        Begin {
            line: line(mark),
            column: column(mark),
            byte: self.cursor.offset(mark),
        }
    }

    fn insert(&mut self, mapping: &mut Mapping, key: Node, value: Node) -> Result<(), Stop> {
        let place = key.place(self.file);
        let Value::Scalar(scalar) = key.value else {
            return self.push(key_not_text().at(place));
        };
        if scalar.plain && scalar.text == "<<" {
            return self.push(merge_key().at(place));
        }
        let entry = Entry {
            line: key.line,
            column: key.column,
            value,
        };
        match mapping.entry(scalar.text) {
            Slot::Vacant(slot) => {
                slot.insert(entry);
                Ok(())
            }
            Slot::Occupied(first) => {
                let earlier = first.get().key_place(self.file);
                let problem = duplicate(first.key(), place, earlier);
                self.push(problem)
            }
        }
    }

    /// The depth inside a list or mapping that begins at `mark`.
    fn deeper(&mut self, mark: Marker, depth: usize) -> Result<usize, Stop> {
        if depth <= MAX_DEPTH {
            return Ok(depth + 1);
        }
        self.report(mark, too_deep())?;
        Err(Stop)
    }

    fn next(&mut self) -> Result<(Event<'text>, Span), Stop> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => {
                self.report(*error.marker(), not_yaml(&error))?;
                Err(Stop)
            }
            None => Err(Stop),
        }
    }

    fn report(&mut self, mark: Marker, problem: Problem) -> Result<(), Stop> {
        let place = Place::column(self.file, line(mark), column(mark));
        self.push(problem.at(place))
    }

    fn push(&mut self, problem: Problem) -> Result<(), Stop> {
        self.problems.push(problem);
        if self.problems.0.len() < MAX_PROBLEMS {
            Ok(())
        } else {
            Err(Stop)
        }
    }
}

fn at(start: &Begin, end: usize, value: Value) -> Node {
    Node {
        value,
        line: start.line,
        column: start.column,
        bytes: start.byte..end.max(start.byte),
    }
}

fn empty(start: &Begin) -> Node {
    let scalar = Scalar {
        text: String::new(),
        plain: true,
    };
    at(start, start.byte, Value::Scalar(scalar))
}

fn line(mark: Marker) -> u32 {
    u32::try_from(mark.line()).unwrap_or(u32::MAX).max(1)
}

fn column(mark: Marker) -> u32 {
    u32::try_from(mark.col()).map_or(u32::MAX, |column| column.saturating_add(1))
}

fn duplicate(key: &str, second: Place, first: Place) -> Problem {
    Problem::error(
        "config::duplicate-key",
        format!("key `{key}` is given twice"),
    )
    .labelled(second, "given again here")
    .labelled(first, "first given here")
    .help("keep one of the two")
}

fn not_yaml(error: &ScanError) -> Problem {
    if error.info().contains("recursion limit") {
        return too_deep();
    }
    Problem::error("config::not-yaml", format!("this is not YAML: {}", error.info()))
        .help("check indentation, brackets and quotes here and on the lines before; text with `: ` or ` #` in it needs quotes")
}

fn too_deep() -> Problem {
    Problem::error(
        "config::too-deep",
        format!("lists and mappings are nested deeper than {MAX_DEPTH} levels"),
    )
    .help("look for brackets that were never closed")
}

fn several_documents() -> Problem {
    Problem::error("config::several-documents", "a second YAML document begins")
        .help("remove the line `---`, or keep the second document in a file of its own")
}

fn anchored() -> Problem {
    Problem::error("config::anchor", "anchors (`&name`) are not read")
        .help("write the value out where it is used; text that begins with `&` needs quotes")
}

fn aliased() -> Problem {
    Problem::error("config::alias", "aliases (`*name`) are not read")
        .help("write the value out here; text that begins with `*` needs quotes")
}

fn merge_key() -> Problem {
    Problem::error("config::merge-key", "merge keys (`<<`) are not read")
        .help("write the merged keys out here")
}

fn tagged(tag: &str) -> Problem {
    Problem::error("config::tag", format!("tags (`{tag}`) are not read"))
        .help("remove the tag; text that begins with `!` needs quotes")
}

fn key_not_text() -> Problem {
    Problem::error("config::key-not-text", "a key is a list or a mapping")
        .help("a key is plain text; text that begins with `[` or `{` needs quotes")
}
