//! The findings of one comparison or of several, as text, Markdown or JSON.
//!
//! Several releases are compared with one schema: a change that is the same against each of
//! them is reported once, with the lines of the newest.

mod json;
mod markdown;
mod text;

use std::collections::HashMap;

use super::accepted::{Accepted, Stale};
use super::{Finding, Schema};

/// A schema as reports name it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// What it is called, usually its path.
    pub file: String,
    /// Version and revision.
    pub number: String,
}

impl Label {
    fn of(schema: &Schema) -> Self {
        Self { file: schema.source.name().to_owned(), number: schema.number() }
    }
}

/// A finding, and the old schemas against which it was made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The finding, with the lines of the last of these.
    pub finding: Finding,
    /// Positions in [`Report::olds`].
    pub against: Vec<usize>,
}

/// What the comparisons of one schema with others found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The old schemas, oldest first.
    pub olds: Vec<Label>,
    /// The new one.
    pub new: Label,
    /// The findings: what fails, what was accepted, what warns, the rest.
    pub entries: Vec<Entry>,
    /// Accepted breaks that are none.
    pub stale: Vec<Stale>,
}

/// How a finding is listed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Fails,
    Accepted,
    Warns,
    Fine,
}

impl Status {
    fn of(finding: &Finding) -> Self {
        match finding {
            Finding { met: false, accepted: None, .. } => Self::Fails,
            Finding { accepted: Some(_), .. } => Self::Accepted,
            Finding { warning: Some(_), .. } => Self::Warns,
            _ => Self::Fine,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Fails => "FAILS",
            Self::Accepted => "accepted",
            Self::Warns => "warning",
            Self::Fine => "fine",
        }
    }
}

impl Report {
    /// Compares each of `olds`, oldest first, with `new`.
    #[must_use]
    pub fn new(olds: &[&Schema], new: &Schema, mut accepted: Accepted) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = HashMap::new();
        for (at, old) in olds.iter().enumerate() {
            let mut findings = super::compare(old, new);
            accepted.apply(&mut findings);
            for finding in findings {
                let key = (
                    finding.rule,
                    finding.element.clone(),
                    finding.change.clone(),
                    finding.old_reader.outcome.word(),
                    finding.new_reader.outcome.word(),
                    finding.needs.key(),
                    finding.met,
                );
                match seen.get(&key) {
                    Some(known) => {
                        let known: &mut Entry = &mut entries[*known];
                        known.finding = finding;
                        if known.against.last() != Some(&at) {
                            known.against.push(at);
                        }
                    }
                    None => {
                        seen.insert(key, entries.len());
                        entries.push(Entry { finding, against: vec![at] });
                    }
                }
            }
        }
        entries.sort_by_key(|entry| Status::of(&entry.finding));
        Self {
            olds: olds.iter().map(|old| Label::of(old)).collect(),
            new: Label::of(new),
            entries,
            stale: accepted.stale(),
        }
    }

    /// Whether a need is neither met nor accepted, or an accepted break is none.
    #[must_use]
    pub fn fails(&self) -> bool {
        !self.stale.is_empty() || self.entries.iter().any(|entry| entry.finding.fails())
    }

    /// One line that counts: `3 changes: 1 fails, 2 are fine`.
    #[must_use]
    pub fn summary(&self) -> String {
        let count = |status| {
            self.entries.iter().filter(|entry| Status::of(&entry.finding) == status).count()
        };
        let parts = [
            (count(Status::Fails), "fails", "fail"),
            (count(Status::Accepted), "is accepted", "are accepted"),
            (count(Status::Warns), "needs a look", "need a look"),
            (count(Status::Fine), "is fine", "are fine"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, more)| format!("{count} {}", if *count == 1 { one } else { more }))
            .collect();
        let total = self.entries.len();
        let mut line = match total {
            0 => "no changes".to_owned(),
            1 => format!("1 change: {}", parts.join(", ")),
            total => format!("{total} changes: {}", parts.join(", ")),
        };
        match self.stale.len() {
            0 => {}
            1 => line.push_str("; 1 accepted break is unused"),
            more => line.push_str(&format!("; {more} accepted breaks are unused")),
        }
        line
    }

    /// The releases that a finding was made against, when it was not all of them.
    fn against(&self, entry: &Entry) -> Option<String> {
        (self.olds.len() > 1).then(|| {
            if entry.against.len() == self.olds.len() {
                return "every release".to_owned();
            }
            let numbers = entry.against.iter().map(|at| self.olds[*at].number.as_str());
            numbers.collect::<Vec<_>>().join(", ")
        })
    }

    /// The schemas that were compared: `old.toml (1.0) -> new.toml (1.1)`.
    fn headline(&self) -> String {
        let label = |label: &Label| format!("{} ({})", label.file, label.number);
        let olds: Vec<String> = self.olds.iter().map(label).collect();
        format!("{} -> {}", olds.join(", "), label(&self.new))
    }
}
