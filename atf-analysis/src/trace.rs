//! What is analysed: the index files of threads, mapped where they are.

use atf_runtime::IndexReader;
use atf_runtime::session::SessionReader;

/// The threads of an analysis, each with its id. It borrows the readers; nothing is copied.
///
/// ```no_run
/// use atf_analysis::Trace;
/// use atf_runtime::session::SessionReader;
/// let session = SessionReader::open("my_session")?;
/// let trace = Trace::from(&session);
/// assert_eq!(trace.event_count(), session.event_count());
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    threads: Vec<(u32, &'a IndexReader)>,
}

impl<'a> Trace<'a> {
    /// The threads of these readers, each with the id of its thread, in any order.
    pub fn new(threads: impl IntoIterator<Item = (u32, &'a IndexReader)>) -> Self {
        let mut threads: Vec<_> = threads.into_iter().collect();
        threads.sort_by_key(|&(id, _)| id);
        Self { threads }
    }

    /// The threads, ordered by id.
    #[must_use]
    pub fn threads(&self) -> &[(u32, &'a IndexReader)] {
        &self.threads
    }

    /// Number of events in all threads.
    #[must_use]
    pub fn event_count(&self) -> u64 {
        self.threads.iter().map(|(_, index)| index.len() as u64).sum()
    }
}

impl<'a> From<&'a SessionReader> for Trace<'a> {
    /// The threads of a session that can be read.
    fn from(session: &'a SessionReader) -> Self {
        Self::new(session.readable().map(|(id, thread)| (id, thread.index())))
    }
}
