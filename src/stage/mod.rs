//! The stage kinds of a pipeline, and what every stage promises.
