//! Journals and other containers: one name in full, abbreviated, or as an acronym.

use super::abbreviation::{abbreviates, acronym, acronym_like, expanded, expands, held_in, starts};
use super::identifiers::issns;
use super::normalise::{decode_entities, fold, head};

/// What kind of container a name stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Class {
    /// Not known from the name.
    #[default]
    Unknown,
    /// A journal or magazine, said by a word such as "journal" or "annals".
    Serial,
    /// Conference proceedings or a congress.
    Conference,
    /// A preprint server.
    Preprint,
    /// A university, a dissertation index.
    Thesis,
    /// A trial registry.
    Registry,
}

/// A container in comparable form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Container {
    /// Words of the name without filling words; with what follows a colon or dash where that names a sister journal
    /// (`Circulation: Heart Failure`), without it where it describes the journal (`official journal of …`).
    pub(super) name: Box<str>,
    /// The name before any colon or dash.
    head: Box<str>,
    /// Words in round brackets behind the name: `TODS`, `London, England`.
    pub(super) bracket: Box<str>,
    /// Whether a university is named, as indexes of theses do.
    pub(super) university: bool,
    /// First letters of all words of the name.
    pub(super) initials: Box<str>,
    /// All that stands behind the name proper.
    rest: Box<str>,
    /// The name after a hyphen that joins an acronym or short name to it: `PACE-PACING AND CLINICAL ELECTROPHYSIOLOGY`.
    pub(super) expanded: Box<str>,
    /// Kind told by the name.
    pub(super) class: Class,
    /// Whether a single word in capitals names it, as acronyms of conferences are written.
    acronym: bool,
    /// Whether the name goes on with a congress (`Blood. Conference: 53rd Meeting`): a supplement of abstracts.
    pub(super) congress: bool,
    /// Serial numbers.
    pub(super) issns: Box<[u32]>,
}

const LIVING: [&str; 5] = [
    "clin evid",
    "clinical evidence",
    "statpearls",
    "genereviews",
    "uptodate",
];

const FILLING: [&str; 19] = [
    "acm", "ieee", "the", "of", "and", "for", "in", "on", "de", "des", "der", "die", "und", "la",
    "le", "et", "du", "del", "y",
];

impl Container {
    /// Reads a container name and the serial-number field.
    pub(super) fn read(name: &str, issn: &str) -> Self {
        let decoded = decode_entities(head(name, 600));
        let name: &str = &decoded;
        let (main, rest) = subtitle(name);
        let kept = |folded: &str| -> Box<str> {
            let mut out = String::with_capacity(folded.len());
            for word in folded.split(' ').filter(|word| !FILLING.contains(word)) {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(word);
            }
            out.into_boxed_str()
        };
        let words = |text: &str| kept(&fold_name(text));
        let proper = fold_name(main);
        let folded_rest = fold_name(rest);
        let bracketed = rest.trim_start().starts_with('(');
        let congress = class(&folded_rest) == Class::Conference;
        let aside = rest.trim_start().starts_with('=') || bracketed || congress;
        let folded = if folded_rest.is_empty() || aside || descriptive(&folded_rest) {
            proper.clone()
        } else {
            format!("{proper} {folded_rest}")
        };
        let inner = rest.trim_start().trim_start_matches('(');
        let inner = inner.split(')').next().filter(|_| bracketed).unwrap_or("");
        Self {
            name: kept(&folded),
            head: kept(&proper),
            bracket: words(inner),
            university: folded
                .split(' ')
                .any(|word| word.starts_with("universi") || word == "hochschule"),
            initials: proper
                .split(' ')
                .filter_map(|word| word.chars().next())
                .collect(),
            rest: kept(&folded_rest),
            expanded: expanded(main).map_or_else(Box::default, words),
            class: class(&proper),
            acronym: acronym_like(main),
            congress,
            issns: issns(issn).into_boxed_slice(),
        }
    }
}

/// Parts `Trans. Database Syst. (TODS)`, `Lancet : official journal`, `Blood. Conference: 53rd Meeting` after the name proper.
fn subtitle(name: &str) -> (&str, &str) {
    let lower = name.to_ascii_lowercase();
    let marks = [
        " (",
        ".conference",
        ": ",
        " : ",
        ". conference",
        " = ",
        " — ",
        " - ",
        " / ",
        "; ",
    ];
    let cut = marks
        .iter()
        .filter_map(|mark| lower.find(mark))
        .filter(|&at| at >= 3 && name.is_char_boundary(at))
        .min();
    cut.map_or((name, ""), |at| name.split_at(at))
}

/// Whether the words behind a journal's name say what it is or whose: all databases but PubMed leave them out.
fn descriptive(rest: &str) -> bool {
    rest.split(' ').any(|word| {
        matches!(
            word,
            "journal"
                | "official"
                | "organ"
                | "publication"
                | "bulletin"
                | "zeitschrift"
                | "revue"
                | "revista"
                | "rivista"
                | "proceedings"
                | "magazine"
                | "society"
                | "association"
                | "academy"
                | "college"
                | "international"
                | "zazhi"
                | "zhi"
        )
    })
}

/// The folded name; `&` is no entity here but an "and" that is left out.
fn fold_name(name: &str) -> String {
    if name.contains('&') {
        fold(&name.replace('&', " "), 600)
    } else {
        fold(name, 600)
    }
}

fn class(folded: &str) -> Class {
    if folded.is_empty() {
        return Class::Unknown;
    }
    let words: Vec<&str> = folded.split(' ').collect();
    let any = |starts: &[&str]| {
        words
            .iter()
            .any(|word| starts.iter().any(|start| word.starts_with(start)))
    };
    let has = |exact: &[&str]| words.iter().any(|word| exact.contains(word));
    if has(&[
        "biorxiv",
        "medrxiv",
        "arxiv",
        "corr",
        "ssrn",
        "psyarxiv",
        "chemrxiv",
        "preprints",
        "preprint",
        "osf",
        "authorea",
        "techrxiv",
        "eartharxiv",
        "socarxiv",
    ]) || folded.contains("research square")
    {
        return Class::Preprint;
    }
    if any(&["dissertation", "thesis", "theses"]) {
        return Class::Thesis;
    }
    if any(&["clinicaltrials"])
        || folded.contains("clinicaltrials gov")
        || folded.contains("who int trialsearch")
    {
        return Class::Registry;
    }
    let meeting = any(&["confer", "sympos", "workshop", "congress"])
        || has(&["conf", "symp", "congr", "meeting", "meet"]);
    if meeting {
        return Class::Conference;
    }
    let proceedings = any(&["proceedings"]) || has(&["proc", "proceed"]);
    if proceedings
        && words
            .iter()
            .any(|word| word.len() == 4 && (word.starts_with("19") || word.starts_with("20")))
    {
        return Class::Conference;
    }
    if any(&[
        "journal",
        "annals",
        "archives",
        "transactions",
        "zeitschrift",
        "revista",
        "revue",
        "quarterly",
        "magazine",
        "bulletin",
        "letters",
    ]) || has(&[
        "j", "ann", "arch", "trans", "rev", "record", "review", "reviews", "zhonghua", "zhongguo",
    ]) {
        return Class::Serial;
    }
    Class::Unknown
}

/// How two containers stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// One container: equal name, abbreviation, acronym or serial number.
    Same,
    /// Could be one.
    Unknown,
    /// Two names that no abbreviation explains.
    Different,
    /// A conference on one side, something else on the other.
    OtherClass,
}

/// Compares two containers.
pub(super) fn relation(a: &Container, b: &Container) -> Relation {
    if a.name.is_empty() || b.name.is_empty() {
        return Relation::Unknown;
    }
    if a.name == b.name {
        return Relation::Same;
    }
    let shared_issn = a.issns.iter().any(|issn| b.issns.contains(issn));
    if a.class == b.class && shared_issn {
        return Relation::Same;
    }
    let left: Vec<&str> = a.name.split(' ').collect();
    let right: Vec<&str> = b.name.split(' ').collect();
    if abbreviates(&left, &right) || abbreviates(&right, &left) {
        return Relation::Same;
    }
    if acronym(&left, b, &right) || acronym(&right, a, &left) {
        return Relation::Same;
    }
    if a.head == b.head {
        // Sister journals, or one journal described in two ways.
        return Relation::Unknown;
    }
    if expands(a, &right) || expands(b, &left) {
        return Relation::Same;
    }
    if a.congress && held_in(&right, &a.rest) || b.congress && held_in(&left, &b.rest) {
        return Relation::Same;
    }
    let conference = (a.class == Class::Conference, b.class == Class::Conference);
    match conference {
        (true, true) => Relation::Unknown,
        (true, false) | (false, true) => {
            let other = if conference.0 { b } else { a };
            let conference = if conference.0 { a } else { b };
            let names_it = conference.name.split(' ').any(|word| word == &*other.name);
            if other.acronym && !names_it {
                Relation::Unknown
            } else {
                Relation::OtherClass
            }
        }
        _ if shared_issn => Relation::Same,
        _ => {
            let held = starts(&left, &right) || starts(&right, &left);
            if held {
                Relation::Unknown
            } else {
                Relation::Different
            }
        }
    }
}

/// Whether two names begin alike and go on otherwise behind a colon or dash: `JACC: Heart Failure`, `JACC: Cardiovascular Imaging`.
pub(super) fn sisters(a: &Container, b: &Container) -> bool {
    let goes_on = |one: &Container| one.name.len() > one.head.len();
    !a.head.is_empty()
        && a.head == b.head
        && goes_on(a)
        && goes_on(b)
        && relation(a, b) == Relation::Unknown
}

impl Container {
    /// Whether its items are updated for ever under one title.
    pub(super) fn is_living(&self) -> bool {
        LIVING.iter().any(|name| self.name.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(a: &str, b: &str) -> Relation {
        relation(&Container::read(a, ""), &Container::read(b, ""))
    }

    #[test]
    fn abbreviations_are_the_same_container() {
        for (a, b) in [
            (
                "J Mol Cell Cardiol",
                "Journal of Molecular and Cellular Cardiology",
            ),
            (
                "Proc Natl Acad Sci U S A",
                "Proceedings of the National Academy of Sciences of the United States of America",
            ),
            ("Lancet", "The Lancet (London, England)"),
            (
                "ACM Trans. Database Syst.",
                "ACM Transactions on Database Systems (TODS)",
            ),
            ("VLDB", "Very Large Data Bases"),
            ("BLOOD", "Blood. Conference: 53rd Annual Meeting"),
        ] {
            assert_eq!(between(a, b), Relation::Same, "{a} / {b}");
        }
    }

    #[test]
    fn sister_journals_are_not_the_same() {
        assert_eq!(
            between("Circulation", "Circulation Research"),
            Relation::Unknown
        );
        assert_eq!(
            between("J Am Coll Cardiol", "J Am Coll Surg"),
            Relation::Different
        );
    }

    #[test]
    fn sister_journals_share_the_name_before_the_colon_and_are_not_one() {
        // Each is a serial of its own with its own ISSN in the NLM Catalog.
        for (a, b) in [
            ("JACC: Heart Failure", "JACC: Cardiovascular Imaging"),
            ("Circulation: Heart Failure", "Circulation"),
            ("Heart", "Circulation: Heart Failure"),
            ("Pain", "Neuromodulation : pain and brain"),
        ] {
            assert_ne!(between(a, b), Relation::Same, "{a} / {b}");
            assert_ne!(between(b, a), Relation::Same, "{b} / {a}");
        }
        let read = |name: &str| Container::read(name, "");
        let (one, other) = (
            read("JACC: Heart Failure"),
            read("JACC: Cardiovascular Imaging"),
        );
        assert!(sisters(&one, &other) && !sisters(&one, &one) && !sisters(&one, &read("JACC")));
        for (a, b) in [
            ("Circulation: Heart Failure", "Circ Heart Fail"),
            ("Circulation. Heart failure", "Circulation: Heart Failure"),
            (
                "Cephalalgia : an international journal of headache",
                "Cephalalgia",
            ),
            ("Stroke; a journal of cerebral circulation", "Stroke"),
        ] {
            assert_eq!(between(a, b), Relation::Same, "{a} / {b}");
        }
    }

    #[test]
    fn a_congress_is_not_the_journal_of_that_name() {
        assert_eq!(
            between(
                "Proceedings of the International Conference on Transplantation",
                "Transplantation"
            ),
            Relation::OtherClass
        );
    }
}
