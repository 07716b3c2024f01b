//! Plans and runs stages; the only part that touches files.

mod command;
pub mod files;
mod guard;
mod ingredients;
mod lock_file;
mod outputs;
mod stat_cache;
mod store;
