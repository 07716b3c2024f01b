//! Laws that hold for every parser: no bytes make one panic, accounts add up, what is written reads back.

use proptest::prelude::*;
use review::bib::{self, Format, Naming, Options, Record, Source, write};
use std::collections::BTreeSet;

/// Pieces of real formats, so that random text gets past the first test of each parser.
const PIECES: [&str; 70] = [
    "TY  - JOUR\n",
    "ER  - \n",
    "TI  - A title\n",
    "AU  - Smith, J\n",
    "KW  - a; b\n",
    "C1  - review:{\"title\":1}\n",
    "PMID- 123\n",
    "OWN - NLM\n",
    "      more\n",
    "FAU - Smith, John\n",
    "LID - 10.1000/x [doi]\n",
    "<1. >\n",
    "Title\n",
    "  indented\n",
    "FN Clarivate\n",
    "PT J\n",
    "AU A\n   B\n",
    "ER\n",
    "EF\n",
    "%0 Book\n",
    "%T x\n",
    "%A y;z\n",
    "RT Journal\n",
    "A1 a;b\n",
    "{Reference Type}: x\n",
    "{Title}: y\n",
    "DataType: 1\n",
    "Title-题名: 甲\n",
    "【来源篇名】甲\n",
    "【年代卷期】2019,38(4):1-2\n",
    "-----\n",
    "Record #1 of 2\n",
    "AU: X Y\n",
    "@article{k,\n",
    "title = {a {b}},\n",
    "author = \"A and B\" # x\n",
    "}\n",
    "@string{x = {y}}\n",
    "1: A B. T. J. 2020;1:2.\n",
    "[1]甲,乙.题名[J].刊名,2016,24(08):1-2.\n",
    "【流水号】: 1\n",
    "【出处】: 刊名 2016;24(8):1-2\n",
    "Covidence #,Title,Notes,Tags\n",
    "PMID: 9\n",
    "<?xml version=\"1.0\"?>",
    "<PubmedArticleSet>",
    "<PubmedArticle>",
    "</PubmedArticle>",
    "<xml><records><record>",
    "<author><style>x</style></author>",
    "</record>",
    "<rdf:RDF><bib:Article rdf:about=\"#1\">",
    "&#xD;&amp;&nbsp;&x;",
    "<!DOCTYPE a [<!ENTITY x \"y\">]>",
    "<Trials_downloaded_from_ICTRP><Trial>",
    "</Trial>",
    "[{\"type\":\"book\",\"title\":\"x\"",
    "}]",
    ",\"issued\":{\"date-parts\":[[2020]]}",
    "{\"message\":{\"items\":[",
    "\"authorships\":[{\"author\":{\"display_name\":\"x\"}}]",
    "\"a\\u00e9\\\"\"",
    "title,authors,year,doi\n",
    "\"a\"\"b\",c,2020\n",
    "\"unclosed,x\n",
    "a;b;c\n",
    "\r",
    "\u{feff}",
    "\0",
    "Ã©\u{2028}",
];

fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
        1 => "[ -~]{0,20}\n".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn check(format: Option<Format>, bytes: &[u8]) {
    let options = Options {
        format,
        ..Options::default()
    };
    let mut records = Vec::new();
    let summary = bib::read_each("f.txt", bytes, &options, &mut |record| records.push(record));
    assert_eq!(
        summary.kept,
        records.len(),
        "every kept record is handed on"
    );
    let errors = summary
        .problems
        .iter()
        .filter(|problem| problem.severity == review::problem::Severity::Error)
        .count();
    assert!(
        errors >= summary.rejected,
        "every rejection is an error that is told"
    );
    assert!(
        summary.kept > 0 || errors > 0,
        "a file that gave nothing says so"
    );
    for record in &records {
        assert!(
            record.source.line <= record.source.end_line,
            "{:?}",
            record.source
        );
        for (name, line) in bib::lines(record) {
            assert!(line > 0, "{name} knows its line");
        }
    }
    if format != Some(Format::ReviewJsonl) {
        Naming::default().round(&mut [&mut records]);
        let ids: BTreeSet<_> = records.iter().map(|record| record.id.as_str()).collect();
        assert_eq!(ids.len(), records.len(), "ids are unique inside a file");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_a_parser_panic(bytes in fragments(), at in 0..Format::ALL.len()) {
        check(Some(Format::ALL[at]), &bytes);
        check(None, &bytes);
        let _ = bib::decisions::read("f", &bytes);
    }

    #[test]
    fn arbitrary_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0..Format::ALL.len()) {
        check(Some(Format::ALL[at]), &bytes);
        check(None, &bytes);
    }

    #[test]
    fn a_doi_normalised_twice_is_the_same(text in "\\PC{0,40}10\\.[0-9]{4}/\\PC{0,40}") {
        if let Some(once) = bib::doi::normalise(&text) {
            prop_assert_eq!(bib::doi::normalise(&once), Some(once));
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same(mut records in prop::collection::vec(record(), 1..6)) {
        for (at, record) in records.iter_mut().enumerate() {
            record.id = format!("rec-{at:016x}").as_str().into();
        }
        for (name, text) in [
            ("o.ris", write::ris(&records)),
            ("o.csv", write::csv(&records)),
            ("o.json", write::csl_json(&records)),
            ("o.jsonl", write::jsonl(&records)),
        ] {
            let format = match name { "o.ris" => Format::Ris, "o.csv" => Format::Csv, "o.json" => Format::CslJson, _ => Format::ReviewJsonl };
            let mut back = Vec::new();
            let options = Options { format: Some(format), ..Options::default() };
            bib::read_each(name, text.as_bytes(), &options, &mut |record| back.push(typed(record)));
            let want: Vec<_> = records.iter().cloned().map(typed).collect();
            prop_assert_eq!(back, want, "{}\n{}", name, text);
        }
    }
}

/// Only typed fields: where a record stood and its tags belong to the file it came from.
fn typed(mut record: Record) -> Record {
    record.tags = bib::Tags::new();
    record.source = Source::default();
    record
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop_oneof![
        "[A-Za-z ,;.:()\\-]{1,30}",
        "\\PC{1,20}",
        "[ \\t\\r\\n\"'{}=|,;<>&a-zé]{1,15}",
        prop::sample::select(vec![
            "NA",
            "null",
            "10.1000/x",
            "PMID: 1",
            "ER  - ",
            "TY  - JOUR",
            "a; b",
            "pp 1-2",
            "1-2",
            "Smith and Jones",
            "=\"1\""
        ])
        .prop_map(str::to_owned),
    ])
}

fn record() -> impl Strategy<Value = Record> {
    let list = || prop::collection::vec(text().prop_map(Option::unwrap_or_default), 0..4);
    (
        prop::collection::vec(text(), 16),
        list(),
        list(),
        prop::option::of(-50..3000_i32),
    )
        .prop_map(|(mut texts, authors, keywords, year)| {
            let mut next = || texts.pop().flatten();
            let mut record = Record::empty(Source::default());
            record.kind = next();
            record.title = next();
            record.journal = next();
            record.volume = next();
            record.issue = next();
            record.pages = next();
            record.doi = next();
            record.pmid = next();
            record.issn = next();
            record.isbn = next();
            record.abstract_text = next();
            record.language = next();
            record.url = next();
            record.trial_id = next();
            record.database = next();
            record.authors = authors;
            record.keywords = keywords;
            record.year = year;
            record
        })
}
