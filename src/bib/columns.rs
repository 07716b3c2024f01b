//! What the columns of a table mean, by the headers databases and tools give them.

use super::fields::Field;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// A field of one value.
    One(Field),
    /// Names.
    Authors,
    /// A date or year.
    Year,
    /// A text with a DOI.
    Doi,
    /// A PubMed identifier.
    Pmid,
    /// A serial or book number.
    Serial,
    /// First page or article number.
    Start,
    /// Last page.
    End,
    /// Words of the keeper of the table.
    Note,
    /// Words side by side.
    Keywords,
    /// Registration of a trial.
    Trial,
    /// The database's own number.
    Accession,
    /// An id given by the keeper of the table.
    Id,
    /// What a table this program wrote says beyond its cells.
    Corrections,
}

impl Column {
    /// Whether a nought there is what tools write for nothing.
    pub(crate) fn counts_from_one(self) -> bool {
        matches!(
            self,
            Self::Start | Self::End | Self::One(Field::Volume | Field::Issue | Field::Pages)
        )
    }
}

/// A header in lower case, with each run of other signs as one blank.
pub(crate) fn normal(header: &str) -> String {
    let mut plain = String::with_capacity(header.len());
    for c in header.chars() {
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// What a header means, with its rank among headers of the same meaning.
#[rustfmt::skip]
pub(crate) fn known(header: &str) -> Option<(Column, u8)> {
    use Column::{Accession, Authors, Doi, End, Id, Keywords, Note, One, Pmid, Serial, Start, Trial, Year};
    if let Some(field) = header.strip_prefix("review:") {
        return by_field(field).map(|column| (column, 0));
    }
    let name = normal(header);
    Some(match name.as_str() {
        "title" | "article title" | "ti" | "title primary" | "document title" | "study title" | "item title" | "scientific title"
            | "primary title" | "publication title full" | "题名" | "标题" | "篇名" | "title 题名" => (One(Field::Title), 1),
        "title of article" | "paper title" | "display name" | "t1" | "name" | "titel" | "titre" | "título" | "titulo" | "titolo" | "タイトル" | "論文名" | "題目" | "標題" | "題名" | "篇名 标题" | "论文题名" | "论文标题" | "文献标题" | "제목" | "논문명" | "заглавие" | "название" | "bibtitle" | "title article" | "reference title" | "citation title" | "full title" | "record title" => (One(Field::Title), 2),
        "public title" | "brief title" | "book title" | "original title" => (One(Field::Title), 3),
        "authors" | "author" | "author s" | "author names" | "authors primary" | "au" | "creators" | "作者" | "authorships raw author name"
            | "author list" | "auteurs" | "autores" | "autor" | "autoren" | "auteur" | "autori" | "autore" | "verfasser" | "著者" | "著者名" | "作者姓名" | "저자" | "저자명" | "авторы" | "автор" | "author names s" | "authors names" | "author name" | "all authors" | "creator" => (Authors, 2),
        "authorships author display name" | "a1" => (Authors, 1),
        "author full names" | "full author names" | "af" | "first author" | "book authors" | "group authors" => (Authors, 5),
        "year" | "publication year" | "published year" | "pub year" | "py" | "year of publication" | "publicationyear" | "yr" | "年" | "年份"
            | "jahr" | "année" | "año" | "ano" | "anno" | "annee" | "anio" | "jaar" | "rok" | "erscheinungsjahr" | "publikationsjahr" | "année de publication" | "año de publicación" | "ano de publicação" | "pubyear" | "date year" | "発行年" | "出版年" | "发表年份" | "發表年份" | "출판년도" | "발행년도" | "연도" | "год" => (Year, 1),
        "publication date" | "date of publication" | "date" | "start date" | "date published" | "date registration3" | "published" | "da" | "y1"
            | "pubdate" | "发表时间" | "publicationdate" | "pub date" | "出版时间" | "出版日期" | "发表日期" | "发布时间" | "刊出日期" | "datum" | "fecha" => (Year, 2),
        "date registration" | "early access date" | "online date" | "create date" | "created" => (Year, 3),
        "journal" | "source title" | "journal title" | "publication title" | "journal book" | "periodical full" | "jf" | "jo" | "so"
            | "container title" | "刊名" | "来源" | "文献来源" | "primary location source display name" | "zeitschrift" | "revue" | "revista" | "rivista" | "periódico" | "tijdschrift" | "zeitschriftentitel" | "titre de la revue" | "titre du périodique" | "雑誌名" | "誌名" | "期刊" | "期刊名" | "期刊名称" | "期刊名稱" | "刊物名称" | "刊名 期刊" | "学术期刊" | "학술지" | "학술지명" | "журнал" | "pubtitle" | "venue" | "publicationtitle" | "host title" | "journal full title" | "full journal title" | "journal full name" => (One(Field::Journal), 1),
        "publication" | "journal name" | "secondary title" | "full journal" | "t2" | "source" | "container" | "title secondary" => (One(Field::Journal), 3),
        "journal abbreviation" | "periodical abbrev" | "abbreviated source title" | "journal iso abbreviation" | "ja" | "j9" | "ji" => (One(Field::Journal), 4),
        "volume" | "vol" | "vl" | "biblio volume" | "卷" | "band" | "jahrgang" | "tome" | "volumen" | "volume number" | "卷号" | "卷次" | "巻" | "권" | "том" => (One(Field::Volume), 1),
        "issue" | "issue number" | "number" | "is" | "no" | "biblio issue" | "期" | "heft" | "ausgabe" | "numéro" | "numero" | "número" | "nummer" | "fascicolo" | "fascículo" | "期号" | "期次" | "号" | "號" | "호" | "номер" | "issue no" => (One(Field::Issue), 1),
        "pages" | "page" | "page range" | "pg" | "page numbers" | "页码" | "页" | "seiten" | "páginas" | "paginas" | "pagine" | "pagination" | "页次" | "起止页" | "起止页码" | "頁" | "頁碼" | "頁次" | "ページ" | "페이지" | "страницы" | "pages s" | "pp" | "bibpages" => (One(Field::Pages), 1),
        "page start" | "start page" | "first page" | "bp" | "sp" | "biblio first page" | "startpage" | "firstpage" | "page from" | "beginning page" | "first page number" | "startseite" | "起始页" | "起始页码" | "開始ページ" => (Start, 1),
        "art no" | "article number" | "article no" | "ar" | "c7" => (Start, 2),
        "page end" | "end page" | "last page" | "ep" | "biblio last page" | "other pages" | "endpage" | "lastpage" | "page to" | "ending page" | "last page number" | "endseite" | "结束页" | "终止页码" | "終了ページ" => (End, 1),
        "doi" | "di" | "do" | "article doi" | "digital object identifier" | "book doi" | "electronic resource num" | "digitalobjectidentifier" | "doi number" | "doi url" | "doi s" | "doi 号" | "doi号" | "doi编号" => (Doi, 1),
        "doi link" | "ids doi" => (Doi, 2),
        "pmid" | "pubmed id" | "medline pmid" | "pubmedid" | "pm" | "pubmed" | "ids pmid" | "pubmed identifier" | "pubmed pmid" | "pmid number" | "medline id" | "pubmed number" => (Pmid, 1),
        "issn" | "issn isbn" | "sn" | "issns" | "serial number" | "isbn issn" | "issn l" | "primary location source issn l" => (Serial, 1),
        "eissn" | "electronic issn" | "ei" => (Serial, 2),
        "isbn" | "bn" | "isbns" => (One(Field::Isbn), 1),
        "abstract" | "ab" | "abstract note" | "brief summary" | "摘要" | "summary" | "zusammenfassung" | "résumé" | "resumen" | "n2" | "resumo" | "riassunto" | "samenvatting" | "抄録" | "要旨" | "中文摘要" | "文摘" | "内容摘要" | "초록" | "аннотация" | "abstract text" | "abstracttext" | "description abstract" => (One(Field::Abstract), 1),
        "keywords" | "author keywords" | "kw" | "subjects" | "de" | "关键词" | "keyword" | "key words" | "schlagwörter" | "schlagworte" | "stichwörter" | "mots clés" | "palabras clave" | "palavras chave" | "parole chiave" | "关键字" | "中文关键词" | "關鍵詞" | "關鍵字" | "キーワード" | "키워드" | "ключевые слова" | "author keyword" | "manual tags" | "conditions" => (Keywords, 1),
        "index keywords" | "keywords plus" | "mesh terms" | "subject terms" | "condition" => (Keywords, 2),
        "language" | "article language" | "language of original document" | "output language" | "la" | "语言" | "sprache" | "idioma" | "langue" | "lingua" | "语种" | "語言" | "言語" | "언어" | "язык" => (One(Field::Language), 1),
        "url" | "link" | "links" | "study url" | "external url" | "ur" | "web address" | "urls" | "plink" | "full text link" | "source urls"
            | "primary location landing page url" => (One(Field::Url), 1),
        "embase link" | "medline link" | "pdf link" | "article url" => (One(Field::Url), 2),
        "nct number" | "trial id" | "trialid" | "trial registration" | "registration number" | "main id" | "注册号" | "trial number" | "eudract number" | "isrctn" => (Trial, 1),
        "clinical trial numbers" | "trial registration number" | "nct id" => (Trial, 2),
        "database" | "source database" | "source register" | "db" | "longdbname" | "datenbank" | "base de datos" | "base de données" | "数据库" | "来源库" | "資料庫" | "src database" => (One(Field::Database), 1),
        "data source" | "database provider" | "search source" => (One(Field::Database), 2),
        "type" | "publication type" | "document type" | "reference type" | "item type" | "doctype" | "study type" | "ty" | "dt" | "rt" | "category"
            | "文献类型" | "dokumenttyp" | "documenttype" | "articletype" | "type de document" | "tipo de documento" | "document type s" => (One(Field::Kind), 1),
        "accession number" | "eid" | "accessionnumber" | "ut unique wos id" | "ut unique id" | "embase accession id" | "lens id" | "ut" | "an" => (Accession, 1),
        "pui" => (Accession, 2),
        "extra" | "notes" | "note" => (Note, 1),
        "review" if header == "review" => (Column::Corrections, 1),
        "id" | "record id" | "recordid" => (Id, 1),
        _ => return None,
    })
}

/// The column a mapping of the caller names by our own field names.
pub(crate) fn by_field(field: &str) -> Option<Column> {
    Some(match field {
        "authors" => Column::Authors,
        "year" => Column::Year,
        "doi" => Column::Doi,
        "pmid" => Column::Pmid,
        "issn" => Column::Serial,
        "keywords" => Column::Keywords,
        "trial_id" => Column::Trial,
        "id" => Column::Id,
        "start_page" => Column::Start,
        "end_page" => Column::End,
        "accession" => Column::Accession,
        name => Column::One(*Field::ALL.iter().find(|field| field.name() == name)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_any_case_and_with_any_signs() {
        for header in ["Article Title", "ARTICLE_TITLE", "\u{feff}Title", " title "] {
            assert_eq!(
                known(header).map(|(column, _)| column),
                Some(Column::One(Field::Title))
            );
        }
        assert_eq!(
            known("Author(s)").map(|(column, _)| column),
            Some(Column::Authors)
        );
        assert_eq!(known("score"), None);
    }
}
