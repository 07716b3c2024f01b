//! Words for the codes that settings and tables use.

/// The words for a code of a method; `None` for one that has none here.
pub(super) fn of_code(code: &str) -> Option<&'static str> {
    Some(match code.to_ascii_lowercase().as_str() {
        "reml" => "restricted maximum likelihood (REML)",
        "ml" => "maximum likelihood",
        "dl" => "the DerSimonian–Laird moment estimator",
        "pm" => "the Paule–Mandel estimator",
        "eb" => "the empirical Bayes estimator",
        "he" => "the Hedges estimator",
        "sj" => "the Sidik–Jonkman estimator",
        "hs" => "the Hunter–Schmidt estimator",
        "ee" | "fe" | "ce" | "iv" | "inverse-variance" => "inverse-variance weights",
        "mh" => "the Mantel–Haenszel method",
        "peto" => "the Peto method",
        "hksj" | "knha" | "hartung-knapp" => {
            "the Hartung–Knapp–Sidik–Jonkman method (t distribution)"
        }
        "adhoc" | "hksj-adhoc" => {
            "the Hartung–Knapp–Sidik–Jonkman method, never narrower than the Wald interval"
        }
        "wald" | "z" | "normal" => "the Wald method (normal distribution)",
        "t" => "the t distribution",
        "random" => "random-effects model",
        "common" | "fixed" => "common-effect model",
        "multilevel" => "multilevel model",
        "correlated" => "correlated-effects model",
        "rve" => {
            "robust variance estimation with the weights of correlated effects (Hedges, Tipton & Johnson 2010)"
        }
        "cr2" => "a variance robust to their dependence (CR2, Satterthwaite's degrees of freedom)",
        "smd" => "standardised mean difference",
        "md" => "mean difference",
        "smcr" => "standardised mean change (SD before)",
        "smcc" => "standardised mean change (SD of the change)",
        "rr" => "risk ratio",
        "or" => "odds ratio",
        "rd" => "risk difference",
        "irr" => "incidence rate ratio",
        "hr" => "hazard ratio",
        "rom" => "ratio of means",
        "plo" => "proportion (logit)",
        "main" => "main analysis",
        "supplementary" => "supplementary analysis",
        "post-hoc" => "post hoc",
        "between" => "between groups",
        "within" => "within group",
        "change" => "change scores",
        "post" => "scores at the end",
        "rct" => "randomised trial",
        "controlled" => "controlled, not randomised",
        "before-after" => "before and after",
        "not-reported" => "not reported",
        "measured-not-reported" => "measured, not reported",
        "as-registered" => "as registered",
        "chosen-later" => "chosen later",
        "baseline-only" => "baseline only",
        "statistics-only" => "statistics only",
        "very-low" | "very_low" => "very low",
        "some-concerns" | "some_concerns" => "some concerns",
        "risk-of-bias" | "risk_of_bias" => "risk of bias",
        "publication-bias" | "publication_bias" => "publication bias",
        "dose-response" | "dose_response" => "dose–response",
        "large-effect" | "large_effect" => "large effect",
        "title-abstract" | "title_abstract" => "titles and abstracts",
        "full-text" | "full_text" => "full texts",
        _ => return None,
    })
}

/// Words for a code, or the code with blanks for hyphens.
pub(super) fn spelled(code: &str) -> String {
    of_code(code).map_or_else(
        || {
            if code.contains(' ') {
                code.to_owned()
            } else {
                code.replace(['-', '_'], " ")
            }
        },
        str::to_owned,
    )
}

/// The moderators of a formula, as people read them: `~ factor(setting) + year` is `setting + year`.
pub(super) fn moderators(formula: &str) -> String {
    let terms = formula.trim_start_matches('~').split('+');
    let plain = terms.map(|term| {
        let term = term.trim();
        let inner = term.strip_prefix("factor(");
        spelled(inner.map_or(term, |inner| inner.trim_end_matches(')')))
    });
    plain.collect::<Vec<_>>().join(" + ")
}
