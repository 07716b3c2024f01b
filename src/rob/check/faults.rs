//! The faults found so far, and the questions asked of every name: does it exist, may it stand here.

use crate::nearest::nearest;
use crate::problem::{Problem, Problems};
use crate::rob::positions::Positions;
use crate::rob::target::words;
use crate::rob::tool::{NOT_APPLICABLE, Question, Tool};
use std::collections::BTreeSet;

/// A tool under check, with the faults found in it.
pub(super) struct Faults<'a> {
    pub(super) tool: &'a Tool,
    pub(super) places: &'a Positions,
    pub(super) problems: Problems,
    /// Judgements that some path or rule ends in.
    pub(super) ends: BTreeSet<String>,
}

impl<'a> Faults<'a> {
    /// Notes a fault at a path of the file.
    pub(super) fn fault(
        &mut self,
        code: &'static str,
        path: &str,
        title: String,
        help: impl Into<String>,
    ) {
        self.problems.push(
            Problem::error(code, title)
                .at(self.places.of(path))
                .help(help),
        );
    }

    /// Notes a name that stands for nothing.
    pub(super) fn unknown(&mut self, path: &str, what: &str, written: &str, known: &[&str]) {
        let help = nearest(written, known.iter().copied()).map_or_else(
            || format!("known are: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.fault(
            "rob::unknown-name",
            path,
            format!("no {what} is called `{written}`"),
            help,
        );
    }

    /// Checks that a question exists and may have each of the answers.
    pub(super) fn answers(&mut self, path: &str, question: &str, written: &str, na: bool) {
        let Some(found) = self.question(path, question) else {
            return;
        };
        let allowed = self.tool.answers_of(found);
        for word in words(written) {
            let known = allowed.contains(&word) || (na && word == "NA");
            if !known {
                self.unknown(path, &format!("answer to `{question}`"), word, &allowed);
            }
        }
    }

    /// The question of that name; one that does not exist is a fault.
    pub(super) fn question(&mut self, path: &str, name: &str) -> Option<&'a Question> {
        let tool = self.tool;
        let found = tool.questions.get(name);
        if found.is_none() {
            let known: Vec<&str> = tool.questions.keys().map(String::as_str).collect();
            self.unknown(path, "question", name, &known);
        }
        found
    }

    /// Notes that something ends in a judgement; one that does not exist is a fault.
    pub(super) fn judgement(&mut self, path: &str, name: &str) {
        if name != NOT_APPLICABLE && !self.tool.judgements.contains_key(name) {
            let tool = self.tool;
            let known: Vec<&str> = tool.judgements.keys().map(String::as_str).collect();
            self.unknown(path, "judgement", name, &known);
        }
        self.ends.insert(name.to_owned());
    }
}
