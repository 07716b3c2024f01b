//! References numbered after GB/T 7714: `[1]江文杰,韩超.题名[J].刊名,2016,24(08):1213-1216.`
//!
//! Source: GB/T 7714-2015, Information and documentation: rules for bibliographic references. CNKI and Wanfang offer this form first.

use super::fields::{Draft, Field};
use super::fold::trim;
use super::lines::Lines;
use super::reading::Reading;
use super::tags::Tags;

/// Reads all records of `text`.
pub(crate) fn read(text: &str, out: &mut Reading) {
    let mut open: Option<(String, u32, u32)> = None;
    for (number, line) in Lines::of(text) {
        let line = trim(line);
        if numbered(line).is_some() {
            close(open.take(), out);
            open = Some((line.to_owned(), number, number));
        } else if line.is_empty() {
        } else if let Some((citation, _, last)) = &mut open {
            join(citation, line);
            *last = number;
        } else {
            out.note(
                "bib::outside",
                "text before the first reference was passed over",
                (number, 1),
            );
        }
    }
    close(open, out);
}

/// Adds a line: with a blank between words, and none within Chinese text or within a link or a range broken at its mark.
fn join(citation: &mut String, line: &str) {
    let glued = |c: Option<char>| c.is_none_or(|c| !c.is_ascii() || "/-_.(:".contains(c));
    if !glued(citation.chars().next_back()) && line.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        citation.push(' ');
    }
    citation.push_str(line);
}

fn close(open: Option<(String, u32, u32)>, out: &mut Reading) {
    let Some((citation, first, last)) = open else {
        return;
    };
    let mut tags = Tags::new();
    tags.push("citation", &citation, first);
    for (name, value) in parts(&citation) {
        if !value.is_empty() {
            tags.push(name, value, first);
        }
    }
    out.keep(tags, first, last);
}

/// Whether a line begins a reference and names its type.
pub(crate) fn is_start(line: &str) -> bool {
    numbered(trim(line)).is_some_and(|rest| kind(rest).is_some())
}

/// What stands behind `[12]`.
fn numbered(line: &str) -> Option<&str> {
    let (number, rest) = line.strip_prefix('[')?.split_once(']')?;
    let digits = !number.is_empty() && number.len() < 7;
    (digits && number.bytes().all(|b| b.is_ascii_digit())).then(|| rest.trim_start())
}

/// Where the mark of the type stands, as `[J]` or `[J/OL]`: before it, the type, behind it.
fn kind(rest: &str) -> Option<(&str, &str, &str)> {
    const TYPES: [&str; 15] = [
        "J", "D", "C", "M", "N", "R", "S", "P", "A", "Z", "DB", "CP", "EB", "G", "DS",
    ];
    for (at, _) in rest.match_indices('[') {
        let Some((inner, behind)) = rest[at + 1..].split_once(']') else {
            continue;
        };
        let main = inner.split('/').next().unwrap_or(inner);
        if TYPES.contains(&main) && inner.len() <= 6 {
            return Some((&rest[..at], inner, behind));
        }
    }
    None
}

fn parts(citation: &str) -> Vec<(&'static str, &str)> {
    let Some((before, kind, behind)) = numbered(citation).and_then(kind) else {
        return Vec::new();
    };
    let (authors, title) = named(before);
    let mut found = vec![
        ("authors", trim(authors)),
        ("title", trim(title)),
        ("type", kind),
    ];
    let behind = behind.trim_start_matches(['.', '．', ' ']);
    let end = ["http://", "https://", "DOI:", "DOI：", "doi:"]
        .iter()
        .filter_map(|mark| behind.find(mark))
        .min()
        .unwrap_or(behind.len());
    let (source, link) = behind.split_at(end);
    found.push(("link", trim(link).trim_end_matches(['.', '．'])));
    let source = trim(source).trim_end_matches(['.', '．']);
    let source = dated(source, &mut found);
    let (journal, rest) = source.split_once([',', '，']).unwrap_or((source, ""));
    let (place, journal) = match journal.split_once([':', '：']) {
        Some(parts) if !kind.starts_with('J') => parts,
        _ => ("", journal),
    };
    found.push(("place", trim(place)));
    // A report without a publisher has its year alone.
    let is_year = journal.len() == 4 && super::fields::year_in(journal).is_some();
    found.push((if is_year { "year" } else { "source" }, trim(journal)));
    numbers(rest, &mut found);
    found
}

/// Authors and title: parted by the first full stop that is not one of an initial (`Smith J.A., Lee M. A title`).
fn named(before: &str) -> (&str, &str) {
    for (at, stop) in before.match_indices(['.', '．']) {
        let (authors, title) = (&before[..at], &before[at + stop.len()..]);
        if !within_names(authors, title) {
            // The last initial keeps its stop where the others have theirs.
            let last = authors.rsplit([' ', ',', '，']).next().unwrap_or_default();
            let mut initials = last.split('.').map(|part| part.trim_start_matches('-'));
            let dotted = last.contains('.') && initials.all(is_initial);
            let end = if dotted { at + stop.len() } else { at };
            return (&before[..end], title);
        }
    }
    ("", before)
}

/// Whether the stop between these two is one of an initial: names go on behind it.
fn within_names(before: &str, behind: &str) -> bool {
    if before.ends_with(|c: char| ('\u{3400}'..='\u{9fff}').contains(&c)) {
        return false;
    }
    if behind.starts_with([',', '，', ';', '；', '-']) {
        return true;
    }
    let last = before.rsplit([' ', ',', '，', '.', '-']).next();
    if !last.is_some_and(is_initial) {
        return false;
    }
    // `J.A. A title` goes on with an initial, as does `J. A., Lee M.`; `J. U.S. nurses` and `J. E. coli` do not.
    let rest = behind.trim_start();
    let mut initials = rest
        .split('.')
        .take_while(|part| is_initial(part.trim_start_matches('-')));
    let glued = !behind.starts_with(char::is_whitespace);
    if glued {
        return initials.next().is_some() && rest.contains('.');
    }
    let length = initials.map(|part| part.len() + 1).sum::<usize>();
    length > 0
        && rest
            .get(length..)
            .is_some_and(|next| next.starts_with([',', '，', ';', '；']))
}

/// One capital.
fn is_initial(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
}

/// Takes the day of publication and the day it was seen from the front of what stands online: `(2019-01-02)[2020-03-04]`.
fn dated<'a>(source: &'a str, found: &mut Vec<(&'static str, &'a str)>) -> &'a str {
    let Some((day, rest)) = source
        .strip_prefix(['(', '（'])
        .and_then(|rest| rest.split_once([')', '）']))
    else {
        return source;
    };
    found.push(("year", day));
    let rest = rest.trim_start();
    match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((seen, rest)) => {
            found.push(("seen", seen));
            rest.trim_start_matches(['.', ' '])
        }
        None => rest,
    }
}

/// `2016,24(08):1213-1216`; what has not appeared has pages and a day it was seen: `1-5[2020-01-02]`.
fn numbers<'a>(rest: &'a str, found: &mut Vec<(&'static str, &'a str)>) {
    let (rest, seen) = rest.split_once('[').unwrap_or((rest, ""));
    let (numbers, pages) = rest.split_once([':', '：']).unwrap_or((rest, ""));
    found.push(("pages", trim(pages)));
    let mut volume = "";
    for part in numbers.split([',', '，']).map(trim) {
        let year = part.len() >= 4 && super::fields::year_in(part.get(..4).unwrap_or("")).is_some();
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        if year && digits == 4 {
            let (year, issue) = part.split_once(['(', '（']).unwrap_or((part, ""));
            found.push(("year", trim(year)));
            found.push(("issue", issue.trim_end_matches([')', '）', ' '])));
        } else if let Some(issue) = part.strip_prefix(['(', '（']) {
            // A journal without volumes: `2011,(08):12-14`.
            found.push(("issue", issue.trim_end_matches([')', '）', ' '])));
        } else if part.contains('-') && pages.is_empty() {
            found.push(("pages", part));
        } else if digits > 0 {
            let (number, issue) = part.split_once(['(', '（']).unwrap_or((part, ""));
            volume = trim(number);
            found.push(("issue", issue.trim_end_matches([')', '）', ' '])));
        }
    }
    found.push(("volume", volume));
    found.push(("seen", seen.trim_end_matches([']', '.', ' '])));
}

/// Typed fields; the number is the rank, lowest first.
pub(crate) fn fields<'t>(tags: &'t Tags, draft: &mut Draft<'t>) {
    for tag in tags.iter() {
        let (value, line) = (tag.value, tag.line);
        match tag.name {
            "authors" => {
                for name in value.split([',', '，', ';', '；']).map(trim) {
                    if !matches!(name, "等" | "et al" | "et al.") {
                        draft.author(name, line);
                    }
                }
            }
            "title" => draft.offer(Field::Title, 0, value, line),
            "type" => draft.offer(Field::Kind, 0, value, line),
            "source" => draft.offer(Field::Journal, 0, value, line),
            "year" => draft.offer_year(0, value, line),
            "volume" => draft.offer(Field::Volume, 0, value, line),
            "issue" => draft.offer(Field::Issue, 0, value, line),
            "pages" => draft.offer(Field::Pages, 0, value, line),
            "link" => {
                draft.offer_doi(0, value, line);
                if value.starts_with("http") {
                    draft.offer(Field::Url, 0, value, line);
                }
            }
            "citation" => draft.offer(Field::Title, 9, value, line),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::bib::{Format, read};

    #[test]
    fn references_of_cnki_and_wanfang_come_apart() {
        let text = "[1]江文杰,韩超,赵六,等.巴林特小组对医生职业倦怠的影响[J].中国杂志,2016,24(08):1213-1216.DOI:10.3969/j.issn.1.2016.08.001.\n[2]王五.第二篇\n的题名[D].大学,2018.\n[3]SMITH J, LEE M. A title[J/OL]. J X,1-5[2020-01-02].https://doi.org/10.1000/cn.\n";
        let import = read("cnki.txt", text.as_bytes());
        assert_eq!(import.format, Some(Format::Gbt7714));
        let [first, second, third] = import.records.as_slice() else {
            panic!("{:?}", import.records)
        };
        assert_eq!(
            first.title.as_deref(),
            Some("巴林特小组对医生职业倦怠的影响")
        );
        assert_eq!(first.authors, ["江文杰", "韩超", "赵六"]);
        assert_eq!(first.journal.as_deref(), Some("中国杂志"));
        assert_eq!(
            (first.volume.as_deref(), first.issue.as_deref()),
            (Some("24"), Some("08"))
        );
        assert_eq!(
            (first.year, first.pages.as_deref()),
            (Some(2016), Some("1213-1216"))
        );
        assert_eq!(first.doi.as_deref(), Some("10.3969/j.issn.1.2016.08.001"));
        assert_eq!(
            (second.title.as_deref(), second.year),
            (Some("第二篇的题名"), Some(2018))
        );
        assert_eq!((second.source.line, second.source.end_line), (2, 3));
        assert_eq!(
            (third.doi.as_deref(), third.pages.as_deref()),
            (Some("10.1000/cn"), Some("1-5"))
        );
    }

    #[test]
    fn a_title_that_begins_with_an_initial_is_no_name() {
        for (citation, author, title) in [
            (
                "Smith J. U.S. nurses and burnout",
                "Smith J",
                "U.S. nurses and burnout",
            ),
            ("Park S. E. coli in wards", "Park S", "E. coli in wards"),
            ("张三. T. gondii 感染研究", "张三", "T. gondii 感染研究"),
            ("Smith J.A. A title", "Smith J.A.", "A title"),
            ("Smith J. A., Lee M. A title", "Smith J. A.", "A title"),
            ("Sartre J.-P. A title", "Sartre J.-P.", "A title"),
            ("WHO.U.S. report", "WHO", "U.S. report"),
            (
                "Smith J. A, B and C of wards",
                "Smith J",
                "A, B and C of wards",
            ),
        ] {
            let text = format!("[1]{citation}[J].刊名,2011,(08):12-14.\n");
            let import = read("cnki.txt", text.as_bytes());
            let record = &import.records[0];
            assert_eq!(
                record.authors.first().map(String::as_str),
                Some(author),
                "{citation}"
            );
            assert_eq!(record.title.as_deref(), Some(title), "{citation}");
            assert_eq!(
                (
                    record.issue.as_deref(),
                    record.volume.as_deref(),
                    record.pages.as_deref()
                ),
                (Some("08"), None, Some("12-14"))
            );
        }
    }

    #[test]
    fn a_year_alone_is_no_journal() {
        let import = read("cnki.txt", "[1]WHO.A report[R].2019.\n".as_bytes());
        let record = &import.records[0];
        assert_eq!((record.year, record.journal.as_deref()), (Some(2019), None));
    }

    #[test]
    fn initials_broken_lines_and_days_online_are_told_apart() {
        let text = "[1]Smith J.A., Lee M. Effects of sleep on\nburnout in nurses[J]. J X,2019,3(1):2-9.\n[2]Wang X. Burnout of residents[D].Beijing:PKU,2018.\n[3]WHO. Report on staff[R/OL].(2019-01-02)[2020-03-04].https://example.org/r.\n";
        let import = read("cnki.txt", text.as_bytes());
        let [first, second, third] = import.records.as_slice() else {
            panic!("{:?}", import.records)
        };
        assert_eq!(first.authors, ["Smith J.A.", "Lee M"]);
        assert_eq!(
            first.title.as_deref(),
            Some("Effects of sleep on burnout in nurses")
        );
        assert_eq!(
            (second.journal.as_deref(), second.year),
            (Some("PKU"), Some(2018))
        );
        assert_eq!((third.journal.as_deref(), third.year), (None, Some(2019)));
        assert_eq!(third.authors, ["WHO"]);
    }
}
