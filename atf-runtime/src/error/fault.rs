//! One place where bytes are not what the format says: where, what kind of fault, and its text.

use std::fmt;

use super::FaultKind;

/// One place in a file where the bytes are not what the format says.
///
/// Displays as `footer at byte 96064: event_count: expected 3000 (96000 bytes / 32), found 3001`.
/// Programs decide by [`kind`](Self::kind), [`region`](Self::region) and [`field`](Self::field);
/// `expected` and `found` are for people, and their wording may change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Part of the file.
    pub region: Region,
    /// Where the field starts, in bytes from the start of the file.
    pub offset: u64,
    /// The field within the region.
    pub field: FieldId,
    /// What the format or the rest of the file asks for.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl Fault {
    pub(crate) fn new(
        kind: FaultKind,
        region: Region,
        offset: u64,
        field: impl Into<FieldId>,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> Self {
        Self {
            kind,
            region,
            offset,
            field: field.into(),
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind: _, region, offset, field, expected, found } = self;
        write!(f, "{region} at byte {offset}: {field}: expected {expected}, found {found}")
    }
}

/// A part of a file, or of what belongs to a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Region {
    /// The file as such. Displays as `file`.
    File,
    /// Its header.
    Header,
    /// Its footer.
    Footer,
    /// What follows the footer. Displays as `end of file`.
    EndOfFile,
    /// The section between header and footer. Displays as `events`.
    Events,
    /// One event of an index.atf, by its sequence. Displays as `event 17`.
    Event(u64),
    /// One record of a detail.atf, by its sequence. Displays as `record 3`.
    Record(u64),
    /// A record in the detail buffer of a ring; its offset is the position in the detail lane.
    RingRecord,
    /// One entry of a detail.off, by its number. Displays as `entry 2`.
    Entry(u64),
    /// One chunk of a lane, by its number. Displays as `chunk 2`.
    Chunk(u64),
    /// The control block of a ring. Displays as `control`.
    Control,
    /// The manifest of a session.
    Manifest,
    /// A thread's directory. Displays as `thread`.
    Thread,
    /// One message of a V4 events.bin, by the byte at which its length starts. Displays as `message
    /// from 1200`.
    Message(u64),
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::File => "file",
            Self::Header => "header",
            Self::Footer => "footer",
            Self::EndOfFile => "end of file",
            Self::Events => "events",
            Self::Event(seq) => return write!(f, "event {seq}"),
            Self::Record(seq) => return write!(f, "record {seq}"),
            Self::RingRecord => "record at a position of the detail lane",
            Self::Entry(number) => return write!(f, "entry {number}"),
            Self::Chunk(number) => return write!(f, "chunk {number}"),
            Self::Control => "control",
            Self::Manifest => "manifest",
            Self::Thread => "thread",
            Self::Message(start) => return write!(f, "message from {start}"),
        };
        f.write_str(name)
    }
}

/// Which field of a [`Region`] a fault is about.
///
/// ```
/// use atf_runtime::error::FieldId;
/// assert_eq!(FieldId::Schema("event_count").to_string(), "event_count");
/// let key = FieldId::ThreadKey { position: 2, key: "recorded" };
/// assert_eq!(key.to_string(), "threads[2].recorded");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FieldId {
    /// A field of a record, by its name in the schema; see
    /// [`Record::FIELDS`](crate::format::Record::FIELDS).
    Schema(&'static str),
    /// The length of the region.
    Length,
    /// Whether the file exists and can be read; by the file's role, like `index.atf`, or `file`.
    File(&'static str),
    /// Whether the directory exists.
    Directory,
    /// Whether the event or record is in the ring.
    InRing,
    /// Whether the event or record is on the disk.
    OnDisk,
    /// The text of the manifest. Displays as `JSON`.
    Json,
    /// A key of the manifest.
    Key(&'static str),
    /// A key of one thread in the manifest. Displays as `threads[2].recorded`.
    ThreadKey {
        /// Position in the manifest's list of threads.
        position: usize,
        /// The key.
        key: &'static str,
    },
    /// A field of a V4 event, by the names of messages and field. Displays as
    /// `function_call.symbol`.
    Message(&'static str),
}

impl From<&'static str> for FieldId {
    /// A field of a record, by its name in the schema.
    fn from(name: &'static str) -> Self {
        Self::Schema(name)
    }
}

impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schema(name) | Self::File(name) | Self::Key(name) | Self::Message(name) => name,
            Self::Length => "length",
            Self::Directory => "directory",
            Self::InRing => "in the ring",
            Self::OnDisk => "on the disk",
            Self::Json => "JSON",
            Self::ThreadKey { position, key } => return write!(f, "threads[{position}].{key}"),
        })
    }
}
