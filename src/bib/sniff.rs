//! The format of a text by its content, never by its name.

use super::lines::Lines;
use super::table::Mapping;
use super::{Format, cnki, cochrane, gbt7714, noteexpress, ovid, refer, ris_line, sinomed, table};

/// Characters of the head that are looked at.
const HEAD: usize = 256 << 10;

/// What is said of a text without a letter.
pub(super) const EMPTY: &str = "the file is empty: no records";

/// What the head of a text is.
pub(crate) enum Sniffed {
    Format(Format),
    /// Something that is no export; said in words.
    Not(&'static str),
    Unknown,
}

/// The format of `text`.
pub(crate) fn sniff(text: &str, mapping: Option<&Mapping>) -> Sniffed {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Sniffed::Not(EMPTY);
    }
    let head = cut(text, HEAD);
    if let Some(format) = match head.as_bytes()[0] {
        b'<' => markup(head),
        b'[' | b'{' => json(head),
        _ => None,
    } {
        return format;
    }
    if is_html(head) {
        return Sniffed::Not("not a search export: an HTML page, perhaps an expired sign-in");
    }
    if let Some(format) = tagged(head) {
        return Sniffed::Format(format);
    }
    if let Some(layout) = table::layout(head, mapping) {
        let header = super::delimited::Rows::new(head, layout.delimiter).nth(layout.header);
        return Sniffed::Format(header.map_or(Format::Csv, |row| {
            table::format_of(&row.cells, layout.delimiter)
        }));
    }
    // A damaged head leaves elements that only one source writes.
    for (element, format) in [
        ("<PubmedArticle>", Format::PubmedXml),
        ("<ref-type ", Format::EndnoteXml),
        ("<TrialID>", Format::IctrpXml),
    ] {
        if head.contains(element) {
            return Sniffed::Format(format);
        }
    }
    // RIS whose TY lines are lost still has its tags.
    if Lines::of(head)
        .filter(|(_, line)| ris_line::is_tagged(line))
        .count()
        >= 3
    {
        return Sniffed::Format(Format::Ris);
    }
    Sniffed::Unknown
}

/// The first `limit` bytes, cut between characters.
fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn is_html(head: &str) -> bool {
    let start = cut(head, 2048).to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.contains("<html")
}

fn markup(head: &str) -> Option<Sniffed> {
    let root = root(head);
    let format = match root {
        "Trials_downloaded_from_ICTRP" => Format::IctrpXml,
        "PubmedArticleSet"
        | "PubmedBookArticleSet"
        | "PubmedArticle"
        | "PubmedBookArticle"
        | "MedlineCitation"
        | "MedlineCitationSet" => Format::PubmedXml,
        "xml" | "records" if head.contains("<record") || head.contains("<records") => {
            Format::EndnoteXml
        }
        "rdf:RDF" => Format::ZoteroRdf,
        _ if is_html(head) => {
            return Some(Sniffed::Not(
                "not a search export: an HTML page, perhaps an expired sign-in",
            ));
        }
        // Ovid's counters look like tags: `<3001. >`.
        _ if root.is_empty() || root.starts_with(|c: char| c.is_ascii_digit()) => return None,
        _ if head.contains("<PubmedArticle") => Format::PubmedXml,
        _ if head.contains("<ref-type ") => Format::EndnoteXml,
        _ => return Some(Sniffed::Not("XML, but not of an export that is known")),
    };
    Some(Sniffed::Format(format))
}

/// Name of the first element, behind declarations and comments.
fn root(head: &str) -> &str {
    let mut rest = head;
    loop {
        let Some(at) = rest.find('<') else { return "" };
        rest = &rest[at + 1..];
        let skip = if rest.starts_with("!--") {
            rest.find("-->")
        } else if rest.starts_with("!DOCTYPE")
            && rest
                .find('[')
                .is_some_and(|open| open < rest.find('>').unwrap_or(0))
        {
            rest.find("]>").or_else(|| rest.find(']'))
        } else if rest.starts_with(['!', '?']) {
            rest.find('>')
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
                .unwrap_or(rest.len());
            return &rest[..end];
        };
        match skip {
            Some(end) => rest = &rest[end..],
            None => return "",
        }
    }
}

/// JSON by the names that only one source writes.
fn json(head: &str) -> Option<Sniffed> {
    let quoted = |name: &str| {
        memchr::memmem::find(head.as_bytes(), format!("\"{name}\"").as_bytes()).is_some()
    };
    let format = if head.starts_with('{')
        && quoted("source")
        && quoted("tags")
        && quoted("end_line")
        && quoted("id")
    {
        Format::ReviewJsonl
    } else if quoted("protocolSection") {
        Format::CtgovJson
    } else if quoted("authorships") {
        Format::OpenAlexJson
    } else if (quoted("type") || quoted("DOI") || quoted("issued"))
        && (quoted("title") || quoted("issued") || quoted("DOI"))
    {
        Format::CslJson
    } else if head.starts_with("[]") || head.starts_with("{}") {
        return Some(Sniffed::Not("JSON without any record"));
    } else if head.starts_with("{\"")
        || head.starts_with("[{")
        || head.starts_with("{\n")
        || head.starts_with("[\n")
    {
        return Some(Sniffed::Not("JSON, but not of an export that is known"));
    } else {
        return None;
    };
    Some(Sniffed::Format(format))
}

/// Marks of tagged formats seen in the head.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one mark, and any set of them can be seen"
)]
struct Seen {
    ris: bool,
    pmid: bool,
    own: bool,
    ti: bool,
    medline: usize,
    ovid: bool,
    wos: bool,
    wos_type: bool,
    wos_end: bool,
    refworks: bool,
    refer: bool,
    noteexpress: bool,
    cnki: bool,
    cssci: bool,
    sinomed: usize,
    cochrane: bool,
    bibtex: bool,
    summary: bool,
    summary_pmid: bool,
    gbt: bool,
}

fn tagged(head: &str) -> Option<Format> {
    let mut seen = Seen::default();
    let mut before = "";
    for (_, line) in Lines::of(head) {
        seen.look(line, before);
        before = line;
    }
    // The order is part of the method: what stands before the records of one format can look like another.
    let order = [
        (seen.ris, Format::Ris),
        (seen.pmid || (seen.own && seen.ti), Format::Nbib),
        (seen.ovid, Format::Ovid),
        (
            seen.wos || (seen.wos_type && seen.wos_end),
            Format::WosTagged,
        ),
        (seen.noteexpress, Format::NoteExpress),
        (seen.cssci, Format::Cssci),
        (seen.cnki, Format::CnkiKeyValue),
        (seen.sinomed >= 2, Format::Sinomed),
        (seen.cochrane, Format::CochraneText),
        (seen.refworks, Format::Refworks),
        (seen.refer, Format::Refer),
        (seen.medline >= 3, Format::Nbib),
        (seen.bibtex, Format::Bibtex),
        (seen.summary && seen.summary_pmid, Format::PubmedSummary),
        (seen.gbt, Format::Gbt7714),
    ];
    order
        .into_iter()
        .find(|(is, _)| *is)
        .map(|(_, format)| format)
}

impl Seen {
    fn look(&mut self, line: &str, before: &str) {
        let Some(first) = line.bytes().find(|b| *b != b' ') else {
            return;
        };
        self.ris = self.ris || ris_line::is_start(line);
        if let Some((name, value)) = super::nbib::tagged(line) {
            self.pmid |= name == "PMID" && value.starts_with(|c: char| c.is_ascii_digit());
            self.own |= name == "OWN";
            self.ti |= name == "TI";
            self.medline += usize::from(super::nbib::is_own(line));
        }
        self.ovid = self.ovid || ovid::is_start(line);
        if first.is_ascii_uppercase() {
            self.wos |= ["FN Clarivate", "FN Thomson", "FN ISI"]
                .iter()
                .any(|mark| line.starts_with(mark));
            self.wos_type |= matches!(line.trim_end(), "PT J" | "PT S" | "PT B" | "PT C" | "PT P");
            self.wos_end |= line.trim_end() == "ER";
            self.refworks |= before.trim().is_empty() && line.starts_with("RT ");
            self.cochrane |= cochrane::is_start(line);
        }
        if let Some((name, _)) = refer::tagged(line) {
            self.refer |= matches!(name, "%0" | "%T" | "%A");
        }
        self.noteexpress = self.noteexpress || noteexpress::is_start(line);
        self.cnki = self.cnki || cnki::is_mark(line);
        self.cssci |= line.contains("【来源篇名】");
        self.sinomed += usize::from(sinomed::is_mark(line));
        self.bibtex |= first == b'@' && is_entry(line.trim_start());
        self.gbt = self.gbt || (first == b'[' && gbt7714::is_start(line));
        self.summary |= line.starts_with("1: ") || line.starts_with("1. ");
        self.summary_pmid |= line.contains("PMID: ");
    }
}

/// `@article{` or `@article(`.
fn is_entry(line: &str) -> bool {
    let name = line[1..].trim_start();
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    end > 0 && name[end..].trim_start().starts_with(['{', '('])
}
