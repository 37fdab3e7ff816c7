//! The session of the demonstration: threads, tracers, and what came of it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::{Platform, Result as TraceResult, ThreadSummary, WriterOptions};

use super::functions;
use super::texts::{self, Text};
use super::tracer::Tracer;
use super::words::{Counts, count_texts};
use crate::failure::Failure;

/// Events of all threads together: recorded, verified and printed within a second.
const MAX_EVENTS: u64 = 100_000;
/// So that a thread has something to show, however many there are.
const MIN_EVENTS_PER_THREAD: u64 = 200;

/// What was recorded.
pub(super) struct Recording {
    pub(super) threads: u64,
    pub(super) texts_read: u64,
    pub(super) texts_found: u64,
    pub(super) events: u64,
    pub(super) details: u64,
    /// Bytes of the files.
    pub(super) bytes: u64,
    pub(super) duration_ns: u64,
    /// Words by how often they occur, the most frequent first.
    pub(super) top_words: Vec<(String, u64)>,
}

/// Does the work on so many threads and records it into `dir`.
pub(super) fn record(threads: u32, dir: &Path) -> Result<Recording, Failure> {
    let platform = Platform::host().ok_or_else(|| {
        let (arch, os) = (std::env::consts::ARCH, std::env::consts::OS);
        Failure::Other(format!("the format has no number for this machine ({arch}, {os})"))
    })?;
    let texts = texts::find(Path::new("."));
    let mut session = SessionWriter::create(dir, platform, WriterOptions::default())?;
    session.set_symbols(functions::modules(), functions::symbols());
    let counts = Mutex::new(Counts::new());
    let started = Instant::now();
    let recorded = record_threads(threads, &texts, &session, platform, &counts)?;
    let (summaries, texts_read): (Vec<_>, Vec<_>) = recorded.into_iter().unzip();
    let duration_ns = started.elapsed().as_nanos() as u64;
    session.finish(&summaries)?;
    let counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Recording {
        threads: threads.into(),
        texts_read: texts_read.iter().sum(),
        texts_found: texts.len() as u64,
        events: summaries.iter().map(|thread| u64::from(thread.events)).sum(),
        details: summaries.iter().map(|thread| u64::from(thread.details.unwrap_or(0))).sum(),
        bytes: TracePath::Session(dir.to_owned()).size_bytes(),
        duration_ns,
        top_words: by_frequency(counts),
    })
}

/// Thread i of n takes texts i, i + n, i + 2n and so on. Returns what each recorded and how many texts it read.
fn record_threads(
    threads: u32,
    texts: &[Text],
    session: &SessionWriter,
    platform: Platform,
    counts: &Mutex<Counts>,
) -> TraceResult<Vec<(ThreadSummary, u64)>> {
    let max_events = (MAX_EVENTS / u64::from(threads)).max(MIN_EVENTS_PER_THREAD);
    let work = |thread_id: u32| {
        let tracer = Tracer::new(session.thread(thread_id)?, platform.arch, max_events);
        let texts = texts.iter().skip(thread_id as usize).step_by(threads as usize);
        let texts_read = count_texts(texts, counts, &tracer);
        Ok((tracer.finish()?, texts_read))
    };
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..threads).map(|id| scope.spawn(move || work(id))).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect()
    })
}

fn by_frequency(counts: Counts) -> Vec<(String, u64)> {
    let mut words: Vec<(String, u64)> = counts.into_iter().collect();
    words.sort_by(|(left, left_count), (right, right_count)| {
        right_count.cmp(left_count).then_with(|| left.cmp(right))
    });
    words
}
