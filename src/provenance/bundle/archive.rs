//! The ZIP of a bundle (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16) in its one form, written and read to the byte.

use super::name;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Something in an archive that `review bundle` would not have written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) code: &'static str,
    pub(super) title: String,
}

impl Flaw {
    pub(super) fn new(code: &'static str, title: String) -> Self {
        Self { code, title }
    }

    fn structure(title: String) -> Self {
        Self::new("bundle::structure", title)
    }
}

/// Names and widths of the fields of a header, in order.
type Layout = &'static [(&'static str, usize)];

const LOCAL: Layout = &[
    ("signature", 4),
    ("version", 2),
    ("flags", 2),
    ("method", 2),
    ("time", 2),
    ("date", 2),
    ("checksum", 4),
    ("packed size", 4),
    ("size", 4),
    ("length of the name", 2),
    ("length of the extra field", 2),
];

const ENTRY: Layout = &[
    ("signature", 4),
    ("version made by", 2),
    ("version", 2),
    ("flags", 2),
    ("method", 2),
    ("time", 2),
    ("date", 2),
    ("checksum", 4),
    ("packed size", 4),
    ("size", 4),
    ("length of the name", 2),
    ("length of the extra field", 2),
    ("length of the comment", 2),
    ("number of the disk", 2),
    ("internal attributes", 2),
    ("attributes", 4),
    ("offset", 4),
];

const END: Layout = &[
    ("signature", 4),
    ("number of the disk", 2),
    ("disk of the directory", 2),
    ("number of members on this disk", 2),
    ("number of members", 2),
    ("size of the directory", 4),
    ("offset of the directory", 4),
    ("length of the comment", 2),
];

const LOCAL_BYTES: usize = 30;
const ENTRY_BYTES: usize = 46;
const END_BYTES: usize = 22;

/// Stored: version 1.0 of the format. Names are UTF-8.
const VERSION: u16 = 10;
const UTF_8: u16 = 0x0800;
/// 1980-01-01, the first day that the format knows.
const DATE: u16 = 0x0021;
/// Written as by Unix, so that the mode counts: a file that its owner writes and all read.
const MADE_BY: u16 = 3 << 8 | VERSION;
const MODE: u32 = 0o100_644 << 16;

const COMMENT: &str = "review bundle 1, BLAKE3 of MANIFEST.blake3: ";
const COMMENT_BYTES: usize = COMMENT.len() + 64;

/// Most members, as the format counts them.
const MOST_MEMBERS: usize = 65_534;

/// The comment of the archive for the manifest's digest.
pub(super) fn comment(digest: &str) -> String {
    format!("{COMMENT}{digest}")
}

/// The archive of these members.
///
/// # Errors
///
/// Names that may not be, too many members, or more than 4 GB.
pub(super) fn write(
    members: &BTreeMap<String, Vec<u8>>,
    comment: &str,
) -> Result<Vec<u8>, Vec<Flaw>> {
    let names = || members.keys().map(String::as_str);
    let mut flaws: Vec<Flaw> = names().filter_map(name::flaw_of).collect();
    flaws.extend(name::clashes(names()));
    let size: usize = members
        .iter()
        .map(|(name, bytes)| LOCAL_BYTES + ENTRY_BYTES + 2 * name.len() + bytes.len())
        .sum();
    if members.len() > MOST_MEMBERS || u32::try_from(size + END_BYTES + COMMENT_BYTES).is_err() {
        let title = format!(
            "{} files of {size} bytes are more than the archive can hold: {MOST_MEMBERS} files, 4 GB",
            members.len()
        );
        flaws.push(Flaw::new("bundle::too-large", title));
    }
    if !flaws.is_empty() {
        return Err(flaws);
    }
    let mut archive = Vec::with_capacity(size + END_BYTES + COMMENT_BYTES);
    let mut directory = Vec::new();
    for (name, bytes) in members {
        let offset = archive.len();
        let sum = checksum(bytes);
        archive.extend(local(name.as_bytes(), sum, count(bytes.len())));
        archive.extend_from_slice(bytes);
        directory.extend(entry(
            name.as_bytes(),
            sum,
            count(bytes.len()),
            count(offset),
        ));
    }
    let offset = archive.len();
    archive.extend_from_slice(&directory);
    archive.extend(end(members.len(), directory.len(), offset));
    archive.extend_from_slice(comment.as_bytes());
    Ok(archive)
}

/// A number of the format; the sum of all was checked before.
fn count(number: usize) -> u32 {
    u32::try_from(number).expect("the whole archive is below 4 GB")
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

fn local(name: &[u8], sum: u32, size: u32) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    for half in [VERSION, UTF_8, 0, 0, DATE] {
        bytes.extend(half.to_le_bytes());
    }
    for word in [sum, size, size] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(length(name).to_le_bytes());
    bytes.extend(0_u16.to_le_bytes());
    bytes.extend_from_slice(name);
    bytes
}

fn entry(name: &[u8], sum: u32, size: u32, offset: u32) -> Vec<u8> {
    let mut bytes = b"PK\x01\x02".to_vec();
    for half in [MADE_BY, VERSION, UTF_8, 0, 0, DATE] {
        bytes.extend(half.to_le_bytes());
    }
    for word in [sum, size, size] {
        bytes.extend(word.to_le_bytes());
    }
    for half in [length(name), 0, 0, 0, 0] {
        bytes.extend(half.to_le_bytes());
    }
    for word in [MODE, offset] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend_from_slice(name);
    bytes
}

fn end(members: usize, directory: usize, offset: usize) -> Vec<u8> {
    let members = u16::try_from(members).unwrap_or(u16::MAX);
    let mut bytes = b"PK\x05\x06".to_vec();
    for half in [0, 0, members, members] {
        bytes.extend(half.to_le_bytes());
    }
    for word in [directory, offset] {
        bytes.extend(u32::try_from(word).unwrap_or(u32::MAX).to_le_bytes());
    }
    bytes.extend(
        u16::try_from(COMMENT_BYTES)
            .unwrap_or(u16::MAX)
            .to_le_bytes(),
    );
    bytes
}

fn length(name: &[u8]) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

/// An archive whose headers are those of its one form.
pub(super) struct Archive<'a> {
    /// The members in order.
    pub(super) members: Vec<Member<'a>>,
    /// The comment.
    pub(super) comment: &'a [u8],
    /// What is wrong with headers and contents beside the directory.
    pub(super) flaws: Vec<Flaw>,
}

/// A member.
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    pub(super) bytes: &'a [u8],
    /// Whether the bytes have the checksum of the directory.
    pub(super) sound: bool,
}

/// One line of the directory.
struct Entry<'a> {
    name: &'a str,
    sum: u32,
    size: usize,
    offset: usize,
}

/// Reads an archive. The directory is believed only as far as it is what [`write`] would have written; then every header is
/// compared with it to the byte.
///
/// # Errors
///
/// When the directory itself was changed, so that nothing says where the members are.
pub(super) fn read(bytes: &[u8]) -> Result<Archive<'_>, Vec<Flaw>> {
    let directory = directory(bytes)?;
    let entries = entries(bytes, &directory).map_err(|flaw| vec![flaw])?;
    let mut flaws = name::clashes(entries.iter().map(|entry| entry.name));
    let mut members = Vec::new();
    for entry in &entries {
        let from = entry.offset + LOCAL_BYTES + entry.name.len();
        let written = local(entry.name.as_bytes(), entry.sum, count(entry.size));
        let header = &bytes[entry.offset..from];
        if let Some(at) = first_difference(header, &written) {
            flaws.push(header_flaw(entry.name, header, at, entry.offset));
        }
        let content = &bytes[from..from + entry.size];
        members.push(Member {
            name: entry.name,
            bytes: content,
            sound: checksum(content) == entry.sum,
        });
    }
    Ok(Archive {
        members,
        comment: &bytes[directory.end + END_BYTES..],
        flaws,
    })
}

fn header_flaw(name: &str, header: &[u8], at: usize, offset: usize) -> Flaw {
    let what = field(LOCAL, at).unwrap_or("name");
    let mut title = format!(
        "the header of {name} was changed: its {what}, at byte {}",
        offset + at
    );
    if what == "name" {
        let other = String::from_utf8_lossy(&header[LOCAL_BYTES..]).into_owned();
        write!(title, ", says {other:?}").expect("writing to a string cannot fail");
    }
    Flaw::structure(title)
}

/// Where the directory is.
struct Directory {
    members: usize,
    start: usize,
    end: usize,
}

fn directory(bytes: &[u8]) -> Result<Directory, Vec<Flaw>> {
    let Some(at) = bytes.len().checked_sub(END_BYTES + COMMENT_BYTES) else {
        let title = format!(
            "{} bytes are too few for a bundle: it was cut, or never was one",
            bytes.len()
        );
        return Err(vec![Flaw::new("bundle::no-bundle", title)]);
    };
    let said = &bytes[at..at + END_BYTES];
    let members = usize::from(half(said, 10));
    let (size, start) = (word(said, 12), word(said, 16));
    let written = end(members, size, start);
    if !said.starts_with(b"PK") && !bytes.starts_with(b"PK\x03\x04") {
        let title = "this is no bundle: it neither begins nor ends as one".to_owned();
        return Err(vec![Flaw::new("bundle::no-bundle", title)]);
    }
    if let Some(place) = first_difference(said, &written) {
        let what = field(END, place).unwrap_or("comment");
        return Err(vec![end_flaw(what, at + place)]);
    }
    if start.checked_add(size) != Some(at) {
        return Err(vec![end_flaw("size or offset of the directory", at + 12)]);
    }
    if members > MOST_MEMBERS || members * ENTRY_BYTES > size {
        return Err(vec![end_flaw("number of members", at + 8)]);
    }
    Ok(Directory {
        members,
        start,
        end: at,
    })
}

fn end_flaw(what: &str, at: usize) -> Flaw {
    Flaw::structure(format!(
        "the end record was changed, or another program wrote the archive: its {what}, at byte {at}"
    ))
}

/// The lines of the directory, each as [`write`] would have written it and for a member right behind the one before.
fn entries<'a>(bytes: &'a [u8], directory: &Directory) -> Result<Vec<Entry<'a>>, Flaw> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let (mut at, mut offset) = (directory.start, 0);
    for _ in 0..directory.members {
        let entry = entry_at(bytes, at, offset, directory)?;
        if let Some(before) = entries.last()
            && before.name >= entry.name
        {
            return Err(out_of_order(before.name, entry.name));
        }
        at += ENTRY_BYTES + entry.name.len();
        offset += LOCAL_BYTES + entry.name.len() + entry.size;
        entries.push(entry);
    }
    if at != directory.end {
        return Err(end_flaw("number of members", directory.end + 8));
    }
    if offset != directory.start {
        let title =
            format!("between byte {offset} and the directory stands what belongs to no member");
        return Err(Flaw::structure(title));
    }
    Ok(entries)
}

fn out_of_order(before: &str, name: &str) -> Flaw {
    if before == name {
        Flaw::new(
            "bundle::duplicate",
            format!("two members have one name: {name:?}"),
        )
    } else {
        Flaw::structure(format!(
            "the members are not in order: {name:?} stands after {before:?}"
        ))
    }
}

/// The line at `at`, which has to be of the member at `offset`.
fn entry_at<'a>(
    bytes: &'a [u8],
    at: usize,
    offset: usize,
    directory: &Directory,
) -> Result<Entry<'a>, Flaw> {
    // The header in front of the member tells its name too, and how long it is.
    let header = bytes.get(offset..directory.start).unwrap_or_default();
    let there = header.starts_with(b"PK\x03\x04") && header.len() >= LOCAL_BYTES;
    let own_length = if there {
        Some(usize::from(half(header, 26)))
    } else {
        None
    };
    let own = own_length.and_then(|length| header.get(LOCAL_BYTES..LOCAL_BYTES + length));
    let own_name = String::from_utf8_lossy(own.unwrap_or_default()).into_owned();
    let flaw = |what: &str, place: usize| {
        Flaw::structure(format!(
            "the directory's line for {own_name} was changed: its {what}, at byte {}",
            at + place
        ))
    };
    let line = bytes.get(at..directory.end).unwrap_or_default();
    if line.len() < ENTRY_BYTES {
        return Err(flaw("length of the name", 28));
    }
    let length = usize::from(half(line, 28));
    let Some(name) = line.get(ENTRY_BYTES..ENTRY_BYTES + length) else {
        return Err(flaw("length of the name", 28));
    };
    if there && own != Some(name) {
        return Err(Flaw::structure(format!(
            "the directory and the header at byte {offset} name a member differently: {:?} and {own_name:?}",
            String::from_utf8_lossy(name)
        )));
    }
    let Ok(name) = std::str::from_utf8(name) else {
        return Err(Flaw::new(
            "bundle::unsafe-name",
            format!("a member's name is no UTF-8 text: {own_name:?}"),
        ));
    };
    let (sum, size) = (raw_word(line, 16), word(line, 24));
    special(line, name)?;
    let written = entry(
        name.as_bytes(),
        sum,
        raw_word(line, 24),
        u32::try_from(offset).unwrap_or(u32::MAX),
    );
    if let Some(place) = first_difference(&line[..ENTRY_BYTES], &written[..ENTRY_BYTES]) {
        return Err(flaw(field(ENTRY, place).unwrap_or("name"), place));
    }
    if let Some(flaw) = name::flaw_of(name) {
        return Err(flaw);
    }
    let room = directory.start - offset.min(directory.start);
    if LOCAL_BYTES + name.len() + size > room {
        let title = format!("{name} is said to be larger than the archive: {size} bytes");
        return Err(Flaw::structure(title));
    }
    Ok(Entry {
        name,
        sum,
        size,
        offset,
    })
}

/// What other archives may hold and a bundle never does, said in its own word.
fn special(line: &[u8], name: &str) -> Result<(), Flaw> {
    let mode = raw_word(line, 38) >> 16 & 0o170_000;
    if mode == 0o120_000 {
        let title = format!("a member is a link, and a bundle holds files alone: {name:?}");
        return Err(Flaw::new("bundle::link", title));
    }
    if half(line, 10) != 0 {
        let title = format!(
            "a member is packed, or the directory's line was changed: {name:?}; a bundle holds its files as they are, so that none unpacks to more than it is"
        );
        return Err(Flaw::new("bundle::packed", title));
    }
    Ok(())
}

fn first_difference(said: &[u8], written: &[u8]) -> Option<usize> {
    said.iter()
        .zip(written)
        .position(|(one, other)| one != other)
}

/// The field that holds a byte; none behind the fields.
fn field(layout: Layout, at: usize) -> Option<&'static str> {
    let mut end = 0;
    layout
        .iter()
        .find(|(_, width)| {
            end += width;
            at < end
        })
        .map(|(name, _)| *name)
}

fn half(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn raw_word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn word(bytes: &[u8], at: usize) -> usize {
    usize::try_from(raw_word(bytes, at)).unwrap_or(usize::MAX)
}
