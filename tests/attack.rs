//! Files made to harm: each is refused with a clear word, in time, and nothing outside of the project is touched.
//!
//! What else is held elsewhere: programs, caches and links of strangers in `tests/trust.rs`, archives in `tests/bundle.rs`, damaged
//! exports in `tests/import_damage.rs`, random bytes for every reader in `tests/random_bytes.rs`.

mod support;

use std::fmt::Write as _;
use std::time::{Duration, Instant};
use support::{Review, Run, mini};

/// A run has to be refused with exit code 2, within seconds, and by one of these codes.
#[track_caller]
fn refused(review: &Review, codes: &[&str]) -> Run {
    let start = Instant::now();
    let run = review.run();
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(run.exit, 2, "{run:#?}");
    let found = run.codes();
    assert!(codes.iter().any(|code| found.contains(code)), "{found:?}");
    run
}

#[test]
fn no_path_of_a_pipeline_leaves_the_project() {
    let stage =
        "  - { id: own, run: [cp, \"{in.a}\", \"{out.b}\"], in: { a: IN }, out: { b: OUT } }\n";
    for path in [
        "../x/a",
        "/etc/passwd",
        "a/../../b",
        "~/x",
        "C:/x",
        "\"a\\\\..\\\\b\"",
        "\"a/\\u0000b\"",
        "./../x",
    ] {
        for slot in ["IN", "OUT"] {
            let other = if slot == "IN" { "OUT" } else { "IN" };
            let stage = stage.replace(slot, path).replace(other, "data/a.txt/");
            let review = Review::pipeline(&stage, &[("data/a.txt", "a\n")]);
            refused(
                &review,
                &[
                    "config::bad-path",
                    "config::bad-edge",
                    "config::syntax",
                    "config::yaml",
                ],
            );
        }
    }
    let review = mini::review();
    review.replace(
        "pipeline.yaml",
        "settings: stages/pool/settings.yaml",
        "settings: ../../etc/hostname",
    );
    refused(&review, &["config::bad-path"]);
    review.replace(
        "pipeline.yaml",
        "protocol: data/protocol.yaml }\nstages",
        "protocol: /etc/hostname }\nstages",
    );
    refused(&review, &["config::bad-path"]);
}

#[test]
fn an_output_never_stands_where_the_program_keeps_its_own_things() {
    for path in [
        ".review/seal",
        ".review/run.lock",
        ".git/hooks/pre-commit",
        "pipeline.yaml",
        "pipeline.lock",
    ] {
        let stage = format!(
            "  - {{ id: own, run: [sh, -c, \"echo x > {{out.b}}\"], out: {{ b: {path} }} }}\n"
        );
        let review = Review::pipeline(&stage, &[]);
        let before = review.text("pipeline.yaml");
        refused(&review, &["config::output-of-the-program"]);
        assert_eq!(review.text("pipeline.yaml"), before);
    }
}

#[test]
fn yaml_that_grows_or_nests_without_end_is_refused_at_once() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..30 {
        let below = format!("*a{}", i - 1);
        writeln!(laughs, "a{i}: &a{i} [{}]", [below.as_str(); 9].join(", "))
            .expect("text in memory");
    }
    let bombs = [
        laughs,
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(50_000),
        "&a [*a]".to_owned(),
        "!!binary x".to_owned(),
        "a: ".to_owned() + &"\"".repeat(99_999),
        "x: |\n".to_owned() + &" ".repeat(9 << 20),
        "k: 1\n".repeat(100_000),
        "\u{0}".repeat(1000),
        "%YAML 9.9\n---\n".repeat(1000),
    ];
    for bomb in &bombs {
        for file in [
            "pipeline.yaml",
            "stages/pool/settings.yaml",
            "data/protocol.yaml",
            "data/searches/2026-01-15/searches.yaml",
        ] {
            let review = mini::review();
            if !review.exists(file) {
                continue;
            }
            review.write(file, bomb);
            let start = Instant::now();
            let run = review.run();
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "{file}: {:?}",
                start.elapsed()
            );
            assert_eq!(run.exit, 2, "{file}: {bomb:.60}: {run:#?}");
        }
    }
}

#[test]
fn templates_that_never_end_are_refused() {
    for text in [
        "{% include \"discussion.md.tera\" %}",
        "{% extends \"discussion.md.tera\" %}",
        "{% for i in range(end=99999999999) %}x{% endfor %}",
        "{% set r = range(end=100000) %}{% for a in r %}{% for b in r %}xxxxxxxxxxxxxxxx{% endfor %}{% endfor %}",
        "{% if true %}",
        "{{ 1 / 0 }}",
        "{{ 99999999999999999999999999999999999999999 * 99999999999999999999999999999999999999 }}",
    ] {
        let review = mini::whole();
        review.write("stages/report/templates/discussion.md.tera", text);
        let start = Instant::now();
        let run = review.run();
        assert!(
            start.elapsed() < Duration::from_mins(1),
            "{text}: {:?}",
            start.elapsed()
        );
        assert_ne!(run.exit, 0, "{text}: {run:#?}");
        assert!(
            run.json["problems"].to_string().contains("report::"),
            "{text}: {run:#?}"
        );
        assert!(!review.exists("reports/report.md"));
    }
    let deep = format!(
        "{}x{}",
        "{% if true %}".repeat(5000),
        "{% endif %}".repeat(5000)
    );
    let deeper = format!("{{{{ {}1{} }}}}", "(".repeat(50_000), ")".repeat(50_000));
    for text in [deep, deeper] {
        let review = mini::whole();
        review.write("stages/report/templates/discussion.md.tera", &text);
        let run = review.run();
        assert_ne!(run.exit, 0, "{run:#?}");
        assert!(
            run.json["problems"]
                .to_string()
                .contains("report::template"),
            "{run:#?}"
        );
    }
}

#[test]
fn huge_numbers_are_told_and_never_taken() {
    let huge = [
        "1e999",
        "-1e308",
        "99999999999999999999999999",
        "NaN",
        "inf",
        "0x7fffffffffffffff",
        "1e-320",
        "4294967297",
    ];
    for number in huge {
        let review = mini::review();
        review.replace(
            "data/extraction/outcomes.csv",
            "40,14.2,3.1,",
            &format!("{number},14.2,3.1,"),
        );
        let run = review.run();
        assert!(
            run.exit <= 2 && !run.codes().is_empty(),
            "{number}: {run:#?}"
        );
        for (path, bytes) in review.tree("reports/stages/pool") {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let mut cells = text.split([',', '\n']);
            assert!(
                !cells.any(|cell| matches!(cell, "NaN" | "inf" | "-inf")),
                "{number}: {path}: {text}"
            );
        }
    }
    for (old, new) in [
        ("level: 95", "level: 1e308"),
        ("level: 95", "level: -5"),
        ("correlation: 0.5", "correlation: 1e999"),
        ("correlation: 0.5", "correlation: .nan"),
    ] {
        let review = mini::review();
        review.replace("stages/pool/settings.yaml", old, new);
        let run = review.run();
        assert_ne!(run.exit, 0, "{new}: {run:#?}");
    }
    let stage =
        "  - { id: own, run: [true], timeout: 99999999999999999999h, out: { b: reports/b } }\n";
    refused(&Review::pipeline(stage, &[]), &["config::wrong-value"]);
}

#[test]
fn hostile_exports_end_in_a_word_and_in_time() {
    let exports = [
        "TY  - JOUR\n".repeat(10_000),
        format!("TY  - JOUR\nTI  - {}\nER  - \n", "a".repeat(4 << 20)),
        format!("TY  - JOUR\n{}ER  - \n", "AU  - A, B\n".repeat(100_000)),
        "\u{feff}".repeat(10_000),
        "ER  - \n".repeat(100_000),
        "PMID- 1\nTI  - a\n\n".to_owned() + &"AB  -\n".repeat(100_000),
        "@article{".repeat(100_000),
        "@article{a, title={".to_owned() + &"{".repeat(200_000),
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><records><record>&b;</record></records>".to_owned(),
        "<a>".repeat(100_000),
        "<?xml version=\"1.0\"?><!DOCTYPE x SYSTEM \"file:///etc/passwd\"><PubmedArticleSet/>".to_owned(),
        "\"a,b\n".repeat(50_000),
        "a,".repeat(500_000),
        "\u{0}\u{1}\u{2}".repeat(100_000),
    ];
    for export in &exports {
        let review = mini::review();
        let path = review
            .tree("data/searches")
            .into_keys()
            .find(|path| path.ends_with(".ris"));
        review.write(&path.expect("an export"), export);
        let start = Instant::now();
        let run = review.run();
        assert!(
            start.elapsed() < Duration::from_mins(2),
            "{:.40}: {:?}",
            export,
            start.elapsed()
        );
        assert!((0..=2).contains(&run.exit), "{run:#?}");
        assert!(!run.codes().is_empty(), "{export:.40}: {run:#?}");
    }
}

#[test]
fn a_hostile_cache_changes_no_byte_and_hangs_no_run() {
    let review = mini::review().built();
    let shown = review.tree("reports");
    let names: Vec<String> = review.tree(".review").into_keys().collect();
    let texts = [
        "",
        "{",
        "null",
        "[[[[",
        "\u{0}",
        "{\"version\":1,\"ingredients\":{},\"outputs\":[{\"port\":\"x\",\"artefact_type\":\"file\",\"path\":\"../../x\",\"digest\":\"0\",\"files\":{}}]}",
    ];
    for text in texts {
        for name in &names {
            if !name.contains("/blobs/") {
                review.write(name, text);
            }
        }
        let run = review.run();
        assert_eq!(run.exit, 0, "{text}: {run:#?}");
        assert_eq!(review.tree("reports"), shown, "{text}");
    }
    review.run().assert_nothing_happened();
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_hang_nobody() {
    for path in [
        "pipeline.yaml",
        "data/protocol.yaml",
        "data/extraction/outcomes.csv",
        "stages/pool/settings.yaml",
    ] {
        let review = mini::review();
        review.delete(path);
        let made = std::process::Command::new("mkfifo")
            .arg(review.path(path))
            .status();
        assert!(made.expect("it starts").success());
        let start = Instant::now();
        let run = review.run();
        assert!(start.elapsed() < Duration::from_secs(20), "{path}");
        assert_eq!(run.exit, 2, "{path}: {run:#?}");
    }
    let review = mini::review();
    review.delete("data/protocol.yaml");
    std::os::unix::fs::symlink("/dev/zero", review.path("data/protocol.yaml")).expect("linked");
    assert_eq!(review.run().exit, 2);
}

#[test]
fn a_hostile_lock_removes_nothing_and_writes_nothing_outside() {
    let outside = tempfile::tempdir().expect("a folder");
    let precious = outside.path().join("precious.txt");
    std::fs::File::create(&precious).expect("made");
    let digest = blake3::hash(b"").to_hex();
    let review = mini::review();
    let up = "../".repeat(20);
    let mut lock = String::new();
    for path in [
        precious.display().to_string(),
        format!("{up}{}", precious.display()),
        "data/protocol.yaml".to_owned(),
    ] {
        writeln!(lock, "gone output {digest} {path}").expect("text in memory");
    }
    writeln!(
        lock,
        "gone output {} data/protocol.yaml",
        blake3::hash(&review.bytes("data/protocol.yaml")).to_hex()
    )
    .expect("text in memory");
    review.write("pipeline.lock", &lock);
    let run = review.run();
    assert_eq!(run.exit, 0, "{run:#?}");
    assert!(precious.exists());
    assert!(
        review.exists("data/protocol.yaml"),
        "what stages read is no output to be removed"
    );
}
