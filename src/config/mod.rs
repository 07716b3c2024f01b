//! Reads `pipeline.yaml` and settings, with positions.
