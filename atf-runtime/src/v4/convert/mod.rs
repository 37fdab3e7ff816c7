//! From a V4 trace to a session of v2.
//!
//! The events are read once, from front to back. Memory does not grow with their number: there are buffers for each
//! thread (less than 140 KiB for each of the first 64, less than 20 KiB for each one beyond), up to
//! 16,384 open calls of each, and the functions. At most 64 files are open at a time.

mod destination;
mod few_files;
mod functions;
mod key;
mod open_calls;
mod report;
mod slots;
mod threads;

use std::path::Path;

use self::destination::Destination;
use self::functions::{Function, Functions};
use self::key::Key;
use self::open_calls::Ended;
use self::slots::Slots;
use self::threads::Threads;
use super::entries::Registers;
use super::event::{Event, FunctionCall, FunctionReturn, Payload, SignalDelivery, Timestamp};
use super::reader::Reader;
use super::salvage::Salvaged;
use crate::consistency::{Progress, or_silent};
use crate::error::Result;
use crate::format::{EventKind, MAX_STACK_BYTES};
use crate::manifest::{Manifest, Module, State, ThreadEntry, V4_KEY};
use crate::rollback::Rollback;
use crate::storage::Storage;
use crate::writer::FunctionDetail;

pub use report::{Converted, NotKept};

/// Bytes between two calls of the progress.
const PROGRESS_BYTES: u64 = 256 * 1024;

/// How to convert a V4 trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConvertOptions {
    /// Whether to go on behind damage, at the next message. Without it the conversion ends there, and keeps
    /// what was read before.
    pub salvage: bool,
}

impl ConvertOptions {
    /// Sets [`salvage`](Self::salvage).
    #[must_use]
    pub const fn salvage(mut self, salvage: bool) -> Self {
        self.salvage = salvage;
        self
    }
}

/// Writes a session of v2 with the events of a V4 trace. `progress` is called with the bytes read.
///
/// Each thread that has a call, a return or a signal becomes a thread, with these events in the same order. Functions
/// become the manifest's symbols, with their address; the trace's start and end, the names of signals, and what
/// trace.json says go to the manifest's key `v4`. Depths are rebuilt from calls and returns. Registers go to
/// the slots that the architecture has for them. What v2 has no place for is counted in [`Converted`].
///
/// The session is made beside `out` and then renamed, so that there is never a part of it. Where `out` is an empty
/// directory, the threads are moved into it, and the manifest last.
///
/// ```no_run
/// use atf_runtime::storage::Disk;
/// use atf_runtime::v4::{ConvertOptions, Reader, convert};
///
/// let trace = Reader::open("my_old_trace")?;
/// let converted = convert(&trace, &Disk, "my_session", ConvertOptions::default(), None)?;
/// for (what, count) in &converted.not_kept {
///     eprintln!("not kept: {count} {what}");
/// }
/// # Ok::<(), atf_runtime::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::OutputTaken`](crate::Error::OutputTaken) when `out` exists, unless it is an empty directory;
/// [`Error::Io`](crate::Error::Io). After an error everything that was written is removed. Damage in
/// the trace is no error: see [`Converted::damage`].
pub fn convert<S: Storage>(
    trace: &Reader,
    storage: &S,
    out: impl AsRef<Path>,
    options: ConvertOptions,
    progress: Option<Progress<'_>>,
) -> Result<Converted> {
    let rollback = Rollback::new(storage.clone());
    let result = Destination::claim(&rollback, out.as_ref()).and_then(|destination| {
        let (report, manifest) = Conversion::new(trace, &rollback, destination.work())
            .run(options, or_silent(progress))?;
        let threads = manifest.threads.iter().map(|thread| thread.id);
        destination.put_in_place(storage, threads)?;
        Ok(report)
    });
    if result.is_err() {
        rollback.remove_all();
    }
    result
}

struct Conversion<'a, S: Storage> {
    trace: &'a Reader,
    storage: &'a S,
    dir: &'a Path,
    slots: Slots,
    threads: Threads<S>,
    functions: Functions,
    key: Key,
    report: Converted,
    /// Returns that ended a call.
    ended: u64,
}

impl<'a, S: Storage> Conversion<'a, S> {
    fn new(trace: &'a Reader, storage: &'a S, dir: &'a Path) -> Self {
        let platform = trace.platform();
        Self {
            trace,
            storage,
            dir,
            slots: Slots::of(platform.arch),
            threads: Threads::new(storage.clone(), dir, platform),
            functions: Functions::new(),
            key: Key::default(),
            report: Converted::default(),
            ended: 0,
        }
    }

    /// Writes everything into the directory, the manifest last.
    fn run(
        mut self,
        options: ConvertOptions,
        progress: Progress<'_>,
    ) -> Result<(Converted, Manifest)> {
        self.trace.will_be_scanned();
        let mut told = 0;
        let mut tell = |position: u64, least: u64| {
            if position - told >= least {
                progress(position - told);
                told = position;
            }
        };
        if options.salvage {
            let mut salvage = self.trace.salvage();
            while let Some(found) = salvage.next() {
                match found {
                    Salvaged::Event(event) => self.event(&event)?,
                    Salvaged::Gap(gap) => {
                        self.report.damage.get_or_insert(gap.error);
                    }
                }
                tell(salvage.position(), PROGRESS_BYTES);
            }
            self.report.skipped = salvage.skipped();
        } else {
            let mut events = self.trace.events();
            while let Some(event) = events.next() {
                match event {
                    Ok(event) => self.event(&event)?,
                    Err(error) => {
                        self.report.damage = Some(error);
                        self.report.unread_bytes = self.trace.len_bytes() - events.position();
                    }
                }
                tell(events.position(), PROGRESS_BYTES);
            }
        }
        tell(self.trace.len_bytes(), 1);
        self.finish()
    }

    fn event(&mut self, event: &Event<'_>) -> Result<()> {
        self.report.messages += 1;
        match event.payload {
            Some(Payload::FunctionCall(call)) => self.call(event, &call),
            Some(Payload::FunctionReturn(it)) => self.ret(event, &it),
            Some(Payload::SignalDelivery(signal)) => self.signal(event, &signal),
            Some(Payload::TraceStart(start)) => {
                self.key.start(event, &start, &mut self.report);
                self.check_time(event);
                Ok(())
            }
            Some(Payload::TraceEnd(end)) => {
                self.key.end(event, end, &mut self.report);
                self.check_time(event);
                Ok(())
            }
            None => {
                self.report.lose(NotKept::EventsWithoutPayload, 1);
                Ok(())
            }
        }
    }

    fn call(&mut self, event: &Event<'_>, call: &FunctionCall<'_>) -> Result<()> {
        let function = self.functions.called(call.symbol, call.address);
        let function = self.or_unknown(function);
        let depth = self.threads.of(event.thread())?.calls.call(function);
        let kept = call.stack_shallow_copy.len().min(MAX_STACK_BYTES.into());
        let (stack, beyond) = call.stack_shallow_copy.split_at(kept);
        self.report.lose(NotKept::StackBytes, beyond.len() as u64);
        let detail = self.registers(call.argument_registers, false);
        let detail = match detail {
            None if stack.is_empty() => None,
            detail => Some(FunctionDetail { stack, ..detail.unwrap_or_default() }),
        };
        if self.write(event, EventKind::CALL, function.index.into(), depth, detail)? {
            self.report.calls += 1;
        }
        Ok(())
    }

    fn ret(&mut self, event: &Event<'_>, it: &FunctionReturn<'_>) -> Result<()> {
        let function = self.functions.returning(it.symbol, it.address);
        let mut function = self.or_unknown(function);
        let returned = self.threads.of(event.thread())?.calls.ret(function);
        match returned.call {
            Ended::Known(call) => {
                // Of functions of one name it is the one that was called: by it v2 finds the call.
                function = call;
                self.ended += 1;
            }
            Ended::Below => self.ended += 1,
            Ended::None => self.report.orphan_returns += 1,
        }
        let differs = it.address != 0 && it.address != function.address;
        self.report.lose(NotKept::ReturnAddresses, differs.into());
        let detail = self.registers(it.return_registers, true);
        let (kind, id) = (EventKind::RETURN, function.index.into());
        if self.write(event, kind, id, returned.depth, detail)? {
            self.report.returns += 1;
        }
        Ok(())
    }

    fn signal(&mut self, event: &Event<'_>, signal: &SignalDelivery<'_>) -> Result<()> {
        let depth = self.threads.of(event.thread())?.calls.height();
        self.key.signal(signal, &mut self.report);
        self.report.lose(NotKept::SignalRegisters, signal.registers.iter().count() as u64);
        let number = signal.number.cast_unsigned().into();
        if self.write(event, EventKind::SIGNAL, number, depth, None)? {
            self.report.signals += 1;
        }
        Ok(())
    }

    /// Writes an event; false if its thread is full.
    fn write(
        &mut self,
        event: &Event<'_>,
        event_kind: EventKind,
        function_id: u64,
        call_depth: u32,
        detail: Option<FunctionDetail<'_>>,
    ) -> Result<bool> {
        self.check_time(event);
        let timestamp_ns = event.timestamp_ns();
        let written = crate::writer::Event { timestamp_ns, function_id, event_kind, call_depth };
        let is_detail = detail.is_some();
        let thread = self.threads.of(event.thread())?;
        let is_written = thread.write(&written, detail.map(Into::into))?;
        self.report.details += u64::from(is_written && is_detail);
        self.report.lose(NotKept::EventsBeyondTheLast, (!is_written).into());
        Ok(is_written)
    }

    /// The function, or the unknown one where the manifest has no room for another.
    fn or_unknown(&mut self, function: Option<Function>) -> Function {
        function.unwrap_or_else(|| {
            self.report.lose(NotKept::FunctionNames, 1);
            Function::UNKNOWN
        })
    }

    fn registers(
        &mut self,
        registers: Registers<'_>,
        is_return: bool,
    ) -> Option<FunctionDetail<'static>> {
        let report = &mut self.report;
        self.slots.fill(registers, is_return, |name| report.lose_register(name))
    }

    /// Counts a time that v2 cannot say.
    fn check_time(&mut self, event: &Event<'_>) {
        const NS_PER_SECOND: i128 = 1_000_000_000;
        let Timestamp { seconds, nanos, .. } = event.timestamp.unwrap_or_default();
        let time = i128::from(seconds.max(0)) * NS_PER_SECOND + i128::from(nanos.max(0));
        self.report.lose(NotKept::NegativeTimes, (seconds < 0 || nanos < 0).into());
        self.report.lose(NotKept::LateTimes, (time > i128::from(u64::MAX)).into());
    }

    fn finish(self) -> Result<(Converted, Manifest)> {
        let Self { trace, storage, dir, threads, functions, key, mut report, ended, .. } = self;
        let summaries = threads.finalize()?;
        report.threads = summaries.len() as u64;
        report.functions = functions.len();
        report.unfinished_calls = report.calls.saturating_sub(ended);
        let trace_json = trace.manifest();
        let said = trace_json.map_or(0, |trace_json| trace_json.event_count);
        report.missing_events = said.saturating_sub(report.messages);

        let mut manifest = Manifest::recording();
        manifest.clock_type = Some(trace.platform().clock_type.get());
        manifest.state = Some(State::Complete);
        let modules = trace_json.map_or(&[][..], |trace_json| &trace_json.modules);
        let module = |(at, uuid): (usize, &String)| {
            let uuid = uuid.clone();
            Module { uuid, ..Module::new(at as u64 + 1, "") }
        };
        manifest.modules = modules.iter().enumerate().map(module).collect();
        manifest.symbols = functions.into_symbols();
        manifest.set_threads(summaries.iter().map(ThreadEntry::from));
        let key = key.into_value(trace.machine(), trace_json);
        manifest.other.insert(V4_KEY.to_owned(), key);
        manifest.replace(storage, dir)?;
        Ok((report, manifest))
    }
}
