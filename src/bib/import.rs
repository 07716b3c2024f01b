//! The bytes of one file made records, with its accounts.

use super::archive::{self, Container};
use super::line_ends::{self, Mixed};
use super::lines::LineOf;
use super::naming::{Naming, Sharing};
use super::reading::Reading;
use super::record::Record;
use super::sniff::{EMPTY, Sniffed, sniff};
use super::table::Mapping;
use super::{Format, encoding};
use crate::place::Place;
use crate::problem::{Problem, Problems, Severity};

/// Archives inside archives that are opened.
const NESTED: usize = 3;

/// What a caller may know better than the file says.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The format, where content is not to decide.
    pub format: Option<Format>,
    /// The database, for records that name none.
    pub database: Option<String>,
    /// Columns of a table.
    pub mapping: Option<Mapping>,
    /// Whether a table's column `id` names its records, whatever it holds.
    pub keep_ids: bool,
}

/// One file read: its records and its accounts.
#[derive(Clone, Debug)]
pub struct Import {
    /// Records in file order.
    pub records: Vec<Record>,
    /// Everything mended, left out or doubtful, with its place.
    pub problems: Problems,
    /// The format; of an archive, that of its first export. `None` where nothing could be read.
    pub format: Option<Format>,
    /// Name of the encoding; empty for workbooks.
    pub encoding: String,
    /// Records begun in the file: `kept + rejected`.
    pub read: usize,
    /// Records kept.
    pub kept: usize,
    /// Records left out, each with an error among the problems.
    pub rejected: usize,
}

impl Import {
    /// Whether the file is whole and holds no record: it is empty, or has a header alone.
    pub fn is_blank(&self) -> bool {
        let errors = self.problems.iter();
        let mut errors = errors.filter(|problem| problem.severity == Severity::Error);
        self.read == 0 && errors.all(|problem| problem.code == NO_RECORDS || problem.title == EMPTY)
    }

    /// A file that need not be there, since nothing could be in it.
    pub fn of_nothing() -> Self {
        Summary::default().with(Vec::new())
    }
}

/// The code of a file without records.
const NO_RECORDS: &str = "bib::no-records";

/// The accounts of one file whose records went elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// As in [`Import`].
    pub problems: Problems,
    /// As in [`Import`].
    pub format: Option<Format>,
    /// As in [`Import`].
    pub encoding: String,
    /// As in [`Import`].
    pub kept: usize,
    /// As in [`Import`].
    pub rejected: usize,
}

impl Summary {
    /// The accounts with the records that they are of.
    fn with(self, records: Vec<Record>) -> Import {
        Import {
            records,
            read: self.kept + self.rejected,
            kept: self.kept,
            rejected: self.rejected,
            problems: self.problems,
            format: self.format,
            encoding: self.encoding,
        }
    }
}

/// Reads one file; `file` is only its name in places. Every record has an id of its own.
pub fn read(file: &str, bytes: &[u8]) -> Import {
    named(read_as(file, bytes, &Options::default()))
}

/// Reads one table whose columns the caller names; everything else as [`read`].
pub fn read_with(file: &str, bytes: &[u8], mapping: &Mapping) -> Import {
    let options = Options {
        mapping: Some(mapping.clone()),
        ..Options::default()
    };
    named(read_as(file, bytes, &options))
}

fn named(mut import: Import) -> Import {
    Naming::default().round(&mut [&mut import.records]);
    import
}

/// Reads one file of several: records of one identity have one id, until [`Naming`] names those of all files.
pub fn read_as(file: &str, bytes: &[u8], options: &Options) -> Import {
    let mut records = Vec::new();
    let summary = read_each(file, bytes, options, &mut |record| records.push(record));
    summary.with(records)
}

/// Reads one file and hands each record on as soon as it is whole, so that memory holds the file and one record.
///
/// Records of one identity have one id; [`Naming`] keeps them apart.
pub fn read_each(
    file: &str,
    bytes: &[u8],
    options: &Options,
    sink: &mut dyn FnMut(Record),
) -> Summary {
    let mut summary = Summary::default();
    let mut sharing = Sharing::default();
    let mut watched = |record: Record| {
        sharing.see(&record);
        sink(record);
    };
    open(file, bytes, options, &mut watched, 0, &mut summary);
    summary.problems.extend(sharing.problem());
    let errors = summary
        .problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    if summary.kept == 0 && !errors {
        summary
            .problems
            .push(Problem::error(NO_RECORDS, "no records in this file").at(Place::file(file)));
    }
    summary
}

fn open(
    file: &str,
    bytes: &[u8],
    options: &Options,
    sink: &mut dyn FnMut(Record),
    depth: usize,
    summary: &mut Summary,
) {
    let refuse = |summary: &mut Summary, title: String| {
        summary
            .problems
            .push(Problem::error("bib::archive", title).at(Place::file(file)));
    };
    match archive::container(bytes) {
        Some(Container::Gzip | Container::Zip) if depth >= NESTED => {
            refuse(
                summary,
                format!("archives inside archives deeper than {NESTED}; not read"),
            );
        }
        Some(Container::Gzip) => match archive::gunzip(bytes) {
            Ok(content) => open(file, &content, options, sink, depth + 1, summary),
            Err(why) => refuse(summary, why),
        },
        Some(Container::Zip) => {
            for member in archive::unzip(bytes) {
                let name = if member.name.is_empty() {
                    file.to_owned()
                } else {
                    format!("{file}/{}", member.name)
                };
                match member.content {
                    Ok(content) => open(&name, &content, options, sink, depth + 1, summary),
                    Err(why) => summary
                        .problems
                        .push(Problem::error("bib::archive", why).at(Place::file(name))),
                }
            }
        }
        Some(Container::Workbook) if !archive::workbook_fits(bytes) => {
            refuse(
                summary,
                "the workbook would grow far beyond its size when unpacked; not read".to_owned(),
            );
        }
        Some(Container::Workbook) => {
            parse(
                file,
                Format::Xlsx,
                Content::Bytes(bytes),
                options,
                sink,
                summary,
            );
        }
        None => text(file, bytes, options, sink, summary),
    }
}

#[derive(Clone, Copy)]
enum Content<'a> {
    Text { text: &'a str, mixed_ends: bool },
    Bytes(&'a [u8]),
}

fn text(
    file: &str,
    bytes: &[u8],
    options: &Options,
    sink: &mut dyn FnMut(Record),
    summary: &mut Summary,
) {
    if let Some(kind) = foreign(bytes) {
        let problem = Problem::error("bib::not-an-export", format!("not a search export: {kind}"));
        summary.problems.push(problem.at(Place::line(file, 1)));
        return;
    }
    let decoded = encoding::decode(bytes);
    for repair in decoded.repairs {
        let place = Place::column(file, repair.at.0, repair.at.1);
        summary.problems.push(if repair.note {
            Problem::note(repair.code, repair.title).at(place)
        } else {
            Problem::warning(repair.code, repair.title).at(place)
        });
    }
    decoded.encoding.clone_into(&mut summary.encoding);
    let text = decoded
        .text
        .strip_prefix('\u{feff}')
        .unwrap_or(&decoded.text);
    let mixed = Mixed::of(text);
    let of_most = mixed.and_then(|mixed| mixed.as_most(text));
    let text = of_most.as_deref().unwrap_or(text);
    let format = match options.format {
        Some(format) => format,
        None => match sniff(text, options.mapping.as_ref()) {
            Sniffed::Format(format) => format,
            Sniffed::Not(why) => {
                summary
                    .problems
                    .push(Problem::error("bib::not-an-export", why).at(Place::line(file, 1)));
                return;
            }
            Sniffed::Unknown => {
                summary.problems.push(
                    Problem::error("bib::unknown-format", "no format that is known")
                        .at(Place::line(file, 1))
                        .help("name it (`format: ris` of the file in searches.yaml, `--format` on the command line), or give a table a header such as `title,authors,year,doi`"),
                );
                return;
            }
        },
    };
    mention_name(file, format, summary);
    if let Some(mixed) = mixed {
        let ends = of_most.is_some() || line_ends::ends_line(text, mixed.first, format);
        mention_ends(file, format, &decoded.text, mixed.first, ends, summary);
    }
    let content = Content::Text {
        text,
        mixed_ends: mixed.is_some() && of_most.is_none(),
    };
    parse(file, format, content, options, sink, summary);
}

/// Line ends of two kinds are worth a look: lines may hang together that were two.
fn mention_ends(
    file: &str,
    format: Format,
    text: &str,
    at: usize,
    ends: bool,
    summary: &mut Summary,
) {
    if is_markup(format) {
        return;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (line, column) = LineOf::new(text).place(at);
    let taken = if ends {
        "taken for the end of a line"
    } else {
        "part of the text around it"
    };
    let title =
        format!("a carriage return without a line feed, in a file that has line feeds; {taken}");
    let problem = Problem::warning("bib::line-ends", title).at(Place::column(file, line, column));
    let problem = problem.help("look at the records from here on; export again, or save the file with one kind of line ends");
    summary.problems.push(problem);
}

/// Whether line ends mean nothing in a format.
fn is_markup(format: Format) -> bool {
    matches!(
        format,
        Format::PubmedXml
            | Format::EndnoteXml
            | Format::IctrpXml
            | Format::ZoteroRdf
            | Format::Bibtex
            | Format::CslJson
            | Format::OpenAlexJson
            | Format::CtgovJson
    )
}

/// Files people put among exports by mistake, by their first bytes.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"%PDF") {
        return Some("a PDF");
    }
    if bytes.starts_with(b"\x89PNG")
        || bytes.starts_with(b"\xff\xd8\xff")
        || bytes.starts_with(b"GIF8")
    {
        return Some("an image");
    }
    if bytes.starts_with(b"7z\xbc\xaf\x27\x1c") || bytes.starts_with(b"Rar!") {
        return Some("an archive of a kind that is not opened (use ZIP or gzip)");
    }
    if bytes.starts_with(b"{\\rtf") {
        return Some("rich text; save it as plain text");
    }
    None
}

/// A name that promises another format is worth a word.
fn mention_name(file: &str, format: Format, summary: &mut Summary) {
    let Some((_, extension)) = file.rsplit_once('.') else {
        return;
    };
    let extension = extension.to_ascii_lowercase();
    let promised = Format::ALL
        .iter()
        .any(|other| other.extensions().contains(&extension.as_str()));
    if promised && !format.extensions().contains(&extension.as_str()) {
        summary.problems.push(
            Problem::note(
                "bib::name",
                format!("read as {format} although the name says {extension}"),
            )
            .at(Place::line(file, 1)),
        );
    }
}

fn parse(
    file: &str,
    format: Format,
    content: Content,
    options: &Options,
    sink: &mut dyn FnMut(Record),
    summary: &mut Summary,
) {
    let mut reading = Reading::new(file, format, sink);
    reading.database.clone_from(&options.database);
    reading.mapping = options.mapping.as_ref();
    reading.keep_ids = options.keep_ids;
    match content {
        Content::Bytes(bytes) => super::xlsx::read(bytes, &mut reading),
        Content::Text { text, mixed_ends } => {
            reading.mixed_ends = mixed_ends;
            parser(format)(text, &mut reading);
        }
    }
    reading.close();
    summary.kept += reading.kept;
    summary.rejected += reading.rejected;
    let kept = reading.kept;
    summary
        .problems
        .append(std::mem::take(&mut reading.problems));
    if kept > 0 || summary.format.is_none() {
        summary.format = summary.format.or(Some(format));
    }
}

/// The parser of a format.
fn parser(format: Format) -> fn(&str, &mut Reading) {
    match format {
        Format::Ris => super::ris::read,
        Format::Nbib => super::nbib::read,
        Format::PubmedXml => super::pubmed_xml::read,
        Format::PubmedSummary => super::pubmed_summary::read,
        Format::Ovid => super::ovid::read,
        Format::WosTagged => super::wos::read,
        Format::EndnoteXml => super::endnote_xml::read,
        Format::Refer => super::refer::read,
        Format::Refworks => super::refworks::read,
        Format::NoteExpress => super::noteexpress::read,
        Format::CnkiKeyValue => super::cnki::read,
        Format::Gbt7714 => super::gbt7714::read,
        Format::Cssci => super::cssci::read,
        Format::Sinomed => super::sinomed::read,
        Format::CochraneText => super::cochrane::read,
        Format::Bibtex => super::bibtex::read,
        Format::CslJson | Format::OpenAlexJson | Format::CtgovJson => super::json::read,
        Format::ZoteroRdf => super::zotero_rdf::read,
        Format::IctrpXml => super::ictrp::read,
        Format::PubmedCsv
        | Format::CtgovCsv
        | Format::IctrpCsv
        | Format::WosTab
        | Format::Csv
        | Format::Tsv
        | Format::Xlsx => super::table::read,
        Format::ReviewJsonl => super::review_jsonl::read,
    }
}
