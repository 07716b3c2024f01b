//! A review as one archive that proves itself: the same files give the same bytes, and a byte that was changed anywhere is found.
//!
//! The archive is a ZIP of one fixed form: members sorted by name and stored as they are, no times, one mode, no extra fields, the
//! digest of the manifest as the comment. The manifest lists the BLAKE3 of every other member as `b3sum` does. Whoever knows
//! the manifest's digest therefore knows every byte of the archive.

mod archive;
mod manifest;
mod name;

pub use manifest::{MANIFEST, Opened, Sealed, open_bundle, seal_bundle};

/// The member that says which program made the bundle, and of what.
pub const BUNDLE_FACTS: &str = "bundle.json";
