//! Typed artefacts and the open files that hold them.
