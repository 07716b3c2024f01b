//! Studies whose people came in clusters: their numbers count for fewer (Cochrane Handbook 23.1.4; Donner & Klar 2000).

use super::refused::Refused;
use super::run::Given;
use crate::artefact::{Address, key};

/// What `clustered` says of a study whose printed numbers allow for its clusters.
pub(super) const ADJUSTED: &str = "adjusted";

/// How clustering shrinks the groups of a study.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clusters {
    /// 1 + (M − 1) · ICC, with M the mean size of a cluster.
    pub(super) design_effect: f64,
    /// Whether the control group came in clusters too; people in a waitlist for a group programme did not.
    pub(super) both: bool,
    /// In words.
    pub(super) note: String,
    /// The cells and the setting that it rests on.
    pub(super) from: Vec<Address>,
}

impl Clusters {
    /// The clustering of a study, from its characteristics `cluster_size` and `clustered` (`both`, `intervention` or `adjusted`).
    ///
    /// `None` when it names no clusters, when its own numbers allow for them, or when no correlation within clusters is assumed.
    ///
    /// # Errors
    ///
    /// When a cell cannot be read.
    pub(super) fn of(
        study: &Given,
        icc: Option<f64>,
        stage: &str,
        characteristics: (&str, &str),
    ) -> Result<Option<Self>, Refused> {
        let cell = |name: &str| study.characteristics.get(name).map_or("", String::as_str);
        let (Some(icc), size) = (icc, cell("cluster_size")) else {
            return Ok(None);
        };
        if size.is_empty() || cell("clustered") == ADJUSTED {
            return Ok(None);
        }
        let mean: f64 = size
            .parse()
            .ok()
            .filter(|size: &f64| *size >= 1.0 && size.is_finite())
            .ok_or_else(|| {
                Refused::waits(
                    format!("its `cluster_size` is `{size}`; write the mean size of a cluster, 1 or more"),
                    format!("mend `cluster_size` of `{}` in studies.csv", study.study),
                )
            })?;
        let both = match cell("clustered") {
            "" | "both" => true,
            "intervention" => false,
            other => {
                return Err(Refused::waits(
                    format!(
                        "its `clustered` is `{other}`; write `both`, `intervention` or `adjusted`"
                    ),
                    format!("mend `clustered` of `{}` in studies.csv", study.study),
                ));
            }
        };
        let design_effect = 1.0 + (mean - 1.0) * icc;
        let (own, artefact) = characteristics;
        let row = key(&[&study.study]);
        Ok(Some(Self {
            design_effect,
            both,
            note: format!(
                "{} divided by {design_effect:.2} for clusters of {size} with an ICC of {icc}",
                if both {
                    "both groups"
                } else {
                    "the intervention group"
                }
            ),
            from: vec![
                Address::cell(own, artefact, &row, "cluster_size"),
                Address::cell(stage, "settings", "icc", "value"),
            ],
        }))
    }

    /// By how much a group is divided.
    pub(super) fn of_group(&self, group: &str) -> f64 {
        if self.both || group == "intervention" {
            self.design_effect
        } else {
            1.0
        }
    }
}
