//! The stage kinds of a pipeline, and what every stage promises.
//!
//! A stage is a pure function from settings and typed inputs to typed outputs. It sees no path, clock, terminal or
//! environment; what it has to say it says to its [`Context`]. The engine sees stages through [`AnyStage`]: bytes in,
//! bytes out, with the types of every port declared in a [`Signature`].

mod context;
mod deduplicate;
mod extract;
mod grade;
mod import;
mod pool;
mod port;
mod problems;
mod records;
mod registry;
mod report;
mod risk_of_bias;
mod rounds;
mod screen;
mod structure;
mod update;

pub use context::{Context, OpenWork};
pub use port::{
    Files, InFile, InPort, Incoming, KeptFile, OutPort, Output, PortType, Received, csv_tables,
    read_optional_table, read_table,
};
pub use problems::{ProblemRow, problem_rows};
pub use records::{BriefRecords, read_origins, read_records, records_in, write_records};
pub use registry::{AnyStage, Registry, Signature, Unfit};

pub(crate) use deduplicate::{ClusterRow, QueueRow};
pub(crate) use screen::{Entered, with_protocol};
pub use structure::{read_protocol, structural};
pub use update::{Attributed, Cause, Found, Frozen, ORDER, Part, why};

use crate::problem::Problems;
use serde::de::DeserializeOwned;

/// A kind of stage, with its types.
pub trait Stage: Sync + Send {
    /// As spelled after `uses:` in `pipeline.yaml`.
    const KIND: &'static str;
    /// Raised whenever equal inputs may give other bytes.
    const REVISION: u32;
    /// What the pipeline's author may set; the default is what an absent settings file means.
    type Settings: serde::Serialize + DeserializeOwned + schemars::JsonSchema + Default;
    /// Typed inputs, one field a port.
    type Inputs: StageInputs;
    /// Typed outputs, one field a port.
    type Outputs: StageOutputs;

    /// Looks at the structure of the files people keep (headers, duplicate keys), before any stage runs.
    fn check(&self, _settings: &Self::Settings, _incoming: &Incoming) -> Problems {
        Problems::new()
    }

    /// Does the work.
    ///
    /// # Errors
    ///
    /// Only when nothing sound can be given; a bad row is a problem reported to `cx`, and the rest is built.
    fn run(
        &self,
        settings: &Self::Settings,
        inputs: Self::Inputs,
        cx: &mut Context,
    ) -> Result<Self::Outputs, Problems>;
}

/// Typed inputs that can be made from what the engine hands over.
pub trait StageInputs: Sized {
    /// The ports, in the order they are documented.
    const PORTS: &'static [InPort];

    /// Ports whose artefacts stay where they are kept ([`Received::kept`]), since little of them is read.
    const ON_DEMAND: &'static [&'static str] = &[];

    /// Reads every port.
    ///
    /// # Errors
    ///
    /// A problem for each artefact that is not of its port's type.
    fn receive(incoming: &mut Incoming) -> Result<Self, Problems>;
}

/// Typed outputs that can be written as artefacts.
pub trait StageOutputs {
    /// The artefacts, in the order they are documented.
    const PORTS: &'static [OutPort];

    /// The canonical bytes of every artefact, by port.
    fn give(self) -> Vec<(&'static str, Output)>;
}
