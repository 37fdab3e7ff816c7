//! Threads of a trace, shared among threads of this process.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use atf_runtime::IndexReader;
use atf_runtime::format::IndexEvent;
use atf_runtime::verify::Progress;

use crate::error::Result;
use crate::options::Options;
use crate::selection::Selection;
use crate::trace::Trace;

/// What each thread of this process does with the threads of the trace that it is given.
pub(crate) trait Work: Sync {
    /// What it makes of them.
    type Made: Send;

    /// Before the first.
    fn start(&self) -> Self::Made;

    /// With each. `progress` is to be called with the number of events that were read.
    fn add(
        &self,
        made: &mut Self::Made,
        thread: (u32, &IndexReader),
        progress: &mut dyn FnMut(u64),
    ) -> Result<()>;
}

/// Does the work for all selected threads, the longest first. Gives what each thread of this process has made.
pub(crate) fn in_parallel<W: Work>(
    trace: &Trace<'_>,
    selection: &Selection,
    options: &Options,
    progress: Option<Progress<'_>>,
    work: &W,
) -> Result<Vec<W::Made>> {
    let selected = trace.threads().iter().filter(|(id, _)| selection.has_thread(*id));
    let mut threads: Vec<(u32, &IndexReader)> = selected.copied().collect();
    threads.sort_by_key(|(_, index)| std::cmp::Reverse(index.len()));
    let workers = options.worker_count().min(threads.len()).max(1);
    let mut silent = |_| ();
    let progress = progress.unwrap_or(&mut silent);
    let mut report = |events: u64| progress(events * size_of::<IndexEvent>() as u64);
    if workers == 1 {
        let mut made = work.start();
        for thread in threads {
            work.add(&mut made, thread, &mut report)?;
        }
        return Ok(vec![made]);
    }
    let (next, has_failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    let work_on = |sender: mpsc::Sender<u64>| -> Result<W::Made> {
        let mut made = work.start();
        // Nobody listens any more only after a panic.
        let mut send = |events| {
            let _ = sender.send(events);
        };
        while let Some(&thread) = threads.get(next.fetch_add(1, Ordering::Relaxed)) {
            if has_failed.load(Ordering::Relaxed) {
                break;
            }
            let added = work.add(&mut made, thread, &mut send);
            added.inspect_err(|_| has_failed.store(true, Ordering::Relaxed))?;
        }
        Ok(made)
    };
    std::thread::scope(|scope| {
        let work_on = &work_on;
        let spawn = |_| {
            let sender = sender.clone();
            scope.spawn(move || work_on(sender))
        };
        let spawned: Vec<_> = (0..workers).map(spawn).collect();
        drop(sender);
        receiver.iter().for_each(&mut report);
        let join = |worker: std::thread::ScopedJoinHandle<'_, Result<W::Made>>| match worker.join()
        {
            Ok(made) => made,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        spawned.into_iter().map(join).collect()
    })
}
