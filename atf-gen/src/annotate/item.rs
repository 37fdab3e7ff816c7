//! The output of annotating: regions, ranges of bytes, problems, and skipped parts.

use std::fmt;

/// Most problems that a summary lists; it counts all of them.
const LISTED: usize = 1000;

/// Something that is not as the schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The part of the file: `header`, `event 3`, `footer`, `file`.
    pub region: String,
    /// Byte of the file.
    pub at: u64,
    /// The field within the region; empty if the problem concerns the region.
    pub field: String,
    /// What the schema or the rest of the file requires.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: ", self.region, self.at)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

/// What kind of bytes a range is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A field with a value.
    Field,
    /// Reserved, or left by a removed field.
    Reserved,
    /// A counted tail.
    Tail,
    /// A payload without a declared record.
    Opaque,
    /// Bytes that the schema does not know.
    Unknown,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Reserved => "reserved",
            Self::Tail => "tail",
            Self::Opaque => "opaque",
            Self::Unknown => "unknown",
        }
    }
}

/// Some bytes and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Range {
    /// First byte in the file.
    pub offset: u64,
    /// How many.
    pub length: u64,
    /// The first of them, at most [`Range::SHOWN`].
    pub bytes: Vec<u8>,
    /// What kind of bytes they are.
    pub kind: Kind,
    /// The record; empty when no record explains them.
    pub record: String,
    /// Path of the field within the record: `place.height`, `steps[2]`; empty when there is none.
    pub field: String,
    /// What the bytes say, with their unit; empty when there is nothing to say.
    pub value: String,
    /// More about the value: its target, or why it has no meaning.
    pub note: String,
    /// What the schema says that the field means.
    pub meaning: String,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
}

impl Range {
    /// Most bytes that a range holds.
    pub const SHOWN: usize = 32;
}

/// A part of the output of annotating, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// A part of the file starts: its name, its record, its first byte and one past its last.
    Region {
        /// `header`, `event 3`, `payload of event 3`, `footer`.
        name: String,
        /// The record.
        record: String,
        /// First byte.
        start: u64,
        /// One past the last byte.
        end: u64,
    },
    /// Some bytes.
    Range(Range),
    /// A problem that belongs to no bytes of the file.
    Problem(Problem),
    /// Events that are not shown.
    Skipped {
        /// How many, when they were counted.
        events: Option<u64>,
        /// First byte.
        start: u64,
        /// One past the last byte.
        end: u64,
    },
}

/// The result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Length of the file in bytes.
    pub length: u64,
    /// Events in the file, when they were counted.
    pub events: Option<u64>,
    /// How many problems were found.
    pub problems: u64,
    /// The first of them, in the order of the file.
    pub listed: Vec<Problem>,
}

impl Summary {
    pub(super) fn add(&mut self, problem: &Problem) {
        self.problems += 1;
        if self.listed.len() < LISTED {
            self.listed.push(problem.clone());
        }
    }
}
