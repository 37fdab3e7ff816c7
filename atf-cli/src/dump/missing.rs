//! The detail records that events link to. Events whose record cannot be read are printed like those without details,
//! and one note counts them.

use atf_runtime::format::IndexEvent;
use atf_runtime::reader::DetailCursor;
use atf_runtime::{DetailEvent, DetailSeq, Error, ThreadReader};

use crate::trace::{Opened, Thread};
use crate::{notes, numbers};

/// Finds detail records. Counts those that are missing and remembers the first.
pub(super) struct Details<'a> {
    /// Where each thread is in its detail lane.
    cursors: Vec<Option<DetailCursor<'a>>>,
    missing: u64,
    first: Option<String>,
}

impl<'a> Details<'a> {
    /// Those of these threads.
    pub(super) fn of(threads: &[&'a Thread]) -> Self {
        let cursor = |thread: &&'a Thread| match &thread.files {
            Ok(Opened::Both(files) | Opened::Ring(files)) => Some(files.detail_cursor()),
            _ => None,
        };
        Self { cursors: threads.iter().map(cursor).collect(), missing: 0, first: None }
    }

    /// The record that `event` of the thread at position `at` links to. `None` if it links to none, or the record is missing.
    ///
    /// # Errors
    ///
    /// If the operating system refuses to read the file that tells where the record is.
    pub(super) fn record_of(
        &mut self,
        at: usize,
        files: &'a Opened,
        (thread_id, seq): (u32, u64),
        event: &IndexEvent,
    ) -> Result<Option<DetailEvent<'a>>, Error> {
        let Some(link) = DetailSeq::from_field(event.detail_seq.get()) else { return Ok(None) };
        let found = self.cursors[at].as_mut().map(|cursor| cursor.get_for(event)).transpose();
        let why = match files {
            Opened::Both(thread) | Opened::Ring(thread) => match found.map(Option::flatten) {
                Ok(Some(record)) => return Ok(Some(record)),
                Ok(None) => format!("{}: no detail record {link}", thread.dir().display()),
                Err(error) if error.is_refusal() => return Err(error),
                Err(error) => wrong_owner(thread, link).unwrap_or_else(|| format!("{error:#}")),
            },
            Opened::Index(index) => {
                let file = index.path().display();
                format!("{file} contains no details; pass its thread directory to show them")
            }
            Opened::Detail(_) => return Ok(None),
        };
        self.missing += 1;
        self.first.get_or_insert_with(|| format!("thread {thread_id}, event {seq}: {why}"));
        Ok(None)
    }

    /// Prints how many records were missing, and why the first one was.
    pub(super) fn note(&self) {
        if let Some(first) = &self.first {
            let missing = numbers::count(self.missing, "detail record");
            notes::note(format_args!("{missing} cannot be shown; first: {first}"));
        }
    }
}

/// If the record can be read and belongs to another event, says to which.
fn wrong_owner(thread: &ThreadReader, link: DetailSeq) -> Option<String> {
    let detail = thread.detail().ok()??;
    let owner = detail.get(link).ok()??.index_seq();
    let file = detail.path().display();
    Some(format!("its detail_seq is {link}, but that record belongs to event {owner} ({file})"))
}

/// Prints why the records after a damaged one are not shown.
pub(super) fn note_unreadable_records(error: &Error) {
    notes::note(format_args!("the remaining records cannot be read: {error:#}"));
}
