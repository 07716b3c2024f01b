//! gzip and ZIP, opened with limits so that a small file cannot become a huge one.

use std::io::{Cursor, Read};

/// Bytes one member may have when unpacked.
const SIZE: u64 = 2 << 30;
/// Times a member may grow, once it is larger than [`FREE`]. Text exports grow five to fifteen times.
const RATIO: u64 = 200;
/// Bytes below which growth is not looked at.
const FREE: u64 = 16 << 20;
/// Members of one archive.
const MEMBERS: usize = 1000;

/// A file inside an archive, or why it could not be had.
pub(crate) struct Member {
    /// Name inside the archive; empty for gzip.
    pub(crate) name: String,
    pub(crate) content: Result<Vec<u8>, String>,
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Gzip,
    Zip,
    /// A workbook of Excel or `OpenDocument`.
    Workbook,
}

/// The kind of container, if it is one.
pub(crate) fn container(bytes: &[u8]) -> Option<Container> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(Container::Gzip);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return Some(Container::Workbook);
    }
    if !bytes.starts_with(b"PK\x03\x04") && !bytes.starts_with(b"PK\x05\x06") {
        return None;
    }
    let workbook = zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| {
        archive
            .file_names()
            .flatten()
            .any(|name| name.starts_with("xl/workbook.") || name == "content.xml")
    });
    Some(if workbook {
        Container::Workbook
    } else {
        Container::Zip
    })
}

/// Unpacks gzip.
///
/// # Errors
/// When the stream is damaged or grows past the limits; says which.
pub(crate) fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    bounded(flate2::read::MultiGzDecoder::new(bytes), bytes.len() as u64)
}

/// The bytes of a file, or those that gzip packed into it.
///
/// # Errors
/// When the stream is damaged or grows past the limits; says which.
pub fn unpacked(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    match container(&bytes) {
        Some(Container::Gzip) => gunzip(&bytes),
        _ => Ok(bytes),
    }
}

/// The files of a ZIP archive in their order; folders and what systems add are left out.
pub(crate) fn unzip(bytes: &[u8]) -> Vec<Member> {
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(why) => {
            return vec![Member {
                name: String::new(),
                content: Err(format!("the ZIP archive cannot be read: {why}")),
            }];
        }
    };
    let mut members = Vec::new();
    for at in 0..archive.len() {
        let (name, content) = match archive.by_index(at) {
            Ok(file) => {
                let name = file
                    .name()
                    .map_or_else(|_| format!("member {at}"), |name| name.replace('\\', "/"));
                let hidden = name
                    .split('/')
                    .any(|part| part.starts_with('.') || part == "__MACOSX");
                if file.is_dir() || hidden {
                    continue;
                }
                let packed = file.compressed_size();
                (name, bounded(file, packed))
            }
            Err(why) => (
                format!("member {at}"),
                Err(format!("cannot be unpacked: {why}")),
            ),
        };
        members.push(Member { name, content });
        if members.len() == MEMBERS && at + 1 < archive.len() {
            members.push(Member {
                name: String::new(),
                content: Err(format!(
                    "more than {MEMBERS} files in one archive; the rest is not read"
                )),
            });
            break;
        }
    }
    members
}

/// Whether the members of a workbook stay inside the limits by what the archive says of them.
pub(crate) fn workbook_fits(bytes: &[u8]) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return true;
    };
    (0..archive.len()).all(|at| {
        archive.by_index_raw(at).is_ok_and(|file| {
            file.size() <= SIZE
                && (file.size() <= FREE || file.size() / RATIO <= file.compressed_size())
        })
    })
}

fn bounded(mut reader: impl Read, packed: u64) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return Ok(content),
            Ok(read) => content.extend_from_slice(&chunk[..read]),
            Err(why) => return Err(format!("cannot be unpacked: {why}")),
        }
        let size = content.len() as u64;
        if size > SIZE {
            return Err(format!("unpacks to more than {} GiB; not read", SIZE >> 30));
        }
        if size > FREE && size / RATIO > packed {
            return Err(format!(
                "grows more than {RATIO} times when unpacked, as archive bombs do; not read"
            ));
        }
    }
}
