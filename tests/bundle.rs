//! A bundle proves itself: the same review gives the same bytes, every byte that was changed is found and named, and an archive
//! that somebody made to do harm is refused before anything is unpacked.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests are the person who keeps the files"
)]

mod support;

use review::provenance::{open_bundle, seal_bundle};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use support::{Review, mini};
use tempfile::TempDir;

/// A folder in which there is no review: another machine.
struct Elsewhere(TempDir);

impl Elsewhere {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn with(bytes: &[u8]) -> Self {
        let elsewhere = Self::new();
        std::fs::write(elsewhere.file(), bytes).expect("written");
        elsewhere
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("review.zip")
    }

    /// `review audit review.zip` there, with temporary folders there too.
    fn audit(&self, more: &[&str]) -> Told {
        let temporary = self.0.path().join("temporary");
        std::fs::create_dir_all(&temporary).expect("a folder");
        let output = Command::new(env!("CARGO_BIN_EXE_review"))
            .args(["audit", "review.zip"])
            .args(more)
            .current_dir(self.0.path())
            .env("TMPDIR", &temporary)
            .env_remove("CI")
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        let mut left: Vec<String> = std::fs::read_dir(self.0.path())
            .expect("a folder")
            .chain(std::fs::read_dir(&temporary).expect("a folder"))
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        left.sort();
        assert_eq!(left, ["review.zip", "temporary"], "nothing is left behind");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Told {
            exit: output.status.code().expect("it was not killed"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

#[derive(Debug)]
struct Told {
    exit: i32,
    out: String,
    err: String,
}

/// The bundle of a review, and the digest that was printed.
fn bundled(review: &Review) -> (Vec<u8>, String) {
    let elsewhere = Elsewhere::new();
    let called = review.call(&[
        "bundle",
        "--json",
        "-o",
        &elsewhere.file().to_string_lossy(),
    ]);
    assert_eq!(called.exit, 0, "{called:#?}");
    let digest = called.json()["digest"]
        .as_str()
        .expect("a digest")
        .to_owned();
    (std::fs::read(elsewhere.file()).expect("written"), digest)
}

fn codes(bytes: &[u8]) -> Vec<String> {
    let found = open_bundle("review.zip", bytes).expect_err("something is wrong");
    found
        .iter()
        .map(|problem| problem.code.to_string())
        .collect()
}

#[test]
fn the_same_review_gives_the_same_bytes_wherever_and_whenever() {
    let (one, digest) = bundled(&mini::whole().built());
    let other = mini::whole().built();
    other.touch("data/screening/reviewer-a.csv");
    std::fs::remove_dir_all(other.path(".review")).expect("the cache goes");
    assert!((one, digest) == bundled(&other));
}

#[test]
fn another_person_audits_a_bundle_elsewhere_down_to_a_rebuild() {
    let (bytes, digest) = bundled(&mini::whole().built());
    let elsewhere = Elsewhere::with(&bytes);
    let told = elsewhere.audit(&["--recompute", "--digest", &digest]);
    assert_eq!(told.exit, 0, "{told:#?}");
    assert!(
        told.out.contains(&format!("digest {digest}: as quoted")),
        "{}",
        told.out
    );
    assert!(told.out.contains("numbers fully traced"), "{}", told.out);
    assert!(
        told.out
            .contains("come again from the inputs, byte for byte"),
        "{}",
        told.out
    );
    assert!(
        told.out.ends_with("whole: nothing differs\n"),
        "{}",
        told.out
    );
    let json: serde_json::Value =
        serde_json::from_str(&elsewhere.audit(&["--json"]).out).expect("JSON");
    assert_eq!(json["whole"], true);
    assert_eq!(json["bundle"]["digest"], digest.as_str());
    assert_eq!(json["numbers"]["all"], json["numbers"]["traced"]);
}

#[test]
fn other_programs_read_the_archive_and_its_manifest() {
    let (bytes, digest) = bundled(&mini::whole().built());
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes[..])).expect("a ZIP");
    let mut read = |name: &str| {
        let mut content = Vec::new();
        let mut member = archive.by_name(name).expect("a member");
        std::io::Read::read_to_end(&mut member, &mut content).expect("read");
        content
    };
    let manifest = read("MANIFEST.blake3");
    assert_eq!(blake3::hash(&manifest).to_hex().to_string(), digest);
    let manifest = String::from_utf8(manifest).expect("text");
    for line in manifest.lines() {
        let (digest, name) = line.split_once("  ").expect("a digest and a name");
        assert_eq!(
            blake3::hash(&read(name)).to_hex().to_string(),
            digest,
            "{name}"
        );
    }
    for name in [
        "pipeline.lock",
        "pipeline.yaml",
        "data/protocol.yaml",
        "reports/report.md",
        "ro-crate-metadata.json",
        "bundle.json",
    ] {
        assert!(
            manifest
                .lines()
                .any(|line| line.ends_with(&format!("  {name}"))),
            "{name}"
        );
    }
    assert!(!manifest.contains(".review"), "the cache stays at home");
}

/// Which bytes of an archive are whose: header and content, and line of the directory, as another program reads them.
fn owners(bytes: &[u8]) -> Vec<(Range<usize>, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
    let at = |number: u64| usize::try_from(number).expect("a small archive");
    let mut owners = Vec::new();
    for i in 0..archive.len() {
        let member = archive.by_index(i).expect("a member");
        let name = member.name().expect("text").into_owned();
        let start = at(member.data_start().expect("its place"));
        owners.push((
            at(member.header_start())..start + at(member.size()),
            name.clone(),
        ));
        let line = at(member.central_header_start());
        owners.push((line..line + 46 + name.len(), name));
    }
    owners
}

/// `SplitMix64` (Steele, Lea and Flood 2014), so that a failure can be looked at again.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const SEED: u64 = 20_260_714;

/// Changes one byte and says how the finding fails to name it, if it does.
fn unnamed(
    bytes: &mut [u8],
    owners: &[(Range<usize>, String)],
    at: usize,
    mask: u8,
) -> Option<String> {
    bytes[at] ^= mask;
    let found = open_bundle("review.zip", bytes).map(|_| ());
    bytes[at] ^= mask;
    let owner = owners.iter().find(|(range, _)| range.contains(&at));
    let wanted = owner.map_or("", |(_, name)| name.as_str());
    match found {
        Ok(()) => Some(format!("byte {at} ^ {mask}: not found, in {wanted:?}")),
        Err(found) => {
            let titles: Vec<&str> = found.iter().map(|problem| problem.title.as_str()).collect();
            let titles = titles.join("\n");
            let named = if wanted.is_empty() {
                titles.contains("end record") || titles.contains("comment")
            } else {
                titles.contains(wanted)
            };
            (!named).then(|| format!("byte {at} ^ {mask}: {wanted:?} is not named in: {titles}"))
        }
    }
}

#[test]
fn a_thousand_bytes_changed_at_random_are_all_found_and_named() {
    let (mut bytes, _) = bundled(&mini::whole().built());
    let owners = owners(&bytes);
    let mut state = SEED;
    let mut failed = Vec::new();
    for _ in 0..1000 {
        let at = usize::try_from(next(&mut state) % bytes.len() as u64).expect("in the archive");
        let mask = u8::try_from(next(&mut state) % 255 + 1).expect("1 to 255");
        failed.extend(unnamed(&mut bytes, &owners, at, mask));
    }
    assert!(failed.is_empty(), "seed {SEED}: {failed:#?}");
    assert!(
        open_bundle("review.zip", &bytes).is_ok(),
        "put back, it is whole"
    );
}

/// Random places rarely meet the headers, so here every byte of a small archive is changed in every bit.
#[test]
fn every_bit_of_a_small_archive_is_watched() {
    let (mut bytes, _) = small();
    let owners = owners(&bytes);
    let mut failed = Vec::new();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            failed.extend(unnamed(&mut bytes, &owners, at, 1 << bit));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {}: {:#?}",
        failed.len(),
        bytes.len() * 8,
        &failed[..failed.len().min(9)]
    );
}

#[test]
fn bytes_added_or_cut_anywhere_are_found() {
    let (bytes, _) = small();
    for at in 0..=bytes.len() {
        let mut longer = bytes.clone();
        longer.insert(at, 0);
        assert!(
            open_bundle("review.zip", &longer).is_err(),
            "a byte added at {at}"
        );
        assert!(
            at == bytes.len() || open_bundle("review.zip", &bytes[..at]).is_err(),
            "cut at {at}"
        );
    }
}

fn small() -> (Vec<u8>, String) {
    let members = BTreeMap::from([
        ("data/a.csv".to_owned(), b"a,b\n1,2\n".to_vec()),
        ("empty".to_owned(), Vec::new()),
        ("pipeline.yaml".to_owned(), b"version: 1\n".to_vec()),
    ]);
    let sealed = seal_bundle(members).expect("sealed");
    (sealed.bytes, sealed.digest.hex())
}

#[test]
fn the_program_names_what_was_changed_and_unpacks_nothing() {
    let (bytes, _) = bundled(&mini::whole().built());
    let find = |text: &[u8]| {
        bytes
            .windows(text.len())
            .rposition(|window| window == text)
            .expect("there")
    };
    for (at, code, named) in [
        (
            find(b"Walking is pleasant"),
            "bundle::changed-member",
            "discussion.md.tera",
        ),
        (
            find(b"PK\x01\x02") + 12,
            "bundle::structure",
            "discussion.md.tera",
        ),
        (bytes.len() - 70, "bundle::structure", "comment"),
    ] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let told = Elsewhere::with(&changed).audit(&[]);
        assert_eq!(told.exit, 4, "{told:#?}");
        assert!(
            told.err.contains(code) && told.err.contains(named),
            "{}",
            told.err
        );
        assert!(
            told.out.contains("not whole") && told.out.contains("nothing was unpacked"),
            "{}",
            told.out
        );
    }
}

/// Whoever changes a file and makes the manifest and the archive anew has another digest, and the audit finds the file all the same.
#[test]
fn a_bundle_made_again_around_a_changed_file_is_found_by_its_digest_and_by_the_audit() {
    let (bytes, digest) = bundled(&mini::whole().built());
    let opened = open_bundle("review.zip", &bytes).expect("whole");
    let mut members: BTreeMap<String, Vec<u8>> = opened
        .members
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
        .collect();
    members
        .get_mut("data/extraction/outcomes.csv")
        .expect("there")
        .push(b'\n');
    let forged = Elsewhere::with(&seal_bundle(members).expect("sealed").bytes);
    let told = forged.audit(&["--digest", &digest]);
    assert_eq!(told.exit, 4, "{told:#?}");
    assert!(told.err.contains("bundle::other-digest"), "{}", told.err);
    let told = forged.audit(&[]);
    assert_eq!(told.exit, 4, "{told:#?}");
    assert!(told.err.contains("audit::changed-input"), "{}", told.err);
    assert!(
        told.err.contains("data/extraction/outcomes.csv"),
        "{}",
        told.err
    );
}

#[test]
fn a_review_that_was_tampered_with_is_not_bundled() {
    let review = mini::whole().built();
    review.flip("reports/report.md");
    let elsewhere = Elsewhere::new();
    let called = review.call(&["bundle", "-o", &elsewhere.file().to_string_lossy()]);
    assert_eq!(called.exit, 4, "{called:#?}");
    assert!(called.err.contains("reports/report.md"), "{}", called.err);
    assert!(!elsewhere.file().exists());
}

/// A member as a hostile archive might have it.
struct Hostile<'a> {
    name: &'a [u8],
    content: &'a [u8],
    method: u16,
    size: u32,
    mode: u32,
}

fn plain(name: &[u8]) -> Hostile<'_> {
    Hostile {
        name,
        content: b"harm",
        method: 0,
        size: 4,
        mode: 0o100_644,
    }
}

/// An archive in the form of a bundle in all but what is hostile.
fn archive(members: &[Hostile<'_>]) -> Vec<u8> {
    let manifest = Hostile {
        content: b"",
        size: 0,
        ..plain(b"MANIFEST.blake3")
    };
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for member in [&manifest].into_iter().chain(members) {
        let offset = u32::try_from(bytes.len()).expect("small");
        let mut sum = flate2::Crc::new();
        sum.update(member.content);
        let length = u16::try_from(member.name.len()).expect("short");
        let mut common = Vec::new();
        for half in [10, 0x0800, member.method, 0, 0x21] {
            common.extend(half.to_le_bytes());
        }
        let packed = u32::try_from(member.content.len()).expect("small");
        for word in [sum.sum(), packed, member.size] {
            common.extend(word.to_le_bytes());
        }
        common.extend(length.to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(member.name);
        bytes.extend(member.content);
        directory.extend(b"PK\x01\x02");
        directory.extend(0x030a_u16.to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 6]);
        directory.extend((member.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(member.name);
    }
    let count = u16::try_from(members.len() + 1).expect("few");
    let start = u32::try_from(bytes.len()).expect("small");
    bytes.extend(&directory);
    let comment = format!(
        "review bundle 1, BLAKE3 of MANIFEST.blake3: {}",
        blake3::hash(b"").to_hex()
    );
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(u32::try_from(directory.len()).expect("small").to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend(u16::try_from(comment.len()).expect("short").to_le_bytes());
    bytes.extend(comment.as_bytes());
    bytes
}

#[test]
fn names_that_lead_out_of_the_folder_are_refused_and_nothing_is_written() {
    for name in [
        "../outside",
        "data/../../outside",
        "data/..",
        "/etc/outside",
        "C:/outside",
        "~/outside",
        "data\\outside",
        "data//outside",
        "./outside",
        "data/",
        "data/\nline",
        ".review/results/x.json",
        "data/.hidden",
        " outside",
    ] {
        let bytes = archive(&[plain(name.as_bytes())]);
        assert_eq!(codes(&bytes), ["bundle::unsafe-name"], "{name:?}");
        let told = Elsewhere::with(&bytes).audit(&[]);
        assert_eq!(told.exit, 4, "{told:#?}");
        assert!(told.err.contains("bundle::unsafe-name"), "{}", told.err);
    }
    assert_eq!(
        codes(&archive(&[plain(b"\xff\xfe")])),
        ["bundle::unsafe-name"]
    );
    let long = "x".repeat(2000);
    assert_eq!(
        codes(&archive(&[plain(long.as_bytes())])),
        ["bundle::unsafe-name"]
    );
}

#[test]
fn links_duplicates_clashes_bombs_and_great_counts_are_refused_by_their_own_word() {
    let link = Hostile {
        mode: 0o120_777,
        ..plain(b"data/link")
    };
    assert_eq!(codes(&archive(&[link])), ["bundle::link"]);
    assert_eq!(
        codes(&archive(&[plain(b"a"), plain(b"a")])),
        ["bundle::duplicate"]
    );
    let clash = codes(&archive(&[plain(b"a"), plain(b"a/b")]));
    assert!(
        clash.contains(&"bundle::name-clash".to_owned()),
        "{clash:?}"
    );
    let clash = codes(&archive(&[plain(b"Text"), plain(b"text")]));
    assert!(
        clash.contains(&"bundle::name-clash".to_owned()),
        "{clash:?}"
    );
    let bomb = Hostile {
        method: 8,
        size: u32::MAX,
        ..plain(b"bomb")
    };
    assert_eq!(codes(&archive(&[bomb])), ["bundle::packed"]);
    let lie = Hostile {
        size: u32::MAX,
        ..plain(b"lie")
    };
    assert_eq!(codes(&archive(&[lie])), ["bundle::structure"]);
    let mut many = archive(&[plain(b"a")]);
    let end = many.len() - 108 - 22;
    many[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
    assert_eq!(codes(&many), ["bundle::structure"]);
    assert_eq!(
        codes(&archive(&[plain(b"added")])),
        ["bundle::added-member"]
    );
    assert_eq!(codes(b"PK"), ["bundle::no-bundle"]);
    assert_eq!(codes(&[7; 4096]), ["bundle::no-bundle"]);
}

#[test]
fn an_archive_of_another_program_is_no_bundle() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer
        .start_file("pipeline.yaml", options)
        .expect("started");
    std::io::Write::write_all(&mut writer, &[b'x'; 4096]).expect("written");
    let bytes = writer.finish().expect("finished").into_inner();
    let told = Elsewhere::with(&bytes).audit(&[]);
    assert_eq!(told.exit, 4, "{told:#?}");
    assert!(told.err.contains("bundle::"), "{}", told.err);
    let told = Elsewhere::new().audit_missing();
    assert_eq!(told.exit, 2, "{told:#?}");
    assert!(told.err.contains("bundle::unreadable"), "{}", told.err);
}

impl Elsewhere {
    /// The same where there is no such file.
    fn audit_missing(&self) -> Told {
        let output = Command::new(env!("CARGO_BIN_EXE_review"))
            .args(["audit", "no.zip"])
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        Told {
            exit: output.status.code().expect("it was not killed"),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

#[cfg(unix)]
#[test]
fn programs_that_a_bundle_names_are_not_run_unless_asked() {
    let review = Review::pipeline(
        "  - { id: copy, run: [cp, \"{in.from}\", \"{out.to}\"], in: { from: data/a.txt }, out: { to: reports/a.txt } }\n",
        &[("data/a.txt", "a\n")],
    )
    .built();
    let (bytes, _) = bundled(&review);
    let elsewhere = Elsewhere::with(&bytes);
    assert_eq!(elsewhere.audit(&[]).exit, 0);
    let told = elsewhere.audit(&["--recompute"]);
    assert_eq!(told.exit, 4, "{told:#?}");
    assert!(
        told.err.contains("bundle::commands") && told.err.contains("cp "),
        "{}",
        told.err
    );
    let told = elsewhere.audit(&["--recompute", "--run-commands"]);
    assert_eq!(told.exit, 0, "{told:#?}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// What was put in comes out, and putting it in again gives the same bytes.
    #[test]
    fn a_bundle_reads_back_and_is_the_same_again(
        members in proptest::collection::btree_map("[a-z]{1,8}/[a-z]{1,8}\\.csv", proptest::collection::vec(proptest::num::u8::ANY, 0..200), 0..12)
    ) {
        let sealed = seal_bundle(members.clone()).expect("sealed");
        let opened = open_bundle("x.zip", &sealed.bytes).expect("whole");
        proptest::prop_assert_eq!(opened.digest, sealed.digest);
        for (name, bytes) in &members {
            proptest::prop_assert_eq!(opened.members[name.as_str()], &bytes[..]);
        }
        let again: BTreeMap<String, Vec<u8>> = opened.members.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        proptest::prop_assert_eq!(seal_bundle(again).expect("sealed").bytes, sealed.bytes);
    }

    /// No bytes make the reader panic.
    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
        proptest::prop_assert!(open_bundle("x.zip", &bytes).is_err());
    }
}
