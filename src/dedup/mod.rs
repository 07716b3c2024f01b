//! Finds records of the same publication, explains every decision, and merges without losing one.
