//! What an output format has to do.

use std::io;

use atf_runtime::DetailEvent;
use atf_runtime::format::IndexEvent;

use crate::out::Out;
use crate::trace::Lanes;

/// Writes a trace in one format. Called in the order of the methods, thread by thread.
pub(super) trait Printer {
    /// Before everything.
    fn start(&mut self, out: &mut Out) -> io::Result<()>;

    /// Before the lines of a thread.
    fn thread(&mut self, thread_id: u32, lanes: &Lanes, out: &mut Out) -> io::Result<()>;

    /// An index event; `detail` is the record it links to, where details were asked for and it is
    /// there.
    fn event(
        &mut self,
        seq: u64,
        event: &IndexEvent,
        detail: Option<&DetailEvent<'_>>,
        out: &mut Out,
    ) -> io::Result<()>;

    /// A detail record, when the lane is printed by itself.
    fn record(&mut self, seq: u64, record: &DetailEvent<'_>, out: &mut Out) -> io::Result<()>;
}
