//! Effect measures, models and scores.

use super::{Planned, Table, is_common, measures, text};
use crate::synthesis::AnalysisRow;
use std::collections::BTreeSet;

impl Table<'_> {
    pub(super) fn measures(&mut self) {
        let field = &self.protocol.synthesis["effect_measures"];
        for (body, name) in [("between", "between_group"), ("within", "within_group")] {
            let allowed = measures(self.protocol, body);
            let mut rows = self.planned_analyses();
            rows.retain(|row| row.body == body);
            if allowed.is_empty() || rows.is_empty() {
                continue;
            }
            let list: Vec<&str> = allowed.iter().map(String::as_str).collect();
            let planned = Planned::of(list.join(", "), field);
            let used: BTreeSet<&str> = rows.iter().map(|row| row.measure.as_str()).collect();
            let kept = used.iter().all(|measure| allowed.contains(*measure));
            let status = if kept { planned.kept() } else { "differs" };
            let done: Vec<&str> = used.into_iter().collect();
            let (done, from) = (done.join(", "), self.cells(&rows, "measure"));
            self.push(
                &format!("synthesis.effect_measures.{name}"),
                planned,
                done,
                status,
                from,
            );
        }
    }

    pub(super) fn models(&mut self) {
        let rows = self.planned_analyses();
        let distinct = |of: fn(&AnalysisRow) -> &str| -> Vec<String> {
            let words: BTreeSet<&str> = rows.iter().map(|row| of(row)).collect();
            words.into_iter().map(str::to_owned).collect()
        };
        let (models, intervals) = (distinct(|row| &row.model), distinct(|row| &row.interval));
        let from = self.cells(&rows, "model");
        let intervals_from = self.cells(&rows, "interval");
        let synthesis = self.protocol.synthesis.clone();
        let model = text(&synthesis["model"]["value"]);
        if !model.is_empty() && !models.is_empty() {
            let planned = Planned::of(model.replace('-', " "), &synthesis["model"]);
            let common = models.iter().any(|model| is_common(model));
            let random = models.iter().any(|model| !is_common(model));
            let kept = if model.starts_with("random") {
                !common
            } else {
                !random
            };
            let status = if kept { planned.kept() } else { "differs" };
            let done = match (common, random) {
                (true, true) => "common effect and random effects",
                (true, false) => "common effect",
                _ => "random effects",
            };
            self.push(
                "synthesis.model",
                planned,
                done.to_owned(),
                status,
                from.clone(),
            );
        }
        let estimator = &synthesis["estimator"];
        let tau2 = text(&estimator["tau2"]);
        if !tau2.is_empty() && !models.is_empty() {
            let planned = Planned::of(tau2.clone(), estimator);
            let kept = models.iter().all(|model| model.eq_ignore_ascii_case(&tau2));
            let status = if kept { planned.kept() } else { "differs" };
            self.push(
                "synthesis.estimator.tau2",
                planned,
                models.join(", "),
                status,
                from,
            );
        }
        let interval = text(&estimator["interval"]);
        if !interval.is_empty() && !intervals.is_empty() {
            let planned = Planned::of(interval.clone(), estimator);
            let hartung_knapp = interval.starts_with("hk");
            let kept = intervals
                .iter()
                .all(|words| words.starts_with("Hartung-Knapp") == hartung_knapp);
            let status = if kept { planned.kept() } else { "differs" };
            self.push(
                "synthesis.estimator.interval",
                planned,
                intervals.join("; "),
                status,
                intervals_from,
            );
        }
    }

    pub(super) fn scores(&mut self) {
        let field = self.protocol.synthesis["scores"].clone();
        let main = text(&field["main"]);
        let mut rows = self.planned_analyses();
        rows.retain(|row| row.role == "main" && row.body == "between" && !row.kind.is_empty());
        if main.is_empty() || rows.is_empty() {
            return;
        }
        let planned = Planned::of(main.clone(), &field);
        let used: BTreeSet<&str> = rows.iter().map(|row| row.kind.as_str()).collect();
        let kept = used.iter().all(|kind| *kind == main);
        let status = if kept { planned.kept() } else { "differs" };
        let done: Vec<&str> = used.into_iter().collect();
        let (done, from) = (done.join(", "), self.cells(&rows, "kind"));
        self.push("synthesis.scores", planned, done, status, from);
    }
}
