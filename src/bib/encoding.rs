//! Bytes to text: UTF-8, UTF-16, and the encodings older downloads come in; every repair is told.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Repairs of one kind that are told one by one.
const EACH: usize = 50;

/// Text of a file and how it was come by.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) encoding: &'static str,
    pub(crate) repairs: Vec<Repair>,
}

/// Something mended, or doubtful, at a line and column.
pub(crate) struct Repair {
    pub(crate) code: &'static str,
    pub(crate) title: String,
    pub(crate) at: (u32, u32),
    /// Whether it is only worth knowing.
    pub(crate) note: bool,
}

/// Decodes a file.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    let mut decoded = match Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding == UTF_8 => {
            let mut decoded = without_bom(&bytes[length..], length);
            if decoded.encoding == "UTF-8" {
                decoded.encoding = "UTF-8 with BOM";
            }
            decoded
        }
        Some((encoding, length)) => wide(&bytes[length..], encoding),
        None => match guess_wide(bytes) {
            Some(encoding) => wide(bytes, encoding),
            None => without_bom(bytes, 0),
        },
    };
    let mut seen = look(&decoded);
    if seen.nul {
        drop_nul(&mut decoded);
        seen = look(&decoded);
    }
    if let Some((first, title)) = seen.doubled() {
        decoded.repairs.push(Repair {
            code: "bib::double-encoded",
            title,
            at: super::lines::LineOf::new(&decoded.text).place(first),
            note: false,
        });
    }
    decoded
}

fn wide<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    let (text, bad) = encoding.decode_without_bom_handling(bytes);
    let mut repairs = Vec::new();
    if bad {
        let offset = text.find('\u{fffd}').unwrap_or(0);
        repairs.push(Repair {
            code: "bib::encoding",
            title: format!(
                "not all of the file is {}; what could not be read shows as \u{fffd}",
                encoding.name()
            ),
            at: super::lines::LineOf::new(&text).place(offset),
            note: false,
        });
    }
    Decoded {
        text,
        encoding: encoding.name(),
        repairs,
    }
}

/// UTF-16 without a mark: NUL in nearly every second byte.
fn guess_wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096)];
    if head.len() < 4 {
        return None;
    }
    let zeros = |from: usize| {
        head.iter()
            .skip(from)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let half = head.len() / 2;
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > half * 4 && even * 10 < half {
        Some(UTF_16LE)
    } else if even * 10 > half * 4 && odd * 10 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn without_bom(bytes: &[u8], skipped: usize) -> Decoded<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            encoding: if text.is_ascii() { "ASCII" } else { "UTF-8" },
            repairs: Vec::new(),
        },
        Err(_) => legacy(bytes, skipped),
    }
}

/// Text that is not UTF-8 throughout: all of one older encoding, or UTF-8 with lines of another.
fn legacy(bytes: &[u8], skipped: usize) -> Decoded<'_> {
    let end = if memchr::memchr(b'\n', bytes).is_some() {
        b'\n'
    } else {
        b'\r'
    };
    let mut good = 0_usize;
    let mut bad: Vec<u8> = Vec::new();
    let mut bad_lines = 0_usize;
    for line in bytes.split(|b| *b == end) {
        if line.is_ascii() {
            continue;
        }
        if std::str::from_utf8(line).is_ok() {
            good += 1;
        } else {
            bad_lines += 1;
            bad.extend_from_slice(line);
            bad.push(b'\n');
        }
    }
    let encoding = guess(&bad);
    if good <= bad_lines / 8 {
        let (text, wrong) = encoding.decode_without_bom_handling(bytes);
        if !wrong {
            let first = text.find(|c: char| !c.is_ascii()).unwrap_or(0);
            let repair = Repair {
                code: "bib::encoding",
                title: format!("not UTF-8; read as {}", encoding.name()),
                at: super::lines::LineOf::new(&text).place(first),
                note: true,
            };
            return Decoded {
                text: Cow::Owned(text.into_owned()),
                encoding: encoding.name(),
                repairs: vec![repair],
            };
        }
    }
    by_line(bytes, skipped, end, encoding)
}

/// Decodes each line that is not UTF-8 by itself.
fn by_line(bytes: &[u8], skipped: usize, end: u8, encoding: &'static Encoding) -> Decoded<'static> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut repairs = Vec::new();
    let mut offset = 0;
    let mut rest = bytes;
    let mut number = 0_u32;
    let mut more = 0_usize;
    while !rest.is_empty() {
        let length = memchr::memchr(end, rest).map_or(rest.len(), |at| at + 1);
        let (line, behind) = rest.split_at(length);
        rest = behind;
        number = number.saturating_add(1);
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(error) => {
                let at = error.valid_up_to();
                let (part, name) = decode_line(line, encoding);
                if repairs.len() < EACH {
                    repairs.push(Repair {
                        code: "bib::encoding",
                        title: format!(
                            "byte 0x{:02X} at offset {} is not UTF-8; the line is read as {name}",
                            line[at],
                            skipped + offset + at
                        ),
                        at: (number, super::lines::column(&line[..at])),
                        note: false,
                    });
                } else {
                    more += 1;
                }
                text.push_str(&part);
            }
        }
        offset += length;
    }
    if more > 0 {
        repairs.push(Repair {
            code: "bib::encoding",
            title: format!("and {more} more lines that are not UTF-8"),
            at: (number, 1),
            note: false,
        });
    }
    Decoded {
        text: Cow::Owned(text),
        encoding: "UTF-8, mixed",
        repairs,
    }
}

fn decode_line(line: &[u8], encoding: &'static Encoding) -> (String, &'static str) {
    let (part, wrong) = encoding.decode_without_bom_handling(line);
    if wrong {
        (
            WINDOWS_1252
                .decode_without_bom_handling(line)
                .0
                .into_owned(),
            "windows-1252",
        )
    } else {
        (part.into_owned(), encoding.name())
    }
}

/// The encoding of lines that are not UTF-8.
///
/// A guess on few bytes would be a coin toss between the encodings of one byte a letter: below a hundred such bytes (thirty where
/// the guess is Central European or Turkish) they count as windows-1252, unless pairs of high bytes prevail, as they do in scripts
/// other than Latin.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    let paired = bytes
        .windows(2)
        .filter(|pair| pair[0] >= 0x80 && pair[1] >= 0x80)
        .count();
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, chardetng::Utf8Detection::Deny);
    let wide = !guessed.is_single_byte();
    // Cyrillic, Greek, Hebrew and Arabic words are pairs of high bytes throughout, which no Latin text has.
    let script = paired * 2 > high && (wide || high >= 12);
    let central = [encoding_rs::WINDOWS_1250, encoding_rs::WINDOWS_1254].contains(&guessed);
    let enough = if central { 30 } else { 100 };
    if high < enough && !script {
        return WINDOWS_1252;
    }
    // GB18030 holds all of GBK.
    if guessed == encoding_rs::GBK {
        GB18030
    } else {
        guessed
    }
}

/// What one pass over a decoded text finds.
#[derive(Default)]
struct Seen {
    /// Whether it has NUL bytes.
    nul: bool,
    /// Spots that look double-encoded, the first of them, and what it may have been.
    doubles: usize,
    first: usize,
    sample: String,
}

impl Seen {
    fn doubled(&self) -> Option<(usize, String)> {
        let (count, sample) = (self.doubles, &self.sample);
        (count > 0).then(|| {
            let title = format!("looks double-encoded in {count} spot(s): {sample}; left as it is");
            (self.first, title)
        })
    }
}

/// Looks for NUL, and for UTF-8 once read as windows-1252 and written as UTF-8 again (`MartÃ\u{ad}nez`), which is told, never mended.
fn look(decoded: &Decoded) -> Seen {
    let text = &*decoded.text;
    let bytes = text.as_bytes();
    let mut seen = Seen::default();
    if decoded.encoding == "ASCII" {
        seen.nul = memchr::memchr(0, bytes).is_some();
        return seen;
    }
    for at in memchr::memchr2_iter(0, 0xC3, bytes) {
        // `Ã`, `Â` and `â` are what the first byte of a doubled letter became.
        match bytes[at..] {
            [0, ..] => seen.nul = true,
            [_, 0x82 | 0x83 | 0xA2, ..] => {
                if let Some((meant, length)) = doubled(&text[at..]) {
                    if seen.doubles == 0 {
                        let letters: String = text[at..].chars().take(length).collect();
                        seen.first = at;
                        seen.sample = format!("`{letters}` may have been `{meant}`");
                    }
                    seen.doubles += 1;
                }
            }
            _ => {}
        }
    }
    seen
}

fn drop_nul(decoded: &mut Decoded) {
    let mut places = super::lines::LineOf::new(&decoded.text);
    let mut count = 0;
    let mut last_line = 0;
    for at in memchr::memchr_iter(0, decoded.text.as_bytes()) {
        let place = places.place(at);
        if place.0 == last_line {
            continue;
        }
        last_line = place.0;
        count += 1;
        if count <= EACH {
            decoded.repairs.push(Repair {
                code: "bib::nul",
                title: "NUL bytes in this line are dropped".to_owned(),
                at: place,
                note: false,
            });
        }
    }
    decoded.text = Cow::Owned(decoded.text.replace('\0', ""));
}

/// The letter that two or three letters were before, and how many they are.
fn doubled(text: &str) -> Option<(char, usize)> {
    let mut bytes = [0_u8; 3];
    let mut length = 0;
    for c in text.chars().take(3) {
        let mut buffer = [0; 4];
        let (encoded, _, unmapped) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
        match encoded.first() {
            Some(byte) if !unmapped => bytes[length] = *byte,
            _ => break,
        }
        length += 1;
    }
    let need = match bytes[0] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => return None,
    };
    if length < need {
        return None;
    }
    let meant = std::str::from_utf8(&bytes[..need]).ok()?.chars().next()?;
    // `Â ` and the like occur; letters and typographic signs are what names and titles lose.
    (!meant.is_control()).then_some((meant, need))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_latin_line_in_utf8_is_read_as_windows_1252() {
        let decoded = decode(b"AU  - M\xc3\xbcller\nAU  - S\xf8ren\n");
        assert_eq!(decoded.text, "AU  - Müller\nAU  - Søren\n");
        assert_eq!(decoded.repairs.len(), 1);
        assert_eq!(decoded.repairs[0].at, (2, 8));
    }

    #[test]
    fn utf16_is_known_without_its_mark() {
        let bytes: Vec<u8> = "TY  - JOUR\nER  - \n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(decode(&bytes).text, "TY  - JOUR\nER  - \n");
    }

    #[test]
    fn asian_encodings_are_told_apart() {
        let text = "标题：超声引导下前锯肌平面阻滞对乳腺癌改良根治术术后肿瘤转移、复发的影响\n作者：江文杰\n";
        let (bytes, ..) = GB18030.encode(text);
        assert_eq!(decode(&bytes).text, text);
        let text = "日本語の論文の題名をここに書きます。これは臨床試験の報告です。\n";
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(text);
        assert_eq!(decode(&bytes).text, text);
        let text =
            "這是一篇關於醫師倦怠與巴林小組的系統性回顧文章，作者來自臺灣大學醫學院附設醫院。\n";
        let (bytes, ..) = encoding_rs::BIG5.encode(text);
        assert_eq!(decode(&bytes).text, text);
    }

    #[test]
    fn doubly_encoded_text_is_told_and_left() {
        let decoded = decode("AU  - MartÃ\u{ad}nez\n".as_bytes());
        assert_eq!(decoded.text, "AU  - MartÃ\u{ad}nez\n");
        assert_eq!(decoded.repairs[0].code, "bib::double-encoded");
        assert!(
            decode("São Paulo, Ângela, pâte".as_bytes())
                .repairs
                .is_empty()
        );
    }
}
