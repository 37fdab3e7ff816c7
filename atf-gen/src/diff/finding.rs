//! The result of a comparison: a change, the verdict of each reader, what the change needs,
//! and whether that need is met. Made by [`super::compare`], shown by the reports.

use super::Rule;
use crate::source::{Source, Span};

/// What a reader does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Outcome {
    /// It reads correctly.
    Ok,
    /// It reports a clean error.
    Refuse,
    /// It silently misreads.
    Wrong,
}

impl Outcome {
    /// The word in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refuse => "refuse",
            Self::Wrong => "WRONG",
        }
    }
}

/// What a reader does, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Why; empty when there is nothing to say.
    pub why: String,
}

/// What a change needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The old name in `was`.
    Was,
    /// A new revision, and `since` at what was added.
    Revision,
    /// A new version.
    Version,
    /// The removed element kept, with `removed`.
    Tombstone,
    /// A guarding flag bit, or a new version.
    Guard,
    /// A new type of event, or a new version.
    NewEventType,
    /// Another name of the format.
    NewFormat,
    /// That it is as it was released.
    Unchanged,
}

impl Needs {
    /// The words in reports.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Was => "`was`",
            Self::Revision => "a new revision",
            Self::Version => "a new version",
            Self::Tombstone => "a tombstone",
            Self::Guard => "a guard, else a new version",
            Self::NewEventType => "a new event type, else a new version",
            Self::NewFormat => "a new format",
            Self::Unchanged => "the released value",
        }
    }

    /// One word that programs compare.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Was => "was",
            Self::Revision => "revision",
            Self::Version => "version",
            Self::Tombstone => "tombstone",
            Self::Guard => "guard",
            Self::NewEventType => "new_event_type",
            Self::NewFormat => "new_format",
            Self::Unchanged => "unchanged",
        }
    }
}

/// A line of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// What the schema is called, usually its path.
    pub file: String,
    /// Line, from one.
    pub line: usize,
    /// Character within the line, from one.
    pub column: usize,
    /// The line's text, without the blanks around it; a long one is cut around the place.
    pub text: String,
}

/// Longest text of a line that is shown.
const LONGEST_LINE: usize = 120;

impl Place {
    pub(super) fn new(source: &Source, span: Span) -> Self {
        let at = source.position(span.start);
        let range = source.line_range(at.line - 1);
        let line: Vec<char> = source.text()[range].trim_end().chars().collect();
        let indent = line.iter().take_while(|c| c.is_whitespace()).count();
        // The end of the line matters when the place lies there.
        let mut from = indent;
        if at.column > indent + LONGEST_LINE {
            from = at.column.saturating_sub(LONGEST_LINE / 2).max(indent);
        }
        let to = (from + LONGEST_LINE).min(line.len());
        let mut text: String = line.get(from..to).unwrap_or_default().iter().collect();
        if from > indent {
            text.insert_str(0, "...");
        }
        if to < line.len() {
            text.push_str("...");
        }
        let text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self { file: source.name().to_owned(), line: at.line, column: at.column, text }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A change between two schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The kind of change.
    pub rule: Rule,
    /// What changed: `record Reading, field wind`. Accepted breaks name it by this text.
    pub element: String,
    /// How it changed, in one sentence.
    pub change: String,
    /// The line of the old schema.
    pub old: Option<Place>,
    /// The line of the new schema.
    pub new: Option<Place>,
    /// What becomes of a reader made from the old schema with a file of the new one.
    pub old_reader: Verdict,
    /// What becomes of a reader made from the new schema with a file of the old one.
    pub new_reader: Verdict,
    /// What the change needs.
    pub needs: Needs,
    /// Whether the need is met.
    pub met: bool,
    /// Why it is not.
    pub missing: Option<String>,
    /// How to fix it.
    pub fix: Option<String>,
    /// What a person has to see to, because no program can.
    pub warning: Option<String>,
    /// Whether programs that use the element no longer compile.
    pub source_breaking: bool,
    /// Why the break was accepted, when it was.
    pub accepted: Option<String>,
}

impl Finding {
    /// Whether what the change needs is neither there nor accepted.
    #[must_use]
    pub fn fails(&self) -> bool {
        !self.met && self.accepted.is_none()
    }
}
