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
use crate::writer::AtfThreadSummary;

/// Makes a session's directory and its manifest; the threads' files come from an AtfWriter each. A session that
/// goes through lanes is an AtfDrain.
pub struct AtfSessionWriter {
    /// `None` once it was finished.
    session: Option<SessionWriter>,
    threads: Vec<ThreadSummary>,
}

impl AtfSessionWriter {
    fn open(&mut self) -> Result<&mut SessionWriter> {
        self.session.as_mut().ok_or_else(over)
    }
}

fn over() -> Failure {
    Failure::over("the session writer")
}

/// Makes a directory a session, with a manifest that says "recording".
///
/// @param dir Absent or empty; its parent exists.
/// @param clock_type The clock of the timestamps: ATF_CLOCK_HOST.
/// @param session Where the new handle goes, to be given to atf_session_writer_close. Not touched on failure.
/// @return 0; -EEXIST when there is something in it, and then nothing was touched; -EINVAL; another negative
///         errno of the system's.
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

/// Lists modules and function names in the manifest, in the place of those that were listed before. They
/// are copied.
///
/// @param modules May be NULL when there are none.
/// @param symbols May be NULL when there are none.
/// @return 0; -EBADF when it was finished; -EINVAL for NULL, also in an element, or what is no UTF-8: then
///         what was listed before stays.
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

/// Lists a thread in the manifest: what atf_writer_finalize said of it, in any order of threads.
///
/// @return 0; -EEXIST when the thread was listed already; -EBADF when it was finished; -EINVAL.
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
        let thread = unsafe { sized::read(thread, AtfThreadSummary::EMPTY, "thread") }?.summary();
        if session.threads.iter().any(|listed| listed.thread_id == thread.thread_id) {
            let text = format!("thread {}: expected one not listed yet", thread.thread_id);
            return Err(Failure::new(libc::EEXIST, text));
        }
        session.threads.push(thread);
        Ok(())
    })
}

/// Ends the session: writes the manifest, which says "complete". The session writer is over, also when this
/// fails; it is still to be closed.
///
/// @return 0; -EBADF when it was finished already; -EINVAL for NULL; another negative errno when the disk
///         refused: then the manifest still says "recording".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_writer_finish(session: *mut AtfSessionWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::handle(session, "session") }?;
        session.session.take().ok_or_else(over)?.finish(&session.threads)?;
        Ok(())
    })
}

/// Closes a session writer and frees it; the writers of its threads are not touched. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_session_writer_close(session: *mut AtfSessionWriter) {
    // SAFETY: the header asks for a session that is closed once, or NULL.
    unsafe { close(session) }
}
