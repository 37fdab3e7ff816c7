//! The report as one JSON object.

use serde_json::{Value as Json, json};

use super::{Entry, Label, Report, Status};
use crate::diff::{Place, Verdict};

impl Report {
    /// One JSON object, and a newline.
    #[must_use]
    pub fn json(&self) -> String {
        let findings: Vec<Json> = self.entries.iter().map(|entry| self.json_of(entry)).collect();
        let stale: Vec<Json> = self
            .stale
            .iter()
            .map(|stale| {
                json!({
                    "rule": stale.rule.as_str(),
                    "element": stale.element,
                    "place": place(Some(&stale.place)),
                })
            })
            .collect();
        let object = json!({
            "old": self.olds.iter().map(label).collect::<Vec<_>>(),
            "new": label(&self.new),
            "fails": self.fails(),
            "summary": self.summary(),
            "findings": findings,
            "accepted_without_break": stale,
        });
        format!("{object:#}\n")
    }

    fn json_of(&self, entry: &Entry) -> Json {
        let finding = &entry.finding;
        let against: Vec<&str> =
            entry.against.iter().map(|at| self.olds[*at].number.as_str()).collect();
        json!({
            "status": Status::of(finding).word().to_lowercase(),
            "rule": finding.rule.as_str(),
            "statement": finding.rule.statement(),
            "element": finding.element,
            "change": finding.change,
            "against": against,
            "old": place(finding.old.as_ref()),
            "new": place(finding.new.as_ref()),
            "old_reader": verdict(&finding.old_reader),
            "new_reader": verdict(&finding.new_reader),
            "needs": finding.needs.key(),
            "met": finding.met,
            "missing": finding.missing,
            "fix": finding.fix,
            "warning": finding.warning,
            "source_breaking": finding.source_breaking,
            "accepted": finding.accepted,
        })
    }
}

fn label(label: &Label) -> Json {
    json!({ "file": label.file, "number": label.number })
}

fn verdict(verdict: &Verdict) -> Json {
    json!({ "outcome": verdict.outcome.word().to_lowercase(), "why": verdict.why })
}

fn place(place: Option<&Place>) -> Json {
    place.map_or(Json::Null, |place| {
        json!({ "file": place.file, "line": place.line, "column": place.column, "text": place.text })
    })
}
