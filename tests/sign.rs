//! A signature on the lock stands for one state of the review and one person, and for no other.

#![cfg(unix)]
#![expect(
    clippy::print_stderr,
    reason = "a test that could not be made has to say so"
)]

mod support;

use std::process::{Command, Stdio};
use support::{Review, mini};

/// A built review with a key beside it and the list that allows it; nothing where OpenSSH is not installed, which is said.
fn with_key() -> Option<(Review, tempfile::TempDir, String)> {
    let keys = tempfile::tempdir().expect("a folder");
    let key = keys.path().join("id");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"])
        .arg(&key)
        .stdin(Stdio::null())
        .status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("ssh-keygen is not installed: signatures were not tested");
        return None;
    }
    let review = mini::whole().built();
    let public = std::process::Command::new("cat")
        .arg(keys.path().join("id.pub"))
        .output()
        .expect("the public key");
    let public = String::from_utf8(public.stdout).expect("text");
    review.write("allowed-signers", &format!("jane@example.org {public}"));
    let allowed = review
        .path("allowed-signers")
        .to_string_lossy()
        .into_owned();
    Some((review, keys, allowed))
}

fn sign(review: &Review, keys: &tempfile::TempDir, name: &str) -> i32 {
    let key = keys.path().join("id");
    let called = review.call(&["sign", "--key", &key.to_string_lossy(), name]);
    called.exit
}

#[test]
fn a_signed_review_says_by_whom_and_an_unsigned_one_that_nobody_did() {
    let Some((review, keys, allowed)) = with_key() else {
        return;
    };
    let unsigned = review.call(&["audit", "--verify", &allowed]);
    assert_eq!(unsigned.exit, 4, "{unsigned:#?}");
    assert!(unsigned.err.contains("audit::unsigned"), "{}", unsigned.err);
    assert_eq!(sign(&review, &keys, "jane@example.org"), 0);
    let signed = review.call(&["audit", "--verify", &allowed]);
    assert_eq!(signed.exit, 0, "{signed:#?}");
    assert!(
        signed.out.contains("signed by jane@example.org\n"),
        "{}",
        signed.out
    );
}

#[test]
fn a_signature_of_another_state_or_under_another_name_does_not_hold() {
    let Some((review, keys, allowed)) = with_key() else {
        return;
    };
    assert_eq!(sign(&review, &keys, "john@example.org"), 0);
    let told = review.call(&["audit", "--verify", &allowed]);
    assert_eq!(told.exit, 4, "{told:#?}");
    assert!(
        told.err.contains("audit::bad-signature") && told.err.contains("john@example.org"),
        "{}",
        told.err
    );
    review.delete("signatures/john@example.org.sig");
    assert_eq!(sign(&review, &keys, "jane@example.org"), 0);
    review.write("data/new.md", "Later.\n");
    assert_eq!(review.run().exit, 0);
    let told = review.call(&["audit", "--verify", &allowed]);
    assert_eq!(told.exit, 4, "{told:#?}");
    assert!(told.err.contains("audit::bad-signature"), "{}", told.err);
}

#[test]
fn nobody_signs_what_differs_and_no_name_leads_out_of_the_folder() {
    let Some((review, keys, _)) = with_key() else {
        return;
    };
    for name in ["../jane", "a/b", ".jane"] {
        assert_eq!(sign(&review, &keys, name), 2, "{name}");
    }
    review.flip("reports/report.md");
    assert_eq!(sign(&review, &keys, "jane@example.org"), 4);
    assert!(!review.exists("signatures"));
}
