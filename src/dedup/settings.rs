//! What counts as one publication, and whose field is taken.

/// Whether two forms of one work are counted as one publication or as two.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// One publication: merged.
    One,
    /// Two publications: kept apart.
    Two,
}

/// Settings of deduplication; every field has a default, unknown fields are errors.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// A preprint and its published form. Default: one.
    pub preprint: Policy,
    /// Versions of one Cochrane review. Default: one.
    pub cochrane_versions: Policy,
    /// A thesis and its entry in an index of theses. Default: one.
    pub thesis: Policy,
    /// Editions of one paper in two languages. Default: one.
    pub translation: Policy,
    /// A congress abstract or conference paper and the journal paper of that title. Default: two.
    pub abstract_and_paper: Policy,
    /// Databases in the order in which their fields are taken for the merged record; the rest follow by name.
    pub source_order: Vec<String>,
    /// Longest queue of unsure pairs as a share of the records; five pairs are always allowed.
    pub queue_share: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            preprint: Policy::One,
            cochrane_versions: Policy::One,
            thesis: Policy::One,
            translation: Policy::One,
            abstract_and_paper: Policy::Two,
            source_order: Vec::new(),
            queue_share: 0.01,
        }
    }
}
