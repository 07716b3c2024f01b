//! The designs of studies that the program knows by name.

/// The words, as forms suggest them and analyses name them; a team may use its own beside them.
pub const STUDY_DESIGNS: [&str; 5] = [
    "rct",
    "cluster-rct",
    "crossover-rct",
    "controlled",
    "before-after",
];

/// Whether people were allotted at random. A word that the program does not know counts as not at random; `None` where the design is
/// not written down.
pub fn is_randomised(design: &str) -> Option<bool> {
    match design {
        "" => None,
        "rct" | "cluster-rct" | "crossover-rct" => Some(true),
        _ => Some(false),
    }
}
