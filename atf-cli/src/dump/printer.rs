//! The interface of the output formats.

use std::io;

use atf_runtime::DetailEvent;

use crate::event::Shown;
use crate::out::Out;

/// Writes events in one format. A printer is created with the list of threads to print; `thread` is
/// a position in that list.
pub(super) trait Printer {
    /// Writes what comes before the first event.
    fn start(&mut self, out: &mut Out) -> io::Result<()>;

    /// Writes an event. `detail` is the record it links to, if details were requested and the
    /// record can be read.
    fn event(
        &mut self,
        thread: usize,
        seq: u64,
        event: Shown<'_>,
        detail: Option<&DetailEvent<'_>>,
        out: &mut Out,
    ) -> io::Result<()>;

    /// Writes a record of a detail.atf.
    fn record(&mut self, seq: u64, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()>;
}
