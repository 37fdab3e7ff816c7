//! Records the generated calls, with as many threads at a time as the machine has cores.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use atf_runtime::format::{EventKind, MAX_STACK_BYTES};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, FunctionDetail, Payload, WriterOptions};

use super::calls::{self, Calls};
use super::plan::{PLATFORM, Plan};
use super::random::Random;
use crate::failure::Failure;
use crate::interrupt;
use crate::numbers;
use crate::partial::Partial;
use crate::progress::{Progress, Unit};
use crate::recording::{Limits, Recorded, Recording};

/// The earliest start of a thread, in ns since boot.
const START_NS: u64 = 1_000_000_000_000;
/// All threads start within this time, so that they overlap.
const STARTS_WITHIN_NS: u64 = 100_000;
const EVENTS_PER_PROGRESS: u64 = 16 * 1024;
const DEFAULT_STACK_BYTES: usize = 128;
const MAX_STACK: usize = MAX_STACK_BYTES as usize;

/// Records the planned session into `out`.
pub(super) fn record(plan: &Plan, out: &Path) -> Result<Recorded, Failure> {
    let partial = Partial::new(out, false)?;
    interrupt::watch();
    let recorded = record_into(plan, partial.work())?;
    partial.keep()?;
    Ok(recorded)
}

fn record_into(plan: &Plan, out: &Path) -> Result<Recorded, Failure> {
    let mut session = SessionWriter::create(out, PLATFORM, WriterOptions::default())?;
    session.set_symbols(calls::modules(), calls::symbols());
    // No other thread has more events than the first one.
    let limits = Limits { events: plan.events_of(0), details: plan.details_of(0) };
    let recording = Recording::start(session, limits)?;
    {
        let progress = if plan.is_mostly_threads() {
            Progress::new("generating", plan.threads.into(), Unit::Threads)
        } else {
            Progress::new("generating", plan.events(), Unit::Events)
        };
        if let Err(failure) = record_threads(plan, &recording, &progress) {
            recording.fail(&failure);
            return Err(failure);
        }
    }
    let recorded = recording.finish()?;
    let dropped = recorded.dropped();
    if dropped > 0 {
        // Only details: a dropped event is an error of `Thread::record`.
        return Err(Failure::Other(format!(
            "{}: dropped {} because the disk is too slow; generate it again",
            out.display(),
            numbers::count(dropped, "detail")
        )));
    }
    Ok(recorded)
}

fn record_threads(plan: &Plan, recording: &Recording, progress: &Progress) -> Result<(), Failure> {
    // Every worker takes one id too many at the end; in 64 bits that cannot overflow.
    let next_thread = AtomicU64::new(0);
    let work = |_| {
        while let Ok(thread_id) = u32::try_from(next_thread.fetch_add(1, Ordering::Relaxed))
            && thread_id < plan.threads
        {
            record_thread(plan, recording, thread_id, progress)?;
            if interrupt::is_interrupted() {
                return Err(Failure::Other("interrupted; what was written is removed".to_owned()));
            }
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let workers = u32::try_from(cores).unwrap_or(u32::MAX).min(plan.threads);
    recording.run(workers, work).map(drop)
}

fn record_thread(
    plan: &Plan,
    recording: &Recording,
    thread_id: u32,
    progress: &Progress,
) -> Result<(), Failure> {
    let mut random = Random::new(plan.seed, thread_id.into());
    let mut calls = Calls::new(START_NS + random.below(STARTS_WITHIN_NS), &mut random);
    let thread = recording.thread(thread_id)?;
    let events = plan.events_of(thread_id);
    let mut stack = [0; MAX_STACK];
    for number in 1..=events {
        let event = calls.next(events - number, &mut random);
        if plan.detail_every > 0 && number.is_multiple_of(plan.detail_every) {
            let detail = detail(&event, &mut stack, &mut random);
            thread.record(&event, Some(&Payload::Function(detail)))?;
        } else {
            thread.record(&event, None)?;
        }
        if number.is_multiple_of(EVENTS_PER_PROGRESS) {
            progress.add(EVENTS_PER_PROGRESS);
            if interrupt::is_interrupted() {
                break;
            }
        }
    }
    thread.end()?;
    progress.add(if plan.is_mostly_threads() { 1 } else { events % EVENTS_PER_PROGRESS });
    Ok(())
}

/// Registers and stack of an event. On a return only the result register is set.
fn detail<'a>(
    event: &Event,
    stack: &'a mut [u8; MAX_STACK],
    random: &mut Random,
) -> FunctionDetail<'a> {
    let len = if random.one_in(16) {
        random.below(MAX_STACK as u64 + 1) as usize
    } else {
        DEFAULT_STACK_BYTES
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
