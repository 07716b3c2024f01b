//! Plans and runs stages; the only part that touches files.
