//! Walks from a printed number to its leaves.
