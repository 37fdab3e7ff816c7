//! Records the sample session.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::{Platform, WriterOptions};

use super::functions;
use super::texts;
use super::tracer::Tracer;
use super::words::{Counts, count_texts};
use crate::failure::Failure;
use crate::recording::{self, Limits, Recorded};

/// Over all threads. Recording and verifying so many events takes less than a second.
const MAX_EVENTS: u64 = 100_000;
/// Every thread may record this many, even if there are many threads.
const MIN_EVENTS_PER_THREAD: u64 = 200;

/// The result of a recording.
pub(super) struct Recording {
    pub(super) threads: u64,
    pub(super) texts_read: u64,
    pub(super) texts_found: u64,
    pub(super) recorded: Recorded,
    /// Size of the files.
    pub(super) bytes: u64,
    pub(super) duration_ns: u64,
    /// Words with their counts, the most frequent first.
    pub(super) top_words: Vec<(String, u64)>,
}

/// Counts words on `threads` threads and records that into a new session in `dir`.
pub(super) fn record(threads: u32, dir: &Path) -> Result<Recording, Failure> {
    let platform = Platform::host().ok_or_else(|| {
        let (arch, os) = (std::env::consts::ARCH, std::env::consts::OS);
        Failure::Other(format!("the trace format does not support this machine ({arch}, {os})"))
    })?;
    let texts = texts::find(Path::new("."));
    let mut session = SessionWriter::create(dir, platform, WriterOptions::default())?;
    session.set_symbols(functions::modules(), functions::symbols());
    session.describe_process()?;
    let counts = Mutex::new(Counts::new());
    let started = Instant::now();
    let max_events = (MAX_EVENTS / u64::from(threads)).max(MIN_EVENTS_PER_THREAD);
    let limits = Limits { events: max_events, details: max_events };
    let recording = recording::Recording::start(session, limits)?;
    // Thread i of n reads texts i, i + n, i + 2n, and so on.
    let recorded = recording.run(threads, |thread_id| {
        let tracer = Tracer::new(recording.thread(thread_id)?, platform.arch, max_events);
        let texts = texts.iter().skip(thread_id as usize).step_by(threads as usize);
        let texts_read = count_texts(texts, &counts, &tracer);
        tracer.finish()?;
        Ok(texts_read)
    });
    let texts_read = match recorded {
        Ok(texts_read) => texts_read,
        Err(failure) => {
            recording.fail(&failure);
            return Err(failure);
        }
    };
    let duration_ns = started.elapsed().as_nanos() as u64;
    let recorded = recording.finish()?;
    let counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Recording {
        threads: threads.into(),
        texts_read: texts_read.iter().sum(),
        texts_found: texts.len() as u64,
        recorded,
        bytes: TracePath::Session(dir.to_owned()).size_bytes(),
        duration_ns,
        top_words: by_frequency(counts),
    })
}

fn by_frequency(counts: Counts) -> Vec<(String, u64)> {
    let mut words: Vec<(String, u64)> = counts.into_iter().collect();
    words.sort_by(|(left, left_count), (right, right_count)| {
        right_count.cmp(left_count).then_with(|| left.cmp(right))
    });
    words
}
