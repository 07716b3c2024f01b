//! Whether two titles are one, as databases write it.

/// Letters and digits of a title, in lower case and without accents.
pub fn plain_title(title: &str) -> String {
    if title.is_ascii() {
        let mut plain = String::with_capacity(title.len());
        for byte in title.bytes().filter(u8::is_ascii_alphanumeric) {
            plain.push(char::from(byte.to_ascii_lowercase()));
        }
        return plain;
    }
    deunicode::deunicode(title)
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether two titles have the same letters but for a few, or one has something before or behind it.
pub fn is_one_title(one: &str, other: &str) -> bool {
    /// Letters from which on a title within another is that title.
    const LONG: usize = 16;
    /// Share of letters that the same title has in two databases.
    const ALIKE: f64 = 0.85;
    let (one, other) = (plain_title(one), plain_title(other));
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    short == long
        || short.len() >= LONG && long.contains(short.as_str())
        || rapidfuzz::distance::indel::normalized_similarity(short.chars(), long.chars()) >= ALIKE
}
