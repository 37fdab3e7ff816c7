//! Writing the made-up calls: as many threads at a time as the machine has cores.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, ScopedJoinHandle};

use atf_runtime::format::{EventKind, MAX_STACK_BYTES};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, FunctionDetail, Payload, Result, ThreadSummary, WriterOptions};

use super::calls::{self, Calls};
use super::plan::{PLATFORM, Plan};
use super::random::Random;
use crate::progress::{Progress, Unit};

/// When the first thread starts, in ns of a machine that has been up for a while.
const START_NS: u64 = 1_000_000_000_000;
/// Threads start within this time, and so overlap.
const STARTS_WITHIN_NS: u64 = 100_000;
const EVENTS_PER_PROGRESS: u64 = 16 * 1024;
const USUAL_STACK_BYTES: usize = 128;
const MAX_STACK: usize = MAX_STACK_BYTES as usize;

/// What was made.
pub(super) struct Made {
    pub(super) events: u64,
    pub(super) details: u64,
}

/// Records the session that is planned into `out`.
pub(super) fn record(plan: &Plan, out: &Path) -> Result<Made> {
    let mut session = SessionWriter::create(out, PLATFORM, WriterOptions::default())?;
    session.set_symbols(calls::modules(), calls::symbols());
    let summaries = {
        let progress = if plan.is_mostly_threads() {
            Progress::new("making", plan.threads.into(), Unit::Threads)
        } else {
            Progress::new("making", plan.events(), Unit::Events)
        };
        record_threads(plan, &session, &progress)?
    };
    session.finish(&summaries)?;
    Ok(Made {
        events: summaries.iter().map(|thread| u64::from(thread.events)).sum(),
        details: summaries.iter().map(|thread| u64::from(thread.details.unwrap_or(0))).sum(),
    })
}

fn record_threads(
    plan: &Plan,
    session: &SessionWriter,
    progress: &Progress,
) -> Result<Vec<ThreadSummary>> {
    // Wider than a thread's id, so that taking one too many by each worker cannot wrap.
    let next_thread = AtomicU64::new(0);
    let work = || {
        let mut summaries = Vec::new();
        while let Ok(thread_id) = u32::try_from(next_thread.fetch_add(1, Ordering::Relaxed))
            && thread_id < plan.threads
        {
            summaries.push(record_thread(plan, session, thread_id, progress)?);
        }
        Ok(summaries)
    };
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let workers = cores.min(plan.threads as usize);
    let results: Vec<Result<Vec<ThreadSummary>>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(join).collect()
    });
    let mut summaries = Vec::new();
    for result in results {
        summaries.extend(result?);
    }
    summaries.sort_by_key(|thread| thread.thread_id);
    Ok(summaries)
}

/// A worker's result; its panic goes on here.
fn join<T>(worker: ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn record_thread(
    plan: &Plan,
    session: &SessionWriter,
    thread_id: u32,
    progress: &Progress,
) -> Result<ThreadSummary> {
    let mut random = Random::new(plan.seed, thread_id.into());
    let mut calls = Calls::new(START_NS + random.below(STARTS_WITHIN_NS), &mut random);
    let mut writer = session.thread(thread_id)?;
    let events = plan.events_of(thread_id);
    let mut stack = [0; MAX_STACK];
    for number in 1..=events {
        let event = calls.next(events - number, &mut random);
        if plan.detail_every > 0 && number.is_multiple_of(plan.detail_every) {
            let detail = detail(&event, &mut stack, &mut random);
            writer.write_event(&event, Some(Payload::Function(detail)))?;
        } else {
            writer.write_event(&event, None)?;
        }
        if number.is_multiple_of(EVENTS_PER_PROGRESS) {
            progress.add(EVENTS_PER_PROGRESS);
        }
    }
    let summary = writer.finalize()?;
    progress.add(if plan.is_mostly_threads() { 1 } else { events % EVENTS_PER_PROGRESS });
    Ok(summary)
}

/// Registers and stack of an event: on a return only the result.
fn detail<'a>(
    event: &Event,
    stack: &'a mut [u8; MAX_STACK],
    random: &mut Random,
) -> FunctionDetail<'a> {
    let len = if random.one_in(16) {
        random.below(MAX_STACK as u64 + 1) as usize
    } else {
        USUAL_STACK_BYTES
    };
    random.fill(&mut stack[..len]);
    let sp = 0x7FFE_0000_0000 - u64::from(event.call_depth) * 0x80;
    let mut x_regs = [0; 8];
    if event.event_kind == EventKind::RETURN {
        x_regs[0] = random.below(1 << 16);
    } else {
        x_regs.fill_with(|| random.any() >> 20);
        x_regs[6..].copy_from_slice(&[sp + 0x70, sp]);
    }
    FunctionDetail {
        x_regs,
        lr: 0x40_0000 + random.below(1 << 16),
        fp: sp + 0x70,
        sp,
        stack: &stack[..len],
    }
}
