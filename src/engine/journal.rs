//! A line a run in `.review/journal.jsonl`: when, what ran, why, how long. For people; nothing reads it back.

use super::files;
use super::run_report::RunReport;
use serde_json::json;
use std::path::Path;

/// Adds a run to the journal; failure costs only the note.
pub(super) fn note(root: &Path, report: &RunReport) {
    let stages: Vec<_> = report
        .stages
        .iter()
        .map(|stage| json!({"id": stage.id, "status": stage.status, "reasons": stage.reasons, "seconds": stage.seconds}))
        .collect();
    let line = json!({"at": jiff::Timestamp::now().to_string(), "stages": stages});
    let _ = files::append_line(&root.join(".review/journal.jsonl"), &line.to_string());
}
