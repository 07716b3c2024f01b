//! From the input to the finished report.

use super::escape::{markdown, slug, write_markdown};
use super::figures::{self, NamedFigure};
use super::guard::{untraced, without_marks};
use super::input::{ReportInput, TextFile};
use super::press::Press;
use super::references::References;
use super::sections::{SECTIONS, TEXTS, built_in, built_in_templates};
use super::span::{Entry, FREE, GUARDED, Ledger, Piece, is_mark, pieces};
use super::{functions, page, table_files, words, workbook};
use crate::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::provenance::{Numbers, PrintedNumber};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;
use tera::{Context, ErrorKind, Tera};

/// A finished report.
#[derive(Clone, Debug)]
pub struct Report {
    /// The Markdown text.
    pub markdown: String,
    /// The same as one HTML page that needs no other file.
    pub html: String,
    /// Every printed number with its address, line and column in the Markdown.
    pub numbers: Numbers,
    /// SVG figures by file name.
    pub figures: BTreeMap<String, String>,
    /// Tables with full precision by file name, as CSV.
    pub tables: BTreeMap<String, Vec<u8>>,
    /// The same tables as one workbook (XLSX).
    pub workbook: Vec<u8>,
    /// What is wrong without keeping the report from being made.
    pub warnings: Problems,
}

/// Writes the report.
///
/// # Errors
///
/// A problem for each template that fails (`report::template`), with file, line and what is missing, and for each number without an
/// address (`report::untraced-number`).
pub fn write(input: ReportInput) -> Result<Report, Problems> {
    let mut warnings = unknown_files(&input);
    warnings.extend(unrated_combinations(&input));
    warnings.append(long_tables(&input));
    let input = Arc::new(input);
    let (text, (tables, workbook)) = rayon::join(
        || texts(&input),
        || (table_files::tables(&input), workbook::workbook(&input)),
    );
    let Texts {
        markdown,
        html,
        numbers,
        figures,
    } = text?;
    Ok(Report {
        markdown,
        html,
        numbers,
        tables,
        workbook,
        figures: figures
            .into_iter()
            .map(|figure| (format!("{}.svg", figure.name), figure.figure.svg))
            .collect(),
        warnings,
    })
}

/// What people read.
pub(super) struct Texts {
    pub(super) markdown: String,
    html: String,
    numbers: Numbers,
    figures: Vec<NamedFigure>,
}

/// Draws the figures, fills in the templates, and makes both forms of the text.
pub(super) fn texts(input: &Arc<ReportInput>) -> Result<Texts, Problems> {
    let (figures, ready) = rayon::join(
        || figures::draw(input),
        || {
            let references = References::of(input)?;
            let press = Arc::new(Press::new(Arc::clone(input), references));
            Ok::<_, Problems>((engine(&press)?, press))
        },
    );
    let (tera, press) = ready?;
    press.take_figures(figures.iter().map(|figure| figure.name.as_str()));
    let marked = render(&tera, &press)?;
    let ledger = press.printed();
    let (html, (markdown, numbers)) = rayon::join(
        || page::page(&marked, &ledger, &figures, input),
        || finish(&marked, &ledger, &figures, &input.path),
    );
    Ok(Texts {
        markdown,
        html: html?,
        numbers,
        figures,
    })
}

/// Tables that are longer than a sheet of a workbook.
fn long_tables(input: &ReportInput) -> Problems {
    let told = workbook::cut(input).map(|file| {
        let title = format!("`tables/{file}` has more rows than a sheet of the workbook holds");
        Problem::warning("report::long-table", title)
            .help("read that file instead: it has all rows, and the sheet says how many it lacks")
    });
    Problems(told.collect())
}

/// Templates and texts whose name means nothing here.
fn unknown_files(input: &ReportInput) -> Problems {
    let mut problems = Problems::new();
    let known: Vec<&str> = built_in_templates().iter().map(|(name, _)| *name).collect();
    let mut look = |files: &BTreeMap<String, TextFile>, known: &[&str], what: &str| {
        for (name, file) in files
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()) && !words::is_file_name(name))
        {
            let help = nearest::nearest(name, known.iter().copied()).map_or_else(
                || format!("there are {}", known.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            problems.push(
                Problem::warning(
                    "report::unknown-file",
                    format!("`{name}` is no {what} of the report, so it is not used"),
                )
                .at(Place::file(&file.path))
                .help(help),
            );
        }
    };
    look(&input.templates, &known, "template");
    look(&input.texts, TEXTS, "section");
    problems
}

/// Combinations of choices whose main result is rated while nothing says how certain they are: the rating was not asked for them.
fn unrated_combinations(input: &ReportInput) -> Option<Problem> {
    let of = |table: &'static str| -> BTreeSet<&str> {
        let rows = input.rows(table);
        rows.map(|row| row.text("analysis")).collect()
    };
    let (combined, rated, counted) = (
        of("multiverse"),
        of("certainty"),
        of("multiverse-certainty"),
    );
    let unrated: Vec<String> = combined
        .into_iter()
        .filter(|analysis| rated.contains(analysis) && !counted.contains(analysis))
        .map(|analysis| format!("`{analysis}`"))
        .collect();
    let grade = input.named("certainty").next()?.stage.as_str();
    let pool = input.named("multiverse").next()?.stage.as_str();
    if unrated.is_empty() {
        return None;
    }
    let title = format!(
        "the combinations of choices are not rated as the main result is: {}",
        unrated.join(", ")
    );
    let help = format!(
        "add `specifications: {pool}.specifications` and `specification-effects: {pool}.specification-effects` to `in:` of `{grade}`, \
         and `multiverse-certainty: {grade}.multiverse` to `in:` of the report"
    );
    Some(Problem::warning("report::unrated-combinations", title).help(help))
}

/// The template engine for Markdown with all templates and texts.
fn engine(press: &Arc<Press>) -> Result<Tera, Problems> {
    let mut tera = Tera::new();
    tera.autoescape_on([".md.tera", ".md"]);
    tera.set_escape_fn(write_markdown);
    functions::register(&mut tera, press);
    let mut problems = Problems::new();
    let mut texts: Vec<(String, String)> = Vec::new();
    for section in TEXTS {
        let text = press.input.texts.get(*section);
        let text = text.map_or(String::new(), |file| authored(section, &file.text));
        texts.push((format!("text/{section}.md"), text));
    }
    for (name, text) in built_in_templates()
        .iter()
        .filter(|(name, _)| name.ends_with(".md.tera"))
    {
        let text = press
            .input
            .templates
            .get(*name)
            .map_or(*text, |file| file.text.as_str());
        texts.push(((*name).to_owned(), text.to_owned()));
    }
    let Err(first) = tera.add_raw_templates(texts.clone()) else {
        return Ok(tera);
    };
    // One by one, so that every file with a mistake is named and not only the first.
    for (name, text) in &texts {
        let mut alone = Tera::new();
        if let Err(error) = alone.add_raw_template(name, text)
            && let ErrorKind::SyntaxError(_) = error.kind()
        {
            problems.push(template_problem(&error, &press.input));
        }
    }
    if problems.is_empty() {
        problems.push(template_problem(&first, &press.input));
    }
    Err(problems)
}

/// An author's text with marks that let digits stand where they are no results.
fn authored(section: &str, text: &str) -> String {
    let text: String = text.chars().filter(|c| !is_mark(*c)).collect();
    if section.contains("results") {
        text
    } else {
        format!("{FREE}{text}{GUARDED}")
    }
}

/// A template's mistake, with its file and line.
pub(super) fn template_problem(error: &tera::Error, input: &ReportInput) -> Problem {
    let (message, name, line) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => (
            report.message().to_owned(),
            report.filename().to_owned(),
            u32::try_from(report.span().start_line).unwrap_or(1),
        ),
        other => (other.to_string(), String::new(), 0),
    };
    let message = message.trim().replace('\n', " ");
    let problem = Problem::error(
        "report::template",
        if name.is_empty() {
            format!("a template fails: {message}")
        } else {
            format!("the template `{name}` fails: {message}")
        },
    );
    let problem = match place_of(&name, input) {
        Some(path) if line > 0 => problem.at(Place::line(path, line)),
        Some(path) => problem.at(Place::file(path)),
        None if line > 0 => problem.at(Place::line(format!("built-in:{name}"), line)),
        None => problem,
    };
    problem.help(
        "mend the template; the functions it can use are listed in the guide to report templates",
    )
}

/// The file of a template or text that people keep.
fn place_of<'a>(name: &str, input: &'a ReportInput) -> Option<&'a str> {
    let text = name
        .strip_prefix("text/")
        .and_then(|name| name.strip_suffix(".md"));
    let file = match text {
        Some(section) => input.texts.get(section),
        None => input.templates.get(name),
    };
    file.map(|file| file.path.as_str())
}

/// All sections, rendered, guarded and joined.
fn render(tera: &Tera, press: &Press) -> Result<String, Problems> {
    let mut problems = Problems::new();
    let mut report = String::new();
    let context = context(press);
    for section in SECTIONS {
        let name = format!("{section}.md.tera");
        let mut section_text = Bounded(Vec::new());
        let rendered = tera.render_to(&name, &context, &mut section_text);
        match rendered.map(|()| String::from_utf8_lossy(&section_text.0)) {
            Ok(text) => {
                let text = tidy(&text);
                problems.extend(unguarded(section, &text, &press.input));
                if !text.is_empty() {
                    report.push_str(&text);
                    report.push_str("\n\n");
                }
            }
            Err(error) => problems.push(template_problem(&error, &press.input)),
        }
    }
    if problems.is_empty() {
        Ok(report.trim_end().to_owned() + "\n")
    } else {
        Err(problems)
    }
}

/// Most bytes that a section has; a loop in a template that prints for ever ends there.
const MOST_BYTES: usize = 64 << 20;

/// Takes text up to a bound.
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MOST_BYTES {
            let said = format!("the section would have more than {MOST_BYTES} bytes");
            return Err(std::io::Error::other(said));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn context(press: &Press) -> Context {
    let mut context = Context::new();
    context.insert("protocol", &press.input.protocol.value);
    context
}

/// One problem for each number of a section that has no address.
fn unguarded(section: &str, text: &str, input: &ReportInput) -> Vec<Problem> {
    let name = format!("{section}.md.tera");
    let source = input.templates.get(&name);
    let template = source.map_or_else(|| built_in(&name).unwrap_or_default(), |file| &file.text);
    let path = source.map_or_else(|| format!("built-in:{name}"), |file| file.path.clone());
    let found = untraced(text).into_iter().map(|number| {
        let lines = (1..).zip(template.lines());
        let line = lines.filter(|(_, line)| line.contains(&number.text)).map(|(line, _)| line).next();
        let place = line.map_or_else(|| Place::file(&path), |line| Place::line(&path, line));
        Problem::error(
            "report::untraced-number",
            format!(
                "untraced number: `{}` in section `{section}`, line {}: {}",
                number.text, number.line, number.context
            ),
        )
        .at(place)
        .help("print it with `n(row=…, col=…)` or `n(at=\"stage/artefact#key/column\")`; a name that holds digits with `\"…\" | name`")
    });
    found.collect()
}

/// Without blanks at the end of lines and more than one blank line.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            if !blank {
                out.push('\n');
            }
            blank = true;
        } else {
            out.push_str(line);
            out.push('\n');
            blank = false;
        }
    }
    out.trim_end().to_owned()
}

/// The Markdown without marks, and the list of numbers with their places in it.
fn finish(marked: &str, ledger: &Ledger, figures: &[NamedFigure], path: &str) -> (String, Numbers) {
    let mut text = String::with_capacity(marked.len());
    let mut numbers = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    for piece in pieces(marked) {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Open(index) => open.push((index, text.len())),
            Piece::Close => {
                let Some((index, at)) = open.pop() else {
                    continue;
                };
                if let Some(Entry::Traced { address, value }) = ledger.0.get(index) {
                    numbers.push((address, value, at, text.len()));
                }
            }
            Piece::Figure(index) => {
                if let Some(figure) = figures.get(index) {
                    let alt = markdown(&figure.figure.title);
                    let _ = write!(text, "![{alt}](figures/{}.svg)", figure.name);
                }
            }
            Piece::Free | Piece::Guarded => {}
        }
    }
    let mut place = Position::default();
    numbers.sort_by_key(|(_, _, at, _)| *at);
    let numbers = numbers.into_iter().map(|(address, value, at, end)| {
        let (line, column) = place.advance(&text, at);
        PrintedNumber {
            address: address.clone(),
            value: value.clone(),
            text: text[at..end].to_owned(),
            line,
            column,
        }
    });
    let numbers = Numbers {
        version: 1,
        report: path.to_owned(),
        numbers: numbers.collect(),
    };
    (text, numbers)
}

/// Line and column of a byte, counted onward from the last one asked for.
#[derive(Default)]
struct Position {
    at: usize,
    line: u32,
    line_start: usize,
}

impl Position {
    fn advance(&mut self, text: &str, to: usize) -> (u32, u32) {
        for (offset, _) in text[self.at..to].match_indices('\n') {
            self.line += 1;
            self.line_start = self.at + offset + 1;
        }
        self.at = to;
        let column = text[self.line_start..to].chars().count();
        (
            self.line + 1,
            u32::try_from(column).unwrap_or(u32::MAX - 1) + 1,
        )
    }
}

/// The text of a template that no engine reads, as its file or built in.
pub(super) fn raw_template(name: &str, input: &ReportInput) -> String {
    let replaced = input.templates.get(name).map(|file| file.text.clone());
    replaced.unwrap_or_else(|| built_in(name).unwrap_or_default().to_owned())
}

/// A heading's identifier in the page.
pub(super) fn heading_id(text: &str) -> String {
    slug(&without_marks(text))
}
