//! The report as text.

use std::fmt::Write as _;

use super::{Entry, Report, Status};
use crate::diff::{Needs, Place, Verdict};

impl Report {
    /// The report.
    #[must_use]
    pub fn text(&self) -> String {
        self.listing(|_| true)
    }

    /// The report of what fails, with the count of all changes at its end.
    #[must_use]
    pub fn failures(&self) -> String {
        self.listing(|status| status == Status::Fails)
    }

    fn listing(&self, is_shown: impl Fn(Status) -> bool) -> String {
        let mut text = format!("{}\n\n", self.headline());
        for entry in self.entries.iter().filter(|entry| is_shown(Status::of(&entry.finding))) {
            self.entry(entry, &mut text);
            text.push('\n');
        }
        for stale in &self.stale {
            let _ = writeln!(
                text,
                "FAILS  {}: accepted {} of \"{}\": expected a break that fails, found none\n  help: remove the entry, or correct its rule and element\n",
                stale.place, stale.rule, stale.element
            );
        }
        let _ = writeln!(text, "{}", self.summary());
        text
    }

    fn entry(&self, entry: &Entry, text: &mut String) {
        let finding = &entry.finding;
        let status = Status::of(finding);
        let _ = writeln!(
            text,
            "{}  {}  {}: {}",
            status.word(),
            finding.rule,
            finding.element,
            finding.change
        );
        line(text, "old reader, new file", &verdict(&finding.old_reader));
        line(text, "new reader, old file", &verdict(&finding.new_reader));
        let needs = match (&finding.missing, finding.needs) {
            (None, Needs::Nothing) => "nothing".to_owned(),
            (None, needs) => format!("{}, which is there", needs.words()),
            (Some(missing), needs) => format!("{}, but {missing}", needs.words()),
        };
        line(text, "needs", &needs);
        if let Some(why) = &finding.accepted {
            line(text, "accepted", why);
        }
        if finding.source_breaking {
            line(text, "sources", "programs that use it no longer compile");
        }
        if let Some(warning) = &finding.warning {
            line(text, "warning", warning);
        }
        if let Some(against) = self.against(entry) {
            line(text, "against", &against);
        }
        place(text, "old", finding.old.as_ref());
        place(text, "new", finding.new.as_ref());
        if let Some(fix) = finding.fix.as_ref().filter(|_| status == Status::Fails) {
            line(text, "help", fix);
        }
    }
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "  {key}: {value}");
}

fn verdict(verdict: &Verdict) -> String {
    // As wide as the widest, so that the reasons of both readers are aligned.
    let word = format!("{:<6}", verdict.outcome.word());
    format!("{word}  {}", verdict.why).trim_end().to_owned()
}

fn place(text: &mut String, side: &str, place: Option<&Place>) {
    match place {
        None => {
            let _ = writeln!(text, "  {side}: absent");
        }
        Some(place) => {
            let _ = writeln!(text, "  {side}: {place}\n    | {}", place.text);
        }
    }
}
