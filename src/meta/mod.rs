//! Models that pool effects, their heterogeneity and diagnostics.
