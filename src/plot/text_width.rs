//! How wide a text will be in a sans-serif font nobody has chosen yet, and where to break it.
//!
//! The reader's machine picks the font, so widths are those of the widest common fallback (`DejaVu` Sans, advance widths in
//! thousandths of an em); narrower fonts leave a little air, none overflows.

/// Advance widths of U+0020 to U+007E, regular.
const REGULAR: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 556, 1015, 684, 686, 722, 770, 667,
    611, 778, 752, 295, 500, 667, 557, 863, 748, 787, 667, 787, 722, 667, 611, 732, 684, 989, 685,
    667, 685, 390, 337, 390, 838, 556, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/// Advance widths of U+0020 to U+007E, bold.
const BOLD: [u16; 95] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
    683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
    724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
    343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
];

/// Estimated width of one line of text in pixels.
pub(super) fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    text.chars().map(|c| char_width(c, bold)).sum::<f64>() * size / 1000.0
}

fn char_width(c: char, bold: bool) -> f64 {
    let code = u32::from(c);
    if let Some(index) = code.checked_sub(32).filter(|&index| index < 95) {
        let table = if bold { &BOLD } else { &REGULAR };
        return f64::from(table[index as usize]);
    }
    let regular = match code {
        0x300..=0x36F | 0x1AB0..=0x1AFF | 0x20D0..=0x20FF | 0xFE00..=0xFE0F => 0.0,
        0xB2 | 0xB3 | 0xB9 | 0x2070..=0x208E => 556.0,
        0x2013 | 0x2020 | 0x2021 => 560.0,
        0x2007 => 636.0,
        0x2212 | 0xD7 | 0x2248..=0x2265 | 0xB1 | 0x2190..=0x21FF => 838.0,
        0xC0..=0xDE | 0x410..=0x42F | 0x391..=0x3A9 => 800.0,
        0xDF..=0x24F | 0x3B1..=0x3FF | 0x430..=0x4FF | 0x590..=0x5FF => 680.0,
        0x1F000..=0x1FAFF => 1300.0,
        // East Asian characters, and whatever is not known: as wide as high.
        _ => 1000.0,
    };
    if bold && !is_wide(c) {
        regular * 1.1
    } else {
        regular
    }
}

/// Characters of East Asian scripts: as wide as high, and a line may break around them.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD)
}

/// Punctuation that may not begin a line.
fn closes(c: char) -> bool {
    matches!(
        c,
        '、' | '。'
            | '，'
            | '：'
            | '；'
            | '！'
            | '？'
            | '）'
            | '》'
            | '」'
            | '』'
            | '】'
            | '”'
            | '’'
            | ')'
            | ','
            | '.'
            | ';'
            | ':'
            | '%'
    )
}

/// Breaks text into lines of at most `width` pixels, at spaces, between East Asian characters, in long words after hyphens and slashes, and
/// inside a word only where it fills a line alone. More than `most` lines end in an ellipsis. Never empty.
pub(super) fn wrap(text: &str, size: f64, bold: bool, width: f64, most: usize) -> Vec<String> {
    let text = super::svg::clean(text);
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    for piece in pieces(&text, |word| text_width(word, size, bold) > width / 2.0) {
        let wide = text_width(piece.trim_end(), size, bold);
        let last = lines.len() - 1;
        if used + wide > width && !lines[last].is_empty() {
            lines.push(String::new());
            used = 0.0;
        }
        used = place_piece(&mut lines, piece, used, size, bold, width);
        if lines.len() > most {
            break;
        }
    }
    let mut lines: Vec<String> = lines
        .iter()
        .map(|line| line.trim_end().to_owned())
        .collect();
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = with_ellipsis(last, size, bold, width);
        }
    }
    lines
}

/// Adds a piece to the last line, cutting it where it is wider than a whole line; gives the width used in the last line.
fn place_piece(
    lines: &mut Vec<String>,
    piece: &str,
    mut used: f64,
    size: f64,
    bold: bool,
    width: f64,
) -> f64 {
    for c in piece.chars() {
        let wide = char_width(c, bold) * size / 1000.0;
        let last = lines.len() - 1;
        if used + wide > width && !lines[last].is_empty() && c != ' ' {
            lines.push(String::new());
            used = 0.0;
        }
        let last = lines.len() - 1;
        lines[last].push(c);
        used += wide;
    }
    used
}

/// The smallest parts that must stay on one line; spaces belong to the part before them. Hyphens and slashes split only words
/// that are `long`.
fn pieces(text: &str, long: impl Fn(&str) -> bool) -> Vec<&str> {
    let at_spaces = split_where(text, |before, c| {
        (before == ' ' && c != ' ') || ((is_wide(before) || is_wide(c)) && !closes(c) && c != ' ')
    });
    let at_hyphens =
        |before: char, c: char| matches!(before, '-' | '/' | '_' | '–') && c.is_alphanumeric();
    let mut out = Vec::new();
    for piece in at_spaces {
        if long(piece) {
            out.extend(split_where(piece, at_hyphens));
        } else {
            out.push(piece);
        }
    }
    out
}

/// Splits a text between two characters where `breaks` says so.
fn split_where(text: &str, breaks: impl Fn(char, char) -> bool) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        if at > start && before.is_some_and(|b| breaks(b, c)) {
            out.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

fn with_ellipsis(line: &str, size: f64, bold: bool, width: f64) -> String {
    let mut kept = line.to_owned();
    while text_width(&kept, size, bold) + char_width('…', bold) * size / 1000.0 > width
        && kept.pop().is_some()
    {}
    format!("{}…", kept.trim_end())
}

/// The width of the widest of some lines.
pub(super) fn widest<S: AsRef<str>>(lines: &[S], size: f64, bold: bool) -> f64 {
    lines
        .iter()
        .map(|line| text_width(line.as_ref(), size, bold))
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chinese_is_as_wide_as_high() {
        let width = text_width("巴林特小组", 12.0, false);
        assert!((width - 60.0).abs() < 1e-9, "{width}");
    }

    #[test]
    fn breaks_at_spaces_and_keeps_punctuation_off_line_starts() {
        assert_eq!(
            wrap("one two three", 12.0, false, 60.0, 9),
            ["one two", "three"]
        );
        let lines = wrap("医生，护士，教师", 12.0, false, 40.0, 9);
        assert!(lines.iter().all(|l| !l.starts_with('，')), "{lines:?}");
    }

    #[test]
    fn too_many_lines_end_in_an_ellipsis() {
        let lines = wrap(&"word ".repeat(2000), 12.0, false, 100.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].ends_with('…'));
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,200}", width in 40.0..300.0f64) {
            for line in wrap(&text, 12.0, false, width, 50) {
                prop_assert!(text_width(&line, 12.0, false) <= width + 1e-9, "{:?}", line);
            }
        }

        #[test]
        fn wrapping_loses_no_letter(text in "[a-z 医生-]{0,200}") {
            let joined: String = wrap(&text, 12.0, false, 90.0, 500).concat();
            let bare = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&joined), bare(&text));
        }
    }
}
