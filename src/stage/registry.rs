//! Stage kinds by name, with their types erased for the engine.

use super::{Context, InPort, Incoming, OutPort, Output, Stage, StageInputs, StageOutputs};
use crate::problem::{Problem, Problems};
use serde_json::Value;

/// What the engine knows of a stage kind.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// As spelled after `uses:`.
    pub kind: &'static str,
    /// Raised whenever equal inputs may give other bytes.
    pub revision: u32,
    /// Input ports.
    pub inputs: &'static [InPort],
    /// Those of them whose artefacts are read on demand.
    pub on_demand: &'static [&'static str],
    /// Output ports.
    pub outputs: &'static [OutPort],
}

/// Why settings do not fit their type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Where, such as `analyses[2].measure`.
    pub path: String,
    /// Why, in one line.
    pub why: String,
}

/// A stage kind with its types erased: bytes in, bytes out.
pub trait AnyStage: Sync + Send {
    /// Ports, kind and revision.
    fn signature(&self) -> Signature;

    /// Settings after defaults, as canonical JSON with sorted keys.
    ///
    /// # Errors
    ///
    /// What does not fit, and where.
    fn settings(&self, given: Option<&Value>) -> Result<Value, Unfit>;

    /// The JSON Schema of the settings.
    fn settings_schema(&self) -> Value;

    /// Looks at the structure of the files people keep, before any stage runs.
    fn check(&self, settings: &Value, incoming: &Incoming) -> Problems;

    /// Runs the stage.
    ///
    /// # Errors
    ///
    /// When nothing sound can be given.
    fn run(
        &self,
        settings: &Value,
        incoming: Incoming,
        cx: &mut Context,
    ) -> Result<Vec<(&'static str, Output)>, Problems>;
}

impl<S: Stage> AnyStage for S {
    fn signature(&self) -> Signature {
        Signature {
            kind: S::KIND,
            revision: S::REVISION,
            inputs: S::Inputs::PORTS,
            on_demand: S::Inputs::ON_DEMAND,
            outputs: S::Outputs::PORTS,
        }
    }

    fn settings(&self, given: Option<&Value>) -> Result<Value, Unfit> {
        let settings: S::Settings = match given {
            Some(value) => {
                serde_path_to_error::deserialize(value.clone()).map_err(|error| Unfit {
                    path: error.path().to_string(),
                    why: error.inner().to_string(),
                })?
            }
            None => S::Settings::default(),
        };
        let value = serde_json::to_value(settings).map_err(|error| Unfit {
            path: String::new(),
            why: error.to_string(),
        })?;
        Ok(sorted(value))
    }

    fn settings_schema(&self) -> Value {
        schemars::schema_for!(S::Settings).to_value()
    }

    fn check(&self, settings: &Value, incoming: &Incoming) -> Problems {
        match serde_json::from_value(settings.clone()) {
            Ok(settings) => Stage::check(self, &settings, incoming),
            Err(error) => unreadable(&error),
        }
    }

    fn run(
        &self,
        settings: &Value,
        mut incoming: Incoming,
        cx: &mut Context,
    ) -> Result<Vec<(&'static str, Output)>, Problems> {
        let settings =
            serde_json::from_value(settings.clone()).map_err(|error| unreadable(&error))?;
        let inputs = S::Inputs::receive(&mut incoming)?;
        // What was read of it need not be held as bytes too.
        drop(incoming);
        Stage::run(self, &settings, inputs, cx).map(StageOutputs::give)
    }
}

fn unreadable(error: &serde_json::Error) -> Problems {
    Problem::error(
        "stage::settings",
        format!("the settings do not fit: {error}"),
    )
    .into()
}

/// Sorts the keys of every object, so that the order in a file changes no bytes.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.into_iter().collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(
                pairs
                    .into_iter()
                    .map(|(key, value)| (key, sorted(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// The stage kinds a pipeline can use.
pub struct Registry {
    stages: Vec<Box<dyn AnyStage>>,
}

impl Registry {
    /// A registry of these kinds.
    pub fn of(stages: Vec<Box<dyn AnyStage>>) -> Self {
        Self { stages }
    }

    /// The kinds built into the program.
    pub fn built_in() -> Self {
        Self::of(vec![
            Box::new(super::import::Import),
            Box::new(super::deduplicate::Deduplicate),
            Box::new(super::screen::Screen),
            Box::new(super::extract::Extract),
            Box::new(super::risk_of_bias::RiskOfBias),
            Box::new(super::pool::Pool),
            Box::new(super::grade::Grade),
            Box::new(super::update::Update),
            Box::new(super::report::Report),
        ])
    }

    /// The stage of a kind.
    pub fn get(&self, kind: &str) -> Option<&dyn AnyStage> {
        self.stages
            .iter()
            .map(Box::as_ref)
            .find(|stage| stage.signature().kind == kind)
    }

    /// All signatures, in the order of the road.
    pub fn signatures(&self) -> Vec<Signature> {
        self.stages.iter().map(|stage| stage.signature()).collect()
    }
}
