//! The ZIP of a workbook (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16), whose members are packed in pieces of their own.
//!
//! A packed piece ends on a whole byte and refers to nothing before it (RFC 1951, section 3.2.4), so that pieces can be packed at the
//! same time and stand behind one another.

use flate2::{Compress, Compression, Crc, FlushCompress};

/// Packing of sheets, whose XML repeats itself: higher levels gain a tenth and take twice as long.
const LEVEL: u32 = 3;
/// Deflated, which version 2.0 of the format knows.
const VERSION: u16 = 20;
const DEFLATED: u16 = 8;
/// 1980-01-01, the first day that the format knows: the day of writing is no part of a report.
const DATE: u16 = 0x0021;

/// Packed bytes.
#[derive(Default)]
pub(super) struct Packed {
    pub(super) bytes: Vec<u8>,
    /// Bytes before packing.
    pub(super) size: u64,
    checksum: Crc,
}

impl Packed {
    /// Adds what follows.
    pub(super) fn append(&mut self, next: Self) {
        self.bytes.extend_from_slice(&next.bytes);
        self.size += next.size;
        self.checksum.combine(&next.checksum);
    }
}

/// Packs a piece that others follow.
pub(super) fn piece(bytes: &[u8]) -> Packed {
    packed(bytes, FlushCompress::Full)
}

/// Packs the last piece of a member.
pub(super) fn last_piece(bytes: &[u8]) -> Packed {
    packed(bytes, FlushCompress::Finish)
}

fn packed(bytes: &[u8], flush: FlushCompress) -> Packed {
    let mut checksum = Crc::new();
    checksum.update(bytes);
    let mut packing = Compress::new(Compression::new(LEVEL), false);
    let mut out = Vec::with_capacity(bytes.len() / 6 + 64);
    loop {
        let taken = usize::try_from(packing.total_in()).unwrap_or(bytes.len());
        packing
            .compress_vec(&bytes[taken..], &mut out, flush)
            .expect("packing has no state that input could break");
        // With room left, nothing waits to be written.
        if packing.total_in() == bytes.len() as u64 && out.len() < out.capacity() {
            break;
        }
        out.reserve(out.len().max(64));
    }
    Packed {
        bytes: out,
        size: bytes.len() as u64,
        checksum,
    }
}

/// The archive of members, each packed to its last piece. Together they have to stay below 4 GB.
pub(super) fn archive(members: Vec<(String, Packed)>) -> Vec<u8> {
    let all: usize = members.iter().map(|(_, packed)| packed.bytes.len()).sum();
    let mut out = Vec::with_capacity(all + 128 * members.len() + 64);
    let mut directory = Vec::new();
    let count = members.len();
    for (name, packed) in members {
        let offset = out.len();
        let mut about = Vec::new();
        for short in [VERSION, 0, DEFLATED, 0, DATE] {
            about.extend(short.to_le_bytes());
        }
        about.extend(packed.checksum.sum().to_le_bytes());
        about.extend(long(packed.bytes.len() as u64));
        about.extend(long(packed.size));
        about.extend(short(name.len()));
        about.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&about);
        out.extend(name.as_bytes());
        out.extend(packed.bytes);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&about);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(long(offset as u64));
        directory.extend(name.as_bytes());
    }
    let (start, length) = (out.len() as u64, directory.len() as u64);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(short(count));
    out.extend(short(count));
    out.extend(long(length));
    out.extend(long(start));
    out.extend([0, 0]);
    out
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number)
        .expect("names are short and tables are few")
        .to_le_bytes()
}

fn long(number: u64) -> [u8; 4] {
    u32::try_from(number)
        .expect("sheets have room for so much and no more")
        .to_le_bytes()
}
