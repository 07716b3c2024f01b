//! Several authors in one cell of a table.

use crate::bib::Format;
use crate::bib::fields::Draft;
use crate::bib::names;
use crate::bib::tags::Tag;

/// Takes apart a cell of names by the separator its source uses.
pub(super) fn authors(format: Format, tag: Tag, draft: &mut Draft) {
    let value = names::without_others(tag.value);
    if format == Format::PubmedCsv {
        for name in value.strip_suffix('.').unwrap_or(value).split(',') {
            draft.author(name, tag.line);
        }
        return;
    }
    for separator in ['|', '\n', ';', '；'] {
        let parts = parts_by(value, separator);
        if parts.len() > 1 {
            for name in parts {
                draft.author(names::without_others(name), tag.line);
            }
            return;
        }
    }
    for part in parts_by_and(value) {
        for name in by_commas(part).unwrap_or_else(|| vec![part]) {
            draft.author(names::without_others(name), tag.line);
        }
    }
}

/// The parts between separators; a semicolon that ends an entity, as in `Garc&#237;a`, is a letter's.
fn parts_by(value: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, found) in value.match_indices(separator) {
        if !(separator == ';' && ends_in_entity(&value[from..at])) {
            parts.push(&value[from..at]);
            from = at + found.len();
        }
    }
    parts.push(&value[from..]);
    parts
}

/// Whether a text ends in `&` and the name or number of a letter.
fn ends_in_entity(text: &str) -> bool {
    let Some((_, name)) = text.rsplit_once('&') else {
        return false;
    };
    let number = name.strip_prefix('#').filter(|number| !number.is_empty());
    let name = number.unwrap_or(name);
    !name.is_empty() && name.len() <= 8 && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// `Smith, J. and Jones, M.`, `Smith J, Jones M, and Lee K`: the parts around ` and ` or ` & `, where these part names.
fn parts_by_and(value: &str) -> Vec<&str> {
    for separator in [" and ", " & "] {
        let parts = value.split(separator);
        let parts: Vec<&str> = parts
            .map(|part| super::fold::trim(part).trim_end_matches(','))
            .collect();
        // `Smith and Jones` names two only where the parts are written with commas or initials, or there are more of them.
        let persons = parts.iter().all(|part| names::ends_with_initials(part));
        if parts.len() > 2 || parts.len() > 1 && (value.contains(',') || persons) {
            return parts;
        }
    }
    vec![value]
}

/// The names of a list that has commas between them.
fn by_commas(value: &str) -> Option<Vec<&str>> {
    pairs(value)
        .or_else(|| names::split_joined(value))
        .or_else(|| given_first(value))
}

/// `Smith, J., Lee, M.-L.`: families and initials in turn, two pairs or more.
fn pairs(value: &str) -> Option<Vec<&str>> {
    let value = names::without_others(value);
    let mut found = Vec::new();
    let (mut start, mut commas) = (0, 0);
    for (at, _) in value.match_indices(',').chain([(value.len(), "")]) {
        commas += 1;
        if commas % 2 == 1 {
            continue;
        }
        let (family, given) = value[start..at].split_once(',')?;
        let initials = given.split_whitespace().all(names::is_initials);
        if !initials || given.trim().is_empty() || family.trim().is_empty() {
            return None;
        }
        found.push(super::fold::trim(&value[start..at]));
        start = (at + 1).min(value.len());
    }
    (found.len() > 1 && commas % 2 == 0).then_some(found)
}

/// `Joseph Rottman, Erran Carmel, Mary Lacity`: three parts or more, each of two words or more; or `J Smith, AB Lee`, two of which
/// are enough where each begins with initials; or names in Han letters.
fn given_first(value: &str) -> Option<Vec<&str>> {
    let value = names::without_others(value);
    let parts: Vec<_> = names::pieces(value, &[',', '，', '、']).collect();
    let words = parts.iter().all(|part| part.contains(' '));
    let initials = parts.iter().all(|part| {
        part.split_once(' ')
            .is_some_and(|(first, _)| names::is_initials(first))
    });
    let han = parts.iter().all(|part| names::is_han(part));
    let list = (parts.len() > 2 && words) || (parts.len() > 1 && (initials || han));
    list.then_some(parts)
}

#[cfg(test)]
mod tests {
    use crate::bib::read;

    #[test]
    fn the_semicolon_of_an_entity_parts_no_names() {
        let of = |cell: &str| {
            let table = format!("title,authors,year\nSleep in shift workers,\"{cell}\",2019\n");
            read("a.csv", table.as_bytes()).records[0].authors.clone()
        };
        assert_eq!(
            of("Yv&#225;n J. Garc&#237;a, Mario A. Lopez, Scott T. Leutenegger"),
            [
                "Yv&#225;n J. Garc&#237;a",
                "Mario A. Lopez",
                "Scott T. Leutenegger"
            ]
        );
        assert_eq!(
            of("J&ouml;rg, S.; Smith & Sons;Lee, K"),
            ["J&ouml;rg, S.", "Smith & Sons", "Lee, K"]
        );
    }
}
