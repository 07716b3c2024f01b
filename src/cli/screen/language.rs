//! The language of a text as a browser wants to be told it, so that a screen reader takes the right voice.
//!
//! By the script alone: what an export says of the language is that of the publication, whose title and abstract often stand
//! in English. Texts in Latin letters are left to the page's own language.

/// Scripts with the language that most texts in them have: first and last character.
const SCRIPTS: [(&str, &[(char, char)]); 10] = [
    ("ja", &[('\u{3040}', '\u{30ff}'), ('\u{31f0}', '\u{31ff}')]),
    (
        "ko",
        &[
            ('\u{1100}', '\u{11ff}'),
            ('\u{3130}', '\u{318f}'),
            ('\u{ac00}', '\u{d7af}'),
        ],
    ),
    (
        "zh",
        &[
            ('\u{3400}', '\u{9fff}'),
            ('\u{f900}', '\u{faff}'),
            ('\u{20000}', '\u{323af}'),
        ],
    ),
    ("ru", &[('\u{400}', '\u{52f}')]),
    ("el", &[('\u{370}', '\u{3ff}'), ('\u{1f00}', '\u{1fff}')]),
    ("he", &[('\u{590}', '\u{5ff}')]),
    ("ar", &[('\u{600}', '\u{6ff}'), ('\u{750}', '\u{77f}')]),
    ("hi", &[('\u{900}', '\u{97f}')]),
    ("th", &[('\u{e00}', '\u{e7f}')]),
    ("hy", &[('\u{530}', '\u{58f}')]),
];

/// The code of the language (BCP 47); `None` for texts that are mostly in Latin letters, and without letters.
///
/// A text is of the script that a third of its letters are of: signs that stand for whole words are fewer than letters. Kana tell
/// Japanese from Chinese.
pub(super) fn language_of(text: &str) -> Option<&'static str> {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let of = |code: &str| {
        let ranges = SCRIPTS.iter().find(|(known, _)| *known == code);
        let ranges = ranges.map_or(&[][..], |(_, ranges)| ranges);
        let within = |c: &char| {
            ranges
                .iter()
                .any(|(first, last)| (first..=last).contains(&c))
        };
        text.chars().filter(within).count()
    };
    let (kana, han) = (of("ja"), of("zh"));
    let told = SCRIPTS.iter().map(|(code, _)| match *code {
        // A name in kana within a Chinese text does not make it Japanese.
        "ja" => ("ja", if 10 * kana > han { kana + han } else { 0 }),
        code => (code, of(code)),
    });
    let most = told.rev().max_by_key(|(_, count)| *count);
    let (code, count) = most.filter(|(_, count)| *count > 0)?;
    (3 * count >= letters).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_language_of_its_script() {
        let cases = [
            ("巴林特小组对医生职业倦怠的影响", Some("zh")),
            ("应用Balint小组降低ICU护士burnout的随机对照研究", Some("zh")),
            ("バリント・グループと医師の燃え尽き", Some("ja")),
            ("발린트 그룹과 의사 소진", Some("ko")),
            ("Балинтовская группа", Some("ru")),
            ("Balint groups for physicians (巴林特)", None),
            ("Groupes Balint et épuisement", None),
            ("12 (3)", None),
            ("", None),
        ];
        for (text, language) in cases {
            assert_eq!(language_of(text), language, "{text}");
        }
    }
}
