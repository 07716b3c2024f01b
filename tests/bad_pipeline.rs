//! Every message about a wrong `pipeline.yaml`, as a person sees it.

use review::cli::problems::render;
use review::config::{Entry, Files, KindSignature, Pipeline, Port, Takes, check};
use review::graph::Graph;
use review::path::RelPath;
use review::problem::Problems;

const fn port<'a>(name: &'a str, takes: Takes<'a>, required: bool) -> Port<'a> {
    Port {
        name,
        takes,
        required,
    }
}

const KINDS: &[KindSignature<'_>] = &[
    KindSignature {
        kind: "import",
        inputs: &[port("searches", Takes::Folder, true)],
        outputs: &[("records", "records"), ("records.places", "places")],
    },
    KindSignature {
        kind: "deduplicate",
        inputs: &[port("records", Takes::Artefact("records"), true)],
        outputs: &[("records", "records"), ("queue", "queue")],
    },
    KindSignature {
        kind: "extract",
        inputs: &[port("forms", Takes::FileOrFolder, true)],
        outputs: &[("outcomes", "outcomes")],
    },
    KindSignature {
        kind: "pool",
        inputs: &[
            port("outcomes", Takes::Artefact("outcomes"), true),
            port("bias", Takes::Artefact("bias"), false),
        ],
        outputs: &[("pooled", "pooled")],
    },
    KindSignature {
        kind: "cite",
        inputs: &[port("style", Takes::File, false)],
        outputs: &[],
    },
];

/// A project with a few files.
struct Project;

const FOLDERS: &[&str] = &["data", "data/searches", "data/extraction", "stages"];
const FILES: &[&str] = &[
    "data/protocol.yaml",
    "data/extraction/outcomes.csv",
    "README.md",
];

impl Files for Project {
    fn entry(&self, path: &RelPath) -> Option<Entry> {
        if FOLDERS.contains(&path.as_str()) {
            Some(Entry::Folder)
        } else {
            FILES.contains(&path.as_str()).then_some(Entry::File)
        }
    }

    fn names(&self, folder: Option<&RelPath>) -> Vec<String> {
        let all = FOLDERS.iter().chain(FILES);
        all.filter_map(|path| RelPath::parse(path).ok())
            .filter(|path| path.parent().as_ref() == folder)
            .map(|path| path.name().to_owned())
            .collect()
    }
}

/// Everything wrong with a pipeline.
fn problems(text: &str) -> Problems {
    let (pipeline, mut problems) = Pipeline::parse("pipeline.yaml", text);
    if let Some(pipeline) = pipeline {
        problems.append(check(&pipeline, KINDS, &Project));
        if let Err(cycles) = Graph::of(&pipeline) {
            problems.append(cycles);
        }
    }
    problems
}

fn messages(text: &str) -> String {
    render(&problems(text), &|_| Some(text.to_owned()), false)
}

/// A pipeline with these stages.
fn stages(stages: &str) -> String {
    messages(&format!(
        "version: 1\nreview: {{ title: Balint groups }}\nstages:\n{stages}"
    ))
}

#[test]
fn a_right_pipeline_has_no_problems() {
    let text = "\
- { id: import, uses: import, in: { searches: data/searches/ } }
- { id: deduplicate, uses: deduplicate, in: { records: import.records } }
- { id: extract, uses: extract, in: { forms: data/extraction/outcomes.csv } }
- { id: pool, uses: pool, in: { outcomes: extract.outcomes }, settings: { level: 95 } }
- { id: own, run: [Rscript, ./own.R, \"{in.pooled}\", \"{out.bias}\"], in: { pooled: pool.pooled }, out: { bias: { path: reports/bias.csv, type: bias } }, env: [HOME], timeout: 10m, optional: true }
- { id: pool-again, uses: pool, in: { outcomes: extract.outcomes, bias: own.bias } }
";
    assert_eq!(stages(text), "");
}

#[test]
fn a_pattern_that_is_read_without_its_folder_is_told() {
    let text = "- { id: own, foreach: data/*.txt, run: [cp, \"{out.y}\"], out: { y: \"reports/{each}.txt\" } }\n";
    let told = stages(text);
    assert!(told.starts_with("error[config::each-unknown]"), "{told}");
}

#[test]
fn a_foreach_that_makes_no_stages_is_told_where_it_stands() {
    insta::assert_snapshot!(stages("\
- { id: own, foreach: [a, a, \"B b\"], run: [cp, \"{in.x}\", \"{out.y}\"], in: { x: README.md/ }, out: { y: \"reports/{each}.txt\" } }
- { id: own-a, run: [cp, \"{out.z}\"], out: { z: reports/z.txt } }
- { id: none, foreach: [], run: [cp, \"{out.z}\"], out: { z: reports/none.txt } }
- { id: text, foreach: a, run: [cp, \"{out.z}\"], out: { z: reports/text.txt } }
- { id: same, foreach: [a, b], run: [cp, \"{out.z}\"], out: { z: reports/same.txt } }
- { id: pool, foreach: [a, b], uses: pool, in: { outcomes: extract.outcomes }, settings: { x: \"{each}\" } }
- { id: extract, uses: extract, in: { forms: data/extraction/outcomes.csv } }
"), @r##"
    error[config::each-twice]: `a` stands twice in `foreach`
     --> pipeline.yaml:4:27
      |
    4 | - { id: own, foreach: [a, a, "B b"], run: [cp, "{in.x}", "{out.y}"], in: { x: README.md/ }, out: { y: "reports/{each}.txt" } }
      |                           ^

    error[config::bad-name]: `B b` is not a name for a word of `foreach`
     --> pipeline.yaml:4:30
      |
    4 | - { id: own, foreach: [a, a, "B b"], run: [cp, "{in.x}", "{out.y}"], in: { x: README.md/ }, out: { y: "reports/{each}.txt" } }
      |                              ^^^^^
      |
      = help: lower-case letters, digits and hyphens: `b-b`

    error[config::each-of-nothing]: `foreach` names nothing
     --> pipeline.yaml:6:24
      |
    6 | - { id: none, foreach: [], run: [cp, "{out.z}"], out: { z: reports/none.txt } }
      |                        ^
      |
      = help: name at least one, or take the stage out

    error[config::wrong-value]: `foreach` has to be a list of names, such as `[sleep, falls]`, or a path with one `*` in its last part, such as `data/trials/*.csv`, found `a`
     --> pipeline.yaml:7:24
      |
    7 | - { id: text, foreach: a, run: [cp, "{out.z}"], out: { z: reports/text.txt } }
      |                        ^

    error[config::each-in-settings]: `{each}` is not replaced in settings that stand in the pipeline
     --> pipeline.yaml:9:90
      |
    9 | - { id: pool, foreach: [a, b], uses: pool, in: { outcomes: extract.outcomes }, settings: { x: "{each}" } }
      |                                                                                          ^
      |
      = help: give each its file: `settings: stages/{each}/settings.yaml`

    error[config::duplicate-stage]: two stages have the id `own-a`
     --> pipeline.yaml:5:9
      |
    4 | - { id: own, foreach: [a, a, "B b"], run: [cp, "{in.x}", "{out.y}"], in: { x: README.md/ }, out: { y: "reports/{each}.txt" } }
      |         --- first given here
    5 | - { id: own-a, run: [cp, "{out.z}"], out: { z: reports/z.txt } }
      |         ^^^^^ given again here
      |
      = help: give one of them another id

    error[config::output-twice]: two outputs would be written to `reports/same.txt`
     --> pipeline.yaml:8:64
      |
    8 | - { id: same, foreach: [a, b], run: [cp, "{out.z}"], out: { z: reports/same.txt } }
      |                                                                ^^^^^^^^^^^^^^^^
      |                                                                |
      |                                                                written here
      |                                                                and here
      |
      = help: `foreach` makes several of them: write `{each}` into the path
    "##);
}

#[test]
fn cycle_is_shown_as_a_path_with_the_place_of_each_edge() {
    insta::assert_snapshot!(stages("\
- { id: c, uses: deduplicate, in: { records: b.records } }
- { id: a, uses: deduplicate, in: { records: c.records } }
- { id: b, uses: deduplicate, in: { records: a.records } }
- { id: alone, uses: deduplicate, in: { records: alone.records } }
"), @r"
error[graph::cycle]: stages wait for each other: a → b → c → a
 --> pipeline.yaml:6:46
  |
4 | - { id: c, uses: deduplicate, in: { records: b.records } }
  |                                              --------- `c` takes from `b`
5 | - { id: a, uses: deduplicate, in: { records: c.records } }
  |                                              --------- `a` takes from `c`
6 | - { id: b, uses: deduplicate, in: { records: a.records } }
  |                                              ^^^^^^^^^ `b` takes from `a`
  |
  = help: remove one of these inputs

error[graph::cycle]: stages wait for each other: alone → alone
 --> pipeline.yaml:7:50
  |
7 | - { id: alone, uses: deduplicate, in: { records: alone.records } }
  |                                                  ^^^^^^^^^^^^^ `alone` takes from `alone`
  |
  = help: remove one of these inputs
");
}

#[test]
fn unknown_kind_names_the_nearest() {
    insta::assert_snapshot!(stages("- { id: import, uses: imprt, in: { searches: data/searches/ } }\n"), @r"
error[config::unknown-kind]: there is no kind of stage `imprt`
 --> pipeline.yaml:4:23
  |
4 | - { id: import, uses: imprt, in: { searches: data/searches/ } }
  |                       ^^^^^
  |
  = help: did you mean `import`?
");
}

#[test]
fn unknown_kind_without_a_near_one_lists_all() {
    insta::assert_snapshot!(stages("- { id: x, uses: meta-analysis }\n"), @r"
error[config::unknown-kind]: there is no kind of stage `meta-analysis`
 --> pipeline.yaml:4:18
  |
4 | - { id: x, uses: meta-analysis }
  |                  ^^^^^^^^^^^^^
  |
  = help: kinds: `import`, `deduplicate`, `extract`, `pool`, `cite`
");
}

#[test]
fn unknown_port_names_the_nearest() {
    insta::assert_snapshot!(stages("\
- id: import
  uses: import
  in:
    search: data/searches/
"), @r"
error[config::unknown-port]: kind `import` has no input `search`
 --> pipeline.yaml:7:5
  |
7 |     search: data/searches/
  |     ^^^^^^
  |
  = help: did you mean `searches`?

error[config::missing-input]: stage `import` lacks its input `searches`
 --> pipeline.yaml:5:9
  |
5 |   uses: import
  |         ^^^^^^ needs the path of a folder
  |
  = help: write `searches` for `search` under `in`
");
}

#[test]
fn unknown_stage_and_artefact_name_the_nearest() {
    insta::assert_snapshot!(stages("\
- { id: import, uses: import, in: { searches: data/searches/ } }
- { id: one, uses: deduplicate, in: { records: imports.records } }
- { id: two, uses: deduplicate, in: { records: import.record } }
- { id: three, uses: extract, in: { forms: outcomes.csv } }
"), @r"
error[config::unknown-stage]: there is no stage `imports`
 --> pipeline.yaml:5:48
  |
5 | - { id: one, uses: deduplicate, in: { records: imports.records } }
  |                                                ^^^^^^^^^^^^^^^
  |
  = help: did you mean `import`?

error[config::unknown-artefact]: stage `import` makes no `record`
 --> pipeline.yaml:6:48
  |
6 | - { id: two, uses: deduplicate, in: { records: import.record } }
  |                                                ^^^^^^^^^^^^^
  |
  = help: did you mean `records`?

error[config::unknown-stage]: there is no stage `outcomes`
 --> pipeline.yaml:7:44
  |
7 | - { id: three, uses: extract, in: { forms: outcomes.csv } }
  |                                            ^^^^^^^^^^^^
  |
  = help: stages: `import`, `one`, `two`, `three`; a file in the project's own folder is written `./outcomes.csv`
");
}

#[test]
fn wrong_edge_type_says_both_types_and_who_makes_the_wanted_one() {
    insta::assert_snapshot!(stages("\
- { id: import, uses: import, in: { searches: data/searches/ } }
- { id: extract, uses: extract, in: { forms: data/extraction/ } }
- { id: pool, uses: pool, in: { outcomes: import.records, bias: data/searches/ } }
- { id: again, uses: import, in: { searches: import.records } }
"), @r"
error[config::wrong-edge]: input `outcomes` takes `outcomes`, and `import.records` is `records`
 --> pipeline.yaml:6:43
  |
6 | - { id: pool, uses: pool, in: { outcomes: import.records, bias: data/searches/ } }
  |                                           ^^^^^^^^^^^^^^ not `outcomes`
  |
  = help: `outcomes` is made by `extract.outcomes`

error[config::wrong-edge]: input `bias` takes `bias`, and `data/searches` is a path
 --> pipeline.yaml:6:65
  |
6 | - { id: pool, uses: pool, in: { outcomes: import.records, bias: data/searches/ } }
  |                                                                 ^^^^^^^^^^^^^^ not `bias`
  |
  = help: no kind of stage makes `bias`

error[config::wrong-edge]: input `searches` takes the path of a folder, not an artefact
 --> pipeline.yaml:7:46
  |
7 | - { id: again, uses: import, in: { searches: import.records } }
  |                                              ^^^^^^^^^^^^^^ an artefact of a stage
  |
  = help: write a path, which has a `/` in it: `searches: data/…`
");
}

#[test]
fn missing_input_says_what_to_add() {
    insta::assert_snapshot!(stages("\
- { id: extract, uses: extract, in: { forms: data/extraction/ } }
- { id: pool, uses: pool }
"), @r"
error[config::missing-input]: stage `pool` lacks its input `outcomes`
 --> pipeline.yaml:5:21
  |
5 | - { id: pool, uses: pool }
  |                     ^^^^ needs `outcomes`
  |
  = help: add `outcomes: extract.outcomes` under `in`
");
}

#[test]
fn missing_file_names_the_nearest_existing_one() {
    insta::assert_snapshot!(stages("\
- { id: import, uses: import, in: { searches: data/serches/ } }
- { id: extract, uses: extract, in: { forms: data/extraction/outcome.csv } }
- { id: cite, uses: cite, in: { style: styles/apa.csl }, settings: stages }
- { id: other, uses: import, in: { searches: data/protocol.yaml } }
"), @r"
error[config::missing-file]: there is no file or folder `data/serches`
 --> pipeline.yaml:4:47
  |
4 | - { id: import, uses: import, in: { searches: data/serches/ } }
  |                                               ^^^^^^^^^^^^^
  |
  = help: did you mean `data/searches`?

error[config::missing-file]: there is no file or folder `data/extraction/outcome.csv`
 --> pipeline.yaml:5:46
  |
5 | - { id: extract, uses: extract, in: { forms: data/extraction/outcome.csv } }
  |                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `data/extraction/outcomes.csv`?

error[config::wrong-path]: `stages` is a folder, and a file is wanted
 --> pipeline.yaml:6:68
  |
6 | - { id: cite, uses: cite, in: { style: styles/apa.csl }, settings: stages }
  |                                                                    ^^^^^^

error[config::missing-file]: there is no file or folder `styles/apa.csl`
 --> pipeline.yaml:6:40
  |
6 | - { id: cite, uses: cite, in: { style: styles/apa.csl }, settings: stages }
  |                                        ^^^^^^^^^^^^^^
  |
  = help: did you mean `stages`?

error[config::wrong-path]: `data/protocol.yaml` is a file, and a folder is wanted
 --> pipeline.yaml:7:46
  |
7 | - { id: other, uses: import, in: { searches: data/protocol.yaml } }
  |                                              ^^^^^^^^^^^^^^^^^^
");
}

#[test]
fn duplicate_key_shows_both_places() {
    insta::assert_snapshot!(messages("version: 1\nreview: { title: a }\nreview: { title: b, title: c }\n"), @r"
error[config::duplicate-key]: key `review` is given twice
 --> pipeline.yaml:3:1
  |
2 | review: { title: a }
  | ------ first given here
3 | review: { title: b, title: c }
  | ^^^^^^ given again here
  |
  = help: keep one of the two

error[config::duplicate-key]: key `title` is given twice
 --> pipeline.yaml:3:21
  |
3 | review: { title: b, title: c }
  |           -----     ^^^^^ given again here
  |           |
  |           first given here
  |
  = help: keep one of the two
");
}

#[test]
fn hundred_levels_are_too_deep() {
    let text = format!(
        "version: 1\nreview: {}{}\n",
        "[".repeat(100),
        "]".repeat(100)
    );
    insta::assert_snapshot!(messages(&text), @r"
error[config::too-deep]: lists and mappings are nested deeper than 64 levels
 --> pipeline.yaml:2:72
  |
2 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]…
  |                                                              ^
  |
  = help: look for brackets that were never closed
");
}

#[test]
fn what_is_yaml_but_not_read_is_said_plainly() {
    insta::assert_snapshot!(messages("\
base: &base { title: a }
review: *base
other:
  <<: *base
tagged: !!str 1
[a, b]: c
"), @r"
error[config::anchor]: anchors (`&name`) are not read
 --> pipeline.yaml:1:7
  |
1 | base: &base { title: a }
  |       ^^^^^
  |
  = help: write the value out where it is used; text that begins with `&` needs quotes

error[config::alias]: aliases (`*name`) are not read
 --> pipeline.yaml:2:9
  |
2 | review: *base
  |         ^^^^^
  |
  = help: write the value out here; text that begins with `*` needs quotes

error[config::merge-key]: merge keys (`<<`) are not read
 --> pipeline.yaml:4:3
  |
4 |   <<: *base
  |   ^^
  |
  = help: write the merged keys out here

error[config::alias]: aliases (`*name`) are not read
 --> pipeline.yaml:4:7
  |
4 |   <<: *base
  |       ^^^^^
  |
  = help: write the value out here; text that begins with `*` needs quotes

error[config::tag]: tags (`!!str`) are not read
 --> pipeline.yaml:5:9
  |
5 | tagged: !!str 1
  |         ^^^^^
  |
  = help: remove the tag; text that begins with `!` needs quotes

error[config::key-not-text]: a key is a list or a mapping
 --> pipeline.yaml:6:1
  |
6 | [a, b]: c
  | ^
  |
  = help: a key is plain text; text that begins with `[` or `{` needs quotes
");
}

#[test]
fn second_document_is_refused() {
    insta::assert_snapshot!(messages("version: 1\n---\nversion: 1\n"), @r"
error[config::several-documents]: a second YAML document begins
 --> pipeline.yaml:2:1
  |
2 | ---
  | ^^^
  |
  = help: remove the line `---`, or keep the second document in a file of its own
");
}

#[test]
fn text_that_is_no_yaml_is_shown_where_it_breaks() {
    insta::assert_snapshot!(messages("version: 1\nreview: { title: a\nstages: []\n"), @r"
error[config::not-yaml]: this is not YAML: while parsing a flow mapping, did not find expected ',' or '}'
 --> pipeline.yaml:3:7
  |
3 | stages: []
  |       ^
  |
  = help: check indentation, brackets and quotes here and on the lines before; text with `: ` or ` #` in it needs quotes
");
}

#[test]
fn unknown_and_missing_keys_are_reported_together() {
    insta::assert_snapshot!(messages("\
version: 1
reviews: { titel: a }
review: { titel: a }
stages:
- { uses: import }
- { id: nothing }
- { id: both, uses: import, run: [a] }
- { id: pool, uses: pool, setings: {}, out: { x: reports/x } }
- not a mapping
"), @r#"
error[config::unknown-key]: unknown key `reviews` in the pipeline
 --> pipeline.yaml:2:1
  |
2 | reviews: { titel: a }
  | ^^^^^^^
  |
  = help: did you mean `review`?

error[config::unknown-key]: unknown key `titel` in `review`
 --> pipeline.yaml:3:11
  |
3 | review: { titel: a }
  |           ^^^^^
  |
  = help: did you mean `title`?

error[config::missing-key]: the review has no `title`
 --> pipeline.yaml:3:9
  |
3 | review: { titel: a }
  |         ^
  |
  = help: add `title: "…"`

error[config::missing-key]: a stage has no `id`
 --> pipeline.yaml:5:3
  |
5 | - { uses: import }
  |   ^
  |
  = help: add `id: <name>`, such as `id: pool`

error[config::missing-key]: stage `nothing` has neither `uses` nor `run`
 --> pipeline.yaml:6:3
  |
6 | - { id: nothing }
  |   ^
  |
  = help: add `uses: <kind>` for a built-in kind, or `run: [program, argument]`

error[config::uses-and-run]: stage `both` has both `uses` and `run`
 --> pipeline.yaml:7:29
  |
7 | - { id: both, uses: import, run: [a] }
  |               ----          ^^^ a program of your own
  |               |
  |               a built-in kind
  |
  = help: keep one of the two

error[config::unknown-key]: unknown key `setings` in stage `pool`
 --> pipeline.yaml:8:27
  |
8 | - { id: pool, uses: pool, setings: {}, out: { x: reports/x } }
  |                           ^^^^^^^
  |
  = help: did you mean `settings`?

error[config::wrong-value]: a stage has to be a mapping (`key: value`), found `not a mapping`
 --> pipeline.yaml:9:3
  |
9 | - not a mapping
  |   ^^^

error[config::unknown-artefact]: kind `pool` makes no `x`
 --> pipeline.yaml:8:50
  |
8 | - { id: pool, uses: pool, setings: {}, out: { x: reports/x } }
  |                                                  ^^^^^^^^^
  |
  = help: its artefacts: `pooled`

error[config::missing-input]: stage `pool` lacks its input `outcomes`
 --> pipeline.yaml:8:21
  |
8 | - { id: pool, uses: pool, setings: {}, out: { x: reports/x } }
  |                     ^^^^ needs `outcomes`
  |
  = help: add `outcomes: <stage>.<artefact>` under `in`
"#);
}

#[test]
fn bad_and_duplicate_names_are_reported() {
    insta::assert_snapshot!(stages("\
- { id: Risk of Bias, uses: extract, in: { forms: data/extraction/ } }
- { id: extract, uses: extract, in: { forms: data/extraction/ } }
- { id: extract, uses: extract, in: { forms: data/extraction/ } }
"), @r"
error[config::bad-name]: `Risk of Bias` is not a name for a stage
 --> pipeline.yaml:4:9
  |
4 | - { id: Risk of Bias, uses: extract, in: { forms: data/extraction/ } }
  |         ^^^^
  |
  = help: lower-case letters, digits and hyphens: `risk-of-bias`

error[config::duplicate-stage]: two stages have the id `extract`
 --> pipeline.yaml:6:9
  |
5 | - { id: extract, uses: extract, in: { forms: data/extraction/ } }
  |         ------- first given here
6 | - { id: extract, uses: extract, in: { forms: data/extraction/ } }
  |         ^^^^^^^ given again here
  |
  = help: give one of them another id
");
}

#[test]
fn paths_out_of_the_project_are_refused() {
    insta::assert_snapshot!(stages("\
- { id: a, uses: extract, in: { forms: /home/me/forms } }
- { id: b, uses: extract, in: { forms: ../forms/ } }
- { id: c, uses: extract, in: { forms: 'data\\forms' } }
- { id: d, uses: extract, in: { forms: outcomes } }
"), @r"
error[config::bad-path]: the path is absolute: `/home/me/forms`
 --> pipeline.yaml:4:40
  |
4 | - { id: a, uses: extract, in: { forms: /home/me/forms } }
  |                                        ^^^^^^^^^^^^^^
  |
  = help: copy the file into the project and write its path from there, such as `data/protocol.yaml`: others do not have your folders

error[config::bad-path]: the path holds `..`: `../forms/`
 --> pipeline.yaml:5:40
  |
5 | - { id: b, uses: extract, in: { forms: ../forms/ } }
  |                                        ^^^^^^^^^
  |
  = help: keep the file inside the project and write its path from the project's folder

error[config::bad-path]: the path holds a backslash: `data\forms`
 --> pipeline.yaml:6:40
  |
6 | - { id: c, uses: extract, in: { forms: 'data\forms' } }
  |                                        ^^^^^^^^^^^^
  |
  = help: write `/` between the parts, on Windows too

error[config::bad-edge]: input `forms` is neither `stage.artefact` nor a path: `outcomes`
 --> pipeline.yaml:7:40
  |
7 | - { id: d, uses: extract, in: { forms: outcomes } }
  |                                        ^^^^^^^^
  |
  = help: write `import.records` for an artefact of a stage; a path has a `/` in it: `./outcomes`
");
}

#[test]
fn command_stage_is_checked_before_it_runs() {
    insta::assert_snapshot!(stages("\
- { id: extract, uses: extract, in: { forms: data/extraction/ } }
- { id: a, run: [cat, \"{in.outcome}\", \"{out.text}\"], in: { outcomes: extract.outcomes }, out: { table: data/extraction/new.csv } }
- { id: b, run: cat x, timeout: 10, network: maybe }
- { id: c, run: [cat], out: { x: reports/a.txt } }
- { id: d, run: [cat], out: { x: ./reports/a.txt } }
"), @r#"
error[config::unknown-slot]: `{in.outcome}` names no input of this stage
 --> pipeline.yaml:5:23
  |
5 | - { id: a, run: [cat, "{in.outcome}", "{out.text}"], in: { outcomes: extract.outcomes }, out: { table: data/extraction/new.csv } }
  |                       ^^^^^^^^^^^^^^
  |
  = help: did you mean `outcomes`?

error[config::unknown-slot]: `{out.text}` names no output of this stage
 --> pipeline.yaml:5:39
  |
5 | - { id: a, run: [cat, "{in.outcome}", "{out.text}"], in: { outcomes: extract.outcomes }, out: { table: data/extraction/new.csv } }
  |                                       ^^^^^^^^^^^^
  |
  = help: outputs: `table`

error[config::wrong-value]: `timeout` has to be a whole number with a unit, such as `90s`, `10m` or `2h`, found `10`
 --> pipeline.yaml:6:33
  |
6 | - { id: b, run: cat x, timeout: 10, network: maybe }
  |                                 ^^

error[config::wrong-value]: `network` has to be `true` or `false`, found `maybe`
 --> pipeline.yaml:6:46
  |
6 | - { id: b, run: cat x, timeout: 10, network: maybe }
  |                                              ^^^^^

error[config::wrong-value]: `run` has to be a list of program and arguments, such as `[pandoc, "{in.report}"]`, found `cat x`
 --> pipeline.yaml:6:17
  |
6 | - { id: b, run: cat x, timeout: 10, network: maybe }
  |                 ^^^

error[config::output-over-input]: output `data/extraction/new.csv` would be written over an input
 --> pipeline.yaml:5:104
  |
4 | - { id: extract, uses: extract, in: { forms: data/extraction/ } }
  |                                              ---------------- read here
5 | - { id: a, run: [cat, "{in.outcome}", "{out.text}"], in: { outcomes: extract.outcomes }, out: { table: data/extraction/new.csv } }
  |                                                                                                        ^^^^^^^^^^^^^^^^^^^^^^^ written here
  |
  = help: write it below `reports/`

error[config::output-twice]: two outputs would be written to `reports/a.txt`
 --> pipeline.yaml:8:34
  |
7 | - { id: c, run: [cat], out: { x: reports/a.txt } }
  |                                  ------------- and here
8 | - { id: d, run: [cat], out: { x: ./reports/a.txt } }
  |                                  ^^^^^^^^^^^^^^^ written here
  |
  = help: give one of them another path
"#);
}

#[test]
fn version_of_a_later_program_stops() {
    insta::assert_snapshot!(messages("version: 2\nnovelty: 1\n"), @r"
error[config::version]: the pipeline is of version 2, and this program reads version 1
 --> pipeline.yaml:1:10
  |
1 | version: 2
  |          ^
  |
  = help: use a newer `review`
");
}

#[test]
fn empty_file_says_what_belongs_there() {
    insta::assert_snapshot!(messages(""), @r"
error[config::wrong-value]: the pipeline has to be a mapping (`key: value`), found nothing
 --> pipeline.yaml:1:1
  |
1 |
  | ^
");
}

#[test]
fn reading_a_folder_of_reports_by_path_is_refused() {
    insta::assert_snapshot!(stages("- { id: extract, uses: extract, in: { forms: reports/stages/a.csv } }\n"), @r"
error[config::reads-output]: `reports/stages/a.csv` is written by the program, and read by path
 --> pipeline.yaml:4:46
  |
4 | - { id: extract, uses: extract, in: { forms: reports/stages/a.csv } }
  |                                              ^^^^^^^^^^^^^^^^^^^^
  |
  = help: wire the artefact as `stage.artefact`, so that the stage that makes it runs first
");
}
