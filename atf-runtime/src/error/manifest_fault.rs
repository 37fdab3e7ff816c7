//! What is wrong with a manifest, and what of it is left.

use std::fmt;

use super::count::count;

/// What is wrong with a manifest.json, or with the trace.json of a V4 trace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ManifestFault {
    /// It is longer than any manifest.
    TooLong {
        /// Most bytes that are read.
        limit: u64,
        /// Length of the file in bytes.
        found: u64,
    },
    /// It is not JSON, or lacks what is required of it, and none of its keys can be read.
    NotAManifest {
        /// What was found, with line and column.
        found: String,
    },
    /// It is not JSON, or lacks what is required of it. A part of it can be read:
    /// [`Manifest::read_damaged`](crate::manifest::Manifest::read_damaged).
    Damaged {
        /// What was found, with line and column.
        found: String,
        /// What is left of the names of functions.
        names: LeftNames,
    },
    /// A trace.json is not JSON.
    NotJson {
        /// What was found, with line and column.
        found: String,
    },
    /// A key of a trace.json is missing, or its value cannot be used.
    Key {
        /// The key: `timeStartNs`, `modules[2]`.
        key: String,
        /// What its value must be.
        expected: String,
        /// What was found; "nothing" for a missing key.
        found: String,
    },
}

impl fmt::Display for ManifestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit, found } => {
                write!(f, "length: expected at most {}, found {found}", count(*limit, "byte"))
            }
            Self::NotAManifest { found } => {
                write!(f, "expected a session's manifest, found: {found}")
            }
            Self::Damaged { found, names } => {
                write!(f, "expected a session's manifest, found: {found}; {names}")
            }
            Self::NotJson { found } => write!(f, "expected a JSON object, found: {found}"),
            Self::Key { key, expected, found } => {
                write!(f, "{key}: expected {expected}, found {found}")
            }
        }
    }
}

impl std::error::Error for ManifestFault {}

/// What is left of the names of functions in a damaged manifest. Displays as
/// `names: 41 can be read (1 in part), 2 are lost`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LeftNames {
    /// Symbols that can be read.
    pub read: u64,
    /// Those of them in which bytes that are not UTF-8 were replaced.
    pub changed: u64,
    /// Symbols that can be seen and not read.
    pub lost: u64,
    /// Whether the text ends too early. Then more may be lost.
    pub is_cut: bool,
}

impl fmt::Display for LeftNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { read, changed, lost, is_cut } = self;
        match (read, lost, is_cut) {
            (0, 0, false) => return f.write_str("it has no names"),
            (0, 0, true) => return f.write_str("it has no names before its end"),
            _ => write!(f, "names: {read} can be read")?,
        }
        if *changed > 0 {
            write!(f, " ({changed} in part)")?;
        }
        let at_least = if *is_cut { "at least " } else { "" };
        let verb = if *lost == 1 { "is" } else { "are" };
        write!(f, ", {at_least}{lost} {verb} lost")
    }
}
