//! Functions that print publications as the style of references writes them.

use super::{Printed, doi_link, given, row_value, safe};
use crate::report::input::TableRow;
use crate::report::press::Press;
use crate::report::reads_as;
use tera::{Kwargs, Value};

/// The decisions with `of` at full text, in the order of the style.
pub(super) fn references(press: &Press, arguments: &Kwargs) -> Printed {
    let of: String = arguments.must_get("of")?;
    let decisions = press.input.rows("decisions");
    let mut rows: Vec<TableRow<'_>> = decisions
        .filter(|row| row.text("full_text") == of)
        .collect();
    let places = &press.references;
    rows.sort_by_key(|row| places.position(row.key).unwrap_or(usize::MAX));
    Ok(rows.iter().map(row_value).collect::<Vec<Value>>().into())
}

/// A publication with its number and a link to it; an item of a list where the style sets no number before it.
pub(super) fn reference(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let written = press.references.get(row.key);
    let label = written.map_or("", |reference| reference.label.as_str());
    let text = match written {
        Some(reference) => {
            let (citation, text) = (row.text("citation"), &reference.text);
            // Some styles print numbers of a publication that its citation does not hold.
            if reads_as(citation, text) {
                press.traced(row.address("citation"), citation, text)
            } else {
                press.named(text)
            }
        }
        None => press.text(&row, "citation"),
    };
    let label = if label.is_empty() {
        "-".to_owned()
    } else {
        // Behind a mark it begins no list of the page, and in the Markdown a list is what it should be.
        press.named(&label.replace("\\.", "."))
    };
    let doi = row.text("doi");
    let shown = doi.is_empty() || written.is_some_and(|reference| reference.text.contains(doi));
    let link = if shown {
        String::new()
    } else {
        format!(" {}", doi_link(press, &row, "doi"))
    };
    safe(&format!("{label} {text}{link}"))
}

/// How a sentence cites the publication of a decision, or all publications of a study.
pub(super) fn cite(press: &Press, arguments: &Kwargs) -> Printed {
    let row = given(press, arguments)?;
    let of_study = |other: &TableRow<'_>| {
        let study = row.text("study");
        !study.is_empty() && other.text("study") == study
    };
    let decisions = press.input.rows("decisions");
    let meant = decisions.filter(|other| {
        if row.table.name == "decisions" {
            other.key == row.key
        } else {
            of_study(other)
        }
    });
    let mut meant: Vec<TableRow<'_>> = meant.collect();
    let places = &press.references;
    meant.sort_by_key(|row| places.position(row.key));
    let cited = meant.iter().filter_map(|row| {
        let reference = places.get(row.key)?;
        // A number of the list of references, which no artefact holds.
        Some(press.named(&reference.cited))
    });
    safe(&cited.collect::<Vec<String>>().join(" "))
}
