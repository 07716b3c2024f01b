//! What `bib::read` promises of containers, encodings, accounts, lines and identity.

use review::bib::{self, Format, Mapping};
use std::io::Write;

const RIS: &str = "TY  - JOUR\r\nTI  - First\r\nAU  - Smith, J\r\nPY  - 2020\r\nDO  - https://doi.org/10.1000/abc\r\nER  - \r\n\r\nTY  - JOUR\r\nTI  - Second\r\nER  - \r\n";

fn codes(import: &bib::Import) -> Vec<&str> {
    import
        .problems
        .iter()
        .map(|problem| &*problem.code)
        .collect()
}

#[test]
fn a_field_knows_the_line_of_the_tag_it_came_from() {
    let import = bib::read("a.ris", RIS.as_bytes());
    assert_eq!((import.read, import.kept, import.rejected), (2, 2, 0));
    let first = &import.records[0];
    assert_eq!(first.doi.as_deref(), Some("10.1000/abc"));
    assert_eq!((first.source.line, first.source.end_line), (1, 6));
    assert_eq!(
        bib::lines(first),
        [
            ("type", 1),
            ("title", 2),
            ("authors", 3),
            ("year", 4),
            ("doi", 5)
        ]
    );
    assert_eq!(import.records[1].source.line, 8);
}

#[test]
fn gzip_and_zip_are_opened_and_members_named() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(RIS.as_bytes()).unwrap();
    let import = bib::read("a.ris.gz", &gzip.finish().unwrap());
    assert_eq!((import.kept, import.format), (2, Some(Format::Ris)));
    let import = bib::read(
        "all.zip",
        &zipped(&[
            ("x/a.ris", RIS.as_bytes()),
            ("x/readme.html", b"<html><body>hi</body></html>"),
        ]),
    );
    assert_eq!(import.kept, 2);
    assert_eq!(import.records[0].source.file, "all.zip/x/a.ris");
    assert_eq!(codes(&import), ["bib::not-an-export"]);
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("a member can begin in memory");
        zip.write_all(content).expect("memory can be written");
    }
    zip.finish().expect("memory can be written").into_inner()
}

#[test]
fn a_zip_bomb_is_refused_and_the_next_file_still_read() {
    let bomb = vec![b' '; 40 << 20];
    let import = bib::read(
        "b.zip",
        &zipped(&[("bomb.ris", &bomb), ("a.ris", RIS.as_bytes())]),
    );
    assert_eq!(codes(&import), ["bib::archive"]);
    assert_eq!(import.kept, 2);
}

#[test]
fn an_xml_bomb_stays_small() {
    let mut bomb = String::from("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">");
    for i in 0..9 {
        let (name, inner) = (char::from(b'b' + i), char::from(b'a' + i));
        bomb.extend([
            "<!ENTITY ".to_owned(),
            name.to_string(),
            " \"".to_owned(),
            format!("&{inner};").repeat(8),
            "\">".to_owned(),
        ]);
    }
    bomb.push_str("]><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&j;</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>");
    let import = bib::read("bomb.xml", bomb.as_bytes());
    assert_eq!(import.records[0].title.as_deref(), Some("&j;"));
    assert!(codes(&import).contains(&"bib::entity"));
}

#[test]
fn what_is_no_export_is_said() {
    for (bytes, code) in [
        (&b""[..], "bib::not-an-export"),
        (
            b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>",
            "bib::not-an-export",
        ),
        (b"%PDF-1.7", "bib::not-an-export"),
        (
            b"Dear all, please find the search attached.",
            "bib::unknown-format",
        ),
    ] {
        let import = bib::read("a.ris", bytes);
        assert_eq!(import.kept, 0);
        assert_eq!(codes(&import), [code]);
    }
}

#[test]
fn a_mapping_reads_a_table_with_headers_of_its_own() {
    let mapping = Mapping {
        columns: [("Paper", "title"), ("Who", "authors"), ("When", "year")]
            .into_iter()
            .map(|(column, field)| (column.to_owned(), field.to_owned()))
            .collect(),
    };
    let import = bib::read_with(
        "a.csv",
        b"Nr,Paper,Who,When\n1,A title,Smith J; Jones A,2020\n",
        &mapping,
    );
    let record = &import.records[0];
    assert_eq!(record.title.as_deref(), Some("A title"));
    assert_eq!(record.authors, ["Smith J", "Jones A"]);
    assert_eq!(record.year, Some(2020));
    assert_eq!(bib::lines(record).len(), 3);
}

#[test]
fn an_id_survives_a_new_name_and_a_new_download() {
    let old = "TY  - JOUR\nTI  - A title\nAU  - Smith, J\nPY  - 2020\nN1  - Export Date: 1 May 2024; Cited By: 3\nER  - \n";
    let new = "\n\nTY  - JOUR\nAU  - Smith, J\nTI  - A Title.\nPY  - 2020\nN1  - Export Date: 2 June 2025; Cited By: 9\nER  - \n";
    let id = |name, text: &str| bib::read(name, text.as_bytes()).records[0].id.clone();
    assert_eq!(id("a.ris", old), id("b.ris", new));
    let twice = bib::read("c.ris", format!("{old}{old}").as_bytes());
    assert_eq!(
        twice.records[1].id.as_str(),
        format!("{}-2", twice.records[0].id)
    );
    assert_eq!(
        bib::identity::record_id(&twice.records[0]),
        twice.records[0].id
    );
}

#[test]
fn gb18030_noteexpress_keeps_names_and_title() {
    let text = "{Reference Type}: Journal Article\n{Title}: 超声引导下前锯肌平面阻滞对乳腺癌改良根治术术后肿瘤转移的影响\n{Author}: 江文杰;韩超;\n{Year}: 2020\n";
    let (bytes, ..) = encoding_rs::GB18030.encode(text);
    let import = bib::read("a.net", &bytes);
    assert_eq!(import.format, Some(Format::NoteExpress));
    assert_eq!(import.records[0].authors, ["江文杰", "韩超"]);
}

#[test]
fn a_broken_xml_record_is_left_out_and_the_next_one_read() {
    let text = "<PubmedArticleSet>\n<PubmedArticle><MedlineCitation><PMID>1</PMID></PubmedArticle>\n<PubmedArticle><MedlineCitation><PMID>2</PMID></MedlineCitation></PubmedArticle>\n</PubmedArticleSet>";
    let import = bib::read("a.xml", text.as_bytes());
    assert_eq!((import.read, import.kept, import.rejected), (2, 1, 1));
    assert_eq!(import.records[0].pmid.as_deref(), Some("2"));
    assert_eq!(
        import
            .problems
            .iter()
            .next()
            .unwrap()
            .to_string()
            .split(": ")
            .next(),
        Some("a.xml:2:47")
    );
}

#[test]
fn crossref_and_openalex_lists_give_each_work() {
    let crossref = br#"{"status":"ok","message":{"total-results":2,"items":[{"DOI":"10.1000/a","title":["A"],"author":[{"given":"J","family":"Smith"}],"type":"journal-article","issued":{"date-parts":[[2020,1]]}},{"DOI":"10.1000/b","title":["B"],"type":"journal-article"}]}}"#;
    let import = bib::read("a.json", crossref);
    assert_eq!((import.kept, import.format), (2, Some(Format::CslJson)));
    assert_eq!(import.records[0].authors, ["Smith, J"]);
    let openalex = br#"{"meta":{"count":1},"results":[{"id":"https://openalex.org/W1","title":null,"display_name":"B","authorships":[],"abstract_inverted_index":{"world":[1],"Hello":[0]}}]}"#;
    let import = bib::read("a.json", openalex);
    assert_eq!(
        import.records[0].abstract_text.as_deref(),
        Some("Hello world")
    );
}

#[test]
fn web_of_science_tab_delimited_is_read_by_its_tags() {
    let text = "PT\tAU\tTI\tSO\tPY\tDI\tUT\nJ\tSmith, J; Jones, A\tA title\tLANCET\t2020\t10.1000/x\tWOS:1\n";
    let import = bib::read("savedrecs.txt", text.as_bytes());
    assert_eq!(import.format, Some(Format::WosTab));
    assert_eq!(import.records[0].title.as_deref(), Some("A title"));
    assert_eq!(import.records[0].authors, ["Smith, J", "Jones, A"]);
}

#[test]
fn files_full_of_open_quotes_and_braces_are_read_in_one_go() {
    let started = std::time::Instant::now();
    let mut table = String::from("title,doi\n");
    table.push_str(&"\"a,b\n".repeat(100_000));
    assert_eq!(bib::read("a.csv", table.as_bytes()).read, 100_000);
    let entries = "@article{k,\n title = {open,\n".repeat(20_000);
    assert_eq!(bib::read("a.bib", entries.as_bytes()).read, 20_000);
    let articles = format!(
        "<PubmedArticleSet>{}",
        "<PubmedArticle><a></b>\n".repeat(20_000)
    );
    assert_eq!(bib::read("a.xml", articles.as_bytes()).read, 20_000);
    assert!(
        started.elapsed().as_secs() < 60,
        "no input makes reading quadratic"
    );
}
