//! The language of a title, told by its script and its commonest words.

/// A language as far as titles need it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Tongue {
    #[default]
    Unknown,
    English,
    German,
    French,
    Spanish,
    Italian,
    Portuguese,
    /// Chinese, Japanese or Korean.
    Ideographs,
    /// Cyrillic, Greek, Hebrew, Arabic.
    OtherScript,
}

/// Greek letters alone are signs (`β-blocker`), not a language.
pub(super) fn is_greek_sign(letter: char) -> bool {
    (0x370..0x400).contains(&u32::from(letter))
}

/// The language most of whose commonest words stand in the folded title; English wins a tie.
#[expect(clippy::too_many_lines, reason = "lists of words")]
pub(super) fn tongue(folded: &str) -> Tongue {
    let mut counts = [0_u32; 6];
    for word in folded.split(' ').filter(|word| word.len() <= 5) {
        counts[0] += u32::from(matches!(
            word,
            "the"
                | "of"
                | "and"
                | "in"
                | "for"
                | "with"
                | "on"
                | "to"
                | "a"
                | "by"
                | "from"
                | "an"
                | "as"
                | "at"
                | "after"
        ));
        counts[1] += u32::from(matches!(
            word,
            "der"
                | "die"
                | "das"
                | "und"
                | "fur"
                | "von"
                | "mit"
                | "bei"
                | "eine"
                | "ein"
                | "zum"
                | "zur"
                | "im"
                | "des"
                | "dem"
                | "den"
                | "durch"
                | "nach"
        ));
        counts[2] += u32::from(matches!(
            word,
            "le" | "les"
                | "des"
                | "et"
                | "une"
                | "du"
                | "dans"
                | "chez"
                | "sur"
                | "la"
                | "de"
                | "en"
                | "par"
                | "un"
        ));
        counts[3] += u32::from(matches!(
            word,
            "el" | "los"
                | "las"
                | "del"
                | "en"
                | "y"
                | "una"
                | "con"
                | "para"
                | "la"
                | "de"
                | "por"
                | "un"
        ));
        counts[4] += u32::from(matches!(
            word,
            "il" | "della"
                | "nel"
                | "di"
                | "per"
                | "e"
                | "dei"
                | "delle"
                | "nella"
                | "con"
                | "la"
                | "un"
                | "lo"
        ));
        counts[5] += u32::from(matches!(
            word,
            "o" | "os"
                | "da"
                | "do"
                | "dos"
                | "das"
                | "em"
                | "na"
                | "no"
                | "e"
                | "com"
                | "para"
                | "uma"
                | "de"
        ));
    }
    let mut best = (Tongue::Unknown, 0);
    for (tongue, count) in [
        Tongue::English,
        Tongue::German,
        Tongue::French,
        Tongue::Spanish,
        Tongue::Italian,
        Tongue::Portuguese,
    ]
    .into_iter()
    .zip(counts)
    {
        if count > best.1 {
            best = (tongue, count);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_tell_the_language() {
        assert_eq!(tongue("the effect of exercise on sleep"), Tongue::English);
        assert_eq!(
            tongue("wirkung von sport auf den schlaf und die stimmung"),
            Tongue::German
        );
        assert_eq!(
            tongue("effets du sport sur le sommeil chez les infirmieres"),
            Tongue::French
        );
        assert_eq!(tongue("batroxobin"), Tongue::Unknown);
    }
}
