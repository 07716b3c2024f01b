//! A line a run in `.review/journal.jsonl`: when, what ran, why, how long, what programs printed, and whether they could be kept
//! from the network. For people; nothing reads it back.

use super::files;
use super::run_report::RunReport;
use serde_json::json;
use std::path::Path;

/// Adds a run to the journal, with what was done about the network where programs ran; failure costs only the note.
pub(super) fn note(root: &Path, report: &RunReport, network: Option<&str>) {
    let stages: Vec<_> = report
        .stages
        .iter()
        .map(|stage| {
            let mut noted = json!({"id": stage.id, "status": stage.status, "reasons": stage.reasons, "seconds": stage.seconds});
            if !stage.printed.is_empty() {
                noted["printed"] = stage.printed.as_str().into();
            }
            noted
        })
        .collect();
    let mut line = json!({"at": jiff::Timestamp::now().to_string(), "stages": stages});
    if let Some(network) = network {
        line["network"] = network.into();
    }
    let _ = files::append_line(&root.join(".review/journal.jsonl"), &line.to_string());
}
