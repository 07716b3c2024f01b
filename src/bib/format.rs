//! The formats that are read, by the names `source.format` carries.

use std::fmt;

macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $extensions:expr;)+) => {
        /// A format of search exports.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Format { $($(#[$doc])* $variant,)+ }

        impl Format {
            /// Every format.
            pub const ALL: &[Format] = &[$(Format::$variant,)+];

            /// The name, such as `ris`.
            pub const fn name(self) -> &'static str {
                match self { $(Format::$variant => $name,)+ }
            }

            /// File name extensions that promise this format, lower case; none where any would do.
            pub const fn extensions(self) -> &'static [&'static str] {
                match self { $(Format::$variant => &$extensions,)+ }
            }
        }
    };
}

formats! {
    /// RIS of any platform.
    Ris = "ris", ["ris", "txt"];
    /// MEDLINE tagged, as PubMed and ERIC write it.
    Nbib = "nbib", ["nbib", "txt", "medline"];
    /// PubMed XML.
    PubmedXml = "pubmed-xml", ["xml"];
    /// PubMed's table.
    PubmedCsv = "pubmed-csv", ["csv"];
    /// PubMed's numbered citations without tags.
    PubmedSummary = "pubmed-summary", ["txt"];
    /// Ovid tagged text.
    Ovid = "ovid-tagged", ["txt", "ovd", "cit"];
    /// Web of Science tagged text.
    WosTagged = "wos-tagged", ["txt", "ciw", "isi"];
    /// Web of Science tab-delimited.
    WosTab = "wos-tab", ["txt", "tsv", "xls"];
    /// EndNote XML.
    EndnoteXml = "endnote-xml", ["xml"];
    /// refer and EndNote tagged (`%A`).
    Refer = "refer-enw", ["enw", "ref", "txt"];
    /// RefWorks tagged.
    Refworks = "refworks-tagged", ["txt"];
    /// NoteExpress (`{Title}: …`), as CNKI and Wanfang write it.
    NoteExpress = "noteexpress", ["net", "txt"];
    /// CNKI's key and value lines (E-Study and others).
    CnkiKeyValue = "cnki-keyvalue", ["txt", "eln"];
    /// References numbered after GB/T 7714, as CNKI and Wanfang offer them first.
    Gbt7714 = "gbt7714", ["txt"];
    /// CSSCI text.
    Cssci = "cssci", ["txt"];
    /// SinoMed text.
    Sinomed = "sinomed", ["txt"];
    /// Cochrane Library text.
    CochraneText = "cochrane-txt", ["txt"];
    /// BibTeX and BibLaTeX.
    Bibtex = "bibtex", ["bib", "bibtex", "txt"];
    /// CSL-JSON, and CrossRef's answers.
    CslJson = "csl-json", ["json"];
    /// OpenAlex works.
    OpenAlexJson = "openalex-json", ["json"];
    /// Zotero RDF.
    ZoteroRdf = "zotero-rdf", ["rdf", "xml"];
    /// ClinicalTrials.gov table.
    CtgovCsv = "ctgov-csv", ["csv"];
    /// ClinicalTrials.gov studies as JSON.
    CtgovJson = "ctgov-json", ["json"];
    /// WHO ICTRP XML.
    IctrpXml = "ictrp-xml", ["xml"];
    /// WHO ICTRP table.
    IctrpCsv = "ictrp-csv", ["csv"];
    /// A table with commas or semicolons.
    Csv = "csv", ["csv", "txt"];
    /// A table with tabs.
    Tsv = "tsv", ["tsv", "txt", "xls"];
    /// A workbook.
    Xlsx = "xlsx", ["xlsx", "xls", "ods", "xlsm"];
    /// JSON Lines as `review import` writes them.
    ReviewJsonl = "review-jsonl", ["jsonl", "ndjson", "json"];
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.name() == text)
            .ok_or_else(|| {
                let names: Vec<_> = Self::ALL.iter().map(|format| format.name()).collect();
                format!("unknown format `{text}`; one of {}", names.join(", "))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_reads_its_own_name() {
        for format in Format::ALL {
            assert_eq!(format.name().parse::<Format>(), Ok(*format));
        }
    }
}
