//! Effect measures: an estimate and its sampling variance for each study.
