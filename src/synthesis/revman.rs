//! The study data of every analysis as the data rows of Cochrane's data packages, which RevMan writes and reads.
//!
//! Columns and their meaning: Cochrane, RevMan knowledge base, "Data package specification", version 1, analysis data, data rows.
//! Columns that RevMan computes itself (weight, estimate, interval) are there and empty.

use crate::artefact::Sheet;

const COLUMNS: [&str; 24] = [
    "Analysis group",
    "Analysis number",
    "Analysis name",
    "Subgroup",
    "Applicability",
    "Study",
    "Study year",
    "GIV Mean",
    "GIV SE",
    "Experimental mean",
    "Experimental SD",
    "Experimental cases",
    "Experimental N",
    "Control mean",
    "Control SD",
    "Control cases",
    "Control N",
    "O-E",
    "Variance",
    "Weight",
    "Mean",
    "CI start",
    "CI end",
    "Footnotes",
];

/// What RevMan is given of an analysis: all its rows are of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DataType {
    /// Mean, SD and N of both arms.
    Continuous,
    /// Cases and N of both arms.
    Dichotomous,
    /// The estimate and its standard error, on the log scale for ratios.
    Giv,
}

/// One file an analysis that has effects: its name, such as `01-ee-change.csv`, and its text; in the order of the report.
pub fn revman_tables(analyses: &Sheet, effects: &Sheet) -> Vec<(String, String)> {
    let mut keys: Vec<&str> = analyses.rows.keys().collect();
    let order = |key: &str| {
        analyses
            .cell(key, "order")
            .and_then(|text| text.parse::<u32>().ok())
    };
    keys.sort_by_key(|key| order(key));
    let mut files = Vec::new();
    for (number, analysis) in keys.into_iter().enumerate() {
        let of_it = |key: &&str| effects.cell(key, "analysis") == Some(analysis);
        let rows: Vec<&str> = effects.rows.keys().filter(of_it).collect();
        if !rows.is_empty() {
            let name = format!("{:02}-{analysis}.csv", number + 1);
            files.push((name, table(analyses, effects, analysis, number + 1, &rows)));
        }
    }
    files
}

fn table(
    analyses: &Sheet,
    effects: &Sheet,
    analysis: &str,
    number: usize,
    rows: &[&str],
) -> String {
    let said = |column| analyses.cell(analysis, column).unwrap_or_default();
    let data_type = if said("dependence").is_empty() {
        data_type(said("measure"), said("body"), effects, rows)
    } else {
        DataType::Giv
    };
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut put = |cells: &[String]| {
        writer
            .write_record(cells)
            .expect("writing to memory cannot fail");
    };
    put(&COLUMNS.map(str::to_owned));
    for row in rows {
        let cell = |column: &str| effects.cell(row, column).unwrap_or_default();
        let of = |wanted: DataType, column: &str| {
            if data_type == wanted {
                plain(cell(column))
            } else {
                String::new()
            }
        };
        let both = |continuous: &str, dichotomous: &str| match data_type {
            DataType::Continuous => plain(cell(continuous)),
            DataType::Dichotomous => plain(cell(dichotomous)),
            DataType::Giv => String::new(),
        };
        let (mut study, year) = study_and_year(cell("label"));
        if !cell("part").is_empty() {
            study = format!("{study} ({})", cell("part"));
        }
        let note = if data_type == DataType::Giv {
            format!(
                "{} with its standard error{}",
                said("measure"),
                log_scale(said("measure"))
            )
        } else {
            String::new()
        };
        let again = if said("dependence").is_empty() {
            ""
        } else {
            "one of several effects of the same people, which RevMan would take as independent"
        };
        let note = [note.as_str(), again, cell("note")];
        let note: Vec<&str> = note.into_iter().filter(|part| !part.is_empty()).collect();
        put(&[
            "1".to_owned(),
            number.to_string(),
            said("title").to_owned(),
            cell("subgroup").to_owned(),
            String::new(),
            study,
            year,
            of(DataType::Giv, "yi"),
            of(DataType::Giv, "se"),
            of(DataType::Continuous, "mean1"),
            of(DataType::Continuous, "sd1"),
            of(DataType::Dichotomous, "events1"),
            both("n1", "total1"),
            of(DataType::Continuous, "mean2"),
            of(DataType::Continuous, "sd2"),
            of(DataType::Dichotomous, "events2"),
            both("n2", "total2"),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            note.join("; "),
        ]);
    }
    let bytes = writer.into_inner().expect("writing to memory cannot fail");
    String::from_utf8(bytes).expect("all cells are text")
}

/// Arms, where all rows have them and they tell the estimate with its sign; else the estimate itself.
fn data_type(measure: &str, body: &str, effects: &Sheet, rows: &[&str]) -> DataType {
    let number = |row: &str, column: &str| effects.cell(row, column)?.parse::<f64>().ok();
    let all_have = |columns: &[&str]| {
        rows.iter()
            .all(|row| columns.iter().all(|column| number(row, column).is_some()))
    };
    let agrees = |arm: &dyn Fn(&str, &str) -> Option<f64>| {
        rows.iter().all(|row| {
            let difference = arm(row, "1").zip(arm(row, "2")).map(|(a, b)| a - b);
            let sign = difference.zip(number(row, "yi")).map(|(d, y)| d * y);
            sign.is_some_and(|sign| sign >= 0.0)
        })
    };
    let mean = |row: &str, arm: &str| number(row, &format!("mean{arm}"));
    let risk = |row: &str, arm: &str| {
        Some(number(row, &format!("events{arm}"))? / number(row, &format!("total{arm}"))?)
    };
    let continuous = ["n1", "mean1", "sd1", "n2", "mean2", "sd2"];
    let dichotomous = ["events1", "total1", "events2", "total2"];
    // Arms of a clustered study are divided by the design effect before they are pooled; raw arms would tell too small an error.
    let divided = rows.iter().any(|row| number(row, "effective").is_some());
    // So are those that share a comparator: parts of people are no people.
    let shared = |row: &&&str| {
        ["n2", "total2", "events2"]
            .iter()
            .any(|column| number(row, column).is_some_and(|n| n.fract() != 0.0))
    };
    if body == "within" || divided || rows.iter().any(|row| shared(&row)) {
        DataType::Giv
    } else if matches!(measure, "MD" | "SMD") && all_have(&continuous) && agrees(&mean) {
        DataType::Continuous
    } else if matches!(measure, "RR" | "OR" | "RD") && all_have(&dichotomous) && agrees(&risk) {
        DataType::Dichotomous
    } else {
        DataType::Giv
    }
}

fn log_scale(measure: &str) -> &'static str {
    match measure {
        "RR" | "OR" | "HR" | "IRR" | "ROM" | "PETO" => ", on the log scale",
        _ => "",
    }
}

/// `18.0` as `18`.
fn plain(text: &str) -> String {
    text.strip_suffix(".0").unwrap_or(text).to_owned()
}

/// RevMan names a study by author and year, and has the year beside it.
fn study_and_year(label: &str) -> (String, String) {
    let year = label
        .split(|c: char| !c.is_ascii_digit())
        .find(|part| part.len() == 4);
    (label.to_owned(), year.unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANALYSES: &str = "\
key,order,title,measure,body
b,1,Second,RR,between
a,0,First,MD,between
w,2,Within,SMCR,within
none,3,Nothing,MD,between
";
    const EFFECTS: &str = "\
key,analysis,label,n1,mean1,sd1,n2,mean2,sd2,events1,total1,events2,total2,yi,se,subgroup,note
a|x,a,Adams 2011,18.0,-0.83,4.866,20.0,2.83,4.148,,,,,-3.66,1.5,,
b|x,b,Adams 2011,,,,,,,3.0,20.0,5.0,21.0,-0.46,0.66,women,
w|x,w,Baker 2012,30.0,10.0,2.0,30.0,12.0,2.5,,,,,-0.9,0.2,,one group
";

    fn sheet(text: &str) -> Sheet {
        Sheet::read("x.csv", text.as_bytes()).expect("a table")
    }

    fn row(text: &str) -> Vec<String> {
        let line = text.lines().nth(1).expect("a row");
        line.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn an_analysis_is_a_file_with_its_arms_or_else_its_estimates() {
        let files = revman_tables(&sheet(ANALYSES), &sheet(EFFECTS));
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["01-a.csv", "02-b.csv", "03-w.csv"]);
        let continuous = row(&files[0].1);
        assert_eq!(
            continuous[..7],
            ["1", "1", "First", "", "", "Adams 2011", "2011"]
        );
        assert_eq!(continuous[7..11], ["", "", "-0.83", "4.866"]);
        assert_eq!(continuous[12..15], ["18", "2.83", "4.148"]);
        let dichotomous = row(&files[1].1);
        assert_eq!(dichotomous[3], "women");
        assert_eq!(dichotomous[9..17], ["", "", "3", "20", "", "", "5", "21"]);
        let giv = row(&files[2].1);
        assert_eq!(giv[7..13], ["-0.9", "0.2", "", "", "", ""]);
        assert_eq!(giv[23], "SMCR with its standard error; one group");
    }

    /// Where a scale was turned, the arms as the paper has them would give the opposite sign.
    #[test]
    fn arms_that_would_turn_the_estimate_are_not_given() {
        let turned = EFFECTS.replace(",-3.66,1.5", ",3.66,1.5");
        let files = revman_tables(&sheet(ANALYSES), &sheet(&turned));
        assert_eq!(row(&files[0].1)[7..10], ["3.66", "1.5", ""]);
    }
}
