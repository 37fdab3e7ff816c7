//! What changed between two schemas of a format, and the effect on existing readers.
//!
//! Compares two schemas and returns a list of [`Finding`]s. The command shows it, and compares the
//! schema with every release. First, elements are paired (`pair`) by structure, not by the
//! names of types. Then each file of rules compares the pairs and says what each change does to an
//! old reader with a new file and to a new reader with an old file, without regard to the version.
//! At the end `judge` turns this into verdicts: if a reader does not accept the version, it refuses
//! the file.

mod accepted;
mod bytes;
mod change;
mod constants;
mod element_names;
mod enums;
mod fields;
mod files;
mod finding;
mod flags;
mod format;
mod judge;
mod legal;
mod names;
mod pair;
mod payloads;
pub mod report;
mod roles;
mod rule;
mod sizes;
mod tails;
mod uses;
mod values;

pub use accepted::{Accepted, Stale};
pub use finding::{Finding, Needs, Outcome, Place, Verdict};
pub use rule::Rule;

use crate::diagnostic::Diagnostics;
use crate::model::Format;
use crate::source::Source;
use change::Change;
use pair::Pairs;

/// A schema with its text, whose lines the findings show.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct Schema {
    /// The text.
    pub source: Source,
    /// What it says.
    pub format: Format,
}

impl Schema {
    /// Reads and checks a schema, as [`crate::load`] does.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn load(name: impl Into<String>, bytes: &[u8]) -> Result<Self, Diagnostics> {
        let name = name.into();
        let format = crate::load(name.as_str(), bytes)?;
        Ok(Self { source: Source::new(name, bytes)?, format })
    }

    /// Version and revision: `1.0`.
    #[must_use]
    pub fn number(&self) -> String {
        format!("{}.{}", self.format.version, self.format.revision)
    }
}

/// Both formats, and which element of one is which of the other.
struct Context<'a> {
    old: &'a Format,
    new: &'a Format,
    pairs: Pairs,
    /// The uses of each record of the new schema.
    uses: Vec<Vec<uses::Use>>,
}

/// Every change from `old` to `new`, in the order of the new schema's lines.
///
/// Empty when the two say the same. Never panics.
#[must_use]
pub fn compare(old: &Schema, new: &Schema) -> Vec<Finding> {
    let pairs = Pairs::of(&old.format, &new.format);
    let cx = Context { old: &old.format, new: &new.format, pairs, uses: uses::uses(&new.format) };
    let rules: &[fn(&Context<'_>, &mut Vec<Change>)] = &[
        format::check,
        names::check,
        constants::check,
        enums::check,
        flags::check,
        files::check,
        payloads::check,
        fields::check,
        bytes::check,
        roles::check,
        sizes::check,
        tails::check,
    ];
    let mut changes = Vec::new();
    for rule in rules {
        rule(&cx, &mut changes);
    }
    judge::judge(old, new, changes)
}
