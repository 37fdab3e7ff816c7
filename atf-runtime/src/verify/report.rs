//! What verification found: problems and notes, collected by the checks and read by callers.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::faults::{Faults, MOST_OF_A_KIND};
use crate::error::{self, Error, Fault, FieldId, Result};

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
    notes_of_a_kind: BTreeMap<NoteKind, u64>,
    /// The kinds of those notes that have one, by position.
    note_kinds: BTreeMap<usize, NoteKind>,
    /// Files without chunk checksums.
    unprotected: Vec<PathBuf>,
    /// Clocks that do not fit the operating system, as the original tracer wrote them.
    original_clocks: Vec<Problem>,
}

/// Notes that a session may have of each of its threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NoteKind {
    NoChecksum,
    Backward,
    Jump,
    NoDetailFile,
    Damaged,
    Lost,
}

impl NoteKind {
    /// What a note of this kind is about, and what it says of it.
    const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::NoChecksum => ("more file", "with a checksum of 0"),
            Self::Backward => ("more file", "in which the clock went backwards"),
            Self::Jump => ("more file", "in which the time jumps by more than a day"),
            Self::NoDetailFile => ("more thread", "without the detail.atf that the manifest lists"),
            Self::Damaged => ("more range", "of damaged events or detail records"),
            Self::Lost => ("more thread", "marked lost"),
        }
    }
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

    /// A note of which only the first 20 are listed, whatever their files.
    pub(super) fn note_of(&mut self, kind: NoteKind, file: &Path, text: impl Into<String>) {
        let count = self.notes_of_a_kind.entry(kind).or_default();
        *count += 1;
        if *count <= MOST_OF_A_KIND {
            self.note_kinds.insert(self.notes.len(), kind);
            self.note(file, text);
        }
    }

    /// Takes what was found in other files, as if it were added to this report.
    pub(super) fn append(&mut self, later: Self) {
        for Problem { file, fault } in later.problems {
            self.problem(&file, fault);
        }
        for (kind, count) in later.of_a_kind {
            *self.of_a_kind.entry(kind).or_default() += count.saturating_sub(MOST_OF_A_KIND);
        }
        for (at, Note { file, text }) in later.notes.into_iter().enumerate() {
            match later.note_kinds.get(&at) {
                Some(&kind) => self.note_of(kind, &file, text),
                None => self.note(&file, text),
            }
        }
        for (kind, count) in later.notes_of_a_kind {
            *self.notes_of_a_kind.entry(kind).or_default() += count.saturating_sub(MOST_OF_A_KIND);
        }
        self.original_clocks.extend(later.original_clocks);
        self.unprotected.extend(later.unprotected);
    }

    /// A file that has no chunk checksums. There is one note for all of them.
    pub(super) fn unprotected(&mut self, file: &Path) {
        self.unprotected.push(file.to_owned());
    }

    /// Takes the faults that a pass found in `file`.
    pub(super) fn faults_in(&mut self, file: &Path, faults: Faults) {
        let only_counted = faults.only_counted();
        self.problems_in(file, faults.into_kept());
        for (field, more) in only_counted {
            *self.of_a_kind.entry((file.to_owned(), field)).or_default() += more;
        }
    }

    /// A clock as the original tracer wrote it. [`settle_clocks`](Self::settle_clocks) decides whether it is a
    /// problem: other files of the session may say that it is.
    pub(super) fn original_clock(&mut self, file: &Path, fault: Fault) {
        self.original_clocks.push(Problem { file: file.to_owned(), fault });
    }

    /// Makes problems of the original tracer's clocks if something contradicts them, else one note. `path` is
    /// what was verified.
    pub(super) fn settle_clocks(&mut self, path: &Path, is_contradicted: bool) {
        let clocks = std::mem::take(&mut self.original_clocks);
        let Some(first) = clocks.first().filter(|_| !is_contradicted) else {
            clocks.into_iter().for_each(|clock| self.problem(&clock.file, clock.fault));
            return;
        };
        let what = match clocks.len() {
            1 => String::new(),
            threads => format!(" in {}", error::count(threads as u64, "thread")),
        };
        let Fault { field, found, .. } = &first.fault;
        let text = format!(
            "{field} {found} on linux{what}, as the original tracer writes it: its times are of \
             CLOCK_MONOTONIC, which stops while the machine sleeps"
        );
        let path = if clocks.len() == 1 { &first.file } else { path }.to_owned();
        self.note(&path, text);
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

    /// Notes how many problems and notes were only counted. `path` is what was verified.
    pub(super) fn finish(&mut self, path: &Path) {
        self.settle_clocks(path, false);
        let unprotected = std::mem::take(&mut self.unprotected);
        match unprotected.as_slice() {
            [] => {}
            [file] => self.note(file, "not protected: it has no chunk checksums"),
            files => {
                let files = error::count(files.len() as u64, "file");
                self.note(path, format!("not protected: {files} without chunk checksums"));
            }
        }
        for (kind, count) in std::mem::take(&mut self.notes_of_a_kind) {
            if count > MOST_OF_A_KIND {
                let (noun, what) = kind.text();
                let more = error::count(count - MOST_OF_A_KIND, noun);
                self.note(path, format!("{more} {what}"));
            }
        }
        for ((file, field), count) in std::mem::take(&mut self.of_a_kind) {
            if count > MOST_OF_A_KIND {
                let more = error::count(count - MOST_OF_A_KIND, "more problem");
                self.note(&file, format!("{more} with {field}"));
            }
        }
    }
}
