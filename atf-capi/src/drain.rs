//! A session whose events go through lanes, and the drain that writes its files.

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
use crate::sized::{self, Extensible};
use crate::symbols::{AtfModule, AtfSymbol, lists};
use crate::writer::AtfThreadSummary;

/// A session and its drain, which brings what threads push into their lanes to their files. Any number of threads
/// may use one at once; closing it is for one of them, when the others are done with it.
pub struct AtfDrain {
    drain: Drain,
    /// The process that has the drain's thread.
    process_id: u32,
    done: Mutex<Option<DrainSummary>>,
}

/// How a session is recorded. To be filled by atf_drain_options_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfDrainOptions {
    /// Length of this struct.
    pub size: u32,
    /// What a push does that finds no room: ATF_WHEN_FULL_DROP or ATF_WHEN_FULL_BLOCK.
    pub when_full: u32,
    /// Buffer of each thread's index lane, in bytes; rounded up to a power of two of at least 4096.
    pub index_bytes: u64,
    /// Buffer of each thread's detail lane, likewise; 0: no detail is taken.
    pub detail_bytes: u64,
    /// Bytes collected per lane before they are written; the nearest of 131072 to 524288 is taken.
    pub write_bytes: u64,
    /// After so many ns what a lane collected is written although it is less.
    pub flush_interval_ns: u64,
    /// A thread's files are synced whenever so many bytes of them were written; 0: only at the end.
    pub sync_bytes: u64,
    /// Whether a thread's files are synced when they end: 1 or 0. Without it a power cut may cost a trace
    /// that was ended.
    pub sync_on_finalize: u32,
    /// The clock of the timestamps: ATF_CLOCK_HOST, as it is set.
    pub clock_type: u32,
    /// The clock that the program reads, if it is no other than atf_now_ns: NULL. It is copied.
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

/// Fills options with what is usual: `atf_drain_options_init(&options, sizeof options)`.
///
/// @return 0; -EINVAL for NULL or a size that this library does not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_options_init(
    options: *mut AtfDrainOptions,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init(options, size, AtfDrainOptions::usual(), "options") })
}

/// Makes a session and starts its drain, a thread of this process.
///
/// @param dir Absent or empty; its parent exists.
/// @param options NULL for what is usual.
/// @param session Where the new session goes, to be given to atf_drain_close. Not touched on failure.
/// @return 0; -EEXIST when there is something in `dir`, and then nothing was touched; -EINVAL; another
///         negative errno of the system's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_start(
    dir: *const c_char,
    options: *const AtfDrainOptions,
    session: *mut *mut AtfDrain,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(session, "session") }?;
        // SAFETY: the header asks for a string, or NULL.
        let dir = unsafe { pointer::path(dir, "dir") }?;
        // SAFETY: the header asks for options that were initialized, or NULL.
        let options = unsafe { self::options(options) }?;
        let (drain, platform) = (options.drain()?, platform(options.clock_type)?);
        let mut writer = SessionWriter::create(dir, platform, WriterOptions::default())?;
        // SAFETY: the header asks for a clock that is not closed, or NULL.
        if let Some(clock) = unsafe { options.clock.as_ref() } {
            writer.set_clock(clock.clock());
        }
        pointer::give(to, AtfDrain::new(Drain::start(writer, drain)?));
        Ok(())
    })
}

/// Starts the drain of a session that other processes record, or that they and their drain were killed in:
/// it goes on where that stood. What `atf drain` does.
///
/// @param dir A session's directory.
/// @param options NULL for what is usual; `clock` and `clock_type` are those of whoever began the session.
/// @param session Where the handle goes, to be given to atf_drain_close. Not touched on failure.
/// @return 0; -EBUSY when another drain is at work on it; -EBADMSG when it is no session; -ENOENT; -EINVAL;
///         another negative errno of the system's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_attach(
    dir: *const c_char,
    options: *const AtfDrainOptions,
    session: *mut *mut AtfDrain,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(session, "session") }?;
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

    /// What an error of the drain's means here.
    fn failure(&self, error: Error) -> Failure {
        let is_stopped = matches!(error, Error::DrainStopped { .. });
        let failure = Failure::from(error);
        match is_stopped {
            true if self.process_id != std::process::id() => {
                let text = format!("{}: in a forked process", failure.text);
                Failure { code: -libc::ECHILD, text, ..failure }
            }
            true => Failure { code: -libc::EBADF, ..failure },
            false => failure,
        }
    }

    /// Ends the session in one of the ways, and keeps what it says.
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

    fn of_summary<T>(&self, get: impl FnOnce(&DrainSummary) -> Option<T>) -> Result<T> {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let done = done.as_ref().ok_or_else(|| {
            Failure::new(libc::EINVAL, "the session: expected one that was stopped, found it open")
        })?;
        get(done).ok_or_else(|| Failure::new(libc::ENOENT, "there are fewer threads"))
    }
}

/// Makes the lanes of a thread of this process. The lane is handed to that thread, which pushes by
/// atf_producer_push or atf_producer_push_inline; it stays valid when the session is stopped or closed.
///
/// @param thread_id The traced thread; no other of the session has it.
/// @param lane Where the new lane goes, to be given to atf_producer_close. Not touched on failure.
/// @return 0; -EEXIST when the thread has a directory already; -ENOSPC when the disk has no room for the whole
///         of the lanes; -EBADF when the session was stopped; -ECHILD in a forked process; -EINVAL for NULL;
///         another negative errno of the system's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_register(
    session: *mut AtfDrain,
    thread_id: u32,
    lane: *mut *mut AtfProducer,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(lane, "lane") }?;
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?;
        let producer = session.drain.register(thread_id).map_err(|error| session.failure(error))?;
        pointer::give(to, AtfProducer::new(producer));
        Ok(())
    })
}

/// Switches detail on or off for all threads, those to come too. Each takes it up at a push soon after.
///
/// @return 0; -EINVAL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_set_detail(session: *mut AtfDrain, is_enabled: bool) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        unsafe { pointer::input(session, "session") }?.drain.set_detail(is_enabled);
        Ok(())
    })
}

/// Lists modules and function names in the manifest, in the place of those that were listed before. They
/// are copied. To be called before the session is stopped.
///
/// @param modules May be NULL when there are none.
/// @param symbols May be NULL when there are none.
/// @return 0; -EBADF when it was stopped; -EINVAL for NULL, also in an element, or what is no UTF-8: then what was listed before stays.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_set_symbols(
    session: *mut AtfDrain,
    modules: *const AtfModule,
    module_count: usize,
    symbols: *const AtfSymbol,
    symbol_count: usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?;
        // SAFETY: the header asks for so many elements with strings, or NULL.
        let (modules, symbols) =
            unsafe { lists((modules, module_count), (symbols, symbol_count)) }?;
        if session.drain.is_finished() {
            return Err(Failure::over("the session"));
        }
        session.drain.set_symbols(modules, symbols);
        Ok(())
    })
}

/// What was done so far; some 10 ms old.
///
/// @param metrics Where it goes; its size was set by atf_metrics_init.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_metrics(
    session: *const AtfDrain,
    metrics: *mut AtfMetrics,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?;
        // SAFETY: the header asks for metrics that were initialized, or NULL.
        let to = unsafe { sized::output(metrics, "metrics") }?;
        to.set(&AtfMetrics::new(&session.drain.metrics()));
        Ok(())
    })
}

/// What was drained of one thread so far; some 10 ms old.
///
/// @param position Which thread, in the order of their ids, from 0 on; threads may come in between two calls.
/// @param metrics Where it goes; its size was set by atf_thread_metrics_init.
/// @return 0; -ENOENT when there are fewer threads; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_thread_metrics(
    session: *const AtfDrain,
    position: usize,
    metrics: *mut AtfThreadMetrics,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?;
        // SAFETY: the header asks for metrics that were initialized, or NULL.
        let to = unsafe { sized::output(metrics, "metrics") }?;
        let now = session.drain.metrics();
        let thread = now.threads.get(position);
        let thread = thread.ok_or_else(|| Failure::new(libc::ENOENT, "there are fewer threads"))?;
        to.set(&AtfThreadMetrics::new(thread));
        Ok(())
    })
}

/// Ends the recording: no further push begins, and everything for which a push returned 0 is in finalized
/// files when this returns. A thread that was held up within a push (a debugger halts it) is the exception:
/// it is one of `unfinished`.
///
/// @param summary Where it goes what the session holds (see atf_drain_summary_init); may be NULL. Not touched
///        on failure.
/// @return 0; -EBADF when it was stopped already; -ECHILD in a forked process; -EINVAL; another negative
///         errno that kept a thread from being ended: its lane is still there, the others are ended, and
///         recovery mends it. The session is over then as well, unless it is -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_stop(
    session: *mut AtfDrain,
    summary: *mut AtfDrainSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?;
        // SAFETY: the header asks for a summary that was initialized, or NULL.
        unsafe { session.end(summary, Drain::stop) }
    })
}

/// As atf_drain_stop, but what is not ended after `limit_ns` stays as it is and is one of `unfinished`.
/// A thread that is being ended then is still ended.
///
/// @return As atf_drain_stop.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_stop_within(
    session: *mut AtfDrain,
    limit_ns: u64,
    summary: *mut AtfDrainSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?;
        let limit = Duration::from_nanos(limit_ns);
        // SAFETY: the header asks for a summary that was initialized, or NULL.
        unsafe { session.end(summary, |drain| drain.stop_within(limit)) }
    })
}

/// Drains until every producer is gone and none has come for half a second, then ends the session. At first
/// it waits for one to come, unless the session or all of its threads have ended already.
///
/// @return As atf_drain_stop.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_wait(
    session: *mut AtfDrain,
    summary: *mut AtfDrainSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?;
        // SAFETY: the header asks for a summary that was initialized, or NULL.
        unsafe { session.end(summary, Drain::wait) }
    })
}

/// What one thread of a session holds that was stopped.
///
/// @param position Which thread, in the order of their ids, from 0 on.
/// @param summary Where it goes; its size was set by atf_thread_summary_init.
/// @return 0; -ENOENT when there are fewer threads; -EINVAL, also before the session was stopped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_thread_summary(
    session: *const AtfDrain,
    position: usize,
    summary: *mut AtfThreadSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?;
        // SAFETY: the header asks for a summary that was initialized, or NULL.
        let to = unsafe { sized::output(summary, "summary") }?;
        let thread = session.of_summary(|done| done.threads.get(position).copied())?;
        to.set(&AtfThreadSummary::new(&thread));
        Ok(())
    })
}

/// A thread that a stop left behind: the deadline came first, or it was held up within a push. Its lane is
/// still there, and another drain or recovery goes on with it.
///
/// @param position Which of them, in the order of their ids, from 0 on.
/// @param thread_id Where its id goes. Not touched on failure.
/// @return 0; -ENOENT when there are fewer such threads; -EINVAL, also before the session was stopped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_unfinished_thread(
    session: *const AtfDrain,
    position: usize,
    thread_id: *mut u32,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?;
        // SAFETY: the header asks for a place for a number, or NULL.
        let to = unsafe { pointer::output(thread_id, "thread_id") }?;
        to.set(session.of_summary(|done| done.unfinished.get(position).copied())?);
        Ok(())
    })
}

/// Closes a session and frees it. One that was not stopped is left as a crash would leave it: what was pushed
/// is in its lanes, files are not finalized, and recovery or another drain goes on. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_drain_close(session: *mut AtfDrain) {
    // SAFETY: the header asks for a session that is closed once, or NULL.
    unsafe { close(session) }
}
