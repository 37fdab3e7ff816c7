//! Files: which records they hold, and how the ends of their events and footers are found.

use super::{Evolution, Payload, RecordId, Section};
use crate::source::Span;

/// Framing of the events of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// All have the same size.
    Fixed,
    /// Each holds its length.
    LengthPrefixed,
}

impl Framing {
    /// The word for it in a schema.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::LengthPrefixed => "length-prefixed",
        }
    }
}

/// How the footer is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FooterAt {
    /// A field of the header holds its offset.
    Offset,
    /// It is at the end of the file.
    End,
}

impl FooterAt {
    /// The word for it in a schema.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Offset => "offset",
            Self::End => "end",
        }
    }
}

/// A file and its records.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct File {
    /// Name.
    pub name: String,
    /// Path, relative to the folder that holds the format's files.
    pub path: String,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// Whether it may be absent.
    pub optional: bool,
    /// The record at its start.
    pub header: Option<RecordId>,
    /// The record of each event.
    pub event: Option<RecordId>,
    /// The record at its end.
    pub footer: Option<RecordId>,
    /// Framing of the events.
    pub framing: Framing,
    /// How the footer is found.
    pub footer_at: FooterAt,
    /// Records that may follow an event's header.
    pub payloads: Vec<Payload>,
    /// Place of the name.
    pub at: Span,
    /// Place of the path.
    pub path_at: Span,
    /// Place of `optional`, or of the name without it.
    pub optional_at: Span,
    /// Places of header, event and footer, or of the name without them.
    pub sections_at: [Span; 3],
    /// Place of the framing.
    pub framing_at: Span,
    /// Place of the way to the footer.
    pub footer_at_at: Span,
    /// Whether every record that it names exists; only a wrong schema has others.
    pub(crate) records_are_known: bool,
}

impl File {
    /// The record of `section`.
    #[must_use]
    pub fn record(&self, section: Section) -> Option<RecordId> {
        match section {
            Section::Header => self.header,
            Section::Events => self.event,
            Section::Footer => self.footer,
        }
    }

    /// Whether `record` is header, event, footer or payload of this file.
    #[must_use]
    pub fn holds(&self, record: RecordId) -> bool {
        [self.header, self.event, self.footer].contains(&Some(record))
            || self.payloads.iter().any(|payload| payload.record == record)
    }
}
