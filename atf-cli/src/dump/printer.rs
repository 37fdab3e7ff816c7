//! What an output format has to do.

use std::io;

use atf_runtime::DetailEvent;
use atf_runtime::format::IndexEvent;

use crate::out::Out;

/// Writes a trace in one format. Each is made with the threads that are printed; an event's is told by its
/// place among them.
pub(super) trait Printer {
    /// Before everything.
    fn start(&mut self, out: &mut Out) -> io::Result<()>;

    /// An index event of the thread at `thread`; `detail` is the record it links to, where details were
    /// asked for and it is there.
    fn event(
        &mut self,
        thread: usize,
        seq: u64,
        event: &IndexEvent,
        detail: Option<&DetailEvent<'_>>,
        out: &mut Out,
    ) -> io::Result<()>;

    /// A detail record, when the lane of a single thread is printed by itself.
    fn record(&mut self, seq: u64, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()>;
}
