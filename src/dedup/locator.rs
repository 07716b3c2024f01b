//! Where a publication stands in its container: volume, issue, pages or article number.

/// Volume, issue and pages in comparable form; 0 stands for "not given".
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Locator {
    /// Leading number of the volume.
    pub(super) volume: u32,
    /// Leading number of the issue.
    pub(super) issue: u32,
    /// Whether volume, issue or pages name a supplement.
    pub(super) supplement: bool,
    /// First page or article number.
    pub(super) first: Page,
    /// Last page, completed (`139-54` ends at 154); 0 where not given.
    pub(super) last: u32,
}

/// A page or article number: `S498` is letter `s`, number 498.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Page {
    /// Letter before or after the number; `e` of electronic articles is not kept; 0 where there is none.
    pub(super) letter: u8,
    /// The number; 0 where not given.
    pub(super) number: u64,
}

impl Locator {
    /// Reads the fields as exported: `88 Suppl 1`, `152 (5 Supplement 1)`, `1)`, `Article 102`, `pp. 47--65`, `12-Mar`.
    pub(super) fn read(volume: &str, issue: &str, pages: &str) -> Self {
        let (volume, issue, pages) = (cut(volume), cut(issue), cut(pages));
        // Article numbers stand in the issue field of some exports.
        let (pages, issue) = if pages.is_empty() && article_number(issue) {
            (issue, "")
        } else {
            (pages, issue)
        };
        let (first, last) = read_pages(pages);
        let inner = volume.split_once('(').map_or("", |(_, inner)| inner);
        let outer = volume.split('(').next().unwrap_or("");
        let supplement = [volume, issue].iter().any(|text| {
            if plain(text) {
                return false;
            }
            let lower = text.to_ascii_lowercase();
            lower.contains("sup")
                || lower.contains("meetingabs")
                || lower.contains("meeting abs")
                || lower.split(|c: char| !c.is_alphanumeric()).any(|word| {
                    word.strip_prefix('s').is_some_and(|rest| {
                        rest.len() <= 2 && rest.bytes().all(|byte| byte.is_ascii_digit())
                    })
                })
        }) || first.letter == b's';
        // `1)` is what is left of `(Suppl 1)`: the volume is lost.
        let broken = volume.ends_with(')') && !volume.contains('(');
        let bare = number(outer) == 0;
        let outer = if broken {
            ""
        } else if bare {
            inner
        } else {
            outer
        };
        let inner = if bare { "" } else { inner };
        let supplement = supplement || broken;

        Self {
            volume: number(outer),
            issue: [
                number(issue),
                number(inner),
                supplement_number(issue),
                supplement_number(volume),
            ]
            .into_iter()
            .find(|number| *number > 0)
            .unwrap_or(0),
            supplement,
            first,
            last,
        }
    }
}

/// A supplement's number, kept apart from issue numbers: `Suppl 2`.
fn supplement_number(text: &str) -> u32 {
    if plain(text) {
        return 0;
    }
    let lower = text.to_ascii_lowercase();
    let number = lower
        .split_once("sup")
        .map_or(0, |(_, after)| number(after));
    if number == 0 { 0 } else { 1_000_000 + number }
}

fn article_number(issue: &str) -> bool {
    let bare = issue.trim_matches(|c: char| !c.is_alphanumeric());
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    digits >= 3
        && (digits >= 5 || bare.starts_with(['e', 'E']) || digits >= 4 && bare.len() == digits + 1)
        && digits + 1 >= bare.len()
}

fn cut(text: &str) -> &str {
    super::normalise::head(text.trim(), 80)
}

/// Whether the text is digits alone, or nothing.
fn plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The first number in `text`, read up to nine digits; 0 where there is none.
fn number(text: &str) -> u32 {
    if plain(text) {
        return text[..text.len().min(9)].parse().unwrap_or(0);
    }
    let lower = text.to_ascii_lowercase();
    let before_supplement = lower.split("sup").next().unwrap_or("");
    let digits: String = before_supplement
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .take(9)
        .collect();
    digits.parse().unwrap_or(0)
}

fn read_pages(text: &str) -> (Page, u32) {
    if let Some(range) = plain_range(text) {
        return range;
    }
    let lower = text.to_lowercase();
    if let Some(range) = month_range(&lower) {
        return range;
    }
    if month(&lower) || lower.contains("pagination") || lower.contains("n/a") {
        return (Page::default(), 0);
    }
    let plain: String = lower
        .replace("article", " ")
        .replace("pp.", " ")
        .replace("unsp", " ")
        .replace(
            [
                '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}',
            ],
            "-",
        );
    let mut parts = plain
        .split(['-', ',', ';', ' ', '+', ':', '/'])
        .filter_map(page)
        .filter(|page| page.number > 0);
    let Some(first) = parts.next() else {
        return (Page::default(), 0);
    };
    let last = parts
        .next()
        .map_or(0, |last| complete(first.number, last.number));
    (first, last)
}

/// `139-154`, `139`: the writing of most pages.
fn plain_range(text: &str) -> Option<(Page, u32)> {
    let (first, last) = text.split_once('-').unwrap_or((text, "0"));
    let number = |text: &str| {
        let plain = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<u64>().ok()).flatten()
    };
    let (first, last) = (number(first)?, number(last)?);
    (first > 0).then(|| {
        (
            Page {
                letter: 0,
                number: first,
            },
            complete(first, last),
        )
    })
}

/// Pages that a spreadsheet took for a date and that can be told back: `01-Aug` was `1-8`, `Jan-34` was `1-34`.
///
/// Where the day is past the month (`27-Sep`) it may have been `9-27` or `27-9` for `27-29`, and stays unknown.
fn month_range(lower: &str) -> Option<(Page, u32)> {
    let (left, right) = lower.trim().split_once('-')?;
    let number = |text: &str| {
        (1..=2)
            .contains(&text.len())
            .then(|| text.parse::<u32>().ok())
            .flatten()
            .filter(|number| *number > 0)
    };
    let (first, last) = match (month_number(left), month_number(right)) {
        (None, Some(month)) => (number(left)?, month),
        (Some(month), None) => (month, number(right)?),
        _ => return None,
    };
    (first <= last).then_some((
        Page {
            letter: 0,
            number: u64::from(first),
        },
        last,
    ))
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

fn month_number(text: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|month| *month == text)?;
    u32::try_from(at + 1).ok()
}

/// `12-Mar` and `Mar-45`: pages that a spreadsheet took for a date and that cannot be told back.
fn month(lower: &str) -> bool {
    lower
        .split('-')
        .any(|part| month_number(part.trim()).is_some())
}

fn page(part: &str) -> Option<Page> {
    let part = part.trim_matches(|c: char| !c.is_alphanumeric());
    let digits: String = part
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .take(18)
        .collect();
    let number = digits.parse().ok()?;
    let before = part.bytes().next().filter(u8::is_ascii_alphabetic);
    let after = part.bytes().last().filter(u8::is_ascii_alphabetic);
    let letter = match before.or(after) {
        Some(b'e' | b'p') | None => 0,
        Some(letter) => letter,
    };
    Some(Page { letter, number })
}

fn complete(first: u64, last: u64) -> u32 {
    if last >= first || last == 0 {
        return u32::try_from(last).unwrap_or(0);
    }
    let mut scale = 1_u64;
    while scale <= last {
        scale = scale.saturating_mul(10);
    }
    u32::try_from(first / scale * scale + last).unwrap_or(0)
}

/// How two optional numbers stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// Both given and equal.
    Equal,
    /// Both given, agreeing in part.
    Close,
    /// Both given and different.
    Differ,
    /// At least one not given.
    Unknown,
}

/// Compares numbers of which 0 means "not given".
pub(super) fn numbers(a: u32, b: u32) -> Match {
    match (a, b) {
        (0, _) | (_, 0) => Match::Unknown,
        _ if a == b => Match::Equal,
        _ => Match::Differ,
    }
}

/// Compares first pages. A letter on one side only (`S12`, `12`) or a start within the other's range is close.
pub(super) fn pages(a: &Locator, b: &Locator) -> Match {
    if a.first.number == 0 || b.first.number == 0 {
        return Match::Unknown;
    }
    if a.first == b.first {
        return Match::Equal;
    }
    if a.first.number == b.first.number {
        let ends = a.last == b.last && a.last > 0;
        return if a.first.letter == 0 || b.first.letter == 0 {
            if ends { Match::Equal } else { Match::Close }
        } else {
            Match::Differ
        };
    }
    let same_end = a.last == b.last && a.last > 0 && a.first.letter == b.first.letter;
    if same_end || overlap(a, b) {
        Match::Close
    } else {
        Match::Differ
    }
}

/// Whether two ranges share more than half of their pages: articles follow each other, they do not lie on top of each other.
fn overlap(a: &Locator, b: &Locator) -> bool {
    if a.first.letter != b.first.letter {
        return false;
    }
    let (first, last) = (
        a.first.number.max(b.first.number),
        u64::from(a.last.min(b.last)),
    );
    let longer = (u64::from(a.last).saturating_sub(a.first.number))
        .max(u64::from(b.last).saturating_sub(b.first.number));
    last >= first + 3 && (last - first) * 2 > longer
}

/// Whether `a` lost its volume, so that issue and page stand one field too early: volume 26, issue 9 read as issue 26, page 9.
pub(super) fn shifted(a: &Locator, b: &Locator) -> bool {
    a.volume == 0
        && a.last == 0
        && a.issue > 0
        && a.issue == b.volume
        && b.issue > 0
        && a.first.number == u64::from(b.issue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(pages: &str) -> Locator {
        Locator::read("", "", pages)
    }

    #[test]
    fn one_page_range_in_many_spellings() {
        let plain = at("139-154");
        for other in ["139-54", "pp. 139--154", "139‐54", "139 -- 154"] {
            assert_eq!(at(other), plain, "{other}");
        }
        assert_eq!(at("e102").first, at("Article 102").first);
        assert_eq!(at("70s-85s").first, at("S70-S85").first);
    }

    #[test]
    fn a_page_that_became_a_date_is_unknown() {
        assert_eq!(at("12-Mar"), Locator::default());
        assert_eq!(at("Jan-Feb"), Locator::default());
        assert_eq!(at("01-Aug"), at("1-8"));
        assert_eq!(at("Jan-34"), at("1-34"));
        assert_eq!(at("2016 (12) (no pagination)"), Locator::default());
    }

    #[test]
    fn issue_inside_the_volume_is_found() {
        let both = Locator::read("152 (5 Supplement 1)", "", "S498");
        assert_eq!((both.volume, both.issue, both.supplement), (152, 5, true));
        assert_eq!(Locator::read("88 Suppl 1", "", "").volume, 88);
    }
}
