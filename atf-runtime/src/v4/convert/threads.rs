//! The threads of the session that is made: a writer and the open calls of each. Threads come in any
//! order, event by event.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::few_files::FewFiles;
use super::open_calls::OpenCalls;
use crate::error::{Error, Result};
use crate::platform::Platform;
use crate::storage::Storage;
use crate::writer::{Event, Payload, ThreadSummary, ThreadWriter, WriterOptions};

/// Bytes that are collected per lane: of the first threads, and of those beyond, of which there may be very many.
const BUFFER_BYTES: usize = 64 * 1024;
const SMALL_BUFFER_BYTES: usize = 4 * 1024;
const LARGE_BUFFERS: usize = 64;

/// A thread that is being written.
pub(super) struct Thread<S: Storage> {
    pub(super) calls: OpenCalls,
    writer: ThreadWriter<FewFiles<S>>,
}

/// All threads.
pub(super) struct Threads<S: Storage> {
    storage: FewFiles<S>,
    dir: PathBuf,
    platform: Platform,
    threads: HashMap<u32, Thread<S>>,
}

impl<S: Storage> Thread<S> {
    /// Writes an event; false if the thread has as many as it can have.
    pub(super) fn write(&mut self, event: &Event, payload: Option<Payload<'_>>) -> Result<bool> {
        match self.writer.write_event(event, payload) {
            Ok(_) => Ok(true),
            Err(Error::SequencesExhausted { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl<S: Storage> Threads<S> {
    /// None yet; their directories will be in `dir`.
    pub(super) fn new(storage: S, dir: &Path, platform: Platform) -> Self {
        let storage = FewFiles::new(storage);
        Self { storage, dir: dir.to_owned(), platform, threads: HashMap::new() }
    }

    /// The thread, made with its files at its first event.
    pub(super) fn of(&mut self, id: u32) -> Result<&mut Thread<S>> {
        let is_early = self.threads.len() < LARGE_BUFFERS;
        match self.threads.entry(id) {
            std::collections::hash_map::Entry::Occupied(entry) => Ok(entry.into_mut()),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let bytes = if is_early { BUFFER_BYTES } else { SMALL_BUFFER_BYTES };
                let options = WriterOptions::default().buffer_bytes(bytes);
                let writer = ThreadWriter::create_in(
                    self.storage.clone(),
                    &self.dir,
                    id,
                    self.platform,
                    options,
                )?;
                Ok(entry.insert(Thread { calls: OpenCalls::default(), writer }))
            }
        }
    }

    /// Finalizes all files. The summaries are in the order of the threads' ids.
    pub(super) fn finalize(self) -> Result<Vec<ThreadSummary>> {
        let mut summaries = Vec::new();
        for thread in self.threads.into_values() {
            summaries.push(thread.writer.finalize()?);
        }
        summaries.sort_unstable_by_key(|summary| summary.thread_id);
        Ok(summaries)
    }
}
