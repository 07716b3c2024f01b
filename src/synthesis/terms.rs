//! The words that settings of an analysis choose among, as settings and artefacts have them.

/// An enumeration of words: read and written as they stand, the first as the default.
macro_rules! terms {
    ($(
        $(#[$doc:meta])*
        $name:ident { $(#[$first_doc:meta])* $first:ident = $first_word:literal, $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }
    )+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema,
        )]
        pub enum $name {
            $(#[$first_doc])*
            #[default]
            #[serde(rename = $first_word)]
            $first,
            $($(#[$variant_doc])*
            #[serde(rename = $word)]
            $variant,)+
        }

        impl $name {
            /// As settings and artefacts have it.
            pub fn word(self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    $(Self::$variant => $word,)+
                }
            }
        }
    )+};
}

/// Whether a setting is the one that nobody needs to write.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

terms! {
    /// How the interval of the mean is made.
    IntervalRule {
        /// Hartung-Knapp with more than two studies and τ² above 0, otherwise Wald (Cochrane Handbook 10.10.4).
        Auto = "auto",
        /// Wald.
        Wald = "wald",
        /// Hartung-Knapp-Sidik-Jonkman.
        Hksj = "hksj",
        /// The same, never narrower than Wald by its variance (Röver 2015).
        HksjAdhoc = "hksj-adhoc",
    }

    /// Whether an analysis answers the question or stands beside it.
    Role {
        /// Answers the question.
        Main = "main",
        /// Stands beside it and is named as such.
        Supplementary = "supplementary",
    }

    /// The body of evidence; the two are never pooled together.
    Body {
        /// Intervention against control.
        Between = "between",
        /// Before against after, in one group.
        Within = "within",
    }

    /// Which scores are compared.
    Kind {
        /// Scores at the end.
        Post = "post",
        /// Change from baseline.
        Change = "change",
    }

    /// Which effects of a study are taken.
    EffectsTaken {
        /// The first by the declared hierarchy.
        One = "one",
        /// All scales and times, pooled by a model that knows that they are of the same people.
        All = "all",
    }

    /// Whether an analysis takes effects that papers report with their error alone.
    Reported {
        /// Effects are computed from arms alone.
        Never = "never",
        /// Of a study whose arms give no effect.
        WhenNeeded = "when-needed",
        /// Effects as reported alone, whatever arms would give.
        Only = "only",
    }

    /// Which of the effects that papers report: adjusted for other things, or not.
    Adjusted {
        /// The adjusted one where both are reported.
        First = "first",
        /// Adjusted ones alone.
        Only = "only",
        /// Those alone that are not adjusted.
        Never = "never",
    }

    /// What becomes of several arms of the intervention.
    Arms {
        /// Combined into one (Cochrane Handbook 23.3.4).
        Together = "together",
        /// Each an effect of its own; the comparator's people are shared out among them, so that none counts twice.
        Apart = "apart",
    }
}
