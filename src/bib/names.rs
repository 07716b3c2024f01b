//! Names of people: lists taken apart, families and given names told apart. The verbatim string always stays beside.

/// A name in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Family name, with particles that stand before it; all of a corporate or Han name.
    pub family: String,
    /// Given names or initials.
    pub given: String,
    /// `Jr`, `III` and the like.
    pub suffix: String,
    /// Whether it is a group, not a person.
    pub corporate: bool,
}

/// What stands behind the name of a person whose father or grandfather bears it too.
const SUFFIXES: [&str; 6] = ["Jr", "Sr", "Jr.", "Sr.", "2nd", "3rd"];

/// The same in capitals, which behind initials only are no initials themselves.
const NUMERALS: [&str; 3] = ["II", "III", "IV"];

const CORPORATE: [&str; 24] = [
    "group",
    "consortium",
    "investigators",
    "collaboration",
    "collaborators",
    "committee",
    "network",
    "association",
    "society",
    "university",
    "institute",
    "center",
    "centre",
    "team",
    "organization",
    "organisation",
    "foundation",
    "federation",
    "ministry",
    "agency",
    "department",
    "hospital",
    "council",
    "trialists",
];

/// Takes a name apart.
///
/// With a comma: `family, given[, suffix]`. Without: a trailing group of capitals is the given part (`Troiano L P`, `Fawcett
/// M.J.`), with a suffix behind it or not (`Smith JP Jr`); a name in Han letters stays whole; else the last word is the family name
/// where the source puts given names first.
pub fn parse(text: &str, given_first: bool) -> Name {
    let text = text.trim();
    let corporate = text.ends_with(',')
        || text.split_whitespace().any(|word| {
            let word = word
                .trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase();
            CORPORATE.contains(&word.as_str())
        });
    if corporate || is_han(text) {
        return Name {
            family: text.trim_end_matches(',').to_owned(),
            corporate: corporate && !is_han(text),
            ..Name::default()
        };
    }
    if let Some((family, rest)) = text.split_once(',') {
        let (given, suffix) = match rest.split_once(',') {
            Some((suffix, given)) if SUFFIXES.contains(&suffix.trim()) => (given, suffix),
            Some((given, suffix)) => (given, suffix),
            None => suffix_apart(rest.trim()),
        };
        return Name {
            family: family.trim().to_owned(),
            given: given.trim().to_owned(),
            suffix: suffix.trim().to_owned(),
            corporate: false,
        };
    }
    let (text, suffix) = suffix_apart(text);
    Name {
        suffix: suffix.to_owned(),
        ..split_without_comma(text, given_first)
    }
}

/// A name or given names, and the suffix at their end: `John P Jr`, `Smith JP 3rd`, `Smith JP III`.
fn suffix_apart(text: &str) -> (&str, &str) {
    let Some((before, last)) = text.rsplit_once(char::is_whitespace) else {
        return (text, "");
    };
    let before = before.trim_end();
    let behind_initials = before
        .split_whitespace()
        .next_back()
        .is_some_and(is_initials);
    if SUFFIXES.contains(&last) || behind_initials && NUMERALS.contains(&last) {
        (before, last)
    } else {
        (text, "")
    }
}

fn split_without_comma(text: &str, given_first: bool) -> Name {
    let words: Vec<&str> = text.split_whitespace().collect();
    let initials = words
        .iter()
        .rev()
        .take_while(|word| is_initials(word))
        .count();
    let at = if initials > 0 && initials < words.len() {
        words.len() - initials
    } else if given_first && words.len() > 1 {
        let last = words.len() - 1;
        return Name {
            family: words[last].to_owned(),
            given: words[..last].join(" "),
            ..Name::default()
        };
    } else {
        words.len()
    };
    Name {
        family: words[..at].join(" "),
        given: words[at..].join(" "),
        ..Name::default()
    }
}

/// A name without the words that say there are more: `Smith J et al.`, `张三等`; empty where nothing else stands there.
pub(crate) fn without_others(name: &str) -> &str {
    let text = name.trim_end();
    let bare = text.trim_end_matches(['.', ',']);
    let cut = |length: usize| {
        let (head, tail) = bare.split_at_checked(bare.len().checked_sub(length)?)?;
        let apart = head.is_empty() || head.ends_with([' ', ',', ';', '\u{a0}']);
        let others = apart
            && matches!(
                tail.to_ascii_lowercase().as_str(),
                "et al" | "et. al" | "and others"
            );
        others.then(|| head.trim_end_matches([' ', ',', ';', '\u{a0}']))
    };
    if bare.ends_with(['l', 'L']) {
        return cut(5).or_else(|| cut(6)).unwrap_or(name);
    }
    if bare.ends_with(['s', 'S']) {
        return cut(10).unwrap_or(name);
    }
    let Some(head) = bare.strip_suffix('等') else {
        return name;
    };
    let listed = head.trim_end_matches([' ', ',', '，', '、', ';', '；']);
    if listed.len() < head.len() || listed.is_empty() || is_han(listed) {
        listed
    } else {
        name
    }
}

/// The names inside one value, where they stand side by side without doubt.
///
/// `a; b` and `a；b` are lists. `Smith J, Jones AB` is one when each part is a family name and initials.
pub(crate) fn split_joined(text: &str) -> Option<Vec<&str>> {
    if !text.contains('&') && text.contains([';', '；']) {
        let parts: Vec<_> = pieces(text, &[';', '；']).collect();
        return (parts.len() > 1).then_some(parts);
    }
    let parts: Vec<_> = pieces(text, &[',']).collect();
    // `Smith J, Jones AB et al.`: the last says that there are more.
    let mut named = parts
        .iter()
        .map(|part| without_others(part))
        .filter(|part| !part.is_empty());
    let list = parts.len() > 1 && named.all(ends_with_initials);
    list.then_some(parts)
}

/// Whether it is a family name and initials: `Smith J`, `van der Berg AB`, `Jones AB Jr`.
pub(crate) fn ends_with_initials(name: &str) -> bool {
    let mut words = name.split_whitespace();
    // `Lee JR, A B` is one name: `A` is no family.
    let family = words
        .clone()
        .next()
        .is_some_and(|word| word.chars().nth(1).is_some());
    let mut last = words.next_back().unwrap_or_default();
    if SUFFIXES.contains(&last) {
        last = words.next_back().unwrap_or_default();
    }
    family && is_initials(last) && words.next().is_some()
}

/// Non-empty trimmed parts between separators.
pub(crate) fn pieces<'a>(text: &'a str, separators: &'a [char]) -> impl Iterator<Item = &'a str> {
    text.split(separators)
        .map(super::fold::trim)
        .filter(|part| !part.is_empty())
}

/// One to four capitals, dotted or hyphenated or not: `J`, `AB`, `M.J.`, `J-P`.
pub(crate) fn is_initials(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    (1..=4).contains(&letters)
        && word
            .chars()
            .all(|c| c.is_uppercase() || matches!(c, '.' | '-' | '\u{2010}'))
}

/// Two to four Han letters and nothing else.
pub(crate) fn is_han(text: &str) -> bool {
    let mut letters = 0;
    for c in text.chars() {
        if !('\u{3400}'..='\u{9fff}').contains(&c) && c != '·' {
            return false;
        }
        letters += 1;
    }
    (2..=8).contains(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart_as_the_sources_write_them() {
        for (text, family, given) in [
            ("Burger,D.R.", "Burger", "D.R."),
            ("Troiano L P", "Troiano", "L P"),
            ("Fawcett M.J.", "Fawcett", "M.J."),
            ("van den Hoven, A", "van den Hoven", "A"),
            ("李慧霞", "李慧霞", ""),
            ("WHO Ebola Response Team", "WHO Ebola Response Team", ""),
        ] {
            let name = parse(text, false);
            assert_eq!((name.family.as_str(), name.given.as_str()), (family, given));
        }
        assert_eq!(parse("Joseph Rottman", true).family, "Rottman");
    }

    #[test]
    fn a_suffix_is_no_part_of_the_name() {
        for (text, family, given, suffix) in [
            ("Smith JP Jr", "Smith", "JP", "Jr"),
            ("King ML 3rd", "King", "ML", "3rd"),
            ("Smith JP III", "Smith", "JP", "III"),
            ("Smith IV", "Smith", "IV", ""),
            ("King, Martin L Jr", "King", "Martin L", "Jr"),
            ("van der Berg, Jan, Jr.", "van der Berg", "Jan", "Jr."),
            ("Smith, Jr., John P.", "Smith", "John P.", "Jr."),
        ] {
            let name = parse(text, false);
            assert_eq!(
                (
                    name.family.as_str(),
                    name.given.as_str(),
                    name.suffix.as_str()
                ),
                (family, given, suffix)
            );
        }
    }

    #[test]
    fn a_group_stays_whole() {
        for text in [
            "World Health Organization",
            "Balint Study Group",
            "Trial group for BCG UK",
        ] {
            let name = parse(text, true);
            assert!(name.corporate && name.family == text && name.given.is_empty());
        }
    }

    #[test]
    fn words_for_further_authors_are_no_name() {
        for (text, want) in [
            ("et al.", ""),
            ("Et al", ""),
            ("and others", ""),
            ("Smith J et al.", "Smith J"),
            ("Smith J, et al.", "Smith J"),
            ("等", ""),
            ("张三等", "张三"),
            ("Bilal", "Bilal"),
            ("Smith, J.", "Smith, J."),
            ("Portal", "Portal"),
            ("李等", "李等"),
        ] {
            assert_eq!(without_others(text), want, "{text}");
        }
    }

    #[test]
    fn only_plain_lists_are_split() {
        assert_eq!(
            split_joined("Smith J, Jones AB, van der Helm JJ").map(|names| names.len()),
            Some(3)
        );
        assert_eq!(split_joined("Smith, John"), None);
        assert_eq!(split_joined("M&uuml;ller; x"), None);
        assert_eq!(split_joined("甲;乙;").map(|names| names.len()), Some(2));
    }
}
