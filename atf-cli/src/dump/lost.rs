//! Detail records that events link to and that are not there: printed as none, and told once.

use atf_runtime::format::IndexEvent;
use atf_runtime::{DetailEvent, DetailSeq, Error, ThreadReader};

use crate::failure::one_line;
use crate::trace::Opened;
use crate::{notes, numbers};

/// Counts a thread's links that lead nowhere.
#[derive(Default)]
pub(super) struct LostDetails {
    count: u64,
    first: Option<String>,
}

impl LostDetails {
    /// The record that `event` of that thread and sequence links to, or `None` if there is none or it
    /// is lost.
    pub(super) fn record_of<'a>(
        &mut self,
        files: &'a Opened,
        (thread_id, seq): (u32, u64),
        event: &IndexEvent,
    ) -> Option<DetailEvent<'a>> {
        let link = DetailSeq::from_field(event.detail_seq.get())?;
        let why = match files {
            Opened::Both(thread) => match thread.get_detail_for(event) {
                Ok(Some(record)) => return Some(record),
                Ok(None) => format!("{}: no detail record {link}", thread.dir().display()),
                Err(error) => whose(thread, link).unwrap_or_else(|| one_line(&error)),
            },
            Opened::Index(index) => {
                format!("{}: one file alone, its details are not beside it", index.path().display())
            }
            Opened::Detail(_) => return None,
        };
        self.count += 1;
        self.first.get_or_insert_with(|| format!("thread {thread_id}, event {seq}: {why}"));
        None
    }

    /// Says how many there were, and what the first one's trouble was.
    pub(super) fn note(&self) {
        if let Some(first) = &self.first {
            let lost = numbers::count(self.count, "detail record");
            notes::note(format_args!("{lost} cannot be shown, first: {first}"));
        }
    }
}

/// Which event the record is of, if it can be read: of another one than the event that links to it.
fn whose(thread: &ThreadReader, link: DetailSeq) -> Option<String> {
    let detail = thread.detail().ok()??;
    let owner = detail.get(link).ok()??.index_seq();
    let file = detail.path().display();
    Some(format!("its detail_seq is {link}, but that record belongs to event {owner} ({file})"))
}

/// Says why a detail lane ends before its end.
pub(super) fn note_rest_of_lane(error: &Error) {
    notes::note(format_args!("the rest cannot be read: {}", one_line(error)));
}
