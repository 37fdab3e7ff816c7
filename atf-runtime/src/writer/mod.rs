//! Writing a thread's files: events come in from the traced thread, index.atf and detail.atf
//! go out through a [`Storage`](crate::storage::Storage).
//!
//! A tracer uses [`ThreadWriter`]. It writes through an [`IndexWriter`] and a [`DetailWriter`], one for
//! each lane.

mod chunk_sums;
mod chunk_times;
mod detail;
mod detail_offsets;
mod event;
mod foreign;
mod index;
mod payload;
mod record_log;
pub(crate) mod resume;
mod section;
mod section_sum;
mod summary;
mod thread;

pub(crate) use chunk_sums::{ChunkSums, Mark};
pub use detail::DetailWriter;
pub(crate) use detail::Partial;
pub(crate) use detail_offsets::DetailOffsetsFile;
pub use event::Event;
pub use index::IndexWriter;
pub(crate) use payload::Encoded;
pub use payload::{FunctionDetail, Payload};
pub(crate) use record_log::Beside;
pub(crate) use section_sum::SectionSum;
pub use summary::ThreadSummary;
pub use thread::ThreadWriter;

/// How a writer buffers, when it asks the disk to make data durable, and which directories it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct WriterOptions {
    /// Bytes collected per lane before they go to the disk in one write. 128 to 512 KiB measured
    /// best; less means more system calls, more does not fit the processor's cache. More than 1 GiB
    /// counts as 1 GiB.
    pub buffer_bytes: usize,
    /// Whether finalizing syncs events and footer, and then the header, so that a finalized file
    /// survives a power cut.
    pub sync_on_finalize: bool,
    /// Whether missing directories above the files are created, for their owner only. Otherwise a
    /// missing one is an error. After a failure, directories that were created may stay.
    pub create_parents: bool,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { buffer_bytes: 256 * 1024, sync_on_finalize: true, create_parents: false }
    }
}

impl WriterOptions {
    /// Sets [`buffer_bytes`](Self::buffer_bytes).
    #[must_use]
    pub const fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.buffer_bytes = bytes;
        self
    }

    /// Sets [`sync_on_finalize`](Self::sync_on_finalize).
    #[must_use]
    pub const fn sync_on_finalize(mut self, sync: bool) -> Self {
        self.sync_on_finalize = sync;
        self
    }

    /// Sets [`create_parents`](Self::create_parents).
    ///
    /// ```
    /// use atf_runtime::{Platform, ThreadWriter, WriterOptions};
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let dir = dir.path();
    /// let session = dir.join("traces/session_20260102_030405/pid_77");
    /// let platform = Platform::host().unwrap();
    /// let options = WriterOptions::default();
    /// assert!(ThreadWriter::create(&session, 0, platform, options).is_err());
    /// ThreadWriter::create(&session, 0, platform, options.create_parents(true))?;
    /// assert!(session.join("thread_0/index.atf").exists());
    /// # Ok::<(), atf_runtime::Error>(())
    /// ```
    #[must_use]
    pub const fn create_parents(mut self, create: bool) -> Self {
        self.create_parents = create;
        self
    }
}
