//! What verification found: problems and notes, collected by the checks and read by callers.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Fault, FieldId, Result};

/// After this many problems of one kind in one file the rest is only counted. Otherwise a file of garbage
/// could fill the memory.
const MOST_OF_A_KIND: u64 = 20;

/// One thing that is wrong. Displays as one line: file, region at byte N, field, expected, found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Problem {
    /// File or directory.
    pub file: PathBuf,
    /// Where in it, and what.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.fault)
    }
}

/// An observation that is not an error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Note {
    /// File or directory.
    pub file: PathBuf,
    /// The observation.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.text)
    }
}

/// Problems and notes of a verification.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Report {
    problems: Vec<Problem>,
    notes: Vec<Note>,
    of_a_kind: BTreeMap<(PathBuf, FieldId), u64>,
}

impl Report {
    /// Whether there is no problem.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.problems.is_empty()
    }

    /// What is wrong; of each kind in each file at most the first 20, the rest is a note.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Observations that are not errors.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    pub(super) fn problem(&mut self, file: &Path, fault: Fault) {
        let kind = (file.to_owned(), fault.field);
        let count = self.of_a_kind.entry(kind).or_default();
        *count += 1;
        if *count <= MOST_OF_A_KIND {
            self.problems.push(Problem { file: file.to_owned(), fault });
        }
    }

    pub(super) fn problems_in(&mut self, file: &Path, faults: Vec<Fault>) {
        for fault in faults {
            self.problem(file, fault);
        }
    }

    /// Takes problems back, for what only the session can tell to be none; returns how many.
    pub(super) fn take_back(&mut self, is_none: impl Fn(&Fault) -> bool) -> usize {
        let before = self.problems.len();
        self.problems.retain(|problem| !is_none(&problem.fault));
        before - self.problems.len()
    }

    pub(super) fn note(&mut self, file: &Path, text: impl Into<String>) {
        self.notes.push(Note { file: file.to_owned(), text: text.into() });
    }

    /// Wrong bytes are a problem. A file that cannot be read ends the verification.
    pub(super) fn add_error(&mut self, error: Error) -> Result<()> {
        match error {
            Error::Malformed { path, fault } => {
                self.problem(&path, *fault);
                Ok(())
            }
            error => Err(error),
        }
    }

    /// Notes how many problems were only counted.
    pub(super) fn finish(&mut self) {
        for ((file, field), count) in std::mem::take(&mut self.of_a_kind) {
            if count > MOST_OF_A_KIND {
                let more = count - MOST_OF_A_KIND;
                self.note(&file, format!("{more} more problems with {field}"));
            }
        }
    }
}
