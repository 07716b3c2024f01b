//! Prints [`Problems`] for people, with the lines they are about, or as JSON.
//!
//! Text that comes from files is hostile until shown otherwise: control characters are made visible, long lines are cut to a window
//! around the spot, long words end in `…`.

mod excerpt;

use crate::place::{At, Place};
use crate::problem::{Problem, Problems, Severity};
use annotate_snippets::{Group, Level, Origin, Renderer};
use excerpt::Excerpt;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Problems of one file that are printed before the rest is counted.
const MAX_OF_A_FILE: usize = 20;

/// Stands for a place while the renderer works; the renderer would count columns in the cut line.
const HEADER: char = '\u{e000}';

/// Longest title, label or path that is printed, in characters.
const MAX_TEXT: usize = 400;

/// The problems as text for a terminal: title, place, the lines with carets, help; an empty line after each.
///
/// `source` gives the text of a file, or `None` where there is none to show. Of one file at most twenty are printed, then how many
/// more there are. Empty without problems.
pub fn render(
    problems: &Problems,
    source: &dyn Fn(&str) -> Option<String>,
    colour: bool,
) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut sources: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut printed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut text = String::new();
    for problem in problems {
        let count = printed.entry(file_of(problem)).or_default();
        *count += 1;
        if *count > MAX_OF_A_FILE {
            continue;
        }
        for (place, _) in &problem.places {
            sources
                .entry(place.file.to_string())
                .or_insert_with(|| readable(place).then(|| source(&place.file)).flatten());
        }
        text.push_str(&render_one(problem, &sources, &renderer));
        text.push_str("\n\n");
    }
    for (file, count) in printed {
        if count > MAX_OF_A_FILE {
            let within = if file.is_empty() {
                String::new()
            } else {
                format!(" in {}", visible(file))
            };
            let _ = writeln!(text, "… and {} more{within}\n", count - MAX_OF_A_FILE);
        }
    }
    text
}

/// How many of each severity there are: `2 errors, 1 warning`; `no problems` for none.
pub fn summary(problems: &Problems) -> String {
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(|severity| {
            let of_it = problems
                .iter()
                .filter(|problem| problem.severity == severity);
            match of_it.count() {
                0 => None,
                1 => Some(format!("1 {severity}")),
                many => Some(format!("{many} {severity}s")),
            }
        })
        .collect();
    if parts.is_empty() {
        "no problems".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The problems as a JSON array, all of them:
/// `{"severity","code","title","places":[{"file","line","column","sheet","cell","label"}],"help"}`.
///
/// A part that a place does not have, an empty label and a missing help are `null`.
pub fn json(problems: &Problems) -> Value {
    let all = problems.iter().map(|problem| {
        let places: Vec<Value> = problem
            .places
            .iter()
            .map(|(place, label)| json_place(place, label))
            .collect();
        json!({
            "severity": problem.severity,
            "code": problem.code,
            "title": problem.title,
            "places": places,
            "help": problem.help,
        })
    });
    Value::Array(all.collect())
}

fn json_place(place: &Place, label: &str) -> Value {
    let (line, column, sheet, cell) = match &place.at {
        At::File => (None, None, None, None),
        At::Line(line) => (Some(line), None, None, None),
        At::Column(line, column) => (Some(line), Some(column), None, None),
        At::Cell { sheet, cell } => (None, None, Some(sheet), Some(cell)),
    };
    let label = Some(label).filter(|label| !label.is_empty());
    json!({ "file": place.file, "line": line, "column": column, "sheet": sheet, "cell": cell, "label": label })
}

fn file_of(problem: &Problem) -> &str {
    problem.places.first().map_or("", |(place, _)| &place.file)
}

/// Whether there are lines to show for the place.
fn readable(place: &Place) -> bool {
    place.line_number().is_some()
}

fn render_one(
    problem: &Problem,
    sources: &BTreeMap<String, Option<String>>,
    renderer: &Renderer,
) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(visible(&problem.title))
        .id(visible(&problem.code));
    let mut group = Group::with_title(title);
    for places in by_file(problem) {
        group = with_places(group, &places, sources);
    }
    if let Some(help) = &problem.help {
        let lines: Vec<String> = help.lines().map(visible).collect();
        group = group.element(Level::HELP.message(lines.join("\n")));
    }
    with_headers(&renderer.render(&[group]), problem)
}

/// Puts the places where the renderer wrote [`HEADER`] with a line and column of its own.
fn with_headers(rendered: &str, problem: &Problem) -> String {
    let mut pieces = rendered.split(HEADER);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    let groups = by_file(problem);
    let mut headed = groups
        .iter()
        .map(|places| &places[0].0)
        .filter(|place| readable(place));
    for piece in pieces {
        if let Some(place) = headed.next() {
            text.push_str(&visible(&place.to_string()));
        }
        text.push_str(
            piece.trim_start_matches(|letter: char| letter == ':' || letter.is_ascii_digit()),
        );
    }
    text
}

/// The places of a problem, those in lines of one file together, files in the order they come.
fn by_file(problem: &Problem) -> Vec<Vec<&(Place, String)>> {
    let mut groups: Vec<Vec<&(Place, String)>> = Vec::new();
    for entry in &problem.places {
        let same = groups.iter_mut().find(|group| {
            readable(&entry.0) && readable(&group[0].0) && group[0].0.file == entry.0.file
        });
        match same {
            Some(group) => group.push(entry),
            None => groups.push(vec![entry]),
        }
    }
    groups
}

fn with_places<'a>(
    group: Group<'a>,
    places: &[&(Place, String)],
    sources: &BTreeMap<String, Option<String>>,
) -> Group<'a> {
    let file = &places[0].0.file;
    let excerpt = sources
        .get(file.as_str())
        .and_then(Option::as_deref)
        .and_then(|source| Excerpt::of(source, places));
    match excerpt {
        Some(excerpt) => group.element(excerpt.into_snippet().path(HEADER.to_string())),
        None => places.iter().fold(group, |group, (place, label)| {
            group.element(origin(place, label))
        }),
    }
}

/// `file:line:column`, or a cell; with the label, where no excerpt shows it.
fn origin<'a>(place: &Place, label: &str) -> Origin<'a> {
    let label = if label.is_empty() {
        String::new()
    } else {
        format!(" ({})", visible(label))
    };
    Origin::path(format!("{}{label}", visible(&place.to_string())))
}

/// The text with control and direction characters made visible, cut to [`MAX_TEXT`] characters.
fn visible(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_TEXT).map(shown).collect();
    if text.chars().nth(MAX_TEXT).is_some() {
        shown.push('…');
    }
    shown
}

/// A character that is safe to print and takes a place of its own.
fn shown(letter: char) -> char {
    match letter {
        // The Unicode pictures of the ASCII control characters.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or('�'),
        '\u{7f}' => '␡',
        HEADER
        | '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '�',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(problem: Problem, source: &str) -> String {
        render(&problem.into(), &|_| Some(source.to_owned()), false)
    }

    #[test]
    fn spots_of_a_table_row_are_marked_as_cells() {
        let problem = Problem::error("extract::impossible-count", "more events than participants")
            .labelled(Place::column("data/extraction.csv", 2, 20), "48 events")
            .labelled(
                Place::column("data/extraction.csv", 2, 23),
                "among 40 participants",
            )
            .help("check the row against the paper,\nor list it under `accepted` with a reason");
        insta::assert_snapshot!(printed(problem, "study,arm,events,total\nSmith 2020,control,48,40\n"), @r"
error[extract::impossible-count]: more events than participants
 --> data/extraction.csv:2:20
  |
2 | Smith 2020,control,48,40
  |                    ^^ -- among 40 participants
  |                    |
  |                    48 events
  |
  = help: check the row against the paper,
          or list it under `accepted` with a reason
");
    }

    #[test]
    fn carets_stand_under_wide_letters_and_after_tabs() {
        let problem = Problem::warning("bib::x", "odd year").at(Place::column("a.tsv", 1, 7));
        insta::assert_snapshot!(printed(problem, "巴林特\tA\t年度\n"), @r"
warning[bib::x]: odd year
 --> a.tsv:1:7
  |
1 | 巴林特    A    年度
  |                ^^^^
");
    }

    #[test]
    fn cells_and_files_have_no_excerpt() {
        let problem = Problem::error("extract::x", "text where a number belongs")
            .labelled(
                Place::cell("data/outcomes.xlsx", "Huang 2020", "F14"),
                "`n/a`",
            )
            .at(Place::file("data/extraction"));
        insta::assert_snapshot!(printed(problem, "binary"), @r"
error[extract::x]: text where a number belongs
--> data/outcomes.xlsx!Huang 2020!F14 (`n/a`)
::: data/extraction
");
    }

    #[test]
    fn whole_line_is_marked_without_a_column_and_two_files_are_shown() {
        let problem = Problem::note("x::y", "two extractions disagree")
            .labelled(Place::line("a.csv", 1), "here 12")
            .labelled(Place::line("b.csv", 2), "here 13");
        insta::assert_snapshot!(printed(problem, "  a,12\n  b,13\n"), @r"
note[x::y]: two extractions disagree
 --> a.csv:1
  |
1 |   a,12
  |   ^^^^ here 12
  |
 ::: b.csv:2
  |
2 |   b,13
  |   ^^^^ here 13
");
    }

    #[test]
    fn place_beyond_the_end_or_without_source_is_still_said() {
        let problem =
            Problem::error("x::y", "gone").labelled(Place::column("a.csv", 9, 1), "was here");
        insta::assert_snapshot!(printed(problem.clone(), "one line"), @r"
error[x::y]: gone
--> a.csv:9:1 (was here)
");
        let unread = render(&problem.into(), &|_| None, false);
        insta::assert_snapshot!(unread, @r"
error[x::y]: gone
--> a.csv:9:1 (was here)
");
    }

    #[test]
    fn hostile_text_is_made_visible_and_cut() {
        let line = format!(
            "{}\u{1b}[31mred\u{202e}\u{9b}{}",
            "x".repeat(1_000_000),
            "y".repeat(1_000_000)
        );
        let problem = Problem::error("x::y", "bad\n\u{1b}]0;title\u{7}")
            .labelled(Place::column("a\u{1b}.csv", 1, 1_000_001), "\r\u{85}");
        let text = printed(problem, &line);
        assert!(
            text.chars()
                .all(|letter| letter == '\n' || !letter.is_control()),
            "{text:?}"
        );
        assert!(text.len() < 2000, "{} bytes", text.len());
        assert!(text.contains("a␛.csv:1:1000001"), "{text}");
    }

    #[test]
    fn of_many_problems_of_a_file_twenty_are_printed() {
        let many: Problems = Problems(
            (1..=57)
                .map(|line| Problem::error("x::y", "bad").at(Place::line("a.csv", line)))
                .collect(),
        );
        let text = render(&many, &|_| None, false);
        assert_eq!(text.matches("error[x::y]").count(), 20);
        assert!(text.ends_with("… and 37 more in a.csv\n\n"), "{text}");
        assert_eq!(summary(&many), "57 errors");
        assert_eq!(json(&many).as_array().map(Vec::len), Some(57));
    }

    #[test]
    fn colour_is_only_used_when_asked_for() {
        let problems =
            Problems::from(Problem::error("x::y", "bad").at(Place::column("a.csv", 1, 1)));
        let with = |colour| render(&problems, &|_| Some("a,b".to_owned()), colour);
        assert!(with(true).contains('\u{1b}'));
        assert!(!with(false).contains('\u{1b}'));
    }

    #[test]
    fn json_gives_every_part_a_field() {
        let problem = Problem::error("x::y", "bad")
            .labelled(Place::cell("a.xlsx", "S", "B2"), "here")
            .at(Place::column("a.csv", 3, 4));
        insta::assert_snapshot!(json(&problem.into()), @r#"[{"severity":"error","code":"x::y","title":"bad","places":[{"file":"a.xlsx","line":null,"column":null,"sheet":"S","cell":"B2","label":"here"},{"file":"a.csv","line":3,"column":4,"sheet":null,"cell":null,"label":null}],"help":null}]"#);
    }
}
