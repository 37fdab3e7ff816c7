//! What a field describes in the file of its record.

use super::{FileId, RecordId};
use crate::source::Span;

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Section {
    /// The header.
    Header,
    /// All events together.
    Events,
    /// The footer.
    Footer,
}

impl Section {
    /// Every section.
    pub const ALL: &'static [Self] = &[Self::Header, Self::Events, Self::Footer];

    /// The word for it in a schema.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Events => "events",
            Self::Footer => "footer",
        }
    }
}

/// What a length covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Extent {
    /// A section of the file.
    Section(Section),
    /// This record and its payload.
    Record,
    /// This record's payload alone.
    Payload,
}

impl Extent {
    /// The word for it in a schema.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Section(section) => section.word(),
            Self::Record => "record",
            Self::Payload => "payload",
        }
    }
}

/// What a checksum covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Covered {
    /// A section of the file.
    Section(Section),
    /// The fields of its own record, with itself as zero.
    Record,
    /// The bytes of its own record before it.
    Preceding,
}

impl Covered {
    /// The word for it in a schema.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Section(section) => section.word(),
            Self::Record => "record",
            Self::Preceding => "preceding",
        }
    }

    /// Whether it is the field's own record, so that the record alone tells the checksum.
    #[must_use]
    pub const fn is_own_record(self) -> bool {
        matches!(self, Self::Record | Self::Preceding)
    }
}

/// A field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct FieldRef {
    /// The record.
    pub record: RecordId,
    /// Position in the record's fields.
    pub field: usize,
}

/// How a checksum is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// CRC-32 of IEEE 802.3, the one of zip.
    Crc32,
}

impl Algorithm {
    /// The word for it in a schema.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Crc32 => "crc32",
        }
    }

    /// Bytes of the checksum.
    #[must_use]
    pub const fn bytes(self) -> u8 {
        match self {
            Self::Crc32 => 4,
        }
    }
}

/// What a field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RoleKind {
    /// How many records a section holds.
    Count(Section),
    /// Where a section starts.
    Offset(Section),
    /// Bytes from one record of a section to the next.
    Stride(Section),
    /// How many bytes something takes.
    Length(Extent),
    /// The checksum of a section, or of the record that has the field.
    Checksum(Covered, Algorithm),
    /// The value of a field in the first event.
    First(FieldRef),
    /// The value of a field in the last event.
    Last(FieldRef),
    /// The lowest value of a field over all events.
    Min(FieldRef),
    /// The highest value of a field over all events.
    Max(FieldRef),
    /// The position of an event in a file.
    Link(FileId),
    /// The same value as a field of the linked event.
    Same(FileId, FieldRef),
    /// The version of the format.
    Version,
}

/// A field's role.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Role {
    /// What the field says.
    pub kind: RoleKind,
    /// Whether it is believed over another field that says the same.
    pub authoritative: bool,
    /// Place in the schema.
    pub at: Span,
}

impl RoleKind {
    /// The word for it in a schema.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Count(_) => "count",
            Self::Offset(_) => "offset",
            Self::Stride(_) => "stride",
            Self::Length(_) => "length",
            Self::Checksum(..) => "checksum",
            Self::First(_) => "first",
            Self::Last(_) => "last",
            Self::Min(_) => "min",
            Self::Max(_) => "max",
            Self::Link(_) => "link",
            Self::Same(..) => "same",
            Self::Version => "version",
        }
    }
}

impl super::Format {
    /// A role in words: "number of events".
    #[must_use]
    pub fn role_text(&self, kind: RoleKind) -> String {
        let field = |at: FieldRef| self.records[at.record].fields[at.field].name.as_str();
        match kind {
            RoleKind::Count(Section::Events) => "number of events".to_owned(),
            RoleKind::Count(section) => format!("number of {}s", section.word()),
            RoleKind::Offset(section) => format!("start of the {}", section.word()),
            RoleKind::Stride(Section::Events) => "distance from one event to the next".to_owned(),
            RoleKind::Stride(section) => {
                format!("distance from one {} to the next", section.word())
            }
            RoleKind::Length(Extent::Section(section)) => {
                format!("length of the {}", section.word())
            }
            RoleKind::Length(Extent::Record) => "length of this record and its payload".to_owned(),
            RoleKind::Length(Extent::Payload) => "length of this record's payload".to_owned(),
            RoleKind::Checksum(Covered::Section(section), algorithm) => {
                format!("{} of the {}", algorithm.word(), section.word())
            }
            RoleKind::Checksum(Covered::Record, algorithm) => {
                format!("{} of the fields of this record, with this one as zero", algorithm.word())
            }
            RoleKind::Checksum(Covered::Preceding, algorithm) => {
                format!("{} of the bytes of this record before this field", algorithm.word())
            }
            RoleKind::First(at) => format!("`{}` of the first event", field(at)),
            RoleKind::Last(at) => format!("`{}` of the last event", field(at)),
            RoleKind::Min(at) => format!("lowest `{}` of the events", field(at)),
            RoleKind::Max(at) => format!("highest `{}` of the events", field(at)),
            RoleKind::Link(file) => {
                format!("position of the linked event in the file `{}`", self.files[file].name)
            }
            RoleKind::Same(file, at) => {
                format!(
                    "same as `{}` of the linked event in the file `{}`",
                    field(at),
                    self.files[file].name
                )
            }
            RoleKind::Version => "version of the format".to_owned(),
        }
    }
}
