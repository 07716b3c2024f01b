//! Certainty of evidence: policies, proposals, statements, summary of findings.
