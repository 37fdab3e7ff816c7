//! A session whose threads write their files themselves: its directory and its manifest.

use std::ffi::{c_char, c_int};

use atf_runtime::session::SessionWriter;
use atf_runtime::{ThreadSummary, WriterOptions};

use crate::clock::platform;
use crate::failure::{Failure, Result};
use crate::guard::{close, guard};
use crate::pointer;
use crate::sized;
use crate::symbols::{AtfModule, AtfSymbol, lists};
use crate::thread_summary::AtfThreadSummary;

/// Creates a session's directory and its manifest. Each thread's files are written by an AtfWriter. For one thread
/// at a time. To record through rings, use AtfDrain.
pub struct AtfSessionWriter {
    /// `None` after it was finished.
    session: Option<SessionWriter>,
    threads: Vec<ThreadSummary>,
}

impl AtfSessionWriter {
    fn open(&mut self) -> Result<&mut SessionWriter> {
        self.session.as_mut().ok_or_else(over)
    }
}

fn over() -> Failure {
    Failure::over("session", "finished")
}

/// Creates a session: its directory and a manifest with state "recording".
///
/// @param dir The session's directory: absent or empty. Missing directories above it are created.
/// @param clock_type The clock of the timestamps: ATF_CLOCK_HOST, no other.
/// @param session Receives the session writer, for atf_session_writer_close. Set only on success.
/// @return 0; -EEXIST if `dir` is not empty, and then nothing was changed; -EINVAL; another negative errno of the
///         operating system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_writer_create(
    dir: *const c_char,
    clock_type: u8,
    session: *mut *mut AtfSessionWriter,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(session, "session") }?;
        // SAFETY: the header asks for a string, or NULL.
        let dir = unsafe { pointer::path(dir, "dir") }?;
        let platform = platform(clock_type)?;
        let session = SessionWriter::create(dir, platform, WriterOptions::default())?;
        pointer::give(to, AtfSessionWriter { session: Some(session), threads: Vec::new() });
        Ok(())
    })
}

/// Sets the modules and function names of the manifest, replacing earlier ones. They are copied.
///
/// @param session The session writer.
/// @param modules `module_count` modules; may be NULL if there are none.
/// @param module_count Number of modules.
/// @param symbols `symbol_count` names; may be NULL if there are none.
/// @param symbol_count Number of names.
/// @return 0; -EBADF if the session was finished; -EINVAL, also for NULL or text that is not UTF-8 in an element.
///         On failure the earlier lists stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_writer_set_symbols(
    session: *mut AtfSessionWriter,
    modules: *const AtfModule,
    module_count: usize,
    symbols: *const AtfSymbol,
    symbol_count: usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::handle(session, "session") }?.open()?;
        // SAFETY: the header asks for so many elements with strings, or NULL.
        let (modules, symbols) =
            unsafe { lists((modules, module_count), (symbols, symbol_count)) }?;
        session.set_symbols(modules, symbols);
        Ok(())
    })
}

/// Lists a thread in the manifest. Threads may be added in any order.
///
/// @param session The session writer.
/// @param thread The totals that atf_writer_finalize gave.
/// @return 0; -EEXIST if the thread is listed already; -EBADF if the session was finished; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_writer_add(
    session: *mut AtfSessionWriter,
    thread: *const AtfThreadSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::handle(session, "session") }?;
        session.open()?;
        // SAFETY: the header asks for a summary that was initialized, or NULL.
        let thread = unsafe { sized::read(thread, sized::zeros(), "thread") }?.summary();
        if session.threads.iter().any(|listed| listed.thread_id == thread.thread_id) {
            let text = format!(
                "thread {}: expected a thread that is not listed yet, found a listed one",
                thread.thread_id
            );
            return Err(Failure::new(libc::EEXIST, text));
        }
        session.threads.push(thread);
        Ok(())
    })
}

/// Writes the manifest with state "complete". The session writer is ended, also on failure; close it afterwards.
///
/// @param session The session writer.
/// @return 0; -EBADF if the session was finished already; -EINVAL; another negative errno if writing to the disk
///         failed: then the manifest still has state "recording".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_writer_finish(session: *mut AtfSessionWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::handle(session, "session") }?;
        session.session.take().ok_or_else(over)?.finish(&session.threads)?;
        Ok(())
    })
}

/// Ends a session that failed: writes the manifest with state "recording" and the reason in `failed`. The session writer
/// is ended, also on failure; close it afterwards.
///
/// @param session The session writer.
/// @param reason Why, in one line of UTF-8.
/// @return 0; -EBADF if the session was finished already; -EINVAL; another negative errno if writing to the disk
///         failed: then the manifest stays as it was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_writer_fail(
    session: *mut AtfSessionWriter,
    reason: *const c_char,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::handle(session, "session") }?;
        // SAFETY: the header asks for a string, or NULL.
        let reason = unsafe { pointer::text(reason, "reason") }?;
        session
            .session
            .take()
            .ok_or_else(over)?
            .fail(&session.threads, &reason.to_string_lossy())?;
        Ok(())
    })
}

/// Frees a session writer. The writers of its threads are not affected. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_writer_close(session: *mut AtfSessionWriter) {
    // SAFETY: the header asks for a session that is closed once, or NULL.
    unsafe { close(session) }
}
