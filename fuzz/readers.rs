// Every function that reads bytes from outside, one a reader, with small true examples to begin from. Shared by the targets in
// `fuzz_targets/` and by `tests/random_bytes.rs`.

use review::artefact::{Address, Origin, Sheet};
use review::config::{Pipeline, yaml};
use review::stage::{InFile, Incoming, Received, Registry};

/// A reader: its name, the function, and what it is meant to read.
pub(crate) type Reader = (&'static str, fn(&[u8]), &'static [&'static [u8]]);

const RIS: &[u8] = b"TY  - JOUR\nAU  - Adams, Ruth\nPY  - 2011/03/04\nTI  - Walks and sleep\nJO  - J Inv Sleep\nVL  - 12\nSP  - 34\nEP  - 41\nDO  - 10.5555/jis.2011.34\nAB  - One line\n  and another\nKW  - sleep\nSN  - 1234-5678\nUR  - https://example.org/1\nER  - \n";
const NBIB: &[u8] = b"PMID- 123\nOWN - NLM\nDP  - 2014 Feb 3\nTI  - Walking before bed\n      improves sleep.\nFAU - Baker, Tom\nAU  - Baker T\nPT  - Journal Article\nJT  - Archives\nAID - 10.5555/x [doi]\nMH  - *Sleep\n\nPMID- 124\nTI  - Another\n";
const BIB: &[u8] = b"@article{adams2011,\n  author = {Adams, Ruth and {World Health Organization}},\n  title = {Walks and {S}leep: {\\\"U}ber \\'e},\n  journal = \"J Inv\",\n  year = 2011,\n  pages = {34--41},\n  month = mar # \"~\" # 4,\n}\n@string{a = \"b\"}\n@comment{x}\n";
const XML: &[u8] = b"<?xml version=\"1.0\"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><Title>J</Title><JournalIssue><PubDate><Year>2011</Year></PubDate></JournalIssue></Journal><ArticleTitle>A &amp; B</ArticleTitle><AuthorList><Author><LastName>Adams</LastName><ForeName>R</ForeName></Author></AuthorList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>";
const ENDNOTE_XML: &[u8] = b"<xml><records><record><ref-type name=\"Journal Article\">17</ref-type><contributors><authors><author><style>Adams, R.</style></author></authors></contributors><titles><title><style>Walks</style></title></titles><dates><year>2011</year></dates></record></records></xml>";
const EXPORT_CSV: &[u8] = b"Title,Authors,Year,DOI,Abstract\n\"Walks, and sleep\",\"Adams, R.; Baker, T.\",2011,10.5555/x,\"one\ntwo\"\n";
const WOS: &[u8] =
    b"FN Clarivate\nVR 1.0\nPT J\nAU Adams, R\n   Baker, T\nTI Walks\nPY 2011\nER\nEF\n";
const REFER: &[u8] = b"%0 Journal Article\n%A Adams, R.\n%T Walks\n%D 2011\n%R 10.5555/x\n\n";
const COCHRANE: &[u8] = b"Record #1 of 1\nID: CN-1\nAU: Adams R\nTI: Walks\nSO: J\nYR: 2011\n\n";
const VOTES: &[u8] = b"record,stage,decision,reason,at,note,doi\nrec-e077d4427f9a1d61,title-abstract,include,,2026-01-20T09:00:00Z,,10.5555/x\n";
const LINKS: &[u8] = b"study,label,record,primary,basis,by,at,doi\nadams-2011,Adams 2011,rec-e077d4427f9a1d61,yes,only report,reviewer-a,2026-01-22T09:00:00Z,10.5555/x\n";
const OUTCOMES: &[u8] = b"study,outcome,scale,time,kind,arm,group,n,mean,sd,events,total,source,reported,extractor,at\nadams-2011,sleep,psqi,end,post,walk,intervention,40,14.2,3.1,,,Table 2,14.2 (3.1),reviewer-a,2026-01-25T09:00:00Z\n";
const ANSWERS: &[u8] = b"study,result,tool,variant,question,answer,source,quote,at,note\nadams-2011,sleep,rob2,parallel-assignment,1.1,Y,Methods,drawn by lot,2026-01-26T09:00:00Z,\n";
const ROBVIS: &[u8] =
    b"Study,D1,D2,D3,D4,D5,Overall,Weight\nAdams 2011,Low,Some concerns,Low,High,Low,High,10\n";
const JUDGEMENTS: &[u8] = b"analysis,domain,proposed,final,reason,by,at,basis\nsleep,imprecision,1,2,few,reviewer-a,2026-01-26T09:00:00Z,\n";
const PIPELINE: &[u8] = b"version: 1\nreview: { title: Walks, protocol: data/protocol.yaml }\nstages:\n  - { id: import, uses: import, in: { searches: data/searches/ } }\n  - { id: own, foreach: [a, b], run: [cp, \"{in.r}\", \"{out.x}\", \"{{each}}\"], in: { r: import.records }, out: { x: \"reports/{each}.txt\" }, timeout: 2m }\n";
const PROTOCOL: &[u8] = b"version: 1\ntitle: Walks\neligibility:\n  population: { id: adults }\n  exclusion_reasons:\n    ordered:\n      - { code: wrong-design, text: no trial }\noutcomes:\n  - { id: sleep, name: Sleep, role: primary, registered: true, direction: higher-is-better }\nreviewers:\n  list:\n    - { id: reviewer-a, who: invented }\n";
const SEARCHES: &[u8] = b"version: 1\nround: \"2026-01-15\"\nsearches:\n  - { id: e, file: x.ris, format: ris, database: Embase, kind: database, date: \"2026-01-15\", query: q, hits: 1 }\n";
const TOOL: &[u8] = b"version: 1\nid: own\nname: Own\ndomains:\n  - id: d1\n    name: First\n    questions:\n      - { id: \"1.1\", text: Was it? }\n";
const ADDRESSES: &[u8] = b"pool/effects#ee|huang-2020/yi";
const ORIGINS: &[u8] = b"mean-difference(extract/outcomes#a|b/n; extract/outcomes#a|b/mean); sd: from-se(extract/outcomes#a|b/se)";
const PLACES: &[u8] = b"data/extraction/outcomes.xlsx!Huang2020!F14";

/// All of them.
pub(crate) const READERS: &[Reader] = &[
    ("ris", ris, &[RIS]),
    ("nbib", nbib, &[NBIB]),
    ("bibtex", bibtex, &[BIB]),
    ("xml", xml, &[XML, ENDNOTE_XML]),
    ("export_table", export_table, &[EXPORT_CSV]),
    ("export_workbook", export_workbook, &[b"PK\x03\x04"]),
    (
        "plain_export",
        plain_export,
        &[WOS, REFER, COCHRANE, RIS, NBIB],
    ),
    (
        "any_export",
        any_export,
        &[
            RIS,
            NBIB,
            BIB,
            XML,
            ENDNOTE_XML,
            EXPORT_CSV,
            WOS,
            REFER,
            COCHRANE,
        ],
    ),
    ("table", table, &[VOTES, EXPORT_CSV]),
    ("workbook", workbook, &[b"PK\x03\x04"]),
    ("yaml_tree", yaml_tree, &[PIPELINE, PROTOCOL, SEARCHES]),
    ("yaml_typed", yaml_typed, &[PROTOCOL, SEARCHES]),
    ("pipeline", pipeline, &[PIPELINE]),
    ("protocol", protocol, &[PROTOCOL]),
    ("tool", tool, &[TOOL]),
    ("searches_folder", searches_folder, &[SEARCHES]),
    ("votes", votes, &[VOTES, LINKS]),
    ("foreign_votes", foreign_votes, &[RIS, EXPORT_CSV]),
    ("forms", forms, &[OUTCOMES]),
    ("assessments", assessments, &[ANSWERS]),
    ("foreign_assessments", foreign_assessments, &[ROBVIS]),
    ("judgements", judgements, &[JUDGEMENTS]),
    ("bundle", bundle, &[b"PK\x03\x04\x0a\x00"]),
    ("sheet_csv", sheet_csv, &[VOTES, OUTCOMES]),
    (
        "sheet_jsonl",
        sheet_jsonl,
        &[b"{\"id\":\"a\",\"x\":[1,2]}\n{\"id\":\"b\"}\n"],
    ),
    (
        "sheet_json",
        sheet_json,
        &[b"{\"numbers\":[{\"address\":\"a/b#c/d\"}]}"],
    ),
    (
        "numbers",
        numbers,
        &[b"{\"report\":\"reports/report.md\",\"numbers\":[]}"],
    ),
    (
        "address",
        address,
        &[ADDRESSES, b"a/b#c\\|d/e", b"reports/report.md:18:3"],
    ),
    ("origin", origin, &[ORIGINS]),
    ("place", place, &[PLACES, b"a.csv:3:20"]),
    ("path", path, &[b"./data//searches/", b"a/../b"]),
    (
        "printed_number",
        printed_number,
        &[b"14.2", b"-0,53", b"<0.001", b"1 234"],
    ),
    ("when", when, &[b"2026-01-25T09:00:00Z", b"2026-01-25"]),
    ("decisions", decisions, &[VOTES, JUDGEMENTS]),
    ("form_cell", form_cell, &[OUTCOMES]),
    ("argument", argument, &[b"--a={in.a}:{out.b}{{in.a}}"]),
    ("reads_as", reads_as, &[b"0.123|0.12"]),
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Reads an export, whose account has to add up.
fn export(name: &str, bytes: &[u8]) {
    let import = review::bib::read(name, bytes);
    assert_eq!(import.read, import.kept + import.rejected);
    assert_eq!(import.kept, import.records.len());
}

pub(crate) fn ris(bytes: &[u8]) {
    export("x.ris", bytes);
}

pub(crate) fn nbib(bytes: &[u8]) {
    export("x.nbib", bytes);
}

pub(crate) fn bibtex(bytes: &[u8]) {
    export("x.bib", bytes);
}

pub(crate) fn xml(bytes: &[u8]) {
    export("x.xml", bytes);
}

pub(crate) fn export_table(bytes: &[u8]) {
    export("x.csv", bytes);
}

pub(crate) fn export_workbook(bytes: &[u8]) {
    export("x.xlsx", bytes);
}

pub(crate) fn plain_export(bytes: &[u8]) {
    export("x.txt", bytes);
}

pub(crate) fn any_export(bytes: &[u8]) {
    export("x", bytes);
}

const COLUMNS: review::table::Columns = review::table::Columns {
    required: &["record"],
    optional: &["stage", "decision"],
};

pub(crate) fn table(bytes: &[u8]) {
    review::table::read("x.csv", bytes, COLUMNS);
    review::table::split(&text(bytes));
}

pub(crate) fn workbook(bytes: &[u8]) {
    let _ = review::table::read_workbook("x.xlsx", bytes);
    review::table::read("x.xlsx", bytes, COLUMNS);
}

pub(crate) fn yaml_tree(bytes: &[u8]) {
    let _ = yaml::parse("x.yaml", &text(bytes));
}

pub(crate) fn yaml_typed(bytes: &[u8]) {
    let _ = yaml::from_str::<serde_json::Value>("x.yaml", &text(bytes));
}

pub(crate) fn pipeline(bytes: &[u8]) {
    let (pipeline, problems) = Pipeline::parse("pipeline.yaml", &text(bytes));
    if let Some(pipeline) = pipeline.filter(|_| !problems.has_errors()) {
        let _ = review::graph::Graph::of(&pipeline);
        let paths = pipeline.stages.iter().flat_map(|stage| stage.out.values());
        for output in paths {
            assert!(!output.path.as_str().split('/').any(|part| part == ".."));
        }
    }
}

pub(crate) fn protocol(bytes: &[u8]) {
    let _ = yaml::from_str::<review::protocol::Protocol>("x.yaml", &text(bytes));
}

pub(crate) fn tool(bytes: &[u8]) {
    let _ = review::rob::Tool::read("x.yaml", &text(bytes));
}

/// Lets a kind of stage look at a file that people keep.
fn looked_at(kind: &str, port: &str, path: &str, bytes: &[u8]) {
    let registry = Registry::built_in();
    let stage = registry.get(kind).expect("a kind that is built in");
    let settings = stage.settings(None).unwrap_or_default();
    let mut incoming = Incoming::default();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let file = InFile {
        path: path.to_owned(),
        bytes: bytes.to_vec(),
    };
    let received = Received {
        stage: String::new(),
        artefact: String::new(),
        path: folder.to_owned(),
        kept: Vec::new(),
        files: vec![file],
    };
    incoming.ports.insert(port.to_owned(), vec![received]);
    stage.check(&settings, &incoming);
}

pub(crate) fn searches_folder(bytes: &[u8]) {
    looked_at("import", "searches", "data/searches/r/searches.yaml", bytes);
}

pub(crate) fn votes(bytes: &[u8]) {
    for name in ["reviewer-a.csv", "studies.csv", "adjudication.csv"] {
        looked_at(
            "screen",
            "decisions",
            &format!("data/screening/{name}"),
            bytes,
        );
    }
}

pub(crate) fn foreign_votes(bytes: &[u8]) {
    for name in ["rayyan.csv", "covidence.ris", "x.xlsx"] {
        looked_at(
            "screen",
            "decisions",
            &format!("data/screening/imported/{name}"),
            bytes,
        );
    }
}

pub(crate) fn forms(bytes: &[u8]) {
    for name in [
        "outcomes.csv",
        "statistics.csv",
        "studies.csv",
        "adjudication.csv",
        "accepted.csv",
        "scales.yaml",
        "x.xlsx",
    ] {
        looked_at(
            "extract",
            "forms",
            &format!("data/extraction/{name}"),
            bytes,
        );
    }
}

pub(crate) fn assessments(bytes: &[u8]) {
    for name in ["reviewer-a.csv", "adjudication.csv", "overrides.csv"] {
        looked_at(
            "risk-of-bias",
            "assessments",
            &format!("data/risk-of-bias/{name}"),
            bytes,
        );
    }
}

pub(crate) fn foreign_assessments(bytes: &[u8]) {
    for name in [
        "imported/robvis.csv",
        "imported/rob2.xlsx",
        "tools/own.yaml",
    ] {
        looked_at(
            "risk-of-bias",
            "assessments",
            &format!("data/risk-of-bias/{name}"),
            bytes,
        );
    }
}

pub(crate) fn judgements(bytes: &[u8]) {
    looked_at("grade", "judgements", "data/grade/judgements.csv", bytes);
}

pub(crate) fn bundle(bytes: &[u8]) {
    let _ = review::provenance::open_bundle("x.zip", bytes);
}

pub(crate) fn sheet_csv(bytes: &[u8]) {
    let _ = Sheet::read("x.csv", bytes);
}

pub(crate) fn sheet_jsonl(bytes: &[u8]) {
    let _ = Sheet::read("x.jsonl", bytes);
}

pub(crate) fn sheet_json(bytes: &[u8]) {
    let _ = Sheet::read("x.json", bytes);
}

pub(crate) fn numbers(bytes: &[u8]) {
    let _ = serde_json::from_slice::<review::provenance::Numbers>(bytes);
}

pub(crate) fn address(bytes: &[u8]) {
    if let Ok(address) = text(bytes).parse::<Address>() {
        assert_eq!(
            address.to_string().parse::<Address>().as_ref(),
            Ok(&address)
        );
    }
}

pub(crate) fn origin(bytes: &[u8]) {
    if let Ok(origin) = text(bytes).parse::<Origin>() {
        assert_eq!(origin.to_string().parse::<Origin>().as_ref(), Ok(&origin));
    }
}

pub(crate) fn place(bytes: &[u8]) {
    let _ = text(bytes).parse::<review::place::Place>();
}

pub(crate) fn path(bytes: &[u8]) {
    if let Ok(path) = review::path::RelPath::parse(&text(bytes)) {
        let path = path.as_str();
        assert!(
            !path.is_empty()
                && !path.starts_with('/')
                && path.split('/').all(|part| part != ".." && part != ".")
        );
    }
}

pub(crate) fn printed_number(bytes: &[u8]) {
    let _ = review::extraction::Printed::read(&text(bytes));
}

pub(crate) fn when(bytes: &[u8]) {
    let _ = review::table::When::parse(&text(bytes));
}

pub(crate) fn decisions(bytes: &[u8]) {
    review::provenance::decisions_in("x.csv", bytes);
    review::provenance::deciders_in("x.csv", bytes);
}

pub(crate) fn form_cell(bytes: &[u8]) {
    let text = text(bytes);
    for line in 0..4 {
        review::provenance::cell_at(&text, line, 20);
        review::provenance::rows_alike(&text, line, &["study".to_owned(), "outcome".to_owned()]);
        let _ = review::provenance::with_cell(&text, &[line], "mean", "1,\"2");
    }
}

pub(crate) fn argument(bytes: &[u8]) {
    let argument = review::config::Argument::parse(&text(bytes), review::place::Place::file("x"));
    let filled = argument.fill(ToString::to_string);
    assert!(filled.len() <= bytes.len() * 3);
}

pub(crate) fn reads_as(bytes: &[u8]) {
    let text = text(bytes);
    let (value, printed) = text.split_once('|').unwrap_or((&text, ""));
    review::report::reads_as(value, printed);
}
