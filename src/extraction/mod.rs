//! Extracted numbers: forms, arms, conversions and integrity checks.
