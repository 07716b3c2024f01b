//! Functions that print publications as the style of references writes them.

use super::{Printed, doi_link, given, row_value, safe};
use crate::report::escape::markdown;
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
        // No item of a list: a list counts on from its first number, whatever the others say.
        press.named(label)
    };
    let doi = row.text("doi");
    let shown =
        doi.is_empty() || written.is_some_and(|reference| reference.text.contains(&markdown(doi)));
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
    let mut meant: Vec<&str> = if row.table.name == "decisions" {
        vec![row.key]
    } else {
        let study = row.text("study");
        let included = press.input.rows("included");
        let included = included.filter(|other| !study.is_empty() && other.text("study") == study);
        included
            .flat_map(|study| study.text("records").split("; "))
            .collect()
    };
    let places = &press.references;
    meant.sort_by_key(|key| places.position(key));
    let cited = meant.iter().filter_map(|key| {
        // A number of the list of references, which no artefact holds.
        Some(press.named(&places.get(key)?.cited))
    });
    safe(&cited.collect::<Vec<String>>().join(" "))
}
