//! The four levels of certainty and the reasons to move between them.
//!
//! Source: Balshem 2011 (GRADE 3).

use serde::{Deserialize, Serialize};
use std::fmt;

/// How certain a body of evidence is, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The true effect is likely very different from the estimate.
    VeryLow,
    /// The true effect may be very different from the estimate.
    Low,
    /// The true effect is probably near the estimate.
    Moderate,
    /// The true effect is near the estimate.
    High,
}

impl Certainty {
    /// All levels, lowest first.
    pub const ALL: [Self; 4] = [Self::VeryLow, Self::Low, Self::Moderate, Self::High];

    /// The level so many levels down (and up again) from this one, never beyond very low or high.
    #[must_use]
    pub fn moved(self, down: u32, up: u32) -> Self {
        let from = Self::ALL
            .iter()
            .position(|level| *level == self)
            .unwrap_or(0);
        let from = i64::try_from(from).unwrap_or(0);
        let to = (from - i64::from(down) + i64::from(up)).clamp(0, 3);
        usize::try_from(to)
            .ok()
            .and_then(|index| Self::ALL.get(index).copied())
            .unwrap_or(self)
    }

    /// The four circles of summary tables.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::High => "⊕⊕⊕⊕",
            Self::Moderate => "⊕⊕⊕◯",
            Self::Low => "⊕⊕◯◯",
            Self::VeryLow => "⊕◯◯◯",
        }
    }

    /// In words, such as `very low`.
    pub fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Moderate => "moderate",
            Self::Low => "low",
            Self::VeryLow => "very low",
        }
    }

    /// Reads `very low`, `very_low` or `very-low`, and the others.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.trim().to_lowercase().replace(['_', '-'], " ");
        Self::ALL.into_iter().find(|level| level.word() == plain)
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A reason to rate down or up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    /// Down: limits of design and conduct.
    RiskOfBias,
    /// Down: results differ between studies.
    Inconsistency,
    /// Down: studies answer another question.
    Indirectness,
    /// Down: the interval leaves open what matters.
    Imprecision,
    /// Down: results are likely missing because of what they show.
    PublicationBias,
    /// Up: the effect is too large to be confounding.
    LargeEffect,
    /// Up: more exposure, more effect.
    DoseResponse,
    /// Up: the confounding left would work against the effect seen.
    OpposingConfounding,
}

impl Domain {
    /// All domains, those that rate down first.
    pub const ALL: [Self; 8] = [
        Self::RiskOfBias,
        Self::Inconsistency,
        Self::Indirectness,
        Self::Imprecision,
        Self::PublicationBias,
        Self::LargeEffect,
        Self::DoseResponse,
        Self::OpposingConfounding,
    ];

    /// Whether the domain rates up.
    pub fn rates_up(self) -> bool {
        matches!(
            self,
            Self::LargeEffect | Self::DoseResponse | Self::OpposingConfounding
        )
    }

    /// The most levels that the domain may move.
    pub fn most(self) -> u32 {
        match self {
            Self::RiskOfBias | Self::Imprecision => 3,
            Self::Inconsistency
            | Self::Indirectness
            | Self::PublicationBias
            | Self::LargeEffect => 2,
            Self::DoseResponse | Self::OpposingConfounding => 1,
        }
    }

    /// As files spell it, such as `risk_of_bias`.
    pub fn key(self) -> &'static str {
        match self {
            Self::RiskOfBias => "risk_of_bias",
            Self::Inconsistency => "inconsistency",
            Self::Indirectness => "indirectness",
            Self::Imprecision => "imprecision",
            Self::PublicationBias => "publication_bias",
            Self::LargeEffect => "large_effect",
            Self::DoseResponse => "dose_response",
            Self::OpposingConfounding => "opposing_confounding",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::RiskOfBias => "risk of bias",
            Self::Inconsistency => "inconsistency",
            Self::Indirectness => "indirectness",
            Self::Imprecision => "imprecision",
            Self::PublicationBias => "publication bias",
            Self::LargeEffect => "large effect",
            Self::DoseResponse => "dose-response",
            Self::OpposingConfounding => "opposing confounding",
        }
    }

    /// Reads a key; blanks and `-` count as `_`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.trim().to_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|domain| domain.key() == plain)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}

/// How serious so many levels down are, as evidence profiles print it.
pub fn seriousness(levels: u32) -> &'static str {
    match levels {
        0 => "not serious",
        1 => "serious",
        2 => "very serious",
        _ => "extremely serious",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_never_leave_the_scale() {
        assert_eq!(Certainty::High.moved(7, 0), Certainty::VeryLow);
        assert_eq!(Certainty::Low.moved(0, 9), Certainty::High);
        assert_eq!(Certainty::High.moved(1, 0), Certainty::Moderate);
    }

    #[test]
    fn every_level_and_domain_reads_back() {
        for level in Certainty::ALL {
            assert_eq!(Certainty::parse(level.word()), Some(level));
        }
        for domain in Domain::ALL {
            assert_eq!(Domain::parse(domain.key()), Some(domain));
            assert_eq!(Domain::parse(domain.words()), Some(domain));
        }
    }
}
