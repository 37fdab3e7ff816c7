//! Notes on stderr about a trace that is incomplete: unfinalized files, events that are still in a
//! ring, unreadable threads and manifests. Only what opening the files shows; `atf verify` reads all.

use std::path::Path;

use atf_runtime::Error;
use atf_runtime::reader::{FooterState, TrailingBytes};
use atf_runtime::ring::left_in_ring;
use atf_runtime::session::Session;

use super::{Opened, Thread, Trace};
use crate::{hint, notes, numbers};

/// After this many notes, further threads are only counted: a killed program may have thousands.
const MAX_NOTES: usize = 40;

/// What is incomplete in a trace, to be [printed](Self::print).
pub(crate) struct Incomplete<'a> {
    trace: &'a Trace,
    notes: Vec<String>,
    threads_without_note: u64,
    is_repairable: bool,
}

impl Trace {
    /// Looks for unreadable or incomplete files of `threads`, and of the manifest.
    ///
    /// # Errors
    ///
    /// If the operating system refuses to read a ring.
    pub(crate) fn incomplete_files<'a>(
        &self,
        threads: impl IntoIterator<Item = &'a Thread>,
    ) -> Result<Incomplete<'_>, Error> {
        let mut notes = Vec::new();
        if let Some(Err(error)) = self.session.as_ref().map(Session::manifest) {
            notes.push(format!("{error:#}"));
        }
        let mut is_repairable = false;
        let mut threads_without_note = 0;
        for thread in threads {
            let before = notes.len();
            if let Some(dir) = &thread.dir {
                is_repairable |= note_ring(dir, &mut notes)?;
            }
            match &thread.files {
                Err(error) => {
                    notes.push(format!("thread {} was skipped: {error:#}", thread.id));
                }
                // Its ring has a note already.
                Ok(Opened::Ring(_)) => {}
                Ok(files) => {
                    note_footers(files, &mut notes);
                    is_repairable |= hint::is_repairable(files);
                }
            }
            if before >= MAX_NOTES && notes.len() > before {
                notes.truncate(before);
                threads_without_note += 1;
            }
        }
        Ok(Incomplete { trace: self, notes, threads_without_note, is_repairable })
    }

    /// Prints a note about the first ring that recovery can read. For a trace without any readable
    /// thread.
    pub(super) fn note_first_ring(&self) -> Result<(), Error> {
        for dir in self.threads.iter().filter_map(|thread| thread.dir.as_deref()) {
            let mut notes = Vec::new();
            let is_repairable = note_ring(dir, &mut notes)?;
            notes.iter().for_each(notes::note);
            if is_repairable {
                hint::recover(&self.path);
                break;
            }
        }
        Ok(())
    }
}

impl Incomplete<'_> {
    /// Prints the notes. Suggests `atf recover` if it would help.
    pub(crate) fn print(&self) {
        self.notes.iter().for_each(notes::note);
        if self.threads_without_note > 0 {
            let threads = numbers::count(self.threads_without_note, "more incomplete thread");
            notes::note(format_args!("{threads}; run `atf verify` to list them"));
        }
        if self.is_repairable {
            hint::recover(&self.trace.path);
        }
    }
}

/// Adds a note about the events that are still in a thread's ring. Returns whether recovery would
/// write them to files.
fn note_ring(thread_dir: &Path, notes: &mut Vec<String>) -> Result<bool, Error> {
    Ok(match left_in_ring(thread_dir) {
        Err(error) if error.is_refusal() => return Err(error),
        Ok(Some(left)) if left.events > 0 => {
            let events = numbers::count(left.events, "event");
            let why = if left.is_recording {
                "the thread is being recorded"
            } else {
                "the ring was not drained"
            };
            let file = left.file.display();
            notes.push(format!("{file}: {events} not written to index.atf yet: {why}"));
            !left.is_recording
        }
        Ok(_) => false,
        Err(error) => {
            notes.push(format!("{error:#}"));
            false
        }
    })
}

fn note_footers(files: &Opened, notes: &mut Vec<String>) {
    if let Some(index) = files.index()
        && let Some(problem) = footer_problem(index.extent().footer)
    {
        let events = numbers::count(index.len() as u64, "complete event");
        notes.push(format!("{}: {problem}; {events} can be read", index.path().display()));
    }
    match files.detail() {
        Ok(Some(detail)) => {
            if let Some(problem) = footer_problem(detail.extent().footer) {
                notes.push(format!("{}: {problem}", detail.path().display()));
            }
        }
        Ok(None) => {}
        Err(error) => notes.push(format!("{error:#}")),
    }
}

/// `None` if the footer is intact.
fn footer_problem(footer: FooterState) -> Option<String> {
    let bytes = |len| numbers::count(len, "byte");
    const MISSING: &str = "no footer: the file was not finalized, or its end is missing";
    match footer {
        FooterState::Complete { .. } => None,
        FooterState::Damaged { offset } => Some(format!("the footer at byte {offset} is damaged")),
        FooterState::Missing(TrailingBytes::Event { len }) => {
            Some(format!("{MISSING} ({} of an incomplete event at the end)", bytes(len)))
        }
        FooterState::Missing(TrailingBytes::Footer { len }) => {
            Some(format!("{MISSING} ({} of an incomplete footer at the end)", bytes(len)))
        }
        FooterState::Missing(TrailingBytes::Unwritten { len }) => Some(format!(
            "{MISSING} ({} at the end cannot have been written: zeros, or time 0; they are not \
             shown)",
            bytes(len)
        )),
        _ => Some(MISSING.to_owned()),
    }
}
