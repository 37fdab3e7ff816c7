//! A session that is recorded through rings, and the drain that writes its files.

use std::ffi::{c_char, c_int};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use atf_runtime::drain::{Drain, DrainOptions, DrainSummary};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Error, WriterOptions};

use crate::clock::{host_clock, platform};
use crate::drain_report::{AtfDrainSummary, AtfMetrics, AtfThreadMetrics};
use crate::failure::{Failure, Result};
use crate::guard::{close, guard};
use crate::now::AtfClock;
use crate::pointer;
use crate::producer::{AtfProducer, ring_options};
use crate::session_reader::nth;
use crate::sized::{self, Extensible};
use crate::symbols::{AtfModule, AtfSymbol, lists};
use crate::thread_summary::AtfThreadSummary;

/// A session that is recorded, and its drain: a thread that empties the rings into the session's files. Several
/// threads may use one at once. One of them closes it, when no other uses it any more.
pub struct AtfDrain {
    pub(crate) drain: Drain,
    /// The process that the drain's thread runs in.
    process_id: u32,
    done: Mutex<Option<DrainSummary>>,
}

/// How a session is recorded. Fill it with atf_drain_options_init first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfDrainOptions {
    /// Length of this struct, set by its init function.
    pub size: u32,
    /// What a push does if the ring is full: ATF_WHEN_FULL_DROP (default) or ATF_WHEN_FULL_BLOCK.
    pub when_full: u32,
    /// Size of the index buffer of each ring in bytes, rounded up to a power of two, at least 4096.
    pub index_bytes: u64,
    /// Size of the detail buffer of each ring in bytes, rounded the same way. 0: no details are recorded.
    pub detail_bytes: u64,
    /// Bytes per lane that the drain collects before it writes; limited to 131072 to 524288.
    pub write_bytes: u64,
    /// Time in ns after which the drain writes what it has collected, even if it is less.
    pub flush_interval_ns: u64,
    /// Number of bytes after which a thread's files are synced to the disk; 0: only at the end.
    pub sync_bytes: u64,
    /// 1 (default): sync a thread's files when they are finalized. 0: a power loss may damage a finalized trace.
    pub sync_on_finalize: u32,
    /// The clock of the timestamps: ATF_CLOCK_HOST (default).
    pub clock_type: u32,
    /// The clock that the program reads, copied; NULL (default) if it is atf_now_ns.
    pub clock: *const AtfClock,
}

// SAFETY: numbers and a pointer, the size first.
unsafe impl Extensible for AtfDrainOptions {
    const NAME: &'static str = "AtfDrainOptions";
    const LEAST: usize = size_of::<Self>();
}

impl AtfDrainOptions {
    fn usual() -> Self {
        let usual = DrainOptions::default();
        Self {
            size: size_of::<Self>() as u32,
            when_full: crate::producer::ATF_WHEN_FULL_DROP,
            index_bytes: usual.ring.index_bytes,
            detail_bytes: usual.ring.detail_bytes,
            write_bytes: usual.write_bytes as u64,
            flush_interval_ns: u64::try_from(usual.flush_interval.as_nanos()).unwrap_or(u64::MAX),
            sync_bytes: usual.sync_bytes.unwrap_or(0),
            sync_on_finalize: usual.sync_on_finalize.into(),
            clock_type: host_clock(),
            clock: std::ptr::null(),
        }
    }

    fn drain(&self) -> Result<DrainOptions> {
        let ring = ring_options(self.index_bytes, self.detail_bytes, self.when_full)?;
        Ok(DrainOptions::default()
            .ring(ring)
            .write_bytes(usize::try_from(self.write_bytes).unwrap_or(usize::MAX))
            .flush_interval(Duration::from_nanos(self.flush_interval_ns))
            .sync_bytes((self.sync_bytes > 0).then_some(self.sync_bytes))
            .sync_on_finalize(self.sync_on_finalize != 0))
    }
}

/// The caller's options, or the defaults for NULL.
///
/// # Safety
///
/// NULL, or options that were initialized.
unsafe fn options(options: *const AtfDrainOptions) -> Result<AtfDrainOptions> {
    let usual = AtfDrainOptions::usual();
    if options.is_null() {
        return Ok(usual);
    }
    // SAFETY: not NULL; the rest is the caller's.
    unsafe { sized::read(options, usual, "options") }
}

/// Fills options with the defaults: `atf_drain_options_init(&options, sizeof options)`.
///
/// @param options Receives the defaults.
/// @param size `sizeof *options`.
/// @return 0; -EINVAL, also if this library does not know that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_options_init(
    options: *mut AtfDrainOptions,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init(options, size, AtfDrainOptions::usual(), "options") })
}

/// Creates a session and starts its drain, a thread of this process.
///
/// @param dir The session's directory: absent or empty. Missing directories above it are created.
/// @param options NULL for the defaults.
/// @param drain Receives the drain, for atf_drain_close. Set only on success.
/// @return 0; -EEXIST if `dir` is not empty, and then nothing was changed; -EINVAL; another negative errno of the
///         operating system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_start(
    dir: *const c_char,
    options: *const AtfDrainOptions,
    drain: *mut *mut AtfDrain,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(drain, "drain") }?;
        // SAFETY: the header asks for a string, or NULL.
        let dir = unsafe { pointer::path(dir, "dir") }?;
        // SAFETY: the header asks for options that were initialized, or NULL.
        let options = unsafe { self::options(options) }?;
        let (wanted, platform) = (options.drain()?, platform(options.clock_type)?);
        let mut writer = SessionWriter::create(dir, platform, WriterOptions::default())?;
        writer.describe_process()?;
        // SAFETY: the header asks for a clock that is not closed, or NULL.
        if let Some(clock) = unsafe { options.clock.as_ref() } {
            writer.set_clock(clock.clock());
        }
        pointer::give(to, AtfDrain::new(Drain::start(writer, wanted)?));
        Ok(())
    })
}

/// Starts the drain of a session that other processes record, or that was left when its drain was killed: it
/// resumes where that one stopped. `atf drain` does the same.
///
/// @param dir A session's directory.
/// @param options NULL for the defaults. `clock` and `clock_type` are ignored: the session has its own.
/// @param drain Receives the drain, for atf_drain_close. Set only on success.
/// @return 0; -EBUSY if another drain is running on the session; -EBADMSG if `dir` is not a session; -ENOENT;
///         -EINVAL; another negative errno of the operating system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_attach(
    dir: *const c_char,
    options: *const AtfDrainOptions,
    drain: *mut *mut AtfDrain,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(drain, "drain") }?;
        // SAFETY: the header asks for a string, or NULL.
        let dir = unsafe { pointer::path(dir, "dir") }?;
        // SAFETY: the header asks for options that were initialized, or NULL.
        let options = unsafe { self::options(options) }?;
        pointer::give(to, AtfDrain::new(Drain::attach(dir, options.drain()?)?));
        Ok(())
    })
}

impl AtfDrain {
    fn new(drain: Drain) -> Self {
        Self { drain, process_id: std::process::id(), done: Mutex::default() }
    }

    /// The failure for an error of the drain.
    fn failure(&self, error: Error) -> Failure {
        let is_stopped = matches!(error, Error::DrainStopped { .. });
        let failure = Failure::from(error);
        match is_stopped {
            true if self.process_id != std::process::id() => {
                let text = format!("{}: this is a forked process", failure.text);
                Failure { code: -libc::ECHILD, text, ..failure }
            }
            true => Failure { code: -libc::EBADF, ..failure },
            false => failure,
        }
    }

    /// Stops the drain by `end`, and keeps the summary.
    ///
    /// # Safety
    ///
    /// The summary: NULL, or initialized.
    unsafe fn end(
        &self,
        summary: *mut AtfDrainSummary,
        end: impl FnOnce(&Drain) -> atf_runtime::Result<DrainSummary>,
    ) -> Result {
        let to = if summary.is_null() {
            None
        } else {
            // SAFETY: not NULL; the rest is the caller's.
            Some(unsafe { sized::output(summary, "summary") }?)
        };
        let done = end(&self.drain).map_err(|error| self.failure(error))?;
        if let Some(to) = to {
            to.set(&AtfDrainSummary::new(&done));
        }
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        Ok(())
    }

    fn of_summary<T>(&self, get: impl FnOnce(&DrainSummary) -> Result<T>) -> Result<T> {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let done = done.as_ref().ok_or_else(|| {
            Failure::new(libc::EINVAL, "drain: expected a stopped one, found it running")
        })?;
        get(done)
    }
}

/// Creates the ring of a thread of this process. Any thread may call it; hand the producer to the traced thread.
/// The producer stays valid after the drain is stopped or closed.
///
/// @param drain The drain.
/// @param thread_id The traced thread, unique in the session.
/// @param producer Receives the producer, for atf_producer_close. Set only on success.
/// @return 0; -EEXIST if the thread has a directory already; -ENOSPC if the disk has no room for the ring; -EBADF
///         if the drain was stopped; -ECHILD in a forked process; -EINVAL; another negative errno of the operating
///         system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_register(
    drain: *mut AtfDrain,
    thread_id: u32,
    producer: *mut *mut AtfProducer,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(producer, "producer") }?;
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        let registered = drain.drain.register(thread_id).map_err(|error| drain.failure(error))?;
        pointer::give(to, AtfProducer::new(registered));
        Ok(())
    })
}

/// Says in the manifest, from the next time it is written, how a thread is named, and which id the operating system
/// gave it. `atf info` shows both.
///
/// @param drain The drain.
/// @param thread_id The traced thread.
/// @param name Its name, in UTF-8, or NULL if it has none. It is copied.
/// @param os_id The id of the operating system, or 0 if it is not known.
/// @return 0; -EINVAL, also for a name that is not UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_describe_thread(
    drain: *mut AtfDrain,
    thread_id: u32,
    name: *const c_char,
    os_id: u64,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        let name = if name.is_null() {
            None
        } else {
            // SAFETY: the header asks for a string, or NULL.
            let text = unsafe { pointer::text(name, "name") }?.to_str();
            Some(text.map_err(|error| Failure::argument("name", "UTF-8", error))?)
        };
        drain.drain.describe_thread(thread_id, name, (os_id > 0).then_some(os_id));
        Ok(())
    })
}

/// Switches detail records on or off for all threads, later ones included. Each thread follows at one of its next
/// pushes.
///
/// @param drain The drain.
/// @param is_enabled Whether pushes record their payloads.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_set_detail(drain: *mut AtfDrain, is_enabled: bool) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        unsafe { pointer::input(drain, "drain") }?.drain.set_detail(is_enabled);
        Ok(())
    })
}

/// Sets the modules and function names of the manifest, replacing earlier ones. They are copied. Call it before the
/// drain is stopped.
///
/// @param drain The drain.
/// @param modules `module_count` modules; may be NULL if there are none.
/// @param module_count Number of modules.
/// @param symbols `symbol_count` names; may be NULL if there are none.
/// @param symbol_count Number of names.
/// @return 0; -EBADF if the drain was stopped; -EINVAL, also for NULL or text that is not UTF-8 in an element. On
///         failure the earlier lists stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_set_symbols(
    drain: *mut AtfDrain,
    modules: *const AtfModule,
    module_count: usize,
    symbols: *const AtfSymbol,
    symbol_count: usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        // SAFETY: the header asks for so many elements with strings, or NULL.
        let (modules, symbols) =
            unsafe { lists((modules, module_count), (symbols, symbol_count)) }?;
        if drain.drain.is_finished() {
            return Err(Failure::over("drain", "stopped"));
        }
        drain.drain.set_symbols(modules, symbols);
        Ok(())
    })
}

/// Says that the recorder failed. The manifest will have the text in `failed` and keep the state "recording" when the
/// drain is stopped. The drain itself continues.
///
/// @param drain The drain.
/// @param reason Why, in one line of UTF-8. It is copied.
/// @return 0; -EBADF if the drain was stopped; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_set_failed(
    drain: *mut AtfDrain,
    reason: *const c_char,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        // SAFETY: the header asks for a string, or NULL.
        let reason = unsafe { pointer::text(reason, "reason") }?;
        if drain.drain.is_finished() {
            return Err(Failure::over("drain", "stopped"));
        }
        drain.drain.set_failed(reason.to_string_lossy());
        Ok(())
    })
}

/// What the drain has done so far, as of about 10 ms ago.
///
/// @param drain The drain.
/// @param metrics Receives the numbers; initialized by atf_metrics_init. Set only on success.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_metrics(
    drain: *const AtfDrain,
    metrics: *mut AtfMetrics,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        // SAFETY: the header asks for metrics that were initialized, or NULL.
        let to = unsafe { sized::output(metrics, "metrics") }?;
        to.set(&AtfMetrics::new(&drain.drain.metrics()));
        Ok(())
    })
}

/// What the drain has done for one thread so far, as of about 10 ms ago.
///
/// @param drain The drain.
/// @param at Which thread, counted from 0 in the order of their ids. Threads may be added between two calls.
/// @param metrics Receives the numbers; initialized by atf_thread_metrics_init. Set only on success.
/// @return 0; -ENOENT if there are fewer threads; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_thread_metrics(
    drain: *const AtfDrain,
    at: usize,
    metrics: *mut AtfThreadMetrics,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        // SAFETY: the header asks for metrics that were initialized, or NULL.
        let to = unsafe { sized::output(metrics, "metrics") }?;
        let now = drain.drain.metrics();
        to.set(&AtfThreadMetrics::new(nth(now.threads.iter(), at, "threads")?));
        Ok(())
    })
}

/// Ends the recording. No new push begins; every event whose push returned 0 is in a finalized file when this
/// returns. The exception is a thread that is halted within a push, for example by a debugger: it counts as
/// `unfinished`.
///
/// @param drain The drain.
/// @param summary Receives the totals, initialized by atf_drain_summary_init; may be NULL. Set only on success.
/// @return 0; -EBADF if the drain was stopped already; -ECHILD in a forked process; -EINVAL, and then the drain
///         still runs; another negative errno if a thread's files could not be finalized: its ring is kept, so that
///         another drain or recovery can finish it, the other threads are finalized, and the drain is stopped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_stop(
    drain: *mut AtfDrain,
    summary: *mut AtfDrainSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        // SAFETY: the header asks for a summary that was initialized, or NULL.
        unsafe { drain.end(summary, Drain::stop) }
    })
}

/// As atf_drain_stop, with a time limit. A thread that is not finalized in time keeps its ring and counts as
/// `unfinished`. A thread whose files are being finalized at that moment is still completed.
///
/// @param drain The drain.
/// @param limit_ns The limit in ns.
/// @param summary As for atf_drain_stop.
/// @return As atf_drain_stop.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_stop_within(
    drain: *mut AtfDrain,
    limit_ns: u64,
    summary: *mut AtfDrainSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        let limit = Duration::from_nanos(limit_ns);
        // SAFETY: the header asks for a summary that was initialized, or NULL.
        unsafe { drain.end(summary, |drain| drain.stop_within(limit)) }
    })
}

/// Drains until every producer is gone and no new one has come for half a second, then stops. It first waits for a
/// producer to come, unless the session or all of its threads have ended already.
///
/// @param drain The drain.
/// @param summary As for atf_drain_stop.
/// @return As atf_drain_stop.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_wait(
    drain: *mut AtfDrain,
    summary: *mut AtfDrainSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        // SAFETY: the header asks for a summary that was initialized, or NULL.
        unsafe { drain.end(summary, Drain::wait) }
    })
}

/// The totals of one finalized thread, after the drain was stopped.
///
/// @param drain The drain.
/// @param at Which thread, counted from 0 in the order of their ids; less than `threads` of AtfDrainSummary.
/// @param summary Receives the totals; initialized by atf_thread_summary_init. Set only on success.
/// @return 0; -ENOENT if there are fewer threads; -EINVAL, also before the drain is stopped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_thread_summary(
    drain: *const AtfDrain,
    at: usize,
    summary: *mut AtfThreadSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        // SAFETY: the header asks for a summary that was initialized, or NULL.
        let to = unsafe { sized::output(summary, "summary") }?;
        let thread = drain.of_summary(|done| nth(done.threads.iter().copied(), at, "threads"))?;
        to.set(&AtfThreadSummary::new(&thread));
        Ok(())
    })
}

/// A thread that was left unfinished when the drain was stopped: it was halted within a push, or the time limit
/// came first. Its ring is kept; another drain or recovery can finish it.
///
/// @param drain The drain.
/// @param at Which of these threads, counted from 0 in the order of their ids; less than `unfinished` of
///        AtfDrainSummary.
/// @param thread_id Receives the thread's id. Set only on success.
/// @return 0; -ENOENT if there are fewer such threads; -EINVAL, also before the drain is stopped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_unfinished_thread(
    drain: *const AtfDrain,
    at: usize,
    thread_id: *mut u32,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a drain that is not closed, or NULL.
        let drain = unsafe { pointer::input(drain, "drain") }?;
        // SAFETY: the header asks for a place for a number, or NULL.
        let to = unsafe { pointer::output(thread_id, "thread_id") }?;
        to.set(drain.of_summary(|done| nth(done.unfinished.iter().copied(), at, "threads"))?);
        Ok(())
    })
}

/// Frees a drain. No thread may use it during the call or after it. If it was not stopped, the session is left as
/// by a crash: what was pushed is in the rings, the files are not finalized, and another drain or recovery can
/// finish them. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_close(drain: *mut AtfDrain) {
    // SAFETY: the header asks for a drain that is closed once, or NULL.
    unsafe { close(drain) }
}
