//! A plain R script that recomputes every pooled result with metafor (Viechtbauer 2010) and prints how far it agrees.
//!
//! The script stands beside the tables it reads, `effects.csv` and `pooled.csv`, so that a statistician can run it, read it and
//! change it without this program.

use crate::artefact::Sheet;
use std::fmt::Write;

/// The script for the tables of one `pool` stage: `analyses`, `effects` and `pooled`.
pub fn r_script(title: &str, analyses: &Sheet, effects: &Sheet, pooled: &Sheet) -> String {
    let mut script = HEAD.replace("{title}", &title.replace(['\n', '\r'], " "));
    for analysis in analyses.rows.keys() {
        let of = |column: &str| analyses.cell(analysis, column).unwrap_or_default();
        let results: Vec<&str> = pooled
            .rows
            .keys()
            .filter(|key| pooled.cell(key, "analysis") == Some(of("analysis")))
            .collect();
        let studies: Vec<&str> = effects
            .rows
            .keys()
            .filter(|key| effects.cell(key, "analysis") == Some(of("analysis")))
            .collect();
        if studies.is_empty() {
            continue;
        }
        let heading = of("title").replace(['\n', '\r'], " ");
        let _ = writeln!(
            script,
            "\n# {} ({}) {}\n",
            heading,
            of("measure").replace(['\n', '\r'], " "),
            "-".repeat(20)
        );
        script.push_str(&effect_sizes(
            of("analysis"),
            of("measure"),
            effects,
            &studies,
        ));
        for key in results {
            script.push_str(&match of("dependence") {
                "" => result(key, &number(of("level")), pooled),
                rho => dependent(key, &number(of("level")), &number(rho), pooled),
            });
        }
    }
    script.push_str(TAIL);
    script
}

/// The effects of the studies from what each reported, where metafor has the same measure and nothing was imputed.
fn effect_sizes(analysis: &str, measure: &str, effects: &Sheet, studies: &[&str]) -> String {
    let arguments: &[(&str, &str)] = match measure {
        "MD" | "SMD" | "ROM" => &[
            ("m1i", "mean1"),
            ("sd1i", "sd1"),
            ("n1i", "n1"),
            ("m2i", "mean2"),
            ("sd2i", "sd2"),
            ("n2i", "n2"),
        ],
        "RR" | "OR" | "RD" => &[
            ("ai", "events1"),
            ("n1i", "total1"),
            ("ci", "events2"),
            ("n2i", "total2"),
        ],
        _ => return String::new(),
    };
    let whole = |key: &&&str| {
        let cell = |column: &str| effects.cell(key, column).unwrap_or_default();
        cell("note").is_empty() && arguments.iter().all(|(_, column)| !cell(column).is_empty())
    };
    if !studies.iter().all(|key| whole(&key)) {
        return String::new();
    }
    let given: Vec<String> = arguments
        .iter()
        .map(|(argument, column)| format!("{argument} = {column}"))
        .collect();
    // A difference of risks takes empty cells as they are; metafor would add to them.
    let zeros = if measure == "RD" { ", add = 0" } else { "" };
    format!(
        "studies <- subset(effects, analysis == {})\ncheck_effects({}, escalc({}, {}{zeros}, data = studies, replace = TRUE, var.names = c(\"m_yi\", \"m_vi\")))\n",
        quoted(analysis),
        quoted(analysis),
        quoted(measure),
        given.join(", ")
    )
}

/// Which rows of the effects a pooled result was made of.
fn rows_of(key: &str, pooled: &Sheet) -> String {
    let cell = |column: &str| pooled.cell(key, column).unwrap_or_default();
    let mut which = format!("analysis == {}", quoted(cell("analysis")));
    if !cell("subgroup").is_empty() {
        let _ = write!(which, " & subgroup == {}", quoted(cell("subgroup")));
    }
    which
}

/// One pooled result of effects that depend on each other.
fn dependent(key: &str, level: &str, rho: &str, pooled: &Sheet) -> String {
    let by = match pooled.cell(key, "model") {
        Some("correlated") => "check_correlated",
        _ => "check_dependent",
    };
    format!(
        "{by}({}, subset(effects, {}), rho = {rho}, level = {level})\n",
        quoted(key),
        rows_of(key, pooled)
    )
}

/// One pooled result.
fn result(key: &str, level: &str, pooled: &Sheet) -> String {
    let cell = |column: &str| pooled.cell(key, column).unwrap_or_default();
    let which = rows_of(key, pooled);
    // One study is passed through: there is no variance between studies to estimate.
    let (method, test) = match (cell("method"), cell("test")) {
        _ if cell("effects") == "1" => ("EE", "z"),
        ("CE", test) => ("EE", test),
        other => other,
    };
    format!(
        "fit <- rma(yi, vi, data = subset(effects, {which}),\n           method = {}, test = {}, level = {level}{})\ncheck({}, fit)\n",
        quoted(method),
        quoted(test),
        if matches!(method, "REML" | "ML" | "EB" | "PM") {
            ", control = precise"
        } else {
            ""
        },
        quoted(key)
    )
}

/// A number as R reads it. The tables may be a stranger's: what is no number is missing, and R then ends with an error.
fn number(text: &str) -> String {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.map_or_else(|| "NA".to_owned(), |number| format!("{number:?}"))
}

/// A text as R reads it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(character);
            }
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

const HEAD: &str = r#"# Recomputes every pooled result of the review below with metafor, and prints how far both agree.
#
#   {title}
#
# Run it with      Rscript recompute.R      (once before: install.packages(c("metafor", "clubSandwich", "robumeta")))
# It reads         effects.csv   the effect of every study (yi, on the scale it is pooled on) and its variance (vi)
#                  pooled.csv    what the review reports
# It writes        agreement.csv every number as the review and as metafor have it
# It ends with exit status 1 when anything differs by more than the tolerance.

suppressPackageStartupMessages(library(metafor))

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
if (length(here) == 0) here <- "."

numbers_in <- function(table, columns) {
  for (column in intersect(columns, names(table))) table[[column]] <- as.numeric(table[[column]])
  table
}
effects <- numbers_in(
  read.csv(file.path(here, "effects.csv"), colClasses = "character", na.strings = NULL, encoding = "UTF-8"),
  c("yi", "vi", "n1", "mean1", "sd1", "n2", "mean2", "sd2", "events1", "total1", "events2", "total2"))
pooled <- numbers_in(
  read.csv(file.path(here, "pooled.csv"), colClasses = "character", na.strings = NULL, encoding = "UTF-8"),
  c("k", "effects", "estimate", "se", "ci_lower", "ci_upper", "stat", "p", "tau2", "tau2_lower", "tau2_upper", "tau2_within", "df", "i2", "h2", "q", "q_p",
    "pi_lower", "pi_upper"))

tolerance <- 1e-6                                     # of the value, or absolute below 1
precise <- list(threshold = 1e-12, maxiter = 10000)   # metafor stops its search earlier by default, at 1e-5
agreement <- data.frame()

compare <- function(what, ours, metafor) {
  said <- !is.na(ours)                                # what the review reports
  difference <- abs(ours - metafor) / pmax(1, abs(ours))
  difference[is.na(difference)] <- Inf                # what metafor does not give
  rows <- data.frame(result = rep(what, sum(said)), number = names(ours)[said], review = ours[said],
                     metafor = metafor[said], difference = difference[said])
  agreement <<- rbind(agreement, rows)
  apart <- rows$number[rows$difference > tolerance]
  cat(sprintf("%-60s %3d numbers, largest difference %.1e  %s\n", what, nrow(rows), max(0, rows$difference),
              if (length(apart) == 0) "agrees" else paste("DIFFERS:", paste(apart, collapse = ", "))))
}

# The effects of the studies, from what each of them reported.
check_effects <- function(analysis, again) {
  ours <- c(setNames(again$yi, paste("yi of", again$study)), setNames(again$vi, paste("vi of", again$study)))
  compare(paste("effects of", analysis), ours, c(again$m_yi, again$m_vi))
}

# One pooled result.
check <- function(result, fit) {
  row <- pooled[pooled$key == result, ]
  metafor <- c(effects = fit$k, estimate = fit$beta[1], se = fit$se, ci_lower = fit$ci.lb, ci_upper = fit$ci.ub,
               stat = fit$zval, p = fit$pval, tau2 = fit$tau2, i2 = fit$I2, h2 = fit$H2, q = fit$QE, q_p = fit$QEp)
  if (!is.na(row$tau2_lower)) {                       # Q-profile
    limits <- confint(fit, control = list(tol = 1e-12))$random["tau^2", ]
    metafor <- c(metafor, tau2_lower = limits[["ci.lb"]], tau2_upper = limits[["ci.ub"]])
  }
  if (!is.na(row$pi_lower)) {                         # prediction interval
    df <- suppressWarnings(as.numeric(sub("t with ([0-9.]+) degrees of freedom", "\\1", row$pi_rule)))
    tail <- (1 - fit$level) + fit$level / 2
    quantile <- if (is.na(df)) qnorm(tail) else qt(tail, df)
    half <- quantile * sqrt(fit$tau2 + fit$se^2)
    metafor <- c(metafor, pi_lower = fit$beta[1] - half, pi_upper = fit$beta[1] + half)
  }
  compare(result, unlist(row[names(metafor)]), metafor)
}

# Effects that depend on each other: the model by metafor, its robust tests by clubSandwich. metafor searches the variances by itself,
# and its likelihood must not be higher than that of the review's variances; all else is compared at these, since searches end a little
# apart.
check_dependent <- function(result, studies, rho, level) {
  suppressPackageStartupMessages(library(clubSandwich))
  row <- pooled[pooled$key == result, ]
  V <- vcalc(vi, cluster = study, obs = key, rho = rho, data = studies)
  several <- !is.na(row$tau2_within)
  random <- if (several) ~ 1 | study/key else ~ 1 | study
  found <- rma.mv(yi, V, random = random, data = studies)
  fit <- rma.mv(yi, V, random = random, data = studies, level = level,
                sigma2 = if (several) c(row$tau2, row$tau2_within) else row$tau2)
  likelihood <- c(likelihood = as.numeric(logLik(fit)))
  compare(paste("likelihood of", result), likelihood, max(likelihood, as.numeric(logLik(found))))
  robust <- as.data.frame(coef_test(fit, vcov = "CR2", cluster = studies$study))
  half <- qt(1 - (1 - level / 100) / 2, robust$df_Satt) * robust$SE
  total <- sum(fit$sigma2)
  weights <- solve(V)
  typical <- (fit$k - 1) / (sum(diag(weights)) - sum(weights %*% weights) / sum(weights))
  metafor <- c(k = length(unique(studies$study)), effects = fit$k, estimate = robust$beta, se = robust$SE,
               ci_lower = robust$beta - half, ci_upper = robust$beta + half, stat = robust$tstat, df = robust$df_Satt,
               p = robust$p_Satt, i2 = 100 * total / (total + typical),
               h2 = (total + typical) / typical, q = fit$QE, q_p = fit$QEp)
  if (!is.na(row$pi_lower)) {
    df <- as.numeric(sub("t with ([0-9.]+) degrees of freedom", "\\1", row$pi_rule))
    half <- qt(1 - (1 - level / 100) / 2, df) * sqrt(total + robust$SE^2)
    metafor <- c(metafor, pi_lower = robust$beta - half, pi_upper = robust$beta + half)
  }
  compare(result, unlist(row[names(metafor)]), metafor)
}

# The same effects in the other model, by robumeta.
check_correlated <- function(result, studies, rho, level) {
  row <- pooled[pooled$key == result, ]
  fit <- robumeta::robu(yi ~ 1, data = studies, studynum = study, var.eff.size = vi, rho = rho, small = TRUE)
  robust <- fit$reg_table
  half <- qt(1 - (1 - level / 100) / 2, robust$dfs) * robust$SE
  robumeta <- c(k = fit$N, effects = fit$M, estimate = robust$b.r, se = robust$SE, ci_lower = robust$b.r - half,
                ci_upper = robust$b.r + half, stat = robust$t, df = robust$dfs, p = robust$prob,
                tau2 = as.numeric(fit$mod_info$tau.sq), i2 = as.numeric(fit$mod_info$I.2))
  compare(result, unlist(row[names(robumeta)]), robumeta)
}
"#;

const TAIL: &str = r#"
# ---------------------------------------------------------------------------------------------

worst <- max(0, agreement$difference)
write.csv(agreement, file.path(here, "agreement.csv"), row.names = FALSE, fileEncoding = "UTF-8")
cat(sprintf("\n%d numbers compared with metafor %s; largest difference %.1e\n", nrow(agreement), packageVersion("metafor"), worst))
if (worst > tolerance) quit(status = 1)
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pooled_result_is_recomputed_by_its_own_model() {
        let sheet = |text: &str| Sheet::read("x.csv", text.as_bytes()).expect("a table");
        let analyses =
            sheet("key,analysis,title,measure,level\nee,ee,\"A \"\"title\"\"\",SMD,95.0\n");
        let effects = sheet(
            "key,analysis,study,n1,mean1,sd1,n2,mean2,sd2,yi,vi,subgroup,note\nee|A,ee,A,1,2,3,4,5,6,7,8,x,\n",
        );
        let pooled = sheet(
            "key,analysis,subgroup,method,test,effects\nee|,ee,,REML,knha,3\nee|x,ee,x,REML,knha,1\nee||CE|z,ee,,CE,z,3\n",
        );
        let script = r_script("A review\nquit()", &analyses, &effects, &pooled);
        for line in [
            "#   A review quit()",
            "method = \"REML\", test = \"knha\", level = 95.0, control = precise)",
            "subset(effects, analysis == \"ee\" & subgroup == \"x\"),\n           method = \"EE\", test = \"z\"",
            "check(\"ee||CE|z\", fit)",
            "escalc(\"SMD\", m1i = mean1",
        ] {
            assert!(script.contains(line), "{line} is not in\n{script}");
        }
    }

    #[test]
    fn no_text_of_the_review_can_end_its_quotes() {
        assert_eq!(quoted("a\"); quit(\"\\"), "\"a\\\"); quit(\\\"\\\\\"");
    }

    #[test]
    fn what_is_no_number_never_reaches_the_script() {
        assert_eq!(number("95.0"), "95.0");
        for text in ["95); quit(", "", "NaN", "1e999"] {
            assert_eq!(number(text), "NA");
        }
    }
}
