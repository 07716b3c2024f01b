//! Records written for other tools: RIS, CSV, JSON Lines, CSL-JSON. What is written reads back as the same records.

use super::record::Record;

/// JSON Lines, one record a line, everything in it.
pub fn jsonl(records: &[Record]) -> String {
    let mut text = String::new();
    for record in records {
        push_jsonl(&mut text, record);
    }
    text
}

/// Adds one record as a line of JSON.
pub fn push_jsonl(text: &mut String, record: &Record) {
    if let Ok(line) = serde_json::to_string(record) {
        text.push_str(&line);
        text.push('\n');
    }
}
