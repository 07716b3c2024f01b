//! What a path came to, and the way it took.

use serde::{Deserialize, Serialize};

/// What a domain or an assessment came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// A judgement.
    Judged {
        /// Name of the judgement.
        judgement: String,
    },
    /// Answers that the path needs are missing.
    Incomplete {
        /// The questions.
        missing: Vec<String>,
    },
    /// An answer is not in its question's set.
    Invalid {
        /// The first such question.
        question: String,
        /// What was answered.
        answer: String,
        /// What may be answered.
        allowed: Vec<String>,
    },
}

impl Outcome {
    /// The judgement, if there is one.
    pub fn judgement(&self) -> Option<&str> {
        match self {
            Self::Judged { judgement } => Some(judgement),
            Self::Incomplete { .. } | Self::Invalid { .. } => None,
        }
    }
}

/// One step of the path that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The step, with its part where a domain has several.
    pub step: String,
    /// The answers that decided, in the order asked.
    pub answers: Vec<(String, String)>,
    /// Where they led, as the tool writes it.
    pub to: String,
    /// What other readings of the tool do here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disputed: Option<String>,
    /// Where the rule comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// The path in one line, such as `1.2=Y → 1.1=PY → 1.3=N → low`.
pub fn path_text(path: &[Taken]) -> String {
    let mut said: Vec<String> = Vec::new();
    for (index, taken) in path.iter().enumerate() {
        let answers: Vec<String> = taken
            .answers
            .iter()
            .map(|(question, answer)| format!("{question}={answer}"))
            .collect();
        if !answers.is_empty() {
            said.push(answers.join(" "));
        }
        if let Some(end) = taken.to.strip_prefix('=') {
            said.push(end.to_owned());
            if index + 1 < path.len() {
                let last = said.pop().unwrap_or_default();
                said.push(format!("{last};"));
            }
        }
    }
    said.join(" → ").replace("; → ", "; ")
}

/// A domain judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainResult {
    /// The domain.
    pub domain: String,
    /// What it came to.
    pub outcome: Outcome,
    /// The path taken, as far as the answers led.
    pub path: Vec<Taken>,
    /// Stars, for tools that count them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<usize>,
    /// Questions that were answered although the path did not reach them.
    pub not_reached: Vec<String>,
}
