//! Whether every printed number has an address, reads as the value there, and leads to leaves that still say what they said.

use super::{Library, Node, Numbers, PrintedNumber, Walk};
use crate::artefact::Address;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

/// What an audit of the printed numbers found.
#[derive(Clone, Debug, Default)]
pub struct Audited {
    /// How many numbers the report lists.
    pub numbers: usize,
    /// How many of them are printed where the list says, read as their value, and lead to unchanged leaves only.
    pub traced: usize,
    /// What is wrong with the others.
    pub problems: Problems,
}

/// What stands below an address: the first break, and the files that its leaves are in.
#[derive(Clone, Debug, Default)]
struct Below {
    broken: Option<String>,
    files: BTreeSet<String>,
}

/// Checks every number of `numbers` against the text of the report and the artefacts.
///
/// `changed` holds the files that no longer say what they said when they were used; `reads_as` tells whether a number's
/// text is what its value prints as.
pub fn audit_numbers(
    numbers: &Numbers,
    report: &str,
    library: &dyn Library,
    changed: &BTreeSet<String>,
    reads_as: &dyn Fn(&PrintedNumber) -> bool,
) -> Audited {
    let lines: Vec<Vec<char>> = report.lines().map(|line| line.chars().collect()).collect();
    let mut walk = Walk::new(library);
    let mut known = BTreeMap::new();
    let mut resting = BTreeMap::new();
    let mut audited = Audited {
        numbers: numbers.numbers.len(),
        ..Audited::default()
    };
    for number in &numbers.numbers {
        let tree = walk.node(&number.address);
        let below = learn(&tree, &mut known);
        let place = Place::column(&numbers.report, number.line, number.column);
        let said = wrong_with(number, &lines, &tree, &below, reads_as);
        let mut moved = below.files.intersection(changed).peekable();
        if said.is_empty() && moved.peek().is_none() {
            audited.traced += 1;
        }
        for file in moved {
            let on_it = resting
                .entry(file.clone())
                .or_insert((place.clone(), 0usize));
            on_it.1 += 1;
        }
        for (code, said) in said {
            let title = format!("`{}` {said}", number.text);
            audited
                .problems
                .push(Problem::error(code, title).at(place.clone()).help(format!(
                    "`review trace '{}'` shows the walk",
                    number.address
                )));
        }
    }
    for (file, (first, count)) in resting {
        let title =
            format!("{count} printed numbers rest on {file}, which no longer says what it said");
        audited.problems.push(
            Problem::error("audit::changed-leaf", title)
                .labelled(first, "the first of them")
                .help(format!(
                    "bring {file} back, or `review run` and look at what changes"
                )),
        );
    }
    audited
}

/// Everything wrong with one number, save what its leaves say now.
fn wrong_with(
    number: &PrintedNumber,
    lines: &[Vec<char>],
    tree: &Node,
    below: &Below,
    reads_as: &dyn Fn(&PrintedNumber) -> bool,
) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    if !is_printed(number, lines) {
        let what = "is not what the report says there".to_owned();
        said.push(("audit::not-printed", what));
    }
    if let Some(broken) = &below.broken {
        let what = format!("cannot be traced: {broken}");
        said.push(("audit::untraced", what));
    }
    let value = match &number.address {
        Address::Artefact { .. } => tree.value.trim_end_matches(" rows"),
        Address::File(_) | Address::Row { .. } => number.value.as_str(),
        Address::Cell { .. } => tree.value.as_str(),
    };
    if tree.broken.is_empty() && value != number.value {
        let what = format!("stands for {}, and its address holds {value}", number.value);
        said.push(("audit::other-value", what));
    }
    if !reads_as(number) {
        let what = format!("is no way to print {}", number.value);
        said.push(("audit::misprinted", what));
    }
    said
}

/// Whether the text, and no longer word or number, stands in the report where the list says; it may go over several lines.
fn is_printed(number: &PrintedNumber, lines: &[Vec<char>]) -> bool {
    let (Some(line), Some(column)) = (
        (number.line as usize).checked_sub(1),
        (number.column as usize).checked_sub(1),
    ) else {
        return false;
    };
    let mut parts = number.text.split('\n').enumerate();
    parts.all(|(offset, part)| {
        let from = if offset == 0 { column } else { 0 };
        let rest = lines.get(line + offset).and_then(|line| line.get(from..));
        let part: Vec<char> = part.chars().collect();
        rest.is_some_and(|rest| rest.starts_with(&part) && ends_there(&part, &rest[part.len()..]))
    })
}

/// Whether what stands behind a text goes on with its number or word.
fn ends_there(part: &[char], behind: &[char]) -> bool {
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    // Chinese is written without blanks: its characters end a word as well as a blank does.
    let han = |c: &char| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
    let of_word = |c: &char| c.is_alphanumeric() && !han(c);
    match (part.last(), behind.first()) {
        (Some(last), Some(next)) if of_word(last) && of_word(next) => false,
        (last, Some('.' | ',')) => !(digit(last) && digit(behind.get(1))),
        _ => true,
    }
}

/// What stands below a node; nodes told earlier are looked up, and all told here are kept.
fn learn(node: &Node, known: &mut BTreeMap<String, Below>) -> Below {
    if node.told_above {
        return known.get(&node.address).cloned().unwrap_or_default();
    }
    let mut below = Below::default();
    if !node.broken.is_empty() {
        below.broken = Some(format!("{}: {}", node.address, node.broken));
    }
    if let Ok(Address::File(place)) = node.address.parse() {
        below.files.insert(place.file.into());
    }
    for child in &node.from {
        let found = learn(child, known);
        below.broken = below.broken.or(found.broken);
        below.files.extend(found.files);
    }
    known.insert(node.address.clone(), below.clone());
    below
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::test_shelf::Shelf;

    const SHELF: Shelf = Shelf(&[(
        "pool/pooled",
        "key,estimate,origin\nee,-0.4,reml(data/a.csv:2)\n",
    )]);

    fn audited(text: &str, value: &str, address: &str, changed: &[&str]) -> Vec<String> {
        let numbers = Numbers {
            version: 1,
            report: "report.md".to_owned(),
            numbers: vec![PrintedNumber {
                address: address.parse().expect("an address"),
                value: value.to_owned(),
                text: text.to_owned(),
                line: 1,
                column: 4,
            }],
        };
        let changed = changed.iter().map(|&file| file.to_owned()).collect();
        let audited = audit_numbers(&numbers, "MD −0.4", &SHELF, &changed, &|number| {
            number.value.replace('-', "−") == number.text
        });
        assert_eq!(audited.traced, usize::from(audited.problems.is_empty()));
        let codes = audited
            .problems
            .iter()
            .map(|problem| problem.code.to_string());
        codes.collect()
    }

    #[test]
    fn a_chinese_character_ends_a_word_as_a_blank_does() {
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        assert!(ends_there(&chars("Balint"), &chars("组")));
        assert!(ends_there(&chars("均数差"), &chars("为")));
        assert!(!ends_there(&chars("0.4"), &chars("2")));
        assert!(!ends_there(&chars("Balint"), &chars("s")));
    }

    #[test]
    fn a_number_is_held_to_its_text_its_value_its_address_and_its_leaves() {
        let address = "pool/pooled#ee/estimate";
        assert_eq!(audited("−0.4", "-0.4", address, &[]), [""; 0]);
        for (text, value, address, changed, code) in [
            ("−0.5", "-0.5", address, "", "audit::not-printed"),
            ("−0.4", "-0.40", address, "", "audit::other-value"),
            ("−0.4", "-0.5", address, "", "audit::misprinted"),
            (
                "−0.4",
                "-0.4",
                "pool/pooled#sa/estimate",
                "",
                "audit::untraced",
            ),
            ("−0.4", "-0.4", address, "data/a.csv", "audit::changed-leaf"),
        ] {
            let codes = audited(text, value, address, &[changed]);
            assert!(codes.iter().any(|found| found == code), "{code}: {codes:?}");
        }
    }
}
