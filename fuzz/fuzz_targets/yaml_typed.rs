#![no_main]
#![allow(dead_code, reason = "each target drives one reader")]

#[path = "../readers.rs"]
mod readers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| readers::yaml_typed(bytes));
