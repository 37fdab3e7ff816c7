//! What a page is of.

use atf_analysis::names::Names;
use atf_analysis::{Options, Selection, Trace};
use atf_runtime::manifest::Manifest;

/// What a page is of: a trace, what its functions are called, and which of its calls are taken.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct Source<'a> {
    /// The events.
    pub trace: &'a Trace<'a>,
    /// The names of the functions.
    pub names: &'a Names,
    /// Names of threads come from here; with `with_process` also what is known of the process.
    pub manifest: Option<&'a Manifest>,
    /// Which calls are taken.
    pub selection: &'a Selection,
    /// How they are matched.
    pub options: &'a Options,
    /// The title of the page.
    pub title: &'a str,
    /// Whether the page shows the command line and the host. They may be private.
    pub with_process: bool,
}

impl Source<'_> {
    /// The time that is shown, in ns: that of the events, within the selected range.
    pub(crate) fn time_range(&self) -> (u64, u64) {
        let ranges = self.trace.threads().iter().filter_map(|(_, index)| index.time_range());
        let whole = ranges.reduce(|(start, end), (from, to)| (start.min(from), end.max(to)));
        let (start, end) = whole.unwrap_or_default();
        let start = self.selection.from_ns.map_or(start, |from| from.max(start));
        let end = self.selection.to_ns.map_or(end, |to| to.min(end));
        (start, end.max(start))
    }

    pub(crate) fn thread_name(&self, thread_id: u32) -> Option<&str> {
        let threads = &self.manifest?.threads;
        threads.iter().find(|thread| thread.id == thread_id)?.name.as_deref()
    }
}
