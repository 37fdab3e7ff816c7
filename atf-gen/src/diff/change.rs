//! A change as a rule sees it, before the versions of the two schemas are looked at.

use super::{Context, Needs, Outcome, Rule, Verdict};
use crate::model::Evolution;
use crate::source::Span;

pub(super) struct Change {
    pub(super) rule: Rule,
    pub(super) element: String,
    pub(super) change: String,
    pub(super) old: Option<Span>,
    pub(super) new: Option<Span>,
    pub(super) old_reader: Verdict,
    pub(super) new_reader: Verdict,
    pub(super) needs: Needs,
    /// Why its need is not met, except for a new version, which `judge` checks.
    pub(super) missing: Option<String>,
    pub(super) fix: Option<String>,
    pub(super) warning: Option<String>,
    pub(super) source_breaking: bool,
}

pub(super) fn ok(why: impl Into<String>) -> Verdict {
    Verdict { outcome: Outcome::Ok, why: why.into() }
}

pub(super) fn refuse(why: impl Into<String>) -> Verdict {
    Verdict { outcome: Outcome::Refuse, why: why.into() }
}

pub(super) fn wrong(why: impl Into<String>) -> Verdict {
    Verdict { outcome: Outcome::Wrong, why: why.into() }
}

impl Change {
    /// A harmless change that needs nothing.
    pub(super) fn new(rule: Rule, element: impl Into<String>, change: impl Into<String>) -> Self {
        Self {
            rule,
            element: element.into(),
            change: change.into(),
            old: None,
            new: None,
            old_reader: ok(""),
            new_reader: ok(""),
            needs: Needs::Nothing,
            missing: None,
            fix: None,
            warning: None,
            source_breaking: false,
        }
    }

    pub(super) fn at(self, old: impl Into<Option<Span>>, new: impl Into<Option<Span>>) -> Self {
        Self { old: old.into(), new: new.into(), ..self }
    }

    /// The verdicts: old reader with a new file, new reader with an old file.
    pub(super) fn read(self, old_reader: Verdict, new_reader: Verdict) -> Self {
        Self { old_reader, new_reader, ..self }
    }

    /// The change needs a new version; `fix` is an alternative.
    pub(super) fn version(self, fix: impl Into<String>) -> Self {
        Self { needs: Needs::Version, fix: Some(fix.into()), ..self }
    }

    pub(super) fn needs(self, needs: Needs, given: Result<(), String>) -> Self {
        Self { needs, missing: given.err(), ..self }
    }

    pub(super) fn fix(self, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }

    pub(super) fn warn(self, warning: impl Into<String>) -> Self {
        Self { warning: Some(warning.into()), ..self }
    }

    pub(super) fn breaks_sources(self) -> Self {
        Self { source_breaking: true, ..self }
    }

    /// The change is an addition, which needs a new revision.
    pub(super) fn added(self, cx: &Context<'_>, evolution: &Evolution) -> Self {
        let given = cx.since(evolution);
        self.needs(Needs::Revision, given).fix(cx.how_to_add())
    }
}

impl Context<'_> {
    /// The revision of elements that are added now.
    pub(super) fn next_revision(&self) -> u32 {
        self.new.revision.max(self.old.revision.saturating_add(1))
    }

    pub(super) fn how_to_add(&self) -> String {
        let next = self.next_revision();
        if self.new.revision == next {
            return format!("add `since = {next}`");
        }
        format!("write `revision = {next}` under [format] and `since = {next}` at it")
    }

    /// Whether the revision was raised, or why not.
    pub(super) fn revised(&self) -> Result<(), String> {
        if self.new.revision > self.old.revision {
            return Ok(());
        }
        Err(format!("the revision is still {}", self.new.revision))
    }

    /// Whether `since` of an addition is right.
    pub(super) fn since(&self, evolution: &Evolution) -> Result<(), String> {
        self.revised()?;
        let (old, new, since) = (self.old.revision, self.new.revision, evolution.since);
        if since > old && since <= new {
            return Ok(());
        }
        let expected = match new - old {
            1 => new.to_string(),
            _ => format!("{} to {new}", old + 1),
        };
        let found = if since == 0 { "none".to_owned() } else { since.to_string() };
        Err(format!("`since`: expected {expected}, found {found}"))
    }

    /// Whether a tombstone says correctly which revision removed the element.
    pub(super) fn removed(&self, evolution: &Evolution) -> Result<(), String> {
        self.revised()?;
        let (old, new) = (self.old.revision, self.new.revision);
        match evolution.removed {
            Some(removed) if removed > old && removed <= new => Ok(()),
            Some(removed) => Err(format!(
                "`removed`: expected a revision after {old}, which still has it, found {removed}"
            )),
            None => Err("it has no `removed`".to_owned()),
        }
    }
}
